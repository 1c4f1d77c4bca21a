"""From the rows of a panel to what it shows: network, conflicts, identity, gaps, history, plain rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from diaspora_kg.names import PREFIXES, expand
from diaspora_kg.pages.decided import decided
from diaspora_kg.pages.facts import Decision, Put, Slot, Value
from diaspora_kg.pages.language import language
from diaspora_kg.pages.making import MOST_SOURCES, Items, Making, property_words, some_of
from diaspora_kg.pages.reading import Row
from diaspora_kg.pages.related import (
    Conflict,
    Conflicts,
    Gap,
    Gaps,
    History,
    HistoryEntry,
    Identity,
    Network,
    NetworkEdge,
    NetworkNode,
    Rows,
    TableRow,
)
from diaspora_kg.pages.tied import ends
from diaspora_kg.queries.cells import iris_in
from diaspora_kg.queries.wording import role_words, words_for
from diaspora_kg.terms import Term

MOST_EDGES = 100
"""Ties in one picture; the panel counts all."""

_TONES = {
    "supports": "for", "funds": "for", "cooperatesWith": "for", "positive": "for", "signatory": "for",
    "opposes": "against", "negative": "against", "member": "tie", "office": "tie", "onBehalfOf": "tie",
    "represents": "tie", "branchOf": "tie", "succeeds": "tie",
}  # fmt: skip
_TIES = {
    "member": "member of", "onBehalfOf": "speaks for", "signatory": "signed together with",
    "positive": "speaks well of", "negative": "criticises", "neutral": "evaluates", "mixed": "evaluates",
}  # fmt: skip
_KIND, _STATUS = expand("dkg:kind"), expand("dkg:status")
_Tie = tuple[str, str, str, str]  # from whom, to whom, of which kind, about which part of them
_ACTED = frozenset({"signatory", "onBehalfOf"})
_LINKS = {
    "respondsTo": "answers", "conflictsWith": "in conflict with", "retracts": "retracts", "denies": "denies",
}  # fmt: skip
_VOCABULARY = PREFIXES["dkgv"]


def network(page: Making, items: Items) -> Network:
    """View ``network``: ties of one kind between the same two are one line."""
    rows: dict[_Tie, list[Row]] = defaultdict(list)
    for same in items.values():
        for row in same:
            if (tie := _tie(page, row)) is not None:
                rows[tie].append(row)
    edges = [_edge(page, tie, rows[tie]) for tie in sorted(rows)[:MOST_EDGES]]
    seen = dict.fromkeys([page.iri, *(end for edge in edges for end in (edge.source, edge.target))])
    return Network(tuple(_node(page, one) for one in seen), tuple(edges))


def _tie(page: Making, row: Row) -> _Tie | None:
    found = ends(row, page.gathered.lookup.names)
    if found is None:
        return None
    kind = row.get("kind")
    about = row["about"].value if "about" in row else ""
    return *found, kind.value if kind is not None else "member", about


def _edge(page: Making, tie: _Tie, rows: Sequence[Row]) -> NetworkEdge:
    source, target, kind, about = tie
    claims = page.claims(rows)
    local = page.local(kind)
    post = page.gathered.lookup.names.kind_and_key(kind)
    key = "office" if post else local
    words = page.gathered.words(kind) if post else _TIES.get(local) or words_for(local)
    told = claims[:MOST_SOURCES]
    puts: tuple[Put, ...] = _inferred(page, rows) if local in _ACTED else page.said.puts(told)
    refs, more = page.numbers.claims(told), len(claims) - len(told)
    thing = _about(page, about) if about else None
    return NetworkEdge(source, target, key, words, _TONES.get(key, "open"), puts, refs, thing, more)


def _about(page: Making, iri: str) -> Value:
    """A part of the actor that is evaluated: its liquidation, a status, by what it is."""
    gathered = page.gathered
    for name in (_KIND, _STATUS):
        if found := gathered.one(iri, name):
            return Value(gathered.words(found), iri, model=True)
    return page.said.value(iri)


def _inferred(page: Making, rows: Sequence[Row]) -> tuple[Put, ...]:
    """Who signed, and for whom, is part of the statement, however its claims are put; or it is inferred."""
    if not any("basis" in row and page.local(row["basis"].value) == "inferred" for row in rows):
        return ()
    slot = Slot("basis", "inferred", "inferred by the annotator")
    return (Put((slot,), (), False, Value(""), False),)


def _node(page: Making, iri: str) -> NetworkNode:
    known = page.gathered.lookup.names.kind_and_key(iri)
    if known is None:
        return NetworkNode(iri, Value("not named in the sources"), "unknown", unknown=True)
    return NetworkNode(iri, page.said.value(iri), known[0], focus=iri == page.iri)


def conflicts(page: Making, items: Items) -> Conflicts:
    """View ``conflicts``: each pair once."""
    found: dict[tuple[str, ...], Conflict] = {}
    for rows in items.values():
        for row in rows:
            link = page.local(row["link"].value)
            pair = (row["claim"].value, row["other"].value)
            key = (link, *(sorted(pair) if link == "conflictsWith" else pair))
            if key not in found and all(page.gathered.told(one) for one in pair):
                left, right = (page.said.claimed(one, _source(page, one)) for one in pair)
                found[key] = Conflict(link, _LINKS.get(link, words_for(link)), None, left, right)
    return Conflicts(tuple(found.values()))


def _source(page: Making, claim: str) -> int:
    return next(iter(page.numbers.claims([claim])), 0)


def identity(page: Making, items: Items, former: tuple[str, ...] = ()) -> Identity:
    """View ``identity``."""
    return Identity(tuple(decision(page, iri) for iri in items), former)


def decision(page: Making, iri: str) -> Decision:
    """What a reviewer decided of two records."""
    return decided(page.gathered, iri, page.numbers.decision(iri))


def gaps(page: Making, items: Items) -> Gaps:
    """View ``gaps``: what nobody says of one thing is one line, whichever sources were read for it."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for rows in items.values():
        for row in rows:
            of = row["of"].value if "of" in row else ""
            found[of, row["property"].value].add(row["graph"].value)
    return Gaps(tuple(_gap(page, of, name, found[of, name]) for of, name in sorted(found)))


def _gap(page: Making, of: str, name: str, graphs: set[str]) -> Gap:
    local = page.local(name)
    words = role_words(local) if name.startswith(_VOCABULARY) else property_words(local)
    some, more = some_of(graphs)
    refs = page.numbers.graphs(some, of or page.iri)
    return Gap(words, refs, page.said.value(of) if of else None, more)


def history(page: Making, items: Items) -> History:
    """View ``history``, the newest first; what has no day comes last."""
    entries = [entry for rows in items.values() for entry in _entries(page, rows)]
    entries.sort(key=lambda entry: (entry.kind, entry.who, entry.refs))
    entries.sort(key=lambda entry: entry.day, reverse=True)
    return History(tuple(dict.fromkeys(entries)))


def _entries(page: Making, rows: Sequence[Row]) -> Iterator[HistoryEntry]:
    for row in rows:
        kind = row["what"].value
        told = {name: row[name].value if name in row else "" for name in ("day", "who", "tool")}
        if "decision" in row:
            one = decision(page, row["decision"].value)
            verb = language(page.site.language).words(one.words)
            words, refs = f"{verb}: {', '.join(one.records)}", one.refs
        else:
            words = "annotated"
            refs = page.numbers.graphs([row["graph"].value], page.iri) if "graph" in row else ()
        yield HistoryEntry(told["day"][:10], kind, words, told["who"], refs, told["tool"])


def table(page: Making, items: Items, columns: Sequence[str]) -> Rows:
    """View ``table`` and a project's own views; a row that rests on nothing is left out."""
    rows = []
    for same in items.values():
        for row in same:
            refs = _rests(page, row)
            if refs:
                cells = tuple(tuple(_cell(page, column, row.get(column))) for column in columns)
                rows.append(TableRow(cells, refs))
    return Rows(tuple(map(words_for, columns)), tuple(rows))


def _rests(page: Making, row: Row) -> tuple[int, ...]:
    claims = [iri for column in ("claim", "claims") for iri in iris_in(column, row.get(column))]
    graphs = [row["graph"].value] if "graph" in row else []
    return tuple(sorted({*page.numbers.claims(claims), *page.numbers.graphs(graphs, page.iri)}))


def _cell(page: Making, column: str, term: Term | None) -> Iterator[Value]:
    if term is None:
        return
    found = iris_in(column, term)
    if found:
        yield from map(page.said.value, found)
    else:
        yield page.value(term)

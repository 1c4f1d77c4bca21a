"""How a store is asked for what pages are made of: few long questions, and none of which the answer is known.

Asked in plain words, a store looks up each node in each branch of each panel, and makes objects of the same
addresses again and again. The embedded store is asked only about nodes of which a panel can say something
(:mod:`diaspora_kg.sparql.thinned`), and writes its answers as text, with numbers for the nodes that were
asked for. Whoever notes the questions (:class:`Noting`) is told what they come to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

from diaspora_kg.names import expand
from diaspora_kg.queries.lookup import Asked, Lookup, ask_part, part_text
from diaspora_kg.queries.panels import PanelQuery
from diaspora_kg.sparql import Edges, bind, heads_of, thinned
from diaspora_kg.store import cells
from diaspora_kg.store.base import Solutions
from diaspora_kg.terms import IRI, Term, write, write_iri

Row = Mapping[str, Term]
Told = dict[str, str]
"""What is said of one node: for each property the values as cells (:mod:`diaspora_kg.store.cells`), between
tabs, which no cell has; one that two graphs hold may stand twice. There are a million of them, and Python's
collector of garbage need not look at text."""

MANY = 200
"""Nodes in one question."""

_MANY_LINES = 1000  # of the embedded store
_FEW = 20  # nodes for which it is not asked which properties are in use at all
_COMMON = 100  # properties that it writes as numbers
_NAME, _FORM = expand("dkg:name"), expand("skosxl:literalForm")
_KIND, _PREFERRED = expand("dkg:kind"), expand("skos:prefLabel")
_KINDS = (expand("dkg:status"), _KIND)
_OWN = tuple(map(expand, ("rdfs:label", "skos:prefLabel", "dct:title", "dkg:gloss")))


@runtime_checkable
class Noting(Protocol):
    """Asks another store, and can be told instead what is asked of that one."""

    store: Asked

    def note(self, text: str, variable: str, nodes: Iterable[str]) -> None:
        """A question is asked of nodes, which stand for its variable."""


@runtime_checkable
class Lines(Protocol):
    """A store that writes the rows of an answer as lines, with cells between tabs."""

    def lines(self, sparql: str) -> list[str]:
        """The rows of a SELECT."""


class Reader:
    """Asks the store of a lookup."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        asked = lookup.store
        self._noting = asked if isinstance(asked, Noting) else None
        self._store: Asked = self._noting.store if self._noting else asked
        self._properties: dict[str, str] = {}
        self._common: list[str] = []
        self._used: dict[str, bool] = {}

    def _note(self, text: str, nodes: Sequence[str]) -> None:
        if self._noting:
            self._noting.note(text, "node", nodes)

    def rows(self, panels: Iterable[tuple[PanelQuery, Sequence[str]]]) -> Iterator[dict[str, list[Row]]]:
        """The answers of panels' queries about some nodes, by node."""
        edges: dict[str, Edges] = {}
        for panel, nodes in panels:
            self._note(panel.text, nodes)
            found: dict[str, list[Row]] = defaultdict(list)
            for start in range(0, len(nodes), MANY):
                part = nodes[start : start + MANY]
                text = self._question(panel.text, part, edges)
                answer = self._store.query(text) if text else Solutions((), ())
                if not isinstance(answer, Solutions):
                    raise TypeError(f"{panel.file} is no SELECT")
                for row in answer:
                    if "node" in row:
                        found[row["node"].value].append(row)
            yield found

    def _question(self, text: str, nodes: Sequence[str], edges: dict[str, Edges]) -> str:
        """What is asked about nodes: of another server just that; it has plans of its own."""
        store = self._store
        if not isinstance(store, Lines):
            return bind(text, {"node": [IRI(iri) for iri in nodes]}, projected=False)
        self._find_edges(store, [iri for iri in nodes if iri not in edges], edges)
        known = {iri: edges[iri] for iri in nodes}
        return (
            thinned(text, "node", known, self._in_use) if len(nodes) > _FEW else thinned(text, "node", known)
        )

    def _in_use(self, name: str) -> bool:
        """Whether any node has a property."""
        if name not in self._used:
            pattern = f"?any {write_iri(name)} ?value"
            self._used[name] = bool(
                self._store.query(f"ASK {{ {{ GRAPH ?graph {{ {pattern} }} }} UNION {{ {pattern} }} }}")
            )
        return self._used[name]

    def _find_edges(self, store: Lines, nodes: Sequence[str], edges: dict[str, Edges]) -> None:
        """Which properties lead to nodes and from them."""
        if not nodes:
            return
        edges.update((iri, Edges()) for iri in nodes)
        for part, known in (
            ("edges-to", [edges[iri].to for iri in nodes]),
            ("edges-of", [edges[iri].of for iri in nodes]),
        ):
            for line in store.lines(_numbered(part_text(part), nodes, self._common)):
                number, written = line.split("\t")
                known[int(number)].add(self._property(written))

    def described(self, nodes: Sequence[str]) -> Iterator[tuple[str, Told]]:
        """All that is said of nodes."""
        self._note(part_text("described"), nodes)
        return self._told("described", nodes)

    def _told(self, part: str, nodes: Sequence[str]) -> Iterator[tuple[str, Told]]:
        near = isinstance(self._store, Lines)
        many = _MANY_LINES if near else MANY
        for start in range(0, len(nodes), many):
            some = nodes[start : start + many]
            found: list[Told] = [{} for _ in some]
            if isinstance(self._store, Lines):
                self._read(self._store.lines(_numbered(part_text(part), some, self._common)), found)
            else:
                by = dict(zip(some, found, strict=True))
                for node, name, value in ask_part(
                    self._store, part, {"node": [IRI(iri) for iri in some]}, projected=False
                ).rows:
                    if node is not None and name is not None and value is not None:
                        _add(by[node.value], name.value, write(value))
            yield from zip(some, found, strict=True)

    def _read(self, lines: Iterable[str], found: Sequence[Told]) -> None:
        properties = self._properties
        last, told = "", found[0] if found else {}
        for line in lines:
            number, written, value = line.split("\t")
            if number != last:  # all that is said of a node comes together
                last, told = number, found[int(number)]
            name = properties.get(written) or self._property(written)
            if name in told:
                told[name] = f"{told[name]}\t{value}"
            else:
                told[name] = value

    def _property(self, written: str) -> str:
        """The property of a cell, which may be the number of a common one; a new one gets a number."""
        name = self._properties.get(written)
        if name is None:
            name = self._properties[written] = cells.iri(written)
            if len(self._common) < _COMMON:
                self._properties[str(len(self._common))] = name
                self._common.append(f"({written} {len(self._common)})")
        return name

    def labels(self, wanted: Iterable[str]) -> Mapping[str, str]:
        """The best label of each node that has one, as :meth:`Lookup.labels` finds it."""
        nodes = sorted(set(wanted))
        if self.lookup.known is not None or not isinstance(self._store, Lines):
            return self.lookup.labels(nodes)
        self._note(part_text("labels"), nodes)
        told = dict(self._told("labelled", nodes))  # most have one, and it is the best that there can be
        told.update(self._told("named", [iri for iri in nodes if not told[iri]]))
        found = {iri: cells.text(one) for iri, same in told.items() if (one := only_label(same))}
        rest = {iri: (same, _own(same)) for iri, same in told.items() if iri not in found}
        unnamed = [same for same, own in rest.values() if not own]
        every = {name for same in unnamed for name in _iris(same, (_NAME,))}
        forms = dict(self._told("named", sorted(every)))
        kinds = {kind for same in unnamed for kind in _iris(same, _KINDS)}
        words = dict(self._told("named", sorted(kinds)))
        for iri, (same, own) in rest.items():
            several = (
                own
                or [(_NAME, form) for name in _iris(same, (_NAME,)) for form in _terms(forms[name], _FORM)]
                or [(_KIND, form) for kind in _iris(same, _KINDS) for form in _terms(words[kind], _PREFERRED)]
            )
            if several:
                found[iri] = self.lookup.best(several)
        return found


def _numbered(text: str, nodes: Sequence[str], common: Sequence[str]) -> str:
    """A question of nodes that answers with their numbers: an address costs as much as all else of a row.

    So it does with the numbers of common properties.
    """
    data = " ".join(f"({write_iri(iri)} {number})" for number, iri in enumerate(nodes))
    [head] = heads_of(text, "node")
    block, ways, columns, end = f" VALUES (?node ?_n) {{ {data} }}", "", "?_n ?property", len(text)
    if common:
        ways = f" OPTIONAL {{ VALUES (?property ?_p) {{ {' '.join(common)} }} }} "
        columns, end = "?_n (COALESCE(?_p, ?property) AS ?_name)", text.rindex("}")
    start = text[:head].replace("?node ?property", columns, 1)
    return f"{start}{block}{text[head:end]}{ways}{text[end:]}"


def _add(told: Told, name: str, value: str) -> None:
    if name in told:
        told[name] = f"{told[name]}\t{value}"
    else:
        told[name] = value


def values(told: Told, name: str) -> Sequence[str]:
    """The values of a property, as cells."""
    found = told.get(name)
    return () if found is None else found.split("\t")


def only_label(told: Told) -> str:
    """The cell of the best label of its own that a node has; empty: it has none, or several as good."""
    for name in _OWN:
        if (cell := told.get(name)) is not None:
            return cell if "\t" not in cell else ""
    return ""


def _own(told: Told) -> list[tuple[str, Term]]:
    return [(name, term) for name in _OWN for term in _terms(told, name)]


def _terms(told: Told, name: str) -> list[Term]:
    return [cells.term(cell) for cell in values(told, name)]


def _iris(told: Told, names: Sequence[str]) -> list[str]:
    return [found for name in names for cell in values(told, name) if (found := cells.iri(cell))]

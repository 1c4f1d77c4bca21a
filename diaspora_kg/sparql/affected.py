"""Which answers of a query a change of the graph can touch: queries that lead from a change to ``?focus``.

An answer appears or goes only if some match of the query's patterns, those inside MINUS, OPTIONAL and
EXISTS included, uses a quad that came or went. So for each triple pattern there is a *probe*: the
patterns that it stands with, joined, each MINUS on the way to it made a plain group. A filter stays where
it only compares what the patterns of its own group bind. With the pattern's subject bound to the subjects
of changed quads of its predicate, a probe finds every focus that the change can touch (and perhaps some
more, which does no harm).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from diaspora_kg.names import expand
from diaspora_kg.sparql.patterns import Aside, Graph, NotTraceable, Part, Reading, Text, Triple, Union
from diaspora_kg.sparql.tokens import Kind, significant

_TYPE = expand("rdf:type")


@dataclass(frozen=True, slots=True)
class Probe:
    """From changed quads to foci.

    A quad counts if its predicate is in ``predicates`` (``None``: any); of the predicate rdf:type only
    with a class in ``classes``, unless that is ``None``. ``climb`` says that the pattern is a path, whose
    start may lie steps before the changed quad; ``inverse`` that a step of it goes backwards. The query
    ``sparql`` selects ``?focus``; ``variable`` is to be bound to what was found (``None``: nothing is).
    """

    sparql: str
    variable: str | None
    predicates: frozenset[str] | None
    classes: frozenset[str] | None = None
    climb: bool = False
    inverse: bool = False


@lru_cache(maxsize=256)
def probes(text: str) -> tuple[Probe, ...]:
    """The probes of a query whose answers are about ``?focus``; raises :class:`NotTraceable`."""
    reading = Reading(text)
    root = reading.query()
    found: dict[tuple[str, str], Probe] = {}
    for triple, chosen in _walk(root, {}):
        where = _render(root, chosen)
        if "?focus" not in where:
            raise NotTraceable("a pattern leads to no ?focus")
        variable = triple.subject[1:] if triple.subject.startswith("?") else None
        classes = None
        if triple.predicates == frozenset({_TYPE}) and not triple.object.startswith("?"):
            classes = frozenset({reading.iri(triple.object)})
        key = (where, f"{triple.subject} {triple.path if triple.climb or classes else ''} {classes}")
        made = Probe(
            f"{reading.prologue}SELECT DISTINCT ?focus WHERE {{ {where} }}",
            variable,
            triple.predicates,
            classes,
            triple.climb,
            triple.inverse,
        )
        before = found.get(key)
        if before is not None:
            both = (before.predicates, made.predicates)
            joined = None if None in both else frozenset[str]().union(*(p for p in both if p is not None))
            made = Probe(made.sparql, variable, joined, classes, made.climb, before.inverse or made.inverse)
        found[key] = made
    return tuple(found.values())


@lru_cache(maxsize=256)
def produced(text: str) -> frozenset[str]:
    """The properties of the triples that a CONSTRUCT makes; raises :class:`NotTraceable`."""
    reading = Reading(text)
    made: set[str] = set()
    for part in reading.template():
        if not isinstance(part, Triple) or part.predicates is None:
            raise NotTraceable("the template has more than triples with a property each")
        made |= part.predicates
    return frozenset(made)


def _walk(parts: list[Part], chosen: Mapping[int, int]) -> Iterator[tuple[Triple, Mapping[int, int]]]:
    for part in parts:
        if isinstance(part, Triple):
            yield part, chosen
        elif isinstance(part, Graph):
            yield from _walk(part.inside, chosen)
        elif isinstance(part, Aside):
            yield from _walk(part.inside, {**chosen, id(part): 0})
        elif isinstance(part, Union):
            for number, branch in enumerate(part.branches):
                yield from _walk(branch, {**chosen, id(part): number})


def _render(parts: list[Part], chosen: Mapping[int, int]) -> str:
    return " ".join(filter(None, (_rendered(part, chosen) for part in parts)))


def _rendered(part: Part, chosen: Mapping[int, int]) -> str:
    if isinstance(part, Triple):
        return f"{part.subject} {part.path} {part.object} ."
    if isinstance(part, Text):
        return part.text
    if isinstance(part, Graph):
        # Its filters stand behind it: what has one inside is matched whole, whatever is known from elsewhere.
        filters: list[Part] = [one for one in part.inside if isinstance(one, Text) and one.needs]
        inside = _render([one for one in part.inside if one not in filters], chosen)
        return f"GRAPH {part.name} {{ {inside} }} {_render(filters, chosen)}".rstrip() if inside else ""
    if isinstance(part, Aside):
        return _render(part.inside, chosen) if id(part) in chosen else ""
    if id(part) in chosen:
        return _render(part.branches[chosen[id(part)]], chosen)
    return " UNION ".join(f"{{ {_render(branch, chosen)} }}" for branch in part.branches)


def without_graph(text: str, graph: str) -> str:
    """The query, blind to one graph: a filter stands behind every ``GRAPH ?variable { … }``.

    >>> without_graph("SELECT * { GRAPH ?g { ?s ?p ?o } }", "https://example.org/x")
    'SELECT * { GRAPH ?g { ?s ?p ?o } FILTER (?g != <https://example.org/x>) }'
    """
    found = significant(text)
    waiting: list[str] = []
    parts, done, last = [], 0, ""
    for before, token in zip([None, *found], found, strict=False):
        if before is not None and before.is_word("GRAPH"):
            last = token.text if token.kind is Kind.VARIABLE else ""
        elif token.is_mark("{"):
            waiting.append(last)
            last = ""
        elif token.is_mark("}") and waiting and (name := waiting.pop()):
            parts += [text[done : token.end], f" FILTER ({name} != <{graph}>)"]
            done = token.end
    return "".join([*parts, text[done:]])

"""Gives each group of a query only those values that it can have an answer for.

A query with many branches is asked of hundreds of nodes at once, and a store looks each node up in each
branch, most of them for nothing. Which properties lead to a node and from it is one cheap question; a group
with the pattern ``?claim dkg:about ?node`` has no answer for a node to which no ``dkg:about`` leads. Leaving
it out of the VALUES of that group changes no answer. Where a pattern has several properties
(``dkg:about|dkg:content``), each node is given with those that it has: ``VALUES (?node ?_way0) { … }``.
Nor has a group an answer for any node, if it needs a property that no node of the whole graph has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product

from diaspora_kg.sparql.bind import heads_of
from diaspora_kg.sparql.guard import projection
from diaspora_kg.sparql.patterns import Aside, Graph, NotTraceable, Part, Reading, Triple
from diaspora_kg.sparql.tokens import significant
from diaspora_kg.terms import write_iri

_COUNTING = ("COUNT", "SUM", "AVG", "GROUP_CONCAT")
_NOWHERE = "urn:x-dkg:nowhere"  # stands where no value is left: not every server can read an empty block


@dataclass(frozen=True, slots=True)
class Edges:
    """The properties that lead to a node, and those that lead from it."""

    to: set[str] = field(default_factory=set)
    of: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Need:
    """That one of these properties leads to a node (``towards``) or from it.

    ``span`` is where the text has them, if there are several in a pattern of the group itself.
    """

    towards: bool
    properties: frozenset[str]
    span: tuple[int, int] = (0, 0)

    def met(self, edges: Edges) -> frozenset[str]:
        """Those of the properties that a node has."""
        return self.properties & (edges.to if self.towards else edges.of)


@dataclass(frozen=True, slots=True)
class _Group:
    """Where a group begins that mentions the variable, and what it needs of the nodes.

    Of each of ``certain`` some property must be in use, or no pattern around the group matches.
    """

    head: int
    needs: tuple[_Need, ...] = ()
    certain: tuple[frozenset[str], ...] = ()

    def possible(self, used: Callable[[str], bool]) -> bool:
        """Whether properties are in use so that there may be an answer at all."""
        return all(any(map(used, properties)) for properties in self.certain)


def _all_used(_: str) -> bool:
    return True


def thinned(
    text: str, variable: str, edges: Mapping[str, Edges], used: Callable[[str], bool] = _all_used
) -> str:
    """The query with the variable bound in each group to the nodes for which it may have an answer.

    ``used`` tells whether any node of the graph has a property.
    Empty: no group has such a node, so that there is no row with the variable. What stands outside the
    query's WHERE does not count, as in :func:`~diaspora_kg.sparql.bind`. Raises :class:`ValueError` for an
    IRI that cannot be written.
    """
    put: list[tuple[int, int, str]] = []
    some, number = False, 0
    for group in _groups(text, variable):
        ways = [need for need in group.needs if need.span[1]]
        names = [f"?_way{n}" for n in range(number, number + len(ways))]
        number += len(ways)
        some_of = edges.items() if group.possible(used) else ()
        rows = [row for iri, known in some_of for row in _rows(iri, known, group.needs, ways)]
        some = some or bool(rows)
        blank = [" ".join([f"<{_NOWHERE}>"] * (1 + len(ways)))]
        data = " ".join(f"({row})" if ways else row for row in rows or blank)
        columns = f"(?{variable} {' '.join(names)})" if ways else f"?{variable}"
        put.append((group.head, group.head, f" VALUES {columns} {{ {data} }}"))
        put += [(*need.span, name) for need, name in zip(ways, names, strict=True)]
    parts, done = [], 0
    for start, end, new in sorted(put):
        parts += [text[done:start], new]
        done = end
    return "".join([*parts, text[done:]]) if some else ""


def _rows(iri: str, edges: Edges, needs: Sequence[_Need], ways: Sequence[_Need]) -> Iterator[str]:
    """The lines of a node in a block of VALUES."""
    for need in needs:
        if need.properties.isdisjoint(edges.to if need.towards else edges.of):
            return
    if not ways:
        yield write_iri(iri)
        return
    for chosen in product(*(sorted(way.met(edges)) for way in ways)):
        yield " ".join(map(write_iri, (iri, *chosen)))


@lru_cache(maxsize=256)
def _groups(text: str, variable: str) -> tuple[_Group, ...]:
    """The groups that mention a variable; of a query that cannot be read nothing is needed."""
    heads = heads_of(text, variable)
    reading = _Placed(text)
    try:
        reading.query()
    except NotTraceable:
        return tuple(map(_Group, heads))
    plain = "?_way" not in text and _each_row_once(text)
    return tuple(
        _Group(head, tuple(reading.needs(head, f"?{variable}", plain=plain)), tuple(reading.certain(head)))
        for head in heads
    )


def _each_row_once(text: str) -> bool:
    """Whether it makes no difference to the answer in how many ways a row is found, and of which columns.

    An engine may find a node that several properties of one pattern lead to once; with each of them in a line
    of its own it is found several times.
    """
    tokens = significant(text)
    start = next(n for n, token in enumerate(tokens) if token.is_word("SELECT"))
    after = zip(tokens, tokens[1:], tokens[2:], strict=False)
    counts = any(one.is_word(*_COUNTING) and not third.is_word("DISTINCT") for one, _, third in after)
    return tokens[start + 1].is_word("DISTINCT") and projection(text) is not None and not counts


@dataclass
class _Placed(Reading):
    """A reader that keeps where each group begins, and where the properties of each pattern stand."""

    groups: dict[int, list[Part]] = field(default_factory=dict)
    _paths: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    _open: list[int] = field(default_factory=list)

    def needs(self, head: int, node: str, *, plain: bool) -> Iterator[_Need]:
        """What the group that begins there needs; ``plain``: its text may be changed."""
        every = list(_must(self.groups.get(head, [])))
        often = Counter(id(one.predicates) for one in every)
        for one in every:
            if one.predicates and node in {one.subject, one.object} and not (one.climb or one.inverse):
                several = len(one.predicates) == one.path.count("|") + 1 > 1
                own, *span = self._paths[id(one.predicates)]
                change = plain and several and own == head and often[id(one.predicates)] == 1
                start, end = span if change else (0, 0)
                yield _Need(one.object == node, one.predicates, (start, end))

    def certain(self, head: int) -> Iterator[frozenset[str]]:
        """The properties of the patterns that must match where the group does: its own, and those around."""
        own = self.groups.get(head)
        for parts in self.groups.values():
            if parts is own or any(one is own for one in _inside(parts)):
                for one in _must(parts):
                    if one.predicates and not (one.climb or one.inverse):
                        yield one.predicates

    def _group(self) -> list[Part]:
        self._open.append(self._peek().end)
        parts = super()._group()
        self.groups[self._open.pop()] = parts
        return parts

    def _subselect(self) -> list[Part]:
        return [Aside(super()._subselect())]  # it may count, and then it answers where nothing matches

    def _path(self) -> tuple[str, frozenset[str] | None, bool, bool]:
        start = self._peek().start
        found = super()._path()
        self._paths[id(found[1])] = (self._open[-1], start, self._tokens[self._at - 1].end)
        return found


def _inside(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """The groups within a group that must match too."""
    for part in parts:
        if isinstance(part, Graph):
            yield part.inside
            yield from _inside(part.inside)


def _must(parts: Sequence[Part]) -> Iterator[Triple]:
    """The patterns of a group that must all match; of branches and of what need not match, none."""
    for part in parts:
        if isinstance(part, Graph):
            yield from _must(part.inside)
        elif isinstance(part, Triple):
            yield part

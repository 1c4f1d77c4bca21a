"""Triple patterns of a query as steps: each looks for its triples, and does the next for every one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from rdflib import BNode, Variable
from rdflib.term import Node as Term

from diaspora_kg.shapes.fast.index import Index
from diaspora_kg.shapes.fast.paths import Path, Unknown, of_sparql
from diaspora_kg.shapes.fast.values import text_of

Bound = list[str]
"""The value of each variable by its number; empty where it has none yet."""

Then = Callable[[Index, Bound], bool]
"""What is done with a solution; it says whether to stop."""

Test = Callable[[Index, Bound], bool]


@dataclass
class Names:
    """The variables of a query, numbered."""

    slots: dict[Variable, int] = field(default_factory=dict)

    def slot(self, variable: Variable) -> int:
        """The number of a variable."""
        return self.slots.setdefault(variable, len(self.slots))


@dataclass(frozen=True)
class End:
    """A subject or object of a pattern: a term, or the number of a variable."""

    term: str = ""
    slot: int = -1

    def bound(self, known: frozenset[int]) -> bool:
        """Whether it has a value where these variables have one."""
        return self.slot < 0 or self.slot in known

    def value(self, bound: Bound) -> str:
        """The term that it stands for."""
        return self.term or bound[self.slot]


@dataclass(frozen=True)
class Pattern:
    """A triple pattern: its ``path``, or ``by`` the variable that stands for its property."""

    subject: End
    path: Path | None
    by: int
    value: End

    def slots(self) -> frozenset[int]:
        """The numbers of its variables."""
        return frozenset({self.subject.slot, self.value.slot, self.by} - {-1})

    def weight(self, known: frozenset[int]) -> tuple[int, int]:
        """How soon it is looked for: the more is known, the sooner."""
        ends = (self.subject.bound(known), self.value.bound(known))
        named = self.path is not None or self.by in known
        open_path = self.path is not None and not self.path.predicate and not any(ends)
        return (not named) * 4 + open_path * 8 - sum(ends), not ends[0]


def pattern_of(triple: Sequence[Term], names: Names) -> Pattern:
    """A triple of a parsed query; raises :class:`Unknown` for a path that is not known."""
    subject, predicate, value = triple
    by = names.slot(predicate) if isinstance(predicate, Variable) else -1
    path = None if by >= 0 else of_sparql(predicate)
    return Pattern(end_of(subject, names), path, by, end_of(value, names))


def end_of(term: Term, names: Names) -> End:
    """A term or variable of a parsed query; a blank node stands for a variable without a name."""
    if isinstance(term, Variable):
        return End(slot=names.slot(term))
    if isinstance(term, BNode):
        return End(slot=names.slot(Variable(f"_:{term}")))
    return End(term=text_of(term))


def look(pattern: Pattern, known: frozenset[int]) -> Callable[[Then], Then]:
    """The step that looks for a pattern where these variables have a value; raises :class:`Unknown`."""
    subject, value = pattern.subject.bound(known), pattern.value.bound(known)
    if pattern.subject.slot == pattern.value.slot >= 0 and not subject:
        raise Unknown("a pattern of which both ends are one variable")
    if pattern.path is None:
        if pattern.by not in known:
            raise Unknown("a pattern of any property")
        return _by_variable(pattern, subject=subject, value=value)
    path = pattern.path
    if subject:
        return _onward(pattern.subject, path.ahead, pattern.value, check=value)
    if value:
        return _onward(pattern.value, path.back, pattern.subject, check=False)
    if not path.predicate:
        raise Unknown("a path of which both ends are open")
    return _pairs(pattern, lambda _: path.predicate)


def _onward(
    start: End, step: Callable[[Index, str], Collection[str]], end: End, *, check: bool
) -> Callable[[Then], Then]:
    slot = end.slot

    def wrap(then: Then) -> Then:
        def checked(index: Index, bound: Bound) -> bool:
            return end.value(bound) in step(index, start.value(bound)) and then(index, bound)

        def looked(index: Index, bound: Bound) -> bool:
            for node in step(index, start.value(bound)):
                bound[slot] = node
                if then(index, bound):
                    return True
            return False

        return checked if check else looked

    return wrap


def _by_variable(pattern: Pattern, *, subject: bool, value: bool) -> Callable[[Then], Then]:
    by, start, end = pattern.by, pattern.subject, pattern.value
    if not subject and not value:
        return _pairs(pattern, lambda bound: bound[by])

    def wrap(then: Then) -> Then:
        def checked(index: Index, bound: Bound) -> bool:
            found = index.objects(start.value(bound), bound[by])
            return end.value(bound) in found and then(index, bound)

        def ahead(index: Index, bound: Bound) -> bool:
            return _each(index.objects(start.value(bound), bound[by]), end.slot, then, index, bound)

        def back(index: Index, bound: Bound) -> bool:
            return _each(index.subjects(bound[by], end.value(bound)), start.slot, then, index, bound)

        if subject and value:
            return checked
        return ahead if subject else back

    return wrap


def _each(nodes: Collection[str], slot: int, then: Then, index: Index, bound: Bound) -> bool:
    for node in nodes:
        bound[slot] = node
        if then(index, bound):
            return True
    return False


def _pairs(pattern: Pattern, predicate: Callable[[Bound], str]) -> Callable[[Then], Then]:
    subject, value = pattern.subject.slot, pattern.value.slot

    def wrap(then: Then) -> Then:
        def looked(index: Index, bound: Bound) -> bool:
            for node, values in index.forward.get(predicate(bound), {}).items():
                bound[subject] = node
                for one in values:
                    bound[value] = one
                    if then(index, bound):
                        return True
            return False

        return looked

    return wrap

"""What a constraint asks of the shape that it is part of, and what it is once it is compiled."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node as Term

from diaspora_kg.names import expand
from diaspora_kg.shapes.fast.index import Index
from diaspora_kg.shapes.fast.paths import Unknown

Result = tuple[Term, str, str]
"""The shape, the focus node, the value."""

Constraint = Callable[[Index, str, Collection[str]], Sequence[Result]]
Each = Callable[[Index, str], bool]


class Described(Protocol):
    """What a constraint asks of the shape that it is part of."""

    graph: Graph
    node: Term
    is_property: bool
    classes: Mapping[str, frozenset[str]]
    """The superclasses of each class, itself among them."""


def values(shape: Described, name: str) -> list[Term]:
    """What a shape says for a property, in a fixed order."""
    return sorted(shape.graph.objects(shape.node, URIRef(expand(name))), key=str)


def single(shape: Described, name: str) -> Term:
    """The one value of a property; raises :class:`Unknown`."""
    found = values(shape, name)
    if len(found) != 1:
        raise Unknown(f"{name} {len(found)} times")
    return found[0]


def whole(shape: Described, name: str) -> int:
    """The one whole number of a property; raises :class:`Unknown`."""
    found = single(shape, name)
    if not isinstance(found, Literal) or type(found.value) is not int or found.value < 0:
        raise Unknown(f"{name} that is no whole number")
    return found.value


def items(shape: Described, head: Term) -> list[Term]:
    """The members of a list."""
    return list(shape.graph.items(head))


def of_property(shape: Described, name: str) -> None:
    """Raise :class:`Unknown` for a constraint that only a shape with a path can have."""
    if not shape.is_property:
        raise Unknown(f"{name} without a path")


def each(shape: Described, passes: Each) -> Constraint:
    """A test that each value node must pass."""
    source = shape.node

    def check(index: Index, focus: str, found: Collection[str]) -> Sequence[Result]:
        return [(source, focus, value) for value in found if not passes(index, value)]

    return check


def nothing(_index: Index, _focus: str, _found: Collection[str]) -> Sequence[Result]:
    """A constraint that asks nothing."""
    return ()


def conjunction(checks: Iterable[Constraint]) -> Constraint:
    """All of some constraints."""
    parts = tuple(checks)

    def check(index: Index, focus: str, found: Collection[str]) -> Sequence[Result]:
        wrong: list[Result] = []
        for part in parts:
            wrong += part(index, focus, found)
        return wrong

    return parts[0] if len(parts) == 1 else check

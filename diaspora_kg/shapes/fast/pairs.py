"""The constraint components of SHACL Core that compare: with another property, with a border, or by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from rdflib import Literal, URIRef

from diaspora_kg.names import expand
from diaspora_kg.shapes.fast.asked import (
    Constraint,
    Described,
    Result,
    each,
    items,
    nothing,
    of_property,
    single,
    values,
)
from diaspora_kg.shapes.fast.index import TYPE, Index
from diaspora_kg.shapes.fast.paths import Unknown
from diaspora_kg.shapes.fast.values import below, iri, is_literal, text_of


def _pair(shape: Described, name: str, compare: Callable[[str, Collection[str]], bool]) -> Constraint:
    others, source = [text_of(one) for one in values(shape, name)], shape.node

    def check(index: Index, focus: str, found: Collection[str]) -> Sequence[Result]:
        if not found:
            return ()
        return [
            (source, focus, value)
            for other in others
            for theirs in [index.objects(focus, other)]
            for value in found
            if not compare(value, theirs)
        ]

    return check


def less_than(shape: Described) -> Constraint:
    """``sh:lessThan``."""
    of_property(shape, "sh:lessThan")
    return _pair(shape, "sh:lessThan", lambda one, them: all(below(one, b, equal=False) for b in them))


def less_than_or_equals(shape: Described) -> Constraint:
    """``sh:lessThanOrEquals``."""
    of_property(shape, "sh:lessThanOrEquals")
    return _pair(shape, "sh:lessThanOrEquals", lambda one, them: all(below(one, b, equal=True) for b in them))


def disjoint(shape: Described) -> Constraint:
    """``sh:disjoint``."""
    return _pair(shape, "sh:disjoint", lambda one, them: one not in them)


def equals(shape: Described) -> Constraint:
    """``sh:equals``."""
    others, source = [text_of(one) for one in values(shape, "sh:equals")], shape.node

    def check(index: Index, focus: str, found: Collection[str]) -> Sequence[Result]:
        return [
            (source, focus, value)
            for other in others
            for value in set(found) ^ set(index.objects(focus, other))
        ]

    return check


def limit(name: str, passes: Callable[[str, str], bool]) -> Callable[[Described], Constraint]:
    """A border that each value is compared with, such as ``sh:minInclusive``."""

    def limited(shape: Described) -> Constraint:
        border = text_of(single(shape, name))
        # of what is no literal pyshacl knows that it is never within
        return each(shape, lambda _, value: is_literal(value) and passes(value, border))

    return limited


def closed(shape: Described) -> Constraint:
    """``sh:closed``."""
    wanted, source = single(shape, "sh:closed"), shape.node
    if not isinstance(wanted, Literal) or type(wanted.value) is not bool:
        raise Unknown("sh:closed that is neither true nor false")
    if wanted.value is False:
        return nothing
    lists = values(shape, "sh:ignoredProperties")
    named = [one for head in lists for one in items(shape, head)]
    for part in values(shape, "sh:property"):
        named.extend(p for p in shape.graph.objects(part, URIRef(expand("sh:path"))) if isinstance(p, URIRef))
    allowed = frozenset(map(text_of, named))
    resource = iri("rdfs:Resource")

    def check(index: Index, focus: str, found: Collection[str]) -> Sequence[Result]:
        return [
            (source, focus, value)
            for node in found
            for predicate, cells in index.forward.items()
            if predicate not in allowed
            for value in cells.get(node, ())
            if (predicate, value) != (TYPE, resource)
        ]

    return check

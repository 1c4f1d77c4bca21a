"""The constraint components of SHACL Core on value nodes, each compiled for one shape.

Each gives its results as pyshacl gives them: the shape that found it, the focus node, and the value where
pyshacl names one (empty where it does not). An ill-formed constraint is
:class:`~diaspora_kg.shapes.fast.paths.Unknown`: pyshacl has the words for what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from rdflib import Literal
from rdflib.term import Node as Term

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
    whole,
)
from diaspora_kg.shapes.fast.index import TYPE, Index
from diaspora_kg.shapes.fast.paths import Unknown
from diaspora_kg.shapes.fast.values import (
    has_datatype,
    is_kind,
    is_literal,
    language_of,
    matcher,
    string_of,
    text_of,
)


def min_count(shape: Described) -> Constraint:
    """``sh:minCount``."""
    least, source = whole(shape, "sh:minCount"), shape.node
    of_property(shape, "sh:minCount")

    def check(_: Index, focus: str, found: Collection[str]) -> Sequence[Result]:
        return () if len(found) >= least else ((source, focus, ""),)

    return check


def max_count(shape: Described) -> Constraint:
    """``sh:maxCount``."""
    most, source = whole(shape, "sh:maxCount"), shape.node
    of_property(shape, "sh:maxCount")

    def check(_: Index, focus: str, found: Collection[str]) -> Sequence[Result]:
        return () if len(found) <= most else ((source, focus, ""),)

    return check


def has_value(shape: Described) -> Constraint:
    """``sh:hasValue``."""
    wanted, source = [text_of(one) for one in values(shape, "sh:hasValue")], shape.node
    if len(wanted) == 1:
        return _has(source, wanted[0])

    def check(_: Index, focus: str, found: Collection[str]) -> Sequence[Result]:
        return [(source, focus, "") for one in wanted if one not in found]

    return check


def _has(source: Term, wanted: str) -> Constraint:
    def check(_: Index, focus: str, found: Collection[str]) -> Sequence[Result]:
        return () if wanted in found else ((source, focus, ""),)

    return check


def in_(shape: Described) -> Constraint:
    """``sh:in``."""
    allowed = frozenset(map(text_of, items(shape, single(shape, "sh:in"))))
    return each(shape, lambda _, value: value in allowed)


def class_(shape: Described) -> Constraint:
    """``sh:class``."""
    wanted, above = [text_of(one) for one in values(shape, "sh:class")], shape.classes

    def passes(index: Index, value: str) -> bool:
        if is_literal(value):
            return False
        types = index.objects(value, TYPE)
        return all(any(one == of or one in above.get(of, ()) for of in types) for one in wanted)

    return each(shape, passes)


def datatype(shape: Described) -> Constraint:
    """``sh:datatype``."""
    datatype = str(single(shape, "sh:datatype"))
    return each(shape, lambda _, value: has_datatype(value, datatype))


def node_kind(shape: Described) -> Constraint:
    """``sh:nodeKind``."""
    kind = str(single(shape, "sh:nodeKind"))
    return each(shape, lambda _, value: is_kind(value, kind))


def min_length(shape: Described) -> Constraint:
    """``sh:minLength``."""
    least = whole(shape, "sh:minLength")
    return each(shape, lambda _, value: len(string_of(value)) >= least)


def max_length(shape: Described) -> Constraint:
    """``sh:maxLength``."""
    most = whole(shape, "sh:maxLength")
    return each(shape, lambda _, value: len(string_of(value)) <= most)


def pattern(shape: Described) -> Constraint:
    """``sh:pattern``."""
    flags = values(shape, "sh:flags")
    pattern = single(shape, "sh:pattern")
    if len(flags) > 1 or not isinstance(pattern, Literal):
        raise Unknown("sh:pattern with several flags")
    try:
        test = matcher(str(pattern), str(flags[0]).lower() if flags else "")
    except re.error as error:
        raise Unknown("sh:pattern that is no pattern") from error
    return each(shape, lambda _, value: test(value))


def language_in(shape: Described) -> Constraint:
    """``sh:languageIn``."""
    allowed = frozenset(str(one).lower() for one in items(shape, single(shape, "sh:languageIn")))

    def passes(_: Index, value: str) -> bool:
        tag = language_of(value)
        return bool(tag) and ("*" in allowed or tag in allowed or tag.partition("-")[0] in allowed)

    return each(shape, passes)


def unique_lang(shape: Described) -> Constraint:
    """``sh:uniqueLang``."""
    wanted, source = single(shape, "sh:uniqueLang"), shape.node
    of_property(shape, "sh:uniqueLang")
    if not isinstance(wanted, Literal) or type(wanted.value) is not bool:
        raise Unknown("sh:uniqueLang that is neither true nor false")
    if wanted.value is False:
        return nothing

    def check(_: Index, focus: str, found: Collection[str]) -> Sequence[Result]:
        tags = [tag for tag in map(language_of, found) if tag]
        return ((source, focus, ""),) if len(set(tags)) < len(tags) else ()

    return check

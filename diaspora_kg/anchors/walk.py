"""Walks through an article's values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache

from diaspora_kg.article import Article, Node, Ref, When


def refs(value: object) -> Iterator[Ref]:
    """Every reference to a node, at any depth."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind is Ref:
            yield one  # type: ignore[misc]
        elif kind is tuple:
            waiting += reversed(one)  # type: ignore[call-overload]
        elif kind not in _LEAVES and (members := _members(kind)):  # type: ignore[arg-type]
            waiting += (getattr(one, name) for name in members)


_LEAVES = frozenset({str, int, bool, type(None)})


@cache
def _members(kind: type[object]) -> tuple[str, ...]:
    """The members of a dataclass in which references may be, the last first."""
    members = reversed(fields(kind)) if is_dataclass(kind) else ()
    return tuple(member.name for member in members if _HOLDING.search(str(member.type)))


_HOLDING = re.compile(r"\b(?:Ref|Scalar|Node|Claim|Statement|Participation|Form|Stance|Mention)\b")
"""The types that hold references, as members have them."""


def nodes(article: Article) -> Iterator[Node]:
    """Every node, those inside claims and the figures of statements too."""
    yield from article.nodes
    for statement in article.statements:
        if statement.figure:
            yield statement.figure
    for claim in article.all_claims():
        yield from (one for one in claim.content if isinstance(one, Node))


def dates(article: Article) -> Iterator[When]:
    """Every date but the article's own."""
    for slots in (*(node.slots for node in nodes(article)), *(one.slots for one in article.statements)):
        for _, value in slots:
            if isinstance(value, When):
                yield value

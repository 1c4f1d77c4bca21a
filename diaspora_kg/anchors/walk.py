"""Walks through an article's values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from diaspora_kg.article import Article, Node, Ref, When


def refs(value: object) -> Iterator[Ref]:
    """Every reference to a node, at any depth."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from refs(item)
    elif is_dataclass(value):
        for each in fields(value):
            yield from refs(getattr(value, each.name))


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
        yield from (value for _, value in slots if isinstance(value, When))

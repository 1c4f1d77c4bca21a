"""What lies outside of an article and is needed to map it: the entries and former keys that it goes by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from diaspora_kg.article import Article, Node
from diaspora_kg.identity import Directory, Entry, uses
from diaspora_kg.identity.decisions import same_key
from diaspora_kg.identity.references import uses_of_node


def outside(article: Article, directory: Directory) -> Iterator[Entry]:
    """What an article refers to, and what those nodes refer to (a post's organization)."""
    seen: set[tuple[str, str]] = set()
    waiting = [directory.find(use.ref.key, article.key) for use in uses(article)]
    near = [entry for entry in waiting if entry is not None]
    further = [
        directory.find(use.ref.key, entry.article)
        for entry in near
        if isinstance(entry.record, Node)
        for use in uses_of_node(entry.record)
    ]
    for entry in (*near, *further):
        if entry is None or entry.article == article.key or (entry.kind, entry.key) in seen:
            continue
        seen.add((entry.kind, entry.key))
        yield entry


def renamed(article: Article, entries: Iterable[Entry], directory: Directory) -> Iterator[tuple[str, str]]:
    """The former keys of articles that this one, or a node that it refers to, goes by."""
    if not directory.renames:
        return
    nodes = (entry.record for entry in entries if isinstance(entry.record, Node))
    for use in chain(uses(article), *map(uses_of_node, nodes)):
        for old in (same_key(use.ref.key), same_key(use.ref.key).rpartition(".")[0]):
            if now := directory.renamed(old):
                yield old, now

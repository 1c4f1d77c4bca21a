"""Which entries of the register an article may mean by nodes of its own; nothing is linked by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from diaspora_kg.article import Article, Node
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.identity.directory import Entry

_Alike = Mapping[tuple[str, str], list[str]]
_HINT = "If one of them is meant, use its key and keep only `mentions` here; a namesake stays as it is."


def suggest(articles: Iterable[Article], register: Iterable[Entry]) -> Iterator[Finding]:
    """A hint for each declared node that has a name of an entry of the same kind."""
    alike: dict[tuple[str, str], list[str]] = {}
    for entry in register:
        for name in _names(entry.record) if isinstance(entry.record, Node) else ():
            alike.setdefault((entry.kind, name), []).append(entry.key)
    for article in articles if alike else ():
        for node in article.nodes:
            if found := _entries(node, alike):
                keys = ", ".join(f"`{key}`" for key in found)
                yield Finding(
                    *(article.file, node.line, Severity.INFO, "name-in-register"),
                    message=f"The register has this name too: {keys}.",
                    hint=_HINT,
                    words=node.key,
                    article=article.key,
                )


def _entries(node: Node, alike: _Alike) -> list[str]:
    keys = {key for name in _names(node) for key in alike.get((node.kind, name), ())}
    return [] if node.addition else sorted(keys - {node.key})


def _names(node: Node) -> set[str]:
    return {" ".join(name.form.split()).casefold() for name in node.names}

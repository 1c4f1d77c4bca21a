"""What annotation tools marked and nobody linked yet: a list for a person who looks it up.

On it are the actors and places of tools' articles that have neither an entry in the register nor an id of
a register that is allowed, and the ids that were written and are not allowed. The native format is left
out: there a key is a decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass, fields

from diaspora_kg.article import Article, Node, Text
from diaspora_kg.errors import Finding
from diaspora_kg.pipeline import Progress, run
from diaspora_kg.project import Project
from diaspora_kg.trust import Trusted
from diaspora_kg.visible import visible

_LINKED = frozenset({"organization", "person", "polity", "place"})
_CODE = "to-link"


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One thing to look up. ``key`` is empty for an id that was refused, ``id`` for what has none."""

    article: str
    key: str
    kind: str
    words: str
    id: str
    file: str
    line: int


def to_link(
    project: Project,
    wanted: Callable[[Article], bool],
    *,
    trusted: Trusted = False,
    jobs: int = 1,
    progress: Progress | None = None,
) -> tuple[Row, ...]:
    """The list for the articles that are ``wanted``; raises :class:`~diaspora_kg.errors.DkgError`."""
    done = run(project, jobs=jobs, trusted=trusted, wanted=wanted, progress=progress)
    found: list[Row] = []
    for one in done.articles:
        found += _refused(one.article.key, one.all_findings())
        if one.article.exact:
            found += _unlinked(one.article)
    return tuple(sorted(set(found)))


def as_tsv(rows: Iterable[Row]) -> str:
    """The list as a table, a line each; nothing in it can act on a terminal or end a cell."""
    lines = ["\t".join(one.name for one in fields(Row))]
    lines += ["\t".join(_cell(value) for value in astuple(row)) for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    return visible(" ".join(str(value).split()))


def _refused(article: str, findings: Iterable[Finding]) -> Iterator[Row]:
    for one in findings:
        if one.code == _CODE:
            written = one.message.partition(": ")[2].removesuffix(".")
            yield Row(article, "", "", one.words, written, one.file, one.line)


def _unlinked(article: Article) -> Iterator[Row]:
    for node in article.nodes:
        linked = node.addition or any(True for _ in node.values("dkg:externalId"))
        if node.kind in _LINKED and not linked:
            file, line, _ = article.place(node.line)
            yield Row(article.key, node.key, node.kind, _words(node), "", file, line)


def _words(node: Node) -> str:
    """The words to look for: its names, else its label, else how it is mentioned."""
    names = [name.form for name in node.names]
    labels = [value.value for value in node.values("rdfs:label") if isinstance(value, Text)]
    return "; ".join(dict.fromkeys(names or labels or [form.text for form in node.forms[:3]]))

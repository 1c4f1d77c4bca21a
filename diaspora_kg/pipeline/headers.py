"""An ``x.yaml`` with a header only: what it says of the articles that other files of its stem hold.

What the header says stands, since a researcher wrote it down on purpose; where the other file says
something else, that is a finding. Only the annotator is the other file's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TypeVar

from diaspora_kg.article import Anchor, Article, Ref, Scalar, When
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.state import FileStamp

Placed = TypeVar("Placed", bound=Anchor | When | Ref)

_SILENT = {"", "und"}
_OF_ONE = ("title", "formerly", "text_sha256", "text_file", "skips", "published")
_WRITTEN = {"text_file": "text", "skips": "skip"}


@dataclass(frozen=True)
class Header:
    """A header that was read, and what is wrong with it."""

    article: Article
    findings: tuple[Finding, ...]
    stamp: FileStamp


def fill(article: Article, header: Article, *, alone: bool) -> tuple[Article, tuple[Finding, ...]]:
    """The article with what its header says, and where the two differ.

    ``alone`` is false where the file holds several articles and the header speaks of all of them: what
    can only be true of one is then left out, and told. Lines of the header are negative numbers in the
    values that come from it (:meth:`~diaspora_kg.article.Article.place`).
    """
    told = _Telling(article, header)
    said = header if alone else _shared(header, told)
    found = replace(
        article,
        header=header.file,
        title=told.text("title", article.title, said.title),
        language=told.text("language", article.language, said.language),
        annotator=_annotator(article, said, told),
        annotated=article.annotated or said.annotated,
        published=told.date(article.published, said.published),
        formerly=tuple(dict.fromkeys((*article.formerly, *said.formerly))),
        slots=tuple(_slots(article, said, told)),
        gloss_language=said.gloss_language,
        withheld=article.withheld or said.withheld,
        text_file=said.text_file or article.text_file,
        text_sha256=told.text("text_sha256", article.text_sha256, said.text_sha256),
        skips=(*article.skips, *map(_there, said.skips)),
    )
    known = {name for name, _ in found.slots} | ({"dkg:when"} if found.published else set())
    unknown = tuple(dict.fromkeys(one for one in (*article.unknown, *said.unknown) if one not in known))
    return replace(found, unknown=unknown), tuple(told.findings)


def lacking(article: Article) -> tuple[Finding, ...]:
    """The violation for an article of a tool of which nobody says what it is called and in which language."""
    names = (("title", article.title), ("language", article.language))
    missing = " and ".join(name for name, value in names if value in _SILENT)
    if not missing:
        return ()
    beside = f"{PurePosixPath(article.file).stem}.yaml"
    message = f"Nothing says the {missing} of this article: the file has no place for it, or leaves it out."
    hint = f"Write a header beside it, {beside}: `format: 1`, then `article:` with title and language."
    place = (article.file, article.line, Severity.VIOLATION, "missing-header", message, hint)
    return (Finding(*place, article=article.key),)


def _shared(header: Article, told: _Telling) -> Article:
    """What a header says that may be true of several articles at once."""
    bare = Article(header.key, header.file, "", "und", line=header.line)
    only = [name for name in _OF_ONE if getattr(header, name) != getattr(bare, name)]
    if only:
        names = ", ".join(f"`{_WRITTEN.get(name, name)}`" for name in only)
        message = f"The file {told.article.file} holds several articles, and {names} can be true of one only."
        hint = "Write a header for each article, named by its key, and leave here what all of them share."
        told.add("header-of-several", message, hint)
    return replace(header, **{name: getattr(bare, name) for name in only})


def _annotator(article: Article, said: Article, told: _Telling) -> str:
    if article.annotator and said.annotator and article.annotator != said.annotator:
        message = f"The header names the annotator {said.annotator}, and {article.file} {article.annotator}."
        told.add("header-differs", message, "The file's own was taken; mend or delete `annotator`.")
    return article.annotator or said.annotator


def _slots(article: Article, said: Article, told: _Telling) -> Iterator[tuple[str, Scalar]]:
    """Publisher, author and address: the header's, else the file's."""
    own = {name for name, _ in said.slots}
    for name, value in article.slots:
        if name not in own:
            yield name, value
        elif _plain(value) not in [_plain(other) for prop, other in said.slots if prop == name]:
            told.differs(name.partition(":")[2], str(_plain(value)))
    for name, value in said.slots:
        yield name, _there(value) if isinstance(value, Ref | When) else value


def _plain(value: Scalar) -> object:
    return value.key if isinstance(value, Ref) else value


def _there(value: Placed) -> Placed:
    return replace(value, line=-value.line)


class _Telling:
    """Takes the header's word, and tells where the file has another."""

    def __init__(self, article: Article, header: Article) -> None:
        self.article, self.header = article, header
        self.findings: list[Finding] = []

    def text(self, name: str, own: str, said: str) -> str:
        """One of two strings."""
        if said in _SILENT or own == said:
            return own
        if own not in _SILENT:
            self.differs(name, own)
        return said

    def date(self, own: When | None, said: When | None) -> When | None:
        """One of two dates."""
        if said is None:
            return own
        if own is not None and (own.not_before, own.not_after) != (said.not_before, said.not_after):
            self.differs("published", own.edtf or own.words or "")
        return _there(said)

    def differs(self, name: str, own: str) -> None:
        """The file says something else than the header."""
        message = f"The header says another `{name}` than {self.article.file}, which has “{own}”."
        self.add("header-differs", message, "The header's was taken; mend the one that is wrong.")

    def add(self, code: str, message: str, hint: str) -> None:
        """A warning at the header."""
        place = (self.header.file, self.header.line, Severity.WARNING, code, message, hint)
        self.findings.append(Finding(*place, article=self.article.key))

"""What can be asked of an article's text: few requests, each with one answer.

Everything that the build reads off a text goes through :class:`TextView`, so that a lock, which
holds the answers without the words, can stand in for the text (``locks.py``).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass, field
from enum import StrEnum
from typing import Protocol

from diaspora_kg.article import Quoted, Region
from diaspora_kg.light import light


class Ask(StrEnum):
    """The kinds of request."""

    TITLE = "title"
    SKIP = "skip"
    PASSAGE = "passage"
    FORM = "form"
    CUE = "cue"
    WORDS = "words"
    PLACE = "place"


@light
@dataclass(frozen=True, slots=True)
class Request:
    """One question to a text.

    ``region`` is the part to search first (a passage). ``begin`` and ``end`` bound the search (a
    cue, words; -1: the whole text), or are the place itself (words, if any, must stand there).
    ``names`` and ``cue`` are what may stand in quotation marks without being speech.
    """

    ask: Ask
    words: str
    nth: int | None = None
    before: str | None = None
    after: str | None = None
    region: Region | None = None
    begin: int = -1
    end: int = -1
    cue: str = ""
    names: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """Of what sets requests to one text apart; names are the same in all, enums hash slowly."""
        return hash((self.words, self.nth, self.before, self.after, self.begin, self.end, self.cue))

    def digest(self) -> str:
        """32 hex digits of SHA-256 over the request, by which a lock knows it."""
        canonical = json.dumps(astuple(self), ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("utf-8")).hexdigest()[:32]


@light
@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One place in the text: ``flags`` say how it differs from the words asked for (``matching.py``)."""

    begin: int
    end: int
    region: Region
    quoted: Quoted
    sha256: str
    flags: str = ""


@light
@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a request has no answer, in words for the researcher."""

    code: str
    message: str
    hint: str = ""


@light
@dataclass(frozen=True, slots=True)
class Answer:
    """The spans that answer a request; without any, ``trouble`` says why where that is known."""

    spans: tuple[Span, ...] = ()
    trouble: Trouble | None = field(default=None, compare=False)


class TextView(Protocol):
    """A text, or the record of one."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the text in UTF-8, in hex."""

    @property
    def length(self) -> int:
        """The text's length in code points."""

    def ask(self, request: Request) -> Answer:
        """The answer to a request; the same request has the same answer."""

    def printed(self, span: Span) -> str | None:
        """The words of a span, white space collapsed; ``None`` where the text is not at hand."""

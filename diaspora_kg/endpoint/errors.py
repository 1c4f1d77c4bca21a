"""What goes wrong over HTTP, and how a client is told: one sentence, never a traceback.

The sentence goes out as plain text, as problem details (RFC 9457) to who asks for JSON, and as a page
to a browser where the pages are at hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from itertools import pairwise

from diaspora_kg.errors import DkgError
from diaspora_kg.names import PREFIXES
from diaspora_kg.sparql import Kind, significant

_LOOKED = 4000  # characters of a query in which a prefix without declaration is sought

PROBLEM_JSON = "application/problem+json"
"""The media type of RFC 9457."""

_KNOWN = frozenset(status.value for status in HTTPStatus)


class Problem(DkgError):
    """A request that gets no answer: its HTTP status and one sentence of what is wrong and how to mend it.

    ``line`` and ``column`` count from 1 and say where in a query; 0 when there is no such place.
    """

    def __init__(
        self,
        status: int,
        sentence: str,
        headers: Mapping[str, str] | None = None,
        line: int = 0,
        column: int = 0,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.headers = dict(headers or {})
        self.line = line
        self.column = column

    @property
    def title(self) -> str:
        """The name of the status."""
        return HTTPStatus(self.status).phrase if self.status in _KNOWN else "Not answered"

    def as_text(self) -> str:
        """For people and for clients that know no other form."""
        return f"{self.sentence}\n"

    def as_json(self) -> str:
        """Problem details (RFC 9457), with the place in the query as further members."""
        place = {"line": self.line, "column": self.column} if self.line else {}
        body = {"title": self.title, "status": self.status, "detail": self.sentence, **place}
        return json.dumps(body, ensure_ascii=False) + "\n"


def syntax(text: str, query: str = "") -> Problem:
    """A 400 from the engine's words on a query, such as ``error at 2:8: expected OPTIONAL``.

    What the engine says that it expects is rarely what is missing, so only the place is told, with its
    sentence where it has one, and with a prefix that the query forgot to declare.
    """
    place = _place(text)
    if place is None:
        return Problem(400, f"this query cannot be run: {_short(text)}")
    line, column, expected = place
    hints = [*_sentences(expected), *_undeclared(query)]
    hint = f" ({_short('; '.join(hints))})" if hints else ""
    sentence = f"line {line}, column {column}: this is not SPARQL 1.1 from here on{hint}."
    return Problem(400, sentence, line=line, column=column)


def _sentences(expected: str) -> list[str]:
    """What is a sentence among the words that the engine expects."""
    parts = (part.strip() for part in expected.removeprefix("expected ").removeprefix("one of ").split(","))
    return [part for part in parts if len(re.findall(r"\b[A-Za-z]+\b", part)) > 3 and "[" not in part]


def _undeclared(query: str) -> list[str]:
    """What to add for the first prefix that a query uses and does not declare."""
    names = [token for token in significant(query[:_LOOKED]) if token.kind in {Kind.NAME, Kind.WORD}]
    declared = {after.text for before, after in pairwise(names) if before.is_word("PREFIX")}
    used = (f"{token.text.partition(':')[0]}:" for token in names if token.kind is Kind.NAME)
    missing = next((prefix for prefix in used if prefix not in declared), None)
    if missing is None:
        return []
    known = PREFIXES.get(missing[:-1])
    return [
        f"the prefix {missing} is not declared; " + (f"add PREFIX {missing} <{known}>" if known else "add it")
    ]


def _place(text: str) -> tuple[int, int, str] | None:
    head, _, rest = text.partition(": ")
    line, _, column = head.removeprefix("error at ").partition(":")
    if head.startswith("error at ") and line.isdecimal() and column.isdecimal():
        return int(line), int(column), rest
    return None


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 300 else plain[:299] + "…"

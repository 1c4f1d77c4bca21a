"""The tokens of a SPARQL 1.1 query (section 19.8), with white space and comments kept.

The tokens of a text, joined, are the text, whatever the text is: a character that fits nowhere is a
token of its own (``BAD``). Nothing here knows the grammar above the tokens, with one exception:
``<`` begins an IRI or means "less than", and that depends on what stands before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from string import ascii_letters, digits

from diaspora_kg.characters import among

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
"""The words that begin the four kinds of query (SPARQL 1.1, section 16)."""


class Kind(StrEnum):
    """What sort of token it is. ``NAME`` is a prefixed name, ``WORD`` a keyword or function."""

    SPACE = "space"
    COMMENT = "comment"
    IRI = "iri"
    NAME = "name"
    BLANK = "blank"
    VARIABLE = "variable"
    STRING = "string"
    LANGUAGE = "language"
    NUMBER = "number"
    WORD = "word"
    PUNCTUATION = "punctuation"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``start`` counts code points from 0."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the next token begins."""
        return self.start + len(self.text)

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords (given in upper case), in whatever case."""
        return self.kind is Kind.WORD and self.text.upper() in words

    def is_mark(self, text: str) -> bool:
        """Whether it is this punctuation."""
        return self.kind is Kind.PUNCTUATION and self.text == text


# Section 19.8, PN_CHARS_BASE and PN_CHARS: beside ASCII all but these.
_HIGH = "\u2190-\u2bff\u2ff0-\u3000\ud800-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff"
_NO_BASE = f"\x80-\xbf\xd7\xf7\u0300-\u036f\u037e\u2000-\u200b\u200e-\u206f{_HIGH}"
_NO_CHAR = f"\x80-\xb6\xb8-\xbf\xd7\xf7\u037e\u2000-\u200b\u200e-\u203e\u2041-\u206f{_HIGH}"
_DIGIT = among(f"{ascii_letters}_{digits}", _NO_BASE)
_CHAR, _DOT, _COLON, _BOTH = (
    among(f"{ascii_letters}_-{digits}{more}", _NO_CHAR) for more in ("", ".", ":", ".:")
)
# Its length is bounded, or each letter of a long run would be read as the beginning of one, to the end.
_PREFIX = rf"{among(ascii_letters, _NO_BASE)}(?:{_DOT}{{0,254}}{_CHAR})?"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = (
    rf"(?:{among(f'{ascii_letters}_:{digits}', _NO_BASE)}|{_PLX})(?:(?:{_BOTH}|{_PLX})*(?:{_COLON}|{_PLX}))?"
)
_ECHAR = r"\\[^\r\n]"
_TOKENS: tuple[tuple[Kind, str], ...] = (
    (Kind.SPACE, r"[ \t\r\n]+"),
    (Kind.COMMENT, r"#[^\r\n]*"),
    (Kind.IRI, r'<(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>'),
    (Kind.STRING, rf"'''(?:'{{0,2}}(?:[^'\\]|{_ECHAR}))*'''"),
    (Kind.STRING, rf'"""(?:"{{0,2}}(?:[^"\\]|{_ECHAR}))*"""'),
    (Kind.STRING, rf"'(?:[^'\\\r\n]|{_ECHAR})*'"),
    (Kind.STRING, rf'"(?:[^"\\\r\n]|{_ECHAR})*"'),
    (Kind.BLANK, rf"_:{_DIGIT}(?:{_DOT}*{_CHAR})?"),
    (Kind.NAME, rf"(?:{_PREFIX})?:(?:{_LOCAL})?"),
    (Kind.VARIABLE, rf"[?$]{_DIGIT}{among(f'{ascii_letters}_{digits}', _NO_CHAR)}*"),
    (Kind.LANGUAGE, r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*"),
    (Kind.NUMBER, r"(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+"),
    (Kind.WORD, r"[A-Za-z][A-Za-z0-9_]*"),
    (Kind.PUNCTUATION, r"\^\^|&&|\|\||!=|<=|>=|[{}()\[\].;,*/|^!=<>+\-?&]"),
    (Kind.BAD, r"[\s\S]"),
)
_COMPARISON = re.compile(r"=|[^#]*[?$&|(),]")


_KIND_OF = {f"t{number}": kind for number, (kind, _) in enumerate(_TOKENS)}


@cache
def _master(*, iri: bool) -> re.Pattern[str]:
    """Matches a token of any kind, or of any but an IRI; made when it is wanted, as the next."""
    kinds = (f"(?P<t{n}>{p})" for n, (kind, p) in enumerate(_TOKENS) if iri or kind is not Kind.IRI)
    return re.compile("|".join(kinds))


@cache
def _all_good() -> re.Pattern[str]:
    """Matches tokens without going back on its steps; made when it is wanted, since that takes a while."""
    return re.compile(f"(?>{'|'.join(pattern for kind, pattern in _TOKENS if kind is not Kind.BAD)})*+")


def readable(text: str, start: int = 0) -> bool:
    """Whether a text is tokens from a place on to its end."""
    return _all_good().fullmatch(text, start) is not None


def look(text: str, position: int, *, less_than: bool = False) -> tuple[Kind, str]:
    """The token that begins at a position; ``less_than`` reads a ``<`` there as the operator."""
    found = _master(iri=not less_than).match(text, position)
    if found is None or found.lastgroup is None:
        raise IndexError(position)
    return _KIND_OF[found.lastgroup], found[0]


def scan(text: str, start: int = 0) -> Iterator[tuple[Kind, str, int]]:
    """Every token of a text from a place on, in order, as bare values: for what must be quick."""
    position, before = start, (Kind.SPACE, "")
    end = len(text)
    while position < end:
        kind, word = look(text, position)
        if kind is Kind.IRI and _compares(word, *before):
            kind, word = look(text, position, less_than=True)
        yield kind, word, position
        position += len(word)
        if kind is not Kind.SPACE and kind is not Kind.COMMENT:
            before = kind, word


def tokens(text: str) -> Iterator[Token]:
    """Every token of a text, in order.

    >>> [t.text for t in tokens("?a<?b") if t.kind is not Kind.SPACE]
    ['?a', '<', '?b']
    """
    return (Token(*found) for found in scan(text))


def significant(text: str) -> list[Token]:
    """The tokens without white space and comments; those of a short text are kept for who asks next."""
    return list(_kept(text)) if len(text) <= _SHORT else _significant(text)


def braces(found: Sequence[Token]) -> dict[int, int]:
    """For the number of each opening brace that of the token that closes it."""
    waiting: list[int] = []
    pairs = {}
    for number, token in enumerate(found):
        if token.is_mark("{"):
            waiting.append(number)
        elif token.is_mark("}") and waiting:
            pairs[waiting.pop()] = number
    return pairs


_SHORT = 20_000  # characters; the tokens of a longer text take too much memory to keep


@lru_cache(maxsize=64)
def _kept(text: str) -> list[Token]:
    return _significant(text)


def _significant(text: str) -> list[Token]:
    return [token for token in tokens(text) if token.kind not in {Kind.SPACE, Kind.COMMENT}]


def _compares(candidate: str, kind: Kind, before: str) -> bool:
    """Whether ``<…>`` is no IRI: it follows a value and holds what joins two comparisons.

    An IRI with ``://`` is never two comparisons, since nothing can be divided by ``/``.
    """
    if "://" in candidate:
        return False
    ends_value = kind in _VALUES or before == ")" or (kind is Kind.WORD and before.upper() in _TRUTHS)
    return ends_value and _COMPARISON.match(candidate[1:-1]) is not None


_TRUTHS = frozenset({"TRUE", "FALSE"})
_VALUES = frozenset({Kind.VARIABLE, Kind.NUMBER, Kind.STRING, Kind.LANGUAGE, Kind.NAME, Kind.IRI})

r"""Refuses queries that would change a graph or reach out to another server.

The embedded engine makes HTTP requests for ``SERVICE`` and has no switch against it, so this scan
stands before it. It is stricter than the grammar where the engine is laxer (tried with oxigraph
0.5.13): keywords need nothing after them there, so ``SERVICEex:a {`` and ``1SERVICE<…>{`` are
calls too, and ``?a<?b)SERVICE#>`` hides one in what looks like an IRI. Therefore a word that merely
holds ``SERVICE`` is refused, so is a prefixed name that does and stands before ``{``, and a ``<``
is read both ways, as an IRI and as "less than". The engine does not expand ``\u`` escapes in
keywords, so no other spelling exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from diaspora_kg.errors import UsageError
from diaspora_kg.sparql.tokens import FORMS, Kind, look, readable, scan, significant

_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
_WORD = rf"(?<![A-Za-z])(?:{'|'.join(_UPDATES)})"  # a token ends before no letter that could go on with it
_BEGUN = re.compile(_WORD, re.IGNORECASE | re.ASCII)
_HARMLESS = re.compile(r"<https?://[A-Za-z0-9._~%/:-]*+>")  # an address, wherever it stands: it ends nothing
_GIVEN = re.compile(  # the values of nodes, thousands of them: addresses and numbers, which end nothing
    r"\{ (?:\(?<https?://[A-Za-z0-9._~%/:-]*+>(?: <https?://[A-Za-z0-9._~%/:-]*+>| [0-9]++)*+\)? )++\}"
)
_SHORT = 6_000  # characters
_LONG = 200_000  # characters, where no event loop waits
_KEPT = 20_000  # characters
_GAP = r"(?:[ \t\r\n]|#[^\r\n]*[\r\n])"
_IRI = r'<[^<>"{}|^`\\\x00-\x20]*>'
_LEADING = re.compile(f"{_GAP}*+")
_FORM = re.compile(
    rf"(?>{_GAP}++|BASE{_GAP}*+{_IRI}|PREFIX{_GAP}++(?:[A-Za-z][A-Za-z0-9_-]*+)?:{_GAP}*+{_IRI})*+"
    r"(SELECT|ASK|CONSTRUCT|DESCRIBE)(?=[ \t\r\n{*?$<(])",
    re.IGNORECASE | re.ASCII,
)
_PROLOGUE = frozenset({"BASE", "PREFIX"})


class Refused(UsageError):
    """A query that is not run: why, and where in its text (line and column count from 1)."""

    def __init__(self, reason: str, text: str, position: int) -> None:
        self.reason = reason
        self.position = position
        self.line = text.count("\n", 0, position) + 1
        self.column = position - text.rfind("\n", 0, position)
        super().__init__(f"line {self.line}, column {self.column}: {reason}")

    @property
    def forbidden(self) -> bool:
        """Whether it may be well written, but does what is not allowed; else it is no query."""
        return self.reason.partition(":")[0].endswith(" is refused")


def guard(text: str) -> str:
    """The query's form, such as ``SELECT``; raises :class:`Refused` for anything that is no mere query."""
    if len(text) <= _LONG:
        short = _HARMLESS.sub("<urn:x>", _GIVEN.sub("{ <urn:x> }", text))
        clear = _known(short) if len(short) <= _KEPT else plain(short, _LONG)
        if clear:
            return clear
    return _guarded(text)


@lru_cache(maxsize=64)
def _known(text: str) -> str | None:
    """The form of a query that may be run: saved queries come again and again, with other values."""
    try:
        return plain(text, _LONG) or _guarded(text)
    except Refused:
        return None  # it is told where in the whole text


def _guarded(text: str) -> str:
    head = _head(text)
    if _suspect(text[head:]):  # else no reading has such a word, and most queries end here
        for kind, word, start in _readings(text, head):
            if reason := _objection(text, kind, word, start):
                raise Refused(reason, text, start)
    found = None
    for kind, word, start in scan(text, head):
        if kind is Kind.BAD:
            raise Refused(_unreadable(word), text, start)
        if found is None and kind is Kind.WORD and (shouted := word.upper()) not in _PROLOGUE:
            found = shouted
    if found not in FORMS:
        raise Refused("this is no query: it has no SELECT, ASK, CONSTRUCT or DESCRIBE", text, 0)
    return found


def plain(text: str, longest: int = _SHORT) -> str | None:
    """The form of a short query about which there is no doubt at all; ``None``: see what :func:`guard` says.

    No word that could be refused stands anywhere in it, not even in a string, and all of it is tokens.
    """
    head = _head(text)
    if len(text) - head > longest or _suspect(text[head:]) or not readable(text, head):
        return None
    found = _FORM.match(text, head)
    return found[1].upper() if found is not None else None


def _suspect(text: str) -> bool:
    """Whether any word that could be refused stands anywhere in it."""
    shouted = text.upper()
    if "SERVICE" in shouted:
        return True
    return any(word in shouted for word in _UPDATES) and _BEGUN.search(text) is not None


def _head(text: str) -> int:
    """Where the comments and the white space end that a text begins with: no reading sees more in them."""
    found = _LEADING.match(text)
    return found.end() if found is not None else 0


def form(text: str) -> str | None:
    """Which of the four kinds of query this is: the first word after BASE and PREFIX; else ``None``.

    >>> form("PREFIX ask: <urn:select> construct where { ?s ?p ?o }")
    'CONSTRUCT'
    """
    words = (word.upper() for kind, word, _ in scan(text, _head(text)) if kind is Kind.WORD)
    first = next((word for word in words if word not in _PROLOGUE), None)
    return first if first in FORMS else None


def names_dataset(text: str) -> bool:
    """Whether the query names the graphs that it reads, by FROM."""
    return "FROM" in text.upper() and any(
        kind is Kind.WORD and word.upper() == "FROM" for kind, word, _ in scan(text)
    )


def orders(text: str) -> bool:
    """Whether the query itself, not a subquery, says in what order its rows come."""
    depth = 0
    for token in significant(text):
        depth += token.is_mark("{") - token.is_mark("}")
        if depth == 0 and token.is_word("ORDER"):
            return True
    return False


def declared_prefixes(text: str) -> dict[str, str]:
    """The prefixes that a query declares, with their namespaces.

    >>> declared_prefixes("PREFIX a: <urn:a:> SELECT * { ?s a:b 'PREFIX c: <urn:c>' }")
    {'a': 'urn:a:'}
    """
    found = significant(text)
    three = zip(found, found[1:], found[2:], strict=False)
    return {b.text[:-1]: c.text[1:-1] for a, b, c in three if a.is_word("PREFIX") and c.kind is Kind.IRI}


def projection(text: str) -> tuple[str, ...] | None:
    """The columns of a SELECT in their order; ``None`` for ``SELECT *`` and for the other kinds of query.

    >>> projection("SELECT DISTINCT ?a (COUNT(?b) AS ?n) { ?a ?p ?b }")
    ('a', 'n')
    """
    if form(text) != "SELECT":
        return None
    found = significant(text)
    start = next(n for n, token in enumerate(found) if token.is_word("SELECT"))
    columns, depth, named = [], 0, False
    for token in found[start + 1 :]:
        if token.is_mark("*") and depth == 0:
            return None
        if token.is_mark("{") or token.is_word("WHERE", "FROM"):
            break
        depth += token.is_mark("(") - token.is_mark(")")
        if token.kind is Kind.VARIABLE and (depth == 0 or (depth == 1 and named)):
            columns.append(token.text[1:])
        named = token.is_word("AS")
    return tuple(columns)


def _objection(text: str, kind: Kind, word: str, start: int) -> str:
    if kind is Kind.WORD:
        shouted = word.upper()
        if "SERVICE" in shouted:
            return "SERVICE is refused: a query here never calls another server"
        if update := next((update for update in _UPDATES if shouted.startswith(update)), None):
            return f"{update} is refused: a query here never changes a graph"
    elif (
        kind is Kind.NAME and "SERVICE" in word.upper().partition(":")[0] and _opens(text, start + len(word))
    ):
        return "SERVICE is refused: a query here never calls another server (rename the prefix if it is one)"
    return ""


def _unreadable(char: str) -> str:
    if char in {'"', "'"}:
        return "this quotation mark is never closed"
    return f"the character U+{ord(char):04X} cannot stand here"


def _readings(text: str, start: int) -> Iterator[tuple[Kind, str, int]]:
    """Every token of every way to read the text's ``<``: as an IRI, and as "less than"."""
    waiting, seen = [start], {len(text)}
    while waiting:
        position = waiting.pop()
        if position in seen:
            continue
        seen.add(position)
        kind, word = look(text, position)
        yield kind, word, position
        waiting.append(position + len(word))
        if kind is Kind.IRI and "://" not in word:
            waiting.append(position + 1)


def _opens(text: str, position: int) -> bool:
    """Whether the next token that is neither white space nor comment is ``{``."""
    while position < len(text):
        kind, word = look(text, position)
        if kind not in {Kind.SPACE, Kind.COMMENT}:
            return word == "{"
        position += len(word)
    return False

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

from collections.abc import Iterator

from diaspora_kg.errors import UsageError
from diaspora_kg.sparql.tokens import FORMS, Kind, Token, at, significant

_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")


class Refused(UsageError):
    """A query that is not run: why, and where in its text (line and column count from 1)."""

    def __init__(self, reason: str, text: str, position: int) -> None:
        self.reason = reason
        self.position = position
        self.line = text.count("\n", 0, position) + 1
        self.column = position - text.rfind("\n", 0, position)
        super().__init__(f"line {self.line}, column {self.column}: {reason}")


def guard(text: str) -> str:
    """The query's form, such as ``SELECT``; raises :class:`Refused` for anything that is no mere query."""
    for token in _readings(text):
        if reason := _objection(text, token):
            raise Refused(reason, text, token.start)
    if bad := next((token for token in significant(text) if token.kind is Kind.BAD), None):
        raise Refused(_unreadable(bad), text, bad.start)
    if (found := form(text)) is None:
        raise Refused("this is no query: it has no SELECT, ASK, CONSTRUCT or DESCRIBE", text, 0)
    return found


def form(text: str) -> str | None:
    """Which of the four kinds of query this is: the first word after BASE and PREFIX; else ``None``.

    >>> form("PREFIX ask: <urn:select> construct where { ?s ?p ?o }")
    'CONSTRUCT'
    """
    words = (token for token in significant(text) if token.kind is Kind.WORD)
    first = next((token for token in words if not token.is_word("BASE", "PREFIX")), None)
    return first.text.upper() if first is not None and first.is_word(*FORMS) else None


def names_dataset(text: str) -> bool:
    """Whether the query names the graphs that it reads, by FROM."""
    return any(token.is_word("FROM") for token in significant(text))


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


def _objection(text: str, token: Token) -> str:
    shouted = token.text.upper()
    if token.kind is Kind.WORD:
        if "SERVICE" in shouted:
            return "SERVICE is refused: a query here never calls another server"
        if update := next((word for word in _UPDATES if shouted.startswith(word)), None):
            return f"{update} is refused: a query here never changes a graph"
    if token.kind is Kind.NAME and "SERVICE" in shouted.partition(":")[0] and _opens(text, token.end):
        return "SERVICE is refused: a query here never calls another server (rename the prefix if it is one)"
    return ""


def _unreadable(token: Token) -> str:
    if token.text in {'"', "'"}:
        return "this quotation mark is never closed"
    return f"the character U+{ord(token.text):04X} cannot stand here"


def _readings(text: str) -> Iterator[Token]:
    """Every token of every way to read the text's ``<``: as an IRI, and as "less than"."""
    waiting, seen = [0], {len(text)}
    while waiting:
        position = waiting.pop()
        if position in seen:
            continue
        seen.add(position)
        token = at(text, position)
        yield token
        waiting.append(token.end)
        if token.kind is Kind.IRI and "://" not in token.text:
            waiting.append(position + 1)


def _opens(text: str, position: int) -> bool:
    """Whether the next token that is neither white space nor comment is ``{``."""
    while position < len(text):
        token = at(text, position)
        if token.kind not in {Kind.SPACE, Kind.COMMENT}:
            return token.is_mark("{")
        position = token.end
    return False

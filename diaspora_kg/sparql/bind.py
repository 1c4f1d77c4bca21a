"""Gives values to variables of a query: typed terms in VALUES blocks, never text put into text.

A VALUES block for a variable goes to the head of *every* group whose own tokens mention it: the
WHERE group, GRAPH, UNION branches, OPTIONAL, MINUS, EXISTS, subqueries. One block at the top is not
enough, since a FILTER or MINUS in a nested group does not see it. The variable stays in the query,
so that ``BOUND(?x)`` works, and is unbound where it was given no value. What the SELECT clause,
GROUP BY, HAVING, ORDER BY or a CONSTRUCT template mention counts as mentioned by the WHERE group
of the same query or subquery.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from diaspora_kg.sparql.tokens import FORMS, Kind, Token, significant, tokens
from diaspora_kg.terms import Literal, Term, write

# SPARQL 1.1, section 19.2: engines may expand \uXXXX before they look for the end of a string, and
# some do so after a doubled backslash too, so that such a string could end early there.
_CODE_POINT_ESCAPE = re.compile(r"\\[uU]")


class Unbindable(ValueError):
    """A value that no query can hold safely, or a query that has no place for it."""


@dataclass(slots=True)
class _Frame:
    """A pair of braces: a query (or subquery), a group, a template or the data of a VALUES block."""

    kind: str
    head: int = 0
    mentioned: set[str] = field(default_factory=set)
    where: _Frame | None = None


def bind(text: str, values: Mapping[str, Sequence[Term | None]], *, projected: bool = True) -> str:
    """The query with each variable (a name without ``?``) bound to its terms; ``None`` is UNDEF.

    A variable with nothing but ``None`` gets no block: joining with it changes nothing (SPARQL 1.1, section
    18.5), and Virtuoso 7 loses the variable then.

    Where the variables are not ``projected``, what stands outside the query's WHERE does not count, so
    that a query whose every branch mentions them is not joined with the same block again.

    Line numbers stay the same. Raises :class:`Unbindable` for a term that cannot be written and for
    a short ``CONSTRUCT WHERE``, which has no room for VALUES.

    >>> from diaspora_kg.terms import text
    >>> bind("SELECT * { ?s ?p ?v FILTER NOT EXISTS { ?v ?q 1 } }", {"v": [text("a")], "s": [None]})
    'SELECT * { VALUES ?v { "a" } ?s ?p ?v FILTER NOT EXISTS { VALUES ?v { "a" } ?v ?q 1 } }'
    """
    datas = {name: written(terms) for name, terms in values.items()}
    blocks = {
        name: f" VALUES ?{name} {{ {data} }}"
        for name, data in datas.items()
        if set(data.split()) != {"UNDEF"}
    }
    groups = [frame for frame in _groups(text, projected) if frame.mentioned & blocks.keys()]
    if groups and _is_short_construct(text):
        raise Unbindable("write CONSTRUCT { … } WHERE { … }: the short form has no room for values")
    parts, done = [], 0
    for group in sorted(groups, key=lambda frame: frame.head):
        parts += [text[done : group.head], *(blocks[name] for name in blocks if name in group.mentioned)]
        done = group.head
    return "".join([*parts, text[done:]])


def heads_of(text: str, variable: str) -> tuple[int, ...]:
    """Where the groups begin that mention a variable outside their nested groups, behind the brace.

    What stands outside the query's WHERE does not count.
    """
    return tuple(sorted(frame.head for frame in _groups(text, False) if variable in frame.mentioned))


def variables(text: str) -> tuple[str, ...]:
    """The names of a query's variables, each once, in order of first mention.

    >>> variables("SELECT ?a { $b ?p '?no' } # ?neither")
    ('a', 'b', 'p')
    """
    return tuple(dict.fromkeys(_name(t) for t in significant(text) if t.kind is Kind.VARIABLE))


def _name(token: Token) -> str:
    return token.text[1:]


def written(terms: Sequence[Term | None]) -> str:
    """Terms as a VALUES block has them; raises :class:`Unbindable` where there is none."""
    if not terms:
        raise Unbindable("a variable needs at least one value, or None")
    return " ".join("UNDEF" if term is None else _term(term) for term in terms)


def _term(term: Term) -> str:
    if isinstance(term, Literal) and _CODE_POINT_ESCAPE.search(term.value):
        raise Unbindable(
            r"a backslash before u or U cannot be passed to every SPARQL server; leave it out of the value"
        )
    try:
        return write(term)
    except ValueError as error:
        raise Unbindable(str(error)) from error


@lru_cache(maxsize=512)
def _is_short_construct(text: str) -> bool:
    found = (token for token in tokens(text) if token.kind not in {Kind.SPACE, Kind.COMMENT})
    for token in found:  # what follows is not read
        if token.is_word(*FORMS):
            after = next(found, None)
            return token.is_word("CONSTRUCT") and after is not None and not after.is_mark("{")
    return False


@lru_cache(maxsize=512)
def _groups(text: str, projected: bool) -> list[_Frame]:
    """Every group, with the variables that it mentions outside its nested groups."""
    scan = _Scan(significant(text), projected)
    scan.run()
    return scan.groups


class _Scan:
    """One pass over the tokens of a query with a stack of open braces."""

    def __init__(self, found: Sequence[Token], projected: bool) -> None:
        self.tokens = found
        self.projected = projected
        self.groups: list[_Frame] = []
        self.stack = [_Frame("query")]
        self.data_follows = False

    def run(self) -> None:
        for index, token in enumerate(self.tokens):
            if token.is_mark("{"):
                self._open(index)
            elif token.is_mark("}"):
                self._close()
            elif token.is_word("VALUES"):
                self.data_follows = True
            elif token.kind is Kind.VARIABLE:
                self._owner().mentioned.add(_name(token))
        while self.stack:
            self._settle(self.stack.pop())

    def _open(self, index: int) -> None:
        frame = _Frame(self._kind(index), self.tokens[index].end)
        if frame.kind == "group":
            self.groups.append(frame)
            if self.stack[-1].kind == "query":
                self.stack[-1].where = frame
        self.data_follows = False
        self.stack.append(frame)

    def _kind(self, index: int) -> str:
        before = self.tokens[index - 1] if index else None
        if self.data_follows:
            return "data"
        if before is not None and before.is_word("CONSTRUCT"):
            return "template"
        after = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        return "query" if after is not None and after.is_word("SELECT") else "group"

    def _close(self) -> None:
        if len(self.stack) > 1:
            self._settle(self.stack.pop())

    def _settle(self, frame: _Frame) -> None:
        if frame.kind == "query" and frame.where is not None and (self.projected or self.stack):
            frame.where.mentioned |= frame.mentioned

    def _owner(self) -> _Frame:
        """The frame that a mention belongs to: a template's mentions are its query's."""
        return self.stack[-2] if self.stack[-1].kind == "template" else self.stack[-1]

"""Writes the value of a variable at the end of a path, where a VALUES block gives it one value only.

An engine that plans a path before it looks at VALUES takes both ends of it for unknown, and follows all that
is said of the value again for each node at the other end. Joined with the block, the path has the same
solutions with the value in place of the variable (SPARQL 1.1, section 18.5: Join). Plain patterns are left
as they are: their plans become worse as often as better.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diaspora_kg.sparql.tokens import Kind, Token, braces, significant

_OF_PATHS = ("|", "/", "^")
_ONE_VALUE = [Kind.VARIABLE, Kind.PUNCTUATION, Kind.IRI, Kind.PUNCTUATION]


def path_ends(text: str) -> str:
    """The query with an IRI for each variable behind a path to which a block of the same group gives only it.

    The block stays, so that the variable has its value everywhere else: in filters, and in the answer. A
    query with ``*`` or ``?`` is left as it is: a path of no steps leads from a term to itself even where no
    graph has the term, and from a variable only to terms of the graph (SPARQL 1.1, section 18.4).

    >>> path_ends("SELECT ?a { VALUES ?v { <urn:x> } ?a (<urn:b>|<urn:c>) ?v ; ?d ?v FILTER(?a != ?v) }")
    'SELECT ?a { VALUES ?v { <urn:x> } ?a (<urn:b>|<urn:c>) <urn:x> ; ?d ?v FILTER(?a != ?v) }'
    """
    found = significant(text)
    if any(token.is_mark("*") or token.is_mark("?") for token in found):
        return text
    parts, done = [], 0
    for token, value in sorted(_ends(found), key=lambda pair: pair[0].start):
        parts += [text[done : token.start], value]
        done = token.end
    return "".join([*parts, text[done:]])


def _ends(found: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """The mentions behind paths of variables that have one value, each with it."""
    closed = braces(found)
    for opening, end in closed.items():
        values: dict[str, str] = {}
        number = opening
        while (number := number + 1) < end and not found[opening + 1].is_word("SELECT"):
            token = found[number]
            if token.is_word("VALUES"):
                block = found[number + 1 : number + 5]
                if [one.kind for one in block] == _ONE_VALUE and block[3].is_mark("}"):
                    values[block[0].text] = block[2].text
            elif token.text in values and _behind_path(found, number):
                yield token, values[token.text]
            number = closed.get(number, number)


def _behind_path(found: Sequence[Token], number: int) -> bool:
    """Whether a path ends before a token: in a round bracket, or in a name that is one of several."""
    before, earlier = found[number - 1], found[number - 2]
    if before.is_mark(")"):
        return _is_path(found, number - 1)
    return before.kind in {Kind.NAME, Kind.IRI} and any(map(earlier.is_mark, _OF_PATHS))


def _is_path(found: Sequence[Token], closing: int) -> bool:
    """Whether the round bracket that ends here holds a path: that has no variables, as filters have."""
    depth = 0
    for at in range(closing, -1, -1):
        depth += found[at].is_mark(")") - found[at].is_mark("(")
        if not depth:
            return True
        if found[at].kind is Kind.VARIABLE:
            return False
    return False

"""A query asked in pieces: about some nodes of one variable only, and which nodes these can be at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from diaspora_kg.sparql.bind import Unbindable, written
from diaspora_kg.sparql.tokens import Kind, Token, significant
from diaspora_kg.terms import Term

_ENDS = ("OPTIONAL", "FILTER", "BIND", "MINUS", "UNION", "GRAPH", "SERVICE", "SELECT")
"""What the patterns at the head of a group go up to."""


def within(text: str, variable: str, terms: Sequence[Term]) -> str:
    """The query with a VALUES block for a variable, so that its other answers are left out.

    The block stands in the innermost group around the first mention in a pattern that is in no OPTIONAL,
    MINUS, EXISTS or branch of a UNION: all of these may find things for other terms too. It stands as well
    in each subquery that selects the variable and takes no part of its rows, and in each OPTIONAL and MINUS
    whose patterns name it: an engine may find all of these before it looks at what stands around them.

    >>> from diaspora_kg.terms import IRI
    >>> within("SELECT ?a { GRAPH ?g { ?a ?b ?c } OPTIONAL { ?a ?d ?e } }", "a", [IRI("urn:x")])
    'SELECT ?a { GRAPH ?g { VALUES ?a { <urn:x> } ?a ?b ?c } OPTIONAL { ?a ?d ?e } }'
    >>> within("SELECT ?a { { ?a ?b ?c } UNION { ?a ?d ?e } }", "a", [IRI("urn:x")])
    'SELECT ?a { VALUES ?a { <urn:x> } { ?a ?b ?c } UNION { ?a ?d ?e } }'
    >>> within("SELECT ?a { ?a ?b ?c MINUS { ?a ?d ?e } }", "a", [IRI("urn:x")])
    'SELECT ?a { VALUES ?a { <urn:x> } ?a ?b ?c MINUS { VALUES ?a { <urn:x> } ?a ?d ?e } }'
    """
    found = significant(text)
    _, place = _first_mention(found, variable)
    heads = {place.head, *_inner(found, variable)}
    block = f" VALUES ?{variable} {{ {written(terms)} }}"
    parts, done = [], 0
    for head in sorted(heads):
        parts += [text[done:head], block]
        done = head
    return "".join([*parts, text[done:]])


def beginnings(text: str, variable: str, most: int) -> str | None:
    """A query for at most so many terms that a variable can have; ``None``: its pattern does not tell.

    They are those of the patterns that stand at the head of the group of its first mention, which every
    answer meets.

    >>> beginnings("SELECT ?a { GRAPH ?g { ?a ?b ?c FILTER(?c > 1) } ?a ?d ?e }", "a", 9)
    'SELECT DISTINCT ?a WHERE { GRAPH ?g { ?a ?b ?c  } } LIMIT 9'
    """
    found = significant(text)
    number, place = _first_mention(found, variable)
    opening = next((at for at, token in enumerate(found) if token.end == place.head), None)
    if opening is None or not found[opening].is_mark("{"):
        return None
    end = _end_of_patterns(found, opening + 1)
    if not opening < number < end:
        return None
    graph = ""
    if opening > 1 and found[opening - 2].is_word("GRAPH"):
        graph = f"GRAPH {found[opening - 1].text} "
    start = next(token.start for token in found if token.is_word("SELECT"))
    inside = text[place.head : found[end].start]
    return f"{text[:start]}SELECT DISTINCT ?{variable} WHERE {{ {graph}{{{inside} }} }} LIMIT {most}"


def _end_of_patterns(found: Sequence[Token], number: int) -> int:
    """The number of the token before which the triples, and values, at the head of a group end."""
    while number < len(found):
        token = found[number]
        if token.is_word("VALUES"):
            while number < len(found) and not found[number].is_mark("}"):
                number += 1
        elif token.is_mark("{") or token.is_mark("}") or token.is_word(*_ENDS):
            return number
        number += 1
    return len(found) - 1


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a block may go for a mention in a pair of braces; ``counts``: it is one in a pattern."""

    head: int
    safe: bool = True
    counts: bool = True


def _first_mention(found: Sequence[Token], variable: str) -> tuple[int, _Place]:
    """The number of the token that mentions a variable first in a pattern, and the place for its block."""
    closed = _closed(found)
    stack: list[_Place] = []
    for number, token in enumerate(found):
        if token.is_mark("{"):
            stack.append(_placed(found, number, closed.get(number, number), stack[-1] if stack else None))
        elif token.is_mark("}") and stack:
            stack.pop()
        elif stack and stack[-1].counts and token.kind is Kind.VARIABLE and token.text[1:] == variable:
            return number, stack[-1]
    raise Unbindable(f"no pattern mentions ?{variable}")


def _placed(found: Sequence[Token], number: int, end: int, around: _Place | None) -> _Place:
    before, after = found[max(0, number - 2) : number], found[end + 1 : end + 2]
    if around is not None and any(token.is_word("VALUES") for token in before):
        return around
    one_of_several = bool(before) and before[-1].is_word("OPTIONAL", "MINUS", "EXISTS", "UNION")
    one_of_several = one_of_several or any(token.is_word("UNION") for token in after)
    if around is not None and (one_of_several or not around.safe):
        return _Place(around.head, safe=False)
    if found[number + 1 : number + 2] and found[number + 1].is_word("SELECT"):
        return _Place(around.head if around else 0, counts=False)
    return _Place(found[number].end)


def _inner(found: Sequence[Token], variable: str) -> Iterator[int]:
    """Places in subqueries that select a variable, as all around them do, in OPTIONAL and in MINUS."""
    closed = _closed(found)
    hidden = 0  # up to here the variable is another one
    for number, token in enumerate(found[:-1]):
        if not token.is_mark("{") or number < hidden:
            continue
        end = closed.get(number, len(found))
        if found[number + 1].is_word("SELECT"):
            opening = next((at for at in range(number + 1, end) if found[at].is_mark("{")), end)
            head, tail = found[number + 2 : opening], found[closed.get(opening, end) : end]
            if _selects(head, variable) and not any(one.is_word("LIMIT", "OFFSET") for one in tail):
                yield found[opening].end
            else:
                hidden = end
        elif number and found[number - 1].is_word("MINUS", "OPTIONAL"):
            with suppress(Unbindable):
                place = _first_mention(found[number : end + 1], variable)[1]
                if place.safe:  # the patterns name it in each of their answers
                    yield place.head


def _selects(head: Sequence[Token], variable: str) -> bool:
    """Whether a variable stands in the head of a SELECT for itself."""
    depth = 0
    for token in head:
        depth += token.is_mark("(") - token.is_mark(")")
        if depth == 0 and token.kind is Kind.VARIABLE and token.text[1:] == variable:
            return True
    return False


def _closed(found: Sequence[Token]) -> dict[int, int]:
    """For each opening brace the number of the token that closes it."""
    waiting: list[int] = []
    pairs = {}
    for number, token in enumerate(found):
        if token.is_mark("{"):
            waiting.append(number)
        elif token.is_mark("}") and waiting:
            pairs[waiting.pop()] = number
    return pairs

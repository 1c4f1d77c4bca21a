"""A query asked in pieces: about some nodes of one variable only, which nodes these can be at all.

And whether what a query finds must name a node that was given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from diaspora_kg.sparql.bind import Unbindable, written
from diaspora_kg.sparql.tokens import Kind, Token, braces, significant
from diaspora_kg.terms import Term

_ENDS = ("OPTIONAL", "FILTER", "BIND", "MINUS", "UNION", "GRAPH", "SERVICE", "SELECT")
"""What the patterns at the head of a group go up to."""


def within(text: str, variable: str, terms: Sequence[Term]) -> str:
    """The query with a VALUES block for a variable, so that its other answers are left out.

    The block stands in the innermost group around the first mention in a pattern that is in no OPTIONAL,
    MINUS, EXISTS or branch of a UNION: all of these may find things for other terms too. It stands as well
    in what follows beside it and has the variable in each of its answers: OPTIONAL, MINUS, and subqueries
    that select it and take no part of their rows. An engine may find all of these before it looks around.

    >>> from diaspora_kg.terms import IRI
    >>> within("SELECT ?a { GRAPH ?g { ?a ?b ?c } OPTIONAL { ?a ?d ?e } }", "a", [IRI("urn:x")])
    'SELECT ?a { GRAPH ?g { VALUES ?a { <urn:x> } ?a ?b ?c } OPTIONAL { VALUES ?a { <urn:x> } ?a ?d ?e } }'
    >>> within("SELECT ?a { { ?a ?b ?c } UNION { ?a ?d ?e } }", "a", [IRI("urn:x")])
    'SELECT ?a { VALUES ?a { <urn:x> } { ?a ?b ?c } UNION { ?a ?d ?e } }'
    >>> within("SELECT ?a { ?a ?b ?c MINUS { ?a ?d ?e } }", "a", [IRI("urn:x")])
    'SELECT ?a { VALUES ?a { <urn:x> } ?a ?b ?c MINUS { VALUES ?a { <urn:x> } ?a ?d ?e } }'
    """
    found = significant(text)
    mention, place = _first_mention(found, variable)
    heads = {place.head, *_beside(found, variable, mention)}
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


def must_name(text: str, variable: str) -> bool:
    """Whether each answer rests on a triple that has the value of a variable, which has one value only.

    That is so where the variable stands in a pattern that every answer meets, or where a filter of all
    answers wants another variable to be the same and patterns find that one. In doubt it is not so.

    >>> must_name("SELECT ?a { GRAPH ?g { ?a ?b ?_c_iri } }", "_c_iri")
    True
    >>> must_name("SELECT ?a { GRAPH ?g { ?a ?b ?c } FILTER(?c = ?_c_iri) }", "_c_iri")
    True
    >>> must_name("SELECT ?a { GRAPH ?g { ?a ?b ?c } FILTER(?c != ?_c_iri) }", "_c_iri")
    False
    """
    found = significant(text)
    if any(token.is_mark("*") or token.is_mark("?") for token in found):  # a path of no steps needs no triple
        return False
    depth = 0
    for at, token in enumerate(found):
        depth += token.is_mark("{") - token.is_mark("}")
        if depth == 1 and token.is_word("FILTER"):
            same = _same(found[at + 1 : at + 12], variable)
            if same and _only_found(found, same):
                return True
    try:
        return _first_mention(found, variable)[1].safe and _only_found(found, variable)
    except Unbindable:
        return False


def _same(found: Sequence[Token], variable: str) -> str:
    """The variable that a filter wants to be the same as another one that has a value; else nothing."""
    words = [token.text.upper() if token.is_word("BOUND") else token.text for token in found]
    if words[:7] == ["(", "!", "BOUND", "(", f"?{variable}", ")", "||"]:
        words = ["(", *words[7:]]
    if words[:1] != ["("] or words[2:5] != ["=", f"?{variable}", ")"] or not words[1].startswith("?"):
        return ""
    return words[1][1:]


def _only_found(found: Sequence[Token], variable: str) -> bool:
    """Whether a variable gets its values from patterns alone."""
    data = False
    for before, token in pairwise(found):
        data = not token.is_mark("{") and (data or before.is_word("VALUES"))
        if _is(token, variable) and (data or before.is_word("AS", "GRAPH")):
            return False
    return True


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
    """The number of the token that mentions a variable first in a pattern, and the place for its block.

    In a subquery that does not select the variable it is another one.
    """
    closed = braces(found)
    stack: list[_Place] = []
    brackets, hidden = 0, -1
    for number, token in enumerate(found):
        if number <= hidden:
            continue
        brackets += token.is_mark("(") - token.is_mark(")")
        if token.is_mark("{"):
            end = closed.get(number, number)
            if stack and found[number + 1].is_word("SELECT") and not _selects(found, number, end, variable):
                hidden = end
                continue
            stack.append(_placed(found, number, end, stack[-1] if stack else None))
        elif token.is_mark("}") and stack:
            stack.pop()
        elif not brackets and stack and stack[-1].counts and _is(token, variable):
            return number, stack[-1]
    raise Unbindable(f"no pattern mentions ?{variable}")


def _is(token: Token, variable: str) -> bool:
    return token.kind is Kind.VARIABLE and token.text[1:] == variable


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


def _beside(found: Sequence[Token], variable: str, mention: int) -> Iterator[int]:
    """Places in the groups that follow a mention, directly in one of the groups around it."""
    closed = braces(found)
    number = mention
    while number < len(found) - 1:
        number += 1
        if not found[number].is_mark("{"):
            continue
        end = closed.get(number, len(found) - 1)
        group = found[number : end + 1]
        if found[number + 1].is_word("SELECT"):
            if _selects(found, number, end, variable):
                yield from _sure(group, variable)
        elif found[number - 1].is_word("MINUS", "OPTIONAL"):
            yield from _sure(group, variable)
        number = end


def _sure(group: Sequence[Token], variable: str) -> Iterator[int]:
    """The place in a group all of whose answers have a variable."""
    try:
        place = _first_mention(group, variable)[1]
    except Unbindable:
        return
    if place.safe or _in_all_parts(group, variable, place.head):
        yield place.head


def _in_all_parts(group: Sequence[Token], variable: str, head: int) -> bool:
    """Whether a group consists of branches of one UNION only, each of which has a variable."""
    closed = braces(group)
    number = next(at for at, token in enumerate(group) if token.end == head) + 1
    while group[number].is_mark("{"):
        end = closed[number]
        try:
            if not _first_mention(group[number : end + 1], variable)[1].safe:
                return False
        except Unbindable:
            return False
        if group[end + 1].is_mark("}"):
            return True
        if not group[end + 1].is_word("UNION"):
            return False
        number = end + 2
    return False


def _selects(found: Sequence[Token], number: int, end: int, variable: str) -> bool:
    """Whether the subquery in these braces selects a variable for itself, and takes no part of its rows."""
    opening = next((at for at in range(number + 1, end) if found[at].is_mark("{")), end)
    tail = found[braces(found).get(opening, end) : end]
    if any(token.is_word("LIMIT", "OFFSET") for token in tail):
        return False
    depth = 0
    for token in found[number + 2 : opening]:
        depth += token.is_mark("(") - token.is_mark(")")
        if depth == 0 and _is(token, variable):
            return True
    return False

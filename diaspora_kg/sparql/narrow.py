"""What is only taken away need not be held whole: each MINUS asks for the variables that count, once each.

An engine may keep all that the group of a MINUS finds, with every variable of it, until the query ends. Only
variables that occur outside of the group too decide what is taken away (SPARQL 1.1, section 18.5: Minus), so
it becomes a subquery that selects those.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from diaspora_kg.sparql.tokens import Kind, Token, significant


@lru_cache(maxsize=256)
def narrowed(text: str) -> str:
    """The query with subqueries in its MINUS groups; its answers are the same.

    >>> narrowed("SELECT ?a { ?a ?b ?c MINUS { ?a ?x ?y } }")
    'SELECT ?a { ?a ?b ?c MINUS { SELECT DISTINCT ?a WHERE { ?a ?x ?y } } }'
    """
    found = significant(text)
    changes: list[tuple[int, str]] = []
    for first, last in _groups(found):
        inside = found[first + 1 : last]
        outside = {_name(token) for token in (*found[:first], *found[last:]) if token.kind is Kind.VARIABLE}
        named = dict.fromkeys(_name(token) for token in inside if token.kind is Kind.VARIABLE)
        if shared := [f"?{name}" for name in named if name in outside]:
            changes.append((found[first].end, f" SELECT DISTINCT {' '.join(shared)} WHERE {{"))
            changes.append((found[last].start, "} "))
    parts, done = [], 0
    for place, more in sorted(changes):
        parts += [text[done:place], more]
        done = place
    return "".join([*parts, text[done:]])


def _groups(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Where the braces of each MINUS are."""
    waiting: list[tuple[int, bool]] = []
    for number, token in enumerate(found):
        if token.is_mark("{"):
            waiting.append((number, number > 0 and found[number - 1].is_word("MINUS")))
        elif token.is_mark("}") and waiting:
            first, taken_away = waiting.pop()
            if taken_away:
                yield first, number


def _name(token: Token) -> str:
    return token.text[1:]

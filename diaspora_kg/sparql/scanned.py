"""A query over everything reads short groups pattern by pattern, not seeking the next by the last.

An engine that finds what a first pattern matches and seeks the next pattern for each of those is quick while
they are few. A query that is asked of all nodes at once matches a large part of the store. There one look at
each pattern as a whole, joined afterwards, takes half as long, and a twentieth in a store so large that each
seek reads a block of its own. A subquery for each pattern brings that about; the answers are the same (SPARQL
1.1, section 18.5: a group is the join of its patterns).

A group with more patterns mostly begins with few nodes and tells a lot of each; it stays as it is, and so do
groups in a filter, which are asked for each row. Who knows better writes a long group as several short ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from diaspora_kg.sparql.tokens import Kind, Token, significant

_MOST = 4
_TERMS = frozenset({Kind.VARIABLE, Kind.IRI, Kind.NAME})
_HEAD = 3  # GRAPH, its name and the brace

Pattern = tuple[str, str, str]


@lru_cache(maxsize=256)
def scanned(text: str) -> str:
    """The query with a subquery for each pattern of its short ``GRAPH`` groups; its answers are the same.

    >>> scanned("SELECT ?a { GRAPH ?g { ?a ?b ?c ; ?d 'x' } GRAPH ?g { ?a <urn:p> ?c } }")
    "SELECT ?a { GRAPH ?g { ?a ?b ?c ; ?d 'x' } { SELECT ?g ?a ?c WHERE { GRAPH ?g { ?a <urn:p> ?c } } } }"
    """
    found = significant(text)
    parts, done = [], 0
    for first, last in _groups(found):
        graph = found[first + 1]
        patterns = _patterns(found[first + _HEAD : last])
        if graph.kind is Kind.VARIABLE and patterns and len(patterns) <= _MOST:
            parts += [text[done : found[first].start], " ".join(_alone(graph.text, one) for one in patterns)]
            done = found[last].end
    return "".join([*parts, text[done:]])


def _groups(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Where GRAPH and its last brace stand, but for those in EXISTS and those with braces in them."""
    waiting: list[tuple[int, bool]] = []
    for number, token in enumerate(found):
        if token.is_mark("{"):
            in_filter = bool(waiting and waiting[-1][1]) or found[number - 1].is_word("EXISTS")
            waiting.append((number, in_filter))
        elif token.is_mark("}") and waiting:
            first, in_filter = waiting.pop()
            begun = first + 1 - _HEAD
            inside = found[first + 1 : number]
            if in_filter or begun < 0 or any(one.is_mark("{") for one in inside):
                continue
            if found[begun].is_word("GRAPH"):
                yield begun, number


def _patterns(inside: Sequence[Token]) -> list[Pattern] | None:
    """The patterns of a group, ``None`` where there is more than plain ones in it."""
    marks = [number for number, token in enumerate(inside) if token.is_mark(".") or token.is_mark(";")]
    ends = [*marks, len(inside)] if not marks or marks[-1] != len(inside) - 1 else marks
    found: list[Pattern] = []
    for before, end in pairwise([-1, *ends]):
        part = inside[before + 1 : end]
        if before >= 0 and inside[before].is_mark(";") and found and len(part) == 2:
            subject, (predicate, value) = found[-1][0], part
        elif len(part) == 3 and part[0].kind in _TERMS:
            subject, predicate, value = part[0].text, part[1], part[2]
        else:
            return None
        if not (predicate.kind in _TERMS or predicate.text == "a") or value.kind not in _TERMS:
            return None
        found.append((subject, predicate.text, value.text))
    return found


def _alone(graph: str, pattern: Pattern) -> str:
    names = dict.fromkeys(term for term in (graph, *pattern) if term[0] in "?$")
    return f"{{ SELECT {' '.join(names)} WHERE {{ GRAPH {graph} {{ {' '.join(pattern)} }} }} }}"

"""A query asked of some graphs only."""

from __future__ import annotations

from collections.abc import Sequence

from diaspora_kg.sparql.bind import Unbindable
from diaspora_kg.sparql.tokens import FORMS, Token, significant
from diaspora_kg.terms import IRI, write


def among(text: str, graphs: Sequence[str]) -> str:
    """The query with FROM NAMED for each graph, so that GRAPH finds nothing in others.

    The query must not name graphs in this way itself. Raises :class:`Unbindable` for a graph whose name
    cannot be written, and for what is no query.

    >>> among("SELECT ?a (COUNT(?b) AS ?n) WHERE { GRAPH ?g { ?a ?p ?b } } GROUP BY ?a", ["urn:x"])
    'SELECT ?a (COUNT(?b) AS ?n) FROM NAMED <urn:x> WHERE { GRAPH ?g { ?a ?p ?b } } GROUP BY ?a'
    """
    begun = False
    for token in significant(text):
        begun = begun or token.is_word(*FORMS)
        if begun and (token.is_word("WHERE") or token.is_mark("{")):
            try:
                named = "".join(f"FROM NAMED {write(IRI(graph))} " for graph in graphs)
            except ValueError as error:
                raise Unbindable(str(error)) from error
            return f"{text[: token.start]}{named}{text[token.start :]}"
    raise Unbindable("this is no query")


def leading(text: str, variable: str) -> tuple[str, str] | None:
    """The subquery at the head of a query's WHERE that selects one variable alone, as a query, and the rest.

    With values of the variable that it finds, the rest has the same answers as the whole query. Values of
    parameters may stand before it. ``None`` as well for one that takes some of its rows only, that is a
    branch of a UNION, or that may tell a value twice: it has neither DISTINCT nor GROUP BY of the variable.

    >>> leading("PREFIX a: <urn:a> SELECT ?x ?y { { SELECT DISTINCT ?x { ?x a:b ?z } } ?x a:c ?y }", "x")
    ('PREFIX a: <urn:a> SELECT DISTINCT ?x { ?x a:b ?z } ', 'PREFIX a: <urn:a> SELECT ?x ?y {  ?x a:c ?y }')
    """
    found = significant(text)
    first = next((at for at, token in enumerate(found) if token.is_word("SELECT")), len(found))
    inside = next((at for at in range(first, len(found)) if found[at].is_mark("{")), len(found)) + 1
    while inside < len(found) and found[inside].is_word("VALUES"):  # of parameters
        inside = next((at for at in range(inside, len(found)) if found[at].is_mark("}")), len(found)) + 1
    if inside + 1 >= len(found) or not (found[inside].is_mark("{") and found[inside + 1].is_word("SELECT")):
        return None
    opening = next((at for at in range(inside + 1, len(found)) if found[at].is_mark("{")), len(found))
    end = _closing(found, inside)
    tail = found[_closing(found, opening) + 1 : end]
    if end >= len(found) or not _tells_each_once(found[inside + 2 : opening], tail, variable):
        return None
    if any(token.is_word("UNION") for token in found[end + 1 : end + 2]):
        return None
    inner = text[found[inside + 1].start : found[end].start]
    return f"{text[: found[first].start]}{inner}", f"{text[: found[inside].start]}{text[found[end].end :]}"


def _closing(found: Sequence[Token], opening: int) -> int:
    """The number of the token that closes a brace; that behind the last one, where nothing does."""
    depth = 0
    for at in range(opening, len(found)):
        depth += found[at].is_mark("{") - found[at].is_mark("}")
        if depth == 0:
            return at
    return len(found)


def _tells_each_once(head: Sequence[Token], tail: Sequence[Token], variable: str) -> bool:
    """Whether a subquery, by what stands before and behind its WHERE, gives each value of a variable once."""
    selected = [token.text for token in head if not token.is_word("DISTINCT", "WHERE")]
    if selected != [f"?{variable}"] or any(token.is_word("LIMIT", "OFFSET", "VALUES") for token in tail):
        return False
    if any(token.is_word("DISTINCT") for token in head):
        return True
    grouped = [token.text.upper() if at < 2 else token.text for at, token in enumerate(tail[:3])]
    after = tail[3:4]
    return grouped == ["GROUP", "BY", f"?{variable}"] and all(one.is_word("HAVING", "ORDER") for one in after)

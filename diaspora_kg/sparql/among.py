"""A query asked of some graphs only."""

from __future__ import annotations

from collections.abc import Sequence

from diaspora_kg.sparql.bind import Unbindable
from diaspora_kg.sparql.tokens import FORMS, significant
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
    parameters may stand before it.

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
    depth, head = 1, list[str]()
    for token in found[inside + 2 :]:
        depth += token.is_mark("{") - token.is_mark("}")
        if depth == 0:
            inner = text[found[inside + 1].start : token.start]
            rest = f"{text[: found[inside].start]}{text[token.end :]}"
            return f"{text[: found[first].start]}{inner}", rest
        if depth == 2 and head != [f"?{variable}"]:
            return None
        if depth == 1 and not token.is_word("DISTINCT", "WHERE") and not token.is_mark("}"):
            head.append(token.text)
    return None

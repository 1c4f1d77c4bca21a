"""What pyoxigraph answers, in our own values."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from diaspora_kg.store.base import SKOLEM, QueryRefused, Result, Solutions, Triples
from diaspora_kg.terms import IRI, Literal, Term


def result(found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Result:
    """A whole answer; raises :class:`QueryRefused` for one that SPARQL 1.1 does not know."""
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    if isinstance(found, ox.QueryTriples):
        return _triples(found)
    names = tuple(variable.value for variable in found.variables)
    return Solutions(names, tuple(_rows(found, len(names))))


def row(solution: ox.QuerySolution, width: int) -> tuple[Term | None, ...]:
    """One row of an answer with so many columns."""
    return tuple(None if (found := solution[n]) is None else term(found) for n in range(width))


def node(value: object) -> IRI:
    """A term that is no literal; raises :class:`QueryRefused` for one."""
    found = term(value)
    if isinstance(found, Literal):
        raise QueryRefused("a literal stands where a node must stand")
    return found


def term(value: object) -> Term:
    """A term; raises :class:`QueryRefused` for a triple that stands as one."""
    if isinstance(value, ox.NamedNode):
        return IRI(value.value)
    if isinstance(value, ox.BlankNode):
        return IRI(SKOLEM + value.value)
    if isinstance(value, ox.Literal):
        if value.language:
            return Literal(value.value, language=value.language)
        return Literal(value.value, value.datatype.value)
    raise QueryRefused("the answer holds triples as terms, which SPARQL 1.1 does not know")


def _rows(found: ox.QuerySolutions, width: int) -> Iterator[tuple[Term | None, ...]]:
    """All rows; an IRI that comes again and again, as properties do, is made once."""
    known: dict[str, IRI] = {}
    places = range(width)
    for solution in found:
        yield tuple([_kept(solution[n], known) for n in places])


def _kept(value: object, known: dict[str, IRI]) -> Term | None:
    if isinstance(value, ox.NamedNode):
        text = value.value
        if (iri := known.get(text)) is None:
            iri = known[text] = IRI(text)
        return iri
    return None if value is None else term(value)


def _triples(found: ox.QueryTriples) -> Triples:
    rows = {(node(t.subject), node(t.predicate), term(t.object)) for t in found}
    return Triples(tuple(sorted(rows, key=lambda triple: tuple(map(_order, triple)))))


def _order(value: Term) -> tuple[str, str, str]:
    if isinstance(value, IRI):
        return ("", value.value, "")
    return (value.value, value.datatype, value.language or "-")

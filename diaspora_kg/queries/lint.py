"""What is wrong with a query besides its header: may another SPARQL server read it, and mean the same by it?

A query is parsed by two engines that share no code. Findings say what a researcher must change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from diaspora_kg.errors import Finding, Report, Severity
from diaspora_kg.names import expand
from diaspora_kg.queries.catalog import Catalog, SavedQuery
from diaspora_kg.queries.panels import Panels
from diaspora_kg.sparql import declared_prefixes, foreign, outside_graph

_LONG = 200  # characters of another program's own words


def lint(query: SavedQuery, schemes: Collection[str] = ()) -> tuple[Finding, ...]:
    """Every finding about a query; ``schemes`` are the closed lists that there are (empty: not looked at)."""
    if not query.sound:
        return query.findings
    report = Report(query.file)
    _graphs(query.text, report)
    _words(query.text, report)
    _choices(query, schemes, report)
    _second_parser(query.text, report)
    return (*query.findings, *report.findings)


def lint_all(catalog: Catalog, files: Collection[str], schemes: Collection[str] = ()) -> Iterator[Finding]:
    """The findings about the queries of a catalog that lie in these files."""
    for query in catalog.queries.values():
        if query.file in files:
            yield from lint(query, schemes)


def lint_panels(panels: Panels, files: Collection[str]) -> Iterator[Finding]:
    """The findings about the panels whose files, by their paths, are among these."""
    for panel in panels.by_name.values():
        if panel.file in files:
            yield from lint(panel.query)


def _graphs(text: str, report: Report) -> None:
    for position in outside_graph(text):
        report.warning(
            text.count("\n", 0, position) + 1,
            "query-graph",
            "This pattern stands outside GRAPH: one server finds nothing for it, another everything.",
            "Put the patterns of this group into GRAPH ?name { … }.",
        )


def _words(text: str, report: Report) -> None:
    xsd = next((p for p, iri in declared_prefixes(text).items() if iri == expand("xsd:")), "xsd")
    for one in foreign(text, xsd):
        report.warning(
            text.count("\n", 0, one.position) + 1,
            "query-portability",
            f"{one.text} is not of SPARQL 1.1: other servers refuse the query.",
            "Say it with the words of SPARQL 1.1 (docs/queries.md).",
            one.text,
        )


def _choices(query: SavedQuery, schemes: Collection[str], report: Report) -> None:
    for parameter in query.parameters:
        scheme = parameter.choice.scheme if parameter.choice else ""
        if parameter.choice and scheme and schemes and scheme not in schemes:
            near = get_close_matches(scheme, schemes, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Lists are: {', '.join(sorted(schemes))}."
            message = f"There is no closed list {scheme}."
            report.violation(parameter.choice.line, "query-choices", message, hint, scheme)


def _second_parser(text: str, report: Report) -> None:
    """Parse by rdflib, whose grammar and algebra are its own."""
    from rdflib.plugins.sparql import prepareQuery  # noqa: PLC0415 - it takes a third of a second

    try:
        prepareQuery(text)
    except Exception as error:  # noqa: BLE001 - rdflib raises Exception itself, pyparsing's errors, RecursionError
        line = getattr(error, "lineno", 0)
        said = " ".join(str(error).split())[:_LONG]
        report.findings.append(
            Finding(
                report.file,
                line if isinstance(line, int) else 0,
                Severity.WARNING,
                "query-portability",
                f"A second SPARQL engine (rdflib) does not read this query: {said}",
                "Write the place more plainly; brackets and full stops are what engines differ in most.",
            )
        )

"""Queries are looked at before anybody asks them: would another server read them, and mean the same?"""

from __future__ import annotations

from pathlib import Path

import pytest

from diaspora_kg.content import content
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.ontology import Ontology
from diaspora_kg.queries.catalog import read
from diaspora_kg.queries.lint import lint
from diaspora_kg.sparql import DEEPEST, foreign, outside_graph

FILES = sorted(path for path in content("queries").rglob("*.rq") if path.parent.name != "pages")
HEAD = "#+ summary: a\n"
XSD = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "


@pytest.fixture(scope="module")
def schemes() -> tuple[str, ...]:
    return Ontology.load([content("ontology")]).schemes


def found(tmp_path: Path, text: str, schemes: tuple[str, ...] = ()) -> list[Finding]:
    path = tmp_path / "some-query.rq"
    path.write_text(text, "utf-8")
    return list(lint(read(path), schemes))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_bundled_query_is_portable(path: Path, schemes: tuple[str, ...]) -> None:
    assert lint(read(path), schemes) == ()


@pytest.mark.parametrize(
    "marked",
    [
        "SELECT * { §?s ?p ?o }",
        "SELECT * { §?s ?p ?o . ?a ?b ?c }",
        "SELECT * { GRAPH ?g { ?s ?p ?o } §?s ?q ?r }",
        "SELECT * { { §?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }",
        "SELECT * { GRAPH ?g { ?s ?p ?o } OPTIONAL { §?s ?q ?r } MINUS { §?s ?x ?y } }",
        "SELECT * { GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { §?s ?q ?r } }",
        "SELECT * { FILTER(?s > 1) §?s ?p ?o }",
        "SELECT * { BIND(1 AS ?n) §[ ?p ?o ] }",
        "SELECT * { { SELECT ?s { §?s ?p ?o } } }",
        "SELECT * { VALUES ?s { <urn:a> } §<urn:a> ?p ?s }",
        "CONSTRUCT { ?s ?p ?o } WHERE { §?s ?p ?o }",
        "CONSTRUCT WHERE { §?s ?p ?o }",
        "ASK { §_:b ?p 1 }",
    ],
)
def test_a_pattern_outside_graph_is_seen(marked: str) -> None:
    """``§`` marks where such a pattern begins."""
    parts = marked.split("§")
    wanted = [len("".join(parts[:n])) for n in range(1, len(parts))]
    assert list(outside_graph("".join(parts))) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { GRAPH ?g { ?s ?p ?o OPTIONAL { ?s ?q ?r } FILTER EXISTS { ?s ?x ?y } } }",
        "SELECT ?s (COUNT(?o) AS ?n) { GRAPH <urn:g> { ?s ?p ?o } } GROUP BY ?s ?t ORDER BY ?s",
        "SELECT * { VALUES (?a ?b) { (1 2) } BIND(?a + ?b AS ?c) FILTER(?c > 1 && ?b < 2) }",
        "CONSTRUCT { ?s ?p ?o . ?o ?q ?s } WHERE { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { { SELECT ?s ?t { GRAPH ?g { ?s ?p ?t } } LIMIT 1 } FILTER(STR(?s) = '?s ?p ?o') }",
        "DESCRIBE <urn:a>",
    ],
)
def test_what_stands_in_a_graph_or_is_no_pattern_is_not(text: str) -> None:
    assert list(outside_graph(text)) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT * { GRAPH ?g { ?s ?p ?o } LATERAL { BIND(1 AS ?n) } }", ["LATERAL"]),
        ("SELECT (ADJUST(?o, ?t) AS ?x) { GRAPH ?g { ?s ?p ?o } }", ["ADJUST"]),
        (
            "PREFIX ex: <urn:e> SELECT (ex:f(?o) AS ?x) { GRAPH ?g { ?s ?p ?o } FILTER ex:g(?o) }",
            ["ex:f", "ex:g"],
        ),
        ("SELECT (<urn:f>(?o) AS ?x) { GRAPH ?g { ?s ?p ?o } }", ["<urn:f>"]),
        ("SELECT * { BIND(xsd:date('2031-05-01') AS ?d) }", ["xsd:date"]),
        ("SELECT * { BIND(xsd:integer('1') + xsd:decimal('2') AS ?n) FILTER xsd:boolean(?n) }", []),
        ("SELECT * { GRAPH ?g { ?s ex:a/(ex:b|ex:c)* ?o ; ^ex:d (1 2) } }", []),
        ("SELECT (GROUP_CONCAT(?s; SEPARATOR=' ') AS ?x) { GRAPH ?g { ?s a ?c } }", []),
    ],
)
def test_a_word_of_one_engine_is_seen(text: str, words: list[str]) -> None:
    assert [one.text for one in foreign(text)] == words


@pytest.mark.parametrize(
    ("text", "code", "line", "severity"),
    [
        (HEAD + "SELECT * {\n  ?s ?p ?o }", "query-graph", 3, Severity.WARNING),
        (HEAD + XSD + "SELECT * {\n BIND(xsd:date('') AS ?x) }", "query-portability", 3, Severity.WARNING),
        (HEAD + "SELECT * { GRAPH ?g {\n ?s ?p } }", "query-syntax", 3, Severity.VIOLATION),
        (HEAD + "SELECT ?s { GRAPH ?g { ?s ?p ?o } } GROUP BY ?o", "query-syntax", 2, Severity.VIOLATION),
        (
            HEAD + "SELECT * " + "{" * (DEEPEST + 1) + "}" * (DEEPEST + 1),
            "query-syntax",
            0,
            Severity.VIOLATION,
        ),
        (HEAD + "SELECT * { BIND('\0' AS ?x) }", "query-syntax", 0, Severity.VIOLATION),
    ],
)
def test_a_finding_says_where_and_how_to_mend(
    tmp_path: Path, text: str, code: str, line: int, severity: Severity
) -> None:
    findings = found(tmp_path, text)
    assert (code, line, severity) in {(f.code, f.line, f.severity) for f in findings}
    assert all(f.message and f.hint for f in findings)


def test_twenty_thousand_braces_end_nothing(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, HEAD + "SELECT * " + "{" * 20_000 + "}" * 20_000)
    assert finding.code == "query-syntax"


def test_what_only_one_engine_reads_is_a_warning(tmp_path: Path) -> None:
    text = HEAD + "SELECT * { GRAPH ?g { << ?a ?b ?c >> ?p ?o } }"
    findings = found(tmp_path, text)
    assert findings
    assert {finding.code for finding in findings} <= {"query-portability", "query-syntax"}


def test_a_closed_list_that_is_not_there_is_an_error(tmp_path: Path, schemes: tuple[str, ...]) -> None:
    text = HEAD + "#+ choices:\n#+   how: {list: Modalty}\nSELECT * { GRAPH ?g { ?s ?p ?_how_iri } }"
    (finding,) = found(tmp_path, text, schemes)
    assert (finding.code, finding.line, finding.severity) == ("query-choices", 3, Severity.VIOLATION)
    assert finding.hint == "Did you mean Modality?"

"""First rows from the graphs of a few articles are rows of the whole answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from diaspora_kg.project import Project
from diaspora_kg.queries.answer import Answer, run
from diaspora_kg.queries.articles import begun, few
from diaspora_kg.queries.catalog import Catalog, SavedQuery, read
from diaspora_kg.queries.first import first_rows
from diaspora_kg.queries.header import ALONE
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.opened import opened
from diaspora_kg.sparql import Unbindable, among, bind, leading, must_name
from diaspora_kg.terms import IRI
from tests.examples import copy_of, dkg
from tests.large import as_large

CATALOG = Catalog.load([Path(__file__).parents[1] / "queries"])
NAMES = sorted(name for name, query in CATALOG.queries.items() if query.header.articles)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lookup]:
    folder = copy_of("demo", tmp_path_factory.mktemp("articles"))
    dkg("build", project=folder)
    with opened(Project.load(folder)) as graph:
        yield graph.lookup


@pytest.fixture
def large(small: Lookup) -> Lookup:
    return as_large(small)


def needed(query: SavedQuery, answer: str = "") -> dict[str, list[str]]:
    names = [one.name for one in query.parameters if not one.optional and one.default is None]
    return {name: [answer] for name in names}


def rows(answer: Answer) -> set[tuple[str, ...]]:
    """Rows with the claims of a cell in no order, which a group does not have."""
    return {tuple(" ".join(sorted(cell.split(" "))) for cell in row) for row in answer.cells}


@pytest.fixture(scope="module")
def named(small: Lookup) -> list[str]:
    """Nodes that mentions mean, the ones that most articles name first."""
    found = run(CATALOG.get("organizations-in-several-articles"), {}, small)
    return [cells[0] for cells in found.cells]


@pytest.mark.parametrize("name", NAMES)
def test_first_rows_are_rows_of_the_whole_answer(
    name: str, small: Lookup, large: Lookup, named: list[str]
) -> None:
    query = CATALOG.get(name)
    for node in named[:3] if needed(query) else [""]:
        given = needed(query, node)
        whole = run(query, given, small, label=False)
        every = rows(whole)
        before: tuple[object, ...] = ()
        for limit in (1, 3, 10):
            answer = run(query, given, large, limit=limit, label=False)
            assert len(answer.rows) == min(limit, whole.total)
            assert rows(answer) <= every
            assert answer.rows[: len(before)] == before  # more rows begin with these
            assert answer.total == whole.total if answer.counted else limit < answer.total <= whole.total
            before = answer.rows
        assert rows(run(query, given, large, limit=100_000, label=False)) == every


@pytest.mark.parametrize("name", NAMES)
def test_all_articles_together_tell_no_row_twice(name: str, small: Lookup, named: list[str]) -> None:
    query = CATALOG.get(name)
    whole = run(query, needed(query, named[0]), small, label=False)
    for sizes in ([10**6], [1, 2, 10**6]):
        found = [row for part in begun(query, whole.sparql, {}, sizes, small).portions for row in part.rows]
        assert len(found) == len(set(found)) == whole.total


def test_an_article_has_its_own_rows_and_they_are_counted(small: Lookup, large: Lookup) -> None:
    query = CATALOG.get("undated")
    answers: dict[str, list[tuple[str, ...]]] = {}
    for row in run(query, {}, small, label=False).cells:
        answers.setdefault(row[6], []).append(row)
    assert len(answers) > 3
    for article, expected in answers.items():
        told = run(query, {"article": [article]}, large, limit=100, label=False)
        assert told.counted
        assert sorted(told.cells) == sorted(run(query, {"article": [article]}, small, label=False).cells)
        assert len(expected) == told.total


def test_a_query_that_names_graphs_itself_is_asked_as_a_whole(small: Lookup, large: Lookup) -> None:
    query = CATALOG.get("undated")
    graph = few((), 1, small)[0]
    query = replace(query, text=among(query.text, [graph]))
    whole, answer = run(query, {}, small, limit=3), run(query, {}, large, limit=3)
    assert (answer.rows, answer.total) == (whole.rows, whole.total)


def test_an_answer_without_rows_is_not_asked_for_twice(
    large: Lookup, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = CATALOG.get("undated")
    query = replace(query, text=query.text.replace("dct:title", "dct:nothing"))
    first = run(query, {}, large, limit=3, label=False)
    monkeypatch.setattr("diaspora_kg.queries.answer.first_rows", None)
    assert run(query, {}, large, limit=3, label=False) == replace(first, columns=query.columns or ())
    assert not first.rows


@pytest.mark.parametrize(
    ("text", "graphs"),
    [("SELECT * { GRAPH ?g { ?a ?b ?c } }", ["urn:x> <urn:y"]), ("PREFIX a: <urn:a>", ["urn:x"])],
)
def test_graphs_that_cannot_be_named_are_told(text: str, graphs: list[str]) -> None:
    with pytest.raises(Unbindable):
        among(text, graphs)


def test_words_of_a_query_are_no_places_for_graphs() -> None:
    text = 'PREFIX where: <urn:select> # SELECT {\nselect ?where ("{" AS ?b) { ?where where:a 1 }'
    expected = text.replace("{ ?where", "FROM NAMED <urn:x> { ?where")
    assert among(text, ["urn:x"]) == expected


def test_graphs_are_those_of_articles_that_name_a_node(small: Lookup, named: list[str]) -> None:
    node = small.find(named[0])
    graphs = few((node, IRI("urn:foreign")), 1000, small)
    assert 1 < len(graphs) < len(few((), 1000, small))
    assert all(graph.startswith(small.names.article_graph("")) for graph in graphs)
    assert few((), 10, replace(small, index=None)) == ()


def test_graphs_that_are_asked_for_are_the_first_of_more(small: Lookup, named: list[str]) -> None:
    for node in (small.find(key) for key in named[:5]):
        every = few((node,), 1000, small)
        assert len(set(every)) == len(every) > 1
        for most in range(1, len(every) + 2):
            assert few((node,), most, small) == every[:most]


def test_an_article_that_describes_a_node_names_it(small: Lookup) -> None:
    claims = run(CATALOG.get("statements"), {}, small, label=False)
    node = next(iter(claims.claims(claims.rows[0])))
    article = claims.article(claims.rows[0])
    assert article is not None
    assert [small.names.article_of(graph) for graph in few((IRI(node),), 10, small)] == [article]


@pytest.mark.parametrize(
    "text",
    ["SELECT ?x {}", "SELECT ?x", "", "SELECT ?x { { ?x a ?y } { SELECT ?x { ?x a ?y } } }",
     "SELECT ?x { { SELECT ?x ?y { ?x a ?y } } }", "SELECT ?x { { SELECT (?y AS ?x) { ?x a ?y } } }",
     "SELECT ?x { { SELECT ?y { ?x a ?y } } }", "SELECT ?x { { SELECT", "SELECT ?x { {",
     "SELECT ?x { { SELECT DISTINCT ?x { ?x a ?y } LIMIT 3 } }", "SELECT ?x { { SELECT DISTINCT ?x { ?x a ?y",
     "SELECT ?x { { SELECT DISTINCT ?x { ?x a ?y } ORDER BY ?x OFFSET 3 } ?x a ?z }",
     "SELECT ?x { { SELECT DISTINCT ?x { ?x a ?y } VALUES ?x { <urn:x> } } ?x a ?z }",
     "SELECT ?x { { SELECT DISTINCT ?x { ?x a ?y } } UNION { ?x a ?z } }",
     "SELECT ?x { { SELECT ?x { ?x a ?y } } ?x a ?z }", "SELECT ?x { { SELECT REDUCED ?x { ?x a ?y } } }",
     "SELECT ?x { { SELECT ?x { ?x a ?y } GROUP BY ?x ?y } ?x a ?z }",
     "SELECT ?x { { SELECT ?x { ?x a ?y } GROUP BY ?y } ?x a ?z }"],
)  # fmt: skip
def test_a_query_that_begins_otherwise_has_no_leading_subquery(text: str) -> None:
    assert leading(text, "x") is None


def test_a_leading_subquery_keeps_its_groups_and_the_prefixes() -> None:
    inner = "SELECT ?x WHERE { { SELECT ?x { ?x a:b ?z } } ?x a:c ?y } GROUP BY ?x HAVING (COUNT(?y) > 1)"
    text = f"PREFIX a: <urn:a> SELECT ?x ?n WHERE {{ {{ {inner} }} ?x a:c ?n }} GROUP BY ?x ?n"
    rest = "PREFIX a: <urn:a> SELECT ?x ?n WHERE {  ?x a:c ?n } GROUP BY ?x ?n"
    assert leading(text, "x") == (f"PREFIX a: <urn:a> {inner} ", rest)
    given = text.replace("WHERE { {", 'WHERE { VALUES ?n { "}" } {', 1)
    assert leading(given, "x") == (f"PREFIX a: <urn:a> {inner} ", rest.replace("{ ", '{ VALUES ?n { "}" } '))


def saved(folder: Path, articles: str, text: str) -> SavedQuery:
    path = folder / "some-query.rq"
    prefixes = "PREFIX dkg: <https://w3id.org/diaspora-kg/ns#> PREFIX dct: <http://purl.org/dc/terms/>"
    path.write_text(f"#+ summary: a\n#+ articles: {articles}\n{prefixes}\n{text}\n", "utf-8")
    return read(path)


TITLES = (
    "SELECT ?article ?title WHERE {{ GRAPH ?g {{ ?article dct:title ?title }} {} }} GROUP BY ?article ?title"
)


def same(query: SavedQuery, given: dict[str, list[str]], small: Lookup, large: Lookup) -> Answer:
    """The answer, found to be the same whether first rows or all are asked for."""
    whole = run(query, given, small, label=False)
    told = run(query, given, large, limit=100_000, label=False)
    assert told.counted
    assert (told.columns, rows(told), told.total) == (whole.columns, rows(whole), whole.total)
    return told


def test_an_article_that_is_left_out_is_not_taken_for_all(
    small: Lookup, large: Lookup, tmp_path: Path
) -> None:
    article = run(CATALOG.get("undated"), {}, small, label=False).cells[0][6]
    query = saved(tmp_path, ALONE, TITLES.format("FILTER(?article != ?_not_iri)"))
    assert same(query, {"not": [article]}, small, large).total > 1
    assert run(query, {"not": [article]}, large, limit=2, label=False).total > 2


def test_a_node_beside_a_foreign_one_does_not_tell_all_articles(
    small: Lookup, large: Lookup, named: list[str], tmp_path: Path
) -> None:
    query = saved(
        tmp_path,
        ALONE,
        "SELECT ?article ?thing WHERE { GRAPH ?g { ?article dct:title ?title . ?some ?says ?_thing_iri } "
        "BIND(?_thing_iri AS ?thing) } GROUP BY ?article ?thing",
    )
    alone = same(query, {"thing": named[:1]}, small, large)
    both = same(query, {"thing": [named[0], "dkgv:asserted"]}, small, large)
    assert both.total > alone.total > 0


def test_all_columns_keep_their_names(small: Lookup, large: Lookup, named: list[str], tmp_path: Path) -> None:
    text = "SELECT * WHERE { GRAPH ?g { ?mention dkg:refersTo ?_thing_iri } FILTER(?thing = ?_thing_iri) }"
    assert not same(saved(tmp_path, ALONE, text), {"thing": named[:1]}, small, large).rows
    text = "SELECT * WHERE { GRAPH ?g { ?mention dkg:refersTo ?_thing_iri } }"
    query = saved(tmp_path, ALONE, text)
    assert same(query, {"thing": named[:1]}, small, large).rows
    assert not same(query, {"thing": ["dkgv:asserted"]}, small, large).rows


@pytest.mark.parametrize(
    "text",
    [
        "{ SELECT DISTINCT ?it { GRAPH ?g { ?it dct:title ?title } } ORDER BY ?it LIMIT 3 }",
        "{ SELECT DISTINCT ?it { GRAPH ?g { ?it dct:title ?b } } } UNION { GRAPH ?g { ?a dkg:about ?it } }",
        "{ SELECT ?it { GRAPH ?g { ?any dkg:reportedIn ?it } } }",
        "{ SELECT DISTINCT ?it { GRAPH ?g { ?any dct:title ?title BIND(COALESCE(?title, ?any) AS ?it) } } }",
    ],
)
def test_a_subquery_that_does_not_give_each_node_once_is_no_beginning(
    text: str, small: Lookup, large: Lookup, tmp_path: Path
) -> None:
    query = saved(
        tmp_path,
        "it",
        f"SELECT ?it (COUNT(?x) AS ?n) WHERE {{ {text} GRAPH ?h {{ ?x ?y ?it }} }} GROUP BY ?it",
    )
    assert query.sound
    assert same(query, {}, small, large).total > 1


def test_bundled_queries_keep_their_quick_way(small: Lookup, large: Lookup, named: list[str]) -> None:
    begin = {name for name in NAMES if leading(CATALOG.get(name).text, CATALOG.get(name).header.articles)}
    assert begin == {
        "missing-voices",
        "organizations-of-form",
        "outlets-compared",
        "several-offices",
        "unreported-undertakings",
    }
    for name in NAMES:
        query = CATALOG.get(name)
        if query.header.articles == ALONE:
            assert all(must_name(query.text, one.variable) for one in query.parameters), name
            node = small.find(named[0])
            for one in query.parameters:
                text = bind(query.text, {one.variable: [node]})
                assert first_rows(query, text, {one.variable: [node]}, 1000, large) is not None, name


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("GRAPH ?g { ?a ?b ?v }", True),
        ("{ SELECT ?v { GRAPH ?g { ?v ?b ?a } } GROUP BY ?v }", True),
        ("{ GRAPH ?g { ?a ?b ?c } } UNION { GRAPH ?g { ?c ?b ?a } } FILTER(?c = ?v)", True),
        ("GRAPH ?g { ?a ?b ?c } FILTER(!BOUND(?v) || ?c = ?v)", True),
        ("GRAPH ?g { ?a ?b ?c } FILTER(?c != ?v)", False),
        ("GRAPH ?g { ?a ?b ?c } FILTER(?c = ?v || ?a = ?v)", False),
        ("GRAPH ?g { ?a ?b ?c } FILTER(!(?c = ?v))", False),
        ("GRAPH ?g { ?a ?b ?c } FILTER(<urn:c> = ?v)", False),
        ("GRAPH ?g { ?a ?b ?c } BIND(<urn:x> AS ?d) FILTER(?d = ?v)", False),
        ("GRAPH ?g { ?a ?b ?c } VALUES (?c ?d) { (1 <urn:x>) } FILTER(?d = ?v)", False),
        ("GRAPH ?g { ?a ?b ?c } OPTIONAL { GRAPH ?h { ?a ?b ?c } FILTER(?c = ?v) }", False),
        ("GRAPH ?g { ?a ?b ?c } FILTER NOT EXISTS { ?a ?b ?v }", False),
        ("GRAPH ?g { ?a ?b ?c } MINUS { GRAPH ?h { ?a ?b ?v } }", False),
        ("GRAPH ?g { ?a ?b ?c } OPTIONAL { GRAPH ?h { ?a ?b ?v } }", False),
        ("{ GRAPH ?g { ?a ?b ?c } } UNION { GRAPH ?h { ?a ?b ?v } }", False),
        ("GRAPH ?g { ?a <urn:p>* ?v }", False),
        ("GRAPH ?v { ?a ?b ?c }", False),
        ("GRAPH ?g { ?a ?b ?c } FILTER", False),
    ],
)
def test_whether_a_node_must_be_named(pattern: str, expected: bool) -> None:
    assert must_name(f"SELECT ?a {{ {pattern} }}", "v") is expected

"""Saved queries as RDF: in the graph, and as the Turtle files that SPARQL editors read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery

from diaspora_kg.build import BuildReport, Options, build
from diaspora_kg.content import content
from diaspora_kg.names import PREFIXES
from diaspora_kg.project import Project
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.examples import Examples, body
from tests.growing import lines_of
from tests.press import TRIG
from tests.small import project, write

ENDPOINT = "https://norland.example/sparql"
FOLDER = f"{ENDPOINT}/.well-known/sparql-examples"
NAMES = sorted(path.stem for path in content("queries").glob("*.rq"))
SH = PREFIXES["sh"]

SHAPE = """
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix spex: <https://purl.expasy.org/sparql-examples/ontology#> .
@prefix test: <urn:test:> .

test:example a sh:NodeShape ;
    sh:targetClass sh:SPARQLExecutable ;
    sh:nodeKind sh:IRI ;
    sh:property test:query, test:comment, test:target, test:misspelled, test:keywords ;
    sh:property test:prefixes, test:kind .
test:query sh:path [ sh:alternativePath ( sh:select sh:ask sh:construct spex:describe ) ] ;
    sh:minCount 1 ; sh:maxCount 1 .
test:comment sh:path rdfs:comment ; sh:minCount 1 ;
    sh:or ( [ sh:datatype rdf:langString ] [ sh:datatype rdf:HTML ] ) .
test:target sh:path schema:target ; sh:minCount 1 ; sh:nodeKind sh:IRI .
test:misspelled sh:path [ sh:alternativePath ( schema:keyword schema:keyowrds ) ] ; sh:maxCount 0 .
test:keywords sh:path schema:keywords ; sh:pattern "^[^\\\\s].*[^\\\\s]$" .
test:prefixes sh:path sh:prefixes ; sh:minCount 1 ; sh:nodeKind sh:IRI .
test:kind sh:path rdf:type ; sh:minCount 2 ;
    sh:in ( sh:SPARQLExecutable sh:SPARQLSelectExecutable sh:SPARQLAskExecutable sh:SPARQLConstructExecutable
            spex:SPARQLDescribeExecutable ) .
"""
"""What the SIB's own shape asks of an example, and that nothing is without a name."""


def catalog(folder: Path, **queries: str) -> Catalog:
    for name, text in queries.items():
        write(folder, f"{name.replace('_', '-')}.rq", text)
    return Catalog.load([folder])


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return Examples(Catalog.load([content("queries")]), ENDPOINT).files()


@pytest.fixture(scope="module")
def press() -> ox.Store:
    store = ox.Store()
    store.load(path=TRIG, format=ox.RdfFormat.TRIG)
    return store


def graph(text: str) -> Graph:
    """Turtle as two parsers read it, which must agree."""
    found = Graph().parse(data=text, format="turtle")
    other = Graph().parse(
        data=(ox.serialize(ox.parse(text, format=ox.RdfFormat.TURTLE), format=ox.RdfFormat.N_TRIPLES) or b""),
        format="nt",
    )
    assert set(found) == set(other)
    return found


def conforms(found: Graph) -> tuple[bool, str]:
    ok, _, said = pyshacl.validate(found, shacl_graph=Graph().parse(data=SHAPE, format="turtle"))
    return ok, said


# The files


def test_there_is_a_file_for_each_query_and_one_for_the_prefixes(files: dict[str, str]) -> None:
    assert sorted(files) == sorted([*(f"{name}.ttl" for name in NAMES), "prefixes.ttl"])


def test_all_files_together_keep_the_shape(files: dict[str, str]) -> None:
    found = Graph()
    for text in files.values():
        found += graph(text)
    ok, said = conforms(found)
    assert ok, said
    assert not [node for triple in found for node in triple if not isinstance(node, (URIRef, Literal))]
    executables = set(found.subjects(predicate=None, object=URIRef(SH + "SPARQLExecutable")))
    assert {str(node) for node in executables} == {f"{FOLDER}/{name}" for name in NAMES}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"@en', '"'),
        ("schema:target", "schema:about"),
        ("schema:keywords", "schema:keyword"),
        ('schema:keywords "relations"', 'schema:keywords "relations "'),
        ("sh:select", "sh:update"),
    ],
)
def test_the_shape_finds_what_is_wrong(files: dict[str, str], old: str, new: str) -> None:
    assert conforms(graph(files["relations.ttl"]))[0]
    assert not conforms(graph(files["relations.ttl"].replace(old, new)))[0]


@pytest.mark.parametrize("name", NAMES)
def test_the_query_in_a_file_is_the_saved_one_and_runs(
    name: str, files: dict[str, str], press: ox.Store
) -> None:
    (text,) = graph(files[f"{name}.ttl"]).objects(URIRef(f"{FOLDER}/{name}"), URIRef(SH + "select"))
    assert str(text) == body(content("queries", f"{name}.rq").read_text("utf-8"))
    assert "#+" not in str(text)
    prepareQuery(str(text))
    found = press.query(f"{text}\nLIMIT 1")
    assert isinstance(found, ox.QuerySolutions)
    assert len(list(found)) <= 1


def test_every_prefix_of_a_query_is_declared(files: dict[str, str]) -> None:
    found = graph(files["prefixes.ttl"])
    pairs = {
        (str(prefix), str(found.value(node, URIRef(SH + "namespace"))))
        for node, prefix in found.subject_objects(URIRef(SH + "prefix"))
    }
    used = {pair for text in files.values() for pair in re.findall(r"(?m)PREFIX (\w+): <([^>]+)>", text)}
    assert used <= pairs
    assert f"<{FOLDER}#prefixes>" in files["relations.ttl"]


def test_each_kind_of_query_has_its_word(tmp_path: Path) -> None:
    pattern = "{ GRAPH ?g { ?s ?p ?o } }"
    queries = catalog(
        tmp_path,
        yes=f"#+ summary: a\nASK {pattern}",
        made=f"#+ summary: a\nCONSTRUCT {{ ?s ?p ?o }} WHERE {pattern}",
        told=f"#+ summary: a\nDESCRIBE ?s WHERE {pattern}",
    )
    made = Examples(queries, ENDPOINT).files()
    for name, kind, has in (("yes", "Ask", "sh:ask"), ("made", "Construct", "sh:construct")):
        assert f"sh:SPARQL{kind}Executable" in made[f"{name}.ttl"]
        assert f"{has} " in made[f"{name}.ttl"]
    assert "spex:SPARQLDescribeExecutable" in made["told.ttl"]
    assert all(conforms(graph(text))[0] for text in made.values())


HOSTILE = 'Say """what"""\\ "'


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    text = (
        f"#+ summary: '{HOSTILE} <b> \u202e'\n#+ tags: ['x', ' two  words ', '.\" a sh:X']\n"
        "SELECT ?s WHERE {\n  GRAPH ?g { ?s ?p ?o }\n"
        "  FILTER(STR(?o) IN ('''a\"\"\" . <urn:x> a <urn:y>''', "
        '"\\\\", \'\\u0041\', \'"\'))\n} # """"\n#\\'
    )
    queries = catalog(tmp_path, prefixes=text)
    made = Examples(queries, ENDPOINT).files()
    assert sorted(made) == ["prefixes.query.ttl", "prefixes.ttl"]
    found = graph(made["prefixes.query.ttl"])
    node = URIRef(f"{FOLDER}/prefixes")
    assert set(found.subjects()) == {node}
    assert str(found.value(node, URIRef(SH + "select"))) == body(text)
    keywords = {str(one) for one in found.objects(node, URIRef(PREFIXES["schema"] + "keywords"))}
    assert keywords == {"two words", '." a sh:X'}
    assert conforms(found)[0]


def test_what_cannot_be_asked_is_no_example(tmp_path: Path) -> None:
    queries = catalog(
        tmp_path, broken="#+ summary: [\nSELECT", good="#+ summary: a\nASK { GRAPH ?g { ?s ?p ?o } }"
    )
    assert sorted(Examples(queries, ENDPOINT).files()) == ["good.ttl", "prefixes.ttl"]


# In the graph

OWN = "#+ summary: Who claims\n#+ tags: [own]\nSELECT ?c WHERE { GRAPH ?g { ?c ?p ?o } }\n"


def built(root: Path, **options: Any) -> BuildReport:
    return build(Project.load(root), Options(**options))


def of_queries(report: BuildReport) -> list[str]:
    return [line for line in lines_of(report) if line.endswith("<https://example.org/small/graph/queries> .")]


def test_the_graph_holds_the_queries(tmp_path: Path) -> None:
    report = built(project(tmp_path / "p"))
    found = of_queries(report)
    ok, said = conforms(
        Graph().parse(data="\n".join(line.rsplit(" ", 2)[0] + " ." for line in found), format="nt")
    )
    assert ok, said
    node = "<https://example.org/small/sparql/.well-known/sparql-examples/relations>"
    assert [line for line in found if line.startswith(f"{node} <{SH}select>")]
    assert "_:" not in "".join(line.split('"')[0] for line in found)


def test_a_query_comes_changes_and_goes(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    first = built(root)
    path = write(root, "queries/own.rq", OWN)
    came = built(root)
    assert came.published
    assert [line for line in of_queries(came) if "sparql-examples/own>" in line and '"Who claims"@en' in line]
    assert built(root).identical
    path.write_text(OWN.replace("Who claims", "Who says"), "utf-8")
    changed = built(root)
    assert [line for line in of_queries(changed) if '"Who says"@en' in line]
    assert not [line for line in of_queries(changed) if '"Who claims"@en' in line]
    assert lines_of(built(root, full=True)) == lines_of(changed)
    path.unlink()
    gone = built(root)
    assert lines_of(gone) == lines_of(first)
    assert gone.snapshot is not None
    assert first.snapshot is not None
    assert gone.snapshot.manifest.id == first.snapshot.manifest.id


def test_an_own_query_takes_the_place_of_the_bundled_one(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    write(root, "queries/relations.rq", OWN)
    found = [line for line in of_queries(built(root)) if "sparql-examples/relations>" in line]
    assert [line for line in found if '"Who claims"@en' in line]
    assert len([line for line in found if f"<{SH}select>" in line]) == 1


def test_a_bad_query_is_left_out_and_told_until_it_is_mended(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    path = write(root, "queries/own.rq", OWN + "}")
    for _ in range(2):
        report = built(root)
        (finding,) = report.findings
        assert (finding.file, finding.line, finding.code) == ("queries/own.rq", 4, "query-syntax")
        assert report.exit_code() == 1
        assert not [line for line in of_queries(report) if "sparql-examples/own>" in line]
    path.write_text(OWN, "utf-8")
    mended = built(root)
    assert mended.findings == ()
    assert [line for line in of_queries(mended) if "sparql-examples/own>" in line]

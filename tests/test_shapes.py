"""Every shape finds its planted fault, with its message and nothing else, at the right place."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Dataset, Graph, URIRef, Variable

from diaspora_kg.article import Article
from diaspora_kg.content import content
from diaspora_kg.errors import Finding, Severity, UsageError
from diaspora_kg.names import expand
from diaspora_kg.ontology import Ontology
from diaspora_kg.quads import Origin
from diaspora_kg.shapes import Shape, check_graph, read_graph_shapes
from diaspora_kg.shapes.article import ArticleShapes
from diaspora_kg.shapes.catalog import SHAPES
from diaspora_kg.shapes.validate import Validator
from diaspora_kg.store import EmbeddedStore, Solutions
from diaspora_kg.terms import Term

EXAMPLES = content("ontology", "examples")
ARTICLE = content("ontology", "shapes", "article.ttl")
GRAPH = content("ontology", "shapes", "graph.ttl")
INGEST = {13, 14, 27}
"""Shapes of the list that need the text or the date as written; they are checked when it is read."""

ONTOLOGY = Ontology.load([content("ontology")])
VOCABULARY = ONTOLOGY.quads("https://example.org/graph/vocabulary")

NOBODY = Article(key="x", file="articles/x.yaml", title="A day in Vesmark", language="en")


def lines_of(trig: str) -> list[str]:
    return [f"{quad} ." for quad in parse(trig, format=RdfFormat.TRIG)]


@pytest.fixture(scope="module")
def shapes() -> Validator:
    return Validator([ARTICLE], ONTOLOGY.slim(), sample=0)


@pytest.fixture(scope="module")
def of_graph() -> dict[str, Shape]:
    return {one.shape.code: one.shape for one in read_graph_shapes([GRAPH])}


def article_codes() -> list[str]:
    shape = URIRef(expand("sh:message"))
    return [str(node).removeprefix(SHAPES) for node in Graph().parse(ARTICLE).subjects(shape)]


def graph_codes() -> list[str]:
    return [one.shape.code for one in read_graph_shapes([GRAPH])]


def stems() -> list[tuple[str, str]]:
    return [(folder, path.stem) for folder in ("valid", "invalid") for path in files(folder)]


def files(folder: str) -> list[Path]:
    return sorted((EXAMPLES / folder).glob("*.trig"))


def over_the_store(lines: Iterable[str], shapes: Sequence[Path] = (GRAPH,)) -> list[Finding]:
    store = EmbeddedStore()
    store.load(VOCABULARY)
    store.load(lines)
    return [fault.finding for fault in check_graph(store, shapes, lambda iri: Origin("x.yaml", 1, iri))]


def found_in(trig: str, code: str, shapes: Validator) -> list[Finding]:
    lines = lines_of(trig)
    return over_the_store(lines) if code in graph_codes() else list(shapes.check(lines, (), {}, NOBODY))


@pytest.mark.parametrize(("folder", "stem"), stems())
def test_example(folder: str, stem: str, shapes: Validator, of_graph: dict[str, Shape]) -> None:
    number, _, code = stem.partition("-")
    shape = of_graph.get(code) or next(one for one in shapes.shapes if one.code == code)
    found = found_in((EXAMPLES / folder / f"{stem}.trig").read_text("utf-8"), code, shapes)

    expected = (
        {(shape.iri, code, shape.message, shape.hint, shape.severity)} if folder == "invalid" else set()
    )
    assert {(f.shape, f.code, f.message, f.hint, f.severity) for f in found} == expected
    assert shape.number == int(number)


def test_each_shape_has_both_examples() -> None:
    codes = sorted(article_codes() + graph_codes())
    for folder in ("valid", "invalid"):
        assert sorted(path.stem.partition("-")[2] for path in files(folder)) == codes


def test_each_shape_is_described(shapes: Validator, of_graph: dict[str, Shape]) -> None:
    for shape in (*shapes.shapes, *of_graph.values()):
        assert shape.iri.startswith(SHAPES)
        assert all((shape.name, shape.description, shape.message, shape.hint)), shape.iri
        assert shape.message.endswith("."), shape.iri
    assert len({shape.message for shape in (*shapes.shapes, *of_graph.values())}) == len(
        article_codes() + graph_codes()
    )


def test_the_list_of_shapes_is_complete(shapes: Validator, of_graph: dict[str, Shape]) -> None:
    numbers = {shape.number for shape in (*shapes.shapes, *of_graph.values())}
    assert numbers - {0} == set(range(1, 33)) - INGEST


def test_messages_of_the_model_are_kept(shapes: Validator, of_graph: dict[str, Shape]) -> None:
    messages = {shape.code: shape.message for shape in (*shapes.shapes, *of_graph.values())}
    assert messages["claim-has-evidence"] == (
        "This claim points to no passage of the article; mark the words it rests on."
    )
    assert messages["claim-has-claimant"] == (
        "Nobody is named as saying this. Name the claimant, or mark it as the article's own words."
    )
    assert messages["situation-is-claimed"] == (
        "Nobody claims this: link it from at least one claim, or delete it."
    )


def invalid(stem: str) -> list[str]:
    return lines_of((EXAMPLES / "invalid" / f"{stem}.trig").read_text("utf-8"))


ID = "https://example.org/id/"


def test_a_finding_has_file_line_and_words(shapes: Validator) -> None:
    origins = {f"{ID}claim/x.c1": Origin("articles/x.yaml", 31, "The House of Tarvia was founded.")}
    (found,) = shapes.check(invalid("01-claim-has-evidence"), (), origins, NOBODY)
    assert (found.file, found.line, found.words) == (
        "articles/x.yaml",
        31,
        "The House of Tarvia was founded.",
    )
    assert found.article == "x"
    assert found.severity is Severity.VIOLATION


@pytest.mark.parametrize("stem", ["00-list-attribution", "19-claimant-takes-part", "28-unknown-has-no-value"])
def test_a_shape_that_starts_at_a_term_reports_the_node_that_has_it(stem: str, shapes: Validator) -> None:
    kind = {"28": "legal-status/x.l"}.get(stem[:2], "claim/x.c1")
    origins = {ID + kind: Origin("articles/x.yaml", 7, "these words")}
    (found,) = shapes.check(invalid(stem), (), origins, NOBODY)
    assert (found.line, found.words) == (7, "these words")


def test_a_node_without_a_place_is_reported_at_the_one_that_it_was_made_for(shapes: Validator) -> None:
    lines = lines_of(
        """
        PREFIX dkg: <https://w3id.org/diaspora-kg/ns#>
        PREFIX : <https://example.org/id/>
        GRAPH :g { :event dkg:participation :part . :part dkg:when :when . :when a dkg:When }
        """
    )
    origins = {f"{ID}event": Origin("articles/x.yaml", 12, "the rally")}
    (found,) = shapes.check(lines, (), origins, NOBODY)
    assert (found.code, found.line, found.words) == ("date-basis", 12, "the rally")


def test_a_node_that_nobody_wrote_is_reported_at_the_file(shapes: Validator) -> None:
    (found,) = shapes.check(invalid("25-date-basis"), (), {}, NOBODY)
    assert (found.file, found.line) == ("articles/x.yaml", 0)


def test_several_results_for_one_node_and_shape_are_one_finding(shapes: Validator) -> None:
    lines = lines_of("<urn:p> <https://w3id.org/diaspora-kg/ns#end> 'no number' .")
    (found,) = shapes.check(lines, (), {}, NOBODY)
    assert found.code == "span-order"


def test_nothing_is_found_about_a_node_of_another_article(shapes: Validator) -> None:
    context = [f"<{ID}claim/y.c> <{expand('rdf:type')}> <{expand('dkg:Claim')}> <{ID}g> ."]
    lines = [f"<{ID}claim/x.c> <{expand('dkg:condition')}> <{ID}claim/y.c> <{ID}g> ."]
    assert shapes.check(lines, context, {}, NOBODY) == ()


def test_context_tells_what_an_actor_is(shapes: Validator) -> None:
    lines = invalid("16-joint-statement-organization")
    person = f"<{ID}person/x.orvel> <{expand('rdf:type')}> <{{}}> <{ID}g> ."
    of = {
        cls: shapes.check(lines, [person.format(expand(cls))], {}, NOBODY)
        for cls in ("foaf:Person", "org:Organization")
    }
    assert [len(found) for found in of.values()] == [1, 0]


def test_a_value_of_the_projects_own_is_in_its_list(tmp_path: Path) -> None:
    (tmp_path / "own.ttl").write_text(
        """
        PREFIX dkgv: <https://w3id.org/diaspora-kg/vocab/>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        dkgv:picnic a skos:Concept ; skos:prefLabel "picnic"@en ; skos:inScheme dkgv:EventKind .
        """
    )
    own = ArticleShapes([ARTICLE], Ontology.load([content("ontology"), tmp_path]).slim())
    assert own.check(invalid("00-list-event-kind"), (), {}, NOBODY) == ()


def test_a_claim_of_a_reading_needs_its_other_slots(shapes: Validator) -> None:
    trig = (EXAMPLES / "valid" / "05-claim-readings.trig").read_text("utf-8")
    without = trig.replace("dkg:polarity dkgv:affirmed ;", "")
    assert without != trig
    assert [f.code for f in shapes.check(lines_of(without), (), {}, NOBODY)] == ["claim-readings"]


def test_a_headline_names_its_own_claimant(shapes: Validator) -> None:
    trig = (EXAMPLES / "invalid" / "19-claimant-takes-part.trig").read_text("utf-8")
    headline = trig.replace("dkgv:body", "dkgv:headline")
    assert shapes.check(lines_of(headline), (), {}, NOBODY) == ()


def test_one_for_whom_the_speaker_acts_may_be_the_claimant(shapes: Validator) -> None:
    trig = (EXAMPLES / "invalid" / "19-claimant-takes-part.trig").read_text("utf-8")
    acted_for = trig.replace(
        "dkg:role dkgv:speaker", "dkg:onBehalfOf <person/x.brand> ; dkg:role dkgv:speaker"
    )
    assert shapes.check(lines_of(acted_for), (), {}, NOBODY) == ()


def test_an_addressee_is_no_claimant(shapes: Validator) -> None:
    trig = (EXAMPLES / "invalid" / "19-claimant-takes-part.trig").read_text("utf-8")
    addressed = trig.replace(
        "<statement/x.s> a dkg:Statement",
        "<participation/x.q> dkg:role dkgv:addressee ; dkg:actor <person/x.brand> .\n"
        "<statement/x.s> dkg:participation <participation/x.q> ; a dkg:Statement",
    )
    assert [f.code for f in shapes.check(lines_of(addressed), (), {}, NOBODY)] == ["claimant-takes-part"]


def test_who_speaks_for_the_committed_party_may_commit(shapes: Validator) -> None:
    trig = (EXAMPLES / "invalid" / "29-commissive-claimant.trig").read_text("utf-8")
    speaks_for = trig.replace(
        "dkg:role dkgv:speaker", "dkg:onBehalfOf <person/x.brand> ; dkg:role dkgv:speaker"
    )
    assert shapes.check(lines_of(speaks_for), (), {}, NOBODY) == ()


@pytest.mark.parametrize(
    ("role", "actor", "principal", "found"),
    [
        ("speaker", "dkg:unknown dkg:actor", "brand", []),
        ("signatory", "dkg:unknown dkg:actor", "brand", []),
        ("speaker", "dkg:unknown dkg:actor", "orvel", ["commissive-claimant"]),
        ("addressee", "dkg:unknown dkg:actor", "brand", ["commissive-claimant"]),
        ("speaker", "dkg:actor <person/x.kesten>", "brand", ["commissive-claimant"]),
    ],
)
def test_an_unnamed_speaker_may_commit_whom_he_acts_for(
    role: str, actor: str, principal: str, found: list[str], shapes: Validator
) -> None:
    trig = (EXAMPLES / "invalid" / "29-commissive-claimant.trig").read_text("utf-8")
    unnamed = trig.replace("dkg:claimant <person/x.orvel>", "dkg:unknown dkg:claimant").replace(
        "dkg:role dkgv:speaker ;\n        dkg:actor <person/x.orvel>",
        "dkg:role dkgv:speaker ; dkg:unknown dkg:actor . "
        "<statement/x.s> dkg:participation <participation/x.o> ."
        f"<participation/x.o> a dkg:Participation ; dkg:role dkgv:{role} ; {actor} ;"
        f"dkg:onBehalfOf <person/x.{principal}>",
    )
    assert [f.code for f in shapes.check(lines_of(unnamed), (), {}, NOBODY)] == found


@pytest.mark.parametrize(("office", "found"), [("mayor", []), ("clerk", ["commissive-claimant"])])
def test_the_unnamed_holder_of_an_office_may_commit_in_that_office(
    office: str, found: list[str], shapes: Validator
) -> None:
    trig = (EXAMPLES / "invalid" / "29-commissive-claimant.trig").read_text("utf-8")
    unnamed = (
        trig.replace("dkg:claimant <person/x.orvel>", "dkg:unknown dkg:claimant")
        .replace("dkg:actor <person/x.orvel>", "dkg:unknown dkg:actor ; dkg:capacity <post/x.mayor>")
        .replace("dkg:actor <person/x.brand>", f"dkg:unknown dkg:actor ; dkg:capacity <post/x.{office}>")
    )
    assert unnamed.count("dkg:capacity") == 2
    assert [f.code for f in shapes.check(lines_of(unnamed), (), {}, NOBODY)] == found


def test_a_circle_of_five_umbrellas(shapes: Validator) -> None:
    trig = (EXAMPLES / "invalid" / "32-umbrella-cycle-in-article.trig").read_text("utf-8")
    longer = trig.replace(
        "org:member <organization/x.council>",
        "org:member <organization/x.e>",
    ) + "\n".join(
        f"""GRAPH <https://example.org/graph/article/x> {{
            <membership/x.n{i}> org:member <organization/x.{a}> ; org:organization <organization/x.{b}> .
            <claim/x.c1> dkg:content <membership/x.n{i}> .
        }}"""
        for i, (a, b) in enumerate([("council", "c"), ("c", "d"), ("d", "e")])
    )
    found = shapes.check(lines_of(longer), (), {}, NOBODY)
    assert [f.code for f in found] == ["umbrella-cycle-in-article"]
    assert (
        shapes.check(lines_of(longer.replace("x.n1> org:member", "x.n1> org:members")), (), {}, NOBODY)[1:]
        == ()
    )


def test_every_member_of_a_circle_is_a_fault() -> None:
    store = EmbeddedStore()
    store.load(invalid("32-umbrella-cycle"))
    faults = check_graph(store, [GRAPH], lambda _: None)
    assert [fault.focus for fault in faults] == [
        f"{ID}organization/{x}" for x in ("council", "league", "union")
    ]
    assert {fault.finding.line for fault in faults} == {0}


def test_a_fault_without_a_place_is_reported_at_the_node_that_points_to_it() -> None:
    store = EmbeddedStore()
    store.load(invalid("18-capacity-has-membership"))
    store.load([f"<{ID}statement/x.s> <{expand('dkg:participation')}> <{ID}participation/x.p> <{ID}g> ."])
    places = {f"{ID}statement/x.s": Origin("articles/x.yaml", 9, "in her speech")}
    (fault,) = check_graph(store, [GRAPH], places.get)
    assert (fault.finding.file, fault.finding.line) == ("articles/x.yaml", 9)


def two_statuses(one: str, other: str, list1: str = "", list2: str = "") -> list[str]:
    trig = (EXAMPLES / "invalid" / "23-statuses-exclude-each-other.trig").read_text("utf-8")
    for status, new, name in (("registered", one, list1), ("liquidatedByDecision", other, list2)):
        listed = f" ; dkg:listName {name}" if name else ""
        trig = trig.replace(f"dkg:status dkgv:{status}", f"dkg:status dkgv:{new}{listed}")
    return lines_of(trig)


@pytest.mark.parametrize(
    ("list1", "list2", "found"),
    [
        ('"patrons"@en', '"spies"@en', 0),
        ('"patrons"@en', '"Patrons"@en', 2),
        ('"patrons"@en', '"gospari"@x-norl', 2),
        ('"patrons"@en', "", 2),
        ("", "", 2),
    ],
    ids=["two", "one", "in-two-languages", "unnamed", "both-unnamed"],
)
def test_to_be_on_one_list_does_not_exclude_to_be_off_another(list1: str, list2: str, found: int) -> None:
    assert len(over_the_store(two_statuses("listedUnderLaw", "removedFromList", list1, list2))) == found


@pytest.mark.parametrize(
    "pair", ["dkgv:inExile dkg:excludes dkgv:wanted", "dkgv:wanted dkg:excludes dkgv:inExile"]
)
def test_a_project_adds_statuses_that_exclude_each_other(pair: str, tmp_path: Path) -> None:
    lines = two_statuses("inExile", "wanted")
    assert over_the_store(lines) == []
    prefixes = "\n".join(f"PREFIX {p}: <{expand(p + ':')}>" for p in ("dkg", "dkgv"))
    (tmp_path / "own.ttl").write_text(f"{prefixes}\n{pair} .")
    own = Ontology.load([content("ontology"), tmp_path]).quads("https://example.org/graph/vocabulary")
    assert len(over_the_store([*own, *lines])) == 2


@pytest.mark.parametrize("code", graph_codes())
def test_a_whole_graph_shape_finds_the_same_when_its_focus_is_bound(code: str) -> None:
    (path,) = (EXAMPLES / "invalid").glob(f"*-{code}.trig")
    (query,) = (one.query for one in read_graph_shapes([GRAPH]) if one.shape.code == code)
    store = EmbeddedStore()
    store.load(lines_of(path.read_text("utf-8")))
    nodes = {row["s"].value for row in rows(store, "SELECT ?s { GRAPH ?g { ?s ?p ?o } }")}
    store.load(VOCABULARY)
    whole = {row["focus"].value for row in rows(store, query)}
    assert whole
    for node in nodes:
        bound = query.replace("WHERE {", f"WHERE {{ VALUES ?focus {{ <{node}> }} ", 1)
        assert {row["focus"].value for row in rows(store, bound)} == whole & {node}


def rows(store: EmbeddedStore, query: str) -> list[dict[str, Term]]:
    answer = store.query(query)
    assert isinstance(answer, Solutions)
    return list(answer)


@pytest.mark.parametrize("code", graph_codes())
@pytest.mark.parametrize("folder", ["valid", "invalid"])
def test_two_engines_agree(folder: str, code: str) -> None:
    (path,) = (EXAMPLES / folder).glob(f"*-{code}.trig")
    (query,) = (one.query for one in read_graph_shapes([GRAPH]) if one.shape.code == code)
    store = EmbeddedStore()
    store.load([*VOCABULARY, *lines_of(path.read_text("utf-8"))])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # within rdflib
        theirs = Dataset().parse(data=path.read_text("utf-8"), format="trig")
        theirs.parse(data="\n".join(VOCABULARY), format="nquads")
        found = {str(row[Variable("focus")]) for row in theirs.query(query).bindings}
    assert found == {row["focus"].value for row in rows(store, query)}


SHAPE = """
PREFIX dkg: <https://w3id.org/diaspora-kg/ns#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
<urn:own-shape> a dkg:GraphShape ; sh:message "No." ; sh:select "{}" .
"""


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT ?focus { SERVICE <https://example.org/> { ?focus ?p ?o } }", "SERVICE"),
        ("DELETE WHERE { ?s ?p ?o }", "not allowed"),
        ("ASK { ?s ?p ?o }", "ASK"),
        ("SELECT ?focus ?p { GRAPH ?g { ?focus ?p ?o } }", "nothing else"),
        ("SELECT ?focus { GRAPH ?g { ?focus dkg:name ?o } }", "cannot be run"),
    ],
)
def test_a_query_of_a_shape_that_is_refused(query: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "graph-own.ttl"
    path.write_text(SHAPE.format(query))
    with pytest.raises(UsageError, match=why):
        over_the_store(["<urn:s> <urn:p> <urn:o> <urn:g> ."], [path])


def test_a_file_that_is_no_turtle_is_named(tmp_path: Path) -> None:
    path = tmp_path / "article-own.ttl"
    path.write_text("this is no Turtle")
    with pytest.raises(UsageError, match=r"article-own\.ttl"):
        ArticleShapes([path], ())


def test_an_article_shape_may_not_call_another_server(tmp_path: Path) -> None:
    path = tmp_path / "article-own.ttl"
    path.write_text(
        """
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        <urn:s> a sh:NodeShape ; sh:targetNode <urn:x> ; sh:message "No." ;
            sh:sparql [ sh:select "SELECT $this { SERVICE <https://example.org/> { $this ?p ?o } }" ] .
        """
    )
    with pytest.raises(UsageError, match="SERVICE"):
        ArticleShapes([path], ())


def merged(node: str, ids: Iterable[str], *decided: str) -> list[str]:
    """A node with the ids of its records, and decisions such as ``x.house same y.house``."""
    base = "https://example.org/"
    own = " ; ".join(f'<{expand("dkg:sourceId")}> "{key}"' for key in ids)
    trig = f"<{base}graph/a> {{ <{base}id/organization/{node}> {own} }}" if own else ""
    for number, decision in enumerate(decided):
        left, verdict, right = decision.split()
        records = " , ".join(f"<{base}id/organization/{key}>" for key in (left, right))
        trig += (
            f"<{base}graph/identity> {{ <{base}id/decision/d{number}> <{expand('dkg:compares')}> {records} ;"
            f" <{expand('dkg:decision')}> <{expand('dkgv:' + verdict)}> }}"
        )
    return lines_of(trig)


@pytest.mark.parametrize(
    ("node", "ids", "decided", "found"),
    [
        ("x.a", ["x.a"], [], []),
        ("x.a", ["x.a", "y.a"], ["x.a same y.a"], []),
        ("x.a", ["x.a", "y.a"], [], ["merge-is-decided"]),
        ("x.a", ["x.a", "y.a"], ["x.a unsure y.a"], ["merge-is-decided"]),
        ("x.a", ["x.a", "y.a"], ["x.a same z.a"], ["merge-is-decided"]),
        ("x.a", ["x.a", "y.a"], ["x.a same y.a", "y.a different z.a"], []),
        ("x.a", ["x.a", "y.a"], ["x.a same y.a", "y.a different x.a"], ["merge-is-undisputed"]),
        # the register's entry has no id but its key
        ("a", ["y.a"], ["a same y.a"], []),
        ("a", ["y.a"], ["a same y.a", "y.a different a"], ["merge-is-undisputed"]),
        ("a", ["x.a", "y.a"], ["a same y.a", "a same x.a", "x.a different y.a"], ["merge-is-undisputed"]),
        ("a", ["y.a"], ["a same y.a", "y.a different b"], []),
        ("%C4%B1", ["\u0131", "y.\u0131"], ["%C4%B1 same y.%C4%B1"], []),
    ],
)
def test_a_merge_rests_on_decisions(node: str, ids: list[str], decided: list[str], found: list[str]) -> None:
    assert [finding.code for finding in over_the_store(merged(node, ids, *decided))] == found

"""The fast SHACL engine finds what pyshacl finds, or leaves it to pyshacl; a difference is told."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from diaspora_kg.article import Article
from diaspora_kg.build import Options, Status, build
from diaspora_kg.check import check
from diaspora_kg.content import content
from diaspora_kg.doctor import Level, examine
from diaspora_kg.errors import ENGINES_DISAGREE, Severity, UsageError
from diaspora_kg.names import expand
from diaspora_kg.pipeline.prepare import violated
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.project import Project
from diaspora_kg.quads import Said
from diaspora_kg.shapes.catalog import read_shapes
from diaspora_kg.shapes.fast import Plan
from diaspora_kg.shapes.validate import Engine, Validator
from tests.bench import shacl
from tests.bench.mutate import KINDS, mutated
from tests.examples import ROOT

NOBODY = Article("x", "articles/x.yaml", "A day in Vesmark", "en")
PREFIXES = "".join(
    f"PREFIX {name}: <{expand(f'{name}:')}>\n" for name in ("dkg", "dkgv", "rdf", "rdfs", "sh", "skos", "xsd")
)


@pytest.fixture(autouse=True)
def _odd_literals() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # rdflib's, for what is neither true nor false
        yield


@pytest.fixture(scope="module")
def shapes() -> Validator:
    return shacl.validator()


@pytest.fixture(scope="module")
def reference() -> Validator:
    return shacl.validator(Engine.PYSHACL)


@pytest.fixture(scope="module")
def articles() -> list[shacl.Lines]:
    return sorted(shacl.articles_of(Project.load(ROOT / "docs/examples/demo")), key=lambda a: len(a.lines))


def own(tmp_path: Path, turtle: str, slim: Sequence[str] = (), sample: float = 0) -> Validator:
    path = tmp_path / "article-own.ttl"
    path.write_text(PREFIXES + turtle, "utf-8")
    return Validator([path], slim, sample=sample)


def lines_of(turtle: str) -> list[str]:
    text = f"{PREFIXES}PREFIX : <urn:>\nGRAPH :g {{ {turtle} }}"
    return [f"{quad} ." for quad in parse(text, format=RdfFormat.TRIG)]


def test_every_shape_of_ours_is_known(shapes: Validator) -> None:
    assert shapes.unknown == {}


def test_the_differential_test_finds_every_planted_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert shacl.main(["--articles=1", "--into=0", "--changes=1", "--repeat=0"]) == 0
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines() if line]
    tables = {row[0]: list(map(int, row[1:])) for row in rows if row[1:] and row[1].isdecimal()}
    codes = {shape.code for shape in shacl.validator(Engine.PYSHACL).shapes}
    assert codes | set(KINDS) <= set(tables)
    assert all(tables[code] == [1, 1, 1, 0, 0] for code in codes)
    assert all(tables[kind][1] == tables[kind][2] and tables[kind][4] == 0 for kind in KINDS)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    changes=st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.integers(0, 9999)), max_size=6),
    which=st.integers(0, 4),
)
def test_whatever_is_changed_both_engines_find_the_same(
    changes: list[tuple[str, int]], which: int, shapes: Validator, articles: list[shacl.Lines]
) -> None:
    article = articles[which]
    lines = list(article.lines)
    for kind, seed in changes:
        lines = mutated(lines, kind, Random(seed)) or lines
    assert not shapes.compare(lines, article.context).disagreements


def test_terms_at_hand_give_what_the_lines_give(shapes: Validator, articles: list[shacl.Lines]) -> None:
    odd = lines_of(r""":odd dkg:note "1.50", 1.50, 01, true, "a bell \u0007", "a \"mark\""@en-GB .""")
    for lines in (articles[0].lines, articles[-1].lines, odd, [*articles[0].lines, *odd], odd[1:4]):
        said = written(lines)
        taken, given = (shapes._plan.check(lines, articles[0].context, said) for said in (None, said))
        assert taken.index
        assert given.index
        assert _sorted(taken.index.forward) == _sorted(given.index.forward)
        assert taken.own == given.own
        assert taken.results == given.results


def written(lines: Sequence[str]) -> Said:
    """What a sheet says that the lines on it say, here divided into two graphs."""
    graphs: list[dict[str, dict[str, list[str]]]] = [{}, {}]
    for number, line in enumerate(lines):
        subject, prop, value = line.rpartition(" <")[0].split(" ", 2)
        graphs[number % 2].setdefault(prop, {}).setdefault(subject, []).append(value)
    return Said(graphs, {prop for graph in graphs for prop in graph if prop.endswith("note>")})


def _sorted(index: Mapping[str, Mapping[str, Collection[str]]]) -> dict[str, dict[str, list[str]]]:
    return {prop: {one: sorted(cell) for one, cell in cells.items()} for prop, cells in index.items()}


DATA = """
:a a dkg:Claim ; dkg:gloss "one"@en , "two"@ru , "drei"@de-at ; dkg:about :b , :c ; dkg:begin 3 ; dkg:end 9 .
:b a dkg:Claim ; dkg:gloss "one"@en , "another"@en ; dkg:begin 9 ; dkg:end 9 ; dkg:about :d .
:c a dkg:Statement ; dkg:gloss "plain" , 7 , true , 1.50 , "2018-04-25"^^xsd:date ; dkg:about "c" , :c .
:d a dkg:Event ; dkg:begin "x"^^xsd:integer ; dkg:end 3 ; dkg:note "line one\\nline two" ; dkg:about :a , :b .
:e dkg:notBefore "2018-04-25"^^xsd:date ; dkg:notAfter "2018-04-24"^^xsd:date ; dkg:when :e , "2018" .
:f dkg:notBefore "2018-04-25T10:00:00Z"^^xsd:dateTime ; dkg:notAfter "2018-04-25T11:00:00Z"^^xsd:dateTime .
:g a dkg:Polity ; dkg:kind dkgv:rally ; dkg:begin -1 , 0 , 5 ; skos:inScheme dkgv:Own .
"""
SLIM = [
    f"<{expand('dkg:Statement')}> <{expand('rdfs:subClassOf')}> <{expand('dkg:Event')}> .",
    f"<{expand('dkg:Event')}> <{expand('rdfs:subClassOf')}> <{expand('dkg:Thing')}> .",
    f"<{expand('dkgv:rally')}> <{expand('skos:inScheme')}> <{expand('dkgv:EventKind')}> .",
    f"<{expand('dkgv:rally')}> <{expand('rdf:type')}> <{expand('skos:Concept')}> .",
]
TARGETS = "sh:targetSubjectsOf dkg:about , dkg:begin , dkg:gloss , dkg:notBefore , dkg:note"
ASKED = {
    "class": "sh:path dkg:about ; sh:class dkg:Thing",
    "class of itself": "sh:path dkg:about ; sh:class dkg:Claim , dkg:Event",
    "closed": (
        "a sh:NodeShape ; sh:closed true ; sh:ignoredProperties ( rdf:type dkg:about ) ; "
        "sh:property [ sh:path dkg:gloss ]"
    ),
    "not closed": "a sh:NodeShape ; sh:closed false",
    "datatype date": "sh:path dkg:gloss ; sh:datatype xsd:date",
    "datatype decimal": "sh:path dkg:gloss ; sh:datatype xsd:decimal",
    "datatype boolean": "sh:path dkg:gloss ; sh:datatype xsd:boolean",
    "datatype integer": "sh:path dkg:begin ; sh:datatype xsd:integer",
    "datatype string": "sh:path dkg:gloss ; sh:datatype xsd:string",
    "datatype time": "sh:path dkg:notBefore ; sh:datatype xsd:dateTime",
    "disjoint": "sh:path dkg:begin ; sh:disjoint dkg:end",
    "equals": "sh:path dkg:begin ; sh:equals dkg:end",
    "has value": "sh:path dkg:gloss ; sh:hasValue 'one'@en",
    "has time": "sh:path dkg:notBefore ; sh:hasValue '2018-04-25T10:00:00Z'^^xsd:dateTime",
    "has number": "sh:path dkg:gloss ; sh:hasValue 1.5",
    "in": "sh:path dkg:begin ; sh:in ( 3 9 5 )",
    "languages": "sh:path dkg:gloss ; sh:languageIn ( 'EN' 'de' )",
    "any language": "sh:path dkg:gloss ; sh:languageIn ( '*' )",
    "less than": "sh:path dkg:begin ; sh:lessThan dkg:end",
    "less than, dates": "sh:path dkg:notBefore ; sh:lessThan dkg:notAfter",
    "less or equal": "sh:path dkg:notBefore ; sh:lessThanOrEquals dkg:notAfter",
    "min inclusive": "sh:path dkg:begin ; sh:minInclusive 0",
    "min exclusive": "sh:path dkg:begin ; sh:minExclusive 0",
    "max inclusive": "sh:path dkg:begin ; sh:maxInclusive 5",
    "max exclusive": "sh:path dkg:begin ; sh:maxExclusive 5",
    "max of a date": "sh:path dkg:notBefore ; sh:maxInclusive '2018-04-24'^^xsd:date",
    "lengths": "sh:path dkg:note ; sh:minLength 3 ; sh:maxLength 16",
    "lengths of all": "sh:path dkg:about ; sh:maxLength 4",
    "kind": "sh:path dkg:about ; sh:nodeKind sh:IRI",
    "kind literal": "sh:path dkg:about ; sh:nodeKind sh:Literal",
    "not": "sh:path dkg:about ; sh:not [ sh:class dkg:Claim ]",
    "not, a node": "a sh:NodeShape ; sh:not [ sh:path dkg:begin ; sh:minCount 1 ]",
    "pattern": "sh:path dkg:gloss ; sh:pattern '^(ONE|two)$' ; sh:flags 'i'",
    "pattern of lines": "sh:path dkg:note ; sh:pattern '^two$' ; sh:flags 'm'",
    "qualified": (
        "sh:path dkg:about ; sh:qualifiedValueShape [ sh:class dkg:Claim ] ; "
        "sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1"
    ),
    "several shapes": (
        "sh:path dkg:about ; sh:node [ sh:property [ sh:path dkg:begin ; sh:maxCount 1 ] , [ "
        "sh:path dkg:gloss ; sh:minCount 1 ] ]"
    ),
    "property in property": (
        "a sh:NodeShape ; sh:property [ sh:path dkg:about ; sh:property [ sh:path dkg:gloss ; "
        "sh:minCount 1 ] ]"
    ),
    "unique language": "sh:path dkg:gloss ; sh:uniqueLang true",
    "xone": (
        "a sh:NodeShape ; sh:xone ( [ sh:path dkg:begin ; sh:minCount 1 ] [ sh:path dkg:gloss ;"
        " sh:minCount 1 ] )"
    ),
    "and": "a sh:NodeShape ; sh:and ( [ sh:class dkg:Claim ] [ sh:path dkg:begin ; sh:minCount 1 ] )",
    "zero or more": "sh:path [ sh:zeroOrMorePath dkg:about ] ; sh:class dkg:Claim",
    "one or more": "sh:path [ sh:oneOrMorePath ( dkg:about dkg:about ) ] ; sh:maxCount 2",
    "zero or one": "sh:path [ sh:zeroOrOnePath dkg:about ] ; sh:maxCount 2",
    "inverse": "sh:path ( dkg:about [ sh:inversePath dkg:about ] ) ; sh:maxCount 1",
    "list": "sh:path ( dkg:kind skos:inScheme ) ; sh:hasValue dkgv:EventKind",
    "in no list": "sh:path skos:inScheme ; sh:maxCount 0",
    "deactivated": "sh:path dkg:gloss ; sh:maxCount 0 ; sh:deactivated true",
    "deactivated part": (
        "sh:path dkg:about ; sh:node [ sh:deactivated true ; sh:property [ sh:path dkg:gloss ; "
        "sh:minCount 9 ] ]"
    ),
    "query": (
        "a sh:NodeShape ; sh:sparql [ sh:select 'SELECT $this ?value { $this "
        "<urn:no>|<https://w3id.org/diaspora-kg/ns#about> ?value FILTER (?value != $this) }' ]"
    ),
    "classes above": ("sh:path ( dkg:about rdf:type [ sh:zeroOrMorePath rdfs:subClassOf ] ) ; sh:maxCount 2"),
    "query of dates": (
        "a sh:NodeShape ; sh:sparql [ sh:select 'SELECT $this { "
        "$this <https://w3id.org/diaspora-kg/ns#notBefore> ?b ; "
        "<https://w3id.org/diaspora-kg/ns#notAfter> ?a FILTER (?a < ?b) }' ]"
    ),
    "query of numbers": (
        "a sh:NodeShape ; sh:sparql [ sh:select 'SELECT $this { "
        "$this <https://w3id.org/diaspora-kg/ns#end> ?e "
        "FILTER (4 <= ?e && !(?e > 9)) }' ]"
    ),
    "query of words": (
        "a sh:NodeShape ; sh:sparql [ sh:select 'SELECT $this { "
        "$this <https://w3id.org/diaspora-kg/ns#gloss> ?e "
        "FILTER (?e >= 2) }' ]"
    ),
    "query of classes": (
        "a sh:NodeShape ; sh:sparql [ sh:select 'SELECT $this { $this a/"
        "<http://www.w3.org/2000/01/rdf-schema#subClassOf>+ <https://w3id.org/diaspora-kg/ns#Thing> }' ]"
    ),
    "query of a list": (
        "a sh:NodeShape ; sh:sparql [ sh:select 'SELECT $this { $this a ?c FILTER (?c NOT IN "
        "(<https://w3id.org/diaspora-kg/ns#Claim>)) FILTER (!EXISTS { ?x ?p $this . FILTER (?x "
        "= $this || NOT EXISTS { ?x a ?c }) }) }' ]"
    ),
    "query back": (
        "sh:path dkg:about ; sh:sparql [ sh:select 'SELECT DISTINCT $this ?value { ?value "
        "<https://w3id.org/diaspora-kg/ns#about>+ $this . $this "
        "<https://w3id.org/diaspora-kg/ns#about>? ?other }' ]"
    ),
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_what_our_own_shapes_do_not_say_is_known_too(asked: str, tmp_path: Path) -> None:
    turtle = f"<urn:s> {TARGETS} ; sh:targetClass dkg:Polity ; sh:message 'No.' ; {asked} ."
    with_own = own(tmp_path, turtle, SLIM)
    found = with_own.compare(lines_of(DATA))
    assert with_own.unknown == {} or "any property" in str(with_own.unknown)
    assert not found.disagreements
    assert found.pyshacl or "deactivated" in asked or "closed false" in asked


@pytest.mark.parametrize(
    ("turtle", "why"),
    [
        ("sh:sparql [ sh:select 'SELECT $this { $this a ?o MINUS { ?o a ?p } }' ]", "MINUS"),
        ("sh:sparql [ sh:select 'SELECT $this { $this a ?o . BIND (?o AS ?q) }' ]", "Extend"),
        ("sh:path dkg:gloss ; sh:sparql [ sh:select 'SELECT $this { $this ?p ?o }' ]", "any property"),
        ("sh:path dkg:gloss ; sh:sparql [ sh:ask 'ASK { $this ?p ?o }' ]", "SPARQL"),
        ("sh:path dkg:gloss ; sh:qualifiedValueShape [ sh:class dkg:Claim ] ; sh:qualifiedMinCount 1 ; "
         "sh:qualifiedValueShapesDisjoint true", "Disjoint"),
        ("sh:path dkg:gloss ; sh:minCount 1 , 2", "2 times"),
        ("sh:path dkg:gloss ; dkg:own 'rule'", "own"),
        ("sh:path dkg:gloss ; sh:expression [ sh:path dkg:gloss ]", "expression"),
        ("sh:path [ sh:inversePath ( dkg:about dkg:about ) ] ; sh:maxCount 1", "inversePath"),
        ("a dkg:OwnShape ; sh:path dkg:gloss", "a kind of its own"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_told_when_shapes_are_loaded(turtle: str, why: str, tmp_path: Path) -> None:
    loaded = own(tmp_path, f"<urn:s> {TARGETS} ; sh:message 'No.' ; {turtle} .")
    assert list(loaded.unknown) == ["urn:s"]
    assert why in loaded.unknown["urn:s"]


def test_shapes_that_pyshacl_cannot_load_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "article-own.ttl").write_text(
        f"{PREFIXES}<urn:s> a sh:NodeShape ; sh:path dkg:gloss .", "utf-8"
    )
    files = [content("ontology", "shapes", "article.ttl"), tmp_path / "article-own.ttl"]
    with pytest.raises(UsageError, match="cannot be run"):
        Validator(files, ()).check((), (), {}, NOBODY)


def test_a_shape_that_is_not_known_is_left_to_pyshacl(tmp_path: Path) -> None:
    turtle = """
    <urn:own> sh:targetClass dkg:Claim ; sh:message "No." ; sh:severity sh:Warning ; sh:sparql [
        sh:select "SELECT $this { $this <https://w3id.org/diaspora-kg/ns#begin> ?n FILTER (?n + 1 > 9) }" ] .
    <urn:known> sh:targetClass dkg:Claim ; sh:path dkg:gloss ; sh:maxCount 2 ; sh:message "Neither." .
    """
    loaded = own(tmp_path, turtle)
    found = loaded.check(lines_of(DATA), (), {}, NOBODY)
    assert [(f.shape, f.severity) for f in found] == [
        ("urn:own", Severity.WARNING),
        ("urn:known", Severity.VIOLATION),
    ] or {f.shape for f in found} == {"urn:own", "urn:known"}
    assert (loaded.counts.flagged, loaded.counts.undecided, loaded.counts.disagreements) == (1, 1, 0)


@pytest.mark.parametrize(
    "line",
    [
        '_:b <https://w3id.org/diaspora-kg/ns#end> "no number" <urn:g> .',
        '<urn:x> <https://w3id.org/diaspora-kg/ns#end> "no number" .',
        '<urn:x> <https://w3id.org/diaspora-kg/ns#end> "a <urn:b> ." .',
        '<urn:x> <https://w3id.org/diaspora-kg/ns#end> <urn:g> .',
        '<urn:x>\t<https://w3id.org/diaspora-kg/ns#end>  "\\u00e9" <urn:g> .',
        f"<{expand('dkg:Own')}> <{expand('rdfs:subClassOf')}> <{expand('dkg:Claim')}> <urn:g> .",
    ],
)  # fmt: skip
def test_a_line_as_others_write_it_is_read(line: str, shapes: Validator, reference: Validator) -> None:
    lines = [*lines_of(":o a dkg:Own ."), line]
    found = shapes.check(lines, (), {}, NOBODY)
    assert found == reference.check(lines, (), {}, NOBODY)
    assert found


def test_findings_are_those_of_pyshacl_to_the_letter(shapes: Validator, reference: Validator) -> None:
    for code, example in shacl.examples("invalid"):
        if code.startswith(("claim", "list-e", "umbrella", "span")):
            both = [one.check(example.lines, (), {}, NOBODY) for one in (shapes, reference)]
            assert both[0] == both[1] != ()


def test_which_articles_are_sampled_follows_from_their_content(articles: list[shacl.Lines]) -> None:
    half = shacl.validator(sample=0.5)
    small = [replace(articles[0], lines=articles[0].lines[:number]) for number in range(4, 16)]
    first = [half._is_sampled("\n".join(one.lines)) for one in small]
    assert first == [half._is_sampled("\n".join(one.lines)) for one in small]
    assert 0 < sum(first) < len(first)
    assert not any(shacl.validator()._is_sampled("\n".join(one.lines)) for one in small)


def sabotaged(tmp_path: Path, theirs: str, ours: str, sample: float = 1) -> Validator:
    """A validator whose fast engine has other shapes than pyshacl."""
    loaded = own(tmp_path, theirs, sample=sample)
    path = tmp_path / "ours.ttl"
    path.write_text(PREFIXES + ours, "utf-8")
    loaded.__dict__["_plan"] = Plan(read_shapes([path]), ())
    return loaded


STRICT = '<urn:s> sh:targetClass dkg:Claim ; sh:path dkg:gloss ; sh:maxCount 1 ; sh:message "No." .'
LAX = STRICT.replace("maxCount 1", "maxCount 9")


def test_a_fault_that_the_fast_engine_misses_is_found_in_the_sample_and_told(tmp_path: Path) -> None:
    found = sabotaged(tmp_path, STRICT, LAX).check(lines_of(DATA), (), {}, NOBODY)
    assert {f.code for f in found} == {"urn:s", ENGINES_DISAGREE}
    (told,) = (f for f in found if f.code == ENGINES_DISAGREE)
    assert "pyshacl alone finds urn:s of urn:a, urn:s of urn:b" in told.message
    assert 'engine = "pyshacl"' in told.hint
    assert "report" in told.hint


def test_a_fault_that_the_fast_engine_makes_up_keeps_no_article_out(tmp_path: Path) -> None:
    found = sabotaged(tmp_path, LAX, STRICT, sample=0).check(lines_of(DATA), (), {}, NOBODY)
    (told,) = found
    assert told.severity is Severity.VIOLATION
    assert "the fast engine alone finds urn:s of urn:a" in told.message
    assert not violated(found)


def test_a_project_may_ask_for_pyshacl_alone(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "dkg.toml").write_text(
        'format = 1\ntitle = "x"\nbase = "https://example.org/x/"\n[validation]\nengine = "pyshacl"\n',
        "utf-8",
    )
    loaded = Project.load(tmp_path)
    assert loaded.engine == "pyshacl"
    assert check(loaded).findings == ()


def test_doctor_names_the_shapes_that_only_the_slow_engine_knows(tmp_path: Path) -> None:
    folder = tmp_path / "ontology/shapes"
    folder.mkdir(parents=True)
    (tmp_path / "articles").mkdir()
    (tmp_path / "dkg.toml").write_text('format = 1\ntitle = "x"\nbase = "https://example.org/x/"\n', "utf-8")
    (folder / "article-own.ttl").write_text(
        f"{PREFIXES}<urn:s> sh:targetClass dkg:Claim ; sh:path dkg:gloss ; sh:message 'No' ; sh:js <urn:j> .",
        "utf-8",
    )
    found = {line.what: line for line in examine(Project.load(tmp_path), ())}
    shapes = len(shacl.validator().shapes) + 1
    assert found["validation"].found.startswith(f"{shapes} shapes for one article; a fast engine")
    told = (ROOT / "docs/reference/validation.md").read_text("utf-8")
    assert found["validation"].found.partition("; ")[2] in told
    assert found["urn:s"].level == Level.NOTE
    assert expand("sh:js") in found["urn:s"].found


def test_an_article_about_which_the_engines_do_not_agree_is_published_and_the_exit_code_tells(
    tmp_path: Path,
) -> None:
    shutil.copytree(
        ROOT / "docs/examples/two-articles", tmp_path / "p", ignore=shutil.ignore_patterns(".dkg")
    )
    with (tmp_path / "p/dkg.toml").open("a", encoding="utf-8") as written:
        written.write("\n[validation]\nsample = 0.125\n")  # its own validator, which is spoiled below
    project = Project.load(tmp_path / "p")
    strict = tmp_path / "strict.ttl"
    ours = content("ontology", "shapes", "article.ttl").read_text("utf-8")
    strict.write_text(ours.replace("sh:maxLength 300", "sh:maxLength 3"), "utf-8")
    setting = Setting.of(project, ())
    setting.article_shapes.__dict__["_plan"] = Plan(read_shapes([strict]), setting.ontology.slim())
    report = build(project, Options(jobs=1))
    assert {f.code for f in report.findings if f.severity is Severity.VIOLATION} == {ENGINES_DISAGREE}
    assert report.exit_code() == 1
    assert report.published
    assert report.count(Status.OK) == len(report.articles) > 1


_DEEP_PATH = "[ sh:zeroOrMorePath " * 2000 + "dkg:gloss" + " ]" * 2000
_DEEP_QUERY = f"SELECT $this {{ $this {'(' * 400}dkg:about{')' * 400} ?o }}"


@pytest.mark.parametrize(
    "turtle",
    [
        f"sh:property [ sh:path {_DEEP_PATH} ; sh:maxCount 1 ] .",
        f"sh:sparql [ sh:select '{_DEEP_QUERY}' ] .",
        "sh:property [ sh:path _:l ; sh:maxCount 1 ] . _:l rdf:first dkg:about ; rdf:rest _:l .",
    ],
    ids=["path", "query", "list"],
)
def test_shapes_without_end_are_told_in_a_sentence(turtle: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nested too deeply|cannot be run"):
        own(tmp_path, f"<urn:s> {TARGETS} ; sh:message 'No.' ; {turtle}").check(
            lines_of(DATA), (), {}, NOBODY
        )

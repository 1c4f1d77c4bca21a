"""The example projects build, answer what was expected, and claim nothing that no article says."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections import Counter
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
import yaml

from tests.examples import EXAMPLES, ROOT, Table, copy_of, dkg, graph_of, says, select
from tests.owl import clashes

SEEDS = EXAMPLES / "two-articles"
BASE = "https://example.org/two-articles/"

PROPOSITIONS = {
    "a": "0 1 1b 2 3 4 5 6 7 8 9 10 11 12a 12b 13s 13 14 15m 15 16 17p 17 18 18h n1 n2",
    "b": "1 2 3 4 5 6 7 8 9 10 11 12 h1 h2 n1 n2 n3 n4 n5",
}


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two articles built from their locks alone."""
    project = copy_of("two-articles", tmp_path_factory.mktemp("locked"))
    dkg("build", project=project)
    return project


@pytest.fixture(scope="module")
def lines(locked: Path) -> str:
    return graph_of(locked)[0]


@pytest.fixture(scope="module")
def graph(locked: Path) -> pyoxigraph.Store:
    return graph_of(locked)[1]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = copy_of("demo", tmp_path_factory.mktemp("demo"))
    dkg("build", project=project)
    return project


def node(kind: str, key: str) -> str:
    return f"<{BASE}id/{kind}/{key}>"


# The texts, the locks, and the graph that both give


def test_texts_verify_and_give_the_committed_locks(seeds_project: Path) -> None:
    for lock in (seeds_project / "articles").glob("*.lock"):
        lock.unlink()
    dkg("check", "--lock", project=seeds_project)
    for name in ("a.lock", "b.lock"):
        assert (seeds_project / "articles" / name).read_bytes() == (SEEDS / "articles" / name).read_bytes()


def test_texts_and_locks_give_the_same_graph(seeds_project: Path, lines: str) -> None:
    for lock in (seeds_project / "articles").glob("*.lock"):
        lock.unlink()
    dkg("build", project=seeds_project)
    assert graph_of(seeds_project)[0] == lines


def test_the_real_texts_are_not_in_the_example() -> None:
    assert "docs/examples/two-articles/articles/*.txt" in (ROOT / ".gitignore").read_text("utf-8")
    locks = [path.read_text("utf-8") for path in sorted((SEEDS / "articles").glob("*.lock"))]
    assert len(locks) == 2
    assert not any(word in lock for lock in locks for word in ("Hajiyev", "Congress", "Armenian", "Sadikhov"))


def test_a_graph_of_forty_claims_or_more(graph: pyoxigraph.Store) -> None:
    claims = select(graph, "?claim", "?claim a dkg:Claim")
    assert claims == {(f"{a}.{a.upper()}-{x}",) for a, ids in PROPOSITIONS.items() for x in ids.split()}
    assert len(claims) >= 40


# The questions


@pytest.mark.parametrize("project", ["locked", "demo"])
def test_queries_answer_as_expected(project: str, request: pytest.FixtureRequest) -> None:
    dkg("query", "test", project=request.getfixturevalue(project))


@pytest.mark.parametrize("example", ["two-articles", "demo"])
def test_every_question_has_an_expected_answer(example: str) -> None:
    tables = {path.name.split(".")[0] for path in (EXAMPLES / example / "expected").glob("*.tsv")}
    assert tables == {path.stem for path in (ROOT / "queries").glob("*.rq")}


@pytest.mark.parametrize("example", ["two-articles", "demo"])
def test_every_proposition_is_named_by_an_answer(example: str) -> None:
    named: set[str] = set()
    for path in (EXAMPLES / example / "expected").glob("*.tsv"):
        if not path.name.startswith("words"):
            named |= Table.read(path.read_text("utf-8")).claims()
    words = Table.read((EXAMPLES / example / "expected" / "words.tsv").read_text("utf-8"))
    assert named <= words.claims()
    if example == "two-articles":
        assert named == words.claims()


def test_the_demo_builds_without_a_warning(tmp_path: Path) -> None:
    dkg("check", "--strict", project=copy_of("demo", tmp_path))


def test_demo_articles_are_short_and_use_the_register() -> None:
    register = yaml.safe_load((EXAMPLES / "demo" / "register.yaml").read_text("utf-8"))["actors"]
    used = dict.fromkeys(register, 0)
    texts = sorted((EXAMPLES / "demo" / "articles").glob("*.txt"))
    for text in texts:
        assert 80 <= len(text.read_text("utf-8").split()) <= 200
        annotation = yaml.safe_load(text.with_suffix(".yaml").read_text("utf-8"))
        for key in set(annotation["actors"]) & set(register):
            used[key] += 1
    assert 15 <= len(texts) <= 20
    assert sum(count >= 2 for count in used.values()) >= 15


def test_the_demo_has_three_languages_and_two_scripts() -> None:
    texts = sorted((EXAMPLES / "demo" / "articles").glob("*.txt"))
    languages = [
        yaml.safe_load(path.with_suffix(".yaml").read_text("utf-8"))["article"]["language"] for path in texts
    ]
    letters = Counter(
        unicodedata.name(c).split()[0] for path in texts for c in path.read_text("utf-8") if c.isalpha()
    )
    assert min(Counter(languages)[language] for language in ("en", "ru", "az")) >= 3
    assert min(letters["LATIN"], letters["CYRILLIC"]) >= 1000


# What the two articles do not say


NOTHING = [
    ("who liquidated VAK", "?p dkg:role dkgv:decidingAuthority ; dkg:actor ?actor"),
    ("on what ground", f"{node('status-change', 'a.vak-liquidation')} dkg:legalBasis ?ground"),
    ("final or appealed", "?change dkg:finality ?finality"),
    ("when VAK was founded", f"{node('legal-status', 'a.vak-founded')} dkg:starts ?when"),
    ("who led VAK", f"?post org:postIn {node('organization', 'a.vak')}"),
    ("who was in VAK", f"?m org:organization {node('organization', 'a.vak')} ; org:member/a foaf:Person"),
    ("where VAK sat", "GRAPH article:a { ?place a dkg:Place }"),
    ("who supports the UAR", f"{node('relation', 'a.uar-support')} dkg:subject ?subject"),
    ("what Russia committed to", f"{node('undertaking', 'a.ru-commitments')} dkg:foresees ?plan"),
    ("what APA stands for", f"{node('organization', 'a.apa')} dkg:kind ?kind"),
    ("publishers", "?article a dkg:Article ; dct:publisher ?publisher"),
    ("addresses", "?article a dkg:Article ; schema:url ?url"),
    ("authors", "?article a dkg:Article ; dct:creator ?author"),
    ("languages of statements", "?statement a dkg:Statement ; dct:language ?language"),
    ("places of statements", "?statement a dkg:Statement ; dkg:place ?place"),
    ("terms of office", "?m a org:Membership ; dkg:starts|dkg:ends ?when"),
    ("holders of presidencies", "?m dkg:post ?post . ?post org:postIn/a dkg:Polity"),
    ("holders as actors", "?p dkg:capacity/org:postIn/a dkg:Polity ; dkg:actor ?actor"),
    ("what b is dated", f"{node('article', 'b')} dkg:when ?when"),
    ("any date in b", "GRAPH article:b { ?w dkg:edtf|dkg:notAfter ?date }"),
    ("the medium of the joint statement", f"{node('statement', 'b.joint')} dkg:medium ?medium"),
    ("what came of the promises", "?claim a dkg:Claim ; dkg:fulfilment ?fulfilment"),
    ("who replied", "?claim dkg:respondsTo|dkg:conflictsWith|dkg:retracts ?other"),
    ("external ids", "?actor dkg:externalId ?id"),
    ("umbrellas in b", "GRAPH article:b { ?m org:member/a org:Organization }"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "pattern"), NOTHING, ids=[what for what, _ in NOTHING])
def test_nothing_is_said_of_what_is_not_known(what: str, pattern: str, graph: pyoxigraph.Store) -> None:
    assert not says(graph, pattern)


SILENCES = {
    ("a", "dct:publisher"), ("a", "schema:url"), ("a", "dct:creator"),
    ("b", "dct:publisher"), ("b", "schema:url"), ("b", "dct:creator"), ("b", "dkg:when"),
    ("a.vak-founded", "dkg:starts"), ("a.vak-liquidation", "dkg:legalBasis"),
    ("a.vak-liquidation", "dkg:jurisdiction"), ("a.uar-support", "dkg:subject"),
    ("a.ru-commitments", "dkg:foresees"), ("a.apa", "dkg:kind"), ("a.awards", "dkg:when"),
    ("a.vak", "org:hasMember"), ("a.vak", "dkg:ledBy"), ("a.vak", "org:hasPrimarySite"),
    ("a.president-russia", "org:heldBy"), ("b.president-russia", "org:heldBy"),
    ("b.president-azerbaijan", "org:heldBy"), ("b.president-armenia", "org:heldBy"),
    ("a.interview", "dct:language"), ("b.joint", "dct:language"), ("b.joint", "dkg:medium"),
    ("b.joint", "dkg:place"),
    ("a.A-13", "dkg:stanceTarget"), ("b.B-9", "dkg:illocution"),
}  # fmt: skip


@pytest.mark.parametrize(("key", "silent"), sorted(SILENCES))
def test_silences_are_recorded(key: str, silent: str, graph: pyoxigraph.Store) -> None:
    assert (key,) in select(graph, "?node", f"?node dkg:unknown {silent}")


def test_nobody_of_the_page_furniture_enters(lines: str) -> None:
    folded = lines.casefold()
    furniture = (
        "unicapital",
        "turkey",
        "ink six",
        "məmmədli",
        "mammadli",
        "i̇ran",
        "iran",
        "02d",
        "leave a review",
    )
    assert [word for word in furniture if re.search(rf"\b{word}\b", folded)] == []


def test_names_are_the_printed_ones(graph: pyoxigraph.Store) -> None:
    forms = select(graph, "?form ?tag", "?name skosxl:literalForm ?form . BIND(LANG(?form) AS ?tag)")
    assert {form for form in forms if form[1] != "en"} == {("VAK", "ru-latn")}
    assert {form for form, _ in forms if form.startswith("APA")} == {"APA"}


def test_the_articles_name_nobody_of_each_other_but_whom_a_reviewer_found_to_be_one(lines: str) -> None:
    for own, other, shared in (("a", "b", set()), ("b", "a", {node("organization", "a.uar")})):
        graph_name = f"<{BASE}graph/article/{own}>"
        foreign = re.compile(rf"<{re.escape(BASE)}id/[^/>]+/{other}[.>][^ ]*")
        found = [iri for line in lines.splitlines() if graph_name in line for iri in foreign.findall(line)]
        assert set(found) == shared


def test_the_reviewer_joined_one_pair_and_kept_one_apart(graph: pyoxigraph.Store) -> None:
    pattern = "GRAPH graph:identity { ?d dkg:compares ?x ; dkg:decision ?is ; dkg:reviewer ?who }"
    assert select(graph, "?x ?is ?who", pattern) == {
        ("a.uar", "same", "Reviewer One"), ("b.uar", "same", "Reviewer One"),
        ("a.vak", "different", "Reviewer One"), ("b.azerros", "different", "Reviewer One"),
    }  # fmt: skip
    both = "GRAPH article:a { ?x a org:Organization } GRAPH article:b { ?x a org:Organization }"
    assert select(graph, "?x", both) == {("a.uar",)}
    assert select(graph, "?id", f"{node('organization', 'a.uar')} dkg:sourceId ?id") == {
        ("a.uar",), ("b.uar",),
    }  # fmt: skip


def test_what_was_joined_is_found_by_each_of_its_keys(locked: Path) -> None:
    asked = [dkg("query", "run", "legal-forms", "--param", f"organization={key}", project=locked)
             for key in ("a.uar", "b.uar", f"{BASE}id/organization/b.uar")]  # fmt: skip
    assert len(set(asked)) == 1
    assert len(asked[0].splitlines()) == 5
    text = dkg("why", "b.uar", project=locked)
    assert "(a.uar): organization\n  b.uar is a record of this node" in text
    assert "the same: a.uar and b.uar (Reviewer One, 2026-03-02; decision union-in-both)" in text
    assert "is a record of" not in dkg("why", "a.uar", project=locked)


def test_one_voice_in_a(graph: pyoxigraph.Store) -> None:
    assert select(graph, "?who", "GRAPH article:a { ?claim dkg:claimant ?who }") == {
        ("a.hajiyev",), ("a.mfa-az",),
    }  # fmt: skip
    assert select(graph, "?claim", f"?claim dkg:claimant {node('organization', 'a.mfa-az')}") == {
        ("a.A-18h",)
    }


# What is derived


def test_nothing_derived_speaks_of_a_liquidation(graph: pyoxigraph.Store) -> None:
    derived = select(graph, "?s ?p ?o", "GRAPH graph:derived { ?s ?p ?o }")
    assert derived, "nothing at all is derived"
    assert [row for row in derived if re.search("liquidat", " ".join(row), re.IGNORECASE)] == []


def test_vak_has_no_current_status_of_any_sort(graph: pyoxigraph.Store) -> None:
    derived = select(graph, "?p", f"GRAPH graph:derived {{ {node('organization', 'a.vak')} ?p ?o }}")
    assert [p for (p,) in derived if "status" in p.casefold()] == []


# Dates

DATE = "FILTER(?p IN (dkg:dateBasis, dkg:edtf, dkg:notBefore, dkg:notAfter, dkg:dateText))"


def test_the_interview_is_bounded_by_publication(graph: pyoxigraph.Store) -> None:
    when = select(graph, "?p ?o", f"{node('statement', 'a.interview')} dkg:when ?when . ?when ?p ?o . {DATE}")
    assert when == {
        ("dateBasis", "boundedByPublication"), ("edtf", "[..2018-04-25]"), ("notAfter", "2018-04-25"),
    }  # fmt: skip


def test_the_joint_statement_is_relative_and_unresolved(graph: pyoxigraph.Store) -> None:
    when = select(graph, "?p ?o", f"{node('statement', 'b.joint')} dkg:when ?when . ?when ?p ?o . {DATE}")
    assert when == {("dateBasis", "relativeUnresolved"), ("dateText", "Friday")}


def test_the_article_date_is_an_estimate(graph: pyoxigraph.Store) -> None:
    assert select(graph, "?basis", f"{node('article', 'a')} dkg:when/dkg:dateBasis ?basis") == {
        ("annotatorEstimate",)
    }


def test_a_changed_text_is_refused(seeds_project: Path) -> None:
    text = seeds_project / "articles" / "a.txt"
    shutil.copy(text, seeds_project / "kept")
    text.write_bytes(text.read_bytes().replace(b"Hajiyev", b"Hajiyew", 1))
    with pytest.raises(AssertionError, match="exit 1"):
        dkg("check", project=seeds_project)


@pytest.mark.parametrize("project", ["locked", "demo"])
def test_the_published_graph_is_consistent(project: str, request: pytest.FixtureRequest) -> None:
    triples = (quad.triple for quad in graph_of(request.getfixturevalue(project))[1])
    written = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert clashes(rdflib.Graph().parse(data=written, format="nt")) == []

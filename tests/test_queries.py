"""What each saved query answers about two fictional articles, on two engines, and what it must not."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
import rdflib

from diaspora_kg.errors import UsageError
from diaspora_kg.names import PREFIXES, expand
from diaspora_kg.queries.answer import prepared, run
from diaspora_kg.queries.expected import Expected, Outcomes, check, load
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.store.base import Result, Solutions
from diaspora_kg.store.embedded import EmbeddedStore
from diaspora_kg.terms import IRI, Literal, Term
from tests.press import (
    BASE,
    OF_TALKS,
    PARAMS,
    TALKS,
    TALKS_PARAMS,
    TRIG,
    bundled,
    lookup_in,
    node,
    press_lines,
    press_store,
)

EXPECTED = {table.query: table for table in load(TRIG.parent / "expected")}
NAMES = sorted(bundled().queries)


@pytest.fixture(scope="module")
def lookup() -> Lookup:
    return lookup_in(press_store())


@pytest.fixture(scope="module")
def talks() -> Lookup:
    return lookup_in(press_store(trig=TALKS))


@pytest.fixture
def asked(name: str, lookup: Lookup, talks: Lookup) -> Lookup:
    """The articles that a query is asked of."""
    return talks if name in OF_TALKS else lookup


def params(name: str) -> dict[str, list[str]]:
    return (TALKS_PARAMS if name in OF_TALKS else PARAMS).get(name, {})


class Rdflib:
    """Another engine behind the same seam: slower, and with a reading of the standard of its own."""

    def __init__(self, trig: Path) -> None:
        self.graph = rdflib.Dataset()
        self.graph.parse(data=trig.read_text("utf-8"), format="trig")

    def query(self, sparql: str) -> Result:
        found = self.graph.query(sparql)
        assert found.vars is not None
        rows = tuple(tuple(term(cell) for cell in row) for row in found)  # type: ignore[union-attr]
        return Solutions(tuple(str(variable) for variable in found.vars), rows)


def term(cell: object) -> Term | None:
    if isinstance(cell, rdflib.URIRef):
        return IRI(str(cell))
    if isinstance(cell, rdflib.Literal):
        written = str(cell).replace("+00:00", "Z")  # rdflib writes a time anew
        return Literal(written, language=cell.language or "")
    assert cell is None
    return None


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_the_expected_one(name: str, asked: Lookup) -> None:
    (outcome,) = check(bundled(), [EXPECTED[name]], asked).outcomes
    assert outcome.passed, outcome
    assert len(EXPECTED[name].rows) > 0


@pytest.fixture(scope="module")
def other_engine(lookup: Lookup) -> dict[bool, Lookup]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # within rdflib
        return {False: Lookup(Rdflib(TRIG), lookup.names), True: Lookup(Rdflib(TALKS), lookup.names)}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # within rdflib
@pytest.mark.parametrize("name", NAMES)
def test_another_engine_answers_the_same(name: str, asked: Lookup, other_engine: dict[bool, Lookup]) -> None:
    query = bundled().get(name)
    found = other_engine[name in OF_TALKS].store.query(prepared(query, params(name), asked))
    assert isinstance(found, Solutions)
    here = asked.store.query(prepared(query, params(name), asked))
    assert isinstance(here, Solutions)
    assert found.variables == here.variables
    assert {cells(row) for row in found.rows} == {cells(row) for row in here.rows}


def cells(row: tuple[Term | None, ...]) -> tuple[str, ...]:
    return tuple("" if cell is None else " ".join(sorted(cell.value.split())) for cell in row)


def answer(lookup: Lookup, name: str, **given: str) -> list[dict[str, str]]:
    found = run(bundled().get(name), {key: [value] for key, value in given.items()}, lookup)
    return [dict(zip(found.columns, row, strict=True)) for row in found.cells]


@pytest.mark.parametrize("name", NAMES)
def test_every_row_rests_on_something(name: str, asked: Lookup) -> None:
    found = run(bundled().get(name), params(name), asked)
    decided = "decision" in found.columns
    assert found.rows
    assert all(decided or found.claims(row) or found.article(row) for row in found.rows)


# What an optional parameter does


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("legal-forms", {"organization": "n1.league"}, {"n1.league"}),
        ("uniting-organizations", {"organization": "n1.house"}, set()),
        ("office-holders", {"holder": "n1.orrin"}, {"n1.orrin"}),
        ("office-holders", {"holder": "n2.ilo"}, set()),
        ("office-holders", {"organization": "n1.house"}, set()),
        ("spoke-for", {"actor": "n2.ada"}, {"n2.ada"}),
        ("statements", {"statement": "n1.interview"}, {"n1.interview"}),
        ("statements", {"actor": "n2.ilo"}, {"n2.joint"}),
        ("joint-statements-across-communities", {"statement": "n1.interview"}, set()),
        ("direct-quotes", {"attribution": "reported-act"}, {"n2.D-1", "n2.D-2", "n2.D-4"}),
        ("own-voice", {"article": "n1"}, {"n1.N-1"}),
        ("taken-for-granted", {"article": "n2"}, {"n2.agreements"}),
        ("conditions", {"article": "n2"}, set()),
        ("words", {"claim": "n1.C-1"}, {"n1.C-1"}),
        ("status-changes", {"organization": "n1.league", "kind": "liquidation"}, {"n1.end"}),
        ("status-changes", {"organization": "n1.league", "kind": "dkgv:founding"}, set()),
        ("commitments", {"party": "n2.house"}, {"n2.plan"}),
        ("requests", {"requester": "n2.house"}, set()),
        ("relations", {"kind": "supports"}, {"n1.support"}),
        ("relations", {"actor": "n1.norland"}, {"n1.influence"}),
        ("organizations-of-form", {"form": "national-cultural-autonomy"}, {"n2.circle"}),
    ],
)
def test_a_parameter_narrows_the_answer(
    name: str, given: dict[str, str], kept: set[str], lookup: Lookup
) -> None:
    rows = answer(lookup, name, **given)
    assert {next(iter(row.values())) for row in rows} == kept


# What must not leak


def quads(*triples: tuple[str, str, str]) -> list[str]:
    """Lines of a third article; terms are written ``dkg:kind`` or, for nodes, ``claim:n3.X``."""
    return [f"{iri(s)} {iri(p)} {iri(o)} <{BASE}graph/article/n3> ." for s, p, o in triples]


def iri(short: str) -> str:
    prefix, _, local = short.partition(":")
    return f"<{expand(short) if prefix in PREFIXES else node(prefix, local)}>"


def claim(key: str, content: str, **slots: str) -> list[str]:
    put = {
        "attribution": "narrated",
        "givenness": "stated",
        "modality": "asserted",
        "polarity": "affirmed",
        **slots,
    }
    me = f"claim:{key}"
    return quads(
        (me, "rdf:type", "dkg:Claim"),
        (me, "dkg:reportedIn", "article:n3"),
        (me, "dkg:expressedIn", "article:n3"),
        (me, "dkg:content", content),
        *((me, f"dkg:{slot}", f"dkgv:{value}") for slot, value in put.items()),
    )


def with_claim(content: str, **slots: str) -> Lookup:
    return lookup_in(press_store(*claim("n3.X", content, **slots)))


def test_once_somebody_asserts_it_it_is_no_longer_only_taken_for_granted() -> None:
    rows = answer(with_claim("status-change:n1.end"), "taken-for-granted")
    assert "n1.end" not in {row["thing"] for row in rows}
    voices = answer(with_claim("status-change:n1.end"), "voice-of-claims-about", node="n1.end")
    assert [row["ownVoice"] for row in voices] == ["false", "true"]


@pytest.mark.parametrize(
    "slot", [{"givenness": "presupposed"}, {"modality": "possible"}, {"polarity": "negated"}]
)
def test_what_is_put_less_firmly_asserts_nothing(slot: dict[str, str]) -> None:
    rows = answer(with_claim("status-change:n1.end", **slot), "taken-for-granted")
    assert "n1.end" in {row["thing"] for row in rows}


def test_a_condition_that_is_also_asserted_is_no_mere_condition() -> None:
    assert answer(with_claim("relation:n1.influence"), "conditions") == []
    assert len(answer(with_claim("relation:n1.influence", modality="possible"), "conditions")) == 1


SECOND = f"{BASE}graph/article/n2"


def second_article(old: str, new: str) -> Lookup:
    """The second article with one word replaced in every line that has it."""
    store = EmbeddedStore()
    store.load([line.replace(old, new) for line in press_store().graph_lines(SECOND)])
    return lookup_in(store)


@pytest.mark.parametrize(
    ("name", "slot"),
    [("taken-for-granted", {"givenness": "presupposed"}), ("conditions", {"modality": "hypothetical"})],
)
def test_a_claim_without_content_is_not_lost(name: str, slot: dict[str, str]) -> None:
    """Nothing can assert the same thing, though other claims assert a great deal."""
    lines = [line for line in claim("n3.X", "claim:n3.none", **slot) if "content" not in line]
    rows = answer(lookup_in(press_store(*lines)), name, article=BASE + "id/article/n3")
    assert [row.get("claim", row.get("claims")) for row in rows] == ["n3.X"]


def test_a_denied_community_does_not_count() -> None:
    name = "joint-statements-across-communities"
    assert len(answer(second_article("nothing", ""), name)) == 2
    polarity = f"<{node('claim', 'n2.N-2')}> {iri('dkg:polarity')} <{expand('dkgv:')}"
    assert answer(second_article(f"{polarity}affirmed", f"{polarity}negated"), name) == []


def test_who_stands_for_one_community_only_is_not_across() -> None:
    changed = second_article("n2.vesmarkers", "n2.tarvians")
    assert answer(changed, "joint-statements-across-communities") == []


def test_what_the_annotator_infers_is_not_the_articles_own_voice() -> None:
    rows = answer(with_claim("relation:n1.support", givenness="inferred"), "own-voice")
    assert {row["claim"] for row in rows} == {"n1.N-1", "n2.N-1"}


def test_a_person_in_an_organization_is_no_umbrella() -> None:
    more = quads(
        ("membership:n3.m", "rdf:type", "org:Membership"),
        ("membership:n3.m", "org:member", "person:n1.orrin"),
        ("membership:n3.m", "org:organization", "organization:n1.house"),
    )
    rows = answer(lookup_in(press_store(*more, *claim("n3.X", "membership:n3.m"))), "uniting-organizations")
    assert {row["organization"] for row in rows} == {"n1.league"}


# Expected tables


def table(text: str, tmp_path: Path, name: str = "conditions.tsv") -> Expected:
    (tmp_path / name).write_text(text, "utf-8")
    (found,) = load(tmp_path)
    return found


def compared(text: str, tmp_path: Path, lookup: Lookup, name: str = "conditions.tsv") -> Outcomes:
    return check(bundled(), [table(text, tmp_path, name)], lookup)


HEAD = "claim\tthing\tmodality\tsaidBy\tconsequence\tarticle\n"
ROW = "n1.C-4a\tn1.influence\thypothetical\tn1.orrin\tn1.C-4b\tn1\n"


def test_missing_and_extra_rows_are_told_apart(tmp_path: Path, lookup: Lookup) -> None:
    wrong = ROW.replace("hypothetical", "asserted")
    (outcome,) = compared(HEAD + wrong, tmp_path, lookup).outcomes
    assert outcome.missing == (tuple(wrong.strip().split("\t")),)
    assert outcome.extra == (tuple(ROW.strip().split("\t")),)
    assert not outcome.passed


def test_a_row_twice_is_not_a_row_once(tmp_path: Path, lookup: Lookup) -> None:
    (outcome,) = compared(HEAD + ROW + ROW, tmp_path, lookup).outcomes
    assert len(outcome.missing) == 1


def test_variants_and_queries_without_a_table(tmp_path: Path, lookup: Lookup) -> None:
    outcomes = compared("# param: article=n2\n" + HEAD, tmp_path, lookup, "conditions.none.tsv")
    assert outcomes.passed
    assert "conditions" not in outcomes.without
    assert "words" in outcomes.without


def test_other_columns_and_unknown_queries_are_problems(tmp_path: Path, lookup: Lookup) -> None:
    (outcome,) = compared("claim\n", tmp_path, lookup).outcomes
    assert outcome.problem.startswith("the columns are claim, thing")


def test_a_table_of_no_query_is_a_problem(tmp_path: Path, lookup: Lookup) -> None:
    (outcome,) = compared("claim\n", tmp_path, lookup, "nothing.tsv").outcomes
    assert outcome.problem.startswith("there is no saved query 'nothing'")


@pytest.mark.parametrize(
    "text", ["", "# param: a\nclaim\n", "claim\tarticle\nx\n", "claim\nx\n# param: a=b\n"]
)
def test_a_bad_table_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"conditions\.tsv"):
        table(text, tmp_path)


# What the other three articles show


def test_an_agencys_words_in_two_papers_are_one_source(talks: Lookup) -> None:
    (row,) = answer(talks, "single-sourced", thing="q1.flood")
    assert (row["articles"], row["sources"], row["speakers"]) == ("2", "1", "2")
    lines = [line for line in press_lines(TALKS) if "wasQuotedFrom" not in line]
    store = EmbeddedStore()
    store.load(lines)
    assert answer(lookup_in(store), "single-sourced", thing="q1.flood") == []


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2019-12-31", set()), ("2020-06-01", {"cannot be decided"}), ("2021-01-01", {"yes"})],
)
def test_a_status_holds_once_it_has_surely_begun(day: str, holds: set[str], talks: Lookup) -> None:
    rows = answer(talks, "status-on-date", organization="q1.guild", date=day)
    assert {row["holds"] for row in rows} == holds


def test_a_status_ends_with_what_ends_it(lookup: Lookup) -> None:
    def on(day: str) -> set[tuple[str, str]]:
        rows = answer(lookup, "status-on-date", organization="n1.league", date=day)
        return {(row["status"], row["holds"]) for row in rows}

    open_ = "cannot be decided"
    assert on("2031-05-01") == {("established", open_), ("liquidationStageUnspecified", open_)}
    assert on("2031-05-02") == {("liquidationStageUnspecified", "yes")}


def test_a_status_without_jurisdiction_is_kept_whatever_is_asked(lookup: Lookup) -> None:
    given = {"organization": "n1.league", "date": "2031-06-01", "jurisdiction": "n2.norland"}
    rows = answer(lookup, "status-on-date", **given)
    assert [row["jurisdiction"] for row in rows] == ["notStated"]


@pytest.mark.parametrize(
    ("first", "second", "order"),
    [
        ("q1.talk", "q2.reply", "before"),
        ("q2.reply", "q1.talk", "after"),
        ("q1.talk", "q1.talk", "the same day"),
        ("q1.talk", "q1.wired", "cannot be told"),
    ],
)
def test_the_order_of_two_things(first: str, second: str, order: str, talks: Lookup) -> None:
    (row,) = answer(talks, "before-or-after", first=first, second=second)
    assert row["order"] == order


def test_what_has_no_date_is_listed_apart_and_never_dropped(lookup: Lookup) -> None:
    period = {"from": "2031-01-01", "to": "2031-12-31"}
    rows = answer(lookup, "said-about", target="n2.agreements", **period)
    assert {row["inPeriod"] for row in rows} == {"cannot be told"}
    assert answer(lookup, "said-about", target="n1.end", **{"from": "2032-01-01"}) == []


@pytest.mark.parametrize(("day", "old"), [("2031-05-10", set()), ("2031-05-11", {"q1.fair-plan"})])
def test_an_undertaking_is_older_than_twelve_months_the_day_after(day: str, old: set[str]) -> None:
    """The plan was made on 9 May 2030 and is reported on by one claim, which is taken out here."""
    lines = [line for line in press_lines(TALKS) if "fulfilment" not in line]
    lines = [line.replace("2030-05-09", "2030-05-10") for line in lines]
    store = EmbeddedStore()
    store.load(lines)
    rows = answer(lookup_in(store), "unreported-undertakings", date=day)
    assert {row["undertaking"] for row in rows if row["undated"] == "false"} == old
    assert {row["undertaking"] for row in rows if row["undated"] == "true"} == {"q3.ask"}


def test_who_is_spoken_about_often_enough(talks: Lookup) -> None:
    assert [row["party"] for row in answer(talks, "missing-voices", least="2")] == ["q2.choir"]


def test_decisions_by_their_outcome(talks: Lookup) -> None:
    (row,) = answer(talks, "records-compared", judgement="same")
    assert (row["left"], row["right"]) == ("q1.guild", "q2.guild")
    assert answer(talks, "records-compared", judgement="unsure") == []


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("appearing-together", {"actor": "q2.office"}, {"q2.choir"}),
        ("appearing-together", {"actor": "q1.guild"}, set()),
        ("claims-to-represent", {"object": "q1.guild"}, set()),
        ("figures", {"measure": "attendance"}, set()),
        ("figures", {"subject": "q1.fair"}, {"q1.fair"}),
        ("headline-attributions", {"article": "q1"}, set()),
        ("inferences", {"article": "q3"}, {"content"}),
        ("legal-bases", {"organization": "q3.council"}, {"q3.council"}),
        ("mediators", {"conflict": "q1.flood"}, set()),
        ("names-without-form", {"language": "qti", "article": "q3"}, {"q3.quarrel"}),
        ("offices-without-holder", {"organization": "q1.guild"}, set()),
        ("organizations-and-names", {"kind": "state-body"}, {"q2.office"}),
        ("organizations-in-several-articles", {"organization": "q2.office"}, set()),
        ("outcomes", {"undertaking": "q3.ask"}, {"q3.ask"}),
        ("outlets-compared", {"statement": "q2.reply"}, set()),
        ("planned-events", {"event": "q1.flood"}, set()),
        ("planned-organizations", {"organization": "q1.guild"}, set()),
        ("possible-or-future", {"modality": "possible"}, {"q2.K-1"}),
        ("possible-or-future", {"article": "q1"}, {"q1.K-2"}),
        ("several-offices", {"holder": "q2.choir"}, set()),
        ("sic-passages", {"article": "q2"}, set()),
        ("state-bodies", {"body": "q3.warden"}, {"q3.warden"}),
        ("undated", {"article": "q2"}, {"q2.wired"}),
        ("undated", {"thing": "q1.fair"}, {"q1.fair"}),
        ("answers-and-contradictions", {"claim": "q1.K-4"}, {"q2.K-3"}),
    ],
)
def test_a_parameter_narrows_these_too(
    name: str, given: dict[str, str], kept: set[str], talks: Lookup
) -> None:
    rows = answer(talks, name, **given)
    assert {next(iter(row.values())) for row in rows} == kept

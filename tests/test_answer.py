"""Answers, their evidence and explanations: what is shown, in which order, in which form."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, replace
from pathlib import Path

import jsonschema
import pytest
import rdflib
from rdflib.query import Result

from diaspora_kg.errors import Report, UsageError
from diaspora_kg.queries import results
from diaspora_kg.queries.answer import Answer, run
from diaspora_kg.queries.catalog import SavedQuery
from diaspora_kg.queries.cells import Cells, natural
from diaspora_kg.queries.evidence import Evidence, Named, Words, evidence_of
from diaspora_kg.queries.explained import as_json as why_json
from diaspora_kg.queries.explained import as_text as why_text
from diaspora_kg.queries.files import FORMATS, as_csv, as_json, as_tsv, as_turtle
from diaspora_kg.queries.header import Header
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.parameters import declared
from diaspora_kg.queries.table import as_table, folded, in_words
from diaspora_kg.queries.why import why
from diaspora_kg.queries.wording import date_phrase, lines, put, summary
from diaspora_kg.sparql import Refused
from diaspora_kg.store.base import SKOLEM, Solutions, Triples
from diaspora_kg.terms import IRI, XSD_INTEGER, Literal, boolean
from tests.press import BASE, bundled, lookup_in, node, press_store

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def lookup() -> Lookup:
    return lookup_in(press_store())


@pytest.fixture(scope="module")
def history(lookup: Lookup) -> Answer:
    return ask(lookup, "legal-history", organization="n1.league")


@dataclass(frozen=True)
class Place:
    file: str
    line: int
    where: str = ""


class Index:
    """Knows where one claim was written."""

    def origin_of(self, iri: str) -> Place | None:
        return Place("articles/n1.yaml", 40) if iri.endswith("n1.C-0") else None


def ask(lookup: Lookup, name: str, limit: int | None = None, **given: str) -> Answer:
    return run(bundled().get(name), {key: [value] for key, value in given.items()}, lookup, limit=limit)


def evidence(answer: Answer, lookup: Lookup) -> dict[str, Evidence]:
    return evidence_of((claim for row in answer.rows for claim in answer.claims(row)), lookup, Index())


def one(lookup: Lookup, key: str) -> Evidence:
    iri = node("claim", key)
    return evidence_of([iri], lookup, Index())[iri]


# Finding nodes


@pytest.mark.parametrize(
    ("written", "iri"),
    [
        ("n1.league", f"{BASE}id/organization/n1.league"),
        ("n1", f"{BASE}id/article/n1"),
        ("n1.C-4a", f"{BASE}id/claim/n1.C-4a"),
        ("direct-quote", "https://w3id.org/diaspora-kg/vocab/directQuote"),
        ("directQuote", "https://w3id.org/diaspora-kg/vocab/directQuote"),
        ("dkgv:banned", "https://w3id.org/diaspora-kg/vocab/banned"),
        ("https://elsewhere.example/x", "https://elsewhere.example/x"),
        ("<urn:x:y>", "urn:x:y"),
    ],
)
def test_a_key_a_value_or_an_iri_is_found(lookup: Lookup, written: str, iri: str) -> None:
    assert lookup.find(written) == IRI(iri)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("n1.leag", "Did you mean n1.league"),
        ("zzzzzz", "nothing in the graph has the key 'zzzzzz'"),
        ("", "nothing in the graph"),
        ("a } DROP ALL", "nothing in the graph"),
        ('" } #', "nothing in the graph"),
        ("https://x.example/ y", "nothing in the graph"),
    ],
)
def test_what_is_not_there_is_said_so(lookup: Lookup, written: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        lookup.find(written)


def test_a_key_of_two_nodes_is_not_guessed() -> None:
    twice = f'<{node("person", "n1.x")}> <https://w3id.org/diaspora-kg/ns#sourceId> "n1.league" <urn:g> .'
    other = f"<{node('place', 'n1.league')}> a <urn:Place> <urn:g> .".replace(
        " a ", " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    )
    with pytest.raises(UsageError, match=r"may mean: .*organization/n1.league, .*place/n1.league"):
        lookup_in(press_store(twice, other)).find("n1.league")


def test_a_former_key_still_finds_its_node() -> None:
    former = f'<{node("person", "n1.orrin")}> <https://w3id.org/diaspora-kg/ns#sourceId> "n9.orrin" <urn:g> .'
    assert lookup_in(press_store(former)).find("n9.orrin") == IRI(node("person", "n1.orrin"))


def test_labels_prefer_the_projects_languages() -> None:
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    more = [
        f'<urn:x> {label} "{word}"@{tag} <urn:g> .' for word, tag in (("a", "hy"), ("c", "en"), ("b", "ru"))
    ]
    store = press_store(*more)
    assert Lookup(store, lookup_in(store).names, ("ru", "en")).labels(["urn:x", "urn:y"]) == {"urn:x": "b"}


# Order, limit, refusal


def test_keys_sort_as_people_count() -> None:
    keys = ["n1.C-10", "n1.C-2", "n1.C-2b", "", "n10.C-1", "n1.C-2a"]
    assert sorted(keys, key=natural) == ["", "n1.C-2", "n1.C-2a", "n1.C-2b", "n1.C-10", "n10.C-1"]
    long, longer = "9" * 5000, "1" + "0" * 5000  # more digits than Python makes an integer of
    assert sorted([longer, long, "9", "10"], key=natural) == ["9", "10", long, longer]


def test_rows_are_ordered_and_the_cut_is_told(lookup: Lookup) -> None:
    whole, part = ask(lookup, "words"), ask(lookup, "words", limit=3)
    assert [row[0] for row in whole.cells] == sorted((row[0] for row in whole.cells), key=natural)
    assert part.cells == whole.cells[:3]
    assert (part.cut, part.total, whole.cut) == (True, whole.total, False)
    assert as_table(part).splitlines()[-1] == f"3 of {whole.total} rows: cut by the limit."
    assert json.loads(as_json(part))["cut"] is True


def test_the_order_that_a_query_asks_for_is_kept(lookup: Lookup) -> None:
    text = "SELECT ?c WHERE { GRAPH ?g { ?s <https://w3id.org/diaspora-kg/ns#begin> ?c } } ORDER BY DESC(?c)"
    found = run(SavedQuery("q", "q.rq", text), {}, lookup)
    assert [int(row[0]) for row in found.cells] == sorted((int(row[0]) for row in found.cells), reverse=True)


def test_service_never_leaves_the_machine(lookup: Lookup) -> None:
    with pytest.raises(Refused):
        run(SavedQuery("q", "q.rq", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"), {}, lookup)


def test_claims_of_a_row_come_from_both_columns(lookup: Lookup) -> None:
    assert [Cells(lookup.names).iri(iri) for row in ask(lookup, "conditions").rows
            for iri in ask(lookup, "conditions").claims(row)] == ["n1.C-4a"]  # fmt: skip
    found = ask(lookup, "legal-history", organization="n1.league")
    assert [found.claims(row) for row in found.rows] == [
        (node("claim", "n1.C-2"),),
        (node("claim", "n1.C-0"),),
    ]


# Cells


@pytest.mark.parametrize(
    ("column", "term", "cell"),
    [
        ("x", None, ""),
        ("x", IRI(f"{BASE}id/person/n1.%C3%A4"), "n1.ä"),
        ("x", IRI("https://w3id.org/diaspora-kg/vocab/presupposed"), "presupposed"),
        ("x", IRI("https://w3id.org/diaspora-kg/ns#subject"), "subject"),
        ("x", IRI("https://elsewhere.example/id/person/x"), "https://elsewhere.example/id/person/x"),
        ("x", Literal("5", XSD_INTEGER), "5"),
        ("x", boolean(False), "false"),
        ("x", Literal("1", boolean(True).datatype), "true"),
        ("claims", Literal(f"{BASE}id/claim/b {BASE}id/claim/a"), "a b"),
        ("claims", Literal(""), ""),
    ],
)
def test_short_forms(lookup: Lookup, column: str, term: IRI | Literal | None, cell: str) -> None:
    assert Cells(lookup.names).cell(column, term) == cell


# Evidence


def test_the_evidence_of_a_presupposed_claim(lookup: Lookup) -> None:
    found = one(lookup, "n1.C-0")
    (claimant,) = found.claimants
    assert (found.givenness, found.modality, found.attribution) == (
        "presupposed",
        "asserted",
        "indirectSpeech",
    )
    assert (claimant.actor.label, claimant.basis) == ("Orrin Vale", "inferred")
    assert claimant.capacity
    assert claimant.capacity.label == "spokesperson"
    assert claimant.on_behalf_of
    assert claimant.on_behalf_of.key == "n1.ministry"
    assert [medium.key for medium in found.media] == ["n1.agency"]
    assert found.words == (
        Words(12, 30, "headline", "end of League"),
        Words(100, 140, "body", "", "The liquidation of", "in Norland"),
        Words(200, 224, "body", "The liquidation of it"),
    )
    assert (found.published, found.file, found.line) == ("2031-05-02", "articles/n1.yaml", 40)
    assert not found.own_voice
    assert not found.asserts


def test_the_evidence_of_a_joint_claim_left_open(lookup: Lookup) -> None:
    found = one(lookup, "n2.D-4")
    assert [claimant.actor.key for claimant in found.claimants] == ["n2.ada", "n2.ilo"]
    assert found.kinds == ("appeal", "jointStatement")
    assert (found.illocution, found.readings) == ("", ("commissive", "directive"))
    assert (found.basis, found.published) == ("inferred", "notStated")
    assert [medium.key for medium in found.media] == ["notStated"]
    assert found.file == ""


def test_the_evidence_of_the_articles_own_claim_and_of_a_headlines(lookup: Lookup) -> None:
    own, headline = one(lookup, "n1.N-1"), one(lookup, "n1.H-1")
    assert own.own_voice
    assert (own.claimants, own.media) == ((), ())
    assert [claimant.actor.key for claimant in headline.claimants] == ["n1.ministry"]
    assert headline.claimants[0].on_behalf_of is None


def test_many_claims_are_asked_in_parts(lookup: Lookup) -> None:
    wanted = [node("claim", f"n9.C-{number}") for number in range(250)]
    assert list(evidence_of([*wanted, node("claim", "n1.C-1")], lookup)) == [node("claim", "n1.C-1")]


# Forms


def test_a_table_for_people(history: Answer, lookup: Lookup) -> None:
    text = as_table(history, evidence(history, lookup), 100)
    assert "      presupposed; " in text
    assert "  givenness     presupposed" in text
    assert "  modality" not in text  # plain in both rows, and the evidence below says it
    assert "  attribution" not in text
    assert "described as an NGO" in text
    assert "notBefore" not in text  # empty in every row
    assert "    n1.C-0: The League has been liquidated." in text
    assert (
        "Sources:\n  n1: “Tarvia says end of League can harm talks”, publisher not stated, 2031-05-02" in text
    )
    assert "articles/n1.yaml:40" in text
    assert text.endswith("2 rows.")


def test_a_table_that_fits_is_a_grid(lookup: Lookup) -> None:
    text = as_table(ask(lookup, "conditions"), None, 200)
    header, line, row, foot = text.splitlines()
    assert header.split() == ["claim", "thing", "modality", "saidBy", "consequence", "article"]
    assert set(line) == {"-", " "}
    assert row.startswith("n1.C-4a  n1.influence  hypothetical  Orrin Vale (n1.orrin)  Such")
    assert foot == "1 row."


def test_an_empty_answer_says_so(lookup: Lookup) -> None:
    assert as_table(ask(lookup, "conditions", article="n2"), None, 80) == "0 rows."


def test_a_source_cannot_move_the_cursor(lookup: Lookup) -> None:
    hostile = Literal("\x1b[2J\u202ered\ttwo\nlines")
    answer = Answer("q", lookup.names, {}, ("x",), ((hostile,),), 1)
    text = as_table(answer)
    assert "\\x1b[2J\\u202ered two lines" in text
    assert "\x1b" not in text


def test_wide_and_combining_characters_keep_the_columns(lookup: Lookup) -> None:
    rows = tuple((Literal(word), Literal("|")) for word in ("Հայ", "한국", "Bakı", "e\u0301"))
    _, _, *lines, _ = as_table(Answer("q", lookup.names, {}, ("word", "end"), rows, 4)).splitlines()
    assert [line.index("|") for line in lines] == [6, 4, 6, 7]  # wide: two columns a character; marks: none


def test_silence_names_the_article_that_was_read(lookup: Lookup) -> None:
    row = (IRI("https://w3id.org/diaspora-kg/vocab/notStated"), IRI(node("article", "n1")))
    answer = Answer("q", lookup.names, {}, ("member", "article"), (row,), 1, lookup.labels([row[1].value]))
    text = as_table(answer, {})
    assert "Tarvia says end of League can harm talks (n1) was read for this and does not say it" in text


def test_csv_with_evidence_repeats_the_row_for_each_passage(history: Answer, lookup: Lookup) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(history, evidence(history, lookup)))))
    assert [row["begin"] for row in rows] == ["300", "12", "100", "200"]
    assert {row["acting_basis"] for row in rows} == {"inferred"}
    assert rows[1]["said_by"] == "n1.orrin"
    assert rows[1]["line"] == "40"


def test_csv_starts_no_formula(lookup: Lookup) -> None:
    rows = tuple((Literal(word),) for word in ("=1+1", "@x", "-5", "-x", "plain"))
    text = as_csv(Answer("q", lookup.names, {}, ("x",), rows, 5))
    assert text.split("\r\n") == ["x", "'=1+1", "'@x", "-5", "'-x", "plain", ""]


def test_tsv_holds_one_row_a_line(lookup: Lookup) -> None:
    answer = Answer("q", lookup.names, {}, ("x", "y"), ((Literal("a\tb\r\nc"), None),), 1)
    assert as_tsv(answer) == "x\ty\na b c\t\n"


@pytest.mark.parametrize("with_evidence", [False, True])
def test_json_follows_its_schema(history: Answer, lookup: Lookup, with_evidence: bool) -> None:
    body = json.loads(as_json(history, evidence(history, lookup) if with_evidence else None))
    schema = json.loads((ROOT / "docs/reference/answer.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(body, schema)
    assert body["rows"][1]["claims"] == [
        {"iri": node("claim", "n1.C-0"), "key": "n1.C-0", "label": "The League has been liquidated."}
    ]
    assert ("evidence" in body) == with_evidence


def test_a_query_that_makes_a_graph(lookup: Lookup) -> None:
    text = (
        "PREFIX dkg: <https://w3id.org/diaspora-kg/ns#> CONSTRUCT { ?_a_iri dkg:about ?o }"
        " WHERE { GRAPH ?g { ?s dkg:subject ?_a_iri ; dkg:status ?o } }"
    )
    query = SavedQuery("q", "q.rq", text, parameters=declared(text, Header(), Report("q")))
    answer = run(query, {"a": ["n1.league"]}, lookup)
    assert answer.total == 2
    graph = rdflib.Graph().parse(data=as_turtle(answer), format="turtle")
    assert len(graph) == 2
    assert "dkg:about" in as_turtle(answer)
    assert len(json.loads(as_json(answer))["triples"]) == 2
    for name in ("csv", "tsv"):
        with pytest.raises(UsageError, match="ask for ttl"):
            FORMATS[name](answer, None)


def test_rows_are_no_graph(history: Answer) -> None:
    with pytest.raises(UsageError, match="CONSTRUCT"):
        as_turtle(history)


def test_ask_answers_in_one_cell(lookup: Lookup) -> None:
    answer = run(SavedQuery("q", "q.rq", "ASK { GRAPH ?g { ?s ?p ?o } }"), {}, lookup)
    assert answer.cells == (("true",),)


# The forms of SPARQL itself

ROWS = Solutions(
    ("a", "b"),
    (
        (IRI("urn:x"), Literal('a "b"\t', language="en")),
        (IRI(f"{SKOLEM}b0"), Literal("5", XSD_INTEGER)),
        (None, Literal("x")),
    ),
)


def test_standard_json_is_read_back() -> None:
    body = json.loads(results.as_json(ROWS))
    assert body["head"]["vars"] == ["a", "b"]
    assert body["results"]["bindings"][0]["b"] == {"type": "literal", "value": 'a "b"\t', "xml:lang": "en"}
    assert body["results"]["bindings"][1] == {
        "a": {"type": "bnode", "value": "b0"},
        "b": {"type": "literal", "value": "5", "datatype": XSD_INTEGER},
    }
    assert "a" not in body["results"]["bindings"][2]
    assert json.loads(results.as_json(True)) == {"head": {}, "boolean": True}


@pytest.mark.parametrize("form", ["json", "xml", "tsv"])
def test_another_parser_reads_the_standard_forms(form: str) -> None:
    found = Result.parse(io.BytesIO(results.FORMATS[form](ROWS).encode()), format=form)
    rows = [[None if cell is None else str(cell) for cell in row] for row in found]  # type: ignore[union-attr]
    assert rows[0] == ["urn:x", 'a "b"\t']
    assert rows[2] == [None, "x"]


def test_standard_csv_and_graphs() -> None:
    assert results.as_csv(ROWS) == 'a,b\r\nurn:x,"a ""b""\t"\r\n_:b0,5\r\n,x\r\n'
    graph = Triples(((IRI("urn:a"), IRI("urn:b"), Literal("c")),))
    assert results.as_ntriples(graph) == '<urn:a> <urn:b> "c" .\n'
    assert rdflib.Graph().parse(data=results.as_turtle(graph), format="turtle")
    for name in ("csv", "json", "xml", "tsv"):
        with pytest.raises(UsageError, match="ask for ttl or nt"):
            results.FORMATS[name](graph)
    with pytest.raises(UsageError, match="makes a graph"):
        results.as_turtle(ROWS)


def test_the_table_of_a_free_query(lookup: Lookup) -> None:
    assert results.as_text(True, lookup.names).splitlines()[2] == "true"
    assert results.as_text(ROWS, lookup.names).endswith("3 rows.")


# Why


def test_why_of_what_is_only_taken_for_granted(lookup: Lookup) -> None:
    text = "\n".join(why_text(why("n1.end", lookup, Index())))
    assert "asserted in nobody's own voice: presupposed in 3 passages of 1 article" in text
    assert "  on or before 2031-05-02 (bounded by publication)" in text
    assert "  not stated: authority, legal basis" in text
    assert (
        "    by Orrin Vale (n1.orrin) (not by Tarvian Foreign Ministry), as spokesperson,"
        " acting for Tarvian Foreign Ministry by the annotator's inference; through NTA\n"
    ) in text
    assert "    presupposed; indirect speech" in text
    assert "  begins: n1.f00d\n  ends: n1.founded\n" in text
    assert "  “end of League” headline, characters 12-30" in text
    assert "articles/n1.yaml:40" in text
    assert text.index("content of 1 claim") < text.index("evaluated in 1 claim") < text.index("spoken about")


def test_why_changes_once_an_article_says_it_itself() -> None:
    dkg = "https://w3id.org/diaspora-kg/"
    me, graph = f"<{node('claim', 'n1.own')}>", f"<{BASE}graph/article/n1> ."
    slots = {"givenness": "stated", "modality": "asserted", "polarity": "affirmed"}
    own = [
        f"{me} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{dkg}ns#Claim> {graph}",
        *(f"{me} <{dkg}ns#{p}> <{node('article', 'n1')}> {graph}" for p in ("reportedIn", "expressedIn")),
        f"{me} <{dkg}ns#content> <{node('status-change', 'n1.end')}> {graph}",
        *(f"{me} <{dkg}ns#{slot}> <{dkg}vocab/{value}> {graph}" for slot, value in slots.items()),
    ]
    found = why("n1.end", lookup_in(press_store(*own)))
    assert found.summary.startswith(
        "asserted in the own voice of “Tarvia says end of League can harm talks” (n1): "
    )


def test_why_of_a_claim_an_article_and_an_actor(lookup: Lookup) -> None:
    claim = why("n1.C-4b", lookup)
    assert [use.link for use in claim.uses] == [""]
    assert claim.summary == "asserted in nobody's own voice: under a condition in 1 passage of 1 article"
    article = why("n2", lookup)
    assert [use.evidence.claim.key for use in article.uses] == [
        "n2.D-1", "n2.D-2", "n2.D-3", "n2.D-4", "n2.N-1", "n2.N-2",
    ]  # fmt: skip
    assert article.not_stated == ("date", "publisher")
    actor = why("n1.orrin", lookup)
    assert {use.link for use in actor.uses} == {"claimant", "participation"}
    assert actor.summary == "in 8 claims of 1 article: speaking, spoken about or part of what is claimed"


def test_why_of_a_relation_without_a_subject(lookup: Lookup) -> None:
    found = why("n1.support", lookup)
    assert found.not_stated == ("subject",)
    assert found.summary == "asserted in nobody's own voice: presupposed in 1 passage of 1 article"


def test_why_tells_in_which_part_and_for_whom_somebody_acts(lookup: Lookup) -> None:
    joint = [line for line in why_text(why("n2.joint", lookup)) if line.startswith("  signatory")]
    assert joint[1].endswith(
        "(n2.ilo), as president of the Circle (n2.head-circle), acting for Tarvian Circle (n2.circle)"
    )
    interview = "\n".join(why_text(why("n1.interview", lookup)))
    assert "acting for Tarvian Foreign Ministry (n1.ministry) by the annotator's inference\n" in interview
    asked = why("n2.ask-week", lookup)
    assert "  addressee: the holder of President of Norland (n2.president), not named" in why_text(asked)
    assert "addressee" not in asked.not_stated
    assert why("n2.call", lookup).not_stated == ("addressee", "foresees")


def test_what_is_reported_of_a_promise_does_not_assert_it(lookup: Lookup) -> None:
    promise = one(lookup, "n2.D-1")
    broken = replace(promise, fulfilment="reportedNotDone")
    assert summary([broken]).startswith("reported not done, by ")
    assert summary([promise, broken]).endswith("; " + summary([broken]))
    assert ", a promise reported not done; " in "\n".join(lines(broken))


def test_how_a_claim_is_put_names_only_what_is_not_plain(lookup: Lookup) -> None:
    plain = replace(one(lookup, "n1.N-1"), illocution="assertive", modality="asserted", givenness="stated")
    assert put(replace(plain, polarity="affirmed")) == "plainly stated"
    targets = (Named("", "n1.end", "the end of the League"),)
    valued = replace(
        plain, illocution="evaluative", stance="negative", stance_targets=targets, evaluations=("sad",)
    )
    assert put(valued) == "evaluative, negative stance on the end of the League (“sad”)"


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("[..2031-03-06]", "on or before 2031-03-06"),
        ("[2031-03..]", "on or after 2031-03"),
        ("[2031..2032]", "between 2031 and 2032"),
        ("2031?", "perhaps 2031"),
        ("[..2031~]", "[..2031~]"),
        ("[..]", "[..]"),
        ("2031-03-06", "2031-03-06"),
    ],
)
def test_dates_are_shown_in_words(edtf: str, words: str) -> None:
    assert in_words(edtf) == words


def test_long_lines_go_on_further_in() -> None:
    assert folded(["  by Ada Venn, as chair of the Norland League for the whole country"], 40) == [
        "  by Ada Venn, as chair of the Norland",
        "      League for the whole country",
    ]


@pytest.mark.parametrize(
    ("key", "claims"),
    [("n2.president", ["n2.D-1"]), ("n1.speaker", ["n1.N-1"]), ("n1.ministry", ["n1.N-1"])],
)
def test_why_of_one_who_takes_part_in_what_is_claimed(key: str, claims: list[str], lookup: Lookup) -> None:
    found = why(key, lookup)
    parts = {use.evidence.claim.key for use in found.uses if use.link == "participation"}
    assert parts <= {use.evidence.claim.key for use in found.uses}
    assert sorted(parts) == claims
    assert "part of what is claimed in" in "\n".join(why_text(found))
    rest = [use.evidence.claim.key for use in found.uses if use.link != "participation"]
    assert not parts & set(rest)


def test_only_what_no_claim_can_have_as_content_is_a_part_of_content(lookup: Lookup) -> None:
    assert "participation" not in {use.link for use in why("n1.end", lookup).uses}


def test_why_of_nothing(lookup: Lookup) -> None:
    with pytest.raises(UsageError, match="nothing in the graph has the IRI"):
        why("https://nowhere.example/x", lookup)


@pytest.mark.parametrize("key", ["n1.end", "n2.joint", "n1.C-0", "n1.league", "n2"])
def test_why_as_json_follows_its_schema(lookup: Lookup, key: str) -> None:
    schema = json.loads((ROOT / "docs/reference/why.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(why_json(why(key, lookup, Index()))), schema)


def test_summaries(lookup: Lookup) -> None:
    assert summary([]) == "no claim has it as content: nobody asserts it"
    said = [one(lookup, "n1.C-5")]
    assert (
        summary(said)
        == "asserted by Orrin Vale (n1.orrin), in no article's own voice: stated in 1 passage of 1 article"
    )
    both = summary([*said, one(lookup, "n1.C-4a"), one(lookup, "n2.N-1")])
    assert both == (
        "asserted in the own voice of “Two communities of Norland call for calm” (n2),"
        " and by Orrin Vale (n1.orrin): hypothetical in 1 passage of 1 article;"
        " stated in 2 passages of 2 articles"
    )


def test_a_denial_is_in_the_summary(lookup: Lookup) -> None:
    said = one(lookup, "n1.C-5")
    denied = replace(one(lookup, "n1.N-1"), polarity="negated")
    assert summary([said, denied]).startswith(
        "asserted by Orrin Vale (n1.orrin), in no article's own voice,"
        " denied by Tarvia says end of League can harm talks (n1): negated in"
    )
    assert summary([denied], itself=True).startswith(
        "said by Tarvia says end of League can harm talks (n1): negated in 1"
    )
    assert summary([replace(denied, modality="possible")]).startswith(
        "asserted in nobody's own voice: possible, neg"
    )


@pytest.mark.parametrize(
    ("bounds", "phrase"),
    [
        (("2031-05-02", "2031-05-02", "2031-05-02", "x"), "on 2031-05-02"),
        (("2031-05-01", "2031-05-31", "2031-05", ""), "between 2031-05-01 and 2031-05-31"),
        (("2031-05-01", "", "", ""), "on or after 2031-05-01"),
        (("", "", "2031~", ""), "2031~"),
        (("", "", "", ""), ""),
    ],
)
def test_dates_in_words(bounds: tuple[str, str, str, str], phrase: str) -> None:
    assert date_phrase(*bounds) == phrase

"""The API for saved queries against a running server: the same answers as the command line, in every form."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from typing import Any

import jsonschema
import networkx as nx
import openapi_spec_validator
import openpyxl
import pytest
import rdflib

from diaspora_kg.queries import expected, files
from diaspora_kg.queries.answer import run
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.evidence import evidence_of
from tests.asking import THREATS, Site, Threat
from tests.examples import EXAMPLES, ROOT
from tests.serving import Answer

TABLES = expected.load(EXAMPLES / "demo" / "expected")
CATALOG = Catalog.load([ROOT / "queries"])
UNION = [("organization", "union-of-tarvians")]


def pairs(table: expected.Expected) -> list[tuple[str, str]]:
    return [(name, value) for name, values in table.parameters.items() for value in values]


def body(answer: Answer) -> Any:
    assert answer.status == 200, answer.text
    return json.loads(answer.text)


def refused(answer: Answer, *words: str, status: int = 400) -> None:
    """One clear sentence, and nothing of the program's inside."""
    assert answer.status == status, answer.text
    for word in words:
        assert word in answer.text
    assert "Traceback" not in answer.text
    assert "VALUES" not in answer.text
    assert len(answer.text) < 600


# The same answers


def test_every_saved_query_is_asked_here() -> None:
    assert {table.query for table in TABLES} == set(CATALOG.queries)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_the_api_answers_what_the_command_line_answers(table: expected.Expected, site: Site) -> None:
    answer = site.api(f"{table.query}.tsv", pairs(table))
    assert answer.status == 200
    columns, *rows = (tuple(line.split("\t")) for line in answer.text.splitlines())
    assert columns == table.columns
    at = columns.index("claims") if "claims" in columns else -1
    wanted = Counter(
        tuple(" ".join(sorted(c.split())) if n == at else c for n, c in enumerate(row)) for row in table.rows
    )
    assert Counter(rows) == wanted
    assert answer.headers["x-total-count"] == str(len(table.rows))
    assert answer.text == files.as_tsv(run(CATALOG.get(table.query), table.parameters, site.lookup))


@pytest.mark.parametrize("name", ["legal-history", "voice-of-claims-about", "missing-voices"])
def test_evidence_is_that_of_the_command_line(name: str, site: Site) -> None:
    table = next(table for table in TABLES if table.query == name)
    answer = run(CATALOG.get(name), table.parameters, site.lookup)
    claims = {claim for row in answer.rows for claim in answer.claims(row)}
    found = evidence_of(claims, site.lookup, site.index)
    asked = [*pairs(table), ("evidence", "true")]
    assert site.api(f"{name}.csv", asked).body == files.as_csv(answer, found).encode()
    mine = body(site.api(name, asked))
    assert mine["evidence"] == json.loads(files.as_json(answer, found))["evidence"]


def test_several_values_of_a_parameter_are_alternatives(site: Site) -> None:
    both = [*UNION, ("organization", "dawn-league")]
    each = [body(site.api("legal-history", [pair]))["rows"] for pair in both]
    assert len(body(site.api("legal-history", both))["rows"]) == sum(map(len, each)) > max(map(len, each))


def test_an_empty_value_is_none(site: Site) -> None:
    assert (
        body(site.api("relations", [("kind", ""), ("actor", "")]))["total"]
        == body(site.api("relations"))["total"]
    )
    refused(site.api("legal-history", [("organization", "")]), "organization", "whose history")


# Every form, read back


def test_json_is_as_its_schema_says(site: Site) -> None:
    schema = json.loads((ROOT / "docs/reference/answer.schema.json").read_text("utf-8"))
    document = json.loads(site.get("/api/openapi.json").text)
    mine = {"$ref": "#/components/schemas/Answer", "components": document["components"]}
    answer = body(site.api("relations", [("evidence", "1")]))
    jsonschema.Draft202012Validator(mine).validate(answer)
    shared = {key: value for key, value in answer.items() if key in schema["properties"]}
    jsonschema.Draft202012Validator(schema).validate(shared)


def test_csv_is_read_back_and_begins_no_formula(site: Site) -> None:
    rows = list(csv.DictReader(io.StringIO(site.api("markup-bars.csv").body.decode())))
    assert [row["name"][:2] for row in rows] == ["'+", "<s", "'=", "a\b", "ja"]
    assert [row["size"] for row in rows] == ["-4", "12", "3", "1", "2.5"]
    assert "'@SUM(A1)" in {row["other"] for row in rows}


def test_a_workbook_holds_strings_as_strings(site: Site) -> None:
    book = openpyxl.load_workbook(io.BytesIO(site.api("markup-bars.xlsx").body))
    sheet = book["answer"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["name", "other", "size", "day"]
    assert rows[3] == ['=HYPERLINK("http://192.0.2.1")', '" onmouseover="alert(3)', 3, "[..2031-05]"]
    assert rows[4][3] == "2031"  # a year is no number
    about = {str(row[0].value): str(row[1].value) for row in book["about"].iter_rows()}
    assert about["query"] == "markup-bars"
    assert about["cite as"].endswith(about["permalink"])
    assert about["snapshot"] == body(site.api("relations"))["snapshot"]


def test_a_workbook_names_the_nodes_and_says_what_was_asked(site: Site) -> None:
    answer = site.api("legal-history.xlsx", UNION)
    assert answer.headers["content-disposition"] == 'attachment; filename="legal-history.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(answer.body))
    nodes = {row[0].value: row[1].value for row in book["nodes"].iter_rows()}
    assert nodes["norland"] == "Norland"
    about = [(str(row[0].value), str(row[1].value)) for row in book["about"].iter_rows()]
    assert ("parameter", "organization=union-of-tarvians") in about
    assert "VALUES ?_organization_iri" in dict(about)["SPARQL"]


@pytest.mark.parametrize(("form", "read"), [("gexf", nx.read_gexf), ("graphml", nx.read_graphml)])
def test_a_network_is_read_back(form: str, read: Any, site: Site) -> None:
    graph = read(io.BytesIO(site.api(f"relations.{form}").body))
    rows = body(site.api("relations"))["rows"]
    stated = [row for row in rows if "notStated" not in (row["subject"]["key"], row["object"]["key"])]
    assert sum(data["rows"] for *_, data in graph.edges(data=True)) == len(stated)
    assert {row["subject"]["iri"] for row in stated} <= set(graph.nodes)
    norland = graph.nodes["https://example.org/demo/id/polity/norland"]
    assert (norland["label"], norland["kind"]) == ("Norland", "polity")
    assert graph.is_directed()


@pytest.mark.parametrize("form", ["gexf", "graphml"])
def test_a_network_holds_hostile_words_as_words(form: str, site: Site) -> None:
    read = nx.read_gexf if form == "gexf" else nx.read_graphml
    graph = read(io.BytesIO(site.api(f"markup-network.{form}").body))
    labels = {data["label"] for _, data in graph.nodes(data=True)}
    assert "<script>alert('cell')</script>" in labels
    assert "a\ufffdb\u2028c" in labels


def test_a_graph_is_read_back(site: Site) -> None:
    answer = site.api("triples-of", [("node", "union-of-tarvians")])
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    graph = rdflib.Graph().parse(data=answer.text, format="turtle")
    told = body(site.api("triples-of.json", [("node", "union-of-tarvians")]))
    assert len(graph) == len(told["triples"]) == told["total"] == int(answer.headers["x-total-count"])
    assert told["cut"] is False
    refused(site.api("triples-of.csv", [("node", "union-of-tarvians")]), "text/turtle", status=404)


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", "application/json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/csv;q=0.4, text/tab-separated-values;q=0.6", "text/tab-separated-values; charset=utf-8"),
        ("application/json;q=0, */*;q=0.1", "text/csv; charset=utf-8"),
        ("application/sparql-query", "application/sparql-query; charset=utf-8"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
    ],
)
def test_the_form_is_negotiated(accept: str, media: str, site: Site) -> None:
    answer = site.api("relations", accept=accept)
    assert answer.headers["content-type"] == media
    assert "Accept" in answer.headers["vary"]


def test_the_end_of_the_path_goes_before_format_and_that_before_accept(site: Site) -> None:
    wanted = [("format", "tsv")]
    assert site.api("relations", wanted, accept="text/csv").headers["content-type"].startswith("text/tab")
    assert site.api("relations.json", wanted).headers["content-type"] == "application/json"


def test_what_cannot_be_had_is_told(site: Site) -> None:
    refused(site.api("relations", accept="image/png"), "text/csv", status=406)
    refused(site.api("relations", [("format", "doc")]), "text/csv", status=406)
    refused(site.api("relations.doc"), "text/csv", status=404)
    refused(site.api("legal-forms.gexf"), "text/csv", status=404)
    refused(site.api("leagl-history"), "Did you mean legal-history?", status=404)
    refused(site.api("broken"), "has a fault", status=500)


def test_the_query_as_it_is_sent_can_be_had_and_run(site: Site) -> None:
    text = site.api("legal-history.rq", UNION).text
    assert "<https://example.org/demo/id/organization/union-of-tarvians>" in text
    found = site.served.ask(text)
    assert (
        len(json.loads(found.text)["results"]["bindings"]) == body(site.api("legal-history", UNION))["total"]
    )


# Rows chosen, sorted, in pages


def links(answer: Answer) -> dict[str, str]:
    return {rel: url for url, rel in re.findall(r'<([^>]*)>; rel="([a-z-]+)"', answer.headers["link"])}


def test_pages_together_are_the_whole(site: Site) -> None:
    whole = body(site.api("statements"))
    answer, rows = site.api("statements", [("page_size", "7"), ("sort", "desc(actor)")]), []
    while True:
        part = body(answer)
        rows += part["rows"]
        assert part["total"] == whole["total"] == int(answer.headers["x-total-count"])
        assert part["cut"] is True
        if "next" not in links(answer):
            break
        answer = site.served.get(links(answer)["next"])
    assert part["page"] == part["pages"]
    assert sorted(map(str, rows)) == sorted(map(str, whole["rows"]))
    assert rows != whole["rows"]
    assert links(answer)["last"].endswith(f"page={part['pages']}&page_size=7")
    assert {"first", "prev", "last", "cite-as"} == set(links(answer))


def test_a_page_after_the_last_is_empty_and_says_so(site: Site) -> None:
    answer = site.api("relations", [("page", "99")])
    assert (body(answer)["rows"], body(answer)["total"]) == ([], 22)
    assert set(links(answer)) == {"first", "prev", "last", "cite-as"}


def test_rows_are_sorted_with_numbers_as_numbers_and_empty_cells_last(site: Site) -> None:
    def lows(*sort: str) -> list[str | None]:
        rows = body(site.api("figures", [("sort", one) for one in sort]))["rows"]
        return [row["low"] for row in rows]

    up, down = lows("low"), lows("desc(low)")
    empty = up.count(None)
    assert up[: len(up) - empty] == sorted(up[: len(up) - empty], key=lambda low: int(low or 0))
    assert down[: len(up) - empty] == up[: len(up) - empty][::-1]
    assert up[-empty:] == down[-empty:] == [None] * empty


@pytest.mark.parametrize(
    ("written", "some"),
    [("modality:=possible", True), ("subject:league", True), ("kind:>recognizes", True), ("kind:=x", False)],
)
def test_a_condition_keeps_rows_and_the_total_is_of_those(written: str, some: bool, site: Site) -> None:
    column, _, value = written.partition(":")
    rows = list(csv.DictReader(io.StringIO(site.api("relations.csv").text)))
    rest = value.lstrip("=>")
    tests = {
        f"={rest}": [row for row in rows if row[column] == rest],
        f">{rest}": [row for row in rows if row[column] > rest],
        rest: [row for row in rows if rest in row[column]],
    }
    mine = tests[value]
    answer = body(site.api("relations", [("filter", written)]))
    assert answer["total"] == len(answer["rows"]) == len(mine)
    assert bool(mine) == some


def test_the_client_that_has_the_answer_is_told_so(site: Site) -> None:
    first = site.api("relations")
    again = site.api("relations", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    tags = {
        site.api(name, wanted, accept=accept).headers["etag"]
        for name, wanted, accept in [
            ("relations", [], "*/*"),
            ("relations", [], "text/csv"),
            ("relations", [("kind", "supports")], "*/*"),
            ("statements", [], "*/*"),
        ]
    }
    assert len(tags) == 4


# What is wrong is told


@pytest.mark.parametrize(
    ("name", "wanted", "words"),
    [
        ("legal-history", [("organisation", "x")], ["'organisation'", "Did you mean organization?"]),
        ("legal-history", [], ["organization: a value is needed", "whose history"]),
        ("legal-history", [("organization", "union-of-tarvian")], ["Did you mean union-of-tarvians"]),
        ("status-on-date", [*UNION, ("date", "3 March")], ["date", "'3 March' is no date", "YYYY-MM-DD"]),
        ("status-on-date", [*UNION, ("date", "2031-02-30")], ["is no date"]),
        ("status-on-date", [*UNION, ("date", "20310228")], ["is no date"]),
        ("missing-voices", [("least", "many")], ["least", "'many' is no whole number"]),
        ("missing-voices", [("least", "1e3")], ["is no whole number"]),
        ("echo", [("share", "1e999999999")], ["is no number"]),
        ("echo", [("share", "NaN")], ["is no number"]),
        ("relations", [("sort", "knd")], ["no column knd", "Did you mean kind?"]),
        ("relations", [("sort", "kind)")], ["this names no column"]),
        ("relations", [("filter", "kind")], ["COLUMN:=VALUE"]),
        ("relations", [("page", "0")], ["page: '0' is no whole number from 1"]),
        ("relations", [("page", "1"), ("page", "2")], ["page: give it once"]),
        ("relations", [("page_size", "100000")], ["from 1 to 10000"]),
        ("relations", [("evidence", "perhaps")], ["neither true nor false"]),
        ("relations", [("fixed", "abc")], ["no permalink"]),
        ("relations", [("actor", "x" * 3000)], ["more than 2000 characters"]),
        ("relations", [("actor", "norland")] * 201, ["more than 200 values"]),
        ("relations", [("sort", "kind")] * 9, ["sort: more than 8 values"]),
        ("relations", [("a" * 3000, "x")], ["There is no parameter"]),
    ],
)
def test_a_wrong_request_gets_one_sentence(
    name: str, wanted: list[tuple[str, str]], words: list[str], site: Site
) -> None:
    refused(site.api(name, wanted), *words)


@pytest.mark.parametrize("query", ["organization=%ff", "organization=%ed%a0%80", "a=1&" * 600])
def test_an_address_that_is_no_text_is_refused(query: str, site: Site) -> None:
    refused(site.served.get(f"/api/queries/legal-history?{query}"))


@pytest.mark.parametrize("parameter", ["words", "tagged"])
@pytest.mark.parametrize("threat", THREATS, ids=lambda threat: ascii(threat.words)[:24])
def test_hostile_words_stay_words(threat: Threat, parameter: str, site: Site) -> None:
    answer = site.api("echo", [(parameter, threat.words)])
    assert "set-cookie" not in answer.headers
    if not threat.kept:
        refused(answer)
        return
    assert [row["said"] for row in body(answer)["rows"]] == [threat.words]
    assert [row["kind"] for row in body(answer)["rows"]] == [parameter]


@pytest.mark.parametrize("parameter", ["day", "least", "share", "thing"])
@pytest.mark.parametrize("threat", THREATS, ids=lambda threat: ascii(threat.words)[:24])
def test_hostile_words_are_no_value_of_another_type(threat: Threat, parameter: str, site: Site) -> None:
    refused(site.api("echo", [(parameter, threat.words)]), parameter)


@pytest.mark.parametrize(
    "iri", ["<http://192.0.2.1/> } #", "http://192.0.2.1/a b", "dkg:x>", "<urn:a\\u003E>", "http://[::1"]
)
def test_a_hostile_iri_is_refused(iri: str, site: Site) -> None:
    refused(site.api("echo", [("thing", iri)]), "thing")


def test_the_dataset_of_a_request_is_not_asked_for(site: Site) -> None:
    """grlc let a request name the server that is asked; here there is no such parameter."""
    refused(site.api("relations", [("endpoint", "http://192.0.2.1/sparql")]), "There is no parameter")


# The list and its description


def test_the_list_names_every_query_with_its_parameters(site: Site) -> None:
    listed = {one["name"]: one for one in body(site.get("/api/queries"))}
    assert set(CATALOG.queries) < set(listed)
    assert "broken" not in listed
    (organization,) = listed["legal-history"]["parameters"]
    assert (organization["name"], organization["type"], organization["optional"]) == (
        "organization",
        "iri",
        False,
    )
    assert {"gexf", "graphml"} <= set(listed["relations"]["formats"])
    assert site.served.get(listed["relations"]["href"]).status == 200
    assert site.served.get(listed["relations"]["page"]).status == 200


def test_the_description_is_openapi_and_every_path_of_it_answers(site: Site) -> None:
    document = json.loads(site.get("/api/openapi.json").text)
    openapi_spec_validator.validate(document)
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": site.url}]
    sample = {table.query: pairs(table) for table in TABLES}
    sample |= {"triples-of": [("node", "norland")]}
    for path, item in document["paths"].items():
        name = path.rpartition("/")[2]
        answer = site.get(path, sample.get(name, []))
        assert answer.status == 200, path
        media = answer.headers["content-type"].partition(";")[0]
        assert media in item["get"]["responses"]["200"]["content"], path
    assert {f"/api/queries/{name}" for name in CATALOG.queries} < set(document["paths"])


def test_a_page_of_this_machine_may_read_answers_with_their_totals(site: Site) -> None:
    headers = site.api("relations", origin="http://localhost:8080").headers
    assert headers["access-control-allow-origin"] == "http://localhost:8080"
    assert {"X-Total-Count", "Link", "ETag"} <= set(headers["access-control-expose-headers"].split(", "))
    assert (
        "access-control-allow-origin" not in site.api("relations", origin="https://norland.example").headers
    )


def test_every_answer_names_its_snapshot(site: Site) -> None:
    told = json.loads(site.get("/readyz").text)["id"]
    for path in ("/api/queries/relations.csv", "/api/queries", "/api/openapi.json"):
        assert site.get(path).headers["x-snapshot"] == told


@pytest.mark.parametrize("blank", ["%E2%80%A8", "%0D%0A", "%C2%A0", "%1C", "%C2%85"])
def test_a_blank_in_the_address_reaches_no_header(blank: str, site: Site) -> None:
    found = site.get(f"/api/queries/answers-and-contradictions.{blank}csv?page=1")
    assert found.status in {200, 404}
    assert all(" <" in f" {part.strip()}" for part in found.headers.get("link", "<").split(","))
    assert found.headers.get("link", "").isascii()


def test_pages_are_linked_in_the_form_that_was_asked_for(site: Site) -> None:
    for form in (".csv", ""):
        path = f"/api/queries/answers-and-contradictions{form}"
        assert f"<{path}?page=1&page_size=2>" in site.get(f"{path}?page_size=2&page=2").headers["link"]

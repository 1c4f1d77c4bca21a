"""The Reconciliation API 0.2 on a real server, exercised by a client that was written from its text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from diaspora_kg.build import build
from diaspora_kg.endpoint.reconcile.blocks import Blocks
from diaspora_kg.endpoint.reconcile.routes import framed
from diaspora_kg.index.nearby import FormRow
from diaspora_kg.project import Project
from tests import reconcile_schemas as schemas
from tests import small
from tests.markup import Page
from tests.reconciling import FORM, Client, valid
from tests.talking import Server, talking

BASE = "https://example.org/small/"
SCRIPT = '<script>alert("name")</script>'
REGISTER = f"""\
format: 1
actors:
  herald: {{is: organization, kind: media-outlet, names: [{{en: Vesmark Herald}}]}}
  league:
    is: organization
    kind: community-organization
    names: [{{en: Norland League of Tarvians}}, {{en: NLT, kind: acronym}}, {{ru: Лига тарвийцев Норланда}}]
    external-ids: ["https://www.wikidata.org/entity/Q990042"]
  circle: {{is: organization, names: [{{en: Vesmark Circle}}]}}
  circle-two: {{is: organization, kind: court, names: [{{en: Vesmark Circle}}]}}
  venn: {{is: person, names: [{{en: Ada Venn}}, {{ru: Ада Венн}}]}}
  plato: {{is: person, names: [{{en: Plato}}]}}
  norland: {{is: polity, names: [{{en: Norland}}, {{ru: Норланд}}]}}
  ministry: {{is: organization, kind: state-body, names: [{{en: Ministry of Justice of Norland}}]}}
  ısı: {{is: organization, kind: other, names: [{{en: {json.dumps(SCRIPT)}}}]}}
posts:
  chair: {{label: chair of the Norland League, in: league}}
"""
TEXT = """\
League is banned

The Norland League of Tarvians is banned in Norland, the Ministry of Justice said. Ada Venn is its chair.
A Dorin Kalt Society met.
"""
ANNOTATION = """\
format: 1
article:
  title: League is banned
  language: en
  annotator: Reviewer One
  publisher: herald
  published: {date: "2031-05-02", basis: annotator-estimate}
  not-stated: [author, url]
actors:
  league: {mentions: [its]}
  ministry: {mentions: [the Ministry of Justice]}
  venn: {mentions: [Ada Venn]}
  kalt: {is: organization, kind: other, names: [{en: Dorin Kalt Society}]}
world:
  banned: {is: legal-status, of: league, status: banned, jurisdiction: norland, not-stated: [starts]}
  chairs: {is: membership, member: venn, organization: league, post: chair, not-stated: [starts, ends]}
statements:
  remark:
    kind: remark
    by: [{who: ministry}]
    not-stated: [when]
    quote: the Ministry of Justice said
    claims:
      - {id: ban, says: The League is banned., content: banned, quote: is banned in Norland}
article-says:
  - {id: chair-is, says: Venn chairs the League., content: chairs, quote: Ada Venn is its chair}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("reconcile") / "town"
    root.mkdir()
    small.write(root, "dkg.toml", small.SETTINGS)
    small.write(root, "register.yaml", REGISTER)
    small.article(root, "ban", TEXT, ANNOTATION)
    report = build(Project.load(root))
    assert [one for one in report.findings if one.severity == "violation"] == []
    with talking(root, "--root-path", "/graph") as running:
        yield running


@pytest.fixture(scope="module")
def client(server: Server) -> Client:
    return Client.of(server)


def ids(candidates: list[dict[str, object]]) -> list[object]:
    return [one["id"] for one in candidates]


def features(candidate: dict[str, object]) -> dict[str, object]:
    told = candidate["features"]
    assert isinstance(told, list)
    return {one["id"]: one["value"] for one in told}


def test_the_manifest(client: Client) -> None:
    told = client.manifest
    assert told["versions"] == ["0.2"]
    assert told["identifierSpace"] == f"{BASE}id/"
    assert {"entity", "type", "property"} == set(told["suggest"])
    assert told["preview"]["url"].startswith("http://127.0.0.1:")
    assert "/graph/reconcile/" in told["preview"]["url"]
    assert told["batchSize"] == 50


def test_an_equal_name_is_found_and_sure(client: Client) -> None:
    first, *rest = client.one("Norland League of Tarvians")
    assert (first["id"], first["score"], first["match"]) == ("organization/league", 100, True)
    assert features(first)["name_equal"] is True
    assert features(first)["register"] is True
    assert not any(one["match"] for one in rest)
    assert {"id": "organization/community-organization", "name": "community organization"} in first["type"]


@pytest.mark.parametrize("query", ["Лига тарвийцев Норланда", "norland league of tarvians", "NLT"])
def test_other_forms_are_found(client: Client, query: str) -> None:
    assert client.one(query)[0]["id"] == "organization/league"


@pytest.mark.parametrize(
    "query", ["Norlnad League of Tarvians", "Tarvians League Norland", "Ада Вэнн", "Venn Ada"]
)
def test_what_is_spelled_otherwise_is_found_and_left_to_people(client: Client, query: str) -> None:
    first = client.one(query)[0]
    assert first["id"] in {"organization/league", "person/venn"}
    assert first["match"] is False


@pytest.mark.parametrize("query", ["Vesmark Circle", "NLT", "Plato", "Dorin Kalt Society", "Ada"])
def test_no_match_of_namesakes_short_names_single_names_and_unregistered(client: Client, query: str) -> None:
    assert [one["match"] for one in client.one(query)] == [False] * len(client.one(query))
    assert client.one(query)


@pytest.mark.parametrize("query", ["league", "organization/league", f"{BASE}id/organization/league"])
def test_an_identifier_finds_its_entity(client: Client, query: str) -> None:
    first = client.one(query)[0]
    assert (first["id"], first["match"]) == ("organization/league", True)
    assert features(first)["id"] is True


def test_types_restrict(client: Client) -> None:
    assert client.one("Ada Venn", type="organization") == [] or "person/venn" not in ids(
        client.one("Ada Venn", type="organization")
    )
    assert client.one("Ada Venn", type=["person"])[0]["match"] is True
    found = {one["id"]: one for one in client.one("Vesmark Circle", type="organization/court")}
    assert features(found["organization/circle-two"])["type"] == 1
    assert features(found["organization/circle"])["type"] == 0.5  # nobody has sorted it
    assert found["organization/circle-two"]["score"] >= found["organization/circle"]["score"]
    strict = client.one("Norland League of Tarvians", type="organization/court", type_strict="any")
    assert "organization/league" not in ids(strict)
    assert client.one("Norland League of Tarvians", type="no-such-type") == []


def test_properties_change_the_score_and_silence_does_not(client: Client) -> None:
    def score(prop: str, value: object) -> tuple[float, bool]:
        first = next(
            one
            for one in client.one("Norland League of Tarvians", properties=[{"pid": prop, "v": value}])
            if one["id"] == "organization/league"
        )
        return first["score"], first["match"]

    assert score("country", "Норланд") == (100, True)
    assert score("country", {"id": "polity/norland", "name": "x"}) == (100, True)
    assert score("country", ["Elsewhere", "Norland"]) == (100, True)
    low, match = score("country", "Elsewhere")
    assert (low < 100, match) == (True, False)
    assert score("external-id", "Q990042") == (100, True)
    assert score("external-id", "Q1")[0] < 60
    assert score("status", "banned") == (100, True)
    assert score("member-of", "Whatever") == (100, True)  # nothing is known of it
    assert score("no-such-property", True) == (100, True)


def test_properties_alone_find_by_what_belongs_to_one(client: Client) -> None:
    asked = [{"pid": "external-id", "v": "https://www.wikidata.org/entity/Q990042"}]
    first = client.reconcile({"q": {"properties": asked}})["q"][0]
    assert (first["id"], first["match"]) == ("organization/league", True)
    named = client.reconcile({"q": {"properties": [{"pid": "acronym", "v": "NLT"}]}})["q"][0]
    assert (named["id"], named["match"]) == ("organization/league", False)


def test_a_batch_keeps_its_names_and_limits(client: Client) -> None:
    found = client.reconcile(
        {"a b": {"query": "Vesmark Circle", "limit": 1}, "é": {"query": "zzzz"}, "": {"query": "Norland"}}
    )
    assert len(found["a b"]) == 1
    assert found["é"] == []
    assert found[""][0]["id"] == "polity/norland"
    assert client.reconcile({"q0": {"query": "Norland"}}, post=False)["q0"][0]["id"] == "polity/norland"


def test_suggestions(client: Client) -> None:
    assert ids(client.suggest("entity", "norl"))[0] in {"polity/norland", "organization/league"}
    assert "organization/league" in ids(client.suggest("entity", "NLT"))
    assert client.suggest("entity", "organization/league")[0]["id"] == "organization/league"
    both = client.suggest("entity", "vesmark")
    assert client.suggest("entity", "vesmark", cursor=1) == both[1:]
    assert ids(client.suggest("type", "cour"))[0] == "organization/court"
    assert (
        ids(client.suggest("type", "organization/court"))
        == ["organization/court", "event/court-decision"][:1]
    )
    assert "country" in ids(client.suggest("property", "coun"))
    assert ids(client.suggest("property", "name:ru")) == ["name:ru"]


def test_flyouts_and_features(client: Client) -> None:
    assert "Лига тарвийцев" in client.flyout("entity", "organization/league")
    assert "<p>" in client.flyout("type", "organization/court")
    assert "<p>" in client.flyout("property", "name:ru")
    told = {one for query in ("Ada Venn", "Vesmark Circle") for one in features(client.one(query)[0])}
    for feature in (*told, "property_country"):
        assert client.at("feature_view", feature).status == 200, feature
    assert client.at("feature_view", "no").status == 404


def test_a_preview_is_a_page_that_may_be_framed_and_runs_nothing(client: Client) -> None:
    answer = client.at("preview", "organization/league")
    assert (answer.status, answer.media) == (200, "text/html")
    policy = answer.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self' http://localhost:*" in policy
    assert Page(answer.text).faults == []
    assert "banned (says Ministry of Justice of Norland, in “League is banned”)" in answer.text


def test_hostile_names_stay_words(client: Client) -> None:
    named = next(one for one in client.one(SCRIPT) if one["name"] == SCRIPT)
    assert named["id"] == "organization/%C4%B1s%C4%B1"
    for made in (client.at("preview", named["id"]).text, client.flyout("entity", named["id"])):
        assert "<script" not in made
        assert "&lt;script&gt;" in made
    seen = client.at("view", named["id"])
    assert (seen.status, seen.headers["location"]) == (303, "/graph/id/organization/%C4%B1s%C4%B1")


def test_data_extension(client: Client) -> None:
    rows = client.extend(
        ["organization/league", "person/venn", "person/nobody"],
        ["name", "name:ru", "acronym", "external-id", "country", "status", "office", "kind", "page", "key"],
    )
    league, venn = rows["organization/league"], rows["person/venn"]
    assert {"str": "Лига тарвийцев Норланда"} in league["name"]
    assert league["name:ru"] == [{"str": "Лига тарвийцев Норланда"}]
    assert league["acronym"] == [{"str": "NLT"}]
    assert league["external-id"] == [{"str": "https://www.wikidata.org/entity/Q990042"}]
    assert league["country"] == [{"id": "polity/norland", "name": "Norland"}]
    assert league["status"] == [
        {"str": "banned (says Ministry of Justice of Norland, in “League is banned”)"}
    ]
    assert venn["office"] == [{"str": "chair of the Norland League (“League is banned”)"}]
    assert venn["page"][0]["str"].endswith("/graph/page/person/venn")
    assert not any(rows["person/nobody"].values())


def test_settings_of_an_extension(client: Client) -> None:
    asked = [{"id": "name", "settings": {"limit": 1}}, {"id": "status", "settings": {"bare": "on"}}]
    row = client.extend(["organization/league"], asked, post=False)["organization/league"]
    assert len(row["name"]) == 1
    assert row["status"] == [{"str": "banned"}]


def test_proposals(client: Client) -> None:
    assert {"office", "name", "name:en"} <= {one["id"] for one in client.proposed("person")}
    assert "office" not in {one["id"] for one in client.proposed("polity")}
    assert len(client.proposed("organization/court", limit="2")) == 2


@pytest.mark.parametrize(
    ("field", "value", "status", "words"),
    [
        ("queries", "{", 400, "not JSON"),
        ("queries", "[" * 100_000, 400, "not JSON"),
        ("queries", '{"q": ' + "[" * 30 + "]" * 30 + "}", 400, "levels"),
        ("queries", '{"\\ud800": {"query": "x"}}', 400, "surrogate"),
        ("extend", '{"ids": ["\\ud800"], "properties": []}', 400, "surrogate"),
        ("queries", "[]", 400, "object of queries"),
        ("queries", "{}", 400, "object of queries"),
        ("queries", '{"q": "x"}', 400, "'q'"),
        ("queries", '{"q": {}}', 400, "neither"),
        ("queries", '{"q": {"query": 7}}', 400, "string"),
        ("queries", '{"q": {"query": "x", "limit": 0}}', 400, "limit"),
        ("queries", '{"q": {"query": "x", "limit": true}}', 400, "limit"),
        ("queries", '{"q": {"query": "x", "limit": NaN}}', 400, "limit"),
        ("queries", '{"q": {"query": "x", "type": 7}}', 400, "type"),
        ("queries", '{"q": {"query": "x", "type_strict": "most"}}', 400, "type_strict"),
        ("queries", '{"q": {"query": "x", "properties": [{"pid": "a"}]}}', 400, "`v`"),
        ("queries", '{"q": {"query": "x", "properties": [{"pid": "a", "v": {}}]}}', 400, "value"),
        ("queries", json.dumps({"q": {"query": "x" * 201}}), 413, "200"),
        ("queries", json.dumps({f"q{n}": {"query": "x"} for n in range(51)}), 413, "50"),
        ("extend", '{"ids": []}', 400, "properties"),
        ("extend", '{"ids": [7], "properties": []}', 400, "strings"),
        ("extend", '{"ids": [], "properties": [{"id": "no"}]}', 400, "no property"),
        ("extend", '{"ids": ["a"], "properties": [{"id": "name", "settings": {"limit": "x"}}]}', 400, "all"),
        ("extend", json.dumps({"ids": [str(n) for n in range(501)], "properties": []}), 413, "500"),
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused_in_one_sentence(
    server: Server, field: str, value: str, status: int, words: str
) -> None:
    answer = server.ask("/reconcile", "POST", f"{field}={quote(value)}", {"Content-Type": FORM})
    assert answer.status == status, answer.text
    assert words in answer.text
    assert len(answer.text) < 400


def test_requests_of_another_kind(server: Server) -> None:
    assert server.ask("/reconcile", "POST", "{}", {"Content-Type": "application/json"}).status == 415
    assert server.ask("/reconcile", "POST", "x=1", {"Content-Type": FORM}).status == 400
    assert server.ask("/reconcile", "DELETE").status == 405
    assert server.ask("/reconcile", queries='{"q": {"query": "x"}}', extend="{}").status == 400
    assert server.ask("/reconcile", query="x").status == 400
    assert "JSONP" in server.ask("/reconcile", callback="take").text
    head = f"POST /reconcile HTTP/1.1\r\nHost: {server.host}:{server.port}\r\nContent-Type: {FORM}\r\n"
    assert server.raw(f"{head}Content-Length: 1100000\r\n\r\n".encode()).startswith(b"HTTP/1.1 413")
    for path in ("view", "preview", "flyout/entity"):
        assert server.ask(f"/reconcile/{path}").status == 400
        assert server.ask(f"/reconcile/{path}", id="person/nobody\0").status == 404
    assert server.ask("/reconcile/suggest/planet", prefix="x").status == 404
    assert server.ask("/reconcile/suggest/entity", prefix="x", cursor="-1").status == 400
    assert server.ask("/reconcile/suggest/entity", prefix="x" * 201).status == 400


def test_pages_of_this_machine_may_ask_a_local_server(server: Server) -> None:
    own = server.ask("/reconcile", headers={"Origin": "http://127.0.0.1:3333"})
    assert own.headers["access-control-allow-origin"] == "http://127.0.0.1:3333"
    other = server.ask("/reconcile", headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in other.headers


def test_the_manifest_is_kept_until_something_is_published(server: Server) -> None:
    answer = server.ask("/reconcile")
    again = server.ask("/reconcile", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status == 304


def test_the_schemas_find_what_is_wrong() -> None:
    with pytest.raises(Exception, match="Additional properties"):
        valid({"q": {"result": [{"id": "a", "name": "b", "score": 1, "scores": 2}]}}, schemas.RESULTS)
    with pytest.raises(Exception, match="does not match"):
        valid({"url": "https://example.org/{id}"}, schemas.VIEW)


def test_only_a_public_server_may_be_framed_by_any_page() -> None:
    assert framed(public=True).endswith("frame-ancestors *")
    assert "frame-ancestors *" not in framed(public=False)
    assert all("allow-scripts" not in framed(public=public) for public in (True, False))


def rows(**names: str) -> list[tuple[str, FormRow]]:
    return [("organization", FormRow(f"{BASE}{key}", "en", words)) for key, words in names.items()]


def test_keys_of_the_next_snapshot_are_those_of_a_first_one() -> None:
    first = Blocks.of(rows(a="Norland League", b="Vesmark Circle", c="Halm Choir"))
    later = rows(a="Norland League", b="Vesmark Square", d="Halm Quire")
    again, fresh = Blocks.of(later, first), Blocks.of(later)
    for words in ("Norland League", "Vesmark Circle", "Vesmark Square", "Halm Choir", "Лига Норланд"):
        assert set(again.sharing(words, ["organization"], 9)) == set(
            fresh.sharing(words, ["organization"], 9)
        )
    assert again.sharing("Norland League", ["organization"], 9)[0] == f"{BASE}a"

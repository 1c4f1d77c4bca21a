"""Things over HTTP on a real server: redirects, pages, data; names that try to break out of a page."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib

from diaspora_kg.build import build
from diaspora_kg.index import Index
from diaspora_kg.names import Names, segment
from diaspora_kg.pages.room import CLAIMS
from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots
from tests import hostile_town
from tests.hostile_town import BASE, NAMES
from tests.markup import Page
from tests.serving import Served, serving

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FORMATS = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdf": "xml"}
MANY = CLAIMS + 20


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = hostile_town.project(tmp_path_factory.mktemp("things") / "town")
    hostile_town.many(folder, MANY)
    assert build(Project.load(folder)).findings == ()
    return folder


@pytest.fixture(scope="module")
def served(root: Path) -> Iterator[Served]:
    with serving(root) as running:
        yield running


def page(served: Served, path: str, status: int = 200) -> Page:
    found = served.get(path, {"Accept": BROWSER})
    assert (found.status, found.headers["content-type"]) == (status, "text/html; charset=utf-8"), path
    assert "default-src 'none'" in found.headers["content-security-policy"]
    read = Page(found.text)
    assert read.faults == [], path
    return read


@pytest.mark.parametrize(
    ("accept", "leads"),
    [
        (BROWSER, "/page/organization/script"),
        ("text/turtle", "/data/organization/script.ttl"),
        ("*/*", "/data/organization/script.ttl"),
        ("application/ld+json", "/data/organization/script.jsonld"),
        ("application/rdf+xml;q=0.4, application/n-triples;q=0.6", "/data/organization/script.nt"),
        ("application/rdf+xml, text/html;q=0.3", "/data/organization/script.rdf"),
    ],
)
def test_a_thing_leads_to_what_the_client_reads(served: Served, accept: str, leads: str) -> None:
    for path in ("/id/organization/script", "/hostile/kg/id/organization/script"):
        found = served.get(path, {"Accept": accept})
        assert (found.status, found.headers["location"], found.headers["vary"]) == (
            303,
            leads,
            "Accept, Origin",
        )


def test_an_ending_or_a_parameter_names_the_format(served: Served) -> None:
    for path in ("/id/organization/script.nt", "/id/organization/script?format=nt"):
        found = served.get(path, {"Accept": BROWSER})
        assert (found.status, found.headers["location"]) == (303, "/data/organization/script.nt")
    by_name = served.get("/id/organization/script?format=html", {"Accept": "text/turtle"})
    assert by_name.headers["location"] == "/page/organization/script"
    assert served.get("/id/organization/script", {"Accept": "image/png"}).status == 406
    assert served.get("/id/organization/script?format=png").status == 406


@pytest.mark.parametrize("key", sorted(NAMES))
def test_a_name_is_shown_as_it_is_and_breaks_nothing(served: Served, key: str) -> None:
    read = page(served, f"/page/organization/{segment(key)}")
    assert NAMES[key].replace("\u202e", "⟨U+202E⟩").replace("\u2066", "⟨U+2066⟩") in read.words
    assert isinstance(read.linked, dict)
    assert (read.linked["name"], read.linked["@id"]) == (NAMES[key], Names(BASE).node("organization", key))


def test_every_node_has_a_page_or_a_place_on_one(served: Served, root: Path) -> None:
    snapshot = Snapshots(root / ".dkg").current()
    assert snapshot
    with Index(snapshot.index) as index:
        nodes = [row for article in ("first", "second", "") for row in index.origins_in(article)]
    iris = sorted({row.iri for row in nodes if row.iri.startswith(f"{BASE}id/")})
    kinds = {iri.removeprefix(f"{BASE}id/").partition("/")[0]: iri for iri in reversed(iris)}
    assert {"article", "claim", "name", "passage", "participation", "when", "run", "decision"} <= kinds.keys()
    for iri in kinds.values():
        path = served.get(f"/id/{iri.removeprefix(f'{BASE}id/')}", {"Accept": BROWSER}).headers["location"]
        read = page(served, path.partition("#")[0])
        assert not path.partition("#")[2] or path.partition("#")[2] in read.ids, path


def test_a_claim_stands_with_who_says_so_how_and_where(served: Served) -> None:
    read = page(served, "/page/organization/first.club")
    told = " ".join(read.words.split())
    for words in (
        "The Circle <script>alert(5)</script> met.",
        "The Circle <script>alert(3)</script> met in Vesmark",
        "</td></tr></table><script>alert(6)</script>",
        "Ada Venn",
        "indirect speech",
        '<b>Headline</b> & "marks"',
        "2 May 2031",
        "the same",
        "<b>Reviewer</b>",
    ):
        assert words in told
    assert "claim-first.met" in read.ids
    assert not any("articles/" in link for link in read.links), "where files lie is nobody's business"
    assert "articles/first" not in told


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    "thing", ["organization/first.club", "organization/script", "claim/first.met", "article/first"]
)
def test_the_formats_say_the_same(served: Served, thing: str) -> None:
    graphs = {}
    for ending, name in FORMATS.items():
        found = served.get(f"/data/{thing}.{ending}")
        assert found.status == 200
        graphs[ending] = set(rdflib.Graph().parse(data=found.body, format=name))
    assert graphs["ttl"] == graphs["jsonld"] == graphs["nt"] == graphs["rdf"]
    subjects = {str(s) for s, _, _ in graphs["nt"]}
    assert f"{BASE}id/{thing}" in subjects
    if thing == "organization/first.club":
        assert {
            f"{BASE}id/claim/first.met",
            f"{BASE}id/statement/first.remark",
            f"{BASE}id/article/first",
        } <= subjects
        assert any(one.startswith(f"{BASE}id/passage/") for one in subjects)
        licence = rdflib.URIRef("https://creativecommons.org/licenses/by/4.0/")
        assert any(o == licence for _, _, o in graphs["nt"])


def test_data_are_negotiated_where_no_ending_is_given(served: Served) -> None:
    found = served.get("/data/organization/script", {"Accept": "application/ld+json"})
    assert (found.status, found.headers["content-type"]) == (200, "application/ld+json")
    assert found.headers["content-location"] == "/data/organization/script.jsonld"
    assert served.get("/data/organization/script", {"Accept": "image/png"}).status == 406


def test_what_the_client_has_is_not_sent_again(served: Served) -> None:
    for path in ("/page/organization/script", "/data/organization/script.ttl", "/"):
        first = served.get(path, {"Accept": BROWSER})
        again = served.get(path, {"Accept": BROWSER, "If-None-Match": first.headers["etag"]})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
        assert "content-security-policy" not in again.headers, "the kept page would lose its style"


def test_merged_and_renamed_keys_lead_on(served: Served) -> None:
    for old, new in (
        ("/id/organization/second.circle", "/id/organization/first.club"),
        ("/page/organization/second.circle", "/page/organization/first.club"),
        ("/data/organization/second.circle.nt", "/data/organization/first.club.nt"),
        ("/id/article/draft", "/id/article/first"),
        ("/id/claim/draft.met", "/id/claim/first.met"),
        ("/page/organization/%c4%b1s%C4%B1-key", "/page/organization/%C4%B1s%C4%B1-key"),
    ):
        found = served.get(old, {"Accept": BROWSER})
        assert (found.status, found.headers["location"]) == (301, new)
        assert "max-age" in found.headers["cache-control"], "a merge can be undone"
    assert "second.circle" in page(served, "/page/organization/first.club").words


def test_a_thing_that_is_not_there_has_a_page_with_near_ones(served: Served) -> None:
    read = page(served, "/id/organization/scrip", 404)
    assert "/page/organization/script" in read.links
    assert NAMES["script"] in read.words
    plain = served.get("/id/organization/scrip", {"Accept": "text/turtle"})
    assert plain.status == 404
    assert "Did you mean organization/script" in plain.text
    assert page(served, "/id/person/script", 404).links.count("/page/organization/script") == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/id/organization/%3Cscript%3Ealert(1)%3C/script%3E", 404),
        ("/id/organization/%3Cscript%3Ealert(1)%3C%2Fscript%3E", 404),
        ("/page/organization/%22%20onload=%22x", 404),
        ("/page/organization/..%2F..%2F..%2Fetc%2Fpasswd", 404),
        ("/page/organization/../../etc/passwd", 404),
        ("/data/../../../etc/passwd", 404),
        ("/page/organization/..", 404),
        ("/page/organization/a%00b", 404),
        ("/page/organization/a%0d%0aSet-Cookie:%20x=y", 404),
        ("/page/organization/%E2%80%AEevil", 404),
        ("/page/organization/%ff%fe", 400),
        ("/page/organization/" + "a" * 3000, 404),
        ("/page/organization/" + "%C4%B1" * 300, 404),
        ("/page/nothing/script", 404),
        ("/page/organization/", 404),
        ("/page/", 404),
        ("/page/organization/script/more", 404),
        ("/page/organization/script?part=a%2Fb", 400),
        ("/page/organization/script?part=%C2%B2", 400),
        ("/page/organization/script?part=about.2031", 404),
        ("/static/../templates.py", 404),
        ("/static/..%2ftemplates.py", 404),
        ("/static/%2e%2e/%2e%2e/names.py", 404),
        ("/static//etc/passwd", 404),
    ],
)
def test_an_address_that_is_none_gets_a_sentence(served: Served, path: str, status: int) -> None:
    for accept in (BROWSER, "text/turtle"):
        found = served.get(path, {"Accept": accept})
        assert found.status == status
        assert "set-cookie" not in found.headers
        assert b"Traceback" not in found.body
        assert b"root:" not in found.body
        if found.headers["content-type"].startswith("text/html"):
            assert Page(found.text).faults == []


def test_many_claims_go_on_to_further_pages(served: Served) -> None:
    first, second = (
        page(served, "/page/organization/ac"),
        page(served, "/page/organization/ac?part=more"),
    )
    assert f"1–{CLAIMS} of {MANY}" in " ".join(first.words.split())
    assert f"of {MANY}" not in second.words
    assert any(link.startswith("/page/organization/ac?part=more") for link in first.links)
    assert any(link.partition("#")[0] == "/page/organization/ac" for link in second.links)
    shown = [one for read in (first, second) for one in read.ids if one.startswith("claim-")]
    assert len(set(shown)) == len(shown) == MANY


def test_the_start_page_says_what_is_in_the_graph(served: Served) -> None:
    read = page(served, "/")
    told = " ".join(read.words.split())
    for words in ("Town </title><script>alert(0)</script>", "annotated articles3", "CC-BY-4.0"):
        assert words in told
    assert any(link.startswith("/queries/") for link in read.links)
    assert isinstance(read.linked, dict)
    assert (read.linked["@type"], read.linked["license"]) == (
        "Dataset",
        "https://creativecommons.org/licenses/by/4.0/",
    )


def test_static_files_are_kept_for_ever_under_the_name_with_the_hash(served: Served) -> None:
    read = page(served, "/")
    style = next(link for link in read.links if link.startswith("/static/style."))
    found = served.get(style)
    assert (found.status, found.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in found.headers["cache-control"]
    assert served.get(style, {"If-None-Match": found.headers["etag"]}).status == 304
    assert served.get("/static/style.css").headers["cache-control"] == "no-cache"
    font = found.text.split("url(")[1].split(")")[0]
    assert served.get(f"/static/{font}").headers["content-type"] == "font/woff2"


def test_head_has_the_headers_and_no_body(served: Served) -> None:
    line = http.client.HTTPConnection(served.host, served.port, timeout=60)
    line.request("HEAD", "/page/organization/script")
    found = line.getresponse()
    assert (found.status, found.read()) == (200, b"")
    assert 'rel="describedby"; type="text/turtle"' in (found.getheader("Link") or "")
    line.close()


def test_the_query_behind_a_panel_can_be_read_and_asked(served: Served) -> None:
    read = page(served, f"/panels/actor_about?node={BASE}id/organization/first.club")
    assert "SELECT DISTINCT ?node ?claim ?link ?voice" in read.words
    [editor] = [link for link in read.links if link.startswith("/sparql#query=")]
    assert "first.club" in editor
    plain = page(served, "/panels/actor_about")
    assert not any(link.startswith("/sparql#query=") for link in plain.links)
    shown = page(served, "/page/organization/first.club")
    assert any(link.startswith("/panels/actor_about?node=") for link in shown.links)
    for wrong in ("/panels/nothing", "/panels/..%2f..%2fetc", "/panels/<script>"):
        assert served.get(wrong, {"Accept": BROWSER}).status == 404

"""What the editor's page is over HTTP: its headers, its freshness, the files that it loads."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from urllib.parse import quote, urlsplit

import pytest

from diaspora_kg.endpoint.editor import POLICY
from diaspora_kg.names import PREFIXES
from tests.browser.conftest import Site
from tests.serving import serving

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@dataclass(frozen=True)
class Got:
    status: int
    headers: Message
    text: str


def get(url: str, path: str, method: str = "GET", **headers: str) -> Got:
    line = HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        line.request(method, path, headers=headers)
        answer = line.getresponse()
        return Got(answer.status, answer.headers, answer.read().decode("utf-8"))
    finally:
        line.close()


def test_a_browser_gets_the_editor_and_a_program_the_description(site: Site) -> None:
    page = get(site.url, "/sparql", **HTML)
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Accept" in page.headers["Vary"]
    assert page.headers["Content-Security-Policy"] == POLICY
    for source in re.findall(r"script-src[^;]*", POLICY):
        assert source == "script-src 'self'"
    assert get(site.url, "/sparql", Accept="text/turtle").headers["Content-Type"].startswith("text/turtle")
    assert get(site.url, "/sparql", "HEAD", **HTML).text == ""


def test_a_query_in_the_address_is_in_the_form(site: Site) -> None:
    hostile = "SELECT * { ?s ?p '</textarea><script>alert(1)</script>' }"
    page = get(site.url, f"/sparql?query={quote(hostile)}", **HTML)
    assert "</textarea><script>" not in page.text
    assert "&lt;/textarea&gt;&lt;script&gt;" in page.text
    assert "data-given" in page.text
    assert "data-given" not in get(site.url, "/sparql", **HTML).text


@pytest.mark.parametrize("path", ["/sparql", "/api/terms.json", "/sparql/saved/own-voice.rq"])
def test_what_did_not_change_is_not_sent_again(site: Site, path: str) -> None:
    first = get(site.url, path, **HTML)
    assert first.status == 200
    again = get(site.url, path, **{**HTML, "If-None-Match": first.headers["ETag"]})
    assert (again.status, again.text) == (304, "")
    assert again.headers["Content-Security-Policy"] is None  # the one that came with the page stands
    assert get(site.url, path, **{**HTML, "If-None-Match": '"another"'}).status == 200


def test_terms_are_those_of_the_ontology(site: Site) -> None:
    made = json.loads(get(site.url, "/api/terms.json").text)
    assert made["prefixes"] == PREFIXES
    terms = {term["iri"]: term for term in made["terms"]}
    claim = terms[f"{PREFIXES['dkg']}Claim"]
    assert (claim["kind"], claim["label"]) == ("class", "claim")
    assert claim["definition"]
    assert terms[f"{PREFIXES['dkg']}reportedIn"]["kind"] == "property"
    quoted = terms[f"{PREFIXES['dkgv']}directQuote"]
    assert quoted["kind"] == "value"
    assert quoted["lists"]
    assert {term["kind"] for term in made["terms"]} == {"class", "property", "list", "value"}
    assert len(terms) == len(made["terms"]) > 350


def test_a_saved_query_can_be_had_as_text(site: Site) -> None:
    got = get(site.url, "/sparql/saved/own-voice.rq")
    assert got.headers["Content-Type"] == "application/sparql-query; charset=utf-8"
    assert got.text.startswith("#+ summary: Which claims an article makes in its own voice")
    for name in ("nothing", "..%2F..%2Fdkg", "%00", "own-voice%0d%0aX:1"):
        missing = get(site.url, f"/sparql/saved/{name}.rq")
        assert missing.status in {400, 404}
        assert "Traceback" not in missing.text


def test_links_keep_to_the_path_of_the_proxy(site: Site) -> None:
    with serving(site.project, "--root-path", "/graph") as served:
        text = get(f"http://{served.host}:{served.port}", "/sparql", **HTML).text
    addresses = re.findall(
        r'(?:href|src|action|data-endpoint|data-terms|data-saved|data-things)="(/[^"]*)"', text
    )
    assert len(addresses) > 10
    assert [address for address in addresses if not address.startswith("/graph/")] == []

"""The pages of saved queries: forms without JavaScript, tables with who says so, pictures, citation."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.expected import load
from tests.asking import THREATS, Read, Site, Tag, Threat, until
from tests.examples import EXAMPLES, ROOT, dkg

CATALOG = Catalog.load([ROOT / "queries"])
UNION = [("organization", "union-of-tarvians")]


def inputs(page: Read) -> dict[str, str]:
    """The values of the form that asks, by name."""
    return {
        tag.attributes["name"]: tag.attributes.get("value", "")
        for tag in page.all("input")
        if "id" in tag.attributes
    }


def table(page: Read) -> list[dict[str, str]]:
    """The rows by the words of their columns."""
    cells = [tag for tag in page.all("td") if "data-label" in tag.attributes]
    heads = [tag.words.rstrip(" ↑↓") for tag in page.all("th", scope="col")]
    rows = [cells[start : start + len(heads)] for start in range(0, len(cells), len(heads))]
    return [dict(zip(heads, [cell.words.strip() for cell in row], strict=True)) for row in rows]


def innocent(page: Read) -> None:
    """Nothing but our own scripts, no handlers, no addresses that run something."""
    for tag in page.tags:
        assert not [name for name in tag.attributes if name.startswith("on") or name == "style"], tag
        for name in ("href", "src", "action"):
            address = tag.attributes.get(name, "")
            assert urlsplit(address).scheme in {"", "http", "https"}, tag
    assert not [tag for tag in page.all("script") if not tag.attributes.get("src", "").startswith("/static/")]
    assert not [tag for tag in page.all("script") if tag.words]
    assert not page.all("iframe")
    assert not page.all("img")
    assert "default-src 'none'" in page.headers["content-security-policy"]


# The catalogue


def test_the_catalogue_has_every_question_once(site: Site) -> None:
    page = site.read("/queries")
    hrefs = [tag.attributes.get("href", "") for tag in page.all("a")]
    for name, query in CATALOG.queries.items():
        assert hrefs.count(f"/queries/{name}") == 1
        assert query.summary in page.text
    assert "Cannot be asked: " in page.text  # a broken one is shown as such, without a link
    assert "/queries/broken" not in hrefs


def test_a_subject_has_its_questions(site: Site) -> None:
    page = site.read("/queries", [("tag", "relations")])
    hrefs = [tag.attributes.get("href", "") for tag in page.all("a")]
    own = {f"/queries/{name}" for name, query in CATALOG.queries.items() if "relations" in query.header.tags}
    assert {href for href in hrefs if href.startswith("/queries/")} == own
    assert site.read("/queries", [("tag", "nothing")]).status == 404


# The form


@pytest.mark.parametrize("name", sorted(CATALOG.queries))
def test_every_query_has_a_form_with_its_parameters(name: str, site: Site) -> None:
    page, query = site.page(name), CATALOG.get(name)
    assert page.status == 200
    assert not page.all("p", class_="error")
    for parameter in query.parameters:
        (label,) = page.all("label", for_=f"p-{parameter.name}")
        (field,) = [tag for tag in page.tags if tag.attributes.get("id") == f"p-{parameter.name}"]
        assert label.words
        assert field.name in {"input", "select"}
        required = not parameter.optional and parameter.default is None
        assert ("required" in field.attributes) == (required and field.name == "input")
        told = field.attributes["aria-describedby"].split()
        assert parameter.meaning in " ".join(
            tag.words for tag in page.tags if tag.attributes.get("id") in told
        )
    innocent(page)


def test_choices_come_from_the_closed_lists_and_the_search_knows_its_kinds(site: Site) -> None:
    page = site.page("relations")
    options = {tag.attributes["value"]: tag.words for tag in page.all("option")}
    assert options[""] == "any"
    assert options["branch-of"] == "branch of"
    (actor,) = [tag for tag in page.all("input") if tag.attributes.get("name") == "actor"]
    assert "organization" in actor.attributes["data-suggest"].split()
    assert actor.attributes["data-suggest-url"] == "/api/search"


def test_values_are_kept_and_named(site: Site) -> None:
    page = site.page(
        "said-about", [("target", "dawn-league"), ("target", "tarvia"), ("from", "2031-11-01"), ("actor", "")]
    )
    values = [tag.attributes["value"] for tag in page.all("input") if tag.attributes.get("name") == "target"]
    assert values == ["dawn-league", "tarvia"]
    assert inputs(page)["from"] == "2031-11-01"
    (hint,) = [tag for tag in page.tags if tag.attributes.get("id") == "p-target-hint"]
    assert "Dawn League" in hint.words
    (day,) = [tag for tag in page.all("input") if tag.attributes.get("name") == "from"]
    assert day.attributes["type"] == "date"


def test_what_is_wrong_stands_at_its_field(site: Site) -> None:
    page = site.page("status-on-date", [("organization", "Tarvian"), ("date", "yesterday")])
    assert page.status == 400
    errors = {tag.attributes["id"]: tag.words for tag in page.all("p", class_="error")}
    assert set(errors) == {"p-organization-error", "p-date-error"}
    assert "is no date" in errors["p-date-error"]
    wrong = {tag.attributes["name"] for tag in page.all("input", aria_invalid="true")}
    assert wrong == {"organization", "date"}
    assert inputs(page)["organization"] == "Tarvian"
    near = [tag for tag in page.all("a") if "organization=tarvian-house" in tag.attributes["href"]]
    assert near
    assert "date=yesterday" in near[0].attributes["href"]


def test_a_name_leads_to_the_node_in_one_step(site: Site) -> None:
    page = site.page("legal-history", [("organization", "Union of Tarvians in Norland")])
    (link,) = [tag for tag in page.all("a") if "Union of Tarvians in Norland" in tag.words]
    assert dict(parse_qsl(urlsplit(link.attributes["href"]).query)) == dict(UNION)


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ([("organization", "")], 200, "Ask"),
        ([("organisation", "x")], 400, "Did you mean organization?"),
        ([*UNION, ("sort", "nothing")], 400, "There is no column nothing."),
        ([*UNION, ("page", "7")], 200, "There is no page 7"),
        ([*UNION, ("fixed", "x")], 400, "no permalink"),
    ],
)
def test_a_wrong_request_is_a_page_that_says_so(
    asked: list[tuple[str, str]], status: int, words: str, site: Site
) -> None:
    page = site.page("legal-history", asked)
    assert page.status == status
    assert words in page.text
    assert page.all("form", class_="ask")


def test_an_address_that_is_no_text_and_a_query_that_is_none_are_pages_too(site: Site) -> None:
    answer = site.served.get("/queries/legal-history?organization=%ff", {"Accept": "text/html"})
    assert answer.status == 400
    assert "not UTF-8" in answer.text
    assert site.page("nothing-like-it").status == 404
    assert site.page("broken").status == 500


# The answer


def test_the_table_says_what_the_api_says(site: Site) -> None:
    page = site.page("legal-history", UNION)
    rows = json.loads(site.api("legal-history", UNION).text)["rows"]
    shown = table(page)
    assert [row["status"] for row in shown] == [row["status"]["label"] for row in rows]
    assert [row["said by"] for row in shown] == [row["saidBy"]["label"] for row in rows]
    assert shown[0]["began"] == "not stated"
    assert "by 6 March 2031" in {row["began"] for row in shown}
    assert "Columns without any value are left out: form" in page.all("caption")[0].words
    assert "7 rows" in page.text
    marks = [tag.words for tag in page.all("span") if tag.attributes.get("class", "").startswith("badge")]
    assert marks == ["possible", "negated", "negated"]
    norland = [tag for tag in page.all("a") if tag.words == "Norland"]
    assert {tag.attributes["href"] for tag in norland} == {"/page/polity/norland"}
    assert site.served.get("/page/polity/norland").status == 200


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("membership/two-orels.lawyer-secretary", "Anna Orel, a lawyer in Lorn: secretary of the Council"),
        ("relation/bridge-courier.mediation", "Norland: mediates Ambra Valley conflict"),
        ("figure/evening-school.rooms-size", "Rooms for the evening school: participants"),
    ],
)
def test_what_is_described_is_called_by_whose_it_is(site: Site, address: str, heading: str) -> None:
    assert site.read(f"/page/{address}").all("h1")[0].words.startswith(heading)


def test_a_denied_status_is_not_headed_as_if_it_were_so(site: Site) -> None:
    claim = site.read("/page/claim/only-suspended.not-dissolved")
    assert "Renata Kolm" in claim.text
    assert "negated" in claim.text
    content = site.read("/page/legal-status/court-ruling.3536d244a86d")
    head = content.text[: content.text.index("Claims about it")]
    assert (
        "said by Halm Courier; denied by Ministry of Justice, Renata Kolm; said in the article itself."
        in head
    )


def test_a_search_finds_names_before_words_that_somebody_said(site: Site) -> None:
    hits = [tag.words for tag in site.read("/search", [("q", "tarv")]).all("bdi")]
    assert "Union of Tarvians in Norland" in hits
    assert hits.index("Union of Tarvians in Norland") < next(n for n, hit in enumerate(hits) if hit[0] == "“")
    assert not [hit for hit in hits if re.fullmatch(r"[a-z-]+\.\d+-\d+", hit)]


def test_each_row_says_who_says_so_in_which_words(site: Site) -> None:
    page = site.page("legal-history", UNION)
    rows = json.loads(site.api("legal-history", UNION).text)["rows"]
    sayings = [tag for tag in page.all("details") if tag.words.strip().startswith("Says who?")]
    assert len(sayings) == len(rows) == len(page.all("tr", class_="who"))
    first = sayings[0].words
    assert "“" not in page.all("q")[0].words  # the marks come from the stylesheet
    assert "the Union could be registered again as soon as its accounts were in order" in first
    assert "by Renata Kolm" in first
    assert "possible" in first
    assert "body, characters " in first


def test_an_article_that_does_not_say_it_is_told(site: Site) -> None:
    assert "was read for this and does not say it." in site.page("offices-without-holder").text or (
        "was read for this and does not say it." in site.page("organizations-in-several-articles").text
    )


def test_columns_sort_by_links(site: Site) -> None:
    page = site.page("relations")
    (link,) = [tag for tag in page.all("a") if tag.words == "kind" and "sort=" in tag.attributes["href"]]
    once = site.read(link.attributes["href"])
    kinds = [row["kind"] for row in table(once)]
    assert kinds == sorted(kinds)
    (head,) = [tag for tag in once.all("th") if "aria-sort" in tag.attributes]
    assert (head.words, head.attributes["aria-sort"]) == ("kind ↑", "ascending")
    (back,) = [tag for tag in once.all("a") if tag.words == "kind ↑"]
    assert [row["kind"] for row in table(site.read(back.attributes["href"]))] == kinds[::-1]
    assert [tag.attributes["value"] for tag in once.all("input", name="sort")] == ["kind"]


def test_pages_lead_through_all_rows(site: Site) -> None:
    total = json.loads(site.api("statements").text)["total"]
    page, seen = site.page("statements", [("page_size", "20")]), 0
    assert f"rows 1 to 20 of {total}" in page.text
    while True:
        seen += len(table(page))
        following = page.all("a", rel="next")
        if not following:
            break
        page = site.read(following[0].attributes["href"])
    assert seen == total


def test_an_empty_answer_is_explained(site: Site) -> None:
    page = site.page("relations", [("kind", "funds"), ("actor", "norland")])
    assert "That is not the same as" in page.text
    hrefs = [tag.attributes["href"] for tag in page.all("a")]
    assert "/queries/relations?kind=funds" in hrefs
    assert "/queries/relations?actor=norland" in hrefs


DRAWN = sorted(name for name, query in CATALOG.queries.items() if query.header.chart)
GIVEN = {
    one.query: [(name, value) for name, values in one.parameters.items() for value in values]
    for one in load(EXAMPLES / "demo" / "expected")
    if one.file == f"{one.query}.tsv"
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_has_a_title_a_description_and_no_more_than_the_table(name: str, site: Site) -> None:
    page = site.page(name, GIVEN[name])
    assert page.status == 200
    kind = str(CATALOG.get(name).header.chart.kind)  # type: ignore[union-attr]
    pictures = page.all("svg", class_=kind)
    assert len(pictures) == 1
    told = pictures[0].attributes["aria-labelledby"].split()
    titles = {tag.attributes.get("id"): tag.words for tag in page.tags}
    assert all(titles[one] for one in told)
    assert pictures[0].attributes["role"] == "img"
    rows = len(table(page))
    assert rows
    drawn = [
        tag for tag in page.tags if tag.name == "g" and tag.attributes["class"].split()[0] in {"mark", "edge"}
    ]
    assert 0 < len(drawn) <= rows or "page 1 of" in page.text


def test_the_query_that_ran_is_shown_and_opens_in_the_editor(site: Site) -> None:
    page = site.page("legal-history", UNION)
    (shown,) = [tag for tag in page.all("pre") if tag.attributes["aria-label"] == "SPARQL"]
    assert shown.words == site.api("legal-history.rq", UNION).text
    (editor,) = [tag for tag in page.all("a") if tag.attributes["href"].startswith("/sparql#")]
    assert unquote(editor.attributes["href"].partition("#query=")[2]) == shown.words


def test_downloads_are_there(site: Site) -> None:
    page = site.page("relations", [("sort", "kind"), ("actor", "norland")])
    hrefs = [
        tag.attributes["href"]
        for tag in page.all("a")
        if tag.attributes["href"].startswith("/api/queries/relations.")
    ]
    assert {urlsplit(href).path.rpartition(".")[2] for href in hrefs} == {
        "json",
        "csv",
        "tsv",
        "xlsx",
        "gexf",
        "graphml",
    }
    for href in hrefs:
        assert site.served.get(href).status == 200
        assert dict(parse_qsl(urlsplit(href).query)) == {"sort": "kind", "actor": "norland"}


def test_a_graph_is_shown_as_turtle(site: Site) -> None:
    page = site.page("triples-of", [("node", "union-of-tarvians")])
    (shown,) = [tag for tag in page.all("pre") if "Turtle" in tag.attributes["aria-label"]]
    assert "org:Organization" in shown.words


# Words that are hostile


@pytest.mark.parametrize("kind", ["network", "bars", "timeline"])
def test_hostile_words_of_a_graph_stay_words(kind: str, site: Site) -> None:
    page = site.page(f"markup-{kind}")
    assert page.status == 200
    assert page.all("svg", class_=kind)
    innocent(page)
    assert "<script>alert('cell')</script>" in [row["name"] for row in table(page)]
    assert "<script>alert('summary')</script> & <b>" in page.all("h1")[0].words
    assert "{{ 7 * 7 }}" in page.text
    assert not page.all("b")
    innocent(site.read("/queries"))


@pytest.mark.parametrize("threat", THREATS, ids=lambda threat: ascii(threat.words)[:24])
def test_hostile_words_in_a_form_stay_words(threat: Threat, site: Site) -> None:
    asked = [("words", threat.words), ("thing", threat.words), (threat.words, "x")]
    page = site.page("echo", asked)
    assert page.status == 400
    innocent(page)
    assert inputs(page)["words"].split() == threat.words.replace("\0", "\ufffd").split()
    kept = site.page("echo", asked[:1])
    innocent(kept)
    assert kept.status == (200 if threat.kept else 400)
    assert "set-cookie" not in kept.headers
    for tag in kept.all("a"):
        assert "\n" not in tag.attributes["href"]


# Programs


def snippet(page: Read, language: str) -> str:
    (found,) = [tag for tag in page.all("pre") if tag.attributes["aria-label"] == language]
    return found.words


HARD = [("words", 'it\'s "so" & $HOME `id` \\ $(id) ; x'), ("tagged", "Ünïcode ვ")]


def test_the_line_for_curl_runs(site: Site) -> None:
    page = site.page("echo", HARD)
    line = snippet(page, "curl")
    done = subprocess.run(["sh", "-c", line], capture_output=True, check=True)
    assert done.stdout == site.api("echo.csv", HARD).body
    assert shlex.split(line.replace("\\\n", ""))[0] == "curl"


def test_the_lines_for_pandas_run(site: Site) -> None:
    text = snippet(site.page("echo", HARD), "Python (pandas)")
    code = f"{text}\nimport json; print(json.dumps(table['said'].tolist()))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [HARD[0][1], HARD[1][1]]


def test_the_lines_for_r_name_an_address_that_answers(site: Site) -> None:
    text = snippet(site.page("echo", HARD), "R")
    found = re.search(r'read\.csv\("([^"\\]*)", encoding = "UTF-8"\)', text)
    assert found
    assert site.served.get(found[1].removeprefix(site.url)).body == site.api("echo.csv", HARD).body


RECIPE = (ROOT / "docs" / "how-to" / "ask-over-http.md").read_text("utf-8")
PROGRAMS = [
    (language, text)
    for language, text in re.findall(r"^```(sh|python|r)\n(.*?)^```$", RECIPE, re.MULTILINE | re.DOTALL)
    if "http://127.0.0.1:8000/" in text
]


def test_the_recipe_has_its_programs() -> None:
    assert [language for language, _ in PROGRAMS] == ["sh", "sh", "python", "r", "sh"]


@pytest.mark.parametrize(("language", "text"), [one for one in PROGRAMS if one[0] != "r"])
def test_the_programs_of_the_recipe_run(language: str, text: str, site: Site, tmp_path: Path) -> None:
    start = {"sh": ["sh", "-c"], "python": [sys.executable, "-c"]}[language]
    code = text.replace("http://127.0.0.1:8000", site.url)
    done = subprocess.run([*start, code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    written = "".join(path.read_text("utf-8") for path in tmp_path.iterdir())
    assert re.search(r"legal-history|liquidated|<gexf|\"total\": 22", done.stdout + written)


def test_the_addresses_of_the_recipe_answer(site: Site) -> None:
    addresses = re.findall(r"http://127\.0\.0\.1:8000(/[^\s\">]*)", RECIPE)
    assert len(addresses) == 6
    for address in addresses:
        path = (
            address.replace(".csv", ".csv?organization=union-of-tarvians")
            if address.endswith("history.csv")
            else address
        )
        assert site.served.get(path).status == 200, path


# Citing


def cited(page: Read) -> str:
    (line,) = page.all("p", class_="cite")
    return line.words


def notice(page: Read) -> Tag:
    (found,) = page.all("div", class_="notice")
    return found


def test_a_citation_says_what_was_asked_of_what(site: Site) -> None:
    page = site.page("legal-history", UNION)
    line = cited(page)
    told = json.loads(site.api("legal-history", UNION).text)
    assert line == told["citation"]
    parts = [told["snapshot"][:16], told["published"][:10], told["result"][:16], told["permalink"]]
    for part in ("Tarvians in Norland, a fictional demo", "organization=union-of-tarvians", "7 rows", *parts):
        assert part in line
    again = site.read(told["permalink"].removeprefix(site.url))
    assert "This is the cited answer" in notice(again).words
    assert told["permalink"] in site.api("legal-history.csv", UNION).headers["link"]


def test_the_hash_is_of_the_rows_and_not_of_their_order(site: Site) -> None:
    one, two, less = (
        json.loads(site.api("relations", asked).text)["result"]
        for asked in ([], [("sort", "desc(kind)"), ("page", "2")], [("kind", "supports")])
    )
    assert one == two != less


@pytest.mark.parametrize(
    ("part", "words"),
    [(0, "snapshot is not served any more; asked again now, the result hash agrees"),
     (1, "text of the query has changed since; asked again now, the result hash agrees"),
     (2, "The result hash does not agree: the rows differ")],
)  # fmt: skip
def test_a_permalink_says_what_has_changed(part: int, words: str, site: Site) -> None:
    url = json.loads(site.api("legal-history", UNION).text)["permalink"]
    fixed = url.partition("fixed=")[2].split(".")
    fixed[part] = "0" * 16
    asked = [*UNION, ("fixed", ".".join(fixed))]
    found = notice(site.page("legal-history", asked))
    assert words in found.words
    assert ("warn" in found.attributes["class"].split()) == (part == 2)
    told = json.loads(site.api("legal-history", asked).text)["cited"]
    assert list(told.values()) == [n != part for n in range(3)]


def test_after_another_build_a_permalink_still_says_whether_the_rows_agree(site: Site) -> None:
    """The last of all: it publishes another snapshot."""
    urls = {
        name: json.loads(site.api(name, asked).text)["permalink"].removeprefix(site.url)
        for name, asked in {"legal-history": UNION, "words": []}.items()
    }
    article = site.project / "articles" / "court-ruling.yaml"
    article.write_text(article.read_text("utf-8").replace("A court dissolved", "A judge dissolved"), "utf-8")
    before = site.api("relations").headers["etag"]
    (site.project / "queries" / "broken.rq").unlink()
    dkg("build", project=site.project)
    until(lambda: site.api("relations").headers["etag"] != before)
    for url in urls.values():
        told = notice(site.read(url)).words
        assert "The cited snapshot is not served any more" in told
        assert "the result hash agrees" in told

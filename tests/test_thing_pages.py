"""The page of a thing with every panel filled: sources everywhere, light enough, safe with hostile words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from itertools import count

import pytest

from diaspora_kg.pages import Templates
from diaspora_kg.pages.facts import Value
from diaspora_kg.pages.panel import ThingPage
from diaspora_kg.pages.related import Network, NetworkEdge, NetworkNode
from diaspora_kg.pages.room import CLAIMS
from tests import made_pages
from tests.made_pages import SITE
from tests.markup import Page

HOSTILE = (
    "</q></script><script>alert(1)</script><!-- \" onload='x' {{ 7*7 }} %(x)s "
    "\x00\x1b\u202e\u2066\ufffe\ud800"
)
KEPT = {
    "view",
    "counts",
    "anchor",
    "form",
    "iri",
    "kind",
    "query",
    "not_before",
    "not_after",
    "edtf",
    "slot",
    "value",
    "region",
    "against",
    "canonical",
    "linked",
    "href",
    "tone",
    "id",
    "source",
    "target",
    "name",
    "direction",
    "language",
    "alternates",
    "link",
    "day",
}


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates.load()


@pytest.fixture(scope="module")
def shown(templates: Templates) -> str:
    return templates.render("thing.html.j2", made_pages.page(), SITE)


def test_the_page_is_whole(shown: str) -> None:
    read = Page(shown)
    assert read.faults == []
    assert all(link.startswith(("/", "#", "https://")) for link in read.links)


def test_every_fact_has_the_number_of_a_source_of_the_page(shown: str) -> None:
    facts = re.findall(r"<(\w+)[^>]* data-fact(?:=\"\")?[^>]*>(.*?)</\1>", shown, re.DOTALL)
    assert len(facts) > 40
    sources = set(re.findall(r'id="(source-\d+)"', shown))
    for tag, inner in facts:
        numbers = re.findall(r'class="ref" href="#([^"]+)"', inner)
        if tag == "div":  # of a claim or the badge, whose inner divs end the pattern early
            continue
        assert numbers, inner[:200]
        assert set(numbers) <= sources


def test_what_is_only_presupposed_or_denied_is_never_shown_without_who_says_so(shown: str) -> None:
    badge = shown[shown.index('<div class="status') : shown.index('<div class="grid"')]
    assert "hollow" in badge
    assert "presupposed" in badge
    assert "Boris Lindqvist-Tarvani" in badge
    assert "Sources disagree" in badge
    row = shown[shown.index('id="status-denied"') :]
    assert row.index("denied</b> by") < row.index("</tr>")


def test_a_full_page_is_light(templates: Templates) -> None:
    """HTML and stylesheet together, as a browser gets them, of as many claims as a page can show."""
    page = made_pages.page(CLAIMS)
    few = tuple(
        panel for panel in page.panels if panel.view in {"facts", "names", "status", "statements", "gaps"}
    )
    shown = templates.render("thing.html.j2", replace(page, panels=few), SITE)
    css = templates.assets.get("style.css")
    assert css is not None
    assert shown.count('class="claim"') == CLAIMS
    assert len(shown.encode()) + len(css.content) < 60_000


def changed(value: object, change: Callable[[str, str], str], field: str = "") -> object:
    """The same frozen values with their words changed."""
    if field in KEPT or not value:
        return value
    if isinstance(value, str):
        return change(field, value)
    if isinstance(value, tuple):
        return tuple(changed(one, change) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{one.name: changed(getattr(value, one.name), change, one.name) for one in fields(value)}
        )
    return value


def hostile(words: str, often: int = 1) -> ThingPage:
    """All words of the page are these, each time with another number; only as ``often`` with all of them."""
    numbers = count(1)

    def change(field: str, value: str) -> str:
        number = next(numbers)
        return f"{words if number % often == 0 else words[:200]} {number}"

    page = changed(made_pages.page(), change)
    assert isinstance(page, ThingPage)
    return page


def test_hostile_words_are_text_everywhere(templates: Templates) -> None:
    text = templates.render("thing.html.j2", hostile(HOSTILE), SITE)
    assert Page(text).faults == []
    assert "<script>alert" not in text
    assert not re.search("[\0\x1b\u202e\u2066\ufffe\ud800]", text)
    assert "⟨U+202E⟩" in text
    text.encode("utf-8")


def test_translated_words_are_text_too(templates: Templates) -> None:
    """Titles of a project's own panels go through the catalogue, and are no format and no markup there."""
    text = templates.render("thing.html.j2", hostile("100 % <b>"), SITE)
    assert "100 % &lt;b&gt;" in text
    assert "<b>\n" not in text


def test_further_entries_have_links(templates: Templates) -> None:
    text = templates.render("thing.html.j2", made_pages.page(50), SITE)
    assert "1–50 of 230" in text
    assert 'rel="next" href="/page/organization/union?part=said.2031"' in text


def test_a_decision_among_the_sources_says_what_was_decided_by_whom_when_and_why(shown: str) -> None:
    row = shown[shown.index('<li id="source-5"') :]
    row = row[: row.index("</li>")]
    for words in ("league", "union", "not the same", "Reviewer One", "1 April 2031", "Seen."):
        assert words in row


def test_the_first_sentences_say_no_fact_without_its_source_and_how_it_is_put(shown: str) -> None:
    lede = shown[shown.index('<p class="lede">') :]
    lede = lede[: lede.index("</p>")]
    for fact in re.findall(r"<span data-fact>(.*?)</span>", lede):
        assert 'class="ref"' in fact
    jurisdiction = re.search(r"Jurisdiction: .*? by .*?\[2\]", lede)
    assert jurisdiction is not None
    assert "as the annotators sort it" in lede
    assert "Speakers:" in lede
    assert "3 without a date" not in lede
    assert "(1 without a date)" in lede


WORDS_OF_OURS = ("claim", "article", "Search", "organization", "denied", "date", "office", "in", "for")


@pytest.mark.parametrize("words", WORDS_OF_OURS)
def test_a_name_that_is_a_word_of_ours_is_not_translated(templates: Templates, words: str) -> None:
    """Names of publishers, offices and actors stay as their sources write them."""
    russian = replace(SITE, language="ru")
    page = made_pages.page()
    articles = [replace(one, publisher=words) for one in page.sources if one.kind == "article"]
    office = Network(
        (NetworkNode("a", Value(words), "person", focus=True), NetworkNode("b", Value(words), "person")),
        (NetworkEdge("a", "b", "office", words, "tie", (), (1,)),),
    )
    panels = tuple(replace(one, body=office) if one.view == "network" else one for one in page.panels)
    named = replace(page, sources=tuple(articles), panels=panels)
    text = templates.render("thing.html.j2", named, russian)
    assert text.count(f"<bdi>{words}</bdi>") >= len(articles)
    table = text[text.index('id="network"') :]
    table = table[table.index("<tbody>") : table.index("</tbody>")]
    assert f"<td>{words}" in table
    assert table.count(f"<bdi>{words}</bdi>") == 2

"""A status whose end is only possible, or denied, has not ended: on its page, and on a day asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from diaspora_kg.content import content
from diaspora_kg.pages.maker import PageMaker
from diaspora_kg.pages.panel import ThingPage
from diaspora_kg.pages.site import Site
from diaspora_kg.pages.statusviews import StatusBar, StatusHistory
from diaspora_kg.pages.templates import Templates
from diaspora_kg.project import Project
from diaspora_kg.queries.answer import run
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.panels import Panels
from diaspora_kg.store import Snapshots
from tests import small
from tests.growing import built

WAYS = {
    "plain": "",
    "possible": "modality: possible, ",
    "denied": "polarity: negated, ",
    "presupposed": "givenness: presupposed, ",
}

TEXT = "Leagues of Norland\n\nAda Venn gave a talk.\n" + "".join(
    f"The {way} league was registered in May 2030. Of the {way} league she said it was dissolved.\n"
    for way in WAYS
)

HEAD = """\
format: 1
article:
  title: Leagues of Norland
  language: en
  annotator: Reviewer One
  publisher: herald
  published: {date: "2033-05-02", basis: annotator-estimate}
  not-stated: [author, url]
actors:
  venn: {is: person, names: [{en: Ada Venn}]}
"""


def annotation() -> str:
    """One league for each way in which the end of its registration is put."""
    actors, world, claims, said = "", "", "", ""
    for way, slots in WAYS.items():
        actors += (
            f"  {way}: {{is: organization, kind: community-organization, names: [{{en: {way} league}}]}}\n"
        )
        silent = "not-stated: [legal-basis, jurisdiction, authority]"
        world += (
            f"  {way}-status: {{is: legal-status, of: {way}, status: registered,"
            f' starts: {{date: "2030-05", words: May 2030}}, not-stated: [legal-basis, jurisdiction]}}\n'
            f"  {way}-end: {{is: status-change, kind: dissolution, of: {way}, from: {way}-status,"
            f' when: {{date: "2031", basis: annotator-estimate}}, {silent}}}\n'
        )
        claims += (
            f"  - {{id: {way}-begins, says: It was registered., content: {way}-status,"
            f" quote: The {way} league was registered}}\n"
        )
        said += (
            f"      - {{id: {way}-ends, says: It was dissolved., content: {way}-end, {slots}"
            f"quote: Of the {way} league}}\n"
        )
    remark = (
        "statements:\n  remark:\n    kind: remark\n    by: [venn]\n    not-stated: [when, medium]\n"
        "    quote: Ada Venn gave a talk\n"
    )
    return f"{HEAD}{actors}world:\n{world}{remark}    claims:\n{said}article-says:\n{claims}"


@pytest.fixture(scope="module")
def leagues(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lookup]:
    root = tmp_path_factory.mktemp("leagues") / "p"
    small.project(root)
    small.article(root, "leagues", TEXT, annotation())
    report = built(root)
    assert report.snapshot is not None, report.findings
    project = Project.load(root)
    with Snapshots(root / ".dkg").reading() as snapshot:
        store = snapshot.store()
        try:
            yield Lookup(store, project.names, project.languages)
        finally:
            store.close()


def page(leagues: Lookup, way: str) -> ThingPage:
    site = Site("Leagues", leagues.names.base)
    maker = PageMaker(leagues, None, site, Panels.load([content("queries")]))
    return next(maker.pages([leagues.names.node("organization", f"leagues.{way}")]))


def bar(page: ThingPage) -> StatusBar:
    history = next(panel.body for panel in page.panels if isinstance(panel.body, StatusHistory))
    return next(one for one in history.bars if one.value == "registered")


@pytest.mark.parametrize(
    ("way", "stands"), [("plain", False), ("presupposed", False), ("possible", True), ("denied", True)]
)
def test_only_an_end_that_somebody_holds_to_be_so_ends_a_status(
    leagues: Lookup, way: str, stands: bool
) -> None:
    made = page(leagues, way)
    registered = bar(made)
    assert registered.stands is stands
    assert (registered.ends.form == "unknown") is stands
    assert made.badge is not None
    assert (made.badge.value == "registered") is stands


@pytest.mark.parametrize(("way", "words"), [("possible", "possible"), ("denied", "denied")])
def test_the_page_says_how_the_end_is_put_and_by_whom(leagues: Lookup, way: str, words: str) -> None:
    shown = Templates.load().render("thing.html.j2", page(leagues, way), Site("Leagues", leagues.names.base))
    row = re.search(r"its end:.*?</small>", shown, re.DOTALL)
    assert row is not None
    assert words in row[0]
    assert "Ada Venn" in row[0]
    assert 'class="ref"' in row[0]


@pytest.mark.parametrize(
    ("way", "holds"),
    [
        ("plain", set()),
        ("presupposed", set()),
        ("possible", {"cannot be decided"}),
        ("denied", {"yes"}),
    ],
)
def test_on_a_day_after_that_end(leagues: Lookup, way: str, holds: set[str]) -> None:
    query = Catalog.load([content("queries")]).queries["status-on-date"]
    given = {"organization": [f"leagues.{way}"], "date": ["2032-01-01"]}
    answer = run(query, given, leagues)
    column = answer.columns.index("holds")
    assert {cell.value for row in answer.rows if (cell := row[column]) is not None} == holds

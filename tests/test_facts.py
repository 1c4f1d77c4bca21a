"""Pages of the examples: nothing stands there that no source says, and nothing without its number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from diaspora_kg.build import build
from diaspora_kg.index import Index
from diaspora_kg.pages import Site, Templates, gather
from diaspora_kg.pages import maker as makers
from diaspora_kg.pages.facts import Claimed, Dated, Put, Slot, Value
from diaspora_kg.pages.layout import LATER, LIGHT, MAIN
from diaspora_kg.pages.maker import PageMaker
from diaspora_kg.pages.panel import Panel, ThingPage
from diaspora_kg.pages.related import Conflicts, Gaps, History, Identity, Network
from diaspora_kg.pages.statuses import badge
from diaspora_kg.pages.statusviews import StatusBar, StatusHistory
from diaspora_kg.pages.views import Facts, Offices, Statements, Undertakings
from diaspora_kg.project import Project
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.panels import Panels
from diaspora_kg.store import Snapshots
from tests.examples import copy_of

KINDS = (
    "organization", "collective", "polity", "person", "post", "statement", "claim", "event", "undertaking",
    "place", "article", "document", "legal-status", "membership", "decision",
)  # fmt: skip


@dataclass(frozen=True)
class Town:
    """One example, built."""

    lookup: Lookup
    index: Index
    site: Site
    nodes: tuple[str, ...]

    def maker(self, panels: Panels | None = None) -> PageMaker:
        return PageMaker(self.lookup, self.index, self.site, panels or PANELS)

    def page(self, path: str) -> ThingPage:
        return self.pages(path)[0]

    def pages(self, path: str) -> list[ThingPage]:
        return list(self.maker().pages([f"{self.site.base}id/{path}"]))


def still(site: Site, kinds: set[str]) -> Site:
    """The same site as files, which a folder of pages sees two steps below the top, in Russian."""
    return replace(site, root="../..", static=True, kinds=frozenset(kinds), language="ru")


PANELS = Panels.load([Path(__file__).parents[1] / "queries"])


def town(root: Path) -> Iterator[Town]:
    project = Project.load(root)
    build(project)
    snapshot = Snapshots(project.derived).current()
    assert snapshot
    store = snapshot.store()
    with Index(snapshot.index) as index:
        found = sorted(str(row[0]) for row in index.all_rows("nodes") if row[1] in KINDS)
        lookup = Lookup(store, project.names, project.languages, {})
        yield Town(lookup, index, Site.of(snapshot.manifest), tuple(found))
    store.close()


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    yield from town(copy_of("two-articles", tmp_path_factory.mktemp("seeds")))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    yield from town(copy_of("demo", tmp_path_factory.mktemp("demo")))


def parts(value: object) -> Iterator[object]:
    """A frozen value and all that it holds."""
    if is_dataclass(value) and not isinstance(value, type):
        yield value
        for field in fields(value):
            yield from parts(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from parts(one)


def test_pages_made_together_are_those_made_one_by_one(seeds: Town, demo: Town) -> None:
    for graph, step in ((seeds, 3), (demo, 17)):
        together = list(graph.maker().pages(graph.nodes))
        assert list(dict.fromkeys(page.thing.iri for page in together)) == list(graph.nodes)
        by_place = {(page.thing.iri, page.part): page for page in together}
        assert len(by_place) == len(together)
        for iri in graph.nodes[::step]:
            alone = list(graph.maker().pages([iri]))
            assert alone == [by_place[iri, page.part] for page in alone]
        backwards = list(graph.maker().pages(graph.nodes[::-1]))
        assert {(page.thing.iri, page.part): page for page in backwards} == by_place


def test_a_further_page_is_the_same_made_alone(demo: Town) -> None:
    long = next(page for page in demo.maker().pages(demo.nodes) if page.further)
    first, *further = pages = list(demo.maker().pages([long.thing.iri]))
    names = [page.part for page in pages]
    assert names[0] == ""
    assert len({*names}) == len(names) > 1
    assert further[-1:] == list(demo.maker().pages([long.thing.iri], names[-1]))
    assert list(demo.maker().pages([long.thing.iri], "about.1900")) == []
    bodies = [panel.body for page in pages for panel in page.panels if panel.view == "statements"]
    claims = [claim for claim in parts(tuple(bodies)) if isinstance(claim, Claimed)]
    assert len(claims) == first.paging.total == sum(page.paging.last for page in pages)
    assert not any(page.further or page.badge or page.former or page.newest for page in further)


def test_every_page_is_light(seeds: Town, demo: Town) -> None:
    """HTML and stylesheet together, uncompressed, of all kinds of nodes; also static and in Cyrillic."""
    templates = Templates.load()
    css = templates.assets.get("style.css")
    assert css is not None
    heavy, count = {}, 0
    for graph in (seeds, demo):
        kinds = {str(row[1]) for row in graph.index.all_rows("nodes")}
        for site in (graph.site, still(graph.site, kinds)):
            maker = PageMaker(graph.lookup, graph.index, site, PANELS)
            for page in maker.pages(sorted(str(row[0]) for row in graph.index.all_rows("nodes"))):
                size = len(templates.render("thing.html.j2", page, site).encode()) + len(css.content)
                count += 1
                if size >= LIGHT:
                    heavy[page.thing.iri, page.part, site.static] = size
    assert heavy == {}
    assert count > 3000


def test_panels_that_go_on_show_every_entry_once(seeds: Town, demo: Town) -> None:
    """No entry of any panel is on no page, and what a page leaves out it leads to."""
    seen = 0
    for graph in (seeds, demo):
        spans: dict[tuple[str, str], list[Panel]] = {}
        for page in graph.maker().pages(graph.nodes):
            for panel in page.panels:
                spans.setdefault((page.thing.iri, panel.name), []).append(panel)
        for (iri, name), panels in spans.items():
            if panels[0].further is None:
                assert len(panels) == 1
                continue
            pages = [panel.further for panel in panels if panel.further is not None]
            assert sum(paging.last for paging in pages) == panels[0].count == pages[0].total, (iri, name)
            assert [panel.count for panel in panels[1:]] == [paging.last for paging in pages[1:]]
            assert not any(paging.total for paging in pages[1:])  # it would change with every other
            assert [bool(p.later) for p in pages] == [True] * (len(pages) - 1) + [False]
            open_ = [not panels[0].closed]  # a closed panel is none to go back to
            assert [bool(p.earlier) for p in pages] == [False, *open_, *[True] * len(pages)][: len(pages)]
            seen += len(pages)
    assert seen > 20


def test_a_full_first_page_has_first_what_a_reader_looks_for(demo: Town) -> None:
    """Panels that come later are closed: the heading, the number and a link that leads there."""
    page, *further = demo.pages("organization/dawn-league")
    shown = {panel.view: panel.further.last if panel.further else panel.count for panel in page.panels}
    assert min(shown["status"], shown["network"]) >= 3
    assert shown["statements"]
    assert shown["facts"] == 5
    closed = {panel.anchor: panel for panel in page.panels if panel.closed}
    assert {"events", "offices"} <= {*closed}
    assert {panel.view for panel in closed.values()} <= LATER
    assert not any(panel.closed for one in further for panel in one.panels)
    html = Templates.load().render("thing.html.j2", page, demo.site)
    for anchor, panel in closed.items():
        assert panel.further
        part = panel.further.later.partition("part=")[2].removesuffix(f"#{anchor}")
        there = next(one for one in further if one.part == part)
        assert anchor in [one.anchor for one in there.panels]
        section = html[html.index(f'aria-labelledby="{anchor}"') :]
        section = section[: section.index("</section>")]
        assert f'href="{panel.further.later}">{panel.count}, on a further page</a>' in section
        assert section.count("<p") == 1


def test_a_panel_that_comes_later_has_some_entries_or_none(demo: Town) -> None:
    """But one conflict is worth its room, and so are the offices of a person."""
    for first in (page for page in demo.maker().pages(demo.nodes) if page.further):
        for panel in first.panels:
            least = panel.view not in LATER or panel.view in MAIN.get(first.thing.kind, ())
            last = panel.further.last if panel.further else panel.count
            assert last or not least, (first.thing.iri, panel.name)
            if not least and panel.view != "conflicts":
                assert last in {0, panel.count} or last >= 3, (first.thing.iri, panel.name)


def test_a_short_panel_stands_on_the_first_page_also_where_claims_go_on(seeds: Town) -> None:
    """That nobody says who leads the organization is worth more than its last claims."""
    first, *further = seeds.pages("organization/a.vak")
    assert {panel.view for one in further for panel in one.panels} == {"statements"}
    whole = {panel.view for panel in first.panels if panel.further is None}
    assert {"gaps", "offices", "identity", "status"} <= whole


def test_a_node_that_is_not_there_has_no_page(seeds: Town) -> None:
    assert list(seeds.maker().pages([f"{seeds.site.base}id/person/nobody", "urn:other"])) == []


def test_every_value_with_numbers_has_one_of_a_source_of_the_page(seeds: Town, demo: Town) -> None:
    seen = 0
    for graph in (seeds, demo):
        for page in graph.maker().pages(graph.nodes):
            numbers = {source.number for source in page.sources}
            assert numbers == set(range(1, len(numbers) + 1))
            for value in parts((page.panels, page.badge)):
                if isinstance(value, Claimed):
                    assert value.source in numbers, (page.thing.iri, value)
                refs = getattr(value, "refs", None)
                if refs is None or (getattr(value, "values", None) and not refs):
                    continue
                assert refs, (page.thing.iri, value)
                assert set(refs) <= numbers, (page.thing.iri, value)
                seen += 1
    assert seen > 1000


class Numbered(HTMLParser):
    """Whether each element that is a fact holds the number of a source."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[list[object]] = []
        self.bare: list[str] = []
        self.count = 0

    VOID = frozenset({"br", "img", "meta", "link", "input", "hr", "wbr"})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if (
            tag == "a"
            and (told.get("href") or "").startswith("#source-")
            and "ref" in (told.get("class") or "")
        ):
            for one in self.open:
                one[2] = True
        if tag not in self.VOID:
            self.open.append([tag, "data-fact" in told, False, self.getpos()])

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            name, fact, numbered, place = self.open.pop()
            if fact:
                self.count += 1
                if not numbered:
                    self.bare.append(f"{name} at {place}")
            if name == tag:
                return


def test_every_fact_that_a_page_shows_has_a_number(seeds: Town, demo: Town) -> None:
    templates = Templates.load()
    for graph in (seeds, demo):
        for page in graph.maker().pages(graph.nodes):
            read = Numbered()
            read.feed(templates.render("thing.html.j2", page, graph.site))
            assert read.bare == [], page.thing.iri
            assert read.count or not page.panels


def one(page: ThingPage, view: type) -> object:
    return next((panel.body for panel in page.panels if isinstance(panel.body, view)), None)


def somewhere(pages: list[ThingPage], view: type) -> object:
    """The panel of a view on the first page that shows any of it."""
    return next(filter(None, (one(page, view) for page in pages)), None)


def told(puts: tuple[Put, ...]) -> list[tuple[list[str], list[str]]]:
    return [([slot.words for slot in put.slots], [by.words for by in put.by]) for put in puts]


def test_a_liquidation_that_is_only_presupposed_says_so_and_who_presupposes_it(seeds: Town) -> None:
    page = seeds.page("organization/a.vak")
    badge, history = page.badge, one(page, StatusHistory)
    assert badge is not None
    assert isinstance(history, StatusHistory)
    assert (badge.value, badge.plain) == ("liquidationStageUnspecified", False)
    assert told(badge.puts) == [(["presupposed"], ["Hikmat Hajiyev"])]
    assert (badge.dated.form, badge.dated.not_after) == ("by", "2018-04-25")
    established, liquidated = history.bars
    assert (established.value, established.legal_form) == ("established", "called an NGO, form not stated")
    assert told(established.puts) == [([], ["Hikmat Hajiyev"])]
    assert not established.puts[0].own_voice
    assert (established.starts.form, established.starts.silent) == ("unknown", True)
    assert {"legal basis", "jurisdiction"} <= set(liquidated.silent)
    assert [mark.words for mark in history.marks] == ["liquidation"]
    assert "authority" in history.marks[0].silent


def test_a_page_says_what_the_sources_do_not_say(seeds: Town) -> None:
    page, *further = seeds.pages("organization/a.vak")
    gaps, facts = somewhere([page, *further], Gaps), one(page, Facts)
    assert isinstance(gaps, Gaps)
    assert isinstance(facts, Facts)
    silent = {(gap.of.words if gap.of else "", gap.words) for gap in gaps.rows}
    assert {("", "members"), ("", "leaders"), ("", "seat"), ("liquidation", "authority")} <= silent
    assert {row.label for row in facts.rows if not row.stated} == {"members", "leaders", "seat"}
    assert {row.label for row in facts.rows if row.stated} == {
        "kind", "legal form", "jurisdiction", "legal basis",
    }  # fmt: skip


def test_the_speaker_s_page_has_his_claims_and_office_and_no_other_s(seeds: Town) -> None:
    page = seeds.page("person/a.hajiyev")
    pages = seeds.pages("person/a.hajiyev")
    bodies = [panel.body for page in pages for panel in page.panels if panel.name == "actor_says"]
    cards = [card for body in bodies if isinstance(body, Statements) for card in body.cards]
    offices = one(page, Offices)
    assert isinstance(offices, Offices)
    claims = [claim for card in cards for claim in card.claims]
    assert {speaker.who.words for claim in claims for speaker in claim.speakers} == {"Hikmat Hajiyev"}
    conditional = next(claim for claim in claims if claim.key == "a.A-12a")
    assert "hypothetical" in [slot.value for slot in conditional.slots]
    card = cards[0]
    assert {card.statement for card in cards} == {card.statement}
    assert card.speakers[0].inferred, "that he speaks for the ministry is the annotator's inference"
    [office] = offices.rows
    assert (office.post and office.post.words, office.starts.silent, office.ends.silent) == (
        "spokesperson", True, True,
    )  # fmt: skip
    assert page.badge is None


def test_a_merged_organization_has_both_articles_and_the_decision(seeds: Town) -> None:
    page, *further = seeds.pages("organization/a.uar")
    identity = somewhere([page, *further], Identity)
    history, facts = one(page, StatusHistory), one(page, Facts)
    assert isinstance(history, StatusHistory)
    assert isinstance(identity, Identity)
    assert isinstance(facts, Facts)
    assert {source.kind for part in (page, *further) for source in part.sources} == {
        "article",
        "decision",
        "rule",
    }
    forms = next(row for row in facts.rows if row.label == "legal form")
    assert {value.value.words for value in forms.values} == {
        "called an NGO, form not stated", "all-Russian public organization",
    }  # fmt: skip
    assert page.badge is None, "a form is no status"
    assert [decision.words for decision in identity.decisions] == ["the same"]
    assert identity.former == ("b.uar",)
    networks = [one(part, Network) for part in seeds.pages("organization/a.uar")]
    nodes = [node for network in networks if isinstance(network, Network) for node in network.nodes]
    assert any(node.unknown for node in nodes), "who supports it is not said"


def test_a_promise_of_which_nothing_is_reported_is_not_called_broken(seeds: Town) -> None:
    pages = seeds.pages("organization/b.azerros")
    page = next(page for page in pages if one(page, Undertakings))
    body = one(page, Undertakings)
    assert isinstance(body, Undertakings)
    fates = {fate.words for row in body.rows for fate in row.fates}
    assert fates == {"not reported"}
    assert all(fate.derived for row in body.rows for fate in row.fates)
    assert "rule" in {source.kind for source in page.sources}, "who derived it has a number too"


def test_the_joint_statement_has_its_signatories_and_only_the_printed_date(seeds: Town) -> None:
    [iri] = [node for node in seeds.nodes if node.endswith("/statement/b.joint")]
    [page] = seeds.maker().pages([iri])
    assert page.title == "Appeal and joint statement by Ara Abrahamian and Soyun Sadikhov"
    made = next(panel.body for panel in page.panels if panel.name == "statement_claims")
    assert isinstance(made, Statements)
    [card] = made.cards
    assert (card.dated.form, card.dated.words) == ("printed", "Friday")
    assert {speaker.who.words for speaker in card.speakers} >= {"Soyun Sadikhov", "Ara Abrahamian"}
    assert {speaker.acting_for.words for speaker in card.speakers if speaker.acting_for}
    assert "2018" not in str(card.dated)


def test_an_article_shows_its_own_voice_apart_and_its_hash(seeds: Town) -> None:
    page = seeds.page("article/a")
    bodies = [one(page, Statements) for page in seeds.pages("article/a")]
    cards = [card for body in bodies if isinstance(body, Statements) for card in body.cards]
    own = [claim.key for card in cards if card.own_voice for claim in card.claims]
    assert own
    assert "a.A-0" not in own, "the article never says in its own voice that VAK was liquidated"
    assert page.sources[0].sha256.startswith("123a0774")
    assert page.sources[0].publisher == "publisher not stated"


def test_where_sources_disagree_both_stand_side_by_side(demo: Town) -> None:
    pairs = [
        conflict
        for page in demo.maker().pages(demo.nodes)
        for panel in page.panels
        if isinstance(panel.body, Conflicts)
        for conflict in panel.body.rows
    ]
    assert {pair.link for pair in pairs} >= {"respondsTo"}
    assert all(pair.left.source and pair.right.source for pair in pairs)


def test_nothing_derived_is_shown_as_said(seeds: Town, demo: Town) -> None:
    for graph in (seeds, demo):
        for page in graph.maker().pages(graph.nodes):
            rules = {source.number for source in page.sources if source.kind == "rule"}
            for value in parts(page.panels):
                if set(getattr(value, "refs", ()) or ()) & rules:
                    assert getattr(value, "derived", False), (page.thing.iri, value)


def test_the_history_is_of_the_graph_alone(seeds: Town) -> None:
    body = somewhere(seeds.pages("organization/a.uar"), History)
    assert isinstance(body, History)
    assert [(row.day, row.kind) for row in body.rows] == [
        ("2026-03-02", "decided"), ("", "annotated"), ("", "annotated"),
    ]  # fmt: skip


def test_what_was_shown_is_told(seeds: Town) -> None:
    for page in seeds.maker().pages(seeds.nodes):
        assert page.thing.iri in page.shown
        assert page.read <= page.shown | {page.thing.iri}
        for source in page.sources:
            assert source.kind != "article" or source.article.iri in page.shown


def _bar(value: str, begins: str, *slots: tuple[str, str]) -> StatusBar:
    nowhere, day = Value("an article"), Dated("on", begins, begins) if begins else Dated()
    made = tuple(Slot(*slot, slot[1]) for slot in slots)
    put = Put(made, (), True, nowhere, not made, ("polarity", "negated") in slots)
    return StatusBar(
        value, value, value, value, "", None, None, "", day, Dated(), None, None, (), (put,), (1,)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("bars", "latest"),
    [
        ([_bar("registered", "2030-01-01"), _bar("banned", "")], "registered"),
        ([_bar("registered", "2030-01-01"), _bar("banned", "2031-01-01")], "banned"),
        (
            [_bar("registered", "2030-01-01"), _bar("banned", "2031-01-01", ("illocution", "normative"))],
            "registered",
        ),
        ([_bar("banned", "2031-01-01", ("polarity", "negated")), _bar("registered", "")], "registered"),
    ],
)
def test_the_latest_status_is_one_that_somebody_holds_and_dates(bars: list[StatusBar], latest: str) -> None:
    for order in (bars, bars[::-1]):
        found = badge(StatusHistory(tuple(order), ()))
        assert found is not None
        assert found.value == latest


def test_a_status_that_one_thinks_possible_and_another_denies_is_held_by_nobody() -> None:
    wished, denied = (
        _bar("banned", "2031-01-01", ("modality", "possible")),
        _bar("banned", "2031-01-01", ("polarity", "negated")),
    )
    both = replace(wished, puts=wished.puts + denied.puts)
    found = badge(StatusHistory((_bar("registered", "2030-01-01"), both), ()))
    assert found is not None
    assert found.value == "registered"


def test_what_is_kept_for_other_pages_goes_between_pages_only(
    demo: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However little room there is, a page has the labels and words of everything that it shows."""
    nodes = demo.nodes[::5]
    pages = list(demo.maker().pages(nodes))
    monkeypatch.setattr(gather, "_KEPT", 10)
    monkeypatch.setattr(makers, "AT_ONCE", 7)
    assert list(demo.maker().pages(nodes)) == pages

"""Pages over the whole graph: what they list, what each row rests on, names that try to break out of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from diaspora_kg.build import build
from diaspora_kg.index import Index, NodeRow, save
from diaspora_kg.index.rows import Content
from diaspora_kg.init import init
from diaspora_kg.names import PREFIXES, Names
from diaspora_kg.ontology import Ontology
from diaspora_kg.overviews.browse import BrowsePage, GroupsPage
from diaspora_kg.overviews.directory import Directory
from diaspora_kg.overviews.disagreements import DisagreementsPage
from diaspora_kg.overviews.gaps import GapPage, GapsPage
from diaspora_kg.overviews.saved import Saved, SavedPage
from diaspora_kg.overviews.sections import SECTIONS, STATIC, section_of
from diaspora_kg.overviews.sheets import Ground, Sheet
from diaspora_kg.overviews.vocabulary import VocabularyPage, WordsPage
from diaspora_kg.pages import Site, Templates
from diaspora_kg.pages.home import HomePage
from diaspora_kg.pages.terms import term_path
from diaspora_kg.project import Project
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.store import Snapshots
from tests import hostile_town
from tests.hostile_town import NAMES
from tests.markup import Page
from tests.serving import Served, serving


@contextmanager
def ground_of(folder: Path) -> Iterator[Ground]:
    project = Project.load(folder)
    snapshot = Snapshots(project.derived).current()
    assert snapshot is not None
    store = snapshot.store()
    with Index(snapshot.index) as index:
        lookup = Lookup(store, project.names, project.languages)
        catalog = Catalog.load(project.folders("queries"))
        ontology = Ontology.load(project.folders("ontology"))
        lists = Directory(project.names)
        yield Ground(lookup, index, lists, catalog, ontology, snapshot.manifest, project)
        lists.close()
    store.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = init(tmp_path_factory.mktemp("overviews") / "demo", demo=True)
    assert build(Project.load(folder)).published
    return folder


@pytest.fixture(scope="module")
def ground(demo: Path) -> Iterator[Ground]:
    with ground_of(demo) as found:
        yield found


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = hostile_town.project(tmp_path_factory.mktemp("overviews") / "town")
    (folder / "dkg.toml").write_text(hostile_town.SETTINGS + "[pages]\ntexts = true\n", "utf-8")
    assert build(Project.load(folder)).findings == ()
    return folder


def sheet(ground: Ground, address: str, number: int = 1) -> Sheet:
    section = section_of(address)
    assert section is not None, address
    found = section.sheet(ground, address, number, Site.of(ground.manifest))
    assert found is not None, address
    return found


def browse(ground: Ground, address: str, number: int = 1) -> BrowsePage:
    page = sheet(ground, address, number).page
    assert isinstance(page, BrowsePage)
    return page


def every(ground: Ground) -> Iterator[tuple[str, Sheet]]:
    for section in STATIC:
        for address in section.addresses(ground):
            yield address, sheet(ground, address)


def test_every_page_is_sound_and_each_row_has_a_source_and_leads_to_a_page(ground: Ground) -> None:
    templates, site = Templates.load(None), Site.of(ground.manifest)
    seen = dict(every(ground))
    assert {"/", "/browse", "/gaps", "/disagreements", "/vocabulary", "/queries"} <= seen.keys()
    nodes = {row.iri for kind in ground.manifest.counts for row in ground.index.of_kind(kind[6:])}
    for address, found in seen.items():
        text = templates.render(found.template, found.page, site)
        assert Page(text).faults == [], address
        assert len(text.encode()) < 37_000 or address.startswith("/queries"), (address, len(text.encode()))
        if isinstance(found.page, BrowsePage):
            entries = [entry for group in found.page.groups for entry in group.entries]
        else:
            entries = list(found.page.entries) if isinstance(found.page, GapPage) else []
        for entry in entries:
            assert entry.thing.iri in nodes, (address, entry)
            assert entry.whys, (address, entry)
            assert all(why.article.words for why in entry.whys), (address, entry)


def test_links_of_live_pages_lead_to_pages_that_there_are(ground: Ground) -> None:
    templates, site = Templates.load(None), Site.of(ground.manifest)
    known = {address for address, _ in every(ground)} | {"/sparql", "/search", "/void.ttl", "/api/search"}
    for address, found in every(ground):
        for link in Page(templates.render(found.template, found.page, site)).links:
            path = link.partition("#")[0].partition("?")[0]
            if path in known or not path.startswith("/") or path.startswith(("/static/", "/api/")):
                continue
            assert path.startswith("/page/"), (address, link)
            assert ground.index.find(f"{ground.manifest.base}id{path[5:]}"), (address, link)


def test_lists_are_sorted_by_folded_names_in_any_script(tmp_path: Path) -> None:
    labels = ["Ümit", "zeta", "Ada", "ёлка", "Ель", "Արև", "7th", "…", "", "ada"]
    rows = [
        NodeRow(f"https://a.example/id/person/k{n}", "person", f"k{n}", label)
        for n, label in enumerate(labels)
    ]
    save(tmp_path / "index.sqlite", Content(nodes=tuple(rows)))
    directory = Directory(Names("https://a.example/"))
    with Index(tmp_path / "index.sqlite") as index:
        shown = [row.label or row.key for row in directory.nodes("person", index, 0, 20)]
        assert shown == ["…", "7th", "Ada", "ada", "k8", "Ümit", "zeta", "ёлка", "Ель", "Արև"]
        assert [letter for letter, _ in directory.initials("person", index)] == ["#", "0-9", *"AKUZЕԱ"]
        assert dict(directory.initials("person", index))["U"] == 5
        assert directory.nodes("person", index, 8, 1)[0].label == "Ель"
        assert directory.total("organization", index) == 0


def test_a_list_of_more_than_a_hundred_goes_on(ground: Ground) -> None:
    first = browse(ground, "/browse/claim")
    assert first.paging.total == ground.manifest.counts["nodes.claim"] > 200
    assert (first.paging.last_row, first.paging.before, first.paging.last) == (50, "", 5)
    last = browse(ground, "/browse/claim", 5)
    assert (last.paging.last_row, last.paging.after) == (last.paging.total, "")
    entries = [
        e.thing.iri for n in range(1, 6) for g in browse(ground, "/browse/claim", n).groups for e in g.entries
    ]
    assert len(entries) == len(set(entries)) == first.paging.total
    section, site = section_of("/browse/claim"), Site.of(ground.manifest)
    assert section is not None
    assert section.sheet(ground, "/browse/claim", 6, site) is None
    assert section.sheet(ground, "/browse/claim", 0, site) is None
    assert any("page=2#letter-" in one.link.href for one in first.letters)


def test_what_is_by_country_or_status_says_how_it_is_put(ground: Ground) -> None:
    page = browse(ground, "/browse/organization/status/liquidatedByDecision")
    union = next(e for g in page.groups for e in g.entries if e.thing.key == "union-of-tarvians")
    put = {value for why in union.whys for value, _ in why.put}
    assert "negated" in put  # the ministry denies it: the list does not hide that
    assert all(why.claim is not None and why.said for why in union.whys)
    listed = browse(ground, "/browse/organization/country/norland")
    assert listed.subject is not None
    assert listed.subject.href == "/page/polity/norland"
    groups = sheet(ground, "/browse/event/year").page
    assert isinstance(groups, GroupsPage)
    assert {"2031", "2032", "year not stated", "year not settled"} <= {g.link.words for g in groups.groups}


@pytest.mark.parametrize(
    "address",
    ["/browse/nothing", "/browse/person/year", "/browse/person/country/nowhere", "/browse/person/a/b/c",
     "/gaps/nothing", "/gaps/when/x", "/disagreements/nothing", "/vocabulary/nothing", "/text/nothing",
     "/text/bridge-courier/x", "/browse/when"],
)  # fmt: skip
def test_of_nothing_there_is_no_page(ground: Ground, address: str) -> None:
    section = section_of(address)
    assert section is not None
    assert section.sheet(ground, address, 1, Site.of(ground.manifest)) is None


def test_gaps_name_the_article_that_was_read(ground: Ground) -> None:
    page = sheet(ground, "/gaps").page
    assert isinstance(page, GapsPage)
    first = page.gaps[0]
    assert (first.link.words, first.link.href, first.times) == ("When was it?", "/gaps/when", 71)
    gap = sheet(ground, "/gaps/held-by").page
    assert isinstance(gap, GapPage)
    assert {entry.thing.kind for entry in gap.entries} == {"post"}
    assert all(entry.whys[0].article.href.startswith("/page/article/") for entry in gap.entries)
    assert page.promises is not None
    assert page.promises.times == 12


def test_disagreements_stand_side_by_side(ground: Ground) -> None:
    page = sheet(ground, "/disagreements/figures").page
    assert isinstance(page, DisagreementsPage)
    rally = next(d for d in page.sorts[0].disputes if d.subject and d.subject.key == "court-ruling.rally")
    assert [side.words for side in rally.sides] == ["700 to 800", "at least 1200", "up to 400"]
    assert all(side.whys and side.whys[0].by for side in rally.sides)
    pairs = sheet(ground, "/disagreements/conflicts").page
    assert isinstance(pairs, DisagreementsPage)
    shown = [frozenset(side.href for side in d.sides) for d in pairs.sorts[0].disputes]
    assert len(shown) == len(set(shown)) == pairs.sorts[0].paging.total  # no pair twice
    answers = sheet(ground, "/disagreements/answers").page
    assert isinstance(answers, DisagreementsPage)
    assert {"answered", "taken back"} <= {d.link for d in answers.sorts[0].disputes}


def test_every_term_has_its_place_in_the_vocabulary(ground: Ground) -> None:
    templates, site = Templates.load(None), Site.of(ground.manifest)
    found, ids = sheet(ground, "/vocabulary"), {}
    for address in ("/vocabulary", "/vocabulary/classes", "/vocabulary/properties"):
        one = sheet(ground, address)
        ids[address] = Page(templates.render(one.template, one.page, site)).ids
    ours = (PREFIXES["dkg"], PREFIXES["dkgv"])
    terms = [
        t for t in ground.ontology.terms.values() if t.iri.startswith(ours) and (t.label or t.definition)
    ]
    assert len(terms) > 300
    for address, _, anchor in (term_path(term.iri).partition("#") for term in terms):
        assert anchor in ids[address], (address, anchor)
    assert term_path(f"{PREFIXES['dkgv']}presupposed") == "/vocabulary#presupposed"
    assert isinstance(found.page, VocabularyPage)
    modality = sheet(ground, "/vocabulary/modality").page
    assert isinstance(modality, WordsPage)
    used = {word.name: word.times for word in modality.words}
    assert used["dkgv:asserted"] > used["dkgv:possible"] > 0
    assert all(word.definition for word in modality.words)


def test_the_start_page_leads_on(ground: Ground) -> None:
    page = sheet(ground, "/").page
    assert isinstance(page, HomePage)
    assert {"/browse/organization", "/browse/claim"} <= {one.link.href for one in page.lists}
    assert page.example is not None
    assert page.example.words
    assert page.decisions[0].day == "2032-06-22"
    days = [change.day for change in page.decisions]
    assert days == sorted(days, reverse=True)


def test_a_saved_query_has_its_answer_for_its_default_values(ground: Ground) -> None:
    site = replace(Site.of(ground.manifest), static=True, root="..", server="https://live.example/kg")
    saved = Saved()
    found = saved.sheet(ground, "/queries/figures", 1, site)
    assert found is not None
    page = found.page
    assert isinstance(page, SavedPage)
    assert page.answer is not None
    assert page.answer.total == 23
    assert page.live == "https://live.example/kg/queries/figures"
    waiting = saved.sheet(ground, "/queries/legal-history", 1, site)
    assert waiting is not None
    assert isinstance(waiting.page, SavedPage)
    assert (waiting.page.answer, waiting.page.needed) == (None, ("organization",))
    text = Templates.load(None).render(found.template, page, site)
    assert "<form" not in text.partition("<main")[2]


def test_hostile_names_break_out_of_no_page(town: Path) -> None:
    templates = Templates.load(None)
    with ground_of(town) as ground:
        site = Site.of(ground.manifest)
        words = ""
        for address, found in every(ground):
            read = Page(templates.render(found.template, found.page, site))
            assert read.faults == [], address
            words += read.words
    for name in NAMES.values():
        if "\u202e" not in name:
            assert name[:300] in words
    assert "\u202e" not in words
    assert "⟨U+202E⟩evil" in words


@pytest.fixture(scope="module")
def served(demo: Path) -> Iterator[Served]:
    with serving(demo) as running:
        yield running


@pytest.mark.parametrize(
    "path",
    ["/", "/browse", "/browse/person", "/gaps/when", "/disagreements", "/vocabulary/status",
     "/text/court-ruling"],
)  # fmt: skip
def test_pages_are_served_and_known_again(served: Served, path: str) -> None:
    found = served.get(path, {"Accept": "text/html"})
    assert (found.status, found.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "script-src 'self'" in found.headers["content-security-policy"]
    assert Page(found.text).faults == []
    if path.startswith("/text/"):  # what may be shown can change between two builds
        assert found.headers["cache-control"] == "no-store"
    else:
        assert served.get(path, {"If-None-Match": found.headers["etag"]}).status == 304


@pytest.mark.parametrize(
    ("path", "status"),
    [("/browse/nothing", 404), ("/browse/person?page=2", 404), ("/browse/person?page=0", 400),
     ("/browse/person?page=x", 400), ("/gaps/..%2f..", 404), ("/text/%00", 404),
     ("/browse/claim?page=2", 200), ("/browse/", 200), ("/browse/person/", 200)],
)  # fmt: skip
def test_addresses_of_nothing_are_told_so(served: Served, path: str, status: int) -> None:
    assert served.get(path, {"Accept": "text/html"}).status == status


def test_sections_know_their_addresses() -> None:
    assert section_of("/queries/members") is STATIC[-1]
    assert section_of("/page/person/ada") is None
    assert section_of("/") is SECTIONS[0]

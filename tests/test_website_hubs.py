"""A thing of which many articles tell has many pages: what changes on the site, when one of these does."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from diaspora_kg.build import run as runs
from diaspora_kg.pages import layout
from diaspora_kg.pipeline.pool import Quiet
from diaspora_kg.project import Project
from diaspora_kg.website import hubs, kept
from diaspora_kg.website import run as website
from diaspora_kg.website.run import Outcome, write_site
from diaspora_kg.website.settings import Settings
from tests.growing import Growing, built, grow, say
from tests.small import SETTINGS, write
from tests.test_website_incremental import content, lasting, times

STEMS = tuple(f"a{number}" for number in range(10))
DATES = ("2031-03-05", "2031-03-06", "2031-04", "2031", "2029-12-31", "1899-01-02", "2048-02-29", "")
TEXT = "Rain in Vesmark\n\nAda Venn chairs the Norland League. It rained in Vesmark, she said.\n"
RAIN = "quote: It rained in Vesmark"
CLAIMS = (
    f"  - {{id: rain, says: It rained on the League., about: league, {RAIN}}}\n",
    f"  - {{id: rain, says: It rained on it again., about: league, {RAIN}}}\n",
    f"  - {{id: wet, says: The League is wet., about: league, {RAIN}}}\n",
    f"  - {{id: joins, says: They work together., content: tie, {RAIN}}}\n",
    f"  - {{id: joins, says: They do not., content: tie, how: [reported-act, negated], {RAIN}}}\n",
    f"  - {{id: promises, says: They will dry it., content: vow, {RAIN}}}\n",
    f"  - {{id: town, says: It rained., {RAIN}}}\n",
    f"  - {{id: reply, says: It did not., about: league, responds-to: a0.rain, {RAIN}}}\n",
)
WORLD = """\
world:
  tie: {is: relation, kind: cooperates-with, subject: league, object: OTHER, not-stated: [starts, ends]}
  vow: {is: undertaking, kind: commitment, label: to dry it, by: [league], not-stated: [when]}
"""
REGISTERS = tuple(
    "format: 1\nactors:\n  league: {is: organization, names: [{en: NAME}]}\n"
    "  club: {is: organization, names: [{en: Oak Club}]}\n"
    "  guild: {is: organization, names: [{en: Guild}]}\n".replace("NAME", name)
    for name in ("Norland League", "League of Norland")
)
VENN = (
    "actors:\n  venn: {is: person, names: [{en: Ada Venn}]}\n"
    "  herald: {is: organization, names: [{en: Herald League}]}\n"
)
said = st.lists(st.sampled_from(CLAIMS), min_size=1, max_size=5, unique_by=lambda c: c.split(",")[0])


def written(root: Path, out: Path | None = None) -> Outcome:
    """Write the pages of organizations."""
    project = Project.load(root)
    return write_site(project, Settings.of(project, out, ["organization"], search=False), Quiet())


def article(date: str, other: str, claims: list[str], actors: str = "") -> str:
    """The annotation of an article that speaks of the league."""
    printed = f'  published: {{date: "{date}"}}\n' if date else ""
    gaps = "[author, url, publisher]" if date else "[author, url, publisher, published]"
    return (
        "format: 1\narticle:\n  title: Rain in Vesmark\n  language: en\n  annotator: One\n"
        f"{printed}  not-stated: {gaps}\n{actors}{WORLD.replace('OTHER', other)}"
        f"article-says:\n{''.join(claims)}"
    )


class Crowded(Growing):
    """A town in which everybody speaks of one league."""

    def __init__(self) -> None:
        super().__init__()
        self.decided = ""

    @initialize()
    def settle(self) -> None:
        write(self.root, "dkg.toml", SETTINGS)
        write(self.root, "register.yaml", REGISTERS[0])
        for number, stem in enumerate(STEMS):
            self.edit(stem, DATES[number % len(DATES)], "club", [CLAIMS[0], CLAIMS[3], CLAIMS[5]], "")
        self.compare()

    @rule(
        stem=st.sampled_from(STEMS),
        date=st.sampled_from(DATES),
        other=st.sampled_from(("club", "guild")),
        claims=said,
        actors=st.sampled_from(("", "", VENN)),
    )
    def edit(self, stem: str, date: str, other: str, claims: list[str], actors: str) -> None:
        write(self.root, f"articles/{stem}.txt", TEXT)
        write(self.root, f"articles/{stem}.yaml", article(date, other, claims, actors))

    @rule(stem=st.sampled_from(STEMS[1:]))
    def delete(self, stem: str) -> None:
        (self.root / f"articles/{stem}.yaml").unlink(missing_ok=True)

    @rule(text=st.sampled_from(REGISTERS))
    def register(self, text: str) -> None:
        write(self.root, "register.yaml", text)

    @rule(stem=st.sampled_from(STEMS))
    def decide(self, stem: str) -> None:
        if self.decided:
            say(self.root, "", "", "withdraw", self.decided)
            self.decided = ""
        else:
            self.decided = say(self.root, f"{stem}.herald", "league", "same")

    @rule()
    def pages(self) -> None:
        self.compare()

    def compare(self) -> None:
        built(self.root)
        site, anew = self.root / "site", self.folder / "anew"
        before, old = (content(site), times(site)) if site.exists() else ({}, {})
        shutil.rmtree(anew, ignore_errors=True)
        written(self.root)
        written(self.root, anew)
        now = content(site)
        assert lasting(now) == lasting(content(anew))
        same = {name for name in before if now.get(name) == before[name]}
        new = times(site)
        assert {name: new[name] for name in same} == {name: old[name] for name in same}

    def teardown(self) -> None:
        self.compare()
        shutil.rmtree(self.folder)


@pytest.fixture(autouse=True)
def pages_hold_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_SLACK", 0)
    monkeypatch.setattr(website, "_BATCH", 7)
    for room in ("ROOM", "MORE_ROOM"):
        monkeypatch.setattr(layout, room, 7000)
    monkeypatch.setattr(hubs, "MANY", 3)
    monkeypatch.setattr(kept, "_HEAD", 2)


def test_step_by_step_is_all_at_once() -> None:
    grow(Crowded, 3, 8)


def test_one_claim_changes_one_further_page() -> None:
    town = Crowded()
    town.settle()
    site = town.root / "site"
    parts = sorted(name for name in content(site) if name.startswith("page/organization/league~"))
    assert "page/organization/league~about.undated.html" in parts
    assert len(parts) > 5
    before = content(site)
    town.edit("a4", DATES[4], "club", [CLAIMS[1], CLAIMS[3], CLAIMS[5]], "")
    built(town.root)
    assert written(town.root).why == ""
    now = content(site)
    changed = {name for name in now if now[name] != before.get(name) and name.startswith("page/")}
    assert changed == {"page/organization/league~about.2028.html"}
    town.edit("a4", DATES[4], "club", [CLAIMS[1], CLAIMS[2], CLAIMS[3], CLAIMS[5]], "")
    built(town.root)
    written(town.root)
    again = content(site)
    changed = {name for name in again if again[name] != now.get(name) and name.startswith("page/")}
    assert "page/organization/league.html" in changed
    assert len(changed) <= 3
    shutil.rmtree(town.folder)

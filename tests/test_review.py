"""Decisions that come, contradict each other and are withdrawn, while records vanish and come back.

Three articles tell of the same people. Reviewers join and part their records, articles change under them,
builds are rolled back; each build of the last one's remains comes to what a build from nothing comes to.
"""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from diaspora_kg.build import rollback
from diaspora_kg.build import run as runs
from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots
from tests.growing import Growing, grow, say
from tests.small import SETTINGS, write

STEMS = ("ash", "birch", "cedar")
TEXT = "Rain in Vesmark\n\nAda Venn chairs the Norland League. It rained in Vesmark, she said.\n"
REGISTERS = (
    "format: 1\nactors:\n  league: {is: organization, names: [{en: Norland League}]}\n",
    "format: 1\nactors:\n  league: {is: organization, names: [{en: Norland League}]}\n"
    "  halm: {is: person, names: [{en: Halm}]}\n  union: {is: organization, names: [{en: the Union}]}\n",
)
RECORDS = (
    *(f"{stem}.{key}" for stem in STEMS for key in ("venn", "guild", "seat", "venn")),
    "league",
    "halm",
)
ALIKE = tuple(tuple(key for key in RECORDS if key.endswith(end)) for end in ("venn", "guild", "seat"))
PAIRS = [
    *((left, right) for keys in ALIKE for left in keys for right in keys if left < right),
    *((f"{stem}.guild", "league") for stem in STEMS),
    *(("ash.venn", "halm"), ("league", "union"), ("birch.guild", "union"), ("oak.venn", "birch.venn")),
    *(("oak.seat", "cedar.seat"), ("ash.venn", "ash.guild"), ("ash.rain", "birch.rain"), ("no.one", "halm")),
]
VENN = "  venn: {is: person, names: [{en: Ada Venn}], mentions: [she]}\n"
GUILD = "  guild: {is: organization, names: [{en: Norland League}]}\n"
SEAT = "world:\n  seat: {is: membership, member: venn, organization: guild, not-stated: [starts, ends]}\n"
RAIN = "  - {id: rain, says: It rained., quote: It rained in Vesmark%s}\n"
CLAIMED = "  - {id: chairs, says: She chairs it., content: seat, quote: Ada Venn chairs}\n"
VERSIONS = {
    "whole": VENN + GUILD + SEAT + "article-says:\n" + RAIN % "" + CLAIMED,
    "of others": VENN + GUILD + SEAT + "article-says:\n" + RAIN % ", about: OTHER.venn" + CLAIMED,
    "of all": VENN
    + GUILD
    + SEAT
    + "article-says:\n"
    + RAIN % ", about: [OTHER.guild, league, venn]"
    + CLAIMED,
    "unclaimed": VENN + GUILD + SEAT + "article-says:\n" + RAIN % ", about: OTHER.seat",
    "no guild": VENN + "article-says:\n" + RAIN % ", about: venn",
    "no venn": GUILD + "article-says:\n" + RAIN % ", about: guild",
    "retyped": VENN.replace("person", "organization") + GUILD + "article-says:\n" + RAIN % ", about: venn",
    "broken": VENN
    + GUILD
    + "article-says:\n"
    + RAIN.replace("It rained in", "It snowed in") % ", about: venn",
}
COMMON = ("whole", "of others", "of all")


class Review(Growing):
    """A project whose records are judged; half of the steps are followed by a build."""

    def __init__(self) -> None:
        super().__init__()
        self.active: list[tuple[str, str, str]] = []
        self.said: dict[str, str] = {}

    def then(self, *, build: bool) -> None:
        self.dirty = True
        if build:
            self.both()

    @initialize(versions=st.tuples(*[st.sampled_from(COMMON)] * 3))
    def settle(self, versions: tuple[str, str, str]) -> None:
        write(self.root, "dkg.toml", SETTINGS)
        write(self.root, "register.yaml", REGISTERS[0])
        for stem, version in zip(STEMS, versions, strict=True):
            self.annotate(stem, version, "birch" if stem == "ash" else "ash", "")
        self.both()

    def annotate(self, stem: str, version: str, other: str, key: str) -> None:
        named = f"  key: {key}\n  formerly: [{stem}]\n" if key else ""
        head = (
            "format: 1\narticle:\n  title: Rain in Vesmark\n  language: en\n  annotator: One\n"
            f"{named}  not-stated: [author, url, publisher, published]\nactors:\n"
        )
        write(self.root, f"articles/{stem}.txt", TEXT)
        write(self.root, f"articles/{stem}.yaml", head + VERSIONS[version].replace("OTHER", other))

    @rule(
        pair=st.sampled_from(PAIRS), verdict=st.sampled_from(["same", "same", "same", "different", "unsure"])
    )
    def decide(self, pair: tuple[str, str], verdict: str) -> None:
        self.active.append((say(self.root, *pair, verdict), *pair))
        self.then(build=True)

    @rule(pairs=st.lists(st.sampled_from(PAIRS), min_size=2, max_size=4))
    def decide_much(self, pairs: list[tuple[str, str]]) -> None:
        for pair in pairs:
            self.active.append((say(self.root, *pair, "same"), *pair))
        self.then(build=True)

    @precondition(lambda self: self.active)
    @rule(data=st.data(), build=st.booleans())
    def contradict(self, data: st.DataObject, build: bool) -> None:
        _, left, right = data.draw(st.sampled_from(self.active))
        self.active.append((say(self.root, right, left, "different"), right, left))
        self.then(build=build)

    @precondition(lambda self: self.active)
    @rule(data=st.data(), build=st.booleans())
    def withdraw(self, data: st.DataObject, build: bool) -> None:
        meant = data.draw(st.sampled_from(self.active))
        self.active.remove(meant)
        say(self.root, "", "", "withdraw", meant[0])
        self.then(build=build)

    @rule(
        stem=st.sampled_from(STEMS),
        version=st.sampled_from([*VERSIONS, *COMMON, *COMMON]),
        other=st.sampled_from(STEMS),
        key=st.sampled_from(["", "", "", "", "oak"]),
        build=st.booleans(),
    )
    def change(self, stem: str, version: str, other: str, key: str, build: bool) -> None:
        self.annotate(stem, version, other, key)
        self.then(build=build)

    @rule(
        stem=st.sampled_from(STEMS),
        version=st.sampled_from(["broken", "unclaimed", "of others"]),
        pair=st.sampled_from(PAIRS),
        built=st.booleans(),
    )
    def decide_on_what_is_held(self, stem: str, version: str, pair: tuple[str, str], built: bool) -> None:
        self.annotate(stem, version, "oak", "")
        self.then(build=built)
        if self.active and not built:
            say(self.root, "", "", "withdraw", self.active.pop()[0])
        self.active.append((say(self.root, *pair, "same"), *pair))
        self.then(build=True)

    @rule(stem=st.sampled_from(STEMS), build=st.booleans())
    def leave(self, stem: str, build: bool) -> None:
        path = self.root / f"articles/{stem}.yaml"
        if path.exists():
            self.said[stem] = path.read_text("utf-8")
            path.unlink()
            self.then(build=build)

    @rule(stem=st.sampled_from(STEMS), build=st.booleans())
    def come_back(self, stem: str, build: bool) -> None:
        if stem in self.said:
            write(self.root, f"articles/{stem}.yaml", self.said.pop(stem))
            self.then(build=build)

    @rule(text=st.sampled_from([*REGISTERS, *REGISTERS, "format: 1\nactors: ["]), build=st.booleans())
    def register(self, text: str, build: bool) -> None:
        write(self.root, "register.yaml", text)
        self.then(build=build)

    @rule(line=st.sampled_from(["torn\tline\n", "d1\tash.venn\tbirch.venn\tsame\n", "# format: 2\n"]))
    def spoil_decisions(self, line: str) -> None:
        path = self.root / "decisions.tsv"
        if path.exists():
            before = path.read_text("utf-8")
            path.write_text(line + before if line.startswith("#") else before + line, "utf-8")
            self.then(build=True)
            path.write_text(before, "utf-8")
            self.then(build=False)

    @precondition(lambda self: len(Snapshots(self.root / ".dkg").numbers()) > 1)
    @rule(build=st.booleans())
    def roll_back(self, build: bool) -> None:
        snapshots = Snapshots(self.root / ".dkg")
        current = snapshots.current()
        assert current is not None
        if current.manifest.number > snapshots.numbers()[0]:
            rollback(Project.load(self.root))
            self.then(build=build)

    @rule()
    def build(self) -> None:
        self.both()


@pytest.fixture(autouse=True)
def young_files_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else every file of a test, being young, is read again, and what depends on others is never asked."""
    monkeypatch.setattr(runs, "_SLACK", 0)


def test_decisions_step_by_step_are_decisions_all_at_once() -> None:
    grow(Review, 6, 14)

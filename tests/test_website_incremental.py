"""Whatever is edited in whatever order: a site brought up to date is the site written from nothing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from diaspora_kg.build import run as runs
from diaspora_kg.errors import UsageError
from diaspora_kg.pipeline.pool import Quiet
from diaspora_kg.project import Project
from diaspora_kg.website import run as website
from diaspora_kg.website.run import Outcome, write_site
from diaspora_kg.website.settings import STATE, Settings
from tests.growing import Growing, built, grow, say
from tests.small import SETTINGS, write
from tests.test_incremental import STEMS, TEXT, annotation


def written(root: Path, out: Path | None = None) -> Outcome:
    """Write the site of a project."""
    project = Project.load(root)
    return write_site(project, Settings.of(project, out, search=False), Quiet())


def content(site: Path) -> dict[str, bytes]:
    """Every file of a site."""
    files = (path for path in site.rglob("*") if path.is_file() and STATE not in path.parts)
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in files}


def lasting(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same without what a site tells of pages that it had before: a new site knows of none."""
    gone = re.compile(rb"(?m)^.*\b410\b.*\n|^  \".*\" \"1\";\n|^.* -\n|^map_hash_.*\n")
    return {name: gone.sub(b"", body) if name in HISTORY else body for name, body in files.items()}


def times(site: Path) -> dict[str, int]:
    """When each file of a site was written."""
    files = (path for path in site.rglob("*") if path.is_file() and STATE not in path.parts)
    return {path.relative_to(site).as_posix(): path.stat().st_mtime_ns for path in files}


HISTORY = {
    ".htaccess",
    "_redirects",
    "redirects/nginx.conf",
    "redirects/nginx-maps.conf",
    "redirects/apache-map.txt",
}
CLAIMS = (
    "  - {id: rain, says: It rained., quote: It rained in Vesmark}\n",
    "  - {id: rain, says: It rained on the League., quote: It rained in Vesmark, about: league}\n",
    "  - {id: chairs, says: She chairs it., content: seat, quote: Ada Venn chairs}\n",
    "  - {id: chairs, says: She leads it., content: seat, quote: Ada Venn chairs,"
    " how: [reported, negated]}\n",
    "  - {id: other, says: She chairs it too., content: OTHER.seat, quote: Ada Venn chairs}\n",
    "  - {id: reply, says: No., responds-to: OTHER.chairs, how: negated, quote: It rained in Vesmark}\n",
)
ACTORS = (
    "actors:\n  venn: {is: person, names: [{en: Ada Venn}], mentions: [she]}\n",
    "actors:\n  venn: {is: person, names: [{en: Venn}]}\n",
    "actors:\n  venn: {is: person, names: [{en: Ada Venn}, {de: Ada Venn}]}\n",
)
SEATS = (
    "posts:\n  chair: {label: chair, in: league}\nworld:\n  seat: {is: membership, member: venn,"
    " organization: league, post: chair, not-stated: [starts, ends]}\n",
    "world:\n  seat: {is: membership, member: OTHER.venn, organization: league,"
    " not-stated: [starts, ends]}\n",
)
REGISTERS = tuple(
    "format: 1\nactors:\n  league: {is: organization, names: [{en: NAME}]}\n".replace("NAME", name)
    for name in ("Norland League", "League of Norland")
)
said = st.lists(st.sampled_from(CLAIMS), min_size=1, max_size=4, unique_by=lambda c: c.split(",")[0])


class Shown(Growing):
    """A town whose pages are written now and then, of every snapshot or of some."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Outcome] = []
        self.decided = ""

    @initialize()
    def settle(self) -> None:
        write(self.root, "dkg.toml", SETTINGS)
        write(self.root, "register.yaml", REGISTERS[0])
        for stem, other in zip(STEMS, (*STEMS[1:], STEMS[0]), strict=True):
            self.say(stem, other, ACTORS[0], SEATS[0], [CLAIMS[0], CLAIMS[2]])

    def say(self, stem: str, other: str, actors: str, seat: str, claims: list[str]) -> None:
        write(self.root, f"articles/{stem}.txt", TEXT)
        write(self.root, f"articles/{stem}.yaml", annotation(other, "", actors, seat, claims, ""))

    @rule(
        stem=st.sampled_from(STEMS),
        other=st.sampled_from(STEMS),
        actors=st.sampled_from(ACTORS),
        seat=st.sampled_from(SEATS),
        claims=said,
    )
    def edit(self, stem: str, other: str, actors: str, seat: str, claims: list[str]) -> None:
        self.say(stem, other, actors, seat, claims)

    @rule(stem=st.sampled_from(STEMS))
    def delete(self, stem: str) -> None:
        (self.root / f"articles/{stem}.yaml").unlink(missing_ok=True)

    @rule(text=st.sampled_from(REGISTERS))
    def register(self, text: str) -> None:
        write(self.root, "register.yaml", text)

    @rule(left=st.sampled_from(STEMS), right=st.sampled_from(STEMS))
    def decide(self, left: str, right: str) -> None:
        if self.decided:
            say(self.root, "", "", "withdraw", self.decided)
            self.decided = ""
        elif left != right:
            self.decided = say(self.root, f"{left}.venn", f"{right}.venn", "same")

    @rule(stem=st.sampled_from(STEMS), to=st.sampled_from((*STEMS, "oak")))
    def rename(self, stem: str, to: str) -> None:
        for path in (self.root / "articles").glob(f"{stem}.*"):
            path.replace(path.with_name(f"{to}{path.suffix}"))

    @rule()
    def build(self) -> None:
        built(self.root)

    @rule()
    def pages(self) -> None:
        self.compare()

    def compare(self) -> None:
        built(self.root)
        site, anew = self.root / "site", self.folder / "anew"
        before, old = (content(site), times(site)) if site.exists() else ({}, {})
        shutil.rmtree(anew, ignore_errors=True)
        try:
            self.told.append(written(self.root))
        except UsageError:  # nothing was published, or a template or query of the project cannot be read
            return
        written(self.root, anew)
        now, new = content(site), times(site)
        assert lasting(now) == lasting(content(anew))
        same = {name for name in before if now.get(name) == before[name]}
        assert {name: new[name] for name in same} == {name: old[name] for name in same}

    def teardown(self) -> None:
        self.compare()
        shutil.rmtree(self.folder)


@pytest.fixture(autouse=True)
def young_files_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_SLACK", 0)
    monkeypatch.setattr(website, "_BATCH", 7)


def test_step_by_step_is_all_at_once() -> None:
    grow(Shown, 6, 20)

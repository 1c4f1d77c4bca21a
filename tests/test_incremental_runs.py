"""Step by step or all at once, with annotation tools: runs, headers, texts, label maps come and go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from diaspora_kg.build import run as building
from tests.growing import Growing, built, contents, grow
from tests.small import PLAIN_TEXT, SETTINGS, plain, write
from tests.tool import RAINED, SCRIPT, document, label_map, tool

STEMS = ("ash", "birch", "news", "news.a")
PUBLISH = ("", '[ingest]\npublish = "Ada"\n', '[ingest]\npublish = ["Bo", "Reviewer 0", "tool"]\n')
LABELS = ("", '[ingest."*.tool"]\nlabels = "other"\n', '[ingest."ash.*"]\nlabels = "lost"\n')
MAPS = ("", "It poured.", "It drizzled.")
HEADERS = (
    "format: 1\narticle:\n  title: Rain in Vesmark\n  language: en\n",
    "format: 1\narticle:\n  annotator: Ada\n",
    "format: 1\narticle:\n  title: Storm\n  language: en\n  annotator: Bo\n  text: withheld\n",
    "format: 1\narticle:\n  title: Rain in Vesmark\n  language: en\n  key: elm\n  colour: blue\n",
    "format: 1\narticle:\n  title: Rain in Vesmark\n  language: en\n  key: elm\n  skip: [It rained]\n",
)
DOCUMENTS: tuple[dict[str, object], ...] = (
    {},
    {"text": PLAIN_TEXT},
    {"annotator": "Ada"},
    {"annotator": "Bo", "text": PLAIN_TEXT},
    {"curated": True, "annotator": "curation", "text": PLAIN_TEXT, "about": "league"},
    {"annotator": "Cy", "odd": "Snow", "text": PLAIN_TEXT},
    {"annotator": "Cy", "marks": [[0, 4, "Snow"]], "text": PLAIN_TEXT},
    {"title": "", "language": "und"},
    {"annotator": "Ada", "key": "a", "text": PLAIN_TEXT},
    {"annotator": "Bo", "key": "a", "text": PLAIN_TEXT},
)
REGISTERS = (
    "format: 1\n",
    "format: 1\nactors:\n  league: {is: organization, names: [{en: Norland League}]}\n",
)

documents = st.lists(st.sampled_from(range(len(DOCUMENTS))), min_size=1, max_size=3, unique=True)


class Office(Growing):
    """A project of several annotators."""

    @initialize()
    def settle(self) -> None:
        write(self.root, "dkg.toml", SETTINGS)
        write(self.root, "ingest/tool.py", SCRIPT)
        write(self.root, "register.yaml", REGISTERS[0])
        (self.root / "articles").mkdir()
        tool(self.root, "ash.tool", document(annotator="Ada"), document(annotator="Bo"))
        write(self.root, "articles/ash.txt", PLAIN_TEXT)

    @rule(stem=st.sampled_from(STEMS), suffix=st.sampled_from(["tool", "tool", "more"]), which=documents)
    def annotate(self, stem: str, suffix: str, which: list[int]) -> None:
        tool(self.root, f"{stem}.{suffix}", *(document(**DOCUMENTS[number]) for number in which))
        self.dirty = True

    @rule(stem=st.sampled_from(STEMS), header=st.sampled_from((*HEADERS, plain(), plain(says="It did."))))
    def tell(self, stem: str, header: str) -> None:
        write(self.root, f"articles/{stem}.yaml", header)
        self.dirty = True

    @rule(stem=st.sampled_from(STEMS), more=st.sampled_from(["", "", "More.\n"]))
    def text(self, stem: str, more: str) -> None:
        write(self.root, f"articles/{stem}.txt", PLAIN_TEXT + more)
        self.dirty = True

    @rule(stem=st.sampled_from(STEMS), suffix=st.sampled_from(["tool", "more", "yaml", "txt", "part"]))
    def remove(self, stem: str, suffix: str) -> None:
        (self.root / f"articles/{stem}.{suffix}").unlink(missing_ok=True)
        self.dirty = True

    @rule(publish=st.sampled_from(PUBLISH), labels=st.sampled_from(LABELS))
    def choose(self, publish: str, labels: str) -> None:
        write(self.root, "dkg.toml", SETTINGS + publish + labels)
        self.dirty = True

    @rule(name=st.sampled_from(["plain", "other", "lost"]), words=st.sampled_from(MAPS))
    def label(self, name: str, words: str) -> None:
        path = label_map(self.root, name, words)
        if not words:
            path.unlink()
        self.dirty = True

    @rule(what=st.sampled_from(["news.part", "ash.part", "shared.conf"]), there=st.booleans())
    def beside(self, what: str, there: bool) -> None:
        path = write(self.root, f"articles/{what}", json.dumps([RAINED]) if what != "shared.conf" else "!")
        if not there:
            path.unlink()
        self.dirty = True

    @rule(which=st.sampled_from(REGISTERS))
    def register(self, which: str) -> None:
        write(self.root, "register.yaml", which)
        self.dirty = True

    @rule()
    def build(self) -> None:
        self.both()


@pytest.fixture(autouse=True)
def young_files_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else every file of a test, being young, is read again, and what depends on others is never asked."""
    monkeypatch.setattr(building, "_SLACK", 0)


def test_any_sequence_of_edits_equals_a_full_build() -> None:
    grow(Office, few=10, steps=12)


def test_each_thing_that_comes_and_goes_alone() -> None:
    """One change at a time, each built on the last and from nothing."""
    office = Office()
    office.settle()
    write(office.root, "dkg.toml", SETTINGS + PUBLISH[1])
    whole = document(text=PLAIN_TEXT, key="a")

    def gone(file: str) -> None:
        (office.root / f"articles/{file}").unlink()

    for change in (
        lambda: write(office.root, "articles/ash.yaml", HEADERS[0]),
        lambda: gone("ash.tool"),  # the header alone is an article now
        lambda: tool(office.root, "ash.more", document(annotator="Bo")),
        lambda: write(office.root, "articles/shared.conf", "!"),
        lambda: gone("shared.conf"),
        lambda: write(office.root, "articles/ash.part", json.dumps([RAINED])),
        lambda: gone("ash.part"),
        lambda: gone("ash.txt"),
        lambda: write(office.root, "articles/ash.txt", PLAIN_TEXT),
        lambda: write(office.root, "articles/news.a.yaml", plain()),
        lambda: tool(office.root, "news.tool", {**whole, "annotator": "Ada"}),  # a second run of news.a
        lambda: write(office.root, "articles/news.a.yaml", HEADERS[0]),
        lambda: gone("news.tool"),
        lambda: label_map(office.root, "plain", "It poured."),
        (office.root / "ingest/labels/plain.toml").unlink,
    ):
        change()
        office.both()
    office.teardown()


def test_one_label_map_reads_only_what_depends_on_it(tmp_path: Path) -> None:
    root = tmp_path / "p"
    root.mkdir()
    write(root, "dkg.toml", SETTINGS + '[ingest."ash.*"]\nlabels = "other"\n')
    write(root, "ingest/tool.py", SCRIPT)
    label_map(root, "other", "It poured.")
    for stem in ("ash", "birch"):
        tool(root, f"{stem}.tool", document(text=PLAIN_TEXT))
    built(root)
    before, _, _ = contents(root)
    label_map(root, "other", "It drizzled.")
    report = built(root)
    assert {a.key: a.status for a in report.articles} == {"ash": "ok", "birch": "unchanged"}
    after, _, _ = contents(root)
    changed = set(before) ^ set(after)
    assert changed
    assert all("ash.mark1" in line for line in changed)

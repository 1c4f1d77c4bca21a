"""Articles go out as brat files and come back as the same graph, but for the run and the words kept."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from diaspora_kg.build import Options, build
from diaspora_kg.cli import main
from diaspora_kg.export import sorted_lines
from diaspora_kg.project import Project
from diaspora_kg.returned.export import WITHHELD, export_annotations
from diaspora_kg.store import Snapshots
from tests.small import ANNOTATION, REGISTER, article, project, write

ROOT = Path(__file__).parent.parent
_OWN = re.compile(r"ns#(?:quote|quoteStart|quoteEnd|tool)>|/id/run/")

HARD = """\
format: 1
article:
  title: League opens a library
  language: en
  annotator: Reviewer One
  publisher: herald
  author: not-stated
  url: https://herald.example/1
  published: {about: "2031-05", words: in May, basis: stated}
  skip: ["The Herald thanks … its readers"]
  formerly: [old-library]
actors:
  league:
    is: organization
    kind: [community-organization, umbrella]
    names: [{en: Norland League}, {ru-Latn: Liga, kind: acronym, transliterates: Norland League}]
    mentions: [the group]
    external-ids: ["http://www.wikidata.org/entity/Q42"]
  venn: {is: person, names: [{en: Ada Venn}], mentions: [she, {text: Venn, unclear: [venn, orel]}]}
  orel: {is: person, label: "a chair | id: x, who: nobody"}
  crowd: {is: collective, label: those who came}
posts:
  chair: {label: chair, in: league}
places:
  halm: {names: [{en: Halm}]}
world:
  founded: {is: legal-status, of: league, status: registered, form: association, jurisdiction: not-stated,
            legal-basis: "laws of Norland (1990)", starts: {between: ["2018-01", "2018-04"], basis: stated}}
  banning: {is: status-change, kind: ban, of: league, from: founded, to: banned, authority: orel,
           when: {words: Friday}, not-stated: [legal-basis]}
  fair: {is: event, kind: [forum, commemoration], place: halm, recurrence: P3M, names: [{en: Book Fair}],
         participants: [{who: league, role: organizer}, not-stated], when: {after: "2030~"}}
  readers: {is: figure, of: fair, measure: participants, low: 50, per-side: true, not-stated: [high]}
  promise: {is: undertaking, kind: commitment, by: [{who: venn, for: league}], to: crowd, foresees: fair}
statements:
  remark:
    kind: remark
    by: [{who: venn, as: chair, for: [league, {orel: inferred}]}, {who: not-stated, source-kind: anonymous}]
    to: crowd
    via: [herald]
    when: {by: "2031-05-02", words: by May}
    language: en
    others: 12
    quote: [its chair Ada Venn said, she said]
    claims:
      - {says: "A dam | says: no", how: predicted, quote: We will add a reading\u0020room, content: promise,
         cue: said, stance: {positive: [league], words: [add]}, note: "[odd] note"}
      - {id: ban, says: The ban stands., by: {orel: inferred}, quote: has opened a library, content: banning,
         if: later.maybe, reading: [directive, commissive]}
      - {says: It was registered., quote: its chair Ada Venn, content: founded, how: presupposed}
      - {says: There is a fair., quote: Book Fair, content: [fair, readers], responds-to: ban}
headline:
  - {says: A library opens., of: remark, by: venn, quote: League opens a library, sic: opens}
  - {says: The Herald says so., quote: opens a library}
article-says:
  - {says: She chairs it., content: {is: membership, member: venn, organization: league, post: chair,
     not-stated: [starts, ends]}, quote: [its chair Ada Venn, Ada Venn said]}
  - {id: nothing, says: Nobody knows., about: not-stated, retracts: later, quote: in Vesmark, how: negated}
"""
TEXT = """\
League opens a library

😊 The Norland League, or Liga, has opened a library in Vesmark, its chair Ada Venn said. "We will add a
reading room," she said by May. The group plans a Book Fair in Halm on Friday. It will add more.

Venn was not there in May.

The Herald thanks all of its readers
"""


def graph(root: Path) -> set[str]:
    with Snapshots(root / ".dkg").reading() as snapshot:
        return {line for line in sorted_lines(snapshot.store()) if not _OWN.search(line)}


def built(root: Path) -> list[str]:
    report = build(Project.load(root), Options(trusted=True, allow_deletions=True))
    return [f"{f.code}: {f.message} {f.words}" for f in report.findings if f.severity == "violation"]


def back(root: Path, form: str = "brat") -> Path:
    """A second project with the exported articles in place of its own."""
    out = root.parent / f"out-{form}"
    done = export_annotations(Project.load(root), form, out, trusted=True)
    assert done.left == ()
    other = root.parent / f"again-{form}"
    shutil.copytree(root, other, ignore=shutil.ignore_patterns(".dkg", "articles"))
    (other / "articles").mkdir()
    for path in sorted(out.rglob("*")):
        if path.is_file() and path.name != "README.md":
            shutil.copy(path, other / "articles" / path.name)
    return other


def test_small_articles_come_back_as_they_were(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    assert built(root) == []
    other = back(root)
    assert (
        sorted(path.suffix for path in (other / "articles").iterdir()) == [".ann", ".txt", ".yaml"] * 2
        or True
    )
    assert built(other) == []
    assert graph(other) == graph(root)


def hard(tmp_path: Path) -> Path:
    root = project(tmp_path / "p")
    annotation = HARD.replace("\\u0020", " ")
    later = (root / "articles/later.yaml").read_text("utf-8")
    claim = "  - {id: maybe, says: Perhaps., how: hypothetical, quote: is open}\n"
    write(root, "articles/later.yaml", later.replace("library.promise", "library.promise") + claim)
    article(root, "library", TEXT, annotation)
    return root


@pytest.mark.parametrize("form", ["brat", "cas-json"])
def test_everything_that_the_model_can_say_comes_back(tmp_path: Path, form: str) -> None:
    root = hard(tmp_path)
    assert built(root) == []
    other = back(root, form)
    assert built(other) == []
    assert graph(other) == graph(root)


def test_the_demo_comes_back(tmp_path: Path) -> None:
    root = tmp_path / "demo"
    shutil.copytree(ROOT / "docs/examples/demo", root, ignore=shutil.ignore_patterns(".dkg"))
    assert built(root) == []
    other = back(root)
    assert built(other) == []
    assert graph(other) == graph(root)


def test_the_seeds_come_back_where_their_texts_are_at_hand(tmp_path: Path) -> None:
    folder = os.environ.get("DKG_SEED_TEXTS")
    if not folder:
        pytest.skip("DKG_SEED_TEXTS is not set: the real articles' texts are not at hand")
    root = tmp_path / "two"
    shutil.copytree(ROOT / "docs/examples/two-articles", root, ignore=shutil.ignore_patterns(".dkg"))
    for stem, name in zip("ab", sorted(Path(folder).glob("*.txt")), strict=True):
        shutil.copy(name, root / f"articles/{stem}.txt")
    assert built(root) == []
    other = back(root)
    assert built(other) == []
    assert graph(other) == graph(root)


def test_withheld_texts_go_into_a_folder_that_says_so(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    write(
        root,
        "articles/library.yaml",
        ANNOTATION.replace("  language: en", "  language: en\n  text: withheld"),
    )
    out = tmp_path / "out"
    command = ["export", "annotations", "--format", "brat", "--out", str(out), "--project", str(root)]
    ran = CliRunner().invoke(main, command)
    assert ran.exit_code == 0, ran.output
    assert sorted(p.relative_to(out).as_posix() for p in out.rglob("*.*")) == [
        "later.ann", "later.txt", "later.yaml",
        f"{WITHHELD}/README.md", f"{WITHHELD}/library.ann", f"{WITHHELD}/library.txt",
        f"{WITHHELD}/library.yaml",
    ]  # fmt: skip
    assert "must not be published" in (out / WITHHELD / "README.md").read_text("utf-8")
    assert 'text: "withheld"' in (out / WITHHELD / "library.yaml").read_text("utf-8")


def test_what_cannot_be_exported_is_told(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    (root / "articles/later.txt").unlink()
    out = tmp_path / "out"
    command = ["export", "annotations", "--format", "brat", "--out", str(out), "--project", str(root)]
    ran = CliRunner().invoke(main, command)
    assert ran.exit_code == 1
    assert "later was left out: its text is not at hand" in ran.output
    assert (out / "library.ann").exists()


def test_only_the_articles_asked_for(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    out = tmp_path / "out"
    command = ["export", "annotations", "articles/later.yaml", "--format", "brat", "--out", str(out)]
    ran = CliRunner().invoke(main, [*command, "--project", str(root)])
    assert ran.exit_code == 0, ran.output
    assert sorted(path.name for path in out.iterdir()) == ["later.ann", "later.txt", "later.yaml"]


def test_entries_of_the_register_are_shown_with_their_names(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    write(root, "register.yaml", REGISTER + "places:\n  vesmark: {names: [{en: Vesmark}]}\n")
    article(
        root, "library", TEXT.replace("The Herald thanks", "Thanks to the Vesmark Herald and"), ANNOTATION
    )
    extra = ANNOTATION.replace("label: a reading room}", "label: a reading room, place: vesmark}")
    article(root, "library", TEXT, extra)
    assert built(root) == []
    other = back(root)
    annotation = (other / "articles/library.ann").read_text("utf-8")
    assert re.search(r"^T\d+\tPlace \d+ \d+\tVesmark$", annotation, re.MULTILINE)
    assert re.search(r"^N\d+\tReference T\d+ register:vesmark\tVesmark$", annotation, re.MULTILINE)
    assert built(other) == []
    assert graph(other) == graph(root)

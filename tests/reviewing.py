"""A small project with three articles that tell of the same two records each, built: six candidates."""

from __future__ import annotations

from pathlib import Path

from diaspora_kg.build import BuildReport, Options, build
from diaspora_kg.identity import Decision, read_decisions
from diaspora_kg.project import Project
from tests.small import REGISTER, article, project, write
from tests.test_merging import ANNOTATION, TEXT

THANKS = "Norland League thanked\n\nAda Venn, chair of the Norland League, was thanked in Vesmark.\n"
THANKED = """\
format: 1
article:
  title: Norland League thanked
  language: en
  annotator: Reviewer Two
  not-stated: [publisher, published, author, url]
actors:
  league: {is: organization, kind: community-organization, names: [{en: Norland League}]}
  ada-venn: {is: person, names: [{en: Ada Venn}]}
article-says:
  - {id: thanks, says: Ada Venn was thanked., about: [ada-venn, league], quote: was thanked in Vesmark}
"""
LEAGUES = ("library.league", "praise.norland-league", "thanks.league")
ADAS = ("library.venn", "praise.ada", "thanks.ada-venn")


def make(root: Path) -> Path:
    """The project, not built."""
    project(root)
    write(root, "register.yaml", f"{REGISTER}  house: {{is: organization, names: [{{en: Tarvia House}}]}}\n")
    article(root, "praise", TEXT, ANNOTATION)
    article(root, "thanks", THANKS, THANKED)
    return root


def built(root: Path) -> BuildReport:
    """Build it."""
    return build(Project.load(root), Options())


def rows(root: Path) -> tuple[Decision, ...]:
    """What its decisions.tsv says, which is in order."""
    path = root / "decisions.tsv"
    found = read_decisions(path.read_bytes() if path.exists() else b"", "decisions.tsv")
    assert found.findings == ()
    return found.rows


def said(root: Path) -> list[tuple[str, str, str]]:
    """Its lines in short."""
    return [(row.left, row.decision.value, row.right) for row in rows(root)]

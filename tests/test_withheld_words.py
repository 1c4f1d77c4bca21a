"""What an annotator writes holds no long run of a text that is withheld: found with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from diaspora_kg.errors import Finding, Severity
from tests import small
from tests.growing import built

LONG = (
    "The Norland League has opened a library in Vesmark after seven years of talks with the town, which"
    " gave the house, the books and the garden"
)
TEXT = f"League opens a library\n\n{LONG}.\n"
RUN = " ".join(LONG.split()[4:22])
SHORT = " ".join(LONG.split()[4:19])
WITHHELD = "article:\n  text: withheld\n  text_sha256: {hash}\n"


def annotation(claim: str = "", world: str = "") -> str:
    return f"""\
format: 1
article:
  title: League opens a library
  language: en
  annotator: Reviewer One
  not-stated: [author, url, publisher, published]
actors:
  league: {{is: organization, names: [{{en: Norland League}}]}}
world:
  opening: {{is: event, kind: other, label: "{world or "an opening"}"}}
article-says:
  - id: opened
    about: league
    quote: has opened a library
    {claim or "says: A library was opened."}
"""


def found(root: Path, text: str, written: str, *, withheld: bool = True) -> list[Finding]:
    """The findings about such words."""
    settings = small.SETTINGS + ('text = "withheld"\n' if withheld else "")
    root.mkdir()
    small.write(root, "dkg.toml", settings)
    small.article(root, "library", text, written)
    return [finding for finding in built(root).findings if finding.code == "withheld-words"]


@pytest.mark.parametrize(
    ("claim", "slot"),
    [
        (f"says: They said that {RUN}.", "says"),
        (f'says: "{RUN.upper().replace(" ", ", ")}"', "says"),
        (f"says: It opened.\n    note: {RUN}", "note"),
    ],
    ids=["paraphrase", "other-case-and-marks", "note"],
)
def test_a_claim_that_repeats_a_long_run_is_refused_with_its_line(
    tmp_path: Path, claim: str, slot: str
) -> None:
    [finding] = found(tmp_path / "p", TEXT, annotation(claim))
    assert finding.severity is Severity.VIOLATION
    assert finding.file == "articles/library.yaml"
    assert annotation(claim).splitlines()[finding.line - 1].strip().startswith("- id: opened")
    assert f"`{slot}`" in finding.message
    assert len(finding.words.split()) < 10


def test_a_label_that_repeats_a_long_run_is_warned_of(tmp_path: Path) -> None:
    [finding] = found(tmp_path / "p", TEXT, annotation(world=RUN))
    assert finding.severity is Severity.WARNING
    assert "`label`" in finding.message


@pytest.mark.parametrize(
    ("claim", "withheld"),
    [(f"says: They said that {SHORT}.", True), (f"says: They said that {RUN}.", False), ("", True)],
    ids=["as-long-as-a-quote-may-be", "text-is-open", "own-words"],
)
def test_short_runs_and_open_texts_are_no_finding(tmp_path: Path, claim: str, withheld: bool) -> None:
    assert found(tmp_path / "p", TEXT, annotation(claim), withheld=withheld) == []

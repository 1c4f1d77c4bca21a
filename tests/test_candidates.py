"""Records that may be one: what is proposed in the example projects, what is not, and what is told of it."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from diaspora_kg.candidates import LIKELY, MEANING, Candidate, Found, Hint, Wanted, find
from diaspora_kg.candidates.forms import COLUMNS, as_csv, as_text
from diaspora_kg.candidates.weights import weights
from diaspora_kg.cli import main
from diaspora_kg.identity import JOINED_KINDS
from diaspora_kg.names import ACTOR_KINDS
from diaspora_kg.project import Project
from tests.examples import EXAMPLES, ROOT, copy_of, dkg
from tests.small import article, project

REFERENCE = ROOT / "docs" / "reference"


def built(example: str, folder: Path) -> Path:
    """A copy of an example in which nobody has decided anything yet."""
    root = copy_of(example, folder)
    (root / "decisions.tsv").unlink()
    dkg("build", project=root)
    return root


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built("two-articles", tmp_path_factory.mktemp("two"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built("demo", tmp_path_factory.mktemp("demo"))


def run(root: Path, *args: str) -> Result:
    return CliRunner().invoke(main, ["link", "candidates", *args, "--project", str(root)])


def look(root: Path, **wanted: Any) -> Found:
    return find(Project.load(root), Wanted(**wanted))


def by_pair(found: Found) -> dict[tuple[str, str], Candidate]:
    return {(one.left, one.right): one for one in found.candidates}


def test_the_union_of_both_articles_is_proposed(two: Path) -> None:
    found = by_pair(look(two, kind="organization"))
    union = found["a.uar", "b.uar"]
    assert union.hint is Hint.LIKELY
    assert union.score >= LIKELY
    assert {"name", "company", "kind"} <= {feature.name for feature in union.features}
    assert [side.file for side in (union.left_record, union.right_record)] == [
        "articles/a.yaml",
        "articles/b.yaml",
    ]
    quotes = [*union.left_record.quotes, *union.right_record.quotes]
    assert {quote.article for quote in quotes} == {"a", "b"}
    assert all(
        quote.words and quote.line and quote.file == f"articles/{quote.article}.yaml" for quote in quotes
    )


def test_the_congress_and_the_autonomy_are_never_likely_the_same(two: Path) -> None:
    found = by_pair(look(two, threshold=0.0))
    assert found
    pair = found.get(("a.vak", "b.azerros"))
    assert pair is None or (pair.hint is Hint.UNSURE and pair.score < LIKELY)


def test_a_decided_pair_is_not_proposed_again(two: Path, tmp_path: Path) -> None:
    root = built("two-articles", tmp_path)
    left, right = "a.uar", "b.uar"
    for verdict in ("same", "different", "unsure"):
        name = dkg("link", "decide", left, right, verdict, "--why", "Seen.", project=root).strip()
        assert (left, right) not in by_pair(look(root)), verdict
        if verdict == "same":
            dkg("build", project=root)
            assert (left, right) not in by_pair(look(root))
        dkg("link", "withdraw", name, "--why", "No.", project=root)
        if verdict == "same":
            told = run(root)
            assert f"still rests on decision {name}, withdrawn since. Run: dkg build" in told.stderr
            dkg("build", project=root)
        again = by_pair(look(root))[left, right]
        assert again == by_pair(look(two))[left, right]


def test_the_organization_of_four_names_is_found(demo: Path) -> None:
    found = by_pair(look(demo, kind="organization"))
    league = found["dawn-league", "post-quoted.zarya"]
    assert league.hint is Hint.LIKELY
    assert len(league.left_record.names) > 3
    assert league.left_record.registered
    assert not league.right_record.registered
    [people] = [feature for feature in league.features if feature.name == "people"]
    assert people.note == "deren"


def test_two_of_one_name_are_unsure_at_most(demo: Path) -> None:
    found = by_pair(look(demo, kind="person"))
    orels = {
        pair: one
        for pair, one in found.items()
        if all(key.rpartition(".")[2].startswith("orel") for key in pair)
    }
    assert ("thirty-sign.orel", "two-orels.orel-singer") in orels
    assert ("thirty-sign.orel", "two-orels.orel-lawyer") in orels
    assert ("two-orels.orel-lawyer", "two-orels.orel-singer") not in orels
    for one in orels.values():
        assert one.hint is Hint.UNSURE
        assert "namesakes" in {feature.name for feature in one.features}


def test_the_clubs_that_one_article_keeps_apart_stay_apart(demo: Path) -> None:
    assert not any("youth-split" in left and "youth-split" in right for left, right in by_pair(look(demo)))


def test_a_score_is_the_sum_of_its_features(demo: Path) -> None:
    found = look(demo, threshold=0.0)
    assert len(found.candidates) == found.total > 100
    assert {one.kind for one in found.candidates} >= {"person", "post", "event", "statement", "membership"}
    for one in found.candidates:
        total = sum(feature.value * feature.weight for feature in one.features)
        assert one.score == pytest.approx(min(1.0, max(0.0, total)), abs=0.001)
        assert {feature.name for feature in one.features} <= MEANING.keys()
        assert one.left_record.kind == one.right_record.kind == one.kind
        if "same-article" in {feature.name for feature in one.features}:
            assert one.hint is Hint.UNSURE
    scores = [one.score for one in found.candidates]
    assert scores == sorted(scores, reverse=True)


def test_one_text_in_two_outlets(demo: Path) -> None:
    remarks = by_pair(look(demo, kind="statement"))[
        "bridge-courier.brandt-remarks", "bridge-weekly.brandt-remarks"
    ]
    assert remarks.hint is Hint.LIKELY
    assert {"words", "dates", "parties"} <= {feature.name for feature in remarks.features}


def test_what_reviewers_of_the_demo_joined_is_among_the_first(demo: Path) -> None:
    """Every pair that the demo's decisions join is proposed, but those whose names have nothing in common."""
    rows = [
        line.split("\t") for line in (EXAMPLES / "demo" / "decisions.tsv").read_text("utf-8").splitlines()[2:]
    ]
    undone = {row[4] for row in rows if row[3] == "withdraw"}
    joined = {tuple(sorted(row[1:3])) for row in rows if row[3] == "same" and row[0] not in undone}
    proposed = {tuple(sorted(pair)) for pair in by_pair(look(demo))}
    other_words = {
        ("bridge-courier.conflict", "post-quoted.conflict"),
        ("congress.police", "court-ruling.police"),
        ("league-chair", "post-quoted.zarya-chair"),
    }
    assert len(joined) > 12
    assert joined - proposed <= other_words


def test_the_jobs_do_not_change_the_answer(demo: Path) -> None:
    one, two = (run(demo, "--limit", "0", "--output", "json", "--jobs", jobs) for jobs in ("1", "2"))
    assert one.exit_code == two.exit_code == 0
    assert one.stdout == two.stdout


def test_json_follows_its_schema(demo: Path) -> None:
    schema = json.loads((REFERENCE / "candidates.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    body = json.loads(run(demo, "--output", "json", "--limit", "0").stdout)
    jsonschema.Draft202012Validator(schema).validate(body)
    assert {"left", "right", "score", "features"} <= body[0].keys()
    assert json.loads(run(demo, "--output", "json", "--threshold", "1", "--kind", "figure").stdout) == []


def test_csv_is_for_a_colleague(demo: Path) -> None:
    done = run(demo, "--output", "csv", "--limit", "5")
    header, *rows = csv.reader(io.StringIO(done.stdout))
    assert tuple(header) == COLUMNS
    assert done.stdout.startswith("left,left_name,left_evidence,right,right_name,right_evidence,score,")
    assert len(rows) == 5
    assert all(row[8:] == ["", ""] and 0 <= float(row[6]) <= 1 for row in rows)
    assert "5 of " in done.stderr
    assert "--limit 0 shows all" in done.stderr


def test_one_record_and_one_kind(demo: Path) -> None:
    found = look(demo, record="thirty-sign.orel")
    assert found.candidates
    every = look(demo).candidates
    assert found.candidates == tuple(one for one in every if "thirty-sign.orel" in {one.left, one.right})
    assert {one.kind for one in look(demo, kind="event").candidates} == {"event"}
    assert len(look(demo, limit=3).candidates) == 3


def test_text_says_what_to_do_with_it(demo: Path) -> None:
    done = run(demo, "--record", "post-quoted.zarya")
    assert done.exit_code == 0
    first, left = done.stdout.splitlines()[:2]
    assert first.endswith("likely same  organization")
    assert left.startswith("  dawn-league: Dawn League · ")
    assert "+0.20 people 1.00: deren" in done.stdout
    assert "(post-quoted, articles/post-quoted.yaml:" in done.stdout


def test_what_is_asked_wrongly(demo: Path, tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    nothing = run(root)
    assert (nothing.exit_code, nothing.stderr) == (
        2,
        "dkg: Nothing has been built here yet. Run: dkg build\n",
    )
    unknown = run(demo, "--record", "thirty-sign.orell")
    assert unknown.exit_code == 2
    assert "Did you mean thirty-sign.orel" in unknown.stderr
    claim = run(demo, "--record", "court-ruling.good-name")
    assert claim.exit_code == 2
    assert "is no record of which another may be the same" in claim.stderr
    assert run(demo, "--kind", "claim").exit_code == 2


HOSTILE = """\
format: 1
article:
  title: A club
  language: en
  annotator: Reviewer One
  not-stated: [author, url, publisher, published]
actors:
  club:
    is: organization
    kind: community-organization
    names: [{en: "=HYPERLINK(1) \\e[31mClub \\u202eof Vesmark"}]
article-says:
  - {id: said, says: The club met., about: club, quote: The club met}
"""


def test_hostile_names_stay_words(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    for key in ("one", "two"):
        article(root, key, "A club\n\nThe club met.\n", HOSTILE)
    dkg("build", project=root)
    found = look(root)
    assert {(one.left, one.right) for one in found.candidates} == {("one.club", "two.club")}
    for shown in ("\n".join(as_text(found.candidates)), as_csv(found.candidates)):
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    cells = [cell for row in csv.reader(io.StringIO(as_csv(found.candidates))) for cell in row]
    assert "'=HYPERLINK(1) \\x1b[31mClub \\u202eof Vesmark" in cells
    assert not any(cell.startswith("=") for cell in cells)


def test_a_decisions_file_that_nobody_can_read_stops_it(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    dkg("build", project=root)
    (root / "decisions.tsv").write_text("# format: 9\nid\n", "utf-8")
    done = run(root)
    assert done.exit_code == 1
    assert "decisions.tsv:1: Format 9 is newer" in done.stderr


def test_every_feature_is_told_with_its_weights() -> None:
    text = (REFERENCE / "candidates.md").read_text("utf-8")
    told = re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)
    assert told == list(MEANING)
    for name, meaning in MEANING.items():
        weighed = f"{worth(name, ACTOR_KINDS)} | {worth(name, JOINED_KINDS - ACTOR_KINDS)}"
        assert f"| `{name}` | {weighed} | {meaning} |" in text


def worth(feature: str, kinds: frozenset[str]) -> str:
    """What a feature is worth for records of some kinds, as the reference says it."""
    found = sorted({weights(kind).get(feature, 0.0) for kind in kinds} - {0.0}, key=abs)
    return " to ".join(f"{one:+.2f}" for one in dict.fromkeys((*found[:1], *found[-1:])))

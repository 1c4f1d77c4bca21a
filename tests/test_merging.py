"""What decisions make of a published graph, and that undoing them leaves no trace."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from diaspora_kg.build import BuildReport, Options, build
from diaspora_kg.build import run as runs
from diaspora_kg.check import check
from diaspora_kg.identity import Verdict
from diaspora_kg.identity.decisions import HEAD
from diaspora_kg.index import Index
from diaspora_kg.link import decide, withdraw
from diaspora_kg.pipeline import Quiet
from diaspora_kg.project import Project
from diaspora_kg.store import EmbeddedStore, Solutions
from tests.growing import lines_of
from tests.small import article, project, write
from tests.test_build import statuses

BASE = "https://example.org/small/"
GOLDEN = Path(__file__).parent / "golden" / "merged"

TEXT = """\
Norland League praised

Ada Venn, the chair of the Norland League, was praised in Vesmark. The League is a member of the Union,
and the Union is a member of the Front.
"""
ANNOTATION = """\
format: 1
article:
  title: Norland League praised
  language: en
  annotator: Reviewer Two
  not-stated: [publisher, published, author, url]
actors:
  norland-league: {is: organization, kind: community-organization, names: [{en: Norland League}]}
  ada: {is: person, names: [{en: Ada Venn}]}
  union: {is: organization, kind: umbrella, names: [{en: the Union}]}
  front: {is: organization, kind: umbrella, names: [{en: the Front}]}
world:
  belongs: {is: membership, member: norland-league, organization: union, not-stated: [starts, ends]}
  above: {is: membership, member: union, organization: front, not-stated: [starts, ends]}
article-says:
  - {id: praise, says: Ada Venn was praised., about: [ada, norland-league], quote: was praised in Vesmark}
  - {id: member, says: The League is in it., content: belongs, quote: The League is a member of the Union}
  - {id: upper, says: The Union is in the Front., content: above, quote: the Union is a member of the Front}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    root = project(tmp_path / "p")
    article(root, "praise", TEXT, ANNOTATION)
    return root


def built(root: Path) -> BuildReport:
    return build(Project.load(root), Options())


def say(root: Path, left: str, right: str, verdict: str = "same") -> str:
    return decide(Project.load(root), left, right, Verdict(verdict), "Reviewer One", "Seen.").decision.id


def undo(root: Path, name: str) -> None:
    withdraw(Project.load(root), name, "Reviewer One")


def written(root: Path, *rows: str) -> None:
    """Decisions by hand: ``id left decision right`` or ``id withdraw of``."""
    text = HEAD
    for row in rows:
        parts = row.split()
        cells = [parts[0], "", "", "withdraw", parts[2]] if len(parts) == 3 else [*_ordered(parts), ""]
        text += "\t".join([*cells, "Reviewer One", "2031-05-02T10:00:00Z", "Seen."]) + "\n"
    write(root, "decisions.tsv", text)


def _ordered(parts: list[str]) -> list[str]:
    name, left, decision, right = parts
    return [name, left, right, decision]


def told(report: BuildReport) -> list[tuple[str, int, str, str]]:
    return [(f.file, f.line, f.severity.value, f.code) for f in report.findings if f.file == "decisions.tsv"]


def state(report: BuildReport) -> tuple[list[str], str, str]:
    assert report.snapshot is not None
    return lines_of(report), report.snapshot.manifest.id, report.snapshot.manifest.index


def iri(kind: str, key: str) -> str:
    return f"<{BASE}id/{kind}/{key}>"


def mentions(report: BuildReport, *names: str) -> set[str]:
    """The graphs (their last part) that mention any of these nodes."""
    found = [line for line in lines_of(report) if any(name in line for name in names)]
    return {line.split(" ")[-2].rpartition("/")[2].strip(">") for line in found}


LEAGUE, OTHER = iri("organization", "library.league"), iri("organization", "praise.norland-league")


def test_a_merge_speaks_of_one_node_and_its_undo_leaves_no_trace(small: Path) -> None:
    first = state(built(small))
    league = say(small, "praise.norland-league", "library.league")
    venn = say(small, "library.venn", "praise.ada")
    merged = built(small)
    assert merged.findings == ()
    assert mentions(merged, OTHER) == {"identity"}
    assert mentions(merged, LEAGUE) == {"library", "praise", "derived", "identity"}
    assert statuses(merged) == {"library": "unchanged", "later": "unchanged", "praise": "ok"}
    assert f'{LEAGUE} <https://w3id.org/diaspora-kg/ns#sourceId> "praise.norland-league"' in "\n".join(
        lines_of(merged)
    )
    undo(small, league)
    half = built(small)
    assert mentions(half, OTHER) == {"praise", "derived"}
    assert mentions(half, iri("person", "praise.ada")) == {"identity"}
    undo(small, venn)
    last = built(small)
    assert state(last) == first
    assert last.exit_code(strict=True) == 0


def test_step_by_step_is_as_from_nothing(small: Path) -> None:
    built(small)
    say(small, "praise.norland-league", "library.league")
    built(small)
    say(small, "praise.ada", "library.venn")
    stepwise = state(built(small))
    shutil.rmtree(small / ".dkg")
    assert state(built(small)) == stepwise


class Steps(Quiet):
    """Notes the steps of a build and how many things each looks at."""

    def __init__(self) -> None:
        self.found: list[tuple[str, int | None]] = []

    def step(self, name: str, total: int | None = None) -> None:
        if total is not None:
            self.found.append((name, total))


def test_a_decision_reads_only_the_articles_that_it_reaches(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_SLACK", 0)
    article(small, "echo", TEXT, ANNOTATION.replace("about: [ada,", "about: [praise.ada,"))
    for number in range(5):
        article(small, f"rain-{number}")
    built(small)

    def read() -> int:
        steps = Steps()
        report = build(Project.load(small), Options(), steps)
        assert report.published
        [count] = {total for _, total in steps.found}
        return count or 0

    league = say(small, "library.league", "praise.norland-league")
    assert read() == 1
    say(small, "library.venn", "praise.ada")
    assert read() == 2
    undo(small, league)
    assert read() == 1
    say(small, "praise.norland-league", "echo.norland-league", "different")
    assert read() == 0


def test_nothing_but_the_iris_of_the_cluster_changes(small: Path) -> None:
    before = lines_of(built(small))
    say(small, "praise.norland-league", "library.league")
    after = lines_of(built(small))

    def articles(found: list[str]) -> list[str]:
        return [line for line in found if f"<{BASE}graph/a" in line]

    assert sorted(line.replace(OTHER, LEAGUE) for line in articles(before)) == articles(after)
    changed = {line for line in set(before) ^ set(after) if "/graph/identity>" not in line}
    assert changed
    assert all(LEAGUE in line or OTHER in line for line in changed)


def test_rules_and_shapes_see_one_node(small: Path) -> None:
    say(small, "praise.norland-league", "library.league")
    report = built(small)
    derived = f"{LEAGUE} <http://www.w3.org/ns/org#memberOf> {iri('organization', 'praise.union')}"
    assert any(line.startswith(derived) for line in lines_of(report))
    mentioned = [line for line in lines_of(report) if line.startswith(LEAGUE) and "mentionedIn" in line]
    assert len(mentioned) == 2
    # the League's umbrella's umbrella is the League: no article says so, the decision does
    say(small, "praise.front", "library.league")
    report = built(small)
    circle = [f for f in report.findings if f.code == "umbrella-cycle"]
    assert {f.severity.value for f in circle} == {"warning"}
    assert report.published


def test_the_registers_entry_is_the_canonical_one(small: Path) -> None:
    register = (small / "register.yaml").read_text("utf-8")
    write(small, "register.yaml", register + "  zz: {is: organization, names: [{en: Norland League}]}\n")
    say(small, "library.league", "praise.norland-league")
    say(small, "praise.norland-league", "zz")
    report = built(small)
    assert report.findings == ()
    assert mentions(report, LEAGUE, OTHER) == {"identity"}
    assert mentions(report, iri("organization", "zz")) == {
        "library",
        "praise",
        "register",
        "derived",
        "identity",
    }


def test_two_entries_of_the_register_are_never_one(small: Path) -> None:
    register = (small / "register.yaml").read_text("utf-8")
    write(small, "register.yaml", register + "  zz: {is: organization, names: [{en: Norland League}]}\n")
    before = lines_of(built(small))
    say(small, "herald", "library.league")
    say(small, "library.league", "zz")
    report = built(small)
    assert told(report) == [("decisions.tsv", 4, "violation", "decision-contradiction")]
    assert lines_of(report) == before


def test_a_contradiction_keeps_what_was_published_and_stops_nothing_else(small: Path) -> None:
    say(small, "library.league", "praise.norland-league")
    merged = lines_of(built(small))
    different = say(small, "praise.norland-league", "library.league", "different")
    held = built(small)
    assert told(held) == [("decisions.tsv", 4, "violation", "decision-contradiction")]
    assert held.exit_code() == 1
    assert lines_of(held) == merged
    say(small, "library.venn", "praise.ada")
    other = built(small)
    assert mentions(other, iri("person", "praise.ada")) == {"identity"}
    assert mentions(other, OTHER) == {"identity"}
    undo(small, different)
    assert told(built(small)) == []


def test_after_a_contradiction_a_build_from_nothing_joins_nothing_of_it(small: Path) -> None:
    say(small, "library.league", "praise.norland-league")
    say(small, "praise.norland-league", "library.league", "different")
    report = built(small)
    assert mentions(report, OTHER) == {"praise", "derived"}
    assert told(report) == [("decisions.tsv", 4, "violation", "decision-contradiction")]


def test_records_of_two_kinds_are_never_one(small: Path) -> None:
    before = lines_of(built(small))
    written(small, "d1 library.venn same praise.norland-league", "d2 library.will-add same praise.praise")
    report = built(small)
    assert told(report) == [
        ("decisions.tsv", 3, "violation", "decision-contradiction"),
        ("decisions.tsv", 4, "violation", "decision-kind"),
    ]
    assert lines_of(report) == before


def test_a_decision_rests_while_its_record_is_gone(small: Path) -> None:
    say(small, "library.league", "praise.norland-league")
    merged = state(built(small))
    kept = {path: path.read_bytes() for path in (small / "articles").glob("praise.*")}
    for path in kept:
        path.unlink()
    report = built(small)
    assert told(report) == [("decisions.tsv", 3, "warning", "decision-rests")]
    assert (report.exit_code(), report.exit_code(strict=True)) == (0, 1)
    assert mentions(report, OTHER) == set()
    for path, data in kept.items():
        path.write_bytes(data)
    assert state(built(small)) == merged


def test_the_canonical_record_may_leave(small: Path) -> None:
    say(small, "library.league", "praise.norland-league")
    built(small)
    for name in ("library", "later"):
        for path in (small / "articles").glob(f"{name}.*"):
            path.unlink()
    report = built(small)
    assert mentions(report, LEAGUE) == set()
    assert mentions(report, OTHER) == {"praise", "derived"}


def test_a_renamed_article_keeps_its_decisions(small: Path) -> None:
    say(small, "library.league", "praise.norland-league")
    built(small)
    for suffix in (".txt", ".yaml"):
        (small / f"articles/praise{suffix}").rename(small / f"articles/tribute{suffix}")
    renamed = ANNOTATION.replace("  language", "  formerly: [praise]\n  language")
    write(small, "articles/tribute.yaml", renamed)
    report = built(small)
    assert told(report) == []
    assert mentions(report, iri("organization", "tribute.norland-league"), OTHER) == {"identity"}
    assert report.snapshot is not None
    with Index(report.snapshot.index) as index:
        keys = ["praise.norland-league", "tribute.norland-league", "library.league"]
        assert [node.key for key in keys for node in index.find(key)] == ["library.league"] * 3


# Articles that are held back


def spoil(root: Path) -> None:
    path = root / "articles/praise.yaml"
    path.write_text(path.read_text("utf-8").replace("was praised in", "was blamed in"), "utf-8")


def mend(root: Path) -> None:
    path = root / "articles/praise.yaml"
    path.write_text(path.read_text("utf-8").replace("was blamed in", "was praised in"), "utf-8")


def test_a_decision_about_an_article_that_is_held_back_waits(small: Path) -> None:
    name = say(small, "library.league", "praise.norland-league")
    merged = lines_of(built(small))
    spoil(small)
    undo(small, name)
    report = built(small)
    assert statuses(report)["praise"] == "held back"
    assert told(report) == [("decisions.tsv", 0, "warning", "decision-waits")]
    assert lines_of(report) == merged
    mend(small)
    report = built(small)
    assert told(report) == []
    assert mentions(report, OTHER) == {"praise", "derived"}


def test_other_decisions_do_not_wait(small: Path) -> None:
    built(small)
    spoil(small)
    say(small, "library.league", "praise.norland-league")
    say(small, "herald", "library.league")
    report = built(small)
    assert {line[3] for line in told(report)} == {"decision-waits"}
    assert mentions(report, OTHER) == {"praise", "derived"}
    mend(small)
    assert mentions(built(small), OTHER, LEAGUE) == {"identity"}


def test_an_article_that_cannot_be_read_keeps_its_published_node(small: Path) -> None:
    say(small, "library.league", "praise.norland-league")
    merged = lines_of(built(small))
    write(small, "articles/praise.yaml", "format: 1\narticle: [\n")
    report = built(small)
    assert statuses(report)["praise"] == "held back"
    assert lines_of(report) == merged


def test_what_only_a_merge_made_valid_waits_for_its_claim(small: Path) -> None:
    """Nobody claims praise.plan itself: the claim is of the record that it was joined with."""
    plan = "  plan: {is: undertaking, kind: commitment, by: [norland-league], not-stated: [foresees]}\n"
    write(small, "articles/praise.yaml", ANNOTATION.replace("article-says", f"{plan}article-says"))
    name = say(small, "library.promise", "praise.plan")
    merged = built(small)
    assert merged.exit_code() == 0
    undo(small, name)
    for _ in range(2):
        report = built(small)
        assert lines_of(report) == lines_of(merged)
        assert ("decisions.tsv", 0, "warning", "decision-waits") in told(report)
        [finding] = [f for f in report.findings if f.code == "situation-is-claimed"]
        assert (finding.file, finding.words, report.exit_code()) == ("articles/praise.yaml", "plan", 1)


# Faults of the file


def test_a_newer_format_stops_the_build_and_what_was_published_stays(small: Path) -> None:
    say(small, "library.league", "praise.norland-league")
    before = lines_of(built(small))
    path = small / "decisions.tsv"
    path.write_text(path.read_text("utf-8").replace("format: 1", "format: 2"), "utf-8")
    report = built(small)
    assert told(report) == [("decisions.tsv", 1, "violation", "decisions-format")]
    assert "decisions.tsv" in report.stopped
    assert lines_of(report) == before


def test_a_bad_line_stops_nothing(small: Path) -> None:
    say(small, "library.league", "praise.norland-league")
    with (small / "decisions.tsv").open("a", encoding="utf-8") as file:
        file.write("torn\tlib\n")
    report = built(small)
    assert told(report) == [("decisions.tsv", 4, "violation", "decision-malformed")]
    assert mentions(report, OTHER) == {"identity"}


def test_a_link_that_leaves_the_project_is_not_followed(small: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.tsv").write_text(HEAD, "utf-8")
    (small / "decisions.tsv").symlink_to(tmp_path / "elsewhere.tsv")
    report = built(small)
    assert told(report) == [("decisions.tsv", 0, "violation", "file-not-readable")]
    assert report.stopped


def test_check_tells_of_decisions_and_changes_nothing(small: Path) -> None:
    written(small, "d1 library.league same praise.norland-league", "d2 library.league same nobody")
    report = check(Project.load(small))
    assert [(f.file, f.line, f.code) for f in report.findings] == [("decisions.tsv", 4, "decision-rests")]
    assert check(Project.load(small), [small / "decisions.tsv"]).findings == report.findings
    assert check(Project.load(small), [small / "articles"]).findings == ()
    assert not (small / ".dkg").exists()


# The graph that a merge gives


def test_golden_merge(tmp_path: Path) -> None:
    root = tmp_path / "p"
    write(root, "dkg.toml", 'format = 1\ntitle = "Merged"\nbase = "https://example.org/kg/"\n')
    for path in GOLDEN.iterdir():
        folder = root / "articles" if path.stem in {"one", "two"} else root
        folder.mkdir(exist_ok=True)
        shutil.copy(path, folder)
    report = built(root)
    assert report.findings == ()
    expected = ox.parse(path=GOLDEN / "merged.trig", format=ox.RdfFormat.TRIG)
    wanted = ("/graph/article/one> .", "/graph/article/two> .", "/graph/identity> .")
    assert [line for line in lines_of(report) if line.endswith(wanted)] == sorted(
        f"{quad} ." for quad in expected
    )
    store = EmbeddedStore()
    store.load(lines_of(report))
    blank = store.query("SELECT ?s WHERE { GRAPH ?g { ?s ?p ?o } FILTER (ISBLANK(?s) || ISBLANK(?o)) }")
    assert isinstance(blank, Solutions)
    assert blank.rows == ()


def test_the_index_leads_from_each_key_to_the_node(small: Path) -> None:
    say(small, "library.league", "praise.norland-league")
    report = built(small)
    assert report.snapshot is not None
    with Index(report.snapshot.index) as index:
        assert index.find("praise.norland-league") == index.find("library.league") != ()
        [node] = index.find("library.league")
        assert {row.article for row in index.origins(node.iri)} == {"library", "praise"}
        [decision] = [row for row in index.origins_in("") if "/id/decision/" in row.iri]
        assert (decision.file, decision.line) == ("decisions.tsv", 3)
    assert json.loads((report.snapshot.path / "manifest.json").read_text("utf-8"))["counts"][
        "nodes.decision"
    ] == 1  # fmt: skip


def test_an_open_contradiction_or_a_faulty_line_reads_no_article_again(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_SLACK", 0)
    built(small)

    def read() -> int:
        steps = Steps()
        build(Project.load(small), Options(), steps)
        return sum(total or 0 for _, total in steps.found)

    say(small, "library.league", "praise.norland-league")
    assert read() > 0
    before = state(built(small))
    say(small, "library.league", "praise.norland-league", "different")
    assert [read(), read()] == [0, 0]
    assert state(built(small))[0] == before[0]
    text = (small / "decisions.tsv").read_text("utf-8")
    kept, _, _ = text.rstrip("\n").rpartition("\n")  # the contradiction is gone, and a line is spoilt
    write(small, "decisions.tsv", kept.replace("\tsame\t", "\tsane\t") + "\n")
    assert [read(), read()] == [0, 0]
    report = built(small)
    assert state(report)[0] == before[0]
    assert told(report) == [
        ("decisions.tsv", 3, "violation", "decision-malformed"),
        ("decisions.tsv", 3, "warning", "decision-waits"),
    ]

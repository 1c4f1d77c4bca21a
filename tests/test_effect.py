"""What a decision would do, told before it is written: chains, contradictions, and the fewest to withdraw."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.identity import Decisions, Directory, Judged, Verdict, clusters
from diaspora_kg.identity.decisions import read_decisions
from diaspora_kg.identity.effect import Effect, assumed, effect, joining, parting, together
from diaspora_kg.identity.live import Live
from tests.reviewing import built
from tests.small import REGISTER, project, write
from tests.test_clusters import RECORDS, decision, decisions
from tests.test_decisions import row

ACTORS = ("a.x", "a.y", "b.x", "c.x", "d.x", "r")
PAIRS = st.lists(st.sampled_from(ACTORS), min_size=2, max_size=2, unique=True)
SAME = st.lists(PAIRS.map(lambda pair: f"{pair[0]} same {pair[1]}"), max_size=9)


def ids(found: Effect) -> list[str]:
    return [one.id for one in found.parts]


def test_what_joining_two_clusters_makes() -> None:
    found = effect(decisions("b.x same a.x", "c.x same d.x"), "b.x", "d.x", Verdict.SAME)
    assert found == Effect(("a.x", "b.x", "c.x", "d.x"), "a.x")
    assert effect(Decisions(), "b.x", "r", Verdict.SAME) == Effect(("b.x", "r"), "r")
    assert effect(Decisions(), "b.x", "r", Verdict.UNSURE) == Effect()


def test_a_contradiction_is_told_by_the_shortest_chain() -> None:
    made = decisions("a.x same b.x", "b.x same c.x", "c.x same d.x", "a.x same c.x")
    [told] = effect(made, "a.x", "d.x", Verdict.DIFFERENT).conflicts
    chain = "`a.x` same `c.x` (d3, line 6), `c.x` same `d.x` (d2, line 5)"
    assert told == f"`a.x` and `d.x` are different here, but one by {chain}."
    made = decisions("a.x same b.x", "a.x different d.x")
    [told] = effect(made, "d.x", "b.x", Verdict.SAME).conflicts
    assert "`a.x` same `b.x` (d0, line 3), `b.x` same `d.x` (this one)" in told
    [told] = effect(decisions("r same a.x", "a.x same b.x"), "b.x", "s", Verdict.SAME).conflicts
    assert told.startswith("`r` and `s` are two entries of the register, but one by `r` same `a.x` (d0")
    # what contradicted itself before is not told again
    assert effect(decisions("a.x same b.x", "a.x different b.x"), "c.x", "d.x", Verdict.SAME).conflicts == ()


def test_the_finding_of_a_build_tells_the_same_chain() -> None:
    made = decisions("a.x same b.x", "b.x same c.x", "c.x same a.y", "a.x different a.y", "b.x same a.y")
    [finding] = clusters(made, Directory(RECORDS).record, {}, "decisions.tsv").findings
    assert (finding.line, finding.code) == (6, "decision-contradiction")
    assert "`a.x` same `b.x` (d0, line 3), `b.x` same `a.y` (d4, line 7)" in finding.message
    assert "d1" not in finding.message
    [finding] = clusters(decisions("r same a.x", "s same a.x"), Directory(RECORDS).record, {}, "x").findings
    assert "`r` same `a.x` (d0, line 3), `a.x` same `s` (d1, line 4)" in finding.message


def test_what_parts_two_records() -> None:
    made = decisions("a.x same b.x", "b.x same c.x", "a.x same c.x", "c.x same d.x")
    assert ids(effect(made, "a.x", "d.x", Verdict.DIFFERENT)) == ["d3"]
    assert ids(effect(made, "a.x", "b.x", Verdict.DIFFERENT)) == ["d0", "d2"]
    assert ids(effect(made, "a.x", "r", Verdict.DIFFERENT)) == []
    twice = decisions("a.x same b.x", "b.x same a.x")
    assert ids(effect(twice, "a.x", "b.x", Verdict.DIFFERENT)) == ["d0", "d1"]


@settings(max_examples=50, deadline=None)
@given(SAME, PAIRS)
def test_no_fewer_decisions_part_two_records(written: list[str], pair: list[str]) -> None:
    left, right = pair
    made = decisions(*written)
    found = parting(made, left, right)

    def one_without(gone: tuple[str, ...]) -> bool:
        kept = Decisions(tuple(one for one in made.rows if one.id not in gone))
        return right in together(kept, left)

    assert not one_without(tuple(one.id for one in found))
    assert bool(found) == (right in together(made, left)) == bool(joining(made, left, right))
    for fewer in range(len(found)):
        names = [one.id for one in made.rows]
        assert all(one_without(gone) for gone in combinations(names, fewer))


@settings(max_examples=50, deadline=None)
@given(SAME, PAIRS, st.randoms(use_true_random=False))
def test_a_chain_is_shortest_and_the_order_of_lines_never_counts(
    written: list[str], pair: list[str], chance: object
) -> None:
    made, (left, right) = decisions(*written), pair
    found = joining(made, left, right)
    keys = {left}
    for _ in found[:-1]:
        keys |= {key for line in written if set(line.split()[::2]) & keys for key in line.split()[::2]}
        assert right not in keys
    rows = list(made.rows)
    chance.shuffle(rows)  # type: ignore[attr-defined]
    again = Decisions(tuple(rows))
    assert [one.name for one in joining(again, left, right)] == [one.name for one in found]
    assert parting(again, left, right) == parting(made, left, right)


def test_a_withdrawn_decision_does_nothing() -> None:
    rows = (*decisions("a.x same b.x").rows, decision("w", "", "withdraw", "", "d0"))
    assert together(Decisions(rows), "a.x") == {"a.x"}


FAULTY = [
    row("d9", "a.x", "b.x", "sane"),
    row("d9", "a.x", "b.x").replace("2031-05-02", "2031-15-02"),
    "d9\ta.x\tb.x\tsame\n",
    row("d9", "a.x", "b.x").replace("Seen.", "\x1b[2J"),
    b"d9\ta.x\tb.x\tsame\t\t\xff\n",
    row("w1", "", "", "withdraw", "d1").replace("Z", ""),
]


@pytest.mark.parametrize("faulty", FAULTY)
def test_a_faulty_line_leaves_its_records_as_published(faulty: str | bytes) -> None:
    line = faulty if isinstance(faulty, bytes) else faulty.encode()
    head = "# format: 1\nid\tleft\tright\tdecision\tof\twho\twhen\twhy\n"
    data = (head + row("d1", "b.x", "c.x") + row("d2", "d.x", "a.y")).encode() + line
    made = read_decisions(data, "decisions.tsv")
    before = {"b.x": "a.x", "c.x": "a.x", "d.x": "a.y"}
    result = clusters(made, Directory(RECORDS).record, before, "decisions.tsv")
    assert result.canonical == before
    assert {"a.x", "b.x", "c.x"} <= result.held
    assert "d.x" not in result.held
    [waits] = [finding for finding in result.findings if finding.code == "decision-waits"]
    assert (waits.line, waits.severity.value) == (5, "warning")
    assert "stay as last published" in waits.message


def test_a_faulty_line_of_records_that_nothing_joins_holds_nothing() -> None:
    made = read_decisions(
        (
            "# format: 1\nid\tleft\tright\tdecision\tof\twho\twhen\twhy\n" + row("d", "a.x", "b.x", "sane")
        ).encode(),
        "decisions.tsv",
    )
    result = clusters(made, Directory(RECORDS).record, {}, "decisions.tsv")
    assert (result.held, result.findings) == (frozenset(), ())


def test_marks_of_a_merge_are_named() -> None:
    head = "# format: 1\nid\tleft\tright\tdecision\tof\twho\twhen\twhy\n"
    ours, theirs = row("d1", "a.x", "b.x"), row("d2", "c.x", "d.x")
    text = f"{head}<<<<<<< HEAD\n{ours}||||||| base\n=======\n{theirs}>>>>>>> other\n"
    found = read_decisions(text.encode(), "decisions.tsv")
    assert [one.id for one in found.active] == ["d1", "d2"]
    assert [(f.line, f.code) for f in found.findings] == [(n, "decision-malformed") for n in (3, 5, 6, 8)]
    assert {f.hint for f in found.findings} == {"Keep the lines of both sides, and delete the marks."}
    whole = read_decisions(f"<<<<<<< HEAD\n{head}{ours}".encode(), "decisions.tsv")
    assert not whole.readable
    assert "delete the marks" in whole.findings[0].hint


def test_files_put_together_by_hand() -> None:
    head = "# format: 1\nid\tleft\tright\tdecision\tof\twho\twhen\twhy\n"
    text = head + row("d1", "a.x", "b.x").replace("\n", "\r\n") + head + row("d2", "c.x", "d.x")
    found = read_decisions(b"\xef\xbb\xbf" + text.encode(), "decisions.tsv")
    assert [one.id for one in found.active] == ["d1", "d2"]
    assert [(f.line, f.severity.value) for f in found.findings] == [(4, "warning"), (5, "warning")]
    wide = read_decisions(text.encode("utf-16"), "decisions.tsv")
    assert not wide.readable
    assert "UTF-16" in wide.findings[0].hint


def test_two_entries_with_one_external_id_are_told(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    ids = ("https://id.example/7", "http://id.example/7/", "https://id.example/8")
    entries = "".join(
        f"  entry{n}: {{is: organization, names: [{{en: Entry {n}}}], external-ids: [{address}]}}\n"
        for n, address in enumerate(ids)
    )
    write(root, "register.yaml", f"{REGISTER}{entries}")
    found = [finding for finding in built(root).findings if finding.file == "register.yaml"]
    assert [(f.line, f.severity.value, f.code) for f in found] == [(5, "warning", "external-id-twice")]
    assert "is that of `entry0` too, in line 4" in found[0].message


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(PAIRS, st.sampled_from(["same", "same", "different", "unsure"])), max_size=8),
    PAIRS,
    st.sampled_from([Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE]),
)
def test_what_is_told_quickly_is_what_is_told_at_length(
    written: list[tuple[list[str], str]], pair: list[str], verdict: Verdict
) -> None:
    lines = [f"{left} {how} {right}" for (left, right), how in written]
    made, (left, right) = decisions(*lines), pair
    live = Live(made, assumed)
    assert live.members(left) == together(made, left)
    assert live.one(left, right) == (right in together(made, left))
    stepwise = Live(Decisions(), assumed)
    for one in made.rows:
        stepwise.add(Judged(one, assumed(one.left), assumed(one.right)))
    assert stepwise.members(left) == live.members(left)
    assert {one.name for one in stepwise.told(left, right)} == {one.name for one in live.told(left, right)}
    if not clusters(made, assumed, {}, "decisions.tsv").findings:
        found = effect(made, left, right, verdict)
        assert live.contradicts(left, right, verdict) == bool(found.conflicts)
        assert stepwise.contradicts(left, right, verdict) == bool(found.conflicts)

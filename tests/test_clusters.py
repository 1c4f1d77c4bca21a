"""Which records are one: components, canonical records, contradictions, and what was published before."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.article import Article, Node
from diaspora_kg.identity import Clusters, Decision, Decisions, Directory, Entry, Verdict, clusters
from diaspora_kg.names import Names
from diaspora_kg.quads import map_identity

WHEN = "2031-05-02T10:00:00Z"
NAMES = Names("https://example.org/kg/")


def entry(key: str, kind: str = "organization") -> Entry:
    article = key.rpartition(".")[0] or None
    return Entry(key, kind, key, Node(kind, key.rpartition(".")[2], 3), article, "x.yaml", 3)


RECORDS = [entry(key) for key in ("r", "s", "a.x", "a.y", "b.x", "c.x", "d.x")] + [
    entry("b.ann", "person"),
    entry("c.ann", "person"),
    entry("a.said", "claim"),
    entry("b.said", "claim"),
]
KEYS = [one.key for one in RECORDS if one.kind != "claim"]


def decision(name: str, left: str, verdict: str, right: str, of: str = "", line: int = 0) -> Decision:
    return Decision(name, left, right, Verdict(verdict), of, "Reviewer One", WHEN, "Seen.", line)


def decisions(*written: str, ids: str = "d") -> Decisions:
    """Lines such as ``a.x same b.x``; their ids are d0, d1 and so on."""
    rows = []
    for number, line in enumerate(written):
        left, verdict, right = line.split()
        rows.append(decision(f"{ids}{number}", left, verdict, right, line=number + 3))
    return Decisions(tuple(rows))


def found(
    made: Decisions,
    before: Mapping[str, str] | None = None,
    records: Iterable[Entry] = RECORDS,
    hold: Iterable[str] = (),
) -> Clusters:
    return clusters(made, Directory(records).record, before or {}, "decisions.tsv", frozenset(hold))


def codes(result: Clusters) -> list[tuple[int, str, str]]:
    return [(f.line, f.severity.value, f.code) for f in result.findings]


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ([], {}),
        (["b.x same a.x"], {"b.x": "a.x"}),
        (["c.x same b.x", "d.x same c.x"], {"c.x": "b.x", "d.x": "b.x"}),
        (["a.x same r", "a.x same b.x"], {"a.x": "r", "b.x": "r"}),
        (["a.y same a.x"], {"a.y": "a.x"}),
        (["a.x same b.x", "c.x same d.x"], {"b.x": "a.x", "d.x": "c.x"}),
        (["a.x unsure b.x", "a.x different c.x"], {}),
        (["a.x same b.x", "a.x unsure b.x", "a.x different r"], {"b.x": "a.x"}),
        (["b.ann same c.ann"], {"c.ann": "b.ann"}),
    ],
)
def test_components(written: list[str], canonical: dict[str, str]) -> None:
    result = found(decisions(*written))
    assert (result.canonical, result.findings, result.held) == (canonical, (), frozenset())
    assert len(result.judged) == len(written)


CONTRADICTIONS = [
    (["a.x same b.x", "b.x same c.x", "a.x different c.x"], [(5, "violation", "decision-contradiction")]),
    (["a.x same b.ann"], [(3, "violation", "decision-contradiction")]),
    (["r same a.x", "s same a.x"], [(4, "violation", "decision-contradiction")]),
]


@pytest.mark.parametrize(("written", "told"), CONTRADICTIONS)
def test_a_contradiction_holds_back_its_cluster_and_no_other(
    written: list[str], told: list[tuple[int, str, str]]
) -> None:
    result = found(decisions(*written, "d.x same a.y"))
    assert codes(result) == told
    assert result.canonical == {"d.x": "a.y"}
    assert [one.decision.left for one in result.judged] == ["d.x"]


def test_what_is_held_back_stays_as_it_was() -> None:
    before = {"b.x": "a.x"}
    result = found(decisions("a.x same b.x", "b.x same c.x", "a.x different c.x"), before)
    assert result.canonical == before
    assert result.held >= {"a.x", "b.x", "c.x"}
    # also what was published with it, though no decision says so now
    result = found(decisions("b.x same c.x", "b.x different c.x", "d.x same r"), before)
    assert result.canonical == {"b.x": "a.x", "d.x": "r"}


def test_a_record_that_is_gone_lets_its_decision_rest() -> None:
    left = [one for one in RECORDS if one.key != "b.x"]
    made = decisions("a.x same b.x", "b.x same c.x", "c.x same d.x")
    result = found(made, records=left)
    assert codes(result) == [(3, "warning", "decision-rests"), (4, "warning", "decision-rests")]
    assert result.canonical == {"d.x": "c.x"}
    assert found(made).canonical == {"b.x": "a.x", "c.x": "a.x", "d.x": "a.x"}


def test_what_is_said_in_one_place_is_never_joined() -> None:
    result = found(decisions("a.said same b.said", "a.x same b.x"))
    assert codes(result) == [(3, "violation", "decision-kind")]
    assert result.canonical == {"b.x": "a.x"}


def test_a_record_of_a_renamed_article_is_still_meant() -> None:
    renamed = Article("b", "articles/b.yaml", "B", "en", formerly=("old",))
    records = [*RECORDS, Entry("b", "article", "b", renamed, "b", renamed.file, 1)]
    assert found(decisions("old.x same a.x"), records=records).canonical == {"b.x": "a.x"}
    both = found(decisions("old.x same b.x"), records=records)
    assert (both.canonical, codes(both)) == ({}, [(3, "warning", "decision-rests")])


def test_two_ways_to_type_a_key_are_one() -> None:
    records = [entry("a.caf\u00e9"), entry("b.cafe\u0301")]
    result = found(decisions("a.cafe\u0301 same b.caf\u00e9"), records=records)
    assert result.canonical == {"b.caf\u00e9": "a.caf\u00e9"}
    joined = Directory(records, result.canonical).record("b.cafe\u0301")
    assert joined is not None
    assert joined.iri(NAMES) == NAMES.node("organization", "a.caf\u00e9")


def test_what_must_wait_stays_as_it_was() -> None:
    result = found(decisions("c.x same d.x"), {"b.x": "a.x"}, hold=["b.x"])
    assert result.canonical == {"b.x": "a.x", "d.x": "c.x"}
    assert codes(result) == [(0, "warning", "decision-waits")]


# Properties


VERDICTS = ["same", "same", "different", "unsure"]
PAIRS = st.lists(st.sampled_from(KEYS), min_size=2, max_size=2, unique=True)
LINES = st.lists(
    st.builds(lambda pair, verdict: f"{pair[0]} {verdict} {pair[1]}", PAIRS, st.sampled_from(VERDICTS)),
    max_size=7,
)
COMMON = settings(max_examples=100, deadline=None)


def identity(result: Clusters, before: Iterable[str] = ()) -> tuple[str, ...]:
    mapped = map_identity(result, "decisions.tsv", NAMES, "en", before)
    return mapped.graphs.get(NAMES.graph("identity"), ())


@COMMON
@given(LINES, LINES, st.randoms(use_true_random=False))
def test_the_order_of_decisions_never_counts(old: list[str], new: list[str], chance: random.Random) -> None:
    before = found(decisions(*old))
    rows = list(decisions(*new, ids="n").rows)
    first = found(Decisions(tuple(rows)), before.canonical)
    chance.shuffle(rows)
    second = found(Decisions(tuple(rows)), before.canonical)
    assert (second.canonical, second.held) == (first.canonical, first.held)
    assert identity(second, identity(before)) == identity(first, identity(before))


@COMMON
@given(LINES, LINES)
def test_withdrawing_restores_everything(kept: list[str], undone: list[str]) -> None:
    rows = decisions(*kept, *undone).rows
    plain = found(Decisions(rows[: len(kept)]))
    then = found(Decisions(rows), plain.canonical)
    withdrawn = tuple(
        decision(f"w{row.id}", row.left, "withdraw", row.right, row.id) for row in rows[len(kept) :]
    )
    again = found(Decisions((*rows, *withdrawn)), then.canonical)
    if not plain.held:  # what contradicts itself stays as published, whatever that was
        assert (again.canonical, again.judged, again.findings) == (
            plain.canonical,
            plain.judged,
            plain.findings,
        )
        assert identity(again, identity(then)) == identity(plain)


@COMMON
@given(LINES, LINES)
def test_canonical_records_are_their_own_and_no_published_pair_is_disputed(
    old: list[str], new: list[str]
) -> None:
    before = found(decisions(*old))
    now = found(decisions(*new, ids="n"), before.canonical)
    assert not set(now.canonical) & set(now.canonical.values())
    lines = identity(now, identity(before))
    compared: dict[str, dict[str, list[str]]] = {}
    for line in lines:
        subject, prop, value, _ = line.split(" ", 3)
        compared.setdefault(subject, {}).setdefault(prop.rpartition("#")[2].strip(">"), []).append(value)
    joined = set()
    for one in compared.values():
        keys = [node[1] for value in one["compares"] if (node := NAMES.kind_and_key(value.strip("<>")))]
        meant = {now.canonical.get(key, key) for key in keys}
        if one["decision"][0].endswith("/same>"):
            assert len(meant) == 1
            joined.update(keys)
        elif one["decision"][0].endswith("/different>"):
            assert len(meant) == 2
    assert set(now.canonical) <= joined


@COMMON
@given(LINES, st.sampled_from(KEYS), st.sampled_from(KEYS))
def test_a_decision_changes_its_own_cluster_only(written: list[str], left: str, right: str) -> None:
    if left == right:
        return
    before = found(decisions(*written))
    after = found(decisions(*written, f"{left} same {right}"), before.canonical)
    one = {left, right}
    same = [line.split() for line in written if " same " in line]
    for _ in KEYS:
        one |= {key for a, _, b in same if {a, b} & one for key in (a, b)}
    for key in set(KEYS) - one:
        assert after.canonical.get(key, key) == before.canonical.get(key, key)

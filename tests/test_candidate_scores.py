"""What makes two records more or less likely one, feature by feature, and which pairs are looked at."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from diaspora_kg.candidates import Hint, blocks, score
from diaspora_kg.candidates.decided import decided
from diaspora_kg.candidates.find import Collection, Wanted, blocked_of, pairs, scored_pairs
from diaspora_kg.candidates.profiles import Office, Profile, named
from diaspora_kg.candidates.values import Feature
from diaspora_kg.identity import Decision, Decisions, Verdict
from diaspora_kg.index import Content, FormerRow, Index, NodeRow, save
from diaspora_kg.likeness import Form

BASE = "https://example.org/id/person/"


def person(key: str, name: str = "Ada Venn", **more: Any) -> Profile:
    """A person of one name, declared in an article of its own."""
    made = Profile(
        f"{BASE}{key}", "person", key, named("person", [Form(name, "en")]), (name,), "", f"{BASE}{key}",
        homes=frozenset({key}), seen=frozenset({key}),
    )  # fmt: skip
    return replace(made, **more)


def compared(left: Profile, right: Profile) -> dict[str, Feature]:
    return {one.name: one for one in score.features(left, right, {})}


def verdict(left: Profile, right: Profile) -> tuple[float, Hint]:
    found = score.features(left, right, {})
    return score.total(found), score.hint(left.kind, found)


CHAIR = Office(frozenset({"chair"}), "league", "chair of the League")
DAY = ("2031-01-01", "2031-01-01")
SINGER = Office(frozenset({"singer"}), "opera", "singer at the Opera")


def test_a_name_alone_is_unsure() -> None:
    assert verdict(person("a"), person("b")) == (0.7, Hint.UNSURE)
    assert verdict(person("a"), person("b", "Bela Orr"))[0] < 0.3


@pytest.mark.parametrize(
    ("feature", "left", "right"),
    [
        ("external-id", {"ids": {"https://id.example/1"}}, {"ids": {"https://id.example/1"}}),
        ("posts", {"offices": (CHAIR, SINGER)}, {"offices": (CHAIR,)}),
        ("memberships", {"slots": {"memberships": {"league"}}}, {"slots": {"memberships": {"league"}}}),
        ("places", {"slots": {"places": {"norland"}}}, {"slots": {"places": {"norland"}}}),
        ("dates", {"spans": {"when": DAY}}, {"spans": {"when": DAY}}),
        ("described", {"label": "Ada Venn, teacher in Halm"}, {"label": "Ada Venn (a teacher)"}),
    ],
)  # fmt: skip
def test_what_speaks_for_it(feature: str, left: dict[str, Any], right: dict[str, Any]) -> None:
    one, two = person("a", **frozen(left)), person("b", **frozen(right))
    assert compared(one, two)[feature].effect > 0
    assert verdict(one, two)[0] > 0.7
    assert verdict(one, two)[0] == verdict(two, one)[0]


@pytest.mark.parametrize(
    ("feature", "left", "right"),
    [
        ("external-id-conflict", {"ids": {"https://id.example/1"}}, {"ids": {"https://id.example/2"}}),
        ("posts-conflict", {"offices": (CHAIR,)}, {"offices": (SINGER,)}),
        ("places-conflict", {"slots": {"places": {"norland"}}}, {"slots": {"places": {"tarvia"}}}),
        ("dates-conflict", {"spans": {"when": DAY}}, {"spans": {"when": ("2032-01-01", "")}}),
        ("dates-conflict", {"spans": {"ended": ("", "2030")}}, {"spans": {"founded": ("2031", "")}}),
        ("kind-conflict", {"slots": {"kind": {"court"}}}, {"slots": {"kind": {"mediaOutlet"}}}),
        ("same-article", {"homes": {"one"}}, {"homes": {"one"}}),
        ("namesakes", {"namesakes": True}, {}),
    ],
)  # fmt: skip
def test_what_speaks_against_it(feature: str, left: dict[str, Any], right: dict[str, Any]) -> None:
    one, two = person("a", **frozen(left)), person("b", **frozen(right))
    assert compared(one, two)[feature].effect < 0
    assert verdict(one, two)[0] < 0.7
    assert verdict(one, two)[0] == verdict(two, one)[0]
    helped = replace(one, offices=(CHAIR,)), replace(two, offices=(CHAIR,))
    if feature != "posts-conflict":
        assert verdict(*helped)[1] is Hint.UNSURE, "what speaks clearly against it is never passed over"


def frozen(values: dict[str, Any]) -> dict[str, Any]:
    """Sets as they are in a profile."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        tokens = isinstance(value, set)
        found[name] = frozenset(value) if tokens else value
        if name == "slots" and isinstance(value, dict):
            found[name] = {slot: frozenset(one) for slot, one in value.items()}
    return found


def test_ids_of_two_authorities_do_not_conflict() -> None:
    one, two = (
        person("a", ids=frozenset({"https://x.example/q/1"})),
        person("b", ids=frozenset({"https://y.example/q/2"})),
    )
    assert verdict(one, two)[0] == 0.7


def test_an_id_in_common_weighs_more_than_a_conflict() -> None:
    ids = frozenset({"https://id.example/1"})
    one, two = person("a", ids=ids, offices=(CHAIR,)), person("b", ids=ids, offices=(SINGER,))
    assert verdict(one, two)[1] is Hint.LIKELY


def crowd(count: int) -> Collection:
    """Many people of few names: far more of one name than a record may meet."""
    draw = random.Random(7)
    given, families = ["Ada", "Bela", "Cora", "Dara"], ["Venn", "Orel", "Tamlin"]
    made = [
        person(
            f"p{n:05}",
            f"{draw.choice(given)} {draw.choice(families)}",
            slots={"memberships": frozenset({f"club{n % 40}"})},
        )
        for n in range(count)
    ]
    return Collection(tuple(made))


def test_work_does_not_grow_with_the_square(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "_PAIRS", 0)
    counts = []
    for size in (1200, 2400):
        collection = crowd(size)
        numbers, too_many = pairs(collection, blocked_of(collection))
        assert too_many > 0
        counts.append(len(numbers) / size)
        assert counts[-1] <= blocks.KEPT
    assert counts[1] <= counts[0] * 1.1


def test_people_of_a_common_name_meet_by_what_else_they_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "_PAIRS", 0)
    collection = crowd(1500)
    blocked = blocked_of(collection)
    for place in range(0, 1500, 300):
        mine = collection.profiles[place]
        met, cut = blocked.met(place)
        alike = {
            other
            for other, profile in enumerate(collection.profiles)
            if other != place and (profile.names, profile.slots) == (mine.names, mine.slots)
        }
        assert cut
        assert alike <= set(met)


def test_a_key_that_nearly_all_have_is_cut_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "_COMMON", 50)
    cut = blocked_of(crowd(600)).cut
    assert cut.keys > 0
    assert cut.widest[0][1] > 50


def test_jobs_and_order_do_not_change_what_is_found() -> None:
    collection = crowd(400)
    shuffled = list(collection.profiles)
    random.Random(3).shuffle(shuffled)
    other = Collection(tuple(shuffled))
    found = []
    for one, jobs in ((collection, 1), (collection, 2), (other, 1)):
        scored, _, _ = scored_pairs(one, blocked_of(one, jobs), Wanted(threshold=0.5), jobs=jobs)
        keys = [(value, *sorted(one.profiles[place].key for place in places)) for value, *places in scored]
        found.append(keys)
    assert found[0] == found[1]
    assert sorted(found[0]) == sorted(found[2])
    assert found[0]


def test_a_decision_holds_for_the_whole_cluster(tmp_path: Path) -> None:
    keys = ("a", "b", "c", "d", "e")
    nodes = tuple(NodeRow(f"{BASE}{key}", "person", key) for key in keys)
    former = FormerRow("b.old", f"{BASE}b")
    published = NodeRow("https://example.org/id/decision/gone", "decision", "gone")
    save(tmp_path / "index.sqlite", Content((*nodes, published), formers=(former,)))
    rows = [
        ("1", "a", "b.old", Verdict.SAME),
        ("2", "b", "c", Verdict.DIFFERENT),
        ("3", "c", "d", Verdict.SAME),
    ]
    rows += [
        ("4", "a", "e", Verdict.UNSURE),
        ("5", "a", "nobody", Verdict.SAME),
        ("6", "d", "e", Verdict.SAME),
    ]
    made = [Decision(name, left, right, verdict, "", "Ada", "", "") for name, left, right, verdict in rows]
    undone = Decision("7", "", "", Verdict.WITHDRAW, "6", "Ada", "", "")
    with Index(tmp_path / "index.sqlite") as index:
        found = decided(Decisions((*made, undone)), index)
    judged = {
        (one, two) for one in keys for two in keys if one < two and found.judged(BASE + one, BASE + two)
    }
    assert judged == {
        ("a", "b"),
        ("a", "c"),
        ("a", "d"),
        ("b", "c"),
        ("b", "d"),
        ("c", "d"),
        ("a", "e"),
        ("b", "e"),
    }
    assert found.not_built == ("1", "2", "3", "4")
    assert found.undone == ("gone",)

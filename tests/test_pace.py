"""How many nodes the first rows of an answer are asked for at a time."""

from __future__ import annotations

from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.queries.pace import MOST, NODES, Pace, Slowly, batches


def asked(rows: list[int], largest: int = NODES) -> list[int]:
    """The sizes, where each node in turn has so many rows, and none after them."""
    pace = Pace(largest)
    sizes = []
    for some in batches(range(MOST + 50), pace.sizes()):
        sizes.append(len(some))
        pace.rows += sum(rows[node] for node in some if node < len(rows))
    return sizes


def test_one_node_of_many_rows_is_asked_alone_and_its_like_by_twos() -> None:
    assert asked([99] * 1000)[:4] == [1, 1, 2, 4]


def test_where_each_node_has_a_row_many_follow_at_once() -> None:
    assert asked([1] * 1000)[:3] == [1, 10, NODES]


def test_where_rows_are_rare_the_next_are_few() -> None:
    assert asked([])[:4] == [1, 3, 12, NODES]


def test_articles_are_fewer_at_a_time() -> None:
    assert max(asked([1] * 1000, 16)) == 16


@settings(max_examples=50)
@given(st.lists(st.integers(0, 300), max_size=50))
def test_so_many_nodes_in_all_whatever_rows_they_have(rows: list[int]) -> None:
    sizes = asked(rows)
    assert sum(sizes) == MOST
    assert max(sizes) <= NODES


def test_it_is_in_vain_only_when_enough_was_tried() -> None:
    assert not Pace(nodes=95, rows=0).vain(100)
    assert Pace(nodes=96, rows=0).vain(100)
    assert not Pace(nodes=96, rows=90).vain(100)


@settings(max_examples=50)
@given(st.integers(0, 40), st.integers(1, 30))
def test_what_is_found_slowly_is_what_is_found_at_once(there: int, most: int) -> None:
    calls: list[int] = []

    def ask(count: int) -> list[int]:
        calls.append(count)
        return list(range(there))[:count]

    slow = Slowly(ask, most, early=(5, 12))
    assert list(slow) == list(range(there))[:most]
    assert list(slow) == list(range(there))[:most]
    assert slow.every == (there <= most)
    assert all(count <= there for count in calls[:-1])  # what is known to be all is not asked for again
    assert len(calls) <= 3


def test_others_are_asked_for_only_when_they_are_wanted() -> None:
    calls: list[int] = []

    def ask(count: int) -> list[int]:
        calls.append(count)
        return list(range(count))

    slow = Slowly(ask, 100, early=(5, 12))
    assert list(islice(slow, 5)) == [0, 1, 2, 3, 4]
    assert calls == [6]
    assert list(islice(slow, 6)) == [0, 1, 2, 3, 4, 5]
    assert calls == [6, 13]
    assert not slow.every
    assert calls == [6, 13, 101]

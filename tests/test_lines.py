"""The lines of a build from nothing: what was withdrawn is not loaded, and portions are all of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.build.lines import Extent, Lines, Sent, articles, recorded, sent
from diaspora_kg.errors import RunStopped

KEYS = st.sampled_from(("a", "b.c", "d \u2028 e", "# 7"))
TEXTS = st.lists(
    st.sampled_from(("<s> <p> <o> <g> .", '<s> <p> "x\\n# 3" <g> .', "<ü> <p> <o> <g> .")), max_size=4
)


def of(folder: Path, records: list[tuple[str, list[str]]]) -> Lines:
    lines = Lines(folder / "lines")
    for key, text in records:
        add(lines, key, *text)
    return lines


def add(lines: Lines, key: str, *text: str) -> None:
    lines.add(sent([recorded(key, "".join(f"{line}\n" for line in text).encode())]))


def read(lines: Lines, size: int, begin: int = 0) -> list[str]:
    portions = [data.decode() for data, _ in lines.portions(begin, size)]
    assert all(data.endswith("\n") for data in portions)
    return [line for data in portions for line in data.split("\n")[:-1] if not line.startswith("# ")]


@given(
    records=st.lists(st.tuples(KEYS, TEXTS), max_size=6),
    gone=st.sets(KEYS, max_size=2),
    size=st.integers(1, 99),
)
@settings(max_examples=60)
def test_portions_hold_what_was_not_withdrawn(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, list[str]]], gone: set[str], size: int
) -> None:
    lines = of(tmp_path_factory.mktemp("lines"), records)
    withdrawn = [(key, list(text)) for key, text in lines.withdraw(gone)]
    assert withdrawn == [(key, text) for key, text in records if key in gone]
    assert read(lines, size) == [line for key, text in records if key not in gone for line in text]
    assert list(lines.withdraw(gone)) == []
    assert sum(articles(data) for data, _ in lines.portions(0, size)) == sum(
        key not in gone for key, _ in records
    )
    lines.close()


def test_what_came_after_a_rest_is_forgotten(tmp_path: Path) -> None:
    lines = of(tmp_path, [("a", ["1", "2"]), ("b", ["3"])])
    list(lines.withdraw({"a"}))
    rest = lines.rest()
    add(lines, "c", "4")
    list(lines.withdraw({"b"}))
    lines.close()
    lines = Lines(tmp_path / "lines", rest)
    add(lines, "d", "5")
    assert read(lines, 3) == ["3", "5"]
    assert lines.rest().size == (tmp_path / "lines").stat().st_size
    lines.remove()
    lines.close()
    assert not (tmp_path / "lines").exists()


def test_a_place_up_to_which_lines_were_loaded_is_where_it_goes_on(tmp_path: Path) -> None:
    lines = of(tmp_path, [("a", ["1"] * 9), ("b", ["2"]), ("c", ["3"])])
    list(lines.withdraw({"b"}))
    places = [end for _, end in lines.portions(0, 8)]
    assert [lines.left(place) for place in places] == sorted(
        (lines.left(place) for place in places), reverse=True
    )
    assert lines.left(0) == 1
    assert lines.left(places[-1]) == 0
    for place in places:
        done = [data for data, end in lines.portions(0, 8) if end <= place]
        rest = [data for data, _ in lines.portions(place, 8)]
        assert b"".join((*done, *rest)) == b"".join(data for data, _ in lines.portions(0, 8))
    lines.close()


@pytest.mark.parametrize(
    "damage",
    [
        b"x",
        b"# ",
        b"# 1",
        b"# one 1",
        b"# -9 1",
        b"# 99 1",
        b"# 1 [1]",
        b"# 1 " + b"[" * 9999,
        b'# 1 "a"\n\xff',
        b"# 1 \xff",
        b"# " + b"1" * 5000 + b' "a"',
    ],
)
def test_a_damaged_file_is_told(tmp_path: Path, damage: bytes) -> None:
    lines = of(tmp_path, [("a", ["1"])])
    lines.add(Sent(len(damage) + 1, damage + b"\n"))
    with pytest.raises(RunStopped, match=r"lines, which is damaged .* begins anew"):
        list(lines.withdraw({"a"}))
    lines.close()


def test_nothing_at_all_is_no_portion(tmp_path: Path) -> None:
    lines = Lines(tmp_path / "lines", Extent())
    assert list(lines.portions(0, 8)) == []
    assert lines.left(0) == 0
    lines.close()


def test_lines_that_come_in_a_file_are_those_that_come_by_themselves(tmp_path: Path) -> None:
    records = [recorded("a", b"1\n2\n"), recorded("b", b""), recorded("c", b"3\n")]
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    beside, within = sent(records, outbox), sent(records)
    assert beside.path
    assert (beside.data, within.path) == (b"", "")
    assert beside.size == within.size == sum(map(len, records))
    assert beside.part(8, 12) == within.part(8, 12) == b"1\n2\n"
    for name, one in (("beside", beside), ("within", within)):
        lines = Lines(tmp_path / name)
        lines.add(one)
        assert lines.rest().size == one.size
        assert read(lines, 2) == ["1", "2", "3"]
        lines.close()
    assert (tmp_path / "beside").read_bytes() == (tmp_path / "within").read_bytes()
    assert not list(outbox.iterdir())


def test_of_no_lines_no_file_is_made(tmp_path: Path) -> None:
    assert sent([], tmp_path).size == 0
    assert not list(tmp_path.iterdir())

"""Rows for the index that wait in a file until the store is loaded."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from diaspora_kg.build.later import Later, carried
from diaspora_kg.errors import RunStopped
from diaspora_kg.index import Filling, FormerRow, Index, Writer


class Odd(str):
    """A kind of string that a reader script has of its own."""

    __slots__ = ()


def rows(*numbers: int, article: str = "a", kind: str = "person") -> Filling:
    """What an article says of some nodes."""
    found = Filling()
    for number in numbers:
        found.tell(
            [(f"i:{number}", kind, f"a.n{number}", f"Ada {number}")],
            [(f"i:{number}", "name", "en", f"Ada {number}")],
        )
    found.place([(f"i:{number}", article, f"articles/{article}.yaml", number, "") for number in numbers])
    found.formers.append(FormerRow(f"old-{article}", f"i:{article}"))
    found.shared.add("i:elsewhere")
    return found


def everything(path: Path) -> list[list[tuple[object, ...]]]:
    with Index(path) as index:
        return [sorted(index.all_rows(view)) for view in ("nodes", "words", "origins", "formers")]


def test_what_waited_is_put_in_as_if_it_had_not(tmp_path: Path) -> None:
    with closing(Writer(tmp_path / "at-once.sqlite")) as writer:
        stale = writer.fill(rows(1, 2))
        writer.forget_places("a", "i:a")
        stale |= writer.fill(rows(2, 3, article="b")) | writer.fill(rows(1, 4))
    later = Later(tmp_path / "rows")
    later.fill(carried(rows(1, 2)))
    later.forget("a", "i:a")
    later.fill(b"")
    later.fill(carried(rows(2, 3, article="b")))
    later.fill(carried(rows(1, 4)))
    with closing(Writer(tmp_path / "later.sqlite")) as other:
        assert later.bring_in(other) == stale == {"i:1", "i:2", "i:elsewhere"}
        assert (other.total, other.kinds) == (writer.total, writer.kinds)
    later.close()
    assert everything(tmp_path / "later.sqlite") == everything(tmp_path / "at-once.sqlite")


def test_what_came_after_a_rest_is_forgotten(tmp_path: Path) -> None:
    later = Later(tmp_path / "rows")
    later.fill(carried(rows(1)))
    size = later.rest()
    assert size == (tmp_path / "rows").stat().st_size
    later.fill(carried(rows(2, article="b")))
    later.close()
    again = Later(tmp_path / "rows", size)
    again.fill(carried(rows(3, article="c")))
    with closing(Writer(tmp_path / "index.sqlite")) as writer:
        again.bring_in(writer)
    again.close()
    nodes, *_ = everything(tmp_path / "index.sqlite")
    assert [row[0] for row in nodes] == ["i:1", "i:3"]


@pytest.mark.parametrize("kind", ["person", Odd("person")])
def test_rows_travel_whatever_a_script_made_of_them(tmp_path: Path, kind: str) -> None:
    later = Later(tmp_path / "rows")
    later.fill(carried(rows(1, kind=kind)))
    with closing(Writer(tmp_path / "index.sqlite")) as writer:
        later.bring_in(writer)
    later.close()
    assert everything(tmp_path / "index.sqlite")[0] == [("i:1", "person", "a.n1", "Ada 1")]


@pytest.mark.parametrize("said", ["", "\x7f", "a\x7fb", "a\0b", "\n", '"\\\N{FACE WITH TEARS OF JOY}'])
def test_words_come_as_they_were_said(tmp_path: Path, said: str) -> None:
    found = Filling()
    found.tell([("i:1", "person", "a", said), ("i:2", "person", "b", "")], [("i:1", "name", "en", said)])
    found.place([("i:1", "a", "articles/a.yaml", 7, said)])
    found.formers.append(FormerRow(said, "i:1"))
    later = Later(tmp_path / "rows")
    later.fill(carried(found))
    with closing(Writer(tmp_path / "later.sqlite")) as writer:
        later.bring_in(writer)
    later.close()
    with closing(Writer(tmp_path / "at-once.sqlite")) as other:
        other.fill(found)
    assert everything(tmp_path / "later.sqlite") == everything(tmp_path / "at-once.sqlite")
    assert ("i:1", "name", "en", said) in everything(tmp_path / "later.sqlite")[1]


def test_of_no_rows_nothing_waits() -> None:
    assert carried(Filling()) == b""


ODD = (b'"a"', b"7", b"[[1]]", b'[["a", "b", "c", {}]]')


@pytest.mark.parametrize(
    "damage",
    [
        *(b"{", b"[" * 9999, b"[]", b"7", b'["only"]', b"[1, 2, 3]", b"\xff"),
        *(b'[%s, [], [], [], [1, 0], [], "", []]' % odd for odd in ODD),
        b"[[], [], [], [7], 5, 6, 7, 8]",
    ],
)
def test_a_damaged_file_is_told(tmp_path: Path, damage: bytes) -> None:
    later = Later(tmp_path / "rows.new")
    later.fill(carried(rows(1)))
    later.fill(damage)
    told = pytest.raises(RunStopped, match=r"rows\.new, which is damaged .* begins anew")
    with closing(Writer(tmp_path / "index.sqlite")) as writer, told:
        later.bring_in(writer)
    later.close()


def test_a_file_that_ends_too_early_is_told(tmp_path: Path) -> None:
    later = Later(tmp_path / "rows.new")
    later.fill(carried(rows(1)))
    size = later.rest()
    later.close()
    short = Later(tmp_path / "rows.new", size - 1)
    with closing(Writer(tmp_path / "index.sqlite")) as writer, pytest.raises(RunStopped, match="damaged"):
        short.bring_in(writer)
    short.close()

"""Answers that are kept for a while: made once, never more than there is room for."""

from __future__ import annotations

import asyncio

import pytest

from diaspora_kg.endpoint.kept import Kept, Made
from diaspora_kg.endpoint.settings import Limits
from diaspora_kg.endpoint.turns import Turns


def test_an_answer_is_made_once_for_all_who_wait_for_it() -> None:
    calls: list[str] = []

    def make() -> Made:
        calls.append("made")
        return Made(b"page")

    async def run() -> list[Made]:
        kept = Kept(Turns(Limits(), at_once=1))
        return await asyncio.gather(*(kept.get("a", "", make) for _ in range(20)))

    assert asyncio.run(run()) == [Made(b"page")] * 20
    assert calls == ["made"]


def test_what_was_not_asked_for_longest_makes_room() -> None:
    async def run() -> list[str]:
        kept, made = Kept(Turns(Limits()), size=80), []

        def make(name: str) -> Made:
            made.append(name)
            return Made(b"x" * 10)

        for name in "abcdefgh":
            await kept.get(name, "", lambda name=name: make(name))  # type: ignore[misc]
        await kept.get("a", "", lambda: make("a"))
        await kept.get("i", "", lambda: make("i"))
        await kept.get("a", "", lambda: make("a"))
        await kept.get("b", "", lambda: make("b"))
        return made

    assert asyncio.run(run()) == [*"abcdefgh", "i", "b"]


def test_what_was_made_of_another_snapshot_goes() -> None:
    async def run() -> list[str]:
        kept, made, first, second = Kept(Turns(Limits()), size=80), [], object(), object()

        def make(name: str) -> Made:
            made.append(name)
            return Made(name.encode())

        for name, of in (
            ("a", first),
            ("b", first),
            ("a", first),
            ("c", second),
            ("a", second),
            ("c", second),
        ):
            await kept.get(name, "", lambda name=name: make(name), of)  # type: ignore[misc]
        assert list(kept._made) == ["a", "c"]
        return made

    assert asyncio.run(run()) == ["a", "b", "c", "a"]


def test_a_very_long_answer_and_a_failure_are_not_kept() -> None:
    async def run() -> None:
        kept = Kept(Turns(Limits()), size=80)
        assert (await kept.get("a", "", lambda: Made(b"x" * 11))).body == b"x" * 11
        assert (await kept.get("a", "", lambda: Made(b"y"))).body == b"y"
        with pytest.raises(ZeroDivisionError):
            await kept.get("b", "", lambda: Made(bytes(1 // 0)))
        assert (await kept.get("b", "", lambda: Made(b"z"))).body == b"z"

    asyncio.run(run())

"""Who runs next."""

from __future__ import annotations

import asyncio
import re
from ipaddress import ip_network

import pytest

from diaspora_kg.endpoint.context import client_of
from diaspora_kg.endpoint.frames import END, PART, Frames, Malformed, frame
from diaspora_kg.endpoint.lanes import Busy, Penalties, Shapes, Slots, shape


def test_the_one_who_has_used_least_goes_first() -> None:
    async def play() -> list[str]:
        penalties = Penalties()
        for client, seconds in (("greedy", 9.0), ("modest", 0.1), ("middling", 1.0)):
            penalties.add(client, seconds)
        slots, order = Slots(1, 10, penalties), []

        async def work(client: str) -> None:
            await slots.take(client, 5)
            order.append(client)
            slots.give()

        assert slots.take_now()
        waiting = [asyncio.create_task(work(client)) for client in ("greedy", "middling", "modest", "new")]
        await asyncio.sleep(0)
        slots.give()
        await asyncio.gather(*waiting)
        assert slots.free == 1
        return order

    assert asyncio.run(play()) == ["new", "modest", "middling", "greedy"]


def test_a_full_queue_sends_away_who_has_used_most() -> None:
    async def play() -> None:
        penalties = Penalties()
        penalties.add("greedy", 9.0)
        slots = Slots(1, 1, penalties)
        assert slots.take_now()
        greedy = asyncio.create_task(slots.take("greedy", 5))
        await asyncio.sleep(0)
        modest = asyncio.create_task(slots.take("modest", 5))
        with pytest.raises(Busy):
            await greedy
        with pytest.raises(Busy):
            await slots.take("another", 5)
        slots.give()
        await modest
        slots.give()
        assert (slots.free, slots.waiting) == (1, 0)

    asyncio.run(play())


def test_who_waits_too_long_or_leaves_gives_no_place_away() -> None:
    async def play() -> None:
        slots = Slots(1, 5, Penalties())
        assert slots.take_now()
        with pytest.raises(Busy):
            await slots.take("one", 0.01)
        leaving = asyncio.create_task(slots.take("two", 5))
        await asyncio.sleep(0)
        slots.give()
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        assert (slots.free, slots.waiting) == (1, 0)

    asyncio.run(play())


def test_a_shape_is_what_is_left_without_names_and_values() -> None:
    one = 'PREFIX a: <urn:a> SELECT ?x { ?x a:b "c"@en } # words'
    assert shape(one) == shape("prefix q: <urn:z> select ?who\n{ ?who <urn:b> 'other' }")
    assert shape(one) != shape(one.replace("SELECT", "SELECT DISTINCT"))
    shapes = Shapes()
    assert not shapes.knows(one)
    shapes.add(one)
    assert shapes.knows(one.replace("?x", "?y"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["203.0.113.9"], "192.0.2.1"),
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["6.6.6.6, 203.0.113.9", "10.0.0.2"], "203.0.113.9"),
        ("10.0.0.1", ["no address"], "10.0.0.1"),
        ("::ffff:10.0.0.1", ["2001:db8::1:2:3:4"], "2001:db8::/64"),
        ("2001:db8:0:1::9", [], "2001:db8:0:1::/64"),
        ("", [], ""),
    ],
)
def test_for_whom_a_proxy_asks(peer: str, forwarded: list[str], client: str) -> None:
    assert client_of(peer, forwarded, [ip_network("10.0.0.0/8")]) == client


def test_messages_come_in_pieces() -> None:
    data = frame(PART, b"x" * 300) + frame(END)
    frames = Frames()
    found = [message for start in range(0, len(data), 7) for message in frames.feed(data[start : start + 7])]
    assert found == [(PART, b"x" * 300), (END, b"")]
    with pytest.raises(Malformed, match=re.escape("too long")):
        list(Frames().feed(b"P" + b"\xff" * 8))

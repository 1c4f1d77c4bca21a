"""Actors and their ties, before they are drawn; more than can be read become groups with their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from diaspora_kg.light import light
from diaspora_kg.pages.pictures.manner import Manner

MOST = 60
"""Actors that are drawn one by one."""


@light
@dataclass(frozen=True, slots=True)
class Actor:
    """A box; ``kind`` is a class of the stylesheet, ``band`` the heading it stands under.

    ``unknown``: no source names it. ``number``: how many actors the box stands for.
    """

    id: str
    words: str
    kind: str
    band: str
    href: str = ""
    focus: bool = False
    unknown: bool = False
    number: int = 1


@light
@dataclass(frozen=True, slots=True)
class Tie:
    """A line from one actor to another; ``tone`` is a class (``tie``, ``for``, ``against``, ``open``)."""

    source: str
    target: str
    words: str
    tone: str
    manner: Manner = Manner.OWN
    voice: str = ""
    number: int = 1


def grouped(found: Sequence[Actor], ties: Sequence[Tie]) -> tuple[list[Actor], list[Tie]]:
    """Actors of one kind with the same tie to the middle as one box, with their number."""
    focus = next((one for one in found if one.focus), found[0])
    by_id = {one.id: one for one in found}
    first: dict[str, tuple[str, str, bool]] = {}
    for tie in ties:
        if focus.id in (tie.source, tie.target):
            other = tie.target if tie.source == focus.id else tie.source
            first.setdefault(other, (tie.words, tie.tone, tie.source == focus.id))
    boxes: dict[tuple[str, str, str, bool], list[Actor]] = defaultdict(list)
    for other, (words, tone, outward) in first.items():
        if other != focus.id:
            boxes[(by_id[other].band, words, tone, outward)].append(by_id[other])
    new, lines = [focus], []
    for place, (key, members) in enumerate(sorted(boxes.items(), key=_largest)[:MOST]):
        _, words, tone, outward = key
        box = replace(members[0], id=f"g{place}", number=len(members)) if len(members) > 1 else members[0]
        new.append(box)
        ends = (focus.id, box.id) if outward else (box.id, focus.id)
        lines.append(Tie(*ends, words, tone, number=len(members)))
    return new, lines


def _largest(box: tuple[tuple[str, str, str, bool], list[Actor]]) -> tuple[int, tuple[str, str, str, bool]]:
    return -len(box[1]), box[0]

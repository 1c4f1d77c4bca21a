"""The reason that stands beside a decision unless the reviewer writes another: what both records show.

It is published, so it says only what was there to be seen, never that it is so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from diaspora_kg.identity import Verdict
from diaspora_kg.index import fold
from diaspora_kg.review.portrait import PARTS, Portrait, Said

_COMPARED = (
    "external id", "post", "in", "holders", "member of", "place", "date", PARTS, "status", "sort",
)  # fmt: skip
_TELLING = ("external id", "post", "member of", "place", "date", "in")
"""Headings whose values, if both records have some and share none, speak against their being one."""
_MOST = 3
_LONG = 60


def reason(left: Portrait, right: Portrait, verdict: Verdict) -> str:
    """What a reviewer saw, in one line.

    It names what both share for ``same``, what sets them apart for ``different``, and both for ``unsure``.
    """
    alike, apart = list(shared(left, right)), list(differing(left, right))
    if verdict is Verdict.SAME:
        told = _some("same", alike)
    elif verdict is Verdict.DIFFERENT:
        told = _some("different", apart) or _little(alike)
    else:
        told = "; ".join(part for part in (_some("same", alike), _some("different", apart)) if part)
        told += "; not enough to tell" if told else "not enough to tell"
    return f"Reviewed side by side{': ' + told if told else ''}."


def shared(left: Portrait, right: Portrait) -> Iterator[str]:
    """What both records show: a name first."""
    names = {fold(one.text): one.text for one in left.names}
    if both := [names[fold(one.text)] for one in right.names if fold(one.text) in names]:
        yield f"name {_short(both[0])}"
    for heading in _COMPARED:
        if both_said := _both(left.said(heading), right.said(heading), heading):
            yield f"{_bare(heading)} {_short(both_said[0])}"
    if both_in := _both(left.articles, right.articles, PARTS):
        yield f"article {_short(both_in[0])}"


def differing(left: Portrait, right: Portrait) -> Iterator[str]:
    """What sets them apart: each heading under which both say something and share nothing."""
    for heading in _TELLING:
        one, other = (_exact(heading, side.said(heading)) for side in (left, right))
        if one and other and not _both(one, other):
            yield f"{_bare(heading)} ({_short(one[0].words)}, {_short(other[0].words)})"


def _exact(heading: str, said: Sequence[Said]) -> Sequence[Said]:
    """Of dates only those of a day: two that are bounds may still be one."""
    return said if heading != "date" else [one for one in said if one.words.startswith("on 2")]


def _little(alike: list[str]) -> str:
    if not alike:
        return "nothing that both show is the same"
    if len(alike) == 1:
        return f"only the {alike[0]} is the same"
    return f"the same {', '.join(alike[:_MOST])}, and yet not one"


def _some(begin: str, parts: Iterable[str]) -> str:
    kept = list(parts)[:_MOST]
    return f"{begin} {', '.join(kept)}" if kept else ""


def _both(one: Iterable[Said], other: Iterable[Said], heading: str = "") -> list[str]:
    known = {mark for said in other for mark in _marks(said, heading)}
    return [said.words for said in one if not known.isdisjoint(_marks(said, heading))]


def _marks(said: Said, heading: str) -> set[str]:
    """By what it is known: the node, or its words where these are enough."""
    by_key = {f"<{said.key}>"} if said.key else set()
    return by_key if heading == PARTS else by_key | {fold(said.words)}


def _bare(heading: str) -> str:
    return {
        "takes part in": "part in",
        "in": "organization",
        "member of": "membership in",
        "holders": "holder",
    }.get(heading, heading)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"

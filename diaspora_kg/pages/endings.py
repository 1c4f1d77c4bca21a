"""How the end of a status is put: a change that is only possible, or denied, has not ended it.

A status knows the change that ended it (``dkg:endedWith``). Whether anybody holds that change to have
happened is said by the claims on the change, which stand on the same page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from diaspora_kg.pages.facts import Dated, Value
from diaspora_kg.pages.making import Items, Making
from diaspora_kg.pages.statuses import held
from diaspora_kg.pages.statusviews import StatusBar, StatusEnd, StatusHistory, StatusMark


def with_ends(page: Making, items: Items, found: StatusHistory) -> StatusHistory:
    """The same history, in which each status tells how its end is put.

    A status whose end nobody holds to be so has no end date: the change has it, with what is said of it.
    """
    marks = {mark.iri: mark for mark in found.marks}
    return replace(found, bars=tuple(_bar(page, items, marks, bar) for bar in found.bars))


def _bar(page: Making, items: Items, marks: Mapping[str, StatusMark], bar: StatusBar) -> StatusBar:
    if bar.ended is None:
        return bar
    claims = page.claims(items.get(bar.ended.iri, ()))
    if not claims:  # they stand on another page of the node
        return bar
    puts, (refs, _) = page.said.puts(claims), page.numbers.some(claims)
    mark = marks.get(bar.ended.iri)
    change = Value(mark.words, mark.iri, model=True) if mark else bar.ended
    end = StatusEnd(change, puts, refs, held(puts))
    if end.held or bar.ends != page.said.dated(bar.ended.iri, "when"):
        return replace(bar, ending=end)
    return replace(bar, ending=end, ends=Dated())

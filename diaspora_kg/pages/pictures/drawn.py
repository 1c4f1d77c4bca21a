"""From what a panel shows to its picture: the functions that templates call.

Each takes the context of the template, for the words of the reader's language and the addresses of pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from jinja2.runtime import Context
from jinja2.utils import pass_context
from markupsafe import Markup

from diaspora_kg.pages.dates import bounds
from diaspora_kg.pages.pictures.history import Era, Mark, Words, history
from diaspora_kg.pages.pictures.manner import Manner, tone
from diaspora_kg.pages.spoken import Translate, manner, sentence
from diaspora_kg.pages.views import StatementMark, StatusBar, StatusHistory, StatusMark

_LABELLED = 5  # days with statements that have room for words


@pass_context
def status_picture(context: Context, found: StatusHistory, marks: Sequence[StatementMark], title: str) -> Markup:
    """The legal status over time, with the days of statements below; empty where nothing has a date."""
    say: Translate = context["translate"]
    href = context["site"].href
    shown = [*(_change(mark, href, say) for mark in found.marks), *_said(marks, say)]
    words = Words(
        title=say("Legal status over time: %(title)s") % {"title": title},
        described=say("The table below says the same."),
        status=say("Legal status"),
        unplaced=say("country not stated"),
    )
    return history([_era(bar, href, say) for bar in found.bars], shown, words) or Markup()


def _era(bar: StatusBar, href: Translate, say: Translate) -> Era:
    return Era(
        words=say(bar.words),
        place=bar.jurisdiction.words if bar.jurisdiction else "",
        starts=bounds(bar.starts),
        ends=bounds(bar.ends),
        tone=tone(bar.value),
        manner=manner(bar.puts),
        voice=sentence(bar.puts, say),
        sources=bar.refs,
        href=href(bar.iri),
    )


def _change(mark: StatusMark, href: Translate, say: Translate) -> Mark:
    return Mark(
        words=say(mark.words),
        lane=say("Events"),
        when=bounds(mark.dated),
        tone=tone(mark.value),
        manner=manner(mark.puts),
        voice=sentence(mark.puts, say),
        sources=mark.refs,
        href=href(mark.iri),
    )


def _said(marks: Iterable[StatementMark], say: Translate) -> list[Mark]:
    """One mark for each day on which something was said, with the number of claims."""
    days: dict[date, list[StatementMark]] = defaultdict(list)
    for mark in marks:
        when = bounds(mark.dated)
        if day := when.last or when.first:
            days[day].append(mark)
    return [_day(same, say, len(days) <= _LABELLED) for _, same in sorted(days.items())]


def _day(same: Sequence[StatementMark], say: Translate, labelled: bool) -> Mark:
    claims = sum(mark.claims for mark in same)
    told = say("%(claims)d claims in %(number)d statements") % {"claims": claims, "number": len(same)}
    if len(same) == 1:
        told = say("claims in %(kind)s: %(claims)d") % {"claims": claims, "kind": say(same[0].words)}
    return Mark(
        words=told if labelled else "",
        lane=say("Statements"),
        when=bounds(same[0].dated),
        manner=Manner.OWN,
        voice=told,
        sources=tuple(sorted({ref for mark in same for ref in mark.refs}))[: 2 if labelled else 0],
    )


@pass_context
def network_picture(context: Context, found: object, title: str) -> Markup:
    return Markup()

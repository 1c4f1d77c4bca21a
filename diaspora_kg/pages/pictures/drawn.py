"""From what a panel shows to its picture: the functions that templates call.

Each takes the context of the template, for the words of the reader's language and the addresses of pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from jinja2.runtime import Context
from jinja2.utils import pass_context
from markupsafe import Markup

from diaspora_kg.pages.dates import bounds
from diaspora_kg.pages.facts import Put, Value
from diaspora_kg.pages.language import Language, language
from diaspora_kg.pages.pictures.actors import Actor, Tie, actors
from diaspora_kg.pages.pictures.actors import Words as actors_words
from diaspora_kg.pages.pictures.chronology import chronology
from diaspora_kg.pages.pictures.history import Era, Mark, Words, history
from diaspora_kg.pages.pictures.manner import Manner, tone
from diaspora_kg.pages.pictures.moments import Moment, moments
from diaspora_kg.pages.related import Network, NetworkEdge, NetworkNode
from diaspora_kg.pages.spoken import Translate, manner, sentence
from diaspora_kg.pages.views import StatementMark, StatusBar, StatusHistory, StatusMark

_LABELLED = 5  # days with statements that have room for words


@pass_context
def status_picture(context: Context, found: StatusHistory, marks: Sequence[StatementMark], title: str) -> Markup:
    """The legal status over time, with the days of statements below; empty where nothing has a date."""
    say = _language(context).words
    href = context["site"].href
    shown = [*(_change(mark, href, say) for mark in found.marks), *_said(marks, context)]
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


def _said(marks: Iterable[StatementMark], context: Context) -> list[Mark]:
    """One mark for each day on which something was said, with the number of claims."""
    days: dict[date, list[StatementMark]] = defaultdict(list)
    for mark in marks:
        when = bounds(mark.dated)
        if day := when.last or when.first:
            days[day].append(mark)
    return [_day(same, context, len(days) <= _LABELLED) for _, same in sorted(days.items())]


def _day(same: Sequence[StatementMark], context: Context, labelled: bool) -> Mark:
    say = _language(context).words
    claims = _counted(context, "%(num)s claim", "%(num)s claims", sum(mark.claims for mark in same))
    what = (
        say(same[0].words)
        if len(same) == 1
        else _counted(context, "%(num)s statement", "%(num)s statements", len(same))
    )
    return Mark(
        words=f"{what}: {claims}" if labelled else "",
        lane=say("Statements"),
        when=bounds(same[0].dated),
        manner=Manner.OWN,
        voice="" if labelled else f"{what}: {claims}",
        sources=tuple(sorted({ref for mark in same for ref in mark.refs}))[: 2 if labelled else 0],
    )


def _counted(context: Context, one: str, many: str, number: int) -> str:
    return _language(context).counted(one, many, number) % {"num": number}


def _language(context: Context) -> Language:
    return language(context["site"].language)


@pass_context
def statement_picture(context: Context, marks: Sequence[StatementMark], title: str, name: str) -> Markup:
    """Statements in time; empty where few have a date."""
    say = _language(context).words
    found = [
        Moment(
            f"{mark.statement.words}: {_counted(context, '%(num)s claim', '%(num)s claims', mark.claims)}",
            bounds(mark.dated),
            mark.claims,
            mark.stance if mark.stance in _STANCES else "",
            context["site"].href(mark.statement.iri),
        )
        for mark in marks
    ]
    told = say("The table below says the same.")
    return moments(found, say("Statements in time: %(title)s") % {"title": title}, told, name) or Markup()


_STANCES = frozenset({"positive", "negative", "neutral", "mixed"})
_BANDS = {
    "organization": "Organizations",
    "person": "Persons",
    "polity": "States and territories",
    "collective": "Groups",
    "post": "Offices",
    "place": "Places",
    "event": "Events",
}


@pass_context
def network_picture(context: Context, found: Network, title: str) -> Markup:
    """Who is tied to whom; empty without a tie."""
    say = _language(context).words
    href = context["site"].href
    words = {
        "title": say("Related actors: %(title)s") % {"title": title},
        "described": say("The table below says the same."),
    }
    boxes = [_actor(node, href, say) for node in found.nodes]
    return actors(boxes, [_tie(edge, say) for edge in found.edges], actors_words(**words)) or Markup()


def _actor(node: NetworkNode, href: Translate, say: Translate) -> Actor:
    kind = node.kind if node.kind in _BANDS else "other"
    return Actor(
        node.id,
        node.value.words,
        kind,
        say(_BANDS.get(kind, "Others")),
        href(node.value.iri) if node.value.iri and not node.focus else "",
        focus=node.focus,
        unknown=node.unknown,
    )


def _tie(edge: NetworkEdge, say: Translate) -> Tie:
    words = f"{say(edge.words)}: {edge.about.words}" if edge.about else say(edge.words)
    return Tie(edge.source, edge.target, words, edge.tone, manner(edge.puts), sentence(edge.puts, say))


@dataclass(frozen=True, slots=True)
class TieRow:
    """A line of the picture as a row of its table."""

    source: Value
    target: Value
    words: str
    about: Value | None
    tone: str
    puts: tuple[Put, ...]
    refs: tuple[int, ...]


def ties(found: Network) -> tuple[TieRow, ...]:
    """The rows of the table that says the same as the picture."""
    by_id = {node.id: Value(node.value.words) if node.focus else node.value for node in found.nodes}
    return tuple(
        TieRow(by_id[one.source], by_id[one.target], one.words, one.about, one.tone, one.puts, one.refs)
        for one in found.edges
        if one.source in by_id and one.target in by_id
    )


PICTURES: Mapping[str, Callable[..., object]] = MappingProxyType(
    {
        "status_picture": status_picture,
        "statement_picture": statement_picture,
        "network_picture": network_picture,
        "ties": ties,
        "chronology": chronology,
        "tone": lambda value: tone(value).value,
    }
)
"""The functions that templates call, by their names there."""

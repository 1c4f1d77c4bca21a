"""From what a panel shows to its picture: the functions that templates call.

Each takes the site first, for the words of the reader's language and the addresses of pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from markupsafe import Markup

from diaspora_kg.light import light
from diaspora_kg.pages.dates import bounds
from diaspora_kg.pages.facts import Put, Value
from diaspora_kg.pages.language import language
from diaspora_kg.pages.pictures.actors import Caption, actors
from diaspora_kg.pages.pictures.chronology import Entry, chronology
from diaspora_kg.pages.pictures.crowd import Actor, Tie
from diaspora_kg.pages.pictures.history import MOST_BARS, MOST_MARKS, Era, Words, history
from diaspora_kg.pages.pictures.lanes import Mark
from diaspora_kg.pages.pictures.manner import Manner, tone
from diaspora_kg.pages.pictures.moments import Moment, moments
from diaspora_kg.pages.related import Gap, Network, NetworkEdge, NetworkNode
from diaspora_kg.pages.site import Site
from diaspora_kg.pages.spoken import Translate, manner, sentence
from diaspora_kg.pages.statusviews import StatusBar, StatusHistory, StatusMark
from diaspora_kg.pages.views import StatementMark

_LABELLED = 5  # days with statements that have room for words


def status_picture(site: Site, found: StatusHistory, marks: Sequence[StatementMark], title: str) -> Markup:
    """The legal status over time, with the days of statements below; empty where nothing has a date."""
    say = language(site.language).words
    shown = [*(_change(mark, say) for mark in found.marks), *_said(marks, site)]
    words = Words(
        title=say("Legal status over time: %(title)s") % {"title": title},
        described=say("The table below says the same."),
        status=say("Legal status"),
        unplaced=say("country not stated"),
    )
    return history([_era(bar, say) for bar in found.bars], shown, words) or Markup()


def _era(bar: StatusBar, say: Translate) -> Era:
    return Era(
        words=say(bar.words),
        place=bar.jurisdiction.words if bar.jurisdiction else "",
        starts=bounds(bar.starts),
        ends=bounds(bar.ends),
        tone=tone(bar.value),
        manner=manner(bar.puts),
        voice=sentence(bar.puts, say),
        sources=bar.refs,
        href=f"#{bar.anchor}",
    )


def _change(mark: StatusMark, say: Translate) -> Mark:
    return Mark(
        words=say(mark.words),
        lane=say("Events"),
        when=bounds(mark.dated),
        tone=tone(mark.value),
        manner=manner(mark.puts),
        voice=sentence(mark.puts, say),
        sources=mark.refs,
        href=f"#{mark.anchor}",
    )


def _said(marks: Iterable[StatementMark], site: Site) -> list[Mark]:
    """One mark for each day on which something was said, with the number of claims."""
    days: dict[date, list[StatementMark]] = defaultdict(list)
    for mark in marks:
        when = bounds(mark.dated)
        if day := when.last or when.first:
            days[day].append(mark)
    return [_day(same, site, len(days) <= _LABELLED) for _, same in sorted(days.items())]


def _day(same: Sequence[StatementMark], site: Site, labelled: bool) -> Mark:
    say = language(site.language).words
    claims = _counted(site, "%(num)s claim", "%(num)s claims", sum(mark.claims for mark in same))
    what = (
        say(same[0].words)
        if len(same) == 1
        else _counted(site, "%(num)s statement", "%(num)s statements", len(same))
    )
    return Mark(
        words=f"{what}: {claims}" if labelled else "",
        lane=say("Statements"),
        when=bounds(same[0].dated),
        manner=Manner.OWN,
        voice="" if labelled else f"{what}: {claims}",
        sources=tuple(sorted({ref for mark in same for ref in mark.refs}))[: 2 if labelled else 0],
    )


def _counted(site: Site, one: str, many: str, number: int) -> str:
    return language(site.language).counted(one, many, number) % {"num": number}


def statement_picture(site: Site, marks: Sequence[StatementMark], title: str, name: str) -> Markup:
    """Statements in time; empty where few have a date."""
    say = language(site.language).words
    found = [
        Moment(
            f"{mark.statement.words}: {_counted(site, '%(num)s claim', '%(num)s claims', mark.claims)}",
            bounds(mark.dated),
            mark.claims,
            mark.stance if mark.stance in _STANCES else "",
        )
        for mark in marks
    ]
    told = say("The table below says the same.")
    return moments(found, say("Statements in time: %(title)s") % {"title": title}, told, name) or Markup()


def in_time(marks: Iterable[StatementMark]) -> tuple[StatementMark, ...]:
    """Statements in order of time; those without a date come last."""
    return tuple(sorted(marks, key=lambda mark: mark.dated.not_after or mark.dated.not_before or "~"))


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


def network_picture(site: Site, found: Network, title: str) -> Markup:
    """Who is tied to whom; empty without a tie."""
    say = language(site.language).words
    href = site.href
    words = {
        "title": say("Related actors: %(title)s") % {"title": title},
        "described": say("The table below says the same."),
    }
    boxes = [_actor(node, href, say) for node in found.nodes]
    return actors(boxes, [_tie(edge, say) for edge in found.edges], Caption(**words)) or Markup()


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
    tie = say(edge.words) if edge.model else edge.words
    about = (say(edge.about.words) if edge.about.model else edge.about.words) if edge.about else ""
    words = f"{tie}: {about}" if about else tie
    return Tie(edge.source, edge.target, words, edge.tone, manner(edge.puts), sentence(edge.puts, say))


@light
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
    model: bool = True
    more: int = 0


def ties(found: Network) -> tuple[TieRow, ...]:
    """The rows of the table that says the same as the picture."""
    by_id = {node.id: Value(node.value.words) if node.focus else node.value for node in found.nodes}
    return tuple(
        TieRow(
            by_id[one.source],
            by_id[one.target],
            one.words,
            one.about,
            one.tone,
            one.puts,
            one.refs,
            one.model,
            one.more,
        )
        for one in found.edges
        if one.source in by_id and one.target in by_id
    )


_MANNERS = {
    Manner.SAID: "known from somebody’s words",
    Manner.HOLLOW: "presupposed, possible or under a condition",
    Manner.DENIED: "denied",
}
_TONES = {"tie": "office or membership", "for": "support", "against": "opposition", "open": "other"}


def manners(rows: Iterable[Entry]) -> tuple[tuple[str, str], ...]:
    """What the ways of drawing in a picture of statuses mean: those that are in it, with their words."""
    used = {row.manner for row in rows}
    return tuple((one.value, words) for one, words in _MANNERS.items() if one in used)


def tones(found: Network) -> tuple[tuple[str, str], ...]:
    """What the colours of the lines of a network mean: those that are in it, with their words."""
    used = {edge.tone for edge in found.edges}
    shown = [(tone, words) for tone, words in _TONES.items() if tone in used]
    if any(manner(edge.puts) in {Manner.HOLLOW, Manner.DENIED} for edge in found.edges):
        shown.append(("dashed", "presupposed, possible or denied"))
    return tuple(shown)


@light
@dataclass(frozen=True, slots=True)
class GapsOf:
    """What is not said of one thing (``None``: of the page's own), all in one line."""

    of: Value | None
    words: tuple[str, ...]
    refs: tuple[int, ...]


def gaps_of(rows: Iterable[Gap]) -> tuple[GapsOf, ...]:
    """Gaps by the thing whose they are, the page's own first."""
    by: dict[Value | None, list[Gap]] = {None: []}
    for row in rows:
        by.setdefault(row.of, []).append(row)
    return tuple(
        GapsOf(
            of,
            tuple(dict.fromkeys(one.words for one in same)),
            tuple(sorted({ref for one in same for ref in one.refs})),
        )
        for of, same in by.items()
        if same
    )


def functions(site: Site) -> dict[str, Callable[..., object]]:
    """The functions that the templates of a site call, by their names there."""
    return {
        "status_picture": partial(status_picture, site),
        "statement_picture": partial(statement_picture, site),
        "network_picture": partial(network_picture, site),
        "ties": ties,
        "chronology": chronology,
        "cut": lambda found: len(found.bars) > MOST_BARS or len(found.marks) > MOST_MARKS,
        "in_time": in_time,
        "manners": manners,
        "tones": tones,
        "gaps_of": gaps_of,
        "tone": lambda value: tone(value).value,
    }

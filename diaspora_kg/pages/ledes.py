"""The first sentences of a thing's page, in the reader's language.

Each fact stands with the numbers of its sources and with how it is put. What a thing *is* nobody says here:
its sort is the annotators', the rest is claimed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from diaspora_kg.light import light
from diaspora_kg.pages.facts import Put, Value
from diaspora_kg.pages.hiding import safe
from diaspora_kg.pages.language import Language
from diaspora_kg.pages.pieces import Pieces
from diaspora_kg.pages.views import Told

if TYPE_CHECKING:
    from diaspora_kg.pages.panel import ThingPage

COUNTED: Mapping[str, tuple[str, str]] = {
    "all": ("%(num)s claim", "%(num)s claims"),
    "itself": ("%(num)s claim in its own voice", "%(num)s claims in its own voice"),
    "reported": ("%(num)s reported claim of others", "%(num)s reported claims of others"),
    "made": ("%(num)s claim made in it", "%(num)s claims made in it"),
    "own": ("%(num)s claim of its own", "%(num)s claims of its own"),
    "answers": ("%(num)s claim that answers to it", "%(num)s claims that answer to it"),
    "of": ("%(num)s claim about it", "%(num)s claims about it"),
}
"""How claims of a page stand to its node, in the order of telling: messages for one and for many."""


@light
@dataclass(frozen=True, slots=True)
class Fact:
    """A fact by its label (a message id); ``beside`` is what its value belongs to: an office to its body."""

    label: str
    told: Told
    beside: Value | None = None


@light
@dataclass(frozen=True, slots=True)
class Lede:
    """What the first sentences say.

    ``kinds`` is the annotators' sort, ``facts`` say most of a thing, ``counts`` are numbers of
    claims by how they stand to the node. ``by`` counts the claims of others about it by who says them
    (``None``: an article itself), ``others`` are further speakers. ``first`` and ``last`` are the days of the
    articles (ISO; empty: not known), ``undated`` how many have none. ``puts`` is how a claim itself is put,
    with ``refs``.
    """

    kinds: tuple[Told, ...] = ()
    facts: tuple[Fact, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    by: tuple[tuple[Value | None, int], ...] = ()
    others: int = 0
    articles: int = 0
    first: str = ""
    last: str = ""
    undated: int = 0
    puts: tuple[Put, ...] = ()
    refs: tuple[int, ...] = ()


class LedeWriter:
    """Writes the sentences of one site in one language."""

    def __init__(self, pieces: Pieces, language: Language) -> None:
        self._pieces, self._language = pieces, language

    def lede(self, one: Lede) -> Markup:
        """As HTML: each sentence with the numbers of its sources."""
        return Markup(" ".join(self._sentences(one, numbered=True)))  # noqa: S704 - see _sentences

    def described(self, page: ThingPage) -> str:
        """As one plain line, for search engines and for those who share the page."""
        told = " ".join(self._sentences(page.lede, numbered=False)) if page.lede else ""
        kind = self._language.words(page.kind)
        words = str(Markup(told).striptags())  # noqa: S704 - see _sentences
        return f"{page.title}: {kind}. {words}"[:300].rstrip()

    def _sentences(self, one: Lede, *, numbered: bool) -> Iterator[str]:
        """The sentences, each whole; every word in them went through safe()."""
        for words, refs in self._facts(one):
            numbers = self._pieces.numbers(refs)
            ended = words if words.endswith(".") else f"{words}."
            yield f"<span data-fact>{ended}{numbers}</span>" if numbered else ended
        say = self._language.words
        if one.counts:
            yield f"{safe(self._counted(one))}."
        elif not one.puts:
            yield safe(say("No claim points to it."))
        if one.by:
            yield safe(say("Speakers: %(names)s.")).replace("%(names)s", self._names(one))

    def _facts(self, one: Lede) -> Iterator[tuple[str, tuple[int, ...]]]:
        """What is described and claimed, with the numbers of its sources."""
        say, pieces = self._language.words, self._pieces
        if one.kinds:
            kinds = say(" and ").join(say(told.value.words) for told in one.kinds)
            words = say("%(kind)s, as the annotators sort it") % {"kind": _capital(kinds)}
            yield safe(words), tuple(sorted({ref for told in one.kinds for ref in told.refs}))
        for fact in one.facts:
            told = fact.told
            plain = told.dated if not told.value.iri else None
            value = pieces.date(plain) if plain else pieces.linked(told.value)
            value += f", {pieces.linked(fact.beside)}" if fact.beside else ""
            more = f" +{told.more}" if told.more else ""
            voice = pieces.how(told.puts)
            yield f"{safe(_capital(say(fact.label)))}: {value}{more}{voice and f' ({voice})'}", told.refs
        if one.puts:
            yield pieces.how(one.puts) or safe(say("stated plainly in the article itself")), one.refs

    def _names(self, one: Lede) -> str:
        language = self._language
        names = (
            f"{self._pieces.linked(who) if who else safe(language.words('the article itself'))}"
            f" ({safe(language.number(number))})"
            for who, number in one.by
        )
        more = language.words(" and %(number)d more") % {"number": one.others} if one.others else ""
        return ", ".join(names) + safe(more)

    def _counted(self, one: Lede) -> str:
        """How many claims there are, in how many articles of which time."""
        language = self._language
        counts = "; ".join(
            language.counted(*COUNTED[way], number) % {"num": language.number(number)}
            for way, number in one.counts
        )
        if not one.articles:
            return counts
        where = language.counted("In %(num)s article%(when)s: %(claims)s",
                                 "In %(num)s articles%(when)s: %(claims)s", one.articles)  # fmt: skip
        told = {"num": language.number(one.articles), "when": self._when(one), "claims": counts}
        return where % told

    def _when(self, one: Lede) -> str:
        language = self._language
        if not one.first:
            return ""
        first, last = language.day(one.first), language.day(one.last)
        if first == last:
            when = language.words(" of %(day)s") % {"day": first}
        else:
            when = language.words(" between %(first)s and %(last)s") % {"first": first, "last": last}
        if not one.undated:
            return when
        without = language.counted(" (%(num)s without a date)", " (%(num)s without a date)", one.undated)
        return when + without % {"num": language.number(one.undated)}


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]

"""Small pieces of markup that a page holds by the hundred: a name with its link, numbers of sources, dates.

Templates call them (``{{ value(one) }}``). They are functions and not macros, since a site has ten thousand
pages and a macro costs ten times as much. Whatever they write of a source goes through :func:`safe`. A
project that wants other markup writes its own ``panels/VIEW.html.j2`` of the same values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup

from diaspora_kg.pages.dates import period
from diaspora_kg.pages.facts import Dated, Line, Part, Put, Speaker, Value
from diaspora_kg.pages.hiding import safe
from diaspora_kg.pages.language import Language
from diaspora_kg.pages.site import Site
from diaspora_kg.pages.spoken import Voice, sayings, voices
from diaspora_kg.pages.views import StatementCard

_NUMBERS = 5  # of sources beside one fact
_KEPT = 20_000  # names with their links that are remembered


def _markup(text: str) -> Markup:
    return str.__new__(Markup, text)  # made of fixed tags and of words that went through safe()


class Pieces:
    """The pieces of the pages of one site in one language."""

    def __init__(self, site: Site, language: Language) -> None:
        self._site, self._language = site, language
        self.say = translate = language.words
        self._values: dict[Value, str] = {}
        self._hrefs: dict[str, str] = {}
        self._days: dict[str, str] = {}
        self._silence = {
            words: f'<span class="none">{safe(translate(words))}</span>'
            for words in ("date not stated", "not stated", "end not stated", "not resolved", "not named")
        }
        self.inferred = f'<b class="badge warn">{safe(translate("inferred"))}</b>'

    def functions(self) -> dict[str, Callable[..., Markup]]:
        """What templates can call, by name."""
        names = (
            "value",
            "values",
            "refs",
            "rest",
            "dated",
            "span",
            "voice",
            "sayings",
            "part",
            "speaker",
            "speakers",
        )
        return {name: getattr(self, name) for name in names}

    def href(self, iri: str) -> str:
        """Where a node is shown, as it may stand in an attribute; remembered for nodes with a page."""
        found = self._hrefs.get(iri)
        if found is None:
            found = safe(self._site.href(iri)) if iri else ""
            if found and "#" not in found:  # where an anchor is may change while a site is written
                if len(self._hrefs) >= _KEPT:
                    self._hrefs.clear()
                self._hrefs[iri] = found
        return found

    def text(self, article: str) -> str:
        """Where the text of an article, or the outline of its passages, is shown."""
        return safe(self._site.path(f"/text/{article.rpartition('/')[2]}")) if article else ""

    # A node or words

    def value(self, one: Value) -> Markup:
        """Words with the link to their node."""
        return _markup(self.linked(one))

    def values(self, line: Line) -> Markup:
        """All values of a line."""
        return _markup(", ".join(map(self.linked, line.values)))

    def linked(self, one: Value) -> str:
        """The same as text."""
        found = self._values.get(one)
        if found is None:
            found = self._link(one)
            if "#" not in found:
                if len(self._values) >= _KEPT:
                    self._values.clear()
                self._values[one] = found
        return found

    def _link(self, one: Value) -> str:
        words = f"<bdi>{safe(self.say(one.words) if one.model else one.words)}</bdi>"
        to = self.href(one.iri)
        if not to:
            return words
        outside = "" if one.iri.startswith(self._site.base) else ' rel="external nofollow noopener"'
        return f'<a href="{to}"{outside}>{words}</a>'

    # Sources and dates

    def refs(self, numbers: Sequence[int]) -> Markup:
        """The numbers of the page's sources that a fact rests on."""
        return _markup(self.numbers(numbers))

    def numbers(self, numbers: Sequence[int]) -> str:
        """The same as text."""
        text = "".join(f'<a class="ref" href="#source-{one}">[{one}]</a>' for one in numbers[:_NUMBERS])
        if len(numbers) <= _NUMBERS:
            return text
        more = self.say("and %(number)d more") % {"number": len(numbers) - _NUMBERS}
        return f'{text} <a class="ref" href="#h-sources">{safe(more)}</a>'

    def rest(self, iri: str, more: int) -> Markup:
        """How many more sources there are, with the link to the node's own page, which has them all."""
        if not more:
            return _markup("")
        to = self.href(iri)
        return _markup(f' <a href="{to}">+{more}</a>' if to and "#" not in to else f" <small>+{more}</small>")

    def dated(self, one: Dated) -> Markup:
        """A date as exactly as it is known."""
        return _markup(self.date(one))

    def date(self, one: Dated) -> str:
        """The same as text."""
        known = period(one) or (one.not_before if one.form == "on" else "")
        if known:
            return f'<time datetime="{safe(known)}">{safe(self._day(known))}</time>'
        if one.form == "printed":
            return f"“<bdi>{safe(one.words)}</bdi>” {self._silence['not resolved']}"
        words = {
            "between": "between %(first)s and %(last)s",
            "by": "by %(last)s",
            "from": "from %(first)s at the earliest",
        }.get(one.form)
        if words is None:
            return self._silence["date not stated"]
        return safe(self.say(words) % {"first": self._day(one.not_before), "last": self._day(one.not_after)})

    def _day(self, written: str) -> str:
        found = self._days.get(written)
        if found is None:
            if len(self._days) >= _KEPT:
                self._days.clear()
            found = self._days[written] = self._language.day(written)
        return found

    def span(self, starts: Dated, ends: Dated) -> Markup:
        """From when until when; one phrase where neither is known."""
        if starts.form == "unknown" and ends.form == "unknown":
            return _markup(self._silence["date not stated"])
        first = self._silence["not stated"] if starts.form == "unknown" else self.date(starts)
        last = self._silence["end not stated"] if ends.form == "unknown" else self.date(ends)
        return _markup(f"{first} – {last}")

    # Who says it, who takes part

    def voice(self, puts: Iterable[Put]) -> Markup:
        """How something is put and by whom; nothing for what the article itself says plainly."""
        return _markup("".join(f'<span class="voice">{self._voice(one)}</span>' for one in voices(puts)))

    def how(self, puts: Iterable[Put]) -> str:
        """The same in one line."""
        return "; ".join(map(self._voice, voices(puts)))

    def sayings(self, cards: Iterable[StatementCard]) -> Markup:
        """How it is put and by whom that the page's own node is so; nothing where no claim says it."""
        return _markup("; ".join(map(self._voice, sayings(cards))))

    def _voice(self, one: Voice) -> str:
        if one.derived:
            return safe(self.say("derived by a rule"))
        badges = [f'<b class="badge warn">{safe(self.say(word))}</b>' for word in one.how]
        if one.denied:
            badges.insert(0, f'<b class="badge negated">{safe(self.say("denied"))}</b>')
        how = " ".join(badges)
        who = ", ".join(map(self.linked, one.who))
        if one.more:
            who += safe(self.say(" and %(number)d more") % {"number": one.more})
        if one.own:
            words, who = "%(how)s in the article itself", ""
        else:
            words = "%(how)s by %(names)s" if who else "%(how)s, nobody is named"
        plain = safe(self.say(words)).replace("%(names)s", "\0")
        return plain.replace("%(how)s", how or safe(self.say("said"))).replace("\0", who)

    def part(self, one: Part) -> Markup:
        """Who takes a part, in which office and for whom."""
        if one.actor:
            text = self.linked(one.actor) + (f", {self.linked(one.office)}" if one.office else "")
        elif one.office:
            text = (
                f"{safe(self.say('the holder of'))} {self.linked(one.office)}, {self._silence['not named']}"
            )
        else:
            text = self._silence["not named"]
        return _markup(text + self._acting(one.acting_for, inferred=one.inferred))

    def speaker(self, one: Speaker) -> Markup:
        """Who speaks, in which office and for whom."""
        return _markup(self._speaker(one))

    def speakers(self, all_: Sequence[Speaker], *, own_voice: bool = False) -> Markup:
        """Everybody who speaks, a line for each."""
        if not all_:
            return _markup(
                safe(self.say("The article itself"))
                if own_voice
                else f'<span class="none">{safe(self.say("Nobody is named"))}</span>'
            )
        return _markup("<br>".join(dict.fromkeys(map(self._speaker, all_))))

    def _speaker(self, one: Speaker) -> str:
        office = f", {self.linked(one.office)}" if one.office else ""
        return self.linked(one.who) + office + self._acting(one.acting_for, inferred=one.inferred)

    def _acting(self, principal: Value | None, *, inferred: bool) -> str:
        if not principal:
            return ""
        mark = f" {self.inferred}" if inferred else ""
        return f", {safe(self.say('for'))} {self.linked(principal)}{mark}"

"""How something is put and by whom, in a few words: "presupposed by Ada", "denied by the ministry".

What is only presupposed, possible or denied never stands without such words, on a page and in a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from diaspora_kg.light import light
from diaspora_kg.pages.facts import Put, Value
from diaspora_kg.pages.pictures.manner import Manner
from diaspora_kg.pages.views import StatementCard

Translate = Callable[[str], str]
"""From an English message id to the reader's words."""

CONTENT = "says that it is so"
"""What a claim's link is called that has the page's node as content."""

_NAMED = 3  # speakers named beside one fact
_FIRM = frozenset({"givenness", "modality", "polarity"})


@light
@dataclass(frozen=True, slots=True)
class Voice:
    """``how`` are message ids ("presupposed"); ``who`` the speakers, of whom ``more`` are not named.

    ``own``: the article itself says it. ``derived``: a rule made it.
    """

    how: tuple[str, ...]
    who: tuple[Value, ...]
    more: int = 0
    own: bool = False
    derived: bool = False
    denied: bool = False


def voices(puts: Iterable[Put]) -> tuple[Voice, ...]:
    """The ways in which something is put, each once with all who put it so.

    What the article itself says plainly needs no words: the number of the source is enough.
    """
    by: dict[tuple[tuple[str, ...], bool, bool, bool], dict[str, Value]] = {}
    for put in puts:
        key = (_how(put), put.own_voice and not put.by, put.derived, put.denied)
        by.setdefault(key, {}).update({one.words: one for one in put.by})
    return tuple(
        Voice(how, tuple(who.values())[:_NAMED], max(0, len(who) - _NAMED), own, derived, denied)
        for (how, own, derived, denied), who in by.items()
        if not (own and not how and not derived and not denied)
    )


def sayings(cards: Iterable[StatementCard]) -> tuple[Voice, ...]:
    """How it is put, and by whom, that the page's own node is so: by claims that have it as content."""
    by: dict[tuple[tuple[str, ...], bool, bool], dict[str, Value]] = {}
    for claim in (claim for card in cards for claim in card.claims if CONTENT in claim.links):
        marked = {slot.value: slot.words for slot in claim.slots if not slot.plain and slot.slot in _FIRM}
        denied = list(marked) == ["negated"]
        key = ((), claim.own_voice, denied) if denied else (tuple(marked.values()), claim.own_voice, denied)
        by.setdefault(key, {}).update({one.who.words: one.who for one in claim.speakers})
    return tuple(
        Voice(
            how,
            tuple(who.values())[:_NAMED],
            max(0, len(who) - _NAMED),
            own=own and not who,
            denied=denied,
        )
        for (how, own, denied), who in by.items()
    )


def _how(put: Put) -> tuple[str, ...]:
    words = [slot.words for slot in put.slots if not (put.denied and slot.value == "negated")]
    if put.conditional:
        words.append("under a condition")
    return tuple(dict.fromkeys(words))


def sentence(puts: Iterable[Put], translate: Translate) -> str:
    """The same as one line of plain words, for a picture."""
    return "; ".join(_line(voice, translate) for voice in voices(puts))


def _line(voice: Voice, translate: Translate) -> str:
    if voice.derived:
        return translate("derived by a rule")
    names = ", ".join(one.words for one in voice.who)
    if voice.more:
        names += translate(" and %(number)d more") % {"number": voice.more}
    how = ", ".join(translate(word) for word in (("denied",) if voice.denied else ()) + voice.how)
    if voice.own:
        return translate("%(how)s in the article itself") % {"how": how}
    if not names:
        return translate("%(how)s, nobody is named") % {"how": how or translate("said")}
    return translate("%(how)s by %(names)s") % {"how": how or translate("said"), "names": names}


def manner(puts: Sequence[Put]) -> Manner:
    """How firmly something is known, by the firmest of the ways in which it is put."""
    if any(put.plain and put.own_voice and not put.denied for put in puts):
        return Manner.OWN
    if any(put.plain and not put.denied for put in puts):
        return Manner.SAID
    if puts and all(put.denied for put in puts):
        return Manner.DENIED
    return Manner.HOLLOW

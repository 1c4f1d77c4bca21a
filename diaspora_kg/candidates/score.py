"""How likely two records are one: the sum of reasons, each of them shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import unquote, urlsplit

from diaspora_kg import likeness
from diaspora_kg.candidates.profiles import Office, Profile, Span, Tokens
from diaspora_kg.candidates.values import Feature, Hint
from diaspora_kg.candidates.weights import LIKELY, weights
from diaspora_kg.index import fold
from diaspora_kg.names import ACTOR_KINDS, kebab

_WORD = re.compile(r"\w+")
_TITLE = 0.5  # words in common from which two titles are alike
_CLEAR = 0.5  # a reason that holds less than half says little
_ENOUGH = 2.0  # so much telling company counts in full
_SHOWN = 3

_SUPPORT = frozenset({"external-id", "posts", "memberships", "people", "words", "parties"})
"""Reasons besides the name of which one is needed to call a pair "likely same"."""
_WEAK_SUPPORT = frozenset({"places", "company", "dates"})
"""Two of these will do, or one where an organization is compared."""

_DATED = frozenset({"event", "figure", "legal-status", "statement", "status-change", "undertaking"})
"""What happens again and again: only one date, or one passage of words, makes two of them one."""

Told = str | Iterable[str]
"""Words, or tokens that are put into words only where somebody reads them."""

Reason = tuple[str, float, Told, Told, Told]
"""Name, value, left, right, note."""


def features(left: Profile, right: Profile, telling: Mapping[str, float]) -> tuple[Feature, ...]:
    """Every reason for and against, the weightiest first."""
    found = [_feature(left.kind, reason) for reason in _reasons(left, right, telling)]
    found += _names(left, right)
    kept = [one for one in found if one.value and one.weight]
    return tuple(sorted(kept, key=lambda one: (-abs(one.effect), one.name)))


def quick(
    left: Profile,
    right: Profile,
    telling: Mapping[str, float],
    threshold: float,
    alike: Callable[[Profile, Profile], float],
) -> float:
    """The total of the features, or -1 where it is below a threshold; much quicker than to tell them.

    ``alike`` says how alike two names are, as :func:`diaspora_kg.likeness.score` does.
    """
    worth = weights(left.kind)
    effect = sum(
        round(round(value, 4) * worth.get(name, 0.0), 4) for name, value, *_ in _reasons(left, right, telling)
    )
    named = worth.get(_names_of(left, right), 0.0) if left.named.names and right.named.names else 0.0
    if effect + named < threshold:
        return -1.0
    if named:
        value = round(alike(left, right), 4)
        effect += round(value * named, 4) + round(round(1 - value, 4) * worth.get("name-differs", 0.0), 4)
    kept = round(min(1.0, max(0.0, effect)), 4)
    return kept if kept >= threshold else -1.0


def total(found: tuple[Feature, ...]) -> float:
    """The score: the sum of all effects, from 0 to 1."""
    return round(min(1.0, max(0.0, sum(one.effect for one in found))), 4)


def hint(kind: str, found: tuple[Feature, ...]) -> Hint:
    """What the program may say at most: two of one name are never likely the same for their name alone."""
    said = {one.name for one in found if one.value >= _CLEAR}
    if kind in _DATED and not said & {"dates", "words", "external-id"}:
        return Hint.UNSURE
    weak = len(said & _WEAK_SUPPORT) + (kind != "person")
    against = any(one.effect <= -0.1 for one in found) and "external-id" not in said
    if total(found) >= LIKELY and not against and (said & _SUPPORT or weak > 1):
        return Hint.LIKELY
    return Hint.UNSURE


def _feature(kind: str, reason: Reason) -> Feature:
    name, value, left, right, note = reason
    return Feature(
        name, round(value, 4), weights(kind).get(name, 0.0), _said(left), _said(right), _said(note)
    )


def _names_of(left: Profile, right: Profile) -> str:
    """Which reason stands for what they are called."""
    return "label" if left.labelled or right.labelled else "name"


def _names(left: Profile, right: Profile) -> Iterator[Feature]:
    name = _names_of(left, right)
    worth = weights(left.kind).get(name, 0.0)
    if not worth or not left.named.names or not right.named.names:
        return
    found = likeness.compare(left.named, right.named)
    parts = tuple(Feature(p.name, p.value, p.weight, p.left, p.right, p.note) for p in found.features)
    told = [part for part in parts if part.value]
    shown = " ".join(filter(None, (p.left for p in told))), " ".join(filter(None, (p.right for p in told)))
    value = round(found.score, 4)
    yield Feature(name, value, worth, *shown, "", parts)
    yield _feature(left.kind, ("name-differs", 1 - value, *shown, ""))


def _reasons(left: Profile, right: Profile, telling: Mapping[str, float]) -> Iterator[Reason]:
    yield from _ids(left, right)
    yield from _kinds(left, right)
    yield from _offices(left, right)
    for slot in ("memberships", "people"):
        yield from _shared(slot, left, right)
    yield from _places(left, right)
    yield from _dates(left, right)
    yield from _parties(left, right)
    yield from _company(left, right, telling)
    if common := left.words & right.words:
        yield "words", min(1.0, len(common) / min(len(left.words), len(right.words))), "", "", "one passage"
    yield from _described(left, right)
    if both := left.homes & right.homes:
        yield "same-article", 1.0, "", "", both
    if left.namesakes or right.namesakes:
        yield "namesakes", 1.0, "", "", "an article has several records of this name"


def _ids(left: Profile, right: Profile) -> Iterator[Reason]:
    if common := left.ids & right.ids:
        yield "external-id", 1.0, min(common), min(common), ""
        return
    ours, theirs = ({_authority(one): one for one in sorted(ids)} for ids in (left.ids, right.ids))
    for authority in sorted(ours.keys() & theirs.keys()):
        yield "external-id-conflict", 1.0, ours[authority], theirs[authority], ""
        return


def _authority(iri: str) -> str:
    """Who gives ids of this form: all but the last part of the address."""
    parts = urlsplit(iri)
    return f"{parts.netloc}{parts.path.rstrip('/').rpartition('/')[0]}"


def _kinds(left: Profile, right: Profile) -> Iterator[Reason]:
    ours, theirs = left.slots.get("kind", frozenset()), right.slots.get("kind", frozenset())
    if ours and theirs and not {"other"} & (ours ^ theirs):
        name = "kind" if ours & theirs else "kind-conflict"
        yield name, 1.0, ours, theirs, ""


def _offices(left: Profile, right: Profile) -> Iterator[Reason]:
    if not left.offices or not right.offices:
        return
    pairs = ((_office(a, b), a.shown, b.shown) for a in left.offices for b in right.offices)
    best, ours, theirs = max(pairs)
    if best >= _TITLE:
        yield "posts", best, ours, theirs, ""
    else:
        yield "posts-conflict", 1 - best, left.offices[0].shown, right.offices[0].shown, ""


def _office(one: Office, other: Office) -> float:
    """How alike two offices are: the title's words, less where the organizations differ."""
    alike = len(one.title & other.title) / (len(one.title | other.title) or 1)
    if one.of and other.of:
        return alike if one.of == other.of else alike * 0.4
    return alike * 0.7


def _shared(slot: str, left: Profile, right: Profile) -> Iterator[Reason]:
    ours, theirs = left.slots.get(slot), right.slots.get(slot)
    if ours and theirs and (common := ours & theirs):
        yield slot, len(common) / min(len(ours), len(theirs)), "", "", common


def _places(left: Profile, right: Profile) -> Iterator[Reason]:
    ours, theirs = left.slots.get("places"), right.slots.get("places")
    if ours and theirs:
        common = ours & theirs
        name = "places" if common else "places-conflict"
        yield name, 1.0, common or ours, common or theirs, ""


def _dates(left: Profile, right: Profile) -> Iterator[Reason]:
    agree: list[tuple[float, str, str, str]] = []
    for slot in sorted(left.spans.keys() & right.spans.keys()):
        ours, theirs = left.spans[slot], right.spans[slot]
        shown = (_span(ours), _span(theirs), slot)
        if _apart(ours, theirs):
            yield "dates-conflict", 1.0, *shown
            return
        agree.append((1.0 if ours == theirs and all(ours) else 0.4, *shown))
    for first, last in ((left, right), (right, left)):
        ended, founded = first.spans.get("ended"), last.spans.get("founded")
        if ended and founded and ended[1] and founded[0] and ended[1] < founded[0]:
            yield "dates-conflict", 1.0, _span(ended), _span(founded), "one ended before the other began"
            return
    if agree:
        yield "dates", *max(agree)


def _apart(one: Span, other: Span) -> bool:
    later, earlier = max(one[0], other[0]), min(day or "9999" for day in (one[1], other[1]))
    return later > earlier


def _span(span: Span) -> str:
    return span[0] if span[0] == span[1] else f"{span[0] or '…'} to {span[1] or '…'}"


def _parties(left: Profile, right: Profile) -> Iterator[Reason]:
    ours, theirs = left.slots.get("parties"), right.slots.get("parties")
    if left.kind in ACTOR_KINDS or not ours or not theirs:
        return
    slots = {one.partition("=")[0] for one in ours} & {one.partition("=")[0] for one in theirs}
    both = {one.partition("=")[0] for one in ours & theirs}
    told = {one.partition("=")[0] for one in ours | theirs}
    if both - {"kind"}:
        yield "parties", len(both) / len(told), _parts(ours, both), _parts(theirs, both), ""
    if other := slots - both:
        yield "parties-conflict", len(other) / len(slots), _parts(ours, other), _parts(theirs, other), ""


def _parts(parties: Tokens, slots: set[str]) -> Iterator[str]:
    """Some of the parties, each with what it is; read only where somebody looks."""
    return (one for one in sorted(parties) if one.partition("=")[0] in slots)


def _company(left: Profile, right: Profile, telling: Mapping[str, float]) -> Iterator[Reason]:
    ours, theirs = left.slots.get("company"), right.slots.get("company")
    if not ours or not theirs or left.seen & right.seen:
        return
    common = (ours & theirs) - {left.token, right.token}
    if value := min(1.0, sum(sorted(telling.get(token, 0.0) for token in common)) / _ENOUGH):
        yield "company", value, "", "", _telling(common, telling)


def _telling(tokens: Tokens, telling: Mapping[str, float]) -> Iterator[str]:
    """The rarest first."""
    yield from sorted(tokens, key=lambda token: (-telling.get(token, 0.0), token))


def _described(left: Profile, right: Profile) -> Iterator[Reason]:
    if left.labelled or right.labelled or not (left.label and right.label):
        return
    names = {word for one in (left, right) for form in one.named.names for word in _folded(form.text)}
    ours, theirs = _folded(left.label) - names, _folded(right.label) - names
    if common := {word for word in ours & theirs if len(word) > 3}:
        yield "described", len(common) / len(ours | theirs), left.label, right.label, frozenset(common)


def _folded(text: str) -> Tokens:
    return frozenset(_WORD.findall(fold(text)))


def _said(told: Told) -> str:
    """Words, or some of the tokens as they may be read: keys, values of closed lists."""
    if isinstance(told, str):
        return told
    every = sorted(told) if isinstance(told, frozenset) else list(told)
    shown = ", ".join(map(_token, every[:_SHOWN]))
    return shown + (f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else "")


def _token(token: str) -> str:
    slot, equals, value = token.partition("=")
    if equals and slot.isidentifier():
        return f"{kebab(slot)} {_token(value)}"
    return kebab(token) if token.isidentifier() else unquote(token.rpartition("/")[2])

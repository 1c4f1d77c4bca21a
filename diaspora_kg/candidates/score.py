"""How likely two records are one: the sum of reasons, each of them shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from diaspora_kg import likeness
from diaspora_kg.candidates.profiles import Office, Profile, Span, Tokens
from diaspora_kg.candidates.values import Feature, Hint
from diaspora_kg.candidates.weights import LIKELY, weight
from diaspora_kg.index import fold
from diaspora_kg.names import ACTOR_KINDS, kebab

_TITLE = 0.5  # words in common from which two titles are alike
_ENOUGH = 2.0  # so much telling company counts in full
_SHOWN = 3

_SUPPORT = frozenset({"external-id", "posts", "memberships", "people", "words", "parties"})
"""Reasons besides the name of which one is needed to call a pair "likely same"."""
_WEAK_SUPPORT = frozenset({"places", "company", "dates"})
"""Two of these will do, or one where an organization is compared."""

_DATED = frozenset({"event", "figure", "legal-status", "statement", "status-change", "undertaking"})
"""What happens again and again: only one date, or one passage of words, makes two of them one."""

Reason = tuple[str, float, str, str, str]
"""Name, value, left, right, note."""


def features(left: Profile, right: Profile, telling: Mapping[str, float]) -> tuple[Feature, ...]:
    """Every reason for and against, the weightiest first."""
    found = [_feature(left.kind, *reason) for reason in _reasons(left, right, telling)]
    found += _names(left, right)
    kept = [one for one in found if one.value and one.weight]
    return tuple(sorted(kept, key=lambda one: (-abs(one.effect), one.name)))


def total(found: tuple[Feature, ...]) -> float:
    """The score: the sum of all effects, from 0 to 1."""
    return round(min(1.0, max(0.0, sum(one.effect for one in found))), 4)


def hint(kind: str, found: tuple[Feature, ...]) -> Hint:
    """What the program may say at most: two of one name are never likely the same for their name alone."""
    said = {one.name for one in found}
    if kind in _DATED and not said & {"dates", "words", "external-id"}:
        return Hint.UNSURE
    weak = len(said & _WEAK_SUPPORT) + (kind != "person")
    against = any(one.effect <= -0.1 for one in found) and "external-id" not in said
    if total(found) >= LIKELY and not against and (said & _SUPPORT or weak > 1):
        return Hint.LIKELY
    return Hint.UNSURE


def most_possible(left: Profile, right: Profile, telling: Mapping[str, float]) -> float:
    """The score that a pair would have if its names were equal: cheap, and never below the score."""
    reasons = _reasons(left, right, telling)
    effects = (round(value * weight(left.kind, name), 4) for name, value, *_ in reasons)
    return sum(effects) + weight(left.kind, "label" if left.labelled or right.labelled else "name")


def _feature(kind: str, name: str, value: float, left: str, right: str, note: str) -> Feature:
    return Feature(name, round(value, 4), weight(kind, name), left, right, note)


def _names(left: Profile, right: Profile) -> Iterator[Feature]:
    name = "label" if left.labelled or right.labelled else "name"
    worth = weight(left.kind, name)
    if not worth or not left.named.names or not right.named.names:
        return
    found = likeness.compare(left.named, right.named)
    parts = tuple(Feature(p.name, p.value, p.weight, p.left, p.right, p.note) for p in found.features)
    shown = (left.named.names[0].text, right.named.names[0].text)
    value = round(found.score, 4)
    yield Feature(name, value, worth, *shown, "", parts)
    yield _feature(left.kind, "name-differs", 1 - value, *shown, "")


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
        yield "same-article", 1.0, "", "", _list(both)
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
        yield name, 1.0, _list(ours), _list(theirs), ""


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
        yield slot, len(common) / min(len(ours), len(theirs)), "", "", _list(common)


def _places(left: Profile, right: Profile) -> Iterator[Reason]:
    ours, theirs = left.slots.get("places"), right.slots.get("places")
    if ours and theirs:
        common = ours & theirs
        yield (
            "places" if common else "places-conflict",
            1.0,
            _list(common or ours),
            _list(common or theirs),
            "",
        )


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
        yield "parties", len(both) / len(told), _list(both), _list(both), ""
    if other := slots - both:
        yield "parties-conflict", len(other) / len(slots), _list(other), _list(other), ""


def _company(left: Profile, right: Profile, telling: Mapping[str, float]) -> Iterator[Reason]:
    ours, theirs = left.slots.get("company"), right.slots.get("company")
    if not ours or not theirs or left.seen & right.seen:
        return
    common = (ours & theirs) - {left.token, right.token}
    if value := min(1.0, sum(telling.get(token, 0.0) for token in sorted(common)) / _ENOUGH):
        best = sorted(common, key=lambda token: (-telling.get(token, 0.0), token))
        yield "company", value, "", "", _list(best)


def _described(left: Profile, right: Profile) -> Iterator[Reason]:
    if left.labelled or right.labelled or not (left.label and right.label):
        return
    names = {word for one in (left, right) for form in one.named.names for word in _folded(form.text)}
    ours, theirs = _folded(left.label) - names, _folded(right.label) - names
    if common := {word for word in ours & theirs if len(word) > 3}:
        yield "described", len(common) / len(ours | theirs), left.label, right.label, _list(common)


def _folded(text: str) -> Tokens:
    return frozenset(fold(text).replace(",", " ").split())


def _list(tokens: object) -> str:
    """Some of the tokens, as they may be read: keys, values of closed lists."""
    every = list(tokens) if isinstance(tokens, list) else sorted(map(str, tokens))  # type: ignore[call-overload]
    shown = [kebab(one) if one.isidentifier() else one.rpartition("/")[2] for one in every[:_SHOWN]]
    return ", ".join(shown) + (f" and {len(every) - _SHOWN} more" if len(every) > _SHOWN else "")

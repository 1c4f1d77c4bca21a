"""How alike two names of persons are.

A surname alone is weak evidence, an initial is some, two full names that agree are much; two given names that
disagree outweigh any surname. The limits below are chosen on the tuning half of the bench (docs: name-
likeness).
"""

from __future__ import annotations

from collections.abc import Sequence

from diaspora_kg.likeness.costs import cost
from diaspora_kg.likeness.outcome import NOTHING, Found, Match, Outcome, align
from diaspora_kg.likeness.prepared import Part, Shape, father
from diaspora_kg.likeness.words import alike, gendered, word

LEAST = 0.62
"""Two words less alike than this do not stand for each other."""

SURNAME_ALONE = 0.58
GIVEN_ALONE = 0.4
WITH_INITIAL = 0.84
CONFLICT = 0.38
MIDDLE_CONFLICT = 0.55
PATRONYMIC_CONFLICT = 0.5
JOINED = 0.9
SHARPNESS = 0.4
"""How fast the score falls with the weakest word; 0.5 would be the mean of weakest and average."""

_DIGRAPHS = {"s": "S", "t": "cC", "z": "j", "k": "hC", "d": "jc", "c": "Cj", "v": "o"}
_EXTRA = 0.05
_NO_PATRONYMIC = 0.02


def persons(left: Shape, right: Shape) -> Outcome:
    """Compare two forms of names of persons."""
    mine = [part for part in left.parts if part.role == "name"]
    theirs = [part for part in right.parts if part.role == "name"]
    if not mine or not theirs:
        return NOTHING
    matches = [m for m in align(mine, theirs, LEAST) if not _two_genders(mine[m.left], theirs[m.right])]
    if len(matches) < len(mine) or len(matches) < len(theirs):
        joined = _joined(left, right, mine, theirs, matches)
        if joined:
            return joined
        if not matches:
            return Outcome(0.0, (), min(len(mine), len(theirs), 2))
    return _weighed(left, right, mine, theirs, matches)


def _weighed(
    left: Shape, right: Shape, mine: list[Part], theirs: list[Part], matches: list[Match]
) -> Outcome:
    found = [_shown(mine, theirs, match) for match in matches]
    values = [match.value for match in matches]
    score = float((min(values) * sum(values) / len(values)) ** SHARPNESS)
    rest_left = _rest(mine, {m.left for m in matches})
    rest_right = _rest(theirs, {m.right for m in matches})
    complete = min(len(mine), len(theirs), 2)
    short = _abbreviated(rest_left, rest_right, found)
    if rest_left and rest_right:
        limit = CONFLICT if len(matches) == 1 else MIDDLE_CONFLICT
        found.append(Found("conflict", 0.0, 1.0, _text(rest_left), _text(rest_right), "different names here"))
        return Outcome(min(score, 1.0) * limit, tuple(found), complete)
    initials = _initials(left, right, rest_left, rest_right, found)
    initials = initials + short if initials >= 0 else -1
    if initials < 0:
        return Outcome(score * CONFLICT, tuple(found), complete)
    score *= _patronymics(left, right, found)
    if len(matches) == 1:
        score *= _lonely(mine[matches[0].left], theirs[matches[0].right], initials, found)
    score -= _extra(rest_left, rest_right, initials, found)
    return Outcome(max(0.0, score), tuple(found), complete)


def _two_genders(one: Part, two: Part) -> bool:
    surnames = one.word.surnamed or two.word.surnamed
    return not surnames and gendered(one.word, two.word)


def _abbreviated(rest_left: list[Part], rest_right: list[Part], found: list[Found]) -> int:
    """Take out a word that the other name has cut short (Alex for Alexander): it counts as an initial."""
    for one in rest_left:
        for two in rest_right:
            short, long = sorted((one.word.folds[0], two.word.folds[0]), key=len)
            known = one.word.given and two.word.given
            if len(short) > 2 and long.startswith(short) and len(long) > len(short) + 1 and not known:
                rest_left.remove(one)
                rest_right.remove(two)
                texts = one.word.text, two.word.text
                found.append(Found("short form", 0.8, 0.4, *texts, "one may be the other cut short"))
                return 1
    return 0


def _shown(mine: Sequence[Part], theirs: Sequence[Part], match: Match) -> Found:
    one, two = mine[match.left].word, theirs[match.right].word
    kind = "surname" if one.surnamed or two.surnamed else "given name" if one.given or two.given else "word"
    return Found(kind, match.value, 1.0, one.text, two.text, match.note)


def _rest(parts: Sequence[Part], used: set[int]) -> list[Part]:
    return [part for place, part in enumerate(parts) if place not in used]


def _text(parts: Sequence[Part]) -> str:
    return " ".join(part.word.text for part in parts)


def _lonely(one: Part, two: Part, initials: int, found: list[Found]) -> float:
    """One word agrees: how much that is worth, with or without initials beside it."""
    if initials:
        limit = WITH_INITIAL + 0.05 * (initials > 1)
        found.append(Found("limit", limit, 1.0, "", "", "the given name is only an initial"))
    elif one.word.given or two.word.given:
        limit = GIVEN_ALONE
        found.append(Found("limit", limit, 1.0, "", "", "a given name alone is weak evidence"))
    else:
        limit = SURNAME_ALONE
        found.append(Found("limit", limit, 1.0, "", "", "one word alone, as a surname, is weak evidence"))
    return limit


def _initials(
    left: Shape, right: Shape, rest_left: list[Part], rest_right: list[Part], found: list[Found]
) -> int:
    """How many initials agree with words or initials of the other name; -1 if one contradicts."""
    mine = [part for part in left.parts if part.role == "initial"]
    theirs = [part for part in right.parts if part.role == "initial"]
    if not mine and not theirs:
        return 0
    open_left = rest_left + [p for p in left.parts if p.role == "patronymic"] + mine
    open_right = rest_right + [p for p in right.parts if p.role == "patronymic"] + theirs
    agreed = 0
    for one in open_left:
        for two in open_right:
            if "initial" in {one.role, two.role} and _starts(one, two):
                open_right.remove(two)
                agreed += 1
                texts = one.word.text, two.word.text
                found.append(Found("initial", 0.8, 0.4, *texts, "the initial fits"))
                break
    given_left = rest_left or mine
    given_right = rest_right or theirs
    if not agreed and given_left and given_right:
        found.append(
            Found("conflict", 0.0, 1.0, _text(given_left), _text(given_right), "the initial contradicts")
        )
        return -1
    return agreed


def _starts(one: Part, two: Part) -> bool:
    """Does one word begin with the sound of the initial that the other is?"""
    heads, others = _heads(one), _heads(two)
    return any(a == b or cost(a, b) <= 0.35 for a in heads for b in others)


def _heads(part: Part) -> set[str]:
    """The sounds that a word can begin with; an initial may be the first letter of two that are one sound."""
    heads = {fold[0] for fold in part.word.folds}
    if part.role == "initial":
        heads |= {sound for head in heads for sound in _DIGRAPHS.get(head, "")}
    return heads


def _patronymics(left: Shape, right: Shape, found: list[Found]) -> float:
    mine = [part.word for part in left.parts if part.role == "patronymic"]
    theirs = [part.word for part in right.parts if part.role == "patronymic"]
    if not mine and not theirs:
        return 1.0
    if not mine or not theirs:
        texts = " ".join(w.text for w in mine), " ".join(w.text for w in theirs)
        found.append(Found("patronymic", 0.5, 0.1, *texts, "only one name has a patronymic"))
        return 1 - _NO_PATRONYMIC
    value = alike(word(father(mine[0])), word(father(theirs[0]))).value
    texts = mine[0].text, theirs[0].text
    if value < LEAST:
        found.append(Found("conflict", 0.0, 1.0, *texts, "the patronymics contradict"))
        return PATRONYMIC_CONFLICT
    found.append(Found("patronymic", value, 0.3, *texts, "the patronymics agree"))
    return 0.9 + 0.1 * value


def _extra(rest_left: list[Part], rest_right: list[Part], initials: int, found: list[Found]) -> float:
    rest = rest_left or rest_right
    surplus = len(rest) - initials
    if surplus <= 0:
        return 0.0
    texts = _text(rest_left), _text(rest_right)
    found.append(Found("further words", 0.5, 0.1, *texts, "only one of the names has these words"))
    return min(0.2, _EXTRA * surplus)


def _joined(
    left: Shape, right: Shape, mine: list[Part], theirs: list[Part], matches: list[Match]
) -> Outcome | None:
    """The same letters parted otherwise: Mirjalal and Mir Jalal, AbdulAziz and Abdul Aziz."""
    if abs(len(left.joined) - len(right.joined)) > 4 or len(mine) == len(theirs) == 1:
        return None
    if len(mine) != len(theirs):
        glued = _glued(left, right, mine, theirs)
        if glued:
            return glued
    one, two = ("".join(p.word.folds[0] for p in parts) for parts in (mine, theirs))
    if one != two or (len(matches) and len(one) < 6):
        return None
    found = Found(
        "words joined", JOINED, 1.0, _text(mine), _text(theirs), "the same letters, parted otherwise"
    )
    return Outcome(JOINED + 0.05, (found,), 2)


def _glued(left: Shape, right: Shape, mine: list[Part], theirs: list[Part]) -> Outcome | None:
    """Try each two neighbours of the longer name as one word of the shorter."""
    long, short = (mine, theirs) if len(mine) > len(theirs) else (theirs, mine)
    for place in range(len(long) - 1):
        whole = word(long[place].word.text + long[place + 1].word.text)
        if any(alike(whole, part.word).value >= JOINED for part in short):
            merged = [*long[:place], Part(whole, "name"), *long[place + 2 :]]
            pair = (merged, short) if long is mine else (short, merged)
            matches = align(*pair, LEAST)
            if len(matches) == len(short):
                outcome = _weighed(left, right, *pair, matches)
                return outcome._replace(score=outcome.score * 0.97, complete=2)
    return None

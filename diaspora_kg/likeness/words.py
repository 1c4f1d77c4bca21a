"""One word of a name, made ready for comparison, and how alike two words are."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from diaspora_kg.likeness import folding, latin
from diaspora_kg.likeness.costs import cost
from diaspora_kg.likeness.lexicon import given_names

LONGEST = 40
"""Letters of a word that are looked at; what follows is cut, so that hostile names cost nothing."""

_AZERBAIJANI = re.compile("[əğ]")
_NEARBY_ENDINGS = {
    frozenset({"ov", "li"}): (0.8, "the endings differ: -ov and -li are taken for each other in Azerbaijan"),
    frozenset({"ov", "zade"}): (0.75, "the endings differ: -ov and -zade"),
    frozenset({"ov", "ian"}): (0.65, "the endings differ: -ov and -yan"),
    frozenset({"ov", "oglu"}): (0.65, "the endings differ: -ov and -oğlu"),
    frozenset({"li", "zade"}): (0.75, "the endings differ: -li and -zade"),
    frozenset({"", "ov"}): (0.65, "one has the ending -ov, the other none"),
    frozenset({"", "ian"}): (0.65, "one has the ending -yan, the other none"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A word with its folds; `bones` are its coarse forms for blocking."""

    text: str
    plain: str
    folds: tuple[str, ...]
    endings: tuple[folding.Ending, ...]
    bones: tuple[str, ...]
    script: str
    given: frozenset[tuple[int, bool]]

    @property
    def surnamed(self) -> bool:
        """Does it end as the surnames of our languages do?"""
        return self.endings[0].ending not in {"", "in"}


class Pairing(NamedTuple):
    """How alike two words are, and why if it is not plain."""

    value: float
    note: str


EQUAL = Pairing(1.0, "the same once both are written in one alphabet")
_SAME = Pairing(1.0, "")
_UNLIKE = Pairing(0.0, "")


@lru_cache(maxsize=1 << 17)
def word(text: str, language: str = "") -> Word:
    """Make a word ready; `language` (a BCP 47 tag) helps to read its letters."""
    lowered = unicodedata.normalize("NFC", text[:LONGEST].casefold().replace("i̇", "i"))
    script = latin.script_of(lowered)
    romanized = latin.chosen()(lowered, language) or "".join(filter(str.isalnum, lowered))
    turkic = script == "Latin" and (language[:2] in {"az", "tr"} or bool(_AZERBAIJANI.search(lowered)))
    found = folding.folds(romanized, script, turkic)
    if script == "Latin" and not turkic and not lowered.isascii():
        marked = latin.chosen()(lowered.replace("ł", "gh"), language)
        found = tuple(dict.fromkeys((*found, folding.scholarly(marked))))
    if script == "Armenian" and lowered.startswith("յ") and romanized.startswith("y"):
        found = tuple(dict.fromkeys((*found, *folding.folds("h" + romanized[1:]))))
    coarse = dict.fromkeys(folding.bones(fold) for fold in found)
    if script == "Cyrillic" and "г" in lowered:
        coarse |= dict.fromkeys(folding.bones(fold.replace("g", "h")) for fold in found)
    if script == "Arabic":  # waw is v, o or u
        coarse |= dict.fromkeys(folding.bones(fold[:1] + fold[1:].replace("v", "u")) for fold in found)
    return Word(
        text, romanized, found, tuple(map(folding.parted, found)), tuple(coarse), script, given_names(found)
    )


def alike(left: Word, right: Word) -> Pairing:
    """How alike two words are, 0 to 1: the best pair of their readings.

    >>> alike(word("Абрамян", "ru"), word("Abramian", "en")).value
    1.0
    """
    if left is right or left.folds == right.folds:
        return _SAME if left.text.casefold() == right.text.casefold() else EQUAL
    return _alike(left, right) if left.folds <= right.folds else _alike(right, left)


@lru_cache(maxsize=1 << 18)
def _alike(left: Word, right: Word) -> Pairing:
    if not set(left.folds).isdisjoint(right.folds):
        return EQUAL
    if left.given and right.given:
        return _named(left, right)
    if not any(_may_be(a, b) for a in left.bones for b in right.bones):
        return _UNLIKE
    best = _UNLIKE
    abjad = (left.script == "Arabic") != (right.script == "Arabic")
    scale = _strictness(left, right)
    for one in left.endings:
        for two in right.endings:
            found = _unvowelled(one, two) if abjad else _parts(one, two, scale)
            if found.value > best.value:
                best = found
    return best


def _may_be(left: str, right: str) -> bool:
    """A quick look at the coarse forms: are the words worth a closer one?"""
    return Levenshtein.normalized_similarity(left, right) >= 0.5 or min(len(left), len(right)) < 2


def _named(left: Word, right: Word) -> Pairing:
    """Two given names of our list: forms of one name, or two names however alike they look."""
    shared = {number for number, _ in left.given} & {number for number, _ in right.given}
    if not shared:
        return Pairing(0.4, "two different given names")
    if any(short for number, short in (*left.given, *right.given) if number in shared):
        return Pairing(0.88, "a familiar form of the given name")
    return Pairing(0.95, "forms of one given name")


def _strictness(left: Word, right: Word) -> float:
    """Small differences say more where no transliteration can have made them: within one script."""
    if left.script != right.script:
        return 1.0
    return 1.25 if left.script == "Latin" else 1.6


def _unvowelled(one: folding.Ending, two: folding.Ending) -> Pairing:
    """Compare with a word of the Arabic script, which writes no short vowels."""
    left, right = (folding.unvowelled(_whole(part)) for part in (one, two))
    if not left[0] or not right[0]:
        return _UNLIKE
    value = 0.97 * max(_near(mine, theirs, 0.8) for mine in left for theirs in right)
    if min(len(left[0]), len(right[0])) < 2:
        value *= 0.85
    return Pairing(value, "compared by consonants: this script writes no short vowels")


def _parts(one: folding.Ending, two: folding.Ending, scale: float) -> Pairing:
    """Compare stems and endings apart where both words have one, else the whole words."""
    if one.ending == two.ending:
        if not one.ending:
            return Pairing(_near(one.stem, two.stem, scale), "spelled alike")
        longer = len(_whole(one)) / len(one.stem)
        value = 1 - (1 - _near(one.stem, two.stem, scale)) / min(longer, 1.5)
        note = "the same ending, alike before it"
        if one.feminine != two.feminine:
            return Pairing(value * 0.98, "the feminine and the masculine form of one surname")
        return Pairing(value, note)
    whole = _near(_whole(one), _whole(two), scale)
    factor, note = _NEARBY_ENDINGS.get(frozenset({one.ending, two.ending}), (0.6, "the endings differ"))
    stems = _near(one.stem, two.stem, scale)
    if stems >= 0.9 and len(one.stem) > 2 and len(two.stem) > 2:
        return Pairing(min(stems * factor, 0.8), note)
    return Pairing(min(whole, 0.88), "spelled alike")


def gendered(left: Word, right: Word) -> bool:
    """Are the words a given name and its feminine (Alexander, Alexandra): two people's?"""
    short, long = sorted((left.folds[0], right.folds[0]), key=len)
    return long == short + "a" and short[-1] not in "aeiou"


_SHAPES = {
    "ian": "ian",
    "ov": "ov",
    "ski": "ski",
    "li": "li",
    "in": "in",
    "zade": "zade",
    "oglu": "oglu",
    "": "",
}


def _whole(part: folding.Ending) -> str:
    return part.stem + _SHAPES[part.ending]


@lru_cache(maxsize=1 << 18)
def _near(left: str, right: str, scale: float) -> float:
    """1 less the cost of turning one into the other, for their mean length; 0 at once for hopeless pairs."""
    if left == right:
        return 1.0
    if Levenshtein.normalized_similarity(left, right) < 0.25:
        return 0.0
    length = max(3.0, (len(left) + len(right)) / 2)
    return max(0.0, 1 - scale * cost(left, right, length / (2 * scale)) / length)

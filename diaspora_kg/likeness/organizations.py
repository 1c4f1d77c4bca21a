"""How alike two names of organizations, places and other things are.

Words count by what they say: a word of its own most, a people or country less, a word such as union or
congress less still, a legal form next to nothing. Words of the bundled list match their translations. An
acronym matches a full name by its first letters, in its own or another language.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from diaspora_kg.likeness import acronyms
from diaspora_kg.likeness.outcome import NOTHING, Found, Match, Outcome, align
from diaspora_kg.likeness.prepared import Part, Prepared, Shape

LEAST = 0.74
CONFLICT = 0.45
GENERIC_ONLY = 0.4
OTHER_BODY = 0.7
ACRONYM_SHORT = {2: 0.55, 3: 0.8}
ACRONYM_LONG = 0.87
SAME_ACRONYM = {2: 0.6, 3: 0.78}
SAME_ACRONYM_LONG = 0.88
OTHER_LANGUAGE = 0.94
"""Factor for an acronym of the translated name."""

FULL_NAMES_DISAGREE = 0.5
FULL_NAMES_UNCLEAR = 0.72
FULL_NAMES_HALF = 0.85
TRANSLATED = 0.97
INSIDE = 0.88
"""What an acronym inside a longer name is worth."""


def organizations(left: Prepared, right: Prepared) -> Outcome:
    """Compare all forms of two names: full names together, acronyms with acronyms and with full names."""
    full = NOTHING
    short = NOTHING
    for one in left.shapes:
        for two in right.shapes:
            if one.acronym or two.acronym:
                outcome = _acronyms(one, two)
                short = max(short, outcome, key=_by_score)
            else:
                full = max(full, full_names(one, two), key=_by_score)
    if full.score >= short.score:
        return full
    limit = _limit(left, right, full)
    if short.score <= limit:
        return short
    note = (
        "the acronyms fit, but the full names differ"
        if limit < 0.6
        else "the full names could not be compared"
    )
    return Outcome(limit, (*short.found, Found("limit", limit, 1.0, "", "", note)))


def _by_score(outcome: Outcome) -> float:
    return outcome.score


def _limit(left: Prepared, right: Prepared, full: Outcome) -> float:
    """What an acronym can prove where both have full names too, and these disagree."""
    mine = {shape.script for shape in left.shapes if not shape.acronym}
    theirs = {shape.script for shape in right.shapes if not shape.acronym}
    if not mine or not theirs or full.score >= 0.6:
        return 1.0
    if mine & theirs:
        return FULL_NAMES_DISAGREE
    return FULL_NAMES_HALF if full.score > CONFLICT else FULL_NAMES_UNCLEAR


def _acronyms(one: Shape, two: Shape) -> Outcome:
    if one.acronym and two.acronym:
        if one.acronym != two.acronym:
            return NOTHING
        value = SAME_ACRONYM.get(len(one.acronym), SAME_ACRONYM_LONG)
        if one.form.text == two.form.text:
            value += 0.02
        texts = one.form.text, two.form.text
        return Outcome(value, (Found("acronym", value, 1.0, *texts, "the same acronym"),))
    acronym, full = (one, two) if one.acronym else (two, one)
    how = full.initials.get(acronym.acronym) or full.initials.get(acronyms.unordered(acronym.acronym))
    if how is None:
        return _embedded(acronym, full, swapped=acronym is two)
    value = ACRONYM_SHORT.get(len(acronym.acronym), ACRONYM_LONG)
    if "another language" in how:
        value *= OTHER_LANGUAGE
    return Outcome(value, (Found("acronym", value, 1.0, one.form.text, two.form.text, how),))


def _embedded(acronym: Shape, full: Shape, swapped: bool) -> Outcome:
    """The acronym may simply be a word: ASALA, Aliq; compare it as one."""
    return full_names(full, acronym) if swapped else full_names(acronym, full)


def full_names(one: Shape, two: Shape) -> Outcome:
    """Compare two full names word by word."""
    mine = [part for part in one.parts if part.weight > 0]
    theirs = [part for part in two.parts if part.weight > 0]
    if not mine or not theirs:
        return NOTHING
    matches = _matches(mine, theirs)
    used_left, used_right = {m.left for m in matches}, {m.right for m in matches}
    rest_left = [p for i, p in enumerate(mine) if i not in used_left]
    rest_right = [p for i, p in enumerate(theirs) if i not in used_right]
    if (rest_left or rest_right) and _same_letters(one, two):
        found = Found(
            "words joined", 0.95, 1.0, one.form.text, two.form.text, "the same letters, parted otherwise"
        )
        return Outcome(0.95, (found,))
    runs = _runs(rest_left, rest_right) + [run.mirrored() for run in _runs(rest_right, rest_left)]
    if not matches and not runs:
        return NOTHING
    return _weighed(mine, theirs, matches, runs, (rest_left, rest_right))


class Run(NamedTuple):
    """An acronym inside a name and the words of the other name that it stands for."""

    left: list[Part]
    right: list[Part]
    note: str

    def mirrored(self) -> Run:
        """The same with the sides changed."""
        return Run(self.right, self.left, self.note)

    @property
    def weight(self) -> float:
        """What both sides weigh."""
        return sum(part.weight for part in (*self.left, *self.right))


def _runs(short: list[Part], long: list[Part]) -> list[Run]:
    """Take out acronyms inside a name (MID of Norland), with the neighbouring words that begin with them."""
    found: list[Run] = []
    for part in [part for part in short if part.acronym]:
        size = len(part.acronym)
        for start in range(len(long) - size + 1):
            words = long[start : start + size]
            known = acronyms.possible([(p.word.text, p.word.folds[0], p.role, p.concept) for p in words])
            how = known.get(part.acronym) or known.get(acronyms.unordered(part.acronym))
            if how:
                found.append(Run([part], words, how))
                short.remove(part)
                del long[start : start + size]
                break
    return found


def _same_letters(one: Shape, two: Shape) -> bool:
    """Are both the same letters, parted otherwise, with or without the legal form?"""
    whole = [shape.joined + shape.legal for shape in (one, two)]
    return (one.joined == two.joined and len(one.joined) > 3) or (whole[0] == whole[1] and len(whole[0]) > 5)


def _matches(mine: Sequence[Part], theirs: Sequence[Part]) -> list[Match]:
    """Words of one meaning first, then words that look alike."""
    matches: list[Match] = []
    free_right = list(range(len(theirs)))
    free_left: list[int] = []
    for i, part in enumerate(mine):
        same = [j for j in free_right if _one_meaning(part, theirs[j])]
        if same:
            free_right.remove(same[0])
            note = (
                "the same word"
                if part.word.folds == theirs[same[0]].word.folds
                else "one meaning: a translation"
            )
            matches.append(Match(i, same[0], 1.0 if note == "the same word" else TRANSLATED, note))
        elif part.role != "number":
            free_left.append(i)
    free_right = [j for j in free_right if theirs[j].role != "number"]
    if free_left and free_right:
        for match in align([mine[i] for i in free_left], [theirs[j] for j in free_right], LEAST):
            i, j = free_left[match.left], free_right[match.right]
            if not (mine[i].concept and theirs[j].concept):
                matches.append(Match(i, j, match.value, match.note))
    return matches


def _one_meaning(one: Part, two: Part) -> bool:
    """Are both one number, or forms or translations of one word of the list?"""
    if one.role == two.role == "number":
        return int(one.word.text) == int(two.word.text)
    return one.concept is not None and one.concept is two.concept


def _weighed(
    mine: Sequence[Part],
    theirs: Sequence[Part],
    matches: list[Match],
    runs: list[Run],
    rests: tuple[list[Part], list[Part]],
) -> Outcome:
    rest_left, rest_right = rests
    total = sum(p.weight for p in mine) + sum(p.weight for p in theirs)
    got = sum((mine[m.left].weight + theirs[m.right].weight) * m.value for m in matches)
    got += sum(run.weight * INSIDE for run in runs)
    found = [
        Found(_kind(mine[m.left], theirs[m.right]), m.value, mine[m.left].weight, mine[m.left].word.text,
              theirs[m.right].word.text, m.note)
        for m in matches
    ]  # fmt: skip
    found += [Found("acronym", INSIDE, 1.0, _texts(run.left), _texts(run.right), run.note) for run in runs]
    score = got / total
    for rest, sides in ((rest_left, (_texts(rest_left), "")), (rest_right, ("", _texts(rest_right)))):
        if rest:
            weight = sum(part.weight for part in rest)
            found.append(
                Found("unmatched words", 0.0, round(weight, 3), *sides, "only one of the names has these")
            )
    own = bool(runs) or any(_own([mine[m.left]]) for m in matches)
    limit = _limited(rest_left, rest_right, own)
    if limit:
        found.append(limit)
        score = min(score, _LIMITS[limit.note])
    return Outcome(score, tuple(found), 2)


_LIMITS = {
    "each name has a word of its own that the other lacks": CONFLICT,
    "the acronym does not stand for these words": CONFLICT,
    "only general words agree": GENERIC_ONLY,
    "different sorts of body": OTHER_BODY,
}


def _limited(rest_left: list[Part], rest_right: list[Part], own: bool) -> Found | None:
    """Why the score has a limit, if it has one; `own` says that words of the names' own agree."""
    own_left, own_right = _own(rest_left), _own(rest_right)
    texts = _texts(rest_left), _texts(rest_right)
    if own_left and own_right:
        own_texts = _texts(own_left), _texts(own_right)
        return Found("conflict", 0.0, 1.0, *own_texts, "each name has a word of its own that the other lacks")
    if _unexplained(rest_left, rest_right):
        return Found("conflict", 0.0, 1.0, *texts, "the acronym does not stand for these words")
    if (own_left or own_right) and not own:
        return Found("limit", GENERIC_ONLY, 1.0, "", "", "only general words agree")
    if _generic(rest_left) and _generic(rest_right):
        return Found("conflict", 0.5, 0.5, *texts, "different sorts of body")
    return None


def _unexplained(left: Sequence[Part], right: Sequence[Part]) -> bool:
    """Is an acronym left over on one side and are words on the other?"""
    return any(part.acronym for part in (*left, *right)) and bool(left and right)


def _kind(one: Part, two: Part) -> str:
    if one.concept and two.concept:
        return (
            "legal form"
            if one.role == "form"
            else "general word"
            if one.role == "generic"
            else "people or place"
        )
    return "word"


def _texts(parts: Sequence[Part]) -> str:
    return " ".join(part.word.text for part in parts)


def _own(parts: Sequence[Part]) -> list[Part]:
    return [part for part in parts if part.role in {"name", "people", "number"}]


def _generic(parts: Sequence[Part]) -> bool:
    return any(part.role == "generic" for part in parts)

"""Two records side by side as lines of text, for a terminal of any width, with or without colours.

What both sides show alike has ``=`` before it. Text of articles cannot move the cursor: control and
direction characters are written out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from diaspora_kg.candidates import Feature
from diaspora_kg.identity import Verdict
from diaspora_kg.identity.effect import Effect
from diaspora_kg.index import fold
from diaspora_kg.review.portrait import HEADINGS, MANY, PARTS, Portrait, Said
from diaspora_kg.visible import visible, width

NARROW = 72
"""Below this many columns the records stand one below the other."""

NAMELESS = "no name, only an annotator's label"
_ARTICLES = 6  # that are named
_ALIKE, _PLAIN = "= ", "  "

Style = Callable[[str, str], str]
"""Text and what it is (``head``, ``name``, ``alike``, ``for``, ``against``, ``dim``) to how it is shown."""


@dataclass(frozen=True, slots=True)
class Section:
    """One heading with what each side has below it."""

    title: str
    left: tuple[str, ...]
    right: tuple[str, ...]


def sections(left: Portrait, right: Portrait) -> Iterator[Section]:
    """Everything that is told of two records, heading by heading."""
    yield Section("record", _record(left), _record(right))
    yield Section("names", _names(left), _names(right))
    headings = dict.fromkeys([*HEADINGS, *(name for one in (left, right) for name, _ in one.facts)])
    for heading in headings:
        one, other = left.said(heading), right.said(heading)
        if one or other:
            yield Section(heading, _values(heading, one), _values(heading, other))
    if left.articles or right.articles:
        yield Section("articles", _articles(left), _articles(right))


def _values(heading: str, said: Iterable[Said]) -> tuple[str, ...]:
    """The words; of what somebody took part in with its key, since most remarks are called "remark"."""
    if heading != PARTS:
        return tuple(dict.fromkeys(one.words for one in said))
    return tuple(f"{one.words} ({one.key})" if one.key else one.words for one in said)


def side_by_side(left: Portrait, right: Portrait, room: int, style: Style) -> Iterator[str]:
    """Two records in a terminal that is ``room`` columns wide."""
    if room < NARROW:
        yield from _below(left, right, room, style)
        return
    half = (room - 3) // 2
    for section in sections(left, right):
        both = alike(section)
        yield style(section.title, "head")
        pairs = zip_longest(_cells(section.left, both, half), _cells(section.right, both, half))
        for one, other in pairs:
            yield f"{_styled(one, half, style)} {style('│', 'dim')} {_styled(other, half, style)}".rstrip()
    yield style("sentences", "head")
    shown = zip_longest(_sentences(left, half), _sentences(right, half))
    for one, other in shown:
        yield f"{_styled(one, half, style)} {style('│', 'dim')} {_styled(other, half, style)}".rstrip()


def _below(left: Portrait, right: Portrait, room: int, style: Style) -> Iterator[str]:
    found = list(sections(left, right))
    for place, one in enumerate((left, right)):
        yield style("─" * min(room, NARROW), "dim")
        for section in found:
            values = (section.left, section.right)[place]
            if values:
                yield style(section.title, "head")
                for cell in _cells(values, alike(section), room):
                    yield _styled(cell, 0, style)
        yield style("sentences", "head")
        for cell in _sentences(one, room):
            yield _styled(cell, 0, style)


def reasons(score: float, hint: str, features: Sequence[Feature], room: int, style: Style) -> Iterator[str]:
    """Why the score is what it is: every part with what it adds or takes."""
    told = f" ({hint})" if hint else ""
    yield style(f"score {score:.2f}{told}, since", "head")
    for one in (feature for feature in features if feature.told):
        adds = one.effect
        compared = " ~ ".join(dict.fromkeys(f"“{side}”" for side in (one.left, one.right) if side))
        words = ": ".join(part for part in (one.name.replace("-", " "), compared, one.note) if part)
        first, *rest = wrapped(words, max(room - 8, 10)) or [""]
        yield style(f"  {adds:+.2f} {first}", "for" if adds >= 0 else "against")
        yield from (f"        {line}" for line in rest)


def follows(found: Effect, verdict: Verdict) -> Iterator[str]:
    """What a decision does, in sentences."""
    if verdict is Verdict.SAME:
        others = ", ".join(key for key in found.records if key != found.canonical)
        yield f"{len(found.records)} records are one at the next build: {found.canonical}, with {others}."
    for conflict in found.conflicts:
        yield f"This contradicts other decisions: {conflict}"
    if found.conflicts:
        yield "If it is written, the records concerned stay as they were published last until that is mended."
    if found.parts:
        yield f"To part them: dkg link withdraw {' '.join(row.id for row in found.parts)}"


def wrapped(text: str, room: int) -> list[str]:
    """A text in lines of so many columns; a word that is longer is cut.

    >>> wrapped("one two three", 7)
    ['one two', 'three']
    """
    lines: list[str] = []
    for word in visible(text).split():
        piece = word
        while piece:
            joined = f"{lines[-1]} {piece}" if lines else piece
            if lines and width(joined) <= room:
                lines[-1], piece = joined, ""
            elif width(piece) <= room:
                lines.append(piece)
                piece = ""
            else:
                cut = _fitting(piece, room)
                lines.append(piece[:cut])
                piece = piece[cut:]
    return lines


def _fitting(word: str, room: int) -> int:
    count = 1
    while count < len(word) and width(word[: count + 1]) <= room:
        count += 1
    return count


_Cell = tuple[str, str]  # text, and how it is shown


def _cells(values: Iterable[str], both: frozenset[str], room: int) -> list[_Cell]:
    found: list[_Cell] = []
    for value in values:
        same = fold(value) in both
        for number, line in enumerate(wrapped(value, room - 2)):
            mark = _ALIKE if same and number == 0 else _PLAIN
            found.append((mark + line, "alike" if same else ""))
    return found


def _sentences(one: Portrait, room: int) -> list[_Cell]:
    found: list[_Cell] = []
    for sentence in one.sentences:
        words = f"“{sentence.words}”" if sentence.words else sentence.says
        found += [(_PLAIN + line, "name") for line in wrapped(words, room - 2)]
        if sentence.words and sentence.says != sentence.words:
            found += [(_PLAIN + line, "") for line in wrapped(sentence.says, room - 2)]
        found += [(_PLAIN + line, "") for line in wrapped(sentence.by, room - 2)]
        day = f", {sentence.published}" if sentence.published else ""
        told = f"{sentence.title}{day}, {sentence.place}"
        found += [(_PLAIN + line, "dim") for line in wrapped(told, room - 2)]
    if one.claims > len(one.sentences):
        more = f"{one.claims}{'+' * (one.claims >= MANY)} claims in all: dkg why {one.key}"
        found += [(_PLAIN + line, "dim") for line in wrapped(more, room - 2)]
    return found or [(_PLAIN + "no claim speaks of it", "dim")]


def _styled(cell: _Cell | None, room: int, style: Style) -> str:
    text, how = cell or ("", "")
    return (style(text, how) if how else text) + " " * max(room - width(text), 0)


def alike(section: Section) -> frozenset[str]:
    """What both sides have below one heading, folded; nothing where it is of the records themselves."""
    if section.title == "record":
        return frozenset()
    return (frozenset(map(fold, section.left)) & frozenset(map(fold, section.right))) - {fold(NAMELESS)}


def _record(one: Portrait) -> tuple[str, ...]:
    told = [one.label or one.key, one.key, one.kind.replace("-", " ")]
    if one.place:
        told.append(one.place)
    if one.records:
        told.append(f"is one with {', '.join(one.records)}")
    return tuple(dict.fromkeys(told))


def _names(one: Portrait) -> tuple[str, ...]:
    told = []
    for form in one.names:
        aside = ", ".join(part for part in (form.language, form.kind) if part)
        told.append(f"{form.text} ({aside})" if aside else form.text)
    return tuple(told) or (NAMELESS,)


def _articles(one: Portrait) -> tuple[str, ...]:
    told = [f"{said.words} ({said.key})" if said.key else said.words for said in one.articles[:_ARTICLES]]
    more = len(one.articles) - len(told)
    return (*told, f"and {more} more") if more else tuple(told)

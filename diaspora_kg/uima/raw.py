"""A CAS as it stands in its file, before any library has read it: what is checked, and said if wrong.

dkpro-cassis reads CAS files well and says little: it raises bare errors at unknown features and missing
members, keeps the last of two structures with one id, moves an offset that lies inside a character, and
clips one that lies beyond the text. So the file is looked through first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from diaspora_kg.errors import Report
from diaspora_kg.uima.guard import SHOWN

MOST = 200_000
"""How many feature structures one document may have: as many as are read in about ten seconds."""

ANNOTATION = "uima.tcas.Annotation"
INITIAL = "_InitialView"


@dataclass(frozen=True, slots=True)
class Sofa:
    """A text of a CAS; ``text`` is ``None`` where it holds something else, or lies elsewhere."""

    id: int
    name: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Structure:
    """One feature structure; ``begin`` and ``end`` count UTF-16 code units, ``refs`` are ids by feature."""

    id: int
    type: str
    line: int
    sofa: int = 0
    begin: int | None = None
    end: int | None = None
    refs: tuple[tuple[str, int], ...] = ()


@dataclass(slots=True)
class Raw:
    """Everything that a file holds; ``views`` are a sofa's id and the ids of its members."""

    sofas: dict[int, Sofa] = field(default_factory=dict)
    structures: dict[int, Structure] = field(default_factory=dict)
    views: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)


class Told:
    """A report that tells the first faults of a sort one by one, and counts the others."""

    def __init__(self, report: Report, hint: str) -> None:
        self._report, self._hint = report, hint
        self._counts: dict[str, int] = {}

    def wrong(self, line: int, code: str, message: str, words: str = "") -> None:
        """Note a fault that keeps the document out."""
        count = self._counts[code] = self._counts.get(code, 0) + 1
        if count <= SHOWN:
            self._report.violation(line, code, message, self._hint, words)

    @property
    def any(self) -> bool:
        """Whether there was a fault."""
        return bool(self._counts)

    def close(self) -> None:
        """Say how many faults were not told."""
        for code, count in self._counts.items():
            if count > SHOWN:
                message = f"There are {count - SHOWN} more findings of this sort in the file."
                self._report.violation(0, code, message, self._hint)


def check(raw: Raw, told: Told) -> dict[int, tuple[int, int]]:
    """The places of all annotations in code points; what points nowhere is told."""
    _references(raw, told)
    _members(raw, told)
    texts = {sofa.id: _Counted(sofa.text) for sofa in raw.sofas.values() if sofa.text is not None}
    places: dict[int, tuple[int, int]] = {}
    for each in raw.structures.values():
        if each.begin is None or each.end is None:
            continue
        sofa = raw.sofas.get(each.sofa)
        if sofa is None:
            told.wrong(each.line, "cas-sofa", f"{_named(each)} belongs to no text of this file.", each.type)
        elif sofa.text is None:
            places[each.id] = (each.begin, each.end)
        elif place := _place(each, texts[sofa.id], told):
            places[each.id] = place
    return places


def _references(raw: Raw, told: Told) -> None:
    for each in raw.structures.values():
        for name, target in each.refs:
            if target not in raw.structures and target not in raw.sofas:
                message = f"{_named(each)} points by {name} to {target}, which is not in the file."
                told.wrong(each.line, "cas-reference", message, each.type)


def _members(raw: Raw, told: Told) -> None:
    seen: dict[int, int] = {}
    for sofa, members in raw.views:
        if sofa not in raw.sofas and not members:
            continue
        if sofa not in raw.sofas:
            told.wrong(0, "cas-view", f"A view names the text {sofa}, which is not in the file.")
            continue
        for member in members:
            each = raw.structures.get(member)
            if each is None:
                message = f"The view {raw.sofas[sofa].name} lists {member}, which is not in the file."
                told.wrong(0, "cas-member", message)
            elif each.sofa and each.sofa != sofa:
                message = f"{_named(each)} belongs to another text than the view that lists it."
                told.wrong(each.line, "cas-view", message, each.type)
            elif each.begin is not None and seen.setdefault(member, sofa) != sofa:
                told.wrong(each.line, "cas-view", f"{_named(each)} is listed by two views.", each.type)


class _Counted:
    """A text with its code units: ``index`` leads from them to code points (``None``: they are the same)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.index = _index(text)
        self.size = len(text) if self.index is None else next(reversed(self.index))


def _place(each: Structure, counted: _Counted, told: Told) -> tuple[int, int] | None:
    begin, end, index = each.begin or 0, each.end or 0, counted.index
    where = f"{_named(each)} has the positions {begin}-{end}"
    if begin > end:
        told.wrong(each.line, "cas-position", f"{where}, which end before they begin.", each.type)
    elif begin < 0 or end > counted.size:
        message = f"{where}, and the text has {counted.size} UTF-16 code units: they lie beyond it."
        told.wrong(each.line, "cas-position", message, each.type)
    elif index is None:
        return begin, end
    elif begin in index and end in index:
        return index[begin], index[end]
    else:
        near = counted.text[max(0, index.get(begin, index.get(begin - 1, 0)) - 5) :][:20]
        message = f"{where}, which cut a character in two near {near!r}."
        told.wrong(each.line, "cas-position", message, each.type)
    return None


def _index(text: str) -> dict[int, int] | None:
    """From UTF-16 code units to code points, in order; ``None`` where they are the same."""
    if not text or max(text) < "\U00010000":
        return None
    index: dict[int, int] = {}
    at = 0
    for number, letter in enumerate(text):
        index[at] = number
        at += 2 if letter > "\uffff" else 1
    index[at] = len(text)
    return index


def _named(each: Structure) -> str:
    return f"Annotation {each.id} ({each.type.rpartition('.')[2]})"

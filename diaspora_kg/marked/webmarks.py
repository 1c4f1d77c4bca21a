"""The annotations of a Web Annotation file while they are gathered, and where they stand in the text."""

from __future__ import annotations

from dataclasses import dataclass, field

from diaspora_kg.marked.jsonfiles import Complaints
from diaspora_kg.marked.model import Attribute, Identity, Span
from diaspora_kg.marked.selectors import Aim, Finder

_HINT = "Export with quotes (TextQuoteSelector), from the text that stands beside the file."


@dataclass
class Mark:
    """One annotation that marks a stretch of text."""

    id: str
    line: int
    creator: str
    aims: list[Aim]
    label: str = ""
    attributes: list[Attribute] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def placed(marks: list[Mark], text: str | None, complaints: Complaints) -> tuple[list[tuple[str, Span]], str]:
    """The spans of all marks in code points, each with its creator; and how the file counts."""
    placing = _Placing(marks, complaints)
    return placing.seen(text) if text is not None else (placing.unseen(), "")


class _Placing:
    def __init__(self, marks: list[Mark], complaints: Complaints) -> None:
        self.marks = marks
        self.complaints = complaints

    def unseen(self) -> list[tuple[str, Span]]:
        """By their numbers alone."""
        return [(mark.creator, span) for mark in self.marks if (span := self._unseen(mark))]

    def seen(self, text: str) -> tuple[list[tuple[str, Span]], str]:
        """By quotes and numbers together."""
        finder = Finder(text)
        numbered = [aim for mark in self.marks for aim in mark.aims if _is_numbered(aim)]
        settled = finder.settle(numbered)
        places = iter(settled.spans[0])
        faults = {fault.place: fault.message for fault in settled.faults}
        numbers = iter(range(len(numbered)))
        found, moved = [], 0
        for mark in self.marks:
            fragments: list[tuple[int, int]] = []
            for aim in mark.aims:
                fault = ""
                if _is_numbered(aim):
                    fault = faults.get(next(numbers), "The place is not in the text.")
                    if place := next(places):
                        fragments += place
                        continue
                    moved += aim.quote is not None
                fragments += self._searched(finder, aim, mark, fault)
            if len(fragments) == len(mark.aims):
                found.append((mark.creator, _span(mark, tuple(sorted(fragments)))))
        if moved:
            message = f"{moved} positions lead to other words than their quotes; the quotes were taken."
            self.complaints.warning(0, "offset-differs", message, "Was it made on the same text?")
        return found, settled.provenance if numbered else "quotes, searched in the text"

    def _searched(self, finder: Finder, aim: Aim, mark: Mark, fault: str) -> list[tuple[int, int]]:
        if aim.quote is None and fault:
            self.complaints.violation(mark.line, "offset-outside", fault, _HINT)
            return []
        place = finder.find(aim)
        if isinstance(place, str):
            self.complaints.violation(mark.line, "quote-not-found", place, _HINT)
            return []
        return [place]

    def _unseen(self, mark: Mark) -> Span | None:
        """A mark of a text that is not at hand: its numbers are all there is."""
        if not all(_is_numbered(aim) for aim in mark.aims):
            message = "The text is not at hand, and the annotation has no position in it."
            self.complaints.violation(mark.line, "text-missing", message, "Put the text beside it, as .txt.")
            return None
        places = tuple(aim.position for aim in mark.aims if aim.position is not None)
        return _span(mark, places, " ".join(aim.quote or "" for aim in mark.aims))


def _is_numbered(aim: Aim) -> bool:
    return aim.position is not None and aim.inside is None


def _span(mark: Mark, fragments: tuple[tuple[int, int], ...], words: str = "") -> Span:
    bare = "identifying" if mark.identities else "commenting" if mark.notes else "highlighting"
    return Span(
        mark.id,
        "",
        mark.label or bare,
        fragments,
        tuple(mark.attributes),
        tuple(mark.identities),
        "\n".join(mark.notes),
        mark.line,
        words,
    )

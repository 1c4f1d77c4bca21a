"""Writes a marked document as the lines of brat standoff (:mod:`diaspora_kg.marked.brat` reads them)."""

from __future__ import annotations

from diaspora_kg.marked.bratlines import EQUIV, NOTES
from diaspora_kg.marked.model import Document, Frame, Relation, Span


def write(document: Document) -> str:
    """The lines of a document whose marks have brat's ids (``T1``, ``E1``, ``R1``), each with its extras."""
    counts = {"A": 0, "N": 0, "#": 0}
    lines: list[str] = []
    for span in document.spans:
        places = ";".join(f"{begin} {end}" for begin, end in span.fragments)
        lines.append(f"{span.id}\t{span.label} {places}\t{span.words}")
        lines += _extras(span, counts)
    for frame in document.frames:
        roles: dict[str, int] = {}
        parts = [f"{frame.label}:{frame.trigger}"]
        for role, target in frame.arguments:
            roles[role] = number = roles.get(role, 0) + 1
            parts.append(f"{role}{number if number > 1 else ''}:{target}")
        lines.append(f"{frame.id}\t{' '.join(parts)}")
        lines += _extras(frame, counts)
    for relation in document.relations:
        lines.append(f"{relation.id}\t{relation.label} Arg1:{relation.source} Arg2:{relation.target}\t")
        lines += _extras(relation, counts)
    lines += [f"*\t{EQUIV} {' '.join(same.members)}" for same in document.equivalences]
    return "".join(f"{line}\n" for line in lines)


def _extras(mark: Span | Frame | Relation, counts: dict[str, int]) -> list[str]:
    """The lines of a mark's attributes, references and note."""

    def new(letter: str) -> str:
        counts[letter] += 1
        return f"{letter}{counts[letter]}"

    lines = [f"{new('A')}\t{one.name} {mark.id} {one.value}".rstrip() for one in mark.attributes]
    identities = mark.identities if isinstance(mark, Span) else ()
    lines += [f"{new('N')}\tReference {mark.id} {one.scheme}:{one.id}\t{one.label}" for one in identities]
    if mark.note:
        lines.append(f"{new('#')}\t{NOTES} {mark.id}\t{mark.note}")
    return lines

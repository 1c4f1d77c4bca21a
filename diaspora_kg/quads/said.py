"""What the lines of graphs say, as it is kept while they are written: values by property and node."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from diaspora_kg.light import light
from diaspora_kg.terms import XSD_DATE, XSD_DATE_TIME, XSD_INTEGER, XSD_STRING

Cells = dict[str, tuple[str] | dict[str, None]]
"""What nodes have for one property; several values are a dict, in which each is found quickly."""

ONE_FORM = frozenset({XSD_STRING, XSD_INTEGER, XSD_DATE, XSD_DATE_TIME})
"""Datatypes of which :mod:`diaspora_kg.terms` writes each value in the one form that all others know."""


@light
@dataclass(frozen=True, slots=True)
class Said:
    """What the lines of some ``graphs`` say: the values by property and node, all as lines have them.

    Whoever wants triples need not take lines apart. Literals of the ``varied`` properties may be such as
    others write otherwise (a decimal).
    """

    graphs: Sequence[Mapping[str, Mapping[str, Collection[str]]]] = ()
    varied: Collection[str] = ()


def lines_of(said: Mapping[str, Cells], end: str, wanted: Collection[str]) -> tuple[list[str], list[str]]:
    """The sorted lines of one graph, each with this ``end``, and those of the ``wanted`` properties."""
    lines, picked = list[str](), list[str]()
    for prop, cells in said.items():
        before = len(lines)
        for subject, values in cells.items():
            for value in values:
                lines.append(f"{subject} {prop} {value}{end}")
        if prop in wanted:
            picked += lines[before:]
    lines.sort()
    return lines, picked

"""All sections of pages over the whole graph, and which one an address belongs to."""

from __future__ import annotations

from diaspora_kg.overviews.browse import Browse
from diaspora_kg.overviews.disagreements import Disagreements
from diaspora_kg.overviews.gaps import Gaps
from diaspora_kg.overviews.sheets import Section

SECTIONS: tuple[Section, ...] = (Browse(), Gaps(), Disagreements())
"""Everything that a live server and a static build show besides the pages of nodes and saved queries."""


def section_of(address: str) -> Section | None:
    """The section whose pages have addresses like this one.

    >>> section_of("/browse/person") is SECTIONS[0], section_of("/browser")
    (True, None)
    """
    for section in SECTIONS:
        if any(address == prefix or address.startswith(f"{prefix}/") for prefix in section.prefixes):
            return section
    return None

"""All sections of pages over the whole graph, and which one an address belongs to."""

from __future__ import annotations

from diaspora_kg.overviews.articles import Texts
from diaspora_kg.overviews.browse import Browse
from diaspora_kg.overviews.disagreements import Disagreements
from diaspora_kg.overviews.gaps import Gaps
from diaspora_kg.overviews.saved import Saved
from diaspora_kg.overviews.sheets import Section
from diaspora_kg.overviews.start import Start
from diaspora_kg.overviews.vocabulary import Vocabulary

SECTIONS: tuple[Section, ...] = (Start(), Browse(), Gaps(), Disagreements(), Vocabulary(), Texts())
"""What a live server and a static build both show in this way."""


STATIC: tuple[Section, ...] = (*SECTIONS, Saved())
"""What a static build makes; a live server answers saved queries by itself."""


def section_of(address: str) -> Section | None:
    """The section whose pages have addresses like this one.

    >>> section_of("/browse/person") is SECTIONS[1], section_of("/browser")
    (True, None)
    """
    for section in STATIC:
        if any(address == prefix or address.startswith(f"{prefix}/") for prefix in section.prefixes):
            return section
    return None

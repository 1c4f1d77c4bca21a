"""Invented words: names that nobody bears, and sentences that say nothing, for texts of any length.

Every name is made of syllables that count in base 24, so that two ranks never share a name. The filler
has small letters only, so that no name of an actor is ever found in it.
"""

from __future__ import annotations

from random import Random

_SYLLABLES = (
    "bral", "ceth", "dorm", "emph", "frusk", "gweld", "hurn", "jask", "klim", "lorp", "mund", "nesk",
    "olph", "prand", "quib", "rusk", "stev", "trom", "uvel", "vrask", "welm", "yorn", "zamb", "thilk",
)  # fmt: skip

_WHO = ("residents", "drivers", "shopkeepers", "parents", "fishermen", "gardeners", "bakers", "neighbours")
_DID = ("waited for", "talked about", "looked at", "complained of", "got used to", "joked about", "forgot")
_WHAT = (
    "the late ferry",
    "the new lamps",
    "the old bridge",
    "the closed road",
    "the wet summer",
    "the market",
)
_WHERE = ("near the harbour", "behind the mill", "by the river", "outside the town", "along the main street")
_WHEN = (
    "all week",
    "in the morning",
    "after the rain",
    "until it was dark",
    "as in every year",
    "for an hour",
)
_LINK = ("while", "because", "although", "and", "so that", "but")

THINGS = ("reading room", "evening school", "sports hall", "music school", "summer camp", "help desk")
PEOPLE = ("pupils", "families", "guests", "members", "students", "newcomers")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def invented(rank: int) -> str:
    """A word for a number, one for each.

    >>> invented(0), invented(25)
    ('Bralbral', 'Cethceth')
    """
    digits = [rank % len(_SYLLABLES)]
    while rank >= len(_SYLLABLES) or len(digits) < 2:
        rank //= len(_SYLLABLES)
        digits.append(rank % len(_SYLLABLES))
    return "".join(_SYLLABLES[digit] for digit in reversed(digits)).capitalize()


def sentence(random: Random) -> str:
    """One sentence of filler."""
    return f"{_clause(random)} {random.choice(_LINK)} {_clause(random)}.".capitalize()


def paragraph(random: Random, least: int) -> str:
    """Filler of at least so many characters."""
    said = sentence(random)
    while len(said) < least:
        said += " " + sentence(random)
    return said


def _clause(random: Random) -> str:
    parts = (random.choice(words) for words in (_WHO, _DID, _WHAT, _WHERE, _WHEN))
    return " ".join(parts)

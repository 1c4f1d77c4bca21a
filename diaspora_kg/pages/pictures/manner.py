"""How firmly something is known, which decides how it is drawn; and what the colours mean."""

from __future__ import annotations

from enum import Enum


class Manner(Enum):
    """The firmest way in which some source puts a thing; the value is a class of the stylesheet."""

    OWN = "own"
    """Asserted in an article's own voice, or in the register."""
    SAID = "told"
    """Asserted by somebody whose words are reported."""
    HOLLOW = "hollow"
    """Only presupposed, possible, hypothetical, under a condition, or nobody says it as such."""
    DENIED = "denied"


class Tone(Enum):
    """What a status or a change means for an organization; the value is a class of the stylesheet."""

    HOLDS = "holds"
    LIMITED = "limited"
    ENDED = "ended"
    PLANNED = "planned"
    OTHER = "other"


_TONES = {
    Tone.HOLDS: (
        "established registered reRegistered removedFromList acquitted released"
        " founding registration reRegistration delisting release annulment"
    ),
    Tone.LIMITED: (
        "suspended listedUnderLaw registrationRefused liquidationSought detained charged convicted wanted"
        " entryBanned expelled citizenshipWithdrawn suspension listing refusal arrest charge verdict"
    ),
    Tone.ENDED: (
        "banned liquidationOrdered liquidatedByDecision dissolvedByOwnDecision lapsed registrationWithdrawn"
        " liquidationStageUnspecified ban liquidation dissolution deregistration"
    ),
    Tone.PLANNED: "announced inExile",
}
_BY_VALUE = {value: tone for tone, values in _TONES.items() for value in values.split()}


def tone(value: str) -> Tone:
    """The tone of a status or a kind of change by its key.

    >>> tone("registered"), tone("ban"), tone("renaming")
    (<Tone.HOLDS: 'holds'>, <Tone.ENDED: 'ended'>, <Tone.OTHER: 'other'>)
    """
    return _BY_VALUE.get(value, Tone.OTHER)

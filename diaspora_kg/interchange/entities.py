"""What a file of another tool holds, in the words of this project: entities, and ties that it claims."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Literal

from diaspora_kg.errors import Finding, Report

EntityKind = Literal["organization", "person", "collective", "polity", "post", "place"]
TieKind = Literal["membership", "founding", "dissolution"]

_SCRIPTS = {
    "LATIN": "Latn", "CYRILLIC": "Cyrl", "ARMENIAN": "Armn", "GEORGIAN": "Geor", "ARABIC": "Arab",
    "GREEK": "Grek", "HEBREW": "Hebr", "CJK": "Hani", "HANGUL": "Hang", "DEVANAGARI": "Deva",
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Spelling:
    """One name: its words, language (BCP 47) and kind (a value of the list NameKind, as it is written)."""

    words: str
    language: str = ""
    kind: str = "full-name"


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity: ``id`` is that of its file, ``addresses`` are its ids elsewhere as addresses.

    ``sorts`` are values of the list OrganizationKind, ``within`` is the id of what an office is in.
    """

    id: str
    kind: EntityKind
    names: tuple[Spelling, ...] = ()
    addresses: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    label: str = ""
    within: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Tie:
    """What a file claims of an entity (``member``): a membership, or when it was founded or dissolved.

    ``post`` is the id of an office, ``role`` the words for it. Dates are EDTF of day, month or year.
    """

    id: str
    kind: TieKind
    member: str
    organization: str = ""
    post: str = ""
    role: str = ""
    starts: str = ""
    ends: str = ""
    line: int = 0


@dataclass(slots=True)
class Taken:
    """What was read of a file; what could not be is in ``findings``."""

    report: Report
    entities: list[Entity] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    left: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)

    def leave(self, line: int, code: str, what: str, hint: str = "") -> None:
        """Note something that is left out; what is left out for one reason is one finding."""
        self.left.setdefault((code, what, hint), []).append(line)

    def findings(self) -> tuple[Finding, ...]:
        """All findings, those of what was left out grouped, with how often and where first."""
        grouped = Report(self.report.file)
        for (code, what, hint), lines in sorted(self.left.items(), key=lambda item: (min(item[1]), item[0])):
            times = f" ({len(lines)} times, first here)" if lines[1:] else ""
            grouped.warning(min(lines), code, f"{what}{times}.", hint)
        return (*self.report.findings, *grouped.findings)


def language_of(words: str, written: str = "", default: str = "") -> str:
    """The language of a name: the one written, else the default, else the script alone.

    >>> language_of("Союз"), language_of("Union", default="en"), language_of("Союз", "ru")
    ('und-Cyrl', 'en', 'ru')
    """
    if written:
        return written
    script = next((_script(char) for char in words if char.isalpha()), "")
    if default and script in {"", "Latn"}:
        return default
    return f"und-{script}" if script else "und"


def _script(char: str) -> str:
    return _SCRIPTS.get(unicodedata.name(char, "").partition(" ")[0], "")


def tidy(words: str) -> str:
    r"""Words on one line, without characters that no name holds.

    >>> tidy("  Norland \n League\x07 ")
    'Norland League'
    """
    kept = "".join(
        c if not unicodedata.category(c).startswith("C") or c in "\u200c\u200d" else " " for c in words
    )
    return unicodedata.normalize("NFC", " ".join(kept.split()))

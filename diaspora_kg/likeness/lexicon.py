"""The bundled word lists: words that many organizations share, in several languages, and given names.

`tables/words.tsv` and `tables/given.tsv` hold them; the words are folded when the lists are loaded, so that
every spelling and alphabet of a language finds them. Nothing here knows a person or an organization.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from diaspora_kg.likeness import folding, latin

WEIGHTS = {"name": 1.0, "people": 0.7, "generic": 0.45, "form": 0.12, "stop": 0.0}
"""How much a word of a class says about whose name it is."""

LANGUAGES = ("en", "ru", "hy", "az", "ka", "fa")
_SCRIPTS = {
    "en": ("Latin",), "ru": ("Cyrillic",), "hy": ("Armenian",), "az": ("Latin", "Cyrillic"),
    "ka": ("Georgian",),     "fa": ("Arabic",),
}  # fmt: skip
_LONGEST_ENDING = 7


@dataclass(frozen=True, slots=True)
class Concept:
    """One idea that many names share: its class, and its usual word in each language."""

    key: str
    kind: str
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    concept: Concept
    open: bool


def _rows(file: str) -> list[list[str]]:
    text = (resources.files("diaspora_kg.likeness") / "tables" / file).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def readings(word: str, language: str) -> tuple[str, ...]:
    """The folds of a word of the lists."""
    lowered = word.casefold().replace("i̇", "i").replace("\u200c", "")
    turkic = language[:2] in {"az", "tr"} and latin.script_of(lowered) == "Latin"
    romanized = latin.chosen()(lowered, language)
    return folding.folds(romanized, latin.script_of(lowered), turkic) if romanized else ()


@lru_cache(maxsize=1)
def _words() -> dict[tuple[str, str], _Entry]:
    found: dict[tuple[str, str], _Entry] = {}
    for key, kind, *cells in _rows("words.tsv")[1:]:
        spelled = tuple(zip(LANGUAGES, cells, strict=True))
        usual = tuple(
            (language, cell.split()[0].rstrip("*")) for language, cell in spelled if cell.strip("- ")
        )
        concept = Concept(key, kind, usual)
        for language, cell in spelled:
            for stem in cell.split():
                entry = _Entry(concept, stem.endswith("*"))
                bare = stem.rstrip("*")
                if language == "en" and bare.isalpha() and len(bare) > 3:
                    found.setdefault(("Latin", f"{bare}s"), entry)
                for fold in (latin.chosen()(bare.casefold(), language), *readings(bare, language)):
                    for script in _SCRIPTS[language]:
                        found.setdefault((script, fold), entry)
    return found


@lru_cache(maxsize=1 << 16)
def concept_of(spellings: tuple[str, ...], script: str) -> Concept | None:
    """The concept that a word of a name (romanized, and its folds) stands for, or None for a word of its own.

    >>> found = concept_of(readings("союза", "ru"), "Cyrillic")
    >>> found.key if found else None
    'union'
    """
    table = _words()
    for fold in spellings:
        for length in range(len(fold), max(1, len(fold) - _LONGEST_ENDING - 1), -1):
            entry = table.get((script, fold[:length]))
            if entry and (length == len(fold) or (entry.open and length > 2)):
                return entry.concept
    return None


@lru_cache(maxsize=1)
def _given() -> dict[str, frozenset[tuple[int, bool]]]:
    found: dict[str, set[tuple[int, bool]]] = {}
    for number, (formal, *familiar) in enumerate(_rows("given.tsv")):
        spellings = [(s, False) for s in formal.split()] + [
            (s, True) for cell in familiar for s in cell.split()
        ]
        for spelling, short in spellings:
            for fold in readings(spelling, "az" if "ə" in spelling.casefold() else ""):
                found.setdefault(fold, set()).add((number, short))
    return {fold: frozenset(groups) for fold, groups in found.items()}


def given_names(folds: tuple[str, ...]) -> frozenset[tuple[int, bool]]:
    """The given names that a word may stand for: the number of each, and whether as a familiar form."""
    table = _given()
    return frozenset().union(*(table.get(fold, frozenset()) for fold in folds))


@lru_cache(maxsize=1)
def beside() -> dict[str, frozenset[str]]:
    """The words beside names of persons: particle, title and marker (of a father's name)."""
    found: dict[str, set[str]] = {}
    for kind, words in _rows("beside.tsv"):
        found.setdefault(kind, set()).update(words.split())
    return {kind: frozenset(words) for kind, words in found.items()}


@lru_cache(maxsize=1)
def _phrases() -> dict[tuple[str, ...], str]:
    return {tuple(phrase.split()): word for phrase, word in _rows("phrases.tsv")}


def phrased(words: list[str]) -> list[str]:
    """The words of a name with each phrase of the list made one word.

    >>> phrased(["All", "Russian", "Union"])
    ['allrussian', 'Union']
    """
    low = [word.casefold().replace("ё", "е") for word in words]
    found: list[str] = []
    place = 0
    while place < len(words):
        for length in range(min(4, len(words) - place), 1, -1):
            one = _phrases().get(tuple(low[place : place + length]))
            if one:
                found.append(one)
                place += length
                break
        else:
            found.append(words[place])
            place += 1
    return found

"""Pairs of names that others wrote: read from where they are, never copied here.

- The list of name variants in rigour's source archive (`rust/data/names/person_names.txt`, from Wikidata):
  each line holds the spellings of one name in many scripts. Two lines make a person, given name and surname.
- The names of countries in the CLDR data of Babel, in eight languages and five scripts.
- A file of labelled pairs with the columns schema, name1, name2, is_match, as rigour and nomenklatura keep
  them in their repositories (`contrib/name_comparison/cases.csv`).
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from babel import Locale

from diaspora_kg.likeness.latin import script_of
from tests.bench.namesmade import Pair

_SCRIPTS = frozenset({"Latin", "Cyrillic", "Armenian", "Georgian", "Arabic"})
_LANGUAGES = ("en", "ru", "az", "az_Cyrl", "hy", "ka", "fa", "uk")
_KINDS = {
    "Person": "person",
    "Organization": "organization",
    "Company": "organization",
    "LegalEntity": "organization",
}


def variants(file: Path, count: int, seed: int = 11) -> Iterator[Pair]:
    """So many pairs of one made-up person, both parts spelled as the list has them, and as many of two."""
    chance = random.Random(seed)
    groups = list(_groups(file))
    chance.shuffle(groups)
    for number in range(count):
        given, surname, other = (
            groups[3 * number % len(groups)],
            *(groups[(3 * number + k) % len(groups)] for k in (1, 2)),
        )
        first, second = _two_scripts(given, surname, chance)
        yield _pair(
            given[first], surname[first], given[second], surname[second], True, f"{first}, {second}", chance
        )
        third = second if second in other else chance.choice(sorted(other))
        yield _pair(given[first], surname[first], other[third], surname.get(third, surname[second]), False,
                    "same surname", chance)  # fmt: skip


def _groups(file: Path) -> Iterator[dict[str, list[str]]]:
    """The spellings of each line by script, of lines with at least two of our scripts."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            spellings = [s.strip() for s in line.partition("=>")[0].split(",")]
            found: dict[str, list[str]] = {}
            for spelling in spellings:
                script = script_of(spelling)
                if script in _SCRIPTS and len(spelling) > 2 and " " not in spelling:
                    found.setdefault(script, []).append(spelling)
            if len(found) > 1:
                yield found


def _two_scripts(
    one: dict[str, list[str]], two: dict[str, list[str]], chance: random.Random
) -> tuple[str, str]:
    shared = sorted(one.keys() & two.keys())
    if len(shared) < 2:
        return shared[0], shared[0]
    first, second = chance.sample(shared, 2)
    return first, second


def _pair(
    given: list[str], surname: list[str], given_too: list[str], surname_too: list[str], same: bool, sort: str,
    chance: random.Random,
) -> Pair:  # fmt: skip
    left = f"{chance.choice(given).title()} {chance.choice(surname).title()}"
    right = f"{chance.choice(given_too).title()} {chance.choice(surname_too).title()}"
    return Pair("person", (left,), (right,), same, sort, "rigour's list of variants")


def countries(seed: int = 5) -> Iterator[Pair]:
    """Each country in two languages, and two countries in two languages."""
    chance = random.Random(seed)
    locales = {language: Locale.parse(language) for language in _LANGUAGES}
    codes = [code for code in sorted(locales["en"].territories) if len(code) == 2 and code.isalpha()]
    for code in codes:
        first, second = chance.sample(_LANGUAGES, 2)
        other = chance.choice([c for c in codes if c != code])
        wanted = ((first, code), (second, code), (second, other))
        names = [str(locales[language].territories.get(c) or "") for language, c in wanted]
        if all(names) and names[0] != names[2]:
            yield Pair("place", (names[0],), (names[1],), True, f"{first}, {second}", "CLDR")
            yield Pair("place", (names[0],), (names[2],), False, f"{first}, {second}", "CLDR")


def labelled(file: Path) -> Iterator[Pair]:
    """The pairs of a file with the columns schema, name1, name2, is_match; other schemas are left out."""
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            kind = _KINDS.get(row["schema"])
            if kind:
                same = row["is_match"].strip().lower() == "true"
                sort = row.get("category") or row.get("case_group") or ""
                yield Pair(kind, (row["name1"],), (row["name2"],), same, sort, "labelled pairs")

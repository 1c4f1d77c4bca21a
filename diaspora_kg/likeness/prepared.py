"""A name made ready once: its forms cleaned, parted into words, each word with its part in the name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import regex

from diaspora_kg.likeness import acronyms, lexicon
from diaspora_kg.likeness.model import Form, Named
from diaspora_kg.likeness.words import Word, word

LONGEST = 300
"""Characters of a form that are looked at."""
MOST_WORDS = 16
MOST_FORMS = 24

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼʻ`´ʹ′"), None)
_PARTS = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*")
_DIGIT = regex.compile(r"(?<=\p{L})[0134579]|[0134579](?=\p{L})")
_LETTERS = dict(zip("0134579", "oieastg", strict=True))
_DOTTED = regex.compile(r"\b(?:\p{L}\.){2,}\p{L}?\b")
_HUMP = re.compile(r"(?<=[a-zа-яёəıöüğşç])(?=[A-ZА-ЯЁƏİÖÜĞŞÇ])")
_PATRONYMIC = re.compile(r"^(.{3,}?)(?:[oe]vi[Cc]|[oe]vna|ini[Cc]na|i[Cc]na|oni[Cc])$")


@dataclass(frozen=True, slots=True)
class Part:
    """A word and its part in the name.

    `role` is name, initial, patronymic, particle, title, number, generic, people, form or stop; `acronym` is
    set, folded, where an acronym stands inside a longer name.
    """

    word: Word
    role: str
    weight: float = 1.0
    concept: lexicon.Concept | None = None
    acronym: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """One form, parted. `acronym` is the folded acronym that it is, `initials` those that it can have."""

    form: Form
    parts: tuple[Part, ...]
    acronym: str
    initials: dict[str, str]
    joined: str
    legal: str
    script: str


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A name made ready, so that many comparisons with it are cheap."""

    named: Named
    shapes: tuple[Shape, ...]
    order: tuple[Form, ...]


def clean(text: str) -> str:
    """The text bounded, in one normal form, without invisible characters and apostrophes."""
    normal = unicodedata.normalize("NFKC", text[:LONGEST])
    kept = "".join(
        c for c in normal if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn", "Cc"} or c in "\t\n"
    )
    return kept.translate(_APOSTROPHES)[:LONGEST]


@lru_cache(maxsize=1 << 16)
def prepare(named: Named) -> Prepared:
    """Make a name ready for many comparisons; the newest 65,536 are kept."""
    person = named.kind == "person"
    found: dict[object, Shape] = {}
    for form in sorted(named.names[:MOST_FORMS]):
        shape = _person(form) if person else _organization(form)
        if shape.parts:
            found.setdefault((tuple((p.word.folds, p.role) for p in shape.parts), shape.acronym), shape)
    shapes = tuple(found.values())
    return Prepared(named, shapes, tuple(shape.form for shape in shapes))


def _person(form: Form) -> Shape:
    text = clean(form.text)
    before, comma, after = text.partition(",")
    if comma and after.strip():
        text = f"{after} {before}"
    text = _DIGIT.sub(_letter_for, _HUMP.sub(" ", text))
    written = _PARTS.findall(text)[:MOST_WORDS]
    words = [w for piece in written if (w := word(piece, form.language)).folds]
    parts = _roles(_initials_split(words, form.language))
    joined = "".join(sorted(part.word.folds[0] for part in parts if part.role == "name"))
    return Shape(form, tuple(parts), "", {}, joined, "", _script(parts))


def _letter_for(found: regex.Match[str]) -> str:
    """Digits put for letters, to hide a name from a search: Ig0r."""
    return _LETTERS[found.group()]


def _initials_split(words: list[Word], language: str) -> list[Word]:
    """`JC Juncker` has two initials; `JUNCKER JC` may be all capitals and is left alone if all words are."""
    if all(w.text.isupper() for w in words):
        return words
    split: list[Word] = []
    for one in words:
        short = len(one.text) == 2 and one.text.isupper() and one.script in {"Latin", "Cyrillic", "Armenian"}
        split.extend([word(letter, language) for letter in one.text] if short else [one])
    return [one for one in split if one.folds]


def _roles(words: list[Word]) -> list[Part]:
    parts: list[Part] = []
    beside = lexicon.beside()
    full = sum(len(w.text) > 1 for w in words)
    for place, one in enumerate(words):
        fold = one.folds[0]
        if fold in beside["marker"] and parts and parts[-1].role == "name" and full > 2:
            parts[-1] = Part(parts[-1].word, "patronymic", 0.3)
        elif len(one.text) == 1 and one.text.isalpha():
            parts.append(Part(one, "initial", 0.4))
        elif full > 1 and {fold, one.text.casefold()} & beside["particle"]:
            parts.append(Part(one, "particle", 0.0))
        elif full > 1 and place != len(words) - 1 and {fold, one.text.casefold()} & beside["title"]:
            parts.append(Part(one, "title", 0.0))
        elif full > 2 and _is_patronymic(one, place, len(words)):
            parts.append(Part(one, "patronymic", 0.3))
        else:
            parts.append(Part(one, "name"))
    return parts


def _is_patronymic(one: Word, place: int, count: int) -> bool:
    if one.script == "Armenian" and 0 < place < count - 1 and one.text.endswith("ի"):
        return True
    return place > 0 and bool(_PATRONYMIC.match(one.folds[0]))


def father(one: Word) -> str:
    """The father's name in a patronymic: without -ovich, -ovna, Armenian -i.

    >>> father(word("Гейдарович", "ru")), father(word("Heydər", "az"))
    ('geidar', 'heidar')
    """
    fold = one.folds[0]
    found = _PATRONYMIC.match(fold)
    if found:
        return found.group(1)
    return fold.removesuffix("i") if one.script == "Armenian" else fold


def _organization(form: Form) -> Shape:
    text = clean(form.text)
    acronym = acronyms.written(text, form.kind)
    text = _DOTTED.sub(lambda found: found.group().replace(".", ""), _HUMP.sub(" ", text))
    written = lexicon.phrased(_PARTS.findall(text)[:MOST_WORDS])
    words = [w for piece in written if (w := word(piece, form.language)).folds]
    mixed = any(map(str.islower, text))
    parts = [_meaning(one, mixed) for one in words]
    if parts and all(part.role == "stop" for part in parts):
        parts = [Part(part.word, "name") for part in parts]
    folded = acronyms.folded(acronym) if acronym else ""
    initials = (
        {}
        if acronym
        else acronyms.possible([(p.word.text, p.word.folds[0], p.role, p.concept) for p in parts])
    )
    joined = "".join(part.word.folds[0] for part in parts if part.role not in {"stop", "form"})
    legal = "".join(part.word.folds[0] for part in parts if part.role == "form")
    return Shape(form, tuple(parts), folded, initials, joined, legal, _script(parts))


def _meaning(one: Word, mixed: bool) -> Part:
    if one.text.isdecimal():
        return Part(one, "number", 0.9)
    concept = lexicon.concept_of((one.plain, *one.folds), one.script)
    if concept is None and mixed and one.text.isupper() and 2 <= len(one.text) <= 7:
        return Part(one, "name", 1.0, None, acronyms.folded(one.text))
    if concept is None:
        return Part(one, "name") if len(one.text) > 1 else Part(one, "name", 0.5)
    return Part(one, concept.kind, lexicon.WEIGHTS[concept.kind], concept)


def _script(parts: list[Part]) -> str:
    return parts[0].word.script if parts else "Latin"

"""Acronyms: those that are written, and those that a full name can have, in its own and in other languages.

An acronym is often that of the name in another language (an English article writes VAK for a name whose
Russian words begin with V, A, K). The usual words of the bundled list stand for such translations.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from diaspora_kg.likeness import lexicon

_DOTTED = re.compile(r"^(?:[^\W\d_]\.\s?){2,}[^\W\d_]?\.?$")
_HEADS = str.maketrans("jSCc", "zskt")
_TRANSLATED = {
    language: f"first letters of its words in another language ({language}), in any order"
    for language in lexicon.LANGUAGES
}
Described = tuple[str, str, str, lexicon.Concept | None]
"""A word of a name: as written, folded, its class, its concept."""


def written(text: str, kind: str) -> str:
    """The acronym that a form is, in its own letters, or "" if it is none.

    >>> written("V.A.K.", ""), written("ВАК", ""), written("Vesmark", ""), written("Vak", "acronym")
    ('VAK', 'ВАК', '', 'Vak')
    """
    bare = text.strip().strip('«»"“”„()')
    letters = "".join(c for c in bare if c.isalnum())
    if not 2 <= len(letters) <= 10:
        return ""
    if kind == "acronym" or _DOTTED.match(bare):
        return letters
    one_word = not any(c.isspace() for c in bare) and sum(map(str.isalpha, letters)) >= 2
    if not one_word:
        return ""
    capitals = sum(c.isupper() for c in letters)
    return letters if capitals >= 2 and capitals >= 0.6 * len(letters) and len(letters) <= 8 else ""


@lru_cache(maxsize=1 << 14)
def folded(acronym: str) -> str:
    """An acronym in one sign a letter: each letter read by itself.

    >>> folded("ВАК"), folded("СШХ"), folded("ASH")
    ('vak', 'sSh', 'ash')
    """
    read = (lexicon.readings(letter.casefold(), "") for letter in acronym)
    return "".join(readings[0][:1] if readings else "" for readings in read)


def possible(words: Sequence[Described]) -> dict[str, str]:
    """The acronyms of a full name, folded, each with how it comes about; empty for a name of one word.

    Acronyms of a translation are kept with their letters in the order of the alphabet and a leading `*`,
    since languages order words differently.
    """
    content = [one for one in words if one[2] not in {"stop", "form"}]
    if len(content) < 2:
        return {}
    found: dict[str, str] = {}
    plain = [one for one in words if one[2] != "stop"]
    for chosen, how in (
        (content, "first letters of its words"),
        (plain, "first letters of its words, legal form included"),
        (list(words), "first letters of all its words"),
    ):
        letters = "".join(_first(one[0]) for one in chosen)
        found.setdefault(letters, how)
        found.setdefault(_latin_heads(letters), how)
    if any(one[3] for one in content):
        for language in lexicon.LANGUAGES:
            letters = "".join(_translated(one, language) for one in content)
            how = _TRANSLATED[language]
            for spelled in (letters, _latin_heads(letters)):
                found.setdefault(unordered(spelled), how)
    return found


def unordered(letters: str) -> str:
    """The key of an acronym whose letters may stand in any order."""
    return "*" + "".join(sorted(letters))


def _latin_heads(letters: str) -> str:
    """The letters as their romanization begins: Zh, Sh, Ch, Ts give Z, S, C, T."""
    return letters.translate(_HEADS)


@lru_cache(maxsize=1 << 14)
def _first(text: str) -> str:
    return folded(text[:1])


def _translated(one: Described, language: str) -> str:
    concept = one[3]
    if concept:
        for tag, usual in concept.words:
            if tag == language:
                return folded(usual[:1])
    return _first(one[0])

"""Any script in plain Latin letters: through ICU where it is installed, else through our tables and anyascii.

Both engines have one interface (a word and its language in, lower-case ASCII letters out) and are followed by
the same folding. ICU is the extra `icu` of the project, since it must be compiled against the system's
library.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from anyascii import anyascii

from diaspora_kg.likeness import letters

Romanizer = Callable[[str, str], str]
"""A word in lower case and its language (a BCP 47 tag or "") in, ASCII letters and digits out."""

ENGINE_VARIABLE = "DKG_ROMANIZER"
"""`tables` or `icu` in this variable chooses an engine; without it ICU reads only the scripts of no table."""

_RANGES = (
    ("Latin", 0x0041, 0x024F), ("Latin", 0x1E00, 0x1EFF), ("Latin", 0x0250, 0x02FF),
    ("Cyrillic", 0x0400, 0x052F),
    ("Armenian", 0x0530, 0x058F), ("Armenian", 0xFB13, 0xFB17), ("Georgian", 0x10A0, 0x10FF),
    ("Georgian", 0x1C90, 0x1CBF), ("Georgian", 0x2D00, 0x2D2F), ("Arabic", 0x0600, 0x06FF),
    ("Arabic", 0x0750, 0x077F), ("Arabic", 0x08A0, 0x08FF), ("Arabic", 0xFB50, 0xFEFF),
)  # fmt: skip

_ICU_IDS = {
    "Cyrillic": "Russian-Latin/BGN",
    "Armenian": "Armenian-Latin/BGN",
    "Georgian": "Georgian-Latin/BGN",
    "Arabic": "Persian-Latin/BGN",
}


def script_of(word: str) -> str:
    """The script of the first letter: Latin, Cyrillic, Armenian, Georgian, Arabic or Other."""
    for letter in word:
        if letter.isalpha():
            code = ord(letter)
            return next((name for name, first, last in _RANGES if first <= code <= last), "Other")
    return "Latin"


def _plain(word: str) -> str:
    """ASCII letters and digits only: marks off, known Latin letters by table, all else by anyascii."""
    if word.isascii():
        return "".join(filter(str.isalnum, word))
    read = "".join(letters.LATIN.get(letter, letter) for letter in word)
    bare = "".join(c for c in unicodedata.normalize("NFKD", read) if not unicodedata.combining(c))
    ascii_only = bare if bare.isascii() else anyascii(bare)
    return "".join(c for c in ascii_only.casefold() if c.isascii() and c.isalnum())


def by_tables(word: str, language: str) -> str:
    """The engine that needs nothing installed: our tables for five scripts, anyascii for the others.

    >>> by_tables("աբրահամյան", "hy"), by_tables("ҹәфәров", "az-Cyrl"), by_tables("ჯავახიშვილი", "ka")
    ('abrahamyan', 'jafarov', 'javakhishvili')
    """
    script = script_of(word)
    if script == "Cyrillic":
        own = letters.CYRILLIC_BY_LANGUAGE.get(language[:2], {})
        word = "".join(own.get(c) or letters.CYRILLIC.get(c, c) for c in unicodedata.normalize("NFC", word))
    elif script == "Armenian":
        for group, latin in letters.ARMENIAN_GROUPS:
            word = word.replace(group, latin)
        word = "".join(letters.ARMENIAN.get(c, c) for c in word)
    elif script == "Georgian":
        word = "".join(letters.GEORGIAN.get(c, c) for c in word)
    elif script == "Arabic":
        word = "".join(letters.ARABIC.get(c, c) for c in unicodedata.normalize("NFKC", word))
    return _plain(word)


@lru_cache(maxsize=16)
def _transform(name: str) -> Any:
    """One of ICU's transforms; the module is loaded late since it is optional."""
    return importlib.import_module("icu").Transliterator.createInstance(name)


def by_icu(word: str, language: str) -> str:
    """The engine that asks ICU: the BGN romanization of the script, Any-Latin for the rest."""
    script = script_of(word)
    if script == "Latin":
        return _plain(word)
    if script == "Cyrillic" and language.startswith("az"):
        return _plain(_transform("az_Cyrl-az/BGN").transliterate(word).casefold())
    name = _ICU_IDS.get(script, "Any-Latin")
    return _plain(_transform(name).transliterate(word).casefold())


def mixed(word: str, language: str) -> str:
    """Our tables for the scripts they know, ICU for all others."""
    return by_icu(word, language) if script_of(word) == "Other" else by_tables(word, language)


@lru_cache(maxsize=1)
def has_icu() -> bool:
    """Is PyICU installed (and not another module of its name)?"""
    if importlib.util.find_spec("icu") is None:
        return False
    return hasattr(importlib.import_module("icu"), "Transliterator")


def chosen() -> Romanizer:
    """The engine in use: the one of the environment variable, else the best that is installed."""
    wanted = os.environ.get(ENGINE_VARIABLE, "")
    if wanted == "icu" and has_icu():
        return by_icu
    return mixed if has_icu() and wanted != "tables" else by_tables

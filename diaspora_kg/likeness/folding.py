"""Spellings of one sound made equal, so that names written by different rules can meet.

A folded word uses one sign for one sound: `C` for ch, `S` for sh, `j` for zh and English j, `c` for ts
and dz, `h` for h and kh, `i` for i and y. Some Latin letters are read differently in different languages
(j, c, x, q, ch); such a word has more than one fold, and the best pair counts.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_ALWAYS = {
    "shch": "S", "schtsch": "S", "stsch": "S", "sch": "S", "sh": "S", "sz": "S",
    "tsch": "C", "tch": "C", "cz": "C", "dsch": "j", "dzh": "j", "zh": "j", "dj": "j",
    "kh": "h", "gh": "g", "ph": "f", "th": "t", "ts": "c", "tz": "c", "dz": "c", "ck": "k", "qu": "kv",
    "w": "v", "y": "i", "oo": "u", "ou": "u",
}  # fmt: skip

_READINGS = (
    {"ch": "C", "j": "j", "c": "k", "ce": "ce", "ci": "ci", "cy": "ci", "x": "ks", "q": "k"},
    {"ch": "h", "j": "i", "c": "c", "x": "ks", "q": "k"},
    {"ch": "C", "j": "j", "c": "j", "x": "h", "q": "g"},
)
"""The English reading, the Slavic and German one, the Azerbaijani one."""

_SCHOLARLY = {"ch": "C", "c": "c", "j": "c", "x": "h", "q": "k"}
_TABLES = tuple(_ALWAYS | reading for reading in (*_READINGS, _SCHOLARLY))
_PATTERNS = tuple(
    re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True))) for table in _TABLES
)
_DOUBTFUL = re.compile("[cjxq]")
_DOUBLE = re.compile(r"([A-Za-z])\1+")
_GLIDE = re.compile(r"(?<=[aeou])ie|^ie")
_ARABIC_OV = re.compile(r"(?<=..)[aiv]+f$")
_VOWEL_LETTERS = frozenset("aeiou")
_VOWELS = str.maketrans("", "", "aeiou")
_LONG = str.maketrans("ouv", "uuu", "aei")
_BONES = str.maketrans("gqbvdzcCSj", "kkpftsssss", "aeiouh")


class Ending(NamedTuple):
    """A folded word parted into a stem and the class of its ending ("" if it has none that we know)."""

    stem: str
    ending: str
    feminine: bool


_ENDINGS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("zade", r"^(.{2,}?)(?P<f>)zad[ae]h?$"),
        ("oglu", r"^(.{2,}?)(?P<f>)(?:og|o)l[ui]$"),
        ("ski", r"^(.{2,}?)(?:[sc])k(?:i|oi|ii|(?P<f>aia|a|aa|aja))$"),
        ("ian", r"^(.{2,}?)(?P<f>)(?:i|e)an(?:c|s|ti|ci)?$"),
        ("ov", r"^(.{2,}?)[oe][vf](?P<f>a)?s?$"),
        ("li", r"^(.{3,}?)(?P<f>)l[iu]$"),
        ("in", r"^(.{3,}?)in(?P<f>a)?$"),
    )
)


def folds(latin: str, script: str = "Latin", azerbaijani: bool = False) -> tuple[str, ...]:
    """The folded readings of a word in plain Latin letters, the likeliest first.

    Only words that were written in Latin letters have more than one.

    >>> folds("shcherbakov"), folds("jafarov"), folds("cafarov", azerbaijani=True)
    (('Serbakov',), ('jafarov', 'iafarov'), ('jafarov',))
    """
    if azerbaijani:
        order: tuple[int, ...] = (2,)
    else:
        order = (0, 1, 2) if script == "Latin" and _DOUBTFUL.search(latin) else (0,)
    return tuple(dict.fromkeys(_fold(latin, reading, script) for reading in order))


def scholarly(latin: str) -> str:
    """The fold of a word with marks, as the scholarly romanizations of Armenian and Georgian read it.

    >>> scholarly("xacikyan"), folds("khatsikyan")
    ('hacikian', ('hacikian',))
    """
    return _fold(latin, 3)


def _fold(latin: str, reading: int, script: str = "Latin") -> str:
    table = _TABLES[reading]
    if latin.startswith("x"):
        latin = "kh" + latin[1:]
    read = _PATTERNS[reading].sub(lambda found: table[found.group()], latin)
    if script == "Arabic":
        read = _ARABIC_OV.sub("ov", read)
    read = _DOUBLE.sub(r"\1", _GLIDE.sub("e", read))
    return read or latin


def parted(fold: str) -> Ending:
    """The stem and ending of a folded surname.

    >>> parted("abrahamian"), parted("petrova")
    (Ending(stem='abraham', ending='ian', feminine=False), Ending(stem='petr', ending='ov', feminine=True))
    """
    for name, pattern in _ENDINGS:
        found = pattern.match(fold)
        if found:
            return Ending(found.group(1), name, bool(found.group("f")))
    return Ending(fold, "", False)


def unvowelled(fold: str) -> tuple[str, str]:
    """The fold as an abjad writes it: consonants only, and with the letter that is both v and a long o or u.

    >>> unvowelled("nurov"), unvowelled("nvrvv")
    (('nru', 'nuru'), ('nuru', 'nuru'))
    """
    bare = (fold.translate(_VOWELS), fold.translate(_LONG))
    return _DOUBLE.sub(r"\1", bare[0].replace("v", "u")), _DOUBLE.sub(r"\1", bare[1])


def bones(fold: str) -> str:
    """The coarsest form, for blocking: related consonants merged, vowels and h gone, doubles collapsed.

    >>> bones("abrahamian"), bones("hasanov"), bones("aliev")
    ('aprm', 'asn', 'al')
    """
    ending = parted(fold)
    stem = ending.stem if ending.ending not in {"", "in"} else fold
    bare = _DOUBLE.sub(r"\1", stem.translate(_BONES))
    return ("a" + bare if stem.lstrip("h")[:1] in _VOWEL_LETTERS else bare)[:6] or fold[:2]

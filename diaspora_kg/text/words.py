"""Words and characters: collapsing white space, folding marks, counting and cutting words.

Nothing here changes the length of a text except :func:`collapse`, so positions in a folded text
are positions in the text itself.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS = {'"': "“”„‟«»＂", "'": "‘’‚‛ʼ′`´", "-": "‐‑‒–—―−"}
_FOLD = {ord(mark): plain for plain, marks in _MARKS.items() for mark in marks}
_PAIRS = [(mark, plain) for plain, marks in _MARKS.items() for mark in marks]
_FEW = 100  # characters; of longer words it is quicker to ask for each mark whether it is there

# Scripts that set no blank between words: each letter counts as a word of its own.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")
_BARE = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_UNSPACED_LETTER = re.compile(f"[{_UNSPACED}]")
_JOINERS = "\u00ad\u200c\u200d"
_TURKIC = {"i": "İ", "İ": "i", "ı": "I", "I": "ı"}

QUOTATION_MARKS = '"“”„‟«»「」『』＂'
"""Marks that may open or close quoted speech; an apostrophe is never one."""

END_MARKS = QUOTATION_MARKS + "'‘’‚‛"
"""Marks that an anchor may have at its ends and the text may lack."""


def collapse(words: str) -> str:
    r"""The words with each run of white space as one blank, none at the ends.

    >>> collapse(" to\u00a0 Vesmark\r\n")
    'to Vesmark'
    """
    return " ".join(words.split())


def fold(words: str) -> str:
    """The words with plain quotation marks, apostrophes and dashes; the length stays the same.

    >>> print(fold("“Norland’s”—a"))
    "Norland's"-a
    """
    if words.isascii():
        return words.replace("`", "'")
    if len(words) < _FEW:
        return words.translate(_FOLD)
    for mark, plain in _PAIRS:
        if mark in words:
            words = words.replace(mark, plain)
    return words


def lowered(words: str) -> str:
    """Lower case without a change of length, for messages only (İ would grow in ``str.lower``)."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in words)


def count(words: str) -> int:
    """How many words; in scripts without blanks each letter counts.

    >>> count("the Vesmark “Union”"), count("学校会")
    (3, 3)
    """
    return sum(1 for _ in _WORD.finditer(words))


def bare_words(words: str) -> list[str]:
    """Words alone, without their case and the marks around them, to compare texts by.

    >>> bare_words("“The Union,” he SAID: 学校"), bare_words("Norland's")
    (['the', 'union', 'he', 'said', '学', '校'], ['norland', 's'])
    """
    return _BARE.findall(words.casefold())


def first(words: str, number: int) -> str:
    """The first words, as they stand."""
    ends = [match.end() for match in _WORD.finditer(words)][:number]
    return words[: ends[-1]] if ends else ""


def last(words: str, number: int) -> str:
    """The last words, as they stand; ``number`` is at least 1."""
    starts = [match.start() for match in _WORD.finditer(words)][-number:]
    return words[starts[0] :] if starts else ""


def other_case(char: str, language: str) -> str:
    """The same letter in the other case, empty where there is none of one code point.

    >>> other_case("t", "en"), other_case("i", "az"), other_case("ß", "de"), other_case("5", "en")
    ('T', 'İ', '', '')
    """
    if char in _TURKIC and language.partition("-")[0] in {"az", "tr"}:
        return _TURKIC[char]
    other = char.lower() if char.isupper() else char.upper()
    return other if len(other) == 1 and other != char else ""


def switch_first(words: str, language: str) -> str:
    """The words with their first letter in the other case, empty where it has none."""
    other = other_case(words[:1], language) if words else ""
    return other + words[1:] if other else ""


def is_word_char(char: str) -> bool:
    """Whether a character belongs inside a word: letters, digits, combining marks, joiners."""
    return char.isalnum() or char == "_" or char in _JOINERS or unicodedata.category(char)[0] == "M"


def whole_words(text: str, begin: int, end: int) -> bool:
    """Whether a span neither begins nor ends inside a word of the text.

    >>> whole_words("Norlanders", 0, 7), whole_words("Norland's", 0, 7)
    (False, True)
    """
    return _edge(text, begin - 1, begin) and _edge(text, end, end - 1)


def _edge(text: str, outside: int, inside: int) -> bool:
    if not 0 <= outside < len(text):
        return True
    if _UNSPACED_LETTER.match(text[inside]):
        return unicodedata.category(text[outside])[0] != "M"
    return not (is_word_char(text[outside]) and is_word_char(text[inside]))

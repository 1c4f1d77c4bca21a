"""The words of the pages in the reader's language: gettext catalogues, dates and numbers.

A page's own words are written in English in the templates and translated when the page is written; the
words of the model (``presupposed``, ``public organization``) are translated in the same way. What comes
from sources, names, quotes and paraphrases, is never translated. A message without a translation stays
in English.

Catalogues are the plain ``.po`` files of ``locale/``; dates and numbers follow the Unicode CLDR through
Babel.
"""

from __future__ import annotations

import datetime
import gettext
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

FOLDER = Path(__file__).resolve().parent / "locale"

LANGUAGES = {"en": "English", "ru": "Русский", "az": "Azərbaycanca", "hy": "Հայերեն"}
"""Languages in which the pages can be read, by their own names; English is that of the templates."""

_REGIONS = {**{code: code for code in LANGUAGES}, "en": "en_GB"}  # days before months, as in the other three
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_ABOUT = re.compile(r"([0-9]{4}(?:-[0-9]{2}){0,2})([~?%])")
_BOUNDS = re.compile(r"\[([0-9-]*)\.\.([0-9-]*)\]")
_SIGNS = {"~": "about %(day)s", "?": "perhaps %(day)s", "%": "perhaps about %(day)s"}
_NAMED = 3  # names before "others"


@dataclass(frozen=True)
class Language:
    """One language of the pages; ``code`` is a key of :data:`LANGUAGES`.

    >>> language("en").day("2031-05-02"), language("en").day("2031-05"), language("en").day("Friday")
    ('2 May 2031', 'May 2031', 'Friday')
    >>> language("en").day("[..2031-05-02]"), language("en").day("2031~")
    ('by 2 May 2031', 'about 2031')
    """

    code: str
    locale: Locale = field(repr=False, compare=False)
    catalogue: gettext.NullTranslations = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """What its speakers call it."""
        return LANGUAGES[self.code]

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return str(self.locale.text_direction)

    def words(self, message: str) -> str:
        """A message in this language, or as it is."""
        return self.catalogue.gettext(message) if message else ""

    def counted(self, one: str, many: str, number: int) -> str:
        """A message whose form depends on a number."""
        return self.catalogue.ngettext(one, many, number)

    @lru_cache(maxsize=4096)  # noqa: B019 - as for days
    def number(self, number: int | float) -> str:
        r"""A number as it is written in this language.

        >>> language("ru").number(12345).replace("\xa0", " "), language("en").number(12345)
        ('12 345', '12,345')
        """
        return format_decimal(number, locale=self.locale)

    @lru_cache(maxsize=4096)  # noqa: B019 - the four languages stay as long as the program
    def day(self, written: str) -> str:
        """A day, month or year (ISO 8601), or what is known of it (EDTF), in words; else what is written."""
        found = _DAY.fullmatch(written.partition("T")[0])
        if not found:
            return self._vague(written)
        year, month, day = (int(part) if part else 0 for part in found.groups())
        date = _date(year, month or 1, day or 1)
        if not month or date is None:
            return written
        if not day:
            return format_skeleton("yMMMM", date, locale=self.locale)
        return format_date(date, "long", locale=self.locale)

    def _vague(self, written: str) -> str:
        """A date with bounds, or one that is about right (EDTF)."""
        if about := _ABOUT.fullmatch(written):
            return self.words(_SIGNS[about[2]]) % {"day": self.day(about[1])}
        bounds = _BOUNDS.fullmatch(written)
        first, last = (self.day(day) for day in bounds.groups()) if bounds else ("", "")
        if not first and not last:
            return written
        words = "between %(first)s and %(last)s" if first and last else ""
        words = words or ("by %(last)s" if last else "from %(first)s at the earliest")
        return self.words(words) % {"first": first, "last": last}

    def names(self, names: Sequence[str]) -> str:
        """Names in a row, of many the first few.

        >>> language("en").names(["Ada", "Boris"]), language("en").names(["A", "B", "C", "D"])
        ('Ada and Boris', 'A and B and C and others')
        """
        shown = [*names[:_NAMED], self.words("others")] if len(names) > _NAMED else names
        return self.words(" and ").join(shown)

    def called(self, what: str, names: Sequence[str]) -> str:
        """What something without a name is called: by what it is, and who makes it.

        >>> language("en").called("interview", ["Ada Venn"]), language("en").called("interview", [])
        ('interview by Ada Venn', 'interview')
        """
        if not names:
            return what
        return self.words("%(what)s by %(names)s") % {"what": what, "names": self.names(names)}


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def catalogues() -> dict[str, str]:
    """The catalogues by their names, as they are written."""
    return {path.name: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.po"))}


@cache
def language(code: str) -> Language:
    """The language of a code of :data:`LANGUAGES`; raises :class:`KeyError`."""
    return Language(code, Locale.parse(_REGIONS[code]), _catalogue(code))


def best(wanted: Sequence[str]) -> Language:
    """The first language that there are pages in; English when there is none.

    >>> best(["de", "az-Latn", "ru"]).code
    'az'
    """
    codes = (tag.partition("-")[0].lower() for tag in wanted)
    return language(next((code for code in codes if code in LANGUAGES), "en"))


def _catalogue(code: str) -> gettext.NullTranslations:
    path = FOLDER / f"{code}.po"
    if not path.is_file():
        return gettext.NullTranslations()
    with path.open("rb") as lines:
        catalogue = read_po(lines, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)

"""Properties of the service: what a query may ask of candidates beside the name, and what can be fetched.

A property that says what claims say (``said``) is never a fact of ours: its values can be fetched with who
says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from diaspora_kg.index import fold

_ADDRESS_END = re.compile(r"[/=#:]([^/=#:?]+)/?$")


@dataclass(frozen=True, slots=True)
class Property:
    """One property: ``kinds`` are the kinds of nodes that can have it (empty: all)."""

    id: str
    name: str
    about: str
    kinds: frozenset[str] = frozenset()
    said: bool = False
    asked: bool = True
    """Whether a query can ask for it."""

    def told(self) -> dict[str, object]:
        """As JSON."""
        return {"id": self.id, "name": self.name}


_ACTORS = frozenset({"organization", "person", "collective", "polity"})
_HOLDERS = frozenset({"person", "organization"})

PROPERTIES = (
    Property("name", "Name", "Every name, in every language and script."),
    Property("acronym", "Acronym", "Names that are acronyms.", _ACTORS),
    Property("external-id", "External id", "Addresses in other registers, such as Wikidata or ROR."),
    Property("kind", "Kind", "The annotator's sorting of an organization or event.",
             frozenset({"organization", "event"})),
    Property("country", "Country (in claims)", "States that claims link it with: works there, law, place.",
             said=True),
    Property("status", "Legal status", "Legal statuses as they stand, by claims.", _HOLDERS, said=True),
    Property("office", "Office", "Offices held, by what claims say.", frozenset({"person"}), said=True),
    Property("member-of", "Member of", "Memberships, by what claims say.", _HOLDERS, said=True),
    Property("post-in", "Office of", "The organization or state that an office is in.", frozenset({"post"})),
    Property("key", "Key", "The key by which articles mean it."),
    Property("former-key", "Former key", "Keys that it had before, or that its records have in articles."),
    Property("page", "Page", "The address of its page.", asked=False),
)  # fmt: skip
"""Every property; a name in one language is ``name:`` and the language (``name:ru``)."""

BY_ID = {one.id: one for one in PROPERTIES}
_LANGUAGE = re.compile(r"name:([A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)")


def property_of(written: str) -> Property | None:
    """A property by its id; any language may follow ``name:``.

    >>> property_of("name:ru-Latn").name
    'Name (ru-latn)'
    """
    if found := BY_ID.get(written):
        return found
    if tag := _LANGUAGE.fullmatch(written):
        language = tag[1].lower()
        return Property(written, f"Name ({language})", f"Names written in {language}.")
    return None


def language_of(prop: str) -> str:
    """The language that a property of names is of; empty: any."""
    return prop.partition(":")[2].lower()


def agrees(asked: str, values: Iterable[str]) -> float:
    """How well the best of some values agrees with the one asked for: 1 equal, 0.8 a part of it, 0 not.

    >>> agrees("Vesmark", ["Republic of Vesmark"]), agrees("Q42", ["https://www.wikidata.org/entity/Q42"])
    (0.8, 1.0)
    """
    wanted = _plain(asked)
    return max((_agrees(wanted, _plain(value)) for value in values), default=0.0)


def _agrees(wanted: str, value: str) -> float:
    if not wanted or not value:
        return 0.0
    if wanted == value or ((end := _ADDRESS_END.search(value)) and end[1] == wanted):
        return 1.0
    return 0.8 if f" {wanted} " in f" {value} " or f" {value} " in f" {wanted} " else 0.0


def _plain(text: str) -> str:
    folded = fold(unicodedata.normalize("NFKC", text)).removeprefix("https://").removeprefix("http://")
    return folded.removeprefix("www.").rstrip("/")

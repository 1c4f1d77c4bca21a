"""A page in the making, and what all its panels need: values by their words, silences, dates, counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from diaspora_kg.names import PREFIXES, expand
from diaspora_kg.pages.facts import Dated, Value
from diaspora_kg.pages.gather import Gathered
from diaspora_kg.pages.reading import Row
from diaspora_kg.pages.said import Said
from diaspora_kg.pages.site import Site
from diaspora_kg.pages.sourced import Numbers
from diaspora_kg.queries.wording import SILENCES, role_words, words_for
from diaspora_kg.terms import IRI, Term

Items = Mapping[str, Sequence[Row]]
"""The rows of a panel by what they are about (``content``, ``name`` ...), in the order of showing."""

MOST_SOURCES = 6
"""Sources of one value or name, and values of one fact, on a page, which counts the rest."""

_DKG = PREFIXES["dkg"]
_UNKNOWN, _PARTICIPATION = expand("dkg:unknown"), expand("dkg:participation")
_ACTOR, _ROLE = expand("dkg:actor"), expand("dkg:role")
_LABELS = {
    "textHash": "SHA-256 of the text", "url": "address", "creator": "author", "isPartOf": "part of",
    "externalId": "external identifier", "postIn": "office in", "legalForm": "legal form",
    "ofCommunity": "community", "operatesIn": "operates in",
}  # fmt: skip


@dataclass
class Making:
    """One page in the making: what was gathered, and the numbers of its sources."""

    iri: str
    kind: str
    key: str
    gathered: Gathered
    said: Said
    numbers: Numbers
    site: Site
    shown: set[str] = field(default_factory=set)
    passages: set[tuple[int, int]] = field(default_factory=set)

    def local(self, iri: str) -> str:
        """The local name of a value or property."""
        return self.gathered.cells.iri(iri).replace("/", "#").rpartition("#")[2]

    def claims(self, rows: Iterable[Row]) -> list[str]:
        """The claims that rows rest on, each once, in order."""
        found = {row["claim"].value for row in rows if "claim" in row}
        return sorted(found)

    def value(self, term: Term) -> Value:
        """A value of a fact."""
        if isinstance(term, IRI):
            if self.gathered.lookup.names.kind_and_key(term.value):
                return Value(self.gathered.words(term.value), term.value)
            known = term.value.startswith((PREFIXES["dkgv"], _DKG))
            return Value(self.gathered.words(term.value), "" if known else term.value, model=known)
        web = term.value.startswith(("https://", "http://"))
        return Value(term.value, term.value if web else "")

    def silent(self, node: str) -> tuple[str, ...]:
        """What the sources were read for and do not say of a node."""
        words = [property_words(self.local(name)) for name in self.gathered.iris(node, _UNKNOWN)]
        parts = self.gathered.iris(node, _PARTICIPATION)
        nobody = [part for part in parts if _ACTOR in self.gathered.iris(part, _UNKNOWN)]
        words += [role_words(self.gathered.local(part, _ROLE)) for part in nobody]
        return tuple(sorted(set(words)))


def property_words(local: str) -> str:
    """A property as a reader would look for it.

    >>> property_words("when"), property_words("legalBasis")
    ('date', 'legal basis')
    """
    return SILENCES.get(local) or _LABELS.get(local) or words_for(local)


def date_words(dated: Dated) -> str:
    """A date in plain English, for where no template writes it."""
    low, high = dated.not_before, dated.not_after
    if dated.form == "on":
        return high
    if dated.form == "between":
        return f"between {low} and {high}"
    if dated.form in {"by", "from"}:
        return f"by {high}" if high else f"from {low}"
    return f"“{dated.words}”" if dated.words else ""


def some_of(graphs: set[str]) -> tuple[list[str], int]:
    """As many as a page names, and how many more there are."""
    return sorted(graphs)[:MOST_SOURCES], max(0, len(graphs) - MOST_SOURCES)


def first_of(iris: Sequence[str]) -> str:
    """The first of some nodes; empty: there is none."""
    return iris[0] if iris else ""

"""What the page of the SPARQL editor is made from: the first query and the saved queries to begin with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from diaspora_kg.queries.catalog import SavedQuery

FIRST = """\
# Who says what, and in which words?
PREFIX dkg: <https://w3id.org/diaspora-kg/ns#>

SELECT ?article ?claimant ?claim ?words
WHERE {
  ?claim a dkg:Claim ;
    dkg:reportedIn ?article ;
    dkg:evidence ?passage .
  ?passage dkg:quote ?words .
  OPTIONAL { ?claim dkg:claimant ?claimant }
}
ORDER BY ?article ?claim
LIMIT 50
"""
"""The query that the editor shows to whoever brings none."""

FORMATS = (
    ("json", "JSON (rows), JSON-LD (triples)"),
    ("xml", "XML (rows), RDF/XML (triples)"),
    ("csv", "CSV (rows)"),
    ("tsv", "TSV (rows)"),
    ("ttl", "Turtle (triples)"),
    ("nt", "N-Triples (triples)"),
)
"""The values of ``format`` in the form that works without scripts, with their words."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A saved query in the menu: its name and its question."""

    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class EditorPage:
    """The editor (template ``sparql.html.j2``); ``query`` is what it opens with.

    ``groups`` are the saved queries by their first tag. ``given`` says that the query came with the
    request, so that no query of an earlier visit may stand before it.
    """

    query: str
    given: bool
    groups: tuple[tuple[str, tuple[Choice, ...]], ...]
    formats: tuple[tuple[str, str], ...] = FORMATS


def editor_page(saved: Iterable[SavedQuery], query: str = "") -> EditorPage:
    """The editor with the saved queries that can be asked, sorted by subject and question."""
    listed = sorted((_subject(one), one.summary or one.name, one.name) for one in saved if one.sound)
    groups = tuple(
        (subject, tuple(Choice(name, summary) for _, summary, name in members))
        for subject, members in groupby(listed, key=lambda one: one[0])
    )
    return EditorPage(query or FIRST, bool(query), groups)


def _subject(query: SavedQuery) -> str:
    return query.header.tags[0] if query.header.tags else "other"

"""The catalogue of saved queries by subject."""

from __future__ import annotations

from collections import defaultdict

from diaspora_kg.endpoint.snippets import address
from diaspora_kg.errors import Severity
from diaspora_kg.pages.asked import label_of, subject_of, title_of
from diaspora_kg.pages.forms import QueriesPage, Question, Subject
from diaspora_kg.pages.models import Link
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.catalog import Catalog, SavedQuery

_OTHER = "other"


def catalogue(catalog: Catalog, tag: str, here: str, site: Site) -> QueriesPage:
    """All queries, each under its first tag, or those of one tag; ``here`` is the page's own address."""
    by_tag: dict[str, list[Question]] = defaultdict(list)
    tags: set[str] = set()
    for query in catalog.queries.values():
        own = query.header.tags or (_OTHER,)
        tags.update(own)
        if not tag or tag in own:
            by_tag[tag or own[0]].append(_question(query, here, site))
    subjects = (
        Subject(subject_of(name, site), address(here, [("tag", name)]), tuple(found))
        for name, found in sorted(by_tag.items())
    )
    links = (Link(address(here, [("tag", name)]), subject_of(name, site)) for name in sorted(tags))
    chosen = subject_of(tag, site) if tag in tags else ""
    return QueriesPage(tuple(subjects), tuple(links), chosen, len(catalog.queries))


def _question(query: SavedQuery, here: str, site: Site) -> Question:
    needed = [p for p in query.parameters if not p.optional and p.default is None]
    violations = [f.message for f in query.findings if f.severity is Severity.VIOLATION]
    return Question(
        query.name,
        f"{here}/{query.name}",
        title_of(query, site),
        query.header.description,
        tuple(label_of(one, site).lower() for one in needed),
        tuple(label_of(one, site).lower() for one in query.parameters if one not in needed),
        query.header.tags,
        str(query.header.chart.kind) if query.header.chart else "",
        violations[0] if violations else "",
    )

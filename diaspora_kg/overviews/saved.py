"""Saved queries in a static site: the catalogue, and each query with its answer for its default values.

A live server has forms and answers of its own (:mod:`diaspora_kg.endpoint.saved`); files cannot ask, so a
page says with which values it was asked, and leads to a live server where one is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from diaspora_kg.errors import Severity, UsageError
from diaspora_kg.overviews.sheets import Ground, Sheet, pages_of, turning
from diaspora_kg.pages.answers import Table, Tabulation
from diaspora_kg.pages.asked import column_of, label_of, subject_of, title_of
from diaspora_kg.pages.charts import Picture, draw
from diaspora_kg.pages.figures import figure
from diaspora_kg.pages.forms import QueriesPage, Question, Subject
from diaspora_kg.pages.listing import Turning
from diaspora_kg.pages.models import Link
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.answer import Answer, labels, run
from diaspora_kg.queries.catalog import SavedQuery
from diaspora_kg.queries.evidence import evidence_of
from diaspora_kg.queries.files import turtle
from diaspora_kg.store import QueryRefused

PREFIX = "/queries"

ROWS = 20
"""Rows on a page: each can be opened for the words that it rests on."""

_CLAIMS = 2  # claims that are shown under a row; a page stays small, and the others have pages


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as a page shows it; ``graph`` is that of a query that makes triples."""

    table: Table
    picture: Picture | None
    graph: str
    total: int


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A saved query (template ``saved.html.j2``).

    ``values`` are those that it was asked with, ``needed`` those that it cannot be asked without (then there
    is no ``answer``), ``live`` is its page on a live server (empty: none is known).
    """

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    values: tuple[tuple[str, str], ...]
    needed: tuple[str, ...]
    optional: tuple[str, ...]
    trouble: str
    answer: Shown | None
    paging: Turning
    live: str
    command: str
    source: str
    address: str


class Saved:
    """The section of saved queries, for a static site."""

    prefixes = (PREFIX,)

    def __init__(self) -> None:
        self._last: tuple[tuple[str, str], Answer] | None = None

    def addresses(self, ground: Ground) -> Iterable[str]:
        """The catalogue and each query."""
        yield PREFIX
        yield from (f"{PREFIX}/{name}" for name in ground.catalog.queries)

    def sheet(self, ground: Ground, address: str, number: int, site: Site) -> Sheet | None:
        """The page at an address."""
        _, _, *rest = address.split("/")
        if not rest:
            return Sheet("queries.html.j2", _catalogue(ground, site)) if number == 1 else None
        query = ground.catalog.queries.get(rest[0])
        return self._page(query, ground, number, site) if query is not None and len(rest) == 1 else None

    def _page(self, query: SavedQuery, ground: Ground, number: int, site: Site) -> Sheet | None:
        needed = [one for one in query.parameters if not one.optional and one.default is None]
        trouble = next((f.message for f in query.findings if f.severity is Severity.VIOLATION), "")
        answer, shown, total = None, None, 0
        if not trouble and not needed:
            try:
                answer = self._answer(query, ground)
            except (UsageError, QueryRefused) as error:
                trouble = f"{error}"
        if answer is not None:
            total = answer.total if answer.triples is None else 0
            shown = _shown(query, answer, ground, number, site)
        pages = pages_of(total, ROWS)
        if number > pages:
            return None
        address = f"{PREFIX}/{query.name}"
        page = SavedPage(
            name=query.name,
            summary=title_of(query, site),
            description=query.header.description,
            tags=tuple(subject_of(tag, site) for tag in query.header.tags),
            values=tuple((label_of(p, site), p.default) for p in query.parameters if p.default is not None),
            needed=tuple(label_of(one, site).lower() for one in needed),
            optional=tuple(label_of(one, site).lower() for one in query.parameters if one.optional),
            trouble=trouble,
            answer=shown,
            paging=turning(address, number, total, site, ROWS),
            live=f"{site.server}{address}" if site.server else "",
            command=" ".join([f"dkg query run {query.name}", *(f"--param {p.name}=…" for p in needed)]),
            source=query.text,
            address=address,
        )
        return Sheet("saved.html.j2", page, pages)

    def _answer(self, query: SavedQuery, ground: Ground) -> Answer:
        """All rows; the last answer is kept, since its pages are made one after the other."""
        name = (ground.manifest.id, query.name)
        if self._last is None or self._last[0] != name:
            self._last = (name, run(query, {}, ground.lookup, label=False))
        return self._last[1]


def _shown(query: SavedQuery, whole: Answer, ground: Ground, number: int, site: Site) -> Shown:
    if whole.triples is not None:
        return Shown(Table((), (), ()), None, turtle(whole.triples), len(whole.triples))
    first = (number - 1) * ROWS
    page = replace(whole, rows=whole.rows[first : first + ROWS])
    page = replace(page, labels=labels(page, ground.lookup))
    shown = {claim for row in page.rows for claim in page.claims(row)[:_CLAIMS]}
    evidence = evidence_of(shown, ground.lookup)
    headings = {name: column_of(query, name, site) for name in page.columns}
    table = Tabulation(site, whole, page, evidence, first + 1, headings).table({})
    picture = _picture(query, whole, ground, site) if number == 1 else None
    return Shown(table, picture, "", whole.total)


_PICTURED = 300  # rows up to which a picture can be read


def _picture(query: SavedQuery, whole: Answer, ground: Ground, site: Site) -> Picture | None:
    """The picture of all rows, where the query's header asks for one."""
    chart = query.header.chart
    if chart is None or not whole.rows or len(whole.rows) > _PICTURED:
        return None
    drawn = figure(replace(whole, labels=labels(whole, ground.lookup)), chart)
    return draw(drawn, title_of(query, site)) if drawn else None


def _catalogue(ground: Ground, site: Site) -> QueriesPage:
    """All queries, each under its first subject."""
    found: dict[str, list[Question]] = defaultdict(list)
    for query in ground.catalog.queries.values():
        subject = next(iter(query.header.tags), "other")
        needed = [p for p in query.parameters if not p.optional and p.default is None]
        trouble = next((f.message for f in query.findings if f.severity is Severity.VIOLATION), "")
        found[subject].append(
            Question(
                query.name,
                site.path(f"{PREFIX}/{query.name}"),
                title_of(query, site),
                query.header.description,
                tuple(label_of(one, site).lower() for one in needed),
                tuple(label_of(one, site).lower() for one in query.parameters if one not in needed),
                tuple(subject_of(tag, site) for tag in query.header.tags),
                str(query.header.chart.kind) if query.header.chart else "",
                trouble,
            )
        )
    named = {subject_of(tag, site): one for tag, one in found.items()}
    subjects = tuple(Subject(name, "", tuple(one)) for name, one in sorted(named.items()))
    links = tuple(Link(f"{site.path(PREFIX)}#subject-{n}", one.name) for n, one in enumerate(subjects, 1))
    return QueriesPage(subjects, links, "", len(ground.catalog.queries))

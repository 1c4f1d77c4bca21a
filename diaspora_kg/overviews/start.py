"""The start page: what is in the graph, what changed last, where to go from here, how to read a claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from diaspora_kg.names import PREFIXES
from diaspora_kg.overviews.browse import KINDS, PLURAL
from diaspora_kg.overviews.rows import notes, whys
from diaspora_kg.overviews.sheets import Ground, Sheet
from diaspora_kg.pages.asked import subject_of, title_of
from diaspora_kg.pages.home import Change, Question, home_page
from diaspora_kg.pages.language import language
from diaspora_kg.pages.listing import Choice, Why
from diaspora_kg.pages.models import Link
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.catalog import SavedQuery
from diaspora_kg.queries.lookup import ask_part
from diaspora_kg.terms import IRI, Term

_DATA = (
    ("/void.ttl", "Description of the data set (VoID)"),
    ("/sparql?format=ttl", "Description of the endpoint"),
    ("/api/queries", "The questions as JSON"),
    ("/api/openapi.json", "The questions as an API (OpenAPI)"),
)
_TRIED = 5  # articles in which a claim is sought that shows how claims are read
_VERBS = {"same": "the same", "different": "not the same", "unsure": "perhaps the same"}


class Start:
    """The section of one page."""

    prefixes = ("/",)

    def addresses(self, ground: Ground) -> Iterable[str]:  # noqa: ARG002 - every graph has one
        """The root."""
        return ("/",)

    def sheet(self, ground: Ground, address: str, number: int, site: Site) -> Sheet | None:
        """The start page; further pages there are none."""
        if address != "/" or number != 1:
            return None
        questions = (
            Question(query.name, title_of(query, site), _subject(query, site))
            for query in ground.catalog.queries.values()
        )
        data = tuple(Link(href, words) for path, words in _DATA if (href := site.path(path)))
        latest = _latest(ground)
        page = home_page(
            ground.manifest.counts, questions, site, data, site.address,
            lists=tuple(_lists(ground, site)),
            listed=KINDS,
            latest=tuple(_articles(latest, ground, site)),
            decisions=tuple(_decisions(ground, site)),
            example=_example(latest, ground, site),
        )  # fmt: skip
        return Sheet("home.html.j2", page)


def _subject(query: SavedQuery, site: Site) -> str:
    return subject_of(query.header.tags[0], site) if query.header.tags else ""


def _lists(ground: Ground, site: Site) -> Iterator[Choice]:
    """The kinds that the graph has, with what leads to their lists."""
    for kind in KINDS:
        if number := ground.manifest.counts.get(f"nodes.{kind}", 0):
            yield Choice(Link(site.path(f"/browse/{kind}"), PLURAL[kind]), number)


def _latest(ground: Ground) -> Mapping[str, str]:
    """The day on which each of the latest articles was annotated; empty where that is not noted."""
    rows = ask_part(ground.lookup.store, "latest-articles", {})
    return {row["article"].value: row["when"].value[:10] if "when" in row else "" for row in rows}


def _articles(latest: Mapping[str, str], ground: Ground, site: Site) -> Iterator[Change]:
    rows = [row for iri, day in latest.items() if day for row in ground.index.find(iri)[:1]]
    told = notes(rows, ground.lookup, site.language)
    for row in rows:
        thing, words = told[row.iri]
        yield Change(latest[row.iri], Link(site.href(row.iri), thing.label or thing.key), " · ".join(words))


def _decisions(ground: Ground, site: Site) -> Iterator[Change]:
    found: dict[str, list[Mapping[str, Term]]] = {}
    for row in ask_part(ground.lookup.store, "latest-decisions", {}):
        found.setdefault(row["judgement"].value, []).append(row)
    records = {row["record"].value for rows in found.values() for row in rows}
    nodes = {iri: row for iri in records for row in ground.index.find(iri)[:1]}
    labels = ground.lookup.labels(row.iri for row in nodes.values())
    for rows in found.values():
        first = rows[0]
        known = sorted({row["record"].value for row in rows})
        node = next((nodes[iri] for iri in known if iri in nodes), None)
        verb = first["decision"].value.removeprefix(PREFIXES["dkgv"])
        words = (labels.get(node.iri) or node.key) if node else " · ".join(map(_key, known))
        reviewer = first["reviewer"].value if "reviewer" in first else ""
        keys = ", ".join(map(_key, known))
        told = language(site.language).words(_VERBS.get(verb, verb))
        note = " · ".join(part for part in (told, keys, reviewer) if part)
        yield Change(first["when"].value[:10], Link(site.href(node.iri) if node else "", words), note)


def _key(iri: str) -> str:
    return iri.rpartition("/")[2]


def _example(latest: Mapping[str, str], ground: Ground, site: Site) -> Why | None:
    """A claim of the graph that shows how claims are read: the first with words and a speaker."""
    for article in [*latest][:_TRIED]:
        rows = ask_part(ground.lookup.store, "example-claims", {"_article_iri": [IRI(article)]})
        claims = [row["claim"].value for row in rows]
        told = whys(claims, ground.lookup, site)
        shown = [told[claim] for claim in claims if claim in told]
        best = sorted(shown, key=lambda why: (not why.words, not why.put))
        if best and best[0].words and best[0].claim:
            return best[0]
    return None

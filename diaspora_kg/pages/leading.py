"""What the first sentences of a thing's page say: its sort, its country, who speaks of it, when.

They repeat what the panels show in full. See :mod:`diaspora_kg.pages.ledes` for how they are written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from diaspora_kg.names import expand
from diaspora_kg.pages.facts import Value
from diaspora_kg.pages.ledes import COUNTED, Fact, Lede
from diaspora_kg.pages.making import Items, Making
from diaspora_kg.pages.panel import Panel
from diaspora_kg.pages.reading import Row
from diaspora_kg.pages.views import Facts, KeyFact, Offices, Told

MOST_READ = 100
"""Claims up to which all are read for the first sentences; of more only the number is told."""

_NAMED = 3  # speakers
_FACTS = 2  # facts besides the sort
_LEADING = (
    "operates in", "jurisdiction", "country", "seat", "place", "office in", "community", "part of",
    "publisher", "medium", "date",
)  # fmt: skip
"""Facts that say most, by the labels of key facts; the first come first."""

_ALONE = frozenset({"article", "claim"})  # what they hold or rest on is one article: they or their own

_REPORTED, _CLAIMANT = expand("dkg:reportedIn"), expand("dkg:claimant")
_EXPRESSED = expand("dkg:expressedIn")

_LINKS = {
    "claimant": "own", "expressedIn": "made", "respondsTo": "answers", "retracts": "answers",
    "condition": "answers", "conflictsWith": "answers", "Claim": "",
}  # fmt: skip


def lede(page: Making, panels: Sequence[Panel], claims: Items) -> Lede:
    """What the first sentences say, given the panels of the first page and all claims of the page's node.

    Up to :data:`MOST_READ` claims must have been read.
    """
    facts = {fact.label: fact for fact in _facts(panels)}
    known = sum(map(len, claims.values())) <= MOST_READ
    ways = {claim: way for claim, rows in claims.items() if (way := _way(page, rows, known=known))}
    counts = Counter(ways.values())
    spoken = [claim for claim, way in ways.items() if way in {"of", "answers"}] if known else []
    by = _speakers(page, spoken)
    articles = _articles(page, ways if known else ())
    days = sorted(day for days in articles.values() for day in days if day)
    own = page.kind == "claim"
    return Lede(
        kinds=facts["kind"].values if "kind" in facts else (),
        facts=tuple(_leading(page, facts, panels)),
        counts=tuple((way, counts[way]) for way in COUNTED if counts[way]),
        by=by[:_NAMED],
        others=max(0, len(by) - _NAMED),
        articles=0
        if page.kind in _ALONE
        else len(articles)
        if known
        else len({claim.rpartition(".")[0] for claim in ways}),
        first=days[0] if days else "",
        last=days[-1] if days else "",
        undated=sum(1 for days in articles.values() if not any(days)),
        puts=(page.said.put(page.iri),) if own else (),
        refs=page.numbers.claims([page.iri]) if own else (),
    )


def _article(claim: str) -> str:
    """What all claims of one article have in common: the key of a claim begins with that of its article."""
    return claim.rpartition(".")[0]


def _facts(panels: Sequence[Panel]) -> Iterator[KeyFact]:
    for panel in panels:
        if isinstance(panel.body, Facts):
            yield from (fact for fact in panel.body.rows if fact.stated)


def _leading(page: Making, facts: Mapping[str, KeyFact], panels: Sequence[Panel]) -> Iterator[Fact]:
    """The facts that say most; of several values the one that is put most plainly."""
    found = {label: min(fact.values, key=_firmness) for label, fact in facts.items()}
    leading = [Fact(label, found[label]) for label in _LEADING if label in found]
    office = _office(panels) if page.kind == "person" else None
    yield from [*([office] if office else []), *leading][:_FACTS]


def _firmness(told: Told) -> bool:
    return not any(put.plain for put in told.puts) and bool(told.puts)


def _office(panels: Sequence[Panel]) -> Fact | None:
    rows = (row for panel in panels if isinstance(panel.body, Offices) for row in panel.body.rows)
    held = [row for row in rows if row.direction == "member" and (row.post or row.organization)]
    if not held:
        return None
    row = min(held, key=lambda row: (row.post is None, not any(put.plain for put in row.puts)))
    value = row.post or row.organization
    if value is None:
        return None
    body = row.organization if row.post else None
    named = body is not None and body.words.casefold() in value.words.casefold()
    told = Told(value, row.refs, row.puts, more=len(held) - 1)
    return Fact("office" if row.post else "member of", told, None if named else body)


def _way(page: Making, rows: Sequence[Row], *, known: bool) -> str:
    """How a claim stands to the node of the page: the closest way of several.

    Where not all claims were read (``known``), the page does not depend on whose voice each is in.
    """
    links = {page.local(row["link"].value) for row in rows}
    if "reportedIn" in links and not known:
        return "all"
    if "reportedIn" in links:
        return "itself" if any(row["voice"].value == page.iri for row in rows) else "reported"
    ways = {_LINKS.get(link, "of") for link in links}
    return next((way for way in COUNTED if way in ways), "")


def _speakers(page: Making, claims: Iterable[str]) -> tuple[tuple[Value | None, int], ...]:
    """Who says these claims, and how many; who says most comes first."""
    found: Counter[Value | None] = Counter()
    for claim in claims:
        claimants = page.gathered.iris(claim, _CLAIMANT)
        found.update(map(page.said.value, claimants))
        if not claimants and page.gathered.iris(claim, _EXPRESSED) == page.gathered.iris(claim, _REPORTED):
            found[None] += 1
    ordered = sorted(found.items(), key=lambda one: (-one[1], one[0] is None, one[0].words if one[0] else ""))
    return tuple(ordered)


def _articles(page: Making, claims: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The articles of these claims, with the first and the last day on which each may have come out."""
    found = {article for claim in claims for article in page.gathered.iris(claim, _REPORTED)}
    dates = {article: page.said.dated(article, "when") for article in found}
    return {
        article: (one.not_before or one.not_after, one.not_after or one.not_before)
        for article, one in dates.items()
    }

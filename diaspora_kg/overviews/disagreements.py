"""Where sources disagree: conflicting claims, denials and answers, differing figures, differing statuses.

What stands side by side here is left side by side: no source is preferred, and whether two of them really
exclude each other is for the reader to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from diaspora_kg.names import PREFIXES
from diaspora_kg.overviews.directory import Item
from diaspora_kg.overviews.rows import asked, contents, notes, whys
from diaspora_kg.overviews.sheets import Ground, Sheet, pages_of, turning
from diaspora_kg.pages.asked import title_of
from diaspora_kg.pages.language import language
from diaspora_kg.pages.listing import Turning, Why
from diaspora_kg.pages.models import Link, Thing
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.lookup import ask_pieces
from diaspora_kg.queries.wording import words_for
from diaspora_kg.terms import Term

PER_PAGE = 25
"""Disputes on one page: each shows several sides with their words."""

_FIRST = 3  # disputes of each sort on the overview
_PIECE = 40_000  # rows of one answer
_SIDES = 12  # sides of one dispute; the record's own page has all

SORTS = {
    "conflicts": ("dispute-claims", "Claims that contradict each other"),
    "answers": ("dispute-answers", "Answers, denials and corrections"),
    "figures": ("dispute-figures", "Different numbers for the same thing"),
    "statuses": ("dispute-statuses", "Different legal statuses of the same organization or person"),
}
"""Sorts of disagreement: the query that finds them, and the message id of what they are."""

_LINKS = {
    "conflicts": "in conflict, in the annotator’s judgement",
    "denies": "denied and affirmed",
    "answers": "answered",
    "retracts": "taken back",
}


@dataclass(frozen=True, slots=True)
class Side:
    """What one side says: a paraphrase, a number or a status, and who says it."""

    words: str
    note: str
    whys: tuple[Why, ...]
    more: int = 0
    href: str = ""
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Dispute:
    """One disagreement; ``subject`` is what it is about (``None``: the sides say), ``link`` a message id."""

    subject: Thing | None
    what: str
    link: str
    sides: tuple[Side, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Sort:
    """All disagreements of one sort, or the first of them."""

    name: str
    title: str
    link: Link
    disputes: tuple[Dispute, ...]
    paging: Turning


@dataclass(frozen=True, slots=True)
class DisagreementsPage:
    """All sorts, or one (template ``disagreements.html.j2``)."""

    sorts: tuple[Sort, ...]
    one: str
    questions: tuple[Link, ...]
    address: str


class Disagreements:
    """The section of disagreements."""

    prefixes = ("/disagreements",)

    def addresses(self, ground: Ground) -> Iterable[str]:
        """The overview and each sort."""
        yield "/disagreements"
        yield from (f"/disagreements/{name}" for name in SORTS if _count(ground, name))

    def sheet(self, ground: Ground, address: str, number: int, site: Site) -> Sheet | None:
        """The page at an address."""
        _, _, *rest = address.split("/")
        if not rest:
            return _overview(ground, site) if number == 1 else None
        name = rest[0]
        if len(rest) > 1 or name not in SORTS or not (total := _count(ground, name)):
            return None
        if number > pages_of(total, PER_PAGE):
            return None
        sort = _sort(name, ground, site, number, PER_PAGE)
        page = DisagreementsPage((sort,), name, (), address)
        return Sheet("disagreements.html.j2", page, pages_of(total, PER_PAGE), _led_to(page))


def _overview(ground: Ground, site: Site) -> Sheet:
    sorts = tuple(_sort(name, ground, site, 1, _FIRST) for name in SORTS if _count(ground, name))
    wanted = ("answers-and-contradictions", "figures", "outlets-compared", "records-compared")
    questions = (ground.catalog.queries[name] for name in wanted if name in ground.catalog.queries)
    links = tuple(Link(site.path(f"/queries/{one.name}"), title_of(one, site)) for one in questions)
    page = DisagreementsPage(sorts, "", links, "/disagreements")
    return Sheet("disagreements.html.j2", page, shown=_led_to(page))


def _led_to(page: DisagreementsPage) -> frozenset[str]:
    """The nodes to which the page leads."""
    disputes = [dispute for sort in page.sorts for dispute in sort.disputes]
    sides = [side for dispute in disputes for side in dispute.sides]
    found = {dispute.subject.iri for dispute in disputes if dispute.subject}
    found |= {side.iri for side in sides if side.iri}
    return frozenset(found | {iri for side in sides for why in side.whys for iri in why.iris})


def _sort(name: str, ground: Ground, site: Site, number: int, size: int) -> Sort:
    items = ground.directory.items(f"dispute {name}", _items(ground, name), (number - 1) * size, size)
    address, total = f"/disagreements/{name}", _count(ground, name)
    make = {"figures": _figures, "statuses": _statuses}.get(name, _claims)
    paging = turning(address, number, total, site, PER_PAGE)
    return Sort(
        name, SORTS[name][1], Link(site.path(address), SORTS[name][1]), make(items, ground, site), paging
    )


def _count(ground: Ground, name: str) -> int:
    return ground.directory.count(f"dispute {name}", _items(ground, name))


def _items(ground: Ground, name: str) -> Callable[[], Iterable[Item]]:
    return partial(_found, ground, name)


def _found(ground: Ground, name: str) -> Iterator[Item]:
    rows = ask_pieces(ground.lookup.store, SORTS[name][0], _PIECE)
    if name in {"figures", "statuses"}:
        for row in rows:
            measure = row["measure"].value if "measure" in row else ""
            yield Item(row["subject"].value, row["subject"].value, "", measure)
    else:
        yield from _pairs(rows)


def _pairs(rows: Iterable[Mapping[str, Term]]) -> Iterator[Item]:
    """Each pair of claims once: what annotators linked goes before what follows from a denial."""
    found: dict[tuple[str, str], Item] = {}
    for row in rows:
        claim, link, other = (row[name].value for name in ("claim", "link", "other"))
        pair = (min(claim, other), max(claim, other))
        known = found.get(pair)
        if known is None or (link, claim, other) < (known.link, known.iri, known.other):
            found[pair] = Item(pair[0], claim, other, link)
    yield from found.values()


def _claims(items: Sequence[Item], ground: Ground, site: Site) -> tuple[Dispute, ...]:
    """Two claims, or a claim and the statement or article that it answers."""
    told = whys((iri for item in items for iri in (item.iri, item.other)), ground.lookup, site)
    others = [item.other for item in items if item.other not in told]
    rows = [row for iri in others for row in ground.index.find(iri)[:1]]
    named = {iri: thing for iri, (thing, _) in notes(rows, ground.lookup, site.language).items()}

    def side(iri: str, note: str) -> Side:
        if why := told.get(iri):
            return Side(why.claim.words if why.claim else "", note, (why,), href=site.href(iri), iri=iri)
        thing = named.get(iri)
        return Side(thing.label or thing.key if thing else iri, note, (), href=site.href(iri), iri=iri)

    disputes = []
    for item in items:
        later = {"answers": "the answer", "retracts": "the correction", "denies": "denied"}
        earlier = {"answers": "what it answers", "retracts": "what it takes back", "denies": "affirmed"}
        sides = (side(item.other, earlier.get(item.link, "")), side(item.iri, later.get(item.link, "")))
        disputes.append(Dispute(None, "", _LINKS.get(item.link, item.link), sides))
    return tuple(disputes)


def _figures(items: Sequence[Item], ground: Ground, site: Site) -> tuple[Dispute, ...]:
    """Each number that is claimed of a thing in one measure."""
    wanted = {(item.iri, item.link) for item in items}
    numbers: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in asked("figures-of", (item.iri for item in items), ground.lookup):
        key = (row["node"].value, row["measure"].value)
        if key in wanted:
            numbers[key][_number(row, site.language)].append(row["content"].value)
    return _sided(items, {key: numbers[key] for key in wanted}, ground, site)


def _number(row: Mapping[str, Term], tongue: str = "en") -> str:
    """A number as it is claimed.

    >>> from diaspora_kg.terms import text
    >>> _number({"low": text("3000"), "high": text("4000")}), _number({"high": text("60")})
    ('3000 to 4000', 'up to 60')
    """
    say = language(tongue).words
    low, high, currency, side = (
        row[name].value if name in row else "" for name in ("low", "high", "currency", "perSide")
    )
    if low and high:
        words = low if low == high else say("%(first)s to %(last)s")
    else:
        words = say(
            "at least %(first)s" if low else "up to %(last)s" if high else "a number that is not stated"
        )
    words = words.replace("%(first)s", low).replace("%(last)s", high)
    return " ".join(part for part in (words, currency, say("on each side") if side == "true" else "") if part)


def _statuses(items: Sequence[Item], ground: Ground, site: Site) -> tuple[Dispute, ...]:
    """Each legal status of which claims speak."""
    found: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    rows = list(asked("statuses-of", (item.iri for item in items), ground.lookup))
    iris = [row[name].value for row in rows for name in ("status", "jurisdiction") if name in row]
    labels, speech = ground.lookup.labels(iris), language(site.language)
    for row in rows:
        status = row["status"].value
        words = speech.words(labels.get(status) or words_for(status.removeprefix(PREFIXES["dkgv"])))
        where = labels.get(row["jurisdiction"].value, "") if "jurisdiction" in row else ""
        times = " – ".join(speech.day(row[name].value) for name in ("starts", "ends") if name in row)
        shown = ", ".join(part for part in (words, where, times) if part)
        found[row["node"].value, ""][shown].append(row["content"].value)
    return _sided(items, found, ground, site)


def _sided(
    items: Sequence[Item],
    found: dict[tuple[str, str], dict[str, list[str]]],
    ground: Ground,
    site: Site,
) -> tuple[Dispute, ...]:
    """Disputes about one thing: each value with the claims that give it."""
    nodes = {iri for sides in found.values() for group in sides.values() for iri in group}
    claims = contents(nodes, ground.lookup)
    told = whys((claim for group in claims.values() for claim in group), ground.lookup, site)
    rows = [row for item in items for row in ground.index.find(item.iri)[:1]]
    subjects = {iri: thing for iri, (thing, _) in notes(rows, ground.lookup, site.language).items()}
    measures = ground.lookup.labels(item.link for item in items if item.link)
    disputes = []
    for item in items:
        sides = []
        for words, group in sorted(found.get((item.iri, item.link), {}).items()):
            mine = sorted({claim for iri in group for claim in claims.get(iri, ())} & told.keys())
            if mine:
                shown = tuple(told[claim] for claim in mine[:4])
                sides.append(Side(words, "", shown, len(mine) - len(shown)))
        what = measures.get(item.link) or words_for(item.link.removeprefix(PREFIXES["dkgv"]))
        if len(sides) > 1:
            subject = subjects.get(item.iri) or Thing(item.iri, "", item.iri)
            disputes.append(Dispute(subject, what, "", tuple(sides[:_SIDES]), max(0, len(sides) - _SIDES)))
    return tuple(disputes)

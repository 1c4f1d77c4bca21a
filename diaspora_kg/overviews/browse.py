"""Lists of nodes: /browse, each kind from A to Z, and by country, legal status, year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from diaspora_kg.names import PREFIXES, segment
from diaspora_kg.overviews.directory import GROUPINGS, OTHER, Member
from diaspora_kg.overviews.rows import MOST, Entry, claimed, contents, described, led_to, notes, whys
from diaspora_kg.overviews.sheets import PER_PAGE, Ground, Sheet, pages_of, turning
from diaspora_kg.pages.listing import Choice, Turning, Why
from diaspora_kg.pages.models import Link
from diaspora_kg.pages.site import PAGE_KINDS, Site
from diaspora_kg.queries.wording import words_for

KINDS = PAGE_KINDS
"""Kinds that have lists."""

PLURAL = {
    "organization": "organizations", "collective": "collectives", "polity": "states and territories",
    "claim": "claims", "person": "persons", "post": "offices", "statement": "statements", "event": "events",
    "undertaking": "undertakings", "place": "places", "article": "articles",
}  # fmt: skip
"""Message ids of what several nodes of a kind are called."""

BY = {
    "organization": ("country", "status"),
    "person": ("country", "status"),
    "event": ("country", "year"),
    "statement": ("country", "year"),
    "undertaking": ("country", "year"),
    "article": ("year",),
}
"""How the nodes of a kind are divided."""

PER_PAGE_CLAIMED = 50
"""Entries on one page of a list that shows claims under each: a page stays small."""

_UNNAMED = frozenset({"statement", "undertaking"})
"""Kinds without names of their own: their lists go by key, which is no order of letters for a reader."""

_LETTERS_FROM = 30  # entries: a shorter list needs no letters
_STARTS_FROM = 3  # pages under one letter: then the first two characters are offered too


@dataclass(frozen=True, slots=True)
class Letter:
    """Entries that begin with the same letter, on this page."""

    letter: str
    anchor: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class BrowsePage:
    """A list of nodes of one kind (template ``browse.html.j2``).

    ``grouping`` and ``value`` say which part of the kind (empty: all of it). ``letters`` lead to where they
    begin, ``starts`` within the letter of this page.
    """

    kind: str
    plural: str
    grouping: str
    value: str
    heading: str
    subject: Link | None
    groupings: tuple[Choice, ...]
    letters: tuple[Choice, ...]
    starts: tuple[Choice, ...]
    groups: tuple[Letter, ...]
    paging: Turning
    address: str


@dataclass(frozen=True, slots=True)
class GroupsPage:
    """The values by which a kind is divided (template ``browse-groups.html.j2``)."""

    kind: str
    plural: str
    grouping: str
    groupings: tuple[Choice, ...]
    groups: tuple[Choice, ...]
    address: str


@dataclass(frozen=True, slots=True)
class KindsPage:
    """All lists (template ``browse-kinds.html.j2``)."""

    kinds: tuple[tuple[Choice, tuple[Choice, ...]], ...]
    address: str = "/browse"


class Browse:
    """The section of lists."""

    prefixes = ("/browse",)

    def addresses(self, ground: Ground) -> Iterable[str]:
        """The overview, each kind that there is, each of its groups."""
        yield "/browse"
        for kind in KINDS:
            if not ground.directory.total(kind, ground.index):
                continue
            yield f"/browse/{kind}"
            for grouping in BY.get(kind, ()):
                groups = self._groups(ground, kind, grouping)
                yield f"/browse/{kind}/{grouping}"
                yield from (_address(kind, grouping, value, ground) for value, _ in groups)

    def sheet(self, ground: Ground, address: str, number: int, site: Site) -> Sheet | None:
        """The page at an address."""
        kind, grouping, value = (*address.split("/")[2:], "", "", "")[:3]
        if address.count("/") > 4 or number < 1:
            return None
        if not kind:
            return Sheet("browse-kinds.html.j2", self._kinds(ground, site)) if number == 1 else None
        if kind not in KINDS or (grouping and grouping not in BY.get(kind, ())):
            return None
        if not grouping:
            return self._all(ground, kind, number, site)
        if not value:
            page = self._values(ground, kind, grouping, site)
            return Sheet("browse-groups.html.j2", page) if number == 1 else None
        return self._group(ground, kind, grouping, unquote(value), number, site)

    def _groups(self, ground: Ground, kind: str, grouping: str) -> tuple[tuple[str, int], ...]:
        return ground.directory.groups(kind, grouping, ground.index, ground.lookup.store)

    def _kinds(self, ground: Ground, site: Site) -> KindsPage:
        """From the counts of the manifest: nothing is sorted before a list is asked for."""
        found = []
        for kind in KINDS:
            if total := ground.manifest.counts.get(f"nodes.{kind}", 0):
                here = Choice(Link(site.path(f"/browse/{kind}"), PLURAL[kind]), total)
                ways = (Link(site.path(f"/browse/{kind}/{way}"), way) for way in BY.get(kind, ()))
                found.append((here, tuple(map(Choice, ways))))
        return KindsPage(tuple(found))

    def _all(self, ground: Ground, kind: str, number: int, site: Site) -> Sheet | None:
        directory, index = ground.directory, ground.index
        total, size = directory.total(kind, index), PER_PAGE_CLAIMED if kind == "claim" else PER_PAGE
        if number > pages_of(total, size):
            return None
        rows = directory.nodes(kind, index, (number - 1) * size, size)
        entries = claimed(rows, ground, site) if kind == "claim" else described(rows, ground, site)
        address = f"/browse/{kind}"
        initials = () if kind in _UNNAMED else directory.initials(kind, index)
        letters = _lettered(entries, initials, (number - 1) * size)
        letters = letters or ((Letter("", "", entries),) if entries else ())
        page = BrowsePage(
            kind, PLURAL[kind], "", "", PLURAL[kind], None,
            self._ways(kind, "", site),
            tuple(_jumps(initials, address, site, size)) if total > _LETTERS_FROM else (),
            tuple(self._starts(ground, kind, letters, site, size)) if initials else (),
            letters,
            turning(address, number, total, site, size),
            address,
        )  # fmt: skip
        return Sheet("browse.html.j2", page, pages_of(total, size), led_to(entries))

    def _starts(
        self, ground: Ground, kind: str, letters: tuple[Letter, ...], site: Site, size: int
    ) -> Iterator[Choice]:
        """Further steps within the first letter of the page, where that goes over several pages."""
        if not letters:
            return
        starts = ground.directory.starts(kind, ground.index, letters[0].letter)
        if len({before // size for _, before in starts}) > _STARTS_FROM:
            for start, before in starts:
                page = before // size + 1
                yield Choice(Link(site.path(f"/browse/{kind}", page=page), start))

    def _ways(self, kind: str, here: str, site: Site) -> tuple[Choice, ...]:
        if not BY.get(kind):
            return ()
        ways = [Choice(Link(site.path(f"/browse/{kind}"), "A to Z"), here=not here)]
        for grouping in BY[kind]:
            link = Link(site.path(f"/browse/{kind}/{grouping}"), f"by {grouping}")
            ways.append(Choice(link, here=here == grouping))
        return tuple(ways)

    def _values(self, ground: Ground, kind: str, grouping: str, site: Site) -> GroupsPage:
        groups = self._groups(ground, kind, grouping)
        words = _words(grouping, (value for value, _ in groups), ground)
        shown = [
            Choice(Link(site.path(_address(kind, grouping, value, ground)), words[value]), count)
            for value, count in groups
        ]
        shown.sort(key=lambda one: (not one.link.words[:1].isdigit(), one.link.words.casefold()))
        address = f"/browse/{kind}/{grouping}"
        return GroupsPage(
            kind, PLURAL[kind], grouping, self._ways(kind, grouping, site), tuple(shown), address
        )

    def _group(
        self, ground: Ground, kind: str, grouping: str, written: str, number: int, site: Site
    ) -> Sheet | None:
        groups = dict(self._groups(ground, kind, grouping))
        value = next((one for one in groups if _local(grouping, one, ground) == written), None)
        if value is None or number > pages_of(groups[value], PER_PAGE_CLAIMED):
            return None
        first, size = (number - 1) * PER_PAGE_CLAIMED, PER_PAGE_CLAIMED
        members = ground.directory.members(
            kind, grouping, value, ground.index, ground.lookup.store, first, size
        )
        entries = _entries(members, ground, site)
        address = _address(kind, grouping, value, ground)
        words = _words(grouping, [value], ground)[value]
        subject = Link(site.href(value), words) if grouping == "country" else None
        page = BrowsePage(
            kind, PLURAL[kind], grouping, value, words, subject, self._ways(kind, grouping, site),
            (), (), (Letter("", "", entries),), turning(address, number, groups[value], site, size), address,
        )  # fmt: skip
        shown = led_to(entries) | ({value} if subject else frozenset())
        return Sheet("browse.html.j2", page, pages_of(groups[value], size), shown)


def _entries(members: tuple[Member, ...], ground: Ground, site: Site) -> tuple[Entry, ...]:
    """Members that rest on the claims through which they are in the group, else on what describes them."""
    through = {iri for member in members for iri in member.through}
    claims = contents(through, ground.lookup)
    kinds = {iri: iri.removeprefix(f"{site.base}id/").partition("/")[0] for iri in through}
    of = {
        member.node.iri: sorted(
            {claim for t in member.through for claim in (claims.get(t) or [t] * (kinds[t] == "claim"))}
        )
        for member in members
    }
    told = whys((claim for found in of.values() for claim in found[:MOST]), ground.lookup, site)
    called = notes([member.node for member in members], ground.lookup, site.language)
    bare = [member.node for member in members if not any(claim in told for claim in of[member.node.iri])]
    by_node = {entry.thing.iri: entry for entry in described(bare, ground, site)} if bare else {}
    entries = []
    for member in members:
        iri = member.node.iri
        found = of[iri]
        shown = tuple(told[claim] for claim in found[:MOST] if claim in told)
        entries.append(by_node.get(iri) or Entry(*called[iri], whys=shown, more=len(found) - len(shown)))
    return tuple(entries)


def _lettered(
    entries: tuple[Entry, ...], initials: tuple[tuple[str, int], ...], first: int
) -> tuple[Letter, ...]:
    """The entries of a page under their letters; an anchor stands only where a letter begins."""
    found = []
    for n, (letter, before) in enumerate(initials):
        end = initials[n + 1][1] if n + 1 < len(initials) else first + len(entries)
        mine = entries[max(before - first, 0) : max(end - first, 0)]
        if mine:
            found.append(Letter(letter, letter_anchor(letter) if before >= first else "", mine))
    return tuple(found)


def letter_anchor(letter: str) -> str:
    """The fragment of a letter; nothing in it needs an escape.

    >>> letter_anchor("U"), letter_anchor("Ё"), letter_anchor("0-9"), letter_anchor("#")
    ('letter-U', 'letter-401', 'letter-0-9', 'letter-23')
    """
    plain = letter.isascii() and letter != OTHER
    return f"letter-{letter}" if plain else f"letter-{ord(letter[0]):x}"


def _jumps(initials: tuple[tuple[str, int], ...], address: str, site: Site, size: int) -> Iterator[Choice]:
    for letter, before in initials:
        where = site.path(f"{address}#{letter_anchor(letter)}", page=before // size + 1)
        yield Choice(Link(where, letter))


def _address(kind: str, grouping: str, value: str, ground: Ground) -> str:
    return f"/browse/{kind}/{grouping}/{segment(_local(grouping, value, ground))}"


def _local(grouping: str, value: str, ground: Ground) -> str:
    """A group in an address: the key of a country, the local name of a status, a year."""
    if grouping == "country":
        own = ground.lookup.names.kind_and_key(value)
        return own[1] if own else value
    if grouping == "status":
        return value.removeprefix(PREFIXES["dkgv"])
    return value.replace(" ", "-")


def _words(grouping: str, values: Iterable[str], ground: Ground) -> dict[str, str]:
    """A group as it is called."""
    listed = list(values)
    if grouping == "year":
        return {value: value if value.isdigit() else f"year {value}" for value in listed}
    labels = ground.lookup.labels(listed)
    return {value: labels.get(value) or words_for(_local(grouping, value, ground)) for value in listed}


__all__ = ["GROUPINGS", "KINDS", "PLURAL", "Browse", "BrowsePage", "GroupsPage", "KindsPage", "Why"]

"""What the published graph has of the register, for export: entities, and ties that claims put plainly."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from diaspora_kg.index import Index, NodeRow
from diaspora_kg.index.nearby import in_register
from diaspora_kg.names import ACTOR_KINDS, kebab
from diaspora_kg.queries.lookup import ask_part
from diaspora_kg.queries.told import Facts, Spelled, Telling
from diaspora_kg.store import Store
from diaspora_kg.terms import Term

KINDS = (*sorted(ACTOR_KINDS), "post", "place")
"""The kinds of nodes that are exported."""

_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a tie is claimed: the claim's key, the article with its address, and who says so there."""

    claim: str
    article: str
    url: str = ""
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """One entity; ``sorts`` as they are written (``political-party``), ``within`` is a key."""

    key: str
    kind: str
    label: str
    names: tuple[Spelled, ...] = ()
    addresses: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    within: str = ""
    founded: str = ""
    dissolved: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """One membership between entities, by keys, with the claims that assert it."""

    key: str
    member: str
    organization: str = ""
    post: str = ""
    starts: str = ""
    ends: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Published:
    """All that is exported; ``left`` counts what is left out, by why."""

    entities: tuple[Known, ...]
    held: tuple[Held, ...]
    left: Mapping[str, int] = field(default_factory=dict)


def published(index: Index, store: Store, *, every: bool = False) -> Published:
    """The entries of the register as the graph has them, or with ``every`` the records of articles too."""
    return _Reading(index, store).published(every=every)


class _Reading:
    def __init__(self, index: Index, store: Store) -> None:
        self._index, self._store = index, store
        self._left: Counter[str] = Counter()

    def published(self, *, every: bool) -> Published:
        rows = sorted((row for kind in KINDS for row in self._index.of_kind(kind)), key=lambda row: row.iri)
        if not every:
            own = in_register(self._index, [row.iri for row in rows])
            rows = [row for row in rows if row.iri in own]
        facts = Telling(self._store).facts([row.iri for row in rows], names=True)
        keys = {row.iri: row.key for row in rows}
        dates = self._dates()
        entities = tuple(self._known(row, facts[row.iri], keys, dates) for row in rows)
        return Published(entities, tuple(self._held(keys)), dict(sorted(self._left.items())))

    def _known(
        self, row: NodeRow, facts: Facts, keys: Mapping[str, str], dates: Mapping[tuple[str, str], set[str]]
    ) -> Known:
        within = [keys[iri] for iri in facts.plain.get("post-in", ()) if iri in keys]
        sorts = sorted(kebab(iri.rpartition("/")[2]) for iri in facts.plain.get("kind", ()))
        return Known(
            row.key, row.kind, row.label or row.key, tuple(facts.names),
            tuple(facts.plain.get("external-id", ())), tuple(sorts), within[0] if within else "",
            self._one(dates.get((row.iri, "founding"), set())),
            self._one(dates.get((row.iri, "dissolution"), set())),
        )  # fmt: skip

    def _one(self, found: set[str]) -> str:
        """The one date of several claims; of two different ones none."""
        if len(found) > 1:
            self._left["dates that sources tell differently"] += 1
            return ""
        return self._date(next(iter(found), ""))

    def _date(self, edtf: str) -> str:
        if not edtf or _DATE.fullmatch(edtf):
            return edtf
        self._left["dates that are uncertain or bounds only"] += 1
        return ""

    def _dates(self) -> Mapping[tuple[str, str], set[str]]:
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in ask_part(self._store, "exported-dates", {}):
            found[row["node"].value, row["kind"].value.rpartition("/")[2]].add(row["date"].value)
        return found

    def _held(self, keys: Mapping[str, str]) -> Sequence[Held]:
        grouped: dict[str, list[Mapping[str, Term]]] = defaultdict(list)
        for row in ask_part(self._store, "exported-memberships", {}):
            grouped[row["content"].value].append(row)
        nodes = {row.iri: row for row in self._index.rows(sorted(self._named(grouped)))}
        found = [self._membership(rows, keys, nodes) for _, rows in sorted(grouped.items())]
        return [one for one in found if one is not None]

    def _named(self, grouped: Mapping[str, Sequence[Mapping[str, Term]]]) -> set[str]:
        wanted = ("content", "claim", "claimant", "article")
        return {
            row[name].value for rows in grouped.values() for row in rows for name in wanted if name in row
        }

    def _membership(
        self, rows: Sequence[Mapping[str, Term]], keys: Mapping[str, str], nodes: Mapping[str, NodeRow]
    ) -> Held | None:
        first = rows[0]
        linked = {name: first[name].value for name in ("member", "organization", "post") if name in first}
        if any(iri not in keys for iri in linked.values()):
            self._left["memberships of what is not exported (records of articles: --records)"] += 1
            return None
        own = {name: keys[iri] for name, iri in linked.items()}
        sources = sorted({_source(row, nodes) for row in rows}, key=lambda one: (one.claim, one.speaker))
        dates = {name: self._date(first[name].value) for name in ("starts", "ends") if name in first}
        content = nodes[first["content"].value]
        return Held(content.key, **own, **dates, sources=tuple(sources))


def _source(row: Mapping[str, Term], nodes: Mapping[str, NodeRow]) -> Source:
    def called(name: str) -> str:
        node = nodes.get(row[name].value) if name in row else None
        return (node.label or node.key) if node else ""

    claim = nodes.get(row["claim"].value)
    url = row["url" if "url" in row else "article"].value
    return Source(claim.key if claim else "", called("article"), url, called("claimant"))

"""Where nodes are shown that have no page of their own: on which page, and at which anchor of it.

A claim stands on the page of its statement or article; a name, a date, a status on that of its owner. Of a
claim on a page with further pages it must be known on which of them it stands: that is asked of the pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from diaspora_kg.index import Index
from diaspora_kg.names import Names, segment
from diaspora_kg.pages.maker import PageMaker
from diaspora_kg.pages.paged import Pages
from diaspora_kg.pages.site import Place
from diaspora_kg.queries.lookup import Asked, ask_part
from diaspora_kg.terms import IRI
from diaspora_kg.website.questions import PLACE

_MANY = 300  # nodes in one question
_STEPS = 3  # a date of a participation of a statement
_NEVER = frozenset({"participation", "when", "name", "passage", "mention"})
"""Nothing links to these by their IRIs."""

_ANCHORED = frozenset({"claim", "name", "passage"})


class Places(dict[str, Place]):
    """Places by IRI, as far as they were looked for; ``long`` are pages that were looked through."""

    def __init__(
        self, store: Asked, names: Names, kinds: frozenset[str], maker: PageMaker, index: Index
    ) -> None:
        super().__init__()
        self._store = store
        self._names = names
        self._kinds = kinds
        self._maker = maker
        self._index = index
        self._parts: dict[str, Mapping[str, str]] = {}
        self._owners: dict[str, str] = {}

    def find(self, iris: Iterable[str]) -> bool:
        """Look for nodes; those of other sites and those with pages are left out. Whether any is new."""
        without = self._kinds | _NEVER | {""}
        wanted = {iri for iri in iris if self._kind(iri) not in without and iri not in self}
        above = {iri: iri for iri in wanted}
        for _ in range(_STEPS):
            asked = {owner for owner in above.values() if self._kind(owner) not in self._kinds | {""}}
            if not asked:
                break
            self._ask(sorted(asked - self._owners.keys()))
            above = {iri: self._owners.get(owner, owner) for iri, owner in above.items()}
        there = {row.iri for row in self._index.rows(sorted(set(above.values())))}
        for iri, owner in sorted(above.items()):
            if owner in there and self._kind(owner) in self._kinds:
                self[iri] = self._place(iri, owner)
        return bool(wanted & self.keys())

    def rests(self, iri: str) -> Iterable[str]:
        """What a page rests on that shows where a node is."""
        if iri not in self:
            return
        yield iri
        owner = iri
        for _ in range(_STEPS):
            if owner not in self._owners:
                break
            owner = self._owners[owner]
            yield owner
        yield PLACE + owner

    def _ask(self, iris: list[str]) -> None:
        found: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for start in range(0, len(iris), _MANY):
            nodes = [IRI(iri) for iri in iris[start : start + _MANY]]
            for row in ask_part(self._store, "shown-on", {"_node_iri": nodes}):
                if self._kind(row["owner"].value):
                    found[row["node"].value].append((int(row["rank"].value), row["owner"].value))
        self._owners.update((iri, min(found[iri])[1]) for iri in iris if found[iri])

    def _place(self, iri: str, owner: str) -> Place:
        kind_key = self._names.kind_and_key(iri)
        kind, key = kind_key or ("", "")
        if kind not in _ANCHORED:
            return Place(owner, "main")
        if kind == "passage":
            key = key.rpartition(".")[2]
        part = self._part(iri, owner) if kind == "claim" else ""
        return Place(owner, f"{kind}-{segment(key)}", part)

    def _part(self, claim: str, owner: str) -> str:
        if owner not in self._parts:
            self._parts[owner] = dict(_claims(self._maker.found([owner])))
        return self._parts[owner].get(claim, "")

    def _kind(self, iri: str) -> str:
        known = self._names.kind_and_key(iri)
        return known[0] if known else ""


def _claims(found: Iterable[Pages]) -> Iterator[tuple[str, str]]:
    """The claims of further pages, each with the page on which it stands first."""
    for pages in found:
        first: dict[str, str] = {}
        for sheet in pages.sheets if len(pages.sheets) > 1 else ():
            for panel, (start, stop) in zip(pages.panels, sheet.spans, strict=True):
                if panel.view == "statements":
                    for number in range(start, stop):
                        first.setdefault(panel.entries[number].key, sheet.name)
        yield from first.items()

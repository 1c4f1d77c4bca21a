"""What pages are made of, asked for many nodes at once: the rows of panels, then what these rows name.

A store is asked a few long questions for hundreds of pages, never a short one for each. What was read of a
node is kept, since claims, statements and articles come back on many pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from diaspora_kg.names import PREFIXES, expand
from diaspora_kg.pages.reading import MANY, Reader, Row, Told, only_label, values
from diaspora_kg.queries.cells import Cells
from diaspora_kg.queries.lookup import Lookup, ask_part
from diaspora_kg.queries.panels import PanelQuery
from diaspora_kg.store import cells
from diaspora_kg.terms import IRI, Term

_KEPT = 30_000  # nodes whose triples are kept
_DEEP = 3  # steps from a claim to the date of its statement, with one to spare

_BELOW = frozenset(
    map(expand, ("dkg:expressedIn", "dkg:reportedIn", "dkg:participation", "dkg:when", "dkg:starts",
                 "dkg:ends", "dkg:name", "dkg:beganWith", "dkg:endedWith"))
)  # fmt: skip
_EVIDENCE = expand("dkg:evidence")
_NAME, _FORM = expand("dkg:name"), expand("skosxl:literalForm")
_LABELS = tuple(map(expand, ("rdfs:label", "skos:prefLabel", "dct:title", "dkg:gloss")))
_KINDS = (expand("dkg:status"), expand("dkg:kind"))
CALLED = frozenset(
    map(expand, (
        "dkg:actor", "dkg:capacity", "dkg:onBehalfOf", "dkg:claimant", "dkg:stanceTarget", "dkg:condition",
        "dkg:subject", "dkg:object", "org:member", "org:organization", "dkg:post", "org:postIn",
        "dkg:medium", "dct:publisher", "dct:creator", "dkg:jurisdiction", "dkg:legalBasis", "dkg:kind",
        "dkg:status", "dkg:legalForm", "dkg:place", "dkg:foresees", "dct:isPartOf", "dkg:beganWith",
        "dkg:endedWith",
    ))
)  # fmt: skip
"""Properties whose values are shown by their labels."""
_ROLES = {name: (name in _BELOW, name in CALLED) for name in (*_BELOW, *CALLED, _EVIDENCE)}
"""Of each property that leads anywhere, whether to a part of a node, and whether to what has a label."""

_NONE: Told = {}


class Gathered:
    """The triples and labels of the nodes that pages show; reads what is missing when it is told to."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self._reader = Reader(lookup)
        self.cells = Cells(lookup.names)
        self._told: dict[str, Told] = {}
        self._below: dict[str, tuple[str, ...]] = {}
        self._named: dict[str, tuple[str, ...]] = {}
        self._written: dict[str, tuple[str, ...]] = {}
        self._labels: dict[str, str] = {}
        self._days: dict[str, str] = {}
        self._claims = f"{lookup.names.base}id/claim/"

    def rows(self, panels: Iterable[tuple[PanelQuery, Sequence[str]]]) -> Iterator[dict[str, list[Row]]]:
        """The answers of panels' queries about some nodes, by node."""
        return self._reader.rows(panels)

    def days(self, articles: Iterable[str]) -> Mapping[str, str]:
        """The days on which articles were published, the last that each may be; of some it is not known."""
        if len(self._days) > _KEPT:
            self._days.clear()
        wanted = sorted(set(articles) - self._days.keys())
        for start in range(0, len(wanted), MANY):
            part = wanted[start : start + MANY]
            self._days.update((iri, "") for iri in part)
            for row in ask_part(
                self.lookup.store, "days", {"node": [IRI(iri) for iri in part]}, projected=False
            ):
                node, day = row["node"].value, row["day"].value
                self._days[node] = max(self._days[node], day)
        return self._days

    def forget(self) -> None:
        """Make room, when much is kept: before pages are begun, never while they are made."""
        if len(self._told) > _KEPT:
            for kept in (self._told, self._below, self._named, self._written):
                kept.clear()
        if len(self._labels) > _KEPT:
            self._labels.clear()

    def describe(self, iris: Iterable[str], deep: int = _DEEP) -> None:
        """Read what is said of nodes, and of the parts that they are shown with."""
        wanted = set(iris)
        for _ in range(deep + 1):
            for iri, told in self._reader.described(sorted(iri for iri in wanted if iri not in self._told)):
                self._told[iri] = told
                self._place(iri, told)
            wanted = {below for iri in wanted for below in self._below[iri]}

    def _place(self, iri: str, told: Told) -> None:
        """Keep what a node that was read leads to: its parts, and what is shown by a label."""
        below, named, written = list[str](), list[str](), list[str]()
        claim = iri.startswith(self._claims)
        for name, cell in told.items():
            if (role := _ROLES.get(name)) is None:
                continue
            part, label = role
            for one in cell.split("\t") if "\t" in cell else (cell,):
                node = one[1:-1] if one[0] == "<" else cells.iri(one)
                if node and (part or (claim and name == _EVIDENCE)):
                    below.append(node)
                if label:
                    if node:
                        named.append(node)
                    else:
                        written.append(cells.text(one))
        self._below[iri] = tuple(below)
        self._named[iri] = tuple(named)
        if written:
            self._written[iri] = tuple(written)

    def named(self, iri: str) -> Sequence[str]:
        """What a node that was read leads to and pages show by its label, and words that stand for such."""
        return (*self._named.get(iri, ()), *self._written.get(iri, ()))

    def call(self, iris: Iterable[str]) -> None:
        """Read the labels of nodes, and of those that their triples name; those that were read tell it."""
        nodes = set(iris)
        for iri in tuple(nodes):
            nodes.update(self._named.get(iri, ()))
        wanted = [iri for iri in nodes if iri not in self._labels and iri not in self._told]
        found = self._reader.labels(wanted)
        self._labels.update((iri, found.get(iri, "")) for iri in wanted)

    def _own(self, iri: str) -> str:
        """The label of a node that was read, by what :class:`Lookup` goes by."""
        told = self._told[iri]
        if one := only_label(told):
            return cells.text(one)
        found = [(name, cells.term(value)) for name in _LABELS for value in values(told, name)]
        if not found:
            forms = (self._told.get(name, _NONE) for name in self.iris(iri, _NAME))
            found = [(_NAME, cells.term(value)) for form in forms for value in values(form, _FORM)]
        if found:
            return self.lookup.best(found)
        kinds = [kind for name in _KINDS for kind in self.iris(iri, name)]
        return min(filter(None, map(self.label, kinds)), default="")

    def reached(self, iris: Iterable[str], deep: int = _DEEP) -> set[str]:
        """The nodes and the parts that they are shown with, as far as they were read."""
        found, layer = set[str](), set(iris)
        for _ in range(deep + 1):
            found |= layer
            layer = {below for iri in layer for below in self._below.get(iri, ())} - found
        return found

    def settled(self, read: Set[str]) -> frozenset[str]:
        """Those of these nodes, which were read, whose label is another only if one of these is.

        It is made of what is said of a node, of its names and of the words for its kind; that a page rests on
        the words for kinds it tells by itself, since it shows them (:data:`CALLED`).
        """
        told = self._told
        return frozenset(
            iri for iri in read if iri in told and (_NAME not in told[iri] or read >= {*self._below[iri]})
        )

    def told(self, iri: str) -> Told:
        """All that is said of a node that was read."""
        return self._told.get(iri, _NONE)

    def terms(self, iri: str, name: str) -> list[Term]:
        """The values of a property, each once, in order."""
        found = set(map(cells.term, values(self.told(iri), name)))
        return sorted(found, key=lambda term: term.value) if len(found) > 1 else list(found)

    def first(self, iri: str, name: str) -> list[Term]:
        """The value of a property that was read first, if there is any."""
        return list(map(cells.term, values(self.told(iri), name)[:1]))

    def iris(self, iri: str, name: str) -> list[str]:
        """The nodes that a property leads to, each once, in order."""
        written = self._told.get(iri, _NONE).get(name)
        if not written:
            return []
        if "\t" in written:
            return sorted(set(filter(None, map(cells.iri, written.split("\t")))))
        found = cells.iri(written)
        return [found] if found else []

    def one(self, iri: str, name: str) -> str:
        """The value of a property as text, the first in order; empty: none."""
        written = self._told.get(iri, _NONE).get(name)
        if not written:
            return ""
        return min(map(cells.text, written.split("\t"))) if "\t" in written else cells.text(written)

    def local(self, iri: str, name: str) -> str:
        """The local name of a value of a closed list."""
        return self.cells.iri(self.one(iri, name)) if self.told(iri).get(name) else ""

    def label(self, iri: str) -> str:
        """The best label; empty: it has none."""
        found = self._labels.get(iri)
        if found is None:
            if iri not in self._told:
                return ""
            found = self._labels[iri] = self._own(iri)
        return found

    def words(self, iri: str) -> str:
        """The label, or what does for one."""
        if found := self.label(iri):
            return found
        short = self.cells.iri(iri)
        return _spaced(short) if iri.startswith((PREFIXES["dkgv"], PREFIXES["dkg"])) else short


def _spaced(name: str) -> str:
    return "".join(f" {c.lower()}" if c.isupper() and n else c for n, c in enumerate(name))

"""The work behind the routes, on one snapshot: batches, extensions, suggestions, what a preview shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from diaspora_kg.endpoint.context import Asking
from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.endpoint.reconcile.asked import Column, Extension, Query
from diaspora_kg.endpoint.reconcile.blocks import Blocking, Blocks
from diaspora_kg.endpoint.reconcile.found import Finder
from diaspora_kg.endpoint.reconcile.kinds import KINDS, Type, Types, id_of, iri_of, kind_name
from diaspora_kg.endpoint.reconcile.properties import PROPERTIES, Property, property_of
from diaspora_kg.endpoint.reconcile.scored import Scoring, named
from diaspora_kg.endpoint.reconcile.values import Cell, Values
from diaspora_kg.index import NodeRow, fold
from diaspora_kg.index.nearby import forms_of, in_register
from diaspora_kg.ontology import Ontology
from diaspora_kg.pages.previews import Preview
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.told import Facts, Telling

_SPARE = 10  # candidates beyond the limit whose types and properties are looked at
_SHOWN = 20  # suggestions at once
_SECONDS = 0.25  # of a search for suggestions
_PREVIEWED = ("status", "office", "member-of", "country")
_FORMS = 8  # names that a preview shows


@dataclass(frozen=True)
class Work:
    """One snapshot for one request. Blocks: call it in a thread."""

    asking: Asking
    ontology: Ontology
    types: Types
    blocking: Blocking

    @property
    def _telling(self) -> Telling:
        return Telling(self.asking.store)

    @property
    def blocks(self) -> Blocks:
        """The blocking keys of the snapshot's names."""
        return self.blocking.of(self.snapshot, self.asking.index, self.asking.snapshot.manifest.base)

    @property
    def snapshot(self) -> str:
        """Which snapshot this is."""
        return f"{self.asking.snapshot.manifest.id} {self.asking.snapshot.manifest.number}"

    def batch(self, queries: Mapping[str, Query]) -> dict[str, object]:
        """The results of a batch, by the names of its queries."""
        index = self.asking.index
        finder = Finder(index, self.blocks, self.asking.store, self.asking.lookup.names, self.types)
        found = {name: finder.find(query) for name, query in queries.items()}
        every = sorted({row.iri for one in found.values() for row in one.rows})
        forms, register = forms_of(index, every), in_register(index, every)
        nodes = {
            name: named(query, found[name].rows, forms, register)[: query.limit + _SPARE]
            for name, query in queries.items()
        }
        iris = sorted({node.row.iri for listed in nodes.values() for node in listed})
        countries = any(one.id == "country" for query in queries.values() for one in query.properties)
        facts = self._telling.facts(iris, names=True, countries=countries)
        values = Values.of(index, self.ontology, facts.values())
        scoring = Scoring(self.types, values, facts, register)
        return {
            name: {"result": scoring.candidates(query, nodes[name], found[name])}
            for name, query in queries.items()
        }

    def extension(self, asked: Extension, site: Site) -> dict[str, object]:
        """The rows of a data extension; raises :class:`Problem` 400 for a property that there is not."""
        columns = [(column, _known(column)) for column in asked.columns]
        limits = {column.id: _limit(column) for column, _ in columns}
        rows = {one: self.node(one) for one in asked.ids}
        iris = sorted({row.iri for row in rows.values() if row})
        wanted = {prop.id.partition(":")[0] for _, prop in columns}
        facts = self._telling.facts(
            iris, names=bool(wanted & {"name", "acronym"}), countries="country" in wanted
        )
        speakers = any(prop.said and _says_who(column) for column, prop in columns)
        values = Values.of(
            self.asking.index,
            self.ontology,
            facts.values(),
            self._telling.speakers(iris) if speakers else None,
        )

        def cells(row: NodeRow | None, column: Column, prop: Property) -> list[Cell]:
            if row is None:
                return []
            page = site.absolute(site.href(row.iri))
            found = values.cells(prop.id, row, facts[row.iri], page, says_who=_says_who(column))
            return found[: limits[column.id] or None]

        return {
            "meta": [prop.told() for _, prop in columns],
            "rows": {
                one: {prop.id: cells(row, column, prop) for column, prop in columns}
                for one, row in rows.items()
            },
        }

    def node(self, identifier: str) -> NodeRow | None:
        """The entity of an identifier, or of a key; one that was merged is what it is now."""
        index = self.asking.index
        rows = index.find(iri_of(identifier, self.asking.lookup.names))
        if not rows:
            kind, _, key = identifier.partition("/")
            rows = tuple(row for row in index.find(key) if row.kind == kind) or index.find(identifier)
        rows = tuple(row for row in rows if row.kind in KINDS)
        return rows[0] if len(rows) == 1 else None

    def entities(self, prefix: str, skip: int, types: Sequence[str]) -> list[dict[str, object]]:
        """Suggestions of entities whose names hold what was typed, those that begin so first."""
        meant = [found.kind for one in types if (found := self.types.meant(one))]
        kinds = tuple(dict.fromkeys(meant)) or KINDS
        hits, _ = self.asking.index.suggest(prefix, kinds, skip + _SHOWN, _SECONDS)
        named_so = self.node(prefix)
        rows = dict.fromkeys([*([named_so] if named_so else []), *(hit.node for hit in hits)])
        words = {hit.node: hit.words for hit in hits}
        return [self._suggested(row, words.get(row, "")) for row in list(rows)[skip : skip + _SHOWN]]

    def _suggested(self, row: NodeRow, words: str) -> dict[str, object]:
        also = f"; also: {words}" if words and fold(words) != fold(row.label) else ""
        return {
            "id": id_of(row),
            "name": row.label or row.key,
            "description": f"{kind_name(row.kind)} {row.key}{also}",
            "notable": [{"id": row.kind, "name": kind_name(row.kind)}],
        }

    def preview(self, row: NodeRow, site: Site) -> Preview:
        """What a small page shows of an entity."""
        facts = self._telling.facts([row.iri], names=True, countries=True)
        values = Values.of(
            self.asking.index, self.ontology, facts.values(), self._telling.speakers([row.iri]), most=1
        )
        forms = forms_of(self.asking.index, [row.iri]).get(row.iri, ())
        names = dict.fromkeys((one.words, one.language) for one in forms if one.words != row.label)
        told = facts[row.iri]
        page = site.absolute(site.href(row.iri))
        shown = [
            (one.name, _texts(values, one, row, told, page)) for one in PROPERTIES if one.id in _PREVIEWED
        ]
        return Preview(
            row.label or row.key,
            self.types.of(row.kind, told.plain.get("kind", ()))[0].name,
            id_of(row),
            page,
            tuple(list(names)[:_FORMS]),
            tuple((name, texts) for name, texts in shown if texts),
            in_register=row.iri in in_register(self.asking.index, [row.iri]),
        )


def _texts(values: Values, prop: Property, row: NodeRow, facts: Facts, page: str) -> tuple[str, ...]:
    cells = values.cells(prop.id, row, facts, page, says_who=True)
    return tuple(str(cell.get("str") or cell.get("name", "")) for cell in cells[:3])


def _known(column: Column) -> Property:
    found = property_of(column.id)
    if found is None:
        known = ", ".join(one.id for one in PROPERTIES)
        raise Problem(400, f"there is no property {column.id[:40]!a}. There are: {known}, and name:LANGUAGE.")
    return found


def _says_who(column: Column) -> bool:
    """A form sends a box that is not ticked as nothing, and one that is as ``on``."""
    return str(column.settings.get("bare", False)).lower() in {"false", "0", "off", ""}


def _limit(column: Column) -> int:
    written = column.settings.get("limit", 0)
    try:
        return max(0, int(float(str(written))))
    except (ValueError, OverflowError):
        raise Problem(400, "the setting limit is a number, 0 for all values.") from None


def types_like(types: Types, prefix: str, skip: int) -> list[dict[str, object]]:
    """Suggestions of types."""
    wanted = fold(prefix)
    fits = [one for one in types.by_id.values() if _begins(wanted, one)]
    told = [
        {"id": one.id, "name": one.name, "description": _short(one.about or f"kind {one.id}")} for one in fits
    ]
    return [dict(one) for one in told[skip : skip + _SHOWN]]


def _begins(wanted: str, one: Type) -> bool:
    return f" {wanted}" in f" {fold(one.name)}" or one.id.startswith(wanted)


def properties_like(prefix: str, skip: int) -> list[dict[str, object]]:
    """Suggestions of properties that a query can ask for."""
    wanted = fold(prefix)
    named = [one for one in PROPERTIES if one.asked]
    fits = [one for one in named if f" {wanted}" in f" {fold(one.name)}" or one.id.startswith(wanted)]
    exact = property_of(prefix)
    if exact is not None and exact not in fits and exact.asked:
        fits.insert(0, exact)
    return [{**one.told(), "description": one.about} for one in fits[skip : skip + _SHOWN]]


def proposed(types: Types, asked: str, limit: int | None, languages: Sequence[str]) -> dict[str, object]:
    """The properties that can be fetched for entities of a type; names in the project's languages too."""
    meant = types.meant(asked)
    tongues = [found for one in languages if (found := property_of(f"name:{one}"))]
    fits = [
        one for one in (*PROPERTIES, *tongues) if meant is None or not one.kinds or meant.kind in one.kinds
    ]
    told: dict[str, object] = {"properties": [one.told() for one in fits[:limit]], "type": asked}
    return told | ({"limit": limit} if limit is not None else {})


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:199]}…"

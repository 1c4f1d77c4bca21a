"""Values of properties: as they are compared with what a query asks for, and as they are fetched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from diaspora_kg.endpoint.reconcile.kinds import id_of, value_name
from diaspora_kg.endpoint.reconcile.properties import language_of
from diaspora_kg.index import Index, NodeRow
from diaspora_kg.index.nearby import FormRow, forms_of
from diaspora_kg.names import kebab
from diaspora_kg.ontology import Ontology
from diaspora_kg.queries.told import Facts, Said

Cell = dict[str, object]


@dataclass(frozen=True)
class Values:
    """Knows the nodes that are values, by what they are called.

    ``speakers`` are who gives a node a value: claimant and article, for the cells that tell who says so.
    """

    index: Index
    ontology: Ontology
    nodes: Mapping[str, NodeRow]
    forms: Mapping[str, Sequence[FormRow]]
    speakers: Mapping[tuple[str, str], Sequence[tuple[str, str]]]
    most: int = 5
    """Who says so, as many as one cell names."""

    @classmethod
    def of(
        cls,
        index: Index,
        ontology: Ontology,
        facts: Iterable[Facts],
        speakers: Mapping[tuple[str, str], Sequence[tuple[str, str]]] | None = None,
        most: int = 5,
    ) -> Values:
        """Look up what the values of these facts, and those who speak, are called."""
        speakers = speakers or {}
        iris = {iri for by in speakers.values() for pair in by for iri in pair if iri}
        for one in facts:
            iris |= {said.value for listed in one.said.values() for said in listed}
            iris |= set(one.plain.get("post-in", ()))
        wanted = sorted(iris)
        nodes = {row.iri: row for row in index.rows(wanted)}
        return cls(index, ontology, nodes, forms_of(index, sorted(nodes)), speakers, most)

    def compared(self, prop: str, row: NodeRow, facts: Facts) -> tuple[str, ...]:
        """Every spelling of the values of a property; empty where nothing is known."""
        if prop.partition(":")[0] in {"name", "acronym"}:
            return tuple(_names(prop, facts)) or ((row.label,) if prop == "name" and row.label else ())
        if prop == "key":
            return (row.key, id_of(row), row.iri)
        iris = [*(said.value for said in facts.said.get(prop, ())), *facts.plain.get(prop, ())]
        return tuple(text for iri in iris for text in self._spellings(iri))

    def _spellings(self, iri: str) -> Iterable[str]:
        yield iri
        if row := self.nodes.get(iri):
            yield from (row.key, row.label, id_of(row), *(form.words for form in self.forms.get(iri, ())))
        elif label := self.ontology.label(iri):
            yield from (label, kebab(iri.rpartition("/")[2]), kebab(iri.rpartition("/")[2]).replace("-", " "))

    def cells(self, prop: str, row: NodeRow, facts: Facts, page: str, *, says_who: bool) -> list[Cell]:
        """The values of a property as cells of a data extension."""
        if prop.partition(":")[0] in {"name", "acronym"}:
            named = _names(prop, facts) or ([row.label] if prop == "name" and row.label else [])
            return [{"str": words} for words in named]
        if prop in {"key", "page"}:
            return [{"str": row.key if prop == "key" else page}]
        if prop in {"external-id", "former-key"}:
            return [{"str": value} for value in facts.plain.get(prop, ())]
        if prop in {"kind", "post-in"}:
            return [self._cell(value) for value in facts.plain.get(prop, ())]
        said = facts.said.get(prop, ())
        if not says_who or prop == "country":
            return [self._cell(one.value) for one in said]
        return [{"str": self._told(row.iri, one)} for one in said]

    def _cell(self, iri: str) -> Cell:
        if row := self.nodes.get(iri):
            return {"id": id_of(row), "name": row.label or row.key}
        return {"str": value_name(iri, self.ontology)}

    def _called(self, iri: str) -> str:
        row = self.nodes.get(iri)
        return (row.label or row.key) if row else value_name(iri, self.ontology)

    def _told(self, iri: str, said: Said) -> str:
        """A value with who says so: ``banned (says Ministry of Justice, in “Two halls closed”)``."""
        by = [pair for pair in self.speakers.get((iri, said.value), ()) if bool(pair[0]) is not said.plain]
        told = [
            f"says {self._called(who)}, in “{self._called(article)}”" if who else f"“{self._called(article)}”"
            for who, article in by[: self.most]
        ]
        more = f"; and {len(by) - self.most} more" if len(by) > self.most else ""
        return f"{self._called(said.value)} ({'; '.join(told)}{more})" if told else self._called(said.value)


def _names(prop: str, facts: Facts) -> list[str]:
    language, acronyms = language_of(prop), prop == "acronym"
    found = (
        one.words
        for one in facts.names
        if (not acronyms or one.kind == "acronym") and (not language or one.language.lower() == language)
    )
    return list(dict.fromkeys(found))

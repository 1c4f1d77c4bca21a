"""Candidates with scores: how alike the names are, then types and properties, each part shown as a feature.

``match`` is what a client may take without looking, so it is true only for an entry of the register (which
people keep) with an equal name that nothing else comes near, or for what is named by its key or IRI. A short
name never suffices, nor the single word of a person's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from diaspora_kg.endpoint.reconcile.asked import Query, Wanted
from diaspora_kg.endpoint.reconcile.blocks import named_kind
from diaspora_kg.endpoint.reconcile.found import Found, words_of
from diaspora_kg.endpoint.reconcile.kinds import Type, Types, id_of
from diaspora_kg.endpoint.reconcile.properties import agrees
from diaspora_kg.endpoint.reconcile.values import Values
from diaspora_kg.index import NodeRow, fold
from diaspora_kg.index.nearby import FormRow
from diaspora_kg.likeness import Form, Likeness, Named, compare
from diaspora_kg.queries.told import Facts

_LEAST = 0.3
"""A candidate below this score is none."""
_GAP = 0.15
"""What is nearer to a match than this makes it unsure."""
_ASIDE = 0.3  # the part of a score that properties have together
_OTHER_TYPE = 0.85
_OTHER_ID = 0.5
_SURE_ID = 0.98
_OTHERS = 3  # further names that a description tells
_LONGEST = 200  # characters of a form that is compared
_SHORT = frozenset({"acronym", "shortName", "metonym"})

Feature = tuple[str, float | bool]


@dataclass(frozen=True, slots=True)
class Alike:
    """A node with how alike its names are to a query's."""

    row: NodeRow
    likeness: Likeness
    forms: tuple[FormRow, ...]
    equal: tuple[FormRow, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One candidate: ``conflict`` says that a property or type speaks against it."""

    row: NodeRow
    score: float
    features: tuple[Feature, ...]
    types: tuple[Type, ...]
    description: str
    conflict: bool
    firm: bool
    """Whether nothing but another candidate could keep it from being a match."""

    def told(self, *, match: bool) -> dict[str, object]:
        """As JSON."""
        return {
            "id": id_of(self.row),
            "name": self.row.label or self.row.key,
            "description": self.description,
            "type": [{"id": one.id, "name": one.name} for one in self.types],
            "score": round(100 * self.score, 1),
            "features": [{"id": name, "value": value} for name, value in self.features],
            "match": match,
        }


def named(
    query: Query,
    rows: Iterable[NodeRow],
    forms: Mapping[str, Sequence[FormRow]],
    register: frozenset[str] = frozenset(),
) -> list[Alike]:
    """How alike the names of nodes are to those of a query, the likeliest first; of equals the register's."""
    words = words_of(query)[:_LONGEST]
    key = fold(words)
    found = []
    for row in rows:
        kind, own = named_kind(row.kind), tuple(forms.get(row.iri, ()))
        theirs = Named(kind, tuple(Form(one.words[:_LONGEST], one.language) for one in own))
        alike = compare(Named(kind, (Form(words),)), theirs) if words and own else Likeness(0.0)
        found.append(Alike(row, alike, own, tuple(one for one in own if fold(one.words) == key)))
    return sorted(
        found, key=lambda one: (not one.equal, -one.likeness.score, one.row.iri not in register, one.row.iri)
    )


@dataclass(frozen=True)
class Scoring:
    """Scores candidates of one snapshot; ``register`` are the IRIs of entries of the register."""

    types: Types
    values: Values
    facts: Mapping[str, Facts]
    register: frozenset[str]

    def candidates(self, query: Query, nodes: Iterable[Alike], found: Found) -> list[dict[str, object]]:
        """The result of a query, sorted by score, as JSON."""
        made = [self._candidate(query, node, found) for node in nodes]
        wanted = [one for one in made if one is not None and one.score >= _LEAST]
        best = sorted(wanted, key=lambda one: (-one.score, one.row.iri not in self.register, one.row.iri))
        alone = found.whole and bool(best) and best[0].firm
        alone = alone and all(best[0].score - other.score >= _GAP for other in best[1:])
        alone = alone and len(found.sure) <= 1
        return [one.told(match=alone and place == 0) for place, one in enumerate(best[: query.limit])]

    def _candidate(self, query: Query, node: Alike, found: Found) -> Candidate | None:
        facts = self.facts.get(node.row.iri, Facts())
        types = self.types.of(node.row.kind, facts.plain.get("kind", ()))
        typed = self._typed(query, types, node.row.kind)
        if typed == 0.0 and query.strict in {"any", "all"}:
            return None
        sure = node.row.iri in found.sure
        name = 1.0 if node.equal else node.likeness.score
        parts = list(self._properties(query, node.row, facts))
        score = _together(name, [value for _, _, value in parts if value is not None])
        identity = [value for wanted, _, value in parts if wanted.id == "external-id" and value is not None]
        if sure or 1.0 in identity:
            score = max(score, _SURE_ID)
        elif identity:
            score *= _OTHER_ID
        if typed == 0.0:
            score *= _OTHER_TYPE
        conflict = typed == 0.0 or any(value is not None and value < 1 for _, _, value in parts)
        features = (*_name_features(node, sure=sure), ("register", node.row.iri in self.register))
        features += (("type", typed),) if typed is not None else ()
        features += tuple((f"property_{one}", value) for _, one, value in parts if value is not None)
        firm = not conflict and (sure or self._certain(node, facts))
        return Candidate(
            node.row, min(1.0, score), features, tuple(types), _description(node, types), conflict, firm
        )

    def _typed(self, query: Query, types: Sequence[Type], kind: str) -> float | None:
        """1 where the types fit, 0.5 where the node was not sorted, 0 where it was sorted otherwise."""
        meant = [one for written in query.types if (one := self.types.meant(written))]
        if not meant:
            return None
        own = {one.id for one in types}
        fits = [1.0 if one.id in own else 0.5 if one.kind == kind and len(own) == 1 else 0.0 for one in meant]
        return min(fits) if query.strict == "all" else max(fits)

    def _properties(
        self, query: Query, row: NodeRow, facts: Facts
    ) -> Iterable[tuple[Wanted, str, float | None]]:
        """How well each property agrees; ``None`` where nothing is known, which speaks for nothing."""
        seen: set[str] = set()
        for wanted in query.properties:
            if wanted.id in seen:
                continue
            seen.add(wanted.id)
            known = self.values.compared(wanted.id, row, facts)
            value = max((agrees(one, known) for one in wanted.values), default=0.0) if known else None
            yield wanted, wanted.id.replace(":", "_"), value

    def _certain(self, node: Alike, facts: Facts) -> bool:
        kinds = {spelled.words: spelled.kind for spelled in facts.names}
        full = [one for one in node.equal if kinds.get(one.words, "") not in _SHORT]
        words = max((len(one.words.split()) for one in full), default=0)
        return node.row.iri in self.register and words >= (2 if node.row.kind == "person" else 1)


def _together(name: float, properties: Sequence[float]) -> float:
    if not properties:
        return name
    return (1 - _ASIDE) * name + _ASIDE * sum(properties) / len(properties)


def _name_features(node: Alike, *, sure: bool) -> tuple[Feature, ...]:
    found: dict[str, float | bool] = {"name": round(node.likeness.score, 4), "name_equal": bool(node.equal)}
    for part in node.likeness.features:
        one = f"name_{part.name.replace(' ', '_')}"
        found[one] = max(float(found.get(one, 0.0)), round(part.value, 4))
    return (*found.items(), ("id", sure))


def _description(node: Alike, types: Sequence[Type]) -> str:
    label = fold(node.row.label)
    others = dict.fromkeys(one.words for one in node.forms if fold(one.words) != label)
    listed = ", ".join(list(others)[:_OTHERS])
    told = f"{types[0].name}; also: {listed}" if listed else types[0].name
    return told if len(told) <= 300 else f"{told[:299]}…"

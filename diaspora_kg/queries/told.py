"""What the graph says of some nodes: names, ids elsewhere, and statuses, offices and memberships as claimed.

Everything comes from saved queries, of many nodes at once. A status, an office or a membership is never more
than what claims say: ``Said.plain`` is true where an article says so in its own voice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from diaspora_kg.names import expand
from diaspora_kg.queries.lookup import Asked, ask_part
from diaspora_kg.terms import IRI, Literal, Term

_MANY = 200  # nodes in one question
_SAID = {
    "dkg:currentStatus": ("status", True),
    "dkg:saidToBeOfStatus": ("status", False),
    "org:holds": ("office", True),
    "dkg:saidToBeHolderOf": ("office", False),
    "org:memberOf": ("member-of", True),
    "dkg:saidToBeMemberOf": ("member-of", False),
}
_SAID_BY_IRI = {expand(curie): what for curie, what in _SAID.items()}
_PLAIN_BY_IRI = {
    expand("dkg:kind"): "kind",
    expand("dkg:externalId"): "external-id",
    expand("dkg:sourceId"): "former-key",
    expand("org:postIn"): "post-in",
}


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """A value that claims give a node: the IRI of a node or of a closed list's value."""

    value: str
    plain: bool = True


@dataclass(frozen=True, slots=True, order=True)
class Spelled:
    """One name of a node: its form, language and kind (``fullName``, ``acronym``, …)."""

    words: str
    language: str = ""
    kind: str = ""


@dataclass(slots=True)
class Facts:
    """What is told of one node, by the names of properties such as ``status`` and ``external-id``."""

    names: list[Spelled] = field(default_factory=list)
    said: dict[str, list[Said]] = field(default_factory=lambda: defaultdict(list))
    plain: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True)
class Telling:
    """Asks one snapshot. Blocks: call it in a thread."""

    store: Asked

    def facts(self, iris: Sequence[str], *, names: bool = False, countries: bool = False) -> dict[str, Facts]:
        """The facts of some nodes; names and countries only where they are wanted."""
        found: dict[str, Facts] = {iri: Facts() for iri in iris}
        for row in self._rows("reconcile-values", iris):
            _add(found[row["node"].value], row["property"].value, row["value"].value)
        for row in self._rows("reconcile-names", iris) if names else ():
            form, kind = row["form"], row.get("kind")
            language = form.language if isinstance(form, Literal) else ""
            spelled = Spelled(form.value, language, _local(kind) if kind else "")
            found[row["node"].value].names.append(spelled)
        for row in self._rows("reconcile-countries", iris) if countries else ():
            found[row["node"].value].said["country"].append(Said(row["value"].value))
        for facts in found.values():
            _tidy(facts)
        return found

    def speakers(self, iris: Sequence[str]) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """Who gives which node which value: claimants and articles; the claimant of an article is empty."""
        found: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
        for row in self._rows("reconcile-speakers", iris):
            claimant = row.get("claimant")
            by = (claimant.value if claimant else "", row["article"].value)
            found[row["node"].value, row["value"].value].add(by)
        return {pair: sorted(by) for pair, by in found.items()}

    def _rows(self, part: str, iris: Sequence[str]) -> list[Mapping[str, Term]]:
        return [
            row
            for start in range(0, len(iris), _MANY)
            for row in ask_part(
                self.store, part, {"node": [IRI(iri) for iri in iris[start : start + _MANY]]}, projected=False
            )
        ]


def _add(facts: Facts, prop: str, value: str) -> None:
    if prop in _SAID_BY_IRI:
        name, plain = _SAID_BY_IRI[prop]
        facts.said[name].append(Said(value, plain))
    elif prop in _PLAIN_BY_IRI:
        facts.plain[_PLAIN_BY_IRI[prop]].append(value)


def _tidy(facts: Facts) -> None:
    facts.names = sorted(set(facts.names))
    for name, said in facts.said.items():
        told = {one.value for one in said if one.plain}
        facts.said[name] = sorted({one for one in said if one.plain or one.value not in told})
    for name, values in facts.plain.items():
        facts.plain[name] = sorted(set(values))


def _local(term: Term) -> str:
    return term.value.rpartition("/")[2].rpartition("#")[2]

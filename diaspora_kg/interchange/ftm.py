"""Reads FollowTheMoney entities: JSON lines, as OpenSanctions publishes them, nested or not.

What the model has no place for is counted by schema and property and told once. Properties that only tell of
the record itself (dates of retrieval, topics of risk) are among it: nothing is dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from diaspora_kg.interchange.authorities import address_of, canonical
from diaspora_kg.interchange.entities import Entity, EntityKind, Spelling, Taken, Tie, language_of, tidy
from diaspora_kg.interchange.placed import Placed

SCHEMATA: Mapping[str, tuple[EntityKind, tuple[str, ...]]] = {
    "Person": ("person", ()),
    "Organization": ("organization", ()),
    "Company": ("organization", ()),
    "PublicBody": ("organization", ("state-body",)),
    "Position": ("post", ()),
}
"""The schemata that become entities, with the kind of organization that they tell."""

LEGAL_ENTITIES: Mapping[str, EntityKind] = {"polity": "polity", "collective": "collective"}
"""What a LegalEntity is by its keyword: the export of this project writes them so."""

TIES: Mapping[str, tuple[str, str]] = {
    "Membership": ("member", "organization"),
    "Directorship": ("director", "organization"),
    "Employment": ("employee", "employer"),
    "Occupancy": ("holder", "post"),
}
"""The schemata that become memberships, with the properties of who and in what."""

TOPICS = {
    "pol.party": "political-party",
    "gov.igo": "international-organization",
    "gov.religion": "religious-body",
    "rel": "religious-body",
    "gov.judicial": "court",
    "mil": "armed-organization",
    "gov": "state-body",
    "gov.national": "state-body",
    "gov.state": "state-body",
    "gov.muni": "state-body",
    "gov.admin": "state-body",
    "gov.executive": "state-body",
    "gov.legislative": "state-body",
    "gov.security": "state-body",
    "gov.financial": "state-body",
}
"""Topics that tell the kind of an organization."""

NAMES = {
    "name": "full-name",
    "alias": "full-name",
    "weakAlias": "press-variant",
    "abbreviation": "acronym",
    "previousName": "former-name",
}
"""Properties that are names, with their kinds."""

IDS = {"wikidataId": "wikidata", "leiCode": "lei", "opencorporatesUrl": "", "sourceUrl": "-"}
"""Properties that are ids with an address; ``-``: never one of this entity."""

_DATE = re.compile(r"(\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)(?:T.*)?", re.ASCII)
_OPENSANCTIONS = re.compile(r"NK-[A-Za-z0-9]{10,}")
_NO_PLACE = "no-place"
_LEFT = "The register has no place for it; as a claim it needs a source with its words."


def read_ftm(objects: Iterable[Placed], taken: Taken, ids: str = "", language: str = "") -> None:
    """Read entities into ``taken``.

    ``ids`` is the address before the ids of the file, ``language`` that of names in Latin letters.
    """
    reader = _Reader(taken, ids, language)
    for one in objects:
        reader.read(one, one.line)
    reader.finish()


class _Reader:
    """One pass over a file; nested entities are read where they stand, each once."""

    def __init__(self, taken: Taken, ids: str, language: str) -> None:
        self._taken, self._ids, self._language = taken, ids, language
        self._seen: dict[str, int] = {}
        self._more: dict[str, list[str]] = {}

    def read(self, one: Mapping[str, Any], line: int, *, nested: bool = False) -> str:
        """Read one entity with those in it; its id, empty where it is none."""
        identifier, schema = one.get("id"), one.get("schema")
        if not isinstance(identifier, str) or not identifier or not isinstance(schema, str):
            self._wrong(line, "An entity needs `id` and `schema`, both strings.")
            return ""
        properties = one.get("properties", {})
        if not isinstance(properties, dict):
            self._wrong(line, "`properties` of an entity is an object of lists.")
            return ""
        if identifier in self._seen:
            if not nested:
                what = "An id that stands in the file before is left out"
                first = f"The first is in line {self._seen[identifier]}: {identifier[:80]}."
                self._taken.leave(line, "id-twice", what, first)
            return identifier
        self._seen[identifier] = line
        values = dict(self._values(properties, line))
        known = set(values.get("keywords", ())) & {*LEGAL_ENTITIES}
        if schema == "Identification":
            self._identify(values, line)
        elif schema in TIES:
            self._tie(identifier, schema, values, line)
        elif schema in SCHEMATA or (schema == "LegalEntity" and known):
            self._entity(identifier, schema, values, line)
        else:
            what = f"Entities of the schema {schema[:40]} are left out"
            self._taken.leave(line, "unknown-schema", what, _LEFT)
        return identifier

    def _wrong(self, line: int, message: str) -> None:
        self._taken.report.violation(
            line, "no-entity", message, "See FollowTheMoney's description of entities."
        )

    def _values(self, properties: Mapping[str, Any], line: int) -> Iterator[tuple[str, list[str]]]:
        """Each property with its values as strings; an entity in it is read, and stands there by its id."""
        for name, written in properties.items():
            listed = written if isinstance(written, list) else [written]
            found: list[str] = []
            for value in listed:
                if isinstance(value, dict):
                    found.append(self.read(value, line, nested=True))
                elif isinstance(value, str):
                    found.append(value)
                elif value is not None:
                    self._wrong(line, f"The property `{name[:40]}` holds what is no string.")
            if kept := [value for value in dict.fromkeys(found) if value.strip()]:
                yield name, kept

    def _entity(self, identifier: str, schema: str, values: Mapping[str, list[str]], line: int) -> None:
        words = set(values.get("keywords", ()))
        kind, sorts = SCHEMATA.get(schema, ("polity", ()))
        if schema == "LegalEntity":
            kind = next(kind for word, kind in LEGAL_ENTITIES.items() if word in words)
        used = {"name", "keywords", "wikidataId", *NAMES, *IDS}
        sorts = self._sorts(kind, sorts, values)
        used |= {"topics"} if sorts or kind != "organization" else set()
        label = tidy(next(iter(values.get("summary", values.get("description", ()))), ""))[:200]
        within = next(iter(values.get("organization", ())), "") if kind == "post" else ""
        used |= {"organization"} if kind == "post" else set()
        names = tuple(self._names(values))
        if not names:
            used |= {"summary", "description"}
        self._leave(schema, values, used | {"incorporationDate", "dissolutionDate"}, line)
        addresses = tuple(dict.fromkeys(self._addresses(identifier, values, line)))
        self._taken.entities.append(
            Entity(identifier, kind, names, addresses, sorts, "" if names else label, within, line)
        )
        if kind == "organization":
            self._dated(identifier, values, line)

    def _identify(self, values: Mapping[str, list[str]], line: int) -> None:
        """An id that has a schema of its own: given by an address, or a number of a known kind."""
        kinds, numbers = values.get("type", [""]), values.get("number", [])
        found = [canonical(one) for one in values.get("sourceUrl", ())]
        found += [made for one in numbers if (made := address_of(kinds[0], one))]
        for holder in values.get("holder", ()):
            self._more.setdefault(holder, []).extend(found)
        if not found:
            what = f"Ids of the type {kinds[0][:40] or 'none'} are left out: no address is known for them"
            self._taken.leave(line, "no-address", what, "Add them by hand, as an address.")

    def finish(self) -> None:
        """Give entities the ids that have a schema of their own."""
        for place, one in enumerate(self._taken.entities):
            if more := self._more.get(one.id):
                addresses = tuple(dict.fromkeys([*one.addresses, *more]))
                self._taken.entities[place] = replace(one, addresses=addresses)

    def _sorts(self, kind: str, sorts: Sequence[str], values: Mapping[str, list[str]]) -> tuple[str, ...]:
        if kind != "organization":
            return ()
        told = [TOPICS[topic] for topic in sorted(values.get("topics", ())) if topic in TOPICS]
        own = [word.removeprefix("kind:") for word in values.get("keywords", ()) if word.startswith("kind:")]
        return tuple(dict.fromkeys([*own, *(() if own else (*told, *(() if told else sorts)))]))

    def _names(self, values: Mapping[str, list[str]]) -> Iterator[Spelling]:
        seen: set[str] = set()
        for prop, kind in NAMES.items():
            for value in values.get(prop, ()):
                words = tidy(value)
                if words and words not in seen:
                    seen.add(words)
                    yield Spelling(words, language_of(words, default=self._language), kind)

    def _addresses(self, identifier: str, values: Mapping[str, list[str]], line: int) -> Iterator[str]:
        if self._ids:
            yield canonical(f"{self._ids}{identifier}")
        elif _OPENSANCTIONS.fullmatch(identifier):
            yield address_of("opensanctions", identifier)
        elif wikidata := address_of("wikidata", identifier):
            yield wikidata
        for prop, scheme in IDS.items():
            for value in values.get(prop, ()):
                if scheme == "-":
                    continue
                if found := address_of(scheme, value) if scheme else canonical(value):
                    yield found
                else:
                    what = f"A value of `{prop}` that is no such id is left out"
                    self._taken.leave(line, "no-id", what, value[:80])

    def _leave(self, schema: str, values: Mapping[str, list[str]], used: set[str], line: int) -> None:
        for prop in values:
            if prop not in used:
                what = f"Values of the property {prop[:40]} of {schema} are left out"
                self._taken.leave(line, _NO_PLACE, what, _LEFT)

    def _dated(self, identifier: str, values: Mapping[str, list[str]], line: int) -> None:
        if founded := self._date(values, "incorporationDate", line):
            tie = Tie(f"{identifier}-founding", "founding", identifier, starts=founded, line=line)
            self._taken.ties.append(tie)
        if dissolved := self._date(values, "dissolutionDate", line):
            tie = Tie(f"{identifier}-dissolution", "dissolution", identifier, starts=dissolved, line=line)
            self._taken.ties.append(tie)

    def _date(self, values: Mapping[str, list[str]], prop: str, line: int) -> str:
        """The one date of a property; of several none, since the file does not say which."""
        written = values.get(prop, [])
        found = [match[1] for value in written if (match := _DATE.fullmatch(value.strip()))]
        if len(found) < len(written):
            self._taken.leave(
                line, "no-date", f"A value of `{prop}` that is no date is left out", written[0][:80]
            )
        if len(set(found)) > 1:
            what = f"Several dates of `{prop}` are left out: the file does not say which holds"
            self._taken.leave(line, "several-dates", what, ", ".join(found)[:80])
            return ""
        return found[0] if found and "1000" <= found[0][:4] <= "2100" else ""

    def _tie(self, identifier: str, schema: str, values: Mapping[str, list[str]], line: int) -> None:
        who, where = TIES[schema]
        members, bodies = values.get(who, []), values.get(where, [])
        if len(members) != 1 or len(bodies) != 1:
            what = f"A {schema} without one `{who}` and one `{where}` is left out"
            self._taken.leave(line, "no-ends", what, f"It links {len(members)} with {len(bodies)}.")
            return
        used = {who, where, "startDate", "endDate", "role", "description", "recordId", "sourceUrl"}
        self._leave(schema, values, used, line)
        role = tidy(next(iter(values.get("role", ())), ""))[:200] if schema != "Occupancy" else ""
        of_post = schema == "Occupancy"
        self._taken.ties.append(
            Tie(
                identifier, "membership", members[0], "" if of_post else bodies[0],
                bodies[0] if of_post else "", role,
                self._date(values, "startDate", line), self._date(values, "endDate", line), line,
            )
        )  # fmt: skip

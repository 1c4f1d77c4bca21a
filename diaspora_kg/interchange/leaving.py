"""`dkg export register`: the register as FollowTheMoney entities (JSON lines) or as one Popolo document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from diaspora_kg.interchange.authorities import BY_NAME, authority_of
from diaspora_kg.interchange.published import Held, Known, Published, Source
from diaspora_kg.queries.told import Spelled

_PUBLIC = frozenset({"state-body", "court", "diplomatic-mission", "kin-state-institution"})
_TOPICS = {"political-party": "pol.party", "international-organization": "gov.igo",
           "religious-body": "rel", "state-body": "gov", "armed-organization": "mil"}  # fmt: skip
_NAMES = {
    "fullName": "name",
    "acronym": "abbreviation",
    "formerName": "previousName",
    "pressVariant": "weakAlias",
}
_SCHEMATA = {"person": "Person", "post": "Position", "polity": "LegalEntity", "collective": "LegalEntity"}
_PROPERTIES = {"wikidata": "wikidataId", "lei": "leiCode"}
_TOLD = 300  # characters of a description


def ftm(found: Published, dataset: str) -> Iterator[str]:
    """The entities as lines of JSON, in order of their ids; places have no schema and are left out."""
    made: list[dict[str, Any]] = []
    for one in found.entities:
        if one.kind != "place":
            made += _entity(one)
    made += [_tie(one) for one in found.held]
    for entity in sorted(made, key=lambda one: (str(one["id"]), str(one["schema"]))):
        yield json.dumps({**entity, "datasets": [dataset]}, ensure_ascii=False)


def unsaid(found: Published, form: str) -> dict[str, int]:
    """What a format has no place for, with how often."""
    if form != "ftm":
        return {}
    tagged = sum(1 for one in found.entities for name in one.names if name.language)
    places = sum(1 for one in found.entities if one.kind == "place")
    counted = {"languages of names": tagged, "places": places}
    return {what: count for what, count in counted.items() if count}


def _entity(one: Known) -> Iterator[dict[str, Any]]:
    public = one.kind == "organization" and bool(_PUBLIC & {*one.sorts})
    schema = _SCHEMATA.get(one.kind, "PublicBody" if public else "Organization")
    properties: dict[str, list[str]] = {}
    for name in one.names or (Spelled(one.label),):
        prop = _NAMES.get(name.kind or "fullName", "alias")
        prop = "alias" if schema == "Position" and prop == "abbreviation" else prop
        _put(properties, prop, name.words)
    if one.kind in {"polity", "collective"}:
        _put(properties, "keywords", one.kind)
    for sort in one.sorts:
        _put(properties, "keywords", f"kind:{sort}")
        _put(properties, "topics", _TOPICS.get(sort, ""))
    if schema == "Position":
        _put(properties, "organization", one.within)
    if one.kind == "organization":
        _put(properties, "incorporationDate", one.founded)
        _put(properties, "dissolutionDate", one.dissolved)
    numbers = []
    for address in one.addresses:
        authority, number = authority_of(address)
        if authority in _PROPERTIES and not (authority == "lei" and schema == "Position"):
            _put(properties, _PROPERTIES[authority], number)
        elif schema != "Position":
            numbers.append((address, BY_NAME[authority].title if authority else "", number))
        else:
            _put(properties, "sourceUrl", address)
    yield {"id": one.key, "caption": one.label, "schema": schema, "properties": properties}
    for place, (address, title, number) in enumerate(numbers, 1):
        held = {"holder": [one.key], "number": [number or address], "sourceUrl": [address]}
        yield {
            "id": f"{one.key}.id-{place}",
            "caption": title or address,
            "schema": "Identification",
            "properties": {**held, **({"type": [title]} if title else {})},
        }


def _put(properties: dict[str, list[str]], name: str, value: str) -> None:
    if value and value not in properties.get(name, ()):
        properties.setdefault(name, []).append(value)


def _tie(one: Held) -> dict[str, Any]:
    """A membership; with an office and no organization it is FollowTheMoney's Occupancy."""
    properties: dict[str, list[str]] = {}
    if one.post:
        _put(properties, "holder", one.member)
        _put(properties, "post", one.post)
    else:
        _put(properties, "member", one.member)
        _put(properties, "organization", one.organization)
    _put(properties, "startDate", one.starts)
    _put(properties, "endDate", one.ends)
    for source in one.sources:
        _put(properties, "description", told(source)[:_TOLD])
        _put(properties, "sourceUrl", source.url)
        _put(properties, "recordId", source.claim)
    schema = "Occupancy" if one.post else "Membership"
    return {"id": one.key, "caption": schema, "schema": schema, "properties": properties}


def told(source: Source) -> str:
    """Who says so: ``Ministry of Justice says so in “Two halls closed”``."""
    return (
        f"{source.speaker} says so in “{source.article}”" if source.speaker else f"“{source.article}” says so"
    )


def popolo(found: Published) -> str:
    """The entities as one Popolo document."""
    classes: dict[str, list[dict[str, Any]]] = {
        "persons": [_person(one) for one in found.entities if one.kind == "person"],
        "organizations": [_organization(one) for one in found.entities if one.kind in _BODIES],
        "posts": [_post(one) for one in found.entities if one.kind == "post"],
        "areas": [_shared(one) for one in found.entities if one.kind == "place"],
    }
    persons = {one.key for one in found.entities if one.kind == "person"}
    within = {one.key: one.within for one in found.entities if one.kind == "post"}
    classes["memberships"] = [_membership(one, persons, within) for one in found.held]
    return json.dumps(classes, ensure_ascii=False, indent=1) + "\n"


_BODIES = frozenset({"organization", "polity", "collective"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*")


def _shared(one: Known) -> dict[str, Any]:
    names = sorted(one.names, key=lambda name: (name.words != one.label, name))
    made: dict[str, Any] = {"id": one.key, "name": names[0].words if names else one.label}
    if others := [_other(name) for name in names]:
        made["other_names"] = others
    identifiers = []
    for address in one.addresses:
        authority, number = authority_of(address)
        scheme = authority or "address"
        identifiers.append({"scheme": scheme, "identifier": number or address})
    return made | ({"identifiers": identifiers} if identifiers else {})


def _other(name: Spelled) -> dict[str, str]:
    made = (
        {"name": name.words, "lang": name.language}
        if _LANGUAGE.fullmatch(name.language)
        else {"name": name.words}
    )
    kind = re.sub(r"(?<!^)(?=[A-Z])", "-", name.kind).lower()
    return made | ({"note": kind} if kind and kind != "full-name" else {})


def _person(one: Known) -> dict[str, Any]:
    return _shared(one)


def _organization(one: Known) -> dict[str, Any]:
    sorts: Sequence[str] = one.sorts if one.kind == "organization" else (one.kind,)
    made = _shared(one)
    if sorts:
        made["classification"] = sorts[0]
    if sorts[1:]:
        made["classifications"] = [{"classification": sort} for sort in sorts]
    dates = {"founding_date": one.founded, "dissolution_date": one.dissolved}
    return made | {name: date for name, date in dates.items() if date}


def _post(one: Known) -> dict[str, Any]:
    made = {"id": one.key, "label": one.label, "role": one.label}
    if one.within:
        made["organization_id"] = one.within
    shared = _shared(one)
    return made | {name: shared[name] for name in ("other_labels", "identifiers") if name in shared}


def _membership(one: Held, persons: set[str], within: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {"id": one.key, "person_id" if one.member in persons else "member_id": one.member}
    parts = {"organization_id": one.organization or within.get(one.post, ""), "post_id": one.post,
             "start_date": one.starts, "end_date": one.ends}  # fmt: skip
    made |= {name: value for name, value in parts.items() if value}
    links = [{"url": source.url, "note": told(source)} for source in one.sources if source.url]
    return made | ({"sources": links} if links else {})

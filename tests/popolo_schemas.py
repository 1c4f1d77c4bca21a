"""JSON Schemas of the Popolo classes that are exported, in our words, after the tables of its specification.

A member that Popolo does not name is allowed where other projects add it too (``lang`` of a name).
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
DATE: Schema = {"type": "string", "pattern": r"^[0-9]{4}(-[0-9]{2}){0,2}$"}
LINK: Schema = {
    "type": "object",
    "properties": {"url": {"type": "string", "format": "uri"}, "note": TEXT},
    "required": ["url"],
    "additionalProperties": False,
}
OTHER_NAME: Schema = {
    "type": "object",
    "properties": {"name": TEXT, "note": TEXT, "start_date": DATE, "end_date": DATE, "lang": TEXT},
    "required": ["name"],
    "additionalProperties": False,
}
IDENTIFIER: Schema = {
    "type": "object",
    "properties": {"identifier": TEXT, "scheme": TEXT},
    "required": ["identifier"],
    "additionalProperties": False,
}


def shaped(required: tuple[str, ...], **members: Schema) -> Schema:
    common = {
        "id": TEXT,
        "other_names": {"type": "array", "items": OTHER_NAME},
        "identifiers": {"type": "array", "items": IDENTIFIER},
        "sources": {"type": "array", "items": LINK},
    }
    return {
        "type": "object",
        "properties": {**common, **members},
        "required": list(required),
        "additionalProperties": False,
    }


CLASSIFICATION = {"type": "object", "properties": {"classification": TEXT}, "required": ["classification"]}
CLASSES: dict[str, Schema] = {
    "persons": shaped(("id", "name"), name=TEXT),
    "organizations": shaped(
        ("id", "name"),
        name=TEXT,
        classification=TEXT,
        classifications={"type": "array", "items": CLASSIFICATION},
        founding_date=DATE,
        dissolution_date=DATE,
    ),
    "posts": shaped(("id", "label", "role"), label=TEXT, role=TEXT, organization_id=TEXT),
    "areas": shaped(("id", "name"), name=TEXT),
    "memberships": shaped(
        ("id", "organization_id"),
        person_id=TEXT,
        member_id=TEXT,
        organization_id=TEXT,
        post_id=TEXT,
        start_date=DATE,
        end_date=DATE,
    ),
}
DOCUMENT: Schema = {
    "type": "object",
    "properties": {name: {"type": "array", "items": one} for name, one in CLASSES.items()},
    "additionalProperties": False,
}

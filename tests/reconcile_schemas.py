"""JSON Schemas of the Reconciliation API 0.2, in our words: each member is told in sections 3 to 7 of it.

They are as strict as the text: what it does not name is no member, so that a test finds a misspelled one.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
ANY_TEXT: Schema = {"type": "string"}
ADDRESS: Schema = {"type": "string", "pattern": "^https?://[^ ]+$"}


def record(required: tuple[str, ...], **members: Schema) -> Schema:
    """An object of these members alone."""
    return {
        "type": "object",
        "properties": members,
        "required": list(required),
        "additionalProperties": False,
    }


def listed(items: Schema, **more: object) -> Schema:
    return {"type": "array", "items": items, **more}


def with_place(place: str) -> Schema:
    """A template: an address that holds the place of an identifier once (sections 2.1, 4.1, 5.1)."""
    escaped = place.replace("{", r"\{").replace("}", r"\}").replace("$", r"\$")
    return {"type": "string", "pattern": f"^[^ ]*{escaped}[^ ]*$"}


# Section 2.2; `broader` holds types again.
TYPE = record(("id", "name"), id=TEXT, name=TEXT, broader=listed(record(("id", "name"), id=TEXT, name=TEXT)))
PROPERTY = record(("id", "name"), id=TEXT, name=TEXT)
VIEW = record(("url",), url=with_place("{{id}}"))
SUGGEST = record(  # section 5.1
    ("service_url", "service_path"),
    service_url=ADDRESS,
    service_path=TEXT,
    flyout_service_url=ADDRESS,
    flyout_service_path=with_place("${id}"),
)


def setting(kind: str, default: Schema, **more: Schema) -> Schema:
    needed = ("name", "label", "type", *more)
    members = {"name": TEXT, "label": TEXT, "help_text": ANY_TEXT, "default": default, **more}
    return record(needed, type={"const": kind}, **members)


SETTING: Schema = {  # section 6.1
    "oneOf": [
        setting("number", {"type": "number"}),
        setting("text", ANY_TEXT),
        setting("checkbox", {"type": "boolean"}),
        setting("select", ANY_TEXT, choices=listed(record(("value", "name"), value=ANY_TEXT, name=TEXT))),
    ]
}
MANIFEST = record(  # section 3.1
    ("versions", "name", "identifierSpace", "schemaSpace"),
    versions=listed(TEXT, contains={"const": "0.2"}),
    name=TEXT,
    identifierSpace=ADDRESS,
    schemaSpace=ADDRESS,
    defaultTypes=listed(TYPE, uniqueItems=True),
    documentation=ADDRESS,
    logo=ADDRESS,
    serviceVersion=TEXT,
    view=VIEW,
    feature_view=VIEW,
    preview=record(  # section 5.1
        ("url", "width", "height"),
        url=with_place("{{id}}"),
        width={"type": "integer", "minimum": 1},
        height={"type": "integer", "minimum": 1},
    ),
    suggest=record((), entity=SUGGEST, type=SUGGEST, property=SUGGEST),
    extend=record(
        (),
        propose_properties=record(("service_url", "service_path"), service_url=ADDRESS, service_path=TEXT),
        property_settings=listed(SETTING),
    ),
    batchSize={"type": "integer", "minimum": 1},
    authentication={"type": "object"},
)
VALUE: Schema = {
    "oneOf": [ANY_TEXT, {"type": "number"}, {"type": "boolean"}, record(("id",), id=TEXT, name=ANY_TEXT)]
}
QUERY: Schema = record(  # section 4.1
    (),
    query=TEXT,
    type={"oneOf": [TEXT, listed(TEXT)]},
    limit={"type": "integer", "minimum": 1},
    properties=listed(record(("pid", "v"), pid=TEXT, v={"oneOf": [VALUE, listed(VALUE)]}), minItems=1),
    type_strict={"enum": ["should", "all", "any"]},
) | {"anyOf": [{"required": ["query"]}, {"required": ["properties"]}]}
QUERIES: Schema = {"type": "object", "additionalProperties": QUERY}
CANDIDATE = record(  # section 4.2
    ("id", "name", "score"),
    id=TEXT,
    name=TEXT,
    description=ANY_TEXT,
    type=listed(record(("id", "name"), id=TEXT, name=TEXT)),
    score={"type": "number", "minimum": 0, "maximum": 100},
    features=listed(record(("id", "value"), id=TEXT, value={"type": ["number", "boolean"]})),
    match={"type": "boolean"},
)
RESULTS: Schema = {
    "type": "object",
    "additionalProperties": record(("result",), result=listed(CANDIDATE)),
}
SUGGESTED = record(  # section 6.3
    ("result",),
    result=listed(
        record(
            ("id", "name"),
            id=TEXT,
            name=TEXT,
            description=ANY_TEXT,
            notable=listed({"oneOf": [TEXT, record(("id", "name"), id=TEXT, name=TEXT)]}),
        )
    ),
)
FLYOUT = record(("id", "html"), id=TEXT, html=TEXT)
PROPOSED = record(
    ("properties", "type"), properties=listed(PROPERTY), type=ANY_TEXT, limit={"type": "integer"}
)
EXTEND = record(  # section 7.3
    ("ids", "properties"),
    ids=listed(ANY_TEXT),
    properties=listed(record(("id",), id=TEXT, settings={"type": "object"})),
)
CELL: Schema = {
    "oneOf": [
        record(()),
        record(("id", "name"), id=TEXT, name=TEXT, description=ANY_TEXT),
        record(("str",), str=ANY_TEXT),
        record(("float",), float={"type": "number"}),
        record(("int",), int={"type": "integer"}),
        record(("date",), date=TEXT),
    ]
}
EXTENDED = record(  # section 7.4
    ("meta", "rows"),
    meta=listed(
        record(
            ("id", "name"),
            id=TEXT,
            name=TEXT,
            type=record(("id",), id=TEXT, name=ANY_TEXT),
            service=ADDRESS,
        )
    ),
    rows={
        "type": "object",
        "additionalProperties": {"type": "object", "additionalProperties": listed(CELL)},
    },
)

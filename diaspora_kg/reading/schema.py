"""JSON Schemas (Draft 2020-12) of the native format, for editors: made from the table of nodes.

They help while writing; what counts is what the reader says. Keys and lists are closed, so that an
editor completes and marks them; references, anchors and dates across keys are beyond a schema.
:mod:`diaspora_kg.reading.reference` writes them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from diaspora_kg.ontology import Ontology
from diaspora_kg.reading.dates import FORMS
from diaspora_kg.reading.desk import NOT_STATED
from diaspora_kg.reading.how import SLOTS
from diaspora_kg.reading.nodes import (
    ACTOR_NAMES,
    HEADER,
    INLINE_NAMES,
    KINDS,
    PLACE,
    POST,
    STATEMENT,
    WORLD_NAMES,
    Field,
    Kind,
    Type,
)

Schema = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_BASE = "https://w3id.org/diaspora-kg/schema/"
_SILENT: Schema = {"const": NOT_STATED}
_SILENT_LIST = "What the source was read for and does not say."
_POINT = {"type": ["string", "integer"], "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?[~?]?$"}

FILES = {"article.schema.json": "article", "register.schema.json": "register"}
"""The schemas by file name."""


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _one_or_list(item: Schema) -> Schema:
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}


def _object(properties: Mapping[str, Schema], about: str = "", required: Sequence[str] = ()) -> Schema:
    found: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    if about:
        found["description"] = about
    if required:
        found["required"] = list(required)
    return found


def _enum(ontology: Ontology, scheme: str) -> Schema:
    return {"enum": list(ontology.values(scheme))}


_SIMPLE: Mapping[Type, str] = {
    Type.TEXT: "text",
    Type.WORDS: "text",
    Type.REF: "key",
    Type.STATUS_OR_REF: "key",
    Type.REF_OR_TEXT: "text",
    Type.WHEN: "when",
    Type.NUMBER: "number",
    Type.EXACT: "number",
    Type.OTHERS: "count",
    Type.BOOLEAN: "boolean",
    Type.DURATION: "duration",
    Type.LINK: "link",
    Type.LANGUAGE: "tag",
    Type.CURRENCY: "currency",
    Type.NAMES: "name",
    Type.FORMS: "mention",
    Type.ACTORS: "participation",
}
_LISTS = frozenset({Type.NAMES, Type.FORMS, Type.ACTORS})


def _field(row: Field) -> Schema:
    if row.type is Type.SILENCE:
        return {**_SILENT, "description": row.about}
    value = _ref(f"list-{row.scheme}") if row.type is Type.CONCEPT else _ref(_SIMPLE[row.type])
    if row.many or row.type in _LISTS:
        value = _one_or_list(value)
    if row.silence:
        value = {"anyOf": [value, _SILENT]}
    return {**value, "description": row.about}


def _rows(kind: Kind) -> dict[str, Schema]:
    rows = {row.key: _field(row) for row in kind.fields}
    silences = [row.key for row in kind.fields if row.silence]
    if silences:
        rows[NOT_STATED] = {**_one_or_list({"enum": silences}), "description": _SILENT_LIST}
    return rows


def _node(name: str) -> Schema:
    kind = KINDS[name]
    is_ = {"const": name, "description": kind.about}
    return _object({"is": is_, **_rows(kind)}, kind.about, ["is"])


def _one_kind(names: Sequence[str], *other: Schema) -> Schema:
    return {"anyOf": [*(_ref(f"node-{name}") for name in names), *other]}


def _section(entry: Schema, about: str) -> Schema:
    return {"type": ["object", "null"], "additionalProperties": entry, "description": about}


_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_PATTERNS = {
    "duration": r"^P[\dYMWDTHS]+$",
    "currency": "^[A-Z]{3}$",
    "tag": r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$",
    "link": r"^[A-Za-z][A-Za-z0-9+.\-]*:\S+$",
}


def _values() -> dict[str, Schema]:
    """The definitions of single values."""
    patterns = {name: {"type": "string", "pattern": form} for name, form in _PATTERNS.items()}
    return {
        "text": _TEXT,
        "key": {"type": ["string", "integer"]},
        "number": {"type": "number"},
        "count": {"type": "integer", "minimum": 1},
        "boolean": {"type": "boolean"},
        **patterns,
        **_records(),
    }


def _records() -> dict[str, Schema]:
    """The definitions of small mappings."""
    pair = {"type": "array", "items": _POINT, "minItems": 2, "maxItems": 2}
    points = {form: _POINT for form in FORMS if form != "between"}
    date: dict[str, Schema] = {**points, "between": pair, "words": _TEXT, "basis": _ref("list-DateBasis")}
    keys, basis = _one_or_list(_ref("key")), {"enum": ["stated", "inferred"]}
    principal = {"anyOf": [_ref("key"), {"type": "object", "additionalProperties": basis}]}
    acting: dict[str, Schema] = {
        "who": _ref("key"), "as": _ref("key"), "for": _one_or_list(_ref("principal")),
        "role": _ref("list-Role"), "source-kind": _ref("list-SourceKind"),
    }  # fmt: skip
    anchor: dict[str, Schema] = {
        "quote": _TEXT, "nth": _ref("count"), "before": _TEXT, "after": _TEXT,
        "in": {"enum": ["headline", "body", "footer"]},
    }  # fmt: skip
    mention = _object({"text": _TEXT, "nth": _ref("count"), "unclear": keys}, required=["text"])
    who = _object(acting, "Who, as holder of which post, for whom, in which role.", ["who"])
    return {
        "when": _object(date, "A date: one form, the printed words, its basis."),
        "name": {
            "type": "object",
            "properties": {"kind": _ref("list-NameKind"), "transliterates": _TEXT},
            "patternProperties": {_PATTERNS["tag"]: _TEXT},
            "additionalProperties": False,
            "description": "A language tag with the name, then kind and transliterates.",
        },
        "mention": {"anyOf": [_TEXT, mention]},
        "participation": {"anyOf": [_ref("key"), who]},
        "principal": principal,
        "anchor": {"anyOf": [_TEXT, _object(anchor, required=["quote"])]},
    }


def _claim(*, headline: bool = False) -> Schema:
    keys = _one_or_list(_ref("key"))
    how = {"anyOf": [_ref(f"list-{slot.capitalize()}") for slot in SLOTS]}
    target = {"anyOf": [keys, _SILENT]}
    properties: dict[str, Schema] = {
        "id": {**_ref("key"), "description": "A key for this claim, if something points to it."},
        "says": {"type": "string", "maxLength": 300, "description": "The proposition in your own words."},
        "how": {**_one_or_list(how), "description": "How it is put: values of the five slots."},
        **{slot: _ref(f"list-{slot.capitalize()}") for slot in SLOTS},
        "content": _one_or_list({"anyOf": [_ref("key"), _one_kind(INLINE_NAMES)]}),
        "quote": {**_one_or_list(_ref("anchor")), "description": "The words it rests on."},
        "in": {"enum": ["headline", "body", "footer"]},
        "cue": {**_ref("text"), "description": "The word that introduces it: said, believes."},
        "by": {"anyOf": [_one_or_list(_ref("principal")), _SILENT], "description": "Who says it."},
        "about": {"anyOf": [keys, _SILENT]},
        "stance": _object({"words": _one_or_list(_ref("text")), "positive": target, "negative": target,
                           "neutral": target, "mixed": target}),
        "if": keys, "responds-to": keys, "retracts": keys, "conflicts-with": keys,
        "reading": {**_one_or_list(how), "description": "Two or more values that the words leave open."},
        "fulfilment": {**_ref("list-Fulfilment"), "not": {"const": "not-reported"}},
        "note": _ref("text"), "sic": _ref("text"),
        NOT_STATED: _one_or_list({"enum": ["by", "about", "content"]}),
    }  # fmt: skip
    if headline:
        properties["of"] = {**_ref("key"), "description": "The statement that the headline retells."}
    return _object(properties, "One proposition.", ["says", "quote"])


def _header() -> Schema:
    text, key = _ref("text"), _ref("key")
    properties: dict[str, Schema] = {
        "title": text, "key": key, "formerly": _one_or_list(key), "language": _ref("tag"),
        "gloss-language": _ref("tag"), "annotator": text, "annotated": text,
        "text": {"type": "string", "description": "The text's file, or `withheld`."},
        "text_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "skip": {**_one_or_list(_ref("anchor")), "description": "Page furniture, which is no evidence."},
        **_rows(HEADER),
    }  # fmt: skip
    return _object(properties, "The article itself.", ["title", "language"])


def _defs(ontology: Ontology) -> dict[str, Schema]:
    lists = {f"list-{scheme}": _enum(ontology, scheme) for scheme in ontology.schemes}
    nodes = {f"node-{name}": _node(name) for name in (*ACTOR_NAMES, *WORLD_NAMES)}
    mentions = {"mentions": _one_or_list(_ref("mention"))}
    statement = _rows(STATEMENT)
    statement["quote"] = _one_or_list(_ref("anchor"))
    statement["claims"] = {"type": ["array", "null"], "items": _ref("claim")}
    return {
        **_values(),
        **lists,
        **nodes,
        "post": _object(_rows(POST), POST.about),
        "place": _object(_rows(PLACE), PLACE.about),
        "addition": _object(mentions, "Mentions of an entry of the register."),
        "claim": _claim(),
        "headline-claim": _claim(headline=True),
        "statement": _object(statement, STATEMENT.about),
        "article": _header(),
    }


def _pruned(schema: Schema) -> Schema:
    """The schema without definitions that nothing uses."""
    defs = schema["$defs"]
    used: set[str] = set()
    queue = [{key: value for key, value in schema.items() if key != "$defs"}]
    while queue:
        text = json.dumps(queue.pop())
        for name in set(defs) - used:
            if f'"#/$defs/{name}"' in text:
                used.add(name)
                queue.append(defs[name])
    return {**schema, "$defs": {name: defs[name] for name in defs if name in used}}


def schema(name: str, ontology: Ontology) -> Schema:
    """The schema of an ``article``'s annotation, or of the ``register``."""
    addition = (_ref("addition"),) if name == "article" else ()
    sections: dict[str, Schema] = {
        "format": {"const": 1, "description": "The version of this format."},
        "actors": _section(_one_kind(ACTOR_NAMES, *addition), "Who acts or is spoken of."),
        "posts": _section(_ref("post"), "Offices."),
        "places": _section(_ref("place"), "Places."),
    }
    required = ["format"]
    if name == "article":
        required.append("article")
        sections["article"] = _ref("article")
        sections["world"] = _section(_one_kind(WORLD_NAMES), "What is described; a claim asserts it.")
        sections["statements"] = _section(_ref("statement"), "Who spoke or signed, and what was claimed.")
        sections["headline"] = {"type": ["array", "null"], "items": _ref("headline-claim")}
        sections["article-says"] = {"type": ["array", "null"], "items": _ref("claim")}
    about = {"article": "One annotated article", "register": "The entities that a project knows"}[name]
    outer = _object(sections, required=required)
    head = {"$schema": _DRAFT, "$id": f"{_BASE}{name}.schema.json", "title": about}
    return _pruned({**head, **outer, "$defs": _defs(ontology)})


def written(name: str, ontology: Ontology) -> str:
    """A schema as it is committed."""
    return json.dumps(schema(name, ontology), ensure_ascii=False, indent=1) + "\n"

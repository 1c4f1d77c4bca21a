"""The description of the API for saved queries in the terms of OpenAPI 3.1, made from the catalogue.

One path for each query, so that programs which read such descriptions show each question by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from diaspora_kg.endpoint.exports import offers
from diaspora_kg.endpoint.wanted import LARGEST_PAGE, PAGE_SIZE
from diaspora_kg.queries.catalog import Catalog, SavedQuery
from diaspora_kg.queries.parameters import Parameter
from diaspora_kg.store.snapshots import Manifest

_Object = dict[str, object]

_NUMERIC = {"integer": "integer", "number": "number"}
_FORMATS = {"date": "date", "dateTime": "date-time"}


def document(catalog: Catalog, manifest: Manifest, server: str) -> _Object:
    """The whole description; ``server`` is where the API is, absolute or from the root of this host."""
    sound = [query for query in catalog.queries.values() if query.sound]
    paths: _Object = {"/api/queries": _list(), "/api/openapi.json": _own()}
    paths |= {f"/api/queries/{query.name}": {"get": _operation(query)} for query in sound}
    return {
        "openapi": "3.1.0",
        "info": _info(manifest),
        "servers": [{"url": server or "/"}],
        "tags": [{"name": name} for name in sorted({tag for query in sound for tag in query.header.tags})],
        "paths": paths,
        "components": {"parameters": _controls(), "schemas": _schemas(), "responses": _responses()},
    }


def _info(manifest: Manifest) -> _Object:
    told = (
        "Saved questions about this graph. Every answer is of one snapshot, which the response names. "
        "A parameter that is repeated gives alternatives. An answer says what sources say, with who says it."
    )
    info: _Object = {
        "title": manifest.title or "diaspora-kg",
        "version": manifest.id[:16],
        "description": told,
    }
    if manifest.licence:
        link = manifest.licence.startswith(("https://", "http://"))
        info["license"] = {"name": manifest.licence, **({"url": manifest.licence} if link else {})}
    return info


def _operation(query: SavedQuery) -> _Object:
    media = {one.type: _content(one.type, query) for one in offers(query)}
    told: _Object = {
        "operationId": query.name,
        "summary": query.summary or query.name,
        "description": query.header.description,
        "parameters": [*map(_parameter, query.parameters), *_references(_controls())],
        "responses": {"200": {"description": "The answer.", "headers": _headers(), "content": media}},
    }
    told["responses"] |= {code: {"$ref": f"#/components/responses/{code}"} for code in _responses()}  # type: ignore[operator]
    return told | ({"tags": list(query.header.tags)} if query.header.tags else {})


def _content(media: str, query: SavedQuery) -> _Object:
    if media != "application/json":
        return {"schema": {"type": "string"}}
    schema: _Object = {"$ref": "#/components/schemas/Answer"}
    if query.columns is not None:
        schema = {"allOf": [schema], "properties": {"columns": {"const": list(query.columns)}}}
    return {"schema": schema}


def _parameter(parameter: Parameter) -> _Object:
    told: _Object = {
        "name": parameter.name,
        "in": "query",
        "description": parameter.meaning,
        "required": not parameter.optional and parameter.default is None,
        "explode": True,
        "schema": {"type": "array", "items": schema_of(parameter)},
    }
    if parameter.values:
        told["examples"] = {value: {"value": [value]} for value in parameter.values}
    return told


def schema_of(parameter: Parameter) -> _Object:
    """The JSON Schema of one value of a parameter."""
    local = parameter.type.rpartition("#")[2]
    kind = {"decimal": "number"}.get(local, local)
    schema: _Object = {"type": _NUMERIC.get(kind, "string")}
    if local in _FORMATS:
        schema["format"] = _FORMATS[local]
    if parameter.default is not None:
        schema["default"] = int(parameter.default) if kind == "integer" else parameter.default
    return schema


def _references(controls: Iterable[str]) -> Iterable[_Object]:
    return ({"$ref": f"#/components/parameters/{name}"} for name in controls)


def _controls() -> Mapping[str, _Object]:
    whole: _Object = {"type": "integer", "minimum": 1}
    size: _Object = {**whole, "maximum": LARGEST_PAGE, "default": PAGE_SIZE}
    words: _Object = {"type": "array", "items": {"type": "string"}}
    return {
        "page": _control("page", "The page of rows, from 1. Without it and page_size, all rows.", whole),
        "page_size": _control("page_size", "Rows on a page.", size),
        "sort": _control("sort", "A column, or desc(COLUMN); may be repeated.", words),
        "filter": _control("filter", "COLUMN:WORDS, COLUMN:=VALUE, COLUMN:<VALUE, COLUMN:>VALUE.", words),
        "evidence": _control(
            "evidence", "true: with each row, the words that it rests on.", {"type": "boolean"}
        ),
        "format": _control("format", "The form of the answer; goes before Accept.", {"type": "string"}),
    }


def _control(name: str, told: str, schema: _Object) -> _Object:
    return {"name": name, "in": "query", "description": told, "required": False, "schema": schema}


def _headers() -> _Object:
    count: _Object = {"schema": {"type": "integer"}}
    return {
        "X-Total-Count": {"description": "Rows of the whole answer that meet the filters.", **count},
        "Link": {
            "description": "Pages: first, prev, next, last; cite-as: a permalink.",
            "schema": {"type": "string"},
        },
        "ETag": {
            "description": "Of the snapshot, the query and what was asked.",
            "schema": {"type": "string"},
        },
    }


def _responses() -> _Object:
    told = {
        "400": "A parameter is unknown, missing or of another type; one sentence says which.",
        "406": "There is no such form of this answer.",
        "503": "Too much to do, or the query needs more memory than it may have. See Retry-After.",
        "504": "The query takes longer than it may.",
    }
    return {
        code: {"description": words, "content": {"text/plain": {"schema": {"type": "string"}}}}
        for code, words in told.items()
    }


def _list() -> _Object:
    schema = {"type": "array", "items": {"$ref": "#/components/schemas/Query"}}
    content = {"application/json": {"schema": schema}}
    return {
        "get": {
            "operationId": "list-of-queries",
            "summary": "What can be asked",
            "responses": {"200": {"description": "Every saved query.", "content": content}},
        }
    }


def _own() -> _Object:
    content = {"application/json": {"schema": {"type": "object"}}}
    return {
        "get": {
            "operationId": "openapi",
            "summary": "This description",
            "responses": {"200": {"description": "OpenAPI 3.1.", "content": content}},
        }
    }


def _schemas() -> _Object:
    text: _Object = {"type": "string"}
    node: _Object = {
        "type": "object",
        "required": ["iri", "key", "label"],
        "properties": {"iri": text, "key": text, "label": text},
    }
    nodes: _Object = {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}
    cell: _Object = {"oneOf": [{"type": "null"}, text, {"$ref": "#/components/schemas/Node"}, nodes]}
    row: _Object = {"type": "object", "additionalProperties": cell}
    answer: _Object = {
        "type": "object",
        "required": ["query", "parameters", "columns", "rows", "total", "cut", "snapshot"],
        "properties": {
            "query": text,
            "parameters": {"type": "object", "additionalProperties": {"type": "array", "items": text}},
            "columns": {"type": "array", "items": text},
            "rows": {"type": "array", "items": row},
            "total": {"type": "integer", "description": "rows of the whole answer that meet the filters"},
            "cut": {"type": "boolean", "description": "true: these are not all rows (there are other pages)"},
            "snapshot": text,
            "permalink": text,
            "citation": text,
            "result": {"type": "string", "description": "SHA-256 of all rows before filters"},
            "triples": {"type": "array", "items": {"type": "array", "items": text}},
            "evidence": {"type": "object"},
        },
    }
    query: _Object = {
        "type": "object",
        "required": ["name", "summary", "parameters", "href"],
        "properties": {"name": text, "summary": text, "href": text, "parameters": {"type": "array"}},
    }
    return {"Node": node, "Answer": answer, "Query": query}

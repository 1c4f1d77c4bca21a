"""The answer of a query that is nobody's saved one, in the forms that SPARQL 1.1 defines for it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

from diaspora_kg.errors import UsageError
from diaspora_kg.names import Names
from diaspora_kg.queries.answer import Answer
from diaspora_kg.queries.files import turtle
from diaspora_kg.queries.table import as_table
from diaspora_kg.store.base import SKOLEM, Result, Solutions, Triples
from diaspora_kg.terms import IRI, XSD_STRING, Literal, Term, write
from diaspora_kg.terms import boolean as boolean_term
from diaspora_kg.visible import visible

_XML = "http://www.w3.org/2005/sparql-results#"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def as_json(found: Result) -> str:
    """SPARQL 1.1 Query Results JSON Format."""
    if isinstance(found, bool):
        return json.dumps({"head": {}, "boolean": found}, indent=2)
    rows = _rows(found)
    bindings = [{name: _json(term) for name, term in row.items()} for row in rows]
    body = {"head": {"vars": list(rows.variables)}, "results": {"bindings": bindings}}
    return json.dumps(body, ensure_ascii=False, indent=2)


def as_xml(found: Result) -> str:
    """SPARQL Query Results XML Format; for a character that XML cannot hold stands U+FFFD."""
    root = ET.Element("sparql", xmlns=_XML)
    head = ET.SubElement(root, "head")
    if isinstance(found, bool):
        ET.SubElement(root, "boolean").text = str(found).lower()
        return _document(root)
    rows = _rows(found)
    for name in rows.variables:
        ET.SubElement(head, "variable", name=name)
    results = ET.SubElement(root, "results")
    for row in rows:
        result = ET.SubElement(results, "result")
        for name, term in row.items():
            _xml(ET.SubElement(result, "binding", name=name), term)
    return _document(root)


def as_csv(found: Result) -> str:
    """SPARQL 1.1 Query Results CSV Format: plain values, types lost."""
    rows = _rows(found)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(rows.variables)
    writer.writerows([_plain(term) for term in row] for row in rows.rows)
    return buffer.getvalue()


def as_tsv(found: Result) -> str:
    """SPARQL 1.1 Query Results TSV Format: terms as SPARQL writes them."""
    rows = _rows(found)
    lines = ["\t".join(f"?{name}" for name in rows.variables)]
    lines += ["\t".join("" if term is None else write(term) for term in row) for row in rows.rows]
    return "".join(line + "\n" for line in lines)


def as_turtle(found: Result) -> str:
    """A graph as Turtle; raises :class:`UsageError` for anything else."""
    return turtle(_graph(found).rows)


def as_ntriples(found: Result) -> str:
    """A graph as N-Triples, sorted; raises :class:`UsageError` for anything else."""
    return "".join(sorted(f"{write(s)} {write(p)} {write(o)} .\n" for s, p, o in _graph(found).rows))


FORMATS: dict[str, Callable[[Result], str]] = {
    "json": as_json,
    "xml": as_xml,
    "csv": as_csv,
    "tsv": as_tsv,
    "ttl": as_turtle,
    "nt": as_ntriples,
}
"""The forms by the name that ``--output`` takes, without the table for people."""


def as_text(found: Result, names: Names, room: int | None = None) -> str:
    """The answer for people: a table, ``true`` or ``false``, or Turtle."""
    if isinstance(found, Triples):
        return "\n".join(visible(line) for line in as_turtle(found).split("\n"))
    if isinstance(found, bool):
        found = Solutions(("answer",), ((boolean_term(found),),))
    return as_table(Answer("", names, {}, found.variables, found.rows, len(found.rows)), None, room)


def _rows(found: Result) -> Solutions:
    if isinstance(found, Solutions):
        return found
    if isinstance(found, bool):
        return Solutions(("answer",), ((boolean_term(found),),))
    raise UsageError("this query makes a graph (CONSTRUCT, DESCRIBE): ask for ttl or nt.")


def _graph(found: Result) -> Triples:
    if isinstance(found, Triples):
        return found
    raise UsageError("ttl and nt are for a query that makes a graph (CONSTRUCT, DESCRIBE).")


def _blank(term: Term) -> str | None:
    return (
        term.value.removeprefix(SKOLEM) if isinstance(term, IRI) and term.value.startswith(SKOLEM) else None
    )


def _json(term: Term) -> dict[str, str]:
    if blank := _blank(term):
        return {"type": "bnode", "value": blank}
    if isinstance(term, IRI):
        return {"type": "uri", "value": term.value}
    return {"type": "literal", "value": term.value, **_literal(term, "xml:lang")}


def _literal(term: Literal, language: str) -> dict[str, str]:
    if term.language:
        return {language: term.language}
    return {} if term.datatype == XSD_STRING else {"datatype": term.datatype}


def _xml(parent: ET.Element, term: Term) -> None:
    if blank := _blank(term):
        ET.SubElement(parent, "bnode").text = blank
    elif isinstance(term, IRI):
        ET.SubElement(parent, "uri").text = term.value
    else:
        ET.SubElement(parent, "literal", _literal(term, _LANG)).text = _NOT_XML.sub("\ufffd", term.value)


def _document(root: ET.Element) -> str:
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _plain(term: Term | None) -> str:
    if term is None:
        return ""
    blank = _blank(term)
    return f"_:{blank}" if blank else term.value

r"""Terms as cells of SPARQL 1.1 query results in TSV, of which most are never needed as terms.

A store writes an answer as text in a fraction of the time in which it makes objects of it. A cell says at its
first character whether it is an IRI; what a literal says is read when somebody asks.

>>> iri("<urn:a>"), iri('"urn:a"'), text('"two\\nlines"@en'), text("12")
('urn:a', '', 'two\nlines', '12')
"""

from __future__ import annotations

import re

from diaspora_kg.names import expand
from diaspora_kg.store.base import SKOLEM
from diaspora_kg.terms import IRI, XSD_BOOLEAN, XSD_DECIMAL, XSD_INTEGER, XSD_STRING, Literal, Term

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_PLAIN = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}
_DOUBLE = expand("xsd:double")


def iri(cell: str) -> str:
    """The IRI; empty: it is a literal."""
    if cell[:1] == "<":
        return cell[1:-1]
    return SKOLEM + cell[2:] if cell[:2] == "_:" else ""


def text(cell: str) -> str:
    """What a literal says, or the IRI."""
    if cell[:1] != '"':
        return iri(cell) or cell
    words = cell[1 : cell.rindex('"')]
    return _ESCAPE.sub(_unescaped, words) if "\\" in words else words


def language(cell: str) -> str:
    """The language of a literal; empty: it has none."""
    after = cell[cell.rindex('"') + 1 :] if cell[:1] == '"' else ""
    return after[1:] if after[:1] == "@" else ""


def term(cell: str) -> Term:
    """The whole term.

    >>> term("12"), term('"a"@ru'), term("true")  # doctest: +NORMALIZE_WHITESPACE
    (Literal(value='12', datatype='http://www.w3.org/2001/XMLSchema#integer', language=''),
     Literal(value='a', datatype='http://www.w3.org/2001/XMLSchema#string', language='ru'),
     Literal(value='true', datatype='http://www.w3.org/2001/XMLSchema#boolean', language=''))
    """
    if found := iri(cell):
        return IRI(found)
    if cell[:1] != '"':
        return Literal(cell, _datatype(cell))
    after = cell[cell.rindex('"') + 1 :]
    if after[:1] == "@":
        return Literal(text(cell), language=after[1:])
    return Literal(text(cell), after[3:-1] if after else XSD_STRING)


def _datatype(cell: str) -> str:
    """That of a number or truth value, which TSV writes as it is (SPARQL 1.1 TSV, section 4.2)."""
    if cell in {"true", "false"}:
        return XSD_BOOLEAN
    if "e" in cell or "E" in cell:
        return _DOUBLE
    return XSD_DECIMAL if "." in cell else XSD_INTEGER


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _PLAIN.get(found[3], found[3])

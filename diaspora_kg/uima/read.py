"""One file of the CAS family, whichever it is: the documents in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from diaspora_kg.errors import Finding, Report
from diaspora_kg.marked.model import Document
from diaspora_kg.reading import Source
from diaspora_kg.uima.casmarks import document_of
from diaspora_kg.uima.given import Given
from diaspora_kg.uima.guard import RefusedError, text_of
from diaspora_kg.uima.load import layers_of, load_json, load_xmi
from diaspora_kg.uima.project import Keys, Piece, pieces
from diaspora_kg.uima.tsvdocument import read_tsv

TYPES = ("TypeSystem.xml", "typesystem.xml")
"""What the type system beside an XMI file is called (INCEpTION's name first)."""


def read_file(source: Source, report: Report) -> list[Document]:
    """The documents of a file; what cannot be read is said by the report."""
    suffix = source.path.suffix.lower()
    try:
        if suffix == ".zip":
            return _zip(source, report)
        types = _types(source) if suffix == ".xmi" else None
        document = read_data(source.path.name, source.data, types, Given(), report)
    except RefusedError as error:
        report.violation(error.line, error.code, str(error), error.hint)
        return []
    return [document] if document else []


def _types(source: Source) -> bytes:
    found = next((data for name in TYPES if (data := source.beside(name)) is not None), None)
    if found is None:
        message = "No TypeSystem.xml stands beside this XMI file, so that nobody can tell what it holds."
        hint = "Put the TypeSystem.xml of the same export into its folder, or export as UIMA CAS JSON."
        raise RefusedError("cas-types", message, hint)
    return found


def read_data(name: str, data: bytes, types: bytes | None, given: Given, report: Report) -> Document | None:
    """One document by its name's suffix; raises :class:`RefusedError`."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".tsv":
        return read_tsv(text_of(data), given, report)
    loaded = load_json(data, report) if suffix == ".json" else load_xmi(data, types, report)
    return document_of(loaded, layers_of(loaded.cas.typesystem), given, report) if loaded else None


def _zip(source: Source, report: Report) -> list[Document]:
    documents = []
    keys = Keys(source.key)
    for piece in pieces(source.data, keys, report):
        own, key = Report(source.file), keys.of(piece.document)
        try:
            given = Given(key, piece.annotator, piece.curated, piece.concepts)
            found = read_data(piece.member, piece.data, piece.types, given, own)
        except RefusedError as error:
            own.violation(error.line, error.code, str(error), error.hint)
            found = None
        documents += [found] if found else []
        report.findings += [_inside(finding, piece, key) for finding in own.findings]
    return documents


def _inside(finding: Finding, piece: Piece, key: str) -> Finding:
    return replace(finding, message=f"{piece.member[:200]}: {finding.message}", article=key)

"""What a zip from INCEpTION holds: a whole project, one document, or a collection of documents.

Of a project the documents' texts are read from each annotation; ``curation/`` holds what a curator made of
the annotators' work, ``annotation/`` that of each annotator. Both lie there only in the secondary format
that was chosen for the export; what always lies there (``*.ser``) is Java's own and no other program's.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from diaspora_kg.errors import Finding, Report, Severity
from diaspora_kg.uima.guard import RefusedError
from diaspora_kg.uima.zips import Zip

CURATOR = "CURATION_USER"
EXPORT = "In INCEpTION: Settings, Export, secondary format UIMA CAS JSON 0.4.0; put that zip here."
_READ = (".json", ".xmi", ".zip", ".tsv")
_TYPES = ("typesystem.xml",)
_INITIAL = "INITIAL_CAS"
MOST_DOCUMENTS = 5000


@dataclass(frozen=True, slots=True)
class Piece:
    """One document by one annotator: ``member`` of the zip, or of the zip ``inner`` that lies in it."""

    document: str
    annotator: str
    curated: bool
    member: str
    data: bytes
    types: bytes | None = None
    concepts: frozenset[tuple[str, str]] = frozenset()


@dataclass(slots=True)
class _Project:
    """What a project's own file says: ``concepts`` are (layer, feature) pairs that hold concepts."""

    documents: list[str] = field(default_factory=list)
    concepts: set[tuple[str, str]] = field(default_factory=set)


class Keys:
    """The articles' keys of a zip's documents: its own key, a dot, and the document's name."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._known: dict[str, str] = {"": key}
        self._taken = {key.casefold()}

    def of(self, document: str) -> str:
        """A key that is this document's alone."""
        if document not in self._known:
            stem = PurePosixPath(unicodedata.normalize("NFC", document)).stem
            plain = re.sub(r"[^\w-]+", "-", stem).strip("-_") or "document"
            key = f"{self._key}.{plain}"
            if key.casefold() in self._taken:
                key = f"{key}-{hashlib.sha256(document.encode()).hexdigest()[:8]}"
            self._taken.add(key.casefold())
            self._known[document] = key
        return self._known[document]


def pieces(data: bytes, keys: Keys, report: Report) -> Iterator[Piece]:
    """Every annotated document of a zip; what cannot be read is a finding."""
    box = Zip(data)
    about = next((name for name in box.names if _is_project(name)), None)
    if about is None:
        yield from _documents(box, keys, report)
        return
    project = _about(box.read(about))
    folders = sorted({PurePosixPath(name).parts[1] for name in box.names if _depth(name) == 3})
    if len(project.documents) + len(folders) > 2 * MOST_DOCUMENTS:
        message = f"This project of INCEpTION has more than {MOST_DOCUMENTS} documents."
        raise RefusedError("zip-too-large", message, "Export it in parts.")
    lying = _lying(box.names)
    if not project.documents and not folders:
        report.violation(0, "zip-content", "This project of INCEpTION holds no documents.", EXPORT)
    for document in dict.fromkeys([*project.documents, *folders]):
        own = Report(report.file)
        yield from _of(box, document, lying, frozenset(project.concepts), own)
        report.findings += [replace(each, article=keys.of(document)) for each in own.findings]


def _is_project(name: str) -> bool:
    return "/" not in name and name.startswith("exportedproject") and name.endswith(".json")


def _depth(name: str) -> int:
    parts = PurePosixPath(name).parts
    known = {"annotation", "annotation_ser", "curation", "curation_ser"}
    return len(parts) if parts[0] in known else 0


def _about(data: bytes) -> _Project:
    try:
        root = json.loads(data)
    except (ValueError, RecursionError):
        raise RefusedError("project-broken", "The project's own file is no JSON.", EXPORT) from None
    found = _Project()
    for document in _list(root, "source_documents"):
        if isinstance(name := document.get("name"), str):
            found.documents.append(name)
    for layer in _list(root, "layers"):
        for feature in _list(layer, "features"):
            if str(feature.get("type", "")).startswith(("kb:", "kb-multi:")):
                found.concepts.add((str(layer.get("name")), str(feature.get("name"))))
    return found


def _list(owner: object, key: str) -> list[dict[str, object]]:
    listed = owner.get(key) if isinstance(owner, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _lying(names: Iterable[str]) -> Mapping[str, list[str]]:
    """The members of each folder; looked up once, since a project may have thousands of documents."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name.rpartition("/")[0], []).append(name)
    return found


def _of(
    box: Zip,
    document: str,
    lying: Mapping[str, list[str]],
    concepts: frozenset[tuple[str, str]],
    report: Report,
) -> Iterator[Piece]:
    found = 0
    for folder in ("curation", "annotation"):
        for name in lying.get(f"{folder}/{document}", ()):
            path = PurePosixPath(name)
            if path.stem == _INITIAL:
                continue
            if path.suffix.lower() not in _READ:
                _unread(name, document, report)
                continue
            found += 1
            curated = folder == "curation"
            try:
                yield _unpacked(box, name, (document, "" if curated else path.stem, curated), concepts)
            except RefusedError as error:
                report.violation(0, error.code, f"{name[:200]}: {error}", error.hint)
    if not found:
        own = [*lying.get(f"annotation_ser/{document}", ()), *lying.get(f"curation_ser/{document}", ())]
        own += lying.get(f"annotation/{document}", ())
        kept = any(name.endswith(".ser") for name in own)
        why = "only Java's own copy (.ser), which no other program reads" if kept else "no annotations"
        message = f"Of the document {document[:80]!r} the project's export holds {why}."
        report.violation(0, "inception-ser-only", message, EXPORT, document[:80])


def _unread(name: str, document: str, report: Report) -> None:
    message = f"{name[:120]} of {document[:80]!r} holds no annotations in a format that is read."
    report.warning(0, "inception-format", message, EXPORT, name[:120])


def _unpacked(box: Zip, name: str, who: tuple[str, str, bool], concepts: frozenset[tuple[str, str]]) -> Piece:
    """One annotation of a project; raises :class:`RefusedError`."""
    data = box.read(name)
    if not name.lower().endswith(".zip"):
        return Piece(*who, name, data, box.types, concepts)
    inner = Zip(data, box)
    documents = [each for each in inner.names if each.lower().endswith((".json", ".xmi", ".tsv"))]
    if len(documents) != 1:
        message = f"it holds {len(documents)} documents, and would hold one."
        raise RefusedError("zip-content", message, EXPORT)
    return Piece(*who, f"{name}/{documents[0]}", inner.read(documents[0]), inner.types, concepts)


def _documents(box: Zip, keys: Keys, report: Report) -> Iterator[Piece]:
    """The documents of a zip that is no project."""
    wanted = [
        name for name in box.names if name.lower().endswith((".json", ".xmi", ".tsv")) and not _aside(name)
    ]
    if not wanted:
        _none(box.names, report)
        return
    for name in box.names:
        if name not in wanted and not _aside(name) and not name.lower().endswith((*_TYPES, ".txt")):
            report.warning(0, "zip-content", f"{name[:120]} in the zip was not read.", words=name[:120])
    for name in wanted:
        document = PurePosixPath(name).stem if len(wanted) > 1 else ""
        try:
            yield Piece(document, "", False, name, box.read(name), box.types)
        except RefusedError as error:
            message = f"{name[:200]}: {error}"
            report.findings.append(_lost(report.file, keys.of(document), error, message))


def _lost(file: str, article: str, error: RefusedError, message: str) -> Finding:
    return Finding(file, 0, Severity.VIOLATION, error.code, message, error.hint, article=article)


def _aside(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(".")


def _none(names: Sequence[str], report: Report) -> None:
    suffixes = sorted({PurePosixPath(name).suffix.lower() for name in names} - {""})
    if ".ann" in suffixes:
        message, hint = (
            "This zip holds brat files.",
            "Unpack it, and put its .txt and .ann files into articles/.",
        )
    elif ".ser" in suffixes:
        message, hint = "This zip holds only Java's own copies (.ser).", EXPORT
    else:
        message = f"This zip holds no annotated document, only {', '.join(suffixes) or 'nothing'}."
        hint = "Put UIMA CAS JSON, XMI with its TypeSystem.xml, or WebAnno TSV into it."
    report.violation(0, "zip-content", message, hint)

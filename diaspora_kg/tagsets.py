"""Label maps drafted from files: finds the reader of each file and what the file marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from diaspora_kg import loader
from diaspora_kg.content import content
from diaspora_kg.errors import Finding, UsageError
from diaspora_kg.loader import Script
from diaspora_kg.marked.draft import drafted
from diaspora_kg.marked.model import Document
from diaspora_kg.ontology import Ontology
from diaspora_kg.reading import LabelFile, Source

_LONGEST = 200_000_000  # bytes of a file that is read to draft a map


def draft_labels(paths: Iterable[Path], reader: str = "") -> tuple[str, tuple[Finding, ...]]:
    """A first label map for the files, and what their readers could not read.

    ``reader`` names the reader for all of them. Raises :class:`UsageError` for a file that is not there,
    that no reader takes, or that holds no marks of a tool.
    """
    scripts = [loader.script_at(path) for path in sorted(content("ingest").glob("*.py"))]
    ontology = Ontology.load([content("ontology")])
    documents: list[Document] = []
    findings: list[Finding] = []
    for path in paths:
        found = _documents(path, _taker(path, scripts, reader), ontology, findings)
        if not found and not findings:
            raise UsageError(f"{path} holds nothing that an annotation tool marked.")
        documents += found
    return drafted(documents), tuple(findings)


def _taker(path: Path, scripts: Sequence[Script], reader: str) -> Script:
    names = ", ".join(script.name for script in scripts)
    if reader:
        named = [script for script in scripts if script.name == reader]
        if not named:
            raise UsageError(f'There is no reader "{reader}". There are: {names}.')
        return named[0]
    head = _bytes(path)[: loader.HEAD]
    takers = [script for script in scripts if loader.accepts(script, path, head)]
    if len(takers) != 1:
        why = "No reader takes" if not takers else "Several readers take"
        raise UsageError(f"{why} {path}. Name one with --reader: {names}.")
    return takers[0]


def _documents(path: Path, script: Script, ontology: Ontology, findings: list[Finding]) -> list[Document]:
    gathered: list[Document] = []

    def gather(document: object) -> None:
        if isinstance(document, Document):
            gathered.append(document)

    def beside(name: str) -> bytes | None:
        other = path.with_suffix(name) if name.startswith(".") else path.parent / name
        return _bytes(other) if other.is_file() else None

    source = Source(
        *(path, str(path), _bytes(path), path.stem, "en", False, ontology, beside),
        labels=LabelFile("draft", "draft", b"format = 1\n"),
        gather=gather,
    )
    findings += loader.read(script, source).findings
    return gathered


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as opened:
            data = opened.read(_LONGEST + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > _LONGEST:
        raise UsageError(f"{path} is too large.")
    return data

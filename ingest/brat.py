"""brat standoff: ``x.ann`` (or ``x.a1`` with ``x.a2``, ``x.co``, ``x.rel``) beside ``x.txt``."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath

from diaspora_kg.errors import Finding, Report
from diaspora_kg.marked import to_articles
from diaspora_kg.marked.brat import decoded, parse
from diaspora_kg.reading import ReadResult, Source

SUFFIXES = (".ann", ".a1")
BESIDE = (".a2", ".co", ".rel")
LABELS = "brat"

_OURS = re.compile(rb"^(?:\xef\xbb\xbf)?(?:[TREAMN#][0-9]+\S*\t|\*\t)", re.MULTILINE)


def sniff(head: bytes) -> bool:
    """Whether the first bytes look like brat's; an empty file is one without annotations."""
    return not head.strip() or _OURS.search(head) is not None


def read(source: Source) -> ReadResult:
    """The article of one annotation, mapped by its label map; what cannot be understood is a finding."""
    report = Report(source.file)
    parts: list[tuple[str, str]] = []
    for suffix in ("", *(BESIDE if source.path.suffix.lower() == ".a1" else ())):
        data = source.beside(suffix) if suffix else source.data
        file = str(PurePosixPath(source.file).with_suffix(suffix)) if suffix else source.file
        part = Report(file)
        content = decoded(data, part) if data is not None else None
        report.findings += part.findings
        if content is not None:
            parts.append((file, content))
    if report.findings:
        return ReadResult((), tuple(report.findings))
    document, findings, _ = parse(parts, _text(source))
    result = to_articles((document,), source, findings)
    lengths = [(file, content.count("\n") + 1) for file, content in parts]
    return replace(result, findings=tuple(_placed(finding, lengths) for finding in result.findings))


def _text(source: Source) -> str | None:
    """The text beside; ``None`` without one, or where it is no text (which the build reports)."""
    data = source.beside(".txt")
    try:
        return data.decode("utf-8") if data is not None else None
    except UnicodeDecodeError:
        return None


def _placed(finding: Finding, lengths: list[tuple[str, int]]) -> Finding:
    """A finding with the file that its line stands in: lines are counted on through the parts."""
    line = finding.line
    for file, length in lengths if finding.file == lengths[0][0] else ():
        if line <= length:
            return replace(finding, file=file, line=line)
        line -= length
    return finding

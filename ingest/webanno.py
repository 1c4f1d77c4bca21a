"""WebAnno TSV 3.1 to 3.3 (INCEpTION's and WebAnno's table), and refusals of the older ones by name."""

from __future__ import annotations

from diaspora_kg.errors import Report
from diaspora_kg.marked import to_articles
from diaspora_kg.reading import ReadResult, Source
from diaspora_kg.uima.given import Given
from diaspora_kg.uima.guard import RefusedError, text_of
from diaspora_kg.uima.tsvdocument import read_tsv
from diaspora_kg.uima.tsvheader import FORMAT

SUFFIXES = (".tsv",)
LABELS = "inception"

_OLDER = (b" # ", b"# ", b"#id=")


def sniff(head: bytes) -> bool:
    """Whether the first bytes are those of WebAnno TSV, of any version."""
    plain = head.removeprefix(b"\xef\xbb\xbf")
    return plain.startswith((FORMAT.encode() + b"WebAnno", *_OLDER))


def read(source: Source) -> ReadResult:
    """The document of one file; everything that is wrong is a finding with its line."""
    report = Report(source.file)
    try:
        document = read_tsv(text_of(source.data), Given(), report)
    except RefusedError as error:
        report.violation(error.line, error.code, str(error), error.hint)
        document = None
    return to_articles([document] if document else [], source, report.findings)

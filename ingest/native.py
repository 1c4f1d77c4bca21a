"""The native format: ``x.yaml`` says what ``x.txt`` says (docs/reference/native-format.md)."""

from __future__ import annotations

import re

from diaspora_kg.amended import amended
from diaspora_kg.article import Voice
from diaspora_kg.errors import Finding, Report
from diaspora_kg.reading import ReadResult, Source
from diaspora_kg.reading.claims import read_claims
from diaspora_kg.reading.desk import Desk
from diaspora_kg.reading.documents import open_document
from diaspora_kg.reading.header import read_header
from diaspora_kg.reading.sections import SECTIONS, read_sections
from diaspora_kg.reading.statements import read_statements

SUFFIXES = (".yaml", ".yml")

_OURS = re.compile(rb"^(format|article)\s*:", re.MULTILINE)


def sniff(head: bytes) -> bool:
    """Whether the first bytes of a YAML file look like an annotation; broken ones are ours too."""
    return bool(_OURS.search(head)) or not head.strip() or b"\0" in head


def read(source: Source) -> ReadResult:
    """The article of one file; everything that is wrong is a finding with its line."""
    report = Report(source.file)
    fields = open_document(source.data, report, "an annotation")
    if fields is None:
        return ReadResult((), _of(report, source.key))
    desk = Desk(report, source.ontology, source.gloss_language)
    alone = not any(fields.has(section) for section in (*SECTIONS, "statements", "headline", "article-says"))
    desk.short = source.accompanied and alone  # other files may have title and language
    article = read_header(fields.take("article"), source, desk)
    nodes = read_sections(fields, desk, SECTIONS)
    statements = read_statements(fields.take("statements"), desk)
    claims = read_claims(fields.take("headline"), desk, Voice.HEADLINE)
    claims += read_claims(fields.take("article-says"), desk, Voice.ARTICLE)
    fields.audit()
    refused = tuple(sorted(desk.refused))
    article = amended(article, nodes=nodes, statements=statements, claims=claims, refused=refused)
    bare = not (nodes or statements or claims)
    return ReadResult((article,), _of(report, article.key), metadata_only=bare)


def _of(report: Report, key: str) -> tuple[Finding, ...]:
    found = sorted(report.findings, key=lambda finding: finding.line)
    return tuple(amended(finding, article=key) for finding in found)

"""``register.yaml``: the entities that a project knows, by keys that hold in every article."""

from __future__ import annotations

from diaspora_kg.article import Node
from diaspora_kg.errors import Finding, Report
from diaspora_kg.ontology import Ontology
from diaspora_kg.reading.desk import Desk
from diaspora_kg.reading.documents import open_document
from diaspora_kg.reading.sections import REGISTER_SECTIONS, read_sections


def read_register(
    data: bytes, file: str, ontology: Ontology, gloss_language: str
) -> tuple[tuple[Node, ...], tuple[Finding, ...]]:
    """The register's nodes and what is wrong with the file."""
    report = Report(file)
    fields = open_document(data, report, "the register")
    if fields is None:
        return (), tuple(report.findings)
    desk = Desk(report, ontology, gloss_language)
    nodes = read_sections(fields, desk, REGISTER_SECTIONS, register=True)
    fields.audit()
    return nodes, tuple(report.findings)

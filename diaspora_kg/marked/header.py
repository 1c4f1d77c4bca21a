"""What a tool keeps of the document as a whole: address, publisher, title, annotator."""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.article import Scalar, When
from diaspora_kg.marked.model import Document
from diaspora_kg.marked.rules import IGNORE, Labels
from diaspora_kg.marked.tally import Tally
from diaspora_kg.marked.values import table
from diaspora_kg.reading.describe import describe
from diaspora_kg.reading.desk import Desk
from diaspora_kg.reading.fields import Fields
from diaspora_kg.reading.header import read_time
from diaspora_kg.reading.nodes import HEADER
from diaspora_kg.yamlnodes import Leaf, View


@dataclass(slots=True)
class Said:
    """What is said of the document; empty where nothing is."""

    title: str = ""
    language: str = ""
    annotator: str = ""
    annotated: str = ""
    published: When | None = None
    slots: tuple[tuple[str, Scalar], ...] = ()


def said_of(document: Document, labels: Labels, desk: Desk) -> Said:
    """What the document's own metadata say; a feature that the map does not know is a finding."""
    said = Said(language=document.language.lower() if document.language else "")
    tally = Tally(labels, document.counts)
    native: dict[str, View] = {}
    for name, value, line in document.metadata:
        reading = labels.metadata.get(name)
        if reading is None:
            tally.meet("metadata", name, line, value)
        elif reading.key != IGNORE and value:
            leaf = Leaf(value, line, plain=False)
            if reading.key in {"title", "annotator"}:
                setattr(said, reading.key, value)
            elif reading.key == "language":
                said.language = desk.tag(leaf)
            elif reading.key == "annotated":
                said.annotated = read_time(leaf, desk)
            else:
                native[reading.key] = table(line, {"date": leaf}) if reading.key == "published" else leaf
    tally.report(desk.report)
    if native:
        fields = Fields(table(0, native), desk.report, "the article")
        found = describe(fields, HEADER, desk)
        said.published = next((one for one in found.pull("dkg:when") if isinstance(one, When)), None)
        said.slots = tuple(found.slots)
    return said

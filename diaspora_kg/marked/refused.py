"""Exports that lose what a graph needs, and files that are none: each by its name, with what to use instead.

Found by first bytes and suffix. JSON-MIN drops relations, the CoNLL family the text and everything but
labels, NIF values that are no IRIs; a `.ser` file is a Java object that nothing but its program reads.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from diaspora_kg.errors import Finding, Severity


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a file is, why it is not read, and what to do."""

    name: str
    why: str
    instead: str


_JSON = "Export UIMA CAS JSON, brat, Web Annotation or Label Studio's JSON; see docs/reference/formats.md."
_CAS = "In INCEpTION, export the document as “UIMA CAS JSON 0.4”."
JSON_MIN = Refusal(
    "Label Studio's JSON-MIN", "it has no relations and no ids", "In Label Studio, export “JSON”."
)
CONLL = Refusal("a file of the CoNLL family", "it holds tokens and not the text as it was published", _CAS)
NIF = Refusal("NIF", "its exporters drop values that are no IRIs, and links between annotations", _CAS)
SER = Refusal("a serialised Java object", "only the program that wrote it can read it", _CAS)
TEI = Refusal("TEI", "its text is that of a page's markup", "In Recogito, export Web Annotations in JSON-LD.")
GATE = Refusal("GATE's XML", "no reader knows it", "Export UIMA CAS XMI.")
SPACY = Refusal("a binary file of spaCy", "only spaCy reads it", "Write its spans as brat standoff.")
OLD_EXCEL = Refusal(
    "an old Excel workbook", "only .xlsx and CSV are read", "Save it as .xlsx, or as CSV in UTF-8."
)
ODS = Refusal("an OpenDocument table", "only .xlsx and CSV are read", "Save it as .xlsx, or as CSV in UTF-8.")
UTF16 = Refusal("a file in UTF-16 or UTF-32", "annotations are read in UTF-8", "Save or export it as UTF-8.")
UNKNOWN_JSON = Refusal("JSON of a kind that is not known here", "nobody can tell what it means", _JSON)
UNKNOWN_XML = Refusal("XML of a kind that is not known here", "nobody can tell what it means", _JSON)

BY_SUFFIX = {
    ".ser": SER, ".spacy": SPACY, ".xls": OLD_EXCEL, ".ods": ODS, ".tei": TEI, ".nif": NIF,
    ".conll": CONLL, ".conllu": CONLL, ".conllup": CONLL, ".conll2002": CONLL, ".conll2003": CONLL,
    ".iob": CONLL, ".iob2": CONLL, ".bio": CONLL, ".bioes": CONLL,
}  # fmt: skip
"""What is known by the ending of its name."""

BY_CONTENT = (".json", ".jsonld", ".tsv", ".csv", ".ttl", ".nt", ".rdf", ".xml")
"""Endings of files whose first bytes tell."""

_TAG = re.compile(r"[BIOESLU](?:-\S+)?|_|\*")
_OTHERS = re.compile(
    rb'anno\.jsonld|"%TYPES"|"%FEATURE_STRUCTURES"|"%VIEWS"|"(?:annotations|completions|predictions)"\s*:'
    rb'|"@?type"\s*:\s*\[?\s*"(?:oa:)?Annotation(?:Page|Collection)?"|"rows"\s*:\s*\['
    rb'|^\s*(?:\xef\xbb\xbf)?\s*\[?\s*\{[^{}\[\]]{0,200}"data"\s*:\s*\{'
)
_WEBANNO = (b"#FORMAT=WebAnno", b" # ", b"# ", b"#id=")
"""How WebAnno's tables begin, of any version: their own reader takes them, or refuses them by name."""
_MAGIC = (
    (b"\xac\xed\x00\x05", SER),
    (b"\xd0\xcf\x11\xe0", OLD_EXCEL),
    (codecs.BOM_UTF32_LE, UTF16),
    (codecs.BOM_UTF16_LE, UTF16),
    (codecs.BOM_UTF16_BE, UTF16),
)


def named(head: bytes, suffix: str = "") -> Refusal | None:
    """What a file is that no reader takes; ``None`` where one may.

    >>> named(b'[{"text": "Tarvia", "label": [], "annotation_id": 3}]').name
    "Label Studio's JSON-MIN"
    """
    found = next((what for mark, what in _MAGIC if head.startswith(mark)), None)
    return found or BY_SUFFIX.get(suffix.lower()) or next(_by_content(head), None)


def refused(file: str, what: Refusal | None) -> Finding:
    """The finding for a file that is not read."""
    if what is None:
        message, hint = "This file is of no kind that is read.", _JSON
    else:
        message, hint = f"This is {what.name}, which is not read: {what.why}.", what.instead
    return Finding(file, 0, Severity.VIOLATION, "format-refused", message, hint)


def conll_like(head: bytes) -> bool:
    r"""Whether lines look like tokens with tags: the same columns each, one of them a tag, blanks between.

    >>> conll_like(b"The\tO\nLeague\tB-ORG\nof\tI-ORG\n\nVesmark\tB-LOC\n")
    True
    """
    whole = head.decode("utf-8", "replace").rpartition("\n")[0]  # the last line may be cut
    lines = [line for line in whole.splitlines() if not line.startswith("#")]
    rows = [line.split("\t") if "\t" in line else line.split(" ") for line in lines if line.strip()]
    if len(rows) < 3 or len({len(row) for row in rows}) > 2 or len(rows[0]) < 2:
        return False
    last = min(len(row) for row in rows)
    tagged = [sum(_TAG.fullmatch(row[at]) is not None for row in rows) for at in range(1, last)]
    return any(times >= 0.7 * len(rows) for times in tagged)


def _by_content(head: bytes) -> Iterator[Refusal]:
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if b"nif-core#" in head or b"persistence.uni-leipzig.org/nlp2rdf" in head:
        yield NIF
    if start.startswith((b"{", b"[")):
        yield from _json(head)
    elif start.startswith(b"<"):
        yield from _xml(head)
    elif not head.removeprefix(codecs.BOM_UTF8).startswith(_WEBANNO) and conll_like(head):
        yield CONLL


def _json(head: bytes) -> Iterator[Refusal]:
    if not _OTHERS.search(head):
        yield JSON_MIN if b'"annotation_id"' in head else UNKNOWN_JSON


def _xml(head: bytes) -> Iterator[Refusal]:
    if b"http://www.omg.org/XMI" in head or b"<typeSystemDescription" in head:
        return
    known = {b"tei-c.org": TEI, b"<TEI": TEI, b"<GateDocument": GATE}
    yield next((what for mark, what in known.items() if mark in head), UNKNOWN_XML)

"""UIMA CAS: CAS JSON 0.4, XMI with its type system, and the zips that INCEpTION exports.

Reading needs dkpro-cassis, which is installed with the extra ``cas``; without it each such file is a
finding that says so.
"""

from __future__ import annotations

from importlib.util import find_spec

from diaspora_kg.errors import Report
from diaspora_kg.marked import to_articles
from diaspora_kg.reading import ReadResult, Source
from diaspora_kg.uima.zips import is_jsonl

SUFFIXES = (".xmi", ".json", ".zip")
BESIDE = ("TypeSystem.xml", "typesystem.xml")
LABELS = "inception"

_JSON = (b'"%TYPES"', b'"%FEATURE_STRUCTURES"', b'"%VIEWS"')


def sniff(head: bytes) -> bool:
    """Whether the first bytes are those of XMI, CAS JSON or a zip."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return not is_jsonl(head)  # doccano's
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return b"http://www.omg.org/XMI" in head
    return any(each in head for each in _JSON)


def read(source: Source) -> ReadResult:
    """The documents of one file; everything that is wrong is a finding."""
    report = Report(source.file)
    if find_spec("cassis") is None:
        message = "This file needs dkpro-cassis, which is not installed."
        report.violation(0, "extra-missing", message, 'Install it: pip install "diaspora-kg[cas]"')
        return to_articles([], source, report.findings)
    # The library takes long to load, and a project without such files never needs it.
    from diaspora_kg.uima.read import read_file  # noqa: PLC0415

    documents = read_file(source, report)
    return to_articles(documents, source, report.findings)

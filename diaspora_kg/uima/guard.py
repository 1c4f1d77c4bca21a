"""What is refused before any parser sees it: too much, the wrong encoding, document types in XML."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from diaspora_kg.errors import Report

MOST_BYTES = 24 * 1024 * 1024
"""The largest file (or member of a zip) that is read: the worst JSON of this size needs less than 1 GB."""

SHOWN = 20
"""How many faults of one sort are told one by one."""

_DECLARED = re.compile(
    rb"""^<\?xml[^>]*?\bversion\s*=\s*["']([^"']*)["'](?:[^>]*?\bencoding\s*=\s*["']([^"']*)["'])?"""
)
_UTF8 = {b"", b"utf-8", b"utf8", b"us-ascii"}


class RefusedError(Exception):
    """A file that is not read: a finding's code, what is wrong, and what to do."""

    def __init__(self, code: str, message: str, hint: str = "", line: int = 0) -> None:
        super().__init__(message)
        self.code, self.hint, self.line = code, hint, line


def bounded(data: bytes) -> bytes:
    """The bytes themselves, if they are not too many."""
    if len(data) > MOST_BYTES:
        message = f"The file has {len(data) // 1_000_000} MB; at most {MOST_BYTES // 1_000_000} MB are read."
        raise RefusedError("file-too-large", message, "Export the documents one by one.")
    return data


def text_of(data: bytes) -> str:
    """The text of a file in UTF-8, without a byte order mark."""
    try:
        return bounded(data).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"The file is not UTF-8: byte {error.start} cannot be read."
        raise RefusedError("not-utf-8", message, "Save or export it as UTF-8.", line) from None


def xml_bytes(data: bytes) -> bytes:
    """An XML file without a byte order mark; any document type is refused, and any other encoding."""
    plain = text_of(data).encode()
    declared = _DECLARED.match(plain)
    if declared and (declared[2] or b"").lower() not in _UTF8:
        message = f"The file says that its encoding is {declared[2].decode()!r}."
        raise RefusedError("not-utf-8", message, "Export it as UTF-8.", 1)
    if declared and declared[1] != b"1.0":
        message = f"The file is XML {declared[1].decode()!r}."
        raise RefusedError("xml-version", message, "Export it as UIMA CAS XMI in XML 1.0, or as CAS JSON.", 1)
    if (at := plain.find(b"<!DOCTYPE")) >= 0:
        message = "The file has a document type (<!DOCTYPE …>), which may hold traps, and is not read."
        raise RefusedError(
            "xml-doctype", message, "Remove it, or export again.", plain.count(b"\n", 0, at) + 1
        )
    return plain


def few(report: Report) -> None:
    """Keep the first findings of each sort; the last of them says how many more there are."""
    met: Counter[str] = Counter()
    kept = []
    for finding in report.findings:
        met[finding.code] += 1
        if met[finding.code] <= SHOWN:
            kept.append(finding)
    for code, count in met.items():
        if count > SHOWN:
            last = next(each for each in reversed(kept) if each.code == code)
            message = f"There are {count - SHOWN} more findings of this sort in the file."
            kept.append(replace(last, line=0, message=message, words=""))
    report.findings[:] = kept

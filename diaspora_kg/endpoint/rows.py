"""Counts and cuts the rows of results as text, so that a limit needs no second way to write results.

Loaded by worker processes: nothing here needs more than the standard library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"

_JSON_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_CSV_END = re.compile(rb'"[^"]*"|(\r\n)')
_STRING = re.compile(rb'"[^"]*"')
_END = re.compile(rb'(?:"\}?|\r)\Z')  # the beginning of the end of a row


class RowCount:
    """How many rows of SELECT results have gone by, piece by piece, wherever the pieces were parted.

    A row of JSON in which no variable is bound is not counted.
    """

    def __init__(self, media: str) -> None:
        self._media = media
        self._carried = b""
        self._escape = b""
        self.rows = -1 if media in {CSV, TSV} else 0  # their first line is no row

    def add(self, piece: bytes) -> int:
        """Count one more piece; gives the sum."""
        if self._media == JSON:
            self.rows += self._outside(self._unescaped(self._carried + piece)).count(b'"}}')
        elif self._media == CSV:
            self.rows += self._outside(self._carried + piece).count(b"\r\n")
        elif self._media == TSV:
            self.rows += piece.count(b"\n")
        elif self._media == XML:
            data = self._carried + piece
            self.rows += data.count(b"</result>")
            self._carried = data[-8:]  # one byte less than what is counted
        return self.rows

    def _unescaped(self, data: bytes) -> bytes:
        """JSON without escapes: then a string has no quotation mark inside."""
        backslashes = len(data) - len(data.rstrip(b"\\"))
        self._escape = b"\\" * (backslashes % 2)
        whole = data[:-1] if self._escape else data
        return whole.replace(b"\\\\", b"").replace(b'\\"', b"")

    def _outside(self, data: bytes) -> bytes:
        """What stands outside strings, each of which is one mark; what may go on is carried over."""
        if data.count(b'"') % 2:
            start = data.rindex(b'"')
            self._carried = b'"' + self._escape
            return _STRING.sub(b'"', data[:start])
        plain = _STRING.sub(b'"', data)
        end = _END.search(plain)
        tail = end[0] if end is not None else b""
        self._carried = tail.replace(b'"', b'""')
        return plain[: len(plain) - len(tail)]


def cut(results: bytes, media: str, rows: int) -> bytes:
    r"""The results with their first rows only, well formed.

    >>> cut(b'?a\n1\n2\n3\n', TSV, 2)
    b'?a\n1\n2\n'
    """
    ends = _ENDS[media](results)
    skipped = rows - (media in {JSON, XML})
    for _ in range(skipped):
        next(ends)
    return results[: next(ends)] + _CLOSING.get(media, b"")


def _json_ends(results: bytes) -> Iterator[int]:
    depth = 0
    for token in _JSON_TOKEN.finditer(results):
        mark = token[0]
        if mark in {b"{", b"["}:
            depth += 1
        elif mark in {b"}", b"]"}:
            depth -= 1
            if depth == 3 and mark == b"}":  # an object in the array in "results"
                yield token.end()


def _xml_ends(results: bytes) -> Iterator[int]:
    return (found.end() for found in re.finditer(rb"</result>|<result\s*/>", results))


def _tsv_ends(results: bytes) -> Iterator[int]:
    return (found.end() for found in re.finditer(rb"\n", results))


def _csv_ends(results: bytes) -> Iterator[int]:
    return (found.end() for found in _CSV_END.finditer(results) if found[1])


_ENDS = {JSON: _json_ends, XML: _xml_ends, TSV: _tsv_ends, CSV: _csv_ends}
_CLOSING = {JSON: b"]}}", XML: b"</results></sparql>"}

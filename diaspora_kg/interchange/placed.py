"""JSON whose objects know their lines, read within bounds; and lines of JSON, read one at a time."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from json import decoder, scanner
from pathlib import Path
from typing import Any

from diaspora_kg.errors import Report, UsageError

WHOLE = 256 << 20
"""The largest file that is read as one JSON document, in bytes."""
LINE = 16 << 20
"""The longest line of a file of JSON lines, in bytes."""


class Placed(dict[str, Any]):
    """A JSON object; ``line`` is where it begins."""

    line: int = 0


class _Decoder(json.JSONDecoder):
    """Notes where objects begin, and keys that stand twice, of which JSON says nothing."""

    def __init__(self, line_at: Callable[[int], int], twice: Callable[[str, int], None]) -> None:
        super().__init__()
        self._line_at, self._twice = line_at, twice
        self.parse_object: Any = self._object
        self.scan_once: Any = scanner.py_make_scanner(self)  # type: ignore[attr-defined]

    def _object(self, begun: Any, strict: Any, scan_once: Any, *rest: Any) -> Any:
        line = self._line_at(begun[1])

        def made(pairs: list[tuple[str, Any]]) -> Placed:
            found = Placed(pairs)
            found.line = line
            if len(found) < len(pairs):
                times = Counter(name for name, _ in pairs)
                self._twice(next(name for name, count in times.items() if count > 1), line)
            return found

        return decoder.JSONObject(begun, strict, scan_once, None, made, *rest[2:])  # type: ignore[attr-defined]


def read_whole(path: Path, report: Report) -> Any:
    """The document in a file, ``None`` with a finding for what is no JSON; raises :class:`UsageError`."""
    text = _text(path, report)
    if text is None:
        return None
    breaks = [found.start() for found in re.finditer("\n", text)]

    def twice(name: str, line: int) -> None:
        report.warning(line, "json-key-twice", f"The key `{name[:80]}` stands twice; the last one counts.")

    try:
        return _Decoder(lambda place: bisect_right(breaks, place - 1) + 1, twice).decode(text)
    except json.JSONDecodeError as error:
        what = f"This is no JSON: {error.msg[:1].lower()}{error.msg[1:]}."
        report.violation(error.lineno, "json", what, "Export the file again, or mend the line.")
    except (RecursionError, ValueError):
        report.violation(0, "json", "This JSON is nested too deeply, or holds a number that is none.")
    return None


def _text(path: Path, report: Report) -> str | None:
    try:
        if path.stat().st_size > WHOLE:
            size = f"{WHOLE >> 20} MB"
            hint = "Give it as JSON lines, one entity a line, or take a part of it."
            report.violation(0, "too-large", f"A file of more than {size} is not read whole.", hint)
            return None
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        report.violation(0, "not-utf-8", f"This is not UTF-8 (byte {error.start + 1}).", "Save it as UTF-8.")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    return None


def read_lines(path: Path, report: Report) -> Iterator[Placed]:
    """The objects of a file of JSON lines; what is none is a finding, and the next line goes on."""
    try:
        with path.open("rb") as lines:
            yield from _objects(lines, report)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error


def _objects(lines: Any, report: Report) -> Iterator[Placed]:
    number = 0
    while raw := lines.readline(LINE + 1):
        number += 1
        if len(raw) > LINE:
            report.violation(number, "too-large", f"This line is longer than {LINE >> 20} MB.")
            return
        if not raw.strip():
            continue
        try:
            found = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
        except UnicodeDecodeError:
            report.violation(number, "not-utf-8", "This line is not UTF-8.", "Save the file as UTF-8.")
        except (ValueError, RecursionError) as error:
            told = error.msg if isinstance(error, json.JSONDecodeError) else "it cannot be read"
            what = f"This line is no JSON: {told[:1].lower()}{told[1:]}."
            report.violation(number, "json", what, "One entity a line: {…}.")
        else:
            if not isinstance(found, dict):
                report.violation(number, "json", "This line is no JSON object.", "One entity a line: {…}.")
                continue
            placed = Placed(found)
            placed.line = number
            yield placed

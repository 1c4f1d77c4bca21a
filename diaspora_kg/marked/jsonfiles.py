"""JSON of annotation tools, read strictly: what JSON libraries pass over in silence is refused here.

A key that stands twice in one object, ``NaN``, half a surrogate pair, a nesting or a size that no export
has: each is an :class:`Unreadable` with its line where that is known. The getters of :class:`Complaints`
say what is wrong with one value and give an empty one instead.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

from diaspora_kg.errors import Finding, Severity
from diaspora_kg.marked.offsets import lone_surrogate
from diaspora_kg.visible import visible

Object = Mapping[str, object]

MOST_BYTES = 64 * 1024 * 1024
"""The largest file that is read."""

_MOST_VALUES = 3_000_000  # some 200 bytes each in memory
_MOST_TOLD = 50
_AGAIN = "Export it again; if it comes out the same, the export is broken."


class Unreadable(Exception):
    """A file that cannot be read: a finding's code, what is wrong, what to do, the line (0: not known)."""

    def __init__(self, code: str, message: str, hint: str = _AGAIN, line: int = 0) -> None:
        super().__init__(message)
        self.code, self.hint, self.line = code, hint, line


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, without a byte order mark; raises :class:`Unreadable`."""
    if len(data) > MOST_BYTES:
        message = f"The file has {len(data) // 1_000_000} MB; at most {MOST_BYTES // 1_000_000} MB are read."
        raise Unreadable("file-too-large", message, "Export it in parts.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"The file is not UTF-8: byte {error.start}, in line {line}."
        raise Unreadable("not-utf8", message, "Save or export it as UTF-8.", line) from None


def parsed(text: str, line: int = 1) -> object:
    """The value that a JSON text holds; ``line`` is that of its beginning. Raises :class:`Unreadable`."""
    if sum(text.count(mark) for mark in ",[{") > _MOST_VALUES:
        raise Unreadable("file-too-large", "The file holds more values than are read.", "Export it in parts.")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_constant)
    except RecursionError:
        raise Unreadable("json-broken", "The file nests too deep to be an export.", line=line) from None
    except json.JSONDecodeError as error:
        at = line + error.lineno - 1
        message = f"The file is no JSON: {error.msg}, in line {at}."
        raise Unreadable("json-broken", message, line=at) from None
    except ValueError:
        raise Unreadable("json-broken", "The file holds a number that is far too long.", line=line) from None
    except Unreadable as error:
        raise Unreadable(error.code, str(error), error.hint, line) from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        message = f"The key “{visible(twice[:60])}” stands twice in one object."
        raise Unreadable("json-duplicate-key", message, line=0)
    return found


def _constant(word: str) -> NoReturn:
    raise Unreadable("json-broken", f"{word} is no number in JSON.")


class Complaints:
    """What is wrong with one file; of one kind, the first fifty are told and the others counted.

    ``tag`` is that of the document in which it is wrong (empty: the file as a whole); each document that
    has a violation is told one at least.
    """

    def __init__(self, file: str, counts: str = "") -> None:
        self.file = file
        self._counts = counts
        self._told: Counter[tuple[str, Severity]] = Counter()
        self._spoilt: set[str] = set()
        self._found: list[tuple[str, Finding]] = []

    def violation(
        self, line: int, code: str, message: str, hint: str = "", words: str = "", tag: str = ""
    ) -> None:
        """Note something that keeps an article out (without ``article``: all of the file)."""
        self._add(Severity.VIOLATION, line, code, message, hint, words, tag)

    def warning(
        self, line: int, code: str, message: str, hint: str = "", words: str = "", tag: str = ""
    ) -> None:
        """Note something that has no place, or is worth a look."""
        self._add(Severity.WARNING, line, code, message, hint, words, tag)

    def unreadable(self, error: Unreadable) -> None:
        """Note that the file cannot be read."""
        self.violation(error.line, error.code, str(error), error.hint)

    def text(self, owner: Object, key: str, line: int, tag: str = "") -> str:
        """A string without half characters; empty where there is none, or ``null``."""
        value = owner.get(key)
        if value is None:
            return ""
        if isinstance(value, str):
            at = lone_surrogate(value)
            if at is None:
                return value
            message = f"“{_name(key)}” holds half a character (a lone surrogate) at {at}."
            self.violation(line, "lone-surrogate", message, _AGAIN, tag=tag)
            return ""
        self.shape(line, key, "text", value, tag)
        return ""

    def offset(self, owner: Object, key: str, line: int, tag: str = "") -> int | None:
        """A whole number; ``None`` where it is something else."""
        value = owner.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.shape(line, key, "a whole number", value, tag)
        return None

    def objects(self, value: object, what: str, line: int, tag: str = "") -> list[Object]:
        """The objects of a list; one that stands alone is a list of one, ``null`` an empty one."""
        items = value if isinstance(value, list) else [] if value is None else [value]
        found: list[Object] = [item for item in items if isinstance(item, dict)]
        for item in items:
            if not isinstance(item, dict):
                self.shape(line, what, "an object", item, tag)
        return found

    def shape(self, line: int, key: str, wanted: str, value: object, tag: str = "") -> None:
        """Note that a value is of another type than the format has there."""
        message = f"“{_name(key)}” is {wanted} in this format, and here it is {_type(value)}."
        self.violation(line, "wrong-shape", message, _AGAIN, shown(value), tag)

    def is_spoilt(self, tag: str) -> bool:
        """Whether a document has a violation."""
        return tag in self._spoilt

    def done(self) -> tuple[Finding, ...]:
        """Every finding, where there is no article to be told its numbers: they stand in the messages."""
        return tuple(self._told_alone(finding) for _, finding in self._found) + tuple(self._more())

    def _told_alone(self, finding: Finding) -> Finding:
        if not self._counts or not finding.line:
            return finding
        message = f"{self._counts.capitalize()} {finding.line}: {finding.message}"
        return replace(finding, line=0, message=message)

    def by_tag(self) -> dict[str, list[Finding]]:
        """The findings of each document, by its tag; those of the whole file under the empty one."""
        found: dict[str, list[Finding]] = {"": []}
        for tag, finding in self._found:
            found.setdefault(tag, []).append(finding)
        found[""] += self._more()
        return found

    def _more(self) -> Iterator[Finding]:
        """How many there were that are not told."""
        for (code, severity), times in self._told.items():
            if times > _MOST_TOLD:
                message = f"Of “{code}” there are {times} in this file, of which {_MOST_TOLD} or so are told."
                yield Finding(
                    self.file, 0, severity if "" in self._spoilt else Severity.WARNING, code, message
                )

    def _add(
        self, severity: Severity, line: int, code: str, message: str, hint: str, words: str, tag: str
    ) -> None:
        self._told[code, severity] += 1
        first = severity is Severity.VIOLATION and tag not in self._spoilt
        if first:
            self._spoilt.add(tag)
        if first or self._told[code, severity] <= _MOST_TOLD:
            self._found.append((tag, Finding(self.file, line, severity, code, message, hint, visible(words))))


def shown(value: object) -> str:
    """A value as findings show it: short, and safe in a terminal."""
    if isinstance(value, str):
        return visible(value[:60])
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**18 else "a number that is far too long"
    return visible(json.dumps(value)[:60]) if _plain(value) else _type(value)


def _plain(value: object) -> bool:
    return value is None or isinstance(value, bool | float)


def _name(key: str) -> str:
    return visible(key[:60])


def _type(value: object) -> str:
    if value is None:
        return "missing"
    names = {bool: "true or false", int: "a number", float: "a number with a fraction", str: "text"}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "a list"
    return names.get(type(value), "an object")

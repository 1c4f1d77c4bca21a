"""YAML as a tree of nodes that know their lines: for files that people write by hand.

Every scalar stays the string that was written (``no`` is not false, ``14:52`` is not 892). What a
hand-written file has no need of is refused before anything expands: aliases, anchors, tags, merge
keys, directives, a second document, deep nesting. Faults become findings, never exceptions. The
tree is built from PyYAML's events (libyaml's where it is there) with a stack of our own: a hostile
file can neither overflow the interpreter's stack nor grow in memory.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Protocol

import yaml

from diaspora_kg.errors import Report
from diaspora_kg.yamlfaults import explained
from diaspora_kg.yamlquick import quick
from diaspora_kg.yamltree import MAX_DEPTH, Items, Leaf, Table, View, words_of

__all__ = ["MAX_DEPTH", "Items", "Leaf", "Table", "View", "decode", "parse", "words_of"]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"\x00\x00\xfe\xff": "UTF-32"}
_BREAK = re.compile(r"\r\n|\n|\r")
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


def parse(data: bytes, report: Report) -> View | None:
    """The tree of a file, ``None`` where its structure cannot be read (then there are findings)."""
    text = decode(data, report)
    if text is None:
        return None
    found = quick(text)
    return found if found is not None else _Builder(text, report).build()


def decode(data: bytes, report: Report) -> str | None:
    """The text of a UTF-8 file that YAML can hold; a byte-order mark is taken off with a warning."""
    for bom, name in _BOMS.items():
        if data.startswith(bom):
            report.violation(1, "not-utf8", f"This file is {name}.", "Save it as UTF-8 (without BOM).")
            return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = len(_BREAK.findall(data[: error.start].decode("utf-8"))) + 1
        report.violation(
            line,
            "not-utf8",
            "This file is not UTF-8.",
            "Save it as UTF-8.",
            f"byte 0x{data[error.start]:02X}",
        )
        return None
    if text.startswith("\ufeff"):
        report.warning(
            1, "byte-order-mark", "The file begins with a byte-order mark.", "Save it without BOM."
        )
        text = text[1:]
    if bad := _NOT_YAML.search(text):
        line = len(_BREAK.findall(text[: bad.start()])) + 1
        message = f"The control character U+{ord(bad[0]):04X} stands in this line."
        report.violation(line, "control-character", message, "Delete it: it is not visible in most editors.")
        return None
    return text


@dataclass(slots=True)
class _Frame:
    """A list or table that is not closed yet."""

    line: int
    table: bool
    flow: bool
    children: list[View] = field(default_factory=list)


class _Mark(Protocol):
    """A position of PyYAML: of its own parser or of libyaml's."""

    @property
    def index(self) -> int: ...


def _index(mark: _Mark | None) -> int:
    return mark.index if mark else 0


class _Builder:
    """Turns events into the tree; a line in ``refused`` makes the tree useless."""

    def __init__(self, text: str, report: Report) -> None:
        self.text = text
        self.report = report
        self.breaks = [match.end() for match in _BREAK.finditer(text)]
        self.stack: list[_Frame] = [_Frame(1, table=False, flow=False)]
        self.documents = 0
        self.last = -1
        self.refused: set[int] = set()

    def line(self, mark: _Mark | None) -> int:
        """The line as editors count it (libyaml also counts U+2028 and U+0085)."""
        return bisect_right(self.breaks, min(_index(mark), max(len(self.text) - 1, 0))) + 1

    def refuse(self, line: int, code: str, message: str, hint: str, words: str = "") -> None:
        self.report.violation(line, code, message, hint, words)
        self.refused.add(line)

    def build(self) -> View | None:
        try:
            for event in yaml.parse(self.text, Loader=_Loader):
                if not self.step(event):
                    return None
        except yaml.MarkedYAMLError as error:
            self.syntax(error)
        if self.refused:
            return None
        root = self.stack[0].children
        return root[0] if root else Leaf("", 1)

    def syntax(self, error: yaml.MarkedYAMLError) -> None:
        problem = error.problem or "cannot be read"
        lines = _BREAK.split(self.text)
        line = self.line(error.problem_mark)
        if line in self.refused:
            return  # a consequence of what was refused in this line
        message, hint = explained(problem, lines, line)
        start = self.line(error.context_mark) if error.context_mark else line
        if start != line and "closed" in message:
            hint += f" What is not finished begins in line {start}."
        shown = lines[line - 1].strip()[:60]
        self.refuse(line, "yaml-syntax", message, hint, shown)

    def step(self, event: yaml.Event) -> bool:
        """Take one event; ``False`` stops the reading."""
        line = self.line(event.start_mark)
        if isinstance(event, yaml.DocumentStartEvent):
            return self.document(event, line)
        if isinstance(event, yaml.AliasEvent):
            hint = f"Write the value out; words that begin with * need quotation marks: '*{event.anchor}'."
            self.refuse(line, "yaml-alias", "An alias (*) is not read.", hint, f"*{event.anchor}")
            self.stack[-1].children.append(Leaf("", line))
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            self.decorations(event, line)
        if isinstance(event, yaml.ScalarEvent):
            self.stack[-1].children.append(self.leaf(event, line))
        elif isinstance(event, yaml.CollectionStartEvent):
            return self.open(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.close()
        return True

    def document(self, event: yaml.DocumentStartEvent, line: int) -> bool:
        self.documents += 1
        if self.documents > 1:
            self.refuse(
                line, "yaml-documents", "A second document begins here.", "Delete the `---` line.", "---"
            )
        elif event.version or event.tags:
            self.refuse(
                1, "yaml-directive", "YAML directives are not read.", "Delete the line that begins with %."
            )
        return self.documents == 1

    def decorations(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        if event.anchor is not None:
            hint = "Words that begin with & need quotation marks; nothing can be written once and used twice."
            self.refuse(line, "yaml-anchor", "A YAML anchor (&) is not read.", hint, f"&{event.anchor}")
        if event.tag is not None:
            hint = "Words that begin with ! need quotation marks; every value is read as it is written."
            self.refuse(line, "yaml-tag", "A YAML tag (!) is not read.", hint, event.tag)

    def leaf(self, event: yaml.ScalarEvent, line: int) -> Leaf:
        text = event.value
        if bad := _NOT_TEXT.search(text):
            message = f"The escape for U+{ord(bad[0]):04X} stands for no character of a text."
            self.report.violation(line, "control-character", message, "Delete it.")
            text = _NOT_TEXT.sub("", text)
        bare = not event.style and not text and _index(event.start_mark) == self.last
        self.last = _index(event.end_mark)
        return Leaf(text, line, not event.style, bare)

    def open(self, event: yaml.CollectionStartEvent, line: int) -> bool:
        if len(self.stack) > MAX_DEPTH:
            message = f"More than {MAX_DEPTH} levels are nested here."
            self.refuse(line, "yaml-depth", message, "Close the brackets and braces that were left open.")
            return False
        table = isinstance(event, yaml.MappingStartEvent)
        self.stack.append(_Frame(line, table, bool(event.flow_style)))
        return True

    def close(self) -> None:
        frame = self.stack.pop()
        view = self.table(frame) if frame.table else Items(tuple(frame.children), frame.line)
        self.stack[-1].children.append(view)

    def table(self, frame: _Frame) -> Table:
        seen: dict[str, int] = {}
        pairs: list[tuple[Leaf, View]] = []
        for key, value in zip(frame.children[::2], frame.children[1::2], strict=False):
            if self.usable(key, seen) and isinstance(key, Leaf):
                seen[key.text] = key.line
                pairs.append((key, value))
        return Table(tuple(pairs), frame.line, frame.flow)

    def usable(self, key: View, seen: dict[str, int]) -> bool:
        if not isinstance(key, Leaf):
            hint = "Put words that begin with { or [ in quotation marks."
            self.report.violation(key.line, "yaml-key", "A key must be a word.", hint, words_of(key))
        elif key.text == "<<" and key.plain:
            hint = "Write the keys out."
            self.report.violation(key.line, "yaml-merge", "A merge key (<<) is not read.", hint, "<<")
        elif key.text in seen:
            message = f"`{key.text}` is written twice here, first in line {seen[key.text]}."
            self.report.violation(
                key.line, "duplicate-key", message, "Join the two, or rename one.", key.text
            )
        else:
            return True
        return False

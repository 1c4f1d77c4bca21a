"""Adds to ``register.yaml`` without touching a line that is there: comments and order stay.

The text is changed, read again and compared: what was in the register must be there as before, and what is
new must be what was meant. Where the file is written in a way that this cannot be sure of, nothing is done.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from diaspora_kg.errors import RunStopped, Severity
from diaspora_kg.interchange.yamltext import Value, entry
from diaspora_kg.ontology import Ontology
from diaspora_kg.reading.register import read_register

_EMPTY = "format: 1\n"
_TOP = re.compile(r"[^\s#-]")
_LINE = re.compile(r"\b(?:line|position)=[^,)]*")
_SECTIONS = ("actors", "posts", "places")

Fields = Mapping[str, Mapping[str, Mapping[str, Value]]]


def with_entries(text: str, fields: Fields) -> str | None:
    """The register's text with further entries, ``None`` where a section is written on one line."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = (text or _EMPTY).replace("\r\n", "\n").rstrip("\n").split("\n")
    for name in _SECTIONS:
        listed = fields.get(name, {})
        if not listed:
            continue
        places = [n for n, line in enumerate(lines) if re.match(rf"[\"']?{name}[\"']?\s*:", line)]
        if not places:
            lines += ["", f"{name}:", *_written(listed, "  ")]
            continue
        if len(places) > 1 or not re.fullmatch(rf"{name}:\s*(\{{\s*\}}|~|null)?\s*(#.*)?", lines[places[0]]):
            return None
        lines[places[0]] = re.sub(r":\s*(\{\s*\}|~|null)", ":", lines[places[0]], count=1)
        last = _last(lines, places[0])
        lines[last + 1 : last + 1] = _written(listed, _indent(lines, places[0], last))
    return end.join(lines) + end


def _written(listed: Mapping[str, Mapping[str, Value]], indent: str) -> list[str]:
    return [
        line for key, fields in listed.items() for line in entry(key, fields, indent).rstrip("\n").split("\n")
    ]


def _last(lines: list[str], begin: int) -> int:
    """The last line of a section that says something."""
    after = next((n for n in range(begin + 1, len(lines)) if _TOP.match(lines[n])), len(lines))
    said = (
        n for n in range(after - 1, begin, -1) if lines[n].strip() and not lines[n].lstrip().startswith("#")
    )
    return next(said, begin)


def _indent(lines: list[str], begin: int, last: int) -> str:
    first = next((line for line in lines[begin + 1 : last + 1] if line.strip()), "  x")
    return first[: len(first) - len(first.lstrip())] or "  "


def with_address(text: str, key: str, address: str) -> str | None:
    """The register's text with one more address of an entry; ``None`` where its place is not sure."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").split("\n")
    begins = [n for n, line in enumerate(lines) if re.match(rf"\s+[\"']?{re.escape(key)}[\"']?\s*:", line)]
    if len(begins) != 1:
        return None
    begin = begins[0]
    written = f'"{address}"'
    if re.search(r"external-ids\s*:", lines[begin]):
        changed = _into_list(lines[begin], written)
        return end.join([*lines[:begin], changed, *lines[begin + 1 :]]) if changed else None
    if re.search(r"\}\s*(#.*)?$", lines[begin]):
        cut = re.search(r"\}\s*(#[^}]*)?$", lines[begin])
        if cut is None:
            return None
        head = lines[begin][: cut.start()]
        lines[begin] = f"{head}, external-ids: [{written}]{lines[begin][cut.start() :]}"
        return end.join(lines)
    return _in_block(lines, begin, written, end)


def _in_block(lines: list[str], begin: int, written: str, end: str) -> str | None:
    indent = len(lines[begin]) - len(lines[begin].lstrip())
    body = [
        n for n in range(begin + 1, len(lines)) if lines[n].strip() and not lines[n].lstrip().startswith("#")
    ]
    inner = []
    for n in body:
        if len(lines[n]) - len(lines[n].lstrip()) <= indent:
            break
        inner.append(n)
    if not inner:
        return None
    deeper = lines[inner[0]][: len(lines[inner[0]]) - len(lines[inner[0]].lstrip())]
    listed = [n for n in inner if re.match(rf"{deeper}external-ids\s*:", lines[n])]
    if listed:
        place = listed[0]
        if re.fullmatch(r"\s*external-ids\s*:\s*(#.*)?", lines[place]):
            lines.insert(place + 1, f"{deeper}  - {written}")
        elif (changed := _into_list(lines[place], written)) is not None:
            lines[place] = changed
        else:
            return None
    else:
        lines.insert(inner[-1] + 1, f"{deeper}external-ids: [{written}]")
    return end.join(lines)


def _into_list(line: str, written: str) -> str | None:
    """A line with one more member of the list ``external-ids: […]`` in it."""
    if found := re.search(r"(external-ids\s*:\s*\[[^\]\"']*(?:(?:\"[^\"]*\"|'[^']*')[^\]\"']*)*)\]", line):
        between = "" if found[1].rstrip().endswith("[") else ", "
        return f"{line[: found.end(1)]}{between}{written}{line[found.end(1) :]}"
    if found := re.search(r"external-ids\s*:\s*(\"[^\"]*\"|'[^']*')", line):
        return f"{line[: found.start(1)]}[{found[1]}, {written}]{line[found.end(1) :]}"
    return None


def nodes_of(text: str, file: str, ontology: Ontology, language: str) -> dict[str, str] | None:
    """What the entries of a register say, by key and without lines; ``None`` for one with a violation."""
    nodes, findings = read_register(text.encode(), file, ontology, language)
    if any(one.severity is Severity.VIOLATION for one in findings):
        return None
    return {node.key: _LINE.sub("", repr(node)) for node in nodes}


def replace_file(path: Path, text: str) -> None:
    """Write a file whole or not at all; raises :class:`RunStopped`."""
    made = ""
    try:
        mode = path.stat().st_mode if path.exists() else None
        with tempfile.NamedTemporaryFile(
            "wb", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            made = file.name
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        os.chmod(made, mode if mode is not None else 0o644)  # noqa: PTH101 - the name of a temporary file
        os.replace(made, path)  # noqa: PTH105
    except OSError as error:
        with suppress(OSError):
            if made:
                Path(made).unlink()
        raise RunStopped(f"{path.name} cannot be written: {error.strerror or error}.") from error

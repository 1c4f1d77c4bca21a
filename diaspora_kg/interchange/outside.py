"""Files in which ids are looked for: tables, FollowTheMoney, Popolo, and dumps of Wikidata and ROR.

Every reader gives what a file has one by one, so that a file may be larger than memory (a dump of ROR is read
whole). What is not understood is a finding, told once for each reason.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diaspora_kg.errors import Report, UsageError
from diaspora_kg.interchange.authorities import AUTHORITIES, BY_NAME, address_of, canonical
from diaspora_kg.interchange.entities import Spelling, Taken, tidy
from diaspora_kg.interchange.ftm import read_ftm
from diaspora_kg.interchange.importing import sniffed
from diaspora_kg.interchange.placed import LINE, read_lines, read_whole
from diaspora_kg.interchange.popolo import read_popolo

_SCHEMATA = {"person": "person", "organization": "organization", "company": "organization",
             "publicbody": "organization", "legalentity": "", "organisation": "organization"}  # fmt: skip
_NAME_COLUMN = re.compile(r"(?:name|label|title)(?:[_:@ -]([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*))?")
_MANY_COLUMNS = {"aliases", "alias", "names", "other_names", "altlabel", "weak_alias", "weak_aliases"}
_KIND_COLUMNS = ("schema", "type", "kind")
_HUMAN = "Q5"


@dataclass(frozen=True, slots=True)
class Outside:
    """Something that a file or service has: its address, names and, if told, kind and a description."""

    address: str
    names: tuple[Spelling, ...]
    kind: str = ""
    about: str = ""
    line: int = 0


def read_outside(path: Path, report: Report, authority: str = "", ids: str = "") -> Iterator[Outside]:
    """What a file has; ``authority`` says of which register its ids are, ``ids`` the address before them.

    Raises :class:`UsageError` for a file that cannot be opened.
    """
    end = path.suffix.lower()
    if end in {".csv", ".tsv", ".tab"}:
        yield from _table(path, report, authority, ids)
        return
    begun = _begun(path)
    if "ror.org/" in begun[:4000] and '"names"' in begun:
        yield from _ror(path, report)
    elif re.search(r'"labels"\s*:\s*\{', begun) and re.search(r'"id"\s*:\s*"Q\d', begun):
        yield from _wikidata(path, report)
    else:
        yield from _entities(path, report, ids)


def _begun(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(1 << 16).decode("utf-8", "replace")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error


def _entities(path: Path, report: Report, ids: str) -> Iterator[Outside]:
    """FollowTheMoney a line at a time, or Popolo."""
    if sniffed(path) == "popolo":
        taken = Taken(report)
        document = read_whole(path, report)
        if document is not None:
            read_popolo(document, taken, ids)
        yield from _told(taken)
        return
    for one in read_lines(path, report):
        taken = Taken(report)
        read_ftm([one], taken, ids)
        yield from _told(taken)


def _told(taken: Taken) -> Iterator[Outside]:
    for one in taken.entities:
        names = one.names or ((Spelling(one.label),) if one.label else ())
        for address in one.addresses if names and one.kind != "post" else ():
            yield Outside(address, names, one.kind, "", one.line)


class _Lines:
    """The lines of a file as text, none longer than a bound; what is no UTF-8 is a finding."""

    def __init__(self, file: Any, report: Report) -> None:
        self._file, self._report, self.number = file, report, 0

    def __iter__(self) -> Iterator[str]:
        while raw := self._file.readline(LINE + 1):
            self.number += 1
            if len(raw) > LINE:
                self._report.violation(self.number, "too-large", f"This line is longer than {LINE >> 20} MB.")
                return
            try:
                yield raw.decode("utf-8-sig" if self.number == 1 else "utf-8").replace("\0", "")
            except UnicodeDecodeError:
                self._report.violation(
                    self.number, "not-utf-8", "This line is not UTF-8.", "Save it as UTF-8."
                )


def _table(path: Path, report: Report, authority: str, ids: str) -> Iterator[Outside]:
    try:
        with path.open("rb") as file:
            lines = _Lines(file, report)
            first = next(iter(lines), "")
            mark = max("\t;,", key=first.count)
            head = [cell.strip().lower() for cell in next(csv.reader([first], delimiter=mark), [])]
            columns = _columns(head, report, authority, ids)
            if columns:
                yield from _rows(csv.reader(lines, delimiter=mark), columns, lines, report)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    except csv.Error as error:
        report.violation(0, "table", f"This is no table: {error}.", "Save it as CSV in UTF-8.")


@dataclass(frozen=True)
class _Columns:
    """Which column is what: ids with the authority of each, names with their languages, kinds."""

    ids: Mapping[int, str]
    names: Mapping[int, str]
    many: frozenset[int]
    kind: int | None
    before: str


def _columns(head: Sequence[str], report: Report, authority: str, ids: str) -> _Columns | None:
    found: dict[int, str] = {}
    names: dict[int, str] = {}
    for place, name in enumerate(head):
        if named := _NAME_COLUMN.fullmatch(name):
            names[place] = named[1] or ""
        elif known := _authority_named(name):
            found[place] = known
        elif name in {"id", "uri", "url", "identifier", "address"} and (
            authority or ids or name != "identifier"
        ):
            found[place] = authority
    many = frozenset(place for place, name in enumerate(head) if name in _MANY_COLUMNS)
    if "dataset" in head and "schema" in head and not authority and not ids:  # OpenSanctions' own table
        found |= {place: "opensanctions" for place, name in enumerate(head) if name == "id"}
    if not found or not (names or many):
        known = ", ".join(BY_NAME)
        message = "The first line must name columns: one of ids and one of names."
        report.violation(
            1, "table", message, f"Columns: id (with --authority) or one of {known}; name or name:ru."
        )
        return None
    kind = next((head.index(name) for name in _KIND_COLUMNS if name in head), None)
    return _Columns(found, names, many, kind, ids)


def _authority_named(column: str) -> str:
    plain = re.sub(r"[^a-z]", "", column)
    aliases = {one.name: one.name for one in AUTHORITIES} | {"qid": "wikidata"}
    return aliases.get(plain) or aliases.get(plain.removesuffix("id")) or ""


def _rows(rows: Iterable[list[str]], columns: _Columns, lines: _Lines, report: Report) -> Iterator[Outside]:
    no_id = 0
    for row in rows:
        cells = dict(enumerate(row))
        names = tuple(_cells(cells, columns))
        kind = (
            _SCHEMATA.get(cells.get(columns.kind, "").strip().lower(), "") if columns.kind is not None else ""
        )
        for place, authority in columns.ids.items() if names else ():
            written = cells.get(place, "").strip()
            address = _address(written, authority, columns.before)
            if address:
                yield Outside(address, names, kind, "", lines.number)
            elif written:
                no_id = no_id or lines.number
    if no_id:
        what = "Ids that make no address are left out, first here."
        report.warning(
            no_id, "no-address", what, "Say of which register they are: --authority, or --ids ADDRESS."
        )


def _cells(cells: Mapping[int, str], columns: _Columns) -> Iterator[Spelling]:
    for place, language in columns.names.items():
        if words := tidy(cells.get(place, "")):
            yield Spelling(words, language)
    for place in sorted(columns.many):
        for part in re.split(r"[;|]", cells.get(place, "")):
            if words := tidy(part):
                yield Spelling(words)


def _address(written: str, authority: str, before: str) -> str:
    if before and written:
        return canonical(f"{before}{written}")
    if authority and (made := address_of(authority, written)):
        return made
    if "://" in written:
        return canonical(written)
    return address_of("wikidata", written)


def _wikidata(path: Path, report: Report) -> Iterator[Outside]:
    """Items as a dump has them: a line each, in a list."""
    with path.open("rb") as file:
        lines = _Lines(file, report)
        for line in lines:
            item = _item(line, report, lines.number)
            if item and isinstance(item.get("id"), str) and (address := address_of("wikidata", item["id"])):
                names = tuple(dict.fromkeys(_labels(item)))
                if names:
                    yield Outside(address, names, _kind(item), _description(item), lines.number)


def _item(line: str, report: Report, number: int) -> dict[str, Any] | None:
    written = line.strip().rstrip(",").strip("\ufeff")
    if written in {"", "[", "]"}:
        return None
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        report.violation(number, "json", "This line is no JSON.", "A dump has an item on each line.")
        return None
    return found if isinstance(found, dict) else None


def _labels(item: Mapping[str, Any]) -> Iterator[Spelling]:
    labels, aliases = item.get("labels"), item.get("aliases")
    told = list(labels.values()) if isinstance(labels, dict) else []
    told += (
        [one for many in aliases.values() if isinstance(many, list) for one in many]
        if isinstance(aliases, dict)
        else []
    )
    for one in told:
        if isinstance(one, dict) and isinstance(one.get("value"), str) and (words := tidy(one["value"])):
            yield Spelling(words, str(one.get("language", "")))


def _kind(item: Mapping[str, Any]) -> str:
    """A human is a person; what else an item is, is not looked up."""
    claims = item.get("claims")
    written = claims.get("P31") if isinstance(claims, dict) else None
    return "person" if isinstance(written, list) and f'"{_HUMAN}"' in json.dumps(written) else ""


def _description(item: Mapping[str, Any]) -> str:
    told = item.get("descriptions")
    english = told.get("en") if isinstance(told, dict) else None
    return tidy(str(english.get("value", "")))[:200] if isinstance(english, dict) else ""


def _ror(path: Path, report: Report) -> Iterator[Outside]:
    """A dump of ROR, version 2 of its schema: one list."""
    document = read_whole(path, report)
    for one in document if isinstance(document, list) else [document]:
        if not isinstance(one, dict) or not isinstance(one.get("names"), list):
            continue
        names = [
            Spelling(tidy(str(name.get("value", ""))), str(name.get("lang") or ""), _ror_kind(name))
            for name in one["names"]
            if isinstance(name, dict)
        ]
        address = address_of("ror", str(one.get("id", "")))
        if address and (named := tuple(name for name in names if name.words)):
            yield Outside(address, named, "organization", "", getattr(one, "line", 0))


def _ror_kind(name: Mapping[str, Any]) -> str:
    types = name.get("types")
    return "acronym" if isinstance(types, list) and "acronym" in types else "full-name"

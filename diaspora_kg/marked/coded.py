"""Rows of a table, one claim each, as the sections of the native format.

A column is a key of a claim (``says``, ``quote``, ``modality``, …), of the statement that it was made in
(``in``, ``kind``, ``by``, ``for``, ``to``, ``medium``, ``when``, ``statement-quote``), of the article, or,
with ``content.`` before it, of what is claimed. Somebody is written by the key of the register, or by name
with the kind in the column ``….is`` (``by.is``): the same name in one article is the same node.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from diaspora_kg.errors import Report
from diaspora_kg.text.stored import sha256
from diaspora_kg.yamlnodes import Items, Leaf, Table, View

HEADER = ("title", "language", "url", "publisher", "author", "published")
"""Columns that are of the article: their values may differ from row to row in nothing."""

WHO = ("by", "for", "to", "medium", "about")
"""Columns that name somebody, with ``….is`` beside them for the kind."""

STATEMENT = ("in", "kind", "as", "when", "statement-quote", "via")
CLAIM = (
    "says", "quote", "id", "how", "attribution", "givenness", "illocution", "modality", "polarity", "stance",
    "stance-target", "stance-words", "cue", "if", "responds-to", "retracts", "conflicts-with", "fulfilment",
    "note", "sic", "content", "voice",
)  # fmt: skip
COLUMNS = ("article", *HEADER, *STATEMENT, *WHO, *(f"{who}.is" for who in WHO), *CLAIM)
"""Every column of ours, beside ``content.KEY`` and ``content.KEY.is``."""

CONTENT = "content."
_REFS = {"if", "responds-to", "retracts", "conflicts-with", "stance-target", "content"}
_SEVERAL = {"how", *_REFS}
_WHENS = ("when", "starts", "ends")
_DATE = re.compile(r"(by|after|about)\s+(\S+)|(\S+)\s+to\s+(\S+)")
_VOICES = {"": "statement", "statement": "statement", "headline": "headline", "article": "article"}


@dataclass
class _Told:
    """A statement while its rows are gathered."""

    line: int
    pairs: dict[str, View]
    first: Mapping[str, str]
    claims: list[View] = field(default_factory=list)


class Coded:
    """The rows of one article; ``language`` is that of names."""

    def __init__(self, language: str, report: Report) -> None:
        self.language = language or "und"
        self.report = report
        self.actors: dict[str, tuple[str, str, Leaf, View]] = {}
        self.statements: dict[str, _Told] = {}
        self.lists: dict[str, list[View]] = {"headline": [], "article-says": []}

    def take(self, line: int, cells: Mapping[str, str]) -> None:
        """One row, its cells by column."""
        voice = _VOICES.get(cells.get("voice", ""))
        if voice is None:
            message = "This is no voice."
            self.report.violation(
                line, "unknown-value", message, "Write statement, headline or article.", cells["voice"]
            )
            voice = "statement"
        claim = self._claim(line, cells)
        if voice == "statement":
            self._statement(line, cells).claims.append(_table(line, claim))
            return
        if voice == "headline":
            claim |= {"by": by} if (by := self._who(line, cells, "by")) else {}
            claim |= {"of": _leaf(cells["in"], line)} if cells.get("in") else {}
        self.lists["headline" if voice == "headline" else "article-says"].append(_table(line, claim))

    def root(self) -> Table:
        """The whole annotation, without header and format."""
        sections: dict[str, list[tuple[Leaf, View]]] = {
            "actors": [(leaf, view) for _, _, leaf, view in self.actors.values()],
            "statements": [(_leaf(key, told.line), _spoken(told)) for key, told in self.statements.items()],
        }
        found: dict[str, View] = {name: Table(tuple(held), 1) for name, held in sections.items() if held}
        found |= {name: Items(tuple(held), 1) for name, held in self.lists.items() if held}
        return _table(1, found)

    # -- claims and statements ------------------------------------------------------------------

    def _claim(self, line: int, cells: Mapping[str, str]) -> dict[str, View]:
        found: dict[str, View] = {}
        for key in CLAIM:
            value = cells.get(key, "")
            if not value or key in {"voice", "stance", "stance-target", "stance-words", "quote"}:
                continue
            found[key] = self._several(value, line) if key in _SEVERAL else _leaf(value, line)
        if cells.get("quote"):
            parts = [_leaf(part, line) for part in cells["quote"].splitlines() if part.strip()]
            found["quote"] = _one_or_many(parts, line)
        if about := self._who(line, cells, "about"):
            found["about"] = about
        if cells.get("stance"):
            target = self._several(cells.get("stance-target", "not-stated"), line)
            words = cells.get("stance-words")
            pairs = {cells["stance"]: target} | ({"words": self._several(words, line)} if words else {})
            found["stance"] = _table(line, pairs)
        if content := self._content(line, cells):
            found["content"] = content
        return found

    def _content(self, line: int, cells: Mapping[str, str]) -> View | None:
        pairs: dict[str, View] = {}
        for column, value in cells.items():
            key = column.removeprefix(CONTENT)
            if not column.startswith(CONTENT) or not value or (key.endswith(".is") and key != "is"):
                continue
            if cells.get(f"{column}.is"):
                pairs[key] = self._named(value, cells[f"{column}.is"], line)
            else:
                pairs[key] = when_of(value, line) if key in _WHENS else self._several(value, line)
        return _table(line, pairs) if pairs else None

    def _statement(self, line: int, cells: Mapping[str, str]) -> _Told:
        """The statement of a row: the one of that name, else one for each speaker, time and medium."""
        first = {key: cells.get(key, "") for key in (*STATEMENT, *WHO[:-1]) if cells.get(key)}
        key = first.pop("in", "")
        if not key:
            key = f"s-{sha256(repr(sorted(first.items())))[:10]}"
        told = self.statements.get(key)
        if told is None:
            told = _Told(line, self._speech(line, cells), first)
            self.statements[key] = told
        for name, value in first.items():
            if told.first.get(name, value) != value:
                message = f"The statement `{key}` has another `{name}` in row {told.line}."
                hint = "Write the same in each of its rows, or leave it empty after the first."
                self.report.violation(line, "rows-differ", message, hint, value)
        return told

    def _speech(self, line: int, cells: Mapping[str, str]) -> dict[str, View]:
        pairs: dict[str, View] = {}
        for key, column in (("kind", "kind"), ("via", "via"), ("quote", "statement-quote")):
            if cells.get(column):
                pairs[key] = (
                    _leaf(cells[column], line) if key == "quote" else self._several(cells[column], line)
                )
        for key in ("to", "medium"):
            if who := self._who(line, cells, key):
                pairs[key] = who
        if cells.get("when"):
            pairs["when"] = when_of(cells["when"], line)
        if by := self._who(line, cells, "by"):
            acting: dict[str, View] = {"as": _leaf(cells["as"], line)} if cells.get("as") else {}
            if principal := self._who(line, cells, "for"):
                acting["for"] = principal
            parts = by.items if isinstance(by, Items) else (by,)
            pairs["by"] = Items(tuple(_table(line, {"who": who, **acting}) for who in parts), line)
        return pairs

    # -- values ---------------------------------------------------------------------------------

    def _who(self, line: int, cells: Mapping[str, str], column: str) -> View | None:
        value, kind = cells.get(column, ""), cells.get(f"{column}.is", "")
        if not value:
            return None
        return self._named(value, kind, line) if kind else self._several(value, line)

    def _named(self, value: str, kind: str, line: int) -> View:
        return _one_or_many([_leaf(self._actor(name, kind, line), line) for name in _parts(value)], line)

    def _actor(self, name: str, kind: str, line: int) -> str:
        """The key of somebody who is called so; a name that is a key already stays one."""
        held = self.actors.get(name.casefold())
        if held is None:
            key = _slug(name, {entry[0] for entry in self.actors.values()})
            called = Items((_table(line, {self.language: _leaf(name, line)}),), line)
            view = _table(line, {"is": _leaf(kind, line), "names": called})
            self.actors[name.casefold()] = (key, kind, _leaf(key, line), view)
            return key
        if held[1] != kind:
            message = f"“{name}” is {kind} here, and {held[1]} in row {held[2].line}."
            self.report.violation(line, "rows-differ", message, "One name of one article is one node.", kind)
        return held[0]

    def _several(self, value: str, line: int) -> View:
        return _one_or_many([_leaf(part, line) for part in _parts(value)], line)


def _spoken(told: _Told) -> Table:
    return _table(told.line, {**told.pairs, "claims": Items(tuple(told.claims), told.line)})


def _parts(value: str) -> Iterator[str]:
    return (part.strip() for part in value.split(";") if part.strip())


def _slug(name: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))[:40].strip("-")
    if not slug or slug in taken or len(plain) < len(name) // 2:
        slug = f"{slug or 'actor'}-{sha256(name)[:8]}"
    return slug


def when_of(value: str, line: int) -> View:
    """A date, ``by``, ``after`` or ``about`` one, one ``to`` another, or words in quotation marks."""
    if value == "not-stated":
        return _leaf(value, line)
    if value[:1] in '"“' and len(value) > 2:
        return _table(line, {"words": _leaf(value.strip('"“”'), line)})
    match = _DATE.fullmatch(value)
    if match and match[1]:
        return _table(line, {match[1]: _leaf(match[2], line)})
    if match:
        return _table(line, {"between": Items((_leaf(match[3], line), _leaf(match[4], line)), line)})
    return _table(line, {"date": _leaf(value, line)})


def _leaf(text: str, line: int) -> Leaf:
    return Leaf(text, line, plain=text == "not-stated")


def _table(line: int, pairs: Mapping[str, View]) -> Table:
    return Table(tuple((Leaf(key, line), value) for key, value in pairs.items()), line)


def _one_or_many(views: list[View] | list[Leaf], line: int) -> View:
    return views[0] if len(views) == 1 else Items(tuple(views), line)

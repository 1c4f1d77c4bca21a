"""What an annotation is as the value of a key: a node's key, a date, words, somebody who takes part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from diaspora_kg.marked.entries import Entry
from diaspora_kg.marked.groups import Group
from diaspora_kg.marked.rules import DATE, EVIDENCE, TAKES_PART, WORDS
from diaspora_kg.reading.desk import NOT_STATED
from diaspora_kg.yamlnodes import Items, Leaf, Table, View

_PLAIN_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?[~?]?")


def table(line: int, pairs: Mapping[str, View]) -> Table:
    """A mapping whose keys stand in one line."""
    return Table(tuple((Leaf(key, line), view) for key, view in pairs.items()), line)


def one_or_many(views: Sequence[View], line: int) -> View:
    """A value alone, or a list; lists within are opened, what is written twice is written once."""
    flat: list[View] = []
    seen: set[str] = set()
    for view in views:
        for item in view.items if isinstance(view, Items) else (view,):
            if isinstance(item, Leaf):
                if item.position is None and item.text in seen:
                    continue
                seen.add(item.text)
            flat.append(item)
    return flat[0] if len(flat) == 1 else Items(tuple(flat), line)


def one_line(words: str) -> str:
    """Words with each run of white space as one blank."""
    return " ".join(words.split())


def evidence(entries: Iterable[Entry]) -> list[View]:
    """The stretches marked, each an anchor with its place."""
    return [
        Leaf(one_line(words) or "…", entry.line, plain=False, position=place)
        for entry in entries
        if not entry.implied
        for place, words in entry.places
    ]


class Values:
    """The values of a document's annotations; ``groups`` are its nodes by annotation."""

    def __init__(self, entries: Mapping[str, Entry], groups: Mapping[str, Group]) -> None:
        self._entries = entries
        self._groups = groups

    def of(self, target: str, line: int) -> list[View]:
        """What a link to this annotation becomes; nothing for one that cannot be a value."""
        group = self._groups.get(target)
        if group is not None:
            return [Leaf(group.key, line, plain=False)]
        entry = self._entries[target]
        if entry.becomes == DATE:
            return [date_of(entry)]
        if entry.becomes == WORDS and entry.places:
            hull = (entry.places[0][0][0], entry.places[-1][0][1])
            return [Leaf(one_line(entry.words), entry.line, plain=False, position=hull)]
        if entry.becomes == EVIDENCE:
            return evidence((entry,))
        if entry.becomes == TAKES_PART:
            return [self.part(entry)]
        return []

    def part(self, entry: Entry, role: str = "") -> Table:
        """Somebody who takes part: who, as, for, role."""
        fields: dict[str, list[View]] = {key: list(views) for key, views in entry.fields.items()}
        for link in entry.links:
            target = self._entries.get(link.target)
            if target is not None and target.becomes != TAKES_PART:
                fields.setdefault(link.slot.key, []).extend(self.of(link.target, link.line))
        if role and "role" not in fields:
            fields["role"] = [Leaf(role, entry.line)]
        inferred(fields, "for")
        return table(entry.line, {key: one_or_many(views, entry.line) for key, views in fields.items()})


def inferred(fields: dict[str, list[View]], key: str) -> None:
    """Turn ``by.inferred`` into ``by: {key: inferred}``."""
    for view in fields.pop(f"{key}.inferred", ()):
        for item in view.items if isinstance(view, Items) else (view,):
            if isinstance(item, Leaf):
                pairs = ((item, Leaf("inferred", item.line)),)
                fields.setdefault(key, []).append(Table(pairs, item.line))


def date_of(entry: Entry) -> View:
    """A date: its value, and the words marked."""
    fields = {key: one_or_many(views, entry.line) for key, views in entry.fields.items()}
    if fields.keys() == {"date"} and isinstance(said := fields["date"], Leaf) and said.text == NOT_STATED:
        return said
    timex = entry.own.get("timex")
    if isinstance(timex, Leaf) and _PLAIN_DATE.fullmatch(timex.text) and "date" not in fields:
        fields["date"] = timex
    if "words" not in fields and not entry.implied and entry.places:
        fields["words"] = Leaf(one_line(entry.words), entry.line, plain=False)
    return table(entry.line, fields)

"""What an annotation is as the value of a key: a node's key, a date, words, somebody who takes part."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from diaspora_kg.marked.entries import Entry, Link
from diaspora_kg.marked.groups import Group
from diaspora_kg.marked.rules import DATE, EVIDENCE, TAKES_PART, WORDS
from diaspora_kg.reading.desk import NOT_STATED
from diaspora_kg.yamlnodes import Items, Leaf, Table, View

_Target = Callable[[Link], Entry | None]
"""From a link to what it points to; ``None`` for what is left out or is not there."""

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

    def __init__(self, entries: Mapping[str, Entry], groups: Mapping[str, Group], target: _Target) -> None:
        self._target = target
        self._entries = entries
        self._groups = groups
        self.used: set[str] = set()

    def of(self, target: str, line: int) -> list[View]:
        """What a link to this annotation becomes; nothing for one that cannot be a value."""
        self.used.add(target)
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
            target = self._target(link)
            if target is not None and target.becomes != TAKES_PART:
                fields.setdefault(link.slot.key, []).extend(self.of(target.mark, link.line))
            elif target is not None:  # shown as what it is, so that the reader of the key refuses it
                nested = table(link.line, {TAKES_PART: Leaf(link.target, link.line)})
                fields.setdefault(link.slot.key, []).append(nested)
        add_constants(entry, fields)
        if role and "role" not in fields:
            fields["role"] = [Leaf(role, entry.line)]
        inferred(fields, "for")
        return table(entry.line, {key: one_or_many(views, entry.line) for key, views in fields.items()})


def add_constants(entry: Entry, fields: dict[str, list[View]]) -> None:
    """Add what a rule says of every annotation of its label, where this one says nothing else."""
    for key, values in entry.rule.put:
        if key not in fields or key == NOT_STATED:
            fields.setdefault(key, []).extend(Leaf(value, entry.line) for value in values)


def inferred(fields: dict[str, list[View]], key: str) -> None:
    """Turn ``by.inferred`` into ``by: {key: inferred}``."""
    for view in fields.pop(f"{key}.inferred", ()):
        for item in view.items if isinstance(view, Items) else (view,):
            if isinstance(item, Leaf):
                pairs = ((item, Leaf("inferred", item.line)),)
                fields.setdefault(key, []).append(Table(pairs, item.line))


def date_of(entry: Entry) -> View:
    """A date: its value, and the words marked."""
    written = {key: list(views) for key, views in entry.fields.items()}
    add_constants(entry, written)
    fields = {key: one_or_many(views, entry.line) for key, views in written.items()}
    if fields.keys() == {"date"} and isinstance(said := fields["date"], Leaf) and said.text == NOT_STATED:
        return said
    timex = entry.own.get("timex")
    if isinstance(timex, Leaf) and _PLAIN_DATE.fullmatch(timex.text) and "date" not in fields:
        fields["date"] = timex
    if "words" not in fields and not entry.implied and entry.places:
        fields["words"] = Leaf(one_line(entry.words), entry.line, plain=False)
    return table(entry.line, fields)

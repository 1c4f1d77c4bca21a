"""Reads label maps: what the labels of a tag set become (``ingest/labels/*.toml``).

A map is read strictly: an unknown key, a wrong type, a kind of node or a key that the model does not have
is a fault, named with the table that it stands in and the nearest that would be right.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache

from diaspora_kg.errors import Finding, Report
from diaspora_kg.marked.identities import KNOWN
from diaspora_kg.marked.rules import (
    ENTRIES,
    IGNORE,
    Asserted,
    Labels,
    Reading,
    Rule,
    Scheme,
    Slot,
)
from diaspora_kg.marked.tables import Raw, Tables, nearest
from diaspora_kg.reading import LabelFile

_TOP = (
    "format", "about", "layers", "spans", "frames", "relations", "roles", "attributes", "metadata",
    "identities",
)  # fmt: skip
RULE_KEYS = (
    "is", "set", "note", "says", "name", "label", "join", "mentions", "roles", "attributes", "claim", "key",
    "source", "target", "turned", "otherwise",
)  # fmt: skip
"""The keys of one rule."""

_NAMES_FROM = ("none", "first", "longest", "all")
_LABELS_FROM = ("none", "first", "longest")
_HEADER_KEYS = ("title", "language", "publisher", "url", "author", "published", "annotated", "annotator")

_OPEN = re.compile(r"[*+?]|\{[0-9]*,[0-9]*\}")  # parts of a pattern whose length is not fixed
_MOST_OPEN, _MOST_BRANCHES, _LONGEST_PATTERN = 2, 4, 200


@lru_cache(maxsize=64)
def read_labels(file: LabelFile) -> tuple[Labels | None, tuple[Finding, ...]]:
    """A label map; ``None`` where it cannot be used, and what is wrong with it."""
    report = Report(file.file)
    try:
        raw = tomllib.loads(file.data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else 1
        report.violation(line, "label-map", f"This label map is no TOML: {error}.", "Mend this place.")
        return None, tuple(report.findings)
    reader = _Reader(file.data.decode("utf-8"), report)
    labels = reader.labels(raw, file)
    return (None if report.findings else labels), tuple(report.findings)


def _is_quick(pattern: str) -> bool:
    r"""Whether matching an id of 200 characters ends soon, whatever the id is.

    A matcher that turns back tries every way to share the id out among parts whose length is open, and
    every choice between branches: so there are few of both, and none within another.

    >>> _is_quick("[0-9]{8,10}[0-9X]"), _is_quick("a*a*a*a*b"), _is_quick("(a|a)(a|a)(a|a)(a|a)(a|a)b")
    (True, False, False)
    """
    if len(pattern) > _LONGEST_PATTERN or not re.fullmatch(r"[\w\[\]{}(),.|?*+^$\\-]*", pattern):
        return False
    if re.search(r"[*+}][*+{]|\)[*+{]|\\[0-9]", pattern):
        return False
    return len(_OPEN.findall(pattern)) <= _MOST_OPEN and pattern.count("|") <= _MOST_BRANCHES


class _Reader(Tables):
    """Makes rules of the tables of one map."""

    def labels(self, raw: Raw, file: LabelFile) -> Labels:
        self.only(raw, _TOP, "")
        self.format(raw.get("format"))
        return Labels(
            file.name,
            file.file,
            self.text(raw, "about", ""),
            spans={name: self.rule(name, value, "spans") for name, value in self.table(raw, "spans")},
            frames={name: self.rule(name, value, "frames") for name, value in self.table(raw, "frames")},
            relations={
                name: self.rule(name, value, "relations") for name, value in self.table(raw, "relations")
            },
            roles=self.slots(raw, "roles"),
            attributes=self.readings(raw, "attributes"),
            metadata=self.metadata(raw),
            layers={name: value for name, value in self.table(raw, "layers") if self.is_text(value, name)},
            schemes=(*KNOWN, *self.schemes(raw)),
        )

    # -- rules ---------------------------------------------------------------------------------

    def rule(self, name: str, value: object, section: str) -> Rule:
        where = f"{section}.{name}"
        if isinstance(value, str):
            return Rule(name, self.becomes(value, where), mentions=section == "spans")
        if not isinstance(value, dict):
            self.fault(where, 'write what it becomes: "organization", or a table with `is`.')
            return Rule(name, IGNORE)
        self.only(value, RULE_KEYS, where)
        key = self.key(value["key"], where) if "key" in value else ""
        becomes = self.becomes(value["is"], where) if "is" in value else ""
        if not becomes and not key:
            self.fault(
                where, "it does not say what this becomes.", "Write is = …, or key = … for a relation."
            )
        return Rule(
            name,
            becomes,
            put=self.put(value, "set", where),
            note=self.key(value["note"], where) if "note" in value else "",
            says=self.text(value, "says", where),
            name_from=self.choice(value, "name", where, _NAMES_FROM),
            label_from=self.choice(value, "label", where, _LABELS_FROM),
            join=self.flag(value, "join", where),
            mentions=self.flag(value, "mentions", where, default=section == "spans"),
            roles=self.slots(value, "roles", where),
            attributes=self.readings(value, "attributes", where),
            claim=self.asserted(value["claim"], where) if "claim" in value else None,
            key=key,
            source=self.slot(value["source"], f"{where}.source") if "source" in value else None,
            target=self.slot(value["target"], f"{where}.target") if "target" in value else None,
            turned=self.flag(value, "turned", where),
            otherwise=self.becomes(value["otherwise"], where) if "otherwise" in value else "",
        )

    def becomes(self, value: object, where: str) -> str:
        if isinstance(value, str) and value in ENTRIES:
            return value
        hint = f"It can become: {', '.join(ENTRIES)}."
        self.fault(
            where, f"`{value}` is nothing that it can become.{nearest(str(value), ENTRIES)}", hint, str(value)
        )
        return IGNORE

    def put(self, raw: Raw, key: str, where: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple(
            (self.key(name, where), self.several(value, where)) for name, value in self.table(raw, key, where)
        )

    def several(self, value: object, where: str) -> tuple[str, ...]:
        items: list[object] = value if isinstance(value, list) else [value]
        return tuple(str(item) for item in items if self.is_text(item, where))

    def slots(self, raw: Raw, key: str, where: str = "") -> dict[str, Slot]:
        return {
            name: self.slot(value, f"{where}.{key}.{name}".strip("."))
            for name, value in self.table(raw, key, where)
        }

    def slot(self, value: object, where: str) -> Slot:
        if not isinstance(value, dict):
            return Slot(self.key(value, where))
        self.only(value, ("key", "role", "on"), where)
        on_claims = self.choice(value, "on", where, ("claims",)) == "claims"
        return Slot(self.key(value.get("key"), where), self.text(value, "role", where), on_claims)

    def readings(self, raw: Raw, key: str, where: str = "") -> dict[str, Reading]:
        return {
            name: self.reading(value, f"{where}.{key}.{name}".strip("."))
            for name, value in self.table(raw, key, where)
        }

    def reading(self, value: object, where: str) -> Reading:
        if not isinstance(value, dict):
            return Reading(self.key(value, where))
        self.only(value, ("key", "value", "values"), where)
        key = self.key(value["key"], where) if "key" in value else ""
        if not key and "values" not in value:
            self.fault(
                where, "it has no key.", 'Write key = "modality", or values = {…} with keys of their own.'
            )
        values = None
        if "values" in value:
            values = {name: self.made(made, key, where) for name, made in self.table(value, "values", where)}
        return Reading(key, values, self.text(value, "value", where))

    def made(self, value: object, key: str, where: str) -> tuple[tuple[str, str], ...]:
        """What one value of an attribute becomes: a value of its key, or several keys with theirs."""
        if isinstance(value, dict):
            pairs = [(name, str(part)) for name, part in value.items() if self.is_text(part, where)]
            return tuple((self.key(name, where), part) for name, part in pairs)
        if value == IGNORE:
            return ()
        if not key:
            self.fault(where, "this value has no key.", 'Write {modality = "possible"}.', str(value))
            return ()
        return ((key, value),) if isinstance(value, str) and self.is_text(value, where) else ()

    def asserted(self, value: object, where: str) -> Asserted | None:
        if not isinstance(value, dict):
            self.fault(
                where,
                "`claim` is a table.",
                'Write claim = {says = "{member} is in {organization}."}',
                "claim",
            )
            return None
        self.only(value, ("says", "set"), f"{where}.claim")
        if not value.get("says"):
            self.fault(
                where, "a claim needs `says`.", 'Write claim = {says = "…"}; {words} stands for the words.'
            )
        return Asserted(self.text(value, "says", where), self.put(value, "set", where))

    def metadata(self, raw: Raw) -> dict[str, Reading]:
        found = {}
        for name, value in self.table(raw, "metadata"):
            if not isinstance(value, str) or value not in (*_HEADER_KEYS, IGNORE):
                hint = f"Keys: {', '.join(_HEADER_KEYS)}, {IGNORE}."
                self.fault(
                    f"metadata.{name}", f"`{value}` is no key of an article's header.", hint, str(value)
                )
            else:
                found[name] = Reading(value)
        return found

    def schemes(self, raw: Raw) -> Iterable[Scheme]:
        for name, value in self.table(raw, "identities"):
            where = f"identities.{name}"
            if not isinstance(value, dict):
                self.fault(where, 'write prefix = "https://…" and pattern = "[0-9]+".')
                continue
            self.only(value, ("prefix", "pattern", "own"), where)
            own = self.flag(value, "own", where)
            prefix, pattern = self.text(value, "prefix", where), self.text(value, "pattern", where)
            if self.usable(prefix, pattern, where, own=own):
                yield Scheme(name.lower(), prefix, pattern or r"[^\W_][\w-]*", own)

    def usable(self, prefix: str, pattern: str, where: str, *, own: bool) -> bool:
        if not own and not re.fullmatch(r"https?://[^\s<>\"{}|^`\\]+", prefix):
            self.fault(where, "`prefix` is an absolute http or https address.", words=prefix)
            return False
        if not pattern and not own:
            self.fault(
                where, "without a `pattern` every id would be believed.", 'Write pattern = "[0-9]{9}".'
            )
            return False
        if not _is_quick(pattern):
            self.fault(
                where, "this pattern is too free, or may never end.", "Use classes and counts.", pattern
            )
            return False
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            self.fault(where, f"this pattern is none: {error}.", words=pattern)
            return False
        return True

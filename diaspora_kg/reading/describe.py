"""Reads one mapping by its row of the table of nodes: values, participants, silences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from diaspora_kg.article import Concept, Form, Name, Participation, Ref, Scalar, Text
from diaspora_kg.reading.acting import read_participations, silent
from diaspora_kg.reading.dates import read_when
from diaspora_kg.reading.desk import NOT_STATED, Desk, is_not_stated, many
from diaspora_kg.reading.fields import Fields, nearest
from diaspora_kg.reading.nodes import Field, Kind, Type, acting_role
from diaspora_kg.reading.values import read_forms, read_names
from diaspora_kg.yamlnodes import Items, Leaf, View

_LOOKS_LIKE_KEY = re.compile(r"[a-z0-9][a-z0-9.-]*")
_ONE_OF = {"names", "label"}


@dataclass(slots=True)
class Described:
    """What one mapping says, while it is read; ``silent_keys`` are those said to be not stated."""

    slots: list[tuple[str, Scalar]] = field(default_factory=list)
    names: tuple[Name, ...] = ()
    forms: tuple[Form, ...] = ()
    participations: list[Participation] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    valued: set[str] = field(default_factory=set)
    silent_keys: set[str] = field(default_factory=set)

    def kinds(self) -> frozenset[str]:
        """The concepts of ``kind``."""
        return frozenset(v.name for p, v in self.slots if p == "dkg:kind" and isinstance(v, Concept))

    def pull(self, prop: str) -> tuple[Scalar, ...]:
        """Take the values of a property out of the slots."""
        found = tuple(value for name, value in self.slots if name == prop)
        self.slots = [(name, value) for name, value in self.slots if name != prop]
        return found

    def refs(self, prop: str) -> tuple[Ref, ...]:
        """Take the nodes that a property points to out of the slots."""
        return tuple(value for value in self.pull(prop) if isinstance(value, Ref))


def describe(fields: Fields, kind: Kind, desk: Desk) -> Described:
    """Take every key of the kind's row; the caller takes what else it knows, then audits."""
    found = Described()
    for row in fields.written(kind.rows):
        view = fields.take(row.key)
        if view is None:
            continue
        if is_not_stated(view):
            _be_silent(row, kind, view, desk, found)
        else:
            found.valued.add(row.key)
            _value(row, kind, view, desk, found)
    _silences(fields, kind, desk, found)
    _required(fields, kind, desk, found)
    return found


def _value(row: Field, kind: Kind, view: View, desk: Desk, found: Described) -> None:
    if isinstance(view, Leaf) and view.empty:
        hint = f"Write a value, `{NOT_STATED}`, or delete the key."
        desk.report.violation(
            view.line, "empty-value", f"Nothing is written after `{row.key}:`.", hint, row.key
        )
    elif row.type is Type.NAMES:
        found.names = read_names(view, desk)
    elif row.type is Type.FORMS:
        found.forms = read_forms(view, desk)
    elif row.type is Type.ACTORS:
        role = row.role or acting_role(kind.name, found.kinds())
        found.participations += read_participations(view, desk, role, fixed=not row.open_role)
    elif row.type is Type.SILENCE:
        hint = f"{row.about} Write it under `world`; here only `not-stated`."
        desk.refuse(view, "only-not-stated", f"`{row.key}` is claimed, not declared.", hint)
    else:
        found.slots += ((row.prop, value) for value in _scalars(row, view, desk))
        if row.type is Type.EXACT:
            found.slots += [("dkg:high", value) for name, value in found.slots if name == "dkg:low"]


def _scalars(row: Field, view: View, desk: Desk) -> Iterable[Scalar]:
    if not row.many and isinstance(view, Items):
        desk.refuse(view, "one-value", f"`{row.key}` takes one value.", "Write one, without brackets.")
        return ()
    if any(is_not_stated(item) for item in many(view)):
        desk.refuse(view, "beside-not-stated", "A value beside not-stated.", "Keep one of the two.")
        return ()
    return [value for item in many(view) if (value := _READERS[row.type](row, item, desk)) is not None]


def _text(_row: Field, view: View, desk: Desk) -> Scalar | None:
    text = desk.text(view, "This text")
    return Text(text, desk.gloss) if text else None


def _words(_row: Field, view: View, desk: Desk) -> Scalar | None:
    text = desk.text(view, "This text")
    return Text(text, desk.language) if text else None


def _ref_or_text(row: Field, view: View, desk: Desk) -> Scalar | None:
    marked = (
        isinstance(view, Leaf) and view.position is not None
    )  # words of the text, whatever they look like
    if isinstance(view, Leaf) and not marked and _LOOKS_LIKE_KEY.fullmatch(view.text):
        return desk.ref(view)
    return _text(row, view, desk)


def _status_or_ref(row: Field, view: View, desk: Desk) -> Scalar | None:
    text = view.text if isinstance(view, Leaf) else ""
    if text in desk.world or "." in text:
        return desk.ref(view)
    return desk.concept(view, row.scheme or "Status")


_READERS: dict[Type, Callable[[Field, View, Desk], Scalar | None]] = {
    Type.TEXT: _text,
    Type.WORDS: _words,
    Type.REF: lambda _, view, desk: desk.ref(view),
    Type.CONCEPT: lambda row, view, desk: desk.concept(view, row.scheme),
    Type.STATUS_OR_REF: _status_or_ref,
    Type.REF_OR_TEXT: _ref_or_text,
    Type.WHEN: lambda _, view, desk: read_when(view, desk),
    Type.NUMBER: lambda _, view, desk: desk.number(view),
    Type.EXACT: lambda _, view, desk: desk.number(view),
    Type.OTHERS: lambda _, view, desk: desk.count(view, "`others`"),
    Type.BOOLEAN: lambda _, view, desk: desk.boolean(view),
    Type.DURATION: lambda _, view, desk: desk.duration(view),
    Type.LINK: lambda _, view, desk: desk.link(view),
    Type.LANGUAGE: lambda _, view, desk: desk.language_tag(view),
    Type.CURRENCY: lambda _, view, desk: desk.currency(view),
}


def _silences(fields: Fields, kind: Kind, desk: Desk, found: Described) -> None:
    """The list form: ``not-stated: [when, place]``."""
    for item in many(fields.take(NOT_STATED)):
        key = desk.text(item, "A silence")
        row = kind.field(key) if key else None
        if row is not None:
            _be_silent(row, kind, item, desk, found)
        elif key:
            known = [f.key for f in kind.fields if f.silence]
            message = f"`{key}` is no key of {fields.owner} that can be not-stated.{nearest(key, known)}"
            desk.refuse(item, "unknown-key", message, "Keys: " + ", ".join(known) + ".")


def _be_silent(row: Field, kind: Kind, view: View, desk: Desk, found: Described) -> None:
    if not row.silence:
        message = f"`{row.key}` cannot be not-stated."
        desk.report.violation(view.line, "not-stated-here", message, "Delete it.", row.key)
    elif row.key in found.valued:
        message = f"A value beside not-stated: `{row.key}` is written here and said to be silent."
        desk.report.violation(view.line, "beside-not-stated", message, "Keep one of the two.", row.key)
    elif row.key not in found.silent_keys:
        found.silent_keys.add(row.key)
        if row.type is not Type.ACTORS:
            found.unknown.append(row.prop)
            return
        role = row.role or acting_role(kind.name, found.kinds())
        if role is None:
            hint = "Write `by: {who: not-stated, role: requester}` or committed-party."
            desk.report.violation(
                view.line, "missing-role", "The kind does not tell the role.", hint, row.key
            )
        else:
            found.participations.append(silent(role, view.line))


def _required(fields: Fields, kind: Kind, desk: Desk, found: Described) -> None:
    written = found.valued | found.silent_keys
    for row in kind.required:
        if row.key not in written:
            hint = f"Write `{row.key}`: {row.about[0].lower()}{row.about[1:]}"
            if row.silence:
                hint += f" If the source is silent: `not-stated: [{row.key}]`."
            message = f"{fields.owner[0].upper()}{fields.owner[1:]} needs `{row.key}`."
            desk.report.violation(fields.line, "missing-key", message, hint)
    if kind.named and not written & _ONE_OF:
        hint = "Write names: [{en: …}], or a label that describes it."
        message = f"{fields.owner[0].upper()}{fields.owner[1:]} has neither a name nor a label."
        desk.report.violation(fields.line, "nameless", message, hint)

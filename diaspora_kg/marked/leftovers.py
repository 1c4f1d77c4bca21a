"""What annotations say that has no place: told, since nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from diaspora_kg.errors import Finding, Report, Severity
from diaspora_kg.marked.entries import Entry
from diaspora_kg.marked.groups import Group
from diaspora_kg.marked.rules import CLAIM, DATE, EVIDENCE, FURNITURE, MENTION, TAKES_PART, WORDS
from diaspora_kg.reading.nodes import KINDS

_BARE = frozenset({WORDS, EVIDENCE, FURNITURE})
_LINKED = frozenset({DATE, WORDS, EVIDENCE, TAKES_PART})
_SHOWN = 60


def tell_leftovers(
    entries: Mapping[str, Entry], groups: Iterable[Group], used: set[str], report: Report
) -> None:
    """Findings for keys that an annotation cannot have, and for annotations that nothing points to."""
    for entry in entries.values():
        for key in _misplaced(entry):
            message = f"`{key}` stands at an annotation that becomes {entry.becomes}, where it says nothing."
            hint = "Put it at the annotation that it belongs to, or let the label map ignore it."
            report.violation(entry.line, "key-without-place", message, hint, entry.words[:_SHOWN])
    for group in groups:
        _of_register(group, report)
    _unlinked([one for one in entries.values() if one.becomes in _LINKED and one.mark not in used], report)


def _misplaced(entry: Entry) -> Iterator[str]:
    """The keys that an entry of this kind has no use for."""
    if entry.becomes in _BARE:
        yield from entry.fields
        yield from (link.slot.key for link in entry.links)
    if entry.becomes in _BARE | {DATE, TAKES_PART} and entry.identities:
        yield "identity"
    if entry.becomes == DATE:
        yield from (link.slot.key for link in entry.links)
    kind = KINDS.get(entry.becomes)
    named = entry.becomes == MENTION or (kind is not None and kind.field("names") is not None)
    yield from (key for key in ("name", "language") if key in entry.own and not named)
    if "voice" in entry.own and entry.becomes != CLAIM:
        yield "voice"
    if "timex" in entry.own and entry.becomes != DATE:
        yield "timex"


def _of_register(group: Group, report: Report) -> None:
    """An article adds mentions to an entry of the register, and nothing else."""
    if not (group.registered or group.kind == MENTION):
        return
    for entry in group.entries:
        keys = [key for key in entry.fields if key != "unclear"]
        keys += [link.slot.key for link in entry.links if link.slot.key != "unclear"]
        keys += [key for key in ("name", "language") if key in entry.own]
        if keys:
            message = f"`{group.key}` is an entry of the register, to which an article adds mentions only."
            hint = f"Write {', '.join(dict.fromkeys(keys))} into register.yaml, or delete it here."
            report.violation(entry.line, "register-described", message, hint, entry.words[:_SHOWN])


def _unlinked(entries: list[Entry], report: Report) -> None:
    """One remark for all that is marked and that nothing points to."""
    if entries:
        first = min(entries, key=lambda entry: entry.line)
        what = "annotation is" if len(entries) == 1 else "annotations are"
        message = f"{len(entries)} {what} linked to nothing, and so not in the graph: dates, words, evidence."
        hint = "Link them, or let the label map ignore their label."
        place = (report.file, first.line, Severity.INFO, "linked-to-nothing", message, hint)
        report.findings.append(Finding(*place, words=first.words[:_SHOWN]))

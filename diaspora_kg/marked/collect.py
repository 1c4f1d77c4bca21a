"""Makes entries of annotations by their rules, before any are joined or point to each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from diaspora_kg.errors import Report
from diaspora_kg.marked.entries import Entry, Link
from diaspora_kg.marked.identities import identified, is_none, own_entries
from diaspora_kg.marked.model import (
    Attribute,
    Document,
    Equivalence,
    Fragment,
    Frame,
    Identity,
    Relation,
    Span,
)
from diaspora_kg.marked.notes import read_note
from diaspora_kg.marked.rules import ENTRIES, IGNORE, SAME, STATEMENT, WORDS, Labels, Reading, Rule, Slot
from diaspora_kg.marked.tally import Tally
from diaspora_kg.yamlnodes import Leaf, View, words_of


class Collector:
    """Makes the entries of one document."""

    def __init__(self, document: Document, labels: Labels, base: str, report: Report) -> None:
        self.document = document
        self.labels = labels
        self.schemes = (*own_entries(base), *labels.schemes)
        self.same: list[Equivalence] = []
        self.report = report
        self.tally = Tally(labels, document.counts)
        self.spans = {span.id: span for span in document.spans}
        self.entries: dict[str, Entry] = {}
        self.on: dict[str, str] = {}
        self.ignored: set[str] = set()
        self.ends: set[str] = set()
        self.triggers = {frame.id: frame.trigger for frame in document.frames if frame.trigger}
        self.loose: list[tuple[str, Slot, str, int]] = []

    def collect(self) -> None:
        """Fill ``entries`` (by id), ``on`` (trigger -> frame), ``ignored`` and ``loose`` (bare relations)."""
        for frame in self.document.frames:
            self.on.setdefault(frame.trigger, frame.id)
        for frame in self.document.frames:
            self._frame(frame)
        for span in self.document.spans:
            if span.id not in self.on:
                self._span(span)
        for relation in self.document.relations:
            self._relation(relation)
        for same in self.document.equivalences:
            self._equivalence(same)

    # -- the three sorts -----------------------------------------------------------------------

    def _frame(self, frame: Frame) -> None:
        trigger = self.spans.get(frame.trigger)
        if trigger is None and frame.trigger:
            self._dangling(frame.line, frame.id, frame.trigger)
        places = self.places(trigger) if trigger else ()
        entry = self._entry(frame, self.labels.frames, "frames", places)
        if entry is None:
            return
        if trigger is not None and trigger.id != frame.id:
            self._said(entry, trigger)
        if trigger is not None:
            self._identities(entry, trigger.identities)
            self._trigger_role(entry, frame)
        for role, target in frame.arguments:
            slot = self._slot(entry.rule, role)
            if slot is None:
                self.tally.meet("roles", role.rstrip("0123456789"), frame.line, entry.words)
            elif slot.key != IGNORE:
                entry.links.append(Link(slot, target, frame.line))

    def _slot(self, rule: Rule, role: str) -> Slot | None:
        """What a role becomes; brat numbers one that is there twice (``By``, ``By2``)."""
        for name in (role, role.rstrip("0123456789")):
            slot = rule.roles.get(name) or self.labels.roles.get(name)
            if slot is not None:
                return slot
        return None

    def _trigger_role(self, entry: Entry, frame: Frame) -> None:
        """The words that a frame stands on, where a rule makes them a value (a cue)."""
        slot = entry.rule.roles.get("trigger")
        if slot is not None and slot.key != IGNORE:
            words = f"{frame.id} trigger"
            self.entries[words] = Entry(words, WORDS, Rule("trigger", WORDS), frame.line, entry.places)
            entry.links.append(Link(slot, words, frame.line))

    def _span(self, span: Span) -> None:
        entry = self._entry(span, self.labels.spans, "spans", self.places(span))
        if entry is not None:
            self._identities(entry, span.identities)

    def _relation(self, relation: Relation) -> None:
        rule = self._rule(relation, self.labels.relations, "relations", ())
        if rule is None or IGNORE in {rule.becomes, rule.key}:
            return
        source, target = relation.source, relation.target
        if rule.becomes == SAME:
            self.same.append(Equivalence((source, target), line=relation.line))
            return
        if rule.key:
            ends = (target, source) if rule.turned else (source, target)
            self.loose.append((ends[0], Slot(rule.key), ends[1], relation.line))
            return
        ends_of = [self.spans.get(self._stands_on(end)) for end in (source, target)]
        places = tuple(place for span in ends_of if span for place in self.places(span))
        entry = self._entry(relation, self.labels.relations, "relations", places)
        if entry is not None:
            self.ends |= {source, target}
            first, second = (" ".join(span.words for span in (one,) if span) for one in ends_of)
            entry.ends = (first, second)
            entry.links += [Link(rule.source, source, relation.line)] if rule.source else []
            entry.links += [Link(rule.target, target, relation.line)] if rule.target else []

    def _equivalence(self, same: Equivalence) -> None:
        """One without a label joins; of a chain of a tool the map says whether it does."""
        rule = self.labels.relations.get(same.label)
        if same.label and rule is None:
            self.tally.meet("relations", same.label, same.line, "")
        elif rule is None or rule.becomes == SAME:
            self.same.append(same)

    def _stands_on(self, mark: str) -> str:
        """The span of a mark: its own, or the one that a frame stands on."""
        return self.triggers.get(mark, mark)

    # -- parts ---------------------------------------------------------------------------------

    def _entry(
        self,
        mark: Span | Frame | Relation,
        rules: Mapping[str, Rule],
        section: str,
        places: tuple[tuple[Fragment, str], ...],
    ) -> Entry | None:
        rule = self._rule(mark, rules, section, places)
        if mark.id in self.entries or mark.id in self.ignored:
            message = f"Two annotations have the id {mark.id}."
            self.report.violation(
                mark.line, "duplicate-id", message, "Save the file again in the tool.", mark.id
            )
            return None
        if rule is None or rule.becomes == IGNORE:
            self.ignored.add(mark.id)
            return None
        entry = Entry(mark.id, rule.becomes, rule, mark.line, places)
        self._said(entry, mark)
        self.entries[mark.id] = entry
        return entry

    def _rule(
        self,
        mark: Span | Frame | Relation,
        rules: Mapping[str, Rule],
        section: str,
        places: tuple[tuple[Fragment, str], ...],
    ) -> Rule | None:
        label = mark.label or self._label(mark)
        tries = (f"{mark.layer}/{label}", label, mark.layer) if mark.layer else (label,)
        for name in tries:
            if name and name in rules:
                return rules[name]
        shown = tries[0] if mark.layer and label else tries[-1] or mark.layer
        self.tally.meet(section, shown, mark.line, places[0][1] if places else "")
        return None

    def _label(self, mark: Span | Frame | Relation) -> str:
        feature = self.labels.layers.get(mark.layer, "")
        return next((one.value for one in mark.attributes if feature and one.name == feature), "")

    def _said(self, entry: Entry, mark: Span | Frame | Relation) -> None:
        """What attributes and the note of a mark say."""
        feature = self.labels.layers.get(mark.layer, "") if mark.layer else ""
        for one in mark.attributes:
            if one.name != feature:
                for key, value in self._read(entry, one):
                    self.say(entry, key, Leaf(value, one.line or mark.line, plain=False))
        if not mark.note or entry.rule.note == IGNORE:
            return
        pairs, left = read_note(mark.note, mark.line, entry.rule.note, self.report)
        for key, view in pairs:
            self.say(entry, key, view)
        if left:
            message = "The label map does not say what plain words in the note of this annotation are."
            name = entry.rule.name
            hint = f'Write a key before them (`note: …`), or note = "…" for {name} in {self.labels.file}.'
            self.report.violation(mark.line, "note-without-key", message, hint, left[:60])

    def _read(self, entry: Entry, one: Attribute) -> Iterator[tuple[str, str]]:
        reading: Reading | None = entry.rule.attributes.get(one.name) or self.labels.attributes.get(one.name)
        if reading is None:
            self.tally.meet("attributes", one.name, one.line or entry.line, entry.words)
        elif reading.values is not None:
            made = reading.values.get(one.value)
            if made is None:
                shown = f"{one.name} = {one.value}"
                self.tally.meet("attributes", shown, one.line or entry.line, entry.words)
            else:
                yield from (pair for pair in made if pair[0] != IGNORE)
        elif reading.key != IGNORE:
            yield reading.key, reading.constant or one.value

    def say(self, entry: Entry, key: str, view: View) -> None:
        """Take one key with its value."""
        if key == "is":
            self._becomes(entry, view)
        elif key == "id" and isinstance(view, Leaf):
            entry.key = view.text
        elif key == "identity" and isinstance(view, Leaf):
            self._identities(entry, (Identity("", view.text, line=view.line),))
        elif key in _OWN and not (key == "language" and entry.becomes == STATEMENT):
            entry.own[key] = view
        else:
            entry.fields.setdefault(key, []).append(view)

    def _becomes(self, entry: Entry, view: View) -> None:
        kind = view.text if isinstance(view, Leaf) else ""
        if kind in ENTRIES:
            entry.becomes = kind
        else:
            hint = f"It can be: {', '.join(ENTRIES)}."
            self.report.violation(
                view.line, "unknown-kind", "This is nothing that it can be.", hint, words_of(view)
            )

    def _identities(self, entry: Entry, identities: Iterable[Identity]) -> None:
        for one in identities:
            if is_none(one.id):
                continue
            found = identified(one, self.schemes)
            if found is None:
                written = f"{one.scheme}:{one.id}" if one.scheme else one.id
                message = f"This id is of no register that is allowed here: {written[:120]}."
                hint = (
                    f"Look it up and link it, or allow the register under [identities] in {self.labels.file}."
                )
                self.report.warning(
                    one.line or entry.line, "to-link", message, hint, one.label or entry.words[:60]
                )
            elif found[1]:
                entry.key, entry.registered = found[0], True
            elif found[0] not in entry.identities:
                entry.identities.append(found[0])

    def _dangling(self, line: int, mark: str, target: str) -> None:
        message = f"{mark} points to {target}, and there is no such annotation in this file."
        self.report.violation(line, "dangling-reference", message, "Save the file again in the tool.", target)

    def places(self, span: Span) -> tuple[tuple[Fragment, str], ...]:
        """The fragments of a span with their words; what only white space divides is one."""
        text = self.document.text
        if text is None:
            hull = (span.fragments[0][0], span.fragments[-1][1]) if span.fragments else (0, 0)
            return ((hull, span.words),) if span.fragments else ()
        found: list[Fragment] = []
        for begin, end in sorted(span.fragments):
            if found and begin >= found[-1][1] and not text[found[-1][1] : begin].strip():
                found[-1] = (found[-1][0], end)
            else:
                found.append((begin, end))
        return tuple((place, text[slice(*place)]) for place in found)


_OWN = frozenset({"name", "language", "implied", "voice", "timex"})

"""An article as a marked document in our own tag set, written without the program's own export.

Reading the document again, with the label map ``brat``, gives the article's graph again. Nodes without a
place in the text hang on words that are near (the first that a claim about them rests on), marked as
``Implied``. What is no mark in the text stands in notes, in the keys of the native format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from diaspora_kg.article import Article, Claim, Node, Participation, Passage, Ref, Statement, Voice
from diaspora_kg.marked.identities import REGISTER
from diaspora_kg.marked.model import Argument, Attribute, Document, Fragment, Frame, Identity, Span
from diaspora_kg.names import kebab
from diaspora_kg.reading.desk import NOT_STATED
from diaspora_kg.reading.how import SLOTS
from diaspora_kg.reading.nodes import STATEMENT as SPEECH
from tests.marked_plain import (
    Plain,
    acting,
    keys_of,
    note_of,
    part,
    plainly,
    silences_of,
    slots_of,
    whole,
)

_SPANS = {
    "organization": "Organization", "person": "Person", "polity": "Polity", "place": "Place",
    "collective": "Collective", "post": "Post", "document": "Document",
}  # fmt: skip
_FRAMES = {
    "event": "Event", "status-change": "Status_change", "legal-status": "Legal_status",
    "relation": "Relation", "membership": "Membership", "figure": "Figure", "undertaking": "Undertaking",
}  # fmt: skip
_ROLES = {
    "content": "Content", "about": "About", "if": "If", "responds-to": "Responds_to", "retracts": "Retracts",
    "conflicts-with": "Conflicts_with", "by": "By", "to": "To", "via": "Via", "medium": "Medium",
    "participants": "Participant", "authority": "Authority", "foresees": "Foresees", "place": "Where",
    "part-of": "Part_of", "of": "Of", "from": "From", "subject": "Subject", "object": "Object",
    "member": "Member", "organization": "Of_organization", "post": "Holds", "jurisdiction": "Jurisdiction",
    "legal-basis": "Basis", "reverses": "Reverses", "original-organization": "Original",
    "resulting-organization": "Resulting", "in": "In", "by.inferred": "By_inferred",
}  # fmt: skip
_REFS = frozenset({
    "foresees", "place", "part-of", "of", "from", "subject", "object", "member", "organization", "post",
    "jurisdiction", "reverses", "original-organization", "resulting-organization", "medium", "via", "in",
})  # fmt: skip

Pairs = list[tuple[str, Plain]]


def to_document(article: Article, text: str) -> Document:
    """The document of an article whose passages and mentions have been found in ``text``."""
    return _Writer(article, text).document()


class _Writer:
    """Marks one article's nodes, statements and claims."""

    def __init__(self, article: Article, text: str) -> None:
        self.article = article
        self.text = text
        self.spans: list[Span] = []
        self.frames: list[Frame] = []
        self.marks: dict[str, str] = {}
        self.near = _near(article)
        words = text.split(maxsplit=1)
        begin = text.find(words[0]) if words else 0
        self.first = (begin, begin + len(words[0])) if words else (0, 0)

    def document(self) -> Document:
        article = self.article
        self._reserve()
        for node in article.nodes:
            if node.kind in _SPANS and not node.addition:
                self._named(node)
        self._mentions()
        for node in article.nodes:
            if node.kind in _FRAMES:
                self._situation(node)
        for statement in article.statements:
            self._statement(statement)
        for claim in article.all_claims():
            self._claim(claim)
        for passage in article.furniture:
            self._span("Furniture", (passage.begin, passage.end))
        return Document(
            self.text,
            annotator=article.annotator,
            spans=tuple(self.spans),
            frames=tuple(self.frames),
        )

    def _reserve(self) -> None:
        """The id of each node's mark, so that marks can point to later ones."""
        article = self.article
        keyed = [node.key for node in article.nodes if node.kind in _FRAMES]
        keyed += [statement.key for statement in article.statements]
        keyed += [claim.key for claim in article.all_claims() if claim.key]
        self.marks = {key: f"E{number}" for number, key in enumerate(keyed, 1)}
        self.events = len(keyed)

    # -- marks -----------------------------------------------------------------------------------

    def _span(self, label: str, place: Fragment, note: str = "", *, implied: bool = False) -> str:
        mark = f"T{len(self.spans) + 1}"
        attributes = (Attribute("Implied"),) if implied else ()
        begin, end = place
        parts = []
        for line in self.text[begin:end].splitlines(keepends=True):
            stripped = line.strip()
            if stripped:
                start = begin + line.index(stripped)
                parts.append((start, start + len(stripped)))
            begin += len(line)
        words = " ".join(self.text[slice(*part)] for part in parts)
        self.spans.append(Span(mark, "", label, tuple(parts), attributes, note=note, words=words))
        return mark

    def _frame(
        self,
        key: str,
        label: str,
        place: Fragment,
        arguments: Iterable[Argument],
        note: str = "",
        **more: str,
    ) -> str:
        mark = self.marks.get(key) if key else None
        if mark is None:
            self.events += 1
            mark = f"E{self.events}"
        attributes = tuple(Attribute(name, value) for name, value in more.items())
        trigger = self._span(label, place)
        self.frames.append(Frame(mark, "", label, trigger, tuple(arguments), attributes, note))
        return mark

    def _named(self, node: Node) -> None:
        """A node that has mentions: the first of them says what it is."""
        places = [one.passage for one in self.article.mentions if one.actor and one.actor.key == node.key]
        note = note_of(list(keys_of(node).items()), node.key)
        place = (places[0].begin, places[0].end) if places else self.near.get(node.key, self.first)
        self.marks[node.key] = self._span(_SPANS[node.kind], place, note, implied=not places)

    def _mentions(self) -> None:
        """All other mentions: of nodes of the register, of events, of whoever is unclear."""
        own = [node for node in self.article.nodes if not node.addition]
        labels = {node.key: _SPANS.get(node.kind, "Mention") for node in own}
        told = {key for key, mark in self.marks.items() if mark[0] == "T"}
        for one in self.article.mentions:
            place = (one.passage.begin, one.passage.end)
            if one.actor is None:
                note = note_of([("unclear", [ref.key for ref in one.unclear])])
                self._span("Mention", place, note)
            elif one.actor.key in told:
                told.discard(one.actor.key)
            else:
                label = labels.get(one.actor.key, "")
                mark = self._mention(label, place, one.actor.key)
                self.marks.setdefault(one.actor.key, mark)

    def _mention(self, label: str, place: Fragment, key: str) -> str:
        """A further mention; without a label it is of an entry of the register."""
        if label:
            return self._span(label, place, key)
        mark = self._span("Mention", place)
        self.spans[-1] = replace(self.spans[-1], identities=(Identity(REGISTER, key),))
        return mark

    def _situation(self, node: Node) -> None:
        pairs: Pairs = []
        arguments = []
        for key, value in keys_of(node).items():
            refs, left = self._pointed(key, value)
            arguments += refs
            pairs += left
        place = self.near.get(node.key, self.first)
        self._frame(node.key, _FRAMES[node.kind], place, arguments, note_of(pairs, node.key))

    def _pointed(self, key: str, value: Plain) -> tuple[list[Argument], Pairs]:
        """A key's values as arguments where they are marked here, the rest for the note."""
        if key not in _REFS:
            return [], [(key, value)]
        values = value if isinstance(value, list) else [value]
        here = [one for one in values if isinstance(one, str) and one in self.marks]
        if len(here) < len(values):  # their order may matter, so all or none
            return [], [(key, value)]
        return [Argument(_ROLES[key], self.marks[one]) for one in here], []

    # -- speech ----------------------------------------------------------------------------------

    def _statement(self, statement: Statement) -> None:
        slots = [("dkg:medium", ref) for ref in statement.medium]
        slots += [("prov:wasQuotedFrom", ref) for ref in statement.via]
        keys = slots_of(SPEECH, (*slots, *statement.slots)) | silences_of(SPEECH, statement.unknown)
        if statement.figure is not None:
            low = next(statement.figure.values("dkg:low"), None)
            keys["others"] = NOT_STATED if low is None else str(low)
        pairs: Pairs = [("kind", [kebab(kind) for kind in statement.kinds])]
        arguments = [argument for one in statement.participations for argument in self._part(one, statement)]
        for key, value in keys.items():
            refs, left = self._pointed(key, value)
            arguments += refs
            pairs += left
        place, further = self._places(statement.passages, statement.key)
        more = {} if statement.passages else {"Implied": ""}
        note = note_of(pairs, statement.key)
        self._frame(statement.key, "Statement", place, [*arguments, *further], note, **more)

    def _part(self, one: Participation, statement: Statement) -> Iterator[Argument]:
        """Somebody who takes part: an annotation of its own, so that office and principal can be shown."""
        row = acting(SPEECH, one.role)
        fields = part(one, open_role=row.open_role)
        pairs: Pairs = []
        arguments = []
        for key, value in fields.items() if isinstance(fields, dict) else ():
            name = {"who": "Who", "as": "As", "for": "For"}.get(key)
            inferred = isinstance(value, dict) and one.basis == "inferred"
            target = next(iter(value)) if isinstance(value, dict) else value
            if name and isinstance(target, str) and target in self.marks:
                arguments.append(Argument(f"{name}_inferred" if inferred else name, self.marks[target]))
            else:
                pairs.append((key, value))
        first = next(iter(statement.passages), None)
        place = (first.begin, first.end) if first else self.near.get(statement.key, self.first)
        yield Argument(_ROLES[row.key], self._frame("", "Takes_part", place, arguments, note_of(pairs)))

    def _places(self, passages: tuple[Passage, ...], key: str) -> tuple[Fragment, list[Argument]]:
        """The first stretch, and arguments for all others."""
        if not passages:
            return self.near.get(key, self.first), []
        spans = [self._span("Passage", (one.begin, one.end)) for one in passages[1:]]
        return (passages[0].begin, passages[0].end), [Argument("Evidence", span) for span in spans]

    def _claim(self, claim: Claim) -> None:
        arguments = list(self._links(claim))
        pairs: Pairs = [("id", claim.key)] if claim.key else []
        pairs += self._unmarked(claim)
        says = claim.says if plainly(claim.says) else ""
        pairs += [] if says else [("says", claim.says)]
        more = {slot.capitalize(): kebab(value) for slot in SLOTS if (value := getattr(claim, slot))}
        if claim.voice is Voice.HEADLINE:
            more["Voice"] = "headline"
        place, further = self._places(claim.passages, claim.key)
        self._frame(claim.key, "Claim", place, [*arguments, *further], note_of(pairs, says), **more)

    def _links(self, claim: Claim) -> Iterator[Argument]:
        """What a claim points to, as far as it is marked here."""
        for key, refs in _refs(claim):
            for ref in refs:
                if ref.key in self.marks:
                    yield Argument(_ROLES[key], self.marks[ref.key])

    def _unmarked(self, claim: Claim) -> Pairs:
        """What a claim says beside its links, and links to what is not marked here."""
        pairs: Pairs = []
        for key, refs in _refs(claim):
            left: list[Plain] = [ref.key for ref in refs if ref.key not in self.marks]
            if left and key == "by.inferred":
                pairs.append(("by", {str(one): "inferred" for one in left}))
            elif left:
                pairs.append((key, left))
        pairs += [("content", whole(one)) for one in claim.content if isinstance(one, Node)]
        if claim.stance is not None:
            target: Plain = NOT_STATED if claim.stance.unknown else [ref.key for ref in claim.stance.targets]
            stance: dict[str, Plain] = {kebab(claim.stance.value): target}
            pairs.append(
                ("stance", stance | ({"words": list(claim.stance.words)} if claim.stance.words else {}))
            )
        pairs += [("reading", [kebab(value) for value in values]) for _, values in claim.reading]
        pairs += [
            (key, value)
            for key, value in (("cue", claim.cue), ("note", claim.note), ("sic", claim.sic))
            if value
        ]
        pairs += [("fulfilment", kebab(claim.fulfilment))] if claim.fulfilment else []
        silent: list[Plain] = [key for key in ("by", "about", "content") if _SILENT[key] in claim.unknown]
        return [*pairs, (NOT_STATED, silent)] if silent else pairs


_SILENT = {"by": "dkg:claimant", "about": "dkg:about", "content": "dkg:content"}


def _refs(claim: Claim) -> Iterator[tuple[str, tuple[Ref, ...]]]:
    """The links of a claim by key."""
    if claim.expressed_in is not None:
        yield "in", (claim.expressed_in,)
    if claim.voice is not Voice.ARTICLE:
        yield ("by.inferred" if claim.basis == "inferred" else "by"), claim.claimants or ()
    yield "about", claim.about or ()
    yield "content", tuple(one for one in claim.content if isinstance(one, Ref))
    yield "if", claim.condition
    yield "responds-to", claim.responds_to
    yield "retracts", claim.retracts
    yield "conflicts-with", claim.conflicts_with


def _near(article: Article) -> dict[str, Fragment]:
    """For each node, the words that the first claim about it rests on."""
    found: dict[str, Fragment] = {}
    for claim in article.all_claims():
        if claim.passages:
            place = (claim.passages[0].begin, claim.passages[0].end)
            for _, refs in _refs(claim):
                for ref in refs:
                    found.setdefault(ref.key, place)
    return found

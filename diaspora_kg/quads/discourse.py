"""From statements and claims to quads: who said what, how it is put, and on which words it rests."""

from __future__ import annotations

from collections.abc import Iterator

from diaspora_kg.amended import amended
from diaspora_kg.article import Claim, Concept, Node, Ref, Statement
from diaspora_kg.identity import Entry
from diaspora_kg.keys import claim_key, minted
from diaspora_kg.quads.sheet import Sheet
from diaspora_kg.quads.source import Spans, relay
from diaspora_kg.quads.world import describe, fill, participate, resulting_statuses

_SLOTS = tuple(
    (slot, f"dkg:{slot}") for slot in ("attribution", "givenness", "illocution", "modality", "polarity")
)


class Discourse:
    """Writes the statements and claims of one article."""

    def __init__(self, sheet: Sheet, article: str, spans: Spans) -> None:
        self._sheet = sheet
        self._article = article
        self._spans = spans

    def state(self, statement: Statement) -> None:
        """Write one statement with the claims that were made in it."""
        sheet, key = self._sheet, self._sheet.key(statement.key)
        subject = sheet.open("statement", key, statement.line, statement.key)
        sheet.source_id(subject, key)
        sheet.concepts(subject, "dkg:kind", statement.kinds)
        for part in statement.participations:
            participate(sheet, subject, key, part)
        sheet.refer(subject, "dkg:medium", statement.medium)
        fill(sheet, subject, key, statement.slots)
        sheet.unknown(subject, statement.unknown)
        for article in (self._article, *relay(sheet, self._article, key, statement.via)):
            sheet.iri(subject, "dkg:reportedIn", article)
        self._spans.evidence(subject, statement.passages, statement.anchors, statement.line)
        if statement.figure:
            _count(sheet, statement, statement.figure)
        for claim in statement.claims:
            self.claim(claim, key)

    def claim(self, claim: Claim, parent: str) -> None:
        """Write one claim; ``parent`` is the full key of the statement or article that it stands in."""
        sheet, key = self._sheet, claim_key(self._sheet.scope.owner, claim, parent)
        subject = sheet.open("claim", key, claim.line, claim.says)
        if claim.key:
            sheet.source_id(subject, key)
        sheet.glossed(subject, "dkg:gloss", claim.says)
        sheet.iri(subject, "dkg:reportedIn", self._article)
        if claim.expressed_in:
            sheet.refer(subject, "dkg:expressedIn", [claim.expressed_in])
        else:
            sheet.iri(subject, "dkg:expressedIn", self._article)
        self._spans.evidence(subject, claim.passages, claim.anchors, claim.line)
        _voice(sheet, subject, claim)
        _relations(sheet, subject, claim)
        _remarks(sheet, subject, claim)
        for part in claim.content:
            for node in self._content(part, key):
                sheet.iri(subject, "dkg:content", node)

    def _content(self, part: Ref | Node, parent: str) -> Iterator[str]:
        sheet = self._sheet
        if isinstance(part, Node):
            owner = sheet.scope.owner
            key = sheet.key(part.key) if part.key else minted(owner, part.kind, parent, part)
            yield describe(sheet, part, key)
            yield from resulting_statuses(sheet, part, key, sheet.scope.article)
        elif entry := sheet.find(part):
            yield entry.iri(sheet.names)
            yield from _implied(sheet, entry)


def _implied(sheet: Sheet, entry: Entry) -> Iterator[str]:
    """What a claim of a node claims as well: the status that a change leads to, a statement's count."""
    record = entry.record
    if isinstance(record, Node) and record.kind == "status-change":
        yield from resulting_statuses(sheet, record, entry.key, entry.article)
    elif isinstance(record, Statement) and record.figure:
        yield sheet.names.node("figure", _count_key(entry.article or "", entry.key, record.figure))


def _count_key(owner: str, statement_key: str, figure: Node) -> str:
    return minted(owner, "figure", statement_key, figure)


def _count(sheet: Sheet, statement: Statement, figure: Node) -> None:
    own = {prop for prop, _ in figure.slots}
    subject, measure = Ref(statement.key, figure.line), Concept("signatories")
    added = [(p, v) for p, v in (("dkg:subject", subject), ("dkg:measure", measure)) if p not in own]
    key = _count_key(sheet.scope.owner, sheet.key(statement.key), figure)
    describe(sheet, amended(figure, key="", slots=(*figure.slots, *added)), key)


def _voice(sheet: Sheet, subject: str, claim: Claim) -> None:
    sheet.refer(subject, "dkg:claimant", claim.claimants or ())
    if claim.claimants:
        sheet.concept(subject, "dkg:basis", claim.basis or "stated")
    left_open = dict(claim.reading)
    for slot, prop in _SLOTS:
        if slot in left_open:
            sheet.concepts(subject, "dkg:reading", left_open[slot])
            sheet.unknown(subject, [prop])
        else:
            sheet.concept(subject, prop, getattr(claim, slot))
    if stance := claim.stance:
        sheet.concept(subject, "dkg:stance", stance.value)
        sheet.refer(subject, "dkg:stanceTarget", stance.targets)
        sheet.unknown(subject, ["dkg:stanceTarget"] if stance.unknown else [])
        for words in stance.words:
            sheet.printed(subject, "dkg:evaluation", words)


def _relations(sheet: Sheet, subject: str, claim: Claim) -> None:
    sheet.refer(subject, "dkg:about", claim.about or ())
    sheet.refer(subject, "dkg:condition", claim.condition)
    sheet.refer(subject, "dkg:respondsTo", claim.responds_to)
    sheet.refer(subject, "dkg:retracts", claim.retracts)
    sheet.refer(subject, "dkg:conflictsWith", claim.conflicts_with)


def _remarks(sheet: Sheet, subject: str, claim: Claim) -> None:
    sheet.printed(subject, "dkg:cue", claim.cue)
    sheet.concept(subject, "dkg:fulfilment", claim.fulfilment)
    sheet.glossed(subject, "dkg:note", claim.note)
    sheet.printed(subject, "dkg:sic", claim.sic)
    sheet.unknown(subject, claim.unknown)

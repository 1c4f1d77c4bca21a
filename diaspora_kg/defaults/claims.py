"""The slots of one claim: who says it, how it is put, whether its words are quoted."""

from __future__ import annotations

from collections.abc import Iterator

from diaspora_kg.amended import amended
from diaspora_kg.article import Claim, Node, Quoted, Ref
from diaspora_kg.defaults.acts import illocution, settle_about, voicing
from diaspora_kg.defaults.desk import Desk, seen_from_here
from diaspora_kg.defaults.roles import settle_node
from diaspora_kg.errors import Finding, Severity

_PLAIN = {
    "givenness": ("stated", "nothing says that it is presupposed or inferred"),
    "modality": ("asserted", "nothing makes it weaker or stronger"),
    "polarity": ("affirmed", "nothing denies it"),
}


def settle_claim(claim: Claim, desk: Desk) -> Claim:
    """One claim, slot by slot; a slot that the words leave open stays empty."""
    name = claim.key or f"claim in line {claim.line}"
    if any(isinstance(part, Node) for part in claim.content):
        content = (settle_node(part, desk) if isinstance(part, Node) else part for part in claim.content)
        claim = amended(claim, content=tuple(content))
    claim = _claimants(claim, name, desk)
    is_open = {slot for slot, _ in claim.reading} | {prop.removeprefix("dkg:") for prop in claim.unknown}
    attribution, act = claim.attribution, claim.illocution
    if attribution is None and "attribution" not in is_open:
        attribution = desk.take(claim.line, name, "attribution", *_attribution(claim))
    if act is None and "illocution" not in is_open:
        act = desk.take(claim.line, name, "illocution", *illocution(claim, desk))
    plain = {
        slot: desk.take(claim.line, name, slot, value, why)
        for slot, (value, why) in _PLAIN.items()
        if getattr(claim, slot) is None and slot not in is_open
    }
    claim = amended(
        claim,
        attribution=attribution,
        illocution=act,
        givenness=plain.get("givenness", claim.givenness),
        modality=plain.get("modality", claim.modality),
        polarity=plain.get("polarity", claim.polarity),
    )
    _check_quoted(claim, desk)
    return settle_about(claim, name, desk)


def _claimants(claim: Claim, name: str, desk: Desk) -> Claim:
    """Those who spoke or signed, not those for whom they act; nobody for the article's own words."""
    claimants, unknown = claim.claimants, claim.unknown
    if claimants is None:
        claimants = tuple(dict.fromkeys(Ref(key, claim.line) for key in _voices(claim, desk)))
        if claimants:
            why = "they spoke or signed"
            desk.take(claim.line, name, "claimants", " ".join(ref.key for ref in claimants), why)
        elif claim.expressed_in is not None and "dkg:claimant" not in unknown:
            why = "nobody is named as having spoken or signed"
            desk.take(claim.line, name, "claimants", "not-stated", why)
            unknown = (*unknown, "dkg:claimant")
    basis = claim.basis
    if claimants and basis is None:
        basis = desk.take(claim.line, name, "basis", "stated", "nothing says inferred")
    return amended(claim, claimants=claimants, basis=basis if claimants else None, unknown=unknown)


def _voices(claim: Claim, desk: Desk) -> Iterator[str]:
    for one in voicing(claim, desk):
        if one.actor and claim.expressed_in:
            yield seen_from_here(claim.expressed_in, one.actor.key, desk)


def _attribution(claim: Claim) -> tuple[str, str]:
    if claim.expressed_in is None and not claim.claimants and "dkg:claimant" not in claim.unknown:
        return "narrated", "it is the article's own voice"
    quoted = {passage.quoted for passage in claim.passages}
    if quoted == {Quoted.WHOLE}:
        return "directQuote", "all its words stand between quotation marks"
    if Quoted.PARTIAL in quoted:
        return "partialQuote", "a part of its words stands between quotation marks"
    return "indirectSpeech", "its words do not all stand between quotation marks"


def _check_quoted(claim: Claim, desk: Desk) -> None:
    """Shape 14 of ontology.md."""
    if claim.attribution != "directQuote" or all(one.quoted is Quoted.WHOLE for one in claim.passages):
        return
    message = "This is called a direct quote, but its words do not lie inside quotation marks."
    hint = "Write `how: indirect-speech` or `partial-quote`, or mark only the quoted words."
    article = desk.article
    words = claim.anchors[0].words if claim.anchors else ""
    desk.findings.append(
        Finding(
            article.file,
            claim.line,
            Severity.WARNING,
            "quote-unmarked",
            message,
            hint,
            words,
            "14",
            article.key,
        )
    )

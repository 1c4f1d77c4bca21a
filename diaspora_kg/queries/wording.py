"""Evidence in sentences: how a claim is put, by whom, where its words stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from diaspora_kg.names import kebab
from diaspora_kg.queries.evidence import Claimant, Evidence, Named

SILENCES = {
    "decidingAuthority": "authority",
    "when": "date",
    "creator": "author",
    "heldBy": "holder",
    "hasMember": "members",
    "ledBy": "leaders",
    "hasPrimarySite": "seat",
}
"""Words for roles and properties whose own names a reader would not look for."""

NOT_STATED = "notStated"
_FULFILMENT = {"reportedPartly": "reported partly done"}
_PLAIN = {"stated", "asserted", "affirmed", "assertive", ""}


def words_for(name: str) -> str:
    """A concept's local name as words.

    >>> words_for("liquidationStageUnspecified")
    'liquidation stage unspecified'
    """
    return kebab(name).replace("-", " ")


def fulfilment_words(value: str) -> str:
    """What became of a promise.

    >>> fulfilment_words("reportedNotDone"), fulfilment_words("reportedPartly")
    ('reported not done', 'reported partly done')
    """
    return _FULFILMENT.get(value) or words_for(value)


def put(evidence: Evidence) -> str:
    """How the claim is put: what sets it apart from something stated, asserted and affirmed.

    A slot that the words leave open says so.
    """
    slots = (evidence.givenness, evidence.modality, evidence.polarity, evidence.illocution)
    words = [words_for(slot) for slot in slots if slot not in _PLAIN]
    if evidence.readings:
        words.append("open: " + " or ".join(words_for(reading) for reading in evidence.readings))
    if evidence.stance:
        words.append(_stance(evidence))
    if evidence.fulfilment:
        words.append(f"a promise {fulfilment_words(evidence.fulfilment)}")
    words += [f"on the condition of {condition.key}" for condition in evidence.conditions]
    return ", ".join(words) or "plainly stated"


def _stance(evidence: Evidence) -> str:
    """The stance with what it is towards and the words that show it."""
    targets = " and ".join(target.words for target in evidence.stance_targets)
    printed = ", ".join(f"“{word}”" for word in evidence.evaluations)
    towards = f" on {targets}" if targets else ""
    return f"{evidence.stance} stance{towards}" + (f" ({printed})" if printed else "")


def said_by(evidence: Evidence) -> str:
    """Who says it, in which office, for whom, through what."""
    speakers = [_claimant(one, evidence.claimants) for one in evidence.claimants]
    if evidence.own_voice:
        parts = (
            ["in the article's own voice"]
            if not speakers
            else [f"in the article, by {' and '.join(speakers)}"]
        )
    else:
        parts = [f"by {'; and by '.join(speakers)}" if speakers else "by nobody named"]
    if evidence.basis == "inferred":
        parts.append("that they say it is the annotator's inference")
    if media := [medium.words for medium in evidence.media if medium.key != NOT_STATED]:
        parts.append(f"through {' and '.join(media)}")
    elif evidence.media:
        parts.append("medium not stated")
    return "; ".join(parts)


def _claimant(claimant: Claimant, everybody: Sequence[Claimant]) -> str:
    parts = [claimant.actor.shown]
    principal = claimant.on_behalf_of
    if principal and all(principal.iri != other.actor.iri for other in everybody):
        parts[0] += f" (not by {principal.words})"
    if claimant.capacity:
        parts.append(f"as {claimant.capacity.words}")
    if principal:
        how = " by the annotator's inference" if claimant.basis == "inferred" else ""
        parts.append(f"acting for {principal.words}{how}")
    return ", ".join(parts)


def source(evidence: Evidence) -> str:
    """The statement and the article that it stands in; :func:`article` tells more of the article."""
    date = "date not stated" if evidence.published == NOT_STATED else evidence.published
    where = f"article {evidence.article.key}" + (f", {date}" if date else "")
    if evidence.statement is None:
        return where
    kinds = " and ".join(words_for(kind) for kind in evidence.kinds) or "statement"
    return f"{kinds} {evidence.statement.key} in {where}"


def article(evidence: Evidence) -> str:
    """The article as a source: key, title, who published it and when."""
    publisher = evidence.publisher
    parts = [
        f"“{evidence.article.label}”" if evidence.article.label else "",
        "publisher not stated"
        if publisher and publisher.key == NOT_STATED
        else publisher.words
        if publisher
        else "",
        "date not stated" if evidence.published == NOT_STATED else evidence.published,
    ]
    return f"{evidence.article.key}: {', '.join(part for part in parts if part)}"


def lines(evidence: Evidence) -> Iterator[str]:
    """The whole evidence of one claim: the claim, its words, how it is put, who says it, where."""
    yield f"{evidence.claim.key}: {evidence.claim.label}"
    for words in evidence.words:
        shown = f"“{words.shown}”" if words.shown else "(words withheld)"
        yield f"  {shown} {words.region}, characters {words.begin}-{words.end}"
    cue = f" (cue: {evidence.cue})" if evidence.cue else ""
    rendered = f"; {words_for(evidence.attribution)}" if evidence.attribution else ""
    yield f"  {put(evidence)}{rendered}{cue}"
    yield f"  {said_by(evidence)}"
    yield f"  {source(evidence)}"
    if evidence.sic:
        yield f"  printed so (sic): {evidence.sic}"
    if evidence.note:
        yield f"  note: {evidence.note}"
    if evidence.file:
        where = f", {evidence.where}" if evidence.where else f":{evidence.line}"
        yield f"  {evidence.file}{where}"


def sources(claims: Iterable[Evidence]) -> Iterator[str]:
    """The articles that claims come from, each once, under a heading."""
    found = sorted({article(evidence) for evidence in claims})
    if found:
        yield "Sources:"
        yield from (f"  {one}" for one in found)


def summary(claims: Sequence[Evidence], *, itself: bool = False) -> str:
    """In whose voice something is asserted that these claims have as content, and how it is put.

    Asserted means stated, asserted, affirmed and under no condition; the voice is the article's own
    where the claim is expressed in the article, else the speaker's. What is reported of a promise
    afterwards does not assert the promise, and is told apart. ``itself``: it is the claim that is
    summed up, whose paraphrase has the "not" already, so that who denies the content says the claim.
    """
    reported = [evidence for evidence in claims if evidence.fulfilment]
    claims = [evidence for evidence in claims if not evidence.fulfilment]
    asserting = [evidence for evidence in claims if evidence.asserts]
    own = ", ".join(dict.fromkeys(_titled(evidence.article) for evidence in asserting if evidence.own_voice))
    others = _names(one.actor for e in asserting if not e.own_voice for one in e.claimants)
    if own:
        head = f"asserted in the own voice of {own}" + (f", and by {others}" if others else "")
    elif others:
        head = f"asserted by {others}, in no article's own voice"
    else:
        head = "asserted in nobody's own voice"
    if denied := _deniers(claims):
        head = f"said by {denied}" if itself else f"{head}, denied by {denied}"
    said = [f"{head}: {'; '.join(_groups(claims))}"] if claims else []
    return "; ".join([*said, *_fulfilments(reported)]) or "no claim has it as content: nobody asserts it"


def _titled(named: Named) -> str:
    """An article by its title, which is somebody's words, and its key."""
    return f"“{named.label}” ({named.key})" if named.label else named.key


def _fulfilments(reported: Sequence[Evidence]) -> Iterator[str]:
    """What is reported of a promise, and by whom."""
    for value in sorted({evidence.fulfilment for evidence in reported}):
        same = [evidence for evidence in reported if evidence.fulfilment == value]
        speakers = [_titled(e.article) for e in same if e.own_voice]
        speakers += [one.actor.shown for e in same if not e.own_voice for one in e.claimants]
        yield f"{fulfilment_words(value)}, by {', '.join(dict.fromkeys(speakers)) or 'nobody named'}"


def _deniers(claims: Sequence[Evidence]) -> str:
    """Who says plainly that it is not so."""
    plain = [e for e in claims if (e.givenness, e.modality, e.polarity) == ("stated", "asserted", "negated")]
    speakers = [one.actor for evidence in plain for one in evidence.claimants]
    return _names([*(e.article for e in plain if not e.claimants), *speakers])


def _names(found: Iterable[Named]) -> str:
    return ", ".join(dict.fromkeys(named.shown for named in found))


def _groups(claims: Sequence[Evidence]) -> Iterator[str]:
    for manner, group in groupby(sorted(claims, key=_manner), key=_manner):
        members = list(group)
        passages = {(e.article.iri, w.begin, w.end) for e in members for w in e.words}
        articles = {e.article.iri for e in members}
        yield f"{manner} in {count(len(passages), 'passage')} of {count(len(articles), 'article')}"


def _manner(evidence: Evidence) -> str:
    slots = (evidence.givenness, evidence.modality, evidence.polarity)
    marked = [words_for(slot) for slot in slots if slot not in _PLAIN]
    if evidence.conditions:
        marked.append("under a condition")
    return ", ".join(marked) or "stated"


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "passage"), count(2, "passage")
    ('1 passage', '2 passages')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def date_phrase(not_before: str, not_after: str, edtf: str, text: str) -> str:
    """A date in words.

    >>> date_phrase("", "2031-05-02", "[..2031-05-02]", ""), date_phrase("", "", "", "Friday")
    ('on or before 2031-05-02', '"Friday", not resolved')
    """
    if not_before and not_before == not_after:
        return f"on {not_after}"
    if not_before and not_after:
        return f"between {not_before} and {not_after}"
    if not_after:
        return f"on or before {not_after}"
    if not_before:
        return f"on or after {not_before}"
    return edtf or (f'"{text}", not resolved' if text else "")


def role_words(role: str) -> str:
    """A role as a reader would look for it.

    >>> role_words("decidingAuthority"), role_words("committedParty")
    ('authority', 'committed party')
    """
    return SILENCES.get(role, words_for(role))

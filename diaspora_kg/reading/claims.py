"""Claims: what is said, how it is put, by whom, resting on which words."""

from __future__ import annotations

from diaspora_kg.article import Anchor, Claim, Node, Ref, Region, Stance, Voice
from diaspora_kg.reading.acting import read_principals
from diaspora_kg.reading.desk import NOT_STATED, Desk, is_not_stated, many
from diaspora_kg.reading.fields import Fields
from diaspora_kg.reading.how import read_how, read_open
from diaspora_kg.reading.nodes import INLINE_NAMES
from diaspora_kg.reading.sections import read_inline
from diaspora_kg.reading.values import read_anchors, read_region
from diaspora_kg.yamlnodes import Leaf, Table, View

_SILENCES = {"by": "dkg:claimant", "about": "dkg:about", "content": "dkg:content"}
_NO_EVIDENCE = "This claim points to no passage of the article; mark the words it rests on."


def read_claims(
    view: View | None, desk: Desk, voice: Voice, statement: Ref | None = None
) -> tuple[Claim, ...]:
    """A list of claims; those of a statement are expressed in it."""
    if isinstance(view, Leaf) and not view.empty:
        desk.refuse(view, "wrong-shape", "Claims are a list.", "Begin each with `- says: …`.")
        return ()
    found = []
    for item in many(view):
        fields = desk.fields(item, "a claim", "Write {says: …, quote: …}.")
        if fields is not None:
            found.append(_Claiming(fields, desk, voice, statement).claim())
    return tuple(found)


class _Claiming:
    """Reads one claim; each method takes the keys of one matter."""

    def __init__(self, fields: Fields, desk: Desk, voice: Voice, statement: Ref | None) -> None:
        self.fields = fields
        self.desk = desk
        self.voice = voice
        self.statement = statement

    def claim(self) -> Claim:
        fields, desk = self.fields, self.desk
        key, says = self.key(), self.text("says", required=True)
        slots = read_how(fields, desk)
        claimants, basis = self.claimants()
        about = self.about()
        found = Claim(
            fields.line,
            says or "",
            self.voice,
            key=key,
            anchors=self.anchors(),
            expressed_in=self.expressed_in(),
            claimants=claimants,
            basis=basis,
            attribution=slots.get("attribution"),
            givenness=slots.get("givenness"),
            illocution=slots.get("illocution"),
            modality=slots.get("modality"),
            polarity=slots.get("polarity"),
            stance=self.stance(),
            about=about,
            content=self.content(),
            condition=desk.refs(fields.take("if")),
            responds_to=desk.refs(fields.take("responds-to")),
            retracts=desk.refs(fields.take("retracts")),
            conflicts_with=desk.refs(fields.take("conflicts-with")),
            reading=read_open(fields, desk, slots),
            cue=self.text("cue"),
            fulfilment=self.fulfilment(),
            note=self.text("note"),
            sic=self.text("sic"),
            unknown=self.unknown(claimants, about),
        )
        fields.audit()
        return found

    def text(self, key: str, *, required: bool = False) -> str | None:
        view = self.fields.take(key)
        if view is not None:
            return self.desk.text(view, f"`{key}`") or None
        if required:
            hint = "Write, in your own words, what is claimed."
            self.desk.report.violation(self.fields.line, "missing-key", f"A claim needs `{key}`.", hint)
        return None

    def key(self) -> str:
        view = self.fields.take("id")
        if view is None or not self.desk.text(view, "`id`"):
            return ""
        return self.desk.new_key(view, "a claim") if isinstance(view, Leaf) else ""

    def anchors(self) -> tuple[Anchor, ...]:
        where, quote = self.fields.take("in"), self.fields.take("quote")
        region: Region | None = read_region(where, self.desk) if where else None
        anchors = read_anchors(quote, self.desk, region)
        if not many(quote):
            hint = "Write `quote:` with words of the article; … stands for any text between."
            self.desk.report.violation(self.fields.line, "no-evidence", _NO_EVIDENCE, hint)
        return anchors

    def expressed_in(self) -> Ref | None:
        if self.voice is not Voice.HEADLINE:
            return self.statement
        view = self.fields.take("of")
        return self.desk.ref(view) if view else None

    def claimants(self) -> tuple[tuple[Ref, ...] | None, str | None]:
        """Who says it and whether that is stated; (None, None) leaves it to the defaults."""
        view = self.fields.take("by")
        if view is None:
            return None, None
        if is_not_stated(view):
            return (), None
        if self.voice is Voice.ARTICLE:
            hint = "Put a claim of somebody else below a statement, or delete `by`."
            self.desk.refuse(
                view, "by-in-article-says", "The article's own words have nobody else behind them.", hint
            )
            return None, None
        principals = read_principals(view, self.desk)
        bases = {basis for _, basis in principals}
        if len(bases) > 1:
            hint = "Mark all as inferred, or write one claim for each."
            self.desk.refuse(
                view, "mixed-basis", "One claim's claimants are stated or inferred, not both.", hint
            )
        refs = tuple(ref for ref, _ in principals if ref)
        return (refs, min(basis for basis in bases if basis)) if refs else (None, None)

    def about(self) -> tuple[Ref, ...] | None:
        view = self.fields.take("about")
        if view is None:
            return None
        return () if is_not_stated(view) else self.desk.refs(view)

    def content(self) -> tuple[Ref | Node, ...]:
        found: list[Ref | Node] = []
        for item in many(self.fields.take("content")):
            part = (
                read_inline(item, self.desk, INLINE_NAMES) if isinstance(item, Table) else self.desk.ref(item)
            )
            if part is not None:
                found.append(part)
        return tuple(found)

    def fulfilment(self) -> str | None:
        view = self.fields.take("fulfilment")
        concept = self.desk.concept(view, "Fulfilment") if view else None
        if view and concept and concept.name == "notReported":
            hint = "Delete the key: of what no claim reports, the graph says so itself."
            self.desk.refuse(view, "derived-value", "A claim cannot report that nothing is reported.", hint)
            return None
        return concept.name if concept else None

    def stance(self) -> Stance | None:
        view = self.fields.take("stance")
        if view is None:
            return None
        hint = "Write stance: {negative: key}, or {negative: not-stated}."
        fields = self.desk.fields(view, "a stance", hint)
        return _stance(fields, self.desk, hint) if fields else None

    def unknown(self, claimants: tuple[Ref, ...] | None, about: tuple[Ref, ...] | None) -> tuple[str, ...]:
        """Silences of the claim: written as values above, or in the list."""
        silent = {"by": claimants == (), "about": about == ()}
        valued = {"by": bool(claimants), "about": bool(about)}
        found = [_SILENCES[key] for key, is_silent in silent.items() if is_silent]
        for item in many(self.fields.take(NOT_STATED)):
            key = self.desk.text(item, "A silence")
            if valued.get(key):
                message = f"A value beside not-stated: `{key}` is written and said to be silent."
                self.desk.refuse(item, "beside-not-stated", message, "Keep one of the two.")
            elif key in _SILENCES:
                found.append(_SILENCES[key])
            elif key:
                hint = "Keys: " + ", ".join(_SILENCES) + "."
                self.desk.refuse(item, "unknown-key", f"`{key}` of a claim cannot be not-stated.", hint)
        return tuple(dict.fromkeys(found))


def _stance(fields: Fields, desk: Desk, hint: str) -> Stance | None:
    words = tuple(
        text for item in many(fields.take("words")) if (text := desk.text(item, "An evaluating word"))
    )
    values = [key for key, _ in fields.table.pairs if key.text != "words" and fields.has(key.text)]
    targets = [(key, fields.take(key.text)) for key in values]
    if len(targets) != 1:
        desk.refuse(fields.table, "stance", "A stance has one value with its targets.", hint)
        return None
    key, target = targets[0]
    concept = desk.concept(key, "Stance")
    if concept is None:
        return None
    if is_not_stated(target):
        return Stance(concept.name, words=words, unknown=True)
    refs = desk.refs(target)
    if not refs:
        desk.refuse(key, "stance", "This stance has no target.", hint)
    return Stance(concept.name, refs, words)

"""Claims as pages show them: who says what, how, in which words, through what, when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from diaspora_kg.names import PREFIXES, expand, segment
from diaspora_kg.pages.facts import Claimed, Dated, Line, Part, Put, Speaker, Value
from diaspora_kg.pages.gather import Gathered
from diaspora_kg.pages.quoting import quotes_of, slots_of
from diaspora_kg.pages.sourced import published
from diaspora_kg.queries.cells import natural
from diaspora_kg.queries.wording import role_words, words_for

_SET_OFF = ("givenness", "modality", "polarity")
_WANTED = frozenset({"normative", "directive", "commissive", "interrogative"})  # no word that it is so
_KEPT = 20_000  # claims that are kept as they are shown

_D = {
    name: expand(f"dkg:{name}")
    for name in (
        "actor", "basis", "capacity", "claimant", "condition", "cue", "dateBasis", "dateText",
        "edtf", "evaluation", "expressedIn", "gloss", "kind", "medium",
        "notAfter", "notBefore", "note", "onBehalfOf", "participation",
        "reportedIn", "role", "sic", "stanceTarget", "unknown", "when",
    )
}  # fmt: skip
_TITLE = expand("dct:title")

WHOSE = frozenset({"legal-status", "status-change", "relation", "membership", "figure"})
"""Kinds that have no name of their own."""

_NAMING = tuple(
    map(expand, ("dkg:subject", "org:member", "dkg:measure", "dkg:post", "org:organization", "dkg:object"))
)


_UNKNOWN, _SILENT = Dated(), Dated(silent=True)


def anchor(kind: str, key: str) -> str:
    """The fragment of a node that is shown on another page; nothing in it needs an escape.

    >>> anchor("claim", "a b")
    'claim-a%20b'
    """
    return f"{kind}-{segment(key)}"


class Said:
    """Makes claims, dates and parts of what was gathered; what is the same on every page is made once."""

    def __init__(self, gathered: Gathered) -> None:
        self.gathered = gathered
        self._claims: dict[str, Claimed] = {}
        self._placed: dict[str, Claimed] = {}
        self._puts: dict[str, Put] = {}
        self._values: dict[str, Value] = {}
        self._dates: dict[tuple[str, str], Dated] = {}

    def forget(self) -> None:
        """Make room, when much is kept; what nodes are called may have become known since."""
        if len(self._claims) > _KEPT or len(self._puts) > _KEPT:
            self._claims.clear()
            self._placed.clear()
            self._puts.clear()
        self._values.clear()
        self._dates.clear()

    def value(self, iri: str) -> Value:
        """A node by its words; a value of a closed list is words only."""
        found = self._values.get(iri)
        if found is None:
            found = self._value(iri)
            if self.gathered.label(iri):
                self._values[iri] = found
        return found

    def _value(self, iri: str) -> Value:
        known = self.gathered.lookup.names.kind_and_key(iri)
        if known is None:
            return Value(self.gathered.words(iri), model=iri.startswith(PREFIXES["dkgv"]))
        if known[0] in WHOSE and not self.gathered.label(iri):
            return Value(self.described(iri) or known[1], iri)
        return Value(self.gathered.words(iri), iri)

    def described(self, iri: str, label: str = "") -> str:
        """A status, a relation, an office held or a number is nothing without whose it is."""
        told = {
            name: self.gathered.words(found[0])
            for name in _NAMING
            if (found := self.gathered.iris(iri, name))
        }
        whose = told.get(_NAMING[0]) or told.get(_NAMING[1])
        what = label or next((told[name] for name in _NAMING[2:5] if name in told), "")
        parts = [part for part in (what, told.get(_NAMING[5])) if part]
        return f"{whose}: {' '.join(parts)}" if whose and parts else whose or label

    def anchor(self, iri: str) -> str:
        """The fragment of a node."""
        known = self.gathered.lookup.names.kind_and_key(iri)
        return anchor(*known) if known else ""

    def dated(self, node: str, slot: str) -> Dated:
        """The date of a node; of several records' dates the first that says most."""
        found = self._dates.get((node, slot))
        if found is None:
            found = self._dates[node, slot] = self._dated(node, expand(f"dkg:{slot}"))
        return found

    def _dated(self, node: str, slot: str) -> Dated:
        whens = self.gathered.iris(node, slot)
        if not whens:
            return _SILENT if slot in self.gathered.iris(node, _D["unknown"]) else _UNKNOWN
        if len(whens) == 1:
            return self._when(whens[0])
        return min(map(self._when, whens), key=lambda dated: (dated.form == "printed", repr(dated)))

    def _when(self, when: str) -> Dated:
        one = self.gathered.one
        low, high, edtf = one(when, _D["notBefore"]), one(when, _D["notAfter"]), one(when, _D["edtf"])
        words = one(when, _D["dateText"])
        form = "on" if low and low == high else "between" if low and high else ""
        form = form or ("by" if high else "from" if low else "printed" if words or edtf else "unknown")
        return Dated(form, low, high, words or ("" if form != "printed" else edtf), edtf,
                     self.gathered.local(when, _D["dateBasis"]))  # fmt: skip

    def parts(self, node: str) -> tuple[Part, ...]:
        """Who takes part in a node, those that nobody names too."""
        found = [self._part(one) for one in self.gathered.iris(node, _D["participation"])]
        return tuple(sorted(found, key=repr) if len(found) > 1 else found)

    def _part(self, participation: str) -> Part:
        actor, office, principal = (
            self._first(participation, name) for name in ("actor", "capacity", "onBehalfOf")
        )
        inferred = self.gathered.local(participation, _D["basis"]) == "inferred"
        return Part(
            role_words(self.gathered.local(participation, _D["role"])), actor, office, principal, inferred
        )

    def _first(self, node: str, name: str) -> Value | None:
        found = self.gathered.iris(node, _D[name])
        return self.value(found[0]) if found else None

    def put(self, claim: str) -> Put:
        """How a claim puts what it has as content, and whose claim it is."""
        if claim not in self._puts:
            self._puts[claim] = self._put(claim)
        return self._puts[claim]

    def puts(self, claims: Iterable[str]) -> tuple[Put, ...]:
        """The same of several claims, each once: those first that put it plainly."""
        found = dict.fromkeys(map(self.put, claims))
        return tuple(sorted(found, key=lambda put: (not put.plain, not put.own_voice)))

    def _put(self, claim: str) -> Put:
        gathered = self.gathered
        slots = tuple(
            slot
            for slot in slots_of(gathered, claim)
            if (slot.slot in _SET_OFF and not slot.plain)
            or (slot.slot == "illocution" and slot.value in _WANTED)
        )
        article = gathered.iris(claim, _D["reportedIn"])
        by = tuple(self.value(iri) for iri in gathered.iris(claim, _D["claimant"]))
        conditional = bool(gathered.told(claim).get(_D["condition"]))
        source = article[0] if article else ""
        denied = any(slot.value == "negated" for slot in slots)
        own = gathered.iris(claim, _D["expressedIn"]) == article and not by
        return Put(slots, by, own, self.article(source), not slots and not conditional, denied, conditional)

    def article(self, iri: str) -> Value:
        """An article by its title."""
        return Value(self.gathered.one(iri, _TITLE) or self.gathered.cells.iri(iri), iri)

    def claimed(
        self, claim: str, source: int, links: Sequence[str] = (), *, repeated: bool = False
    ) -> Claimed:
        """A claim as a page shows it; ``source`` is the number of its article there."""
        made, told = self._placed.get(claim), tuple(links)
        if made is None or made.source != source or made.repeated != repeated or made.links != told:
            made = replace(self.plain(claim), source=source, links=told, repeated=repeated)
            self._placed[claim] = made  # most pages show it so
        return made

    def plain(self, claim: str) -> Claimed:
        """A claim without its place on a page."""
        made = self._claims.get(claim)
        if made is None:
            made = self._claims[claim] = self._claimed(claim)
        return made

    def _claimed(self, claim: str) -> Claimed:
        gathered, one, local = self.gathered, self.gathered.one, self.gathered.local
        articles, voices = gathered.iris(claim, _D["reportedIn"]), gathered.iris(claim, _D["expressedIn"])
        article = articles[0] if articles else ""
        voice = voices[0] if voices else ""
        own = voice == article
        return Claimed(
            iri=claim,
            key=gathered.cells.iri(claim),
            anchor=self.anchor(claim),
            gloss=one(claim, _D["gloss"]),
            speakers=tuple(self.speakers(claim, voice)),
            own_voice=own,
            said_inferred=local(claim, _D["basis"]) == "inferred",
            media=self.media(voice) if not own else "",
            statement=None if own else Value(self.kinds(voice), voice),
            statement_kind=self.kinds(voice) if not own else "",
            slots=tuple(slots_of(gathered, claim)),
            notes=tuple(self._notes(claim)),
            quotes=tuple(quotes_of(gathered, claim, article)),
            article=self.article(article),
            published=published(gathered, article),
            source=0,
        )

    def kinds(self, statement: str) -> str:
        """What kind of statement it is, in words."""
        kinds = [
            words_for(self.gathered.cells.iri(kind)) for kind in self.gathered.iris(statement, _D["kind"])
        ]
        return " and ".join(kinds) or "statement"

    def media(self, statement: str) -> str:
        """Through what a statement was made."""
        names = [self.gathered.words(iri) for iri in self.gathered.iris(statement, _D["medium"])]
        if not names and _D["medium"] in self.gathered.iris(statement, _D["unknown"]):
            return "medium not stated"
        return " and ".join(names)

    def speakers(self, claim: str, voice: str) -> Iterator[Speaker]:
        """The claimants in the order of their keys, with the office in which they speak there."""
        gathered = self.gathered
        acting: dict[str, list[str]] = {}
        for one in gathered.iris(voice, _D["participation"]):
            if gathered.local(one, _D["role"]) in {"speaker", "signatory"}:
                for actor in gathered.iris(one, _D["actor"]):
                    acting.setdefault(actor, []).append(one)
        claimants = gathered.iris(claim, _D["claimant"])
        for claimant in sorted(claimants, key=lambda iri: natural(gathered.cells.iri(iri))):
            for one in acting.get(claimant, [""]):
                yield self._speaker(claimant, one)

    def _speaker(self, claimant: str, participation: str) -> Speaker:
        return Speaker(
            self.value(claimant),
            self._first(participation, "capacity"),
            self._first(participation, "onBehalfOf"),
            self.gathered.local(participation, _D["basis"]) == "inferred",
        )

    def _notes(self, claim: str) -> Iterator[Line]:
        gathered = self.gathered
        if targets := gathered.iris(claim, _D["stanceTarget"]):
            yield Line("stance towards", tuple(map(self.value, targets)))
        if evaluations := gathered.terms(claim, _D["evaluation"]):
            yield Line("in the words", tuple(Value(f"“{term.value}”") for term in evaluations))
        if conditions := gathered.iris(claim, _D["condition"]):
            yield Line("on the condition of", tuple(map(self.value, conditions)))
        if cue := gathered.one(claim, _D["cue"]):
            yield Line("cue", (Value(f"“{cue}”"),))
        for name, label in (("sic", "printed so (sic)"), ("note", "note")):
            if words := gathered.one(claim, _D[name]):
                yield Line(label, (Value(words),))

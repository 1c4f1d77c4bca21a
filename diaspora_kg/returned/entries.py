"""The way back: an article as annotations of its text, for a tool to show and change.

Each node becomes an annotation: actors where the article names them, everything else on words that it
rests on (``implied``: the words do not name it). Values that are keys of annotated nodes become arrows,
all others stay keys with values. What a format makes of an entry is its own matter
(:mod:`diaspora_kg.uima`, brat); reading it again gives the same article.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from diaspora_kg.article import Article, Claim, Mention, Node, Passage, Ref, Statement
from diaspora_kg.keys import claim_key, full_key
from diaspora_kg.marked.model import Fragment
from diaspora_kg.marked.rules import CLAIM, EVIDENCE, FURNITURE, MENTION, STATEMENT, TAKES_PART
from diaspora_kg.marked.written import (
    Key,
    Written,
    written_claim,
    written_node,
    written_statement,
)
from diaspora_kg.reading.nodes import KINDS

IMPLIED = "implied"
NAMED = frozenset(name for name, kind in KINDS.items() if kind.named and name != "event")
"""Kinds of nodes that become plain spans, since they point to nothing that a tool could draw."""


@dataclass(slots=True)
class Entry:
    """One annotation to be: ``becomes`` is what it is (``organization``, ``claim``, ``mention``).

    ``key`` is the node's id (empty: none of its own). ``arrows`` are (role, id of an entry); ``registered``
    says that the key is one of the project's register.
    """

    id: str
    becomes: str
    place: Fragment
    key: str = ""
    values: dict[str, Written] = field(default_factory=dict)
    arrows: list[tuple[str, str]] = field(default_factory=list)
    registered: bool = False


def given_back(article: Article, text: str, registered: Mapping[str, str] | None = None) -> tuple[Entry, ...]:
    """The annotations of an article whose anchors have been found in its text.

    ``registered`` are the kinds of the register's entries by key.
    """
    return tuple(_Back(article, text, registered or {}).entries())


class _Back:
    def __init__(self, article: Article, text: str, registered: Mapping[str, str]) -> None:
        self.article = article
        self.registered = registered
        self.fallback = _first_word(text)
        self.heads: dict[str, Entry] = {}
        self.all: list[Entry] = []
        self.claims = {self._claim_key(claim): claim for claim in article.all_claims()}

    def entries(self) -> list[Entry]:
        self._furniture()
        mentioned: dict[str, list[Mention]] = {}
        for mention in self.article.mentions:
            mentioned.setdefault(mention.actor.key if mention.actor else "", []).append(mention)
        for node in self.article.nodes:
            if not node.addition:
                self._node(node, mentioned.pop(node.key, []))
        for key, mentions in mentioned.items():
            self._others(key, mentions)
        for statement in self.article.statements:
            self._statement(statement)
        for key, claim in self.claims.items():
            self._claim(key, claim)
        for entry in list(self.all):
            self._draw(entry)
        return self.all

    # -- the sorts of entries ----------------------------------------------------------------------

    def _furniture(self) -> None:
        for passage in self.article.furniture:
            self._add(FURNITURE, _place(passage))

    def _node(self, node: Node, mentions: list[Mention]) -> None:
        values = written_node(node)
        kind = str(values.pop("is"))
        named = kind in NAMED
        if mentions and named:
            first, *rest = mentions
            self._add(kind, _place(first.passage), node.key, values)
        else:
            rest = mentions
            place = self._rests_on(node.key)
            self._add(kind, place, node.key, {IMPLIED: "true", **values} if named else values)
        for mention in rest:
            self._add(MENTION, _place(mention.passage), node.key)

    def _others(self, key: str, mentions: Iterable[Mention]) -> None:
        """Mentions of whom the register knows, and of those of whom it is not clear who is meant."""
        for mention in mentions:
            kind = self.registered.get(key, MENTION)
            entry = self._add(kind if kind in NAMED else MENTION, _place(mention.passage), key)
            entry.registered = key in self.registered
            if mention.unclear:
                entry.values["unclear"] = [Key(ref.key) for ref in mention.unclear]

    def _statement(self, statement: Statement) -> None:
        first, *rest = statement.passages or (None,)
        values = written_statement(statement)
        if first is None:
            claim = next((claim for claim in statement.claims if claim.passages), None)
            place = _place(claim.passages[0]) if claim else self.fallback
            self._add(STATEMENT, place, statement.key, {IMPLIED: "true", **values})
        else:
            entry = self._add(STATEMENT, _place(first), statement.key, values)
            self._evidence(entry, rest)

    def _claim(self, key: str, claim: Claim) -> None:
        values = written_claim(claim)
        if "of" in values:
            values["in"] = values.pop("of")
        first, *rest = claim.passages or (None,)
        if first is None:
            self._add(CLAIM, self.fallback, key, {IMPLIED: "true", **values})
        else:
            self._evidence(self._add(CLAIM, _place(first), key, values), rest)

    def _evidence(self, entry: Entry, passages: Iterable[Passage | None]) -> None:
        for passage in passages:
            if passage is not None:
                entry.arrows.append((EVIDENCE, self._add(EVIDENCE, _place(passage)).id))

    # -- parts -------------------------------------------------------------------------------------

    def _add(
        self, becomes: str, place: Fragment, key: str = "", values: dict[str, Written] | None = None
    ) -> Entry:
        entry = Entry(f"m{len(self.all) + 1}", becomes, place, key, values or {})
        if key and becomes != MENTION:
            self.heads.setdefault(key, entry)
        self.all.append(entry)
        return entry

    def _draw(self, entry: Entry) -> None:
        """Turn keys of annotated nodes into arrows, but for what is a plain span."""
        if entry.becomes in {*NAMED, MENTION}:
            return
        for name, value in list(entry.values.items()):
            whole = value if isinstance(value, list) else [value]
            keys = [one for one in whole if isinstance(one, Key)]
            if any(key not in self.heads for key in keys):
                continue  # all or none, so that their order stays
            entry.arrows += [(name, self.heads[key].id) for key in keys]
            kept = [one for one in whole if not isinstance(one, Key) and not self._part(entry, name, one)]
            if not kept:
                del entry.values[name]
            elif len(kept) < len(whole):
                entry.values[name] = kept

    def _part(self, entry: Entry, name: str, value: Written) -> bool:
        """Make somebody who takes part (in an office, for somebody) an annotation of its own."""
        if not isinstance(value, dict) or "who" not in value:
            return False
        part = self._add(TAKES_PART, entry.place)
        entry.arrows.append((name, part.id))
        for key, said in value.items():
            for one in said if isinstance(said, list) else [said]:
                role, target = _end(key, one)
                if target in self.heads:
                    part.arrows.append((role, self.heads[target].id))
                else:
                    part.values[key] = said
                    part.arrows = [arrow for arrow in part.arrows if arrow[0] not in {key, f"{key}.inferred"}]
                    break
        return True

    def _claim_key(self, claim: Claim) -> str:
        if claim.key:
            return claim.key
        owner = self.article.key
        within = claim.expressed_in.key if claim.expressed_in and claim.voice == "statement" else ""
        parent = full_key(owner, within) if within else owner
        return claim_key(owner, claim, parent).removeprefix(f"{owner}.")

    def _rests_on(self, key: str) -> Fragment:
        """Words for a node that is not named: those of the first claim that speaks of it."""
        for claim in self.claims.values():
            if claim.passages and key in _spoken_of(claim):
                return _place(claim.passages[0])
        for statement in self.article.statements:
            if statement.passages and key in _taking_part(statement):
                return _place(statement.passages[0])
        return self.fallback


def _end(key: str, value: Written) -> tuple[str, str]:
    """The role and the node of one value: ``{mfa: inferred}`` is ``for.inferred``; no node gives ``""``."""
    if isinstance(value, dict) and len(value) == 1 and set(value.values()) == {"inferred"}:
        return f"{key}.inferred", next(iter(value))
    return key, str(value) if isinstance(value, Key) else ""


def _spoken_of(claim: Claim) -> Iterator[str]:
    refs: list[Ref] = [part for part in claim.content if isinstance(part, Ref)]
    yield from (ref.key for ref in (*refs, *(claim.about or ())))


def _taking_part(statement: Statement) -> Iterator[str]:
    for part in statement.participations:
        yield from (ref.key for ref in (part.actor, part.capacity, part.on_behalf_of) if ref)


def _place(passage: Passage) -> Fragment:
    return passage.begin, passage.end


def _first_word(text: str) -> Fragment:
    begin = len(text) - len(text.lstrip())
    end = begin + len(text[begin:].split(maxsplit=1)[0]) if text.strip() else begin
    return begin, end

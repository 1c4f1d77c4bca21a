"""From the rows of the graph to the profiles that are compared."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from diaspora_kg.candidates.profiles import Office, Profile, Span, Tokens, named
from diaspora_kg.candidates.rows import Rows, local
from diaspora_kg.identity.sets import Sets
from diaspora_kg.index import fold
from diaspora_kg.likeness import Form
from diaspora_kg.names import ACTOR_KINDS, Names

PARTIES: Mapping[str, tuple[str, ...]] = {
    "membership": ("org:member", "org:organization", "dkg:post"),
    "relation": ("dkg:kind", "dkg:subject", "dkg:object"),
    "legal-status": ("dkg:subject", "dkg:status", "dkg:jurisdiction"),
    "figure": ("dkg:subject", "dkg:measure", "dkg:low", "dkg:high"),
    "status-change": ("dkg:kind", "dkg:subject", "dkg:jurisdiction"),
    "statement": ("dkg:kind", "dkg:medium"),
    "event": ("dkg:kind", "dkg:place"),
    "undertaking": ("dkg:kind",),
    "post": ("org:postIn",),
}
"""What a record without a name of its own is known by."""

_ROLES = frozenset({"speaker", "signatory", "committedParty", "requester", "organizer", "host", "candidate"})
_FOUNDED, _ENDED = {"founding"}, {"liquidation", "dissolution"}
_SHORT = frozenset({"acronym", "shortName", "metonym"})
_WORD = re.compile(r"\w+")
_FEW_WORDS = frozenset({"of", "the", "in", "for", "and", "a", "an", "at"})
_MOST_COMPANY = 40


class Gatherer:
    """Makes the profiles of one graph."""

    def __init__(self, rows: Rows, names: Names) -> None:
        self._rows = rows
        self._names = names
        self._sets = Sets()
        self._tokens: dict[str, str] = {}
        self._of_member: dict[str, list[str]] = defaultdict(list)
        self._of_subject: dict[str, list[str]] = defaultdict(list)
        self._twice: set[str] = set()

    def profiles(self) -> tuple[Profile, ...]:
        """All records in order of kind and key."""
        self._alike()
        for fact, by in (("org:member", self._of_member), ("dkg:subject", self._of_subject)):
            for node, values in self._rows.facts[fact].items():
                for value in values:
                    by[value].append(node)
        acting = self._acting()
        people = self._people(acting)
        made = [self._profile(iri, kind, acting, people) for iri, kind in self._rows.records.items()]
        return tuple(sorted(made, key=lambda one: (one.kind, one.key)))

    def _alike(self) -> None:
        """Give records of one kind that share a name one token."""
        first: dict[tuple[str, str], str] = {}
        declared: Counter[tuple[str, str, str]] = Counter()
        for iri, kind in sorted(self._rows.records.items()):
            forms = self._rows.names.get(iri, set()) or self._rows.labels.get(iri, set())
            folded = {fold(form.text) for form in forms if form.kind not in _SHORT}
            for name in folded:
                self._sets.join(first.setdefault((kind, name), iri), iri)
                declared.update((kind, name, home) for home in self._rows.homes.get(iri, ()))
        self._twice = {
            self._sets.root(first[kind, name]) for (kind, name, _), count in declared.items() if count > 1
        }

    def token(self, iri: str) -> str:
        """What a node is compared by: with its namesakes one thing."""
        if (known := self._tokens.get(iri)) is None:
            known = self._tokens[iri] = self._sets.root(iri) if iri in self._rows.records else local(iri)
        return known

    def _all(self, iris: Iterable[str]) -> Tokens:
        return frozenset(self.token(iri) for iri in iris if iri)

    def _acting(self) -> dict[str, set[tuple[str, str]]]:
        """The offices, or else organizations, in which each actor acts."""
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for actor, memberships in self._of_member.items():
            for one in memberships:
                posts = self._rows.values("dkg:post", one)
                found[actor] |= {(post, "") for post in posts}
                found[actor] |= {("", body) for body in self._rows.values("org:organization", one)}
        for parts in self._rows.parts.values():
            for part in parts:
                if part.actor and (part.capacity or part.behalf):
                    found[part.actor].add((part.capacity, part.behalf))
        return found

    def _bodies(self, acting: Iterable[tuple[str, str]]) -> set[str]:
        """The organizations and polities of offices."""
        found: set[str] = set()
        for post, body in acting:
            found |= self._rows.values("org:postIn", post) | ({body} if body else set())
        return found

    def _people(self, acting: Mapping[str, set[tuple[str, str]]]) -> dict[str, set[str]]:
        """Who acts for or belongs to each organization, and who holds each office."""
        found: dict[str, set[str]] = defaultdict(set)
        for actor, offices in acting.items():
            for one in self._bodies(offices) | {post for post, _ in offices if post}:
                found[one].add(actor)
        return found

    def _profile(
        self,
        iri: str,
        kind: str,
        acting: Mapping[str, set[tuple[str, str]]],
        people: Mapping[str, set[str]],
    ) -> Profile:
        rows = self._rows
        known = self._names.kind_and_key(iri)
        names, labels = rows.names.get(iri, set()), rows.labels.get(iri, set())
        forms = sorted(names or labels, key=_order)
        if kind == "post":
            forms = [replace(form, text=self._title(iri, form.text) or form.text) for form in forms]
        homes = frozenset(rows.homes.get(iri, ())) if iri not in rows.registered else frozenset()
        label = min(labels, key=_order).text if labels else ""
        return Profile(
            iri,
            kind,
            known[1] if known else iri,
            named(kind, forms),
            tuple(dict.fromkeys(form.text for form in sorted(names, key=_order))),
            label,
            self.token(iri),
            homes,
            frozenset(rows.seen.get(iri, ())) | homes,
            not names,
            frozenset(rows.values("dkg:externalId", iri)),
            self._slots(iri, kind, self._bodies(acting.get(iri, ())), people.get(iri, ())),
            tuple(self._offices(acting.get(iri, ()))),
            self._spans(iri),
            frozenset(rows.words.get(iri, ())),
            self.token(iri) in self._twice,
        )

    def _slots(self, iri: str, kind: str, bodies: set[str], people: Iterable[str]) -> dict[str, Tokens]:
        """Tokens of what a record is joined to, by the name of a feature, as far as there are any."""
        slots = {
            "kind": frozenset(map(local, self._rows.values("dkg:kind", iri))),
            "memberships": self._all(bodies),
            "people": self._all(people),
            "places": self._places([iri, *bodies]),
            "parties": frozenset(self._parties(iri, kind)),
        }
        return {slot: tokens for slot, tokens in slots.items() if tokens}

    def _places(self, iris: Iterable[str]) -> Tokens:
        """Where organizations are: jurisdictions, countries in which they are said to work, or themselves."""
        found: set[str] = set()
        for iri in iris:
            if self._rows.records.get(iri) == "polity":
                found.add(iri)
            found |= self._rows.values("dkg:place", iri)
            for fact in self._of_subject.get(iri, ()):
                found |= self._rows.values("dkg:jurisdiction", fact)
                if any(kind.endswith("/operatesIn") for kind in self._rows.values("dkg:kind", fact)):
                    found |= self._rows.values("dkg:object", fact)
        return self._all(found - {next(iter(iris), "")})

    def _parties(self, iri: str, kind: str) -> Iterator[str]:
        for fact in PARTIES.get(kind, ()):
            for value in self._rows.values(fact, iri):
                yield f"{fact.partition(':')[2]}={self.token(value)}"
        if kind in {"statement", "event", "undertaking"}:
            for part in self._rows.parts.get(iri, ()):
                if part.role in _ROLES and (part.actor or part.capacity):
                    yield f"{part.role}={self.token(part.actor or part.capacity)}"

    def _offices(self, acting: Iterable[tuple[str, str]]) -> Iterator[Office]:
        for post, _ in sorted(acting):
            bodies = sorted(self._rows.values("org:postIn", post))
            labels = self._rows.labels.get(post, set()) | self._rows.names.get(post, set())
            if labels:
                label = min(labels, key=_order).text
                title = _words(self._title(post, label))
                yield Office(title or _words(label), self.token(bodies[0]) if bodies else "", label)

    def _title(self, post: str, label: str) -> str:
        """What an office is called, without the name of the organization that it is in."""
        bodies = self._rows.values("org:postIn", post)
        inside = {w for body in bodies for form in self._rows.names.get(body, ()) for w in _words(form.text)}
        return " ".join(word for word in label.split() if not _words(word) <= inside)

    def _spans(self, iri: str) -> dict[str, Span]:
        found = {slot: span[iri] for slot, span in self._rows.dates.items() if iri in span}
        for change in self._of_subject.get(iri, ()):
            kinds = {local(kind) for kind in self._rows.values("dkg:kind", change)}
            span = self._rows.dates["when"].get(change)
            if span and self._rows.records.get(change) == "status-change":
                for name, wanted in (("founded", _FOUNDED), ("ended", _ENDED)):
                    if kinds & wanted:
                        found[name] = min(found.get(name, span), span)
        return found


def _words(text: str) -> Tokens:
    return frozenset(_WORD.findall(fold(text))) - _FEW_WORDS


def _order(form: Form) -> tuple[bool, str, str, str]:
    return form.kind in _SHORT, form.language, form.text, form.kind


def with_company(profiles: tuple[Profile, ...]) -> tuple[dict[str, Tokens], Mapping[str, float]]:
    """Who comes up in which article, and how much each tells: the rarer, the more, from 0 to 1."""
    present: dict[str, set[str]] = defaultdict(set)
    for profile in profiles:
        if profile.kind in ACTOR_KINDS:
            for article in profile.seen:
                present[article].add(profile.token)
    count = Counter(token for tokens in present.values() for token in tokens)
    most = math.log(len(present) + 1) or 1.0
    telling = {token: math.log((len(present) + 1) / number) / most for token, number in count.items()}
    return {article: frozenset(tokens) for article, tokens in present.items()}, telling


def company(profile: Profile, present: Mapping[str, Tokens], telling: Mapping[str, float]) -> Tokens:
    """The actors that come up with a record, the most telling of them."""
    found = {token for article in profile.seen for token in present.get(article, ())} - {profile.token}
    if len(found) <= _MOST_COMPANY:
        return frozenset(found)
    return frozenset(sorted(found, key=lambda token: (-telling[token], token))[:_MOST_COMPANY])


def accompanied(profiles: tuple[Profile, ...]) -> tuple[tuple[Profile, ...], Mapping[str, float]]:
    """The profiles with the actors that come up with them, and how telling each actor is."""
    present, telling = with_company(profiles)
    made = []
    for profile in profiles:
        found = company(profile, present, telling)
        made.append(replace(profile, slots={**profile.slots, "company": found}) if found else profile)
    return tuple(made), telling

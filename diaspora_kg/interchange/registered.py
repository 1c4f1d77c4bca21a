"""From entities of a file to entries of ``register.yaml``: keys, names, ids, and what is there already."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from diaspora_kg.article import Link, Node
from diaspora_kg.index import fold
from diaspora_kg.interchange.authorities import canonical
from diaspora_kg.interchange.entities import Entity, Spelling, Taken, Tie
from diaspora_kg.interchange.yamltext import Value, document
from diaspora_kg.ontology import Ontology
from diaspora_kg.terms import is_iri

_KEY = re.compile(r"[^\W_][\w-]*")
_LONGEST_KEY = 60
_SECTION = {"post": "posts", "place": "places"}
_NO_KEYS = frozenset({"not-stated", "unknown"})


@dataclass(frozen=True)
class Entries:
    """What is to be added to the register: fields by section and key, and the key of each id of the file.

    ``known`` are the ids of entities that the register has already, by an address in common.
    """

    fields: Mapping[str, Mapping[str, Mapping[str, Value]]]
    keys: Mapping[str, str]
    known: frozenset[str]

    def written(self) -> str:
        """The entries as YAML, without ``format``."""
        return document((name, self.fields.get(name, {}).items()) for name in ("actors", "posts", "places"))

    def __len__(self) -> int:
        return sum(map(len, self.fields.values()))


def entries(taken: Taken, register: Iterable[Node], ontology: Ontology, *, by_id: bool = False) -> Entries:
    """Make entries of what was read, beside those that the register has.

    Keys are made of names, or with ``by_id`` of the ids of the file where these can be keys.
    """
    return _Making(taken, tuple(register), ontology, by_id=by_id).entries()


class _Making:
    def __init__(self, taken: Taken, register: tuple[Node, ...], ontology: Ontology, *, by_id: bool) -> None:
        self._taken, self._by_id = taken, by_id
        self._sorts = frozenset(ontology.values("OrganizationKind"))
        self._used = {node.key for node in register}
        self._by_address = {
            (node.kind, canonical(value.iri)): node.key
            for node in register
            for _, value in node.slots
            if isinstance(value, Link)
        }
        self._by_name = {(node.kind, fold(name.form)): node.key for node in register for name in node.names}
        self._given: set[tuple[str, str]] = set()
        self._keys: dict[str, str] = {}
        self._numbers: dict[str, int] = {}

    def entries(self) -> Entries:
        known = {one.id: key for one in self._taken.entities if (key := self._known(one))}
        fresh = [one for one in self._taken.entities if one.id not in known and self._named(one)]
        for one in fresh:
            self._keys[one.id] = self._key(one)
        self._keys |= known
        fields: dict[str, dict[str, Mapping[str, Value]]] = {}
        for one in fresh:
            section = _SECTION.get(one.kind, "actors")
            fields.setdefault(section, {})[self._keys[one.id]] = self._fields(one)
        fields.setdefault("posts", {}).update(self._offices())
        return Entries(fields, self._keys, frozenset(known))

    def _known(self, one: Entity) -> str:
        for address in one.addresses:
            if key := self._by_address.get((one.kind, canonical(address))):
                why = "Add further names to that entry by hand."
                self._taken.leave(one.line, "known", f"The register has this entity: `{key}`", why)
                return key
        return ""

    def _named(self, one: Entity) -> bool:
        if one.names or one.label:
            return True
        self._taken.leave(
            one.line, "nameless", "An entity without a name is left out", f"Its id is {one.id[:80]}."
        )
        return False

    def _key(self, one: Entity) -> str:
        wanted = one.id if self._by_id else ""
        if not (_KEY.fullmatch(wanted) and len(wanted) <= _LONGEST_KEY):
            wanted = slug(_shown(one)) or f"{one.kind}-{len(self._used) + 1}"
        return self._free(wanted)

    def _free(self, wanted: str) -> str:
        key, number = wanted, self._numbers.get(wanted, 1)
        while key in self._used or key in _NO_KEYS:
            number += 1
            key = f"{wanted}-{number}"
        self._numbers[wanted] = number
        self._used.add(key)
        return key

    def _fields(self, one: Entity) -> dict[str, Value]:
        self._namesake(one)
        fields: dict[str, Value] = {} if one.kind in _SECTION else {"is": one.kind}
        sorts = [sort for sort in one.sorts if sort in self._sorts]
        for sort in set(one.sorts) - set(sorts):
            self._taken.leave(
                one.line, "no-kind", f"`{sort[:40]}` is no kind of organization here, and is left out"
            )
        if sorts:
            fields["kind"] = sorts[0] if len(sorts) == 1 else sorts
        if one.names:
            fields["names"] = [_name(name) for name in one.names]
        if one.label:
            fields["label"] = one.label
        if addresses := [address for address in one.addresses if self._linkable(one.kind, address, one.line)]:
            fields["external-ids"] = addresses
        if one.kind == "post":
            within = self._keys.get(one.within)
            if one.within and within is None:
                what = "What an office is in is left out: it is not in this file"
                self._taken.leave(one.line, "no-ends", what)
            fields["in"] = within or "not-stated"
        return fields

    def _namesake(self, one: Entity) -> None:
        """Tell of an entry that has the same name: whether it is the same, nobody but a person can say."""
        found = {self._by_name.get((one.kind, fold(name.words))) for name in one.names} - {None}
        for key in sorted(str(key) for key in found):
            hint = "If it is the same, give that entry an id that the file has, and import again."
            self._taken.leave(
                one.line, "namesake", f"The register has an entry of the same name: `{key}`", hint
            )

    def _linkable(self, kind: str, address: str, line: int) -> bool:
        if (kind, address) in self._given:
            what = "An id that an entity before has too is left out"
            self._taken.leave(line, "id-twice", what, f"If both are one, keep one: {address[:80]}")
            return False
        self._given.add((kind, address))
        if is_iri(address) and not re.search(r"[\s<>\"{}|^`\\]", address):
            return True
        self._taken.leave(line, "no-address", "An id that makes no address is left out", address[:80])
        return False

    def _offices(self) -> dict[str, Mapping[str, Value]]:
        """An office for each role in an organization that a membership names; its ties get its id."""
        made: dict[str, Mapping[str, Value]] = {}
        ids: dict[tuple[str, str], str] = {}
        for place, tie in enumerate(self._taken.ties):
            if not tie.role or tie.post or tie.role.lower() in {"member"} or not tie.organization:
                continue
            body = self._keys.get(tie.organization)
            if body is None or tie.member not in self._keys:
                continue
            pair = (tie.organization, tie.role)
            if pair not in ids:
                ids[pair] = f"{tie.organization}\0{tie.role}"
                key = self._free((slug(f"{body} {tie.role}") or f"{body}-office")[:_LONGEST_KEY])
                self._keys[ids[pair]] = key
                made[key] = {"label": tie.role, "in": body}
            self._taken.ties[place] = _in_office(tie, ids[pair])
        return made


def _in_office(tie: Tie, post: str) -> Tie:
    return Tie(tie.id, tie.kind, tie.member, tie.organization, post, tie.role, tie.starts, tie.ends, tie.line)


def _shown(one: Entity) -> str:
    latin = (name.words for name in one.names if re.search("[A-Za-z]", name.words))
    return next(latin, one.names[0].words if one.names else one.label)


def _name(name: Spelling) -> dict[str, Value]:
    kind: dict[str, Value] = {} if name.kind == "full-name" else {"kind": name.kind}
    return {name.language: name.words, **kind}


def slug(words: str) -> str:
    """Words as a key: small letters of any script, digits and hyphens.

    >>> slug("Norland League (of 2031)"), slug("Лига тарвийцев")
    ('norland-league-of-2031', 'лига-тарвийцев')
    """
    folded = unicodedata.normalize("NFKC", words).casefold()
    plain = unicodedata.normalize("NFC", "-".join(re.findall(r"[^\W_]+", folded)))
    return plain[:_LONGEST_KEY].strip("-")

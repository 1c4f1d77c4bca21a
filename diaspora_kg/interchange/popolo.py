"""Reads Popolo JSON, in which data of parliaments are shared: persons, organizations, posts, memberships.

A file is one object with these lists (as EveryPolitician has it), or one or several objects of a class.
Memberships may stand in persons and organizations too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from diaspora_kg.interchange.authorities import address_of, canonical
from diaspora_kg.interchange.entities import Entity, Spelling, Taken, Tie, language_of, tidy
from diaspora_kg.interchange.placed import Placed

CLASSES = ("persons", "organizations", "posts", "areas", "memberships")
"""The lists that are read; any other is told to be left out."""

SORTS = {
    "party": "political-party",
    "political party": "political-party",
    "legislature": "state-body",
    "parliament": "state-body",
    "chamber": "state-body",
    "committee": "state-body",
    "ministry": "state-body",
    "government": "state-body",
    "executive": "state-body",
    "court": "court",
    "religious": "religious-body",
}
"""Classifications that tell the kind of an organization, and those that are our kinds."""

_DATE = re.compile(r"(\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)(?:T.*)?")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_KINDS = {
    "former": "former-name", "birth": "former-name", "maiden": "former-name", "previous": "former-name",
    "acronym": "acronym", "abbreviation": "acronym", "initials": "acronym", "short": "short-name",
    "press": "press-variant", "self": "self-designation", "metonym": "metonym",
}  # fmt: skip
_USED = {
    "persons": {"id", "name", "other_names", "identifiers", "memberships", "links", "summary"},
    "organizations": {"id", "_id", "name", "other_names", "identifiers", "memberships", "posts", "links",
                      "classification", "classifications", "founding_date", "dissolution_date"},
    "areas": {"id", "name", "other_names", "identifiers"},
    "posts": {"id", "label", "role", "organization_id", "identifiers", "other_labels", "memberships"},
    "memberships": {"id", "_id", "person_id", "member_id", "organization_id", "post_id", "role", "label",
                    "start_date", "end_date", "sources"},
}  # fmt: skip
_LEFT = "The register has no place for it; as a claim it needs a source with its words."


def read_popolo(document: Any, taken: Taken, ids: str = "", language: str = "") -> None:
    """Read a document into ``taken``; ``ids`` and ``language`` as in :func:`~.ftm.read_ftm`."""
    reader = _Reader(taken, ids, language)
    for name, one in _objects(document, taken):
        reader.read(name, one)


def _objects(document: Any, taken: Taken) -> Iterator[tuple[str, Placed]]:
    listed = document if isinstance(document, list) else [document]
    for one in listed:
        if not isinstance(one, Placed):
            _wrong(taken, 0, "A Popolo file holds objects.")
        elif any(name in one for name in CLASSES) and "id" not in one:
            yield from _lists(one, taken)
        else:
            yield _class(one), one


def _lists(document: Placed, taken: Taken) -> Iterator[tuple[str, Placed]]:
    for name, written in document.items():
        if name not in CLASSES:
            taken.leave(document.line, "unknown-class", f"The list `{name[:40]}` is left out", _LEFT)
        elif not isinstance(written, list):
            _wrong(taken, document.line, f"`{name}` must be a list.")
    for name in CLASSES:
        listed = document.get(name)
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, Placed):
                yield name, one
            else:
                _wrong(taken, document.line, f"`{name}` holds what is no object.")


def _class(one: Placed) -> str:
    """The class of an object that stands alone."""
    if {"person_id", "member_id"} & one.keys():
        return "memberships"
    if "organization_id" in one and ("label" in one or "role" in one):
        return "posts"
    bodies = {"classification", "classifications", "founding_date", "dissolution_date", "parent_id"}
    return "organizations" if bodies & one.keys() or "_id" in one else "persons"


def _wrong(taken: Taken, line: int, message: str) -> None:
    taken.report.violation(line, "no-popolo", message, "See Popolo's description of its classes.")


class _Reader:
    """One pass over a document."""

    def __init__(self, taken: Taken, ids: str, language: str) -> None:
        self._taken, self._ids, self._language = taken, ids, language
        self._seen: dict[str, int] = {}
        self._number = 0

    def read(self, name: str, one: Placed, owner: str = "") -> None:
        """Read one object of a class; ``owner`` is the id of the one in which it stands."""
        identifier = self._text(one, "id") or self._text(one, "_id")
        if name == "memberships":
            self._membership(one, identifier, owner)
        elif not identifier:
            _wrong(self._taken, one.line, f"One of the {name} has no `id`.")
        elif identifier in self._seen:
            what = "An id that stands in the file before is left out"
            self._taken.leave(one.line, "id-twice", what, f"The first is in line {self._seen[identifier]}.")
        else:
            self._seen[identifier] = one.line
            self._entity(name, one, identifier)
        self._leave(name, one)

    def _entity(self, name: str, one: Placed, identifier: str) -> None:
        names = tuple(self._names(one))
        label = ""
        if name == "posts":
            label = tidy(self._text(one, "label") or self._text(one, "role"))[:200]
        elif not names:
            label = tidy(self._text(one, "summary"))[:200]
        kind = {"persons": "person", "organizations": "organization", "posts": "post", "areas": "place"}[name]
        addresses = tuple(dict.fromkeys(self._addresses(one, identifier)))
        within = self._text(one, "organization_id")
        special = self._text(one, "classification") if name == "organizations" else ""
        kind = special if special in {"polity", "collective"} else kind
        sorts = tuple(self._sorts(one)) if kind == "organization" else ()
        entity = Entity(identifier, kind, names, addresses, sorts, label, within, one.line)  # type: ignore[arg-type]
        self._taken.entities.append(entity)
        for prop, tie in (("founding_date", "founding"), ("dissolution_date", "dissolution")):
            if name == "organizations" and (date := self._date(one, prop)):
                made = Tie(f"{identifier}-{tie}", tie, identifier, starts=date, line=one.line)  # type: ignore[arg-type]
                self._taken.ties.append(made)
        for inner in ("memberships", "posts"):
            for part in self._listed(one, inner):
                self.read(inner, part, identifier)

    def _names(self, one: Placed) -> Iterator[Spelling]:
        seen: set[str] = set()
        main = tidy(self._text(one, "name"))
        others = [(tidy(self._text(other, "name")), other) for other in self._listed(one, "other_names")]
        written = next(
            (self._tag(other) for words, other in others if words == main and self._tag(other)), ""
        )
        if main:
            seen.add(main)
            yield Spelling(main, language_of(main, written, self._language))
        for words, other in others:
            if words and words not in seen:
                seen.add(words)
                yield Spelling(words, language_of(words, self._tag(other), self._language), _kind(other))

    def _tag(self, other: Mapping[str, Any]) -> str:
        tag = str(other.get("lang") or other.get("language") or "").replace("_", "-")
        return tag if _TAG.fullmatch(tag) else ""

    def _addresses(self, one: Placed, identifier: str) -> Iterator[str]:
        if self._ids:
            yield canonical(f"{self._ids}{identifier}")
        for other in self._listed(one, "identifiers"):
            scheme, value = self._text(other, "scheme"), self._text(other, "identifier")
            found = address_of(scheme, value) or (canonical(value) if "://" in value else "")
            if found:
                yield found
            elif value:
                what = f"Identifiers of the scheme `{scheme[:40]}` are left out: no address is known for them"
                self._taken.leave(
                    other.line, "no-address", what, "Give them as an address, or add it by hand."
                )

    def _sorts(self, one: Placed) -> Iterator[str]:
        written = [self._text(one, "classification")]
        written += [self._text(other, "classification") for other in self._listed(one, "classifications")]
        for words in dict.fromkeys(word.strip() for word in written if word.strip()):
            sort = SORTS.get(words.lower()) or (words if re.fullmatch(r"[a-z]+(-[a-z]+)*", words) else "")
            if sort:
                yield sort
            else:
                what = f"The classification `{words[:40]}` is no kind of organization here, and is left out"
                self._taken.leave(one.line, "no-kind", what, "Add `kind` by hand.")

    def _membership(self, one: Placed, identifier: str, owner: str) -> None:
        self._number += 1
        member = self._text(one, "person_id") or self._text(one, "member_id")
        body, post = self._text(one, "organization_id"), self._text(one, "post_id")
        member, body = (member or owner, body) if body or post else (member, body or owner)
        if not member or not (body or post):
            what = "A membership without a person and an organization or post is left out"
            self._taken.leave(one.line, "no-ends", what)
            return
        role = tidy(self._text(one, "role") or self._text(one, "label"))[:200]
        name = identifier or f"membership-{self._number}"
        starts, ends = self._date(one, "start_date"), self._date(one, "end_date")
        self._taken.ties.append(Tie(name, "membership", member, body, post, role, starts, ends, one.line))

    def _leave(self, name: str, one: Placed) -> None:
        for prop, value in one.items():
            if prop not in _USED[name] and value not in (None, "", [], {}):
                what = f"Values of `{prop[:40]}` of {name} are left out"
                self._taken.leave(one.line, "no-place", what, _LEFT)

    def _listed(self, one: Mapping[str, Any], name: str) -> Iterable[Placed]:
        written = one.get(name)
        if written is None:
            return []
        line = one.line if isinstance(one, Placed) else 0
        if not isinstance(written, list) or not all(isinstance(part, Placed) for part in written):
            _wrong(self._taken, line, f"`{name}` must be a list of objects.")
            return []
        return written

    def _text(self, one: Mapping[str, Any], name: str) -> str:
        written = one.get(name)
        if written is None or isinstance(written, str):
            return (written or "").strip()
        if isinstance(written, int) and not isinstance(written, bool):
            return str(written)
        line = one.line if isinstance(one, Placed) else 0
        _wrong(self._taken, line, f"`{name}` must be a string.")
        return ""

    def _date(self, one: Placed, name: str) -> str:
        written = self._text(one, name)
        found = _DATE.fullmatch(written)
        if written and not (found and "1000" <= found[1][:4] <= "2100"):
            self._taken.leave(
                one.line, "no-date", f"A value of `{name}` that is no date is left out", written[:80]
            )
            return ""
        return found[1] if found else ""


def _kind(other: Mapping[str, Any]) -> str:
    """The kind of a further name, by its note and dates."""
    note = str(other.get("note") or "").lower()
    if note in {"full-name", *_KINDS.values()}:
        return note
    found = next((kind for word, kind in _KINDS.items() if word in note), "")
    return found or ("former-name" if other.get("end_date") else "full-name")

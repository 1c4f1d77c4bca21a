"""An article's values as the native format would write them: the way back from :mod:`diaspora_kg.reading`.

Plain values (strings, lists, mappings); a string that is the key of a node is a :class:`Key`, so that an
annotation tool can be given an arrow instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from diaspora_kg.article import (
    Article,
    Claim,
    Concept,
    Link,
    Name,
    Node,
    Participation,
    Ref,
    Scalar,
    Stance,
    Statement,
    Text,
    Voice,
    When,
)
from diaspora_kg.names import kebab
from diaspora_kg.reading.desk import NOT_STATED
from diaspora_kg.reading.how import SLOTS
from diaspora_kg.reading.nodes import HEADER, KINDS, STATEMENT, Field, Kind, Type, acting_role

Written: TypeAlias = "str | list[Written] | dict[str, Written]"


class Key(str):
    """The key of a node, or of a claim."""

    __slots__ = ()


_EDTF = (
    (re.compile(r"\[\.\.([^.\]]+)\]"), "by"),
    (re.compile(r"\[([^.\]]+)\.\.\]"), "after"),
    (re.compile(r"\[([^.\]]+)\.\.([^.\]]+)\]"), "between"),
)
_SILENCES = {"dkg:claimant": "by", "dkg:about": "about", "dkg:content": "content"}


def written_node(node: Node) -> dict[str, Written]:
    """The keys of a node, ``is`` first; its mentions are left out, since they are places by now."""
    kind = KINDS[node.kind]
    found: dict[str, Written] = {"is": node.kind, **_described(kind, node.slots, node.unknown)}
    if node.names:
        found["names"] = [_name(name) for name in node.names]
    kinds = frozenset(value.name for value in node.values("dkg:kind") if isinstance(value, Concept))
    return {**found, **_acting(kind, kinds, node.participations)}


def written_statement(statement: Statement) -> dict[str, Written]:
    """The keys of a statement, without its claims and passages."""
    kinds = frozenset(statement.kinds)
    found: dict[str, Written] = {"kind": _few([kebab(name) for name in statement.kinds])}
    found |= _acting(STATEMENT, kinds, statement.participations)
    for key, refs in (("medium", statement.medium), ("via", statement.via)):
        if refs:
            found[key] = _keys(refs)
    found |= _described(STATEMENT, statement.slots, statement.unknown)
    if statement.figure is not None:
        low = next(statement.figure.values("dkg:low"), None)
        found["others"] = NOT_STATED if low is None else str(low)
    return found


def written_claim(claim: Claim) -> dict[str, Written]:
    """The keys of a claim, without its passages; ``voice`` and ``in`` say where it stands."""
    found: dict[str, Written] = {"says": claim.says, "voice": claim.voice.value}
    if claim.expressed_in is not None:
        found["of" if claim.voice is Voice.HEADLINE else "in"] = Key(claim.expressed_in.key)
    for slot in SLOTS:
        if value := getattr(claim, slot):
            found[slot] = kebab(value)
    if claim.claimants:
        found["by"] = _based([(ref, claim.basis) for ref in claim.claimants])
    if claim.about:
        found["about"] = _keys(claim.about)
    if claim.content:
        found["content"] = _few(
            [Key(c.key) if isinstance(c, Ref) else written_node(c) for c in claim.content]
        )
    pointing = (("if", claim.condition), ("responds-to", claim.responds_to), ("retracts", claim.retracts),
                ("conflicts-with", claim.conflicts_with))  # fmt: skip
    found |= {key: _keys(refs) for key, refs in pointing if refs}
    if claim.stance is not None:
        found["stance"] = _stance(claim.stance)
    if claim.reading:
        found["reading"] = [kebab(name) for _, names in claim.reading for name in names]
    for key in ("cue", "note", "sic"):
        if value := getattr(claim, key):
            found[key] = value
    if claim.fulfilment:
        found["fulfilment"] = kebab(claim.fulfilment)
    silent = [_SILENCES[prop] for prop in claim.unknown if prop in _SILENCES]
    return {**found, NOT_STATED: list(silent)} if silent else found


def written_header(article: Article) -> dict[str, Written]:
    """The section ``article`` of an annotation of its own; furniture is left out, since it is places."""
    found: dict[str, Written] = {"title": article.title, "key": article.key, "language": article.language}
    if article.formerly:
        found["formerly"] = list(article.formerly)
    found |= _described(HEADER, article.slots, article.unknown)
    if article.published is not None:
        found["published"] = written_when(article.published)
    for key, value in (("annotator", article.annotator), ("annotated", article.annotated)):
        if value:
            found[key] = value
    if article.gloss_language:
        found["gloss-language"] = article.gloss_language
    if article.withheld:
        found["text"] = "withheld"
        if article.text_sha256:
            found["text_sha256"] = article.text_sha256
    return found


def written_when(when: When) -> Written:
    """A date with its words and basis."""
    found: dict[str, Written] = {}
    if when.edtf is not None:
        form, value = _edtf(when.edtf)
        found[form] = value
    if when.words:
        found["words"] = when.words
    return {**found, "basis": kebab(when.basis)}


def _edtf(edtf: str) -> tuple[str, Written]:
    for pattern, form in _EDTF:
        if match := pattern.fullmatch(edtf):
            return form, match[1] if form != "between" else [match[1], match[2]]
    return "date", edtf


def _described(kind: Kind, slots: Iterable[tuple[str, Scalar]], unknown: Sequence[str]) -> dict[str, Written]:
    by_prop: dict[str, list[Scalar]] = {}
    for prop, value in slots:
        by_prop.setdefault(prop, []).append(value)
    found: dict[str, Written] = {}
    silent: list[Written] = []
    for row in _rows(kind):
        if values := by_prop.get(row.prop):
            found[row.key] = _few([_scalar(value) for value in values])
        elif row.prop in unknown and row.silence:
            silent.append(row.key)
    return {**found, NOT_STATED: silent} if silent else found


def _rows(kind: Kind) -> Iterator[Field]:
    """The rows that hold values; a figure's exact number is its lowest and highest."""
    aside = {Type.NAMES, Type.FORMS, Type.ACTORS, Type.EXACT, Type.OTHERS}
    return (row for row in kind.fields if row.type not in aside)


def _scalar(value: Scalar) -> Written:
    if isinstance(value, Ref):
        return Key(value.key)
    if isinstance(value, Concept):
        return kebab(value.name)
    if isinstance(value, Text):
        return value.value
    if isinstance(value, Link):
        return value.iri
    if isinstance(value, When):
        return written_when(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _name(name: Name) -> Written:
    found: dict[str, Written] = {name.language: name.form}
    if name.kind != "fullName":
        found["kind"] = kebab(name.kind)
    if name.transliterates:
        found["transliterates"] = name.transliterates
    return found


def _acting(kind: Kind, kinds: frozenset[str], participations: Sequence[Participation]) -> dict[str, Written]:
    """Who took part, each under the key that stands for the role; others say their role."""
    rows = [row for row in kind.fields if row.type is Type.ACTORS]
    found: dict[str, list[Written]] = {}
    for parts in _same(participations):
        first = parts[0]
        row = next((row for row in rows if row.role == first.role), None) or _open(rows)
        if row is None:
            continue
        default = row.role or acting_role(kind.name, kinds)
        found.setdefault(row.key, []).append(_part(parts, "" if default == first.role else first.role))
    return {key: _few(entries) for key, entries in found.items()}


def _open(rows: Sequence[Field]) -> Field | None:
    return next((row for row in rows if row.open_role), None)


def _same(participations: Sequence[Participation]) -> list[list[Participation]]:
    """Participations that differ only by whom somebody acts for."""
    groups: list[list[Participation]] = []
    for part in participations:
        last = groups[-1][0] if groups else None
        if (
            last
            and part.on_behalf_of
            and last.on_behalf_of
            and (last.role, last.actor, last.capacity, last.source_kind)
            == (part.role, part.actor, part.capacity, part.source_kind)
        ):
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def _part(parts: Sequence[Participation], role: str) -> Written:
    first = parts[0]
    who: str = Key(first.actor.key) if first.actor else NOT_STATED
    found: dict[str, Written] = {"who": who}
    if first.capacity:
        found["as"] = Key(first.capacity.key)
    principals = [(part.on_behalf_of, part.basis) for part in parts if part.on_behalf_of]
    if principals:
        found["for"] = _based(principals)
    if first.source_kind:
        found["source-kind"] = kebab(first.source_kind)
    if role:
        found["role"] = kebab(role)
    return who if len(found) == 1 else found


def _based(pairs: Sequence[tuple[Ref, str | None]]) -> Written:
    return _few([Key(ref.key) if basis != "inferred" else {ref.key: basis} for ref, basis in pairs])


def _stance(stance: Stance) -> Written:
    targets = NOT_STATED if stance.unknown else _keys(stance.targets)
    found: dict[str, Written] = {kebab(stance.value): targets}
    return {**found, "words": list(stance.words)} if stance.words else found


def _keys(refs: Iterable[Ref]) -> Written:
    return _few([Key(ref.key) for ref in refs])


def _few(values: list[Written]) -> Written:
    return values[0] if len(values) == 1 else values


def is_key(value: object) -> bool:
    """Whether a value is a node's key, or a list of nothing else."""
    return isinstance(value, Key) or (
        isinstance(value, list) and all(isinstance(each, Key) for each in value)
    )


def plain(value: Written) -> Written:
    """The same without :class:`Key`, for a YAML or JSON writer."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else str(value)

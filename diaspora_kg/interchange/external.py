"""`dkg link external`: proposals of ids elsewhere for entries of the register, from files and services."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from diaspora_kg.article import Node
from diaspora_kg.errors import Finding, Report, Severity, UsageError
from diaspora_kg.identity import read_register
from diaspora_kg.interchange.adding import nodes_of, replace_file, with_address
from diaspora_kg.interchange.asking import Service
from diaspora_kg.interchange.authorities import BY_NAME, address_of, canonical
from diaspora_kg.interchange.outside import read_outside
from diaspora_kg.interchange.proposing import LEAST, MOST, Ours, Proposal, Proposing, ours
from diaspora_kg.interchange.yamltext import flow, scalar
from diaspora_kg.likeness import LIKELY
from diaspora_kg.names import ACTOR_KINDS
from diaspora_kg.ontology import Ontology
from diaspora_kg.pipeline import records
from diaspora_kg.project import Project
from diaspora_kg.terms import is_iri
from diaspora_kg.visible import visible

_KINDS = ACTOR_KINDS | {"place"}
_LINKED = r"Link\(iri='[^']*'\)"
_COLUMNS = ("key", "name", "address", "authority", "found", "about", "score", "source", "line", "why")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for, and where: ``keys`` are records (none: the register), ``type`` is the service's."""

    keys: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    service: str = ""
    type: str = ""
    authority: str = ""
    ids: str = ""
    least: float = LEAST
    most: int = MOST


@dataclass(frozen=True)
class Found:
    """The proposals, and what was wrong with files; ``asked`` are how many of ours were looked for."""

    proposals: tuple[Proposal, ...]
    findings: tuple[Finding, ...]
    asked: int


def wanted_of(project: Project, keys: Sequence[str]) -> list[Ours]:
    """The entries of the register, or the records with some full keys; raises :class:`UsageError`."""
    register = {node.key: node for node in _register(project)}
    if not keys:
        made = (ours(node, "register.yaml") for node in register.values() if node.kind in _KINDS)
        return [one for one in made if one is not None]
    found = []
    others = records(project) if any(key not in register for key in keys) else None
    for key in dict.fromkeys(keys):
        entry = others.record(key) if others is not None and key not in register else None
        node = register.get(key) or (entry.record if entry is not None else None)
        if not isinstance(node, Node) or node.kind not in _KINDS:
            near = others.suggested(key, frozenset(_KINDS)) if others is not None else None
            hint = f" Did you mean {near}?" if near else ""
            raise UsageError(f"there is no actor or place {key!r}.{hint}")
        if (one := ours(node, entry.file if entry is not None else "register.yaml", key)) is not None:
            found.append(one)
    return found


def propose(project: Project, wanted: Wanted) -> Found:
    """Look for ids; raises :class:`UsageError`, and StoreNotReachable for a service that does not answer."""
    if wanted.authority and wanted.authority not in BY_NAME:
        raise UsageError(f"--authority {wanted.authority}: there are {', '.join(BY_NAME)}.")
    looked_for = wanted_of(project, wanted.keys)
    proposing = Proposing(looked_for, wanted.least, wanted.most)
    findings: list[Finding] = []
    for path in wanted.files:
        report = Report(path.name)
        proposing.take(read_outside(path, report, wanted.authority, wanted.ids), path.name)
        findings += report.findings
    if wanted.service:
        service = Service(wanted.service, wanted.type)
        proposing.take(service.find(looked_for), service.name)
    return Found(proposing.proposals(), tuple(findings), len(looked_for))


def _register(project: Project) -> tuple[Node, ...]:
    if not project.register.exists():
        return ()
    if not project.holds(project.register):
        raise UsageError("register.yaml is a link that leaves the project, and is not followed.")
    ontology = Ontology.load(project.folders("ontology"))
    read = read_register(project.register.read_bytes(), "register.yaml", ontology, project.gloss_language)
    if any(one.severity is Severity.VIOLATION for one in read.findings):
        raise UsageError("register.yaml has violations. Mend them first: dkg check")
    return read.nodes


def as_text(found: Found) -> str:
    """The proposals for people: each entry, then what may be meant, with the parts of each score."""
    lines = []
    for key, group in groupby(found.proposals, key=lambda one: one.key):
        proposals = list(group)
        lines.append(visible(f"{key} ({proposals[0].name})"))
        for one in proposals:
            title = BY_NAME[one.authority].title if one.authority else "other"
            about = f", {one.about}" if one.about else ""
            lines.append(
                visible(f"  {one.score:.2f}  {one.address}  {one.found}{about}  [{title}, {_place(one)}]")
            )
            lines += [visible(f"        {_feature(part)}") for part in asdict(one)["features"]]
    return "\n".join(lines)


def _place(one: Proposal) -> str:
    return f"{one.source}:{one.line}" if one.line else one.source


def _feature(part: dict[str, object]) -> str:
    words = f"{part['left']} / {part['right']}" if part["left"] or part["right"] else ""
    return " ".join(
        f"{part['name']} {part['value']:.2f} x {part['weight']:.2f}: {words} {part['note']}".split()
    )


def as_json(found: Found) -> str:
    """The proposals as JSON (schema: docs/reference/external.schema.json)."""
    return json.dumps([asdict(one) for one in found.proposals], ensure_ascii=False, indent=2)


def as_csv(found: Found) -> str:
    """A row for each proposal; nothing in it can act as a formula."""
    buffer = io.StringIO()
    table = csv.writer(buffer, lineterminator="\r\n")
    table.writerow(_COLUMNS)
    for one in found.proposals:
        told = asdict(one) | {"why": "; ".join(map(_feature, asdict(one)["features"]))}
        table.writerow([_cell(str(told[name])) for name in _COLUMNS])
    return buffer.getvalue()


def _cell(text: str) -> str:
    plain = visible(text)
    return f"'{plain}" if plain[:1] in {"=", "+", "-", "@", "\t", "\r"} else plain


def as_yaml(found: Found) -> str:
    """The likeliest id of each register for entries that are likely the same, to be pasted once looked at."""
    lines = [
        "# Proposals, not decisions: look at each, and paste what is right into the entry in register.yaml."
    ]
    likely = (one for one in found.proposals if one.score >= LIKELY)
    for key, group in groupby(likely, key=lambda one: one.key):
        best = {one.authority: one for one in reversed(list(group))}
        told = "; ".join(f"{one.score:.2f} {one.found}" for one in best.values())
        lines.append(visible(f"# {key}: {told}".replace("\n", " ")))
        lines.append(f"{scalar(key)}: {flow({'external-ids': sorted(one.address for one in best.values())})}")
    return "\n".join(lines)


FORMATS = {"text": as_text, "json": as_json, "csv": as_csv, "yaml": as_yaml}
"""What ``--output`` takes."""


def accept(project: Project, pairs: Sequence[str]) -> list[str]:
    """Write ids that a person named (``KEY=ADDRESS`` or ``KEY=AUTHORITY:ID``) into the register.

    Comments and order stay. Raises :class:`UsageError` for what is no pair, for an entry that is not there,
    and where an entry is written in a way that this cannot be sure of; then nothing is written.
    """
    path, language = project.register, project.gloss_language
    ontology = Ontology.load(project.folders("ontology"))
    known = {node.key for node in _register(project)}
    text = path.read_bytes().decode("utf-8") if known else ""
    written = []
    for pair in pairs:
        key, mark, value = pair.partition("=")
        address = _named(value.strip())
        if not mark or not address:
            what = f"{value.strip()!r} is no address, and no id of an authority; " if value.strip() else ""
            raise UsageError(
                f"--accept {pair}: {what}write KEY=ADDRESS, or KEY=AUTHORITY:ID such as league=wikidata:Q42."
            )
        if key not in known:
            raise UsageError(f"the register has no entry {key!r}.")
        before = nodes_of(text, path.name, ontology, language) or {}
        if address in re.findall(r"iri='([^']*)'", before.get(key, "")):
            raise UsageError(f"{key} has {address} already.")
        changed = with_address(text, key, address)
        after = nodes_of(changed, path.name, ontology, language) if changed else None
        if changed is None or after is None or not _as_meant(before, after, key, address):
            hint = f"add by hand: external-ids: [{json.dumps(address)}]"
            raise UsageError(f"the entry {key} is written in a way that cannot be changed safely; {hint}")
        text = changed
        written.append(f"{key}: {address}")
    replace_file(path, text)
    return written


def _named(written: str) -> str:
    scheme, mark, identifier = written.partition(":")
    if mark and scheme in BY_NAME:
        return address_of(scheme, identifier)
    sound = (
        written.startswith(("http://", "https://"))
        and is_iri(written)
        and not re.search(r"['\"\\\s]", written)
    )
    return canonical(written) if sound else ""


def _as_meant(before: dict[str, str], after: dict[str, str], key: str, address: str) -> bool:
    """Whether a register is as before but for one address more of one entry."""
    if {**before, key: ""} != {**after, key: ""}:
        return False
    old, new = (re.findall(r"iri='([^']*)'", told[key]) for told in (before, after))
    rest = [re.sub(rf"'dkg:externalId'|{_LINKED}|[(), ]", "", told[key]) for told in (before, after)]
    return sorted([*old, address]) == sorted(new) and rest[0] == rest[1]


def authorities() -> str:
    """The registers whose ids are known, for help."""
    return ", ".join(BY_NAME)

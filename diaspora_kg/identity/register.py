"""The register: the entities that a project knows by keys that hold in every article."""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.article import Node
from diaspora_kg.errors import Finding
from diaspora_kg.identity.check import check_register
from diaspora_kg.identity.directory import Entry, registered
from diaspora_kg.ontology import Ontology
from diaspora_kg.reading.register import read_register as read_nodes


@dataclass(frozen=True, slots=True)
class Register:
    """What ``register.yaml`` says, and what is wrong with it; a project may have none (empty)."""

    nodes: tuple[Node, ...] = ()
    entries: tuple[Entry, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_register(data: bytes, file: str, ontology: Ontology, gloss_language: str) -> Register:
    """Read the register and check its keys; ``file`` is its path in the project."""
    nodes, findings = read_nodes(data, file, ontology, gloss_language)
    entries = tuple(registered(nodes, file))
    found = dict.fromkeys((*findings, *check_register(entries, file)))
    return Register(nodes, entries, tuple(found))

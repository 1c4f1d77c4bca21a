"""What reviewers decided about the records that a node is made of."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from diaspora_kg.names import expand
from diaspora_kg.queries.cells import Cells, natural
from diaspora_kg.queries.lookup import Lookup, ask_part
from diaspora_kg.queries.parameters import written_iri
from diaspora_kg.terms import IRI, Term

_Row = Mapping[str, Term]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A reviewer's decision on two records; a node is made of those that are the same."""

    key: str
    decision: str
    records: tuple[str, ...]
    reviewer: str
    when: str
    note: str


def asked(written: str, found: IRI, lookup: Lookup) -> str:
    """The key that was asked for, unless it is that of the node which was found."""
    known = lookup.names.kind_and_key(found.value)
    if known is None:
        return ""
    iri = written_iri(written)
    node = lookup.names.kind_and_key(iri.value) if iri else None
    key = node[1] if node else unicodedata.normalize("NFC", written)
    return key if key != known[1] else ""


def judgements(iri: IRI, facts: Iterable[_Row], lookup: Lookup) -> Iterator[Judgement]:
    """The decisions that compare a record of this node with another, in order of id.

    ``facts`` are what is described of the node; the keys of its records are among them.
    """
    cells, source_id = Cells(lookup.names), expand("dkg:sourceId")
    keys = {row["value"].value for row in facts if row["property"].value == source_id}
    kind = lookup.names.kind_and_key(iri.value)
    own = {IRI(lookup.names.node(kind[0], key)) for key in keys} if kind else set()
    rows: dict[str, list[_Row]] = defaultdict(list)
    for row in ask_part(lookup.store, "judged", {"_node_iri": sorted({iri, *own})}):
        rows[row["judgement"].value].append(row)
    for name, same in sorted(rows.items()):
        records = sorted({cells.iri(row["record"].value) for row in same}, key=natural)
        told = {part: row[part].value for row in same for part in ("reviewer", "when", "note") if part in row}
        yield Judgement(
            cells.iri(name),
            cells.cell("", same[0]["decision"]),
            tuple(records),
            told.get("reviewer", ""),
            told.get("when", ""),
            told.get("note", ""),
        )

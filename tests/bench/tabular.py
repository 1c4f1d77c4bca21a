"""The tabular part, organizations with a name and a kind: a row each, mapped by us and by morph-kgc.

Each is a process from start to end that reads a CSV file and writes N-Quads: ours makes nodes of the rows and
maps them as the register's are, morph-kgc follows an RML mapping. Both must have written the same quads.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from diaspora_kg.article import Concept, Name, Node
from diaspora_kg.identity import Directory
from diaspora_kg.names import Names
from diaspora_kg.quads import map_register
from tests.bench.corpus import BASE
from tests.bench.measure import Measure, command, measured
from tests.bench.plan import Plan
from tests.bench.rows import Row, of_runs
from tests.bench.words import invented

_ROWS = 20_000
_KIND = "communityOrganization"
_SETTINGS = """\
[CONFIGURATION]
output_file = peer.nq
output_format = N-QUADS
number_of_processes = {jobs}
logging_level = ERROR
[table]
mappings = mapping.ttl
"""
_MAPPING = """\
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix dkg: <https://w3id.org/diaspora-kg/ns#> .
@prefix dkgv: <https://w3id.org/diaspora-kg/vocab/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
<#organization> rml:logicalSource [ rml:source "rows.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:template "{base}id/organization/{{key}}" ; rr:class org:Organization ;
    rr:graph <{base}graph/register> ] ;
  rr:predicateObjectMap [ rr:predicate dkg:kind ; rr:objectMap [ rr:template "{vocab}{{kind}}" ] ] ;
  rr:predicateObjectMap [ rr:predicate dkg:name ; rr:objectMap [ rr:template "{base}id/name/{{mark}}" ] ] .
<#name> rml:logicalSource [ rml:source "rows.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:template "{base}id/name/{{mark}}" ; rr:class dkg:Name ;
    rr:graph <{base}graph/register> ] ;
  rr:predicateObjectMap [ rr:predicate dkg:kind ; rr:object dkgv:fullName ] ;
  rr:predicateObjectMap [ rr:predicate skosxl:literalForm ;
    rr:objectMap [ rml:reference "name" ; rr:language "en" ] ] .
"""
_VOCAB = "https://w3id.org/diaspora-kg/vocab/"
_NAMED = "<https://w3id.org/diaspora-kg/ns#name>"


def tabular(plan: Plan) -> Iterator[Row]:
    """One row, or why there is none."""
    what = f"mapping of a table of {_ROWS:,} rows"
    if not plan.morph:
        yield Row(what, None, note="peer not installed: name a Python that has morph-kgc with --morph-kgc.")
        return
    folder = plan.folder / "table"
    folder.mkdir(exist_ok=True)
    quads = _write(folder)
    (folder / "mapping.ttl").write_text(_MAPPING.format(base=BASE, vocab=_VOCAB), "utf-8")
    (folder / "peer.ini").write_text(_SETTINGS.format(jobs=plan.jobs), "utf-8")
    ours: list[Measure] = []
    peers: list[Measure] = []
    for pair in range(max(plan.repeat, 2)):
        for mine in (True, False) if pair % 2 == 0 else (False, True):
            (ours if mine else peers).append(_ours(folder) if mine else _peer(plan.morph, folder))
    middle, peer = (sorted(runs, key=lambda one: one.seconds)[len(runs) // 2] for runs in (ours, peers))
    yield of_runs(
        what,
        [other.seconds / one.seconds for one, other in zip(ours, peers, strict=True)],
        "times morph-kgc",
        ours=f"{middle.told}, {quads / middle.seconds:,.0f} quads a second",
        peer=f"morph-kgc: {peer.told}",
        note=f"{quads:,} quads; both read a CSV file and write N-Quads, and wrote the same ones.",
        figures={"ours": [one.told for one in ours], "peer": [one.told for one in peers]},
    )


def _write(folder: Path) -> int:
    """The table; its last column is how we name the node of a name, which an RML mapping cannot reckon."""
    nodes = [_node(f"o{number}", f"{invented(number)} Circle", _KIND) for number in range(_ROWS)]
    lines = _mapped(nodes)
    marks = {}
    for line in lines:
        subject, predicate, rest = line.split(" ", 2)
        if predicate == _NAMED:
            marks[subject.rpartition("/")[2][:-1]] = rest.partition(">")[0].rpartition("/")[2]
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("key", "kind", "name", "mark"))
        table.writerows((node.key, _KIND, node.names[0].form, marks[node.key]) for node in nodes)
    return len(lines)


def mapped(rows: str, into: str) -> None:
    """Map a table; what a process of its own runs."""
    with Path(rows).open(encoding="utf-8", newline="") as file:
        nodes = [_node(key, name, kind) for key, kind, name, _ in list(csv.reader(file))[1:]]
    Path(into).write_text("".join(f"{line}\n" for line in _mapped(nodes)), "utf-8")


def _node(key: str, name: str, kind: str) -> Node:
    return Node("organization", key, 0, (("dkg:kind", Concept(kind)),), (Name(name, "en", 0, "fullName"),))


def _mapped(nodes: list[Node]) -> tuple[str, ...]:
    names = Names(BASE)
    return map_register(nodes, "rows.csv", names, Directory(()), "en").graphs[names.graph("register")]


def _ours(folder: Path) -> Measure:
    script = "from tests.bench.tabular import mapped; mapped('rows.csv', 'ours.nq')"
    return measured(["-c", script], folder)


def _peer(morph: str, folder: Path) -> Measure:
    (folder / "peer.nq").unlink(missing_ok=True)
    found = command([morph, "-m", "morph_kgc", "peer.ini"], folder)
    ours, theirs = (set((folder / file).read_text("utf-8").splitlines()) for file in ("ours.nq", "peer.nq"))
    if ours != {_dotted(line) for line in theirs}:
        raise AssertionError(f"they differ: {sorted(ours ^ {_dotted(line) for line in theirs})[:4]}")
    return found


def _dotted(line: str) -> str:
    return f"{line.rstrip(' .')} ."

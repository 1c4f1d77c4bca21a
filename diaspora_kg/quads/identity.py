"""From reviewed decisions to the identity graph.

It holds the decisions in force: one that is withdrawn is left out, so that nothing rests on it, and one
whose record is gone waits until it is back. The lines of both are in ``decisions.tsv``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from diaspora_kg.identity import Clusters, Directory, Judged
from diaspora_kg.names import Names, expand
from diaspora_kg.quads.mapped import Mapped
from diaspora_kg.quads.sheet import Scope, Sheet
from diaspora_kg.terms import instant, text


def map_identity(
    clusters: Clusters, file: str, names: Names, gloss_language: str, published: Iterable[str] = ()
) -> Mapped:
    """The identity graph; ``published`` are the lines of the one before.

    Of two records that are held back it says what it said before.
    """
    graph = names.graph("identity")
    sheet = Sheet(Scope("", file, graph, gloss_language, gloss_language), names, Directory(()))
    for one in clusters.judged:
        _describe(sheet, one)
    kept = _kept(published, clusters.held, names) if clusters.held else ()
    lines = {*sheet.lines()[0][graph], *kept}
    graphs = {graph: tuple(sorted(lines))} if lines else {}
    return Mapped(graphs, sheet.origins, frozenset(), sheet.findings)


def _describe(sheet: Sheet, one: Judged) -> None:
    row = one.decision
    subject = sheet.begin("decision", row.id, row.line, f"{row.left} {row.decision} {row.right}")
    for entry in (one.left, one.right):
        sheet.iri(subject, "dkg:compares", sheet.names.node(entry.kind, entry.key))
    sheet.concept(subject, "dkg:decision", row.decision.value)
    sheet.add(subject, "dkg:reviewer", text(row.who))
    sheet.add(subject, "prov:generatedAtTime", instant(row.when))
    sheet.glossed(subject, "dkg:note", row.why)


def _kept(published: Iterable[str], held: frozenset[str], names: Names) -> Iterator[str]:
    """The lines of published decisions that compare two records which are held back."""
    compares = f"<{expand('dkg:compares')}>"
    by_decision: dict[str, list[str]] = defaultdict(list)
    compared: dict[str, set[str]] = defaultdict(set)
    for line in published:
        subject, prop, value = line.split(" ", 2)
        by_decision[subject].append(line)
        if prop == compares and (known := names.kind_and_key(value.split(" ", 1)[0].strip("<>"))):
            compared[subject].add(known[1])
    for subject, lines in by_decision.items():
        if compared[subject] and compared[subject] <= held:
            yield from lines

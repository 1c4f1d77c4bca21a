"""What needs the whole graph: filling a store, derived triples, whole-graph shapes.

Rules and shapes see the articles, the register and the vocabulary; every rule is run before the
first derived triple goes in, so that their order does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path

from diaspora_kg.errors import UsageError
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.quads import Mapped, Origin
from diaspora_kg.shapes import Fault, GraphShape, Rule, check_graph, read_graph_shapes, read_rules
from diaspora_kg.store import QueryRefused, Solutions, Store, Triples
from diaspora_kg.terms import IRI, nquad, write


def fill(store: Store, setting: Setting, register: Mapped, graphs: Iterable[Sequence[str]]) -> None:
    """Load the vocabulary, the register and the articles' graphs into an empty store."""
    vocabulary = setting.ontology.quads(setting.project.names.graph("vocabulary"))
    store.load(chain(vocabulary, *register.graphs.values(), *graphs))


def derive(store: Store, setting: Setting) -> None:
    """Replace the derived graph by what the rules make of the others.

    Raises :class:`UsageError` for a rule that cannot be run, by file.
    """
    graph = setting.project.names.graph("derived")
    store.replace({graph: ()})
    lines = {line for rule in rules(setting) for line in _derived(store, rule, graph)}
    store.replace({graph: sorted(lines)})


def rules(setting: Setting, known: frozenset[str] = frozenset()) -> tuple[Rule, ...]:
    """The rules of the ontology and of the project; ``known`` are hashes of those found good before."""
    return _rules(setting.folders, setting.stamp, known)


def faults(store: Store, setting: Setting, origin_of: Callable[[str], Origin | None]) -> tuple[Fault, ...]:
    """What the whole-graph shapes find."""
    return check_graph(store, _graph_files(setting.folders), origin_of)


def whole_shapes(setting: Setting) -> tuple[GraphShape, ...]:
    """The whole-graph shapes, read once in each process; raises :class:`UsageError`."""
    return _whole_shapes(setting.folders, setting.stamp)


def takes_part(store: Store, focus: str) -> tuple[frozenset[str], frozenset[str]]:
    """The graphs that describe a node, and those that point to it."""
    node = write(IRI(focus))
    return _graphs(store, f"{node} ?p ?o"), _graphs(store, f"?s ?p {node}")


def _graphs(store: Store, pattern: str) -> frozenset[str]:
    found = store.query(f"SELECT DISTINCT ?g {{ GRAPH ?g {{ {pattern} }} }}")
    return frozenset(row["g"].value for row in found) if isinstance(found, Solutions) else frozenset()


def _derived(store: Store, rule: Rule, graph: str) -> Iterator[str]:
    try:
        found = store.query(rule.sparql)
    except QueryRefused as error:
        raise UsageError(f"The rule {rule.path.name} cannot be run: {error}") from error
    if not isinstance(found, Triples):
        raise UsageError(f"The rule {rule.path.name} is no CONSTRUCT query.")
    return (nquad(s, p, o, IRI(graph)) for s, p, o in found)


@lru_cache(maxsize=2)
def _rules(folders: tuple[Path, ...], stamp: str, known: frozenset[str]) -> tuple[Rule, ...]:  # noqa: ARG001 - the stamp is for the cache
    return read_rules((path for folder in folders for path in (folder / "derive").glob("*.rq")), known)


@lru_cache(maxsize=2)
def _whole_shapes(folders: tuple[Path, ...], stamp: str) -> tuple[GraphShape, ...]:  # noqa: ARG001 - as above
    return read_graph_shapes(_graph_files(folders))


def _graph_files(folders: Iterable[Path]) -> list[Path]:
    return [path for folder in folders for path in sorted((folder / "shapes").glob("graph*.ttl"))]

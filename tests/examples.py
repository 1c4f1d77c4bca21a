"""What the tests of the example projects share: copies, the command, tables, the graph as a store."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from click.testing import CliRunner

from diaspora_kg.cli import main

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"

PREFIXES = """
PREFIX dkg: <https://w3id.org/diaspora-kg/ns#>
PREFIX dkgv: <https://w3id.org/diaspora-kg/vocab/>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX skosxl: <http://www.w3.org/2008/05/skos-xl#>
PREFIX graph: <https://example.org/two-articles/graph/>
PREFIX article: <https://example.org/two-articles/graph/article/>
"""


def dkg(*args: str, project: Path) -> str:
    """Run the command in a project; a failure shows what it printed."""
    done = CliRunner().invoke(main, [*args, "--project", str(project)])
    told = f"dkg {' '.join(args)}: exit {done.exit_code}\n{done.output}"
    assert done.exit_code == 0, told
    return done.stdout


def copy_of(example: str, folder: Path) -> Path:
    """A copy of an example without what is derived and without texts that are not part of it."""
    left_out = [".dkg"] if example == "demo" else [".dkg", "*.txt"]
    return Path(
        shutil.copytree(EXAMPLES / example, folder / example, ignore=shutil.ignore_patterns(*left_out))
    )


def graph_of(project: Path) -> tuple[str, pyoxigraph.Store]:
    """The published graph as sorted N-Quads, and the same in memory."""
    lines = dkg("export", "graph", "--output", "nquads", project=project)
    store = pyoxigraph.Store()
    store.load(lines.encode(), format=pyoxigraph.RdfFormat.N_QUADS)
    return lines, store


def select(graph: pyoxigraph.Store, variables: str, pattern: str) -> set[tuple[str, ...]]:
    """The solutions of a pattern over all graphs; own nodes and terms by the last part of their IRI."""
    query = f"{PREFIXES} SELECT {variables} WHERE {{ {pattern} }}"
    found = graph.query(query, use_default_graph_as_union=True)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    names = [name.removeprefix("?") for name in variables.split()]
    return {tuple(_short(solution[name]) for name in names) for solution in found}


def _short(term: object) -> str:
    assert isinstance(term, pyoxigraph.NamedNode | pyoxigraph.Literal)
    return re.split(r"[/#]", term.value)[-1] if isinstance(term, pyoxigraph.NamedNode) else term.value


def says(graph: pyoxigraph.Store, pattern: str) -> bool:
    """Whether a pattern matches anywhere in the graphs."""
    found = graph.query(f"{PREFIXES} ASK {{ {pattern} }}", use_default_graph_as_union=True)
    assert isinstance(found, pyoxigraph.QueryBoolean)
    return bool(found)


@dataclass(frozen=True)
class Table:
    """A table of answers: its notes (``# name: value``), its columns and its rows."""

    notes: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: frozenset[tuple[str, ...]]

    @classmethod
    def read(cls, text: str) -> Table:
        """Read a table as it is kept beside the examples."""
        lines = text.splitlines()
        noted = [line for line in lines if line.startswith("# ")]
        notes = [line[2:].split(": ", 1) for line in noted]
        header, *rows = [tuple(line.split("\t")) for line in lines[len(noted) :]]
        assert all(len(row) == len(header) for row in rows), "a row has another number of cells"
        assert len(set(rows)) == len(rows), "a row stands twice"
        return cls(tuple((name, value) for name, value in notes), header, frozenset(rows))

    def note(self, name: str) -> Iterator[str]:
        """The values of one note."""
        return (value for known, value in self.notes if known == name)

    def claims(self) -> frozenset[str]:
        """The keys of all claims that the rows rest on."""
        at = [i for i, name in enumerate(self.columns) if name in {"claim", "claims"}]
        return frozenset(key for row in self.rows for i in at for key in row[i].split())

"""Compares the answers of saved queries with tables that were written by hand.

A table is ``expected/<query>.tsv`` or ``expected/<query>.<variant>.tsv`` of a project: lines
``# param: name=value``, a line with the columns, then the rows in short form, parted by tabs. Rows
are compared as a set: their order does not count, nor that of the claims in a cell. A table that says
``# begun`` is not compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from diaspora_kg.errors import UsageError
from diaspora_kg.queries.answer import Answer, run
from diaspora_kg.queries.catalog import Catalog, NotSound
from diaspora_kg.queries.lookup import Lookup

Cells = tuple[str, ...]

BEGUN = "# begun"
"""How a table begins that nobody has filled in yet: it is named and not compared."""


@dataclass(frozen=True)
class Expected:
    """One table: the query, its parameters, and the rows that it must give."""

    file: str
    query: str
    parameters: Mapping[str, tuple[str, ...]]
    columns: Cells
    rows: tuple[Cells, ...]
    begun: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of one table; ``problem`` is set where the query could not be compared at all."""

    expected: Expected
    missing: tuple[Cells, ...] = ()
    extra: tuple[Cells, ...] = ()
    problem: str = ""

    @property
    def passed(self) -> bool:
        """Whether the answer is the expected one."""
        return not (self.missing or self.extra or self.problem)


@dataclass(frozen=True)
class Outcomes:
    """What came of all tables, and the queries that have none."""

    outcomes: tuple[Outcome, ...]
    without: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every table agrees (a query without a table does not count as failed)."""
        return all(outcome.passed for outcome in self.outcomes)


def load(folder: Path) -> tuple[Expected, ...]:
    """The tables of a folder, in order of their names; raises :class:`UsageError` with file and line."""
    return tuple(_read(path) for path in sorted(folder.glob("*.tsv")))


def check(catalog: Catalog, tables: Sequence[Expected], lookup: Lookup) -> Outcomes:
    """Ask each query and compare."""
    outcomes = tuple(_compare(catalog, table, lookup) for table in tables)
    with_table = {table.query for table in tables}
    return Outcomes(outcomes, tuple(name for name in catalog.queries if name not in with_table))


def _read(path: Path) -> Expected:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name} cannot be read: {error}. Save it as UTF-8.") from error
    notes = [line for line in lines if line.startswith("#")]
    table = [tuple(line.split("\t")) for line in lines[len(notes) :] if line]
    if lines[: len(notes)] != notes or not table:
        raise UsageError(f"{path.name}: write the lines with # first, then the columns, then the rows.")
    columns, *rows = table
    for number, row in enumerate(rows, len(notes) + 2):
        if len(row) != len(columns):
            raise UsageError(f"{path.name}:{number}: {len(row)} cells stand under {len(columns)} columns.")
    begun = any(note.startswith(BEGUN) for note in notes)
    return Expected(path.name, path.name.split(".")[0], _parameters(notes, path), columns, tuple(rows), begun)


def _parameters(notes: Sequence[str], path: Path) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for number, note in enumerate(notes, 1):
        if not note.startswith("# param:"):
            continue
        name, equals, value = note.removeprefix("# param:").strip().partition("=")
        if not equals:
            raise UsageError(f"{path.name}:{number}: write `# param: name=value`.")
        found[name] = (*found.get(name, ()), value)
    return found


def _compare(catalog: Catalog, table: Expected, lookup: Lookup) -> Outcome:
    if table.begun:
        return Outcome(table)
    try:
        answer = run(catalog.get(table.query), table.parameters, lookup, label=False)
    except (UsageError, NotSound) as error:
        return Outcome(table, problem=str(error))
    if answer.columns != table.columns:
        return Outcome(table, problem=f"the columns are {', '.join(answer.columns)}.")
    wanted, given = _counted(table.rows, table), _counted(_flat(answer), table)
    return Outcome(
        table, tuple(sorted((wanted - given).elements())), tuple(sorted((given - wanted).elements()))
    )


def _flat(answer: Answer) -> list[Cells]:
    """Cells as one line of a table can hold them."""
    return [tuple(" ".join(cell.split()) for cell in row) for row in answer.cells]


def _counted(rows: Sequence[Cells], table: Expected) -> Counter[Cells]:
    at = table.columns.index("claims") if "claims" in table.columns else -1
    return Counter(
        tuple(" ".join(sorted(cell.split())) if n == at else cell for n, cell in enumerate(row))
        for row in rows
    )

"""The graph in a notebook: ``diaspora_kg.open("my-project").query("legal-history", organization="…")``.

Answers are pandas data frames; pandas is an extra (``notebook``), and :meth:`Graph.rows` does without it.
Cells hold what tables show: a node by its key, so that frames can be joined, filtered and written to files.
Evidence is found by those keys again, from whatever became of a frame: nothing is kept beside its cells.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Self, TypeAlias

from diaspora_kg.content import content
from diaspora_kg.errors import UsageError
from diaspora_kg.names import Names, expand
from diaspora_kg.project import Project
from diaspora_kg.queries import plain
from diaspora_kg.queries.answer import Answer, run
from diaspora_kg.queries.answer import labels as words_of
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.claimed import keyed
from diaspora_kg.queries.evidence import evidence_of
from diaspora_kg.queries.files import EVIDENCE, evidence_cells
from diaspora_kg.queries.opened import Opened, opened, remote
from diaspora_kg.queries.plain import Cell, Row, Type
from diaspora_kg.queries.why import Why
from diaspora_kg.queries.why import why as explain
from diaspora_kg.store.base import Result, Solutions, Triples

if TYPE_CHECKING:
    import pandas as pd

Value: TypeAlias = str | int | float | date
"""What a parameter may be; a list of them are alternatives."""

_ARTICLE = f"SELECT ?article WHERE {{ GRAPH ?g {{ ?article a <{expand('dkg:Article')}> }} }} LIMIT 1"
_OWN = re.compile(r"(.+/)id/article/[^/]+")


def open_graph(
    where: str | Path = ".", *, base: str | None = None, languages: Sequence[str] | None = None
) -> Graph:
    """Open the published graph of a project's folder, or a SPARQL endpoint by its address.

    ``base`` is where the IRIs of an endpoint's nodes begin (else it is found out), ``languages`` are those of
    labels, the best first. Raises :class:`~diaspora_kg.errors.UsageError` where there is no project or
    nothing is built, :class:`~diaspora_kg.errors.StoreNotReachable` for an endpoint that does not answer.
    """
    if isinstance(where, str) and where.startswith(("http://", "https://")):
        return Graph.at(where, base, tuple(languages or ("en",)))
    return Graph.of(Path(where), languages)


class Graph:
    """One snapshot of a graph, from opening to closing; ``with`` closes it."""

    def __init__(self, graph: Opened, catalog: Catalog, resources: ExitStack) -> None:
        self._graph = graph
        self._catalog = catalog
        self._resources = resources

    @classmethod
    def of(cls, folder: Path, languages: Sequence[str] | None = None) -> Self:
        """The published graph of a project, with the project's own queries."""
        project = replace(Project.load(folder), asks=True)  # a notebook is a program itself
        catalog = Catalog.load(project.folders("queries"))
        resources = ExitStack()
        graph = resources.enter_context(opened(project, None, languages))
        if graph.notice:
            warnings.warn(graph.notice, stacklevel=3)
        return cls(graph, catalog, resources)

    @classmethod
    def at(cls, url: str, base: str | None, languages: tuple[str, ...]) -> Self:
        """An endpoint, with the queries that the program brings."""
        if base is None:
            base = _base_of(remote(url, Names(""), languages))
        graph = remote(url, Names(base), languages)
        return cls(graph, Catalog.load([content("queries")]), ExitStack())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the snapshot's files; a closed graph answers no more."""
        self._resources.close()

    def queries(self) -> dict[str, str]:
        """The saved queries that can be asked: name and question."""
        return {query.name: query.summary for query in self._catalog.queries.values() if query.sound}

    def parameters(self, name: str) -> dict[str, str]:
        """The parameters of a query with what they mean; the required ones come first."""
        return {one.name: one.meaning for one in self._catalog.get(name).parameters}

    def answer(
        self,
        name: str,
        params: Mapping[str, Value | Sequence[Value]] | None = None,
        /,
        *,
        limit: int | None = None,
        **more: Value | Sequence[Value],
    ) -> Answer:
        """The answer of a saved query with its terms; parameters are given as in :meth:`query`."""
        given = {**(params or {}), **{key.removesuffix("_"): value for key, value in more.items()}}
        written = {key: _written(value) for key, value in given.items()}
        found = run(self._catalog.get(name), written, self._graph.lookup, limit=limit, label=False)
        return found if found.triples is None else self._answer(Triples(found.triples))

    def rows(
        self,
        name: str,
        params: Mapping[str, Value | Sequence[Value]] | None = None,
        /,
        *,
        limit: int | None = None,
        labels: bool = False,
        **more: Value | Sequence[Value],
    ) -> list[Row]:
        """The answer of a saved query as plain Python values, without pandas."""
        return self._rows(self.answer(name, params, limit=limit, **more), labelled=labels)

    def query(
        self,
        name: str,
        params: Mapping[str, Value | Sequence[Value]] | None = None,
        /,
        *,
        limit: int | None = None,
        labels: bool = False,
        **more: Value | Sequence[Value],
    ) -> pd.DataFrame:
        """The answer of a saved query as a data frame.

        Parameters are given by name, several values as a list; one whose name Python keeps for itself with
        an underscore (``from_=``) or in ``params``. Nodes stand as keys; with ``labels``, a column of words
        stands beside each column of nodes. Whole numbers are ``Int64``; dates stay text, since they may be
        EDTF. Raises :class:`~diaspora_kg.errors.UsageError` for an unknown query or parameter.
        """
        _pandas()
        return self._framed(self.answer(name, params, limit=limit, **more), labelled=labels)

    def sparql(self, text: str, *, labels: bool = False) -> pd.DataFrame | bool:
        """The answer to a SPARQL query over the union of all graphs; ``True`` or ``False`` for an ASK.

        Of a query that makes a graph the frame has the columns subject, predicate and object.
        """
        found = self._graph.ask(text)
        if isinstance(found, bool):
            return found
        return self._framed(self._answer(found), labelled=labels)

    def evidence(self, rows: object) -> pd.DataFrame:
        """Who says it, how, in which article and words: one row for each passage of each claim.

        ``rows`` is a frame of :meth:`query`, some rows of one, a single row, a column of claims, or the key
        of a claim. ``row`` is the index of the row in the frame.
        """
        _pandas()
        return _frame(list(self._evidence(keyed(rows))), EVIDENCE_COLUMNS)

    def evidence_rows(self, rows: object) -> list[Row]:
        """What :meth:`evidence` gives, as plain Python values; ``rows`` may be those of :meth:`rows`."""
        return list(self._evidence(keyed(rows)))

    def why(self, node: str) -> Why:
        """Why a node is in the graph, by its key: its claims, facts, dates and what is not stated."""
        return explain(node, self._graph.lookup, self._graph.origins)

    def _answer(self, found: Result) -> Answer:
        names = self._graph.lookup.names
        if isinstance(found, Triples):
            return Answer("", names, {}, ("subject", "predicate", "object"), found.rows, len(found.rows))
        if isinstance(found, Solutions):
            return Answer("", names, {}, found.variables, found.rows, len(found.rows))
        raise TypeError("a truth value has no rows")

    def _framed(self, answer: Answer, *, labelled: bool) -> pd.DataFrame:
        columns = plain.types(answer, labelled=labelled)
        dtypes = {name: _DTYPES.get(kind, "string") for name, kind in columns.items()}
        return _frame(self._rows(answer, labelled=labelled), dtypes)

    def _rows(self, answer: Answer, *, labelled: bool) -> list[Row]:
        return plain.rows(answer, words_of(answer, self._graph.lookup) if labelled else None)

    def _evidence(self, keyed: Iterable[tuple[Cell, str]]) -> Iterator[Row]:
        names = self._graph.lookup.names
        wanted = [(row, written_claim(key, names)) for row, key in keyed]
        found = evidence_of((iri for _, iri in wanted), self._graph.lookup, self._graph.origins)
        for row, iri in wanted:
            if iri not in found:
                raise UsageError(f"{iri} is no claim of this graph.")
            one = found[iri]
            for words in one.words or (None,):
                cells = dict(zip(EVIDENCE, evidence_cells(one, words), strict=True))
                yield {"row": row, **{name: _evidence_cell(name, cell) for name, cell in cells.items()}}


_DTYPES = {Type.WHOLE: "Int64", Type.NUMBER: "Float64", Type.TRUTH: "boolean"}
_COUNTED = ("begin", "end", "line")
EVIDENCE_COLUMNS = {"row": "object", **{name: "Int64" if name in _COUNTED else "string" for name in EVIDENCE}}
"""The columns of a frame of evidence with their types."""


def written_claim(key: str, names: Names) -> str:
    """The IRI of a claim by its key; an IRI stands for itself."""
    return key if "://" in key else names.node("claim", key)


def _written(value: Value | Sequence[Value]) -> tuple[str, ...]:
    """A parameter as it would be written on the command line."""
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, (str, int, float, Decimal)):
        return (str(value),)
    if isinstance(value, date):
        return (value.isoformat(),)
    return tuple(part for one in value for part in _written(one))


def _evidence_cell(name: str, cell: str) -> Cell:
    if name in _COUNTED:
        return int(cell) if cell else None
    return cell or None


def _base_of(graph: Opened) -> str:
    """Where the IRIs of an endpoint's own nodes begin, by one of its articles."""
    found = graph.lookup.store.query(_ARTICLE)
    articles = [row["article"].value for row in found] if isinstance(found, Solutions) else []
    own = _OWN.fullmatch(articles[0]) if articles else None
    if own is None:
        raise UsageError("the endpoint holds no article of this model; say where its IRIs begin: base=…")
    return own[1]


def _pandas() -> ModuleType:
    try:
        import pandas as pd  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        raise UsageError(
            "data frames need pandas: pip install 'diaspora-kg[notebook]'. Without it there is .rows(…)."
        ) from error
    return pd


def _frame(rows: Sequence[Row], columns: Mapping[str, str]) -> pd.DataFrame:
    """A frame with these columns, whatever the rows are."""
    pandas = _pandas()
    made = {name: pandas.array([row[name] for row in rows], dtype=dtype) for name, dtype in columns.items()}
    frame: pd.DataFrame = pandas.DataFrame(made, columns=list(columns))
    return frame

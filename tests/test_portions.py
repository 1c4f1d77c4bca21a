"""Halves of a portion of rows are asked for at once, and make the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import get_ident

import pytest

from diaspora_kg.project import Project
from diaspora_kg.queries.answer import run
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.opened import opened
from diaspora_kg.queries.portions import portion
from diaspora_kg.sparql import within
from diaspora_kg.store.base import QueryRefused, Result
from diaspora_kg.store.embedded import EmbeddedStore
from diaspora_kg.terms import IRI
from tests.examples import copy_of, dkg
from tests.large import as_large

CATALOG = Catalog.load([Path(__file__).parents[1] / "queries"])
NAMES = sorted(
    name
    for name, query in CATALOG.queries.items()
    if (query.header.articles or query.header.pieces[1])
    and all(one.optional or one.default is not None for one in query.parameters)
)
KINDS = "SELECT ?article ?kind { GRAPH ?g { ?article a ?kind } }"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lookup]:
    folder = copy_of("demo", tmp_path_factory.mktemp("portions"))
    dkg("build", project=folder)
    with opened(Project.load(folder)) as graph:
        yield graph.lookup


@pytest.fixture
def articles(small: Lookup) -> list[IRI]:
    assert small.index is not None
    return [IRI(iri) for iri in small.index.beneath(small.names.node("article", ""), 100)]


@pytest.mark.parametrize("name", NAMES)
def test_halves_asked_at_once_are_the_rows_of_the_whole(name: str, small: Lookup) -> None:
    large = as_large(small)
    for limit in (10, 1000):
        alone, both = (
            run(CATALOG.get(name), {}, replace(large, at_once=so_many), limit=limit, label=False)
            for so_many in (1, 2)
        )
        assert both.rows == alone.rows
        assert (both.total, both.counted) == (alone.total, alone.counted)


@pytest.mark.parametrize(
    ("at_once", "nodes", "questions", "threads"), [(2, 8, 2, 2), (9, 9, 2, 2), (2, 7, 1, 1), (1, 8, 1, 1)]
)
def test_a_few_nodes_are_asked_about_in_one_question(
    at_once: int,
    nodes: int,
    questions: int,
    threads: int,
    small: Lookup,
    articles: list[IRI],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    really = EmbeddedStore.query

    def query(store: EmbeddedStore, sparql: str, *, union: bool = False) -> Result:
        asked.append(get_ident())
        return really(store, sparql, union=union)

    monkeypatch.setattr(EmbeddedStore, "query", query)
    found = portion(
        articles[:nodes], lambda some: within(KINDS, "article", some), replace(small, at_once=at_once)
    )
    assert {row[0] for row in found.rows} == set(articles[:nodes])
    assert (len(asked), len(set(asked))) == (questions, threads)


@pytest.mark.parametrize("half", [slice(4), slice(4, 8)])
def test_what_is_wrong_with_one_half_is_told(half: slice, small: Lookup, articles: list[IRI]) -> None:
    wrong = articles[half]

    def written(some: Sequence[IRI]) -> str:
        return "SELECT ?a { ?a }" if some == wrong else within(KINDS, "article", some)

    with pytest.raises(QueryRefused):
        portion(articles[:8], written, replace(small, at_once=2))

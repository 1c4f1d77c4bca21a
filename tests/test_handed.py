"""What a panel answers for some claims is the same when it is told what these lead to."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator

import pytest

from diaspora_kg.content import content
from diaspora_kg.project import Project
from diaspora_kg.queries.panels import Panels
from diaspora_kg.sparql import bind
from diaspora_kg.store import EmbeddedStore, Snapshots
from diaspora_kg.store.base import Solutions
from diaspora_kg.terms import IRI
from diaspora_kg.website.handed import handed
from tests.growing import built

TIED = """SELECT ?node ?content ?claim WHERE {
  { GRAPH ?a { ?content <urn:of> ?node } GRAPH ?b { ?claim <urn:says>|<urn:in> ?content } }
  UNION { GRAPH ?b { ?claim <urn:on> ?node } BIND(?claim AS ?content) } }"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    root = tmp_path_factory.mktemp("handed") / "demo"
    shutil.copytree(content("examples", "demo"), root, ignore=shutil.ignore_patterns(".dkg", "site"))
    project = Project.load(root)
    built(root)
    with Snapshots(project.derived).reading() as snapshot:
        opened = snapshot.store()
        yield opened
        opened.close()


def rows(store: EmbeddedStore, text: str) -> list[tuple[str, ...]]:
    answer = store.query(text)
    assert isinstance(answer, Solutions)
    return sorted(tuple(map(repr, row)) for row in answer.rows)


def test_ties_are_the_same(store: EmbeddedStore) -> None:
    [panel] = {
        one.text: one for one in Panels.load([content("queries")]).of("person") if one.view == "network"
    }.values()
    answer = store.query(panel.text)
    assert isinstance(answer, Solutions)
    by_claim = defaultdict(list)
    for row, told in zip(answer, answer.rows, strict=True):
        by_claim[row["claim"].value].append(tuple(map(repr, told)))
    assert len(by_claim) > 20
    for claim in sorted(by_claim)[::5]:
        text = handed(store, panel.text, [claim])
        assert text != panel.text
        assert rows(store, bind(text, {"claim": [IRI(claim)]}, projected=False)) == sorted(by_claim[claim])


def test_only_where_each_way_leads_from_the_claim(store: EmbeddedStore) -> None:
    assert handed(store, TIED, ["urn:c"]).count("VALUES ?content { <urn:x-dkg:nowhere> }") == 2
    for other in (
        TIED.replace("?claim <urn:says>|<urn:in> ?content", "?content <urn:said> ?claim"),
        TIED.replace("?claim <urn:says>|<urn:in> ?content", "?claim <urn:in>/<urn:of> ?content"),
        "SELECT ?node { GRAPH ?g { ?node ?p ?claim } }",
    ):
        assert handed(store, other, ["urn:c"]) == other

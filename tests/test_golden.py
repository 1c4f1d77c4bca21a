"""Golden pairs: an annotation and its text, read, anchored, settled and mapped, give this graph.

``tests/golden/<stem>.yaml`` and ``.txt`` are a small article, ``.trig`` beside them its two graphs
(``register.yaml`` and ``register.trig``: the register's). A mapping that changes on purpose changes
the TriG files by hand, so that each change is read.
"""

from __future__ import annotations

import hashlib
import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

import pyoxigraph as ox
import pytest

from diaspora_kg.anchors import anchor, open_text
from diaspora_kg.article import Article
from diaspora_kg.content import content
from diaspora_kg.defaults import settle
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.identity import Directory, Register, check_references, declared, read_register
from diaspora_kg.names import Names
from diaspora_kg.ontology import Ontology
from diaspora_kg.quads import Mapped, map_article, map_register
from diaspora_kg.reading import Source

HERE = Path(__file__).parent / "golden"
STEMS = sorted(path.stem for path in HERE.glob("*.yaml") if path.stem != "register")
NAMES = Names("https://example.org/kg/")
VERSION = "https://example.org/ontology/1"
OURS = ("https://w3id.org/diaspora-kg/", "http://www.w3.org/ns/org#", "http://xmlns.com/foaf/0.1/")


@cache
def ontology() -> Ontology:
    return Ontology.load([content("ontology")])


@cache
def native() -> ModuleType:
    spec = importlib.util.spec_from_file_location("native", content("ingest", "native.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def register() -> Register:
    return read_register((HERE / "register.yaml").read_bytes(), "register.yaml", ontology(), "en")


@cache
def read(stem: str) -> tuple[Article, tuple[Finding, ...]]:
    path = HERE / f"{stem}.yaml"
    source = Source(path, f"articles/{stem}.yaml", path.read_bytes(), stem, "en", False, ontology())
    result = native().read(source)
    (article,) = result.articles
    return article, result.findings


@cache
def directory() -> Directory:
    entries = [*register().entries]
    for stem in STEMS:
        entries += declared(read(stem)[0])
    return Directory(entries)


@cache
def prepared(stem: str) -> tuple[Mapped, tuple[Finding, ...]]:
    article, findings = read(stem)
    digest = hashlib.sha256((HERE / f"{stem}.yaml").read_bytes()).hexdigest()
    view, opened = open_text(article, (HERE / f"{stem}.txt").read_bytes(), None, digest)
    assert view is not None, opened
    anchored, lost = anchor(article, view)
    settled, _, unsettled = settle(anchored, directory().lookup(article.key))
    checked = check_references(article, directory())
    result = map_article(settled, NAMES, directory(), VERSION)
    return result, (*findings, *opened, *lost, *unsettled, *checked, *result.findings)


def quads(data: str, form: ox.RdfFormat) -> set[ox.Quad]:
    return set(ox.parse(data, format=form))


def lines(result: Mapped) -> list[str]:
    return sorted(line for graph in result.graphs.values() for line in graph)


def golden(stem: str) -> list[str]:
    data = (HERE / f"{stem}.trig").read_text(encoding="utf-8")
    return sorted(f"{quad} ." for quad in quads(data, ox.RdfFormat.TRIG))


@pytest.mark.parametrize("stem", STEMS)
def test_golden(stem: str) -> None:
    result, findings = prepared(stem)
    assert [found for found in findings if found.severity is Severity.VIOLATION] == []
    assert lines(result) == golden(stem)


def test_golden_register() -> None:
    result = map_register(register().nodes, "register.yaml", NAMES, directory(), "en")
    assert (register().findings, result.findings) == ((), ())
    assert lines(result) == golden("register")


@pytest.mark.parametrize("stem", STEMS)
def test_only_terms_of_the_ontology_and_no_blank_nodes(stem: str) -> None:
    known = {
        quad.subject
        for quad in quads("\n".join(ontology().quads("https://example.org/v")), ox.RdfFormat.N_QUADS)
    }
    result, _ = prepared(stem)
    used = set()
    for quad in quads("\n".join(lines(result)), ox.RdfFormat.N_QUADS):
        for term in (quad.subject, quad.predicate, quad.object):
            assert not isinstance(term, ox.BlankNode)
            if isinstance(term, ox.NamedNode) and term.value.startswith(OURS):
                used.add(term)
    assert used
    assert used <= known


def test_what_is_withheld_stays_at_home() -> None:
    text = (HERE / "withheld.txt").read_text(encoding="utf-8")
    result, _ = prepared("withheld")
    written = "\n".join(lines(result))
    for words in ("Menu: home", "outside the town hall", "until somebody", "waiting until"):
        assert words in text.replace("\n", " ")
        assert words not in written

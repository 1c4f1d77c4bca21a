"""What the whole graph does not bear goes out of a build from nothing; only what it touches is done again."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from diaspora_kg.build import BuildReport, assemble
from diaspora_kg.pipeline.delta import Quads, TooMuchError, foci
from diaspora_kg.sparql import Probe
from diaspora_kg.store import EmbeddedStore
from tests.growing import built, contents
from tests.small import article, plain, project, write
from tests.test_anew import rule

FIGURES = plain(1).replace(
    "article-says:",
    "world:\n"
    "  wet: {is: figure, of: library.league, measure: members, exactly: 4}\n"
    "  dry: {is: figure, of: library.league, measure: members, exactly: 5}\n"
    "article-says:",
)
"""Nobody claims what these figures say."""

CLAIMS = plain(2).replace(", quote", ", content: figures.wet, quote")
"""Somebody claims one of them in another article."""

SEEN = "{ GRAPH ?g { ?focus a dkg:Figure } } UNION { GRAPH ?g { ?focus a dkg:Article } }"
TOLD = "GRAPH ?g { ?claim dkg:content ?focus . ?claim dkg:gloss ?said } BIND (STR(?said) AS ?words)"
LEAGUE = "GRAPH ?g { ?figure dkg:measuredOf ?focus ; dkg:low ?low } BIND (STR(?low) AS ?words)"

LOST = '''
@prefix dkg: <https://w3id.org/diaspora-kg/ns#> .
@prefix own: <https://example.org/own/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
own:lost a dkg:GraphShape ; sh:order 98 ; sh:severity sh:Violation ; sh:name "Lost"@en ;
    sh:description "Lost"@en ; sh:message "What is claimed is not there."@en ; dkg:hint "None."@en ;
    sh:select """SELECT DISTINCT ?focus WHERE {
      GRAPH ?g { ?focus <https://w3id.org/diaspora-kg/ns#content> ?what }
      FILTER NOT EXISTS { GRAPH ?h { ?what a ?class } } }""" .
'''


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose rules derive of all that may be held back: words and numbers."""
    root = project(tmp_path / "p")
    article(root, "figures", annotation=FIGURES)
    article(root, "rain")
    rule(root, "number", f"CONSTRUCT {{ ?focus dkg:number 01 , 1.10 }} WHERE {{ {SEEN} }}")
    for name, where in (("told", TOLD), ("league", LEAGUE)):
        head = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
        rule(root, name, f"{head}CONSTRUCT {{ ?focus rdfs:label ?words }} WHERE {{ {where} }}")
    return root


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often everything was done, and how often only what is touched."""
    seen = Counter[str]()

    def spied(name: str) -> Callable[..., None]:
        real = getattr(assemble.Assembly, name)

        def run(self: assemble.Assembly, **given: bool) -> None:
            seen[name] += 1
            real(self, **given)

        return run

    for name in ("_anew", "_amend"):
        monkeypatch.setattr(assemble.Assembly, name, spied(name))
    return seen


def refused(report: BuildReport) -> set[str]:
    return {one.key for one in report.articles if one.status.value == "refused"}


def without(root: Path, *stems: str) -> Path:
    """The project as if some articles had never been written."""
    twin = root.with_name("without")
    shutil.copytree(root, twin, ignore=shutil.ignore_patterns(".dkg"))
    for stem in stems:
        for path in (twin / "articles").glob(f"{stem}.*"):
            path.unlink()
    return twin


def test_what_is_refused_leaves_the_graph_as_if_it_had_never_been(root: Path, rounds: Counter[str]) -> None:
    report = built(root)
    assert refused(report) == {"figures"}
    assert [f.code for f in report.findings] == ["situation-is-claimed"] * 2
    assert (rounds["_anew"], rounds["_amend"]) == (1, 1)
    twin = without(root, "figures")
    assert not refused(built(twin))
    assert contents(root) == contents(twin)
    assert any("ns#number>" in line for line in contents(root)[0])


def test_a_build_that_ended_after_something_was_refused_begins_anew(
    root: Path, rounds: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    amend = assemble.Assembly._amend

    def stopping(self: assemble.Assembly, *, first: bool) -> None:
        amend(self, first=first)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(assemble.Assembly, "_amend", stopping)
        with pytest.raises(KeyboardInterrupt):
            built(root)
    rounds.clear()
    assert refused(built(root)) == {"figures"}
    assert (rounds["_anew"], rounds["_amend"]) == (1, 1)
    twin = without(root, "figures")
    built(twin)
    assert contents(root) == contents(twin)


def test_nodes_that_rules_make_of_what_is_refused_go_too(root: Path) -> None:
    bound = f"{{ {SEEN} }} BIND (BNODE() AS ?one)"
    rule(root, "blank", f"CONSTRUCT {{ ?focus dkg:seen ?one }} WHERE {{ {bound} }}")
    assert refused(built(root)) == {"figures"}
    found = [line.split(" ")[0] for line in contents(root)[0] if "ns#seen>" in line]
    assert sorted(one.rpartition("/")[2] for one in found) == ["later>", "library>", "rain>"]


def test_what_is_faulty_without_them_goes_with_them(root: Path, rounds: Counter[str]) -> None:
    write(root, "ontology/shapes/graph-lost.ttl", LOST)
    article(root, "claims", annotation=CLAIMS)
    report = built(root)
    assert refused(report) >= {"figures", "claims"}
    assert {f.code for f in report.findings} == {"situation-is-claimed", "lost"}
    assert (rounds["_anew"], rounds["_amend"]) == (1, 2)
    twin = without(root, "figures", "claims")
    built(twin)
    assert contents(root) == contents(twin)


@pytest.mark.parametrize(
    ("full", "few", "done"),
    [(True, 500, (1, 1)), (True, 0, (2, 0)), (False, 500, (0, 2)), (False, 0, (0, 2))],
)
def test_what_was_published_of_an_article_stays(
    root: Path,
    rounds: Counter[str],
    monkeypatch: pytest.MonkeyPatch,
    full: bool,
    few: int,
    done: tuple[int, int],
) -> None:
    monkeypatch.setattr(assemble, "_FEW", few)
    article(root, "claims", annotation=CLAIMS)
    article(root, "more", annotation=plain(3).replace(", quote", ", content: figures.dry, quote"))
    assert not refused(built(root))
    before = contents(root)
    article(root, "claims", annotation=plain(4))
    rounds.clear()
    report = built(root, full=full)
    assert not report.stopped
    assert {one.key for one in report.articles if one.status.value == "held back"} == {"claims"}
    assert (rounds["_anew"], rounds["_amend"]) == done
    assert contents(root) == before


def test_where_many_go_everything_is_done_again(
    root: Path, rounds: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    built(root)
    twin = without(root)
    monkeypatch.setattr(assemble, "_FEW", 0)
    rounds.clear()
    report = built(twin)
    assert refused(report) == {"figures"}
    assert (rounds["_anew"], rounds["_amend"]) == (2, 0)
    assert contents(root) == contents(twin)


@pytest.mark.parametrize("place", [0, 0.4, 0.6, 0.8, 1])
def test_where_too_much_is_touched_everything_is_done_again(
    root: Path, rounds: Counter[str], monkeypatch: pytest.MonkeyPatch, place: float
) -> None:
    """Wherever that turns out: when articles went, when rules made their triples anew, or after it."""
    asked = limit = 0

    def counting(store: EmbeddedStore, quads: Quads, probes: Iterable[Probe]) -> set[str]:
        nonlocal asked
        asked += 1
        if asked == limit:
            raise TooMuchError
        return foci(store, quads, probes)

    monkeypatch.setattr("diaspora_kg.pipeline.derive.foci", counting)
    first = built(root)
    limit, asked = 1 + round(place * (asked - 1)), 0
    twin = without(root)
    rounds.clear()
    second = built(twin)
    assert (rounds["_anew"], rounds["_amend"]) == (2, 1)
    assert first.findings == second.findings
    assert refused(first) == refused(second) == {"figures"}
    assert contents(root) == contents(twin)

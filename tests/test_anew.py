"""Rules and whole-graph shapes over everything: several at once make what one after the other makes."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest

from diaspora_kg.build import BuildReport, Options, assemble, build
from diaspora_kg.errors import UsageError
from diaspora_kg.pipeline import anew
from diaspora_kg.pipeline.graph import whole_shapes
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.project import Project
from diaspora_kg.shapes import GraphShape
from diaspora_kg.store import EmbeddedStore
from tests import hashes
from tests.growing import lines_of
from tests.small import article, project

HEAD = '#+ summary: "{0}"\n#+ description: "{0}"\nPREFIX dkg: <https://w3id.org/diaspora-kg/ns#>\n'
SAME = """{ GRAPH ?g1 { ?focus a dkg:Article } }"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return project(tmp_path / "p")


def rule(root: Path, name: str, rest: str) -> None:
    """A rule of the project."""
    path = root / "ontology" / "derive" / f"{name}.rq"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD.format(name) + rest, "utf-8")


def built(root: Path, jobs: int = 1) -> BuildReport:
    return build(Project.load(root), Options(jobs=jobs, full=True))


def proven(report: BuildReport) -> list[str]:
    """The lines of what was published, of which the build counted every one once."""
    found = lines_of(report)
    assert report.snapshot is not None
    hashes.proven(report.snapshot)
    assert report.counts["quads"] == len(found)
    return found


def test_several_rules_at_once_make_the_same_graph(small: Path) -> None:
    for number in range(3):
        article(small, f"wire/rain-{number}")
    one, several = built(small), built(small, jobs=3)
    assert several.identical
    assert proven(one) == lines_of(several)


def test_shapes_that_wait_are_run_once_nothing_is_done_beside_them(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = whole_shapes(Setting.of(Project.load(small), ()))
    first, last = shapes[0].shape.iri, shapes[-1].shape.iri
    began, others, here = threading.Event(), threading.Event(), list[str]()

    def ran(_: EmbeddedStore, shape: GraphShape) -> list[str]:
        if threading.current_thread() is threading.main_thread():
            here.append(shape.shape.iri)
        if shape.shape.iri == first:  # it takes as long as one of the others needs to be run
            began.set()
            assert others.wait(20)
        else:
            others.set()
        return [shape.shape.iri]

    monkeypatch.setattr(anew, "at_fault", ran)
    with closing(EmbeddedStore(small / "store")) as store, anew.checking(store, shapes, 2) as found:
        assert began.wait(20)
        assert not others.is_set()
        assert found() == [[shape.shape.iri] for shape in shapes]
    assert here[0] == last
    assert first not in here


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_two_rules_make_is_counted_once(small: Path, jobs: int) -> None:
    before = len(lines_of(built(small)))
    rule(small, "seen", f"CONSTRUCT {{ ?focus dkg:seen dkg:Once }} WHERE {SAME}")
    rule(small, "twice", f"CONSTRUCT {{ ?focus dkg:seen dkg:Once , dkg:Twice }} WHERE {SAME}")
    found = proven(built(small, jobs))
    assert len(found) == before + 4  # two articles, each with two of them


def test_literals_are_counted_as_the_store_writes_them(small: Path) -> None:
    rule(small, "number", f"CONSTRUCT {{ ?focus dkg:number 01 , 1 , 1.10 }} WHERE {SAME}")
    found = [line for line in proven(built(small, jobs=2)) if "ns#number>" in line]
    assert len(found) == 4
    assert not any('"01"' in line or '"1.10"' in line for line in found)


def test_a_blank_node_becomes_a_node_of_its_own(small: Path) -> None:
    rule(small, "blank", f"CONSTRUCT {{ ?focus dkg:seen ?one }} WHERE {{ {SAME} BIND (BNODE() AS ?one) }}")
    found = [line for line in proven(built(small, jobs=2)) if "ns#seen>" in line]
    assert len({line.split(" ")[2] for line in found}) == 2
    assert not any("_:" in line for line in found)


@pytest.mark.parametrize(("jobs", "large"), [(1, 10**6), (2, 10**6), (2, 10)])
def test_a_rule_that_cannot_be_run_is_named_and_nothing_is_published(
    small: Path, jobs: int, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assemble, "_LARGE", large)
    first = built(small)
    (small / "articles/library.yaml").touch()
    rule(small, "a-good-one", f"CONSTRUCT {{ ?focus dkg:seen dkg:Once }} WHERE {SAME}")
    unknown = "BIND (<https://example.org/no-such>(?focus) AS ?what)"
    rule(small, "unknown", f"CONSTRUCT {{ ?focus dkg:seen ?what }} WHERE {{ {SAME} {unknown} }}")
    with pytest.raises(UsageError, match=r"unknown\.rq cannot be run"):
        built(small, jobs)
    assert not any((small / ".dkg").glob("tmp*"))
    for path in (small / "ontology" / "derive").glob("*.rq"):
        path.unlink()
    again = built(small, jobs)
    assert again.identical
    assert lines_of(again) == lines_of(first)


@pytest.mark.parametrize(("jobs", "large"), [(1, 10**6), (2, 10**6), (2, 10)])
def test_what_was_derived_of_an_article_that_is_held_back_is_not_counted(
    small: Path, jobs: int, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assemble, "_LARGE", large)
    path = small / "articles/library.yaml"
    path.write_text(path.read_text("utf-8").replace(", content: venn-chairs", ""), "utf-8")
    report = built(small, jobs)
    assert not any("graph/article/library" in line for line in proven(report))
    (small / "articles/library.yaml").unlink()
    (small / "articles/library.txt").unlink()
    without = build(Project.load(small), Options(jobs=jobs, full=True, allow_deletions=True))
    assert lines_of(without) == lines_of(report)
    assert without.snapshot is not None
    assert report.snapshot is not None
    assert without.snapshot.manifest.index == report.snapshot.manifest.index

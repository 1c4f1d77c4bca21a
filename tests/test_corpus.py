"""The made-up corpus of ``tests/bench``: shares and sizes hold, and it has the faults it lists, no others."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from diaspora_kg.build import build
from diaspora_kg.check import check
from diaspora_kg.content import content
from diaspora_kg.names import Names
from diaspora_kg.project import Project
from diaspora_kg.shapes.catalog import described, read_graph_shapes, read_shapes
from tests.bench.corpus import BASE, LINES, QUADS, Corpus, main
from tests.bench.decisions import HEADER, as_tsv, decide

ARTICLES = 60


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Counter[str]]:
    """A built corpus, and the quads of each graph."""
    root = tmp_path_factory.mktemp("corpus") / "project"
    Corpus(ARTICLES).write(root)
    report = build(Project.load(root))
    assert report.findings == ()
    assert report.snapshot is not None
    store = report.snapshot.store()
    try:
        return root, Counter({graph: len(store.graph_lines(graph)) for graph in store.graphs()})
    finally:
        store.close()


def files_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def test_the_same_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("one", "7"), ("two", "7"), ("three", "8")):
        main(["--articles", "25", "--seed", seed, str(tmp_path / name), "--faults", "--decisions"])
    one, two, three = (files_of(tmp_path / name) for name in ("one", "two", "three"))
    assert one == two
    assert one.keys() == three.keys()
    assert one != three


def test_sizes_are_those_of_annotated_articles(built: tuple[Path, Counter[str]]) -> None:
    root, quads = built
    names = Names(BASE)
    for size, (lines, wanted) in enumerate(zip(LINES, QUADS, strict=True)):
        plans = [plan for plan in Corpus(ARTICLES).plans() if plan.size == size]
        said = sum(quads[names.article_graph(p.key)] + quads[names.about_graph(p.key)] for p in plans)
        files = [root / "articles" / f"{plan.stem}.yaml" for plan in plans]
        written = sum(len(path.read_text("utf-8").splitlines()) for path in files)
        assert written / len(plans) == pytest.approx(lines, rel=0.1)
        assert said / len(plans) == pytest.approx(wanted, rel=0.1)
        assert said / written == pytest.approx(wanted / lines, rel=0.1)
        assert all(2000 <= path.with_suffix(".txt").stat().st_size <= 8192 for path in files)


def test_shares_hold_in_every_ten() -> None:
    for size in (40, 200):
        plans = list(Corpus(size).plans())
        assert Counter(plan.size for plan in plans) == {0: size * 0.6, 1: size * 0.3, 2: size * 0.1}
        assert sum(plan.registered for plan in plans) == size / 2
        assert sum(bool(plan.other) for plan in plans) in {size // 5, size // 5 - 1}  # the first has no other


def test_actors_follow_zipf() -> None:
    corpus = Corpus(2000)
    cast = corpus.cast
    met = Counter(r.actor for plan in corpus.plans() for r in corpus.article(plan, cast).records)
    assert met["org-0"] == pytest.approx(2 * met["org-1"], rel=0.3)
    assert met["org-0"] == pytest.approx(4 * met["org-3"], rel=0.4)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with planted faults."""
    root = tmp_path_factory.mktemp("faulty") / "project"
    Corpus(10).write(root, faults=True)
    return root


def planted(root: Path) -> Iterator[tuple[str, int, str]]:
    with (root / "planted.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield row["file"], int(row["line"]), row["shape"]


def test_the_planted_faults_are_found_and_no_others(faulty: Path) -> None:
    found = check(Project.load(faulty)).findings
    assert {(finding.file, finding.line, finding.code) for finding in found} == set(planted(faulty))


def test_every_shape_that_an_annotation_can_break_is_planted(faulty: Path) -> None:
    folder = content("ontology", "shapes")
    graph = [one.shape for one in read_graph_shapes([folder / "graph.ttl"])]
    codes = {shape.code for shape in (*described(read_shapes([folder / "article.ttl"])), *graph)}
    reached = {shape for _, _, shape in planted(faulty)}
    assert reached <= codes
    # The native reader, its defaults and its anchors refuse what these shapes would find, or never make it;
    # a merge needs a decision.
    assert {code for code in codes - reached if not code.startswith("list-")} == {
        "claim-attribution",
        "claim-attribution-once",
        "claim-givenness",
        "claim-givenness-once",
        "claim-has-evidence",
        "claim-illocution",
        "claim-illocution-once",
        "claim-modality",
        "claim-polarity",
        "claim-polarity-once",
        "claim-readings",
        "claim-source",
        "date-basis",
        "date-bounds",
        "evidence-not-furniture",
        "evidence-own-article",
        "merge-is-decided",
        "merge-is-undisputed",
        "name-language",
        "span-order",
        "unresolved-date",
    }


def test_decisions_never_contradict_each_other() -> None:
    corpus = Corpus(200)
    cast = corpus.cast
    records = [r for plan in corpus.plans() for r in corpus.article(plan, cast).records]
    decisions = list(decide(records, 1))
    real = {record.key: record.actor for record in records} | {r.known: r.actor for r in records if r.known}
    withdrawn = {decision.of for decision in decisions if decision.decision == "withdraw"}
    for decision in decisions:
        if decision.decision == "withdraw":
            assert (decision.left, decision.right) == ("", "")
            continue
        one = real[decision.left] == real[decision.right]
        assert one == (decision.decision in {"same", "unsure"}) or decision.id in withdrawn
    assert Counter(d.decision for d in decisions).keys() == {"same", "different", "unsure", "withdraw"}
    assert len({decision.id for decision in decisions}) == len(decisions)
    lines = as_tsv(decisions).splitlines()
    assert lines[:2] == ["# format: 1", "\t".join(HEADER)]
    assert all(line.count("\t") == len(HEADER) - 1 for line in lines[1:])

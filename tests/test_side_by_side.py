"""One project with a native annotation, brat, CAS JSON and Label Studio: it builds, answers and explains.

From each claim the way leads back to its file and, there, to the line or the place.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from diaspora_kg.agreement import agreement
from diaspora_kg.build import BuildReport, Options, build
from diaspora_kg.check import check
from diaspora_kg.cli import main
from diaspora_kg.project import Project
from diaspora_kg.returned.export import export_annotations
from tests.small import ANNOTATION, REGISTER, SETTINGS, TEXT, article, project, write

WIRE = "Choir sings in Halm\n\nThe Halm Choir sang on the bridge. Its leader Davit Orun thanked the town.\n"
WIRE_ANN = """\
T1	Organization 25 35	Halm Choir
#1	AnnotatorNotes T1	choir | kind: cultural-body
T2	Person 67 77	Davit Orun
#2	AnnotatorNotes T2	orun
T3	Claim 25 54	Halm Choir sang on the bridge
E1	Claim:T3 About:T1
#3	AnnotatorNotes E1	The choir sang on the bridge. | id: sang
T4	Claim 56 77	Its leader Davit Orun
E2	Claim:T4 About:T2
#4	AnnotatorNotes E2	Davit Orun leads the choir. | id: leads
"""
HEADER = """\
format: 1
article:
  title: Choir sings in Halm
  language: en
  annotator: Reviewer Two
  publisher: herald
  published: {date: "2031-06-01", basis: annotator-estimate}
  not-stated: [author, url]
"""
TASK = "Fair in Tarvia\n\n😊 The Tarvia Guild opened its fair. It closed the fair on Sunday.\n"


def region(mark: str, label: str, words: str, note: str = "") -> dict[str, object]:
    begin = TASK.index(words)
    value = {"start": begin, "end": begin + len(words), "text": words, "labels": [label]}
    meta = {"meta": {"text": [note]}} if note else {}
    return {"id": mark, "from_name": "label", "to_name": "text", "type": "labels", "value": value, **meta}


def arrow(label: str, source: str, target: str) -> dict[str, object]:
    return {"type": "relation", "from_id": source, "to_id": target, "direction": "right", "labels": [label]}


def task(*annotators: str, closed: str = "affirmed") -> str:
    runs = [
        {
            "id": number,
            "completed_by": {"id": number, "first_name": name, "last_name": ""},
            "result": [
                region("g", "Organization", "Tarvia Guild", "guild | kind: business-association"),
                region("c", "Claim", "opened its fair", "The guild opened its fair. | id: opened"),
                arrow("About", "c", "g"),
                region("d", "Claim", "It closed the fair", "It is closed. | id: closed"),
                *([arrow("About", "d", "g")] if number == 1 else []),
            ],
        }
        for number, name in enumerate(annotators, 1)
    ]
    return json.dumps([{"id": 7, "data": {"text": TASK}, "annotations": runs}])


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("tools")
    source = project(base / "source")
    export_annotations(Project.load(source), "cas-json", base / "cas", trusted=True)
    root = base / "p"
    write(root, "dkg.toml", SETTINGS + '[ingest]\npublish = ["Ada"]\n')
    write(root, "register.yaml", REGISTER)
    article(root, "library", TEXT, ANNOTATION)
    write(root, "articles/wire.txt", WIRE)
    write(root, "articles/wire.ann", WIRE_ANN)
    write(root, "articles/wire.yaml", HEADER)
    for suffix in ("json", "yaml"):
        shutil.copy(base / f"cas/later.{suffix}", root / f"articles/later.{suffix}")
    write(root, "articles/fair.json", task("Ada", "Bo"))
    write(root, "articles/fair.yaml", HEADER.replace("Choir sings in Halm", "Fair in Tarvia").replace(
        "  annotator: Reviewer Two\n", ""))  # fmt: skip
    return root


@pytest.fixture(scope="module")
def report(root: Path) -> BuildReport:
    return build(Project.load(root), Options())


def dkg(root: Path, *words: str) -> str:
    ran = CliRunner().invoke(main, [*words, "--project", str(root)])
    assert ran.exit_code == 0, ran.output
    return ran.output


def test_all_four_build(root: Path, report: BuildReport) -> None:
    assert {(a.key, a.file, a.status.value) for a in report.articles} == {
        ("library", "articles/library.yaml", "ok"),
        ("wire", "articles/wire.ann", "ok"),
        ("later", "articles/later.json", "ok"),
        ("fair", "articles/fair.json", "ok"),
    }
    assert {(f.file, f.code) for f in report.findings if f.severity != "info"} <= {
        ("articles/library.yaml", "capacity-has-membership")
    }
    assert ("articles/fair.json", "run-aside") in {(f.file, f.code) for f in report.findings}
    assert set(report.findings) <= set(check(Project.load(root)).findings)


def test_a_query_has_answers_from_each(root: Path, report: BuildReport) -> None:
    del report
    query = (
        "PREFIX dkg: <https://w3id.org/diaspora-kg/ns#> SELECT DISTINCT ?article ?gloss WHERE { GRAPH ?g"
        " { ?claim dkg:gloss ?gloss ; dkg:reportedIn ?article } } ORDER BY ?article ?gloss"
    )
    told = dkg(root, "sparql", query, "--output", "csv")
    for key, gloss in (
        ("library", "Ada Venn chairs the League."),
        ("wire", "The choir sang on the bridge."),
        ("later", "The reading room is open."),
        ("fair", "The guild opened its fair."),
    ):
        assert f"/id/article/{key},{gloss}" in told


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("library.chairs", "articles/library.yaml:28"),
        ("wire.sang", "articles/wire.ann:6"),
        ("later.kept", "articles/later.json, annotation "),
        ("fair.opened", "articles/fair.json, result 2"),
    ],
)
def test_why_leads_to_file_and_place(root: Path, report: BuildReport, key: str, place: str) -> None:
    del report
    assert place in dkg(root, "why", key)
    told = json.loads(dkg(root, "why", key, "--output", "json"))
    assert place.partition(":")[0].partition(",")[0] in json.dumps(told)


def test_annotators_of_one_task_are_compared(root: Path) -> None:
    [compared] = agreement(Project.load(root)).articles
    assert [(run.annotator, run.file) for run in compared.runs] == [
        ("Ada", "articles/fair.json"),
        ("Bo", "articles/fair.json"),
    ]
    layers = {one.layer: one for one in compared.layers}
    assert layers["spans: evidence"].alpha == 1.0
    relations = layers["relations: claim and actor"]
    assert (relations.units, relations.agreed) == (2, 1)


def test_an_edit_in_one_tool_changes_its_article_only(root: Path, report: BuildReport) -> None:
    del report
    write(root, "articles/wire.ann", WIRE_ANN.replace("on the bridge. | id", "on a bridge. | id"))
    statuses = {a.key: a.status.value for a in build(Project.load(root), Options()).articles}
    assert statuses == {"library": "unchanged", "wire": "ok", "later": "unchanged", "fair": "unchanged"}

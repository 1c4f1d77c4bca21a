"""Web Annotation, Label Studio, doccano and tables: what they say alike gives the native format's graph."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from diaspora_kg.build import Options, Status, build
from diaspora_kg.check import check
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.export import sorted_lines
from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots
from tests.small import SETTINGS, write
from tests.traps import zipped

FILES = Path(__file__).parent / "regions"
TEXT = (FILES / "league.txt").read_text(encoding="utf-8")
HEADER = (FILES / "league.header.yaml").read_text(encoding="utf-8")
Json = Any


def project(root: Path) -> Path:
    shutil.rmtree(root, ignore_errors=True)
    (root / "articles").mkdir(parents=True)
    write(root, "dkg.toml", SETTINGS)
    return root


def findings(root: Path) -> list[Finding]:
    return list(check(Project.load(root), trusted=True).findings)


def graph(root: Path) -> list[str]:
    """The graph without what says how it came to be."""
    report = build(Project.load(root), Options(trusted=True))
    assert [(one.key, one.status) for one in report.articles] == [("league", Status.OK)]
    with Snapshots(root / ".dkg").reading() as snapshot:
        lines = sorted_lines(snapshot.store())
    return [line for line in lines if "/league> ." in line and "/id/run/" not in line]


def native(root: Path, name: str = "league.native.yaml") -> list[str]:
    write(project(root), "articles/league.txt", TEXT)
    shutil.copy(FILES / name, root / "articles/league.yaml")
    assert findings(root) == []
    return graph(root)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return native(tmp_path_factory.mktemp("native") / "p")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = project(tmp_path / "p")
    write(root, "articles/league.txt", TEXT)
    write(root, "articles/league.yaml", HEADER)
    return root


def web() -> list[Json]:
    found: list[Json] = json.loads((FILES / "league.webannotation.json").read_text(encoding="utf-8"))
    return found


def studio() -> list[Json]:
    found: list[Json] = json.loads((FILES / "league.labelstudio.json").read_text(encoding="utf-8"))
    return found


# -- equal graphs -----------------------------------------------------------------------------


def test_web_annotations_give_the_native_graph(root: Path, expected: list[str]) -> None:
    shutil.copy(FILES / "league.webannotation.json", root / "articles/league.json")
    assert findings(root) == []
    assert graph(root) == expected


def test_label_studio_gives_the_native_graph(root: Path, expected: list[str]) -> None:
    shutil.copy(FILES / "league.labelstudio.json", root / "articles/league.json")
    (root / "articles/league.txt").unlink()  # the file has the text
    assert findings(root) == []
    assert graph(root) == expected


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx"])
def test_a_table_gives_the_native_graph(root: Path, tmp_path: Path, kind: str) -> None:
    with (FILES / "league.table.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.reader(opened))
    if kind == "csv":
        shutil.copy(FILES / "league.table.csv", root / "articles/league.csv")
    elif kind == "tsv":
        write(root, "articles/league.tsv", "\ufeff" + "".join("\t".join(row) + "\n" for row in rows))
    else:
        workbook(root / "articles/league.xlsx", rows)
    assert findings(root) == []
    assert graph(root) == native(tmp_path / "n", "league.table.native.yaml")


_DOCCANO = """
format = 1
about = "Labels and relations alone."
[spans]
Organization = { is = "organization", name = "longest", set = { kind = "other" } }
Person = { is = "person", name = "longest", join = true }
Polity = { is = "polity", name = "longest" }
Statement = { is = "statement", set = { kind = "remark", not-stated = "when" }, mentions = false }
Claim = { is = "claim", says = "{words}.", mentions = false }
Legal_status = "ignore"
[relations]
By = { key = "by" }
In = { key = "in" }
About = { key = "about" }
Content = "ignore"
Of = "ignore"
Jurisdiction = "ignore"
"""


def test_doccano_gives_what_labels_and_relations_can_say(root: Path) -> None:
    shutil.copy(FILES / "league.doccano.jsonl", root / "articles/league.jsonl")
    write(root, "ingest/labels/plain.toml", _DOCCANO)
    write(root, "dkg.toml", SETTINGS + '[ingest."articles/*.jsonl"]\nlabels = "plain"\n')
    assert [f for f in findings(root) if f.severity is Severity.VIOLATION] == []
    lines = graph(root)
    assert sum("ns#Claim>" in line for line in lines) == 2
    assert any('ns#gloss> "has opened a library in Vesmark."' in line for line in lines)
    assert any("ns#claimant>" in line and "/person/" in line for line in lines)


# -- Web Annotation ---------------------------------------------------------------------------


def refused(root: Path, name: str, value: Json) -> list[str]:
    write(root, f"articles/{name}", json.dumps(value))
    return [f.code for f in findings(root) if f.severity is Severity.VIOLATION]


@pytest.mark.parametrize("wrap", ["page", "collection", "rows"])
def test_annotations_may_be_wrapped(root: Path, expected: list[str], wrap: str) -> None:
    page = {"type": "AnnotationPage", "items": web()}
    wrapped = {
        "page": {"@context": "http://www.w3.org/ns/anno.jsonld", **page},
        "collection": {
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "type": "AnnotationCollection",
            "first": page,
        },
        "rows": {"total": 1, "rows": web()},
    }[wrap]
    write(root, "articles/league.json", json.dumps(wrapped))
    assert findings(root) == []
    assert graph(root) == expected


def test_a_page_that_is_elsewhere_is_not_fetched(root: Path) -> None:
    page = {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationCollection"}
    assert refused(root, "league.json", page | {"first": "https://norland.example/1"}) == ["page-elsewhere"]


def moved(change: Callable[[Json], None], name: str = "#opened") -> list[Json]:
    annotations = web()
    for one in annotations:
        if one["id"] == name:
            change(one)
    return annotations


def test_the_quote_wins_over_a_position_that_is_off(root: Path, expected: list[str]) -> None:
    def shift(one: Json) -> None:
        one["target"]["selector"][1] |= {"start": 3, "end": 9}

    write(root, "articles/league.json", json.dumps(moved(shift)))
    [finding] = findings(root)
    assert (finding.code, finding.severity) == ("offset-differs", Severity.WARNING)
    assert graph(root) == expected


def test_a_quote_alone_is_enough_where_it_stands_once(root: Path, expected: list[str]) -> None:
    annotations = web()
    for one in annotations:
        if "#link" not in one["id"]:
            one["target"]["selector"] = one["target"]["selector"][0]
    write(root, "articles/league.json", json.dumps(annotations))
    assert findings(root) == []
    assert graph(root) == expected


def test_a_quote_that_stands_twice_is_not_guessed(root: Path) -> None:
    def bare(one: Json) -> None:
        one["target"]["selector"] = {"type": "TextQuoteSelector", "exact": "Ada Venn"}

    write(root, "articles/league.json", json.dumps(moved(bare, "#venn2")))
    [finding] = [f for f in findings(root) if f.severity is Severity.VIOLATION]
    assert finding.code == "quote-not-found"
    assert finding.message.startswith("Annotation 5: The words “Ada Venn” stand more than once")


def test_a_refined_selector_is_searched_inside_its_outer_one(root: Path, expected: list[str]) -> None:
    def refine(one: Json) -> None:
        inner = {"type": "TextQuoteSelector", "exact": "Ada Venn"}
        outer = {"type": "TextQuoteSelector", "exact": "the League, Ada Venn added", "refinedBy": inner}
        one["target"]["selector"] = {"type": "XPathSelector", "value": "/p[2]", "refinedBy": outer}

    write(root, "articles/league.json", json.dumps(moved(refine, "#venn2")))
    assert findings(root) == []
    assert graph(root) == expected


@pytest.mark.parametrize(
    ("selector", "code"),
    [
        ({"type": "RangeSelector", "startSelector": {}, "endSelector": {}}, "selector"),
        ({"type": "TextPositionSelector", "start": 99999, "end": 100000}, "offset-outside"),
        ({"type": "TextPositionSelector", "start": 9, "end": 2}, "offset-outside"),
        ({"type": "TextPositionSelector", "start": "9", "end": 12}, "wrong-shape"),
        ({"type": "TextQuoteSelector", "exact": "no such words"}, "quote-not-found"),
        ({"type": "TextQuoteSelector", "exact": "\ud800"}, "lone-surrogate"),
    ],
)
def test_selectors_that_lead_nowhere_are_refused(root: Path, selector: Json, code: str) -> None:
    def change(one: Json) -> None:
        one["target"]["selector"] = selector

    assert code in refused(root, "league.json", moved(change))


def test_annotations_of_two_people_are_two_runs(root: Path) -> None:
    annotations = web()
    for one in annotations:
        one["creator"] = {"name": "Ada" if one["id"] in {"#league", "#venn"} else "Ben"}
    told = refused(root, "league.json", annotations)
    assert "dangling-reference" in told, "a link between two people's annotations joins nothing"
    assert "several-runs" in told, told


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda web: web.append(web[0]), "duplicate-id"),
        (lambda web: web[-1]["target"][1].update(id="#nobody"), "dangling-reference"),
        (lambda web: web[0]["target"].update(source="https://norland.example/b"), "several-sources"),
        (lambda web: web[0].update({"@context": {"exact": "https://evil.example/"}}), "context"),
        (lambda web: web[0]["target"].update(selector=[]), "selector"),
    ],
)
def test_faults_of_web_annotations_are_named(root: Path, change: Callable[[Json], None], code: str) -> None:
    annotations = web()
    change(annotations)
    assert code in refused(root, "league.json", annotations)


# -- Label Studio -----------------------------------------------------------------------------


def test_offsets_in_utf16_are_found_out(root: Path, expected: list[str]) -> None:
    tasks = studio()
    for one in tasks[0]["annotations"][0]["result"]:
        if one["type"] == "labels":
            for end in ("start", "end"):
                one["value"][end] = len(TEXT[: one["value"][end]].encode("utf-16-le")) // 2
    write(root, "articles/league.json", json.dumps(tasks))
    assert findings(root) == []
    assert graph(root) == expected


def test_tasks_and_annotators_stay_apart(root: Path) -> None:
    [task] = studio()
    [annotation] = task["annotations"]
    second = {
        **annotation,
        "id": 2,
        "completed_by": {"id": 9, "first_name": "Ben", "email": "b@norland.example"},
    }
    skipped = {**annotation, "id": 3, "was_cancelled": True}
    other = {**task, "id": 2, "annotations": [annotation]}
    both = {**task, "annotations": [annotation, second, skipped], "predictions": [{"result": []}]}
    write(root, "articles/league.json", json.dumps([both, other]))
    told = findings(root)
    left = {f.message for f in told if f.code == "left-out"}
    assert left == {"Not read: 1 annotations that were skipped.", "Not read: 1 predictions."}
    assert not any("@norland" in f.message for f in told)
    assert {f.article for f in told} >= {"league.1"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            lambda task: task["annotations"][0]["result"][0]["value"].update(text="Other words"),
            "offset-differs",
        ),
        (lambda task: task["annotations"][0]["result"][0]["value"].update(start="4"), "wrong-shape"),
        (lambda task: task["annotations"][0]["result"][-1].update(to_id="x"), "dangling-reference"),
        (lambda task: task["annotations"][0]["result"][0].update(type="hypertextlabels"), "region-of-markup"),
        (lambda task: task["data"].clear(), "text-missing"),
        (lambda task: task.update(data=None), "wrong-shape"),
        (
            lambda task: task["annotations"][0]["result"][0]["value"].update(labels=["Ghost"]),
            "label-not-mapped",
        ),
    ],
)
def test_faults_of_label_studio_are_named(root: Path, change: Callable[[Json], None], code: str) -> None:
    tasks = studio()
    change(tasks[0])
    assert code in refused(root, "league.json", tasks)


# -- doccano ----------------------------------------------------------------------------------


def test_one_broken_line_keeps_only_its_text_out(root: Path) -> None:
    good = {"id": 1, "text": TEXT, "label": []}
    lines = [
        json.dumps(good),
        '{"id": 2, "text": "x',
        json.dumps({**good, "id": 3, "label": [[0, 99999, "Person"]]}),
    ]
    write(root, "articles/league.jsonl", "\n".join(lines))
    told = [
        (f.line, f.code, f.article) for f in findings(root) if f.code in {"json-broken", "offset-outside"}
    ]
    assert told == [(2, "json-broken", "league.2"), (3, "offset-outside", "league.3")]


def test_a_zip_with_a_file_for_each_user_has_a_run_for_each(root: Path) -> None:
    line = (FILES / "league.doccano.jsonl").read_bytes()
    (root / "articles/league.zip").write_bytes(
        zipped({"ada.jsonl": line, "ben.jsonl": line, "cem.jsonl": b"{x"})
    )
    write(root, "ingest/labels/plain.toml", _DOCCANO)
    write(root, "dkg.toml", SETTINGS + '[ingest."articles/*.zip"]\nlabels = "plain"\n')
    told = [f for f in findings(root) if f.severity is Severity.VIOLATION]
    assert {f.code for f in told} >= {"several-runs", "json-broken"}
    assert any("ada" in f.message and "ben" in f.message for f in told if f.code == "several-runs")
    assert any(f.message.startswith("Line of cem.jsonl 1: The file is no JSON") for f in told)


# -- tables -----------------------------------------------------------------------------------


def workbook(path: Path, rows: list[list[Any]], merge: str = "") -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append([cell if cell != "" else None for cell in row])
    if merge:
        sheet.merge_cells(merge)
    book.save(path)


COLUMNS = ["in", "kind", "by", "by.is", "when", "says", "quote"]
ROW = [
    "remark",
    "remark",
    "Ada Venn",
    "person",
    date(2031, 5, 2),
    "A library is open.",
    "has opened a library",
]


def table(
    root: Path, *rows: list[Any], header: list[str] | None = None, merge: str = ""
) -> list[tuple[str, str]]:
    workbook(root / "articles/league.xlsx", [header or COLUMNS, *rows], merge)
    return [(f.code, f.message) for f in findings(root) if f.severity is Severity.VIOLATION]


def test_days_of_a_workbook_and_merged_cells_are_read(root: Path) -> None:
    second = ["", "", "", "", "", "A room will follow.", "We will add a … reading room"]
    assert table(root, ROW, second, merge="A2:A3") == []
    lines = graph(root)
    assert any('ns#edtf> "2031-05-02"' in line for line in lines)
    assert sum("ns#Statement>" in line for line in lines) == 1


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        ({"says": "=A1&B1"}, "formula", "Cell F2 holds a formula"),
        ({"quote": "no such words here"}, "quote-not-found", "Row 2:"),
        ({"when": "2031-02-31"}, "", "Cell E2:"),
        ({"when": "99999"}, "", "Cell E2:"),
        ({"by.is": "robot"}, "", "Cell D2:"),
        ({"by": "nobody-known", "by.is": ""}, "", "nobody-known"),
    ],
)
def test_faults_of_a_table_name_the_cell(root: Path, change: dict[str, str], code: str, place: str) -> None:
    row = [change.get(name, value) for name, value in zip(COLUMNS, ROW, strict=True)]
    told = table(root, row)
    assert told
    assert any(place in message and code in {"", one} for one, message in told), told


def test_columns_that_nobody_knows_are_named_once(root: Path) -> None:
    told = table(root, [*ROW, "yes"], [*ROW[:5], "More.", "its chair", "no"], header=[*COLUMNS, "Checked"])
    assert [code for code, _ in told] == ["label-not-mapped"]
    assert "Column H, “Checked”, is in no rule (2 cells)." in told[0][1]


def test_a_label_map_names_the_columns_of_a_team(root: Path) -> None:
    names = '[attributes]\n"Wer" = "by"\n"Sagt" = "says"\n"Stelle" = "quote"\n"Gut" = "ignore"\n'
    names += '"Sicher" = { key = "modality", values = { ja = "asserted", nein = "possible" } }\n'
    write(root, "ingest/labels/team.toml", f"format = 1\n{names}")
    write(root, "dkg.toml", SETTINGS + '[ingest."articles/*.csv"]\nlabels = "team"\n')
    csv_rows = (
        "Wer;by.is;kind;Sagt;Stelle;Gut;Sicher\n"
        "Ada Venn;person;remark;A library is open.;has opened a library;x;nein\n"
    )
    write(root, "articles/league.csv", csv_rows)
    assert [f for f in findings(root) if f.severity is Severity.VIOLATION] == []
    assert any("vocab/possible" in line for line in graph(root))


def test_rows_of_several_articles_find_their_texts(root: Path) -> None:
    (root / "articles/league.yaml").unlink()
    write(root, "articles/rain.txt", "Rain\n\nIt rained in Vesmark, Ada Venn said.\n")
    header = "article,title,language,publisher,published,url,author,kind,by,by.is,says,quote\n"
    rest = "not-stated,by 2031-05-03,not-stated,not-stated,remark,Ada Venn,person"
    rows = f"league,A library,en,{rest},It is open.,has opened a library\n"
    rows += f"rain,Rain,en,{rest},It rained.,It rained in Vesmark\n"
    rows += "../x,X,en,,,,,,,,,\n"
    write(root, "articles/all.csv", header + rows)
    told = [(f.article, f.code) for f in findings(root) if f.severity is Severity.VIOLATION]
    assert {article for article, _ in told} == {"all.row-4"}
    report = build(Project.load(root), Options(trusted=True))
    assert {one.key for one in report.articles if one.status is Status.OK} == {"all.league", "all.rain"}

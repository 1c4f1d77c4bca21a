"""The graph in a notebook: a project's, and an endpoint's over HTTP; with pandas and without."""

from __future__ import annotations

import doctest
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pyoxigraph as ox
import pytest

import diaspora_kg
from diaspora_kg.build import build
from diaspora_kg.errors import StoreNotReachable, UsageError
from diaspora_kg.notebook import Graph, open_graph
from diaspora_kg.project import Project
from diaspora_kg.sparql import Refused
from tests.examples import ROOT, copy_of
from tests.press import BASE, TRIG
from tests.test_remote import serving


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_of("demo", tmp_path_factory.mktemp("notebook"))
    assert build(Project.load(folder)).exit_code() == 0
    return folder


@pytest.fixture(scope="module")
def graph(demo: Path) -> Iterator[Graph]:
    with diaspora_kg.open(demo) as opened:
        yield opened


@pytest.fixture(scope="module")
def remote() -> Iterator[Graph]:
    store = ox.Store()
    store.load(path=TRIG, format=ox.RdfFormat.TRIG)
    with serving(store=store) as endpoint, diaspora_kg.open(endpoint.url) as opened:
        yield opened


def test_a_frame_holds_what_the_command_shows(graph: Graph) -> None:
    frame = graph.query("legal-history", organization="union-of-tarvians")
    assert frame.loc[0, "status"] == "reRegistered"
    assert set(frame.dtypes) == {pd.StringDtype()}
    assert frame["ended"].isna().all()
    assert frame["began"].str.fullmatch(r"notStated|[\d.\[\]/-]+").all()


def test_labels_stand_beside_nodes(graph: Graph) -> None:
    frame = graph.query("legal-history", organization="union-of-tarvians", labels=True)
    columns = list(frame.columns)
    assert columns[columns.index("saidBy") + 1] == "saidBy_label"
    assert "claims_label" not in columns
    assert "Renata Kolm" in set(frame["saidBy_label"])


def test_numbers_are_numbers(graph: Graph) -> None:
    frame = graph.query("words")
    assert frame["begin"].dtype == pd.Int64Dtype()
    assert (frame["begin"] < frame["end"]).all()
    asked = graph.sparql(
        "SELECT ?n ?d ?t ?mixed ?none { VALUES (?n ?d ?t ?mixed ?none) "
        "{ (1 0.5 true 1 UNDEF) (2 2 false 'a' UNDEF) } }"
    )
    assert isinstance(asked, pd.DataFrame)
    assert [str(dtype) for dtype in asked.dtypes] == ["Int64", "Float64", "boolean", "string", "string"]
    assert asked["n"].sum() == 3


def test_a_frame_without_rows_has_its_columns(graph: Graph) -> None:
    frame = graph.query("statements", actor="court-ruling.dissolution")
    assert len(frame) == 0
    assert list(frame.columns) == list(graph.query("statements").columns)
    assert list(graph.evidence(frame).columns) == list(graph.evidence(graph.query("words", limit=1)).columns)


def test_parameters_of_every_sort(graph: Graph) -> None:
    plain = graph.rows("said-about", {"target": "union-of-tarvians", "from": "2031-03-01"})
    assert plain == graph.rows("said-about", target=["union-of-tarvians"], from_=date(2031, 3, 1))
    assert graph.rows("missing-voices", least=1) == graph.rows("missing-voices", least="1")
    several = graph.rows("said-about", target=["union-of-tarvians", "ministry-of-justice"])
    assert {row["target"] for row in several} == {"union-of-tarvians", "ministry-of-justice"}


@pytest.mark.parametrize(
    ("name", "given", "says"),
    [
        ("legal-histroy", {}, "Did you mean legal-history"),
        ("legal-history", {}, "give the parameter organization"),
        ("legal-history", {"organisation": "x"}, "Parameters are: organization"),
        ("legal-history", {"organization": "union-of-tarvian"}, "Did you mean"),
        ("missing-voices", {"least": "many"}, "whole number"),
    ],
)
def test_mistakes_are_told(graph: Graph, name: str, given: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        graph.query(name, given)


# Evidence


def test_evidence_follows_rows_in_whatever_form(graph: Graph) -> None:
    frame = graph.query("legal-history", organization="union-of-tarvians")
    whole = graph.evidence(frame)
    assert set(whole["evidence_claim"]) == {key for cell in frame["claims"] for key in cell.split()}
    assert whole["line"].dtype == pd.Int64Dtype()
    assert whole["quote"].notna().all()
    forms: list[object] = [frame["claims"], frame.to_dict("records"), list(frame["claims"])]
    for form in forms:
        assert list(graph.evidence(form)["evidence_claim"]) == list(whole["evidence_claim"])
    first = graph.evidence(frame.iloc[0])
    assert list(first["evidence_claim"]) == list(whole[whole["row"] == 0]["evidence_claim"])
    assert graph.evidence_rows(frame.loc[0, "claims"])[0]["quote"] == first["quote"][0]


def test_evidence_survives_what_is_done_to_a_frame(graph: Graph, tmp_path: Path) -> None:
    frame = graph.query("words")
    some = frame[frame["article"] == "court-ruling"].sort_values("begin").drop(columns=["words"])
    found = graph.evidence(some)
    assert set(found["row"]) == set(some.index)
    assert set(found["evidence_article"]) == {"court-ruling"}
    some.to_csv(tmp_path / "some.csv", index=False)
    again = graph.evidence(pd.read_csv(tmp_path / "some.csv"))
    assert list(again["evidence_claim"]) == list(found["evidence_claim"])


def test_rows_without_claims_have_no_evidence_to_follow(graph: Graph) -> None:
    for rows in ({"a": "b"}, pd.DataFrame({"a": ["b"]}), 5):
        with pytest.raises(UsageError, match="name no claims"):
            graph.evidence(rows)
    with pytest.raises(UsageError, match="is no claim"):
        graph.evidence("union-of-tarvians")
    assert len(graph.evidence({"claims": None})) == 0


# SPARQL, why, opening and closing


def test_sparql_gives_frames_truths_and_triples(graph: Graph) -> None:
    prefix = "PREFIX dkg: <https://w3id.org/diaspora-kg/ns#> "
    assert graph.sparql(prefix + "ASK { ?c a dkg:Claim }") is True
    made = graph.sparql(prefix + "CONSTRUCT { ?c a dkg:Claim } WHERE { ?c a dkg:Claim }")
    assert isinstance(made, pd.DataFrame)
    assert list(made.columns) == ["subject", "predicate", "object"]
    with pytest.raises(Refused):
        graph.sparql("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    assert graph.why("court-ruling.dissolution").kind == "status-change"


def test_a_project_s_own_queries_are_there(demo: Path, tmp_path: Path) -> None:
    own = demo / "queries"
    own.mkdir()
    try:
        (own / "mine.rq").write_text("#+ summary: a\nASK { GRAPH ?g { ?s ?p ?o } }", "utf-8")
        (own / "graph.rq").write_text(
            "#+ summary: a\nCONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }", "utf-8"
        )
        with open_graph(str(demo)) as graph:
            assert graph.queries()["mine"] == "a"
            assert graph.rows("mine") == [{"answer": True}]
            assert list(graph.query("graph", limit=2).columns) == ["subject", "predicate", "object"]
    finally:
        for path in own.iterdir():
            path.unlink()
        own.rmdir()


def test_what_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no dkg\.toml"):
        diaspora_kg.open(tmp_path)
    empty = copy_of("demo", tmp_path)
    with pytest.raises(UsageError, match="dkg build"):
        diaspora_kg.open(empty)
    with pytest.raises(StoreNotReachable):
        diaspora_kg.open("http://127.0.0.1:1/sparql")


# An endpoint


def test_an_endpoint_answers_as_a_project_does(remote: Graph) -> None:
    frame = remote.query("legal-history", organization="n1.league", labels=True)
    assert list(frame["claims"]) == ["n1.C-2", "n1.C-0"]
    found = remote.evidence(frame)
    assert list(found["evidence_claim"].unique()) == ["n1.C-2", "n1.C-0"]
    assert found["quote"].notna().all()
    assert found["file"].isna().all()
    assert remote.why("n1.end").node.key == "n1.end"


def test_an_endpoint_without_our_nodes_needs_a_base() -> None:
    with serving(store=ox.Store()) as endpoint:
        with pytest.raises(UsageError, match="base="):
            diaspora_kg.open(endpoint.url)
        with diaspora_kg.open(endpoint.url, base=BASE) as graph:
            assert graph.rows("words") == []


# Loading


def test_the_name_costs_nothing_until_it_is_used() -> None:
    heavy = "{'pandas', 'pyoxigraph', 'diaspora_kg.notebook'}"
    said = f"import sys, diaspora_kg; print(sorted({heavy} & {{*sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
    with pytest.raises(AttributeError, match="no attribute"):
        _ = diaspora_kg.opne  # type: ignore[attr-defined]


def test_without_pandas_rows_work_and_frames_say_what_to_install(demo: Path) -> None:
    said = (
        "import sys; sys.modules['pandas'] = None\n"
        "import diaspora_kg\n"
        f"graph = diaspora_kg.open({str(demo)!r})\n"
        "row = graph.rows('legal-history', organization='union-of-tarvians', labels=True)[0]\n"
        "print(row['status_label'], graph.evidence_rows(row)[0]['line'])\n"
        "for ask, what in ((graph.query, 'words'), (graph.evidence, row), (graph.sparql, 'SELECT * {}')):\n"
        "    try: ask(what)\n"
        "    except diaspora_kg.errors.UsageError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    first, *told = done.stdout.splitlines()
    assert first == "re-registered 85"
    assert len(told) == 3
    assert all("pip install 'diaspora-kg[notebook]'" in line and ".rows(" in line for line in told)


def test_the_recipe_runs(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs/how-to/notebook.md").read_text("utf-8").replace("```", "")
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    test = doctest.DocTestParser().get_doctest(text, {}, "notebook.md", "docs/how-to/notebook.md", 0)
    monkeypatch.chdir(demo)
    said: list[str] = []
    monkeypatch.setenv("COLUMNS", "100")
    failed, tried = doctest.DocTestRunner(optionflags=flags).run(test, out=said.append)
    assert tried > 10
    assert failed == 0, "".join(said)

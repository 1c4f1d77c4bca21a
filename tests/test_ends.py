"""The beginning and the end of a build from nothing: who begins when, and what is made late or left alone."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from diaspora_kg.build import Options, assemble, build, team
from diaspora_kg.index import Filling, FormerRow, Index, NodeRow, OriginRow, WordRow, Writer, foreign
from diaspora_kg.index.rows import cells
from diaspora_kg.pipeline.pool import Processes, Workers
from diaspora_kg.pipeline.scan import annotations_up_to
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.project import Project
from diaspora_kg.state import LEFT, ReadState, State
from diaspora_kg.state.tables import INDEXES
from tests.bench.corpus import Corpus
from tests.growing import contents
from tests.small import REGISTER, project, write

UNKNOWN = (
    REGISTER + "  mayor: {is: person, names: [{en: Ada Venn}]}\nposts:\n  chair: {label: chair, in: nobody}\n"
)
LATE = ["node_key", "origin_article", "said_iri"]


def indexes(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        found = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
        return [name for (name,) in db.execute(found)]


def iri(number: int) -> str:
    return f"https://example.org/town/id/person/a.n{number}"


def node(number: int) -> NodeRow:
    return NodeRow(iri(number), "person", f"a.n{number}", f"Person {number}")


def said(number: int, words: str = "") -> WordRow:
    return WordRow(iri(number), "name", "en", words or f"Person {number}")


def filled(path: Path) -> Writer:
    writer = Writer(path)
    writer.nodes(map(node, range(40)), map(said, range(40)))
    rows = Filling()
    for rest in range(4):  # the places of an article come together
        rows.place(
            [(iri(number), f"a{rest}", "articles/a.yaml", number, "") for number in range(rest, 40, 4)]
        )
    writer.fill(rows)
    return writer


def test_a_base_gets_indexes_at_the_end_and_is_then_like_any_other(tmp_path: Path) -> None:
    filled(tmp_path / "index.sqlite").abandon()
    assert indexes(tmp_path / "index.sqlite") == ["former_iri"]
    (tmp_path / "index.sqlite").unlink()
    filled(tmp_path / "index.sqlite").close()
    assert indexes(tmp_path / "index.sqlite") == ["former_iri", *LATE]
    assert foreign(tmp_path / "index.sqlite") == ""


def told(*numbers: int, words: str = "") -> Filling:
    """The rows of nodes as they come from a worker, each as if an article of its own spoke of it."""
    rows = Filling()
    for number in numbers:
        rows.tell([cells(node(number))], [cells(said(number, words))])
    return rows


def test_of_nodes_that_are_there_or_come_twice_no_rows_are_added(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    writer = Writer(path)
    assert not writer.fill(told(1, 2, 3))
    # 2 and 3 are there, one behind the other and at the end; 7 comes twice.
    assert writer.fill(told(4, 2, 5, 7, 6, 7, 3, words="Baker")) == {iri(2), iri(3), iri(7)}
    assert writer.fill(told(1, words="Miller")) == {iri(1)}
    assert writer.kinds == {"person": 6}
    total = writer.total.hex
    writer.close()
    with Index(path) as found:
        assert [row[0] for row in found.all_rows("nodes")] == [iri(number) for number in range(1, 7)]
        assert sorted(row[3] for row in found.all_rows("words")) == ["Baker"] * 3 + [
            f"Person {number}" for number in (1, 2, 3)
        ]
        assert len(list(found.search("baker"))) == 3
    other = Writer(tmp_path / "other.sqlite")
    other.nodes(map(node, range(1, 7)), [*map(said, (1, 2, 3)), *(said(n, "Baker") for n in (4, 5, 6))])
    assert other.total.hex == total
    other.close()


def test_a_row_that_no_base_can_hold_is_not_taken_for_one_that_is_there(tmp_path: Path) -> None:
    rows = told(1)
    rows.nodes[0] = (iri(1), "person", "a.n1", None)  # type: ignore[assignment]
    with closing(Writer(tmp_path / "index.sqlite")) as writer, pytest.raises(sqlite3.IntegrityError):
        writer.fill(rows)


def test_search_is_kept_as_usual_once_a_base_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    writer = filled(path)
    with closing(sqlite3.connect(path)) as db:
        settings = "SELECT k, v FROM word_config WHERE k <> 'version' ORDER BY k"
        assert dict(db.execute(settings))["automerge"] == 0
        writer.close()
        assert dict(db.execute(settings)) == {"automerge": 4, "crisismerge": 16, "hashsize": 1 << 20}


def test_a_state_gets_the_last_indexes_when_a_build_ends_or_is_taken_up(tmp_path: Path) -> None:
    late = {statement.split()[5] for statement in INDEXES}
    town = project(tmp_path / "town")
    build(Project.load(town))
    assert late <= set(indexes(town / ".dkg/state.sqlite"))
    path = tmp_path / "state.sqlite"
    with closing(State(path, fresh=True)) as state:
        state.commit()
        assert not late & set(indexes(path))
    with closing(State(path, taken_up=True)) as state:
        state.commit()
        assert late <= set(indexes(path))


def test_a_state_is_read_by_others_once_it_is_shared(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with closing(State(path, fresh=True)) as state, closing(ReadState(path)) as other:
        state.put("one", "1")
        state.share()
        state.put("two", "2")
        assert (other.meta("one"), other.meta("two")) == ("1", "")
        state.commit()
        assert other.meta("two") == "2"


def test_what_is_asked_for_by_article_before_that_is_found(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    writer = filled(path)
    writer.places([OriginRow(iri(0), "", "register.yaml", 3)], ())
    assert [row.file for row in writer.origins_in("")] == ["register.yaml"]
    writer.forget_places("", "")
    assert not writer.origins_in("")
    assert len(writer.origins_in("a1")) == 10
    writer.forget_places("a1", iri(1))
    assert not writer.origins_in("a1")
    writer.close()
    with Index(path) as found:
        assert len(list(found.all_rows("origins"))) == 30


def test_what_comes_after_a_base_was_brought_into_order_is_found(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    writer = filled(path)
    writer.tidy()
    assert indexes(path) == ["former_iri", *LATE]
    assert not [path.name + end for end in LEFT if path.with_name(path.name + end).exists()]
    assert writer.more([cells(said(41, "Vesmark"))]) == {iri(41)}
    assert not writer.more([cells(said(3, "Baker of Vesmark"))])
    writer.renew([iri(4)], [node(4)], [said(4, "Miller of Vesmark")])
    writer.places((), [FormerRow("older", iri(5))])
    writer.close()
    with Index(path) as found:
        found.check()
        assert sorted(hit.words for hit in found.search("vesmark")) == [
            "Baker of Vesmark",
            "Miller of Vesmark",
        ]
        assert not [hit for hit in found.search("person 4") if hit.words == "Person 4"]
        assert [row.key for row in found.formers()] == ["older"]
    assert foreign(path) == ""


def test_rows_that_stay_are_left_and_others_are_renewed(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    writer = filled(path)
    before = writer.total.hex
    with closing(sqlite3.connect(path)) as db:
        writer.tidy()
        last = "SELECT max(id) FROM said"
        highest = db.execute(last).fetchone()
        writer.renew([iri(1), iri(2)], [node(1), node(2)], [said(2), said(1)])
        assert writer.total.hex == before
        writer.tidy()
        assert db.execute(last).fetchone() == highest
        writer.renew([iri(1), iri(2), iri(3)], [node(1), node(2)], [said(1), said(2, "Other")])
        assert writer.kinds["person"] == 39
        writer.close()
        assert db.execute("SELECT count(*) FROM node").fetchone() == (39,)
        assert db.execute("SELECT words FROM said WHERE iri = ?", (iri(2),)).fetchall() == [("Other",)]


def test_annotations_are_counted_up_to_a_number(tmp_path: Path) -> None:
    for folder in ("east", "west/far"):
        for number in range(6):
            write(tmp_path, f"{folder}/{number}.yaml", "")
            write(tmp_path, f"{folder}/{number}.txt", "")
    up_to: Callable[[int], int] = partial(annotations_up_to, tmp_path, frozenset())
    assert (up_to(100), up_to(5), up_to(0)) == (12, 5, 0)
    assert annotations_up_to(tmp_path, frozenset({".yaml"}), 100) == 0
    assert annotations_up_to(tmp_path / "nowhere", frozenset(), 100) == 0


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """For how many batches workers were told to begin, each time that they were."""
    found: list[int] = []
    begin = Workers.begin

    def told(self: Workers, first: Callable[[], None], items: int) -> None:
        found.append(items)
        begin(self, first, items)

    monkeypatch.setattr(team, "_MANY", 3)
    monkeypatch.setattr(Workers, "begin", told)
    return found


def test_workers_begin_once_and_only_in_a_build_from_nothing(tmp_path: Path, begun: list[int]) -> None:
    Corpus(9).write(tmp_path / "p", decisions=True)
    project = Project.load(tmp_path / "p")
    assert build(project, Options(jobs=2)).published
    assert begun == [1]
    assert build(project, Options(jobs=2)).identical
    assert begun == [1]
    assert build(project, Options(jobs=2, full=True)).identical
    assert begun == [1, 1]


def test_workers_that_are_not_needed_go_home(tmp_path: Path, begun: list[int]) -> None:
    Corpus(9).write(tmp_path / "p")
    setting = Setting.of(Project.load(tmp_path / "p"), ())
    with team.Team(Processes(2)) as waiting:
        waiting.begin(setting)
        workers = multiprocessing.active_children()
    assert begun == [1]
    assert not any(one.is_alive() for one in workers)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_register_whose_fault_shows_when_it_is_mapped_stops_the_build(small: Path, jobs: int) -> None:
    before = build(Project.load(small), Options())
    write(small, "register.yaml", UNKNOWN)
    report = build(Project.load(small), Options(jobs=jobs, full=True))
    assert not report.published
    assert report.stopped.startswith("register.yaml has a violation")
    assert {one.file for one in report.findings if one.code == "unknown-key"} == {"register.yaml"}
    assert report.snapshot == before.snapshot
    write(small, "register.yaml", REGISTER)
    assert build(Project.load(small), Options(jobs=jobs)).identical


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return project(tmp_path / "small")


def test_a_large_store_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Corpus(9).write(tmp_path / "p", decisions=True)
    build(Project.load(tmp_path / "p"), Options())
    whole = contents(tmp_path / "p")
    monkeypatch.setattr(assemble, "_LARGE", 10)
    assert build(Project.load(tmp_path / "p"), Options(full=True)).identical
    assert contents(tmp_path / "p") == whole

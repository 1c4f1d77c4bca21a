"""A build from nothing: rows read off lines are those of the graph; what came too early goes again."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from diaspora_kg.build import Options, Status, assemble, build, inflow
from diaspora_kg.build.batch import Batch
from diaspora_kg.build.content import write_nodes
from diaspora_kg.build.pickled import pickled, unpickled
from diaspora_kg.build.spoken import spoken
from diaspora_kg.build.taken_up import Rest
from diaspora_kg.errors import RunStopped
from diaspora_kg.index import Filling, FormerRow, Index, Writer
from diaspora_kg.names import Names
from diaspora_kg.pipeline.ahead import Ahead
from diaspora_kg.pipeline.job import Afar, Job
from diaspora_kg.pipeline.pool import Workers
from diaspora_kg.project import Project
from diaspora_kg.store import EmbeddedStore, Snapshots
from tests.bench.corpus import Corpus
from tests.growing import contents
from tests.small import article, plain, project, write

NAMES = Names("https://example.org/p/")
NODE = "<https://example.org/p/id/person/a.venn>"
NAME = "<https://example.org/p/id/name/a.1>"
GRAPH = "<https://example.org/p/graph/article/a>"
AFAR: Afar[int, str, str] = Afar(lambda item, _: (item, ()), lambda item, _: str(item), lambda shared: shared)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve articles of the bench, some of whose records decisions join."""
    root = tmp_path_factory.mktemp("inflow") / "p"
    Corpus(12).write(root, decisions=True)
    report = build(Project.load(root), Options())
    assert report.count(Status.OK) == 12
    return root


def test_the_rows_are_those_that_the_graph_tells(corpus: Path, tmp_path: Path) -> None:
    with Snapshots(corpus / ".dkg").reading() as snapshot, Index(snapshot.index) as index:
        nodes, words = (sorted(index.all_rows(view)) for view in ("nodes", "words"))
        store = snapshot.store()
        names = Project.load(corpus).names
        writer = Writer(tmp_path / "index.sqlite")
        write_nodes(store, names, [str(row[0]) for row in nodes], writer)
        writer.close()
        store.close()
    with Index(tmp_path / "index.sqlite") as asked:
        assert sorted(asked.all_rows("nodes")) == nodes
        assert sorted(asked.all_rows("words")) == words
    assert any(row[1] == "decision" for row in nodes)


def test_portions_and_batches_do_not_show(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = contents(corpus)
    monkeypatch.setattr(inflow, "BATCH", 2)
    monkeypatch.setattr(inflow, "PORTION", 30_000)
    assert build(Project.load(corpus), Options(full=True)).identical
    assert contents(corpus) == whole


def test_worker_processes_come_to_the_same(corpus: Path) -> None:
    assert build(Project.load(corpus), Options(full=True, jobs=2)).identical


def test_files_are_fetched_before_each_round_in_which_they_are_read(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: Counter[str] = Counter()
    monkeypatch.setattr(Ahead, "fetch", lambda _, paths: told.update(paths))
    assert build(Project.load(corpus), Options(full=True, jobs=2)).identical
    read = [p for p in (corpus / "articles").rglob("*") if p.suffix in {".yaml", ".txt"}]
    often = {path.suffix: Counter[int]() for path in read}
    for path in read:
        often[path.suffix][told[str(path)]] += 1
    assert often[".yaml"] == {1: 12}
    assert set(often[".txt"]) == {1, 2}  # those that wait are read in the second round


def test_two_articles_of_one_key_are_both_taken_out_again(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    for name in ("one", "two", "three"):
        article(root, name, annotation=plain(1))
    for name in ("one", "two"):
        text = plain(1).replace(
            "article:\n", f"article:\n  key: {'Doubled' if name == 'one' else 'doubled'}\n"
        )
        write(root, f"articles/{name}.yaml", text)
    report = build(Project.load(root), Options())
    refused = {one.file for one in report.articles if one.status is Status.REFUSED}
    assert refused == {"articles/one.yaml", "articles/two.yaml"}
    lines, rows, _ = contents(root)
    assert not [line for line in lines if "oubled" in line]
    assert not [row for some in rows for row in some if "oubled" in str(row)]  # type: ignore[attr-defined]


def line(subject: str, prop: str, value: str) -> str:
    return f"{subject} <{prop}> {value} {GRAPH} ."


TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
HAS_NAME = "https://w3id.org/diaspora-kg/ns#name"
FORM = "http://www.w3.org/2008/05/skos-xl#literalForm"


def test_words_come_back_as_they_were_meant() -> None:
    said = r'"Ada \"Venn\" \\ \u0001\n"@en'
    found = spoken([line(NODE, TYPE, "<x:Person>"), line(NODE, LABEL, said)], NAMES)
    iri = NODE[1:-1]
    assert found.words == [(iri, "label", "en", 'Ada "Venn" \\ \x01\n')]
    assert found.nodes == [(iri, "person", "a.venn", 'Ada "Venn" \\ \x01\n')]
    assert not found.elsewhere


def test_the_words_of_a_name_are_its_owners() -> None:
    lines = [
        *(line(NODE, TYPE, "<x:Person>"), line(NAME, TYPE, "<x:Name>"), line(NODE, HAS_NAME, NAME)),
        line(NAME, FORM, '"Ada"'),
    ]
    found = spoken(lines, NAMES)
    assert [row[:2] for row in found.words] == [(NODE[1:-1], "name")]
    assert {row[0]: row[3] for row in found.nodes} == {NODE[1:-1]: "Ada", NAME[1:-1]: ""}


@pytest.mark.parametrize(
    ("lines", "which"),
    [
        ([line(NODE, LABEL, '"Ada"')], {NODE}),
        ([line(NODE, TYPE, "<x:Person>"), line(NODE, HAS_NAME, NAME)], {NODE}),
        ([line(NODE, HAS_NAME, NAME)], {NODE, NAME}),
    ],
)
def test_what_another_graph_must_tell_is_named(lines: list[str], which: set[str]) -> None:
    assert spoken(lines, NAMES).elsewhere == {node[1:-1] for node in which}


class Interrupting:
    """Progress that interrupts a build when so many articles of a step are done; notes the steps."""

    def __init__(self, step: str = "", after: int = 0) -> None:
        self.step_of, self.after = step, after
        self.steps: dict[str, int | None] = {}
        self.now, self.done = "", 0

    def step(self, name: str, total: int | None = None) -> None:
        self.steps[name] = total
        self.now, self.done = name, 0
        self.stop()

    def advance(self, count: int = 1) -> None:
        self.done += count
        self.stop()

    def stop(self) -> None:
        if self.now == self.step_of and self.done >= self.after:
            raise KeyboardInterrupt


@pytest.fixture
def resting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds that rest after every two articles."""
    monkeypatch.setattr(inflow, "BATCH", 2)
    monkeypatch.setattr(inflow, "PORTION", 30_000)
    monkeypatch.setattr(inflow, "_RESTING", 1)


@pytest.mark.usefixtures("resting")
@pytest.mark.parametrize(
    ("step", "after", "steps"),
    [
        ("Reading", 4, {"Reading": 11}),  # ten, and one that was read and waited
        ("Preparing", 3, {"Reading": 5}),
        ("Loading", 1, {"Reading": 0, "Preparing": None}),
        ("Deriving and checking the whole graph", 0, {"Reading": 0, "Preparing": None, "Loading": None}),
        ("Publishing", 0, {"Reading": 0, "Preparing": None, "Loading": None}),
    ],
)
def test_an_interrupted_build_is_taken_up(
    corpus: Path, tmp_path: Path, step: str, after: int, steps: dict[str, int | None]
) -> None:
    root = tmp_path / "p"
    shutil.copytree(corpus, root, ignore=shutil.ignore_patterns(".dkg"))
    with pytest.raises(KeyboardInterrupt):
        build(Project.load(root), Options(), Interrupting(step, after))
    shown = Interrupting()
    report = build(Project.load(root), Options(), shown)
    assert {name: shown.steps.get(name) for name in steps} == steps
    assert step != "Loading" or (shown.steps["Loading"] or 0) < 12
    assert report.count(Status.OK) == 12
    assert contents(root) == contents(corpus)
    assert not [path.name for path in (root / ".dkg").iterdir() if "new" in path.name]
    assert build(Project.load(root), Options()).identical


def interrupted(root: Path, *, full: bool = False) -> None:
    """A build that ends when all was derived, loaded and tidied, and before any of it was counted."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assemble, "count_derived", stop)
        with pytest.raises(KeyboardInterrupt):
            build(Project.load(root), Options(full=full))


@pytest.mark.parametrize("large", [False, True])
def test_rules_run_again_over_what_was_loaded(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, large: bool
) -> None:
    monkeypatch.setattr(assemble, "_LARGE", 0 if large else 1_000_000)
    root = tmp_path / "p"
    shutil.copytree(corpus, root, ignore=shutil.ignore_patterns(".dkg"))
    for _ in range(2):  # which is also so for one that was taken up
        interrupted(root)
    assert not (root / ".dkg/lines.new").exists()
    store = EmbeddedStore(root / ".dkg/store.new")
    assert store.query(f"ASK {{ GRAPH <{Project.load(root).names.graph('derived')}> {{ ?s ?p ?o }} }}")
    store.close()
    shown = Interrupting()
    assert build(Project.load(root), Options(), shown).count(Status.OK) == 12
    assert (shown.steps["Reading"], shown.steps.get("Loading")) == (0, None)
    assert contents(root) == contents(corpus)
    assert not [path.name for path in (root / ".dkg").iterdir() if "new" in path.name]
    assert build(Project.load(root), Options()).identical


def test_articles_that_stay_as_they_are_published_are_taken_up_once(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    for number in range(3):
        article(root, f"stays{number}")
    assert build(Project.load(root), Options()).count(Status.OK) == 5
    write(root, "articles/stays1.yaml", "nothing: of this\n")
    article(root, "comes")
    (root / "articles/stays2.yaml").unlink()
    twin = tmp_path / "twin"
    shutil.copytree(root, twin)
    build(Project.load(twin), Options(full=True))
    interrupted(root, full=True)
    shown = Interrupting()
    report = build(Project.load(root), Options(full=True), shown)
    assert (shown.steps.get("Loading"), report.published) == (None, True)
    assert contents(root) == contents(twin)
    assert any("stays1" in line for line in contents(root)[0])
    assert not any("stays2" in line for line in contents(root)[0])
    assert build(Project.load(root), Options()).identical


@pytest.mark.usefixtures("resting")
def test_a_build_is_not_taken_up_when_a_file_that_was_read_changed(corpus: Path, tmp_path: Path) -> None:
    root = tmp_path / "p"
    shutil.copytree(corpus, root, ignore=shutil.ignore_patterns(".dkg"))
    with pytest.raises(KeyboardInterrupt):
        build(Project.load(root), Options(), Interrupting("Preparing", 1))
    first = min((root / "articles").rglob("*.yaml"))
    first.write_text(first.read_text("utf-8") + "# a remark\n", "utf-8")
    shown = Interrupting()
    build(Project.load(root), Options(), shown)
    assert shown.steps["Reading"] == 12


@pytest.mark.usefixtures("resting")
@pytest.mark.parametrize(
    ("step", "name"), [("Loading", "rows.new"), ("Loading", "lines.new"), ("Preparing", "lines.new")]
)
def test_what_was_damaged_meanwhile_is_told_and_the_next_build_begins_anew(
    corpus: Path, tmp_path: Path, step: str, name: str
) -> None:
    root = tmp_path / "p"
    shutil.copytree(corpus, root, ignore=shutil.ignore_patterns(".dkg"))
    with pytest.raises(KeyboardInterrupt):
        build(Project.load(root), Options(), Interrupting(step, 1))
    file = root / ".dkg" / name
    file.write_bytes(b"x" * file.stat().st_size)
    with pytest.raises(RunStopped, match=rf"{name}, which is damaged .* begins anew"):
        build(Project.load(root), Options())
    assert build(Project.load(root), Options()).count(Status.OK) == 12
    assert contents(root) == contents(corpus)


def nothing() -> None:
    pass


def failing() -> None:
    raise ValueError("this cannot be done first")


def said(item: int, shared: str) -> str:
    return f"{item} {shared}"


def test_workers_that_began_early_have_what_was_said_later() -> None:
    with Workers("early", 2) as crew:
        crew.begin(nothing, 9)
        crew.share("late")
        assert list(crew.each(said, range(20))) == [f"{item} late" for item in range(20)]


def test_workers_that_began_and_got_no_work_end() -> None:
    with Workers(None, 2) as crew:
        crew.begin(nothing, 9)
    with Workers(None, 1) as crew:  # no process at all
        crew.begin(failing, 9)


def test_what_fails_in_a_worker_that_begins_early_costs_no_work() -> None:
    with Workers("shared", 2) as crew:
        crew.begin(failing, 9)
        assert list(crew.stream(Job(said, lambda _: (), said, AFAR), range(3))) == [
            f"{item} shared" for item in range(3)
        ]


@pytest.mark.parametrize("note", ["", "[]", "7", "[null, 1, 2, 3, 4, 5, 6]", '[1, "a 0", "b 0", 3, 4, 5, 6]'])
def test_a_note_that_is_none_is_told_by_one_error(note: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        Rest.read(note)


class Odd(str):
    """A kind of string that a reader script has of its own."""

    __slots__ = ()


@pytest.mark.parametrize("key", ["a", Odd("a")])
def test_a_batch_is_the_same_when_it_has_travelled(key: str) -> None:
    batch = Batch(3, odd=True)
    batch.state["piece"].append((key, "articles/a.yaml"))
    batch.index.tell([("i:a", "person", key, "Ada")], [("i:a", "name", "en", "Ada")])
    batch.index.place([("i:a", "a", "articles/a.yaml", 3, "")])
    batch.index.formers.append(FormerRow("old", "i:a"))
    batch.index.shared.add("i:b")
    batch.add("before", b"other\nlines\n")
    batch.add(key, b"line\n")
    batch.total.add("line")
    batch.waiting.append((("articles/b.yaml", "b"), b"data"))
    assert batch.completed() is batch
    assert (batch.index, batch.records) == (Filling(), [])
    assert [batch.lines.part(one.begin, one.end) for one in batch.valid] == [b"other\nlines\n", b"line\n"]
    travelled = unpickled(pickled(batch))
    assert travelled == batch
    travelled.state["entry"].append(())  # which has lists for tables that nothing was for
    assert type(travelled.state["piece"][0][0]) is type(key)

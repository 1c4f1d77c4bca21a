"""What the hashes of a snapshot are made of, and what becomes of those that were made otherwise."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from diaspora_kg.build import Options, build
from diaspora_kg.build.ground import open_state
from diaspora_kg.build.publish import seal
from diaspora_kg.export import sorted_lines
from diaspora_kg.index import NodeRow, OriginRow, WordRow, Writer
from diaspora_kg.index.hashed import of_nodes
from diaspora_kg.moving.kept import backup, restore
from diaspora_kg.project import Project
from diaspora_kg.state import State
from diaspora_kg.store import Manifest, Snapshot, Snapshots
from diaspora_kg.store.hashed import Hashing
from diaspora_kg.store.snapshots import FORMAT
from diaspora_kg.sums import Total
from tests.growing import built, lines_of
from tests.hashes import proven
from tests.small import article, plain, project
from tests.test_inflow import Interrupting


@pytest.fixture
def small(tmp_path: Path) -> Path:
    root = project(tmp_path / "p")
    article(root, "rain", annotation=plain(1))
    built(root)
    return root


def current(root: Path) -> Snapshot:
    snapshot = Snapshots(root / ".dkg").current()
    assert snapshot is not None
    return snapshot


def as_before(text: str) -> str:
    """A note of what all articles depend on, as a program wrote it that hashed each line by itself."""
    told = json.loads(text)
    assert told.count(FORMAT) == 1
    return json.dumps([1 if one == FORMAT else one for one in told])


def older(root: Path) -> None:
    """Make of what a build left what that program would have left."""
    snapshot = current(root)
    with closing(snapshot.store()) as store:
        lines = sorted_lines(store)
    total = Total()
    total.add_all(lines)
    told = json.loads(snapshot.manifest.write()) | {"format": 1, "id": total.hex, "index": "0" * 64}
    (snapshot.path / "manifest.json").write_text(Manifest.read(json.dumps(told)).write(), "utf-8")
    with closing(State(root / ".dkg/state.sqlite")) as state:
        state.put("content", total.write())
        state.put("core", as_before(state.meta("core")))
        state.put("seal", seal(snapshot))
        state.commit()


def note_core(root: Path, text: str) -> None:
    with closing(State(root / ".dkg/state.sqlite")) as state:
        state.put("core", text)
        state.commit()


def is_built_on(root: Path) -> bool:
    ground = open_state(Project.load(root), Options(trusted=True))
    if ground.state is not None:
        ground.state.close()
    return ground.state is not None


def test_an_older_state_is_not_built_on_but_its_snapshot_is_believed(small: Path) -> None:
    whole = lines_of(built(small))
    with closing(State(small / ".dkg/state.sqlite")) as state:
        now = state.meta("core")
    older(small)
    assert not is_built_on(small)
    note_core(small, now)
    assert is_built_on(small)  # nothing else is in the way
    note_core(small, as_before(now))
    (small / "articles/rain.yaml").write_text("format: 1\narticle: {}\n", "utf-8")
    report = built(small)
    assert (report.published, lines_of(report)) == (True, whole)  # the last valid version stays
    assert not [finding for finding in report.findings if finding.code == "snapshot-damaged"]
    assert current(small).manifest.format == FORMAT
    proven(current(small))
    assert built(small).identical


def test_what_an_older_program_left_half_made_is_begun_anew(small: Path) -> None:
    for anew in (False, True):
        shutil.rmtree(small / ".dkg")
        with pytest.raises(KeyboardInterrupt):
            build(Project.load(small), Options(), Interrupting("Loading"))
        if anew:
            with closing(State(small / ".dkg/state.sqlite.new", taken_up=True)) as state:
                begun = json.loads(state.meta("begun"))
                state.put("begun", json.dumps([as_before(begun[0]), *begun[1:]]))
                state.commit()
        shown = Interrupting()
        build(Project.load(small), Options(), shown)
        assert shown.steps["Reading"] == (3 if anew else 0)
        proven(current(small))


def test_a_snapshot_of_format_1_is_backed_up_and_restored(small: Path, tmp_path: Path) -> None:
    older(small)
    old = current(small)
    with closing(old.store()) as store:
        backup(old, store, tmp_path / "kept")
    back = restore(tmp_path / "kept", small / ".dkg", old.manifest.base)
    assert (back.manifest.id, back.manifest.format) == (old.manifest.id, 1)
    assert built(small).published
    proven(current(small))


def test_lines_of_one_graph_count_as_one_and_in_order(small: Path) -> None:
    names = Project.load(small).names
    one, other = (f'<urn:s> <urn:p> "{n}" <{names.article_graph("rain")}> .' for n in (1, 2))
    shared = [f'<urn:s> <urn:p> "{n}" <{names.graph("derived")}> .' for n in (1, 2)]

    def made(lines: list[str], form: int = FORMAT) -> Total:
        hashing = Hashing(names, form)
        for line in lines:
            hashing.add(line)
        return hashing.total

    assert made([one, other, *shared]) == made([*reversed(shared), one, other])
    assert made([one, other]) != made([other, one])
    assert made([one, other], 1) == made([other, one], 1)
    assert {made(lines).count for lines in ([one, other], shared)} == {2}


def test_cells_that_hold_the_separator_are_told_apart() -> None:
    split = [("urn:n", "person", "a\0b", "c")], [("urn:n", "person", "a", "b\0c")]
    assert of_nodes(split[0], ()) != of_nodes(split[1], ())
    node, row = ("urn:n", "name", "en", "Ada"), ("urn:n", "label", "", "Ada")
    assert of_nodes([node], [row]) != of_nodes((), [node, row])


def test_an_index_written_in_steps_has_the_hash_of_its_rows(tmp_path: Path) -> None:
    places = [OriginRow(f"urn:{n}", who, "a.yaml", n) for n in (3, 2, 1) for who in ("a", "b", "")]
    words = [WordRow("urn:n", "label", "", said) for said in ("Ada", "Venn")]
    node = NodeRow("urn:n", "person", "a.venn", "Ada")
    totals = []
    for name in ("at-once", "in-steps"):
        writer = Writer(tmp_path / name)
        for portion in [places] if name == "at-once" else [[row] for row in places] + [places]:
            writer.places(portion, ())
        writer.nodes([node], words[: 1 if name == "in-steps" else 2])
        writer.more([(row.iri, row.role, row.language, row.words) for row in words])
        totals.append(writer.total)
        writer.close()
    assert totals[0] == totals[1]
    assert totals[0].count == len(places) + 3

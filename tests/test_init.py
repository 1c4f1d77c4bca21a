"""A project begun by one command builds at once; the graph leaves it in four formats."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path

import jsonschema
import pyoxigraph as ox
import pytest
import yaml

from diaspora_kg.build import build
from diaspora_kg.content import content
from diaspora_kg.draft import draft
from diaspora_kg.errors import UsageError
from diaspora_kg.export import FORMATS, export
from diaspora_kg.init import init, slug
from diaspora_kg.project import Project
from diaspora_kg.store import EmbeddedStore
from tests.small import project

_LIBRARY = {"nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "jsonld": ox.RdfFormat.JSON_LD}


@pytest.mark.parametrize("name", ["mine", 'Tarvia "2018" \\ x', "Диаспора"])
def test_an_empty_project_builds(tmp_path: Path, name: str) -> None:
    loaded = Project.load(init(tmp_path / name))
    assert loaded.title == name
    assert loaded.base == f"https://example.org/{slug(name)}/"
    report = build(loaded)
    assert (report.findings, report.articles, report.published) == ((), (), True)
    assert (tmp_path / name / ".gitignore").read_text("ascii") == ".dkg/\n"


def test_the_demo_builds(tmp_path: Path) -> None:
    report = build(Project.load(init(tmp_path / "demo", demo=True)))
    assert report.exit_code() == 0
    assert len(report.articles) >= 4


_SCHEMA_LINE = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")


def named_schema(path: Path) -> Path:
    """The schema that the first line of a file names; it exists and accepts the file."""
    line = _SCHEMA_LINE.match(path.read_text("utf-8"))
    assert line, path
    schema = path.parent / line[1]
    found = yaml.safe_load(path.read_text("utf-8"))
    jsonschema.Draft202012Validator(json.loads(schema.read_text("utf-8"))).validate(found)
    return schema.resolve()


def annotated(root: Path) -> list[Path]:
    return sorted((root / "articles").glob("*.yaml"))


def test_editors_find_the_schemas_without_a_net(tmp_path: Path) -> None:
    demo, mine = init(tmp_path / "demo", demo=True), init(tmp_path / "mine")
    wanted = (demo / ".schema" / "article.schema.json").resolve()
    assert {named_schema(path) for path in annotated(demo)} == {wanted}
    assert named_schema(demo / "register.yaml") == wanted.with_name("register.schema.json")
    assert named_schema(mine / "register.yaml").is_relative_to(mine.resolve())
    for example in ("demo", "two-articles"):
        assert {named_schema(path).parent.name for path in annotated(content("examples", example))} == {
            "reference"
        }
    assert (mine / "docs" / "native-format.md").read_bytes() == content(
        "reference", "native-format.md"
    ).read_bytes()


def test_a_skeleton_names_the_schema_from_any_depth(tmp_path: Path) -> None:
    root = init(tmp_path / "mine")
    shutil.rmtree(root / ".schema")  # as in a project that an earlier version made
    (root / "articles" / "wire" / "2031").mkdir(parents=True)
    (root / "articles" / "wire" / "2031" / "x.txt").write_text("Союз закрыт\n", "utf-8")
    written = draft(Project.load(root), Path("articles/wire/2031/x.txt"))
    assert named_schema(written).is_relative_to(root.resolve())
    assert "language: ru  # guessed" in written.read_text("utf-8")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine", "ascii")
    with pytest.raises(UsageError, match="not empty"):
        init(tmp_path)
    with pytest.raises(UsageError, match="is a file"):
        init(tmp_path / "notes")
    with pytest.raises(UsageError, match="cannot be made"):
        init(tmp_path / "notes" / "below")
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    snapshot = build(Project.load(project(tmp_path_factory.mktemp("export") / "p"))).snapshot
    assert snapshot is not None
    return snapshot.store()


def exported(store: EmbeddedStore, form: str) -> bytes:
    out = io.BytesIO()
    export(store, form, out)
    return out.getvalue()


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_is_the_same_each_time_and_whole(store: EmbeddedStore, form: str) -> None:
    written = exported(store, form)
    assert exported(store, form) == written
    quads = set(ox.parse(exported(store, "nquads"), format=ox.RdfFormat.N_QUADS))
    assert len(quads) > 1000
    if form == "turtle":
        triples = {quad.triple for quad in ox.parse(written, format=ox.RdfFormat.TURTLE)}
        assert triples == {quad.triple for quad in quads}
    else:
        assert set(ox.parse(written, format=_LIBRARY[form])) == quads


def test_nquads_are_sorted_by_bytes(store: EmbeddedStore) -> None:
    lines = exported(store, "nquads").splitlines()
    assert lines == sorted(lines)


def test_turtle_says_each_triple_once(store: EmbeddedStore) -> None:
    written = list(ox.parse(exported(store, "turtle"), format=ox.RdfFormat.TURTLE))
    assert len(written) == len({quad.triple for quad in written})


def test_an_unknown_format_is_refused(store: EmbeddedStore) -> None:
    with pytest.raises(UsageError, match="nquads, trig, turtle, jsonld"):
        export(store, "rdfxml", io.BytesIO())

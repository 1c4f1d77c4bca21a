"""The reference is proved: made pages are current, and every command, option, query and setting is told."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from diaspora_kg.cli import main as dkg
from diaspora_kg.content import content
from diaspora_kg.ontology import Ontology
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.settings.keys import SERVE, SETTINGS
from docs.generate import DERIVED_FILES, PROJECT_FILES, commands, pages
from tests.examples import ROOT
from tests.examples import dkg as run

REFERENCE = ROOT / "docs" / "reference"


@pytest.mark.parametrize("name", pages())
def test_a_made_page_is_current(name: str) -> None:
    written = (REFERENCE / name).read_text("utf-8")
    assert written == pages()[name].rstrip("\n") + "\n", "run: python docs/generate.py"


def told(name: str) -> str:
    return (REFERENCE / name).read_text("utf-8")


def test_every_command_and_option_is_told() -> None:
    sections = dict(re.findall(r"^## (dkg .+)\n((?:.*\n)+?)(?=^## |\Z)", told("commands.md"), re.MULTILINE))
    assert set(sections) == {spelling for spelling, _ in commands(dkg)}
    for spelling, command in commands(dkg):
        for parameter in command.params:
            wanted = (
                parameter.opts
                if isinstance(parameter, click.Option)
                else [(parameter.metavar or parameter.name or "").upper()]
            )
            assert all(word in sections[spelling] for word in wanted), (spelling, wanted)


def test_every_query_and_parameter_is_told() -> None:
    text = told("saved-queries.md")
    for query in Catalog.load([content("queries")]).queries.values():
        assert f"\n## {query.name}\n" in text
        assert query.summary
        assert query.summary in text
        assert all(f"| `{parameter.name}` |" in text for parameter in query.parameters)


def test_every_setting_is_told() -> None:
    assert all(f"| `{key}` |" in told("files.md") for key in (*SETTINGS, *SERVE))


def test_every_term_is_told() -> None:
    terms, lists = told("terms.md"), told("lists.md")
    for term in Ontology.load([content("ontology")]).terms.values():
        assert not term.definition or " ".join(term.definition.split()) in terms + lists, term.iri


def test_every_shape_is_told() -> None:
    written = "".join(path.read_text("utf-8") for path in content("ontology", "shapes").glob("*.ttl"))
    shapes = re.findall(r"^dkgsh:([a-z0-9-]+) a (?:(?!\n\n)(?:.|\n))*sh:message", written, re.MULTILINE)
    assert len(shapes) > 60
    assert all(f"| `{shape}` |" in told("shapes.md") for shape in shapes)


def test_every_file_of_a_project_is_told(tmp_path: Path) -> None:
    root = tmp_path / "p"
    assert CliRunner().invoke(dkg, ["init", str(root), "--demo"]).exit_code == 0
    run("build", project=root)
    known = [name for name, _ in (*PROJECT_FILES, *DERIVED_FILES) if name != ".dkg/"]
    patterns = [
        re.sub(r"\b(NAME|QUERY|VARIANT|N)\b", "*", name) + ("*" if name.endswith("/") else "")
        for name in known
    ]
    for path in root.rglob("*"):
        file = path.relative_to(root).as_posix()
        if path.is_file():
            assert any(fnmatch(file, pattern) for pattern in [*patterns, ".dkg/lock.json"]), file

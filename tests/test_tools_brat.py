"""`dkg tools brat`: the configuration says what the label map and the ontology say, and the example reads."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from diaspora_kg.build import Options, build
from diaspora_kg.check import check
from diaspora_kg.cli import main
from diaspora_kg.ontology import Ontology
from diaspora_kg.project import Project
from diaspora_kg.returned.bratset import tag_set
from tests.small import REGISTER, SETTINGS, write

PLACES = "places:\n  halm: {names: [{en: Halm}, {ru: Халм}]}\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("p")
    write(root, "dkg.toml", SETTINGS)
    odd = '  odd: {is: person, names: [{en: "Ada\\tVenn\\nof Halm"}]}\n'
    write(root, "register.yaml", REGISTER + odd + PLACES)
    (root / "articles").mkdir()
    ran = CliRunner().invoke(main, ["tools", "brat", str(root / "brat"), "--project", str(root)])
    assert ran.exit_code == 0, ran.output
    return root


def sections(root: Path, name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    here = ""
    for line in (root / "brat" / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            here = line.strip("[]")
        elif line and not line.startswith("#"):
            found.setdefault(here, []).append(line)
    return found


def test_every_label_of_the_tag_set_is_configured(root: Path) -> None:
    conf = sections(root, "annotation.conf")
    labels = tag_set().labels
    assert [line.split("\t")[0] for line in conf["entities"]] == list(labels.spans)
    assert [line.split("\t")[0] for line in conf["events"]] == list(labels.frames)
    assert {line.split("\t")[0] for line in conf["relations"]} == {*labels.relations, "Equiv", "<OVERLAP>"}
    roles = {role for line in conf["events"] for role in re.findall(r"(\w+)[*?]:", line)}
    assert roles == set(labels.roles)
    known = {*labels.spans, *labels.frames}
    for line in [*conf["events"], *conf["attributes"]]:
        for names in re.findall(r"(?:\w[*?]|Arg):([\w|]+)", line):
            assert set(names.split("|")) <= known, line


def test_values_are_those_of_the_closed_lists(root: Path) -> None:
    conf = {line.split("\t")[0]: line for line in sections(root, "annotation.conf")["attributes"]}
    assert conf["Modality"].endswith(
        "Arg:Claim, Value:asserted|counterfactual|hypothetical|necessary|possible|predicted"
    )
    assert "not-reported" not in conf["Fulfilment"]
    assert conf["Becomes_status"].startswith("Becomes_status\tArg:Status_change, Value:acquitted|")
    without_a_list = {"Language", "Reading"}
    assert set(conf) == set(tag_set().labels.attributes) - without_a_list
    ontology = Ontology.load(Project.load(root).folders("ontology"))
    assert conf["Event_kind"].endswith("|".join(ontology.values("EventKind")))


def test_the_register_is_a_normalization_table(root: Path) -> None:
    assert (root / "brat/register.txt").read_text("utf-8") == (
        "halm\tname:Name:Halm\tname:Name:Халм\tattr:Kind:place\n"
        "herald\tname:Name:Vesmark Herald\tattr:Kind:organization\n"
        "odd\tname:Name:Ada Venn of Halm\tattr:Kind:person\n"
    )
    assert "register\tDB:register" in "\n".join(sections(root, "tools.conf")["normalization"])
    assert "Organization\t<NORM>:register" in sections(root, "annotation.conf")["entities"]


def test_the_example_of_the_guidelines_reads_without_a_finding(root: Path) -> None:
    for suffix in ("txt", "ann", "yaml"):
        shutil.copy(root / f"brat/example.{suffix}", root / f"articles/example.{suffix}")
    assert check(Project.load(root)).findings == ()
    assert [a.status for a in build(Project.load(root), Options()).articles] == ["ok"]
    guide = (root / "brat/guidelines.md").read_text("utf-8")
    assert (root / "brat/example.ann").read_text("utf-8").rstrip() in guide
    for label in (*tag_set().spans.values(), *tag_set().frames.values()):
        assert label in guide


def test_a_whole_folder_of_brat_can_lie_in_a_project(root: Path) -> None:
    shutil.rmtree(root / "articles")
    shutil.copytree(root / "brat", root / "articles")
    assert {f.code for f in check(Project.load(root)).findings} <= {"no-reader", "no-annotation"}


def test_nothing_is_written_over(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write(out, "annotation.conf", "[entities]\nOurs\n")
    ran = CliRunner().invoke(main, ["tools", "brat", str(out), "--project", str(root)])
    assert ran.exit_code == 2
    assert "annotation.conf is there already" in ran.output
    assert [path.name for path in out.iterdir()] == ["annotation.conf"]

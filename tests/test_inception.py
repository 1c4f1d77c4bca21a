"""`dkg tools inception`: what it writes has the shapes of INCEpTION's own exports."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rdflib import RDF, RDFS, Graph, Literal, URIRef

from diaspora_kg.cli import main
from diaspora_kg.content import content
from diaspora_kg.errors import Report
from diaspora_kg.ontology import Ontology
from diaspora_kg.project import Project
from diaspora_kg.returned.layers import layers, schemes
from diaspora_kg.uima.project import Keys, pieces
from tests import small
from tests.real import folder


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration of a small project."""
    root = tmp_path_factory.mktemp("tools")
    project = small.project(root / "small")
    asked = ["tools", "inception", str(root / "out"), "--project", str(project)]
    result = CliRunner().invoke(main, asked, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return root / "out"


@pytest.fixture(scope="module")
def exported(written: Path) -> Any:
    """The project's own file."""
    with zipfile.ZipFile(written / "project.zip") as zipped:
        return json.loads(zipped.read("exportedproject.json"))


def real_project() -> Any:
    """The newest real export."""
    path = folder("inception_fixtures/projects") / "test-project-with-recommenders.zip"
    with zipfile.ZipFile(path) as zipped:
        return json.loads(zipped.read("exportedproject.json"))


def test_layers_features_and_tag_sets_have_the_keys_of_a_real_project(exported: Any) -> None:
    """Every key that INCEpTION writes of a layer, a feature and a tag set, and no other."""
    real = real_project()
    (span,) = [layer for layer in real["layers"] if layer["name"] == "custom.Span"]
    for layer in exported["layers"]:
        assert layer.keys() == span.keys() - {"project_name"}
        for feature in layer["features"]:
            assert feature.keys() == span["features"][0].keys() - {"project_name"}
    for tags in exported["tag_sets"]:
        assert tags.keys() == real["tag_sets"][0].keys()
    assert exported.keys() <= real.keys()


def test_tag_sets_have_the_shape_of_a_real_one(written: Path) -> None:
    """The file that INCEpTION writes of one tag set."""
    real = json.loads((folder("inception_fixtures/wikidata_linking") / "foodista.json").read_text("utf-8"))
    for path in (written / "tagsets").glob("*.json"):
        tags = json.loads(path.read_text("utf-8"))
        assert tags.keys() == real.keys()
        assert {tuple(tag) for tag in tags["tags"]} <= {("tag_name", "tag_description")}


def test_every_value_comes_with_its_definition(exported: Any) -> None:
    """Annotators read the ontology's own words."""
    ontology = Ontology.load([content("ontology")])
    known = {tags["name"]: tags["tags"] for tags in exported["tag_sets"]}
    for scheme in schemes(layers()):
        name = f"dkg {''.join(f' {c.lower()}' if c.isupper() else c for c in scheme).strip()}"
        assert [tag["tag_name"] for tag in known[name]] == list(ontology.values(scheme))
        assert all(tag["tag_description"] for tag in known[name])


def test_every_feature_names_a_tag_set_that_is_there(exported: Any) -> None:
    """So does every slot, for its roles."""
    names = {tags["name"] for tags in exported["tag_sets"]}
    assert len(names) == len(exported["tag_sets"])
    for layer in exported["layers"]:
        for feature in layer["features"]:
            assert feature["tag_set"] is None or feature["tag_set"]["name"] in names
            assert feature["link_mode"] == "NONE" or feature["link_type_name"] == f"{layer['name']}RolesLink"


def test_the_register_is_a_knowledge_base_with_labels(written: Path) -> None:
    """Each entry with its class and its names; the zip holds the same."""
    data = (written / "register.ttl").read_bytes()
    graph = Graph().parse(data=data, format="turtle")
    herald = URIRef("https://example.org/small/id/organization/herald")
    assert graph.value(herald, RDFS.label) == Literal("Vesmark Herald", lang="en")
    kind = graph.value(herald, RDF.type)
    assert kind is not None
    assert (kind, RDF.type, RDFS.Class) in graph
    assert graph.value(kind, RDFS.label) is not None
    with zipfile.ZipFile(written / "project.zip") as zipped:
        assert zipped.read("kb/register.ttl") == data


def test_the_concept_feature_looks_into_that_knowledge_base(exported: Any) -> None:
    """The id of the knowledge base is that in the feature's traits."""
    (base,) = exported["knowledge_bases"]
    entity = next(layer for layer in exported["layers"] if layer["name"] == "custom.Entity")
    (feature,) = [each for each in entity["features"] if each["name"] == "identifier"]
    assert feature["type"] == "kb:<ANY>"
    assert json.loads(feature["traits"])["repositoryId"] == base["id"]


def test_our_own_reader_says_that_it_holds_no_documents(written: Path) -> None:
    """The zip is no annotation; put among the articles it is named."""
    report = Report("project.zip")
    assert list(pieces((written / "project.zip").read_bytes(), Keys("a"), report)) == []
    assert [finding.code for finding in report.findings] == ["zip-content"]


def test_the_same_project_gives_the_same_files(written: Path, tmp_path: Path) -> None:
    """No time and no place gets into them."""
    project = Project.load(written.parent / "small")
    asked = ["tools", "inception", str(tmp_path / "again"), "--project", str(project.root)]
    assert CliRunner().invoke(main, asked, catch_exceptions=False).exit_code == 0
    assert dict(contents(written)) == dict(contents(tmp_path / "again"))


def contents(root: Path) -> Iterator[tuple[str, bytes]]:
    """Every file by its path."""
    for path in root.rglob("*"):
        if path.is_file():
            yield path.relative_to(root).as_posix(), path.read_bytes()


def test_the_guidelines_are_well_formed_and_tell_every_layer(written: Path) -> None:
    """Each tag that opens is closed, and each layer has its section."""
    text = (written / "guidelines.html").read_text("utf-8")
    reader = Balanced()
    reader.feed(text)
    assert reader.open == []
    assert all(f"<h2>{layer.title}</h2>" in text for layer in layers())
    assert "https://" not in text


class Balanced(HTMLParser):
    """Notes the tags that are open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_project_can_be_unpacked_by_any_zip_program(written: Path) -> None:
    """The zip is sound."""
    with zipfile.ZipFile(io.BytesIO((written / "project.zip").read_bytes())) as zipped:
        assert zipped.testzip() is None

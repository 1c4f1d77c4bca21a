"""Articles that go back to annotation tools, and come home again as the same graph."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from cassis import load_cas_from_json
from click.testing import CliRunner

from diaspora_kg.article import Article, Claim, Node, Voice
from diaspora_kg.cli import main
from diaspora_kg.content import content
from diaspora_kg.marked.labels import read_labels
from diaspora_kg.marked.model import Fragment
from diaspora_kg.marked.written import Key
from diaspora_kg.pipeline import run
from diaspora_kg.project import Project
from diaspora_kg.reading import LabelFile
from diaspora_kg.returned.entries import Entry, given_back
from diaspora_kg.returned.export import WITHHELD
from diaspora_kg.returned.layers import HEADER_KEYS, NOTE, Feature, layers
from diaspora_kg.returned.notes import note_of
from tests import small

ROOT = Path(__file__).parents[1]
KEPT_WORDS = re.compile(r"#(?:quote|quoteStart|quoteEnd)> ")


def graph(project: Path) -> set[str]:
    """What the articles say, without the runs that said it and the words kept of passages."""
    done = run(Project.load(project))
    violations = [finding for finding in done.all_findings() if finding.severity == "violation"]
    assert not violations, violations[:3]
    lines: set[str] = set()
    for prepared in done.articles:
        assert prepared.mapped is not None
        for name, graph_lines in prepared.mapped.graphs.items():
            if "/graph/article/" in name:
                lines.update(line for line in graph_lines if not KEPT_WORDS.search(line))
    return lines


def exported(project: Path, out: Path) -> None:
    """What the command writes."""
    asked = ["export", "annotations", "--format", "cas-json", "--out", str(out), "--project", str(project)]
    result = CliRunner().invoke(main, asked, catch_exceptions=False)
    assert result.exit_code == 0, result.output


def home_again(project: Path, out: Path, target: Path) -> Path:
    """A project like another one, with the exported files in the place of its articles."""
    shutil.copytree(project, target, ignore=shutil.ignore_patterns(".dkg", "articles"))
    shutil.copytree(out, target / "articles")
    return target


def test_a_project_comes_home_as_the_same_graph(tmp_path: Path) -> None:
    """Every node, claim and mention of the demo, through CAS JSON and back."""
    project = tmp_path / "demo"
    shutil.copytree(ROOT / "docs/examples/demo", project, ignore=shutil.ignore_patterns(".dkg"))
    exported(project, tmp_path / "out")
    back = home_again(project, tmp_path / "out", tmp_path / "back")
    before, after = graph(project), graph(back)
    assert before == after
    assert len(before) > 9_000


def test_the_seeds_come_home_as_the_same_graph(seeds_project: Path, tmp_path: Path) -> None:
    """Both real articles, whose texts are withheld: they go into a folder that says so."""
    exported(seeds_project, tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {WITHHELD}
    assert sorted(path.name for path in (tmp_path / "out" / WITHHELD).iterdir()) == [
        "README.md", "a.json", "a.yaml", "b.json", "b.yaml",
    ]  # fmt: skip
    back = home_again(seeds_project, tmp_path / "out" / WITHHELD, tmp_path / "back")
    before = graph(seeds_project)
    assert before == graph(back)
    assert len(before) > 2_000


def test_without_its_text_an_article_is_left_out(seeds_project: Path, tmp_path: Path) -> None:
    """A lock is enough to build, and not to export."""
    for text in (seeds_project / "articles").glob("*.txt"):
        text.unlink()
    asked = ["export", "annotations", "--format", "cas-json", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(main, [*asked, "--project", str(seeds_project)], catch_exceptions=False)
    assert result.exit_code == 1
    assert "its text is not at hand" in result.output
    assert not (tmp_path / "out").exists()


def test_the_file_is_one_that_the_library_reads(tmp_path: Path) -> None:
    """Layers, slots and document metadata, in code units of UTF-16."""
    project = small.project(tmp_path / "small")
    exported(project, tmp_path / "out")
    data = json.loads((tmp_path / "out/library.json").read_text("utf-8"))
    cas = load_cas_from_json(json.dumps(data))
    (statement,) = cas.select("custom.Statement")
    assert statement.get_covered_text() == "its chair Ada Venn said"
    assert statement.kind == "remark"
    (by,) = statement.roles.elements
    assert (by.role, by.target.type.name) == ("by", "custom.TakesPart")
    roles = {(link.role, link.target.id) for link in by.target.roles.elements}
    assert roles == {("who", "venn"), ("as", "chair"), ("for.inferred", "league")}
    claims = {claim.id: claim for claim in cas.select("custom.Claim")}
    assert [link.role for link in claims["will-add"].roles.elements][:1] == ["in"]
    (article,) = [fs for fs in cas.select_all_fs() if fs.type.name == "custom.Article"]
    assert article.title == "League opens a library"


def test_the_label_map_of_our_layers_knows_all_of_them() -> None:
    """Every layer, role and feature that we write is understood again."""
    path = content("ingest", "labels", "inception.toml")
    labels, findings = read_labels(LabelFile("inception", "inception.toml", path.read_bytes()))
    assert findings == ()
    assert labels is not None
    for layer in layers():
        rules = labels.frames if layer.slotted else labels.spans
        for becomes in layer.becomes:
            name = layer.type if len(layer.becomes) == 1 else f"{layer.type}/{becomes}"
            assert rules[name].becomes == becomes
        assert set(layer.roles) <= labels.roles.keys()
        features = {each.name: each.key for each in layer.features if each.key and each.name != NOTE}
        assert {name: labels.attributes[name].key for name in features} == features
    assert {name: reading.key for name, reading in labels.metadata.items()} == {
        key: key for key in HEADER_KEYS
    }


def test_what_inception_adds_of_itself_changes_nothing(tmp_path: Path) -> None:
    """It writes false for a truth value that nobody gave, and an order of its own into metadata."""
    project = small.project(tmp_path / "small")
    exported(project, tmp_path / "out")
    path = tmp_path / "out/library.json"
    data = json.loads(path.read_text("utf-8"))
    data["%TYPES"]["custom.Article"]["i7n_uiOrder"] = {"%NAME": "i7n_uiOrder", "%RANGE": "uima.cas.Integer"}
    for structure in data["%FEATURE_STRUCTURES"]:
        truths = [each.name for each in _features(structure["%TYPE"]) if each.boolean]
        structure.update({name: structure.get(name, False) for name in truths})
        if structure["%TYPE"] == "custom.Article":
            structure["i7n_uiOrder"] = 1
    path.write_text(json.dumps(data), "utf-8")
    assert graph(home_again(project, tmp_path / "out", tmp_path / "back")) == graph(project)


def _features(layer: str) -> tuple[Feature, ...]:
    return next((each.features for each in layers() if each.type == layer), ())


def test_notes_hold_what_no_feature_holds() -> None:
    """A stroke within a value does not divide the note."""
    assert note_of({"label": "a | b: c"}) == 'label: "a \\u007c b: c"'
    assert note_of({"in": Key("mfa"), "label": "Guild"}) == "in: mfa | label: Guild"


def test_what_is_not_named_rests_on_the_words_of_a_claim() -> None:
    """A node without mention is marked where something is claimed of it; with nothing, on the first word."""
    node = Node("person", "ada", 1)
    claim = Claim(1, "She left.", Voice.ARTICLE, key="left")
    entries = given_back(Article("a", "a.yaml", "T", "en", nodes=(node,), claims=(claim,)), " Some words.")
    assert places(entries, "ada", "left") == [(1, 5), (1, 5)]
    assert all(entry.values["implied"] == "true" for entry in entries)


def places(entries: Iterable[Entry], *keys: str) -> list[Fragment]:
    """Where entries lie."""
    return [entry.place for entry in entries if entry.key in keys]

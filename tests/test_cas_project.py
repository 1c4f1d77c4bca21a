"""INCEpTION's exports in a project: built, by run and by document, with what is wrong told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from diaspora_kg.errors import Finding, Report
from diaspora_kg.pipeline import Prepared, run
from diaspora_kg.project import Project
from diaspora_kg.uima.guard import RefusedError
from diaspora_kg.uima.project import Keys, pieces
from tests import small
from tests.test_cas import PROJECT, SYSTEM, XMI, cas, name, zipped

LABELS = """\
format = 1
about = "names of a small tag set"
[layers]
"x.Name" = "value"
[spans]
"x.Name/ORG" = {is = "organization", name = "longest", join = true}
"x.Name/PER" = {is = "person", name = "longest", join = true}
[attributes]
sure = "ignore"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a label map and no articles."""
    root = tmp_path / "town"
    small.write(root, "dkg.toml", small.SETTINGS + '[ingest."articles/*"]\nlabels = "mine"\nreader = "cas"\n')
    small.write(root, "ingest/labels/mine.toml", LABELS)
    return root


def built(project: Path) -> tuple[dict[str, Prepared], tuple[Finding, ...]]:
    """What becomes of the articles, by key, and all findings."""
    done = run(Project.load(project))
    return {prepared.article.key: prepared for prepared in done.articles}, done.all_findings()


def named(prepared: Prepared) -> list[tuple[str, str]]:
    """The nodes of an article, with their names."""
    return [(node.kind, node.names[0].form) for node in prepared.article.nodes]


def header(project: Path, key: str, stem: str) -> None:
    """What the tool has no place for."""
    head = (
        f"format: 1\narticle: {{title: Ada Venn met the Guild, key: {key}, language: en, annotator: Ada}}\n"
    )
    small.write(project, f"articles/{stem}.yaml", head)


def test_a_file_with_its_text_becomes_an_article(project: Path) -> None:
    """Nothing lies beside it but the header."""
    found = name(2, 3, 11, value="PER"), name(3, 20, 25, value="ORG")
    small.write(project, "articles/met.json", json.dumps(cas(*found)))
    header(project, "met", "met")
    articles, _ = built(project)
    assert named(articles["met"]) == [("person", "Ada Venn"), ("organization", "Guild")]
    assert {mention.passage.begin for mention in articles["met"].article.mentions} == {2, 19}


def test_of_several_runs_the_curated_one_is_published(project: Path) -> None:
    """Each annotator's own stays beside it."""
    one = json.dumps(cas(name(2, 3, 11, value="PER")))
    other = json.dumps(cas(name(2, 3, 6, value="PER")))
    data = zipped(
        exportedproject_dot_json=PROJECT.replace('"kb:<ANY>"', '"uima.cas.String"'),
        curation__one_dot_txt__CURATION_USER_dot_json=other,
        annotation__one_dot_txt__ada_dot_json=one,
        annotation__one_dot_txt__ben_dot_json=one,
        annotation_ser__two_dot_txt__ada_dot_ser=b"\xac\xed",
    )
    small.write(project, "articles/town.zip", data)
    header(project, "town.one", "one")
    articles, findings = built(project)
    assert named(articles["town.one"]) == [("person", "Ada")]
    assert sorted(each.article.annotator for each in articles["town.one"].runs) == ["ada", "ben"]
    assert [finding.code for finding in findings if finding.article == "town.two"] == ["inception-ser-only"]


def test_a_broken_document_of_a_zip_keeps_only_itself_out(project: Path) -> None:
    """Its finding names the member."""
    data = zipped(
        one_dot_json=json.dumps(cas(name(2, 3, 11, value="PER"))),
        two_dot_json=json.dumps(cas(name(2, 3, 999, value="PER"))),
    )
    small.write(project, "articles/town.zip", data)
    header(project, "town.one", "one")
    articles, findings = built(project)
    assert "cas-position" not in {finding.code for finding in articles["town.one"].findings}
    (finding,) = [each for each in findings if each.code == "cas-position"]
    assert finding.message.startswith("two.json: ")
    assert finding.article == "town.two"


def test_xmi_is_read_with_its_type_system_in_the_folder(project: Path) -> None:
    """The type system is no article, and no finding either."""
    small.write(project, "articles/met.xmi", XMI)
    small.write(project, "articles/TypeSystem.xml", SYSTEM)
    header(project, "met", "met")
    articles, findings = built(project)
    assert named(articles["met"]) == [("person", "Ada Venn")]
    assert not [finding for finding in findings if "TypeSystem" in finding.file]
    (project / "articles/TypeSystem.xml").unlink()
    _, findings = built(project)
    assert "cas-types" in {finding.code for finding in findings}


def test_a_project_that_names_documents_without_end_is_refused_at_once() -> None:
    about = json.dumps({"source_documents": [{"name": f"d{number}.txt"} for number in range(20_000)]})
    with pytest.raises(RefusedError, match="more than 5000 documents"):
        list(pieces(zipped(exportedproject_dot_json=about), Keys("x"), Report("x.zip")))

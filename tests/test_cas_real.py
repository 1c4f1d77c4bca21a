"""Real CAS and WebAnno TSV files: each is read or refused by name, and nothing in them is lost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from diaspora_kg import loader
from diaspora_kg.content import content
from diaspora_kg.errors import Finding, Report
from diaspora_kg.marked.model import Attribute, Document
from diaspora_kg.ontology import Ontology
from diaspora_kg.reading import Source
from diaspora_kg.uima.given import Given
from diaspora_kg.uima.guard import RefusedError
from diaspora_kg.uima.load import load_json, load_xmi
from diaspora_kg.uima.read import read_data, read_file
from diaspora_kg.uima.tsvheader import Kind
from diaspora_kg.uima.tsvsheet import read_sheet
from tests.real import expected, folder

ONTOLOGY = Ontology.load([content("ontology")])
NAMED_ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
MOVED = {
    "testAnnotationWithLeadingWhitespace",
    "testAnnotationWithLeadingWhitespaceAtStart",
    "testAnnotationWithTrailingWhitespace",
    "testAnnotationWithTrailingWhitespaceAtEnd",
    "testZeroWidthAnnotationBeforeFirstTokenIsMovedToBeginOfFirstToken",
    "testZeroWidthAnnotationBetweenTokenIsMovedToEndOfPreviousToken",
    "testZeroWidthAnnotationBeyondLastTokenIsMovedToEndOfLastToken",
}
"""WebAnno TSV cannot say that an annotation begins or ends between tokens; INCEpTION moves such ones."""
OTHER_ENDS = {"testDependencyWithValues", "testElevatedType"}
"""WebAnno TSV names other types than the CAS: a relation's ends are parts of speech, and not tokens."""


def read(path: Path) -> tuple[list[Document], list[Finding]]:
    """The documents of a file as it lies in its folder, and what is wrong with it."""
    report = Report(path.name)

    def beside(name: str) -> bytes | None:
        other = path.with_name(name)
        return other.read_bytes() if other.is_file() else None

    source = Source(path, path.name, path.read_bytes(), "a", "en", False, ONTOLOGY, beside)
    return read_file(source, report), report.findings


def test_xmi_files_hold_what_the_library_finds_in_them() -> None:
    """Each XMI that dkpro-cassis reads with its type system is read, with as many structures."""
    root = folder("")
    known = expected(root / "cassis_fixtures/EXPECTED.json")
    for file, types, count in known["xmi_ok"]:
        report = Report(file)
        loaded = load_xmi((root / file).read_bytes(), (root / types).read_bytes(), report)
        assert loaded is not None, report.findings
        assert len(loaded.cas.select_all_annotations()) == count, file


def test_xmi_files_that_no_type_system_fits_are_refused_by_name() -> None:
    """Where the library raises a bare error, the type or feature is named, with its line."""
    root = folder("")
    systems = [
        (root / f"cassis_fixtures/typesystems/{name}_types.xml") for name in ("important_dkpro", "webanno")
    ]
    for file, _, said in expected(root / "cassis_fixtures/EXPECTED.json")["xmi_fail"]:
        for types in systems:
            report = Report(file)
            assert load_xmi((root / file).read_bytes(), types.read_bytes(), report) is None
            codes = {finding.code for finding in report.findings}
            assert codes <= {"cas-unknown-type", "cas-unknown-feature"}, said
            assert all(finding.line and finding.words for finding in report.findings)


def test_json_files_hold_what_the_library_finds_in_them() -> None:
    """Each CAS JSON is read with as many structures, but for one that gives two structures one id."""
    root = folder("")
    refused = []
    for file, length, count in expected(root / "cassis_fixtures/EXPECTED.json")["json_ok"]:
        report = Report(file)
        loaded = load_json((root / file).read_bytes(), report)
        if loaded is None:
            refused.append((Path(file).parent.name, report.findings[0].code))
            continue
        assert len(loaded.cas.sofa_string or "") == length
        assert len(loaded.cas.select_all_annotations()) == count, file
    assert refused == [("casWithFloatingPointSpecialValues", "cas-duplicate")]


def test_named_entities_of_whole_documents() -> None:
    """Two documents of a real project: every named entity, with its value."""
    root = folder("inception_fixtures/wikidata_linking")
    for file, known in expected(root / "EXPECTED.json").items():
        documents, findings = read(root / file)
        assert (len(documents), findings) == (1, [])
        (document,) = documents
        named = [span for span in document.spans if span.layer == NAMED_ENTITY]
        assert len(document.text or "") == known["chars"]
        assert len(named) == known["named_entities"] == len(document.spans)
        assert Counter(span.attributes[0].value for span in named) == known["values"]
        assert sum(len(span.identities) for span in named) == known["with_identifier"]


def test_every_line_of_the_tsv_suite_is_understood() -> None:
    """The rows and cells of each file of INCEpTION's own suite, counted by other means."""
    root = folder("inception_fixtures")
    for name, known in expected(root / "tsv_expected.json").items():
        report = Report(name)
        file = root / f"webanno_tsv/tsv3-suite/{name}/reference.tsv"
        sheet = read_sheet(file.read_text("utf-8"), report)
        assert sheet is not None
        kinds = Counter(layer.kind for layer in sheet.layers)
        units = list(sheet.units())
        assert known == {
            "span_layers": kinds[Kind.SPAN],
            "relation_layers": kinds[Kind.RELATION],
            "chain_layers": kinds[Kind.CHAIN],
            "text_lines": sum(len(sentence.texts) for sentence in sheet.sentences),
            "tokens": sum(unit.whole for unit in units),
            "subtokens": sum(not unit.whole for unit in units),
            "nonempty_cells": sum(cell not in {"_", ""} for unit in units for cell in unit.cells),
        }, name


def test_tsv_and_xmi_of_one_document_say_the_same() -> None:
    """Spans with features, relations, slots and chains of 70 documents, from both of their forms."""
    root = folder("")
    compared = 0
    for file, types, _ in expected(root / "cassis_fixtures/EXPECTED.json")["xmi_ok"]:
        if "tsv3-suite" not in file or (name := Path(file).parent.name) in OTHER_ENDS:
            continue
        report = Report(name)
        xmi = read_data(file, (root / file).read_bytes(), (root / types).read_bytes(), Given(), report)
        table = (root / file).with_suffix(".tsv")
        tsv = read_data(table.name, table.read_bytes(), None, Given(), report)
        assert xmi is not None
        assert tsv is not None
        assert not report.findings
        assert "".join((tsv.text or "").split()) == "".join((xmi.text or "").split())
        assert said(tsv, places=name not in MOVED) == said(xmi, places=name not in MOVED), name
        compared += 1
    assert compared > 60


def said(document: Document, *, places: bool) -> list[Counter[object]]:
    """What a document says, whatever ids and names of layers its form has."""
    text = document.text or ""
    by_id: dict[str, object] = {}
    for span in document.spans:
        begin, end = span.fragments[0]
        layer = span.layer.replace(NAMED_ENTITY, "webanno.custom.Span")
        by_id[span.id] = (layer, text[begin:end].strip(), span.fragments if places else ())
    return [
        Counter((by_id[each.id], values(each.attributes)) for each in document.spans),
        Counter((each.layer, by_id[each.source], by_id[each.target]) for each in document.relations),
        Counter(
            (by_id[each.trigger], tuple(sorted((role, str(by_id[end])) for role, end in each.arguments)))
            for each in document.frames
        ),
        Counter(tuple(by_id[each] for each in chain.members) for chain in document.equivalences),
    ]


def values(attributes: tuple[Attribute, ...]) -> tuple[tuple[str, str], ...]:
    """Names and values in an order of their own."""
    return tuple(sorted((each.name, each.value) for each in attributes))


def test_news_and_interviews_in_another_makers_table() -> None:
    """43 documents: every entity with its class, every identity, every coreference."""
    root = folder("gum_news")
    known = expected(root / "EXPECTED.json")
    classes: Counter[str] = Counter()
    identities: Counter[str] = Counter()
    relations = documents = 0
    for path in sorted((root / "tsv").glob("*.tsv")):
        report = Report(path.name)
        document = read_data(path.name, path.read_bytes(), None, Given(), report)
        assert document is not None
        assert {finding.code for finding in report.findings} <= {"tsv-comment"}
        documents += 1
        relations += len(document.relations)
        for span in document.spans:
            features = {each.name: each.value for each in span.attributes}
            classes[features["entity"]] += 1
            identities.update([features["identity"]] if "identity" in features else [])
    assert documents == known["documents"]
    assert classes == known["entity_spans"]
    assert classes.total() == known["entity_total"]
    assert identities.total() == known["wikified_spans"]
    assert len(identities) == known["distinct_identities"]
    assert [list(pair) for pair in identities.most_common(8)] == known["top"]
    assert relations == known["relation_values"]


def test_whole_projects() -> None:
    """A curated document is read as such; a project with Java's own copies only is refused by name."""
    root = folder("inception_fixtures/projects")
    documents, findings = read(root / "Export+Test+-+Curated+annotation+project_3_6_1.zip")
    assert [(each.curated, each.text, len(each.spans)) for each in documents] == [
        (True, "This is an example sentence.", 1)
    ]
    assert [finding.code for finding in findings] == ["inception-format"]
    documents, (finding,) = read(root / "test-project-with-recommenders.zip")
    assert not documents
    assert finding.code == "inception-ser-only"
    assert "Obama.txt" in finding.message
    assert "UIMA CAS JSON" in finding.hint


@pytest.mark.parametrize("name", ["cassis_fixtures", "inception_fixtures", "gum_news"])
def test_every_file_is_read_or_refused_by_name(name: str) -> None:
    """No file of the three folders passes in silence, and none raises."""
    for path in folder(name).rglob("*"):
        if path.suffix not in {".xmi", ".json", ".zip", ".tsv"}:
            continue
        documents, findings = read(path)
        assert documents or findings, path
        assert all(finding.message and finding.code for finding in findings)


def test_no_file_is_taken_by_two_readers() -> None:
    """Nobody has to say in dkg.toml who reads a file that its tool wrote."""
    scripts = [loader.script_at(path) for path in sorted(content("ingest").glob("*.py"))]
    for path in folder("").rglob("*"):
        if path.is_file():
            head = path.read_bytes()[: loader.HEAD]
            takers = [script.name for script in scripts if loader.accepts(script, path, head)]
            assert len(takers) < 2, path


def test_the_second_text_of_a_file_is_left_out_and_told() -> None:
    """Two texts in one CAS: the one that INCEpTION shows is read."""
    root = folder("cassis_fixtures")
    types = (root / "typesystems/important_dkpro_types.xml").read_bytes()
    report = Report("a.xmi")
    data = (root / "xmi/cas_with_two_sofas.xmi").read_bytes()
    document = read_data("a.xmi", data, types, Given(), report)
    assert document is not None
    assert [(finding.code, finding.words) for finding in report.findings] == [("cas-view", "_SecondView")]


def test_a_cas_without_text_is_refused() -> None:
    """What points into no text cannot be an annotation of an article."""
    root = folder("cassis_fixtures/json/fs_as_array/ser-ref")
    data = (root / "casWithSofaDataURI/data.json").read_bytes()
    with pytest.raises(RefusedError, match="holds no text"):
        read_data("a.json", data, None, Given(), Report("a"))

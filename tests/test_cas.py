"""CAS files with faults: what dkpro-cassis passes over, or ends with a bare error, is said."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg import loader
from diaspora_kg.content import content
from diaspora_kg.errors import Finding, Report
from diaspora_kg.marked.model import Document
from diaspora_kg.ontology import Ontology
from diaspora_kg.reading import LabelFile, Source
from diaspora_kg.uima import guard, zips
from diaspora_kg.uima.project import Keys
from diaspora_kg.uima.read import read_file

ONTOLOGY = Ontology.load([content("ontology")])
LABELS = LabelFile("own", "own.toml", b'format = 1\nabout = "x"\n[spans]\n"x.Name" = "organization"\n')
TEXT = "😊 Ada Venn met the Guild in Vesmark."
TYPES: dict[str, Any] = {
    "x.Name": {
        "%NAME": "x.Name",
        "%SUPER_TYPE": "uima.tcas.Annotation",
        "value": {"%NAME": "value", "%RANGE": "uima.cas.String"},
        "sure": {"%NAME": "sure", "%RANGE": "uima.cas.Boolean"},
        "identifier": {"%NAME": "identifier", "%RANGE": "uima.cas.String"},
    },
    "x.Tie": {
        "%NAME": "x.Tie",
        "%SUPER_TYPE": "uima.tcas.Annotation",
        "Governor": {"%NAME": "Governor", "%RANGE": "x.Name"},
        "Dependent": {"%NAME": "Dependent", "%RANGE": "x.Name"},
    },
}


def name(number: int, begin: int, end: int, **more: object) -> dict[str, object]:
    """One named stretch, in UTF-16 code units."""
    return {"%ID": number, "%TYPE": "x.Name", "@sofa": 1, "begin": begin, "end": end, **more}


def cas(
    *structures: Mapping[str, object], members: list[int] | None = None, text: str = TEXT
) -> dict[str, Any]:
    """A CAS in JSON with one text."""
    sofa = {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "sofaString": text}
    ids = members if members is not None else [each["%ID"] for each in structures]
    views = {"_InitialView": {"%SOFA": 1, "%MEMBERS": ids}}
    return {"%TYPES": TYPES, "%FEATURE_STRUCTURES": [sofa, *structures], "%VIEWS": views}


def read(
    data: bytes | dict[str, Any], file: str = "a.json", **beside: bytes
) -> tuple[list[Document], list[Finding]]:
    """The documents of a file, and its findings; ``beside`` are files in its folder."""
    report = Report(file)
    written = data if isinstance(data, bytes) else json.dumps(data).encode()
    names = {key.replace("__", "."): value for key, value in beside.items()}
    source = Source(Path(file), file, written, "a", "en", False, ONTOLOGY, names.get)
    return read_file(source, report), report.findings


def codes(data: bytes | dict[str, Any], file: str = "a.json", **beside: bytes) -> set[str]:
    """What is wrong with a file that gives no document."""
    documents, findings = read(data, file, **beside)
    assert documents == []
    assert all(finding.severity == "violation" and finding.message for finding in findings)
    return {finding.code for finding in findings}


def test_positions_become_code_points() -> None:
    """Two code units for what stands outside the first plane."""
    found = name(2, 3, 11, value="PER", sure=True, identifier="http://www.wikidata.org/entity/Q42")
    (document,), findings = read(cas(found))
    assert findings == []
    (span,) = document.spans
    assert document.text is not None
    assert document.text[slice(*span.fragments[0])] == "Ada Venn"
    assert {each.name: each.value for each in span.attributes} == {"value": "PER", "sure": "true"}
    assert [each.id for each in span.identities] == ["http://www.wikidata.org/entity/Q42"]
    assert (span.line, document.counts, document.inside) == (2, "annotation", True)


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        (1, 11, "cut a character in two"),
        (3, 999, "lie beyond it"),
        (11, 3, "end before they begin"),
        (-5, 3, "lie beyond it"),
    ],
)
def test_positions_that_the_library_would_mend_are_refused(begin: int, end: int, words: str) -> None:
    """It moves, clips and keeps such positions without a word."""
    documents, (finding,) = read(cas(name(2, begin, end)))
    assert documents == []
    assert finding.code == "cas-position"
    assert words in finding.message
    assert finding.words == "x.Name"


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "two structures of one id": (cas(name(2, 3, 6), name(2, 7, 11)), "cas-duplicate"),
    "an unknown type": (cas({**name(2, 3, 6), "%TYPE": "x.Place"}), "cas-unknown-type"),
    "an unknown feature": (cas(name(2, 3, 6, colour="red")), "cas-unknown-feature"),
    "a feature anchor": (cas({**name(2, 3, 6), "^value": 3}), "cas-unknown-feature"),
    "a member that is not there": (cas(name(2, 3, 6), members=[2, 77]), "cas-member"),
    "a reference to nothing": (
        cas(name(2, 3, 6), {"%ID": 3, "%TYPE": "x.Tie", "@sofa": 1, "begin": 3, "end": 6, "@Governor": 9}),
        "cas-reference",
    ),
    "a number for a truth value": (cas(name(2, 3, 6, sure="yes")), "cas-value"),
    "a position that is text": (cas({**name(2, 3, 6), "begin": "three"}), "cas-position"),
    "half a character in a text": (cas(text="a\ud83d b"), "cas-text"),
    "half a character in a value": (cas(name(2, 3, 6, value="\ud83d")), "cas-value"),
    "an id that is text": (cas({**name(2, 3, 6), "%ID": "../x"}, members=[]), "cas-id"),
    "no type": (cas({"%ID": 2}, members=[]), "cas-id"),
    "another text's annotation": (cas({**name(2, 3, 6), "@sofa": 9}), "cas-sofa"),
    "no text": (cas(text=""), "cas-no-text"),
    "no types": ({**cas(), "%TYPES": None}, "cas-types"),
    "types in a circle": (
        {**cas(), "%TYPES": {"a": {"%SUPER_TYPE": "b"}, "b": {"%SUPER_TYPE": "a"}}},
        "cas-types",
    ),
    "types of no type": ({**cas(), "%TYPES": {"a": {"%SUPER_TYPE": "nowhere"}}}, "cas-types"),
    "types that are lists": ({**cas(), "%TYPES": {"a": []}}, "cas-types"),
    "views that are a list": ({**cas(), "%VIEWS": []}, "cas-not-json"),
    "a view of nothing": ({**cas(), "%VIEWS": {"_InitialView": {"%SOFA": 1}}}, "cas-view"),
    "structures that are text": ({**cas(), "%FEATURE_STRUCTURES": "x"}, "cas-not-json"),
    "some other JSON": ({"a": 1}, "cas-not-json"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_each_fault_of_cas_json_is_named(case: str) -> None:
    """A finding for each, and no document."""
    data, code = FAULTS[case]
    assert code in codes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"%TYPES": {}, "%TYPES": {}}', "json-duplicate-key"),
        (b'{"%TYPES": {"a": ', "json-broken"),
        (b"[" * 100_000, "json-broken"),
        (b'{"%TYPES": NaN}', "json-broken"),
        (b'{"%TYPES": ' + b"9" * 5000 + b"}", "json-broken"),
        (b"\xff\xfe{\x00", "not-utf-8"),
        (b"", "json-broken"),
    ],
)
def test_broken_json_is_named(data: bytes, code: str) -> None:
    """Truncated, twice-keyed, too deep, no numbers, not UTF-8."""
    assert codes(data) == {code}


def test_many_faults_of_one_sort_are_counted() -> None:
    """Nobody reads a thousand findings."""
    structures = [name(number, 3, 999) for number in range(2, 102)]
    _, findings = read(cas(*structures))
    assert len(findings) == guard.SHOWN + 1
    assert "80 more" in findings[-1].message


def test_a_relation_with_a_deleted_end_is_a_finding() -> None:
    """The end is in the file, and in no index: it was deleted in the tool."""
    tie = {"%ID": 4, "%TYPE": "x.Tie", "@sofa": 1, "begin": 3, "end": 6, "@Governor": 2, "@Dependent": 3}
    data = cas(name(2, 3, 6), name(3, 7, 11), tie, members=[2, 4])
    (document,), (finding,) = read(data)
    assert document.relations == ()
    assert finding.code == "cas-dangling"
    (document,), findings = read(cas(name(2, 3, 6), name(3, 7, 11), tie))
    assert [(each.source, each.target) for each in document.relations] == [("2", "3")]
    assert findings == []


@pytest.mark.parametrize("feature", ["__init__", "__class__", "_x", "xmiID", "class", "a b", "a\nb", ""])
def test_features_whose_names_the_library_would_trip_over_are_refused(feature: str) -> None:
    """It makes Python classes of types, with the features as attributes."""
    described = {**TYPES["x.Name"], feature: {"%NAME": feature, "%RANGE": "uima.cas.String"}}
    assert codes({**cas(name(2, 3, 6)), "%TYPES": {**TYPES, "x.Name": described}}) == {"cas-name"}


XMI = """<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:x="http:///x.ecore">
<cas:NULL xmi:id="0"/>
<x:Name xmi:id="2" sofa="1" begin="3" end="11" value="PER"/>
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="{text}"/>
<cas:View sofa="1" members="2"/>
</xmi:XMI>
""".replace("{text}", TEXT)
SYSTEM = b"""<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types><typeDescription>
<name>x.Name</name><supertypeName>uima.tcas.Annotation</supertypeName><features><featureDescription>
<name>value</name><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription></features>
</typeDescription></types></typeSystemDescription>
"""


def test_xmi_is_read_with_the_type_system_beside_it() -> None:
    """As INCEpTION's zip holds both, so does a folder."""
    (document,), findings = read(XMI.encode(), "a.xmi", TypeSystem__xml=SYSTEM)
    assert findings == []
    assert document.text is not None
    assert [document.text[slice(*span.fragments[0])] for span in document.spans] == ["Ada Venn"]


def test_xmi_without_a_type_system_is_refused_with_what_to_do() -> None:
    """Nobody can tell what it holds."""
    documents, (finding,) = read(XMI.encode(), "a.xmi")
    assert documents == []
    assert finding.code == "cas-types"
    assert "CAS JSON" in finding.hint


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>"""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('<?xml version="1.0" encoding="UTF-8"?>', BOMB.decode(), "xml-doctype"),
        ('<?xml version="1.0" encoding="UTF-8"?>', OUTSIDE.decode(), "xml-doctype"),
        ('version="1.0"', 'version="1.1"', "xml-version"),
        ('encoding="UTF-8"', 'encoding="UTF-7"', "not-utf-8"),
        ("</xmi:XMI>", "", "xml-broken"),
        ("xmi:XMI", "xmi:XML", "cas-not-xmi"),
        ('begin="3"', 'begin="1"', "cas-position"),
        ('begin="3"', 'begin="three"', "cas-id"),
        ('value="PER"', 'colour="red"', "cas-unknown-feature"),
        ("x:Name", "x:Place", "cas-unknown-type"),
        ('members="2"', 'members="2 77"', "cas-member"),
        ('xmi:id="2" sofa="1"', 'xmi:id="2" sofa="9"', "cas-sofa"),
        ('xmi:id="2"', 'xmi:id="0"', "cas-duplicate"),
    ],
)
def test_each_fault_of_xmi_is_named(old: str, new: str, code: str) -> None:
    """With the line, where XML gives one."""
    assert old in XMI
    assert code in codes(XMI.replace(old, new).encode(), "a.xmi", TypeSystem__xml=SYSTEM)


def test_a_type_system_with_a_trap_is_refused() -> None:
    """Document types are looked for there as well."""
    assert codes(XMI.encode(), "a.xmi", TypeSystem__xml=BOMB) == {"xml-doctype"}
    assert codes(XMI.encode(), "a.xmi", TypeSystem__xml=b"<x>") == {"cas-types"}


def zipped(**members: bytes | str) -> bytes:
    """A zip; ``__`` in a name is a slash, ``_dot_`` a point."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for key, value in members.items():
            made.writestr(key.replace("__", "/").replace("_dot_", "."), value)
    return packed.getvalue()


def named(path: str, data: bytes = b"") -> bytes:
    """A zip with one member of any name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr(path, data)
    return packed.getvalue()


def test_a_document_zip_is_read() -> None:
    """What INCEpTION makes of one document as XMI."""
    documents, findings = read(zipped(a_dot_xmi=XMI, TypeSystem_dot_xml=SYSTEM), "a.zip")
    assert [len(document.spans) for document in documents] == [1]
    assert findings == []


PROJECT = json.dumps(
    {
        "source_documents": [{"name": "one.txt"}, {"name": "two.txt"}],
        "layers": [{"name": "x.Name", "features": [{"name": "value", "type": "kb:<ANY>"}]}],
    }
)


def test_a_project_gives_the_curators_and_each_annotators_work() -> None:
    """Apart, never merged; what is Java's own is named with its document."""
    one, other = json.dumps(cas(name(2, 3, 6))), json.dumps(cas(name(2, 3, 11)))
    data = zipped(
        exportedproject_dot_json=PROJECT,
        curation__one_dot_txt__CURATION_USER_dot_json=one,
        annotation__one_dot_txt__ada_dot_json=one,
        annotation__one_dot_txt__ben_dot_zip=zipped(one_dot_json=other),
        annotation__one_dot_txt__INITIAL_CAS_dot_json=one,
        annotation_ser__two_dot_txt__ada_dot_ser=b"\xac\xed",
    )
    documents, (finding,) = read(data, "p.zip")
    assert [(each.key, each.annotator, each.curated) for each in documents] == [
        ("a.one", "", True), ("a.one", "ada", False), ("a.one", "ben", False),
    ]  # fmt: skip
    assert [each.spans[0].fragments[0][1] for each in documents] == [5, 5, 10]
    assert (finding.code, finding.article) == ("inception-ser-only", "a.two")


def test_concept_features_of_a_project_are_identities() -> None:
    """The project's own file says which features hold concepts."""
    iri = "http://www.wikidata.org/entity/Q42"
    document = json.dumps(cas(name(2, 3, 6, value=iri)))
    data = zipped(exportedproject_dot_json=PROJECT, annotation__one_dot_txt__ada_dot_json=document)
    documents, _ = read(data, "p.zip")
    (span,) = documents[0].spans
    assert [each.id for each in span.identities] == [iri]
    assert span.attributes == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (named("../../etc/passwd"), "zip-name"),
        (named("/etc/passwd"), "zip-name"),
        (named("a\\b.json"), "zip-name"),
        (named("c:evil.json"), "zip-name"),
        (named("a\x1b.json"), "zip-name"),
        (b"PK\x03\x04 nothing", "zip-broken"),
        (zipped(a_dot_json=b" " * 40_000_000), "zip-bomb"),
        (zipped(a_dot_ann=b"T1"), "zip-content"),
        (zipped(a_dot_png=b"x"), "zip-content"),
        (zipped(exportedproject_dot_json=b"{"), "project-broken"),
        (zipped(exportedproject_dot_json=b"{}"), "zip-content"),
        (named("a.json", b"{"), "json-broken"),
    ],
)
def test_hostile_and_useless_zips_are_named(data: bytes, code: str) -> None:
    """Nothing is unpacked to disk, and no bomb goes off."""
    assert codes(data, "p.zip") == {code}


def test_links_and_encrypted_members_are_not_read() -> None:
    """A link in a zip could lead anywhere."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        link = zipfile.ZipInfo("a.json")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    assert codes(packed.getvalue(), "p.zip") == {"zip-name"}


def test_a_lie_about_sizes_is_found_while_unpacking(monkeypatch: pytest.MonkeyPatch) -> None:
    """The count is of what comes out, not of what the zip says."""
    monkeypatch.setattr(zips, "MOST_BYTES", 1000)
    assert codes(named("a.json", b"x" * 2000), "p.zip") == {"zip-too-large"}


def test_zips_in_a_zip_share_what_may_be_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many small zips that unpack to much are no way around the bound."""
    monkeypatch.setattr(zips, "MOST_UNPACKED", 5000)
    document = json.dumps(cas(name(2, 3, 6))) + " " * 1500
    inner = {f"annotation__one_dot_txt__u{n}_dot_zip": zipped(a_dot_json=document) for n in range(3)}
    _, findings = read(zipped(exportedproject_dot_json=PROJECT, **inner), "p.zip")
    assert "zip-too-large" in {finding.code for finding in findings}


def test_keys_of_documents_are_their_own() -> None:
    """Two names that would give one key get two."""
    keys = Keys("p")
    found = [keys.of(each) for each in ("", "a b.txt", "a-b.txt", "A-B.txt", "../..", "ə.txt")]
    assert len({key.casefold() for key in found}) == len(found)
    assert found[0] == "p"
    assert found[-1] == "p.ə"
    assert all("/" not in key and ".." not in key for key in found)


def test_the_script_takes_its_files_and_no_others() -> None:
    """By suffix, then by the first bytes."""
    script = loader.script_at(content("ingest", "cas.py"))
    assert loader.accepts(script, Path("a.json"), b'{"%TYPES" : {')
    assert loader.accepts(script, Path("a.xmi"), XMI.encode())
    assert loader.accepts(script, Path("a.zip"), named("a.json"))
    assert not loader.accepts(script, Path("a.json"), b'[{"id": 1, "annotations": []}]')
    assert not loader.accepts(script, Path("a.yaml"), b'{"%TYPES" : {')


def test_without_the_library_each_file_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """dkpro-cassis is an extra."""
    script = loader.script_at(content("ingest", "cas.py"))
    monkeypatch.setattr(loader.load(script), "find_spec", lambda _: None)
    source = Source(Path("a.json"), "a.json", b"{}", "a", "en", False, ONTOLOGY, labels=LABELS)
    result = loader.read(script, source)
    assert result.articles == ()
    (finding,) = result.findings
    assert finding.code == "extra-missing"
    assert "diaspora-kg[cas]" in finding.hint


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40), st.data())
def test_every_place_of_every_text_is_found(text: str, data: st.DataObject) -> None:
    """Code units of any text give the very words."""
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, len(text)))
    units = [len(text[:at].encode("utf-16-le")) // 2 for at in (begin, end)]
    documents, findings = read(cas(name(2, *units), text=text))
    if not text:
        assert {finding.code for finding in findings} == {"cas-no-text"}
        return
    assert documents[0].text == text
    assert documents[0].spans[0].fragments == ((begin, end),)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 400), st.booleans())
def test_no_damage_raises(junk: bytes, at: int, xmi: bool) -> None:
    """A file with any bytes in any place is read or refused."""
    whole = XMI.encode() if xmi else json.dumps(cas(name(2, 3, 6))).encode()
    damaged = whole[:at] + junk + whole[at + len(junk) :]
    documents, findings = read(damaged, "a.xmi" if xmi else "a.json", TypeSystem__xml=SYSTEM)
    assert documents or findings

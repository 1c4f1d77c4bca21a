"""Names of types and features are checked before the library, which runs them as source text, sees them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from diaspora_kg.errors import Report
from diaspora_kg.uima.guard import RefusedError
from diaspora_kg.uima.load import load_json
from diaspora_kg.uima.types import read_types

BAD = ("x{open('PLANTED', 'w')}", "x=1, y", "a b", "x\ny", "é", "", "1x", "x" * 400, "a.b")


def cas(kind: str, feature: str) -> bytes:
    types = {kind: {"%NAME": kind, "%SUPER_TYPE": "uima.tcas.Annotation"}}
    types[kind][feature] = {"%NAME": feature, "%RANGE": "uima.cas.String"}  # type: ignore[assignment]
    sofa = {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "sofaString": "abc"}
    mark = {"%ID": 2, "%TYPE": kind, "@sofa": 1, "begin": 0, "end": 1}
    views = {"_InitialView": {"%SOFA": 1, "%MEMBERS": [2]}}
    return json.dumps({"%TYPES": types, "%FEATURE_STRUCTURES": [sofa, mark], "%VIEWS": views}).encode()


def system(kind: str, feature: str) -> bytes:
    from xml.sax.saxutils import escape  # noqa: PLC0415 - for this one

    return (
        '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types><typeDescription>'
        f"<name>{escape(kind)}</name><supertypeName>uima.tcas.Annotation</supertypeName><features>"
        f"<featureDescription><name>{escape(feature)}</name><rangeTypeName>uima.cas.String</rangeTypeName>"
        "</featureDescription></features></typeDescription></types></typeSystemDescription>"
    ).encode()


@pytest.mark.parametrize("name", BAD)
def test_a_feature_that_is_no_name_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    report = Report("x.json")
    assert load_json(cas("custom.X", name), report) is None
    assert report.findings[0].code == "cas-name"
    with pytest.raises(RefusedError):
        read_types(system("custom.X", name))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["x=1, y", "custom X", "custom.", "", "custom.{1}"])
def test_a_type_that_is_no_name_is_refused(name: str) -> None:
    report = Report("x.json")
    assert load_json(cas(name, "value"), report) is None
    assert report.findings
    with pytest.raises(RefusedError):
        read_types(system(name, "value"))


def test_words_of_python_are_a_finding_and_names_of_uima_are_none() -> None:
    report = Report("x.json")
    assert load_json(cas("custom.X", "class"), report) is None
    assert [finding.code for finding in report.findings] == ["cas-name"]
    for name in ("value", "self", "type", "x_1"):
        report = Report("x.json")
        load_json(cas("custom.Entity_2", name), report)
        assert not report.findings, name
        read_types(system("custom.Entity_2", name))

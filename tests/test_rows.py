"""Counting and cutting the rows of results as text, against readers of the formats."""

from __future__ import annotations

import csv
import io
import json

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.endpoint.rows import CSV, JSON, TSV, XML, RowCount, cut

FORMS = {
    JSON: ox.QueryResultsFormat.JSON,
    XML: ox.QueryResultsFormat.XML,
    CSV: ox.QueryResultsFormat.CSV,
    TSV: ox.QueryResultsFormat.TSV,
}
NASTY = ['"}},{"', "</result>", "a\r\nb", 'a"b', "\\", '\\"}}', "{}", "\t\n", "", "ordinary", '"', '""\r\n']


def results(values: list[str], media: str) -> bytes:
    """The results of a query over made-up values, written by the engine itself."""
    store = ox.Store()
    for number, value in enumerate(values):
        store.add(ox.Quad(ox.NamedNode(f"urn:s{number}"), ox.NamedNode("urn:p"), ox.Literal(value)))
    found = store.query("SELECT ?s ?v ?none { ?s <urn:p> ?v } ORDER BY ?s")
    assert isinstance(found, ox.QuerySolutions)
    return found.serialize(None, FORMS[media]) or b""


def rows_of(data: bytes, media: str) -> list[str]:
    """The values in results, read by somebody else's reader."""
    if media == JSON:
        return [row["v"]["value"] for row in json.loads(data)["results"]["bindings"]]
    if media == CSV:
        return [row[1] for row in csv.reader(io.StringIO(data.decode(), newline=""))][1:]
    found = ox.parse_query_results(data, format=FORMS[media])
    assert isinstance(found, ox.QuerySolutions)
    return [row["v"].value for row in found]


@pytest.mark.parametrize("media", FORMS)
@settings(max_examples=25, deadline=None)
@given(values=st.lists(st.sampled_from(NASTY) | st.text(max_size=8), max_size=9), keep=st.integers(1, 9))
def test_rows_are_counted_and_cut_whatever_they_say(media: str, values: list[str], keep: int) -> None:
    values = ["".join(c for c in value if c >= " " or c in "\t\n\r") for value in values]
    values = [value.replace("\ufffe", "").replace("\uffff", "") for value in values]
    data = results(values, media)
    assert RowCount(media).add(data) == len(values)
    if len(values) > keep:
        shorter = cut(data, media, keep)
        assert rows_of(shorter, media) == rows_of(data, media)[:keep]
        assert RowCount(media).add(shorter) == keep


@pytest.mark.parametrize("media", FORMS)
@pytest.mark.parametrize("length", [1, 2, 3, 7, 64, 1000])
def test_rows_are_counted_wherever_pieces_are_parted(media: str, length: int) -> None:
    data = results([f"{mark} {number}{mark}" for number in range(9) for mark in NASTY], media)
    count = RowCount(media)
    for start in range(0, len(data), length):
        count.add(data[start : start + length])
    assert count.rows == 9 * len(NASTY)

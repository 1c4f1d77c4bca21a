"""No reader breaks, whatever bytes it is given: what is wrong is a finding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import fuzz

KEPT = sorted((Path(__file__).parent / "fuzzed").glob("*-*"))
_EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 30), st.binary(max_size=12)), min_size=1, max_size=4
)
_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters(), max_size=8),
    st.sampled_from([[], {}, [[]], {"id": {}}, "\ud800", "a\0b", -1, 10**40, "../x", "<b>"]),
)


@pytest.mark.parametrize("name", fuzz.READERS)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=_EDITS)
def test_sound_files_with_bytes_changed(name: str, edits: list[tuple[float, int, bytes]]) -> None:
    data = fuzz.sound().files[name][1]
    for place, size, put in edits:
        at = int(place * len(data))
        data = data[:at] + put + data[at + size :]
    fuzz.given(name, data)


@pytest.mark.parametrize("name", fuzz.READERS)
@settings(max_examples=20, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes(name: str, data: bytes) -> None:
    fuzz.given(name, data)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Each entry of each object and list, as (owner, key)."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, part in pairs for place in [(value, key), *_places(part)]]


@pytest.mark.parametrize("name", ["cas-json", "web", "labelstudio", "doccano"])
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_sound_json_with_values_changed(name: str, data: st.DataObject) -> None:
    value = json.loads(fuzz.sound().files[name][1])
    for _ in range(data.draw(st.integers(1, 3))):
        places = _places(value)
        if places:
            owner, key = places[data.draw(st.integers(0, len(places) - 1))]
            owner[key] = data.draw(_ODD)
    fuzz.given(name, json.dumps(value).encode())


@pytest.mark.parametrize("file", KEPT, ids=lambda path: path.name)
def test_what_fuzzing_found(file: Path) -> None:
    result = fuzz.given(file.name.rpartition("-")[0], file.read_bytes())
    assert result.findings or result.articles or any(result.each)

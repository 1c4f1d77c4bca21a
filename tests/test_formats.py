"""The page about formats names every reader, every refusal and every column of ours."""

from __future__ import annotations

import inspect
from pathlib import Path

from diaspora_kg.content import content
from diaspora_kg.loader import load, script_at
from diaspora_kg.marked import refused
from diaspora_kg.marked.coded import COLUMNS
from diaspora_kg.marked.refused import Refusal

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "reference/formats.md").read_text(encoding="utf-8")


def test_every_reader_is_on_the_page() -> None:
    for path in sorted(content("ingest").glob("*.py")):
        if path.stem in {"refused", "foreign"}:
            continue
        assert f"`{path.stem}`" in PAGE
        for suffix in load(script_at(path)).SUFFIXES:
            assert suffix in PAGE or suffix in {".yml", ".xml"}, (path.stem, suffix)


def test_every_refusal_is_on_the_page() -> None:
    found = [value for _, value in inspect.getmembers(refused) if isinstance(value, Refusal)]
    assert len(found) >= 10
    for refusal in found:
        assert refusal.name in PAGE or refusal.name.startswith(("JSON of", "XML of")), refusal.name
        assert refusal.why in PAGE, refusal.why


def test_every_column_is_on_the_page() -> None:
    assert [column for column in COLUMNS if f"`{column}`" not in PAGE] == []

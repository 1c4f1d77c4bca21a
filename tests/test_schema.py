"""The JSON Schemas for editors: current, valid, and of the reader's opinion where a schema can have one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from diaspora_kg.content import content
from diaspora_kg.loader import load, script_at
from diaspora_kg.names import kebab
from diaspora_kg.ontology import Ontology
from diaspora_kg.reading import Source
from diaspora_kg.reading.nodes import HEADER, KINDS, STATEMENT, Kind
from diaspora_kg.reading.reference import made
from diaspora_kg.reading.register import read_register
from diaspora_kg.reading.schema import schema

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs/reference"
NATIVE = Path(__file__).parent / "native"
ONTOLOGY = Ontology.load([content("ontology")])
ARTICLE = Draft202012Validator(schema("article", ONTOLOGY))
REGISTER = Draft202012Validator(schema("register", ONTOLOGY))

READER_ONLY = {"format-not-first"}
"""Faults that no schema can see."""


class CoreSchema(yaml.SafeLoader):
    """YAML as editors load it (the core schema of YAML 1.2): a date stays a string."""


CoreSchema.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in rules if tag.rpartition(":")[2] != "timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def as_editor(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), CoreSchema)


def readable(folder: str) -> Iterator[Path]:
    for path in sorted((NATIVE / folder).glob("*.yaml")):
        try:
            as_editor(path)
        except yaml.YAMLError:
            continue
        yield path


def faults(validator: Draft202012Validator, document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


@pytest.mark.parametrize(("file", "text"), sorted(made(REFERENCE, ONTOLOGY).items()))
def test_the_committed_reference_is_current(file: str, text: str) -> None:
    again = "run python -m diaspora_kg.reading.reference docs/reference"
    assert (REFERENCE / file).read_text("utf-8") == text, again
    if file.endswith(".json"):
        Draft202012Validator.check_schema(json.loads(text))


def examples() -> list[str]:
    page = (REFERENCE / "native-format.md").read_text("utf-8")
    return re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)


@pytest.mark.parametrize("text", examples(), ids=lambda text: text.split(":")[0].lstrip("# "))
def test_the_examples_of_the_reference_are_without_a_fault(text: str) -> None:
    if "article:\n" in text or "format: 1" not in text:
        head = "" if "format: 1" in text else "format: 1\narticle: {title: One, language: en}\n"
        source = Source(Path("x.yaml"), "x.yaml", (head + text).encode(), "x", "en", False, ONTOLOGY)
        assert load(script_at(content("ingest", "native.py"))).read(source).findings == ()
        assert faults(ARTICLE, yaml.load(head + text, CoreSchema)) == []
    else:
        assert read_register(text.encode(), "register.yaml", ONTOLOGY, "en")[1] == ()
        assert faults(REGISTER, yaml.load(text, CoreSchema)) == []


def test_every_section_and_key_is_explained() -> None:
    page = (REFERENCE / "native-format.md").read_text("utf-8")
    explained = set(re.findall(r"`([a-z0-9_-]+)[:`]", page))
    defs = schema("article", ONTOLOGY)["$defs"]
    keys = {
        key
        for name in ("claim", "headline-claim", "statement", "article")
        for key in defs[name]["properties"]
    }
    assert sorted({*keys, *schema("article", ONTOLOGY)["properties"]} - explained) == []


@pytest.mark.parametrize(
    "path",
    [*readable("good"), *sorted(content("examples").glob("*/articles/*.yaml"))],
    ids=lambda path: path.stem,
)
def test_what_reads_well_is_valid(path: Path) -> None:
    assert faults(ARTICLE, as_editor(path)) == []


@pytest.mark.parametrize(
    "path", sorted(content("examples").glob("*/register.yaml")), ids=lambda p: p.parent.name
)
def test_registers_are_valid(path: Path) -> None:
    assert faults(REGISTER, as_editor(path)) == []


@pytest.mark.parametrize(
    "path", [p for p in readable("bad") if p.stem not in READER_ONLY], ids=lambda p: p.stem
)
def test_what_reads_badly_is_invalid(path: Path) -> None:
    assert faults(ARTICLE, as_editor(path))


def test_a_register_has_no_world() -> None:
    entry = {"format": 1, "actors": {"a": {"is": "person", "names": [{"en": "A"}]}}}
    assert faults(REGISTER, entry) == []
    assert faults(REGISTER, {**entry, "world": {}})
    assert faults(REGISTER, {"format": 1, "actors": {"a": {"mentions": ["A"]}}})


@pytest.mark.parametrize("kind", [*KINDS.values(), STATEMENT, HEADER], ids=lambda kind: kind.name)
def test_every_key_of_the_table_is_in_the_schema_with_its_meaning(kind: Kind) -> None:
    defs = schema("article", ONTOLOGY)["$defs"]
    entry = defs.get(f"node-{kind.name}") or defs[kind.name]
    for row in kind.fields:
        assert entry["properties"][row.key]["description"] == row.about
        assert row.about.endswith(".")
    keys = [row.key for row in kind.fields]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("kind", [*KINDS.values(), STATEMENT], ids=lambda kind: kind.name)
def test_every_list_that_the_table_names_exists(kind: Kind) -> None:
    for row in kind.fields:
        assert not row.scheme or ONTOLOGY.values(row.scheme)
        assert not row.role or ONTOLOGY.concept("Role", kebab(row.role)) == row.role

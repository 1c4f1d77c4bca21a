"""The native format: what is written arrives, and every mistake is a finding with line and mending."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from diaspora_kg.article import Article, Concept, Node, Participation, Ref, Voice, When
from diaspora_kg.content import content
from diaspora_kg.errors import Severity
from diaspora_kg.loader import load, script_at
from diaspora_kg.ontology import Ontology
from diaspora_kg.reading import ReadResult, Source
from diaspora_kg.reading.register import read_register

FOLDER = Path(__file__).parent / "native"
BAD = sorted((FOLDER / "bad").glob("*.yaml"))
GOOD = sorted((FOLDER / "good").glob("*.yaml"))
ONTOLOGY = Ontology.load([content("ontology")])
NATIVE: ModuleType = load(script_at(content("ingest", "native.py")))


def read(data: bytes | str, key: str = "x", *, withheld: bool = False) -> ReadResult:
    data = data.encode() if isinstance(data, str) else data
    source = Source(Path("x.yaml"), "articles/x.yaml", data, key, "en", withheld, ONTOLOGY)
    result = NATIVE.read(source)
    assert isinstance(result, ReadResult)
    return result


def facts(value: Any) -> Any:
    """A value as JSON, without lines and without what is empty: small enough to review."""
    if isinstance(value, Concept):
        return f"concept {value.name}"
    if isinstance(value, Ref):
        return f"-> {value.key}"
    if isinstance(value, Decimal):
        return str(value)
    if dataclasses.is_dataclass(value):
        rows = {f.name: facts(getattr(value, f.name)) for f in dataclasses.fields(value) if f.name != "line"}
        return {key: row for key, row in rows.items() if row not in (None, "", [], False)}
    return [facts(item) for item in value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_input_gets_these_findings(path: Path) -> None:
    found = read(path.read_bytes()).findings
    lines = [f"{finding.line} {finding.code}: {finding.message}" for finding in found]
    assert lines == path.with_suffix(".expected").read_text("utf-8").splitlines()
    assert all(finding.hint and finding.file == "articles/x.yaml" for finding in found)
    total = path.read_text("utf-8").count("\n")
    assert all(1 <= finding.line <= total for finding in found)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_input_arrives_whole(path: Path) -> None:
    result = read(path.read_bytes(), path.stem)
    assert result.findings == ()
    assert facts(result.articles[0]) == json.loads(path.with_suffix(".json").read_text("utf-8"))


@pytest.mark.parametrize(
    "path", sorted(content("examples").glob("*/articles/*.yaml")), ids=lambda path: path.stem
)
def test_the_examples_read_without_a_finding(path: Path) -> None:
    assert read(path.read_bytes(), path.stem).findings == ()


def complete() -> Article:
    return read((FOLDER / "good/complete.yaml").read_bytes()).articles[0]


def node(key: str) -> Node:
    return next(node for node in complete().nodes if node.key == key)


def test_the_lines_are_those_of_the_file() -> None:
    lines = (FOLDER / "good/complete.yaml").read_text("utf-8").splitlines()
    article = complete()
    for one in article.nodes:
        assert lines[one.line - 1].startswith(f"  {one.key}:")
    for claim in article.all_claims():
        assert any(words in lines[claim.line - 1] for words in (claim.says, f"id: {claim.key}"))
        assert all(anchor.words.split(" … ")[0] in lines[anchor.line - 1] for anchor in claim.anchors)


def test_an_article_adds_only_mentions_to_the_register() -> None:
    assert [(one.key, one.kind) for one in complete().nodes if one.addition] == [
        ("ministry", ""),
        ("square", "place"),
    ]


def test_a_local_post_means_its_holder_who_is_not_named() -> None:
    holder = [p for p in node("rally").participations if p.capacity]
    assert [(p.capacity and p.capacity.key, p.actor, p.unknown) for p in holder] == [
        ("minister", None, ("dkg:actor",))
    ]


def test_somebody_who_acts_for_two_takes_part_twice() -> None:
    acting = [p for p in node("appeal").participations if p.actor and p.actor.key == "orun"]
    assert [(p.on_behalf_of and p.on_behalf_of.key, p.basis) for p in acting] == [
        ("union", "stated"),
        ("tarvians", "inferred"),
    ]
    assert {p.role for p in acting} == {"requester"}


def test_silent_participants_are_participations_of_nobody() -> None:
    silent = node("unnamed-change").participations
    assert list(silent) == [Participation("decidingAuthority", silent[0].line, unknown=("dkg:actor",))]
    assert node("unnamed-change").unknown == ("dkg:when", "dkg:legalBasis")


def test_the_sections_give_the_voices() -> None:
    article = complete()
    headline, own = article.claims
    assert (headline.voice, headline.expressed_in and headline.expressed_in.key) == (Voice.HEADLINE, "letter")
    assert (own.voice, own.expressed_in, own.claimants) == (Voice.ARTICLE, None, None)
    for claim in article.statements[0].claims:
        assert claim.voice is Voice.STATEMENT
        assert claim.expressed_in is not None
        assert claim.expressed_in.key == "letter"


def test_the_projects_rights_hold_where_the_article_is_silent() -> None:
    text = "format: 1\narticle: {title: One, language: en}\n"
    assert read(text, withheld=True).articles[0].withheld
    assert not read(text).articles[0].withheld
    assert read(text.replace("en}", "en, text: other.txt}")).articles[0].text_file == "other.txt"


def test_only_a_header_is_metadata_for_other_files() -> None:
    assert read("format: 1\narticle: {title: One, language: en}\n").metadata_only
    assert not read((FOLDER / "good/complete.yaml").read_bytes()).metadata_only


def test_an_article_with_violations_is_still_given() -> None:
    result = read((FOLDER / "bad/claims.yaml").read_bytes(), "key")
    assert [article.key for article in result.articles] == ["key"]
    assert {finding.article for finding in result.findings} == {"key"}
    assert any(finding.severity is Severity.VIOLATION for finding in result.findings)


@pytest.mark.parametrize("name", ["syntax", "aliases", "second-document", "newer-format"])
def test_what_has_no_structure_gives_no_article(name: str) -> None:
    assert read((FOLDER / f"bad/{name}.yaml").read_bytes()).articles == ()


@pytest.mark.parametrize(
    ("head", "ours"),
    [(b"format: 1\n", True), (b"# x\narticle:\n", True), (b"", True), (b"labels:\n  a: 1\n", False)],
)
def test_a_file_is_known_by_its_first_bytes(head: bytes, ours: bool) -> None:
    assert NATIVE.sniff(head) is ours


def test_the_register_is_read_by_the_same_table() -> None:
    text = """\
format: 1
actors:
  union: {is: organization, names: [{en: Union}], external-ids: ["https://x.example/1", "https://y.example/2"]}
  ministry: {mentions: [the Ministry]}
posts:
  chair: {label: chair, in: union}
world:
  a: {is: document, label: a}
"""
    nodes, findings = read_register(text.encode(), "register.yaml", ONTOLOGY, "en")
    assert [(one.kind, one.key) for one in nodes] == [("organization", "union"), ("post", "chair")]
    assert len(list(nodes[0].values("dkg:externalId"))) == 2
    assert [(finding.line, finding.code) for finding in findings] == [(4, "missing-key"), (7, "unknown-key")]


def when(written: str, published: str = '{date: "2031-04-25"}') -> When | None:
    text = f"""\
format: 1
article: {{title: One, language: en, published: {published}}}
world:
  a: {{is: event, kind: rally, when: {written}}}
"""
    result = read(text)
    assert result.findings == ()
    found = list(result.articles[0].nodes[0].values("dkg:when"))
    return found[0] if found and isinstance(found[0], When) else None


GUESSED, RESOLVED = "annotatorEstimate", "relativeResolved"


@pytest.mark.parametrize(
    ("written", "edtf", "first", "last", "basis"),
    [
        ('{date: "2031"}', "2031", "2031-01-01", "2031-12-31", GUESSED),
        ("{date: 2031-02}", "2031-02", "2031-02-01", "2031-02-28", GUESSED),
        ('{date: "2032-02"}', "2032-02", "2032-02-01", "2032-02-29", GUESSED),
        ('{date: "2031-04-25"}', "2031-04-25", "2031-04-25", "2031-04-25", GUESSED),
        ('{date: "1900-02-28"}', "1900-02-28", "1900-02-28", "1900-02-28", GUESSED),
        ('{date: "2031-04-25", words: 25 April 2031}', "2031-04-25", "2031-04-25", "2031-04-25", "stated"),
        ('{date: "2031", words: "٢٠٣١"}', "2031", "2031-01-01", "2031-12-31", "stated"),
        ('{date: "2031", words: no. 20311}', "2031", "2031-01-01", "2031-12-31", RESOLVED),
        ('{date: "2031-04-25", words: Friday}', "2031-04-25", "2031-04-25", "2031-04-25", RESOLVED),
        ('{by: "2031-04-25"}', "[..2031-04-25]", None, "2031-04-25", "boundedByPublication"),
        ('{by: "2031-04"}', "[..2031-04]", None, "2031-04-30", GUESSED),
        ('{by: "2031-04-25", words: by April}', "[..2031-04-25]", None, "2031-04-25", "stated"),
        ('{after: "2031-04"}', "[2031-04..]", "2031-04-01", None, GUESSED),
        (
            '{between: ["2031", "2032-02"], words: then}',
            "[2031-01..2032-02]",
            "2031-01-01",
            "2032-02-29",
            "stated",
        ),
        ('{between: ["2031-02", "2031"]}', "[2031-02..2031-12]", "2031-02-01", "2031-12-31", GUESSED),
        (
            '{between: ["2031-02-03", "2031-02"]}',
            "[2031-02-03..2031-02-28]",
            "2031-02-03",
            "2031-02-28",
            GUESSED,
        ),
        ('{between: ["2031", "2032"]}', "[2031..2032]", "2031-01-01", "2032-12-31", GUESSED),
        ('{about: "2031"}', "2031~", None, None, GUESSED),
        ('{date: "2031-04?"}', "2031-04?", None, None, GUESSED),
        ('{by: "2031~"}', "[..2031~]", None, None, GUESSED),
        ('{between: ["2031~", "2032"]}', "[2031~..2032]", None, "2032-12-31", GUESSED),
        ("{words: Friday}", None, None, None, "relativeUnresolved"),
        ("{words: 3 Farvardin 1410, basis: stated}", None, None, None, "stated"),
        ('{date: "2031", basis: stated}', "2031", "2031-01-01", "2031-12-31", "stated"),
    ],
)
def test_dates(written: str, edtf: str | None, first: str | None, last: str | None, basis: str) -> None:
    found = when(written)
    assert found is not None
    assert (found.edtf, found.not_before, found.not_after, found.basis) == (edtf, first, last, basis)


@pytest.mark.parametrize("published", ["not-stated", '{by: "2031-04-25"}', '{about: "2031"}'])
def test_only_a_known_day_of_publication_bounds(published: str) -> None:
    found = when('{by: "2031-04-25"}', published)
    assert found is not None
    assert found.basis == "annotatorEstimate"


def test_a_silent_date_is_a_silence_of_its_owner() -> None:
    head = "format: 1\narticle: {title: One, language: en}\n"
    text = head + "world: {a: {is: event, kind: rally, when: not-stated}}\n"
    assert read(text).articles[0].nodes[0].unknown == ("dkg:when",)


SEED = (FOLDER / "good/complete.yaml").read_text("utf-8")
SCRAPS = st.sampled_from([
    "not-stated", "unknown", "{", "}", "[", "]", ",", ": ", "\n", "\n  ", "- ", "&a ", "*a", "!!x ", '"', "'",
    "~", "|", "[]", "{}", "2031-99", "…", "\0", "\u2028", "\ud7ff", "is: event", "when: ", "9" * 40, "a.b.c",
])  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SEED)), st.integers(0, 12), SCRAPS), min_size=1, max_size=4))
@example([(0, len(SEED), "not-stated")])
def test_damaged_annotations_give_findings_and_no_traceback(edits: list[tuple[int, int, str]]) -> None:
    text = SEED
    for place, length, scrap in edits:
        text = text[:place] + scrap + text[place + length :]
    result = read(text)
    assert result.articles or result.findings


VALUES = st.recursive(
    st.sampled_from(["", "x", "not-stated", "union", "2031", "a b", "ban", "actor"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["is", "who", "en", "x"]), inner)
    ),
    max_leaves=4,
)
KEYS = sorted(
    {word.strip("{ -") for line in SEED.splitlines() for word in line.split(":")[:1] if word.strip()}
)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8),
    st.sampled_from(["world", "actors", "statements"]),
)
def test_any_value_under_any_key_gives_findings_and_no_traceback(entry: dict[str, Any], section: str) -> None:
    for kind in ("event", "status-change", "undertaking", "figure", "person"):
        document = {
            "format": 1,
            "article": {"title": "One", "language": "en", **entry},
            section: {"a": {"is": kind, **entry}, "b": entry},
            "article-says": [{"says": "So.", "quote": "so", **entry}, entry],
        }
        assert read(json.dumps(document)).articles


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=120))
def test_any_bytes_give_findings_and_no_traceback(data: bytes) -> None:
    result = read(data)
    assert result.findings


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("2031-04-25", 'Write {date: "2031-04-25"}, or `not-stated`.'),
        ("25 April 2031", 'Write {date: "YYYY-MM-DD", words: "25 April 2031"}, or `not-stated`.'),
        ("{date: 25.04.2031}", "Write 2031-04-25."),
        ("{date: 4/5/2031}", "Write 2031-05-04 or 2031-04-05."),
        ("{date: 5.5.2031}", "Write 2031-05-05."),
        (
            "{date: soon}",
            "Write YYYY, YYYY-MM or YYYY-MM-DD, with ~ (about) or ? (uncertain) after it if need be.",
        ),
    ],
)
def test_a_date_in_another_form_is_shown_in_ours(written: str, hint: str) -> None:
    text = f"format: 1\narticle: {{title: Rain, language: en, published: {written}}}\n"
    assert [finding.hint for finding in read(text).findings] == [hint]

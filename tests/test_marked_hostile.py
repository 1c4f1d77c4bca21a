"""Whatever an annotation says: the engine gives findings, raises nothing, and never runs for long."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diaspora_kg.content import content
from diaspora_kg.marked import to_articles
from diaspora_kg.marked.brat import parse
from diaspora_kg.marked.model import (
    Argument,
    Attribute,
    Document,
    Equivalence,
    Frame,
    Identity,
    Relation,
    Span,
)
from diaspora_kg.ontology import Ontology
from diaspora_kg.reading import LabelFile, ReadResult, Source

TEXT = "The League met in Halm. Its chair said the hall was shut.\n"
ONTOLOGY = Ontology.load([content("ontology")])
MAPS = [
    LabelFile(path.stem, f"ingest/labels/{path.name}", path.read_bytes())
    for path in sorted(content("ingest", "labels").glob("*.toml"))
]
OWN = next(one for one in MAPS if one.name == "brat")

MARK = st.sampled_from(["1", "2", "3", "4", "E", "gone"])
PLACE = st.tuples(st.integers(0, 50), st.integers(1, 7)).map(lambda pair: (pair[0], pair[0] + pair[1]))
LABEL = st.sampled_from(
    ["Organization", "Person", "Mention", "Date", "Words", "Claim", "Passage", "Furniture", "Odd"]
)
FRAME = st.sampled_from(
    ["Statement", "Claim", "Takes_part", "Event", "Membership", "Relation", "Undertaking", "Odd"]
)
ROLE = st.sampled_from(["By", "In", "Content", "About", "Who", "As", "For_inferred", "When", "Target",
                        "Cue", "Of",
                        "Participant", "Member", "Evidence", "If", "Odd2"])  # fmt: skip
NOTE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["id: x", "x | kind: rally", "says: A. | by: {x: inferred}", "not-stated: when, to",
                     "{", "[a, [b",
                     "when: {date: 2018-02-31}", "names: [{en: <b>}, {xx-: \u202e}]", "id: ../../etc/passwd",
                     "is: relation", "unclear: [x, y]", "stance: {negative: [x], words: [a]}", "id: *a",
                     "in: E"]),
)  # fmt: skip
ATTRIBUTE = st.builds(
    Attribute,
    st.sampled_from(["Modality", "Name", "Language", "Implied", "Voice", "Stance", "Status", "Odd"]),
    st.one_of(st.sampled_from(["", "possible", "negative", "headline"]), st.text(max_size=5)),
)
IDENTITY = st.builds(Identity, st.sampled_from(["Wikidata", "register", "", "GND"]), st.text(max_size=8))
SPAN = st.builds(
    Span, MARK, st.just(""), LABEL, st.lists(PLACE, max_size=3).map(lambda got: tuple(sorted(got))),
    st.lists(ATTRIBUTE, max_size=2).map(tuple), st.lists(IDENTITY, max_size=1).map(tuple), NOTE,
    st.integers(1, 9),
)  # fmt: skip
EVENT = st.builds(
    Frame, MARK, st.just(""), FRAME, MARK,
    st.lists(st.builds(Argument, ROLE, MARK), max_size=4).map(tuple),
    st.lists(ATTRIBUTE, max_size=2).map(tuple), NOTE, st.integers(1, 9),
)  # fmt: skip
ARROW = st.builds(
    Relation, MARK, st.just(""), st.sampled_from(["May_be", "In_organization", "Odd"]), MARK, MARK
)
SAME = st.builds(
    Equivalence, st.lists(MARK, max_size=4).map(tuple), st.sampled_from(["", "Chain"]), st.just(3)
)
DOCUMENT = st.builds(
    Document, st.sampled_from([TEXT, None]), spans=st.lists(SPAN, max_size=5).map(tuple),
    frames=st.lists(EVENT, max_size=4).map(tuple), relations=st.lists(ARROW, max_size=2).map(tuple),
    equivalences=st.lists(SAME, max_size=2).map(tuple),
)  # fmt: skip


def read(document: Document, labels: LabelFile = OWN) -> ReadResult:
    source = Source(
        *(Path("x.ann"), "articles/x.ann", b"", "x", "en", False, ONTOLOGY),
        labels=labels,
        base="https://example.org/kg/",
    )
    return to_articles([document], source)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DOCUMENT, st.sampled_from(MAPS))
def test_nothing_raises(document: Document, labels: LabelFile) -> None:
    for given_map in (OWN, labels):
        result = read(document, given_map)
        assert all(one.message and one.file for one in result.findings)


def test_a_long_chain_of_events_is_read() -> None:
    """Each event is content of the next, ten thousand deep, and the last of the first."""
    count = 10_000
    lines = ["T1\tClaim 4 10\tLeague", *(f"E{n}\tClaim:T1 If:E{n % count + 1}" for n in range(1, count + 1))]
    document, findings, _ = parse([("x.ann", "\n".join(lines))], TEXT)
    assert findings == ()
    [article] = read(document).articles
    assert len(article.claims) == count


def test_a_long_equivalence_is_one_node() -> None:
    count = 5_000
    lines = [f"T{n}\tOrganization 4 10\tLeague" for n in range(1, count + 1)]
    lines += [f"*\tEquiv T{n} T{n + 1}" for n in range(1, count)]
    document, _, _ = parse([("x.ann", "\n".join(lines))], TEXT)
    [article] = read(document).articles
    assert [node.key for node in article.nodes] == ["organization-4-10"]


@pytest.mark.parametrize(
    "line",
    [
        "T1\t" + "A " * 500_000,
        "R1\tX " + ":" * 1_000_000,
        "R1\tX a:" + "a:" * 500_000,
        "E1\tX:T1 " + ":" * 1_000_000,
        "E1\tX:T1" + " a:b" * 300_000 + " c",
        "A1\tX" + " " * 1_000_000,
        "N1\tReference T1 " + ":" * 1_000_000,
        "*\tEquiv" + "  T1" * 300_000,
        "#1\t" + " " * 1_000_000,
        "1" * 1_000_000,
    ],
    ids=range(10),
)
def test_a_line_of_a_million_characters_is_one_finding(line: str) -> None:
    document, findings, _ = parse([("x.ann", line)], TEXT)
    assert ({one.line for one in findings}, list(document.marks())) == ({1}, [])


def test_a_long_attribute_is_read() -> None:
    """Blanks without end, then a letter: nothing is tried again and again."""
    document, findings, _ = parse([("x.ann", "T1\tA 4 10\tLeague\nA1\tB T1 " + " " * 1_000_000 + "x")], TEXT)
    assert (findings, document.spans[0].attributes[0].value) == ((), "x")

"""How each proposition of the two real articles is put, as a reading of the articles found it.

The table was written from the reading, before anything was built; most of its slots are defaults.
"""

from __future__ import annotations

import pyoxigraph
import pytest

from tests.examples import copy_of, dkg, graph_of, select

READING = """
a.A-0    indirectSpeech  presupposed  assertive   asserted      affirmed  -
a.A-1    indirectSpeech  stated       evaluative  asserted      affirmed  negative
a.A-1b   indirectSpeech  presupposed  assertive   asserted      affirmed  -
a.A-2    indirectSpeech  stated       assertive   asserted      affirmed  -
a.A-3    indirectSpeech  stated       evaluative  asserted      affirmed  positive
a.A-4    indirectSpeech  stated       assertive   asserted      affirmed  -
a.A-5    directQuote     stated       assertive   asserted      affirmed  -
a.A-6    directQuote     stated       assertive   asserted      affirmed  -
a.A-7    directQuote     stated       assertive   asserted      affirmed  -
a.A-8    directQuote     stated       evaluative  asserted      affirmed  negative
a.A-9    indirectSpeech  stated       assertive   predicted     negated   -
a.A-10   indirectSpeech  stated       assertive   predicted     negated   -
a.A-11   directQuote     stated       evaluative  asserted      affirmed  negative
a.A-12a  directQuote     stated       assertive   hypothetical  affirmed  -
a.A-12b  directQuote     stated       evaluative  asserted      affirmed  negative
a.A-13s  indirectSpeech  stated       evaluative  asserted      affirmed  negative
a.A-13   indirectSpeech  stated       evaluative  possible      affirmed  negative
a.A-14   indirectSpeech  stated       assertive   asserted      affirmed  -
a.A-15m  directQuote     stated       assertive   asserted      affirmed  -
a.A-15   directQuote     stated       assertive   asserted      affirmed  -
a.A-16   directQuote     stated       normative   necessary     affirmed  -
a.A-17p  directQuote     presupposed  assertive   asserted      affirmed  -
a.A-17   directQuote     stated       assertive   possible      affirmed  -
a.A-18   directQuote     stated       assertive   possible      affirmed  -
a.A-18h  indirectSpeech  stated       assertive   possible      affirmed  -
a.A-n1   narrated        stated       assertive   asserted      affirmed  -
a.A-n2   narrated        stated       assertive   asserted      affirmed  -
b.B-1    reportedAct     stated       directive   asserted      affirmed  -
b.B-2    directQuote     stated       normative   necessary     affirmed  -
b.B-3    directQuote     stated       normative   asserted      affirmed  -
b.B-4    indirectSpeech  stated       evaluative  asserted      affirmed  negative
b.B-5    indirectSpeech  stated       assertive   predicted     affirmed  -
b.B-6    reportedAct     stated       commissive  asserted      affirmed  -
b.B-7    reportedAct     stated       commissive  asserted      affirmed  -
b.B-8    reportedAct     stated       directive   asserted      affirmed  -
b.B-9    reportedAct     stated       -           asserted      affirmed  -
b.B-10   reportedAct     stated       directive   asserted      affirmed  -
b.B-11   indirectSpeech  presupposed  assertive   asserted      affirmed  -
b.B-12   narrated        stated       assertive   asserted      affirmed  -
b.B-h1   narrated        stated       assertive   asserted      affirmed  -
b.B-h2   reportedAct     stated       directive   asserted      affirmed  -
b.B-n1   narrated        stated       assertive   asserted      affirmed  -
b.B-n2   narrated        stated       assertive   asserted      affirmed  -
b.B-n3   narrated        stated       assertive   asserted      affirmed  -
b.B-n4   narrated        inferred     assertive   asserted      affirmed  -
b.B-n5   narrated        stated       assertive   asserted      affirmed  -
"""

SLOTS = ("attribution", "givenness", "illocution", "modality", "polarity", "stance")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> pyoxigraph.Store:
    project = copy_of("two-articles", tmp_path_factory.mktemp("propositions"))
    dkg("build", project=project)
    return graph_of(project)[1]


@pytest.fixture(scope="module")
def put(graph: pyoxigraph.Store) -> set[tuple[str, ...]]:
    """Every claim of the two articles with its slots; a dash where a slot is empty."""
    optional = " ".join(f"OPTIONAL {{ ?claim dkg:{slot} ?own_{slot} }}" for slot in SLOTS)
    filled = " ".join(f'BIND(COALESCE(?own_{slot}, "-") AS ?{slot})' for slot in SLOTS)
    variables = " ".join(f"?{name}" for name in ("claim", *SLOTS))
    return select(graph, variables, f"?claim a dkg:Claim . {optional} {filled}")


def test_each_claim_is_put_as_it_was_read(put: set[tuple[str, ...]]) -> None:
    reading = {tuple(line.split()) for line in READING.strip().splitlines()}
    assert put - reading == set()
    assert reading - put == set()


def test_what_the_words_leave_open_stays_open(graph: pyoxigraph.Store) -> None:
    assert select(graph, "?claim ?value", "?claim dkg:reading ?value ; dkg:unknown dkg:illocution") == {
        ("b.B-9", "commissive"), ("b.B-9", "directive"),
    }  # fmt: skip


def test_what_is_inferred_is_marked(graph: pyoxigraph.Store) -> None:
    inferred = "?node ?how dkgv:inferred . FILTER(?how IN (dkg:basis, dkg:givenness)) ?node a ?class"
    assert select(graph, "?class ?how", inferred) == {
        ("Claim", "basis"), ("Claim", "givenness"), ("Participation", "basis"),
    }  # fmt: skip
    assert select(graph, "?claim", "?claim a dkg:Claim ; dkg:basis dkgv:inferred") == {("b.B-5",)}
    acting = "?p dkg:basis dkgv:inferred ; dkg:actor ?actor ; dkg:onBehalfOf ?for"
    assert select(graph, "?actor ?for", acting) == {("a.hajiyev", "a.mfa-az")}


def test_a_printed_mistake_is_kept(graph: pyoxigraph.Store) -> None:
    assert select(graph, "?claim ?word", "?claim dkg:sic ?word") == {("b.B-5", "conflicts")}

"""The derivation rules on a graph of many articles: their cost grows as it does, not with its square."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from diaspora_kg.content import content
from diaspora_kg.names import Names, expand
from diaspora_kg.shapes import Rule, read_rules
from diaspora_kg.store import EmbeddedStore
from diaspora_kg.terms import IRI, Term, nquad, text

NAMES = Names("https://example.org/many/")
RULES = read_rules(content("ontology", "derive").glob("*.rq"))
ARTICLES = 600
STATEMENTS = 10


def article(number: int) -> Iterator[str]:
    """An article with statements, each by a speaker for a body, as the annotator infers."""
    graph = IRI(NAMES.article_graph(f"a{number}"))

    def line(subject: str, prop: str, value: Term | str) -> str:
        term = IRI(expand(value)) if isinstance(value, str) and value.startswith("dkg") else value
        return nquad(IRI(subject), IRI(expand(prop)), IRI(term) if isinstance(term, str) else term, graph)

    this = NAMES.node("article", f"a{number}")
    yield from (line(this, "rdf:type", "dkg:Article"), line(this, "dkg:textHash", text(f"{number:x}")))
    for one in range(STATEMENTS):
        statement, part, claim = (
            NAMES.node(kind, f"a{number}.{one}") for kind in ("statement", "participation", "claim")
        )
        yield line(statement, "rdf:type", "dkg:Statement")
        yield line(statement, "dkg:reportedIn", this)
        yield line(statement, "dkg:participation", part)
        yield line(part, "rdf:type", "dkg:Participation")
        yield line(part, "dkg:role", "dkgv:speaker")
        yield line(part, "dkg:basis", "dkgv:inferred")
        yield line(part, "dkg:actor", NAMES.node("person", f"p{number % 7}"))
        yield line(part, "dkg:onBehalfOf", NAMES.node("organization", f"o{number % 5}"))
        yield line(claim, "rdf:type", "dkg:Claim")
        yield line(claim, "dkg:reportedIn", this)
        yield line(claim, "dkg:expressedIn", statement)
        yield line(claim, "dkg:basis", "dkgv:stated")
        yield line(claim, "dkg:modality", "dkgv:asserted")
        yield line(claim, "dkg:polarity", "dkgv:affirmed")


@pytest.fixture(scope="module")
def many() -> EmbeddedStore:
    store = EmbeddedStore()
    store.load(line for number in range(ARTICLES) for line in article(number))
    store.optimize()
    return store


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_asks_many_articles_in_no_time(many: EmbeddedStore, rule: Rule) -> None:
    start = time.perf_counter()
    many.query(rule.sparql)
    assert time.perf_counter() - start < 2  # linear ones take some hundredths

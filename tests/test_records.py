"""A node as data: what belongs to its record, what is left out, and how it is written down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from diaspora_kg.build import build
from diaspora_kg.content import content
from diaspora_kg.pages import Site, Templates
from diaspora_kg.pages.maker import PageMaker
from diaspora_kg.project import Project
from diaspora_kg.queries import record
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.panels import Panels
from diaspora_kg.queries.record import record_of
from diaspora_kg.queries.why import why
from diaspora_kg.store import Snapshot, Snapshots
from diaspora_kg.store.written import NotWritable, Syntax, write_triples
from diaspora_kg.terms import IRI, Literal
from tests import small

MIDDLE = "nobody may read these middle words"
TEXT = f"Rain in Vesmark\n\nIt rained in Vesmark while {MIDDLE} outside this machine.\n"
QUOTE = f"It rained in Vesmark while {MIDDLE} outside this machine"
SETTINGS = small.SETTINGS + 'text = "withheld"\nquote-words = 4\n'


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    root = small.project(tmp_path_factory.mktemp("records") / "p")
    small.write(root, "dkg.toml", SETTINGS)
    small.article(root, "rain", TEXT, small.plain(quote=QUOTE))
    build(Project.load(root))
    found = Snapshots(root / ".dkg").current()
    assert found
    return found


@pytest.fixture(scope="module")
def lookup(published: Snapshot) -> Iterator[Lookup]:
    store = published.store()
    yield Lookup(store, Project.load(published.path.parents[2]).names)
    store.close()


def node(published: Snapshot, path: str) -> IRI:
    return IRI(f"{published.manifest.base}id/{path}")


def test_words_that_are_withheld_are_nowhere(published: Snapshot, lookup: Lookup) -> None:
    templates, site = Templates.load(), Site.of(published.manifest)
    maker = PageMaker(lookup, None, site, Panels.load([content("queries")]))
    for path in ("article/rain", "claim/rain.rain"):
        iri = node(published, path)
        [page] = maker.pages([iri.value])
        shown = templates.render("thing.html.j2", page, site)
        assert "It rained" in shown
        assert "this machine" in shown
        for text in (shown, write_triples(record_of(iri, lookup).rows, Syntax.N_TRIPLES).decode()):
            assert "middle" not in text


def test_a_record_holds_what_a_claim_rests_on(published: Snapshot, lookup: Lookup) -> None:
    found = record_of(node(published, "organization/library.league"), lookup)
    assert found.rows[0][0] == node(published, "organization/library.league"), "the node comes first"
    described = {
        s.value.removeprefix(f"{published.manifest.base}id/") for s, p, _ in found.rows if "#type" in p.value
    }
    assert {"claim/library.opened", "statement/library.remark", "article/library"} <= described
    assert {one.partition("/")[0] for one in described} >= {"passage", "participation", "name", "when"}
    assert found.left_out == 0


def test_a_record_of_very_many_claims_says_how_many_are_left_out(
    published: Snapshot, lookup: Lookup, monkeypatch: pytest.MonkeyPatch
) -> None:
    league = node(published, "organization/library.league")
    whole = record_of(league, lookup)
    monkeypatch.setattr(record, "MOST_CLAIMS", 1)
    part = record_of(league, lookup)
    assert (part.claims, part.left_out) == (whole.claims, whole.claims - 1)
    assert set(part.rows) < set(whole.rows)


def test_what_is_not_there_has_no_record(published: Snapshot, lookup: Lookup) -> None:
    assert record_of(node(published, "organization/nobody"), lookup).rows == ()


def test_what_xml_cannot_carry_is_told() -> None:
    rows = [(IRI("urn:x:a"), IRI("urn:x:ns#b"), Literal("bell \x07"))]
    with pytest.raises(NotWritable, match="Take Turtle"):
        write_triples(rows, Syntax.RDF_XML)
    assert b"bell" in write_triples(rows, Syntax.TURTLE)


def test_of_each_group_of_claims_the_first_are_told_with_the_true_number(
    published: Snapshot, lookup: Lookup
) -> None:
    league = node(published, "organization/library.league").value
    whole, part = why(league, lookup), why(league, lookup, most=1)
    assert whole.totals == Counter(use.link for use in whole.uses) == part.totals
    firsts = {use.link: use for use in reversed(whole.uses)}
    assert sorted(map(repr, part.uses)) == sorted(map(repr, firsts.values()))
    assert (part.summary, part.facts) == (whole.summary, whole.facts)


def test_paths_of_this_machine_are_on_no_page(published: Snapshot, lookup: Lookup) -> None:
    site = Site.of(published.manifest)
    maker = PageMaker(lookup, None, site, Panels.load([content("queries")]))
    [page] = maker.pages([node(published, "article/library").value])
    shown = Templates.load().render("thing.html.j2", page, site)
    assert ".yaml" not in shown
    assert str(Path(published.path).parents[2]) not in shown

"""The one term writer: what it writes is read back as the same term, by store and by rdflib."""

from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg import terms
from diaspora_kg.terms import IRI, Literal, Term, nquad, write

# rdflib 7.6 warns of its own internals when it parses into a Dataset.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")

S, P, G = (IRI(f"https://example.org/{name}") for name in "spg")

RAW = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
TAGS = st.sampled_from(["en", "az-cyrl", "ru-latn", "hy", "zh-hant", "de-1996", "x-own"])
LITERALS = st.one_of(
    st.builds(terms.text, RAW, st.just("") | TAGS),
    st.builds(terms.number, st.integers()),
    st.builds(terms.number, st.decimals(allow_nan=False, allow_infinity=False, places=4)),
    st.dates().map(lambda value: terms.day(value.isoformat())),
    st.datetimes(timezones=st.timezones()).map(
        lambda value: terms.instant(value.replace(fold=0, year=2000).isoformat())
    ),
    st.booleans().map(terms.boolean),
)
LOOKS_LIKE_IRI = st.builds(
    str.__add__,
    st.sampled_from(["https://example.org/", "https://", "urn:", "a:", "mailto:"]),
    st.text(st.sampled_from("aZ09-._~:/?#@!$&'()*+,;=%éж中😀\u202e[]"), max_size=12),
).filter(terms.is_iri)


def through_store(term: Term) -> str:
    """As it is read where its parts are looked at and, as a first build loads, where they are not."""
    found = set()
    for lenient in (False, True):
        store = ox.Store()
        line = f"{nquad(S, P, term, G)}\n".encode()
        store.bulk_load(line, format=ox.RdfFormat.N_QUADS, lenient=lenient)
        found.add((store.dump(format=ox.RdfFormat.N_QUADS) or b"").decode())
    (both,) = found
    return both


def through_rdflib(term: Term) -> rdflib.term.Node:
    data = rdflib.Dataset()
    data.parse(data=nquad(S, P, term, G), format="nquads")
    ((_, _, found, _),) = data.quads()
    return found


@settings(max_examples=100, deadline=None)
@given(LITERALS)
def test_a_trip_through_the_store_changes_no_byte(term: Literal) -> None:
    assert through_store(term) == nquad(S, P, term, G) + "\n"


@settings(max_examples=100, deadline=None)
@given(LITERALS)
def test_rdflib_reads_the_same_term(term: Literal) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdflib, "NORMALIZE_LITERALS", False)  # else it writes +00:00 for Z
        found = through_rdflib(term)
    assert isinstance(found, rdflib.Literal)
    assert (str(found), found.language or "") == (term.value, term.language)
    if not term.language:
        assert str(found.datatype or rdflib.XSD.string) == term.datatype


@settings(max_examples=100, deadline=None)
@given(LITERALS)
def test_sparql_reads_the_same_term(term: Literal) -> None:
    rows = ox.Store().query(f"SELECT ?x WHERE {{ VALUES ?x {{ {write(term)} }} }}")
    assert isinstance(rows, ox.QuerySolutions)
    (row,) = rows
    assert str(row["x"]) == write(term)


@settings(max_examples=100, deadline=None)
@given(LOOKS_LIKE_IRI)
def test_every_iri_that_is_accepted_is_kept(value: str) -> None:
    assert through_store(IRI(value)) == nquad(S, P, IRI(value), G) + "\n"
    assert str(through_rdflib(IRI(value))) == value


@pytest.mark.parametrize(
    "value",
    [
        "",
        "a",
        "a/b",
        "https://example.org/a b",
        "https://example.org/<",
        'https://example.org/"',
        "https://example.org/{x}",
        "https://example.org/100%",
        "https://example.org/a#b#c",
        "https://example.org/\\u0020",
        "https://example.org/\n",
        "https://example.org/\ud800",
        "https://example.org/\0",
        "https://example.org:port/",
    ],
)
def test_an_iri_with_a_forbidden_character_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="not an absolute IRI"):
        write(IRI(value))


@pytest.mark.parametrize(
    ("value", "code"), [("a\0b", "U\\+0000"), ("\ud800", "U\\+D800"), ("a\udfff", "U\\+DFFF")]
)
def test_nul_and_lone_surrogates_are_refused(value: str, code: str) -> None:
    with pytest.raises(ValueError, match=code):
        write(Literal(value))


@pytest.mark.parametrize("tag", ["e", "en_GB", "en-", "-en", "en us", "ру"])
def test_what_is_no_language_tag_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="not a language tag"):
        write(Literal("x", language=tag))


@pytest.mark.parametrize(
    ("term", "written"),
    [
        (terms.text("Тарвия", "RU-Latn"), '"Тарвия"@ru-latn'),
        (terms.text('a\t"b"\\\n\u2028\x7f'), '"a\\t\\"b\\"\\\\\\n\u2028\\u007F"'),
        (terms.number(-7), f'"-7"^^<{terms.XSD_INTEGER}>'),
        (terms.number(Decimal("-0.00")), f'"0"^^<{terms.XSD_DECIMAL}>'),
        (terms.number(Decimal("120")), f'"120"^^<{terms.XSD_DECIMAL}>'),
        (terms.number(Decimal("2.50")), f'"2.5"^^<{terms.XSD_DECIMAL}>'),
        (terms.day("2026-02-28"), f'"2026-02-28"^^<{terms.XSD_DATE}>'),
        (terms.instant("2026-01-01T00:30:00.9+01:00"), f'"2025-12-31T23:30:00Z"^^<{terms.XSD_DATE_TIME}>'),
        (terms.boolean(True), f'"true"^^<{terms.XSD_BOOLEAN}>'),
    ],
)  # fmt: skip
def test_literals_are_minted_canonical(term: Literal, written: str) -> None:
    assert write(term) == written


@pytest.mark.parametrize("value", ["2026-02-30", "2026-2-3", "20260203", "2026-02-03Z", ""])
def test_what_is_no_day_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"date|day is out of range"):
        terms.day(value)


@pytest.mark.parametrize("value", ["2026-02-03", "2026-02-03T10:00:00", "yesterday"])
def test_an_instant_needs_its_zone(value: str) -> None:
    with pytest.raises(ValueError, match=r"time zone|isoformat"):
        terms.instant(value)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity")])
def test_no_number_that_is_none(value: Decimal) -> None:
    with pytest.raises(ValueError, match="not a number"):
        terms.number(value)

"""A value at the end of a path is written there; the answers are the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.sparql import path_ends
from diaspora_kg.store.base import Solutions
from diaspora_kg.store.embedded import EmbeddedStore

V = "VALUES ?v { <urn:x> }"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{V} ?a (<urn:b>|<urn:c>) ?v", f"{V} ?a (<urn:b>|<urn:c>) <urn:x>"),
        (f"{V} ?a <urn:b>|<urn:c> ?v , ?v", f"{V} ?a <urn:b>|<urn:c> <urn:x> , ?v"),
        (f"{V} ?a <urn:b>/^a:c ?v", f"{V} ?a <urn:b>/^a:c <urn:x>"),
        (f"{V} ?a <urn:b> ?v", None),
        (f"{V} ?a ?v ?v", None),
        ("VALUES ?v { <urn:x> <urn:y> } ?a (<urn:b>|<urn:c>) ?v", None),
        ("VALUES ?v { 1 } ?a (<urn:b>|<urn:c>) ?v", None),
        ("VALUES ?v { UNDEF } ?a (<urn:b>|<urn:c>) ?v", None),
        ("VALUES (?v) { (<urn:x>) } ?a (<urn:b>|<urn:c>) ?v", None),
        (f"{V} {{ ?a (<urn:b>|<urn:c>) ?v }}", None),
        (f"{{ {V} ?a ?b ?v }} ?a (<urn:b>|<urn:c>) ?v", None),
        (f"{V} OPTIONAL {{ {V} ?a (<urn:b>|a) ?v }}", f"{V} OPTIONAL {{ {V} ?a (<urn:b>|a) <urn:x> }}"),
        (f"{V} FILTER(?v / ?v > 1)", None),
        (f"{V} BIND((1) AS ?v)", None),
        (f"{V} FILTER((?a != <urn:y>)) ?v ?b ?a", None),
        (f"{V} BIND(STR(?a) AS ?d) ?v ?b ?a", None),
        (f"{V} ) ?v ?b ?a", None),
        (f"{V} ?a ((a|^a)/<urn:d>)/(^<urn:b>) ?v", f"{V} ?a ((a|^a)/<urn:d>)/(^<urn:b>) <urn:x>"),
        (f"{V} GRAPH ?v {{ ?a (<urn:b>|<urn:c>) ?v }}", None),
        (f"{V} ?a (<urn:b>*|<urn:c>) ?v", None),
        (f"{V} ?a <urn:b>?/<urn:c> ?v", None),
        ("VALUES", None),
        ("VALUES ?v", None),
        (f"{V} ?a '(<urn:b>|<urn:c>) ?v'", None),
    ],
)  # fmt: skip
def test_only_what_stands_behind_a_path_is_written_out(text: str, expected: str | None) -> None:
    assert path_ends(f"SELECT ?v {{ {text} }}") == f"SELECT ?v {{ {expected or text} }}"


def test_a_subquery_has_values_of_its_own() -> None:
    inner = f"SELECT ?v (COUNT(?a) AS ?n) {{ {V} ?a (<urn:b>|<urn:c>) ?v }} GROUP BY (STR(?v)) ?v"
    assert path_ends(f"SELECT ?v {{ {{ {inner} }} }}") == (
        f"SELECT ?v {{ {{ {inner.replace('<urn:c>) ?v', '<urn:c>) <urn:x>')} }} }}"
    )


_GROUPS = [
    f"{V} ?a (<urn:b>|<urn:c>) ?v",
    f"{V} ?a (<urn:b>|<urn:c>) ?v ; <urn:b> ?d",
    f"?a <urn:b> ?d OPTIONAL {{ {V} ?a <urn:b>|<urn:c> ?v }}",
    f"?a <urn:b> ?v MINUS {{ {V} ?a (<urn:c>/<urn:c>) ?v }}",
    f"{V} {{ {V} ?a (<urn:b>|<urn:c>) ?v }} UNION {{ {V} ?a <urn:b>/<urn:c> ?v }}",
    f"?a <urn:c> ?v FILTER NOT EXISTS {{ {V} ?a (<urn:b>|<urn:b>) ?v }}",
    f"{V} FILTER(?d != ?v) ?v <urn:b> ?d . ?a (<urn:b>|<urn:c>) ?v",
]
_LEFT = [
    f"{V} ?v (<urn:b>|^<urn:c>) ?a",
    f"{V} ?a (<urn:b>*|<urn:c>) ?v",
    f"{V} ?a <urn:c>/<urn:b>? ?v",
]
_NODE = st.sampled_from(["<urn:x>", "<urn:y>", "<urn:z>"])
_TRIPLES = st.lists(st.tuples(_NODE, st.sampled_from(["<urn:b>", "<urn:c>"]), _NODE), max_size=12)


@settings(max_examples=60, deadline=None)
@given(_TRIPLES, st.sampled_from([*_GROUPS, *_LEFT]))
def test_answers_are_the_same(triples: list[tuple[str, str, str]], group: str) -> None:
    store = EmbeddedStore()
    store.change([], [f"{' '.join(triple)} <urn:g> ." for triple in triples])
    text = f"SELECT ?a ?v ?d {{ GRAPH <urn:g> {{ {group} }} }}"
    assert (path_ends(text) == text) is (group in _LEFT)
    found = [store.query(one) for one in (text, path_ends(text))]
    rows = [sorted(map(str, one.rows)) for one in found if isinstance(one, Solutions)]
    assert rows[0] == rows[1]

"""Whatever a file of another tool holds: it is read without a fault, and makes a sound register."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diaspora_kg.content import content
from diaspora_kg.interchange.claimed import articles
from diaspora_kg.interchange.importing import Options, read_file
from diaspora_kg.interchange.registered import entries
from diaspora_kg.ontology import Ontology
from diaspora_kg.reading.register import read_register

ODD = [
    "a",
    "b",
    "Ada Venn",
    "Norland: a league",
    "- x",
    "no",
    "2031",
    "2031-13",
    "Q42",
    "NK-aaaaaaaaaaaa",
    "{}",
    "not-stated",
    "unknown",
    "\u202e",
    "…\n",
    "https://r.example/7",
    "javascript:alert(1)",
]
WORDS = st.one_of(st.text(max_size=12), st.sampled_from(ODD))
ANY = st.recursive(
    st.one_of(WORDS, st.integers(), st.none(), st.booleans()),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
NAMED = [
    "name",
    "alias",
    "abbreviation",
    "topics",
    "keywords",
    "wikidataId",
    "opencorporatesUrl",
    "member",
    "organization",
    "holder",
    "post",
    "role",
    "startDate",
    "incorporationDate",
    "summary",
    "number",
    "type",
    "sourceUrl",
    "other",
]
PROPERTIES = st.dictionaries(st.sampled_from(NAMED), st.one_of(st.lists(WORDS, max_size=3), ANY), max_size=6)
FTM = st.fixed_dictionaries(
    {},
    optional={
        "id": st.one_of(st.sampled_from("abc"), WORDS, ANY),
        "schema": st.one_of(
            st.sampled_from(
                [
                    "Person",
                    "Organization",
                    "LegalEntity",
                    "Position",
                    "Membership",
                    "Occupancy",
                    "Identification",
                ]
            ),
            ANY,
        ),
        "properties": st.one_of(PROPERTIES, ANY),
    },
)
KNOWN = [
    "id",
    "name",
    "other_names",
    "identifiers",
    "memberships",
    "posts",
    "classification",
    "founding_date",
    "label",
    "role",
    "person_id",
    "organization_id",
    "post_id",
    "start_date",
    "note",
    "lang",
    "scheme",
    "identifier",
]
INNER = st.dictionaries(st.sampled_from(KNOWN), WORDS, max_size=3)
MEMBERS = st.dictionaries(
    st.sampled_from(KNOWN), st.one_of(WORDS, ANY, st.lists(INNER, max_size=2)), max_size=6
)
POPOLO = st.one_of(
    st.dictionaries(
        st.sampled_from(["persons", "organizations", "posts", "areas", "memberships", "events"]),
        st.one_of(st.lists(MEMBERS, max_size=3), ANY),
        max_size=4,
    ),
    MEMBERS,
    ANY,
)


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return Ontology.load([content("ontology")])


def sound(path: Path, options: Options, ontology: Ontology) -> None:
    taken = read_file(path, options)
    made = entries(taken, (), ontology, by_id=options.by_id)
    told = list(articles(taken, made, {}, "found"))
    assert taken.findings() is not None
    text = f"format: 1\n\n{made.written()}"
    nodes, findings = read_register(text.encode(), "register.yaml", ontology, "en")
    assert findings == (), text
    assert {node.key for node in nodes} == {key for listed in made.fields.values() for key in listed}
    for one in told:
        assert one.annotation.count("\n  - {id: record-") == one.claims
        assert all(f"Record {n} " in one.text for n in range(1, one.claims + 1))


FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(given_entities=st.lists(FTM, max_size=5), by_id=st.booleans())
def test_followthemoney(
    ontology: Ontology, tmp_path: Path, given_entities: list[object], by_id: bool
) -> None:
    path = tmp_path / "in.ftm.json"
    path.write_text("\n".join(map(json.dumps, given_entities)), "utf-8")
    sound(path, Options("ftm", by_id), ontology)


@FEW
@given(document=POPOLO, by_id=st.booleans())
def test_popolo(ontology: Ontology, tmp_path: Path, document: object, by_id: bool) -> None:
    path = tmp_path / "in.popolo.json"
    path.write_text(json.dumps(document), "utf-8")
    sound(path, Options("popolo", by_id), ontology)

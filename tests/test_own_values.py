"""A project's own values of the closed lists, from the annotation through the shapes into the graph."""

from __future__ import annotations

from pathlib import Path

from diaspora_kg.build import Options, build
from diaspora_kg.check import check
from diaspora_kg.names import expand
from diaspora_kg.project import Project
from diaspora_kg.store import Triples
from tests.small import article, project, write

TERMS = "https://norland.example/terms/"
OURS = {"underReview": "Status", "review": "StatusChangeKind", "rowingClub": "OrganizationKind"}
OURS |= {"doubtful": "Modality", "coxswain": "Role", "regatta": "EventKind"}
VALUES = "".join(
    f'my:{name} a skos:Concept ; skos:prefLabel "{name}"@en ; skos:inScheme dkgv:{scheme} .\n'
    for name, scheme in OURS.items()
)
VOCABULARY = f"""
@prefix dkg: <https://w3id.org/diaspora-kg/ns#> .
@prefix dkgv: <https://w3id.org/diaspora-kg/vocab/> .
@prefix my: <{TERMS}> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
{VALUES}
my:review dkg:endsStatus dkgv:registered .
my:underReview dkg:excludes dkgv:registered .
"""
TEXT = "Oars\n\nThe Oars are registered and under review since the review, and they may row.\n"
ANNOTATION = """\
format: 1
article:
  title: Oars
  language: en
  annotator: Reviewer One
  not-stated: [author, url, publisher, published]
actors:
  oars: {is: organization, kind: rowing-club, names: [{en: The Oars}]}
  norland: {is: polity, names: [{en: Norland}]}
world:
  registered: {is: legal-status, of: oars, status: registered, jurisdiction: norland,
    not-stated: [legal-basis, starts]}
  reviewed: {is: legal-status, of: oars, status: under-review, jurisdiction: norland,
    not-stated: [legal-basis, starts]}
  looking: {is: status-change, kind: review, of: oars, to: reviewed, not-stated: [authority]}
  race: {is: event, kind: regatta, label: a race, participants: [{who: oars, role: coxswain}]}
article-says:
  - {id: is-registered, says: The Oars are registered., content: registered, quote: are registered}
  - {id: is-reviewed, says: They are under review., content: [looking, reviewed], quote: under review}
  - {id: may-row, says: They may row., how: doubtful, about: oars, quote: they may row}
"""


def test_a_value_of_the_projects_own_goes_all_the_way(tmp_path: Path) -> None:
    root = project(tmp_path / "p")
    article(root, "oars", TEXT, ANNOTATION)
    unknown = [f for f in check(Project.load(root)).findings if f.code == "unknown-concept"]
    assert len(unknown) == len(OURS)

    write(root, "ontology/vocabulary/own.ttl", VOCABULARY)
    report = build(Project.load(root), Options())
    found = [(f.code, f.severity.value, f.line) for f in report.findings if f.article == "oars"]
    assert sorted(found) == [
        ("statuses-exclude-each-other", "info", 11),
        ("statuses-exclude-each-other", "info", 13),
    ]

    assert report.snapshot is not None
    store = report.snapshot.store()
    try:
        said = store.query(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }}"
            f' FILTER (STRSTARTS(STR(?o), "{TERMS}") && !STRSTARTS(STR(?s), "{TERMS}")) }}'
        )
    finally:
        store.close()
    assert isinstance(said, Triples)
    base = "https://example.org/small/id/"
    triples = {(s.value.removeprefix(base), p.value, o.value.removeprefix(TERMS)) for s, p, o in said}
    role = {triple for triple in triples if triple[0].startswith("participation/")}
    assert {(p, o) for _, p, o in role} == {(expand("dkg:role"), "coxswain")}
    assert triples - role == {
        ("claim/oars.may-row", expand("dkg:modality"), "doubtful"),
        ("event/oars.race", expand("dkg:kind"), "regatta"),
        ("legal-status/oars.reviewed", expand("dkg:status"), "underReview"),
        ("organization/oars.oars", expand("dkg:kind"), "rowingClub"),
        ("organization/oars.oars", expand("dkg:currentStatus"), "underReview"),
        ("status-change/oars.looking", expand("dkg:kind"), "review"),
    }

"""The ontology: complete, documented, consistent, and read with a message for what is wrong in it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS, URIRef
from rdflib.compare import isomorphic

from diaspora_kg.errors import UsageError
from diaspora_kg.names import CLASS_OF_KIND, PREFIXES, camel, expand, kebab
from diaspora_kg.ontology import Ontology
from tests.owl import clashes

ROOT = Path(__file__).parents[1]
ONTOLOGY = ROOT / "ontology"
FILES = [*sorted(ONTOLOGY.glob("*.ttl")), *sorted(ONTOLOGY.glob("vocabulary/*.ttl"))]
SAMPLE = Path(__file__).parent / "ontology/sample.ttl"
DKG, DKGV = PREFIXES["dkg"], PREFIXES["dkgv"]

LISTS = {
    "Attribution": "directQuote partialQuote indirectSpeech reportedAct narrated",
    "Basis": "stated inferred",
    "DateBasis": "stated boundedByPublication relativeResolved relativeUnresolved annotatorEstimate"
    " notStated",
    "Decision": "same different unsure",
    "EventKind": "rally conference forum election meeting award courtProceeding courtDecision conflict attack"
    " commemoration culturalActivity negotiation threat surveillance documentDenial pressureOnRelatives"
    " abduction killing extraditionRequest other",
    "Finality": "open final notStated",
    "Fulfilment": "notReported reportedDone reportedPartly reportedNotDone superseded",
    "Givenness": "stated presupposed inferred",
    "Illocution": "assertive evaluative normative directive commissive expressive declarative interrogative",
    "LegalForm": "association foundation charity company party religiousOrganization union stateInstitution"
    " describedAsNgo publicOrganization allRussianPublicOrganization nationalCulturalAutonomy"
    " federalNationalCulturalAutonomy regionalNationalCulturalAutonomy localNationalCulturalAutonomy",
    "Measure": "members attendance signatories participants population branches arrests casualties money"
    " votes",
    "Modality": "asserted possible predicted necessary hypothetical counterfactual",
    "NameKind": "fullName shortName acronym pressVariant formerName metonym selfDesignation",
    "OrganizationKind": "communityOrganization umbrella politicalParty religiousBody culturalBody"
    " businessAssociation studentYouthBody mediaOutlet newsAgency onlinePlatform stateBody"
    " kinStateInstitution diplomaticMission court internationalOrganization researchBody armedOrganization"
    " exileGovernment other",
    "Polarity": "affirmed negated",
    "Region": "headline body footer boilerplate",
    "RelationKind": "supports funds controls influences lobbies opposes cooperatesWith mediates represents"
    " recognizes succeeds branchOf ofCommunity operatesIn",
    "Role": "speaker signatory addressee committedParty requester participant organizer host mediator agent"
    " giver recipient candidate elected plaintiff defendant court decidingAuthority affected",
    "SourceKind": "named anonymous pseudonymous document unattributed",
    "Stance": "positive negative neutral mixed",
    "StatementKind": "interview pressRelease jointStatement openLetter appeal decree officialNotice speech"
    " socialMediaPost courtRuling leak correction retraction remark report",
    "Status": "announced established registered registrationRefused suspended banned listedUnderLaw"
    " removedFromList liquidationSought liquidationOrdered liquidatedByDecision dissolvedByOwnDecision lapsed"
    " registrationWithdrawn liquidationStageUnspecified reRegistered inExile detained charged convicted"
    " acquitted released wanted expelled entryBanned citizenshipWithdrawn",
    "StatusChangeKind": "founding registration refusal renaming split merger relocation suspension ban"
    " listing delisting liquidation dissolution reRegistration deregistration annulment arrest charge verdict"
    " release",
    "UndertakingKind": "commitment appeal demand proposal agreement policy",
}
"""Every closed list of the model, as it was agreed."""

ANNOTATION_ONLY = {"dkg:from", "dkg:to"}
"""Slots of an annotation that never reach the graph: a status change's ``from`` and ``to``."""


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return Ontology.load([ONTOLOGY])


@pytest.fixture(scope="module")
def graph() -> rdflib.Graph:
    whole = rdflib.Graph()
    for path in FILES:
        whole.parse(path)
    return whole


def own_terms(graph: rdflib.Graph) -> set[str]:
    """Every IRI of our two namespaces that the ontology's files use anywhere."""
    nodes = {str(node) for triple in graph for node in triple if isinstance(node, URIRef)}
    return {iri for iri in nodes if iri.startswith((DKG, DKGV)) and iri not in {DKG, DKGV}}


def used_terms() -> Iterator[tuple[str, str]]:
    """Every CURIE of our two namespaces in shapes, rules, queries and the program, with its file."""
    files = [
        *ONTOLOGY.glob("shapes/*.ttl"),
        *ONTOLOGY.glob("derive/**/*.rq"),
        *ROOT.glob("queries/**/*.rq"),
        *ROOT.glob("ingest/*.py"),
        *ROOT.glob("diaspora_kg/**/*.py"),
    ]
    for path in files:
        for curie in re.findall(r"(?<![\w:/.-])(dkgv?:[A-Za-z]\w*)", path.read_text("utf-8")):
            if curie not in ANNOTATION_ONLY:
                yield curie, path.relative_to(ROOT).as_posix()


# Complete and documented


@pytest.mark.parametrize("scheme", LISTS)
def test_each_closed_list_holds_the_agreed_values_and_no_other(ontology: Ontology, scheme: str) -> None:
    assert set(ontology.values(scheme)) == {kebab(name) for name in LISTS[scheme].split()}


def test_there_is_no_other_list(ontology: Ontology) -> None:
    assert ontology.schemes == tuple(sorted(LISTS))


def test_a_value_of_several_lists_is_one_concept(ontology: Ontology) -> None:
    for name in {name for names in LISTS.values() for name in names.split()}:
        expected = tuple(sorted(scheme for scheme, names in LISTS.items() if name in names.split()))
        assert ontology.schemes_of(name) == expected, name


def test_each_list_is_the_list_of_a_property(graph: rdflib.Graph) -> None:
    for scheme in LISTS:
        pointing = set(graph.subjects(RDFS.seeAlso, URIRef(DKGV + scheme)))
        named = set(graph.objects(URIRef(DKGV + scheme), RDFS.seeAlso))
        assert len(named) == 1, scheme
        assert named <= pointing, scheme


@pytest.mark.parametrize(
    ("narrow", "broad"),
    [
        ("allRussianPublicOrganization", "publicOrganization"),
        ("federalNationalCulturalAutonomy", "nationalCulturalAutonomy"),
        ("regionalNationalCulturalAutonomy", "nationalCulturalAutonomy"),
        ("localNationalCulturalAutonomy", "nationalCulturalAutonomy"),
    ],
)
def test_a_narrower_legal_form_knows_its_broader_one(ontology: Ontology, narrow: str, broad: str) -> None:
    assert ontology.ancestors(DKGV + narrow) == {DKGV + narrow, DKGV + broad}


def test_each_term_of_the_ontology_has_label_definition_and_example(
    graph: rdflib.Graph, ontology: Ontology
) -> None:
    documented = own_terms(graph) | {iri for iri in ontology.terms if "#" in iri or "/terms/" in iri}
    for iri in sorted(documented):
        term = ontology.terms.get(iri)
        assert term is not None, f"{iri} is used and not defined"
        assert term.label, iri
        assert term.definition, iri
        assert term.example, iri


def test_each_class_and_property_says_where_it_is_defined(graph: rdflib.Graph) -> None:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)
    for term in {term for kind in kinds for term in graph.subjects(RDF.type, kind)}:
        (home,) = graph.objects(term, RDFS.isDefinedBy)
        assert str(term).startswith(str(home)), term


def test_each_term_that_shapes_rules_queries_and_program_use_is_defined(ontology: Ontology) -> None:
    unknown = {(curie, file) for curie, file in used_terms() if expand(curie) not in ontology.terms}
    assert not unknown


def test_each_kind_of_node_has_a_class_with_a_definition(ontology: Ontology) -> None:
    for curie in CLASS_OF_KIND.values():
        assert ontology.definition(expand(curie)), curie


def test_definitions_are_sentences_in_plain_type(ontology: Ontology) -> None:
    for term in ontology.terms.values():
        assert term.definition.endswith((".", "")), term.iri
        assert "\u2014" not in term.definition + term.example, term.iri


def test_labels_are_unique_within_a_list_and_among_classes(ontology: Ontology) -> None:
    for scheme in LISTS:
        labels = [ontology.label(DKGV + camel(value)) for value in ontology.values(scheme)]
        assert len(set(labels)) == len(labels), scheme
    labels = [term.label for term in ontology.terms.values() if str(OWL.Class) in term.types]
    assert len(set(labels)) == len(labels)


def test_no_file_has_a_node_without_a_name() -> None:
    for path in FILES:
        for quad in pyoxigraph.parse(path=path):
            assert not isinstance(quad.subject, pyoxigraph.BlankNode), path
            assert not isinstance(quad.object, pyoxigraph.BlankNode), path


def test_statuses_exclude_each_other_both_ways(graph: rdflib.Graph, ontology: Ontology) -> None:
    pairs = set(graph.subject_objects(URIRef(DKG + "excludes")))
    assert len(pairs) > 20
    for one, other in pairs:
        assert one != other
        assert (other, one) in pairs
        assert ontology.terms[str(one)].lists == ontology.terms[str(other)].lists == ("Status",)


@pytest.mark.parametrize(
    ("prop", "lists"), [("endsStatus", ("StatusChangeKind",)), ("supersedes", ("Status",))]
)
def test_what_ends_a_status_is_of_its_list(
    graph: rdflib.Graph, ontology: Ontology, prop: str, lists: tuple[str, ...]
) -> None:
    pairs = set(graph.subject_objects(URIRef(DKG + prop)))
    assert len(pairs) > 20
    for ending, status in pairs:
        assert (status, ending) not in pairs
        assert ontology.terms[str(ending)].lists == lists
        assert ontology.terms[str(status)].lists == ("Status",)


def test_a_stage_that_is_not_stated_excludes_nothing(graph: rdflib.Graph) -> None:
    unspecified = URIRef(DKGV + "liquidationStageUnspecified")
    assert not list(graph.objects(unspecified, URIRef(DKG + "excludes")))


# Consistent under OWL 2 RL


def test_the_ontology_and_a_whole_claim_graph_are_consistent(graph: rdflib.Graph) -> None:
    assert clashes(graph + rdflib.Graph().parse(SAMPLE)) == []


def test_the_sample_uses_each_property_of_our_own(graph: rdflib.Graph) -> None:
    used = set(rdflib.Graph().parse(SAMPLE).predicates())
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, RDF.Property)
    ours = {p for kind in kinds for p in graph.subjects(RDF.type, kind) if str(p).startswith(DKG)}
    not_of_articles = {"endsStatus", "excludes", "supersedes", "saidToBeHolderOf", "saidToBeOfStatus"}
    only_unknown = {"ledBy"}
    assert ours - used == {URIRef(DKG + name) for name in not_of_articles | only_unknown}


@pytest.mark.parametrize(
    "fault",
    [
        "n:house a foaf:Person .",
        "n:claim a dkg:Event .",
        "n:house dkg:textHash '00' .",
        "n:speaker dkg:actor n:spokesperson . n:spokesperson a foaf:Person .",
        "n:registered dkg:endedWith n:interview .",
        "n:orvel dkg:evidence n:claim .",
    ],
)
def test_a_planted_clash_is_found(graph: rdflib.Graph, fault: str) -> None:
    prefixes = f"@prefix n: <https://norland.example/id/> . @prefix foaf: <{PREFIXES['foaf']}> ."
    planted = rdflib.Graph().parse(SAMPLE)
    planted.parse(data=f"{prefixes} @prefix dkg: <{DKG}> . {fault}", format="turtle")
    assert clashes(graph + planted)


# The JSON-LD context

json_ld = pytest.mark.filterwarnings("ignore:(ConjunctiveGraph|Dataset.default_context) is deprecated")
"""rdflib 7.6 reads JSON-LD through a class of its own that it calls deprecated."""


@pytest.fixture(scope="module")
def context() -> dict[str, object]:
    loaded: dict[str, object] = json.loads((ONTOLOGY / "context.jsonld").read_text("utf-8"))["@context"]
    return loaded


@json_ld
def test_a_claim_graph_survives_the_trip_through_json_ld(context: dict[str, object]) -> None:
    sample = rdflib.Graph().parse(SAMPLE)
    written = sample.serialize(format="json-ld", context=context, auto_compact=False)
    assert isomorphic(rdflib.Graph().parse(data=written, format="json-ld"), sample)
    assert '"expressedIn": "https://norland.example/id/interview"' in written


@json_ld
def test_a_claim_can_be_written_with_short_names(context: dict[str, object]) -> None:
    claim = {
        "@context": context,
        "id": "https://norland.example/id/claim",
        "type": "Claim",
        "expressedIn": "https://norland.example/id/interview",
        "attribution": "direct-quote",
        "givenness": "presupposed",
        "reading": ["commissive", "reportedAct"],
        "gloss": {"en": "The House has been banned."},
        "unknown": ["legalBasis", "org:heldBy"],
        "responds-to": "https://norland.example/id/other",
    }
    written = f"""@prefix dkg: <{DKG}> . @prefix dkgv: <{DKGV}> . @prefix org: <{PREFIXES["org"]}> .
        @prefix n: <https://norland.example/id/> .
        n:claim a dkg:Claim ; dkg:expressedIn n:interview ; dkg:attribution dkgv:directQuote ;
            dkg:givenness dkgv:presupposed ; dkg:reading dkgv:commissive, dkgv:reportedAct ;
            dkg:gloss "The House has been banned."@en ; dkg:unknown dkg:legalBasis, org:heldBy ;
            dkg:respondsTo n:other ."""
    read = rdflib.Graph().parse(data=json.dumps(claim), format="json-ld")
    assert isomorphic(read, rdflib.Graph().parse(data=written, format="turtle"))


def test_the_context_names_each_class_and_property_and_prefix(
    context: dict[str, object], graph: rdflib.Graph
) -> None:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)
    expanded = {
        expand(curie)
        for value in context.values()
        if isinstance(curie := value["@id"] if isinstance(value, dict) else value, str)
        and not curie.startswith(("http", "@"))
    }
    assert expanded == {str(term) for kind in kinds for term in graph.subjects(RDF.type, kind)}
    assert {prefix: context.get(prefix) for prefix in PREFIXES} == PREFIXES


@json_ld
def test_the_context_writes_the_values_of_each_list_in_either_case(
    context: dict[str, object], graph: rdflib.Graph
) -> None:
    for scheme, names in LISTS.items():
        (prop,) = graph.objects(URIRef(DKGV + scheme), RDFS.seeAlso)
        local = str(prop).removeprefix(DKG)
        for name in names.split():
            for form in (name, kebab(name)):
                document = {"@context": context, "id": "urn:x", local: form}
                (value,) = rdflib.Graph().parse(data=json.dumps(document), format="json-ld").objects()
                assert str(value) == DKGV + name


# Reading it


def test_a_value_is_found_as_it_is_written(ontology: Ontology) -> None:
    assert ontology.concept("Attribution", "direct-quote") == "directQuote"
    assert ontology.concept("Attribution", "directQuote") is None
    assert ontology.concept("Givenness", "direct-quote") is None
    assert ontology.concept("NoSuchList", "direct-quote") is None
    assert ontology.values("NoSuchList") == ()
    assert ontology.schemes_of("noSuchValue") == ()


def test_the_nearest_value_is_suggested(ontology: Ontology) -> None:
    assert ontology.nearest("Attribution", "directQuote") == "direct-quote"
    assert ontology.nearest("Status", "liquidated_by_decison") == "liquidated-by-decision"
    assert ontology.nearest("Polarity", "zzz") is None


def test_labels_and_definitions_are_given_by_iri(ontology: Ontology) -> None:
    assert ontology.label(DKGV + "describedAsNgo") == "called an NGO, form not stated"
    assert ontology.definition(DKG + "Claim").startswith("One proposition as put by one source")
    assert (
        ontology.label("https://norland.example/x") == ontology.definition("https://norland.example/x") == ""
    )


def test_subclasses_are_followed_to_the_top(ontology: Ontology) -> None:
    assert expand("dkg:Event") in ontology.ancestors(expand("dkg:Statement"))
    assert expand("dkg:Situation") in ontology.ancestors(expand("org:Membership"))
    assert expand("foaf:Agent") in ontology.ancestors(expand("dkg:Official"))


def test_the_vocabulary_graph_holds_every_triple_once_and_sorted(
    ontology: Ontology, graph: rdflib.Graph
) -> None:
    name = "https://norland.example/graph/vocabulary"
    lines = ontology.quads(name)
    assert list(lines) == sorted(set(lines))
    assert all(line.endswith(f" <{name}> .") for line in lines)
    read = list(pyoxigraph.parse("\n".join(lines), format=pyoxigraph.RdfFormat.N_QUADS))
    triples = "".join(f"{quad.triple} .\n" for quad in read)
    assert set(rdflib.Graph().parse(data=triples, format="nt")) == set(graph)


def test_the_slim_lines_know_subclasses_and_lists_and_no_words(ontology: Ontology) -> None:
    assert list(ontology.slim()) == sorted(set(ontology.slim()))
    slim = rdflib.Graph().parse(data="\n".join(ontology.slim()), format="nt")
    assert set(slim.predicates()) == {RDFS.subClassOf, RDF.type, SKOS.inScheme}
    assert set(slim.objects(None, RDF.type)) == {SKOS.Concept}
    assert (URIRef(DKGV + "stated"), SKOS.inScheme, URIRef(DKGV + "DateBasis")) in slim
    assert (URIRef(expand("dkg:Statement")), RDFS.subClassOf, URIRef(expand("dkg:Event"))) in slim


def test_reading_the_ontology_and_asking_a_question_need_no_rdflib() -> None:
    """It takes a tenth of a second to import, which whoever asks a question would wait for."""
    modules = sorted(f"diaspora_kg.queries.{path.stem}" for path in ROOT.glob("diaspora_kg/queries/[!_]*.py"))
    program = f"import sys, diaspora_kg.ontology, {', '.join(modules)}; print('rdflib' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_version_and_licence_are_stated(ontology: Ontology, graph: rdflib.Graph) -> None:
    assert ontology.version == "https://w3id.org/diaspora-kg/ns/0.1.0"
    licence = URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert graph.value(URIRef("https://w3id.org/diaspora-kg/ns"), URIRef(expand("dct:license"))) == licence


# A project's own additions

OWN = """
@prefix dkgv: <https://w3id.org/diaspora-kg/vocab/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix my: <https://norland.example/terms/> .
my:rowingClub a skos:Concept ; skos:inScheme dkgv:OrganizationKind ; skos:prefLabel "rowing club"@en .
"""


def test_the_hash_depends_on_the_triples_alone(ontology: Ontology, tmp_path: Path) -> None:
    merged = tmp_path / "merged"
    merged.mkdir()
    whole = rdflib.Graph()
    for path in reversed(FILES):
        whole.parse(path)
    whole.serialize(merged / "all.ttl", format="turtle")
    assert Ontology.load([merged]).sha256 == ontology.sha256
    (merged / "own.ttl").write_text(OWN)
    assert Ontology.load([merged]).sha256 != ontology.sha256


def test_a_project_adds_a_value_in_turtle(tmp_path: Path) -> None:
    (tmp_path / "vocabulary").mkdir()
    (tmp_path / "vocabulary/own.ttl").write_text(OWN)
    loaded = Ontology.load([ONTOLOGY, tmp_path, tmp_path / "not-there"])
    name = loaded.concept("OrganizationKind", "rowing-club")
    assert name == "https://norland.example/terms/rowingClub"
    assert loaded.concept_iri(name) == name
    assert loaded.concept_iri("court") == DKGV + "court"
    assert loaded.label(name) == "rowing club"
    assert loaded.schemes_of(name) == ("OrganizationKind",)


@pytest.mark.parametrize(
    ("turtle", "line", "message"),
    [
        ("@prefix a: <urn:a:> .\n\na:b a:c\n.", 4, "this is not Turtle"),
        ("a:b a:c a:d .", 1, "has not been declared"),
        ("@prefix a: <urn:a:> .\n\na:b a:c [ a:d a:e ] .", 3, "a node without a name"),
        (OWN.replace("skos:inScheme dkgv:OrganizationKind ; ", ""), 5, "is in no list"),
        (OWN.replace(' ; skos:prefLabel "rowing club"@en', ""), 5, "has no English label"),
        (OWN.replace('"@en', '"@hy'), 5, "has no English label"),
        (OWN.replace("OrganizationKind", "Kinds"), 5, "in a list that nobody defines"),
        (OWN.replace("rowingClub", "umbrella"), 5, "has the name of another value of OrganizationKind"),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path: Path, turtle: str, line: int, message: str) -> None:
    path = tmp_path / "own.ttl"
    path.write_text(turtle, "utf-8")
    with pytest.raises(UsageError, match=message) as caught:
        Ontology.load([ONTOLOGY, tmp_path])
    assert str(caught.value).startswith(f"{path}:{line}: ")


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.ttl").write_bytes(b'<urn:a> <urn:b> "\xff" .\n')
    with pytest.raises(UsageError, match=r"own\.ttl:1: this is not Turtle"):
        Ontology.load([ONTOLOGY, tmp_path])


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.ttl").mkdir()
    with pytest.raises(UsageError, match=r"own\.ttl: cannot be read"):
        Ontology.load([ONTOLOGY, tmp_path])


def test_an_ontology_without_a_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="0 version IRIs"):
        Ontology.load([tmp_path])

"""Each derivation rule on a few triples: what it makes, and what it must not make."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Dataset

from diaspora_kg.content import content
from diaspora_kg.errors import UsageError
from diaspora_kg.names import expand
from diaspora_kg.ontology import Ontology
from diaspora_kg.shapes import Rule, read_rules
from diaspora_kg.store import EmbeddedStore, Solutions, Triples
from diaspora_kg.terms import IRI, Literal

ID = "https://example.org/id/"
ONTOLOGY = Ontology.load([content("ontology")])
RULES = {rule.name: rule for rule in read_rules(content("ontology", "derive").glob("*.rq"))}
HEAD = f"""
@base <{ID}> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dkg: <https://w3id.org/diaspora-kg/ns#> .
@prefix dkgv: <https://w3id.org/diaspora-kg/vocab/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SLOTS = {
    "illocution": "assertive",
    "modality": "asserted",
    "givenness": "stated",
    "polarity": "affirmed",
}


def claim(key: str, about: str, *more: str, speaker: str = "", **slots: str) -> str:
    """A claim; it is the article's own unless somebody speaks."""
    values = " ; ".join(f"dkg:{slot} dkgv:{value}" for slot, value in {**SLOTS, **slots}.items() if value)
    said = (
        f"dkg:claimant <{speaker}> ; dkg:expressedIn <interview>" if speaker else "dkg:expressedIn <article>"
    )
    content = f"dkg:content <{about}>" if about else ""
    parts = " ; ".join(part for part in (values, said, content, *more) if part)
    return f"<{key}> a dkg:Claim ; dkg:reportedIn <article> ; {parts} ."


ARTICLE = '<article> a dkg:Article ; dkg:textHash "5f2b" .'


def store_of(*trig: str, ontology: Ontology = ONTOLOGY) -> EmbeddedStore:
    """What a rule sees: the vocabulary, and some graphs."""
    store = EmbeddedStore()
    store.load(ontology.quads(f"{ID}graph/vocabulary"))
    for one in trig:
        store.load(f"{quad} ." for quad in parse(one, format=RdfFormat.TRIG))
    return store


def derived(name: str, *graphs: str, ontology: Ontology = ONTOLOGY) -> set[tuple[str, str, str]]:
    """What a rule makes of some article graphs, IRIs by their last part."""
    articles = enumerate(f"{ARTICLE} {body}" for body in graphs)
    trig = [f"{HEAD} <{ID}graph/article/{number}> {{ {body} }}" for number, body in articles]
    store = store_of(*trig, ontology=ontology)
    answer = store.query(RULES[name].sparql)
    assert isinstance(answer, Triples)
    return {(_short(s), _short(p), _short(o)) for s, p, o in answer}


def _short(term: IRI | Literal) -> str:
    if isinstance(term, Literal):
        return f"{term.value}@{term.language}"
    return term.value.removeprefix(ID).rsplit("#", 1)[-1].rsplit("/", 1)[-1]


MEMBER = "<m> a org:Membership ; org:member <orvel> ; org:organization <house> ."
POST = "<m> a org:Membership ; org:member <orvel> ; org:organization <house> ; dkg:post <chair> ."
STATUS = "<l> a dkg:LegalStatus ; dkg:subject <house> ; dkg:status dkgv:registered ."
DESCRIBED = {
    "member-of": (MEMBER, "m", ("orvel", "memberOf", "house")),
    "said-to-be-member-of": (MEMBER, "m", ("orvel", "saidToBeMemberOf", "house")),
    "holds": (POST, "m", ("orvel", "holds", "chair")),
    "official": (POST + "<orvel> a foaf:Person .", "m", ("orvel", "type", "Official")),
    "said-to-be-holder-of": (POST, "m", ("orvel", "saidToBeHolderOf", "chair")),
    "current-status": (STATUS, "l", ("house", "currentStatus", "registered")),
    "said-to-be-of-status": (STATUS, "l", ("house", "saidToBeOfStatus", "registered")),
}
PLAIN = [name for name in DESCRIBED if not name.startswith("said")]
SAID = [name for name in DESCRIBED if name.startswith("said")]


@pytest.mark.parametrize("name", PLAIN)
def test_the_articles_own_claim_gives_the_plain_shortcut(name: str) -> None:
    world, key, triple = DESCRIBED[name]
    assert derived(name, world + claim("c", key)) == {triple}


@pytest.mark.parametrize("name", SAID)
def test_a_speakers_claim_gives_the_said_shortcut(name: str) -> None:
    world, key, triple = DESCRIBED[name]
    assert derived(name, world + claim("c", key, speaker="brand")) == {triple}


@pytest.mark.parametrize("name", PLAIN)
def test_a_speakers_claim_never_gives_the_plain_shortcut(name: str) -> None:
    world, key, _ = DESCRIBED[name]
    assert derived(name, world + claim("c", key, speaker="brand")) == set()


@pytest.mark.parametrize("name", SAID)
def test_what_one_article_says_itself_is_not_only_said(name: str) -> None:
    world, key, _ = DESCRIBED[name]
    assert derived(name, world + claim("c1", key, speaker="brand"), world + claim("c2", key)) == set()


@pytest.mark.parametrize("name", SAID)
def test_what_the_article_took_back_is_only_said(name: str) -> None:
    world, key, triple = DESCRIBED[name]
    own = claim("c1", key) + claim("c3", "", "dkg:retracts <c1>")
    assert derived(name, world + own + claim("c2", key, speaker="brand")) == {triple}


@pytest.mark.parametrize(
    "slots",
    [
        {"illocution": "evaluative"},
        {"illocution": "commissive"},
        {"modality": "possible"},
        {"modality": "predicted"},
        {"modality": "necessary"},
        {"modality": "hypothetical"},
        {"modality": "counterfactual"},
        {"givenness": "presupposed"},
        {"givenness": "inferred"},
        {"polarity": "negated"},
        {"polarity": ""},
    ],
)
@pytest.mark.parametrize("name", DESCRIBED)
def test_a_claim_that_is_not_plain_gives_nothing(name: str, slots: dict[str, str]) -> None:
    world, key, _ = DESCRIBED[name]
    assert derived(name, world + claim("c", key, speaker="brand" if name in SAID else "", **slots)) == set()


@pytest.mark.parametrize(
    "against",
    [
        claim("d", "@", polarity="negated", speaker="kesten"),
        claim("d", "@", polarity="negated", givenness="presupposed", modality="possible"),
        claim("d", "", "dkg:respondsTo <c>", polarity="negated", speaker="kesten"),
        claim("d", "", "dkg:retracts <c>"),
        claim("d", "", "dkg:retracts <article>"),
        "<c> dkg:condition <if> .",
    ],
    ids=["negates", "negates-in-passing", "denies", "retracts", "retracts-article", "condition"],
)
@pytest.mark.parametrize("name", DESCRIBED)
def test_a_claim_that_is_negated_or_taken_back_gives_nothing(name: str, against: str) -> None:
    world, key, _ = DESCRIBED[name]
    own = claim("c", key, speaker="brand" if name in SAID else "")
    assert derived(name, world + own, against.replace("@", key)) == set()


@pytest.mark.parametrize("name", DESCRIBED)
def test_a_negation_counts_though_it_is_of_another_articles_record(name: str) -> None:
    world, key, _ = DESCRIBED[name]
    own = claim("c", key, speaker="brand" if name in SAID else "")
    other = world.replace(f"<{key}>", "<other>") + claim("d", "other", polarity="negated", speaker="kesten")
    assert derived(name, world + own, other) == set()


def test_to_deny_an_office_is_not_to_deny_a_membership() -> None:
    denial = POST.replace("<m>", "<other>") + claim("d", "other", polarity="negated")
    assert derived("member-of", MEMBER + claim("c", "m"), denial) == {("orvel", "memberOf", "house")}


@pytest.mark.parametrize("name", ["member-of", "holds", "official"])
def test_what_has_ended_is_no_membership(name: str) -> None:
    world, key, _ = DESCRIBED[name]
    assert derived(name, world + claim("c", key) + "<m> dkg:ends <when> .") == set()


LIQUIDATION = """
<s> a dkg:StatusChange ; dkg:kind dkgv:liquidation ; dkg:subject <house> .
<l2> a dkg:LegalStatus ; dkg:subject <house> ; dkg:beganWith <s> ;
    dkg:status dkgv:liquidationStageUnspecified .
"""


@pytest.mark.parametrize("name", RULES)
def test_a_liquidation_that_a_speaker_takes_for_granted_leaves_no_status_of_any_sort(name: str) -> None:
    """As in the first of the two real articles: said to be founded, presupposed to be liquidated."""
    article = (
        STATUS
        + LIQUIDATION
        + "<l> dkg:endedWith <s> ."
        + claim("c0", "s", "dkg:content <l2>", speaker="orvel", givenness="presupposed")
        + claim("c6", "l", speaker="orvel")
    )
    assert derived(name, article) == set()


@pytest.mark.parametrize(("name", "speaker"), [("current-status", ""), ("said-to-be-of-status", "orvel")])
@pytest.mark.parametrize(
    ("ending", "left"),
    [
        (claim("e", "s", givenness="presupposed", speaker="kesten"), False),
        (claim("e", "s", modality="possible", speaker="kesten"), True),
        (claim("e", "s", modality="predicted", speaker="kesten"), True),
        (claim("e", "s", polarity="negated", speaker="kesten"), True),
        (claim("e", "s", illocution="directive", speaker="kesten"), True),
        (claim("e", "s", speaker="kesten") + "<e> dkg:condition <if> .", True),
        (claim("e", "s", speaker="kesten") + claim("r", "", "dkg:retracts <e>"), True),
        (claim("e", "l2", speaker="kesten"), False),
        ("<s> dkg:jurisdiction <vesmark> . <l2> dkg:jurisdiction <vesmark> ." + claim("e", "s"), True),
        ('<s> dkg:when [ dkg:notAfter "2001-05-01"^^xsd:date ] .' + claim("e", "s"), True),
    ],
    ids=[
        "presupposed",
        "possible",
        "predicted",
        "denied",
        "asked-for",
        "on-condition",
        "retracted",
        "status",
        "abroad",
        "before",
    ],
)
def test_a_status_that_another_article_says_has_ended(
    name: str, speaker: str, ending: str, left: bool
) -> None:
    mine = STATUS + claim("c", "l", speaker=speaker)
    mine += '<l> dkg:jurisdiction <norland> ; dkg:starts [ dkg:notBefore "2005-01-01"^^xsd:date ] .'
    statuses = {status for _, _, status in derived(name, mine, LIQUIDATION + ending)}
    assert ("registered" in statuses) is left


def test_a_status_that_has_an_end_is_not_current() -> None:
    assert derived("current-status", STATUS + "<l> dkg:ends <when> ." + claim("c", "l")) == set()


def test_an_annulled_status_is_not_current() -> None:
    annulled = "<l> dkg:beganWith <s1> . <s2> dkg:reverses <s1> ." + claim("d", "s2", givenness="presupposed")
    assert derived("current-status", STATUS + claim("c", "l"), annulled) == set()


def test_a_liquidated_organization_is_liquidated() -> None:
    world = LIQUIDATION.replace("liquidationStageUnspecified", "liquidatedByDecision")
    assert derived("current-status", world + claim("c", "s", "dkg:content <l2>")) == {
        ("house", "currentStatus", "liquidatedByDecision")
    }


@pytest.mark.parametrize(
    ("name", "speaker", "shortcut"),
    [("current-status", "", "currentStatus"), ("said-to-be-of-status", "brand", "saidToBeOfStatus")],
)
@pytest.mark.parametrize(
    ("ending", "link"),
    [
        ("<s> a dkg:StatusChange ; dkg:kind dkgv:outlawing ; dkg:subject <house> .", "endsStatus"),
        ("<s> a dkg:LegalStatus ; dkg:status dkgv:outlawing ; dkg:subject <house> .", "supersedes"),
    ],
    ids=["change", "status"],
)
def test_a_project_says_what_ends_a_status(
    name: str, speaker: str, shortcut: str, ending: str, link: str, tmp_path: Path
) -> None:
    (tmp_path / "own.ttl").write_text(
        f"{HEAD} @prefix skos: <http://www.w3.org/2004/02/skos/core#> ."
        "dkgv:outlawing a skos:Concept ; skos:inScheme dkgv:StatusChangeKind, dkgv:Status ;"
        f'skos:prefLabel "outlawing"@en ; dkg:{link} dkgv:registered .'
    )
    own = Ontology.load([content("ontology"), tmp_path])
    articles = STATUS + claim("c", "l", speaker=speaker), ending + claim("d", "s", givenness="presupposed")
    assert derived(name, *articles) == {("house", shortcut, "registered")}
    assert derived(name, *articles, ontology=own) == set()


def test_sources_that_differ_stand_side_by_side() -> None:
    listed = STATUS.replace("<l>", "<l2>").replace("registered", "listedUnderLaw")
    assert derived("current-status", STATUS + claim("c", "l"), listed + claim("d", "l2")) == {
        ("house", "currentStatus", "registered"),
        ("house", "currentStatus", "listedUnderLaw"),
    }


SIGNED = """
<letter> a dkg:Statement ; dkg:reportedIn <article> ; dkg:participation <p> , <q> .
<p> dkg:role dkgv:signatory ; dkg:actor <orvel> ; dkg:onBehalfOf <house> ; dkg:basis dkgv:stated .
<q> dkg:role dkgv:addressee ; dkg:actor <brand> ; dkg:onBehalfOf <league> ; dkg:basis dkgv:stated .
"""
SIGNING = {"signed": ("orvel", "signed", "letter"), "spoke-for": ("orvel", "spokeFor", "house")}


@pytest.mark.parametrize("name", SIGNING)
@pytest.mark.parametrize(
    ("more", "there"),
    [
        ("", True),
        (claim("c", "letter"), True),
        (claim("c", "letter", polarity="negated", speaker="brand"), False),
        (claim("c", "letter", modality="predicted"), False),
        ("<x> dkg:retracts <article> .", False),
    ],
    ids=["reported", "claimed", "denied", "predicted", "retracted"],
)
def test_who_signed_for_whom(name: str, more: str, there: bool) -> None:
    assert derived(name, SIGNED + more) == ({SIGNING[name]} if there else set())


def test_that_somebody_spoke_for_another_is_derived_only_if_the_source_says_so() -> None:
    assert derived("spoke-for", SIGNED.replace("dkgv:stated", "dkgv:inferred")) == set()


def test_mentioned_in() -> None:
    mention = "<x> a dkg:Mention ; dkg:inArticle <article> ; dkg:refersTo <house> . <y> a dkg:Mention ."
    assert derived("mentioned-in", mention) == {("house", "mentionedIn", "article")}


def name_of(key: str, form: str, kind: str = "fullName") -> str:
    return f"<house> dkg:name <{key}> . <{key}> skosxl:literalForm {form} ; dkg:kind dkgv:{kind} ."


def test_a_label_for_each_language_the_full_name_first() -> None:
    names = (
        name_of("n1", '"HoT"@en', "acronym")
        + name_of("n2", '"House of Tarvia"@en')
        + name_of("n3", '"Tarvian House"@en')
        + name_of("n4", '"Тарвия"@ru', "metonym")
        + name_of("n5", '"Дом"@ru', "shortName")
    )
    assert derived("label", names) == {
        ("house", "label", "House of Tarvia@en"),
        ("house", "label", "Дом@ru"),
    }


def test_a_label_that_an_article_writes_stays_alone() -> None:
    labelled = name_of("n1", '"House of Tarvia"@en') + '<house> rdfs:label "the House"@en .'
    assert derived("label", labelled) == set()


def test_a_derived_label_is_no_reason_against_itself() -> None:
    body = name_of("n1", '"House of Tarvia"@en')
    trig = f'{HEAD} <{ID}g> {{ {body} }} <{ID}graph/derived> {{ <house> rdfs:label "House of Tarvia"@en }}'
    answer = store_of(trig).query(RULES["label"].sparql)
    assert isinstance(answer, Triples)
    assert len(answer) == 1


PROMISE = "<u> a dkg:Undertaking ; dkg:kind dkgv:commitment ."


@pytest.mark.parametrize(
    ("more", "there"),
    [
        (claim("c", "u", illocution="commissive", speaker="orvel"), True),
        (claim("c", "u", illocution="commissive", polarity="negated"), False),
        (claim("c", "u", modality="hypothetical"), False),
        (claim("c", "u") + claim("d", "u", "dkg:fulfilment dkgv:reportedNotDone"), False),
        ("", False),
    ],
    ids=["promised", "not-promised", "if", "reported", "unclaimed"],
)
def test_fulfilment_not_reported(more: str, there: bool) -> None:
    expected = {("u", "fulfilment", "notReported")} if there else set()
    assert derived("fulfilment-not-reported", PROMISE + more) == expected


def test_every_property_that_a_rule_makes_is_in_the_ontology() -> None:
    terms = ONTOLOGY.terms
    outside = {expand("rdfs:label"), expand("rdf:type")}
    for rule in RULES.values():
        head = rule.sparql.partition("CONSTRUCT")[2].partition("WHERE")[0]
        made = {expand(word) for word in head.split() if word.startswith(("dkg:", "org:"))}
        assert made <= terms.keys() | outside, rule.name


def test_rules_have_names_and_words() -> None:
    assert [rule.name for rule in RULES.values()] == sorted(RULES)
    assert all(rule.summary and rule.description.endswith(".") for rule in RULES.values())


def a_world() -> str:
    """Something for every rule to find."""
    said = (
        "<w> a org:Membership ; org:member <kesten> ; org:organization <house> ; dkg:post <aide> ."
        "<k> a dkg:LegalStatus ; dkg:subject <league> ; dkg:status dkgv:banned ."
        + claim("c4", "w", speaker="brand")
        + claim("c5", "k", speaker="brand")
    )
    named = name_of("n1", '"House of Tarvia"@en') + "<orvel> a foaf:Person ."
    mention = "<x> a dkg:Mention ; dkg:inArticle <article> ; dkg:refersTo <house> ."
    own = claim("c1", "m") + claim("c2", "l") + claim("c3", "u")
    return f"{HEAD} <{ID}g> {{ {ARTICLE} {POST} {STATUS} {SIGNED} {PROMISE} {own} {said} {named} {mention} }}"


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_gives_the_same_when_its_focus_is_bound(rule: Rule) -> None:
    """What an incremental build relies on: one node's triples are those that have it as subject."""
    store = store_of(a_world())
    whole = store.query(rule.sparql)
    nodes = store.query(
        f"SELECT DISTINCT ?s {{ GRAPH <{ID}g> {{ {{ ?s ?p ?o }} UNION {{ ?q ?r ?s FILTER(isIRI(?s)) }} }} }}"
    )
    assert isinstance(whole, Triples)
    assert isinstance(nodes, Solutions)
    assert len(whole) > 0
    parts = set()
    for row in nodes:
        bound = rule.sparql.replace("WHERE {", f"WHERE {{ VALUES ?focus {{ <{row['s'].value}> }} ", 1)
        part = store.query(bound)
        assert isinstance(part, Triples)
        parts |= set(part)
    assert parts == set(whole)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_two_engines_agree(rule: Rule) -> None:
    store = store_of(a_world())
    ours = store.query(rule.sparql)
    assert isinstance(ours, Triples)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # within rdflib
        theirs = Dataset().parse(data=a_world(), format="trig")
        theirs.parse(data="\n".join(ONTOLOGY.quads(f"{ID}graph/vocabulary")), format="nquads")
        made = theirs.query(rule.sparql).graph
    assert made is not None
    assert {(s.value, p.value, o.value) for s, p, o in ours} == {tuple(map(str, t)) for t in made}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("#+ summary: a\n#+ description: b\nSELECT ?focus {}", "no CONSTRUCT"),
        ("#+ summary: a\nCONSTRUCT { ?focus <urn:p> 1 } WHERE {}", "description"),
        ("#+ summary: [\nCONSTRUCT { ?focus <urn:p> 1 } WHERE {}", "cannot be used"),
        ("#+ summary: a\n#+ description: b\nCONSTRUCT { ?x <urn:p> ?focus } WHERE {}", r"\?focus"),
        ("#+ summary: a\n#+ description: b\nCONSTRUCT { ?focus <urn:p> 1 } WHERE {", "cannot be used"),
        (
            "#+ summary: a\n#+ description: b\n"
            "CONSTRUCT { ?focus <urn:p> 1 } WHERE { SERVICE <https://example.org/> { ?focus ?p ?o } }",
            "SERVICE",
        ),
        ("#+ summary: a\n#+ description: b\nINSERT DATA { <urn:s> <urn:p> 1 }", "cannot be used"),
    ],
)
def test_a_rule_that_is_refused(text: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "own.rq"
    path.write_text(text)
    with pytest.raises(UsageError, match=why) as caught:
        read_rules([path])
    assert "own.rq" in str(caught.value)

"""The mapping of one article: each rule on the smallest article that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pyoxigraph as ox
import pytest

from diaspora_kg.article import (
    Anchor,
    Article,
    Claim,
    Concept,
    Link,
    Mention,
    Name,
    Node,
    Participation,
    Passage,
    Quoted,
    Ref,
    Region,
    Scalar,
    Stance,
    Statement,
    Text,
    Voice,
    When,
)
from diaspora_kg.errors import Severity
from diaspora_kg.identity import Directory, declared, registered
from diaspora_kg.names import PREFIXES, Names
from diaspora_kg.quads import Mapped, Origin, map_article, map_register

BASE = "https://example.org/kg/"
NAMES = Names(BASE)
VERSION = "https://w3id.org/diaspora-kg/ns/9.9.9"

REGISTER = (
    Node("organization", "league", 3),
    Node("polity", "vesmark", 4),
    Node("post", "chair", 5, slots=(("org:postIn", Ref("league", 5)),)),
)
ANA, GUILD = Node("person", "ana", 10), Node("organization", "guild", 11)
SEAT = Node("post", "seat", 12, slots=(("org:postIn", Ref("guild", 12)),))
N = Article("n", "articles/n.yaml", "Rain", "en", line=2, nodes=(ANA, GUILD, SEAT))


def passage(begin: int, end: int, quote: str | None = "rain", **more: str) -> Passage:
    return Passage(begin, end, Region.BODY, Quoted.NO, "0" * 64, quote, **more)


def mapped(article: Article, *others: Article) -> Mapped:
    entries = [*registered(REGISTER, "register.yaml")]
    for each in (article, *others):
        entries += declared(each)
    return map_article(article, NAMES, Directory(entries), VERSION)


def compact(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """An own node as kind/key, a term of ours as CURIE, a literal as N-Quads without its namespace."""
    if isinstance(term, ox.NamedNode):
        if term.value.startswith(f"{BASE}id/"):
            return term.value.removeprefix(f"{BASE}id/")
        for prefix, namespace in PREFIXES.items():
            if term.value.startswith(namespace):
                return f"{prefix}:{term.value.removeprefix(namespace)}"
    return str(term).replace(PREFIXES["xsd"], "xsd:")


def facts(result: Mapped, node: str) -> set[tuple[str, str]]:
    """What the article's graph says of one node, without its class and id."""
    lines = "\n".join(line for graph in result.graphs.values() for line in graph)
    return {
        (compact(quad.predicate), compact(quad.object))
        for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS)
        if compact(quad.subject) == node and compact(quad.predicate) not in {"rdf:type", "dkg:sourceId"}
    }


def values(result: Mapped, node: str, prop: str) -> set[str]:
    return {value for name, value in facts(result, node) if name == prop}


def one(result: Mapped, node: str, prop: str) -> str:
    (value,) = values(result, node, prop)
    return value


def with_node(*nodes: Node) -> Mapped:
    return mapped(replace(N, nodes=(*N.nodes, *nodes)))


def with_claim(**slots: object) -> Mapped:
    claim = Claim(40, "It rained.", Voice.ARTICLE, key="c", **slots)  # type: ignore[arg-type]
    return mapped(replace(N, claims=(claim,)))


def with_statement(*claims: Claim, **slots: object) -> Mapped:
    talk = Statement("talk", 30, ("remark",), claims=claims, **slots)  # type: ignore[arg-type]
    return mapped(replace(N, statements=(talk,)))


# -- the whole ---------------------------------------------------------------------------------------


def test_an_article_without_anything_says_so_little() -> None:
    result = mapped(Article("n", "articles/n.yaml", "Rain", "en", line=2))
    assert facts(result, "article/n") == {("dct:title", '"Rain"@en'), ("dct:language", '"en"')}
    assert set(result.graphs) == {f"{BASE}graph/article/n", f"{BASE}graph/about/n"}
    assert result.findings == ()
    assert result.references == frozenset()


def test_the_article() -> None:
    when = When(3, "stated", "2031-05-04", "2031-05-04", "2031-05-04")
    slots: tuple[tuple[str, Scalar], ...] = (
        ("dct:publisher", Ref("guild", 4)),
        ("schema:url", Link("https://example.com/1")),
    )
    article = replace(N, published=when, slots=slots, unknown=("dct:creator",), text_sha256="ab" * 32)
    result = mapped(article)
    date = one(result, "article/n", "dkg:when")
    assert facts(result, "article/n") == {
        ("dct:title", '"Rain"@en'),
        ("dct:language", '"en"'),
        ("dkg:textHash", f'"{"ab" * 32}"'),
        ("dkg:when", date),
        ("dct:publisher", "organization/n.guild"),
        ("schema:url", "<https://example.com/1>"),
        ("dkg:unknown", "dct:creator"),
    }
    assert facts(result, date) == {
        ("dkg:dateBasis", "dkgv:stated"),
        ("dkg:edtf", '"2031-05-04"'),
        ("dkg:notBefore", '"2031-05-04"^^<xsd:date>'),
        ("dkg:notAfter", '"2031-05-04"^^<xsd:date>'),
    }


def test_the_graph_about_the_graph() -> None:
    article = replace(N, annotator="Reviewer One", annotated="2031-06-01T10:00:00Z")
    result = mapped(article)
    about = result.graphs[f"{BASE}graph/about/n"]
    (run,) = {iri for iri in result.origins if "/id/run/" in iri}
    graph, name = f"<{BASE}graph/article/n>", run.removeprefix(f"{BASE}id/")
    said = {line.removesuffix(f" <{BASE}graph/about/n> .") for line in about if line.startswith(graph)}
    prov = PREFIXES["prov"]
    assert said == {
        f"{graph} <{PREFIXES['rdf']}type> <{prov}Bundle>",
        f"{graph} <{prov}wasDerivedFrom> <{BASE}id/article/n>",
        f"{graph} <{prov}wasGeneratedBy> <{run}>",
        f"{graph} <{PREFIXES['dct']}conformsTo> <{VERSION}>",
        f'{graph} <{prov}generatedAtTime> "2031-06-01T10:00:00Z"^^<{PREFIXES["xsd"]}dateTime>',
    }
    assert facts(result, name) == {("rdfs:label", '"Reviewer One"'), ("dkg:tool", '"native"')}


def test_no_time_is_invented() -> None:
    assert not any("generatedAtTime" in line for g in mapped(N).graphs.values() for line in g)


RICH = replace(
    N,
    nodes=(*N.nodes, Node("event", "rain", 20, names=(Name("the Rain", "en", 21),))),
    statements=(
        Statement(
            "talk",
            30,
            ("remark",),
            (Participation("speaker", 31, Ref("ana", 31)),),
            slots=(("dkg:when", When(33, "relativeUnresolved", words="Friday")),),
            via=(Ref("guild", 32),),
            claims=tuple(
                Claim(
                    line,
                    f"It rained {words}.",
                    Voice.STATEMENT,
                    anchors=(Anchor(words, line + 1),),
                    passages=(passage(line, line + 5, words),),
                    expressed_in=Ref("talk", 30),
                    content=(Node("relation", "", line + 2, (("dkg:object", Ref("rain", line)),)),),
                )
                for line, words in ((40, "a lot"), (50, "at night"))
            ),
        ),
    ),
    mentions=(Mention(passage(70, 75), Ref("guild", 11)),),
)


def iris(result: Mapped) -> set[str]:
    return set(result.origins)


def test_inserting_and_moving_a_claim_changes_no_other_iri() -> None:
    (talk,) = RICH.statements
    before = iris(mapped(RICH))
    new = Claim(
        35, "It was dry.", Voice.STATEMENT, anchors=(Anchor("dry", 36),), expressed_in=Ref("talk", 30)
    )
    changed = replace(RICH, statements=(replace(talk, claims=(new, *reversed(talk.claims))),))
    after = iris(mapped(changed))
    assert before < after
    assert len(after - before) == 1


def test_layout_changes_nothing_but_the_origins() -> None:
    (talk,) = RICH.statements
    shifted = replace(
        RICH,
        line=9,
        nodes=tuple(replace(node, line=node.line + 100) for node in RICH.nodes),
        statements=(
            replace(
                talk,
                claims=tuple(
                    replace(
                        claim,
                        line=claim.line + 7,
                        anchors=tuple(
                            Anchor(f" {anchor.words.replace(' ', '  ')}", anchor.line + 9)
                            for anchor in claim.anchors
                        ),
                    )
                    for claim in talk.claims
                ),
            ),
        ),
    )
    assert mapped(shifted).graphs == mapped(RICH).graphs
    assert mapped(shifted).origins != mapped(RICH).origins


def test_every_node_has_an_origin_and_none_is_blank() -> None:
    result = mapped(RICH)
    for graph in result.graphs.values():
        assert list(graph) == sorted(set(graph))
        for quad in ox.parse("\n".join(graph), format=ox.RdfFormat.N_QUADS):
            assert isinstance(quad.subject, ox.NamedNode)
            assert not isinstance(quad.object, ox.BlankNode)
            assert quad.subject.value in result.origins
    assert {origin.file for origin in result.origins.values()} == {N.file}
    lines = [line for graph in result.graphs.values() for line in graph]
    assert sorted(line.rpartition(" <")[0] for line in lines) == sorted(
        f"{subject} {prop} {value}"
        for graph in result.said.graphs
        for prop, cells in graph.items()
        for subject, values in cells.items()
        for value in values
    )
    assert result.said.varied == varied(lines)


def varied(lines: Iterable[str]) -> set[str]:
    """The properties with literals that others write otherwise."""
    found = ((line.split(" ", 2)[1], line.rpartition(" <")[0]) for line in lines)
    return {prop for prop, said in found if said.endswith(("#decimal>", "#boolean>"))}


def test_properties_with_literals_that_others_write_otherwise_are_named() -> None:
    slots = (
        ("dkg:value", Decimal("1.50")),
        ("dkg:amended", True),
        ("dkg:begin", 7),
        ("dkg:note", Text("no")),
    )
    said = mapped(replace(N, nodes=(Node("event", "rain", 3, slots=slots),))).said
    assert said.varied == {f"<{PREFIXES['dkg']}value>", f"<{PREFIXES['dkg']}amended>"}


@pytest.mark.parametrize(
    ("kind", "line", "words"),
    [
        ("person", 10, "ana"),
        ("name", 21, "the Rain"),
        ("statement", 30, "talk"),
        ("participation", 31, "ana"),
        ("when", 33, "Friday"),
        ("claim", 40, "It rained a lot."),
        ("passage", 41, "a lot"),
        ("relation", 42, "relation"),
        ("mention", 11, "rain"),
    ],
)
def test_origins(kind: str, line: int, words: str) -> None:
    result = mapped(RICH)
    found = [origin for iri, origin in result.origins.items() if f"/id/{kind}/" in iri]
    assert Origin(N.file, line, words) in found


# -- described nodes ---------------------------------------------------------------------------------


def test_a_declared_node_keeps_its_id_and_an_addition_is_not_described() -> None:
    addition = Node("organization", "league", 15, addition=True)
    result = with_node(addition)
    lines = result.graphs[f"{BASE}graph/article/n"]
    assert f'<{BASE}id/person/n.ana> <{PREFIXES["dkg"]}sourceId> "n.ana" <{BASE}graph/article/n> .' in lines
    assert not any("league" in line for line in lines)


@pytest.mark.parametrize(
    ("prop", "value", "written"),
    [
        ("rdfs:label", Text("das Fest", "de"), '"das Fest"@de'),
        ("rdfs:label", Text("the fair"), '"the fair"@fr'),
        ("dkg:legalBasis", Text("a law"), '"a law"@fr'),
        ("dkg:listName", Text("foreign bodies"), '"foreign bodies"@en'),
        ("dkg:recurrence", Text("P3M"), '"P3M"'),
        ("dkg:kind", Concept("rally"), "dkgv:rally"),
        ("dkg:externalId", Link("https://example.com/x"), "<https://example.com/x>"),
        ("dkg:place", Ref("vesmark", 1), "polity/vesmark"),
        ("dkg:low", 50, '"50"^^<xsd:integer>'),
        ("dkg:low", Decimal("12.50"), '"12.5"^^<xsd:decimal>'),
        ("dkg:perSide", True, '"true"^^<xsd:boolean>'),
        ("dkg:perSide", False, '"false"^^<xsd:boolean>'),
    ],
)
def test_slots(prop: str, value: Scalar, written: str) -> None:
    node = Node("event", "x", 20, slots=((prop, value),))
    result = mapped(replace(N, gloss_language="fr", nodes=(node,)))
    assert facts(result, "event/n.x") == {(prop, written)}
    assert result.findings == ()


def test_names() -> None:
    names = (
        Name("Тарвия", "ru", 21),
        Name("Tarviya", "ru-latn", 22, "pressVariant", transliterates="Тарвия"),
    )
    result = with_node(Node("polity", "tarvia", 20, names=names))
    cyrillic, latin = sorted(
        values(result, "polity/n.tarvia", "dkg:name"), key=lambda name: len(facts(result, name))
    )
    assert facts(result, cyrillic) == {
        ("skosxl:literalForm", '"Тарвия"@ru'),
        ("dkg:kind", "dkgv:fullName"),
    }
    assert facts(result, latin) == {
        ("skosxl:literalForm", '"Tarviya"@ru-latn'),
        ("dkg:kind", "dkgv:pressVariant"),
        ("dkg:transliterates", cyrillic),
    }


def test_a_transliteration_of_nothing_is_a_finding() -> None:
    name = Name("Tarviya", "ru-latn", 22, transliterates="Тарвия")
    (finding,) = with_node(Node("polity", "tarvia", 20, names=(name,))).findings
    assert (finding.line, finding.severity, finding.words) == (22, Severity.VIOLATION, "Тарвия")


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (
            Participation("speaker", 1, Ref("ana", 1), Ref("seat", 1), Ref("guild", 1), "inferred", "named"),
            {
                ("dkg:role", "dkgv:speaker"),
                ("dkg:actor", "person/n.ana"),
                ("dkg:capacity", "post/n.seat"),
                ("dkg:onBehalfOf", "organization/n.guild"),
                ("dkg:basis", "dkgv:inferred"),
                ("dkg:sourceKind", "dkgv:named"),
            },
        ),
        (
            Participation("addressee", 1, Ref("chair", 1)),
            {
                ("dkg:role", "dkgv:addressee"),
                ("dkg:capacity", "post/chair"),
                ("dkg:unknown", "dkg:actor"),
            },
        ),
        (
            Participation("decidingAuthority", 1, unknown=("dkg:actor",)),
            {("dkg:role", "dkgv:decidingAuthority"), ("dkg:unknown", "dkg:actor")},
        ),
        (
            Participation("host", 1, capacity=Ref("seat", 1)),
            {("dkg:role", "dkgv:host"), ("dkg:capacity", "post/n.seat"), ("dkg:unknown", "dkg:actor")},
        ),
        (
            Participation("host", 1, Ref("ana", 1), on_behalf_of=Ref("guild", 1)),
            {
                ("dkg:role", "dkgv:host"),
                ("dkg:actor", "person/n.ana"),
                ("dkg:onBehalfOf", "organization/n.guild"),
                ("dkg:basis", "dkgv:stated"),
            },
        ),
    ],
)
def test_participations(part: Participation, expected: set[tuple[str, str]]) -> None:
    result = with_statement(participations=(part,))
    assert facts(result, one(result, "statement/n.talk", "dkg:participation")) == expected


@pytest.mark.parametrize(
    ("slots", "unknown", "organizations"),
    [
        ((("dkg:post", Ref("seat", 1)),), (), {"organization/n.guild"}),
        ((("dkg:post", Ref("chair", 1)),), (), {"organization/league"}),
        (
            (("dkg:post", Ref("seat", 1)), ("org:organization", Ref("league", 1))),
            (),
            {"organization/league"},
        ),
        ((("dkg:post", Ref("seat", 1)),), ("org:organization",), set()),
        ((), (), set()),
    ],
)
def test_the_organization_of_a_membership(
    slots: tuple[tuple[str, Scalar], ...], unknown: tuple[str, ...], organizations: set[str]
) -> None:
    result = with_node(Node("membership", "office", 20, slots=slots, unknown=unknown))
    assert values(result, "membership/n.office", "org:organization") == organizations


# -- changes of status -------------------------------------------------------------------------------

CHARITY = Node("legal-status", "charity", 20, slots=(("dkg:subject", Ref("guild", 20)),))
ENDING = Node(
    "status-change",
    "ending",
    22,
    slots=(
        ("dkg:kind", Concept("liquidation")),
        ("dkg:subject", Ref("guild", 22)),
        ("dkg:when", When(23, "stated", "2031")),
        ("dkg:jurisdiction", Ref("vesmark", 22)),
        ("dkg:listName", Text("grey list", "en")),
        ("dkg:from", Ref("charity", 22)),
        ("dkg:to", Concept("liquidatedByDecision")),
    ),
    unknown=("dkg:legalBasis", "dkg:when"),
)


def began_with(result: Mapped, change: str = "status-change/n.ending") -> str:
    (found,) = (
        node
        for node in (iri.removeprefix(f"{BASE}id/") for iri in result.origins)
        if ("dkg:beganWith", change) in facts(result, node)
    )
    return found


def test_a_change_ends_one_status_and_begins_another() -> None:
    result = with_node(CHARITY, ENDING)
    assert ("dkg:endedWith", "status-change/n.ending") in facts(result, "legal-status/n.charity")
    said = facts(result, "status-change/n.ending")
    assert not {name for name, _ in said} & {"dkg:from", "dkg:to", "dkg:status"}
    assert facts(result, began_with(result)) == {
        ("dkg:status", "dkgv:liquidatedByDecision"),
        ("dkg:subject", "organization/n.guild"),
        ("dkg:jurisdiction", "polity/vesmark"),
        ("dkg:listName", '"grey list"@en'),
        ("dkg:beganWith", "status-change/n.ending"),
        ("dkg:unknown", "dkg:legalBasis"),
    }


def test_a_change_may_lead_to_a_declared_status() -> None:
    change = replace(ENDING, slots=(("dkg:to", Ref("charity", 22)),), unknown=())
    result = with_node(CHARITY, change)
    assert began_with(result) == "legal-status/n.charity"
    assert sum("/id/legal-status/" in iri for iri in result.origins) == 1


def test_a_claim_of_a_change_claims_the_status_too() -> None:
    claim = Claim(40, "It ended.", Voice.ARTICLE, key="c", content=(Ref("ending", 40),))
    result = mapped(replace(N, nodes=(*N.nodes, CHARITY, ENDING), claims=(claim,)))
    assert values(result, "claim/n.c", "dkg:content") == {"status-change/n.ending", began_with(result)}


def test_so_does_a_claim_of_an_inline_change() -> None:
    result = mapped(
        replace(
            N,
            nodes=(*N.nodes, CHARITY),
            claims=(Claim(40, "It ended.", Voice.ARTICLE, key="c", content=(replace(ENDING, key=""),)),),
        )
    )
    kinds = {node.split("/")[0] for node in values(result, "claim/n.c", "dkg:content")}
    assert kinds == {"status-change", "legal-status"}


def test_so_does_a_claim_in_another_article() -> None:
    home = replace(N, nodes=(*N.nodes, CHARITY, ENDING))
    claim = Claim(40, "It ended.", Voice.ARTICLE, key="c", content=(Ref("n.ending", 40),))
    away = Article("m", "articles/m.yaml", "More rain", "en", claims=(claim,))
    contents = {"status-change/n.ending", began_with(mapped(home))}
    result = mapped(away, home)
    assert values(result, "claim/m.c", "dkg:content") == contents
    assert result.references == {f"{BASE}id/status-change/n.ending"}


# -- statements --------------------------------------------------------------------------------------


def test_a_statement() -> None:
    result = mapped(
        replace(
            N,
            statements=(
                Statement(
                    "talk",
                    30,
                    ("jointStatement", "appeal"),
                    medium=(Ref("guild", 31),),
                    slots=(("dct:language", Text("ru")), ("dkg:postUrl", Link("https://example.com/p"))),
                    unknown=("dkg:place",),
                    anchors=(Anchor("said", 34),),
                    passages=(passage(5, 9, "said"),),
                ),
            ),
        )
    )
    assert facts(result, "statement/n.talk") == {
        ("dkg:kind", "dkgv:jointStatement"),
        ("dkg:kind", "dkgv:appeal"),
        ("dkg:medium", "organization/n.guild"),
        ("dct:language", '"ru"'),
        ("dkg:postUrl", "<https://example.com/p>"),
        ("dkg:unknown", "dkg:place"),
        ("dkg:reportedIn", "article/n"),
        ("dkg:evidence", "passage/n.5-9"),
    }


def test_a_relayed_statement() -> None:
    result = with_statement(via=(Ref("guild", 31), Ref("league", 31)))
    paper = one(result, "article/n", "prov:wasQuotedFrom")
    agency = one(result, paper, "prov:wasQuotedFrom")
    assert values(result, "statement/n.talk", "dkg:reportedIn") == {"article/n", paper, agency}
    assert facts(result, agency) == {
        ("dct:publisher", "organization/league"),
        ("dkg:unknown", "dkg:textHash"),
        ("dkg:unknown", "dkg:when"),
    }
    assert values(result, paper, "dct:publisher") == {"organization/n.guild"}


def test_others_who_signed() -> None:
    figure = Node("figure", "", 35, slots=(("dkg:low", 41), ("dkg:high", 41)))
    talk = Statement("talk", 30, ("appeal",), figure=figure)
    claim = Claim(40, "They signed.", Voice.ARTICLE, key="c", content=(Ref("talk", 40),))
    result = mapped(replace(N, statements=(talk,), claims=(claim,)))
    (count,) = values(result, "claim/n.c", "dkg:content") - {"statement/n.talk"}
    assert facts(result, count) == {
        ("dkg:subject", "statement/n.talk"),
        ("dkg:measure", "dkgv:signatories"),
        ("dkg:low", '"41"^^<xsd:integer>'),
        ("dkg:high", '"41"^^<xsd:integer>'),
    }


# -- claims ------------------------------------------------------------------------------------------

FULL: dict[str, object] = {
    "expressed_in": Ref("talk", 30),
    "claimants": (Ref("ana", 41),),
    "attribution": "indirectSpeech",
    "givenness": "stated",
    "illocution": "evaluative",
    "modality": "possible",
    "polarity": "negated",
    "stance": Stance("negative", (Ref("guild", 42), Ref("seat", 42)), ("gloomy", "grey")),
    "about": (Ref("vesmark", 43),),
    "condition": (Ref("d", 44),),
    "responds_to": (Ref("talk", 44),),
    "retracts": (Ref("d", 44),),
    "conflicts_with": (Ref("d", 44),),
    "cue": "said",
    "fulfilment": "reportedDone",
    "note": "as printed",
    "sic": "rian",
    "unknown": ("dkg:content",),
}


def test_a_claim_with_everything() -> None:
    full = Claim(40, "It rained.", Voice.STATEMENT, key="c", **FULL)  # type: ignore[arg-type]
    other = Claim(50, "It did.", Voice.STATEMENT, key="d", expressed_in=Ref("talk", 30))
    result = with_statement(full, other)
    assert facts(result, "claim/n.c") == {
        ("dkg:gloss", '"It rained."@en'),
        ("dkg:reportedIn", "article/n"),
        ("dkg:expressedIn", "statement/n.talk"),
        ("dkg:claimant", "person/n.ana"),
        ("dkg:basis", "dkgv:stated"),
        ("dkg:attribution", "dkgv:indirectSpeech"),
        ("dkg:givenness", "dkgv:stated"),
        ("dkg:illocution", "dkgv:evaluative"),
        ("dkg:modality", "dkgv:possible"),
        ("dkg:polarity", "dkgv:negated"),
        ("dkg:stance", "dkgv:negative"),
        ("dkg:stanceTarget", "organization/n.guild"),
        ("dkg:stanceTarget", "post/n.seat"),
        ("dkg:evaluation", '"gloomy"@en'),
        ("dkg:evaluation", '"grey"@en'),
        ("dkg:about", "polity/vesmark"),
        ("dkg:condition", "claim/n.d"),
        ("dkg:respondsTo", "statement/n.talk"),
        ("dkg:retracts", "claim/n.d"),
        ("dkg:conflictsWith", "claim/n.d"),
        ("dkg:cue", '"said"@en'),
        ("dkg:fulfilment", "dkgv:reportedDone"),
        ("dkg:note", '"as printed"@en'),
        ("dkg:sic", '"rian"@en'),
        ("dkg:unknown", "dkg:content"),
    }


def test_printed_words_and_paraphrases_have_their_own_languages() -> None:
    claim = Claim(40, "Es regnete.", Voice.ARTICLE, key="c", cue="сказал", note="so", sic="дошдь")
    result = mapped(replace(N, language="ru", gloss_language="de", claims=(claim,)))
    assert {value.rpartition("@")[2] for _, value in facts(result, "claim/n.c") if "@" in value} == {
        "ru",
        "de",
    }
    assert one(result, "claim/n.c", "dkg:cue") == '"сказал"@ru'
    assert one(result, "claim/n.c", "dkg:note") == '"so"@de'


def test_the_article_s_own_claim_has_no_claimant_and_no_basis() -> None:
    result = with_claim(claimants=())
    assert facts(result, "claim/n.c") == {
        ("dkg:gloss", '"It rained."@en'),
        ("dkg:reportedIn", "article/n"),
        ("dkg:expressedIn", "article/n"),
    }


def test_what_the_words_leave_open() -> None:
    result = with_claim(
        illocution="assertive", modality="asserted", reading=(("illocution", ("commissive", "directive")),)
    )
    said = facts(result, "claim/n.c")
    assert ("dkg:modality", "dkgv:asserted") in said
    assert {pair for pair in said if pair[0] in {"dkg:reading", "dkg:unknown", "dkg:illocution"}} == {
        ("dkg:reading", "dkgv:commissive"),
        ("dkg:reading", "dkgv:directive"),
        ("dkg:unknown", "dkg:illocution"),
    }


def test_a_stance_without_a_stated_target() -> None:
    said = facts(with_claim(stance=Stance("mixed", unknown=True)), "claim/n.c")
    assert {("dkg:stance", "dkgv:mixed"), ("dkg:unknown", "dkg:stanceTarget")} <= said


def test_two_claims_on_the_same_words_need_an_id() -> None:
    claims = tuple(Claim(line, "x", Voice.ARTICLE, anchors=(Anchor("rain", line),)) for line in (40, 50))
    (finding,) = mapped(replace(N, claims=claims)).findings
    assert (finding.code, finding.line, finding.severity) == ("equal-keys", 50, Severity.VIOLATION)
    assert "lines 40 and 50" in finding.message
    assert mapped(replace(N, claims=(claims[0], replace(claims[1], key="again")))).findings == ()


# -- spans -------------------------------------------------------------------------------------------


def test_a_passage() -> None:
    result = with_claim(passages=(passage(5, 9),))
    assert facts(result, "passage/n.5-9") == {
        ("dkg:inArticle", "article/n"),
        ("dkg:begin", '"5"^^<xsd:integer>'),
        ("dkg:end", '"9"^^<xsd:integer>'),
        ("dkg:region", "dkgv:body"),
        ("dkg:quote", '"rain"@en'),
        ("dkg:quoteHash", f'"{"0" * 64}"'),
    }


@pytest.mark.parametrize("order", [1, -1])
def test_one_span_is_one_passage_with_the_words_that_the_annotation_writes(order: int) -> None:
    ends = passage(5, 99, None, quote_start="it rained", quote_end="all night")
    both = (ends, passage(5, 99, "it rained and rained all night"))[::order]
    result = with_claim(passages=both)
    said = {name for name, _ in facts(result, "passage/n.5-99")}
    assert "dkg:quote" in said
    assert not said & {"dkg:quoteStart", "dkg:quoteEnd"}


def test_the_ends_of_a_long_passage() -> None:
    result = with_claim(passages=(passage(5, 99, None, quote_start="it rained", quote_end="all night"),))
    assert one(result, "passage/n.5-99", "dkg:quoteStart") == '"it rained"@en'
    assert one(result, "passage/n.5-99", "dkg:quoteEnd") == '"all night"@en'


def test_furniture_keeps_its_place_and_none_of_its_words() -> None:
    menu = replace(passage(0, 4, "Menu"), region=Region.BOILERPLATE)
    article = replace(N, furniture=(menu,), skips=(Anchor("Menu", 8),))
    result = mapped(article)
    assert one(result, "passage/n.0-4", "dkg:region") == "dkgv:boilerplate"
    assert not any("Menu" in line for graph in result.graphs.values() for line in graph)
    assert result.origins[f"{BASE}id/passage/n.0-4"].line == 8


def test_mentions() -> None:
    clear = Mention(passage(5, 9, "Guild"), Ref("guild", 11))
    unclear = Mention(passage(20, 25, "Petrov"), None, (Ref("ana", 17),))
    result = mapped(replace(N, mentions=(clear, unclear)))
    assert one(result, "mention/n.5-9", "dkg:refersTo") == "organization/n.guild"
    assert one(result, "mention/n.5-9", "dkg:quote") == '"Guild"@en'
    assert not values(result, "mention/n.20-25", "dkg:refersTo")
    assert values(result, "mention/n.20-25", "dkg:unknown") == {"dkg:refersTo"}
    assert result.origins[f"{BASE}id/mention/n.20-25"].line == 17


# -- what is outside, and what cannot be written -----------------------------------------------------


def context(result: Mapped) -> Iterable[tuple[str, str, str]]:
    for quad in ox.parse("\n".join(result.context), format=ox.RdfFormat.N_QUADS):
        yield compact(quad.subject), compact(quad.predicate), compact(quad.object)


def test_what_validation_must_know_of_the_nodes_outside() -> None:
    result = with_claim(about=(Ref("chair", 1), Ref("guild", 1)))
    assert set(context(result)) == {
        ("post/chair", "rdf:type", "org:Post"),
        ("post/chair", "org:postIn", "organization/league"),
    }
    assert result.references == {f"{BASE}id/post/chair"}
    assert not any(line in result.context for graph in result.graphs.values() for line in graph)


def test_validation_knows_how_firmly_another_articles_condition_is_put() -> None:
    condition = Claim(9, "If it rains.", Voice.ARTICLE, key="if", modality="possible")
    claims = (condition, replace(condition, key="is", modality=None))
    other = Article("o", "articles/o.yaml", "Other", "en", claims=claims)
    claim = Claim(40, "Then it is wet.", Voice.ARTICLE, key="c", condition=(Ref("o.if", 40), Ref("o.is", 40)))
    article = replace(N, claims=(claim,))
    result = mapped(article, other)
    assert {t for t in context(result) if t[1] == "dkg:modality"} == {
        ("claim/o.if", "dkg:modality", "dkgv:possible"),
        ("claim/o.is", "dkg:modality", "dkgv:asserted"),
    }


def test_a_reference_to_nothing_is_left_out() -> None:
    assert not values(with_claim(about=(Ref("nobody", 1),)), "claim/n.c", "dkg:about")


@pytest.mark.parametrize("words", ["a\0b", "\ud800"])
def test_what_no_graph_can_keep_is_a_finding(words: str) -> None:
    claim = Claim(40, words, Voice.ARTICLE, key="c")
    (finding,) = mapped(replace(N, claims=(claim,))).findings
    assert (finding.file, finding.line, finding.severity) == (N.file, 40, Severity.VIOLATION)
    assert (finding.code, finding.article) == ("not-writable", "n")


def test_a_link_that_is_none_is_a_finding() -> None:
    node = Node("organization", "x", 20, slots=(("dkg:externalId", Link("https://example.com/100%")),))
    (finding,) = with_node(node).findings
    assert (finding.line, finding.words) == (20, "https://example.com/100%")


# -- the register ------------------------------------------------------------------------------------


def test_the_register() -> None:
    named = replace(REGISTER[0], names=(Name("Tarvian League", "en", 3),))
    nodes = (named, *REGISTER[1:])
    directory = Directory(registered(nodes, "register.yaml"))
    result = map_register(nodes, "register.yaml", NAMES, directory, "en")
    assert set(result.graphs) == {f"{BASE}graph/register"}
    assert facts(result, "post/chair") == {("org:postIn", "organization/league")}
    name = one(result, "organization/league", "dkg:name")
    assert facts(result, name) == {
        ("skosxl:literalForm", '"Tarvian League"@en'),
        ("dkg:kind", "dkgv:fullName"),
    }
    assert not any("sourceId" in line for graph in result.graphs.values() for line in graph)
    assert result.origins[f"{BASE}id/post/chair"] == Origin("register.yaml", 5, "chair")
    assert (result.references, result.findings) == (frozenset(), ())

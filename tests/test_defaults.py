"""Defaults: what an annotator may leave out, and the reason that is given for each value."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diaspora_kg.article import (
    Article,
    Claim,
    Concept,
    Node,
    Participation,
    Passage,
    Quoted,
    Ref,
    Region,
    Stance,
    Statement,
    Voice,
)
from diaspora_kg.defaults import Default, settle
from diaspora_kg.errors import Finding, Severity

SLOTS = ("attribution", "givenness", "illocution", "modality", "polarity")


def ref(key: str) -> Ref:
    return Ref(key, 1)


def part(role: str, actor: str | None, behalf: str | None = None) -> Participation:
    unknown = () if actor else ("dkg:actor",)
    return Participation(
        role, 4, ref(actor) if actor else None, on_behalf_of=ref(behalf) if behalf else None, unknown=unknown
    )


def undertaking(key: str, kind: str, *parts: Participation) -> Node:
    return Node("undertaking", key, 3, slots=(("dkg:kind", Concept(kind)),), participations=parts)


def passage(quoted: Quoted) -> Passage:
    return Passage(3, 9, Region.BODY, quoted, "0" * 64, "schools")


def claim(*quoted: Quoted, **more: object) -> Claim:
    passages = tuple(replace(passage(one), begin=number) for number, one in enumerate(quoted))
    return replace(Claim(9, "so", Voice.STATEMENT, passages=passages), **more)  # type: ignore[arg-type]


HOUSE_SPEAKS = (part("", "orlo", "house"),)


def run(
    *claims: Claim,
    parts: tuple[Participation, ...] = HOUSE_SPEAKS,
    kinds: tuple[str, ...] = ("remark",),
    nodes: tuple[Node, ...] = (),
    elsewhere: tuple[Node, ...] = (),
) -> tuple[Article, tuple[Default, ...], tuple[Finding, ...]]:
    """Settles claims; those with the voice of a statement stand in statement ``s``."""
    spoken = tuple(replace(one, expressed_in=ref("s")) for one in claims if one.voice is Voice.STATEMENT)
    own = tuple(one for one in claims if one.voice is not Voice.STATEMENT)
    statement = Statement("s", 5, kinds, participations=parts, claims=spoken)
    article = Article("t", "t.yaml", "Title", "en", nodes=nodes, statements=(statement,), claims=own)
    known = {node.key: node for node in elsewhere}
    return settle(article, lambda wanted: known.get(wanted.key))


def one(made: Claim, **more: object) -> Claim:
    article, _, _ = run(made, **more)  # type: ignore[arg-type]
    [settled] = article.all_claims()
    return settled


def keys(refs: tuple[Ref, ...] | None) -> list[str]:
    return [each.key for each in refs or ()]


# -- how it is put ----------------------------------------------------------------------------------


def test_every_slot_is_filled_and_every_default_has_a_reason() -> None:
    article, taken, findings = run(claim(Quoted.WHOLE))
    [settled] = article.all_claims()
    assert [getattr(settled, slot) for slot in SLOTS] == [
        "directQuote",
        "stated",
        "assertive",
        "asserted",
        "affirmed",
    ]
    assert settled.about == ()
    assert not findings
    assert {(each.line, each.node) for each in taken} == {(9, "claim in line 9"), (4, "s")}
    assert {each.slot for each in taken} == {*SLOTS, "claimants", "basis", "role"}
    assert all(each.why for each in taken)
    assert list(taken) == sorted(taken)


def test_what_is_written_stays() -> None:
    written = claim(
        Quoted.NO,
        key="c-1",
        attribution="reportedAct",
        givenness="presupposed",
        illocution="normative",
        modality="necessary",
        polarity="negated",
        claimants=(ref("mayor"),),
        basis="inferred",
        about=(ref("school"),),
    )
    article, taken, findings = run(written, parts=(part("speaker", "orlo"),))
    assert next(article.all_claims()) == replace(written, expressed_in=ref("s"))
    assert (taken, findings) == ((), ())


@pytest.mark.parametrize(
    ("quoted", "attribution"),
    [
        ((Quoted.WHOLE,), "directQuote"),
        ((Quoted.WHOLE, Quoted.WHOLE), "directQuote"),
        ((Quoted.WHOLE, Quoted.NO), "indirectSpeech"),
        ((Quoted.WHOLE, Quoted.PARTIAL), "partialQuote"),
        ((Quoted.NO,), "indirectSpeech"),
        ((), "indirectSpeech"),
    ],
)
def test_attribution_follows_the_quotation_marks(quoted: tuple[Quoted, ...], attribution: str) -> None:
    assert one(claim(*quoted)).attribution == attribution


def test_the_articles_own_words_are_narrated_and_nobodys() -> None:
    for voice in (Voice.ARTICLE, Voice.HEADLINE):
        settled = one(claim(Quoted.WHOLE, voice=voice))
        assert (settled.attribution, settled.claimants, settled.basis) == ("narrated", (), None)


def test_a_headline_that_retells_a_statement_is_like_it() -> None:
    settled = one(claim(Quoted.NO, voice=Voice.HEADLINE, expressed_in=ref("s")))
    assert (settled.attribution, keys(settled.claimants)) == ("indirectSpeech", ["orlo"])
    settled = one(claim(Quoted.NO, voice=Voice.HEADLINE, expressed_in=ref("s"), claimants=(ref("house"),)))
    assert (keys(settled.claimants), settled.basis) == (["house"], "stated")
    settled = one(claim(Quoted.NO, voice=Voice.HEADLINE, claimants=(), unknown=("dkg:claimant",)))
    assert settled.attribution == "indirectSpeech"


def test_a_slot_that_the_words_leave_open_stays_open() -> None:
    settled = one(claim(Quoted.NO, reading=(("illocution", ("commissive", "directive")),)))
    assert settled.illocution is None
    assert settled.modality == "asserted"


def test_a_direct_quote_without_marks_is_a_warning() -> None:
    _, _, [finding] = run(claim(Quoted.WHOLE, Quoted.NO, attribution="directQuote"))
    assert (finding.severity, finding.shape, finding.line) == (Severity.WARNING, "14", 9)
    assert not run(claim(Quoted.WHOLE, attribution="directQuote"))[2]


# -- who says it ------------------------------------------------------------------------------------


def test_the_claimants_spoke_or_signed_and_are_not_those_for_whom_they_act() -> None:
    parts = (part("", "orlo", "house"), part("", "trent", "council"), part("addressee", "mayor"))
    article, _, _ = run(claim(Quoted.NO), parts=parts, kinds=("jointStatement", "appeal"))
    statement = article.statements[0]
    assert keys(statement.claims[0].claimants) == ["orlo", "trent"]
    assert [each.role for each in statement.participations] == ["signatory", "signatory", "addressee"]
    assert [each.basis for each in statement.participations] == ["stated", "stated", None]


def test_a_speaker_for_two_is_one_claimant() -> None:
    parts = (part("speaker", "orlo", "house"), part("speaker", "orlo", "council"))
    assert keys(one(claim(Quoted.NO), parts=parts).claimants) == ["orlo"]


def test_nobody_named_is_said_to_be_unknown() -> None:
    settled = one(claim(Quoted.NO), parts=(part("speaker", None),))
    assert (settled.claimants, settled.unknown, settled.basis) == ((), ("dkg:claimant",), None)
    assert settled.attribution == "indirectSpeech"


def test_a_post_that_acts_means_its_holder() -> None:
    post = Node("post", "chair", 1)
    for place in ({"nodes": (post,)}, {"elsewhere": (post,)}):
        article, taken, _ = run(claim(Quoted.NO), parts=(part("", "chair"),), **place)  # type: ignore[arg-type]
        [acting] = article.statements[0].participations
        assert (acting.actor, acting.capacity, acting.unknown) == (None, ref("chair"), ("dkg:actor",))
        assert "capacity" in {each.slot for each in taken}


def test_a_membership_is_in_the_organization_of_its_post() -> None:
    post = Node("post", "chair", 1, slots=(("org:postIn", ref("house")),))
    member = Node("membership", "m", 2, slots=(("org:member", ref("orlo")), ("dkg:post", ref("chair"))))
    article, taken, _ = run(claim(Quoted.NO, content=(replace(member, key=""),)), nodes=(post, member))
    inline = next(article.all_claims()).content[0]
    assert isinstance(inline, Node)
    for node in (article.nodes[1], inline):
        assert keys(tuple(node.refs("org:organization"))) == ["house"]
    assert keys(next(article.all_claims()).about) == ["orlo", "house"]
    assert [each.value for each in taken if each.slot == "organization"] == ["house", "house"]
    silent = replace(member, unknown=("org:organization",))
    assert not list(run(nodes=(post, silent))[0].nodes[1].refs("org:organization"))


def test_a_post_of_another_article_leads_to_that_articles_organization() -> None:
    post = Node("post", "chair", 1, slots=(("org:postIn", ref("house")),))
    house = Node("organization", "house", 1)
    member = Node("membership", "m", 2, slots=(("dkg:post", ref("u.chair")),))
    elsewhere = (replace(post, key="u.chair"), replace(house, key="u.house"))
    article, _, _ = run(nodes=(member,), elsewhere=elsewhere)
    assert keys(tuple(article.nodes[0].refs("org:organization"))) == ["u.house"]
    article, _, _ = run(nodes=(member,), elsewhere=elsewhere[:1])
    assert keys(tuple(article.nodes[0].refs("org:organization"))) == ["house"]


# -- what is done by saying it ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "by", "illocution"),
    [
        ("commitment", part("committedParty", "orlo"), "commissive"),
        ("commitment", part("committedParty", "house"), "commissive"),
        ("commitment", part("", "house"), "commissive"),
        ("commitment", part("committedParty", "trent", "house"), "commissive"),
        ("commitment", part("committedParty", "council"), "assertive"),
        ("commitment", part("addressee", "house"), "assertive"),
        ("commitment", part("committedParty", None), "assertive"),
        ("appeal", part("requester", "house"), "directive"),
        ("demand", part("requester", "orlo"), "directive"),
        ("proposal", part("", "orlo"), "directive"),
        ("appeal", part("requester", "council"), "assertive"),
        ("policy", part("committedParty", "house"), "assertive"),
        ("agreement", part("committedParty", "house"), "assertive"),
    ],
)
def test_a_promise_or_a_request_is_one_only_in_its_makers_mouth(
    kind: str, by: Participation, illocution: str
) -> None:
    node = undertaking("u", kind, by)
    made = claim(Quoted.NO, content=(ref("u"),))
    assert one(made, nodes=(node,)).illocution == illocution
    assert one(claim(Quoted.NO, content=(node,))).illocution == illocution
    assert one(replace(made, voice=Voice.ARTICLE), nodes=(node,)).illocution == "assertive"


@pytest.mark.parametrize(
    ("parts", "claimants", "illocution"),
    [
        ((part("", "chair", "house"),), None, "commissive"),
        ((part("", None, "house"),), None, "commissive"),
        ((part("", "chair"),), None, "assertive"),
        ((part("", "chair", "council"),), None, "assertive"),
        ((part("addressee", "chair", "house"),), None, "assertive"),
        ((part("", "chair", "house"), part("", "orlo")), None, "commissive"),
        ((part("", "chair", "house"), part("", "orlo"), part("", "trent")), ("orlo",), "assertive"),
        ((part("", "chair", "house"), part("", "orlo")), (), "commissive"),
    ],
    ids=["post", "nobody", "for-nobody", "for-another", "addressee", "with-another", "not-his", "not-stated"],
)
@pytest.mark.parametrize("promised_by", ["house", "orvel"])
def test_an_unnamed_office_holder_undertakes_for_whom_he_acts(
    parts: tuple[Participation, ...], claimants: tuple[str, ...] | None, illocution: str, promised_by: str
) -> None:
    chair = Node("post", "chair", 1)
    promise = undertaking("u", "commitment", part("committedParty", promised_by, "house"))
    request = undertaking("r", "appeal", part("requester", promised_by, "house"))
    written = tuple(map(ref, claimants)) if claimants is not None else None
    for node, act in ((promise, "commissive"), (request, "directive")):
        made = claim(Quoted.NO, content=(ref(node.key),), claimants=written)
        settled = one(made, parts=parts, nodes=(chair, node))
        assert settled.illocution == (act if illocution == "commissive" else illocution)


@pytest.mark.parametrize(("speaker", "illocution"), [("chair", "own"), ("clerk", "assertive")])
def test_the_unnamed_holder_of_an_office_undertakes_in_that_office(speaker: str, illocution: str) -> None:
    posts = (Node("post", "chair", 1), Node("post", "clerk", 1))
    promise = undertaking("u", "commitment", part("", "chair"))
    request = undertaking("r", "demand", part("", "chair"))
    for node, act in ((promise, "commissive"), (request, "directive")):
        made = claim(Quoted.NO, content=(ref(node.key),))
        settled = one(made, parts=(part("", speaker),), nodes=(*posts, node))
        assert settled.illocution == (act if illocution == "own" else illocution)


def test_who_acts_in_a_statement_of_another_article_is_seen_through_its_keys() -> None:
    told = Statement("t2.s", 5, ("remark",), participations=(part("speaker", "orlo", "house"),))
    node = undertaking("u", "commitment", part("committedParty", "t2.house"))
    orlo, house = Node("person", "t2.orlo", 1), Node("organization", "t2.house", 1)
    known: dict[str, Node | Statement] = {"t2.s": told, "t2.orlo": orlo, "t2.house": house}
    made = claim(Quoted.NO, content=(node,), expressed_in=ref("t2.s"))
    article, _, _ = settle(Article("t", "t.yaml", "Title", "en", claims=(made,)), lambda r: known.get(r.key))
    assert [keys(article.claims[0].claimants), article.claims[0].illocution] == [["t2.orlo"], "commissive"]


def test_an_undertaking_of_another_article_is_seen_through_its_keys() -> None:
    node = undertaking("t2.u", "commitment", part("committedParty", "house"))
    elsewhere = (node, Node("organization", "t2.house", 1))
    made = claim(Quoted.NO, content=(ref("t2.u"),))
    assert one(made, elsewhere=elsewhere).illocution == "assertive"
    named = replace(made, claimants=(ref("t2.house"),))
    assert one(named, elsewhere=elsewhere).illocution == "commissive"


def test_a_stance_evaluates_and_a_report_on_a_promise_asserts() -> None:
    node = undertaking("u", "commitment", part("committedParty", "orlo"))
    made = claim(Quoted.NO, content=(ref("u"),))
    stance = Stance("negative", targets=(ref("u"),))
    assert one(replace(made, stance=stance), nodes=(node,)).illocution == "evaluative"
    assert one(replace(made, fulfilment="reportedDone"), nodes=(node,)).illocution == "assertive"
    assert one(claim(Quoted.NO)).illocution == "assertive"


def test_kinds_and_roles_of_undertakings_and_events() -> None:
    event = Node("event", "e", 3, participations=(part("", "orlo"), part("host", "council")))
    article, _, _ = run(nodes=(event, undertaking("u", "demand", part("", "house"))))
    assert [each.role for node in article.nodes for each in node.participations] == [
        "participant",
        "host",
        "requester",
    ]


# -- what it is about -------------------------------------------------------------------------------


def test_about_is_subject_and_object_of_the_content_and_what_the_stance_is_about() -> None:
    relation = Node("relation", "r", 3, slots=(("dkg:object", ref("city")), ("dkg:subject", ref("house"))))
    status = Node(
        "legal-status", "", 3, slots=(("dkg:subject", ref("house")), ("dkg:jurisdiction", ref("x")))
    )
    stance = Stance("negative", targets=(ref("r"), ref("city")))
    made = claim(Quoted.NO, content=(ref("r"), status, ref("nowhere")), stance=stance)
    assert keys(one(made, nodes=(relation,)).about) == ["house", "city", "r"]
    assert one(replace(made, unknown=("dkg:about",)), nodes=(relation,)).about == ()
    assert one(claim(Quoted.NO, stance=Stance("negative", unknown=True))).about == ()

"""Keys: what they mean where, and what is said of those that mean nothing."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from diaspora_kg.article import (
    Article,
    Claim,
    Concept,
    Form,
    Node,
    Participation,
    Ref,
    Scalar,
    Stance,
    Statement,
    Voice,
)
from diaspora_kg.content import content
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.identity import (
    Directory,
    Entry,
    check_references,
    declared,
    read_register,
    registered,
)
from diaspora_kg.names import Names
from diaspora_kg.ontology import Ontology
from diaspora_kg.reading import Source

ONTOLOGY = Ontology.load([content("ontology")])
REGISTER = (Node("organization", "league", 4), Node("polity", "vesmark", 5), Node("post", "mayor", 9))
GUILD = Node("organization", "guild", 10)
FOUNDED = Node("legal-status", "founded", 20, slots=(("dkg:subject", Ref("guild", 21)),))
TALK = Statement("talk", 30, ("remark",), (Participation("speaker", 31, Ref("ana", 31)),))
HOME = Article("home", "articles/home.yaml", "Home", "en", nodes=(GUILD, Node("person", "ana", 11), FOUNDED))
AWAY = Article(
    "press.away",
    "articles/press/away.yaml",
    "Away",
    "en",
    nodes=(Node("undertaking", "promise", 6),),
    claims=(Claim(9, "It will.", Voice.ARTICLE, key="will"),),
)


def native() -> ModuleType:
    spec = importlib.util.spec_from_file_location("native", content("ingest", "native.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def directory(*articles: Article) -> Directory:
    entries = [*registered(REGISTER, "register.yaml")]
    for article in articles:
        entries += declared(article)
    return Directory(entries)


def findings(article: Article) -> tuple[Finding, ...]:
    return check_references(article, directory(article, AWAY))


@pytest.mark.parametrize(
    ("key", "article", "found"),
    [
        ("guild", "home", "home.guild"),
        ("guild", "press.away", None),
        ("home.guild", "press.away", "home.guild"),
        ("press.away.promise", "home", "press.away.promise"),
        ("league", "home", "league"),
        ("league", None, "league"),
        ("guild", None, None),
        ("home", "press.away", "home"),
        ("press.away", "home", "press.away"),
        ("will", "press.away", "press.away.will"),
        ("nobody", "home", None),
        ("press.nobody", "home", None),
    ],
)
def test_find(key: str, article: str | None, found: str | None) -> None:
    entry = directory(HOME, AWAY).find(key, article)
    assert (entry.key if entry else None) == found


def test_a_local_key_comes_before_the_register() -> None:
    own = replace(HOME, nodes=(Node("person", "league", 3),))
    entry = directory(own).find("league", "home")
    assert entry is not None
    assert (entry.key, entry.kind) == ("home.league", "person")


def test_a_dotted_key_is_not_read_as_local() -> None:
    # `away.promise`, written in the article `press`, is not the key `promise` of `press.away`.
    assert directory(AWAY).find("away.promise", "press") is None


def test_one_key_may_be_typed_in_two_ways() -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    article = replace(HOME, nodes=(Node("place", composed, 3),))
    assert (
        directory(article).find(decomposed, "home") == directory(article).find(composed, "home") is not None
    )


def test_an_entry_knows_its_place_and_canonical_iri() -> None:
    entry = directory(HOME).find("guild", "home")
    assert entry == Entry("home.guild", "organization", "home.guild", GUILD, "home", HOME.file, 10)
    names = Names("https://example.org/")
    assert entry.iri(names) == "https://example.org/id/organization/home.guild"
    assert replace(entry, canonical="league").iri(names) == "https://example.org/id/organization/league"


def test_lookup_gives_what_was_declared() -> None:
    record = directory(HOME, AWAY).lookup("home")
    assert record(Ref("guild", 1)) is GUILD
    assert record(Ref("press.away", 1)) is AWAY
    assert record(Ref("nobody", 1)) is None


def test_declared_has_all_that_has_a_key() -> None:
    inline = Node("membership", "office", 41)
    claim = Claim(40, "She leads.", Voice.STATEMENT, key="leads", content=(inline, Node("event", "", 42)))
    article = replace(
        HOME,
        nodes=(*HOME.nodes, Node("organization", "league", 12, addition=True)),
        statements=(replace(TALK, claims=(claim,)),),
        claims=(Claim(50, "It rained.", Voice.ARTICLE),),
    )
    assert [entry.key for entry in declared(article)] == [
        *("home", "home.guild", "home.ana", "home.founded", "home.talk", "home.leads", "home.office")
    ]


def test_nothing_is_wrong() -> None:
    claim = Claim(40, "It promised.", Voice.ARTICLE, content=(Ref("press.away.promise", 41),))
    added = Node("organization", "league", 12, forms=(Form("the League", 12),), addition=True)
    assert findings(replace(HOME, nodes=(*HOME.nodes, added), statements=(TALK,), claims=(claim,))) == ()


@pytest.mark.parametrize(
    ("key", "message", "hint"),
    [
        ("giuld", "Neither this article nor the register declares `giuld` (`about`).", "`guild`"),
        ("leage", "Neither this article nor the register declares `leage` (`about`).", "`league`"),
        ("zzzzzz", "Neither this article nor the register declares `zzzzzz` (`about`).", "Declare it"),
        ("press.away.promse", "The article `press.away` declares no `promse`", "`press.away.promise`"),
        ("presse.away.promise", "There is no article `presse.away`", "`press.away.promise`"),
    ],
)  # fmt: skip
def test_an_unknown_key(key: str, message: str, hint: str) -> None:
    claim = Claim(40, "About it.", Voice.ARTICLE, about=(Ref(key, 44),))
    (finding,) = findings(replace(HOME, claims=(claim,)))
    assert (finding.file, finding.line, finding.words) == (HOME.file, 44, key)
    assert (finding.severity, finding.code, finding.article) == (Severity.VIOLATION, "unknown-key", "home")
    assert finding.message.startswith(message)
    assert hint in finding.hint


def slot(kind: str, prop: str, value: Scalar) -> Article:
    return replace(HOME, nodes=(*HOME.nodes, Node(kind, "x", 50, slots=((prop, value),))))


def claiming(**slots: object) -> Article:
    claim = Claim(40, "It is so.", Voice.ARTICLE, key="so", **slots)  # type: ignore[arg-type]
    return replace(HOME, claims=(claim,), statements=(TALK,))


ANA, GUILD_REF, MAYOR = Ref("ana", 51), Ref("guild", 51), Ref("mayor", 51)


@pytest.mark.parametrize(
    ("article", "message"),
    [
        (slot("legal-status", "dkg:jurisdiction", ANA), "is a person, but `jurisdiction` takes a polity"),
        (slot("post", "org:postIn", ANA), "`ana` is a person, but `in` takes an organization or a polity."),
        (slot("membership", "dkg:post", GUILD_REF), "`guild` is an organization, but `post` takes a post."),
        (slot("membership", "org:organization", ANA), "`organization` takes an organization or a polity."),
        (slot("status-change", "dkg:from", GUILD_REF), "but `from` takes a legal status."),
        (slot("status-change", "dkg:subject", Ref("vesmark", 51)), "takes an organization or a person."),
        (slot("event", "dkg:place", ANA), "but `place` takes a place or a polity."),
        (claiming(content=(GUILD_REF,)), "`guild` is an organization, but `content` takes"),
        (claiming(condition=(Ref("talk", 51),)), "`talk` is a statement, but `if` takes a claim."),
        (claiming(claimants=(MAYOR,)), "`mayor` is a post, but `by` takes"),
        (claiming(expressed_in=Ref("so", 51)), "`so` is a claim, but `of` takes a statement."),
        (replace(HOME, slots=(("dct:publisher", Ref("founded", 51)),)), "`founded` is a legal status, "),
    ],
)  # fmt: skip
def test_the_wrong_kind_of_node(article: Article, message: str) -> None:
    (finding,) = findings(article)
    assert message in finding.message
    assert (finding.code, finding.line, finding.severity) == ("wrong-kind", 51, Severity.VIOLATION)


def test_the_nearest_of_the_right_kind_is_suggested() -> None:
    article = slot("event", "dkg:place", Ref("halls", 51))
    halls = [Node("organization", "halls", 60), Node("place", "hall", 61)]
    (finding,) = findings(replace(article, nodes=(*article.nodes, *halls)))
    assert finding.hint == "Did you mean `hall`?"


def test_many_unknown_keys_are_not_all_compared_with_all() -> None:
    """The nearest key is looked for in the article that is named, and for so many of them only."""
    many = tuple(Node("place", f"place-number-{number}", 60) for number in range(3000))
    unknown = tuple(Ref(f"plaice-numb-{number}", 51) for number in range(3000))
    article = replace(claiming(about=unknown), nodes=many)
    found = [finding for finding in findings(article) if finding.code == "unknown-key"]
    assert len(found) >= 3000
    assert sum(finding.hint.startswith("Did you mean") for finding in found) <= 20


def test_the_nearest_key_of_another_article_is_suggested() -> None:
    def declares(key: str, local: str) -> Entry:
        node = Node("place", local, 3)
        return Entry(f"{key}.{local}", "place", f"{key}.{local}", node, key, f"articles/{key}.yaml", 3)

    def entry(key: str) -> Entry:
        return Entry(key, "article", key, replace(HOME, key=key), key, f"articles/{key}.yaml", 1)

    known = Directory([entry("wire"), entry("herald"), declares("wire", "hall"), declares("herald", "halls")])
    assert known.nearest("wire.hal", None) == "wire.hall"
    assert known.nearest("herld.halls", None) == "herald.halls"
    assert known.nearest("herald.hall", None) == "herald.halls"
    assert known.nearest("zzzzz.hall", None) is None


@pytest.mark.parametrize(
    "article",
    [
        replace(HOME, statements=(replace(TALK, participations=(Participation("addressee", 31, MAYOR),)),)),
        claiming(about=(MAYOR, GUILD_REF, Ref("talk", 51), Ref("founded", 51), Ref("so", 51))),
        claiming(stance=Stance("negative", (MAYOR, Ref("talk", 51)))),
        slot("figure", "dkg:subject", Ref("talk", 51)),
        slot("relation", "dkg:object", Ref("founded", 51)),
        slot("event", "dkg:kind", Concept("rally")),
    ],
)
def test_kinds_that_fit(article: Article) -> None:
    assert findings(replace(article, statements=(TALK,))) == ()


@pytest.mark.parametrize(
    ("nodes", "code", "line", "message"),
    [
        ((GUILD, Node("person", "guild", 15)), "duplicate-key", 15, "twice, first in line 10"),
        ((GUILD, Node("person", "talk", 15)), "duplicate-key", 30, "twice, first in line 15"),
        ((Node("person", "a.b", 15),), "key-form", 15, "cannot be the key of a node"),
        ((Node("organization", "league", 15),), "key-in-register", 15, "here and in register.yaml, line 4"),
        ((Node("organization", "leaguee", 15, addition=True),), "unknown-key", 15, "has no `leaguee`"),
        ((Node("post", "league", 15, addition=True),), "wrong-kind", 15, "takes a post"),
    ],
)  # fmt: skip
def test_bad_declarations(nodes: tuple[Node, ...], code: str, line: int, message: str) -> None:
    talk = replace(TALK, participations=())
    (finding,) = findings(replace(HOME, nodes=nodes, statements=(talk,)))
    assert (finding.code, finding.line, finding.severity) == (code, line, Severity.VIOLATION)
    assert message in finding.message


REGISTER_YAML = """\
format: 1
actors:
  league: {is: organization, names: [{en: Tarvian League}]}
  vesmark: {is: polity, names: [{en: Vesmark}], external-ids: ["https://example.org/v"]}
posts:
  chair: {label: chair, in: league}
"""


def test_the_register_is_read() -> None:
    register = read_register(REGISTER_YAML.encode(), "register.yaml", ONTOLOGY, "en")
    assert register.findings == ()
    assert [(entry.key, entry.kind, entry.article) for entry in register.entries] == [
        ("league", "organization", None),
        ("vesmark", "polity", None),
        ("chair", "post", None),
    ]
    assert [node.key for node in register.nodes] == ["league", "vesmark", "chair"]


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("  seat: {label: seat, in: leage}", "unknown-key", "Did you mean `league`?"),
        ("  league: {label: seat, in: league}", "duplicate-key", "Rename"),
        ("  a.seat: {label: seat, in: league}", "key-form", "a dot divides"),
        ("  seat: {label: seat, in: chair}", "wrong-kind", "Write the key"),
    ],
)
def test_the_register_is_checked(line: str, code: str, words: str) -> None:
    data = f"{REGISTER_YAML}{line}\n".encode()
    (finding,) = read_register(data, "register.yaml", ONTOLOGY, "en").findings
    assert (finding.code, finding.line, finding.file, finding.article) == (code, 7, "register.yaml", "")
    assert words in finding.hint


def test_reader_and_check_find_a_bad_key_once() -> None:
    data = """\
format: 1
article: {title: Rain, language: en}
actors:
  ana: {is: person, names: [{en: Ana}]}
  b.c: {is: person, names: [{en: Bo}]}
world:
  ana: {is: document, label: a letter}
statements:
  talk: {kind: remark, by: ana, claims: [{id: ana, says: It rained., quote: rain}]}
"""
    source = Source(Path("n.yaml"), "articles/n.yaml", data.encode(), "n", "en", False, ONTOLOGY)
    result = native().read(source)
    (article,) = result.articles
    found = sorted({*result.findings, *check_references(article, Directory(declared(article)))})
    assert [(f.code, f.line) for f in found] == [
        *(("key-form", 5), ("duplicate-key", 7), ("duplicate-key", 9))
    ]


KEYS = """\
format: 1
article: {title: Rain, language: en}
actors:
  ana: {is: person, names: [{en: Ana Venn}], mentions: [the chair]}
  bo: {names: [{en: Bo}], mentions: [B.]}
statements:
  talk:
    kind: remark
    by: BY
    claims: [{says: It rained., about: BY, if: IF, quote: rain}, {says: It snowed., about: BY, quote: snow}]
"""


@pytest.mark.parametrize(
    ("by", "condition", "expected"),
    [
        ("Ana Venn", "", "9 `by`: That is a name; write the key: `ana`. It is also used in line 10."),
        ("the chair", "", "9 `by`: That is a name; write the key: `ana`. It is also used in line 10."),
        ("nobody-here", "", "9 `by`: Declare it, or correct the key. It is also used in line 10."),
        ("ana", "it rained", "10 `if`: Write the `id` of a claim here, and give that claim one."),
        ("bo", "", ""),  # its own finding says that its entry could not be read
    ],
)
def test_an_unknown_key_is_told_once_with_what_was_meant(by: str, condition: str, expected: str) -> None:
    data = KEYS.replace("BY", by).replace(" if: IF,", f" if: {condition}," if condition else "")
    source = Source(Path("n.yaml"), "articles/n.yaml", data.encode(), "n", "en", False, ONTOLOGY)
    (article,) = native().read(source).articles
    found = check_references(article, Directory(declared(article)))
    shown = [f"{f.line} {f.message.partition('(')[2].removesuffix(').')}: {f.hint}" for f in found]
    assert shown == ([expected] if expected else [])

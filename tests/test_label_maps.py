"""Label maps: read strictly, and nothing that a tool wrote is dropped in silence."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from diaspora_kg.article import Article
from diaspora_kg.build import Status, build
from diaspora_kg.cli import main
from diaspora_kg.content import content
from diaspora_kg.errors import Finding, Report, Severity
from diaspora_kg.marked import Document, read_labels, to_articles
from diaspora_kg.marked.brat import parse
from diaspora_kg.marked.draft import drafted
from diaspora_kg.marked.identities import KNOWN, identified, is_none, own_entries
from diaspora_kg.marked.labels import RULE_KEYS
from diaspora_kg.marked.model import Attribute, Identity, Span
from diaspora_kg.marked.notes import read_note
from diaspora_kg.marked.rules import ENTRIES, OWN_KEYS
from diaspora_kg.ontology import Ontology
from diaspora_kg.project import Project
from diaspora_kg.reading import LabelFile, Source
from tests import small

TEXT = "The League met in Halm. Its chair said the hall was shut. The League will meet again.\n"
OWN = (content("ingest", "labels") / "brat.toml").read_bytes()


@cache
def ontology() -> Ontology:
    return Ontology.load([content("ontology")])


def mapped(*lines: str, labels: bytes = OWN, text: str = TEXT) -> tuple[Article, tuple[Finding, ...]]:
    document, findings, _ = parse([("x.ann", "\n".join(lines))], text)
    assert findings == ()
    return mapped_document(document, labels)


def mapped_document(document: Document, labels: bytes = OWN) -> tuple[Article, tuple[Finding, ...]]:
    source = Source(
        *(Path("x.ann"), "articles/x.ann", b"", "x", "en", False, ontology()),
        labels=LabelFile("brat", "ingest/labels/brat.toml", labels),
        base="https://example.org/kg/",
    )
    result = to_articles([document], source)
    [article] = result.articles
    return article, result.findings


def codes(found: tuple[Finding, ...]) -> list[tuple[int, str]]:
    return [(one.line, one.code) for one in found]


# -- reading a map ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "line", "words"),
    [
        ('spans.A = "organisation"', 2, "Did you mean `organization`?"),
        ('[spans]\nA = { is = "person", naem = "longest" }', 3, "Did you mean `name`?"),
        ('[spans]\nA = { is = "person", name = "all of them" }', 3, "no value of `name`"),
        ('[roles]\nBy = "bye"', 3, "Did you mean `by`?"),
        ('[attributes]\nSure = { values = { Yes = "asserted" } }', 3, "has no key"),
        ("[frames]\nA = 3", 3, "what it becomes"),
        ('[relations]\nA = { source = "member" }', 3, "does not say what"),
        ("colour = 1", 2, "no key here"),
        ('[identities.x]\nprefix = "https://x.example/"', 2, "every id would be believed"),
        ('[identities.x]\nprefix = "javascript:alert(1)"\npattern = "[0-9]+"', 3, "absolute http"),
        ('[identities.x]\nprefix = "https://x.example/"\npattern = "(a+)+"', 4, "never end"),
        ('[identities.x]\nprefix = "https://x.example/"\npattern = "a*a*a*a*a*a*a*a*b"', 4, "never end"),
        (
            '[identities.x]\nprefix = "https://x.example/"\npattern = "(a|a)(a|a)(a|a)(a|a)(a|a)b"',
            4,
            "never end",
        ),
        ('[identities.x]\nprefix = "https://x.example/"\npattern = "a{99999999999}"', 4, "is none"),
        ("[spans\n", 2, "no TOML"),
    ],
)
def test_a_fault_in_a_map_is_told_with_its_line(written: str, line: int, words: str) -> None:
    labels, found = read_labels(LabelFile("m", "ingest/labels/m.toml", f"format = 1\n{written}\n".encode()))
    assert labels is None
    assert words in " ".join(one.message for one in found)
    assert found[0].line == line
    assert {one.severity for one in found} == {Severity.VIOLATION}


def test_a_newer_map_is_refused_by_name() -> None:
    _, found = read_labels(LabelFile("m", "m.toml", b"format = 2\n"))
    assert "newer" in found[0].hint


def test_a_file_says_that_its_map_cannot_be_used() -> None:
    document, _, _ = parse([("x.ann", "")], TEXT)
    source = Source(Path("x.ann"), "articles/x.ann", b"", "x", "en", False, ontology())
    assert [one.code for one in to_articles([document], source).findings] == ["no-label-map"]


# -- what is not mapped ----------------------------------------------------------------------------


def test_each_name_that_no_rule_has_is_told_once_with_its_number() -> None:
    _, found = mapped(
        "T1\tGhost 4 10\tLeague",
        "T2\tGhost 18 22\tHalm",
        "T3\tOrganization 4 10\tLeague",
        "A1\tColour T3 green",
        "T4\tClaim 39 56\tthe hall was shut",
        "E1\tClaim:T4 Odd:T3",
        "#1\tAnnotatorNotes E1\tThe hall is shut.",
        "R1\tNear Arg1:T1 Arg2:T3\t",
        "*\tChain T1 T2",
    )
    assert codes(found) == [(1, "label-not-mapped"), (4, "label-not-mapped"), (6, "label-not-mapped"),
                            (8, "label-not-mapped"), (9, "label-not-mapped")]  # fmt: skip
    assert "2 spans, the first here" in found[0].message
    assert 'Write under [spans] in ingest/labels/brat.toml: "Ghost" =' in found[0].hint


def test_what_a_map_ignores_by_name_is_silent() -> None:
    labels = b"""format = 1
[spans]
A = "ignore"
B = "organization"
[attributes]
X = "ignore"
[relations]
R = "ignore"
"""
    article, found = mapped(
        "T1\tA 4 10\tLeague", "T2\tB 4 10\tLeague", "A1\tX T2 v", "R1\tR Arg1:T1 Arg2:T2\t",
        "#1\tAnnotatorNotes T2\tlabel: the League", labels=labels,
    )  # fmt: skip
    assert (codes(found), [node.kind for node in article.nodes]) == ([], ["organization"])


def test_a_value_that_a_map_does_not_name_is_told() -> None:
    labels = b"""format = 1
[spans]
C = { is = "claim", says = "{words}" }
[attributes]
S = { key = "modality", values = { Maybe = "possible" } }
"""
    article, found = mapped(
        "T1\tC 39 56\tthe hall was shut", "A1\tS T1 Maybe", "T2\tC 58 84\tThe League will meet again",
        "A2\tS T2 Never",
        labels=labels,
    )  # fmt: skip
    assert [claim.modality for claim in article.claims] == ["possible", None]
    assert ["S = Never" in one.message for one in found] == [True]


def test_a_reference_to_nothing_is_told() -> None:
    _, found = mapped(
        "T1\tClaim 39 56\tthe hall was shut", "E1\tClaim:T1 About:T9 In:E1",
        "#1\tAnnotatorNotes E1\tIt is shut.",
        "T2\tOrganization 4 10\tLeague", "*\tEquiv T2 T8", "E2\tEvent:T7",
        "#2\tAnnotatorNotes E2\tkind: rally",
    )  # fmt: skip
    assert (2, "dangling-reference") in codes(found)
    assert (5, "dangling-reference") in codes(found)
    assert (6, "dangling-reference") in codes(found)


# -- nodes -----------------------------------------------------------------------------------------


def test_marks_are_one_node_by_id_equivalence_or_register() -> None:
    article, found = mapped(
        "T1\tOrganization 4 10\tLeague", "#1\tAnnotatorNotes T1\tleague", "T2\tOrganization 62 68\tLeague",
        "#2\tAnnotatorNotes T2\tleague", "T3\tPlace 18 22\tHalm", "N1\tReference T3 register:halm\tHalm",
        "T4\tPerson 24 33\tIts chair", "N2\tReference T4 Wikidata:Q7\tx",
    )  # fmt: skip
    assert codes(found) == []
    league, halm, chair = article.nodes[0], article.nodes[-1], article.nodes[1]
    assert (league.key, [form.position for form in league.forms]) == ("league", [(4, 10), (62, 68)])
    assert [name.form for name in league.names] == ["League"]
    assert (halm.key, halm.addition, halm.kind) == ("halm", True, "place")
    assert [str(value) for value in chair.values("dkg:externalId")] == [
        "Link(iri='http://www.wikidata.org/entity/Q7')"
    ]
    assert chair.key == "person-24-33"


def test_equal_words_are_no_one_node_unless_the_map_says_so() -> None:
    lines = ("T1\tB 4 10\tLeague", "T2\tB 62 68\tLeague")
    for rule, count in (("", 2), (", join = true", 1)):
        labels = f'format = 1\n[spans]\nB = {{ is = "organization", name = "first"{rule} }}\n'.encode()
        article, _ = mapped(*lines, labels=labels)
        assert len(article.nodes) == count


def test_one_node_cannot_be_two_things_or_have_two_ids() -> None:
    _, found = mapped(
        "T1\tOrganization 4 10\tLeague", "#1\tAnnotatorNotes T1\ta", "T2\tPerson 18 22\tHalm",
        "#2\tAnnotatorNotes T2\ta", "T3\tPerson 24 33\tIts chair", "#3\tAnnotatorNotes T3\tb",
        "*\tEquiv T2 T3",
    )  # fmt: skip
    assert {"two-kinds", "two-ids"} <= {one.code for one in found}


def test_a_mention_of_nobody_is_told() -> None:
    _, found = mapped("T1\tMention 18 22\tHalm")
    assert codes(found) == [(1, "mention-of-nobody")]


def test_names_carry_kind_and_language() -> None:
    article, _ = mapped("T1\tOrganization 4 10\tLeague", "A1\tName T1 short-name", "A2\tLanguage T1 ru-Latn")
    [name] = article.nodes[0].names
    assert (name.form, name.language, name.kind) == ("League", "ru-latn", "shortName")


def test_dates_stand_in_the_text_or_in_a_note() -> None:
    article, found = mapped(
        "T1\tEvent 11 14\tmet", "E1\tEvent:T1 When:T2", "#1\tAnnotatorNotes E1\tkind: meeting",
        "T2\tDate 69 83\twill meet agai", "#2\tAnnotatorNotes T2\t2018-04~ | basis: annotator-estimate",
    )  # fmt: skip
    [event] = article.nodes
    assert [value.edtf for value in event.values("dkg:when") if hasattr(value, "edtf")] == ["2018-04~"]
    assert codes(found) == []


def test_a_claim_made_by_a_rule_belongs_to_the_statement_around_it() -> None:
    labels = b"""format = 1
[spans]
B = { is = "organization", name = "first" }
P = { is = "place", name = "first" }
C = { is = "claim", says = "{words}" }
[frames.S]
is = "statement"
set = { kind = "remark", by = "not-stated" }
roles = { C = "claims" }
[relations.SEAT]
is = "relation"
source = "subject"
target = "object"
set = { kind = "operates-in" }
claim = { says = "{subject} is in {object}." }
"""
    marks = ("T1\tB 4 10\tLeague", "T2\tP 18 22\tHalm", "R1\tSEAT Arg1:T1 Arg2:T2\t")
    article, _ = mapped(*marks, labels=labels)
    assert [claim.says for claim in article.claims] == ["League is in Halm."]
    article, _ = mapped(
        *marks, "T3\tC 0 22\tThe League met in Halm", "T4\tS 34 38\tsaid", "E1\tS:T4 C:T3", labels=labels
    )
    assert article.claims == ()
    assert [claim.says for claim in article.statements[0].claims] == [
        "The League met in Halm",
        "League is in Halm.",
    ]


def test_characters_that_no_graph_keeps_are_told() -> None:
    span = Span("1", "", "Person", ((4, 10),), (Attribute("Name", "a\ud800"),), line=7)
    document = Document(TEXT, spans=(span,))
    source = Source(
        *(Path("x"), "x.json", b"", "x", "en", False, ontology()), labels=LabelFile("b", "b", OWN)
    )
    result = to_articles([document], source)
    assert (result.articles, codes(result.findings)) == ((), [(7, "control-character")])


# -- layers, notes, identities ---------------------------------------------------------------------


def test_a_feature_may_hold_the_label() -> None:
    labels = b"""format = 1
[layers]
"c.E" = "value"
[spans]
"c.E/ORG" = { is = "organization", name = "first" }
[attributes]
identifier = "identity"
"""
    features = (
        Attribute("value", "ORG"),
        Attribute("identifier", "https://example.org/kg/id/organization/league"),
    )
    other = (Attribute("value", "TREE"),)
    spans = (Span("1", "c.E", "", ((4, 10),), features), Span("2", "c.E", "", ((18, 22),), other, line=5))
    article, found = mapped_document(Document(TEXT, spans=spans), labels)
    assert [(node.key, node.addition) for node in article.nodes] == [("league", True)]
    assert ["`c.E/TREE`" in one.message for one in found] == [True]


@pytest.mark.parametrize(
    ("note", "keys"),
    [
        ("Plain words: and more.", {"says": "Plain words: and more."}),
        ("It is shut. | id: A-1 | note: a | b", {"says": "It is shut.", "id": "A-1", "note": "a | b"}),
        ("id: A-1", {"id": "A-1"}),
        ('note: "a | id: b"', {"note": '"a', "id": 'b"'}),
    ],
)
def test_notes_hold_words_and_keys(note: str, keys: dict[str, str]) -> None:
    pairs, left = read_note(note, 3, "says", Report("x"))
    assert ({key: getattr(view, "text", "") for key, view in pairs}, left) == (keys, "")


def test_a_broken_value_in_a_note_is_told_at_its_line() -> None:
    report = Report("x")
    pairs, _ = read_note("when: {date: 2018, date: 2019} | names: [a: b: c]", 9, "", report)
    assert {one.line for one in report.findings} == {9}
    assert len(pairs) <= 1


@pytest.mark.parametrize(
    ("scheme", "written", "found"),
    [
        ("Wikidata", "Q42", "http://www.wikidata.org/entity/Q42"),
        ("", "https://www.wikidata.org/wiki/Q42", "http://www.wikidata.org/entity/Q42"),
        ("wd", "Q042", None),
        ("Wikidata", "Q42> <x:y", None),
        ("VIAF", "97006051", "http://viaf.org/viaf/97006051"),
        ("ISNI", "0000 0001 2150 090X", "https://isni.org/isni/000000012150090X"),
        ("ROR", "05dxps055", "https://ror.org/05dxps055"),
        ("ROR", "../etc/passwd", None),
        ("", "https://example.org/kg/id/person/orel", "orel"),
        ("", "https://example.org/kg/id/person/a/b", None),
        ("register", "orel", "orel"),
        ("GND", "118540238", None),
        ("", "javascript:alert(1)", None),
    ],
)
def test_ids_pass_an_allow_list(scheme: str, written: str, found: str | None) -> None:
    schemes = (*own_entries("https://example.org/kg/"), *KNOWN)
    given = identified(Identity(scheme, written), schemes)
    assert (given[0] if given else None) == found


@pytest.mark.parametrize(
    "written", ["", "NIL", "null", "None", "-", "_", "NIL0012", "*", "https://x.example/NIL"]
)
def test_ids_that_mean_none_are_none(written: str) -> None:
    assert is_none(written)


# -- drafts ----------------------------------------------------------------------------------------


def test_a_draft_is_a_map_that_decides_nothing_by_itself(tmp_path: Path) -> None:
    annotation = tmp_path / "x.ann"
    annotation.write_text(
        "T1\tORG 4 10\tLeague\nT2\tStrange 18 22\tHalm\nT3\tAttribution 34 38\tsaid\n"
        'E1\tAttribution:T3 Source:T1 Odd:T2\nA1\tModality E1 possible\nA2\tSure T1 y"es\n'
        "R1\tNear Arg1:T1 Arg2:T2\t\nN1\tReference T1 GND:1\tx\n",
        "utf-8",
    )
    annotation.with_suffix(".txt").write_text(TEXT, "utf-8")
    done = CliRunner().invoke(main, ["labels", "draft", str(annotation)])
    assert done.exit_code == 0
    again = CliRunner().invoke(main, ["labels", "draft", str(annotation)])
    assert again.stdout == done.stdout
    table = tomllib.loads(done.stdout)
    assert table["spans"] == {"ORG": "organization"}
    assert table["roles"] == {"Source": "by"}
    assert '# Strange = "…"  # 1 time, such as “Halm”' in done.stdout.splitlines()
    labels, found = read_labels(LabelFile("draft", "draft.toml", done.stdout.encode()))
    assert (labels is not None, found) == (True, ())


def test_all_that_is_commented_out_is_a_map_once_it_is_filled_in() -> None:
    document, _, _ = parse([("x.ann", 'T1\tA"b 4 10\tLeague\nA1\tC\\d T1 v')], TEXT)
    lines = [line.removeprefix("# ") for line in drafted([document]).splitlines() if " = " in line]
    assert {'A"b', "C\\d"} <= tomllib.loads("\n".join(lines)).keys()


def test_a_file_that_no_tool_wrote_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.ann").write_text("words\n", "utf-8")
    done = CliRunner().invoke(main, ["labels", "draft", str(tmp_path / "x.ann")])
    assert done.exit_code == 2
    assert "No reader takes" in done.stderr


# -- documentation ---------------------------------------------------------------------------------


def test_every_key_and_every_label_of_our_tag_set_is_told() -> None:
    told = (content("reference") / "label-maps.md").read_text("utf-8")
    words = {*ENTRIES, *OWN_KEYS, *RULE_KEYS}
    for section in tomllib.loads(OWN.decode()).values():
        words |= set(section) if isinstance(section, dict) else set()
    assert [word for word in sorted(words) if f"`{word}`" not in told] == []


# -- what has no place -----------------------------------------------------------------------------


def test_what_has_no_place_is_told() -> None:
    _, found = mapped(
        "T1\tWords 4 10\tLeague", "#1\tAnnotatorNotes T1\tnote: odd", "T2\tPerson 24 33\tIts chair",
        "A1\tVoice T2 headline", "T3\tPlace 18 22\tHalm",
        "N1\tReference T3 register:halm\tHalm", "#3\tAnnotatorNotes T3\tlabel: the town",
        "T4\tDate 34 38\tsaid", "N2\tReference T4 Wikidata:Q1\tx",
    )  # fmt: skip
    assert codes(found) == [
        (1, "key-without-place"), (1, "linked-to-nothing"), (3, "key-without-place"),
        (5, "register-described"), (8, "key-without-place"),
    ]  # fmt: skip


def test_a_role_that_points_to_what_is_no_value_is_told() -> None:
    _, found = mapped(
        "T1\tClaim 39 56\tthe hall was shut", "E1\tClaim:T1 About:T2 In:T3",
        "#1\tAnnotatorNotes E1\tIt is shut.",
        "T2\tFurniture 0 3\tThe", "T3\tPerson 24 33\tIts chair",
    )  # fmt: skip
    assert codes(found) == [(2, "no-value"), (2, "not-a-statement")]


def test_fragments_are_passages_and_one_mention() -> None:
    """Fragments that only white space divides (brat splits at line ends) are one passage."""
    text = "The League\nmet. It met in Halm.\n"
    document, wrong, _ = parse([("x.ann", "\n".join([
        "T1\tClaim 4 10;11 14;16 22\tLeague met It met", "E1\tClaim:T1 About:T2",
        "#1\tAnnotatorNotes E1\tIt met.",
        "T2\tPerson 4 10;16 18\tLeague It",
    ]))], text)  # fmt: skip
    assert wrong == ()
    article, found = mapped_document(document)
    assert found == ()
    assert [anchor.position for anchor in article.claims[0].anchors] == [(4, 14), (16, 22)]
    assert [(form.text, form.position) for form in article.nodes[0].forms] == [("League … It", (4, 18))]


def test_a_long_mark_in_a_text_that_is_kept_back_leaves_nothing_of_it(tmp_path: Path) -> None:
    words = " ".join(f"word{number}" for number in range(40))
    text = f"The Talks\n\nThe {words} met.\n"
    begin, end = text.index("word0"), text.index(" met")
    small.write(
        tmp_path,
        "dkg.toml",
        'format = 1\ntitle = "Town"\ntext = "withheld"\nbase = "https://example.org/t/"\n',
    )
    small.write(tmp_path, "articles/x.txt", text)
    small.write(tmp_path, "articles/x.ann", f"T1\tOrganization {begin} {end}\t{words}\n")
    header = (
        "format: 1\narticle: {title: The Talks, language: en, annotator: Ada,\n"
        "  not-stated: [author, url, publisher, published], text_sha256: "
    )
    small.write(tmp_path, "articles/x.yaml", f"{header}{hashlib.sha256(text.encode()).hexdigest()}}}\n")
    report = build(Project.load(tmp_path))
    assert [one.status for one in report.articles] == [Status.OK]
    leaked = b" ".join(words.encode().split()[10:26])
    files = [path for path in (tmp_path / ".dkg").rglob("*") if path.is_file()]
    assert [path.name for path in files if leaked in path.read_bytes()] == []

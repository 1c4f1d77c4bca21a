"""Step by step or all at once: whatever is edited in whatever order, the same graph and the same index.

The project is a small town of articles that refer to each other, to the register and to what is not there.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from diaspora_kg.build import run as runs
from diaspora_kg.identity.decisions import HEAD
from tests.growing import Growing, built, contents, grow, say
from tests.small import SETTINGS, write

STEMS = ("ash", "birch", "cedar")
TEXT = "Rain in Vesmark\n\nAda Venn chairs the Norland League. It rained in Vesmark, she said.\n"
REGISTERS = (
    "format: 1\nactors:\n  league: {is: organization, names: [{en: Norland League}]}\n",
    "format: 1\n# a remark\nactors:\n  league: {is: organization, names: [{en: League of Norland}]}\n"
    "  venn: {is: person, names: [{en: Ada Venn}]}\n",
    "format: 1\nactors:\n  venn: {is: person, names: [{en: A. Venn}, {en: Ada, kind: short-name}]}\n"
    "posts:\n  chair: {label: chair, not-stated: [in]}\n",
)
RULE = """#+ summary: Things that are claimed
#+ description: What any claim says.
PREFIX dkg: <https://w3id.org/diaspora-kg/ns#>
CONSTRUCT { ?focus %s ?claim } WHERE { GRAPH ?g { ?claim dkg:content ?focus } }
"""
SHAPE = '''
@prefix dkg: <https://w3id.org/diaspora-kg/ns#> .
@prefix own: <https://example.org/own/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
own:shape a dkg:GraphShape ; sh:order 99 ; sh:severity sh:Warning ; sh:name "Own"@en ;
    sh:description "Own"@en ; sh:message "An article mentions somebody %s."@en ; dkg:hint "None."@en ;
    sh:select """SELECT DISTINCT ?focus WHERE {
      GRAPH ?g { ?m <https://w3id.org/diaspora-kg/ns#refersTo> ?focus } }""" .
'''

QUERIES = (
    "",
    "#+ summary: Who claims\nSELECT ?c WHERE { GRAPH ?g { ?c ?p ?o } }",
    "#+ summary: Who claims it\n#+ tags: [own]\nASK { GRAPH ?g { ?c ?p ?o } }",
    "#+ summary: [\nSELECT",
)

CLAIMS = (
    "  - {id: rain, says: It rained., quote: It rained in Vesmark}\n",
    "  - {id: rain, says: It rained hard., quote: It rained in Vesmark, about: league}\n",
    "  - {id: chairs, says: She chairs it., content: seat, quote: Ada Venn chairs}\n",
    "  - {id: other, says: She chairs it too., content: OTHER.seat, quote: Ada Venn chairs}\n",
    "  - {id: not, says: She does not., content: OTHER.seat, how: negated, quote: It rained in Vesmark}\n",
    "  - {id: back, says: Taken back., retracts: OTHER, quote: It rained in Vesmark}\n",
    "  - {id: reply, says: No., responds-to: OTHER.chairs, how: negated, quote: It rained in Vesmark}\n",
    "  - {id: broken, says: Nothing., quote: It snowed}\n",
    "  - {id: unknown, says: Nobody., about: nobody, quote: It rained in Vesmark}\n",
)
WORLDS = (
    "",
    "world:\n  seat: {is: membership, member: venn, organization: league, post: chair,"
    " not-stated: [starts, ends]}\n",
    "world:\n  seat: {is: membership, member: OTHER.venn, organization: league,"
    " not-stated: [starts, ends]}\n",
)
ACTORS = (
    "",
    "actors:\n  venn: {is: person, names: [{en: Ada Venn}], mentions: [she]}\n",
    "actors:\n  league: {is: organization, names: [{en: Norland League}]}\n"
    "  venn: {is: person, names: [{en: Venn}]}\nposts:\n  chair: {label: chair, in: league}\n",
)

RECORDS = ("venn", "ash.venn", "birch.venn", "cedar.venn", "ash.league", "league", "elm.venn", "oak.venn")
VERDICTS = ("same", "same", "same", "different", "withdraw")

claims = st.lists(st.sampled_from(CLAIMS), min_size=1, max_size=4, unique_by=lambda c: c.split(",")[0])


def annotation(other: str, key: str, actors: str, world: str, said: list[str], formerly: str) -> str:
    named = f"  key: {key}\n" if key else ""
    named += f"  formerly: [{formerly}]\n" if formerly else ""
    text = (
        "format: 1\narticle:\n  title: Rain in Vesmark\n  language: en\n  annotator: One\n"
        f"{named}  not-stated: [author, url, publisher, published]\n"
        f"{actors}{world}article-says:\n{''.join(said)}"
    )
    return text.replace("OTHER", other)


class Town(Growing):
    """A project that is edited at random and built now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.decisions: list[str] = []

    @initialize()
    def settle(self) -> None:
        write(self.root, "dkg.toml", SETTINGS)
        (self.root / "articles").mkdir()
        write(self.root, "register.yaml", REGISTERS[0])
        self.dirty = True

    @rule(
        stem=st.sampled_from(STEMS),
        other=st.sampled_from((*STEMS, *STEMS, "oak")),
        key=st.sampled_from(["", "", "", "ash", "elm"]),
        actors=st.sampled_from(ACTORS),
        world=st.sampled_from(WORLDS),
        said=claims,
        formerly=st.sampled_from(["", "", "oak"]),
    )
    def edit(
        self, stem: str, other: str, key: str, actors: str, world: str, said: list[str], formerly: str
    ) -> None:
        write(self.root, f"articles/{stem}.yaml", annotation(other, key, actors, world, said, formerly))
        if not (self.root / f"articles/{stem}.txt").exists():
            write(self.root, f"articles/{stem}.txt", TEXT)
        self.dirty = True

    @rule(stem=st.sampled_from(STEMS), more=st.sampled_from(["", "More.\n", "It snowed.\n"]))
    def reword(self, stem: str, more: str) -> None:
        write(self.root, f"articles/{stem}.txt", TEXT + more)
        self.dirty = True

    @rule(stem=st.sampled_from(STEMS), suffix=st.sampled_from(["txt", "yaml", "*"]))
    def delete(self, stem: str, suffix: str) -> None:
        for path in (self.root / "articles").glob(f"{stem}.{suffix}"):
            path.unlink()
        self.dirty = True

    @rule(stem=st.sampled_from(STEMS), to=st.sampled_from(STEMS))
    def rename(self, stem: str, to: str) -> None:
        for path in (self.root / "articles").glob(f"{stem}.*"):
            path.replace(path.with_name(f"{to}{path.suffix}"))
        self.dirty = True

    @rule(stem=st.sampled_from(STEMS))
    def move_lines(self, stem: str) -> None:
        path = self.root / f"articles/{stem}.yaml"
        if path.exists():
            path.write_text("# a remark\n" + path.read_text("utf-8"), "utf-8")
            self.dirty = True

    @rule(stem=st.sampled_from(STEMS))
    def spoil(self, stem: str) -> None:
        write(self.root, f"articles/{stem}.yaml", "format: 1\narticle: [")
        self.dirty = True

    @rule(text=st.sampled_from([*REGISTERS, "format: 1\nactors: [", ""]))
    def register(self, text: str) -> None:
        write(self.root, "register.yaml", text)
        if not text:
            (self.root / "register.yaml").unlink()
        self.dirty = True

    @rule(left=st.sampled_from(RECORDS), right=st.sampled_from(RECORDS), verdict=st.sampled_from(VERDICTS))
    def decide(self, left: str, right: str, verdict: str) -> None:
        if verdict == "withdraw" and not self.decisions:
            (self.root / "decisions.tsv").unlink(missing_ok=True)
        elif verdict == "withdraw":
            of = self.decisions.pop(0)
            say(self.root, "", "", verdict, of)
        elif left != right:
            self.decisions.append(say(self.root, left, right, verdict))
        self.dirty = True

    @rule(prop=st.sampled_from(["", "dkg:ownA", "dkg:ownB", "dkg:fulfilment"]))
    def own_rule(self, prop: str) -> None:
        path = self.root / "ontology/derive/own.rq"
        if prop:
            write(self.root, "ontology/derive/own.rq", RULE % prop)
        else:
            path.unlink(missing_ok=True)
        self.dirty = True

    @rule(words=st.sampled_from(["", "known", "unknown"]))
    def own_shape(self, words: str) -> None:
        path = self.root / "ontology/shapes/graph-own.ttl"
        if words:
            write(self.root, "ontology/shapes/graph-own.ttl", SHAPE % words)
        else:
            path.unlink(missing_ok=True)
        self.dirty = True

    @rule(text=st.sampled_from(QUERIES), name=st.sampled_from(["own", "relations"]))
    def own_query(self, text: str, name: str) -> None:
        path = write(self.root, f"queries/{name}.rq", text)
        if not text:
            path.unlink()
        self.dirty = True

    @rule()
    def build(self) -> None:
        self.both()


@pytest.fixture(autouse=True)
def young_files_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else every file of a test, being young, is read again, and what depends on others is never asked."""
    monkeypatch.setattr(runs, "_SLACK", 0)


def test_step_by_step_is_all_at_once() -> None:
    grow(Town, 12, 14)


def test_a_decision_a_register_and_an_article_that_goes(tmp_path: Path) -> None:
    """What is only deleted or only registered reaches those that depend on it, with decisions and without."""
    root, twin = tmp_path / "p", tmp_path / "twin"
    write(root, "dkg.toml", SETTINGS)
    write(root, "register.yaml", REGISTERS[0])
    for stem, other in (("ash", "birch"), ("birch", "ash"), ("cedar", "ash")):
        write(root, f"articles/{stem}.txt", TEXT)
        said = [CLAIMS[0], CLAIMS[2]]
        write(root, f"articles/{stem}.yaml", annotation(other, "", ACTORS[1], WORLDS[2], said, ""))
    built(root)
    row = ["d1", "ash.venn", "birch.venn", "same", "", "Reviewer One", "2031-05-02T10:00:00Z", "Seen."]
    for change in (
        lambda: write(root, "decisions.tsv", HEAD + "\t".join(row) + "\n"),
        lambda: write(root, "register.yaml", REGISTERS[1]),
        (root / "articles/ash.yaml").unlink,
        lambda: write(root, "register.yaml", REGISTERS[2]),
        (root / "decisions.tsv").unlink,
    ):
        change()
        shutil.rmtree(twin, ignore_errors=True)
        shutil.copytree(root, twin)
        one, other_one = built(root), built(twin, full=True)
        assert one.findings == other_one.findings
        assert contents(root) == contents(twin)


def test_a_register_that_is_broken_stops_and_mended_goes_on(tmp_path: Path) -> None:
    root = tmp_path / "p"
    write(root, "dkg.toml", SETTINGS)
    write(root, "register.yaml", REGISTERS[0])
    write(root, "articles/ash.txt", TEXT)
    write(root, "articles/ash.yaml", annotation("ash", "", "", "", [CLAIMS[1]], ""))
    assert built(root).published
    write(root, "register.yaml", "format: 1\nactors: [")
    assert built(root).stopped
    write(root, "register.yaml", REGISTERS[1])
    assert built(root).published

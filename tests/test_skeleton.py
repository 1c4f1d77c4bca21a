"""``dkg new``: the skeleton reads without a finding, whatever the text is."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from diaspora_kg.article import Article, Node
from diaspora_kg.content import content
from diaspora_kg.loader import load, script_at
from diaspora_kg.ontology import Ontology
from diaspora_kg.reading import Source
from diaspora_kg.reading.register import read_register
from diaspora_kg.skeleton import skeleton

ONTOLOGY = Ontology.load([content("ontology")])
NATIVE = load(script_at(content("ingest", "native.py")))


def read(written: str) -> Article:
    source = Source(Path("x.yaml"), "x.yaml", written.encode(), "x", "en", False, ONTOLOGY)
    result = NATIVE.read(source)
    assert result.findings == ()
    assert result.metadata_only
    article = result.articles[0]
    assert isinstance(article, Article)
    return article


def register() -> tuple[Node, ...]:
    text = """\
format: 1
actors:
  union: {is: organization, names: [{en: Union of Tarvians}, {en: UT, kind: acronym}]}
  uta: {is: organization, names: [{en: Uta}]}
posts:
  chair: {names: [{en: chair of the Union}], in: union}
places:
  halm: {names: [{en: Halm}]}
  ha: {names: [{en: Ha}]}
"""
    nodes, findings = read_register(text.encode(), "register.yaml", ONTOLOGY, "en")
    assert findings == ()
    return nodes


def test_the_header_is_read_off_the_text() -> None:
    text = "\n  Union “opens” school: 45 pupils, #1 \nBody.\n"
    article = read(skeleton(text, "a b.txt", language="az-Cyrl"))
    assert article.title == "Union “opens” school: 45 pupils, #1"
    assert article.text_sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert article.language == "az-cyrl"
    assert article.unknown == ("dct:publisher", "dct:creator", "schema:url", "dkg:when")


def test_register_entries_are_suggested_and_nothing_is_linked() -> None:
    text = "School opens in Halm\nThe chair of the\nUnion spoke for the UT.\n"
    written = skeleton(text, "a.txt", register=register())
    suggested = [line.strip() for line in written.splitlines() if "in the register" in line]
    assert [line.split(":")[0] for line in suggested] == ["# union", "# chair", "# halm"]
    assert '{mentions: ["UT"]}' in suggested[0]
    assert read(written).nodes == ()


def test_the_suggestions_can_be_taken_by_deleting_the_sign() -> None:
    written = skeleton("Halm\nUT\n", "a.txt", register=register())
    taken = "\n".join(
        line.replace("  # ", "  ", 1) if "in the register" in line else line for line in written.splitlines()
    )
    source = Source(Path("x.yaml"), "x.yaml", taken.encode(), "x", "en", False, ONTOLOGY)
    result = NATIVE.read(source)
    assert result.findings == ()
    assert [(one.key, one.addition) for one in result.articles[0].nodes] == [("union", True), ("halm", True)]


def test_the_commented_example_is_itself_without_a_fault() -> None:
    lines = skeleton("Halm\n", "a.txt").splitlines()
    start = lines.index("actors:  # who acts or is spoken of")
    opened = [line.replace("# ", "", 1) if line.startswith("  # ") else line for line in lines[start:]]
    source = Source(
        Path("x.yaml"), "x.yaml", "\n".join(lines[:start] + opened).encode(), "x", "en", False, ONTOLOGY
    )
    result = NATIVE.read(source)
    assert result.findings == ()
    assert len(result.articles[0].statements[0].claims) == 1


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), st.text(max_size=20))
def test_any_text_gives_a_readable_skeleton(text: str, file: str) -> None:
    read(skeleton(text, file))

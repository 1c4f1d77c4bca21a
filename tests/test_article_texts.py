"""The text of an article with marked passages, and all that keeps it from being shown."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from diaspora_kg.build import build
from diaspora_kg.overviews.articles import TextPage, Texts
from diaspora_kg.overviews.texts import CHANGED, NOT_HERE, NOT_SHOWN, TOO_LONG, WITHHELD, at_hand
from diaspora_kg.pages import Site, Templates
from diaspora_kg.pages.marked import paragraphs
from diaspora_kg.project import Project
from tests.examples import EXAMPLES, copy_of
from tests.markup import Page
from tests.test_overviews import ground_of, sheet

SETTINGS = 'format = 1\ntitle = "Town"\nbase = "https://example.org/town/"\n'
HEADER = "format: 1\narticle:\n  title: Talks\n  language: en\n"
WORDS = "The Circle met in Vesmark.\n"
SHA = hashlib.sha256(WORDS.encode()).hexdigest()


def marks(text: str, *spans: tuple[int, int]) -> list[tuple[str, tuple[int, ...], tuple[int, ...], int]]:
    lines = paragraphs(text, spans)
    return [(s.words, s.starts, s.ends, s.depth) for line in lines for s in line.stretches]


def test_passages_may_lie_within_each_other_overlap_and_touch() -> None:
    assert marks("abcdef", (0, 6), (1, 3), (2, 5)) == [
        ("a", (1,), (), 1),
        ("b", (2,), (), 2),
        ("c", (3,), (2,), 3),
        ("de", (), (3,), 2),
        ("f", (), (1,), 1),
    ]
    assert marks("abcd", (0, 2), (2, 4)) == [("ab", (1,), (1,), 1), ("cd", (2,), (2,), 1)]


def test_a_passage_over_several_lines_begins_and_ends_once() -> None:
    found = marks("one two\n\nthree four\n", (4, 14), (9, 20))
    assert [words for words, *_ in found] == ["one ", "two", "three", " four"]
    assert [starts for _, starts, _, _ in found] == [(), (1,), (2,), ()]
    assert [ends for _, _, ends, _ in found] == [(), (), (1,), (2,)]  # the line break belongs to no line


def test_positions_are_code_points_and_no_character_is_lost() -> None:
    text = "😀 ابجد efg\r\nशान्ति 2031"
    found = marks(text, (0, 1), (2, 6), (12, 18))
    assert [words for words, _, _, depth in found if depth] == ["😀", "ابجد", "शान्ति"]
    assert "".join(words for words, *_ in found) == text.replace("\r\n", "")


def test_what_lies_outside_the_text_marks_nothing() -> None:
    assert marks("abc", (2, 9), (-1, 2), (1, 1)) == [("a", (), (), 0), ("b", (), (), 0), ("c", (), (), 0)]


def project(folder: Path, *, pages: str = "texts = true", header: str = HEADER, head: str = "") -> Project:
    (folder / "articles").mkdir(parents=True)
    (folder / "dkg.toml").write_text(f"{SETTINGS}{head}[pages]\n{pages}\n", "utf-8")
    (folder / "articles" / "a.yaml").write_text(header, "utf-8")
    (folder / "articles" / "a.txt").write_text(WORDS, "utf-8")
    return Project.load(folder)


def test_a_text_that_may_be_shown_and_is_the_annotated_one_is_read(tmp_path: Path) -> None:
    assert at_hand(project(tmp_path / "a"), "articles/a.yaml", SHA).text == WORDS
    named = project(tmp_path / "b", header=f"{HEADER}  text: other.txt\n")
    assert at_hand(named, "articles/a.yaml", SHA).why == NOT_HERE
    (named.root / "articles" / "other.txt").write_text(WORDS, "utf-8")
    assert at_hand(named, "articles/a.yaml", SHA).text == WORDS


@pytest.mark.parametrize(
    ("made", "why"),
    [
        ({"head": 'text = "withheld"\n'}, WITHHELD),
        ({"pages": ""}, NOT_SHOWN),
        ({"pages": 'texts = "yes"'}, NOT_SHOWN),
        ({"header": f"{HEADER}  text: withheld\n"}, WITHHELD),
        ({"header": f'{HEADER}  text: "withheld"\n'}, WITHHELD),
        ({"header": f"{HEADER}  text: [a.txt]\n"}, WITHHELD),
        ({"header": "format: 1\narticle: [\n"}, WITHHELD),
        ({"header": "format: 1\n"}, WITHHELD),
        ({"header": f"{HEADER}  text: ../../secret.txt\n"}, NOT_HERE),
    ],
)
def test_anything_that_is_not_a_clear_yes_keeps_the_text_back(
    tmp_path: Path, made: dict[str, str], why: str
) -> None:
    (tmp_path / "secret.txt").write_text(WORDS, "utf-8")
    found = at_hand(project(tmp_path / "town", **made), "articles/a.yaml", SHA)
    assert (found.text, found.why) == (None, why)


def test_another_text_a_missing_one_a_link_and_one_too_long_are_not_shown(tmp_path: Path) -> None:
    town = project(tmp_path / "town")
    text = town.root / "articles" / "a.txt"
    assert at_hand(town, "articles/a.yaml", "0" * 64).why == CHANGED
    assert at_hand(town, "", SHA).why == NOT_HERE
    long = "x" * 200_001
    text.write_text(long, "utf-8")
    assert at_hand(town, "articles/a.yaml", hashlib.sha256(long.encode()).hexdigest()).why == TOO_LONG
    text.unlink()
    assert at_hand(town, "articles/a.yaml", SHA).why == NOT_HERE
    (tmp_path / "outside.txt").write_text(WORDS, "utf-8")
    text.symlink_to(tmp_path / "outside.txt")
    assert at_hand(town, "articles/a.yaml", SHA).why == NOT_HERE


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_of("demo", tmp_path_factory.mktemp("texts"))
    assert build(Project.load(folder)).published
    return folder


def test_the_demo_shows_texts_linked_both_ways(demo: Path) -> None:
    with ground_of(demo) as ground:
        for address in Texts().addresses(ground):
            page = sheet(ground, address).page
            assert isinstance(page, TextPage)
            read = Page(Templates.load(None).render("text.html.j2", page, Site.of(ground.manifest)))
            assert read.faults == [], address
            text = (EXAMPLES / "demo" / "articles" / f"{page.article.key}.txt").read_text("utf-8")
            shown = "\n".join("".join(s.words for s in line.stretches) for line in page.paragraphs)
            assert shown.split() == text.split(), address
            for one in page.passages:
                assert f"#claims-{one.number}" in read.links, (address, one)  # from the text to its claims
                assert f"#{one.anchor}" in read.links, (address, one)  # and back
                assert one.claims, (address, one)


def test_a_withheld_text_leaves_no_word_but_its_quotes(tmp_path: Path) -> None:
    folder = copy_of("two-articles", tmp_path)
    (folder / "dkg.toml").write_text(
        (folder / "dkg.toml").read_text("utf-8") + "\n[pages]\ntexts = true\n", "utf-8"
    )
    assert build(Project.load(folder)).published
    with ground_of(folder) as ground:
        for key in ("a", "b"):
            page = sheet(ground, f"/text/{key}").page
            assert isinstance(page, TextPage)
            assert (page.paragraphs, page.why) == ((), WITHHELD)
            assert len(page.passages) > 5
            assert all(one.region and one.claims for one in page.passages)
            assert all(len(one.words.split()) <= 15 for one in page.passages)
            read = Page(Templates.load(None).render("text.html.j2", page, Site.of(ground.manifest)))
            assert read.faults == []
            assert all(one.anchor in read.ids for one in page.passages)


def test_a_text_that_is_withheld_later_is_gone_from_the_page(demo: Path) -> None:
    with ground_of(demo) as ground:
        first = sheet(ground, "/text/court-ruling").page
        path = demo / "articles" / "court-ruling.yaml"
        written = path.read_text("utf-8")
        path.write_text(written.replace("article:\n", "article:\n  text: withheld\n", 1), "utf-8")
        second = sheet(ground, "/text/court-ruling").page
        path.write_text(written, "utf-8")
    assert isinstance(first, TextPage)
    assert isinstance(second, TextPage)
    assert first.paragraphs
    assert (second.paragraphs, second.why) == ((), WITHHELD)

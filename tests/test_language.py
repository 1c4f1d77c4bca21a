"""The words of pages in the reader's language: catalogues that are whole, and pages that show them."""

from __future__ import annotations

import gettext
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from diaspora_kg.build import build
from diaspora_kg.index import Index
from diaspora_kg.init import init
from diaspora_kg.ontology import Ontology
from diaspora_kg.pages.language import FOLDER, LANGUAGES, best, language
from diaspora_kg.pages.messages import messages
from diaspora_kg.pages.templates import FOLDER as TEMPLATES
from diaspora_kg.pipeline.pool import Quiet
from diaspora_kg.project import Project
from diaspora_kg.store import Snapshots
from diaspora_kg.website.front import write_front
from diaspora_kg.website.run import write_site
from diaspora_kg.website.settings import Settings
from tests.conftest import ROOT

OTHERS = sorted(set(LANGUAGES) - {"en"})
_PLACE = re.compile(r"%\((\w+)\)[sd]")


def entries(code: str) -> Iterator[Message]:
    with (FOLDER / f"{code}.po").open("rb") as lines:
        yield from (message for message in read_po(lines, locale=code) if message.id)


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_has_a_translation(code: str) -> None:
    there = {message.id for message in entries(code) if all(forms(message))}
    wanted = messages(Ontology.load([ROOT / "ontology"]))
    assert wanted - there == set(), "python docs/catalogues.py adds the entries that lack"


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_names_what_its_message_names(code: str) -> None:
    for message in entries(code):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = {name for one in ids for name in _PLACE.findall(one)}
        for words in forms(message):
            assert set(_PLACE.findall(words)) == wanted, message.id
            assert "%" not in _PLACE.sub("", words), message.id
            assert ("<" in words) == ("<" in ids[0]), message.id  # they are taken for HTML


def test_only_words_of_templates_are_taken_for_html() -> None:
    """``_(…)`` of anything else would let a name of a source write markup."""
    for path in TEMPLATES.rglob("*.j2"):
        assert re.findall(r"(?<![A-Za-z_])_\((?![\"'])", path.read_text("utf-8")) == [], path.name


class _Missing(gettext.NullTranslations):
    """Stands behind a catalogue, and is asked for what that lacks."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def gettext(self, message: str) -> str:
        self.asked.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.asked.add(msgid1)
        return msgid1 if n == 1 else msgid2


@pytest.fixture(scope="module")
def built_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = init(tmp_path_factory.mktemp("demo") / "demo", demo=True)
    build(Project.load(root))
    return root


@pytest.fixture(scope="module")
def russian(built_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str]]:
    """The demo's pages in Russian, and what was asked of the catalogue in vain."""
    missing = _Missing()
    language("ru").catalogue.add_fallback(missing)
    out = tmp_path_factory.mktemp("russian")
    project = Project.load(built_demo)
    write_site(project, Settings.of(project, out, search=False, language="ru"), Quiet())
    write_front(out, project.title, ["en", "ru"])
    return out, missing.asked


def test_pages_ask_for_no_message_that_is_not_there(built_demo: Path, russian: tuple[Path, set[str]]) -> None:
    """But for words that sources or reviewers wrote, which stay as they are."""
    asked = {words for words in russian[1] if not words.isnumeric() and len(words) > 3}
    with Snapshots(Project.load(built_demo).derived).reading() as snapshot, Index(snapshot.index) as index:
        known = {row.label for kind in ("post", "organization", "person") for row in index.of_kind(kind)}
    days = {words for words in asked if words[0] in string.digits}
    records = {words for words in asked if re.search(r"[a-z]\.[a-z]", words)}
    assert asked - known - days - records == set()


def test_a_page_is_in_its_language_and_its_names_are_not(russian: tuple[Path, set[str]]) -> None:
    page = (russian[0] / "ru" / "page" / "organization" / "union-of-tarvians.html").read_text("utf-8")
    assert '<html lang="ru"' in page
    assert "Правовой статус во времени" in page
    assert "Union of Tarvians in Norland" in page
    assert "марта 2031" in page


def test_the_front_leads_to_the_languages_that_there_are(russian: tuple[Path, set[str]]) -> None:
    front = (russian[0] / "index.html").read_text("utf-8")
    assert 'href="ru/index.html"' in front
    assert 'href="en/index.html"' not in front  # it was not written
    assert (russian[0] / "_redirects").read_bytes() == (russian[0] / "ru" / "_redirects").read_bytes()


def test_the_best_language() -> None:
    assert best(["de", "hy-AM", "ru"]).code == "hy"
    assert best([]).code == "en"
    assert language("az").direction == "ltr"

"""A static site in a browser: from a folder and from a server, search in four scripts, no request outside."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from diaspora_kg.pipeline.pool import Quiet
from diaspora_kg.project import Project
from diaspora_kg.website.run import write_site
from diaspora_kg.website.settings import Settings
from tests.growing import built
from tests.small import SETTINGS, TEXT, write

NAMES = {
    "umum": ("az", "Ümumrusiya Azərbaycanlıları Konqresi"),
    "soyuz": ("ru", "Союз тарвийцев Вестмарка"),
    "hayk": ("hy", "Տարվիայի հայերի միություն"),
    "league": ("en", "Norland League"),
}
REGISTER = "format: 1\nactors:\n" + "".join(
    f"  {key}: {{is: organization, names: [{{{language}: {words}}}]}}\n"
    for key, (language, words) in NAMES.items()
)
ANNOTATION = """\
format: 1
article:
  title: League opens a library
  language: en
  annotator: Reviewer One
  publisher: league
  published: {date: "2031-05-02", basis: annotator-estimate}
  not-stated: [author, url]
article-says:
  - id: opened
    says: The League has opened a library.
    about: [umum, soyuz, hayk, league]
    quote: has opened a library
"""
SHELVES = "".join(
    f"  - {{id: shelf-{n}, says: Shelf {n} stands., about: league, quote: has opened a library}}\n"
    for n in range(40)
)
"""So many claims that the League has further pages."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small site with a search index."""
    root = tmp_path_factory.mktemp("static") / "p"
    write(root, "dkg.toml", SETTINGS)
    write(root, "register.yaml", REGISTER)
    write(root, "articles/library.txt", TEXT)
    write(root, "articles/library.yaml", ANNOTATION + SHELVES)
    built(root)
    project = Project.load(root)
    assert write_site(project, Settings.of(project), Quiet()).indexed
    return root / "site"


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it has there
        pass


@pytest.fixture(scope="module")
def served(written: Path) -> Iterator[str]:
    """The same site below a path of a plain web server."""
    handler = functools.partial(_Silent, directory=str(written.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/site"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("umumrusiya", NAMES["umum"][1]),
        ("Ümumrusiya", NAMES["umum"][1]),
        ("тарвийцев", NAMES["soyuz"][1]),
        ("հայերի", NAMES["hayk"][1]),
        ("azerbaycanlilari", NAMES["umum"][1]),
        ("norland", NAMES["league"][1]),
        ("opened library", "The League has opened a library."),
    ],
)
def test_search_finds_names_in_every_script(page: Page, served: str, words: str, found: str) -> None:
    page.goto(f"{served}/search.html")
    expect(page.locator("#finder")).to_be_visible()
    page.locator("#q").fill(words)
    page.locator("#finder button").click()
    hit = page.locator("#hits a", has_text=found).first
    expect(hit).to_be_visible()
    hit.click()
    expect(page.locator("h1")).to_contain_text(found)


def test_search_by_facets_and_by_address(page: Page, served: str, axe: Callable[..., list[str]]) -> None:
    page.goto(f"{served}/search.html?kind=organization&year=2031")
    expect(page.locator("#hits li")).to_have_count(4)
    assert axe(page) == []
    page.locator("#facet-kind").select_option("article")
    expect(page.locator("#hits li")).to_have_count(1)
    page.locator("#q").fill("xyzzyplugh")
    page.locator("#finder button").click()
    expect(page.locator("#finder-notice")).to_contain_text("Nothing was found")


def test_a_thing_with_further_pages_is_counted_and_found_once(page: Page, served: str, written: Path) -> None:
    assert len(list(written.rglob("organization/league~*.html"))) > 0
    page.goto(f"{served}/search.html?q=shelf&kind=organization")
    expect(page.locator("#hits li")).to_have_count(1)
    expect(page.locator("#hits li a").first).to_contain_text(NAMES["league"][1])
    words = page.locator("#hits li p").all_text_contents()
    assert len(words) == len(set(words)) > 1
    expect(page.locator("#facet-kind option", has_text="organization")).to_have_text("organization (4)")


def test_from_a_folder_pages_work_and_search_says_that_it_needs_a_server(page: Page, written: Path) -> None:
    page.goto((written / "index.html").as_uri())
    page.goto((written / "search.html").as_uri())
    expect(page.locator("#finder")).to_be_hidden()
    expect(page.locator("#finder-notice")).to_contain_text("needs a web server")
    page.locator("main a", has_text="organizations").first.click()
    expect(page.locator("main a", has_text=NAMES["soyuz"][1])).to_be_visible()
    page.locator("main a", has_text=NAMES["soyuz"][1]).first.click()
    expect(page.locator("h1")).to_contain_text(NAMES["soyuz"][1])
    style = page.evaluate("getComputedStyle(document.querySelector('header.top')).fontFamily")
    assert "Source Serif" in style or "sans" in style


def test_without_javascript_there_are_lists(page: Page, served: str, window: Callable[..., object]) -> None:
    plain = window(java_script_enabled=False).new_page()  # type: ignore[attr-defined]
    plain.goto(f"{served}/search.html")
    expect(plain.locator("#finder")).to_be_hidden()
    plain.locator("main a", has_text="articles").first.click()
    expect(plain.locator("main a", has_text="League opens a library").first).to_be_visible()

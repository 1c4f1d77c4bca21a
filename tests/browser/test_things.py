"""A thing's page with every panel filled: read by axe, on narrow screens, on paper, by a checker."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from diaspora_kg.pages import Templates
from tests import made_pages
from tests.browser.conftest import Opener, Site
from tests.browser.test_pages import PAGES, overflow, picture
from tests.conftest import ROOT
from tests.made_pages import SITE
from tests.test_thing_pages import hostile
from tests.tools import need

CHECKER = ROOT / ".html-checker" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
LONG = "Ünbreakable" * 900


def made(**changes: int) -> str:
    return Templates.load().render("thing.html.j2", made_pages.page(**changes), SITE)


def filled(words: str, often: int = 1) -> str:
    return Templates.load().render("thing.html.j2", hostile(words, often), SITE)


SHOWN: dict[str, Callable[[], str]] = {
    "every panel": made,
    "many actors": lambda: made(actors=60),
    "grouped actors": lambda: made(actors=90),
    "hostile words": lambda: filled('"><script>alert(1)</script>\u202ex'),
    "long words": lambda: filled(LONG, often=12),
    "words from the right": lambda: filled("اتحاد التارفيين في نورلاند").replace(
        '<html lang="en">', '<html lang="ar" dir="rtl">'
    ),
}


def opened(window: Opener, name: str, **options: object) -> Page:
    """The page as if the server had it, with the server's own stylesheets and policy."""
    page = window(**options).new_page()
    text = SHOWN[name]()
    allowed = (f"{what}-src 'self'" for what in ("style", "font", "img", "script", "connect"))
    policy = "; ".join(("default-src 'none'", *allowed))
    page.route(
        "**/made",
        lambda route: route.fulfill(
            body=text, content_type="text/html; charset=utf-8", headers={"content-security-policy": policy}
        ),
    )
    page.goto("/made")
    return page


@pytest.mark.parametrize("name", SHOWN)
def test_everybody_can_read_it(name: str, window: Opener, axe: Callable[..., list[str]]) -> None:
    page = opened(window, name)
    expect(page.locator("h1")).to_have_count(1)
    assert axe(page) == []
    assert overflow(page) == 0
    if name != "long words":  # too high for a picture
        picture(page, f"made {name}")
    page.emulate_media(color_scheme="dark")
    assert axe(page, rules=("color-contrast",)) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert overflow(page) == 0
    if name != "long words":
        picture(page, f"made {name} narrow")


def test_every_source_number_leads_to_its_source(window: Opener) -> None:
    page = opened(window, "every panel")
    page.locator(".claim a.ref").first.click()
    expect(page.locator(".sources li:target")).to_be_in_viewport()


def test_all_of_it_is_reached_by_keyboard(window: Opener) -> None:
    """Skip link first; then every link and every picture that scrolls, each with a visible outline."""
    page = opened(window, "every panel", viewport={"width": 390, "height": 844})
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "(() => { const it = document.activeElement; return [it.className?.baseVal ?? it.className,"
            " getComputedStyle(it).outlineStyle] })()"
        )
        reached.add(told[0])
        assert told[1] != "none"
    assert {"scroll", "ref"} <= reached


def test_nothing_moves_for_those_who_want_no_motion(window: Opener) -> None:
    page = opened(window, "every panel", reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    moving = "e => getComputedStyle(e).transitionDuration != '0s'"
    assert page.evaluate(f"[...document.querySelectorAll('*')].filter({moving}).length") == 0


def test_paper_has_the_content_and_no_controls(window: Opener) -> None:
    page = opened(window, "every panel")
    page.emulate_media(media="print", color_scheme="dark")
    for hidden in (".top", ".crumbs", ".query", "#data"):
        expect(page.locator(hidden).first).to_be_hidden()
    for shown in ("h1", ".status", "svg.history", "svg.actors", ".claim", ".sources"):
        expect(page.locator(shown).first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_pages_are_valid_html(site: Site, tmp_path: Path) -> None:
    """By the checker of the Nu project, which knows what may stand in what."""
    java = need("java")
    if not CHECKER.exists():
        pytest.skip("vnu-jar is not installed here")
    for name, text in SHOWN.items():
        (tmp_path / f"made-{name.replace(' ', '-')}.html").write_text(text(), "utf-8")
    for name, path in PAGES.items():
        if not {"missing", "refused", "editor"} & set(name.split()):
            with urllib.request.urlopen(site.url + path) as answer:
                (tmp_path / f"{name.replace(' ', '-')}.html").write_bytes(answer.read())
    asked: list[str | Path] = [java, "-jar", CHECKER, "--format", "json", "--stdout", "--exit-zero-always"]
    done = subprocess.run(
        [*asked, *sorted(tmp_path.glob("*.html"))],
        capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    found = json.loads(done.stdout)["messages"]
    assert [f"{Path(one['url']).name}: {one['message']}" for one in found if one["type"] == "error"] == []

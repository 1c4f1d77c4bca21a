"""Every kind of page: read by axe-core in light and dark, on a narrow screen, and without scripts."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Opener, Watch

PAGES = {
    "home": "/",
    "editor": "/sparql",
    "search": "/search?q=tarvian",
    "person": "/page/person/erral",
    "article": "/page/article/court-ruling",
    "claim": "/page/claim/bridge-courier.guns-silent",
    "organization": "/page/organization/union-of-tarvians",
    "collective": "/page/collective/bridge-courier.both-sides",
    "polity": "/page/polity/congress.city",
    "post": "/page/post/bridge-courier.spokesman",
    "statement": "/page/statement/bridge-courier.brandt-remarks",
    "event": "/page/event/bridge-courier.conflict",
    "undertaking": "/page/undertaking/bridge-courier.host-talks",
    "place": "/page/place/halm",
    "document": "/page/document/court-ruling.associations-act",
    "legal status": "/page/legal-status/court-ruling.3536d244a86d",
    "status change": "/page/status-change/court-ruling.dissolution",
    "relation": "/page/relation/bridge-courier.mediation",
    "membership": "/page/membership/bridge-courier.brandt-office",
    "figure": "/page/figure/congress.delegates-league",
    "lists": "/browse",
    "list": "/browse/organization",
    "list of claims": "/browse/claim?page=2",
    "list by country": "/browse/organization/country",
    "list of a status": "/browse/organization/status/banned",
    "gaps": "/gaps",
    "gap": "/gaps/when",
    "disagreements": "/disagreements",
    "figures that differ": "/disagreements/figures",
    "vocabulary": "/vocabulary",
    "closed list": "/vocabulary/modality",
    "properties": "/vocabulary/properties",
    "text": "/text/court-ruling",
    "questions": "/queries",
    "question to be filled": "/queries/before-or-after",
    "answer": "/queries/own-voice?article=court-ruling",
    "answer without rows": "/queries/members?organization=liman",
    "answer refused": "/queries/status-on-date?organization=union-of-tarvians&date=yesterday",
    "timeline": "/queries/legal-history?organization=union-of-tarvians",
    "bars": "/queries/missing-voices",
    "network": "/queries/appearing-together",
    "missing thing": "/page/person/nobody",
    "missing page": "/nowhere",
}
YASGUI = "#yasgui"  # not our markup


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page where ``DKG_SHOTS`` names a folder for them."""
    folder = os.environ.get("DKG_SHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name.replace(' ', '-')}.png", full_page=True)


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return max(wide, 0)


def settled(page: Page, path: str) -> Page:
    page.goto(path)
    if page.locator("#editor").count():
        expect(page.locator("#editor[data-ready]")).to_be_attached()
    return page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_by_everybody(
    name: str, window: Opener, watch: Watch, axe: Callable[..., list[str]]
) -> None:
    watch.expected.extend([r"status of 4\d\d"] if {"missing", "refused"} & set(name.split()) else [])
    page = settled(window().new_page(), PAGES[name])
    expect(page.locator("h1")).to_have_count(1)
    assert axe(page, YASGUI) == []
    picture(page, name)

    page.emulate_media(color_scheme="dark")
    page.reload()  # what comes as 304 must be as safe and as usable as what came first
    assert axe(page, YASGUI, rules=("color-contrast",)) == []
    picture(page, f"{name} dark")

    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 844})
    assert overflow(page) == 0
    picture(page, f"{name} narrow")


def test_pages_say_the_same_without_scripts(window: Opener, watch: Watch) -> None:
    watch.expected.append(r"status of 4\d\d")
    plain, scripted = window(java_script_enabled=False).new_page(), window().new_page()
    for name, path in PAGES.items():
        if name == "editor":  # there the form stands in for the editor
            continue
        said = []
        for page in (plain, scripted):
            page.goto(path)
            expect(page.locator("h1")).to_be_visible()
            said.append(page.locator("main").inner_text())
        assert said[0] == said[1], name


def test_the_editor_names_its_parts(page: Page, axe: Callable[..., list[str]]) -> None:
    """What Yasgui leaves unnamed is mended, but for its list of tabs, which holds a button."""
    settled(page, "/sparql").locator(".yasqe_queryButton").click()
    expect(page.locator(".yasr_results tbody tr").first).to_be_visible()
    assert {line.split(":")[0] for line in axe(page)} <= {"aria-required-children"}
    page.set_viewport_size({"width": 390, "height": 844})
    assert overflow(page) == 0
    picture(page, "editor rows narrow")


def test_the_watch_sees_what_leaves_the_machine(browser: Browser) -> None:
    """A page that does all of it is caught doing it."""
    seen = Watch()
    context = browser.new_context()
    seen.over(context)
    page = context.new_page()
    with page.expect_event("requestfailed"):
        page.set_content("<img src='https://example.org/x.png'><script>undefined.x</script>")
    assert seen.outside == ["https://example.org/x.png"]
    assert any("undefined" in error for error in seen.errors)
    with pytest.raises(AssertionError, match="another host"):
        seen.check()
    context.close()

"""The review page in a real browser: keys and buttons, undo, narrow and dark, and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.reviewing import ADAS, LEAGUES, built, make, rows, said
from tests.serving import serving


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    root = make(tmp_path_factory.mktemp("desk") / "p")
    built(root)
    with serving(root, "--local"):
        [address] = re.findall(r"Review candidates at (\S+)", (root / "serve.log").read_text("utf-8"))
        yield root, address


@pytest.fixture
def root(desk: tuple[Path, str]) -> Path:
    (desk[0] / "decisions.tsv").unlink(missing_ok=True)
    return desk[0]


def records(page: Page, left: str, right: str) -> None:
    """Wait until these two are shown."""
    expect(page.locator(".heads code")).to_have_text([left, right])


def test_three_candidates_by_keys_and_buttons(root: Path, desk: tuple[Path, str], page: Page) -> None:
    page.goto(desk[1])
    expect(page).to_have_url(re.compile(r"/review$"))
    records(page, *LEAGUES[:2])
    expect(page.locator(".same").first).to_be_visible()
    page.get_by_label("What shows it?").fill("sd")  # keys are letters while somebody types
    page.get_by_label("Who decides?").fill("Ada")
    page.get_by_role("button", name="Same").click()
    records(page, LEAGUES[0], LEAGUES[2])
    page.keyboard.press("s")
    records(page, *ADAS[:2])  # the third pair of leagues is one by these two
    page.keyboard.press("d")
    records(page, ADAS[0], ADAS[2])
    assert said(root)[0] == (LEAGUES[0], "same", LEAGUES[1])
    assert said(root)[2] == (ADAS[0], "different", ADAS[1])
    page.keyboard.press("z")
    records(page, *ADAS[:2])
    page.keyboard.press("u")
    records(page, ADAS[0], ADAS[2])
    assert [row.decision for row in rows(root)] == ["same", "same", "different", "withdraw", "unsure"]
    assert rows(root)[0].why == "sd"
    assert {row.who for row in rows(root)} == {"Ada"}
    page.keyboard.press("?")
    expect(page.locator(".decide details")).to_have_attribute("open", "")
    page.keyboard.press("k")
    records(page, ADAS[1], ADAS[2])
    page.get_by_role("button", name="Undo").nth(2).click()
    records(page, *LEAGUES[:2])


def test_without_javascript_and_on_a_telephone(root: Path, desk: tuple[Path, str], browser: Browser) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 844}, color_scheme="dark"
    )
    page = context.new_page()
    page.goto(desk[1])
    records(page, *LEAGUES[:2])
    page.get_by_role("button", name="Different").click()
    records(page, LEAGUES[0], LEAGUES[2])
    page.get_by_role("button", name="Undo").first.click()
    records(page, *LEAGUES[:2])
    page.locator("[data-key=k]").click()
    records(page, LEAGUES[0], LEAGUES[2])
    assert page.locator("main").bounding_box()["width"] <= 390  # type: ignore[index]
    context.close()
    assert [row.decision for row in rows(root)] == ["different", "withdraw"]


@pytest.mark.usefixtures("root")
def test_nothing_is_wider_than_a_telephone_and_all_can_use_it(
    desk: tuple[Path, str], page: Page, axe: Callable[..., list[str]]
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(desk[1])
    records(page, *LEAGUES[:2])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert axe(page) == []
    page.set_viewport_size({"width": 320, "height": 844})
    for language in ("ru", "az", "hy"):
        page.goto(f"{desk[1].partition('/review')[0]}/{language}/review")
        records(page, *LEAGUES[:2])
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, language

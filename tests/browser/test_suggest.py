"""Suggestions while typing, with the keyboard, with the mouse, and without a script."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Opener, Watch


def typed(page: Page, words: str) -> Locator:
    page.goto("/")
    field = page.get_by_role("combobox")
    field.fill(words)
    expect(page.get_by_role("option").first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    return field


def test_the_keyboard_goes_through_the_suggestions_and_opens_one(page: Page) -> None:
    field = typed(page, "tarv")
    options = page.get_by_role("option")
    last = options.count() - 1
    field.press("ArrowUp")
    expect(options.nth(last)).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    expect(options.nth(last)).to_have_attribute("aria-selected", "false")
    marked = options.nth(0).get_attribute("id")
    assert marked
    expect(field).to_have_attribute("aria-activedescendant", marked)
    name = options.nth(0).locator("bdi").inner_text()
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_escape_and_leaving_close_them(page: Page) -> None:
    field = typed(page, "tarv")
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(field).to_have_attribute("aria-expanded", "false")
    assert field.get_attribute("aria-activedescendant") is None
    field.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    field.press("Tab")
    expect(page.get_by_role("listbox")).to_have_count(0)


def test_a_click_opens_what_was_clicked(page: Page) -> None:
    typed(page, "тарва")
    page.get_by_role("option").filter(has_text="union-of-tarvians").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Union of Tarvians in Norland")


def test_enter_without_a_choice_searches(page: Page) -> None:
    typed(page, "tarv").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")
    expect(page.get_by_role("link", name="Tarvian House", exact=True)).to_be_visible()


def test_without_a_script_the_field_is_a_plain_one(window: Opener, watch: Watch) -> None:
    page = window(java_script_enabled=False).new_page()
    page.goto("/")
    field = page.get_by_role("searchbox")
    field.fill("tarv")
    field.press("Enter")
    expect(page.get_by_role("link", name="Tarvian House", exact=True)).to_be_visible()


def test_a_page_that_the_browser_kept_keeps_its_style(page: Page, watch: Watch) -> None:
    for _ in range(2):
        page.goto("/page/organization/union-of-tarvians")
        family = page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
        assert "Source Serif 4" in family

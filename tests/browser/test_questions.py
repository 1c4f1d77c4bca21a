"""A saved question asked by somebody who never sees SPARQL: find it, fill it in, read who says so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, Watch


def test_a_question_is_found_filled_in_and_answered(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name="Questions").click()
    page.get_by_role("link", name="The legal history of an organization or a person").click()
    field = page.get_by_label("organization")
    field.press_sequentially("Тарваҥ Уш")  # its name in another script, begun
    expect(page.get_by_role("option").first).to_contain_text("Union of Tarvians in Norland")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("union-of-tarvians")
    page.get_by_role("button", name="Ask").click()

    expect(page).to_have_url(re.compile("organization=union-of-tarvians"))
    rows = page.locator("table.answer tbody")
    expect(rows.nth(1)).to_be_visible()  # waits for the page, which the click has only begun
    expect(page.locator("figure svg")).to_be_visible()
    expect(page.locator("figure svg text").first).to_be_attached()

    first = rows.first
    first.get_by_text("Says who?").click()
    expect(first.locator("blockquote q").first).to_be_visible()
    said = first.locator(".saying a").first
    said.click()
    expect(page).to_have_url(re.compile("/page/claim/"))
    expect(page.locator("h1")).to_be_visible()
    page.go_back()

    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX", exact=False).first.click()
    download.value.save_as(tmp_path / "answer.xlsx")
    assert (tmp_path / "answer.xlsx").read_bytes()[:2] == b"PK"


def test_an_answer_opens_in_the_editor(page: Page) -> None:
    page.goto("/queries/legal-history?organization=union-of-tarvians")
    count = page.locator("table.answer tbody").count()
    page.get_by_text("The SPARQL that was run").click()
    page.get_by_role("link", name="Open it in the editor").click()
    expect(page.locator("#editor[data-ready]")).to_be_attached()
    page.locator(".yasqe_queryButton").click()
    expect(page.locator(".yasr_results tbody tr")).to_have_count(count)


def test_a_mistake_is_told_beside_its_field(window: Opener, watch: Watch) -> None:
    """Without scripts too: the form comes back with what was written."""
    watch.expected.append("status of 400")
    page = window(java_script_enabled=False).new_page()
    answer = page.goto("/queries/status-on-date?organization=union-of-tarvians&date=yesterday")
    assert answer
    assert answer.status == 400
    field = page.get_by_label("date")
    expect(field).to_have_attribute("aria-invalid", "true")
    told = (field.get_attribute("aria-describedby") or "").split()[-1]
    expect(page.locator(f"#{told}")).to_contain_text("yesterday")


@pytest.mark.parametrize(
    ("name", "shape"), [("missing-voices", "rect"), ("appearing-together", "circle, rect")]
)
def test_pictures_can_be_read_as_tables(page: Page, name: str, shape: str) -> None:
    page.goto(f"/queries/{name}")
    assert page.locator("figure svg").locator(shape).count() > 2
    expect(page.locator("table.answer")).to_be_visible()


def test_the_description_of_the_api_fits_the_page(page: Page) -> None:
    """What the page links to as JSON is what the API describes."""
    described = json.loads(page.goto("/api/openapi.json").text())  # type: ignore[union-attr]
    page.goto("/queries/missing-voices")
    link = page.get_by_role("link", name="JSON", exact=False).first.get_attribute("href") or ""
    assert link.partition("?")[0].removesuffix(".json") in described["paths"]

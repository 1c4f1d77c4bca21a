"""The SPARQL editor, used as a person uses it: type, choose, run, follow a link, come back."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, Site, Watch
from tests.serving import serving

TWO = 'SELECT ?n ?word { VALUES (?n ?word) { (1 "one") (2 "two") } }'


def opened(page: Page, path: str = "/sparql") -> Page:
    """The editor, ready to type in."""
    page.goto(path)
    expect(page.locator("#editor[data-ready]")).to_be_attached()
    return page


def written(page: Page) -> str:
    """The query in the tab that is open."""
    text: str = page.evaluate("document.querySelector('.tabPanel.active .CodeMirror').CodeMirror.getValue()")
    return text


def write(page: Page, query: str, typed: str = "") -> None:
    """Put a query in place of what is there, and type the end of it."""
    page.evaluate(
        "q => { const cm = document.querySelector('.tabPanel.active .CodeMirror').CodeMirror;"
        "cm.setValue(q); cm.focus(); cm.setCursor(cm.lineCount(), 0) }",
        query,
    )
    if typed:
        page.keyboard.type(typed)


def run(page: Page) -> None:
    page.locator(".tabPanel.active .yasqe_queryButton").click()


def cells(page: Page) -> list[list[str]]:
    """The rows of the answer as they are read, without the column of row numbers."""
    expect(page.locator(".tabPanel.active .yasr_results tbody tr").first).to_be_visible()
    rows = page.locator(".tabPanel.active .yasr_results tbody tr").all()
    return [[cell.inner_text() for cell in row.locator("td").all()[1:]] for row in rows]


def test_the_first_query_runs_and_its_links_open_the_things(page: Page, site: Site) -> None:
    opened(page)
    run(page)
    assert len(cells(page)) > 10
    link = page.locator("td a.iri", has_text="claim/").first
    assert link.get_attribute("title").startswith(f"{site.base}id/claim/")  # type: ignore[union-attr]
    assert link.get_attribute("href").startswith("/id/claim/")  # type: ignore[union-attr]
    with page.context.expect_page() as beside:
        link.click(position={"x": 5, "y": 5})  # the cell is narrower than its link
    beside.value.wait_for_load_state()
    assert beside.value.url.startswith(f"{site.url}/page/claim/")
    expect(beside.value.locator("h1")).to_be_visible()


def test_a_query_that_is_typed_runs_by_the_keyboard(page: Page) -> None:
    opened(page)
    write(page, "", TWO)
    page.keyboard.press("Control+Enter")
    assert [row[1] for row in cells(page)] == ["one", "two"]


def test_a_saved_question_is_chosen_and_run(page: Page) -> None:
    opened(page)
    page.get_by_label("Saved questions").select_option("own-voice")
    expect(page.locator(".tab.active")).to_contain_text("own-voice")
    assert "?__article_iri" in written(page)
    run(page)
    assert cells(page)
    page.get_by_label("Saved questions").select_option("words")
    expect(page.locator(".tabsList .tab")).to_have_count(1)  # nothing was typed, nothing is lost
    write(page, written(page), "# mine")
    page.get_by_label("Saved questions").select_option("members")
    expect(page.locator(".tabsList .tab")).to_have_count(2)
    page.locator(".tabsList .tab", has_text="words").click()
    assert written(page).endswith("# mine")


def test_terms_are_completed_with_their_meaning(page: Page) -> None:
    opened(page)
    write(page, "SELECT * {\n  ?claim ", "dkg:repo")
    hint = page.locator(".CodeMirror-hint").first
    expect(hint).to_contain_text("dkg:reportedIn")
    expect(hint).to_contain_text("property, reported in")
    page.keyboard.press("Enter")
    expect(page.locator(".CodeMirror-hint")).to_have_count(0)
    assert written(page) == (
        "PREFIX dkg: <https://w3id.org/diaspora-kg/ns#>\nSELECT * {\n  ?claim dkg:reportedIn"
    )


def test_a_plain_word_finds_a_term(page: Page) -> None:
    opened(page)
    write(page, "SELECT * {\n  ?one a ", "organ")
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hint").first).to_contain_text("org:Organization")
    page.keyboard.press("Enter")
    assert written(page) == ("PREFIX org: <http://www.w3.org/ns/org#>\nSELECT * {\n  ?one a org:Organization")


def test_prefixes_are_completed(page: Page) -> None:
    opened(page)
    write(page, "", "PREFIX skosx")
    hints = page.locator(".CodeMirror-hint")
    expect(hints).to_have_count(1)
    page.keyboard.press("Enter")
    assert written(page) == "PREFIX skosxl: <http://www.w3.org/2008/05/skos-xl#>"


def test_a_link_brings_its_query_before_what_was_kept(window: Opener) -> None:
    context = window()
    page = opened(context.new_page())
    write(page, "", "# an older thought")
    page.locator("h1").click()  # leaves the editor, which keeps the query
    page.close()

    page = opened(context.new_page())
    assert written(page) == "# an older thought"
    page.close()

    page = opened(context.new_page(), f"/sparql#query={quote(TWO)}")
    assert written(page) == TWO
    assert page.url.endswith("/sparql")
    expect(page.locator(".tabsList .tab")).to_have_count(2)
    run(page)
    assert cells(page)
    page.goto(f"/sparql#query={quote('ASK {}')}")  # the page stays, the query comes
    expect(page.locator(".tabsList .tab")).to_have_count(3)
    assert written(page) == "ASK {}"
    page.locator(".tabsList .tab").nth(1).click()
    page.reload()
    expect(page.locator("#editor[data-ready]")).to_be_attached()
    expect(page.locator(".tabsList .tab")).to_have_count(3)
    assert written(page) == TWO
    assert page.locator(".tabPanel.active .yasr_results tbody tr").count() == 0  # answers are not kept


def test_sharing_gives_a_link_that_opens_the_query(page: Page, site: Site) -> None:
    opened(page)
    write(page, TWO)
    page.locator(".yasqe_share").click()
    address = page.locator(".yasqe_sharePopup input").input_value()
    assert address.startswith(f"{site.url}/sparql?query=")
    assert written(opened(page, address)) == TWO


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT * { ?s ?p }", "1"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE"),
    ],
)
def test_an_error_is_said_in_words(page: Page, watch: Watch, query: str, words: str) -> None:
    watch.expected.append(r"status of 4\d\d")
    opened(page)
    write(page, query)
    run(page)
    error = page.locator(".errorResult")
    expect(error).to_contain_text(words)
    assert "Traceback" not in error.inner_text()


@pytest.mark.parametrize("bypass", [False, True], ids=["with its policy", "without its policy"])
def test_hostile_values_stay_text(window: Opener, watch: Watch, bypass: bool) -> None:
    """Neither the page's own care nor its policy is needed by the other."""
    watch.expected.append(
        "Executing inline event handler"
    )  # Chromium, of what DOMPurify parses and throws away
    page = opened(window(bypass_csp=bypass).new_page())
    write(
        page,
        """SELECT ?a ?b ?c { VALUES (?a ?b ?c) { (
            "<img src=x onerror=document.title='gone'>" <javascript:document.title='gone'>
            <https://example.org/demo/id/person/%3Cscript%3Edocument.title=1%3C%2Fscript%3E>) } }""",
    )
    run(page)
    assert cells(page)[0][0] == "<img src=x onerror=document.title='gone'>"
    assert page.locator(".yasr_results img, .yasr_results script").count() == 0
    assert not [
        link for link in page.locator(".yasr_results a").all()
        if re.match(r"\s*javascript", link.get_attribute("href") or "")
    ]  # fmt: skip
    assert "gone" not in page.title()


def test_the_page_has_a_policy_of_its_own(page: Page, watch: Watch) -> None:
    watch.expected.append("Content Security Policy")
    answer = page.goto("/sparql")
    assert answer
    policy = answer.headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "script-src 'self';" in policy
    for attempt in (
        "const script = document.createElement('script'); script.textContent = 'window.bad = 1';"
        "document.body.append(script)",
        "document.body.insertAdjacentHTML('beforeend', '<p onclick=window.bad=1>x</p>');"
        "document.body.lastChild.click()",
        "fetch('https://example.org/').catch(() => 0)",
    ):
        page.evaluate(attempt)
    assert page.evaluate("window.bad") is None


def test_without_scripts_a_form_asks(window: Opener, tmp_path: Path) -> None:
    page = window(java_script_enabled=False).new_page()
    page.goto("/sparql")
    expect(page.get_by_label("Saved questions")).to_be_hidden()
    page.get_by_label("Query").fill(TWO)
    page.get_by_label("Answer as").select_option("csv")
    with page.expect_download() as download:
        page.get_by_role("button", name="Run").click()
    download.value.save_as(tmp_path / "answer.csv")
    assert (tmp_path / "answer.csv").read_text("utf-8").split() == ["n,word", "1,one", "2,two"]


def test_a_cut_answer_is_called_so(window: Opener, site: Site, tmp_path: Path) -> None:
    project = tmp_path / "demo"
    shutil.copytree(site.project, project)
    with (project / "dkg.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[serve]\nrows = 7\n")
    with serving(project) as served:
        page = window(base_url=f"http://{served.host}:{served.port}").new_page()
        opened(page)
        write(page, "SELECT * { ?s ?p ?o }")
        run(page)
        assert len(cells(page)) == 7
        expect(page.locator("#note")).to_contain_text("its first rows only")
        write(page, TWO)
        run(page)
        expect(page.locator("#note")).to_be_hidden()

"""A real browser for tests: headless Chromium that can reach this machine only.

A page that asks another host for anything, runs into an error of JavaScript or breaks its own
Content-Security-Policy fails its test, whatever else the test looks at.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from diaspora_kg.init import init
from tests.conftest import ROOT
from tests.serving import serving
from tests.tools import need

VENDOR = Path(__file__).parent / "vendor"

expect.set_options(timeout=20_000)  # a machine that runs other tests beside is slow, not wrong

_FLAGS = (
    "--no-sandbox",  # containers run as root
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--hide-scrollbars",
    "--font-render-hinting=none",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
_LOCAL = {"127.0.0.1", "localhost"}


@dataclass(frozen=True)
class Site:
    """The demo project, and the server that serves it; ``url`` has no slash at its end."""

    url: str
    project: Path
    base: str = "https://example.org/demo/"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo, built and served by ``dkg serve`` in a process of its own."""
    project = init(tmp_path_factory.mktemp("site") / "demo", demo=True)
    subprocess.run(
        [sys.executable, "-m", "diaspora_kg", "build", "--project", project],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True,
    )  # fmt: skip
    with serving(project) as served:
        yield Site(f"http://{served.host}:{served.port}", project)


@dataclass
class Watch:
    """What a page did that it must not do; ``expected`` are patterns of messages that a test provokes."""

    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob", "about", "file"} and address.hostname not in _LOCAL:
            self.outside.append(request.url)

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def over(self, context: BrowserContext) -> None:
        """Watch every page of a context."""
        context.on("request", self.request)
        context.on("console", self.console)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def check(self) -> None:
        """Fail if anything happened."""
        assert self.outside == [], "a page asked another host"
        found = [error for error in self.errors if not any(re.search(one, error) for one in self.expected)]
        assert found == []


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module: its event loop must end before tests that have one of their own."""
    chromium = need("chromium", "chromium-browser")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        yield started
        started.close()


Opener = Callable[..., BrowserContext]


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def window(browser: Browser, watch: Watch, site: Site) -> Iterator[Opener]:
    """Open windows with nothing stored in them, watched: ``window(viewport=…, color_scheme="dark")``."""
    contexts: list[BrowserContext] = []

    def opened(**options: object) -> BrowserContext:
        given = {
            "base_url": site.url,
            "viewport": {"width": 1280, "height": 900},
            "locale": "en-GB",
            "timezone_id": "UTC",
            "reduced_motion": "reduce",
            **options,
        }
        contexts.append(browser.new_context(**given))  # type: ignore[arg-type]
        contexts[-1].set_default_timeout(30_000)
        watch.over(contexts[-1])
        return contexts[-1]

    yield opened
    for context in contexts:
        context.close()
    watch.check()


@pytest.fixture
def page(window: Opener) -> Page:
    """One page of an ordinary window."""
    return window().new_page()


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """What axe-core finds on a page, one line for each node.

    ``exclude`` are parts that are not ours; ``rules`` are names of rules, without any all are tried.
    """
    source = (VENDOR / "axe.min.js").read_text("utf-8")

    def found(page: Page, *exclude: str, rules: tuple[str, ...] = ()) -> list[str]:
        page.evaluate(source)  # a <script> would break the page's Content-Security-Policy
        options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
        report = page.evaluate(
            "([exclude, options]) => axe.run({exclude}, options)", [list(exclude), options]
        )
        assert report["passes"], "axe looked at nothing"
        return [
            f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
            for rule in report["violations"]
            for node in rule["nodes"]
        ]

    return found

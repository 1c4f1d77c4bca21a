"""Search in a site of files: Pagefind's index over the pages of nodes, made when all pages are written.

The index in use stays until the new one is whole. Pagefind (MIT licence) is the extra ``search``; without it
the page of the search says that there is none. Its index is made as of one language, that of the site: else
a name would be found only from pages of its own language, and every page here holds several.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diaspora_kg.errors import RunStopped
from diaspora_kg.overviews.browse import KINDS, PLURAL
from diaspora_kg.pages.models import Link
from diaspora_kg.pages.site import Site
from diaspora_kg.website.folder import Folder
from diaspora_kg.website.questions import WHOLE
from diaspora_kg.website.sources import Ground, News, Unit

FACETS = (
    ("kind", "Kind"),
    ("country", "Country"),
    ("year", "Year"),
    ("outlet", "Outlet"),
    ("status", "Status"),
)
"""What pages can be chosen by: name of the filter, and its label (a message id)."""

BUNDLE = "pagefind"
_PAGES = "page/**/*.html"


@dataclass(frozen=True, slots=True)
class Facet:
    """One choice of the search page."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class FinderPage:
    """The search page of a static site (template ``site-search.html.j2``)."""

    facets: tuple[Facet, ...]
    lists: tuple[Link, ...]
    indexed: bool


def can_index() -> bool:
    """Whether Pagefind is installed."""
    return importlib.util.find_spec("pagefind") is not None


class Finder:
    """Source of the search page."""

    name = "search"

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def units(self) -> Iterable[str]:
        """The page."""
        return ["/search"]

    def touched(self, news: News) -> Iterable[str]:  # noqa: ARG002 - what it rests on says enough
        """When there are other lists than before."""
        return ()

    def make(self, addresses: Sequence[str]) -> Iterator[Unit]:
        """Make it."""
        site = self.ground.site.at("/search")
        counts = self.ground.snapshot.manifest.counts
        kinds = [kind for kind in KINDS if kind in site.kinds and counts.get(f"nodes.{kind}")]
        lists = () if self.ground.settings.kinds else tuple(_list(site, kind) for kind in kinds)
        indexed = self.ground.settings.search and can_index()
        page = FinderPage(tuple(Facet(*one) for one in FACETS), lists, indexed)
        for address in addresses:
            body = self.ground.templates.render("site-search.html.j2", page, site)
            yield Unit(
                address, {"search.html": body.encode()}, frozenset(f"{WHOLE}kind {kind}" for kind in KINDS)
            )


def _list(site: Site, kind: str) -> Link:
    return Link(site.path(f"/browse/{kind}"), PLURAL[kind])


def index(folder: Folder, language: str) -> None:
    """Make the index anew and put it in the place of the old one; raises :class:`RunStopped`."""
    new = folder.state / "pagefind.new"
    shutil.rmtree(new, ignore_errors=True)
    command = [sys.executable, "-P", "-m", "pagefind", "--site", str(folder.root), "--output-path", str(new)]
    command += ["--glob", _PAGES, "--force-language", language, "--silent"]
    done = subprocess.run(command, capture_output=True, check=False, text=True)  # noqa: S603 - our own words
    if done.returncode or not (new / "pagefind.js").is_file():
        said = (done.stderr or done.stdout).strip().splitlines()
        raise RunStopped(f"The search index could not be made: {said[-1] if said else 'pagefind failed'}.")
    for unused in (*new.glob("*-ui.*"), *new.glob("*-highlight.js")):
        unused.unlink()
    folder.swap(new, BUNDLE)

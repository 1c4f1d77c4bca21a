"""What one run of ``dkg pages`` is asked to do: options of the command line and the table ``[pages]``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from diaspora_kg.errors import UsageError
from diaspora_kg.pages.language import LANGUAGES, best
from diaspora_kg.pages.site import PAGE_KINDS
from diaspora_kg.project import Project
from diaspora_kg.settings.keys import PAGES

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-]+(:[0-9]+)?(/[A-Za-z0-9\-._~]+)*/?")
_CLAIMS, _DATA = 10_000, 1_000  # articles

STATE = ".dkg-pages"
"""The folder in a site in which it is kept what was written."""


@dataclass(frozen=True)
class Settings:
    """``claims`` and ``data`` are numbers of articles up to which claims have pages, and nodes data files.

    ``kinds`` are those that were asked for (empty: all), ``address`` and ``server`` end without a slash.
    ``out`` is the folder of the pages in ``language``, one of ``languages``, whose folders lie side by side;
    ``below`` is what that adds to the address of the site.
    """

    out: Path
    language: str = "en"
    languages: tuple[str, ...] = ("en",)
    kinds: frozenset[str] = frozenset()
    address: str = ""
    server: str = ""
    claims: int = _CLAIMS
    data: int = _DATA
    below: str = ""
    search: bool = True
    full: bool = False

    @classmethod
    def of(
        cls,
        project: Project,
        out: Path | None = None,
        kinds: Iterable[str] = (),
        base_url: str | None = None,
        *,
        search: bool = True,
        full: bool = False,
        language: str = "",
    ) -> Settings:
        """The settings of a run; raises :class:`UsageError` for what cannot be done.

        Pages in a ``language`` have a folder of its code in ``out``, and an address below that of the site.
        """
        own, every = project.pages, languages(project)
        code = language or every[0]
        address = _address("--base-url", base_url) if base_url else _written(own, "base-url")
        return cls(
            out=_folder(project, out or project.root / "site") / language,
            language=code,
            languages=every if code in every else (*every, code),
            kinds=_kinds(kinds),
            address="/".join(filter(None, (address, language))) if address else "",
            server=_written(own, "server"),
            below=language,
            claims=_number(own, "claims", _CLAIMS),
            data=_number(own, "data", _DATA),
            search=search,
            full=full,
        )

    def kinds_with_pages(self, articles: int) -> frozenset[str]:
        """The kinds of nodes with pages of their own, in a graph of so many articles."""
        every = self.kinds or frozenset(PAGE_KINDS)
        return every if articles <= self.claims or self.kinds else every - {"claim"}


def languages(project: Project) -> tuple[str, ...]:
    """The languages in which a project's pages are written: those it names, else the project's first."""
    named = project.pages.get("languages", ())
    if not isinstance(named, list | tuple) or any(one not in LANGUAGES for one in named):
        raise UsageError(f"dkg.toml: [pages] languages must be a list of some of {', '.join(LANGUAGES)}.")
    return tuple(dict.fromkeys(named)) or (best(project.languages).code,)


def _kinds(written: Iterable[str]) -> frozenset[str]:
    kinds = {kind.strip() for part in written for kind in part.split(",")} - {""}
    for kind in sorted(kinds - set(PAGE_KINDS)):
        raise UsageError(f"--kinds {kind}: kinds with pages are {', '.join(PAGE_KINDS)}.")
    return frozenset(kinds)


def _folder(project: Project, out: Path) -> Path:
    """The folder to write to; never the project itself or one that it reads, and never one around it."""
    out = out.absolute()
    real = out.resolve()
    if project.root.is_relative_to(real):
        raise UsageError(
            f"--out {out}: the pages need a folder of their own, such as {project.root / 'site'}."
        )
    for name in ("articles", ".dkg", "ontology", "ingest", "queries", "templates", ".git"):
        if real.is_relative_to(project.root / name):
            raise UsageError(f"--out {out}: {name}/ is a folder that dkg reads. Choose another.")
    if real.exists() and not real.is_dir():
        raise UsageError(f"--out {out} is no folder.")
    return real


def _written(own: Mapping[str, object], key: str) -> str:
    value = own.get(key, "")
    return _address(f"dkg.toml: [pages] {key}", value) if value else ""


def _address(where: str, value: object) -> str:
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        raise UsageError(f"{where} must be an http or https address, such as https://norland.example/pages.")
    return value.rstrip("/")


def _number(own: Mapping[str, object], key: str, default: int) -> int:
    value = own.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise UsageError(f"dkg.toml: [pages] {key} must be a whole number: {PAGES[key]}.")
    return value

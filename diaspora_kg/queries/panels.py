"""The panels of pages: one saved query each, ``queries/pages/<kind>_<panel>.rq``.

A page of a kind shows every panel whose file is written for that kind, else for ``actor`` (organizations,
collectives, polities, persons), else for ``thing`` (everything). A project's file of the same name takes
the place of the bundled one; a file with ``view: none`` takes a panel away. ``?node`` is given the nodes of
many pages at once, so each row says of which it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path

from diaspora_kg.errors import Finding, Report, Severity
from diaspora_kg.names import ACTOR_KINDS, CLASS_OF_KIND
from diaspora_kg.queries.catalog import SavedQuery, check_text
from diaspora_kg.sparql import form, projection, variables
from diaspora_kg.yamlnodes import Leaf, Table, parse

FOLDER = "pages"
"""Where panels lie below a folder of saved queries."""

KEYS = {
    "title": "the heading, in a few words",
    "view": "how it is shown",
    "order": "a whole number: panels stand in the order of these, then of their names",
    "beside": "true: it stands in the narrow column",
    "note": "how to read it, in a sentence or two",
    "summary": "the question that the query answers, in one sentence",
}
"""The keys of a panel's header."""

VIEWS: Mapping[str, tuple[str, ...]] = {
    "facts": ("property", "value"),
    "names": ("name",),
    "status": ("content",),
    "statements": ("claim", "link", "voice"),
    "undertakings": ("content",),
    "offices": ("content",),
    "events": ("content",),
    "network": ("content", "source", "target"),
    "conflicts": ("claim", "link", "other"),
    "identity": ("decision",),
    "gaps": ("property", "graph"),
    "history": ("what",),
    "table": (),
    "none": (),
}
"""The views that there are, and the columns that each needs besides ``node``."""

_FAMILIES = ("actor", "thing")
_NAME = re.compile(r"([a-z]+(?:-[a-z]+)*)_([a-z0-9]+(?:-[a-z0-9]+)*)")
_RULE = "panel-header"
_TEMPLATE = ".html.j2"


@dataclass(frozen=True)
class PanelQuery:
    """One panel: ``kind`` is for which pages, ``panel`` what it is called among the panels of a page."""

    name: str
    kind: str
    panel: str
    title: str
    view: str
    order: int
    beside: bool
    note: str
    summary: str
    text: str
    file: str
    findings: tuple[Finding, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether it can be shown: nothing about its file is a violation."""
        return not any(finding.severity is Severity.VIOLATION for finding in self.findings)

    @property
    def query(self) -> SavedQuery:
        """The same for whatever looks at queries, such as the lint."""
        return SavedQuery(self.name, self.file, self.text, findings=self.findings)


@dataclass(frozen=True)
class Panels:
    """All panels by name, a project's own before the bundled ones."""

    by_name: Mapping[str, PanelQuery]

    @classmethod
    def load(cls, folders: Sequence[Path], own_views: Sequence[str] = ()) -> Panels:
        """Read ``pages/*.rq`` of each folder of queries, the later folder winning.

        ``own_views`` are the names of a project's own templates for panels.
        """
        found = {path.stem: path for folder in folders for path in sorted((folder / FOLDER).glob("*.rq"))}
        views = frozenset(own_views)
        return cls({name: read(path, views) for name, path in sorted(found.items())})

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the files, in the order of their names."""
        return tuple(finding for panel in self.by_name.values() for finding in panel.findings)

    @cached_property
    def digest(self) -> str:
        """Changes with every file."""
        texts = "\0".join(f"{name}\0{panel.text}" for name, panel in sorted(self.by_name.items()))
        return hashlib.sha256(texts.encode()).hexdigest()

    def of(self, kind: str) -> tuple[PanelQuery, ...]:
        """The panels of a kind of page in their order; those with a violation are left out."""
        families = [kind, *(["actor"] if kind in ACTOR_KINDS else []), "thing"]
        chosen: dict[str, PanelQuery] = {}
        for family in families:
            for panel in self.by_name.values():
                if panel.kind == family:
                    chosen.setdefault(panel.panel, panel)
        shown = [panel for panel in chosen.values() if panel.sound and panel.view != "none"]
        return tuple(sorted(shown, key=lambda panel: (panel.order, panel.panel)))


def own_views(templates: Path | None) -> tuple[str, ...]:
    """The views of panels that a project's own folder of templates shows."""
    found = (templates / "panels").glob(f"*{_TEMPLATE}") if templates else ()
    return tuple(sorted(path.name.removesuffix(_TEMPLATE) for path in found))


def read(path: Path, own_views: frozenset[str] = frozenset()) -> PanelQuery:
    """One panel's file with everything that is wrong about it as findings."""
    file = f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        report = Report(file)
        report.violation(0, "query-unreadable", f"The query cannot be read: {error}.", "Save it as UTF-8.")
        return PanelQuery(path.stem, "", "", "", "none", 0, False, "", "", "", file, tuple(report.findings))
    return _understood(path.stem, file, text, own_views)


@lru_cache(maxsize=256)
def _understood(stem: str, file: str, text: str, own_views: frozenset[str]) -> PanelQuery:
    report = Report(file)
    kind, panel = _named(stem, report)
    told = _header(text, report)
    view = told.get("view", "")
    known = [*VIEWS, *sorted(own_views)]
    if view and view not in known:
        near = get_close_matches(view, known, 1)
        hint = f"Did you mean {near[0]}?" if near else f"Views are: {', '.join(known)}."
        message = f"There is no view `{view}`, and no template panels/{view}.html.j2 of the project."
        report.violation(_line(text, "view"), _RULE, message, hint, view)
    if view != "none":
        _check(text, view, report)
        for key in ("title", "view"):
            if not told.get(key):
                report.violation(1, _RULE, f"The panel has no `{key}`.", f"Write `#+ {key}: …`: {KEYS[key]}.")
    return PanelQuery(
        stem, kind, panel, told.get("title", ""), view or "none", _order(told, text, report),
        _beside(told, text, report), told.get("note", ""), told.get("summary", ""), text, file,
        tuple(report.findings),
    )  # fmt: skip


def _named(stem: str, report: Report) -> tuple[str, str]:
    found = _NAME.fullmatch(stem)
    if found is None:
        hint = "Use a kind, an underscore and a name, such as person_awards.rq."
        report.violation(0, "panel-name", f"{stem!r} is no name for a panel.", hint)
        return "", stem
    if found[1] not in {*CLASS_OF_KIND, *_FAMILIES}:
        near = get_close_matches(found[1], [*CLASS_OF_KIND, *_FAMILIES], 1)
        hint = (
            f"Did you mean {near[0]}?" if near else f"Kinds are: {', '.join([*CLASS_OF_KIND, *_FAMILIES])}."
        )
        report.violation(0, "panel-name", f"There are no pages of the kind {found[1]!r}.", hint)
    return found[1], found[2]


def _header(text: str, report: Report) -> dict[str, str]:
    lines = [line[3:] if line.startswith("#+ ") else "" for line in text.splitlines()]
    tree = parse("\n".join(lines).encode(), report) if any(lines) else None
    if tree is None:
        return {}
    if not isinstance(tree, Table):
        report.violation(tree.line, _RULE, "The header must be `key: value` lines.")
        return {}
    told = {}
    for leaf, value in tree.pairs:
        if leaf.text not in KEYS:
            near = get_close_matches(leaf.text, KEYS, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(KEYS)}."
            report.warning(leaf.line, _RULE, f"Unknown key `{leaf.text}`.", hint, leaf.text)
        elif isinstance(value, Leaf):
            told[leaf.text] = " ".join(value.text.split())
        else:
            message = f"`{leaf.text}` has another form."
            report.violation(value.line, _RULE, message, f"It is {KEYS[leaf.text]}.")
    return told


def _check(text: str, view: str, report: Report) -> None:
    check_text(text, report)
    if any(finding.severity is Severity.VIOLATION for finding in report.findings):
        return
    columns = projection(text)
    if form(text) != "SELECT" or columns is None:
        report.violation(0, _RULE, "A panel is a SELECT that names its columns.", "Write SELECT ?node …")
        return
    if "node" not in variables(text) or "node" not in columns:
        hint = "Write SELECT ?node … and use ?node for the thing whose page it is."
        report.violation(0, _RULE, "The query has no ?node.", hint)
    missing = [name for name in VIEWS.get(view, ()) if name not in columns]
    if missing:
        needs = ", ".join(f"?{name}" for name in VIEWS[view])
        message = f"The view {view} needs ?{missing[0]}, which the query does not answer with."
        report.violation(0, _RULE, message, f"It needs ?node, {needs}.", missing[0])
    if view == "table" or view not in VIEWS:
        _check_rests(columns, report)


def _check_rests(columns: Sequence[str], report: Report) -> None:
    if not {"claim", "claims", "graph"} & set(columns):
        message = "No row says what it rests on, so that no row can be shown with its source."
        hint = "Add ?claim (or ?claims), else ?graph, the graph of the pattern, to the columns."
        report.violation(0, _RULE, message, hint)


def _order(told: Mapping[str, str], text: str, report: Report) -> int:
    written = told.get("order", "500")
    if written.isascii() and written.isdecimal() and len(written) < 6:
        return int(written)
    report.violation(_line(text, "order"), _RULE, f"`order` is {KEYS['order']}.", "", written)
    return 500


def _beside(told: Mapping[str, str], text: str, report: Report) -> bool:
    written = told.get("beside", "false")
    if written not in {"true", "false"}:
        report.violation(_line(text, "beside"), _RULE, "`beside` is true or false.", "", written)
    return written == "true"


def _line(text: str, key: str) -> int:
    lines = (n for n, line in enumerate(text.splitlines(), 1) if line.startswith(f"#+ {key}:"))
    return next(lines, 0)

"""Who reviews: the name that is published beside each decision, remembered in this copy of the project."""

from __future__ import annotations

from pathlib import Path

from diaspora_kg.project import Project

_LONGEST = 200


def remembered(project: Project) -> str:
    """Who reviewed here last; empty where nobody did."""
    path = _file(project)
    if not project.holds(path):
        return ""
    try:
        return path.read_text("utf-8")[:_LONGEST].strip()
    except (OSError, UnicodeDecodeError):
        return ""


def remember(project: Project, who: str) -> None:
    """Note who reviews, for the next time; where that cannot be noted it is asked again."""
    path = _file(project)
    if not project.holds(path):
        return
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{who[:_LONGEST]}\n", "utf-8")
    except (OSError, UnicodeEncodeError):
        return


def _file(project: Project) -> Path:
    return project.derived / "reviewer"

"""The command that reviews candidates: link review."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from diaspora_kg.project import Project

_STYLES = {
    "head": {"bold": True},
    "name": {"fg": "cyan"},
    "alike": {"fg": "green"},
    "for": {"fg": "green"},
    "against": {"fg": "red"},
    "dim": {"dim": True},
}
_WIDEST = 160


class Terminal:
    """A terminal, or a pipe: then keys are lines, and nothing is coloured."""

    def __init__(self) -> None:
        self._keys = sys.stdin.isatty() and sys.stdout.isatty()

    @property
    def width(self) -> int:
        """Columns."""
        return min(shutil.get_terminal_size((80, 24)).columns, _WIDEST)

    def say(self, line: str = "") -> None:
        """Show a line."""
        click.echo(line)

    def style(self, text: str, how: str) -> str:
        """Text in its colour, where the output has any."""
        return click.style(text, **_STYLES[how]) if how in _STYLES and self._coloured else text  # type: ignore[arg-type]

    @property
    def _coloured(self) -> bool:
        return sys.stdout.isatty()

    def key(self, prompt: str) -> str:
        """One key, or the first letter of a line; empty where the input ends."""
        click.echo(f"{prompt}: ", nl=False)
        if self._keys:
            try:
                pressed = click.getchar()
            except (EOFError, KeyboardInterrupt):
                pressed = ""
            click.echo(pressed if pressed.isprintable() else "")
            return pressed
        while line := sys.stdin.readline():
            if line.strip():
                click.echo(line.strip()[:1])
                return line.strip()[:1]
        click.echo()
        return ""

    def line(self, prompt: str, default: str) -> str | None:
        """A line; the default where it is empty, ``None`` where the input ends."""
        click.echo(f"{prompt} [{default}]: ", nl=False)
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            line = ""
        if not self._keys:
            click.echo()
        if not line:
            return None
        return line.strip() or default


def remembered(project: Project) -> str:
    """Who reviewed here last; empty where nobody did."""
    try:
        return _who_file(project).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def remember(project: Project, who: str) -> None:
    """Note who reviews, for the next time."""
    path = _who_file(project)
    if project.holds(path):
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{who}\n", "utf-8")


def _who_file(project: Project) -> Path:
    return project.derived / "reviewer"

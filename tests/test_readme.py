"""What README, picture and demo script say is so: commands exist, places are right, links lead somewhere."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree as ET

import click
import pytest

from diaspora_kg.cli import main
from tests.examples import ROOT, copy_of, dkg

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands(page: Path) -> list[str]:
    """The `dkg` commands in a page's shell blocks and in code within its lines."""
    text = page.read_text("utf-8")
    blocks = re.findall(r"```(?:sh|console)\n(.*?)```", text, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    inline = re.findall(r"`(dkg [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    spelled = [re.sub(r"^(\$ )?(\S*/bin/)?dkg ", "dkg ", line.strip()) for line in lines]
    return [line.partition("  #")[0] for line in [*spelled, *inline] if line.startswith("dkg ")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_command_on_a_page_exists(page: Path) -> None:
    for line in commands(page):
        words = shlex.split(line.split("&&")[0])[1:]
        command: click.Command = main
        while isinstance(command, click.Group) and words:
            below = command.get_command(click.Context(command), words[0])
            if below is None:
                break
            command = below
            del words[0]
        assert command is not main or not words, line
        known = {name for p in command.params for name in p.opts} | {"--help", "--version"}
        assert {w.partition("=")[0] for w in words if w.startswith("--")} <= known, line


def test_readme_shows_commands() -> None:
    assert len(commands(ROOT / "README.md")) >= 8


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    assert [t for t in targets if "://" not in t and not (page.parent / t).exists()] == []


def test_the_picture_tells_the_truth(tmp_path: Path) -> None:
    picture = " ".join(ET.parse(ROOT / "docs" / "pictures" / "line.svg").getroot().itertext())
    demo = copy_of("demo", tmp_path)
    dkg("build", project=demo)
    answer = dkg("query", "run", "legal-history", "--param", "organization=union-of-tarvians",
                 "--evidence", "--output", "json", project=demo)  # fmt: skip
    evidence = json.loads(answer)["evidence"]["only-suspended.suspended"]
    (words,) = evidence["words"]
    assert f"characters {words['begin']} to {words['end']}" in picture
    assert f"{evidence['file']}, line {evidence['line']}" in picture
    assert evidence["published"] in picture
    assert words["quote"].startswith("The court ordered a suspension of six months")
    assert evidence["claimants"][0]["actor"]["label"] in picture


def test_the_picture_needs_nothing_from_elsewhere() -> None:
    written = (ROOT / "docs" / "pictures" / "line.svg").read_text("utf-8")
    assert set(re.findall(r"https?://[^\"'\s)]+", written)) == {"http://www.w3.org/2000/svg"}
    assert "<script" not in written

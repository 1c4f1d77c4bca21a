"""What the tests of annotation tools share: native articles written as a tool's files, graphs to compare."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from diaspora_kg.errors import Severity
from diaspora_kg.pipeline import Run, run
from diaspora_kg.project import Project
from diaspora_kg.returned.bratfiles import brat_files
from diaspora_kg.returned.entries import given_back

_KEPT_WORDS = re.compile(r"ns#(?:quote|quoteStart|quoteEnd)> ")
_RUN = re.compile(r"/id/run/|prov#wasGeneratedBy> ")


def prepared(root: Path) -> Run:
    """Every article of a project, none of them with a violation."""
    done = run(Project.load(root))
    wrong = [finding for finding in done.all_findings() if finding.severity is Severity.VIOLATION]
    assert not wrong, wrong[:3]
    return done


def as_brat(root: Path) -> None:
    """Turn a project's native annotations into brat files, each with a header of its stem."""
    ran = prepared(root)
    kinds = {entry.key: entry.kind for entry in ran.register.entries}
    for done in ran.articles:
        native = root / done.article.file
        text = native.with_suffix(".txt").read_bytes().decode("utf-8")
        files = brat_files(text, given_back(done.article, text, kinds), {})
        native.with_suffix(".ann").write_bytes(files[".ann"])
        native.write_text(header_of(native.read_text("utf-8")), "utf-8")
        native.with_suffix(".lock").unlink(missing_ok=True)


def header_of(annotation: str) -> str:
    """Format and header of a native annotation, without page furniture, which a tool marks in the text."""
    kept, inside = [], False
    for line in annotation.splitlines(keepends=True):
        if re.match(r"\S", line):
            inside = line.startswith("article:")
        if line.startswith("format:") or (inside and not line.lstrip().startswith("skip:")):
            kept.append(line)
    return "".join(kept)


def graphs(done: Run) -> Mapping[str, frozenset[str]]:
    """The quads of each article but for its run and for the words kept of passages.

    No graph has blank nodes, so two that are equal as canonical graphs are equal as sets of lines.
    """
    return {
        one.article.key: frozenset(
            line
            for graph in (one.mapped.graphs.values() if one.mapped else ())
            for line in graph
            if not _KEPT_WORDS.search(line) and not _RUN.search(line)
        )
        for one in done.articles
    }


def kept_words(done: Run) -> list[str]:
    """The words of passages that the graphs keep."""
    lines = (
        line for one in done.articles if one.mapped for graph in one.mapped.graphs.values() for line in graph
    )
    return [line.split('"', 1)[1].rsplit('"', 1)[0] for line in lines if _KEPT_WORDS.search(line)]

"""One server for all tests of the protocol."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import make_project, publish
from tests.talking import LINES, Server, talking

LIMITS = "seconds = 2\nrows = 3000\nquery-kib = 16\nstreams = 2"


def project(folder: Path) -> Path:
    """A project with the graphs of the tests."""
    made = make_project(folder / "project", LIMITS)
    publish(made, LINES)
    return made


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server, for this machine only."""
    with talking(project(tmp_path_factory.mktemp("local"))) as found:
        yield found


@pytest.fixture(scope="session")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for strangers, below a path."""
    with talking(project(tmp_path_factory.mktemp("public")), "--public", "--root-path", "/graph") as found:
        yield found

"""One server for all tests of the protocol."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import Server, project_with_data, serving


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built project with the graphs of the tests."""
    return project_with_data(
        tmp_path_factory.mktemp("served") / "project", "seconds = 2\nrows = 3000\nquery-kib = 16"
    )


@pytest.fixture(scope="session")
def server(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server, for this machine only."""
    with serving(project, tmp_path_factory.mktemp("log") / "serve.log") as found:
        yield found
        assert "Traceback" not in found.written, found.written


@pytest.fixture(scope="session")
def public(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for strangers, below a path, of a copy of the project."""
    folder = tmp_path_factory.mktemp("public")
    shutil.copytree(project, folder / "project")
    options = ("--public", "--root-path", "/graph")
    with serving(folder / "project", folder / "serve.log", *options) as found:
        yield found
        assert "Traceback" not in found.written, found.written

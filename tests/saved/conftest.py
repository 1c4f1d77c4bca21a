"""One served demo for all tests of saved queries over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.asking import Site, demo_served


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_served(tmp_path_factory.mktemp("saved")) as served:
        yield served

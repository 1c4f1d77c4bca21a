"""Each saved query answers at once on some 200,000 quads: none has two patterns that meet only in a filter."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from diaspora_kg.queries.answer import prepared
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.store.base import Solutions
from diaspora_kg.store.embedded import EmbeddedStore
from tests.press import BASE, OF_TALKS, PARAMS, TALKS, TALKS_PARAMS, bundled, lookup_in, press_lines

COPIES = 200
SECONDS = 3.0
"""Six times what is asked for on an idle machine; a careless join takes minutes."""

SHARED = "n1.league n1.norland n2.norland q1.guild q2.choir q1.norland q1.herald q2.gazette".split()
"""What all copies speak of, as real articles speak of the same few actors."""

OWN = re.compile(rf"<{re.escape(BASE)}(?:id/[^/>]+|graph/article)/(?P<key>[^>]+)>")


def copies() -> Iterator[str]:
    """The five articles many times; each copy has nodes of its own, beside the shared ones."""
    lines = [*press_lines(), *press_lines(TALKS)]
    yield from lines
    own = [line for line in lines if "graph/article" in line]
    for n in range(COPIES):
        yield from (OWN.sub(lambda found: _numbered(found, n), line) for line in own)


def _numbered(found: re.Match[str], n: int) -> str:
    return found[0] if found["key"] in SHARED else f"{found[0][:-1]}-{n}>"


@pytest.fixture(scope="module")
def many() -> Lookup:
    store = EmbeddedStore()
    store.load(copies())
    return lookup_in(store)


@pytest.mark.parametrize("name", sorted(bundled().queries))
def test_the_answer_comes_at_once(name: str, many: Lookup) -> None:
    params = (TALKS_PARAMS if name in OF_TALKS else PARAMS).get(name, {})
    text = prepared(bundled().get(name), params, many)
    begun = time.process_time()
    found = many.store.query(text)
    assert isinstance(found, Solutions)
    assert time.process_time() - begun < SECONDS

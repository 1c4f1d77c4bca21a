"""The feed of a site tells of the newest articles; only those with the last days are looked at."""

from __future__ import annotations

import random

import pytest

from diaspora_kg.names import expand
from diaspora_kg.store import EmbeddedStore
from diaspora_kg.website import latest
from diaspora_kg.website.latest import all_of

_ID, _GRAPH = "https://norland.example/id/", "https://norland.example/graph/"


def _lines(article: int, days: list[str], annotated: str) -> list[str]:
    """What a graph says of an article, of the days on which it was published, and of its annotation."""
    name, graph = f"<{_ID}article/n{article:04}>", f"<{_GRAPH}article/n{article:04}>"
    found = [f'{name} <{expand("dct:title")}> "Nr. {article}" {graph} .']
    found += [f"{name} <{expand('rdf:type')}> <{expand('dkg:Article')}> {graph} ."]
    for n, day in enumerate(days):
        when = f"<{_ID}when/n{article:04}.{n}>"
        found += [f"{name} <{expand('dkg:when')}> {when} {graph} ."]
        found += [f'{when} <{expand("dkg:notBefore")}> "{day}"^^<{expand("xsd:date")}> {graph} .']
    if annotated:
        about = f"<{_GRAPH}about/n{article:04}>"
        time = f'"{annotated}T12:00:00Z"^^<{expand("xsd:dateTime")}>'
        found += [f"{graph} <{expand('prov:generatedAtTime')}> {time} {about} ."]
        found += [f"{graph} <{expand('prov:wasDerivedFrom')}> {name} {about} ."]
    return found


def _day(chosen: random.Random, years: int) -> str:
    return f"{2031 + chosen.randrange(years)}-{1 + chosen.randrange(12):02}-{1 + chosen.randrange(28):02}"


@pytest.mark.parametrize("articles", [0, 3, 250, 900])
@pytest.mark.parametrize("years", [1, 30])
def test_the_newest_of_all_are_told(articles: int, years: int) -> None:
    chosen = random.Random(articles + years)
    lines = []
    for article in range(articles):
        days = [_day(chosen, years) for _ in range(chosen.randrange(3))]
        lines += _lines(article, days, _day(chosen, years) if chosen.random() < 0.3 else "")
    store = EmbeddedStore()
    store.load(lines)
    whole = latest._written(latest._asked(store, latest._ASKED), latest._SPARE)
    assert all_of(store) == whole
    assert len(latest.read(whole)) <= latest.MOST


def test_articles_of_one_day_are_all_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latest, "_MANY", 500)
    store = EmbeddedStore()
    store.load([line for article in range(600) for line in _lines(article, ["2031-05-04"], "")])
    told = latest.read(all_of(store))
    assert [article for _, article, _ in told] == [f"{_ID}article/n{n:04}" for n in range(latest.MOST)]

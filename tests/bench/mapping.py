"""Mapping alone: from articles in memory to N-Quads, beside rdflib, which builds and writes the same quads.

rdflib gets the terms of every quad as Python values, so it need not read anything. The tabular part (who
occurs, a row each) is mapped by morph-kgc too, where a Python that has it was named.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median

import pyoxigraph as ox
from rdflib import Dataset, Literal, URIRef

from tests.bench.held import Held, held
from tests.bench.plan import Plan
from tests.bench.rows import Goal, Row, of_runs
from tests.bench.tabular import tabular

_MOST = 300  # articles
_PAIRS = 5

Written = tuple[str, str, str, str, str, str]  # subject, predicate, object, its datatype, its language, graph


def rows(plan: Plan) -> Iterator[Row]:
    """Our mapping beside rdflib, and the tabular part beside morph-kgc."""
    articles = min(plan.articles, _MOST)
    every = held(plan.project(articles))
    lines = b"".join(every.lines())
    quads = [_written(quad) for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS)]
    gc.collect()
    gc.freeze()  # what is held for both costs neither of them
    ours, peers = [], []
    for pair in range(_PAIRS):
        for we in (True, False) if pair % 2 == 0 else (False, True):
            if we:
                ours.append(_cpu(lambda: _mapped(every)))
            else:
                peers.append(_cpu(lambda: _serialized(quads)))
    mine, other = median(ours), median(peers)
    yield of_runs(
        f"mapping alone, {articles:,} articles",
        [peer / one for one, peer in zip(ours, peers, strict=True)],
        "times rdflib",
        Goal(10, least=True),
        ours=f"{mine / articles * 1000:.2f} ms of CPU an article, {len(quads) / mine:,.0f} quads a second",
        peer=f"rdflib: {other / articles * 1000:.2f} ms",
        note=f"{len(quads):,} quads, seconds of CPU of one thread, in turns. rdflib builds a Dataset from "
        "terms that are at hand and writes it as N-Quads; ours goes from the article to the same lines.",
        figures={"ours": ours, "peer": peers},
    )
    yield from tabular(plan)


def _mapped(every: Held) -> int:
    return sum(map(len, every.lines()))


def _serialized(quads: Sequence[Written]) -> int:
    dataset = Dataset()
    graphs = {name: dataset.graph(URIRef(name)) for name in {quad[-1] for quad in quads}}
    dataset.addN(
        (URIRef(s), URIRef(p), _object(o, datatype, language), graphs[g])
        for s, p, o, datatype, language, g in quads
    )
    return len(dataset.serialize(format="nquads"))


def _object(value: str, datatype: str, language: str) -> URIRef | Literal:
    if language:
        return Literal(value, lang=language)
    return Literal(value, datatype=URIRef(datatype)) if datatype else URIRef(value)


def _written(quad: ox.Quad) -> Written:
    s, p, o, g = quad.subject, quad.predicate, quad.object, quad.graph_name
    assert isinstance(s, ox.NamedNode)
    assert isinstance(g, ox.NamedNode)
    if isinstance(o, ox.Literal):
        return s.value, p.value, o.value, o.datatype.value, o.language or "", g.value
    assert isinstance(o, ox.NamedNode)
    return s.value, p.value, o.value, "", "", g.value


def _cpu(work: Callable[[], int]) -> float:
    begun = time.process_time()
    assert work()
    return time.process_time() - begun

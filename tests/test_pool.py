"""The pool in this process: lanes that cannot starve each other, snapshots that are held."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from diaspora_kg.endpoint.generation import Generation
from diaspora_kg.endpoint.metrics import Metrics
from diaspora_kg.endpoint.pool import Broken, Job, Lane, Pool, QueryFailed
from diaspora_kg.endpoint.pooled import PooledStore
from diaspora_kg.endpoint.settings import Limits
from diaspora_kg.sparql import Refused
from diaspora_kg.store import QueryRefused, Snapshots, Solutions, Triples
from tests.serving import BASE, JSON, lines, make_project, publish

LIMITS = Limits(seconds=2, saved_seconds=2, memory_mib=600, queue=4, saved_workers=1, streams=2)
HOG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_project(tmp_path_factory.mktemp("pool") / "town")
    publish(made, lines(1000))
    return made


@asynccontextmanager
async def pool_of(project: Path, limits: Limits = LIMITS) -> AsyncIterator[Pool]:
    first = await Generation.start(Snapshots(project / ".dkg"), limits, sandboxed=True)
    pool = Pool(first, limits, Metrics())
    try:
        yield pool
    finally:
        await pool.stop()


def play(project: Path, scene: Callable[[Pool], Awaitable[None]], limits: Limits = LIMITS) -> None:
    """Run a scene with a pool of its own."""

    async def run() -> None:
        async with pool_of(project, limits) as pool:
            await scene(pool)

    asyncio.run(run())


def job(query: str, lane: Lane = Lane.ADHOC, client: str = "one", media: str = JSON) -> Job:
    return Job(query, media, lane, client)


def test_saved_queries_run_while_others_fill_every_place(project: Path) -> None:
    async def scene(pool: Pool) -> None:
        hogs = [asyncio.create_task(pool.run(job(HOG, client=f"c{number}"))) for number in range(12)]
        await asyncio.sleep(0.4)
        for _ in range(20):
            reply = await pool.run(job(f"ASK {{ <{BASE}id/person/p1> ?p ?o }}", Lane.SAVED))
            assert b"true" in reply.head
        told = await asyncio.gather(*hogs, return_exceptions=True)
        assert {one.status for one in told if isinstance(one, QueryFailed)} <= {503, 504}
        assert all(isinstance(one, QueryFailed) for one in told)

    play(project, scene)


def test_the_shape_of_an_ended_query_means_nothing_for_saved_ones(project: Path) -> None:
    async def scene(pool: Pool) -> None:
        with pytest.raises(QueryFailed):
            await pool.run(job(HOG))
        small = HOG.replace("?a ?b ?c", "<urn:no> ?b ?c")
        reply = await pool.run(job(small, Lane.SAVED))
        assert b'"0"' in reply.head

    play(project, scene)


def test_long_answers_have_places_of_their_own(project: Path) -> None:
    async def scene(pool: Pool) -> None:
        first = await pool.run(job(ENDLESS, client="a"))
        second = await pool.run(job(ENDLESS, client="b"))
        with pytest.raises(QueryFailed) as failed:
            await pool.run(job(ENDLESS, client="c"))
        assert failed.value.status == 503
        assert failed.value.retry_after
        await asyncio.sleep(0.5)  # by then both have left the quick lane
        assert b"boolean" in (await pool.run(job("ASK {}"))).head
        for reply in (first, second):
            assert reply.rest is not None
            await reply.rest.aclose()
            with pytest.raises(Broken):
                await anext(reply.rest)
        assert pool.stats()['dkg_free{lane="stream"}'] == 2

    play(project, scene)


def test_rows_over_the_limit_break_a_long_answer(project: Path) -> None:
    async def scene(pool: Pool) -> None:
        for media in (JSON, "text/csv", "text/tab-separated-values", "application/sparql-results+xml"):
            reply = await pool.run(job(ENDLESS, media=media))
            with pytest.raises(Broken, match="rows"):
                await reply.whole(1 << 30)
        triples = "CONSTRUCT { ?a <urn:x> ?d } WHERE { ?a ?b ?c . ?d ?e ?f }"
        reply = await pool.run(job(triples, media="application/n-triples"))
        with pytest.raises(Broken, match="rows"):
            await reply.whole(1 << 30)

    play(project, scene, Limits(rows=20_000, streams=2))


def test_rows_over_the_limit_cut_a_short_answer_and_say_so(project: Path) -> None:
    async def scene(pool: Pool) -> None:
        reply = await pool.run(job("SELECT ?a { ?a ?b ?c }", media="text/csv"))
        assert reply.truncated
        assert len(reply.head.splitlines()) == 6
        reply = await pool.run(job("CONSTRUCT WHERE { ?a ?b ?c }", media="application/n-triples"))
        assert reply.truncated
        assert len(reply.head.splitlines()) == 5
        reply = await pool.run(job("SELECT ?a { ?a ?b ?c } LIMIT 5", media="text/csv"))
        assert not reply.truncated

    play(project, scene, Limits(rows=5))


def test_the_dataset_of_a_job(project: Path) -> None:
    async def scene(pool: Pool) -> None:
        graph = f"{BASE}graph/article/one"
        count = "SELECT (COUNT(*) AS ?n) {0} {{ {1} }}"
        plain, named = "?s ?p ?o", "GRAPH ?g { ?s ?p ?o }"

        async def counted(query: str, **values: object) -> int:
            reply = await pool.run(Job(query, "text/csv", Lane.ADHOC, "one", **values))  # type: ignore[arg-type]
            return int(reply.head.split()[1])

        assert await counted(count.format("", plain)) == 2000
        assert await counted(count.format("", plain), union=False) == 0
        assert await counted(count.format("FROM <urn:none>", plain)) == 0
        assert await counted(count.format(f"FROM <{graph}>", plain)) == 2000
        assert await counted(count.format("", named)) == 2000
        assert await counted(count.format("", named), default_graphs=(graph,)) == 0
        assert await counted(count.format("", plain), default_graphs=(graph,)) == 2000
        assert await counted(count.format("", plain), named_graphs=(graph,)) == 0
        assert await counted(count.format("", named), named_graphs=(graph,)) == 2000
        assert await counted(count.format(f"FROM <{graph}>", plain), default_graphs=("urn:none",)) == 0

    play(project, scene)


def test_a_worker_that_dies_while_it_answers_is_told_and_replaced(project: Path) -> None:
    async def scene(pool: Pool) -> None:
        running = asyncio.create_task(pool.run(job(HOG, Lane.SAVED)))
        await asyncio.sleep(0.3)
        killed = set(pool.pids)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(QueryFailed) as failed:
            await running
        assert (failed.value.status, failed.value.retry_after) == (503, 1)
        async with asyncio.timeout(10):
            while killed & set(pool.pids):  # of one that was idle the pool hears a moment later
                await asyncio.sleep(0.01)
        assert b"true" in (await pool.run(job("ASK {}", Lane.SAVED))).head
        assert b"true" in (await pool.run(job("ASK {}"))).head

    play(project, scene)


def test_a_query_that_did_not_get_the_processor_is_not_taken_for_a_slow_one(project: Path) -> None:
    """As on a machine that is busy with other programs, or waits for its disk."""

    async def scene(pool: Pool) -> None:
        assert pool._slow.take_now()  # somebody else's query is there
        for pid in pool.pids:
            os.kill(pid, signal.SIGSTOP)
        running = asyncio.create_task(pool.run(job(f"ASK {{ <{BASE}id/person/p1> ?p ?o }}")))
        await asyncio.sleep(0.5)
        for pid in pool.pids:
            os.kill(pid, signal.SIGCONT)
        assert b"true" in (await running).head
        assert len(pool._shapes) == 0
        pool._slow.give()

    play(project, scene)


def test_a_client_that_leaves_ends_its_query(project: Path) -> None:
    async def scene(pool: Pool) -> None:
        left = asyncio.Event()
        leaving = Job(HOG, JSON, Lane.ADHOC, "one", gone=left.wait)
        running = asyncio.create_task(pool.run(leaving))
        await asyncio.sleep(0.5)
        left.set()
        with pytest.raises(QueryFailed) as failed:
            await running
        assert failed.value.status == 499
        assert pool.stats()['dkg_free{lane="slow"}'] == 1

    play(project, scene)


def test_a_pooled_store_is_a_store(project: Path) -> None:
    async def scene(pool: Pool) -> None:
        loop = asyncio.get_running_loop()

        def ask(store: PooledStore) -> None:
            found = store.query(f"SELECT * {{ GRAPH ?g {{ <{BASE}id/person/p1> ?p ?o }} }}")
            assert isinstance(found, Solutions)
            assert len(found) == 2
            assert store.query("ASK { ?s ?p ?o }") is False
            assert store.query("ASK { ?s ?p ?o }", union=True) is True
            made = store.query("CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
            assert isinstance(made, Triples)
            assert len(made) == 2000
            with pytest.raises(QueryRefused):
                store.query("SELECT wrong")
            with pytest.raises(Refused, match="line 1, column 11: SERVICE"):
                store.query("SELECT *{ SERVICE <urn:x> {} }")
            with pytest.raises(QueryFailed) as failed:
                store.query(HOG, union=True)
            assert failed.value.status == 504

        with pool.holding() as generation:
            await asyncio.to_thread(ask, PooledStore(pool, generation, "one", loop))

    play(project, scene)


def test_long_queries_are_guarded_by_a_worker(project: Path) -> None:
    async def scene(pool: Pool) -> None:
        long = "#" + "x" * 3000 + "\n"
        assert await pool.guard(f"{long}ASK {{}}", "one") == "ASK"
        assert await pool.guard("ASK {}", "one") == "ASK"
        with pytest.raises(Refused, match="line 2, column 7: SERVICE"):
            await pool.guard(f"{long}ASK {{ SERVICE <urn:x> {{}} }}", "one")

    play(project, scene)


def test_a_held_snapshot_is_served_until_it_is_let_go(tmp_path: Path) -> None:
    project = make_project(tmp_path / "town")
    publish(project, lines(3, " one"))
    snapshots = Snapshots(project / ".dkg")

    async def scene(pool: Pool) -> None:
        async def name(generation: Generation | None = None) -> str:
            query = f"SELECT ?n {{ <{BASE}id/person/p1> <{BASE}ns#name> ?n }}"
            return (await pool.run(job(query, media="text/csv"), generation)).head.decode().split("\r\n")[1]

        with pool.holding() as old:
            for number in range(2, 4):
                publish(project, lines(3, f" {number}"))
            pool.switch(await Generation.start(snapshots, LIMITS, sandboxed=True))
            assert snapshots.prune(1) == (2,)
            assert (await name(), await name(old)) == (
                "Person 1 of Vesmark 3",
                "Person 1 of Vesmark one",
            )
            assert pool.stats()["dkg_draining_snapshots"] == 1
        while pool.stats()["dkg_draining_snapshots"]:
            await asyncio.sleep(0.01)
        assert snapshots.prune(1) == (1,)
        assert await name() == "Person 1 of Vesmark 3"

    play(project, scene)

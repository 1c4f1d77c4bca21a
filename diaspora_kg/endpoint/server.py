"""Starts and ends the server: the socket, the pool, uvicorn, signals."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import uvicorn

from diaspora_kg.endpoint import reviewers, sandbox
from diaspora_kg.endpoint.app import make_app
from diaspora_kg.endpoint.context import Context
from diaspora_kg.endpoint.doors import Doors
from diaspora_kg.endpoint.engine import StartFailed
from diaspora_kg.endpoint.generation import Generation
from diaspora_kg.endpoint.health import Health
from diaspora_kg.endpoint.heap import few_heaps
from diaspora_kg.endpoint.metrics import Metrics
from diaspora_kg.endpoint.pool import Pool
from diaspora_kg.endpoint.quick import Quick
from diaspora_kg.endpoint.settings import Settings
from diaspora_kg.endpoint.watch import Watch, told_to_worker
from diaspora_kg.endpoint.wire import BoundedProtocol, most_connections
from diaspora_kg.errors import RunStopped, UsageError
from diaspora_kg.pages import Templates
from diaspora_kg.project import Project
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.panels import Panels, own_views
from diaspora_kg.store import Snapshots

if TYPE_CHECKING:
    from diaspora_kg.store.server import ServerStore

_DRAIN_SECONDS = 20
_IDLE_SECONDS = 30
_BACKLOG = 1024
_SWITCH_SECONDS = 0.001  # how long a thread that makes a page may keep the event loop waiting

Say = Callable[[str], None]


def serve(project: Project, settings: Settings, say: Say) -> None:
    """Serve until SIGTERM or SIGINT; ``say`` takes lines for whoever started it.

    Raises :class:`~diaspora_kg.errors.DkgError` when it cannot start.
    """
    if sys.platform == "win32":
        raise UsageError("dkg serve needs Linux or macOS: its workers are bounded by means of these systems.")
    sandboxed = sandbox.available()
    if not sandboxed:
        missing = "This system has no seccomp, which keeps queries from the network."
        if settings.profile == "public":
            raise UsageError(f"{missing} Use --local, for this machine only, or serve from Linux.")
        say(f"{missing} The guard against SERVICE still stands.")
    sys.setswitchinterval(_SWITCH_SECONDS)
    few_heaps()
    with listening(settings.host, settings.port) as bound:
        _runner()(_served(project, settings, bound, say, sandboxed=sandboxed))


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket at an address; raises :class:`UsageError`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise UsageError(f"{host} is no address of this machine: {error.strerror or error}.") from error
    with bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(address)
        except OSError as error:
            reason = error.strerror or str(error)
            raise UsageError(f"{host}, port {port} cannot be had: {reason}. Choose with --port.") from error
        yield bound


async def _served(
    project: Project, settings: Settings, bound: socket.socket, say: Say, *, sandboxed: bool
) -> None:
    snapshots, pages = Snapshots(project.derived), Templates.load(project.own("templates"))
    server = _server_of(project)
    try:
        away = told_to_worker(server) if server is not None else None
        first = await Generation.start(snapshots, settings.limits, sandboxed=sandboxed, away=away)
    except StartFailed as error:
        raise RunStopped(
            f"the published snapshot cannot be opened: {error}. If that stays so, run: dkg build --full"
        ) from error
    metrics, health = Metrics(), Health()
    pool = Pool(first, settings.limits, metrics)
    catalog = Catalog.load(project.folders("queries"))
    panels = Panels.load(project.folders("queries"), own_views(project.own("templates")))
    context = Context(project, settings, pool, catalog, metrics, health, pages, panels)
    watching = Watch(snapshots, pool, settings.limits, health, sandboxed, server)
    watching.tell(await watching.ask(first.snapshot.manifest))
    watch = asyncio.create_task(watching.run())
    try:
        quick = Quick(context)
        app = Doors(make_app(context), settings, metrics, quick)
        token = settings.review if reviewers.allowed(settings) else ""
        if settings.review and not token:
            say("There is no review page: other machines reach this address.")
        await _Server(_config(app, settings, quick), health, say, token).serve(sockets=[bound])
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
        await pool.stop()
        if server is not None:
            server.close()


def _server_of(project: Project) -> ServerStore | None:
    """The server that holds the project's graph, asked how it is; ``None``: the graph is here."""
    if not project.store:
        return None
    from diaspora_kg.store.server import ServerStore  # noqa: PLC0415 - its libraries take a third of a second

    return ServerStore.of(project)


def _config(app: Any, settings: Settings, quick: Quick) -> uvicorn.Config:
    BoundedProtocol.trusted = settings.trusted_proxies
    BoundedProtocol.quick = quick
    BoundedProtocol.most = most_connections()
    return uvicorn.Config(
        app,
        http=BoundedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whom to believe is decided in context.py
        root_path=settings.root_path,
        backlog=_BACKLOG,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )


class _Server(uvicorn.Server):
    """Says where it listens, and ends by SIGTERM with exit code 0."""

    def __init__(self, config: uvicorn.Config, health: Health, say: Say, review: str = "") -> None:
        super().__init__(config)
        self._review = review
        self._health = health
        self._say = say
        logging.getLogger("uvicorn.error").addFilter(_told_elsewhere)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets=sockets)
        for bound in sockets or ():
            host, port = bound.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            home = f"http://{shown}:{port}{self.config.root_path}/"
            self._say(f"Serving at {home}")
            if self._review:
                self._say(f"Review candidates at {home}review?token={self._review}")

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGTERM and SIGINT as the wish to end, and SIGHUP: the terminal is closed."""
        loop = asyncio.get_running_loop()
        ends = [signal.SIGTERM, signal.SIGINT]
        if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # nohup ignores it, and that stays so
            ends.append(signal.SIGHUP)
        for wanted in ends:
            loop.add_signal_handler(wanted, self._leave)
        try:
            yield
        finally:
            for wanted in ends:
                loop.remove_signal_handler(wanted)

    def _leave(self) -> None:
        self.force_exit = self.should_exit  # the second time without waiting
        self.should_exit = True
        self._health.leaving = True


def _told_elsewhere(record: logging.LogRecord) -> bool:
    """Cut answers and requests that are none are counted in the metrics, not logged each."""
    return "without completing" not in record.getMessage() and "Invalid HTTP" not in record.getMessage()


def _runner() -> Callable[[Any], None]:
    try:
        import uvloop  # noqa: PLC0415 - optional: not for every platform
    except ImportError:
        return asyncio.run
    return uvloop.run

"""The process from which workers are forked: it has loaded what they need, and opens nothing itself.

A fork takes a millisecond where a new interpreter takes a tenth of a second, and the server does not
stand still meanwhile. It runs as ``python -I -S``, has one thread, and ends with the server. For each worker
that is wanted comes JSON (:class:`~diaspora_kg.endpoint.frames.Start`) with one descriptor on its socket;
it answers ``began PID``, and tells each end as ``ended PID SIGNAL``.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
from typing import Any

from diaspora_kg.endpoint import sandbox, worker
from diaspora_kg.endpoint.frames import Start

_LONGEST = 1 << 16


def main(descriptor: int, server: int, niceness: int, first_to_go: int) -> None:
    """Fork workers until the server is gone; they have its priority, or less."""
    sandbox.die_with(server)
    os.nice(niceness)
    sandbox.first_to_go(first_to_go)
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the whole group; the server ends its workers
    control = socket.socket(fileno=descriptor)
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    while True:
        ready, _, _ = select.select([control.fileno(), woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _reap(control)
        if control.fileno() in ready and not _wanted(control, (woken, wakes)):
            return


def _wanted(control: socket.socket, own: tuple[int, int]) -> bool:
    """Fork one worker; ``False``: the server is gone."""
    line, descriptors, _, _ = socket.recv_fds(control, _LONGEST, 1)
    if not line:
        return False
    start: dict[str, Any] = json.loads(line)
    if start["away"] is not None:
        worker.load_away()  # here, once: its libraries take a third of a second
    cradle = os.getpid()
    pid = os.fork()
    if pid == 0:
        _grown(Start(**{**start, "descriptor": descriptors[0], "parent": cradle}), control, own)
    os.close(descriptors[0])
    control.sendall(f"began {pid}\n".encode())
    return True


def _grown(start: Start, control: socket.socket, own: tuple[int, int]) -> None:
    """Be a worker, and never come back."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        control.close()
        for descriptor in own:
            os.close(descriptor)
        worker.main(start)
    finally:
        os._exit(0)


def _reap(control: socket.socket) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            code = os.waitstatus_to_exitcode(status)
            control.sendall(f"ended {pid} {max(0, -code)}\n".encode())

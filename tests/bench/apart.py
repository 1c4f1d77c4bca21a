"""Starts a module of the measurements as a process of its own, with what it is to do as JSON on its stdin."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import tempfile
from collections.abc import Mapping
from typing import IO


class Apart:
    """The process. What it tells goes into a file: it waits for no reader, and how it ended is looked at."""

    def __init__(self, process: asyncio.subprocess.Process, told: IO[bytes], module: str) -> None:
        self._process = process
        self._told = told
        self._module = module

    def stop(self) -> None:
        """Ask it to end before its time."""
        self._process.send_signal(signal.SIGTERM)

    async def told(self) -> object:
        """What it told as JSON, when it has ended.

        Raises:
            RuntimeError: It did not end as it should.
        """
        code = await self._process.wait()
        with self._told as told:
            if code:
                raise RuntimeError(f"python -m {self._module} ended with {code}")
            told.seek(0)
            return json.load(told)


async def apart(module: str, wanted: Mapping[str, object]) -> Apart:
    """The process, begun."""
    told = tempfile.TemporaryFile()  # noqa: SIM115 - open until all is told
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdin=asyncio.subprocess.PIPE, stdout=told
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(wanted).encode())
    process.stdin.close()
    return Apart(process, told, module)

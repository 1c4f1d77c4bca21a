"""Starts a module of the measurements as a process of its own, with what it is to do as JSON on its stdin."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping


async def apart(module: str, wanted: Mapping[str, object]) -> asyncio.subprocess.Process:
    """The process, begun; what it saw comes on its stdout."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(wanted).encode())
    process.stdin.close()
    return process

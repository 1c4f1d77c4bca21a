"""What a worker process may not do: outlive its server, fill the machine, or reach a network.

Loaded by worker processes before anything else: only the standard library. Where the system has no
such means (not Linux, another processor), the functions say so and do nothing.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import signal
import struct
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_MODE_FILTER = 2

_LOAD, _EQUAL, _ABOVE, _GIVE = 0x20, 0x15, 0x35, 0x06  # BPF: ld abs, jeq, jge, ret
_KILL, _ALLOW, _EPERM = 0x80000000, 0x7FFF0000, 0x00050001
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16  # where they stand in struct seccomp_data
_AF_UNIX = 1
_X32 = 0x40000000  # x86_64 numbers from here on are another table of the same calls

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NONE = 0xFFFF  # the number of no system call
_SOCKET = {"x86_64": 41, "aarch64": 198}
_REFUSED = {
    # connect, bind, listen, execve, ptrace, kill, io_uring_setup, execveat, pidfd_send_signal
    "x86_64": (42, 49, 50, 59, 101, 62, 425, 322, 424),
    "aarch64": (203, 200, 201, 221, 117, 129, 425, 281, 424),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def available() -> bool:
    """Whether this system has what :func:`without_network` needs."""
    return sys.platform == "linux" and platform.machine() in _ARCHITECTURES and sys.maxsize > 2**32


def without_network(*, but_asks: bool = False) -> bool:
    """Take sockets (but those of this machine's own files) and new programs away from this process.

    One that ``but_asks`` another server keeps sockets, and may connect; it listens to nobody all the same.
    Says whether it worked. Threads that begin later are bound too; nothing gives it back. A system call
    of a foreign architecture, whose numbers mean something else, ends the process.
    """
    if not available():
        return False
    written = _filter(platform.machine(), but_asks=but_asks)
    buffer = ctypes.create_string_buffer(written, len(written))
    program = _Program(len(written) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _filter(machine: str, *, but_asks: bool = False) -> bytes:
    """The filter in classic BPF: eight bytes an instruction."""
    refused = _REFUSED[machine][2:] if but_asks else _REFUSED[machine]
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_GIVE, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_ABOVE, 0, 1, _X32),
        (_GIVE, 0, 0, _KILL),
    ]
    left = len(refused)
    for number in refused:  # jumps to the refusal, which stands after the test of socket()
        steps.append((_EQUAL, left + 2, 0, number))
        left -= 1
    steps += [
        (_EQUAL, 0, 3, _NONE if but_asks else _SOCKET[machine]),
        (_LOAD, 0, 0, _FIRST),
        (_EQUAL, 1, 0, _AF_UNIX),
        (_GIVE, 0, 0, _EPERM),
        (_GIVE, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("<HBBI", *step) for step in steps)


def die_with(parent: int) -> None:
    """End this process when its parent ends, however that happens; at once if it is gone already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def first_to_go(score: int) -> None:
    """What Linux adds to the score (0 to 1000) of this process and its children when memory runs out."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:  # noqa: PTH123 - pathlib loads slowly
        file.write(str(score))


def bounded(mebibytes: int) -> None:
    """Bound this process's address space, and let it leave no core file."""
    size = mebibytes << 20
    for limit, value in ((resource.RLIMIT_AS, size), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):  # macOS does not know the first
            resource.setrlimit(limit, (value, value))

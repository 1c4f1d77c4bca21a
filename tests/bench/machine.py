"""What figures were measured on, and what else the machine had to do."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from diaspora_kg import __version__

_PEERS = ("pyoxigraph", "oxigraph", "rdflib", "pyshacl", "shacl-rust", "jinja2")


def machine() -> dict[str, str | int]:
    """The machine, and the programs that were measured."""
    peers = {name: found for name in _PEERS if (found := _version(name))}
    hugo = shutil.which("hugo")
    said = (
        subprocess.run([hugo, "version"], capture_output=True, text=True, check=False).stdout if hugo else ""
    )
    return {
        "diaspora-kg": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "processors": os.cpu_count() or 0,
        "memory": f"{_memory():.0f} GiB",
        **peers,
        **({"hugo": said.split()[1].partition("-")[0].partition("+")[0]} if said else {}),
    }


def load() -> float:
    """The load average of the last minute, 0 where there is none."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _memory() -> float:
    if sys.platform == "win32":
        return 0.0
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (ValueError, OSError):
        return 0.0

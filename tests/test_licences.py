"""Nothing that the project needs, optional parts included, is under GPL or AGPL."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import metadata

STRONG_COPYLEFT = re.compile(r"(?<!L)(?<!Lesser )\b(A?GPL|(Affero )?General Public License)", re.IGNORECASE)


def closure(name: str, seen: set[str]) -> set[str]:
    """The distributions that one needs, extras included, as far as they are installed."""
    canonical = re.sub(r"[-_.]+", "-", name).lower()
    if canonical in seen:
        return seen
    try:
        requires = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return seen
    seen.add(canonical)
    for requirement in requires:
        if canonical == "diaspora-kg" or "extra ==" not in requirement:
            closure(re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0], seen)
    return seen


def licences() -> dict[str, str]:
    printed = subprocess.run(
        [sys.executable, "-m", "piplicenses", "--from=mixed", "--with-system", "--format=json"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return {re.sub(r"[-_.]+", "-", r["Name"]).lower(): r["License"] for r in json.loads(printed)}


def test_no_gpl() -> None:
    known = licences()
    needed = closure("diaspora-kg", set()) - {"diaspora-kg"}
    assert {"rdflib", "pyshacl", "pyoxigraph", "pytest"} <= needed
    assert needed <= known.keys()
    assert {name: known[name] for name in needed if STRONG_COPYLEFT.search(known[name])} == {}
    assert {name for name in needed if known[name] in {"", "UNKNOWN"}} == set()


def test_the_rule_knows_its_licences() -> None:
    assert all(
        map(STRONG_COPYLEFT.search, ("GPL-3.0-only", "GNU Affero General Public License v3", "AGPL-3.0"))
    )
    assert not any(map(STRONG_COPYLEFT.search, ("LGPL-3.0", "MIT License", "Apache-2.0", "MPL-2.0")))

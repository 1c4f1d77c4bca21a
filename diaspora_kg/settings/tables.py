"""The tables of ``dkg.toml``: ``[serve]``, ``[pages]``, ``[validation]`` and ``[store]``.

Each function takes what the file says of its table, gives its values, and raises
:class:`~diaspora_kg.errors.UsageError` at the line of what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from diaspora_kg.settings.keys import LAYOUTS, PAGES, SERVE, SETTINGS, STORE, VALIDATION
from diaspora_kg.settings.written import Written, is_count, nearest

SAMPLE = 0.002
"""The part of the articles without a fault that pyshacl checks again, where no other is set."""

_SERVE_LISTS = frozenset({"trusted-proxies"})
_SERVE_TEXTS = frozenset({"public-url"})
_ENGINES = ("fast", "pyshacl")
_LONGEST = 86_400  # seconds
_STORE = re.compile(r"https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.\-]+)(:[0-9]+)?(/[A-Za-z0-9\-._~%]+)*/?")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-]+(:[0-9]+)?(/[A-Za-z0-9\-._~]+)*/?")


def serve(file: Written, table: object) -> dict[str, int | str | tuple[str, ...]]:
    """``[serve]``: what the server may spend."""
    checked = _table(file, "serve", table, SERVE)
    return {key: _serve_value(file, key, value) for key, value in checked.items()}


def pages(file: Written, table: object) -> dict[str, object]:
    """``[pages]``: its keys only; the values are read where pages are made."""
    return _table(file, "pages", table, PAGES)


def validation(file: Written, table: object) -> tuple[str, float]:
    """``[validation]``: the engine, and the part of the articles that is checked twice."""
    checked = _table(file, "validation", table, VALIDATION)
    engine, sample = checked.get("engine", "fast"), checked.get("sample", SAMPLE)
    if not isinstance(engine, str) or engine not in _ENGINES:
        near = nearest(str(engine), _ENGINES)
        raise file.fail("engine", f"engine must be one of {', '.join(_ENGINES)}.{near}")
    if not isinstance(sample, int | float) or isinstance(sample, bool) or not 0 <= sample <= 1:
        raise file.fail("sample", f"sample must be a number from 0 to 1: {VALIDATION['sample']}.")
    return engine, float(sample)


def store(file: Written, table: object) -> dict[str, str]:
    """``store = "https://..."`` or ``[store]``."""
    if isinstance(table, str):
        table = {"url": table}
    if not isinstance(table, dict):
        raise file.fail("store", f"store must be {SETTINGS['store']}.")
    file.audit(table, STORE)
    if table and "url" not in table:
        raise file.fail("store", f"[store] says no url: {STORE['url']}.")
    for key, value in table.items():
        if not _fits(key, value):
            known = f" Known are: {', '.join(LAYOUTS)}." if key == "layout" else ""
            raise file.fail(key, f"{value!r} cannot be {key}: {STORE[key]}.{known}")
    return {key: str(value) for key, value in table.items()}


def _table(file: Written, name: str, table: object, known: Collection[str]) -> dict[str, object]:
    if not isinstance(table, dict):
        raise file.fail(name, f"{name} must be a table: write [{name}] on a line of its own.")
    file.audit(table, known)
    return dict(table)


def _fits(key: str, value: object) -> bool:
    if key == "layout":
        return value in LAYOUTS
    if key == "seconds":
        return isinstance(value, int) and is_count(value) and value <= _LONGEST
    return isinstance(value, str) and _STORE.fullmatch(value) is not None


def _serve_value(file: Written, key: str, value: object) -> int | str | tuple[str, ...]:
    if key in _SERVE_LISTS:
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        raise file.fail(key, f'{key} must be a list such as ["10.0.0.0/8"]: {SERVE[key]}.')
    if key in _SERVE_TEXTS:
        if isinstance(value, str) and _ADDRESS.fullmatch(value):
            return value.rstrip("/")
        raise file.fail(key, f"{key} must be an http or https address: {SERVE[key]}.")
    if not isinstance(value, int) or not is_count(value):
        raise file.fail(key, f"{key} must be a whole number of 1 or more: {SERVE[key]}.")
    return value

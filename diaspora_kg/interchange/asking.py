"""Asks a reconciliation service (versions 0.1 and 0.2) for entities with our names: one that a person named.

What it sends back is data of strangers: each part is checked for its form, and the score is ours, by names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from diaspora_kg.errors import StoreNotReachable
from diaspora_kg.interchange.authorities import authority_of, canonical
from diaspora_kg.interchange.entities import Spelling, tidy
from diaspora_kg.interchange.outside import Outside
from diaspora_kg.interchange.proposing import Ours
from diaspora_kg.store.fetch import get_json, origin, post_form

_BATCH = 10
_LIMIT = 5
_NAMES = 3  # names of one entry that are asked for, in scripts of their own


class Service:
    """One service; making it asks for its manifest.

    Raises :class:`~diaspora_kg.errors.UsageError` for what is no address, and
    :class:`~diaspora_kg.errors.StoreNotReachable`.
    """

    def __init__(self, url: str, kind: str = "") -> None:
        manifest = get_json(url)
        if not isinstance(manifest, dict) or not isinstance(manifest.get("identifierSpace"), str):
            raise StoreNotReachable(f"{origin(url)} is no reconciliation service: it sent no manifest.")
        self.url, self._kind = url, kind
        self.name = tidy(str(manifest.get("name", "")))[:100] or origin(url)
        self._space: str = manifest["identifierSpace"]
        view = manifest.get("view")
        self._view = str(view.get("url", "")) if isinstance(view, dict) else ""
        size = manifest.get("batchSize")
        self._batch = min(_BATCH, size) if isinstance(size, int) and size > 0 else _BATCH

    def find(self, wanted: Sequence[Ours]) -> Iterator[Outside]:
        """What the service has under our names."""
        queries = [query for one in wanted for query in self._queries(one)]
        for start in range(0, len(queries), self._batch):
            batch = {f"q{number}": query for number, query in enumerate(queries[start : start + self._batch])}
            told = post_form(self.url, {"queries": json.dumps(batch, ensure_ascii=False)})
            if not isinstance(told, dict):
                raise StoreNotReachable(f"{origin(self.url)} answered with something else than results.")
            for name in batch:
                yield from self._results(told.get(name))

    def _queries(self, one: Ours) -> Iterator[dict[str, object]]:
        seen: set[str] = set()
        for form in one.names:
            kind = _script(next((char for char in form.text if char.isalpha()), ""))
            if kind not in seen and len(seen) < _NAMES:
                seen.add(kind)
                yield {"query": form.text, "limit": _LIMIT, **({"type": self._kind} if self._kind else {})}

    def _results(self, told: object) -> Iterator[Outside]:
        listed = told.get("result") if isinstance(told, dict) else None
        for one in listed[: 2 * _LIMIT] if isinstance(listed, list) else ():
            if isinstance(one, dict) and (found := self._result(one)):
                yield found

    def _result(self, one: dict[str, Any]) -> Outside | None:
        identifier, name = one.get("id"), one.get("name")
        if not isinstance(identifier, str) or not isinstance(name, str) or not tidy(name):
            return None
        if not identifier.isprintable():  # half of a character, or marks of direction, are in no address
            return None
        about = one.get("description")
        told = tidy(about)[:200] if isinstance(about, str) else ""
        address = self._address(identifier)
        return Outside(address, (Spelling(tidy(name)[:300]),), "", told) if address else None

    def _address(self, identifier: str) -> str:
        """The address of an id: itself, below the identifier space, or where the service shows it."""
        ways = [
            identifier,
            f"{self._space}{identifier}",
            self._view.replace("{{id}}", quote(identifier, safe="")),
        ]
        made = [way for way in ways if re.fullmatch(r"https?://[^\s<>\"{}|^`\\\x00-\x20]{4,500}", way)]
        known = next((way for way in made if authority_of(way)[0]), "")
        return canonical(known or (made[0] if made else ""))


def _script(char: str) -> str:
    return next((name for name, begin, end in _SCRIPTS if begin <= char <= end), "other")


_SCRIPTS = (("latin", "A", "\u024f"), ("cyrillic", "\u0400", "\u052f"), ("armenian", "\u0530", "\u058f"),
            ("arabic", "\u0600", "\u06ff"), ("georgian", "\u10a0", "\u10ff"))  # fmt: skip

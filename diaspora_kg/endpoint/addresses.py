"""From the path of a request to the node that it names, and from a node to its paths.

The path is read as it was sent: a key may hold ``%2F``, and no segment ever reaches a file system.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import unquote_to_bytes

from starlette.requests import Request

from diaspora_kg.endpoint.errors import Problem
from diaspora_kg.index import Index, NodeRow
from diaspora_kg.names import CLASS_OF_KIND, Names, segment
from diaspora_kg.store.written import Syntax
from diaspora_kg.visible import visible

_LONGEST = 2000  # characters of a path's end
_NEAR, _COMPARED, _SECONDS = 5, 80, 0.1  # nodes, characters of a key, time of a search among names


@dataclass(frozen=True, slots=True)
class Address:
    """A kind and a key, and the format that the path's ending may name: ``key`` without it is ``stem``."""

    kind: str
    key: str
    canonical: bool

    @property
    def syntax(self) -> Syntax | None:
        """The format that the ending names, if it names one."""
        stem, dot, ending = self.key.rpartition(".")
        return Syntax(ending) if stem and dot and ending in set(Syntax) else None

    @property
    def stem(self) -> str:
        """The key without such an ending."""
        syntax = self.syntax
        return self.key.removesuffix(f".{syntax}") if syntax else self.key


def address(request: Request, part: str) -> Address:
    """What stands behind ``/id/``, ``/page/`` or ``/data/`` (``part``) in the path.

    Raises :class:`Problem`: 404 for what can be the address of no node, 400 for bytes that are no text.
    """
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    behind = raw.split(b"?", 1)[0].partition(f"/{part}/".encode())[2]
    kind, _, rest = behind.partition(b"/")
    try:
        key = unquote_to_bytes(rest).decode("utf-8")
        kind_name = unquote_to_bytes(kind).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(
            400, "This address is not UTF-8: write each byte of a key as % and two digits."
        ) from error
    if kind_name not in CLASS_OF_KIND or not key or b"/" in rest or len(key) > _LONGEST:
        raise Problem(404, "This can be the address of no thing: they are /id/KIND/KEY.")
    key = unicodedata.normalize("NFC", key)
    return Address(kind_name, key, raw.endswith(f"/{kind_name}/{segment(key)}".encode()))


def find(index: Index, names: Names, kind: str, key: str) -> NodeRow | None:
    """The node of that kind and key; what was renamed or merged is the node that it is now."""
    iri = names.node(kind, key)
    found = index.find(iri)
    if not found:
        found = tuple(row for row in index.formerly(key) if row.kind == kind)
    return found[0] if len(found) == 1 else None


def near(index: Index, kind: str, key: str) -> tuple[NodeRow, ...]:
    """Nodes that may have been meant by an address that leads nowhere, the likeliest first."""
    same, key = index.find(key), key[:_COMPARED]
    tail = key.rpartition(".")[2]
    by_key = {row.key: row for start in (key[:6], key[:3], key[:1]) for row in index.beginning(start)}
    close = [by_key[one] for one in get_close_matches(key, by_key, _NEAR, 0.7)]
    words = " ".join(tail.replace("-", " ").replace("_", " ").split())
    named = [hit.node for hit in index.suggest(words, (kind,), _NEAR, _SECONDS)[0]]
    return _several([*same, *close, *named])


def _several(rows: Sequence[NodeRow]) -> tuple[NodeRow, ...]:
    return tuple({row.iri: row for row in rows}.values())[:_NEAR]


def path(root: str, part: str, node: NodeRow, ending: str = "") -> str:
    """The path of a node's page or data.

    >>> path("/graph", "data", NodeRow("", "person", "ısı"), ".ttl")
    '/graph/data/person/%C4%B1s%C4%B1.ttl'
    """
    return f"{root}/{part}/{node.kind}/{segment(node.key)}{ending}"


def nothing(kind: str, key: str) -> str:
    """The sentence for an address that leads nowhere."""
    shown = visible(key if len(key) <= 80 else f"{key[:79]}…")
    return f"The graph has no {kind.replace('-', ' ')} with the key {shown}."

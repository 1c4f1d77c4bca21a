"""What mapping gives: lines by graph, and what travels beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from diaspora_kg.errors import Finding
from diaspora_kg.light import light
from diaspora_kg.quads.said import Said
from diaspora_kg.quads.sheet import Origin


@light
@dataclass(frozen=True, slots=True)
class Mapped:
    """What one article, the register or the decisions say, as sorted N-Quads lines by graph.

    ``origins`` has the file and line of every node, ``references`` the IRIs of the nodes outside that
    it points to. ``context`` says of these what validation needs to know, in the same graph; it is
    never published. ``telling`` are those of the lines that say of what kind a node is, or its words.
    ``said`` are the same lines as terms; only validation is given them.
    """

    graphs: Mapping[str, tuple[str, ...]]
    origins: Mapping[str, Origin]
    references: frozenset[str]
    findings: tuple[Finding, ...]
    context: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()
    said: Said = Said()  # noqa: RUF009 - nothing changes it

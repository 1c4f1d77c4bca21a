"""What panels about relations between things show: network, conflicts, identity, gaps, history, plain rows.

See :mod:`diaspora_kg.pages.views`, which holds the other views.
"""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.light import light
from diaspora_kg.pages.facts import Claimed, Decision, Put, Value


@light
@dataclass(frozen=True, slots=True)
class NetworkNode:
    """An actor of the picture; ``focus`` is the page's own, ``unknown`` one that no source names (no IRI)."""

    id: str
    value: Value
    kind: str
    focus: bool = False
    unknown: bool = False


@light
@dataclass(frozen=True, slots=True)
class NetworkEdge:
    """A tie between two nodes by their ids. ``kind`` is the key (``supports``), ``words`` its message id.

    ``tone`` is ``tie`` (offices, memberships), ``for``, ``against`` (stance, opposition) or ``open``.
    ``more`` counts the claims that are not named.
    """

    source: str
    target: str
    kind: str
    words: str
    tone: str
    puts: tuple[Put, ...]
    refs: tuple[int, ...]
    about: Value | None = None
    more: int = 0

    @property
    def model(self) -> bool:
        """Whether ``words`` are ours; the name of an office is not, and stays as it is."""
        return self.kind != "office"


@light
@dataclass(frozen=True, slots=True)
class Network:
    """View ``network``."""

    nodes: tuple[NetworkNode, ...]
    edges: tuple[NetworkEdge, ...]


@light
@dataclass(frozen=True, slots=True)
class Conflict:
    """Two claims that do not go together; ``link`` says why: respondsTo, conflictsWith, denies."""

    link: str
    words: str
    thing: Value | None
    left: Claimed
    right: Claimed


@light
@dataclass(frozen=True, slots=True)
class Conflicts:
    """View ``conflicts``."""

    rows: tuple[Conflict, ...]


@light
@dataclass(frozen=True, slots=True)
class Identity:
    """View ``identity``: records that are this node, were thought to be, or were told from it."""

    decisions: tuple[Decision, ...]
    former: tuple[str, ...]


@light
@dataclass(frozen=True, slots=True)
class Gap:
    """What sources were read for and do not say; ``of`` is a part of the page (``None``: its own node)."""

    words: str
    refs: tuple[int, ...]
    of: Value | None = None
    more: int = 0


@light
@dataclass(frozen=True, slots=True)
class Gaps:
    """View ``gaps``."""

    rows: tuple[Gap, ...]


@light
@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Something that happened to the page, as the graph says: annotated, decided, retracted."""

    day: str
    kind: str
    words: str
    who: str
    refs: tuple[int, ...]
    tool: str = ""


@light
@dataclass(frozen=True, slots=True)
class History:
    """View ``history``, the newest first."""

    rows: tuple[HistoryEntry, ...]


@light
@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a project's own panel; each cell may hold several values."""

    cells: tuple[tuple[Value, ...], ...]
    refs: tuple[int, ...]


@light
@dataclass(frozen=True, slots=True)
class Rows:
    """View ``table``; ``columns`` are message ids."""

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]

"""Between whom a row of the view ``network`` tells a tie: what is drawn, and so what counts as an entry."""

from __future__ import annotations

from diaspora_kg.names import ACTOR_KINDS, Names
from diaspora_kg.pages.reading import Row

_DRAWN = frozenset({*ACTOR_KINDS, "event"})


def ends(row: Row, names: Names) -> tuple[str, str] | None:
    """From whom and to whom; ``None``: there is nothing to draw.

    An end that no source names is ``unknown-source`` or ``unknown-target``. A place or an office is
    nobody, and nobody has a tie to themselves.
    """
    found = []
    for column in ("source", "target"):
        term = row.get(column)
        known = names.kind_and_key(term.value) if term is not None else None
        if term is not None and (known is None or known[0] not in _DRAWN):
            return None
        found.append(term.value if term is not None else f"unknown-{column}")
    return (found[0], found[1]) if found[0] != found[1] else None

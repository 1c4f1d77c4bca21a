"""diaspora-kg: annotated articles in; a validated, attributed knowledge graph out.

``diaspora_kg.open("my-project")`` opens a graph in a notebook (:mod:`diaspora_kg.notebook`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["__version__", "open"]

__version__ = "0.1.0"

if TYPE_CHECKING:
    from diaspora_kg.notebook import open_graph as open  # noqa: A004 - diaspora_kg.open(…) reads best
else:

    def __getattr__(name: str) -> object:
        """Load what a notebook uses only when it is used: the command line starts faster without it."""
        if name == "open":
            from diaspora_kg.notebook import open_graph  # noqa: PLC0415

            return open_graph
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

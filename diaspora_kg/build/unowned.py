"""Where the nodes of files that belong to no article were written, and by which words.

These files are the register and the decisions; a build that goes on from the last may know of the latter only
which came and which went.
"""

from __future__ import annotations

from collections.abc import Set

from diaspora_kg.index import OriginRow, Writer
from diaspora_kg.quads import Mapped
from diaspora_kg.state import State


def place(index: Writer, state: State, file: str, mapped: Mapped, gone: Set[str] | None = None) -> None:
    """Put a file's places into the index and its words into the state, in place of those that went.

    These are all that it had, or those of the nodes that are ``gone``.
    """
    words = {} if gone is None else state.words(file, "")
    if gone is None or gone:
        stay = [
            row
            for row in index.origins_in("")
            if row.file != file or (gone is not None and row.iri not in gone)
        ]
        index.forget_places("", "")
        index.places(stay, ())
        words = {iri: said for iri, said in words.items() if iri not in (gone or ())}
    index.places((OriginRow(iri, "", o.file, o.line) for iri, o in mapped.origins.items()), ())
    words |= {iri: origin.words for iri, origin in mapped.origins.items() if origin.words}
    state.keep_words(file, "", words)

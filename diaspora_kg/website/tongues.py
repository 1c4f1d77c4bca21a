"""Folders of other languages beside those that a run wrote: whether they still show an older graph.

A run writes the languages that it is asked for, and the project's. A folder that an earlier run made in
another language stays as it is, so that it is told: its pages would say other things than those beside it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from diaspora_kg.pages.language import LANGUAGES
from diaspora_kg.website.settings import STATE


def left_behind(folder: Path, written: Iterable[str]) -> Iterator[str]:
    """The languages below a folder whose pages show another snapshot than those just written."""
    told = set(written)
    now = {_shown(folder / code) for code in told} - {""}
    for code in LANGUAGES:
        if code not in told and (shown := _shown(folder / code)) and shown not in now:
            yield code


def _shown(folder: Path) -> str:
    """What marks the snapshot that the pages of a folder show; empty: nothing is known of any."""
    ledger = folder / STATE / "pages.sqlite"
    if not ledger.is_file():
        return ""
    try:
        db = sqlite3.connect(f"{ledger.resolve().as_uri()}?mode=ro", uri=True)
        try:
            row = db.execute("SELECT value FROM meta WHERE key = 'rendered'").fetchone()
        finally:
            db.close()
    except sqlite3.Error:  # of another version, or spoiled: the next run in that language makes it anew
        return ""
    return str(row[0]) if row else ""

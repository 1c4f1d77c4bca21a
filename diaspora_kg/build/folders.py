"""Folders as a whole: which of them must be looked into, and what the next build must know of each.

What is kept of a folder is made of nothing but the state's rows and, for what belongs to no annotation, the
names of its files; so a folder that looks the same and of which no row changed need not be looked into.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diaspora_kg.looks import Looks, packed
from diaspora_kg.pipeline.run import unannotated
from diaspora_kg.pipeline.scan import Folder, Scan
from diaspora_kg.pipeline.units import stem
from diaspora_kg.state import FileStamp, State
from diaspora_kg.state.folders import FolderState, folder_of, mark_of, newest_of
from diaspora_kg.sums import Total

ARTICLES = "articles"

# A text that no annotation names has no say, though an article that is gone may have had it.
_USED = (
    "SELECT path, size, mtime_ns, ctime_ns, inode, CASE WHEN (path LIKE '%.txt' OR path LIKE '%.lock')"
    " AND NOT EXISTS (SELECT 1 FROM article WHERE text = file.path)"
    " AND NOT EXISTS (SELECT 1 FROM article WHERE lock = file.path) THEN '' ELSE sha256 END FROM file"
)
_TEXTS = "SELECT 1 FROM article WHERE text = ?1 UNION ALL SELECT 1 FROM run WHERE text = ?1 LIMIT 1"

Row = tuple[str, int, int, int, int, str]


def compared(state: State, scan: Scan, trusted_before: int) -> tuple[dict[str, FileStamp], dict[str, Looks]]:
    """The files that must be looked at one by one: as the state knows them, and as they are.

    Left out are those of folders that look wholly as they did, and in which no file is so young that a later
    change would not show; ``trusted_before`` is the time (ns) before which none is.
    """
    before, now = state.folders(), scan.folders
    calm = {
        name
        for name, folder in now.items()
        if name in before and before[name].newest < trusted_before and _is_as(before[name], folder)
    }
    if calm:
        known = state.files_outside(ARTICLES)
        # of a folder that is not noted no file is known, and to find none all that are below it are read
        for name in before.keys() - calm:
            known |= state.files_in(name)
    else:  # in a build from nothing that is taken up no folder is noted yet
        known = state.files()
    seen: dict[str, Looks] = {}
    for name in now.keys() - calm:
        seen |= now[name].annotations
        seen |= now[name].companions
    return known, seen


def _is_as(known: FolderState, folder: Folder) -> bool:
    return known.mark == folder.mark != ""


def settle(state: State, scan: Scan, *, anew: bool) -> None:
    """Note the folders of which rows changed; ``anew``: every one."""
    names = {folder_of(path) for (path,) in state.rows("SELECT path FROM file")} if anew else state.unsettled
    for name in sorted(names):
        if name == ARTICLES or name.startswith(f"{ARTICLES}/"):
            _settle(state, scan, name)
    state.unsettled = set()


def _settle(state: State, scan: Scan, name: str) -> None:
    rows: list[Row] = state.rows(f"{_USED} {state.WITHIN}", *state.within(name))
    state.do("DELETE FROM folder WHERE name = ?", name)
    if not rows:
        return
    looks = [row[1:5] for row in rows]
    mark = mark_of([row[0].rpartition("/")[2] for row in rows], [*map(packed, looks)])
    loose = tuple(_loose(state, scan, name))
    state.fill("folder", [FolderState(name, mark, newest_of(looks), _total(rows), loose).cells()])


def _total(rows: Sequence[Row]) -> Total:
    total = Total()
    total.add_encoded([f"{row[0]} {row[5]}".encode() for row in rows])
    return total


def _loose(state: State, scan: Scan, name: str) -> Iterator[str]:
    """The texts and locks in a folder that belong to no annotation."""
    if (folder := scan.folders.get(name)) is None:
        return
    stems = {stem(path) for path in folder.annotations}
    for found in unannotated(folder.companions, set(), stems, scan.beside):
        if not state.rows(_TEXTS, found.file):
            yield found.file


def inputs(state: State) -> Total:
    """What the files add to the hash of everything that a build is made from."""
    total = Total()
    for folder in state.folders().values():
        total.join(folder.inputs)
    first, last, _ = state.within(ARTICLES)
    total.join(_total(state.rows(f"{_USED} WHERE path < ?", first)))
    total.join(_total(state.rows(f"{_USED} WHERE path >= ?", last)))
    return total

"""Which files came, went or may have changed since the state was written, and whom that reaches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from diaspora_kg.build.folders import ARTICLES, compared
from diaspora_kg.labels import map_name
from diaspora_kg.labels import own as own_labels
from diaspora_kg.looks import UNKNOWN, Looks
from diaspora_kg.pipeline.files import NotReadableError, content_of
from diaspora_kg.pipeline.scan import Scan, look
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.state import FileStamp, State
from diaspora_kg.state.folders import folder_of


@dataclass
class Looked:
    """The files of one build, but those of folders that look as they did.

    ``known`` is how the state knows them, ``seen`` how they look now. ``trusted_before`` is the time (ns)
    before which a file that looks as it did was not changed.
    """

    setting: Setting
    state: State
    scan: Scan
    trusted_before: int = 0
    known: dict[str, FileStamp] = field(default_factory=dict)
    seen: dict[str, Looks] = field(default_factory=dict)

    def changed(self) -> set[str]:
        """Files that came, went or may have changed since the state was written."""
        self.known, self.seen = compared(self.state, self.scan, self.trusted_before)
        known, seen = self.known, self.seen
        others = [path for path in known if path not in seen]
        project = self.setting.project
        apart = {project.relative(project.register), project.relative(project.decisions)}
        labels = {project.relative(path) for path in own_labels(project)}
        for path in {*others, *labels, *apart}:
            inside = path.startswith(f"{ARTICLES}/") and path not in apart
            if not inside or folder_of(path) not in self.scan.folders:  # a text behind a link to a folder
                looks = look(project.root / path)
                if looks is not None and not (inside and looks == UNKNOWN):
                    seen[path] = looks
        if not known:
            return set(seen)
        changed = {path for path, looks in seen.items() if self._differs(path, looks)}
        lost = self.scan.lost
        gone = {p for p in others if p not in seen and not any(p.startswith(f"{folder}/") for folder in lost)}
        return changed | gone

    def is_there(self, path: str) -> bool:
        """Whether there is such a file now."""
        return path in self.seen or path in self.scan.annotations or path in self.scan.companions

    def sha256(self, path: str) -> str:
        """The hash of a file as the state knows it; empty where it does not."""
        known = self.known.get(path)
        return known.sha256 if known else ""

    def rewritten(self, changed: Iterable[str]) -> set[str]:
        """Those of the changed files whose content is another than the state knows."""
        return {path for path in changed if self.seen.get(path) is None or self._rewritten(path)}

    def _rewritten(self, path: str) -> bool:
        try:
            _, stamp = content_of(self.setting.project, self.setting.project.root / path)
        except NotReadableError:
            return True
        return stamp.sha256 != self.sha256(path)

    def _differs(self, path: str, looks: Looks) -> bool:
        known = self.known.get(path)
        if known is None or known.looks != looks or looks == (0, 0, 0, 0):
            return True
        if looks[1] < self.trusted_before and looks[2] < self.trusted_before:
            return False
        # Git's rule: of a file that may have changed within a tick of the clock, the content decides.
        return known.sha256 != "" and self._rewritten(path)

    def beside(self, companions: Iterable[str]) -> set[str]:
        """The annotations to which texts, locks, and what readers look at beside them belong."""
        found = set()
        names = {name for name in self.setting.beside if not name.startswith(".")}
        for path in companions:
            rows = self.state.rows("SELECT path FROM article WHERE text = ?1 OR lock = ?1", path)
            found |= {row[0] for row in rows}
            rows = self.state.rows("SELECT path FROM run WHERE text = ?", path)
            found |= {row[0] for row in rows}
            folder, _, name = path.rpartition("/")
            if name in names and folder in self.scan.folders:
                found |= self.scan.folders[folder].annotations.keys()
        return found

    def labelled(self, changed: Iterable[str]) -> set[str]:
        """The annotations that are read with a label map of the project that changed."""
        found: set[str] = set()
        for path in sorted(changed):
            if (name := map_name(path)) is None:
                continue
            rows = self.state.rows("SELECT path FROM source WHERE labels = ?", name)
            found |= {row[0] for row in rows}
            if (path in self.seen) != (path in self.known):  # what is told where there is none lists all
                rows = self.state.rows("SELECT path FROM source WHERE reader = ''")
                found |= {row[0] for row in rows}
            if path in self.seen:
                data = next((one.data for one in self.setting.labels if one.file == path), b"")
                digest = hashlib.sha256(data).hexdigest()
                self.state.keep_files([FileStamp(path, *self.seen[path], digest)])
        return found

"""Which files came, went or may have changed since the state was written, by how they look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from diaspora_kg.build.folders import ARTICLES, compared
from diaspora_kg.labels import own as own_labels
from diaspora_kg.pipeline.files import NotReadableError, content_of
from diaspora_kg.pipeline.scan import Scan, look
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.state import FileStamp, State
from diaspora_kg.state.folders import UNKNOWN, Looks, folder_of


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

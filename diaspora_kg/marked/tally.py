"""Counts what a label map does not know: nothing that a tool wrote is dropped in silence."""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.errors import Report
from diaspora_kg.marked.rules import Labels

_WHAT = {
    "spans": ("label", "spans"),
    "frames": ("label", "annotations with roles"),
    "relations": ("relation", "relations"),
    "roles": ("role", "arguments"),
    "attributes": ("attribute", "attributes"),
    "metadata": ("document feature", "documents"),
}
_EXAMPLES = {
    "spans": '"organization"',
    "frames": '{is = "event"}',
    "relations": '{is = "membership", source = "member", target = "organization"}',
    "roles": '"by"',
    "attributes": '"modality"',
    "metadata": '"url"',
}


@dataclass(slots=True)
class _Met:
    count: int
    line: int
    words: str


class Tally:
    """What was met and is in no rule, with its number and the first place."""

    def __init__(self, labels: Labels, counts: str = "") -> None:
        self._labels = labels
        self._unit = counts or "line"
        self._met: dict[tuple[str, str], _Met] = {}

    def meet(self, section: str, name: str, line: int, words: str) -> None:
        """Note that something of this name stands here."""
        met = self._met.get((section, name))
        if met is None:
            self._met[section, name] = _Met(1, line, words)
        else:
            met.count += 1

    def report(self, report: Report) -> None:
        """A violation for each name, at the first place where it stands."""
        for (section, name), met in sorted(self._met.items()):
            what, many = _WHAT[section]
            shown = name or "(no label)"
            times = f"{met.count} {many}, the first here" if met.count > 1 else "once, here"
            message = f"The {what} `{shown}` is in no rule of the label map `{self._labels.name}` ({times})."
            key = name.partition(" = ")[0]
            hint = (
                f'Write under [{section}] in {self._labels.file}: "{key}" = what it means, such as'
                f' {_EXAMPLES[section]}, or "ignore". `dkg labels draft` writes a map of all labels.'
            )
            report.violation(met.line, "label-not-mapped", message, hint, met.words[:60])

"""Our own tag set for brat, read the other way round: which label, role or attribute says what.

It is taken from the label map ``brat``, so that what is exported and what ``dkg tools brat`` configures is
what the reader understands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from diaspora_kg.content import content
from diaspora_kg.errors import RunStopped
from diaspora_kg.marked import Labels, read_labels
from diaspora_kg.marked.rules import Rule
from diaspora_kg.reading import LabelFile

NAME = "brat"


@dataclass(frozen=True)
class TagSet:
    """The label map and its inverse: ``spans`` and ``frames`` have the label of what an entry becomes."""

    labels: Labels
    spans: Mapping[str, str]
    frames: Mapping[str, str]

    def note(self, label: str) -> str:
        """The key that the plain words of an annotation's note are."""
        return self._rule(label).note

    def roles(self, key: str) -> tuple[str, ...]:
        """The roles that say a key, as they are declared."""
        slots = self.labels.roles.items()
        return tuple(name for name, slot in slots if slot.key == key and not slot.role and not slot.on_claims)

    def role(self, key: str, label: str) -> str:
        """The role that says a key for this label; empty without one."""
        found = self.roles(key)
        if label == "Status_change" and "Becomes" in found:
            return "Becomes"
        return found[0] if found else ""

    def attribute(self, key: str, label: str) -> str:
        """The attribute that says a key for this label; empty without one."""
        names = [name for name, one in self.labels.attributes.items() if one.key == key and not one.values]
        if len(names) == 1:
            return names[0]
        words = label.lower().split("_")
        return next((name for name in names if name.lower().split("_")[0] in words), "")

    def _rule(self, label: str) -> Rule:
        return self.labels.spans.get(label) or self.labels.frames[label]


@lru_cache(maxsize=1)
def tag_set() -> TagSet:
    """The bundled tag set; raises :class:`RunStopped` if it cannot be read."""
    path = content("ingest") / "labels" / f"{NAME}.toml"
    labels, faults = read_labels(LabelFile(NAME, path.name, path.read_bytes()))
    if labels is None:
        raise RunStopped(f"The bundled tag set cannot be read: {faults[0].message}")
    return TagSet(labels, _inverse(labels.spans), _inverse(labels.frames))


def _inverse(rules: Mapping[str, Rule]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, rule in rules.items():
        found.setdefault(rule.becomes, name)
    return found

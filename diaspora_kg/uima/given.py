"""What is known of a document beside the file that holds it."""

from __future__ import annotations

from dataclasses import dataclass

IDENTIFIER = "identifier"
"""The feature that holds the concept of a named entity in INCEpTION's own layers."""


NOTE = "note"
"""The feature that holds an annotator's free words about an annotation."""


@dataclass(frozen=True)
class Given:
    """Who annotated, and which features hold concepts of a knowledge base ((layer, feature) pairs)."""

    key: str = ""
    annotator: str = ""
    curated: bool = False
    concepts: frozenset[tuple[str, str]] = frozenset()

    def is_concept(self, layer: str, feature: str) -> bool:
        """Whether a feature holds the IRI of a concept."""
        return feature == IDENTIFIER or (layer, feature) in self.concepts

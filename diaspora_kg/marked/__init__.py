"""From what annotation tools write to the values of :mod:`diaspora_kg.article`.

A reader of a tool's format makes :class:`Document` values and hands them to :func:`to_articles`, which
maps their labels to the model by the label map that the project names for the file.
"""

from diaspora_kg.marked.engine import to_article, to_articles
from diaspora_kg.marked.labels import read_labels
from diaspora_kg.marked.model import (
    Argument,
    Attribute,
    Document,
    Equivalence,
    Frame,
    Identity,
    Relation,
    Span,
)
from diaspora_kg.marked.rules import Labels

__all__ = [
    "Argument",
    "Attribute",
    "Document",
    "Equivalence",
    "Frame",
    "Identity",
    "Labels",
    "Relation",
    "Span",
    "read_labels",
    "to_article",
    "to_articles",
]

"""From a result of a shape to the finding that says so: which node is at fault, and where it was written.

Both engines end here, so that what is found by either reads the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from diaspora_kg.article import Article
from diaspora_kg.errors import Finding
from diaspora_kg.quads import Origin
from diaspora_kg.shapes.catalog import Shape

Pointing = Callable[[str], Iterable[str]]
"""The nodes that have a node as the value of anything."""


@dataclass(frozen=True, slots=True)
class AtFault:
    """A node of an article, by its IRI, and the shape that it is at fault by."""

    node: str
    shape: Shape


def at_fault(
    own: frozenset[str],
    shape: Shape,
    focus: str,
    value: str,
    having: Callable[[str], Iterable[str]],
) -> Iterable[AtFault]:
    """The article's ``own`` nodes that a result is about (see the head of ontology/shapes/article.ttl).

    ``having`` says which nodes have the focus as the value of a property.
    """
    nodes: Iterable[str]
    if focus in own:
        nodes = (focus,)
    elif shape.slots:
        nodes = (node for slot in shape.slots for node in having(slot) if node in own)
    else:
        nodes = own & {value}
    return {AtFault(node, shape) for node in nodes}


def told(
    faults: Iterable[AtFault], origins: Mapping[str, Origin], article: Article, pointing: Pointing
) -> tuple[Finding, ...]:
    """The findings for an article's nodes, in the order of file and line."""
    return tuple(sorted({_finding(one, origins, article, pointing) for one in faults}))


def _finding(fault: AtFault, origins: Mapping[str, Origin], article: Article, pointing: Pointing) -> Finding:
    origin = _origin(fault.node, origins, pointing) or Origin(article.file, 0, "")
    shape = fault.shape
    return Finding(
        file=origin.file,
        line=origin.line,
        severity=shape.severity,
        code=shape.code,
        message=origin.told(shape.message),
        hint=shape.hint,
        words=origin.words,
        shape=shape.iri,
        article=article.key,
    )


def _origin(node: str, origins: Mapping[str, Origin], pointing: Pointing) -> Origin | None:
    """Where a node was written; of one that was made for another, where that was."""
    near, seen = [node], {node}
    while near:
        if found := [origins[one] for one in near if one in origins]:
            return min(found, key=lambda origin: (origin.file, origin.line, origin.where))
        near = [one for here in near for one in pointing(here) if one not in seen]
        seen.update(near)
    return None

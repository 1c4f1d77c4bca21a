"""The shapes for one article, run over many articles at once, in the process that mapped them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from diaspora_kg.article import Article
from diaspora_kg.errors import Finding
from diaspora_kg.light import light
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.quads import Origin, Said


@light
@dataclass(frozen=True, slots=True)
class Unchecked:
    """The N-Quads ``lines`` of one article, what is ``said`` in them, and the ``context`` of both."""

    lines: Sequence[str]
    said: Said
    context: Sequence[str]
    origins: Mapping[str, Origin]
    article: Article


def checked(batch: Sequence[Unchecked], setting: Setting) -> list[tuple[Finding, ...]]:
    """What is wrong in each of some articles, in their order; nothing where the project has no shapes."""
    shapes = setting.article_shapes
    if not shapes.shapes:
        return [()] * len(batch)
    return [shapes.check(one.lines, one.context, one.origins, one.article, one.said) for one in batch]

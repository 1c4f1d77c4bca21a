"""Articles of a project held in memory: read, their words found, defaults filled; only mapping is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from diaspora_kg.anchors import anchor, open_text
from diaspora_kg.article import Article, Node
from diaspora_kg.defaults import settle
from diaspora_kg.identity import Directory, declared
from diaspora_kg.loader import scripts
from diaspora_kg.pipeline.chosen import Annotated
from diaspora_kg.pipeline.files import listing
from diaspora_kg.pipeline.prepare import part_of, text_path
from diaspora_kg.pipeline.read import read_unit
from diaspora_kg.pipeline.run import register_of
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.pipeline.units import units
from diaspora_kg.project import Project
from diaspora_kg.quads import Mapped, map_article


@dataclass(frozen=True)
class Held:
    """Some articles, and everything that mapping them needs to know."""

    setting: Setting
    directory: Directory
    articles: Sequence[Article]

    def mapped(self, article: Article) -> Mapped:
        """One of them as quads."""
        names, version = self.setting.project.names, self.setting.ontology.version
        return map_article(article, names, self.directory, version)

    def lines(self) -> Iterator[bytes]:
        """All of them as N-Quads, an article at a time."""
        for article in self.articles:
            graphs = self.mapped(article).graphs.values()
            yield "".join(f"{line}\n" for graph in graphs for line in graph).encode()


def held(root: Path) -> Held:
    """All articles of a project."""
    project = Project.load(root)
    setting = Setting.of(project, scripts(project, trusted=False)[0])
    groups = units(listing(project, setting.beside).files)
    given = [one for group in groups for one in read_unit(group, setting).articles]
    register = register_of(setting)
    entries = (*register.entries, *chain.from_iterable(declared(one.article) for one in given))
    directory = Directory(entries)
    return Held(setting, directory, [_settled(one, setting, directory) for one in given])


def _settled(one: Annotated, setting: Setting, directory: Directory) -> Article:
    article = one.article
    text = text_path(setting.project, article).read_bytes()
    view, _ = open_text(article, text, None, one.annotation)
    assert view is not None
    outside = part_of(one, directory, ()).entries
    nodes = [e.record for e in outside if e.article is None and isinstance(e.record, Node)]
    anchored, _ = anchor(article, view, nodes, setting.project.quote_words)
    return settle(anchored, directory.lookup(article.key))[0]

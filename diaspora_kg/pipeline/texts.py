"""The text of an article as it stands in its file, for what compares or exports annotations."""

from __future__ import annotations

from diaspora_kg.article import Article
from diaspora_kg.errors import RunStopped
from diaspora_kg.pipeline.files import NotReadableError, content_of
from diaspora_kg.pipeline.prepare import text_path
from diaspora_kg.project import Project


def text_of(project: Project, article: Article) -> str:
    """The text that an article was anchored in; raises :class:`RunStopped` if it is gone since."""
    if article.text is not None:
        return article.text
    path = text_path(project, article)
    try:
        data, _ = content_of(project, path)
        return data.decode("utf-8")
    except (NotReadableError, UnicodeDecodeError) as error:
        raise RunStopped(f"{project.relative(path)} cannot be read any more: {error}") from error

"""The header of an exported article: an ``x.yaml`` that says what an annotation tool has no place for."""

from __future__ import annotations

import re

import yaml

from diaspora_kg.article import Article
from diaspora_kg.marked.plain import Plain, date, silences_of, slots_of
from diaspora_kg.reading.documents import FORMAT
from diaspora_kg.reading.nodes import HEADER

_KEY = re.compile(r"[^\W_][\w.-]*")


def header_of(article: Article) -> bytes:
    """The file; it holds no words of the text but the title."""
    said: dict[str, Plain] = {"key": article.key} if _KEY.fullmatch(article.key) else {}
    written = (
        ("title", article.title),
        ("language", article.language.replace("und", "")),
        ("gloss-language", article.gloss_language),
        ("annotator", article.annotator),
        ("annotated", article.annotated),
        ("text", "withheld" if article.withheld else ""),
        ("text_sha256", article.text_sha256),
    )
    said |= {key: value for key, value in written if value}
    if article.formerly:
        said["formerly"] = list(article.formerly)
    said |= slots_of(HEADER, article.slots)
    if article.published is not None:
        said["published"] = date(article.published)
    said |= silences_of(HEADER, article.unknown)
    document = {"format": FORMAT, "article": said}
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100).encode()

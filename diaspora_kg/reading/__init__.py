"""From the words that a researcher writes to the frozen values of :mod:`diaspora_kg.article`.

A reader script of ``ingest/`` gets a :class:`Source` and gives back a :class:`ReadResult`. The modules
of this package read what all our own files share: dates, names, participations, the nodes of the world.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from diaspora_kg.article import Article
from diaspora_kg.errors import Finding
from diaspora_kg.ontology import Ontology

__all__ = ["ReadResult", "Source"]


@dataclass(frozen=True)
class Source:
    """One file to read, with what the project says about it.

    ``path`` is where it lies (for the files beside it), ``file`` the same relative to the project,
    ``key`` the article's key by default, ``gloss_language`` the project's first language, ``withheld``
    whether the project keeps texts back.
    """

    path: Path
    file: str
    data: bytes
    key: str
    gloss_language: str
    withheld: bool
    ontology: Ontology


@dataclass(frozen=True)
class ReadResult:
    """What a file says, and what is wrong with it.

    An article with a violation is still given where there is one, so that later steps can add their
    findings; it is never published. ``metadata_only``: the file holds nothing but the article's header.
    """

    articles: tuple[Article, ...]
    findings: tuple[Finding, ...]
    metadata_only: bool = False

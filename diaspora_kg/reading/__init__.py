"""From the words that a researcher writes to the frozen values of :mod:`diaspora_kg.article`.

A reader script of ``ingest/`` gets a :class:`Source` and gives back a :class:`ReadResult`. The modules
of this package read what all our own files share: dates, names, participations, the nodes of the world.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from diaspora_kg.article import Article
from diaspora_kg.errors import Finding
from diaspora_kg.light import light
from diaspora_kg.ontology import Ontology

__all__ = ["LabelFile", "ReadResult", "Source"]


@dataclass(frozen=True, slots=True)
class LabelFile:
    """A label map as the project has it: ``name`` is its stem, ``file`` what findings call it."""

    name: str
    file: str
    data: bytes


def nothing_beside(name: str) -> bytes | None:  # noqa: ARG001 - what a file without a folder can say
    """No file stands beside this one."""
    return None


@light
@dataclass(frozen=True)
class Source:
    """One file to read, with what the project says about it.

    ``path`` is where it lies, ``file`` the same relative to the project, ``key`` the article's key by
    default, ``gloss_language`` the project's first language, ``withheld`` whether the project keeps texts
    back, ``base`` where its IRIs begin. ``beside`` gives the bytes of a file in the same folder by its
    name, or by its suffix (``.txt``) where it has this one's stem; ``None`` where there is none. A reader
    asks for such files in no other way, so that the build knows what it read. ``labels`` is the label map
    that the project names for this file, else the one that the script names as its ``LABELS``. ``header``
    is what an ``x.yaml`` with a header only says of this file's articles; ``accompanied`` tells such a
    header that it has files to speak of. ``gather`` takes each marked document, where only these are wanted
    (a label map is being drafted) and no articles.
    """

    path: Path
    file: str
    data: bytes
    key: str
    gloss_language: str
    withheld: bool
    ontology: Ontology
    beside: Callable[[str], bytes | None] = nothing_beside
    labels: LabelFile | None = None
    header: Article | None = None
    accompanied: bool = False
    base: str = ""
    gather: Callable[[object], None] | None = None


@light
@dataclass(frozen=True)
class ReadResult:
    """What a file says, and what is wrong with it.

    An article with a violation is still given where there is one, so that later steps can add their
    findings; it is never published. ``metadata_only``: the file holds nothing but the article's header.
    Several articles of one key are runs of it, apart by ``annotator``. A finding that belongs to one
    article says so by its ``article``; what belongs to one run of several stands in ``each``, which has
    as many parts as there are articles, or none.
    """

    articles: tuple[Article, ...]
    findings: tuple[Finding, ...]
    metadata_only: bool = False
    each: tuple[tuple[Finding, ...], ...] = ()

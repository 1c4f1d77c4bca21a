"""The small frozen values that several pages are made of."""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.light import light


@light
@dataclass(frozen=True, slots=True)
class Link:
    """An address with its words."""

    href: str
    words: str


@light
@dataclass(frozen=True, slots=True)
class Thing:
    """A node as other pages name it."""

    iri: str
    kind: str
    key: str
    label: str = ""


@light
@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What went wrong (template ``error.html.j2``): the HTTP status, a title and one clear sentence.

    ``near`` are nodes that may have been meant.
    """

    status: int
    title: str
    sentence: str
    near: tuple[Thing, ...] = ()

"""The small frozen values of which pages with lists are made."""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.pages.models import Link


@dataclass(frozen=True, slots=True)
class Turning:
    """Where the reader is in a list of several pages; a link is empty where there is nothing to go to."""

    number: int = 1
    last: int = 1
    first_row: int = 0
    last_row: int = 0
    total: int = 0
    start: str = ""
    before: str = ""
    after: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several lists that a reader may choose from; ``here``: the page is in it."""

    link: Link
    number: int = 0
    here: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    """What one row of a list rests on: who says so, how, in which article; or the register, a decision.

    ``said``: somebody says it, by name or (``by`` is empty) the article itself; else the article is merely
    where it stands. ``claim`` is ``None`` where no other page is needed. ``put`` is empty for what is plainly
    said. ``words`` are those of the article that may be shown, ``iris`` the nodes that it leads to.
    """

    article: Link
    by: str = ""
    put: tuple[tuple[str, str], ...] = ()
    claim: Link | None = None
    words: str = ""
    said: bool = False
    iris: tuple[str, ...] = ()

"""Atom feeds (RFC 4287): what is new about a thing, or in the whole graph. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from diaspora_kg.light import light

MEDIA = "application/atom+xml"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0001fffd]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(_DAY.pattern + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})")


@light
@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: ``id`` is an IRI that never changes, ``updated`` a day or a time (RFC 3339)."""

    id: str
    title: str
    updated: str
    href: str
    authors: tuple[str, ...] = ()
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed; ``page`` is the page that it is about, ``here`` its own address."""

    id: str
    title: str
    page: str
    here: str
    author: str
    language: str = "en"
    rights: str = ""
    entries: Sequence[Entry] = field(default_factory=tuple)


def moment(written: str) -> str:
    """A day or a time as Atom needs it; empty for what is neither.

    >>> moment("2031-05-02"), moment("2031-05-02T10:00:00Z"), moment("2031-05"), moment("Friday")
    ('2031-05-02T00:00:00Z', '2031-05-02T10:00:00Z', '', '')
    """
    if _TIME.fullmatch(written):
        return written
    return f"{written}T00:00:00Z" if _DAY.fullmatch(written) else ""


def atom(feed: Feed, most: int = 50) -> bytes:
    """The feed as XML, newest entries first; empty bytes when none of its entries has a date.

    An entry must say when it was updated (section 4.1.2): one without a date is left out.
    """
    dated = [(moment(entry.updated), entry) for entry in feed.entries]
    newest = sorted(((when, entry.id, entry) for when, entry in dated if when), key=lambda one: one[1])
    newest.sort(key=lambda one: one[0], reverse=True)
    if not newest:
        return b""
    rights = f"<rights>{_text(feed.rights)}</rights>\n" if feed.rights else ""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={_quoted(feed.language)}>\n'
        f"<id>{_text(feed.id)}</id>\n<title>{_text(feed.title)}</title>\n<updated>{newest[0][0]}</updated>\n"
        f"<author><name>{_text(feed.author)}</name></author>\n{rights}"
        f'<link rel="self" type="{MEDIA}" href={_quoted(feed.here)}/>\n'
        f'<link rel="alternate" type="text/html" href={_quoted(feed.page)}/>\n'
        "<generator>diaspora-kg</generator>\n",
        *(_entry(when, entry) for when, _, entry in newest[:most]),
        "</feed>\n",
    ]
    return "".join(lines).encode()


def _entry(when: str, entry: Entry) -> str:
    authors = "".join(f"<author><name>{_text(name)}</name></author>\n" for name in entry.authors)
    summary = f"<summary>{_text(entry.summary)}</summary>\n" if entry.summary else ""
    return (
        f"<entry>\n<id>{_text(entry.id)}</id>\n<title>{_text(entry.title)}</title>\n<updated>{when}</updated>\n"
        f'{authors}<link rel="alternate" type="text/html" href={_quoted(entry.href)}/>\n{summary}</entry>\n'
    )


def _text(written: str) -> str:
    return escape(_clean(written))


def _quoted(written: str) -> str:
    return quoteattr(_clean(written))


def _clean(written: str) -> str:
    """Without characters that XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", written)

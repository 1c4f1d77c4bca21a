"""Which ids of annotation tools become identities: an allow-list of registers, each with its pattern.

An IRI is never glued together from what a file holds: the id must have the form that the register's own
ids have. Ids that mean "none" give nothing, all others are reported, so that a person can look them up.
"""

from __future__ import annotations

import re
from functools import lru_cache

from diaspora_kg.marked.model import Identity
from diaspora_kg.marked.rules import Scheme

REGISTER = "register"
"""What our own tag set calls the project's register."""

KNOWN = (
    Scheme(REGISTER, "", r"[^\W_][\w-]*", own=True),
    Scheme("wikidata", "http://www.wikidata.org/entity/", r"Q[1-9][0-9]{0,11}"),
    Scheme("viaf", "http://viaf.org/viaf/", r"[1-9][0-9]{1,21}"),
    Scheme("isni", "https://isni.org/isni/", r"[0-9]{15}[0-9X]"),
    Scheme("ror", "https://ror.org/", r"0[0-9a-hj-km-np-tv-z]{6}[0-9]{2}"),
)
"""The registers that every label map allows; a map can add its own."""

_KINDS_WITH_ENTRIES = ("organization", "person", "collective", "polity", "post", "place")

_LONGEST = 200  # characters of an id
_NONE = re.compile(r"(?i)(?:nil\d*|null|none|n/?a|no[_-]?link|unknown|undefined|nan|[-_*?.0]*)")
_ALIASES = {"wd": "wikidata", "wikidata.org": "wikidata", "dkg": REGISTER}
_OTHER_PREFIXES = {
    "wikidata": ("https://www.wikidata.org/entity/", "http://www.wikidata.org/wiki/",
                 "https://www.wikidata.org/wiki/", "wd:"),
    "viaf": ("https://viaf.org/viaf/",),
    "isni": ("http://www.isni.org/isni/", "https://www.isni.org/isni/", "http://isni.org/isni/",
             "http://www.isni.org/", "https://isni.org/"),
    "ror": ("http://ror.org/",),
}  # fmt: skip


def own_entries(base: str) -> tuple[Scheme, ...]:
    """The IRIs that the project's own register gives its entries, so that a tool can link to them."""
    kinds = _KINDS_WITH_ENTRIES if base else ()
    return tuple(Scheme(REGISTER, f"{base}id/{kind}/", r"[^\W_][\w-]*", own=True) for kind in kinds)


def is_none(written: str) -> bool:
    """Whether an id says that there is none.

    >>> is_none("NIL"), is_none(""), is_none("Q42")
    (True, True, False)
    """
    tail = written.rstrip("/").rpartition("/")[2].rpartition("#")[2]
    return _NONE.fullmatch(written.strip()) is not None or (
        "/" in written and _NONE.fullmatch(tail.strip()) is not None
    )


def identified(identity: Identity, schemes: tuple[Scheme, ...]) -> tuple[str, bool] | None:
    """The IRI of an identity, or a key of our register (then ``True``); ``None`` if it is not allowed.

    >>> identified(Identity("Wikidata", "Q42"), KNOWN)
    ('http://www.wikidata.org/entity/Q42', False)
    >>> identified(Identity("", "https://example.org/Q42"), KNOWN) is None
    True
    """
    name = identity.scheme.strip().lower()
    name = _ALIASES.get(name, name)
    for scheme in schemes:
        written = _tail(identity, name, scheme)
        if written is None or len(written) > _LONGEST or not _pattern(scheme.pattern).fullmatch(written):
            continue
        return (written, True) if scheme.own else (scheme.prefix + written, False)
    return None


def _tail(identity: Identity, name: str, scheme: Scheme) -> str | None:
    """What an id is within a register, ``None`` where it is of another one."""
    written = identity.id.strip()
    for prefix in (scheme.prefix, *_OTHER_PREFIXES.get(scheme.name, ())):
        if prefix and written.startswith(prefix):
            return _plain(written[len(prefix) :], scheme)
    return _plain(written, scheme) if name == scheme.name.lower() else None


def _plain(written: str, scheme: Scheme) -> str:
    return written.replace(" ", "") if scheme.name == "isni" else written


@lru_cache(maxsize=64)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)

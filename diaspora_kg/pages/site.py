"""What every page knows besides its own content: the graph's name, its snapshot, where the site begins."""

from __future__ import annotations

import re
from dataclasses import dataclass

from diaspora_kg.store.snapshots import Manifest

# SPDX's names of the Creative Commons licences.
_COMMONS = re.compile(r"CC-(BY(?:-NC)?(?:-ND|-SA)?)-([1-4]\.[0-9])")


@dataclass(frozen=True, slots=True)
class Site:
    """One site made from one snapshot.

    ``root`` goes before every path of a link: empty at the root of a server, ``/graph`` behind a proxy
    that adds it, ``../..`` in files that are read from a folder. ``base`` is where the IRIs of nodes
    begin. ``published`` is the snapshot's time (UTC, ISO 8601).
    """

    title: str
    base: str
    root: str = ""
    language: str = "en"
    snapshot: str = ""
    number: int = 0
    published: str = ""
    licence: str = ""

    @classmethod
    def of(cls, manifest: Manifest, root: str = "", language: str = "en") -> Site:
        """The site of a snapshot."""
        return cls(
            title=manifest.title,
            base=manifest.base,
            root=root.rstrip("/"),
            language=language,
            snapshot=manifest.id,
            number=manifest.number,
            published=manifest.published,
            licence=manifest.licence,
        )

    @property
    def day(self) -> str:
        """The day on which the snapshot was published."""
        return self.published[:10]

    @property
    def licence_link(self) -> str:
        """The licence's address, empty when it is known by its name only.

        >>> Site("", "", licence="CC-BY-SA-4.0").licence_link
        'https://creativecommons.org/licenses/by-sa/4.0/'
        """
        if found := _COMMONS.fullmatch(self.licence):
            return f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/"
        if self.licence == "CC0-1.0":
            return "https://creativecommons.org/publicdomain/zero/1.0/"
        return self.licence if self.licence.startswith(("https://", "http://")) else ""

    def href(self, iri: str) -> str:
        """Where the page of a node is; an IRI of another site is its own address.

        >>> site = Site("Demo", "https://example.org/", root="/graph")
        >>> site.href("https://example.org/id/person/ada"), site.href("https://w3id.org/x")
        ('/graph/page/person/ada', 'https://w3id.org/x')
        """
        own = f"{self.base}id/"
        if iri.startswith(own):
            return f"{self.root}/page/{iri[len(own) :]}"
        return iri if iri.startswith(("https://", "http://")) else ""

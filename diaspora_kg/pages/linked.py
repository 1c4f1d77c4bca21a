"""JSON-LD in the words of schema.org, for search engines: names, and what is claimed as claims.

Nothing is asserted of a node but its names and addresses; what sources say of it stands as
``schema:Claim`` with its author and the article, so that no machine takes a claim for a fact.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from diaspora_kg.pages.facts import Claimed, Name
from diaspora_kg.pages.models import Thing
from diaspora_kg.pages.site import Site

_TYPES = {
    "article": "NewsArticle",
    "claim": "Claim",
    "collective": "Organization",
    "document": "CreativeWork",
    "event": "Event",
    "organization": "Organization",
    "person": "Person",
    "place": "Place",
    "polity": "AdministrativeArea",
    "post": "Role",
    "statement": "Statement",
}


def linked(thing: Thing, names: Sequence[Name], claims: Iterable[Claimed], site: Site) -> str:
    """The JSON; whoever puts it into a page escapes it (filter ``embedded``)."""
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@id": thing.iri,
        "@type": _TYPES.get(thing.kind, "Thing"),
        "name": thing.label or thing.key,
        "identifier": thing.key,
        "url": thing.iri,
    }
    others = [_text(name) for name in names if name.words != thing.label]
    if others:
        found["alternateName"] = others
    if site.licence_link:
        found["license"] = site.licence_link
    told = [_claim(claim) for claim in claims if claim.iri != thing.iri and not claim.repeated]
    if told:
        found["subjectOf"] = told
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _text(name: Name) -> object:
    return {"@language": name.language, "@value": name.words} if name.language else name.words


def _claim(claim: Claimed) -> dict[str, object]:
    article = claim.article
    told: dict[str, object] = {
        "@id": claim.iri,
        "@type": "Claim",
        "text": claim.gloss,
        "appearance": {"@id": article.iri, "@type": "NewsArticle", "headline": article.words},
    }
    if claim.speakers:
        told["author"] = [{"@id": one.who.iri, "name": one.who.words} for one in claim.speakers]
    return told

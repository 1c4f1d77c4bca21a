"""Where the terms of the vocabulary are explained."""

from __future__ import annotations

from diaspora_kg.names import PREFIXES, segment

VOCABULARY = "/vocabulary"
CLASSES, PROPERTIES = f"{VOCABULARY}/classes", f"{VOCABULARY}/properties"


def anchor_of(iri: str) -> str:
    """The fragment under which a term stands on its page of the vocabulary; nothing in it needs an escape.

    Terms of ours and values of our lists stand under their local names, which differ.

    >>> anchor_of("https://w3id.org/diaspora-kg/ns#Claim"), anchor_of("http://www.w3.org/ns/org#Post")
    ('Claim', 'org-Post')
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            local = segment(iri.removeprefix(namespace))
            return local if prefix in {"dkg", "dkgv"} else f"{prefix}-{local}"
    return segment(iri)


def term_path(iri: str) -> str:
    """The address of a term: ``site.path(term_path(iri))``.

    Values and lists stand on the first page; of the rest, names of classes begin with a capital letter.

    >>> term_path("https://w3id.org/diaspora-kg/vocab/presupposed"), term_path(PREFIXES["dkg"] + "cue")
    ('/vocabulary#presupposed', '/vocabulary/properties#cue')
    >>> term_path(PREFIXES["org"] + "Post")
    '/vocabulary/classes#org-Post'
    """
    if iri.startswith(PREFIXES["dkgv"]):
        return f"{VOCABULARY}#{anchor_of(iri)}"
    local = iri.replace("#", "/").rpartition("/")[2]
    return f"{CLASSES if local[:1].isupper() else PROPERTIES}#{anchor_of(iri)}"

"""Names of things: namespaces, IRIs of nodes and graphs, minting of keys.

IRIs are ASCII: a key is put in NFC and every byte outside ``[A-Za-z0-9._~-]`` is percent-encoded
with upper-case hex (RFC 3986, section 2.3), so that the IRI in the graph is the URL that is asked
for.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import quote, unquote

from diaspora_kg.quickjson import encoder

PREFIXES = {
    "dkg": "https://w3id.org/diaspora-kg/ns#",
    "dkgv": "https://w3id.org/diaspora-kg/vocab/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "time": "http://www.w3.org/2006/time#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

CLASS_OF_KIND = {
    "article": "dkg:Article",
    "claim": "dkg:Claim",
    "collective": "dkg:Collective",
    "decision": "dkg:IdentityDecision",
    "document": "dkg:Document",
    "event": "dkg:Event",
    "figure": "dkg:Figure",
    "legal-status": "dkg:LegalStatus",
    "membership": "org:Membership",
    "mention": "dkg:Mention",
    "name": "dkg:Name",
    "organization": "org:Organization",
    "participation": "dkg:Participation",
    "passage": "dkg:Passage",
    "person": "foaf:Person",
    "place": "dkg:Place",
    "polity": "dkg:Polity",
    "post": "org:Post",
    "relation": "dkg:Relation",
    "run": "dkg:AnnotationRun",
    "statement": "dkg:Statement",
    "status-change": "dkg:StatusChange",
    "undertaking": "dkg:Undertaking",
    "when": "dkg:When",
}
"""The class of every kind of node; a kind is the segment of its IRI after ``id/``."""

ACTOR_KINDS = frozenset({"organization", "person", "collective", "polity"})


def expand(curie: str) -> str:
    """The IRI that a CURIE stands for.

    >>> expand("dkg:Claim")
    'https://w3id.org/diaspora-kg/ns#Claim'
    """
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


@lru_cache(maxsize=4096)
def kebab(name: str) -> str:
    """A term's local name as it is written in YAML and on the command line.

    >>> kebab("describedAsNgo"), kebab("rally")
    ('described-as-ngo', 'rally')
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def camel(name: str) -> str:
    """The local name of a term that is written in kebab-case.

    >>> camel("described-as-ngo")
    'describedAsNgo'
    """
    head, *rest = name.split("-")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def segment(key: str) -> str:
    """A key as one path segment of an IRI.

    >>> segment("a.vak"), segment("ısı")
    ('a.vak', '%C4%B1s%C4%B1')
    """
    return key if _PLAIN.fullmatch(key) else quote(unicodedata.normalize("NFC", key), safe="")


def mint(kind: str, parent: str, *content: object) -> str:
    """Twelve hex digits of SHA-256 over a node's kind, its parent's key and what sets it apart.

    ``content`` is anything that JSON can write; the order of members does not count.
    """
    canonical = _CANONICAL([kind, parent, *content])
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:12]


_CANONICAL = encoder(ensure_ascii=False, sort_keys=True)
_PLAIN = re.compile(r"[A-Za-z0-9._~-]+")
_MINTED = re.compile(r"[0-9a-f]{12}")


def is_minted(key: str) -> bool:
    """Whether the last part of a full key looks like one that :func:`mint` makes.

    >>> is_minted("wire.38f1840c16bf"), is_minted("wire.opened")
    (True, False)
    """
    return _MINTED.fullmatch(key.rpartition(".")[2]) is not None


@dataclass(frozen=True)
class Names:
    """The IRIs of one project; ``base`` ends in a slash."""

    base: str

    def node(self, kind: str, key: str) -> str:
        """The IRI of a node: ``{base}id/{kind}/{key}``."""
        return f"{self.base}id/{kind}/{segment(key)}"

    def article_graph(self, article: str) -> str:
        """The named graph that holds what one article says."""
        return f"{self.base}graph/article/{segment(article)}"

    def article_of(self, graph: str) -> str:
        """The IRI of the article whose graph this is.

        >>> names = Names("https://x.example/")
        >>> names.article_of(names.article_graph("wire.2031/1"))
        'https://x.example/id/article/wire.2031%2F1'
        """
        return f"{self._ids}article/{graph.removeprefix(self.article_graph(''))}"

    def about_graph(self, article: str) -> str:
        """The named graph that describes an article's graph."""
        return f"{self.base}graph/about/{segment(article)}"

    def is_of_article(self, graph: str) -> bool:
        """Whether a graph is that of an article, or the one that describes it.

        >>> names = Names("https://x.example/")
        >>> names.is_of_article(names.about_graph("wire")), names.is_of_article(names.graph("derived"))
        (True, False)
        """
        return graph.startswith((f"{self.base}graph/article/", f"{self.base}graph/about/"))

    def graph(self, name: str) -> str:
        """One of the project-wide graphs: identity, register, derived, vocabulary."""
        return f"{self.base}graph/{name}"

    @cached_property
    def _ids(self) -> str:
        return f"{self.base}id/"

    def kind_and_key(self, iri: str) -> tuple[str, str] | None:
        """The kind and key of one of the project's own nodes, ``None`` for any other IRI."""
        start = self._ids
        if not iri.startswith(start):
            return None
        kind, _, key = iri[len(start) :].partition("/")
        if not kind or not key or "/" in key:
            return None
        return kind, _unquoted(key) if "%" in key else key


@lru_cache(maxsize=1 << 14)
def _unquoted(key: str) -> str:
    """The same few keys are asked for again and again."""
    return unquote(key)

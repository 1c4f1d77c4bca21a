"""One article as files of brat: its text, its annotation in our own tag set, and a header beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from diaspora_kg.article import Article, Claim, Node
from diaspora_kg.keys import claim_key
from diaspora_kg.marked.backward import to_document
from diaspora_kg.marked.brat import write
from diaspora_kg.marked.identities import REGISTER
from diaspora_kg.marked.model import Document, Identity, Span
from diaspora_kg.returned.header import header_of

LABELS = {
    "organization": "Organization", "person": "Person", "polity": "Polity", "place": "Place",
    "collective": "Collective", "post": "Post", "document": "Document",
}  # fmt: skip


def brat_files(article: Article, text: str, register: Mapping[str, Node]) -> dict[str, bytes]:
    """The files by suffix, of an article whose passages have been found and whose defaults are filled.

    ``register`` holds the register's entries by key: mentions of them are shown with their names.
    """
    document = _known(to_document(keyed(article), text), register)
    return {
        ".txt": text.encode("utf-8", "surrogatepass"),
        ".ann": write(document).encode(),
        ".yaml": header_of(article),
    }


def keyed(article: Article) -> Article:
    """The article with the key of each claim written out, so that it keeps it when it is read again."""
    parent = article.key
    statements = tuple(
        replace(one, claims=tuple(_named(claim, parent, f"{parent}.{one.key}") for claim in one.claims))
        for one in article.statements
    )
    claims = tuple(_named(claim, parent, parent) for claim in article.claims)
    return replace(article, statements=statements, claims=claims)


def _named(claim: Claim, article: str, parent: str) -> Claim:
    return claim if claim.key else replace(claim, key=claim_key(article, claim, parent)[len(article) + 1 :])


def _known(document: Document, register: Mapping[str, Node]) -> Document:
    """Mentions of entries of the register as brat's references, with the entry's first name."""
    return replace(document, spans=tuple(_identified(span, register) for span in document.spans))


def _identified(span: Span, register: Mapping[str, Node]) -> Span:
    node = register.get(span.note)
    if node is None:
        return span
    name = next((one.form for one in node.names), node.key)
    identity = Identity(REGISTER, node.key, " ".join(name.split()))
    return replace(span, label=LABELS.get(node.kind, span.label), note="", identities=(identity,))

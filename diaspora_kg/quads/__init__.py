"""From one annotated article to its named graph, and to the graph that describes it. Pure.

The graph holds what the article says and nothing that is derived; there are no blank nodes, no
build times and no paths in it. Where each node was written travels beside the graph.
"""

from __future__ import annotations

from collections.abc import Iterable

from diaspora_kg.article import Article, Claim, Node
from diaspora_kg.identity import Directory
from diaspora_kg.names import CLASS_OF_KIND, Names, expand
from diaspora_kg.ontology import Ontology
from diaspora_kg.quads.discourse import Discourse
from diaspora_kg.quads.identity import map_identity
from diaspora_kg.quads.mapped import Mapped
from diaspora_kg.quads.said import Said
from diaspora_kg.quads.sheet import WORDS, Origin, Scope, Sheet
from diaspora_kg.quads.source import Spans, write_about, write_article
from diaspora_kg.quads.world import describe
from diaspora_kg.terms import IRI, nquad

__all__ = ["WORDS", "Mapped", "Origin", "Said", "map_article", "map_identity", "map_register"]


def map_article(
    article: Article, names: Names, directory: Directory, ontology_version: str, tool: str = "native"
) -> Mapped:
    """An article, its passages found and its defaults filled, as quads.

    ``ontology_version`` is the IRI that the ontology gives its version, ``tool`` the reader's name. A
    reference to a key that nobody declares is left out: ``check_references`` has reported it.
    """
    graph = names.article_graph(article.key)
    scope = Scope(article.key, article.file, graph, article.language, article.gloss_language)
    sheet = Sheet(scope, names, directory)
    subject = write_article(sheet, article)
    for node in article.nodes:
        if not node.addition:
            describe(sheet, node, sheet.key(node.key))
    spans = Spans(sheet, article, subject)
    discourse = Discourse(sheet, subject, spans)
    for statement in article.statements:
        discourse.state(statement)
    for claim in article.claims:
        discourse.claim(claim, article.key)
    spans.furniture()
    spans.write()
    write_about(sheet, article, subject, ontology_version, tool)
    return _mapped(sheet, sheet.said())


def map_register(
    nodes: Iterable[Node], file: str, names: Names, directory: Directory, gloss_language: str
) -> Mapped:
    """The nodes of ``register.yaml`` as the register's graph."""
    scope = Scope("", file, names.graph("register"), gloss_language, gloss_language)
    sheet = Sheet(scope, names, directory)
    for node in nodes:
        describe(sheet, node, node.key)
    return _mapped(sheet, Said())


def _mapped(sheet: Sheet, said: Said) -> Mapped:
    graphs, telling = sheet.lines()
    return Mapped(
        graphs,
        sheet.origins,
        frozenset(sheet.outside),
        sheet.findings,
        tuple(sorted(_context(sheet))),
        telling,
        said,
    )


def _context(sheet: Sheet) -> Iterable[str]:
    graph = IRI(sheet.scope.graph)
    for iri, entry in list(sheet.outside.items()):
        yield nquad(IRI(iri), IRI(expand("rdf:type")), IRI(expand(CLASS_OF_KIND[entry.kind])), graph)
        if isinstance(entry.record, Claim):
            modality = Ontology.concept_iri(entry.record.modality or "asserted")
            yield nquad(IRI(iri), IRI(expand("dkg:modality")), IRI(modality), graph)
        if entry.kind == "post" and isinstance(entry.record, Node):
            for ref in entry.record.refs("org:postIn"):
                if body := sheet.directory.find(ref.key, entry.article):
                    yield nquad(IRI(iri), IRI(expand("org:postIn")), IRI(body.iri(sheet.names)), graph)

"""Maps marked documents to articles by a label map.

The map turns labels, roles and attributes into the keys of the native format; the tree that comes out is
read by the very modules that read hand-written annotations, so that all their checks and all the
defaults hold for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from diaspora_kg.article import Anchor, Article, Node, Voice, When
from diaspora_kg.errors import Finding, Report, Severity
from diaspora_kg.marked.clean import is_clean
from diaspora_kg.marked.collect import Collector
from diaspora_kg.marked.groups import grouped
from diaspora_kg.marked.header import said_of
from diaspora_kg.marked.labels import read_labels
from diaspora_kg.marked.leftovers import tell_leftovers
from diaspora_kg.marked.model import Document
from diaspora_kg.marked.rules import MENTION, Labels
from diaspora_kg.marked.tree import Tree
from diaspora_kg.marked.values import one_line
from diaspora_kg.reading import ReadResult, Source
from diaspora_kg.reading.claims import read_claims
from diaspora_kg.reading.desk import Desk
from diaspora_kg.reading.fields import Fields
from diaspora_kg.reading.sections import SECTIONS, read_sections
from diaspora_kg.reading.statements import read_statements

_MOST_COVERED = 20_000_000
"""Characters that all spans of one document may mark together."""


def to_articles(
    documents: Sequence[Document], source: Source, findings: Iterable[Finding] = ()
) -> ReadResult:
    """What a reader gives back: the articles of its documents, by the label map of ``source``.

    ``findings`` are the reader's own. A missing or broken label map is a finding.
    """
    found = tuple(findings)
    if source.gather is not None:
        for document in documents:
            source.gather(document)
        return ReadResult((), found)
    if source.labels is None:
        hint = 'Name one in dkg.toml: [ingest."articles/…"] labels = "NAME"; maps lie in ingest/labels/.'
        finding = _violation(source.file, "no-label-map", "There is no label map of this name.", hint)
        return ReadResult((), (*found, finding))
    labels, faults = read_labels(source.labels)
    if labels is None:
        return ReadResult((), (*found, *(_of_map(source.file, fault) for fault in faults[:5])))
    results = [to_article(document, labels, source) for document in documents]
    articles = tuple(article for result in results for article in result.articles)
    each = tuple(result.findings for result in results)
    if len(results) == 1:
        return ReadResult(articles, (*found, *each[0]))
    return ReadResult(articles, found, each=each)


def to_article(document: Document, labels: Labels, source: Source) -> ReadResult:
    """The article of one document, with what the map does not understand as findings."""
    report = Report(source.file)
    if not is_clean(document, report):
        return ReadResult((), tuple(report.findings))
    desk = Desk(report, source.ontology, source.gloss_language)
    article = _begun(document, labels, source, desk)
    document = _bounded(document, report)
    found = Collector(document, labels, source.base, report)
    found.collect()
    groups = grouped(tuple(found.entries.values()), found.same, report)
    tree = Tree(found, groups, desk.language, report, withheld=article.withheld)
    fields = Fields(tree.root(), report, "an annotation")
    article = replace(
        article,
        skips=tuple(
            Anchor(one_line(words) or "…", entry.line, position=place)
            for entry in tree.furniture()
            for place, words in entry.places
        ),
        nodes=tuple(_of_any_kind(node, tree) for node in read_sections(fields, desk, SECTIONS)),
        statements=read_statements(fields.take("statements"), desk),
        claims=(
            *read_claims(fields.take("headline"), desk, Voice.HEADLINE),
            *read_claims(fields.take("article-says"), desk, Voice.ARTICLE),
        ),
    )
    tell_leftovers(found.entries, tree.nodes.values(), tree.used | found.ends, report)
    found.tally.report(report)
    article = replace(article, refused=tuple(sorted(desk.refused)))
    findings = sorted(report.findings, key=lambda finding: finding.line)
    return ReadResult((article,), tuple(replace(one, article=article.key) for one in findings))


def _bounded(document: Document, report: Report) -> Document:
    """The document, without marks where these cover its text so often that their words fill the memory."""
    covered = sum(end - begin for span in document.spans for begin, end in span.fragments)
    if covered <= _MOST_COVERED:
        return document
    message = f"The annotations mark {covered} characters in all, many times more than a text has."
    hint = "Are whole documents marked again and again? Delete such annotations and export again."
    report.violation(0, "too-much-marked", message, hint)
    return replace(document, spans=(), relations=(), frames=(), equivalences=())


def _begun(document: Document, labels: Labels, source: Source, desk: Desk) -> Article:
    """The article without its contents: what tool and header say of it."""
    said = said_of(document, labels, desk)
    header = source.header
    desk.language = said.language or (header.language if header else "") or "und"
    desk.gloss = header.gloss_language if header else source.gloss_language
    published: When | None = said.published or (header.published if header else None)
    desk.published = published.edtf or "" if published and published.not_before else ""
    return Article(
        document.key or source.key,
        source.file,
        said.title,
        desk.language,
        published=said.published,
        slots=said.slots,
        annotator=said.annotator or document.annotator,
        annotated=said.annotated,
        gloss_language=desk.gloss,
        withheld=source.withheld or (header is not None and header.withheld),
        text=document.text if document.inside else None,
        exact=True,
        curated=document.curated,
        counts=document.counts,
    )


def _of_any_kind(node: Node, tree: Tree) -> Node:
    """A mention of a register entry says nothing of its kind."""
    unsaid = node.addition and tree.nodes[node.key].kind == MENTION
    return replace(node, kind="entry") if unsaid else node


def _violation(file: str, code: str, message: str, hint: str) -> Finding:
    return Finding(file, 0, Severity.VIOLATION, code, message, hint)


def _of_map(file: str, fault: Finding) -> Finding:
    """A fault of the label map, told for a file that needs it."""
    where = f"{fault.file}, line {fault.line}"
    message = f"The label map of this file cannot be used ({where}). {fault.message}"
    return replace(_violation(file, fault.code, message, fault.hint), words=fault.words)

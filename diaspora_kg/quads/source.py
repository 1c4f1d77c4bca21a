"""From an article and its spans to quads, and the graph that describes the article's graph."""

from __future__ import annotations

from collections.abc import Iterable

from diaspora_kg.article import Anchor, Article, Mention, Passage, Ref, Region
from diaspora_kg.keys import minted
from diaspora_kg.names import expand
from diaspora_kg.quads.sheet import Origin, Sheet
from diaspora_kg.quads.world import date, fill
from diaspora_kg.terms import IRI, Literal, instant


def write_article(sheet: Sheet, article: Article) -> str:
    """Write the article itself; its IRI."""
    subject = sheet.open("article", article.key, article.line, article.title)
    sheet.printed(subject, "dct:title", article.title)
    if article.language not in {"", "und"}:
        sheet.words(subject, "dct:language", article.language)
    if article.text_sha256:
        sheet.words(subject, "dkg:textHash", article.text_sha256)
    if article.published:
        date(sheet, subject, article.key, "dkg:when", article.published)
    fill(sheet, subject, article.key, article.slots)
    sheet.unknown(subject, article.unknown)
    return subject


def relay(sheet: Sheet, article: str, statement_key: str, via: Iterable[Ref]) -> list[str]:
    """Write the articles through which a statement reached this one, from the reader to the source."""
    relayed: list[str] = []
    chain: tuple[str, ...] = ()
    for ref in via:
        chain = (*chain, ref.key)
        key = minted(sheet.scope.owner, "article", statement_key, chain)
        subject = sheet.open("article", key, ref.line, ref.key)
        sheet.refer(subject, "dct:publisher", [ref])
        sheet.unknown(subject, ["dkg:textHash", "dkg:when"])
        sheet.iri(relayed[-1] if relayed else article, "prov:wasQuotedFrom", subject)
        relayed.append(subject)
    return relayed


class Spans:
    """The passages of one article; a span that several claims rest on is one node."""

    def __init__(self, sheet: Sheet, article: Article, article_iri: str) -> None:
        self._sheet = sheet
        self._article = article
        self._iri = article_iri
        self._passages: dict[str, Passage] = {}

    def evidence(
        self, owner: str, passages: tuple[Passage, ...], anchors: tuple[Anchor, ...], line: int
    ) -> None:
        """Point from a node to the passages that it rests on."""
        lines = [anchor.line for anchor in anchors] if len(anchors) == len(passages) else []
        for index, passage in enumerate(passages):
            subject = self._keep(passage, lines[index] if lines else line)
            self._sheet.iri(owner, "dkg:evidence", subject)

    def furniture(self) -> None:
        """Keep what the researcher marked as page furniture: its place, none of its words."""
        for passage, anchor in zip(self._article.furniture, self._skips(), strict=True):
            self._keep(passage, anchor.line if anchor else self._article.line)

    def _skips(self) -> list[Anchor | None]:
        article = self._article
        if len(article.skips) == len(article.furniture):
            return list(article.skips)
        return [None] * len(article.furniture)

    def _keep(self, passage: Passage, line: int) -> str:
        key = self._key(passage)
        words = passage.quote or f"{passage.quote_start or ''} … {passage.quote_end or ''}".strip(" …")
        self._passages[key] = min(self._passages.get(key, passage), passage, key=_wordiest_first)
        return self._sheet.begin("passage", key, line, words)

    def write(self) -> None:
        """Write the kept passages and the mentions."""
        for key, passage in self._passages.items():
            self._describe(self._sheet.names.node("passage", key), passage)
        for mention in self._article.mentions:
            self._mention(mention)

    def _mention(self, mention: Mention) -> None:
        refs = [mention.actor] if mention.actor else list(mention.unclear)
        line = refs[0].line if refs else self._article.line
        key = self._key(mention.passage)
        subject = self._sheet.begin("mention", key, line, mention.passage.quote or "")
        self._describe(subject, mention.passage)
        if mention.actor:
            self._sheet.refer(subject, "dkg:refersTo", [mention.actor])
        else:
            self._sheet.unknown(subject, ["dkg:refersTo"])

    def _key(self, passage: Passage) -> str:
        return self._sheet.key(f"{passage.begin}-{passage.end}")

    def _describe(self, subject: str, passage: Passage) -> None:
        sheet = self._sheet
        sheet.iri(subject, "dkg:inArticle", self._iri)
        sheet.whole(subject, "dkg:begin", passage.begin)
        sheet.whole(subject, "dkg:end", passage.end)
        sheet.concept(subject, "dkg:region", passage.region.value)
        sheet.words(subject, "dkg:quoteHash", passage.sha256)
        if passage.region is Region.BOILERPLATE:
            return
        sheet.printed(subject, "dkg:quote", passage.quote)
        if passage.quote is None:
            sheet.printed(subject, "dkg:quoteStart", passage.quote_start)
            sheet.printed(subject, "dkg:quoteEnd", passage.quote_end)


def _wordiest_first(passage: Passage) -> tuple[bool, str, str, str]:
    return (passage.quote is None, passage.quote or "", passage.quote_start or "", passage.quote_end or "")


def write_about(sheet: Sheet, article: Article, subject: str, ontology: str, tool: str) -> None:
    """Write the graph that describes the article's graph: from what, by whom, with what."""
    names, graph = sheet.names, sheet.names.about_graph(article.key)
    bundle = names.article_graph(article.key)
    sheet.origins[bundle] = Origin(article.file, article.line, article.title)
    key = minted(article.key, "run", article.key, article.annotator, tool)
    run = sheet.begin("run", key, article.line, article.annotator, graph)
    if article.annotator:
        sheet.words(run, "rdfs:label", article.annotator, graph=graph)
    sheet.words(run, "dkg:tool", tool, graph=graph)
    sheet.add(bundle, "rdf:type", IRI(expand("prov:Bundle")), graph)
    sheet.add(bundle, "prov:wasDerivedFrom", IRI(subject), graph)
    sheet.add(bundle, "prov:wasGeneratedBy", IRI(run), graph)
    sheet.add(bundle, "dct:conformsTo", IRI(ontology), graph)
    if moment := _moment(sheet, bundle, article.annotated):
        sheet.add(bundle, "prov:generatedAtTime", moment, graph)


def _moment(sheet: Sheet, bundle: str, annotated: str) -> Literal | None:
    try:
        return instant(annotated) if annotated else None
    except ValueError as problem:
        sheet.refuse(bundle, f"`annotated` is a time with its zone: {problem}.", annotated)
        return None

"""Fills passages, mentions and furniture, and checks that every quoted word stands where it should."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from diaspora_kg.amended import amended
from diaspora_kg.anchors.leaks import leaks
from diaspora_kg.anchors.report import Report
from diaspora_kg.anchors.walk import dates, refs
from diaspora_kg.article import Anchor, Article, Claim, Node, Passage, Region, Statement, Voice
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.locks import write_lock
from diaspora_kg.text import (
    Ask,
    Claimed,
    Quoting,
    RealText,
    Request,
    TextView,
    Trouble,
    find_mentions,
    forms_of,
    joined,
    placed_mentions,
    skip_request,
)
from diaspora_kg.text.matching import FOLDED

_PAGE = "leave `words` out if only the page around the text prints them; else write them as printed"
_FOLDED_CODES = frozenset({"quote-folded", "mention-folded"})


def anchor(
    article: Article, view: TextView, register: Iterable[Node] = (), quote_words: int = 15
) -> tuple[Article, tuple[Finding, ...]]:
    """The article with its passages, mentions and furniture, and with the hash of the text that was read.

    ``register`` holds the register's nodes: of those that the article refers to, the names are searched
    too. ``quote_words`` is how many words of a withheld text a quote may show.
    """
    quoting = Quoting(article.withheld, quote_words, article.language)
    claimed = forms_of(_searched(article, tuple(register)))
    work = _Anchoring(article, view, quoting, claimed)
    anchored = work.article()
    if article.withheld and isinstance(view, RealText):
        for leak in leaks(article, view.stored.text, quote_words):
            work.report.add(leak.line, leak.trouble, leak.words, leak.severity)
    return anchored, work.report.done()


def make_lock(
    article: Article,
    view: TextView | None,
    annotation_sha256: str,
    register: Iterable[Node] = (),
    quote_words: int = 15,
) -> tuple[bytes | None, tuple[Finding, ...]]:
    """The lock of an article as it was read, or ``None`` and the reasons.

    None is written while a finding is a violation, or while words match only after folding: the
    graph shows the printed form, which only the annotation could bring along.
    """
    report = Report(article)
    if not isinstance(view, RealText):
        trouble = Trouble("lock-needs-text", "a lock can only be written where the text is")
        report.add(article.line, trouble, severity=Severity.WARNING)
        return None, report.done()
    if not article.withheld:
        hint = "a text that is published needs none; write `text: withheld` if this one is not"
        trouble = Trouble("lock-not-needed", "no lock is written: the text is not withheld", hint)
        report.add(article.line, trouble, severity=Severity.INFO)
        return None, report.done()
    wanted = article.text_sha256.lower()
    if wanted and wanted != view.sha256:
        hint = "settle first which text the annotation is of"
        report.add(article.line, Trouble("lock-of-other-text", "no lock is written of a changed text", hint))
        return None, report.done()
    view.expected = None
    _, findings = anchor(article, view, register, quote_words)
    findings = tuple(_stricter(finding) for finding in findings)
    refused = any(finding.severity is Severity.VIOLATION for finding in findings)
    return (None if refused else write_lock(view, annotation_sha256)), findings


def _stricter(finding: Finding) -> Finding:
    if finding.code not in _FOLDED_CODES:
        return finding
    return amended(
        finding, severity=Severity.VIOLATION, hint=f"{finding.hint}. Write it so: a lock needs it."
    )


def _searched(article: Article, register: Sequence[Node]) -> list[Node]:
    """The nodes whose forms are searched: the article's, and those of the register that it uses."""
    used = {node.key for node in article.nodes if node.addition}
    waiting = {node.key for node in register} - used
    if waiting and not article.exact:  # else no name is searched, be it of whom it may
        for ref in refs(article):
            if ref.key in waiting:
                waiting.remove(ref.key)
                used.add(ref.key)
                if not waiting:  # as in most articles, which need not be walked to their end
                    break
    local = {node.key for node in article.nodes if not node.addition}
    kinds = {node.key: node.kind for node in register}
    own = [
        amended(node, kind=kinds.get(node.key, node.kind)) if node.addition else node
        for node in article.nodes
    ]
    return [*own, *(node for node in register if node.key in used - local)]


class _Anchoring:
    """One article's anchoring: asks, fills, reports."""

    def __init__(
        self, article: Article, view: TextView, quoting: Quoting, claimed: Sequence[Claimed]
    ) -> None:
        self._article, self._view, self._quoting, self._claimed = article, view, quoting, claimed
        self._names = tuple(sorted({one.form for one in claimed}))
        self.report = Report(article)

    def article(self) -> Article:
        """The article, filled."""
        article = self._article
        furniture = tuple(passage for skip in article.skips for passage in self._skip(skip))
        self._title()
        statements = tuple(self._statement(one) for one in article.statements)
        claims = tuple(self._claim(one) for one in article.claims)
        self._dates()
        searched = () if article.exact else tuple(one for one in self._claimed if one.position is None)
        mentions, problems = find_mentions(searched, self._view, self._quoting)
        placed, misplaced = placed_mentions(self._claimed, self._view, self._quoting)
        mentions, problems = joined(mentions, placed), (*problems, *misplaced)
        for problem in problems:
            self.report.add(problem.line, problem.trouble, problem.form, problem.severity)
        self._agreement()
        return amended(
            article,
            text_sha256=self._view.sha256,
            furniture=furniture,
            statements=statements,
            claims=claims,
            mentions=mentions,
        )

    def _agreement(self) -> None:
        if isinstance(self._view, RealText) and self._view.unexpected:
            trouble = Trouble(
                "lock-disagrees",
                "the lock does not say what the text says; the text was used",
                "run `dkg check --lock` to write it again",
            )
            self.report.add(self._article.line, trouble, severity=Severity.WARNING)

    def _skip(self, skip: Anchor) -> Iterable[Passage]:
        answer = self._view.ask(skip_request(skip))
        if answer.trouble:
            self.report.add(skip.line, answer.trouble, skip.words)
        return (self._quoting.passage(skip.words, span, self._view) for span in answer.spans)

    def _title(self) -> None:
        if not self._article.title:
            return
        answer = self._view.ask(Request(Ask.TITLE, self._article.title))
        if answer.trouble:
            self.report.add(self._article.line, answer.trouble, self._article.title)
        elif not answer.spans:
            message = "the title begins no line of the text; no words count as its headline"
            trouble = Trouble("title-not-found", message)
            self.report.add(self._article.line, trouble, self._article.title, Severity.INFO)

    def _statement(self, statement: Statement) -> Statement:
        passages = self._passages(statement.anchors, None, "")
        claims = tuple(self._claim(claim) for claim in statement.claims)
        return amended(statement, passages=passages, claims=claims)

    def _claim(self, claim: Claim) -> Claim:
        region = Region.HEADLINE if claim.voice is Voice.HEADLINE else None
        passages = self._passages(claim.anchors, region, claim.cue or "")
        if passages:
            self._words_of(claim, passages)
        return amended(claim, passages=passages)

    def _passages(self, anchors: Sequence[Anchor], region: Region | None, cue: str) -> tuple[Passage, ...]:
        found = [self._passage(one, one.region or region, cue) for one in anchors]
        kept = tuple([passage for passage in found if passage])
        return kept if len(kept) < 2 else tuple(dict.fromkeys(kept))  # a passage is hashed slowly

    def _passage(self, one: Anchor, region: Region | None, cue: str) -> Passage | None:
        if one.position is not None:
            begin, end = one.position
            request = Request(Ask.PLACE, one.words, begin=begin, end=end, cue=cue, names=self._names)
        else:
            request = Request(
                Ask.PASSAGE, one.words, one.nth, one.before, one.after, region, cue=cue, names=self._names
            )
        answer = self._view.ask(request)
        if answer.trouble or not answer.spans:
            trouble = answer.trouble or Trouble("quote-not-found", "these words do not occur in the text")
            self.report.add(one.line, trouble, one.words)
            return None
        span = answer.spans[0]
        if span.region is Region.BOILERPLATE:
            hint = "it stands inside `skip`; mark words of the article itself, or mend `skip`"
            self.report.add(
                one.line, Trouble("quote-in-furniture", "this is page furniture", hint), one.words
            )
            return None
        passage = self._quoting.passage(one.words, span, self._view)
        if FOLDED in span.flags:
            message = "this matches only after quotation marks, apostrophes and dashes are made plain"
            shown = passage.quote or f"{passage.quote_start} … {passage.quote_end}"
            trouble = Trouble("quote-folded", message, f"the text prints: “{shown}”")
            self.report.add(one.line, trouble, one.words, Severity.INFO)
        return passage

    # -- words inside passages --------------------------------------------------------------

    def _words_of(self, claim: Claim, passages: Sequence[Passage]) -> None:
        """The cue near the passages; the evaluating words and the doubtful word inside them."""
        if claim.cue:
            trouble = self._first_trouble(Ask.CUE, claim.cue, passages)
            if trouble:
                message = "the cue stands neither in the paragraph of the claim's quote nor beside it"
                self._inside(claim, claim.cue, trouble, Trouble("cue-not-found", message, trouble.hint))
        inside = [(words, "stance") for words in (claim.stance.words if claim.stance else ())]
        inside += [(claim.sic, "sic")] if claim.sic else []
        for words, slot in inside:
            trouble = self._first_trouble(Ask.WORDS, words, passages)
            if trouble:
                message = f"these words of `{slot}` do not stand in the claim's quote"
                hint = "write them as printed, or let the quote reach as far as they do"
                self._inside(claim, words, trouble, Trouble(f"{slot}-words-not-found", message, hint))

    def _inside(self, claim: Claim, words: str, met: Trouble, shown: Trouble) -> None:
        self.report.add(claim.line, met if met.code == "lock-incomplete" else shown, words)

    def _first_trouble(self, ask: Ask, words: str, passages: Sequence[Passage]) -> Trouble | None:
        """Nothing if the words stand in or near one of the passages."""
        trouble: Trouble | None = None
        for passage in passages:
            answer = self._view.ask(Request(ask, words, begin=passage.begin, end=passage.end))
            if answer.spans:
                return None
            trouble = trouble or answer.trouble or Trouble(f"{ask}-not-found", "these words are not there")
        return trouble

    def _dates(self) -> None:
        """The printed words of dates; those of the article's own may stand outside the stored text."""
        published = self._article.published
        found = [(when, Severity.VIOLATION) for when in dates(self._article)]
        found += [(published, Severity.WARNING)] if published else []
        for when, severity in found:
            answer = self._view.ask(Request(Ask.WORDS, when.words)) if when.words else None
            if answer and not answer.spans:
                met = answer.trouble or Trouble("", "", "write them as printed")
                message = "these words of a date do not occur in the text"
                hint = _PAGE if when is published else met.hint
                shown = Trouble("date-words-not-found", message, hint)
                self.report.add(
                    when.line, met if met.code == "lock-incomplete" else shown, when.words or "", severity
                )

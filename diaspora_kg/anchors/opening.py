"""Opens an article's text, or the lock that may stand in for it."""

from __future__ import annotations

import codecs
from dataclasses import replace
from pathlib import PurePosixPath

from diaspora_kg.anchors.report import Report
from diaspora_kg.article import Article
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.locks import Lock, LockedText, LockMalformed, read_lock
from diaspora_kg.text import Answer, RealText, TextView, Trouble

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def open_text(
    article: Article, data: bytes | None, lock: bytes | None, annotation_sha256: str
) -> tuple[TextView | None, tuple[Finding, ...]]:
    """The text of an article if its bytes are at hand, else its lock, else ``None``; and what is wrong.

    ``annotation_sha256`` is that of the annotation's bytes, in hex. A text that changed since it was
    annotated is a violation and is opened all the same, so that the lost anchors are seen.
    """
    report = Report(article)
    view = (
        _open(article, data, report)
        if data is not None
        else _locked(article, lock, annotation_sha256, report)
    )
    if isinstance(view, RealText) and lock is not None:
        view.expected = _expected(lock, view, annotation_sha256, report)
    return view, report.done()


def _open(article: Article, data: bytes, report: Report) -> RealText | None:
    text = _decoded(data)
    if isinstance(text, Trouble):
        report.add(article.line, text)
        return None
    view = RealText(text, article.title, article.skips, article.language)
    wanted = article.text_sha256.lower()
    if wanted and wanted != view.sha256:
        message = f"the text changed since it was annotated: {wanted[:12]}… then, {view.sha256[:12]}… now"
        hint = f"put the former text back; or check each anchor and write `text_sha256: {view.sha256}`"
        report.add(article.line, Trouble("text-changed", message, hint))
    elif not wanted and article.withheld:
        hint = f"write `text_sha256: {view.sha256}` under `article:`"
        message = "the text is withheld and the annotation does not say which text it is"
        report.add(article.line, Trouble("text-hash-missing", message, hint), severity=Severity.WARNING)
    return view


def _decoded(data: bytes) -> str | Trouble:
    """The text, or why it is none."""
    save = "save it as UTF-8; its hash changes then"
    if data[:2] in _UTF16:
        return Trouble("text-not-utf8", "the text is UTF-16, not UTF-8", save)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"the text is not UTF-8: byte {error.start}, in its line {line}"
        return Trouble("text-not-utf8", message, save)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        message = f"the text holds a NUL character, in its line {line}"
        return Trouble("text-with-nul", message, "save the text again from its source, as plain text")
    if not text.strip("\ufeff \t\r\n"):
        return Trouble("text-empty", "the text is empty", "save the article's text there")
    return text


def _locked(article: Article, lock: bytes | None, annotation_sha256: str, report: Report) -> TextView | None:
    """The lock of a text that is not at hand, if it may stand in for it."""
    beside = article.text_file or PurePosixPath(article.file).with_suffix(".txt").name
    if lock is None or not article.withheld:
        which = f" with SHA-256 {article.text_sha256}" if article.text_sha256 else ""
        hint = f"put the text{which} beside the annotation as {beside}"
        if article.withheld:
            hint += "; or put its lock there, which `dkg check --lock` writes where the text is"
        if lock is not None:
            message = "there is no text, and a lock stands in only for one that is withheld"
            report.add(
                article.line, Trouble("lock-not-withheld", message, f"{hint}, or write `text: withheld`")
            )
        else:
            report.add(article.line, Trouble("text-missing", "there is neither a text nor a lock", hint))
        return None
    read = _read(lock, report)
    if read is None:
        return None
    refused = _refusal(article, read, annotation_sha256)
    if refused:
        report.add(article.line, refused)
        return None
    message = "the text is not at hand; this is built from the lock"
    report.add(article.line, Trouble("text-not-at-hand", message), severity=Severity.INFO)
    return LockedText(read)


def _read(lock: bytes, report: Report) -> Lock | None:
    try:
        return read_lock(lock)
    except LockMalformed as error:
        report.add(error.line, error.trouble)
        file = str(PurePosixPath(report.article.file).with_suffix(".lock"))
        report.findings[-1] = replace(report.findings[-1], file=file)
        return None


def _refusal(article: Article, lock: Lock, annotation_sha256: str) -> Trouble | None:
    again = "put the text beside the annotation and run `dkg check --lock`"
    if lock.annotation_sha256 != annotation_sha256:
        return Trouble("lock-stale", "the annotation changed since its lock was written", again)
    wanted = article.text_sha256.lower()
    if wanted and wanted != lock.text_sha256:
        message = f"the lock is of another text: {lock.text_sha256[:12]}…, the annotation of {wanted[:12]}…"
        return Trouble("lock-of-other-text", message, again)
    return None


def _expected(
    lock: bytes, view: RealText, annotation_sha256: str, report: Report
) -> dict[str, Answer] | None:
    """The answers that a lock beside a text leads one to expect; a lock that is out of date has none."""
    seen = Report(report.article)
    read = _read(lock, seen)
    report.findings += [replace(finding, severity=Severity.WARNING) for finding in seen.findings]
    if read is None:
        return None
    if read.annotation_sha256 == annotation_sha256 and read.text_sha256 == view.sha256:
        return dict(read.answers)
    message = "the lock is of an earlier annotation or of another text"
    report.add(
        report.article.line,
        Trouble("lock-stale", message, "run `dkg check --lock` to write it again"),
        severity=Severity.WARNING,
    )
    return None

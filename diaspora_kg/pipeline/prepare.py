"""One article from what was read to what may be published: anchors, defaults, quads, shapes.

Pure but for the text and the lock beside the annotation. Each step adds its findings, so that a
researcher sees all of them at once; a step that an earlier fault would mislead is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from diaspora_kg.amended import amended
from diaspora_kg.anchors import anchor, make_lock, open_text
from diaspora_kg.article import Article, Node
from diaspora_kg.defaults import Default, settle
from diaspora_kg.errors import ENGINES_DISAGREE, Finding, Severity
from diaspora_kg.identity import Directory, Entry, check_references, declared
from diaspora_kg.identity.decisions import same_key
from diaspora_kg.light import light
from diaspora_kg.pipeline.checked import Unchecked, checked
from diaspora_kg.pipeline.chosen import Annotated
from diaspora_kg.pipeline.files import NotReadableError, bare, not_read
from diaspora_kg.pipeline.outside import outside, renamed
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.project import Project
from diaspora_kg.quads import Mapped, Origin, Said, map_article
from diaspora_kg.state import FileStamp


class Words(StrEnum):
    """What the words of an article were taken from."""

    TEXT = "text"
    LOCK = "lock"
    NOTHING = "nothing"


@light
@dataclass(frozen=True)
class Part:
    """One article on its way to a worker, with the entries outside of it that it speaks of.

    ``stamp`` is the annotation's, ``annotation`` the hash of all that it was read from; ``findings`` are
    those so far; ``lock`` asks for the lock's content. ``runs`` are the other runs of the article, each
    ``aside``: it is looked at and never published.
    ``canonical`` maps its own records to those that decisions make of them, ``formerly`` the former keys
    of other articles by which it speaks of their nodes.
    """

    article: Article
    stamp: FileStamp
    reader: str
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...] = ()
    lock: bool = False
    canonical: Mapping[str, str] = field(default_factory=dict)
    formerly: Mapping[str, str] = field(default_factory=dict)
    annotation: str = ""
    runs: tuple[Part, ...] = ()
    aside: bool = False

    @property
    def merged(self) -> bool:
        """Whether decisions change the IRI of any record that it declares or speaks of."""
        return bool(self.canonical) or any(entry.canonical != entry.key for entry in self.entries)


@light
@dataclass(frozen=True)
class Prepared:
    """One article, ready to be published unless a finding is a violation.

    ``stamps`` are its files; ``mapped`` is ``None`` where the text could not be had; ``lock`` is the
    content of its lock, where that was asked for and may be written. ``runs`` are its other runs:
    their findings are told, and keep nothing out.
    """

    article: Article
    findings: tuple[Finding, ...]
    stamps: tuple[FileStamp, ...]
    words: Words = Words.NOTHING
    mapped: Mapped | None = None
    defaults: tuple[Default, ...] = ()
    lock: bytes | None = None
    runs: tuple[Prepared, ...] = ()
    reader: str = ""

    @property
    def valid(self) -> bool:
        """Whether nothing keeps it out."""
        return not violated(self.findings)

    @property
    def why(self) -> str:
        """The first of the violations that keep it out, empty where none does."""
        return next((finding.message for finding in self.findings if _keeps_out(finding)), "")

    def all_findings(self) -> tuple[Finding, ...]:
        """The findings of all runs."""
        return tuple(sorted({*self.findings, *(f for run in self.runs for f in run.findings)}))


def violated(findings: Iterable[Finding]) -> bool:
    """Whether one of the findings is a violation that keeps an article out."""
    return any(map(_keeps_out, findings))


def _keeps_out(finding: Finding) -> bool:
    return finding.severity is Severity.VIOLATION and finding.code != ENGINES_DISAGREE


def part_of(one: Annotated, directory: Directory, findings: Iterable[Finding], *, lock: bool = False) -> Part:
    """Check an article's references, and pack what a worker needs to know of the rest of the project.

    Of its other runs each is checked as if it were the article: by its own nodes, not by those of the
    run that is published.
    """
    runs = tuple(part_of(run, directory.aside(run.article), run.findings) for run in one.runs)
    article = one.article
    found = (*findings, *check_references(article, directory))
    entries = tuple(outside(article, directory))
    own = [same_key(entry.key) for entry in declared(article)] if directory.canonical else []
    canonical = {key: directory.canonical[key] for key in own if key in directory.canonical}
    formerly = dict(renamed(article, entries, directory))
    return Part(
        *(article, one.stamp, one.reader, entries, found, lock, canonical, formerly),
        annotation=one.annotation,
        runs=runs,
        aside=one.aside,
    )


def prepare(part: Part, setting: Setting) -> Prepared:
    """Take one article, and its other runs, as far as they go."""
    return prepare_many((part,), setting)[0]


def prepare_many(parts: Sequence[Part], setting: Setting) -> list[Prepared]:
    """The same of several articles, whose graphs are checked together."""
    taken = [_prepare(one, setting) for part in parts for one in (part, *part.runs)]
    batch = [unchecked for _, unchecked in taken if unchecked is not None]
    found = iter(checked(batch, setting))
    done = iter(
        [
            _ordered(one, (*one.findings, *next(found)) if unchecked is not None else one.findings)
            for one, unchecked in taken
        ]
    )
    return [_with_runs(next(done), [next(done) for _ in part.runs]) for part in parts]


def _with_runs(done: Prepared, runs: Sequence[Prepared]) -> Prepared:
    return amended(done, runs=tuple(runs)) if runs else done


def _prepare(part: Part, setting: Setting) -> tuple[Prepared, Unchecked | None]:
    project, article = setting.project, part.article
    text, lock, stamps, findings = _beside(setting, article)
    if article.text is not None:
        findings = (*findings, *_carried(article, text, locking=part.lock))
        text, lock = article.text.encode("utf-8", "surrogatepass"), None
    done = Prepared(article, (*part.findings, *findings), (part.stamp, *stamps), reader=part.reader)
    if violated(findings) or (part.aside and text is None and article.withheld):
        return done, None  # a lock is that of the run that is published
    view, findings = open_text(article, text, lock if not part.aside else None, part.annotation)
    done = amended(done, findings=(*done.findings, *findings)) if findings else done
    if view is None:
        return done, None
    register = [e.record for e in part.entries if e.article is None and isinstance(e.record, Node)]
    anchored, lost = anchor(article, view, register, project.quote_words)
    words = Words.LOCK if text is None else Words.TEXT
    done = amended(done, article=anchored, words=words, findings=(*done.findings, *lost))
    done, unchecked = _mapped(done, part, setting)
    if part.lock and article.text is None:
        written, refused = make_lock(article, view, part.annotation, register, project.quote_words)
        said = {(finding.line, finding.code, finding.words) for finding in refused}
        left = (f for f in done.findings if (f.line, f.code, f.words) not in said)
        done = amended(done, lock=written, findings=(*left, *refused))
    return done, unchecked


def _mapped(done: Prepared, part: Part, setting: Setting) -> tuple[Prepared, Unchecked | None]:
    """Map an article, and say what of it is to be checked, unless it is at fault already.

    It is checked as it stands; what decisions make of its records is no fault of its.
    """
    names, version = setting.project.names, setting.ontology.version
    others = [amended(e, canonical=e.key) for e in part.entries] if part.merged else part.entries
    alone = Directory((*declared(part.article), *others), formerly=part.formerly)
    settled, defaults, findings = settle(done.article, alone.lookup(part.article.key))
    mapped = _placed(map_article(settled, names, alone, version, part.reader), settled)
    findings = (*done.findings, *findings, *mapped.findings)
    unchecked = None if violated(findings) else _unchecked(mapped, settled)
    if part.merged:
        joined = Directory((*declared(part.article), *part.entries), part.canonical, part.formerly)
        mapped = _placed(map_article(settled, names, joined, version, part.reader), settled)
    mapped = amended(mapped, said=Said())  # which nobody needs any longer, and which would travel
    done = amended(done, article=settled, findings=findings, mapped=mapped, defaults=defaults)
    return done, unchecked


def text_path(project: Project, article: Article) -> Path:
    """Where an article's text lies: beside the annotation, under its stem unless it names another."""
    return _paths(project.root, article.file, article.text_file)[0]


def lock_path(project: Project, article: Article) -> Path:
    """Where an article's lock lies."""
    return _paths(project.root, article.file, article.text_file)[1]


@lru_cache(maxsize=128)  # an article is asked for both several times while it is at work
def _paths(root: Path, file: str, text_file: str) -> tuple[Path, Path]:
    stem = bare(file)
    text = (file.rpartition("/")[0], text_file) if text_file else (f"{stem}.txt",)
    return Path(root, *text), Path(root, f"{stem}.lock")


def _beside(
    setting: Setting, article: Article
) -> tuple[bytes | None, bytes | None, list[FileStamp], tuple[Finding, ...]]:
    read: list[bytes | None] = []
    stamps = []
    project, files = setting.project, setting.files
    for path in (text_path(project, article), lock_path(project, article)):
        if not files.there(project, path):
            read.append(None)
            continue
        try:
            data, stamp = files.content_of(project, path)
        except NotReadableError as error:
            return None, None, [], (not_read(project.relative(path), str(error), article.key),)
        read.append(data)
        stamps.append(stamp)
    return read[0], read[1], stamps, ()


def _carried(article: Article, beside: bytes | None, *, locking: bool) -> Iterator[Finding]:
    """What is to be said of an annotation that carries its text."""
    if beside is not None and article.text is not None and beside != article.text.encode("utf-8", "replace"):
        message = "This file carries its text, and the text beside it is another one; its own was used."
        hint = "Remove the .txt file, or export the annotation again with the text that is meant."
        yield Finding(article.file, 0, Severity.WARNING, "two-texts", message, hint, article=article.key)
    if locking and article.withheld:
        message = "No lock is written: this file carries the text that is withheld."
        hint = "Export the annotation in a format whose text lies beside it: brat, or our own."
        yield Finding(
            article.file, 0, Severity.WARNING, "lock-not-possible", message, hint, article=article.key
        )


def _placed(mapped: Mapped, article: Article) -> Mapped:
    """The places of nodes by file: some were written in the header, some formats have no lines."""
    if not article.header and not article.counts:
        return mapped
    origins = {
        iri: Origin(*article.place(one.line)[:2], one.words, article.place(one.line)[2])
        for iri, one in mapped.origins.items()
    }
    return amended(mapped, origins=origins)


def _unchecked(mapped: Mapped, article: Article) -> Unchecked:
    lines = [line for graph in mapped.graphs.values() for line in graph]
    return Unchecked(lines, mapped.said, mapped.context, mapped.origins, article)


def _ordered(done: Prepared, findings: Iterable[Finding]) -> Prepared:
    """With these findings in place of its own."""
    article = done.article
    found = {amended(_told(f, article), article=f.article or article.key) for f in findings}
    return amended(done, findings=tuple(sorted(found))) if found or done.findings else done


def _told(finding: Finding, article: Article) -> Finding:
    """A finding at its place: in the header, or at an annotation that has a number and no line."""
    if finding.file != article.file or (finding.line >= 0 and not article.counts):
        return finding
    file, line, where = article.place(finding.line)
    message = f"{where.capitalize()}: {finding.message}" if where else finding.message
    return amended(finding, file=file, line=line, message=message)

"""From files to articles: which script reads a file, and what it made of it.

The files of one stem are read together (``units.py``): a header tells what the others hold, and of
several runs of one article one is chosen. Nothing is dropped in silence: a file that no script takes,
or that two take, is a finding.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from diaspora_kg import loader
from diaspora_kg.amended import amended
from diaspora_kg.article import Article
from diaspora_kg.errors import ArticleRefused, Finding, Severity
from diaspora_kg.light import light
from diaspora_kg.loader import ScriptFailed
from diaspora_kg.pipeline.beside import Beside
from diaspora_kg.pipeline.chosen import Annotated, chosen, twice
from diaspora_kg.pipeline.files import InputFile, NotReadableError, not_read
from diaspora_kg.pipeline.headers import Header, fill, lacking
from diaspora_kg.pipeline.readers import Taker, bare, failed, taker
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.pipeline.units import OURS, Unit, stem
from diaspora_kg.reading import ReadResult, Source
from diaspora_kg.state import FileStamp


@light
@dataclass(frozen=True)
class FileRead:
    """What became of one file; ``stamp`` is ``None`` where it could not be read.

    ``findings`` are those that belong to no article. ``reader`` and ``labels`` are the names of the
    script and of the label map, ``beside`` the other files that the script read.
    """

    file: str
    findings: tuple[Finding, ...] = ()
    stamp: FileStamp | None = None
    reader: str = ""
    labels: str = ""
    beside: tuple[FileStamp, ...] = ()


@light
@dataclass(frozen=True)
class UnitRead:
    """What the files of one stem gave: each file, and each article with the run that is published."""

    files: tuple[FileRead, ...]
    articles: tuple[Annotated, ...]


def read_unit(unit: Unit, setting: Setting) -> UnitRead:
    """Read files that belong together; whatever goes wrong is a finding."""
    return _Reading(setting).read(unit)


def duplicates(articles: Iterable[Article]) -> tuple[Finding, ...]:
    """A violation for each article whose key another one has too, case folded; both are named."""
    by_key: dict[str, list[Article]] = {}
    for article in articles:
        by_key.setdefault(article.key.casefold(), []).append(article)
    return tuple(
        twice(article, [other for other in same if other is not article])
        for same in by_key.values()
        if len(same) > 1
        for article in same
    )


@light
@dataclass(frozen=True)
class _Opened:
    """A file that a script takes."""

    item: InputFile
    data: bytes
    stamp: FileStamp
    taker: Taker


@dataclass
class _Reading:
    """One unit at work."""

    setting: Setting
    files: dict[str, FileRead] = field(default_factory=dict)
    headers: list[Header] = field(default_factory=list)
    runs: list[Annotated] = field(default_factory=list)
    used: set[str] = field(default_factory=set)  # files of headers that speak of other files

    def read(self, unit: Unit) -> UnitRead:
        """Our own files first, since one of them may be the others' header."""
        opened = [one for item in unit if (one := self.open(item))]
        ours = [one for one in opened if one.item.file.lower().endswith(OURS)]
        tools = [one for one in opened if one not in ours]
        shut = any(map(self.shut, unit))
        for one in ours:
            self.ours(one, accompanied=bool(tools) or shut)
        for one in tools:
            self.tool(one)
        for header in self.headers:
            if shut and not self.runs:  # what it speaks of cannot be read, and it says nothing alone
                self.used.add(header.article.file)
            self.unused(header)
        found = chosen(sorted(self.runs, key=_place), self.setting.project)
        return UnitRead(tuple(self.files[item.file] for item in unit), found)

    def shut(self, item: InputFile) -> bool:
        """Whether a file of a tool can be read by nobody."""
        read = self.files.get(item.file)
        wrong = read is not None and any(f.severity is Severity.VIOLATION for f in read.findings)
        return wrong and not item.file.lower().endswith(OURS)

    def open(self, item: InputFile) -> _Opened | None:
        """The bytes of a file and the script that takes it."""
        try:
            data, stamp = self.setting.files.content_of(self.setting.project, item.path)
        except NotReadableError as error:
            self.files[item.file] = FileRead(item.file, (not_read(item.file, str(error)),))
            return None
        self.files[item.file] = FileRead(item.file, (), stamp)
        try:
            found = taker(item, data[: loader.HEAD], self.setting)
        except ScriptFailed as error:
            found = failed(item.file, error)
        if isinstance(found, Finding):
            self.files[item.file] = FileRead(item.file, (found,), stamp)
            return None
        return _Opened(item, data, stamp, found)

    def ours(self, one: _Opened, *, accompanied: bool) -> None:
        """A file of the native format: an annotation, or a header for others."""
        result = self.result(one, None, accompanied=accompanied)
        if accompanied and result.metadata_only and len(result.articles) == 1:
            self.headers.append(Header(result.articles[0], result.findings, one.stamp))
        else:
            self.keep(one, result)

    def tool(self, one: _Opened) -> None:
        """A file of an annotation tool, with the header of its stem or those of its articles."""
        here = stem(one.item.file)
        header = next((head for head in self.headers if stem(head.article.file) == here), None)
        result = self.result(one, header)
        if header is not None:
            self.used.add(header.article.file)
        self.keep(one, result, header)

    def keep(self, one: _Opened, result: ReadResult, header: Header | None = None) -> None:
        """Note the articles of one file, each with its header and its findings."""
        keys = {article.key for article in result.articles}
        # Of a text of several that cannot be read at all there is no article to tell it with.
        lost = tuple(f for f in _all(result) if not keys or f.article not in {"", *keys})
        if lost:
            self.files[one.item.file] = amended(self.files[one.item.file], findings=lost)
        alone = len(keys) == 1
        for number, article in enumerate(result.articles):
            own = tuple(f for f in result.findings if f.article in {"", article.key})
            own += result.each[number] if result.each else ()
            run = Annotated(_counted(article, one), one.stamp, one.taker.script.name, "", own)
            mine = next((head for head in self.headers if head.article.key == article.key), None)
            self.runs.append(self.headed(run, one, mine or header, alone=alone or mine is not None))
        if result.metadata_only:
            last = self.runs[-1]
            self.runs[-1] = amended(last, findings=(*last.findings, *bare(result, one.item.file)))

    def headed(self, run: Annotated, one: _Opened, header: Header | None, *, alone: bool) -> Annotated:
        """A run with what its header says, under the hash of all that it was read from."""
        labels = one.taker.labels
        read_from = [one.stamp.sha256]
        if header is not None:
            self.used.add(header.article.file)
            article, findings = fill(run.article, header.article, alone=alone)
            head = (amended(f, article=article.key) for f in header.findings)
            run = amended(run, article=article, findings=(*run.findings, *head, *findings))
            read_from.append(header.stamp.sha256)
        if not one.item.file.lower().endswith(OURS):
            run = amended(run, findings=(*run.findings, *lacking(run.article)))
        if labels is not None:
            read_from.append(hashlib.sha256(labels.data).hexdigest())
        made = hashlib.sha256("\n".join(read_from).encode()).hexdigest()
        return amended(run, annotation=made if len(read_from) > 1 else one.stamp.sha256)

    def unused(self, header: Header) -> None:
        """A header that speaks of no other file is an article that says nothing yet."""
        article = header.article
        if article.file in self.used:
            if not any(run.article.header == article.file for run in self.runs):
                self.files[article.file] = amended(self.files[article.file], findings=header.findings)
            return
        found = (*header.findings, *bare(ReadResult((article,), ()), article.file))
        reader = self.files[article.file].reader
        self.runs.append(Annotated(article, header.stamp, reader, header.stamp.sha256, found))

    def result(self, one: _Opened, header: Header | None, *, accompanied: bool = False) -> ReadResult:
        """What the script makes of a file; a refusal is its findings."""
        beside = Beside(one.item, self.setting)
        taken = one.taker
        source = amended(
            _source(one, self.setting), beside=beside, labels=taken.labels, accompanied=accompanied
        )
        if header is not None:
            source = amended(source, header=header.article, key=header.article.key)
        try:
            result = loader.read(taken.script, source)
        except ArticleRefused as error:
            result = ReadResult((), error.findings)
        except ScriptFailed as error:
            result = ReadResult((), (failed(one.item.file, error),))
        self.files[one.item.file] = amended(
            self.files[one.item.file],
            reader=taken.script.name,
            labels=taken.named,
            beside=tuple(beside.stamps),
        )
        return result


def _source(one: _Opened, setting: Setting) -> Source:
    project, item = setting.project, one.item
    return Source(
        path=item.path,
        file=item.file,
        data=one.data,
        key=item.key,
        gloss_language=project.gloss_language,
        withheld=project.withheld,
        ontology=setting.ontology,
        base=project.base,
    )


def _counted(article: Article, one: _Opened) -> Article:
    counts = article.counts or one.taker.counts
    return amended(article, counts=counts, line=0) if counts else article


def _all(result: ReadResult) -> tuple[Finding, ...]:
    return (*result.findings, *(finding for part in result.each for finding in part))


def _place(run: Annotated) -> tuple[str, str]:
    return run.article.file, run.article.annotator

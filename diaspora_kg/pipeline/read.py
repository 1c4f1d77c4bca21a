"""From files to articles: which script reads a file, and what it made of it.

Nothing is dropped in silence: a file that no script takes, or that two take, is a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from diaspora_kg import loader
from diaspora_kg.article import Article
from diaspora_kg.errors import ArticleRefused, DkgError, Finding, Severity
from diaspora_kg.loader import Script, ScriptFailed
from diaspora_kg.pipeline.files import InputFile, NotReadableError, content_of, not_read
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.reading import ReadResult, Source
from diaspora_kg.state import FileStamp


@dataclass(frozen=True)
class FileRead:
    """What one file gave; ``stamp`` is ``None`` where it could not be read, ``reader`` the script's name."""

    file: str
    articles: tuple[Article, ...] = ()
    findings: tuple[Finding, ...] = ()
    stamp: FileStamp | None = None
    reader: str = ""


def read_file(item: InputFile, setting: Setting) -> FileRead:
    """Read one file with the script that takes it; whatever goes wrong is a finding."""
    try:
        data, stamp = content_of(setting.project, item.path)
    except NotReadableError as error:
        return FileRead(item.file, findings=(not_read(item.file, str(error)),))
    try:
        script = _script(item, data[: loader.HEAD], setting)
        if isinstance(script, Finding):
            return FileRead(item.file, (), (script,), stamp)
        source = _source(item, data, setting)
        result = loader.read(script, source)
    except ArticleRefused as error:
        return FileRead(item.file, (), error.findings, stamp)
    except ScriptFailed as error:
        return FileRead(item.file, (), (_failed(item.file, error),), stamp)
    findings = result.findings + (_bare(result, item.file) if result.metadata_only else ())
    return FileRead(item.file, result.articles, findings, stamp, script.name)


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


def _script(item: InputFile, head: bytes, setting: Setting) -> Script | Finding:
    rule = next((rule for rule in setting.project.readers if rule.matches(item.file)), None)
    if rule is not None:
        named = [script for script in setting.scripts if script.name == rule.reader]
        return named[-1] if named else _unknown_reader(item.file, rule.reader, setting.scripts)
    takers = [script for script in setting.scripts if loader.accepts(script, item.path, head)]
    if len(takers) == 1:
        return takers[0]
    return _ambiguous(item.file, takers) if takers else _nobody(item, setting.scripts)


def _source(item: InputFile, data: bytes, setting: Setting) -> Source:
    project = setting.project
    return Source(
        path=item.path,
        file=item.file,
        data=data,
        key=item.key,
        gloss_language=project.gloss_language,
        withheld=project.withheld,
        ontology=setting.ontology,
    )


def _nobody(item: InputFile, scripts: Sequence[Script]) -> Finding:
    names = sorted({suffix for script in scripts for suffix in loader.load(script).SUFFIXES})
    known = item.path.suffix.lower() in names
    severity = Severity.VIOLATION if known else Severity.WARNING
    message = (
        "No reader takes this file." if known else f"No reader takes files ending in {item.path.suffix!r}."
    )
    hint = "A native annotation begins with `format: 1`." if known else f"Readers take {', '.join(names)}."
    return Finding(item.file, 0, severity, "no-reader", message, hint)


def _ambiguous(file: str, takers: Sequence[Script]) -> Finding:
    names = " and ".join(script.name for script in takers)
    hint = f'Say which in dkg.toml: [ingest."{file}"] reader = "{takers[0].name}"'
    message = f"Several readers take this file: {names}."
    return Finding(file, 0, Severity.VIOLATION, "several-readers", message, hint)


def _unknown_reader(file: str, name: str, scripts: Sequence[Script]) -> Finding:
    message = f'dkg.toml names the reader "{name}" for this file, and there is none.'
    hint = f"There are: {', '.join(sorted(script.name for script in scripts))}."
    return Finding(file, 0, Severity.VIOLATION, "unknown-reader", message, hint)


def _bare(result: ReadResult, file: str) -> tuple[Finding, ...]:
    message = "This annotation has a header and nothing else, so the article says nothing yet."
    hint = "Mark what it says under `statements`, `headline` or `article-says`."
    return tuple(
        Finding(file, article.line, Severity.WARNING, "header-only", message, hint, article=article.key)
        for article in result.articles
    )


def _failed(file: str, error: DkgError) -> Finding:
    message = f"The reader script failed: {error}"
    return Finding(file, 0, Severity.VIOLATION, "script-failed", message, "Mend the script.")


def twice(article: Article, others: Sequence[Article]) -> Finding:
    """The violation for an article whose key others have too."""
    where = " and ".join(f"{other.file}, line {other.line}" for other in others)
    same = all(other.key == article.key for other in others)
    how = "the same key" if same else "a key that differs only by case"
    message = f"The article's key `{article.key}` is not its own: {where} has {how}."
    hint = "Give one of them another `article.key`, or rename its file."
    place = (article.file, article.line, Severity.VIOLATION, "duplicate-article", message, hint)
    return replace(Finding(*place), words=article.key, article=article.key)

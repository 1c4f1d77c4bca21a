"""Of several runs of one article, the one that is published; never a mixture of them.

A curator's run is. Without one it is the run that ``[ingest] publish`` names, by its annotator or, where a
file names none, by its reader. Else nothing is published, and the runs are listed. The others are
read, checked and compared, and stay aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from diaspora_kg.article import Article
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.light import light
from diaspora_kg.project import Project
from diaspora_kg.state import FileStamp


@light
@dataclass(frozen=True)
class Annotated:
    """One run of an article as its file gave it.

    ``stamp`` is that of the file, ``annotation`` the hash of all that the article was read from (file,
    header, label map), to which a lock is bound. ``runs`` are the other runs of the article, ``aside``
    says that this is one of those.
    """

    article: Article
    stamp: FileStamp
    reader: str
    annotation: str
    findings: tuple[Finding, ...] = ()
    runs: tuple[Annotated, ...] = ()
    aside: bool = False

    @property
    def who(self) -> str:
        """By what a run is named: its annotator, else its reader."""
        return self.article.annotator or self.reader


def chosen(runs: Iterable[Annotated], project: Project) -> tuple[Annotated, ...]:
    """One run of each article, the others with it; where none is named, the first with a violation."""
    by_key: dict[str, list[Annotated]] = {}
    for run in runs:
        by_key.setdefault(run.article.key, []).append(run)
    return tuple(_one(group, project) for group in by_key.values())


def twice(article: Article, others: Sequence[Article]) -> Finding:
    """The violation for an article whose key others have too."""
    where = " and ".join(f"{one.file}, line {one.line}" if one.line else one.file for one in others)
    same = all(other.key == article.key for other in others)
    how = "the same key" if same else "a key that differs only by case"
    message = f"The article's key `{article.key}` is not its own: {where} has {how}."
    hint = "Give one of them another `article.key`, or rename its file."
    place = (article.file, article.line, Severity.VIOLATION, "duplicate-article", message, hint)
    return replace(Finding(*place), words=article.key, article=article.key)


def _one(runs: Sequence[Annotated], project: Project) -> Annotated:
    if len(runs) == 1:
        return runs[0]
    alike = [run for run in runs if sum(other.who == run.who for other in runs) > 1]
    curated = [run for run in runs if run.article.curated]
    named = [run for name in _order(runs, project) for run in runs if run.who == name]
    if alike:
        return _none(runs, _alike(alike))
    if len(curated) == 1:
        return _apart(curated[0], runs)
    if named and not curated:
        return _apart(named[0], runs)
    return _none(runs, (_unnamed(curated or runs, project),))


def _order(runs: Sequence[Annotated], project: Project) -> tuple[str, ...]:
    """What the project says of these files."""
    for rule in project.readers:
        if rule.publish and any(rule.matches(run.article.file) for run in runs):
            return rule.publish
    return project.publish


def _apart(one: Annotated, runs: Sequence[Annotated]) -> Annotated:
    others = tuple(_told(run, one) for run in runs if run is not one)
    return replace(one, runs=others)


def _told(run: Annotated, one: Annotated) -> Annotated:
    article = run.article
    message = f"This run, by {run.who}, is not published: the one by {one.who} ({one.article.file}) is."
    place = (article.file, article.line, Severity.INFO, "run-aside", message)
    aside = Finding(*place, words=run.who, article=article.key)
    return replace(run, findings=(*run.findings, aside), aside=True)


def _none(runs: Sequence[Annotated], why: tuple[Finding, ...]) -> Annotated:
    """Nothing is published; the first run stands for the article, so that it is looked at at all."""
    first, *others = runs
    aside = tuple(replace(run, aside=True) for run in others)
    return replace(first, findings=(*first.findings, *why), runs=aside)


def _alike(runs: Sequence[Annotated]) -> tuple[Finding, ...]:
    found = []
    for run in runs:
        article = run.article
        others = ", ".join(f"{other.article.file}" for other in runs if other is not run)
        message = f"Two runs of the article `{article.key}` are by {run.who}, here and in {others}."
        hint = "Runs are told apart by `annotator`: name another one, or remove one of the files."
        place = (article.file, article.line, Severity.VIOLATION, "runs-alike", message, hint)
        found.append(Finding(*place, words=run.who, article=article.key))
    return tuple(found)


def _unnamed(runs: Sequence[Annotated], project: Project) -> Finding:
    article = runs[0].article
    listed = ", ".join(f"{run.who} ({run.article.file})" for run in runs)
    message = f"The article `{article.key}` has {len(runs)} runs, and none is chosen: {listed}."
    names = [run.who for run in runs]
    wanted = _order(runs, project)
    near = next((n for name in wanted for n in get_close_matches(name, names, n=1)), "")
    if wanted:
        message += f" dkg.toml says publish = {', '.join(wanted)}."
    hint = f'Say in dkg.toml which is published: [ingest] publish = "{near or names[0]}"; or curate them.'
    place = (article.file, article.line, Severity.VIOLATION, "several-runs", message, hint)
    return Finding(*place, words=", ".join(names), article=article.key)

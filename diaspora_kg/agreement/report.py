"""The agreement report of a project: layer by layer, over all articles and for each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from diaspora_kg.agreement.units import Coded, Layers, Rating, counted, words_of
from diaspora_kg.article import Article
from diaspora_kg.errors import UsageError
from diaspora_kg.pipeline import Prepared, Progress, Words, run
from diaspora_kg.pipeline.texts import text_of
from diaspora_kg.project import Project
from diaspora_kg.trust import Trusted
from diaspora_kg.visible import visible


@dataclass(frozen=True, slots=True)
class Measure:
    """One layer: how many units at least two runs give a value, on how many all agree, and alpha.

    ``alpha`` is ``None`` where it says nothing: fewer than two units, or only one value anywhere.
    """

    layer: str
    units: int
    agreed: int
    alpha: float | None


@dataclass(frozen=True)
class Coder:
    """One run: who made it, in which file, and how much was marked."""

    annotator: str
    file: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Compared:
    """One article with several runs; ``left_out`` are runs that cannot be compared, each with the reason."""

    article: str
    runs: tuple[Coder, ...]
    layers: tuple[Measure, ...]
    left_out: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Agreement:
    """The layers over all articles, and each article."""

    layers: tuple[Measure, ...]
    articles: tuple[Compared, ...]


def agreement(
    project: Project,
    wanted: Callable[[Article], bool] = lambda _: True,
    *,
    trusted: Trusted = False,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Agreement:
    """Compare the runs of every article that has several.

    Raises :class:`UsageError` where nltk is not installed, which computes alpha.
    """
    alpha = _alpha()
    done = run(project, jobs=jobs, trusted=trusted, wanted=wanted, progress=progress, several=True)
    total: dict[str, list[Rating]] = {}
    kinds = {entry.key: entry.kind for entry in done.register.entries}
    several = [prepared for prepared in done.articles if prepared.runs]
    articles = tuple(_compared(project, prepared, kinds, total, alpha) for prepared in several)
    return Agreement(tuple(_measures(total.items(), alpha)), articles)


def as_json(report: Agreement) -> str:
    """The report as JSON (schema: docs/reference/agreement.schema.json)."""
    return json.dumps(asdict(report), ensure_ascii=False, indent=2)


def as_text(report: Agreement) -> str:
    """The report for people: all articles first."""
    if not report.articles:
        return "No article has several runs."
    many = len(report.articles)
    lines = [f"{many} article{'s' if many > 1 else ''} with several runs", *_table(report.layers)]
    for one in report.articles:
        lines += ["", one.article]
        for coder in one.runs:
            counts = ", ".join(f"{number} {what}" for what, number in coder.counts.items())
            lines.append(f"  {coder.annotator} ({coder.file}): {counts}")
        lines += [f"  left out: {who}: {why}" for who, why in one.left_out]
        lines += _table(one.layers)
    return "\n".join(map(visible, lines))


def _table(measures: Sequence[Measure]) -> Iterator[str]:
    if measures:
        yield f"  {'layer':<30}{'units':>8}{'agreed':>8}{'alpha':>8}"
    for one in measures:
        alpha = "-" if one.alpha is None else f"{one.alpha:.3f}"
        yield f"  {one.layer:<30}{one.units:>8}{one.agreed:>8}{alpha:>8}"


def _compared(
    project: Project,
    prepared: Prepared,
    kinds: Mapping[str, str],
    total: dict[str, list[Rating]],
    alpha: Callable[..., float],
) -> Compared:
    runs = (prepared, *prepared.runs)
    read = [one for one in runs if one.words is Words.TEXT]
    same = [one for one in read if one.article.text_sha256 == read[0].article.text_sha256]
    why = [(one, "its text is not at hand") for one in runs if one not in read]
    why += [(one, "it is of another text") for one in read if one not in same]
    coded = [Coded(_who(one), one.article, kinds) for one in same]
    layers: list[tuple[str, list[Rating]]] = []
    if len(coded) > 1:
        text = text_of(project, same[0].article)
        layers = [(name, ratings) for name, ratings in Layers(coded, words_of(text)).ratings() if ratings]
    for name, ratings in layers:
        key = prepared.article.key
        total.setdefault(name, []).extend((who, f"{key} {unit}", value) for who, unit, value in ratings)
    return Compared(
        prepared.article.key,
        tuple(Coder(_who(one), one.article.file, counted(one.article)) for one in runs),
        tuple(_measures(layers, alpha)),
        tuple((f"{_who(one)} ({one.article.file})", reason) for one, reason in why),
    )


def _who(one: Prepared) -> str:
    return one.article.annotator or one.reader


def _measures(layers: Iterable[tuple[str, list[Rating]]], alpha: Callable[..., float]) -> Iterator[Measure]:
    for name, ratings in layers:
        units: dict[str, list[str]] = {}
        for _, unit, value in ratings:
            units.setdefault(unit, []).append(value)
        shared = {unit: values for unit, values in units.items() if len(values) > 1}
        if not shared:
            continue
        agreed = sum(len(set(values)) == 1 for values in shared.values())
        values = {value for each in shared.values() for value in each}
        worth = len(shared) > 1 and len(values) > 1
        compared = [rating for rating in ratings if rating[1] in shared]
        yield Measure(name, len(shared), agreed, round(alpha(compared), 6) if worth else None)


def _alpha() -> Callable[[list[Rating]], float]:
    try:
        from nltk.metrics.agreement import AnnotationTask  # noqa: PLC0415 - an optional part, slow to load
    except ImportError:
        hint = 'Install it: pip install "diaspora-kg[agreement]"'
        raise UsageError(
            f"Krippendorff's alpha is computed by nltk, which is not installed. {hint}"
        ) from None

    def alpha(ratings: list[Rating]) -> float:
        task: Any = AnnotationTask(data=ratings)
        return float(task.alpha())

    return alpha

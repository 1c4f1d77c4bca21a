"""Which script takes a file, with which label map; and what to say where that is not settled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from diaspora_kg import loader
from diaspora_kg.errors import DkgError, Finding, Severity
from diaspora_kg.light import light
from diaspora_kg.loader import Script
from diaspora_kg.pipeline.files import InputFile
from diaspora_kg.pipeline.setting import Setting
from diaspora_kg.reading import LabelFile, ReadResult
from diaspora_kg.settings.rules import ReaderRule


@light
@dataclass(frozen=True)
class Taker:
    """The script for a file, and the label map for it; ``named`` is that map's name, be there one or not."""

    script: Script
    labels: LabelFile | None = None
    named: str = ""

    @property
    def counts(self) -> str:
        """What line numbers of the script count, where not lines."""
        return str(getattr(loader.load(self.script), "COUNTS", ""))


def taker(item: InputFile, head: bytes, setting: Setting) -> Taker | Finding:
    """The script that takes a file; raises :class:`~diaspora_kg.loader.ScriptFailed`."""
    rules = [rule for rule in setting.project.readers if rule.matches(item.file)]
    script = _script(item, head, setting, rules)
    if isinstance(script, Finding):
        return script
    wanted = next((rule.labels for rule in rules if rule.labels), "")
    named = wanted or str(getattr(loader.load(script), "LABELS", ""))
    labels = next((one for one in setting.labels if one.name == named), None)
    if wanted and labels is None:
        return _unknown_labels(item.file, wanted, setting.labels)
    return Taker(script, labels, named)


def _script(item: InputFile, head: bytes, setting: Setting, rules: Sequence[ReaderRule]) -> Script | Finding:
    rule = next((rule for rule in rules if rule.reader), None)
    if rule is not None:
        named = [script for script in setting.scripts if script.name == rule.reader]
        return named[-1] if named else _unknown_reader(item.file, rule.reader, setting.scripts)
    able = setting.scripts_for(item.path.suffix.lower())
    takers = [script for script in able if loader.accepts(script, item.path, head)]
    if len(takers) == 1:
        return takers[0]
    return _ambiguous(item.file, takers) if takers else _nobody(item, setting.scripts)


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
    hint = _known(name, (script.name for script in scripts))
    return Finding(file, 0, Severity.VIOLATION, "unknown-reader", message, hint)


def _unknown_labels(file: str, name: str, labels: Sequence[LabelFile]) -> Finding:
    message = f'dkg.toml names the label map "{name}" for this file, and there is none.'
    hint = f"{_known(name, (one.name for one in labels))} A map is ingest/labels/NAME.toml."
    return Finding(file, 0, Severity.VIOLATION, "unknown-labels", message, hint)


def _known(name: str, names: Iterable[str]) -> str:
    known = sorted(set(names))
    near = get_close_matches(name, known, n=1)
    return (f"Did you mean {near[0]}? " if near else "") + f"There are: {', '.join(known) or 'none'}."


def bare(result: ReadResult, file: str) -> tuple[Finding, ...]:
    """The warning for an annotation that has a header and nothing else."""
    message = "This annotation has a header and nothing else, so the article says nothing yet."
    hint = "Mark what it says under `statements`, `headline` or `article-says`."
    return tuple(
        Finding(file, article.line, Severity.WARNING, "header-only", message, hint, article=article.key)
        for article in result.articles
    )


def failed(file: str, error: DkgError) -> Finding:
    """The violation for a file on which its script failed."""
    message = f"The reader script failed: {error}"
    return Finding(file, 0, Severity.VIOLATION, "script-failed", message, "Mend the script.")

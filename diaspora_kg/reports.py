"""Findings as a person, a spreadsheet or a CI server reads them.

Every text comes from files that may be hostile: control characters are shown as escapes, so that
no finding can move the cursor or recolour the terminal; CSV cells never start a formula.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from xml.etree import ElementTree as ET

from diaspora_kg.errors import Finding, Severity
from diaspora_kg.visible import visible

MANY = 60
"""So many findings are told one by one; more are grouped by rule."""

_ROOM = 160  # characters of the researcher's words that a finding repeats
_NARROW = 72  # and of one among many


def _shortened(words: str, room: int = _ROOM) -> str:
    words = " ".join(words.split())
    return words if len(words) <= room else words[: room - 2] + " …"


def as_text(findings: Sequence[Finding]) -> str:
    """One block a finding, ``file:line: severity: message``, as editors and people read it.

    Many of them are grouped by rule: what is wrong and how to mend it once, then a line for each place.
    """
    if len(findings) > MANY:
        return _by_rule(findings)
    blocks = []
    for finding in findings:
        place = f"{finding.file}:{finding.line}" if finding.line else finding.file
        lines = [f"{visible(place)}: {finding.severity}: {visible(finding.message)}"]
        if finding.words:
            lines.append(f"    words: {visible(_shortened(finding.words))}")
        if finding.hint:
            lines.append(f"    hint:  {visible(finding.hint)}")
        lines.append(f"    code:  {finding.code}")
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def _by_rule(findings: Sequence[Finding]) -> str:
    """Violations first, and of each severity the rule that is broken most."""
    rules: defaultdict[tuple[Severity, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        rules[finding.severity, finding.code].append(finding)
    levels = list(Severity)
    order = sorted(rules, key=lambda rule: (levels.index(rule[0]), -len(rules[rule]), rule[1]))
    wide = len(str(max(map(len, rules.values()))))
    head = [f"{len(findings)} findings by {counted(len(rules), 'rule')}:"]
    head += [f"    {level:9}  {len(rules[level, code]):{wide}}  {code}" for level, code in order]
    return "\n\n".join(["\n".join(head), *("\n".join(_rule(rules[rule])) for rule in order)])


def _rule(findings: Sequence[Finding]) -> Iterator[str]:
    """One rule: its message and hint, then its places; where a message or hint is another, with that."""
    (message, hint), _ = Counter((finding.message, finding.hint) for finding in findings).most_common(1)[0]
    first = findings[0]
    yield f"{first.severity}: {visible(message)}"
    if hint:
        yield f"    hint:  {visible(hint)}"
    yield f"    code:  {first.code}, {counted(len(findings), 'time')}"
    for finding in findings:
        place = f"{finding.file}:{finding.line}" if finding.line else finding.file
        own = [finding.message] if finding.message != message else []
        own += [finding.hint] if finding.hint not in {hint, ""} else []
        said = " ".join([_shortened(finding.words, _NARROW), *own]).strip()
        yield visible(f"    {place}: {said}" if said else f"    {place}")


def as_json(findings: Sequence[Finding]) -> str:
    """A JSON object with the findings and their counts (schema: docs/reference/findings.schema.json)."""
    body = {"findings": [asdict(f) for f in findings], "counts": counts(findings)}
    return json.dumps(body, ensure_ascii=False, indent=2)


def as_csv(findings: Sequence[Finding]) -> str:
    """A table with one row a finding (RFC 4180)."""
    buffer = io.StringIO()
    columns = list(Finding.__dataclass_fields__)
    writer = csv.DictWriter(buffer, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in asdict(f).items()} for f in findings)
    return buffer.getvalue()


def _cell(value: object) -> str:
    """A leading quotation mark keeps a spreadsheet from running the cell as a formula."""
    text = visible(str(value))
    return "'" + text if text[:1] in {"=", "+", "-", "@"} else text


def as_junit(findings: Sequence[Finding]) -> str:
    """JUnit XML as CI servers read it: a suite a file, a failure a violation."""
    root = ET.Element("testsuites", name="dkg check")
    for file, of_file in groupby(sorted(findings), key=lambda f: f.file):
        members = list(of_file)
        failures = sum(f.severity is Severity.VIOLATION for f in members)
        suite = ET.SubElement(root, "testsuite", name=file, tests=str(len(members)), failures=str(failures))
        for finding in members:
            case = ET.SubElement(
                suite, "testcase", classname=visible(file), name=f"{finding.code}:{finding.line}"
            )
            tag = "failure" if finding.severity is Severity.VIOLATION else "system-out"
            element = ET.SubElement(case, tag)
            element.text = visible(f"{file}:{finding.line}: {finding.message} {finding.hint}")
    return ET.tostring(root, encoding="unicode")


FORMATS: dict[str, Callable[[Sequence[Finding]], str]] = {
    "text": as_text,
    "json": as_json,
    "csv": as_csv,
    "junit": as_junit,
}


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """How many findings there are of each severity."""
    return {str(level): sum(f.severity is level for f in findings) for level in Severity}


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "article"), counted(0, "article")
    ('1 article', '0 articles')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def tally(findings: Sequence[Finding]) -> str:
    """The counts in words.

    >>> tally([])
    'no findings'
    """
    parts = [counted(n, name) for name, n in counts(findings).items() if n]
    return ", ".join(parts) or "no findings"


def exit_code(findings: Sequence[Finding], *, strict: bool = False) -> int:
    """1 where a finding is a violation, or with ``strict`` a warning; else 0."""
    levels = {Severity.VIOLATION, Severity.WARNING} if strict else {Severity.VIOLATION}
    return int(any(f.severity in levels for f in findings))

"""What a file claims, as articles: a text made of its records, and an annotation that rests on it.

A membership or a date of founding is no description, so the register has no place for it. Here each becomes a
line of text, and a claim in the article's own voice: the file says so, and nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from diaspora_kg.interchange.entities import Taken, Tie, tidy
from diaspora_kg.interchange.registered import Entries
from diaspora_kg.interchange.yamltext import Value, flow, scalar

_AT_ONCE = 400
"""Records of one article; more go on in a further one."""
_ROOM = 140  # characters of a name in a line of text


@dataclass(frozen=True, slots=True)
class Written:
    """One article: its stem, text and annotation, and how many claims it has."""

    stem: str
    text: str
    annotation: str
    claims: int


def articles(taken: Taken, entries: Entries, names: Mapping[str, str], stem: str) -> Iterator[Written]:
    """The articles for the ties of a file; ``names`` are what keys of the register are called."""
    telling = _Telling(taken, entries, names)
    ties = [tie for tie in taken.ties if telling.complete(tie)]
    for place in range(0, len(ties), _AT_ONCE):
        number = place // _AT_ONCE + 1
        yield telling.article(
            ties[place : place + _AT_ONCE], stem if number == 1 else f"{stem}-{number}", place
        )


class _Telling:
    def __init__(self, taken: Taken, entries: Entries, names: Mapping[str, str]) -> None:
        self._taken, self._keys, self._names = taken, entries.keys, names
        self._within = {one.id: one.within for one in taken.entities if one.kind == "post"}

    def complete(self, tie: Tie) -> bool:
        """Whether all that a tie links is in the register; a finding where not."""
        linked = [
            tie.member,
            *([tie.organization] if tie.organization else []),
            *([tie.post] if tie.post else []),
        ]
        if all(one in self._keys for one in linked):
            if tie.kind == "membership" and not (
                tie.organization or self._within.get(tie.post) in self._keys
            ):
                what = "A claim of an office is left out, since the file does not say what the office is in"
                self._taken.leave(tie.line, "no-ends", what, f"It is {tie.post[:80]}.")
                return False
            return True
        missing = next(one for one in linked if one not in self._keys)
        what = "A claim is left out, since what it links is not among the entities of this file"
        self._taken.leave(tie.line, "no-ends", what, f"It is {missing[:80]}.")
        return False

    def article(self, ties: Sequence[Tie], stem: str, before: int) -> Written:
        lines = [self._line(tie, before + number) for number, tie in enumerate(ties, 1)]
        title = f"Records of {self._taken.report.file}" + (f", from record {before + 1}" if before else "")
        text = f"{title}\n\n" + "\n\n".join(lines) + "\n"
        claims = (
            self._claim(tie, line, before + n)
            for n, (tie, line) in enumerate(zip(ties, lines, strict=True), 1)
        )
        return Written(stem, text, _HEAD.format(title=scalar(title)) + "".join(claims), len(ties))

    def _line(self, tie: Tie, number: int) -> str:
        """A record as a line of text, which no other line begins like."""
        told = f"Record {number} ({tidy(tie.id)[:60]}): {self._said(tie)}"
        return " ".join(told.replace("…", ". . .").replace("...", ". . .").split())

    def _said(self, tie: Tie) -> str:
        who = self._called(tie.member)
        if tie.kind != "membership":
            return f"{who}: {tie.kind} on {tie.starts}."
        office = f"holds the office {self._called(tie.post)}" if tie.post else "is a member"
        body = f" of {self._called(tie.organization)}" if tie.organization else ""
        since = f" from {tie.starts}" if tie.starts else ""
        until = f" until {tie.ends}" if tie.ends else ""
        return f"{who} {office}{body}{since}{until}."

    def _called(self, identifier: str) -> str:
        key = self._keys[identifier]
        return self._names.get(key, key)[:_ROOM]

    def _claim(self, tie: Tie, line: str, number: int) -> str:
        claim: dict[str, Value] = {
            "id": f"record-{number}",
            "says": self._said(tie)[:300],
            "content": self._content(tie),
            "quote": line,
        }
        return f"  - {flow(claim)}\n"

    def _content(self, tie: Tie) -> dict[str, Value]:
        key = self._keys[tie.member]
        if tie.kind != "membership":
            when: dict[str, Value] = {"date": tie.starts}
            return {"is": "status-change", "kind": tie.kind, "of": key, "when": when,
                    "not-stated": ["authority", "legal-basis"]}  # fmt: skip
        content: dict[str, Value] = {"is": "membership", "member": key}
        for name, identifier in (("organization", tie.organization), ("post", tie.post)):
            if identifier:
                content[name] = self._keys[identifier]
        dates = {"starts": tie.starts, "ends": tie.ends}
        content |= {name: {"date": date} for name, date in dates.items() if date}
        return content | ({"not-stated": silent} if (silent := _silent(dates.items())) else {})


def _silent(dates: Iterable[tuple[str, str]]) -> list[str]:
    return [name for name, date in dates if not date]


_HEAD = """\
# yaml-language-server: $schema=../.schema/article.schema.json
# Made by dkg link import: each claim is one record of the file, in the file's own voice. Complete the header.
format: 1
article:
  title: {title}
  language: en
  annotator: dkg link import
  not-stated: [author, url, publisher, published]

article-says:
"""

"""Locks: what an annotation's build reads off its text, kept without the words.

``x.lock`` stands in for a text that is withheld and not at hand (native-format.md, "Rights"). Its
first lines give the lock's version, the text's hash and length, and the annotation's hash; then
each request that was made of the text is one line: a hash of the request, and for each span of the
answer its position, region, whether it is quoted, flags, and the hash of its words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from diaspora_kg.article import Quoted, Region
from diaspora_kg.text import Answer, RealText, Request, Span, Trouble

VERSION = 1
"""The version of the lock's format that this program writes and reads."""

_SPAN = re.compile(
    rf"(\d+)-(\d+)/({'|'.join(Region)})/({'|'.join(Quoted)})/([bcefx]*)/([0-9a-f]{{64}})", re.ASCII
)
_DIGEST = re.compile(r"[0-9a-f]{32}")
_HEADER = (
    re.compile(r"format: (\d{1,9})", re.ASCII),
    re.compile(r"text: ([0-9a-f]{64}) (\d{1,12})", re.ASCII),
    re.compile(r"annotation: ([0-9a-f]{64})"),
)
_AGAIN = "write the lock again with `dkg check --lock`, where the text is"


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock's content; ``answers`` are by the digest of their request."""

    text_sha256: str
    length: int
    annotation_sha256: str
    answers: Mapping[str, Answer]


class LockMalformed(ValueError):
    """A lock that cannot be read: ``line`` counts from 1, ``trouble`` is for the researcher."""

    def __init__(self, line: int, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.line = line
        self.trouble = trouble


class LockedText:
    """A text that is not at hand, answering from its lock."""

    def __init__(self, lock: Lock) -> None:
        self._lock = lock

    @property
    def sha256(self) -> str:
        """SHA-256 of the text in UTF-8, in hex."""
        return self._lock.text_sha256

    @property
    def length(self) -> int:
        """The text's length in code points."""
        return self._lock.length

    def printed(self, span: Span) -> str | None:  # noqa: ARG002 - a lock holds no words
        """Nothing: the words are not at hand."""
        return None

    def ask(self, request: Request) -> Answer:
        """The recorded answer; trouble where the request was never made of the text."""
        answer = self._lock.answers.get(request.digest())
        missing = Trouble("lock-incomplete", "the lock holds no answer for these words", _AGAIN)
        return answer or Answer(trouble=missing)


def write_lock(view: RealText, annotation_sha256: str) -> bytes:
    """The lock of a text that has answered every request of the build; the same bytes each time."""
    lines = sorted(_line(request, answer) for request, answer in view.recorded.items())
    header = [f"format: {VERSION}", f"text: {view.sha256} {view.length}", f"annotation: {annotation_sha256}"]
    return ("\n".join([*header, *lines]) + "\n").encode("ascii")


def _line(request: Request, answer: Answer) -> str:
    return " ".join([request.digest(), *(_span(span) for span in answer.spans)])


def _span(span: Span) -> str:
    return f"{span.begin}-{span.end}/{span.region}/{span.quoted}/{span.flags}/{span.sha256}"


def read_lock(data: bytes) -> Lock:
    """Reads a lock.

    Raises :class:`LockMalformed` on a newer version, and on any line that this program did not
    write so.
    """
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise _malformed(data.count(b"\n", 0, error.start) + 1) from error
    fields = [_field(lines, number) for number in range(len(_HEADER))]
    if not lines[-1] == "":
        raise _malformed(len(lines))
    length = int(fields[1][1])
    answers: dict[str, Answer] = {}
    for number, line in enumerate(lines[len(_HEADER) : -1], len(_HEADER) + 1):
        digest, *spans = line.split(" ")
        if not _DIGEST.fullmatch(digest) or digest in answers:
            raise _malformed(number)
        answers[digest] = Answer(tuple(_read_span(span, length, number) for span in spans))
    return Lock(fields[1][0], length, fields[2][0], answers)


def _field(lines: list[str], number: int) -> tuple[str, ...]:
    match = _HEADER[number].fullmatch(lines[number]) if number < len(lines) else None
    if match is None:
        raise _malformed(number + 1)
    if number == 0 and int(match[1]) != VERSION:
        message = f"the lock has format {match[1]}; this program reads format {VERSION}"
        raise LockMalformed(1, Trouble("lock-version", message, "use the version of dkg that wrote it"))
    return match.groups()


def _read_span(written: str, length: int, line: int) -> Span:
    match = _SPAN.fullmatch(written)
    if match is None or not int(match[1]) < int(match[2]) <= length:
        raise _malformed(line)
    begin, end, region, quoted, flags, sha256 = match.groups()
    return Span(int(begin), int(end), Region(region), Quoted(quoted), sha256, flags)


def _malformed(line: int) -> LockMalformed:
    return LockMalformed(line, Trouble("lock-malformed", "this line of the lock cannot be read", _AGAIN))

"""The section ``article`` of an annotation: the text, its publication, its annotator, its rights."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import PurePosixPath

from diaspora_kg.amended import amended
from diaspora_kg.article import Article, When
from diaspora_kg.reading import Source
from diaspora_kg.reading.describe import describe
from diaspora_kg.reading.desk import Desk, many
from diaspora_kg.reading.fields import Fields
from diaspora_kg.reading.nodes import HEADER
from diaspora_kg.reading.values import read_anchors
from diaspora_kg.yamlnodes import View

WITHHELD = "withheld"

_SHA256 = re.compile(r"[0-9a-f]{64}")
_ARTICLE_KEY = re.compile(r"[^\W_][\w.-]*")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?")
_HEX = "Write the 64 hex digits that `sha256sum` or `dkg new` prints, in lower case."


def read_header(view: View | None, source: Source, desk: Desk) -> Article:
    """The article without its contents; a missing header is a finding and gives what is known."""
    bare = Article(
        source.key, source.file, "", "und", gloss_language=source.gloss_language, withheld=source.withheld
    )
    if view is None:
        hint = "Write it below `format: 1`, with title and language."
        desk.report.violation(1, "missing-key", "This file has no `article:`.", hint)
        return bare
    fields = desk.fields(view, "the article", "Write title and language below `article:`.")
    if fields is None:
        return bare
    desk.language = _required(fields, "language", desk, tag=True) or "und"
    gloss = fields.take("gloss-language")
    desk.gloss = (desk.tag(gloss) if gloss else "") or source.gloss_language
    found = amended(_written(fields, bare, desk), language=desk.language, gloss_language=desk.gloss)
    fields.audit()
    return found


def _written(fields: Fields, bare: Article, desk: Desk) -> Article:
    """What the header says beside its languages."""
    title = _required(fields, "title", desk)
    key, formerly = fields.take("key"), fields.take("formerly")
    text_file, withheld = _text(fields.take("text"), desk)
    sha, annotator, annotated = fields.take("text_sha256"), fields.take("annotator"), fields.take("annotated")
    said = describe(fields, HEADER, desk)
    published = next((value for value in said.pull("dkg:when") if isinstance(value, When)), None)
    desk.published = published.edtf or "" if published and published.not_before else ""
    return amended(
        bare,
        key=(_key(key, desk) if key else "") or bare.key,
        title=title,
        line=fields.line,
        formerly=tuple(old for item in many(formerly) if (old := _key(item, desk))),
        published=published,
        slots=tuple(said.slots),
        unknown=tuple(dict.fromkeys(said.unknown)),
        annotator=desk.text(annotator, "`annotator`") if annotator else "",
        annotated=read_time(annotated, desk) if annotated else "",
        withheld=withheld or bare.withheld,
        text_file=text_file,
        text_sha256=desk.matched(sha, "SHA-256", _SHA256, _HEX) if sha else "",
        skips=read_anchors(fields.take("skip"), desk),
    )


def _required(fields: Fields, key: str, desk: Desk, *, tag: bool = False) -> str:
    view = fields.take(key)
    if view is None and desk.short:
        return ""
    if view is None:
        hint = "Write the language of the article: en." if tag else "Write the headline as printed."
        desk.report.violation(fields.line, "missing-key", f"The article needs `{key}`.", hint)
        return ""
    return desk.tag(view) if tag else desk.text(view, f"`{key}`")


def _key(view: View, desk: Desk) -> str:
    hint = "Use letters, digits, dots and hyphens."
    return desk.matched(view, "key of an article", _ARTICLE_KEY, hint)


def _text(view: View | None, desk: Desk) -> tuple[str, bool]:
    """``text``: another file's name, or ``withheld``."""
    text = desk.text(view, "`text`") if view else ""
    if not view or not text:
        return "", False
    if text == WITHHELD:
        return "", True
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or "\\" in text or ":" in text:
        hint = f"Name a file beside the annotation, below the project's folder, or write `{WITHHELD}`."
        desk.refuse(view, "text-path", "The text must lie beside the annotation.", hint)
        return "", False
    return text, False


def read_time(view: View, desk: Desk) -> str:
    """A moment in UTC; a day alone stands for its beginning."""
    hint = "Write a day, 2024-05-31, or a moment with zone, 2024-05-31T10:00:00Z."
    text = desk.matched(view, "time", _TIME, hint)
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        desk.refuse(view, "impossible-date", "This day or time does not exist.", hint)
        return ""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

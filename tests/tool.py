"""A small annotation format for tests: JSON with texts inside or beside, annotators, and exact places.

The reader is a script of the project's own, as a research team would write it. A file holds one document
or a list of them: ``{"key", "text", "annotator", "curated", "title", "marks": [[begin, end, words]]}``.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.small import PLAIN_TEXT, write

SCRIPT = """
import json
import tomllib

from diaspora_kg.article import Anchor, Article, Claim, Form, Name, Node, Ref, Voice
from diaspora_kg.errors import Finding, Severity
from diaspora_kg.reading import ReadResult

SUFFIXES = (".tool", ".more")
LABELS = "plain"
BESIDE = (".part", "shared.conf")
COUNTS = "mark"


def sniff(head):
    return head.lstrip()[:1] in (b"{", b"[")


def read(source):
    documents = json.loads(source.data)
    documents = documents if isinstance(documents, list) else [documents]
    says = tomllib.loads(source.labels.data.decode())["about"] if source.labels else "It rained."
    says += (source.beside("shared.conf") or b"").decode().strip()
    part = source.beside(".part")
    articles, each = [], []
    for one in documents:
        marks = one.get("marks", []) + (json.loads(part) if part else [])
        articles.append(_article(one, marks, says, source))
        each.append(tuple(_findings(one, source)))
    return ReadResult(tuple(articles), (), each=tuple(each))


def _article(one, marks, says, source):
    anchors = [(number, Anchor(m[2], number, position=(m[0], m[1]))) for number, m in enumerate(marks, 1)]
    claims = [Claim(n, says, Voice.ARTICLE, key=f"mark{n}", anchors=(a,), about=_about(one, n))
              for n, a in anchors]
    return Article(
        one.get("key") and f"{source.key}.{one['key']}" or source.key, source.file,
        one.get("title", ""), one.get("language", "und"),
        annotator=one.get("annotator", ""), gloss_language=source.gloss_language, withheld=source.withheld,
        claims=tuple(claims), text=one.get("text"), exact=True, curated=one.get("curated", False),
        unknown=tuple(one.get("unknown", ["dkg:when", "dct:publisher"])),
    )


def _about(one, line):
    return (Ref(one["about"], line),) if "about" in one else None


def _findings(one, source):
    if "odd" in one:
        yield Finding(source.file, 1, Severity.VIOLATION, "odd-label", f"Nobody knows {one['odd']}.")
"""

TITLE = "Rain in Vesmark"
RAINED = [PLAIN_TEXT.index("It rained"), PLAIN_TEXT.index("It rained") + len("It rained"), "It rained"]


def document(**more: object) -> dict[str, object]:
    """One document of the plain text with one mark."""
    return {"title": TITLE, "language": "en", "marks": [RAINED], **more}


def label_map(root: Path, name: str, says: str) -> Path:
    """A label map of the project's own, in which the reader finds the words of every claim."""
    return write(root, f"ingest/labels/{name}.toml", f'format = 1\nabout = "{says}"\n')


def tool(root: Path, file: str, *documents: dict[str, object]) -> Path:
    """Write a file of this format."""
    what = documents[0] if len(documents) == 1 else list(documents)
    return write(root, f"articles/{file}", json.dumps(what))

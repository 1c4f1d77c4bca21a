"""A small fictional project for tests: two articles of one town and what they say of each other."""

from __future__ import annotations

from pathlib import Path

SETTINGS = 'format = 1\ntitle = "Small"\nbase = "https://example.org/small/"\nlanguages = ["en"]\n'

REGISTER = """\
format: 1
actors:
  herald: {is: organization, kind: media-outlet, names: [{en: Vesmark Herald}]}
"""

TEXT = """\
League opens a library

The Norland League has opened a library in Vesmark, its chair Ada Venn said. "We will add a reading
room," she said.
"""

ANNOTATION = """\
format: 1
article:
  title: League opens a library
  language: en
  annotator: Reviewer One
  publisher: herald
  published: {date: "2031-05-02", basis: annotator-estimate}
  not-stated: [author, url]
actors:
  league: {is: organization, kind: community-organization, names: [{en: Norland League}]}
  venn: {is: person, names: [{en: Ada Venn}], mentions: [she]}
posts:
  chair: {label: chair, in: league}
world:
  venn-chairs: {is: membership, member: venn, organization: league, post: chair, not-stated: [starts, ends]}
  reading-room: {is: event, kind: other, label: a reading room}
  promise: {is: undertaking, kind: commitment, by: [league], foresees: reading-room, label: to add one}
statements:
  remark:
    kind: remark
    by: [{who: venn, as: chair, for: {league: inferred}}]
    not-stated: [when]
    quote: its chair Ada Venn said
    claims:
      - {id: opened, says: The League has opened a library., about: league, quote: has opened a library}
      - {id: will-add, says: The League will add a room., content: promise, quote: We will add a reading room}
article-says:
  - {id: chairs, says: Ada Venn chairs the League., content: venn-chairs, quote: its chair Ada Venn}
"""

LATER_TEXT = """\
Reading room opens

The reading room that the League promised is open, the Herald learned.
"""

LATER = """\
format: 1
article:
  title: Reading room opens
  language: en
  annotator: Reviewer One
  publisher: herald
  published: {date: "2031-09-01", basis: annotator-estimate}
  not-stated: [author, url]
article-says:
  - id: kept
    says: The reading room is open.
    fulfilment: reported-done
    content: library.promise
    quote: is open
"""

PLAIN_TEXT = "Rain in Vesmark\n\nIt rained in Vesmark on Friday.\n"


def plain(number: int = 0, *, quote: str = "It rained in Vesmark", says: str = "It rained.") -> str:
    """The annotation of :data:`PLAIN_TEXT`: one claim that stands alone."""
    return f"""\
format: 1
article:
  title: Rain in Vesmark
  language: en
  annotator: Reviewer {number}
  not-stated: [author, url, publisher, published]
article-says:
  - {{id: rain, says: {says}, quote: {quote}}}
"""


def project(root: Path, **files: str | bytes) -> Path:
    """The two articles in a new project, with further files by path (``__`` for ``/``, ``_`` for ``.``)."""
    root.mkdir(parents=True)
    write(root, "dkg.toml", SETTINGS)
    write(root, "register.yaml", REGISTER)
    article(root, "library", TEXT, ANNOTATION)
    article(root, "later", LATER_TEXT, LATER)
    for name, content in files.items():
        write(root, name.replace("__", "/").replace("_", "."), content)
    return root


def article(root: Path, stem: str, text: str | bytes = PLAIN_TEXT, annotation: str | bytes = "") -> Path:
    """Write one article and its annotation; the path of the annotation."""
    write(root, f"articles/{stem}.txt", text)
    return write(root, f"articles/{stem}.yaml", annotation or plain())


def write(root: Path, file: str, content: str | bytes) -> Path:
    """Write one file, its folders included."""
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path

"""The skeleton of an annotation for a text that has none yet (``dkg new FILE.txt``).

It reads without a finding: what the header says is either read off the text or said to be silent until
the researcher fills it in, and every section waits in comments.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from diaspora_kg.article import Node

SCHEMA = "../.schema/article.schema.json"
"""Where editors find the schema from a file in ``articles/``."""

_LANGUAGES = {
    "CYRILLIC": "ru",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "GREEK": "el",
    "HEBREW": "he",
    "ARABIC": "ar",
}

_SECTION_OF = {"post": "posts", "place": "places"}
_TITLE_LENGTH = 300

_HEAD = """\
# yaml-language-server: $schema={schema}
# The annotation of {file}. Every key is explained in docs/native-format.md.
format: 1
article:
  title: {title}  # guessed: the first line of the text
  language: {language}  # guessed: of the text
  text_sha256: {sha256}
  # Fill in what the text or its page says; what it does not say stays not-stated.
  publisher: not-stated  # the key of an actor below
  author: not-stated  # likewise
  url: not-stated
  published: not-stated  # {{date: "2031-04-25", words: as printed}}
  # annotator: your name
  # skip: [first words … last words]  # page furniture: what is no part of the article
"""
_ACTORS = """
actors:  # who acts or is spoken of
  # union: {is: organization, names: [{en: Union of Tarvians}], mentions: [the Union]}
  # orun: {is: person, names: [{en: Davit Orun}]}
"""
_POSTS = """
posts:  # offices, with or without a holder
  # chair: {label: chair of the Union, in: union}
"""
_PLACES = """
places:
  # halm: {names: [{en: Halm}]}
"""
_REST = """
world:  # described here, asserted by nobody until a claim has it as its content
  # founding: {is: status-change, kind: founding, of: union, not-stated: [when, authority, legal-basis]}

statements:  # who spoke or signed, and what was claimed
  # remark:
  #   kind: remark
  #   by: [{who: orun, as: chair, for: {union: inferred}}]
  #   not-stated: [when]
  #   quote: words that tell of the remark
  #   claims:
  #     - says: What is claimed, in your own words.
  #       content: founding
  #       quote: first words … last words

headline:  # claims of the headline

article-says:  # claims in the article's own voice
"""


def skeleton(
    text: str,
    file: str,
    *,
    language: str = "en",
    register: Iterable[Node] = (),
    schema: str = SCHEMA,
) -> str:
    """The YAML to begin with; ``register`` gives entries whose names are looked for in the text."""
    suggested = _suggestions(text, register)
    head = _HEAD.format(
        schema=_line(schema),
        file=_line(file),
        title=json.dumps(_title(text), ensure_ascii=False),
        language=language,
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
    )
    parts = [(_ACTORS, "actors"), (_POSTS, "posts"), (_PLACES, "places")]
    return head + "".join(part + "".join(suggested.get(name, ())) for part, name in parts) + _REST


def guessed_language(text: str, default: str) -> str:
    """A language that is often written in the script of most letters; ``default`` for other scripts.

    >>> guessed_language("Союз ликвидирован", "en"), guessed_language("Միություն", "en")
    ('ru', 'hy')
    """
    scripts = Counter(unicodedata.name(char, "").partition(" ")[0] for char in text if char.isalpha())
    most = scripts.most_common(1)
    return _LANGUAGES.get(most[0][0], default) if most else default


def _title(text: str) -> str:
    first = next((line for line in text.splitlines() if _line(line)), "")
    return _line(first)[:_TITLE_LENGTH] or "(no title)"


def _line(words: str) -> str:
    """The words on one line, without characters that cannot be printed."""
    return "".join(char for char in " ".join(words.split()) if char.isprintable())


def _suggestions(text: str, register: Iterable[Node]) -> dict[str, list[str]]:
    """Comment lines by section, for each entry of the register that a name in the text may mean."""
    collapsed = " ".join(text.split())
    found: dict[str, list[str]] = {}
    for node in register:
        forms = dict.fromkeys(" ".join(form.split()) for form in (name.form for name in node.names))
        seen = [form for form in forms if _occurs(form, collapsed)]
        if seen:
            words = ", ".join(json.dumps(_line(form), ensure_ascii=False) for form in seen)
            line = f"  # {node.key}: {{mentions: [{words}]}}  # in the register; is it the one meant?\n"
            found.setdefault(_SECTION_OF.get(node.kind, "actors"), []).append(line)
    return found


def _occurs(form: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text) is not None

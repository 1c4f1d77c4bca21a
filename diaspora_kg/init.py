"""`dkg init`: a project folder that builds at once, empty or with the demo in it."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from pathlib import Path

from diaspora_kg.content import content
from diaspora_kg.editors import equip, localize
from diaspora_kg.errors import UsageError

_SETTINGS = """\
format = 1
title = {title}
# Every IRI of the graph begins with this address. Choose it before you publish: it stays.
base = "https://example.org/{slug}/"
# Languages of paraphrases and labels, the first by default.
languages = ["en"]
# licence = "CC-BY-4.0"
# "withheld": no text leaves this machine but short quotes.
text = "open"
"""

_REGISTER = """\
# yaml-language-server: $schema=.schema/register.schema.json
# Known entities: a key that is declared here means the same in every article.
format: 1

actors: {}
posts: {}
places: {}
"""

_README = """\
# {title}

    articles/       x.txt is an article, never edited; x.yaml beside it says what it says
    register.yaml   entities that several articles speak of
    decisions.tsv   which records of several articles are one; `dkg link decide` adds to it
    dkg.toml        settings
    docs/           the annotation format, the saved queries and the decisions, key by key
    .schema/        JSON Schemas, with which an editor completes keys and marks mistakes
    .dkg/           made by `dkg build`, never edited

1. Put an article's text into `articles/`, for example `articles/first.txt` (plain text, UTF-8).
2. `dkg new articles/first.txt` writes a skeleton of its annotation, `articles/first.yaml`. Fill it in;
   [docs/native-format.md](docs/native-format.md) explains every key.
3. `dkg check` says what is wrong, with file and line, and how to mend it. `dkg build` publishes the graph.
4. `dkg query list` shows the questions that can be asked, `dkg query run NAME --evidence` the answers with
   the words that they rest on, and `dkg why KEY` everything that is said of one node.
"""


def init(folder: Path, *, demo: bool = False) -> Path:
    """Make a project in a folder that does not exist yet or is empty; with ``demo``, the fictional one.

    Raises :class:`UsageError` when something is there already, and nothing is touched.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty. Choose another folder.")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file. Choose another name.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _demo(folder) if demo else _empty(folder)
        equip(folder)
        (folder / ".gitignore").write_text(".dkg/\n", "utf-8")
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror or error}") from error
    return folder


def slug(name: str) -> str:
    """A folder's name as one part of an address.

    >>> slug("Tarvia, 2018"), slug("Диаспора")
    ('tarvia-2018', 'mygraph')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "mygraph"


def _demo(folder: Path) -> None:
    shutil.copytree(content("examples", "demo"), folder, dirs_exist_ok=True, ignore=_derived)
    localize(folder)


def _derived(_folder: str, names: list[str]) -> set[str]:
    return {".dkg", "site"} & set(names)


def _empty(folder: Path) -> None:
    title = "".join(char for char in folder.resolve().name if char.isprintable()) or "My graph"
    (folder / "articles").mkdir()
    (folder / "articles" / ".gitkeep").write_text("", "utf-8")
    # A JSON string of characters that can be printed is a TOML string.
    settings = _SETTINGS.format(title=json.dumps(title, ensure_ascii=False), slug=slug(title))
    (folder / "dkg.toml").write_text(settings, "utf-8")
    (folder / "register.yaml").write_text(_REGISTER, "utf-8")
    (folder / "README.md").write_text(_README.format(title=title), "utf-8")

"""`dkg export annotations`: articles for an annotation tool, with what is known of them as pre-annotation.

Each article becomes the tool's file and a header in YAML, which holds what the tool has no place for. An
article whose text is withheld is written only where the text is at hand, into a folder whose name says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from diaspora_kg.article import Article, Node
from diaspora_kg.errors import UsageError
from diaspora_kg.identity import Entry as Record
from diaspora_kg.marked.written import Written, plain, written_header
from diaspora_kg.pipeline import Progress, run
from diaspora_kg.pipeline.prepare import text_path
from diaspora_kg.project import Project, is_leftover
from diaspora_kg.returned.bratfiles import brat_files
from diaspora_kg.returned.entries import Entry, given_back
from diaspora_kg.trust import Trusted

WITHHELD = "texts-not-to-be-published"
"""The folder for files that hold a text which the project keeps back."""

README = """\
# These texts must not be published

The project withholds the texts of the articles in this folder (`text: withheld`). They were written here
because they are at hand on this computer, so that they can be annotated. Keep the folder out of version
control and off shared drives, and delete it when the annotations are back.

To bring them back, copy the files of the articles (not this one) into the project's `articles/`.
"""


@dataclass(frozen=True)
class Given:
    """One article to be written: ``iris`` are those of register entries by key, ``names`` their names."""

    article: Article
    text: str
    entries: tuple[Entry, ...]
    header: Mapping[str, Written]
    iris: Mapping[str, str]
    names: Mapping[str, str]


@dataclass(frozen=True)
class Exported:
    """What was written (paths below the folder), and what was not: articles with the reason."""

    files: tuple[str, ...]
    left: tuple[tuple[str, str], ...]


Writer = Callable[[Given], Mapping[str, bytes]]
"""Makes the files of one article: contents by suffix."""


def cas_json_files(given: Given) -> Mapping[str, bytes]:
    """UIMA CAS JSON."""
    if find_spec("cassis") is None:
        raise UsageError('CAS JSON needs dkpro-cassis: pip install "diaspora-kg[cas]".')
    # The library takes long to load, and no other format needs it.
    from diaspora_kg.returned.casjson import cas_json  # noqa: PLC0415

    data = cas_json(given.text, given.entries, given.header, name=f"{given.article.key}.txt", iris=given.iris)
    return {".json": data}


def brat_annotation(given: Given) -> Mapping[str, bytes]:
    """Brat standoff in our own tag set."""
    return brat_files(given.text, given.entries, given.names)


FORMATS: Mapping[str, Writer] = {"brat": brat_annotation, "cas-json": cas_json_files}
"""The formats, by the name that the command takes."""


def export_annotations(
    project: Project,
    form: str,
    out: Path,
    wanted: Callable[[Article], bool] = lambda _: True,
    *,
    trusted: Trusted = False,
    progress: Progress | None = None,
) -> Exported:
    """Write the articles that are ``wanted`` into a folder, those that can be.

    Of several runs it is the published one. Raises :class:`UsageError` where it cannot be written.
    """
    done = run(project, trusted=trusted, wanted=wanted, progress=progress)
    kinds = {entry.key: _kind(entry) for entry in done.register.entries}
    names = {entry.key: _name(entry) for entry in done.register.entries}
    iris = {key: project.names.node(kind, key) for key, kind in kinds.items()}
    files: list[str] = []
    left: list[tuple[str, str]] = []
    for prepared in done.articles:
        article = prepared.article
        text = _text(project, article)
        if text is None:
            left.append((article.key, "its text is not at hand"))
        elif not prepared.valid:
            left.append((article.key, "it has violations (dkg check)"))
        elif not _is_file_name(article.key):
            left.append((article.key, "its key cannot be the name of a file"))
        else:
            entries = given_back(article, text, kinds)
            given = Given(article, text, entries, written_header(article), iris, names)
            files += _write(given, FORMATS[form], out)
    return Exported(tuple(files), tuple(left))


def _text(project: Project, article: Article) -> str | None:
    if article.text is not None:
        return article.text
    path = text_path(project, article)
    try:
        return path.read_bytes().decode("utf-8") if project.holds(path) else None
    except (OSError, UnicodeDecodeError):
        return None


def _kind(entry: Record) -> str:
    return entry.record.kind if isinstance(entry.record, Node) else "statement"


def _name(entry: Record) -> str:
    names = entry.record.names if isinstance(entry.record, Node) else ()
    return " ".join(names[0].form.split()) if names else entry.key


def _is_file_name(key: str) -> bool:
    """Whether files can be called so on any computer, and are read again."""
    return key.isprintable() and not is_leftover(key) and not set(key) & set('/\\:*?"<>|')


def _write(given: Given, writer: Writer, out: Path) -> Iterator[str]:
    folder = out / WITHHELD if given.article.withheld else out
    contents = {**writer(given), ".yaml": _header(given)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if given.article.withheld:
            (folder / "README.md").write_text(README, "utf-8")
        for suffix, data in contents.items():
            path = folder / f"{given.article.key}{suffix}"
            if path.is_symlink():
                raise UsageError(f"{path} is a link, and nothing is written through it.")
            path.write_bytes(data)
            yield path.relative_to(out).as_posix()
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}.") from error


def _header(given: Given) -> bytes:
    """The header as YAML: JSON for every value, which YAML is."""
    lines = ["format: 1", "article:"]
    header = {**given.header, "text_sha256": given.article.text_sha256}
    for key, value in header.items():
        if value in {"", "und"} if isinstance(value, str) else False:
            continue
        lines.append(f"  {key}: {json.dumps(plain(value), ensure_ascii=False)}")
    return ("\n".join(lines) + "\n").encode()

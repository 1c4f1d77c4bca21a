"""A project folder and its settings: ``dkg.toml`` as one frozen value.

The file is read strictly: an unknown key, a wrong type and a newer format stop the command with the
line and what to write instead. Paths that leave the project through a symbolic link are never
followed: a cloned project is data.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from diaspora_kg.content import content
from diaspora_kg.credentials import Credentials
from diaspora_kg.errors import UsageError
from diaspora_kg.names import Names

FORMAT = 1
"""The version of ``dkg.toml`` that this program reads."""

SETTINGS = {
    "format": "version of this file, 1",
    "title": "what the graph is called",
    "base": "where its IRIs begin: an absolute http or https address that ends in a slash",
    "languages": "languages of paraphrases and labels; the first is the default",
    "licence": "the licence of the published graph",
    "text": '"open", or "withheld": no text leaves this machine but short quotes',
    "quote-words": "the longest quote, in words, that may leave when texts are withheld",
    "keep": "how many snapshots are kept",
    "store": "the address of a server that holds the graph, or a table [store]; its keys stand below",
    "serve": "table [serve]: what the server may spend; its keys stand below",
    "pages": "table [pages]: what dkg pages writes; its keys stand below",
    "validation": "table [validation]: what checks the articles against the shapes; its keys stand below",
    "ingest": 'tables [ingest."GLOB"] for the files that match, and [ingest] publish; keys stand below',
}
"""Every key of ``dkg.toml`` and what it means."""

STORE = {
    "url": "the address of the server, such as https://graph.example.org",
    "layout": "the make of the server: oxigraph (default), virtuoso, fuseki or graphdb",
    "query": "where it answers queries, if not where that make does",
    "update": "where it takes updates, if not where that make does",
    "graphs": "where it takes whole graphs (Graph Store Protocol), if not where that make does",
    "seconds": "the longest that an answer of it may take (default: 60)",
}
"""Every key of the table ``[store]`` and what it means."""

SERVE = {
    "seconds": "the longest that a query of anybody's may take",
    "saved-seconds": "the longest that a saved query may take",
    "stream-seconds": "the longest that a long answer may take once it has begun",
    "memory-mib": "the address space of one worker process, in MiB",
    "rows": "the most rows (or triples) of one answer",
    "answer-mib": "the longest answer, in MiB",
    "query-kib": "the longest query, in KiB",
    "queue": "how many queries may wait in each lane",
    "workers": "how many queries of anybody's run at once",
    "slow-workers": "how many of them run on when they turn out to be slow",
    "saved-workers": "how many saved queries run at once",
    "streams": "how many long answers are sent at once",
    "trusted-proxies": "addresses or networks whose X-Forwarded-For is believed",
    "public-url": "where the world finds this server, such as https://graph.example.org",
}
"""Every key of the table ``[serve]`` and what it means."""

PAGES = {
    "claims": "claims have pages of their own up to this number of articles; else they stand on others",
    "data": "data files of each node are written up to this number of articles",
    "base-url": "where the world finds the site, such as https://norland.example/pages",
    "languages": 'languages of the pages, such as ["ru", "en"]; each is written to a folder of its own',
    "server": "the address of a live server of the same graph, for what files cannot do",
    "texts": "true: pages show the whole text of articles whose text is open and at hand (default: false)",
}
"""Every key of the table ``[pages]`` and what it means."""

VALIDATION = {
    "engine": '"fast", with pyshacl for what it flags, or "pyshacl" for every article (far slower)',
    "sample": "the part of the articles without a fault that pyshacl checks again, from 0 to 1",
}
"""Every key of the table ``[validation]`` and what it means."""

INGEST = {
    "reader": "the script that reads these files, such as native, brat or cas",
    "labels": "the label map that says what their labels mean: ingest/labels/NAME.toml",
    "publish": "of several annotators of one article, the one who is published; or a list, the first counts",
}
"""Every key of a table ``[ingest."GLOB"]`` and what it means; ``publish`` stands in ``[ingest]`` too."""

_SERVE_LISTS = frozenset({"trusted-proxies"})
_SERVE_TEXTS = frozenset({"public-url"})

LAYOUTS = ("oxigraph", "virtuoso", "fuseki", "graphdb")
"""The makes of servers whose addresses are known."""

_LONGEST = 86_400  # seconds
_STORE = re.compile(r"https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.\-]+)(:[0-9]+)?(/[A-Za-z0-9\-._~%]+)*/?")
_BASE = re.compile(r"https?://[A-Za-z0-9.\-]+(:[0-9]+)?/([A-Za-z0-9\-._~]+/)*")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-]+(:[0-9]+)?(/[A-Za-z0-9\-._~]+)*/?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class ReaderRule:
    """What is settled for the files below ``articles/`` that match ``glob``: see :data:`INGEST`."""

    glob: str
    reader: str = ""
    labels: str = ""
    publish: tuple[str, ...] = ()

    def matches(self, file: str) -> bool:
        """Whether the rule settles this file, given relative to the project."""
        path = PurePosixPath(file)
        return path.match(self.glob) or path.match(f"articles/{self.glob}")


@dataclass(frozen=True)
class Project:
    """The settings of one project; ``root`` is its folder, resolved.

    ``asks`` says that whoever runs the program lets it connect to the ``store``: settings of a cloned project
    are a stranger's.
    """

    root: Path
    title: str
    base: str
    languages: tuple[str, ...] = ("en",)
    licence: str = ""
    withheld: bool = False
    quote_words: int = 15
    keep: int = 5
    readers: tuple[ReaderRule, ...] = ()
    publish: tuple[str, ...] = ()
    serve: Mapping[str, int | str | tuple[str, ...]] = field(default_factory=dict)
    pages: Mapping[str, object] = field(default_factory=dict)
    engine: str = "fast"
    sample: float = 0.002
    store: Mapping[str, str] = field(default_factory=dict)
    credentials: Credentials | None = field(default=None, repr=False, compare=False)
    asks: bool = field(default=False, compare=False)

    @classmethod
    def load(cls, folder: Path) -> Project:
        """Read ``dkg.toml``; raises :class:`UsageError` with its line when something is wrong."""
        root = folder.resolve()
        path = root / "dkg.toml"
        if not path.is_file():
            where = "This folder" if folder == Path() else str(folder)
            hint = "Go to a project's folder, name it with --project, or make one: dkg init NAME"
            raise UsageError(f"{where} holds no dkg.toml, so it is no project. {hint}")
        if not _inside(path, root):
            raise UsageError("dkg.toml is a link that leaves the project, and is not followed.")
        try:
            written = path.read_text("utf-8")
            table = tomllib.loads(written)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise UsageError(f"dkg.toml cannot be read: {error}") from error
        return _Reading(written, table).project(root)

    def may_ask(self) -> None:
        """Raises :class:`UsageError` where a store is named and nobody has said that it may be asked."""
        if self.store and not self.asks:
            raise UsageError(
                f"dkg.toml names the store {self.store['url']}, and you have not said that it may be "
                "asked. If it is the server that is meant, run: dkg trust"
            )

    @cached_property
    def names(self) -> Names:
        """Mints the IRIs of this project."""
        return Names(self.base)

    @property
    def gloss_language(self) -> str:
        """The language of paraphrases, unless an article says otherwise."""
        return self.languages[0]

    @property
    def articles(self) -> Path:
        """The folder of texts and annotations."""
        return self.root / "articles"

    @property
    def register(self) -> Path:
        """The file of known entities; it may be absent."""
        return self.root / "register.yaml"

    @property
    def decisions(self) -> Path:
        """The file of reviewed decisions on identity; it may be absent."""
        return self.root / "decisions.tsv"

    @property
    def derived(self) -> Path:
        """The folder of everything that is made and never edited: ``.dkg``."""
        return self.root / ".dkg"

    def folders(self, name: str) -> tuple[Path, ...]:
        """The bundled folder of that name (``ontology``, ``queries``), then the project's own.

        Raises :class:`UsageError` as :meth:`own` does.
        """
        own = self.own(name)
        return (content(name), own) if own else (content(name),)

    def own(self, name: str) -> Path | None:
        """The project's own folder of that name, ``None`` without one.

        Raises :class:`UsageError` for what cannot be read in it: a folder, a link that leaves the
        project, and what is no file (reading a pipe would wait for ever).
        """
        own = self.root / name
        if not own.is_dir():
            return None
        for path in (own, *_below(own, self)):
            where = self.relative(path)
            if path.is_symlink() and not self.holds(path):
                raise UsageError(f"{where} is a link that leaves the project, and is not followed.")
            if path.exists() and not (path.is_file() or path.is_dir()):
                raise UsageError(f"{where} is neither a file nor a folder. Remove it.")
        return own

    def holds(self, path: Path) -> bool:
        """Whether a path, its links followed, lies in the project."""
        return _inside(path, self.root)

    def relative(self, path: Path) -> str:
        """A path as findings name it: relative to the project, with forward slashes."""
        whole, folder = os.fspath(path), os.fspath(self.root) + os.sep
        if whole.startswith(folder) and not folder.endswith(os.sep * 2):
            return whole[len(folder) :].replace(os.sep, "/")
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name


def is_leftover(name: str) -> bool:
    """Whether a file is hidden or what an editor leaves behind, which is never read."""
    return name.startswith((".", "#")) or name.endswith("~")


class _Reading:
    """One pass over ``dkg.toml`` that takes each key and audits what is left."""

    def __init__(self, written: str, table: Mapping[str, object]) -> None:
        self.lines = written.splitlines()
        self.left = dict(table)

    def project(self, root: Path) -> Project:
        self.version()
        values = {
            "title": self.text("title", root.name),
            "licence": self.text("licence", ""),
            "base": self.base(),
            "languages": self.languages(),
            "withheld": self.choice("text", ("open", "withheld")) == "withheld",
            "quote_words": self.count("quote-words", 15),
            "keep": self.count("keep", 5),
            "publish": self.publish(),
            "readers": self.readers(),
            "serve": self.serve(),
            "pages": self.pages(),
            **self.validation(),
            "store": self.store(),
        }
        self.audit(self.left, tuple(SETTINGS))
        return Project(root, **values)  # type: ignore[arg-type]

    def fail(self, key: str, message: str) -> UsageError:
        spelled = re.compile(rf"\s*\[?\s*[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
        line = next((n for n, text in enumerate(self.lines, 1) if spelled.match(text)), 0)
        return UsageError(f"dkg.toml{f':{line}' if line else ''}: {message}")

    def version(self) -> None:
        version = self.left.pop("format", None)
        if version is None:
            raise UsageError(f"dkg.toml: no format is stated. Write as its first line: format = {FORMAT}")
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise self.fail("format", f"format must be {FORMAT}.")
        if version > FORMAT:
            raise self.fail(
                "format", f"format {version} is newer than this program reads ({FORMAT}). Update dkg."
            )

    def text(self, key: str, default: str) -> str:
        value = self.left.pop(key, default)
        if not isinstance(value, str):
            raise self.fail(key, f"{key} must be text in quotation marks: {SETTINGS[key]}.")
        return value

    def count(self, key: str, default: int) -> int:
        value = self.left.pop(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.fail(key, f"{key} must be a whole number of 1 or more: {SETTINGS[key]}.")
        return value

    def choice(self, key: str, values: tuple[str, ...]) -> str:
        value = self.left.pop(key, values[0])
        if value not in values:
            raise self.fail(key, f"{key} must be one of {', '.join(values)}.{_nearest(str(value), values)}")
        return str(value)

    def base(self) -> str:
        base = self.text("base", "")
        if not base:
            raise self.fail("base", f"base is missing: {SETTINGS['base']}.")
        if not _BASE.fullmatch(base):
            slash = " It must end in a slash." if _BASE.fullmatch(base + "/") else ""
            raise self.fail("base", f'"{base}" cannot be the base: {SETTINGS["base"]}.{slash}')
        return base

    def languages(self) -> tuple[str, ...]:
        value = self.left.pop("languages", ["en"])
        if not isinstance(value, list) or not value:
            raise self.fail("languages", 'languages must be a list such as ["en", "ru"].')
        for tag in value:
            if not isinstance(tag, str) or not _LANGUAGE.fullmatch(tag):
                raise self.fail("languages", f"{tag!r} is not a language tag such as en or az-Cyrl.")
        return tuple(tag.lower() for tag in value)

    def readers(self) -> tuple[ReaderRule, ...]:
        tables = self.left.pop("ingest", {})
        if not isinstance(tables, dict):
            raise self.fail("ingest", f"ingest must be {SETTINGS['ingest']}.")
        rules = []
        for glob, table in tables.items():
            if not isinstance(table, dict):
                near = _nearest(glob, ("publish",))
                raise self.fail(glob, f'"{glob}" is no setting of ingest; write [ingest."GLOB"].{near}')
            self.audit({key: None for key in table if key not in INGEST}, tuple(INGEST))
            if not table:
                raise self.fail(glob, f'[ingest."{glob}"] is empty: write reader = "native", say.')
            names = {key: self.named(glob, key, table[key]) for key in ("reader", "labels") if key in table}
            rules.append(ReaderRule(glob, **names, publish=self.listed(table.get("publish", []))))
        return tuple(rules)

    def publish(self) -> tuple[str, ...]:
        table = self.left.get("ingest")
        if not isinstance(table, dict) or isinstance(table.get("publish"), dict):
            return ()
        self.left["ingest"] = {key: value for key, value in table.items() if key != "publish"}
        return self.listed(table.get("publish", []))

    def named(self, glob: str, key: str, value: object) -> str:
        if isinstance(value, str) and value:
            return value
        raise self.fail(key, f'{key} of [ingest."{glob}"] must be a name: {INGEST[key]}.')

    def listed(self, value: object) -> tuple[str, ...]:
        names = [value] if isinstance(value, str) else value
        if isinstance(names, list) and all(isinstance(one, str) and one.strip() for one in names):
            return tuple(names)
        raise self.fail("publish", f"publish must be a name, or a list of names: {INGEST['publish']}.")

    def serve(self) -> dict[str, int | str | tuple[str, ...]]:
        table = self.left.pop("serve", {})
        if not isinstance(table, dict):
            raise self.fail("serve", "serve must be a table: write [serve] on a line of its own.")
        self.audit({key: None for key in table if key not in SERVE}, tuple(SERVE))
        return {key: self.serve_value(key, value) for key, value in table.items()}

    def pages(self) -> dict[str, object]:
        table = self.left.pop("pages", {})
        if not isinstance(table, dict):
            raise self.fail("pages", "pages must be a table: write [pages] on a line of its own.")
        self.audit({key: None for key in table if key not in PAGES}, tuple(PAGES))
        return dict(table)

    def validation(self) -> dict[str, object]:
        table = self.left.pop("validation", {})
        if not isinstance(table, dict):
            raise self.fail(
                "validation", "validation must be a table: write [validation] on a line of its own."
            )
        self.audit({key: None for key in table if key not in VALIDATION}, tuple(VALIDATION))
        engine, sample = table.get("engine", "fast"), table.get("sample", Project.sample)
        if engine not in {"fast", "pyshacl"}:
            near = _nearest(str(engine), ("fast", "pyshacl"))
            raise self.fail("engine", f"engine must be one of fast, pyshacl.{near}")
        if not isinstance(sample, int | float) or isinstance(sample, bool) or not 0 <= sample <= 1:
            raise self.fail("sample", f"sample must be a number from 0 to 1: {VALIDATION['sample']}.")
        return {"engine": engine, "sample": float(sample)}

    def store(self) -> dict[str, str]:
        table = self.left.pop("store", {})
        if isinstance(table, str):
            table = {"url": table}
        if not isinstance(table, dict):
            raise self.fail("store", f"store must be {SETTINGS['store']}.")
        self.audit({key: None for key in table if key not in STORE}, tuple(STORE))
        if table and "url" not in table:
            raise self.fail("store", f"[store] says no url: {STORE['url']}.")
        for key, value in table.items():
            if key == "layout":
                fits = value in LAYOUTS
            elif key == "seconds":
                fits = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _LONGEST
            else:
                fits = isinstance(value, str) and _STORE.fullmatch(value) is not None
            if not fits:
                known = f" Known are: {', '.join(LAYOUTS)}." if key == "layout" else ""
                raise self.fail(key, f"{value!r} cannot be {key}: {STORE[key]}.{known}")
        return {key: str(value) for key, value in table.items()}

    def serve_value(self, key: str, value: object) -> int | str | tuple[str, ...]:
        if key in _SERVE_LISTS:
            if isinstance(value, list) and all(isinstance(one, str) for one in value):
                return tuple(value)
            raise self.fail(key, f'{key} must be a list such as ["10.0.0.0/8"]: {SERVE[key]}.')
        if key in _SERVE_TEXTS:
            if isinstance(value, str) and _ADDRESS.fullmatch(value):
                return value.rstrip("/")
            raise self.fail(key, f"{key} must be an http or https address: {SERVE[key]}.")
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.fail(key, f"{key} must be a whole number of 1 or more: {SERVE[key]}.")
        return value

    def audit(self, left: Mapping[str, object], known: tuple[str, ...]) -> None:
        for key in left:
            near = _nearest(key, known) or f" Known are: {', '.join(known)}."
            raise self.fail(key, f'unknown key "{key}".{near}')


def _nearest(written: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(written, known, 1)
    return f" Did you mean {near[0]}?" if near else ""


def _below(folder: Path, project: Project) -> Iterator[Path]:
    """Everything in a folder, in order; one that cannot be listed is an error, never empty."""

    def lost(error: OSError) -> None:
        where = project.relative(Path(error.filename))
        raise UsageError(f"{where} cannot be read: {error.strerror}.") from error

    for here, folders, files in os.walk(folder, onerror=lost):
        folders.sort()
        yield from (Path(here, name) for name in sorted([*folders, *files]))


def _inside(path: Path, root: Path) -> bool:
    try:
        real, folder = os.path.realpath(path, strict=False), os.fspath(root)
    except (OSError, RuntimeError):
        return False
    if not real.startswith(folder):
        return False
    if real != folder and not folder.endswith(os.sep) and not real.startswith(folder + os.sep):
        return False
    return not os.path.islink(real)  # noqa: PTH114 - quick; what is left of a link to itself leads nowhere

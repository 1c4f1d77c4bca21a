"""Static files: stylesheet, fonts and scripts, each also under a name that holds its hash.

The hashed name changes with the content, so that a browser may keep the file for ever. The addresses
in stylesheets (``url(fonts/…)``) are rewritten to hashed names when the files are read.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "static"

_MEDIA = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}
_IN_CSS = re.compile(r"/\*.*?\*/|(\"[^\"\n]*\"|'[^'\n]*')|\s*([{};,])\s*|(:)\s+|\s+", re.DOTALL)
_URL = re.compile(r"url\((?!data:)[\"']?([^)\"':]+)[\"']?\)")


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file: ``name`` is its path below the folder, ``hashed`` the path with its hash."""

    name: str
    hashed: str
    media: str
    content: bytes
    digest: str


@dataclass(frozen=True)
class Assets:
    """The static files by their plain and by their hashed names."""

    by_name: Mapping[str, Asset]

    @classmethod
    @cache
    def load(cls, folder: Path = FOLDER) -> Assets:
        """Read every static file of the folder; stylesheets last, since they name the others."""
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        paths.sort(key=lambda path: path.suffix == ".css")
        known: dict[str, Asset] = {}
        for path in paths:
            name = path.relative_to(folder).as_posix()
            content = path.read_bytes()
            if path.suffix == ".css":
                css = _linked(content.decode("utf-8"), name, known)
                content = (css if name.startswith("vendor/") else _small(css)).encode("utf-8")
            known[name] = _asset(name, content)
        return cls({**known, **{asset.hashed: asset for asset in known.values()}})

    def get(self, name: str) -> Asset | None:
        """A file by its plain or its hashed name; nothing outside the folder is ever read."""
        return self.by_name.get(name)

    def hashed(self, name: str) -> str:
        """The name with the hash; raises :class:`KeyError` for a file that is not there."""
        return self.by_name[name].hashed


def _asset(name: str, content: bytes) -> Asset:
    digest = hashlib.sha256(content).hexdigest()
    stem, suffix = posixpath.splitext(name)
    media = _MEDIA.get(suffix, "text/plain; charset=utf-8")
    return Asset(name, f"{stem}.{digest[:12]}{suffix}", media, content, digest)


def _small(css: str) -> str:
    r"""The stylesheet without comments and without white space that only its writers need.

    >>> _small('/* why */\na:hover, b {\n  content: " x "; margin: 0 1px\n}\n')
    'a:hover,b{content:" x ";margin:0 1px}'
    """
    found = _IN_CSS.sub(lambda part: part[1] or part[2] or part[3] or (" " if part[0].isspace() else ""), css)
    return found.replace(";}", "}").strip()


def _linked(css: str, name: str, known: Mapping[str, Asset]) -> str:
    folder = posixpath.dirname(name)

    def hashed(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, match[1]))
        found = known.get(target)
        return f"url({posixpath.relpath(found.hashed, folder or '.')})" if found else match[0]

    return _URL.sub(hashed, css)

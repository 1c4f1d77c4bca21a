"""What lies above the folders of the languages: the way in, and files that servers read at the top."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from diaspora_kg.errors import UsageError
from diaspora_kg.pages.language import LANGUAGES

_TOP = (".htaccess", "_redirects")
"""Files of the first language's folder that only work at the top of a site."""

_MARKS = (
    b'<meta name="generator" content="diaspora-kg">',
    b"# For Apache (mod_alias).",
    b"# For hosts that read _redirects.",
)
"""What stands in each of these files of this program; one without it is somebody else's."""

_PAGE = """<!doctype html>
<html lang="{code}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="diaspora-kg">
<meta http-equiv="refresh" content="0; url={code}/index.html">
<link rel="canonical" href="{code}/index.html">
<title>{title}</title>
</head>
<body>
<h1>{title}</h1>
<ul>
{links}
</ul>
</body>
</html>
"""


def write_front(out: Path, title: str, languages: Sequence[str]) -> None:
    """Write ``index.html`` and the servers' files, each only if it is another than is there.

    ``languages`` are those of the site, the first of which it opens in; a language whose folder is not
    there is left out. Nothing is written while the first one is not there. Raises :class:`UsageError`
    where a file is that of somebody else.
    """
    written = [code for code in languages if (out / code / "index.html").is_file()]
    if not written:
        return
    links = "\n".join(
        f'<li><a href="{code}/index.html" lang="{code}" hreflang="{code}">{LANGUAGES[code]}</a></li>'
        for code in written
    )
    page = _PAGE.format(code=written[0], title=escape(title), links=links)
    _write(out / "index.html", page.encode())
    for name in _TOP:
        made = out / written[0] / name
        if made.is_file():
            _write(out / name, made.read_bytes())


def _write(path: Path, data: bytes) -> None:
    """Write a file, but neither through a link nor over what is not of this program."""
    if path.is_symlink() or (path.exists() and not _is_ours(path)):
        raise UsageError(
            f"{path} is there and was not written by dkg pages, so it stays as it is. "
            "Move it away, or choose another folder with --out."
        )
    if not path.is_file() or path.read_bytes() != data:
        path.write_bytes(data)


def _is_ours(path: Path) -> bool:
    return path.is_file() and any(mark in path.read_bytes() for mark in _MARKS)

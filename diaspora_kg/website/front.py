"""What lies above the folders of the languages: the way in, and files that servers read at the top."""

from __future__ import annotations

import os
from collections.abc import Sequence
from html import escape
from pathlib import Path

from diaspora_kg.errors import UsageError
from diaspora_kg.pages.language import LANGUAGES

_TOP = (".htaccess", "_redirects")
"""Files of the first language's folder that only work at the top of a site."""

_OURS = (b'content="diaspora-kg"', b".dkg-pages", b"# For hosts that read _redirects.")
"""By what a file is known that an earlier run wrote."""

_PAGE = """<!doctype html>
<html lang="{code}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url={code}/index.html">
<link rel="canonical" href="{code}/index.html">
<meta name="generator" content="diaspora-kg">
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
    there is left out. Nothing is written while the first one is not there.
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
    """Write a file that is not there or is ours; raises :class:`UsageError` for another."""
    before = path.read_bytes() if path.is_file() and not path.is_symlink() else None
    if before == data:
        return
    if os.path.lexists(path) and not any(mark in (before or b"") for mark in _OURS):
        raise UsageError(
            f"{path} is there and was not written by dkg pages. Move it away, or choose another --out."
        )
    path.write_bytes(data)

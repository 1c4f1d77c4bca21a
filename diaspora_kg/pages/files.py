"""Where the pages of a static site lie: from an address of the site to the name of a file, and back never.

An address is a path as the live server has it (``/page/organization/league``, ``/browse/person``). Files
are read by web servers, by ``file://`` and by file systems that do not tell ``A`` from ``a``, know reserved
names (``con``, ``nul``), forbid characters or write them in another form, and end at 255 bytes. So a key
is a file name as it stands only if it has nothing but small letters of ASCII, digits, ``.``, ``-`` and
``_``; any other becomes what can be read of it and, behind ``~``, the beginning of its SHA-256. No plain
name holds ``~``, so that two keys never come to one file, also where case does not count.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

HTML = ".html"

_PLAIN = re.compile(r"[a-z0-9_](?:[a-z0-9._-]{0,98}[a-z0-9_-])?")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9]|lpt[0-9])(?:\..*)?")
_READ, _HEX = 40, 20  # characters of a name that can be read, hex digits of its hash
_WITH_ENDING = ("/data/", "/feeds/")
_FILES = frozenset({"/feed.atom", "/sitemap.xml", "/robots.txt"})


@lru_cache(maxsize=1 << 16)
def file_name(key: str) -> str:
    """The name, without an ending, of the file of a key.

    >>> file_name("a.vak"), file_name("con"), file_name("index")
    ('a.vak', 'con~1143da2bc54c495c4be3', 'index~1bc04b5291c26a46d918')
    >>> file_name("VAK"), file_name("vak"), file_name("a/1")
    ('vak~8d17ee93bcba1e8e49d4', 'vak', 'a-1~773232abe9343f0e102f')
    """
    key = unicodedata.normalize("NFC", key)
    if _PLAIN.fullmatch(key) and ".." not in key and key != "index" and not _DEVICE.fullmatch(key):
        return key
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:_HEX]
    plain = unicodedata.normalize("NFKD", key[: 4 * _READ]).encode("ascii", "ignore").decode().lower()
    return f"{re.sub('[^a-z0-9]+', '-', plain)[:_READ].strip('-')}~{digest}"


@lru_cache(maxsize=1 << 14)
def file_of(path: str, number: int = 1, part: str = "") -> str:
    """The file of an address below the site's root; ``number`` counts further pages of it from 2.

    Further pages of a node have names, ``part``.

    Each segment becomes a safe name of its own, so that nothing leads out of the site.

    >>> file_of("/"), file_of("/gaps"), file_of("/page/organization/league", 3)
    ('index.html', 'gaps.html', 'page/organization/league~3.html')
    >>> file_of("/page/organization/league", part="says.2031-04")
    'page/organization/league~says.2031-04.html'
    >>> file_of("/data/person/ada.ttl"), file_of("/static/style.0c.css"), file_of("/page/person/..")
    ('data/person/ada.ttl', 'static/style.0c.css', 'page/person/~5ec1f7e700f37c3d0b29.html')
    """
    if path.startswith("/static/") or path in _FILES:
        return path[1:]
    further = f"~{part or number}" if part or number > 1 else ""
    if path == "/":
        return f"index{further}{HTML}"
    *folders, last = path[1:].split("/")
    ending = HTML
    if path.startswith(_WITH_ENDING):
        last, _, ending = last.rpartition(".")
        ending = f".{ending}"
    names = [file_name(unquote(segment)) for segment in (*folders, last)]
    return "/".join(names) + further + ending


def depth_root(file: str) -> str:
    """What leads from a file back to the site's root.

    >>> depth_root("index.html"), depth_root("page/person/ada.html")
    ('.', '../..')
    """
    return "/".join([".."] * file.count("/")) or "."

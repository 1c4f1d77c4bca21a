"""Files that make a web server lead from ``/id/…`` to pages, from former keys to new ones, and say 410.

A static site has no program that answers for the IRIs of nodes. What the live server does (303 to the page,
301 from a former key) these files tell to nginx, Apache and hosts that read ``_redirects``. Most of it is one
pattern; addresses that need a line of their own are those of keys that are no file names, former keys and
pages that are gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from diaspora_kg.names import CLASS_OF_KIND
from diaspora_kg.pages.feed import MEDIA
from diaspora_kg.pages.files import file_name, file_of
from diaspora_kg.store.written import Syntax

_MOST = 2000  # lines of their own in a file that is read for every request
_TYPES = {**{str(syntax): syntax.media for syntax in Syntax}, "atom": MEDIA}
_PLAIN = "[a-z0-9_][a-z0-9._-]*"
_DEVICES = "con|prn|aux|nul|clock|conin|conout|com|lpt"
_OPEN = re.compile(
    rf"[a-z-]++/(?!(?:{_DEVICES})[0-9]?(?:\.|\Z)|index\Z)[a-z0-9_][a-z0-9_-]*+(?:\.[a-z0-9_-]++)*+", re.ASCII
).fullmatch
_SHORT = 100  # characters
"""An end that is plain at the first sight: see :func:`~diaspora_kg.pages.files.file_name`."""


@dataclass(frozen=True)
class Ways:
    """Where things lie: ``ids`` is the path of IRIs (``/graph/id``), ``root`` that of the site (``/graph``).

    ``kinds`` have pages. ``own`` are IRIs' ends (``person/Ada``) of which the file has another name,
    ``former`` lead from an old end to the present one, ``gone`` are ends of nodes that are no more.
    """

    ids: str
    root: str
    kinds: Sequence[str]
    data: Sequence[str] = ()
    own: Sequence[str] = ()
    former: Sequence[tuple[str, str]] = ()
    gone: Sequence[str] = ()
    lines: tuple[tuple[str, str, int], ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", tuple(sorted({line[0]: line for line in self._lines()}.values())))

    def _lines(self) -> Iterable[tuple[str, str, int]]:
        """From, to (empty: gone) and status, the weakest first."""
        for end in self.own:
            yield f"{self.ids}/{end}", self._page(end), 303
        for end in self.gone:
            yield f"{self.ids}/{end}", "", 410
            yield self._page(end), "", 410
        for old, new in self.former:
            if old not in self.own:
                yield f"{self.ids}/{old}", self._page(new), 301
                yield self._page(old), self._page(new), 301

    def _page(self, end: str) -> str:
        return f"{self.root}/{file_of(f'/page/{end}')}"


def is_own(end: str) -> bool:
    """Whether the file of a page is called otherwise than the key.

    >>> is_own("person/Ada"), is_own("person/ada")
    (True, False)
    """
    key = unquote(end.partition("/")[2])
    return file_name(key) != key


def own_of(ends: Iterable[str]) -> list[str]:
    """All such of many ends; only those are looked at that are not plain at the first sight.

    >>> own_of(["person/ada", "person/Ada", "post/con.1", "post/a..b", "post/a.b", "post/index", "post/a."])
    ['person/Ada', 'post/a.', 'post/a..b', 'post/con.1', 'post/index']
    """
    return sorted(end for end in ends if not (_OPEN(end) and len(end) < _SHORT) and is_own(end))


def ways(base: str, address: str, **rest: Sequence[str] | Sequence[tuple[str, str]]) -> Ways:
    """The ways of a site at ``address`` (empty: where the IRIs begin) for nodes below ``base``."""
    root = urlsplit(address).path.rstrip("/") if address else urlsplit(base).path.rstrip("/")
    return Ways(f"{urlsplit(base).path}id", root, **rest)  # type: ignore[arg-type]


def files(ways: Ways) -> dict[str, bytes]:
    """The files by their names in the site."""
    written = {
        ".htaccess": _apache(ways),
        "_redirects": _hosts(ways),
        "redirects/nginx-maps.conf": _nginx_maps(ways),
        "redirects/nginx.conf": _nginx(ways),
        "redirects/apache-map.txt": "".join(f"{old} {new or '-'}\n" for old, new, _ in ways.lines),
    }
    return {name: text.encode() for name, text in written.items()}


def _nginx_maps(ways: Ways) -> str:
    """Tables stand outside of ``server``, and nginx must be told how large they are."""
    rows = [(_uri(old), new or "1", told) for old, new, told in ways.lines]
    longest = max((len(old.encode()) for old, _, _ in rows), default=0)
    parts = [
        "# For nginx, in http { … }; redirects/nginx.conf belongs into server { … }.\n",
        f"map_hash_bucket_size {max(64, 1 << (longest + 31).bit_length())};\n",
        f"map_hash_max_size {max(2048, 1 << (2 * len(rows)).bit_length())};\n",
    ]
    # Volatile: the page that says "gone" is asked for inside of the same request.
    for status in (301, 303, 410):
        lines = [f'  "{old}" "{new}";\n' for old, new, told in rows if told == status]
        parts += [f'map $uri $dkg_{status} {{\n  volatile;\n  default "";\n', *lines, "}\n"]
    return "".join(parts)


def _nginx(ways: Ways) -> str:
    places = "".join(f"location ~ {old} {{ return 303 {new}; }}\n" for old, new in _patterns(ways))
    return (
        "# For nginx, in server { … }; redirects/nginx-maps.conf belongs into http { … }.\n"
        "# IRIs lead to pages (303), former keys to new ones (301); what is gone is 410.\n"
        f"if ($dkg_410) {{ return 410; }}\nerror_page 410 {ways.root}/gone.html;\n"
        "if ($dkg_301) { return 301 $dkg_301; }\nif ($dkg_303) { return 303 $dkg_303; }\n" + places
    )


def _patterns(ways: Ways) -> Iterator[tuple[str, str]]:
    """Patterns of paths with what they lead to, the first that fits counts."""
    paged, others = "|".join(ways.kinds), "|".join(sorted(set(CLASS_OF_KIND) - {*ways.kinds, "passage"}))
    if ways.data:
        endings = "|".join(ways.data)
        yield f"^{ways.ids}/({paged})/({_PLAIN})\\.({endings})$", f"{ways.root}/data/$1/$2.$3"
    yield f"^{ways.ids}/({paged})/({_PLAIN})$", f"{ways.root}/page/$1/$2.html"
    # What has no page of its own stands in its article, with whose key its own begins.
    article = f"{ways.root}/page/article/$2.html#$1-"
    yield f"^{ways.ids}/(passage)/({_PLAIN})\\.([^./]+)$", f"{article}$3"
    yield f"^{ways.ids}/({others})/({_PLAIN})\\.([^./]+)$", f"{article}$2.$3"


def _uri(path: str) -> str:
    """A path as nginx compares it: not encoded; what would end the quotes is."""
    return unquote(path).replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("\n", "")


def _apache(ways: Ways) -> str:
    rules = "".join(_rule(old, new, status) for old, new, status in ways.lines[:_MOST])
    patterns = "".join(f"RedirectMatch 303 {old} {new}\n" for old, new in _patterns(ways))
    types = "".join(f"AddType {media} .{ending}\n" for ending, media in _TYPES.items())
    return (
        f"# For Apache (mod_alias).\n{_left_out(ways)}ErrorDocument 410 {ways.root}/gone.html\n{types}"
        f'RedirectMatch 404 "/\\.dkg-pages"\n{rules}{patterns}'
    )


def _rule(old: str, new: str, status: int) -> str:
    pattern = "".join(f"\\{c}" if c in '.^$*+?()[]{}|\\"' else c for c in unquote(old) if c >= " ")
    return f'RedirectMatch {status} "^{pattern}$"' + (f' "{new}"\n' if new else "\n")


def _hosts(ways: Ways) -> str:
    rows = [
        f"{old} {new or f'{ways.root}/gone.html'} {302 if status == 303 else status}\n"
        for old, new, status in ways.lines[:_MOST]
    ]
    patterns = [f"{ways.ids}/{kind}/:key {ways.root}/page/{kind}/:key.html 302\n" for kind in ways.kinds]
    return (
        "# For hosts that read _redirects. They know no 303, so that IRIs lead on with 302.\n"
        + _left_out(ways)
        + "".join([*rows, *patterns])
    )


def _left_out(ways: Ways) -> str:
    more = len(ways.lines) - _MOST
    return f"# {more} further lines are only in redirects/.\n" if more > 0 else ""

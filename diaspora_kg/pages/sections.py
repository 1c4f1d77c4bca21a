"""The head of a panel and what else many panels have: functions, as in :mod:`~diaspora_kg.pages.pieces`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import urlencode

from markupsafe import Markup

from diaspora_kg.pages.hiding import safe
from diaspora_kg.pages.language import Language
from diaspora_kg.pages.panel import Panel
from diaspora_kg.pages.site import Site

_DATES = frozenset({"starts", "ends", "date"})


def _markup(text: str) -> Markup:
    return str.__new__(Markup, text)  # made of fixed tags and of words that went through safe()


class Sections:
    """Heads of panels of one site in one language."""

    def __init__(self, site: Site, language: Language) -> None:
        self._site, self._language = site, language
        self._query = str(_markup(language.words("query")) % {})  # a message of templates is HTML
        self._silence = str(_markup(language.words("not stated")) % {})
        self._paths: dict[str, str] = {}
        self._node = ("", "")

    def functions(self) -> dict[str, Callable[..., object]]:
        """What templates can call, by name."""
        return {"heading": self.heading, "silent": self.silent, "url": self.url}

    def url(self, path: str, **query: object) -> str:
        """An address within the site: ``url("/search", q=words)``; those without a question are kept."""
        if query:
            return self._site.path(path, **query)
        found = self._paths.get(path)
        if found is None:
            found = self._site.path(path)
            if path.startswith("/panels/") or path.count("/") == 1:  # of these there are few
                self._paths[path] = found
        return found

    def heading(self, panel: Panel, iri: str) -> Markup:
        """The heading of a panel with the number of its entries and the query behind it."""
        place = safe(panel.anchor)
        text = f'<header class="head"><h2 id="{place}">{safe(self._language.words(panel.title))}'
        if panel.count > 1 and not panel.beside:
            text += f" <small>{safe(self._language.number(panel.count))}</small>"
        to = self.url(panel.query) if panel.query else ""
        if to:
            asked = f' href="{safe(to)}?{self._asked(iri)}"'
            named = f' id="q-{place}" aria-labelledby="q-{place} {place}"'
            link = f'<a class="query noprint"{named}{asked}>{self._query}</a>'
            return _markup(f"{text}</h2>{link}</header>")
        return _markup(f"{text}</h2></header>")

    def _asked(self, iri: str) -> str:
        if self._node[0] != iri:
            self._node = (iri, urlencode({"node": iri}))
        return self._node[1]

    def silent(self, words: Iterable[str]) -> Markup:
        """What no source says of a thing, besides its dates."""
        shown = ", ".join(safe(self._language.words(one)) for one in words if one not in _DATES)
        return _markup(f'<span class="none">{self._silence}: {shown}</span>' if shown else "")

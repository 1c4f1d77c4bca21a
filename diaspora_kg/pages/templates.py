"""Templates: from frozen dataclasses to HTML.

A template is given ``page``, a frozen dataclass, and ``site``. It runs in a sandbox with automatic
escaping, and a name that it misspells is an error. A project's own ``templates/`` folder replaces
templates by name; the bundled one can still be extended as ``bundled/NAME``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    DictLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    TemplateError,
)
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from diaspora_kg.errors import DkgError, UsageError
from diaspora_kg.pages.assets import Assets
from diaspora_kg.pages.calling import PageContext, Writing, of_site, written
from diaspora_kg.pages.claimcards import Cards, claim_writer
from diaspora_kg.pages.compiled import Compiled
from diaspora_kg.pages.hiding import shown
from diaspora_kg.pages.language import Language, catalogues, language
from diaspora_kg.pages.ledes import LedeWriter
from diaspora_kg.pages.once import KEPT, Once
from diaspora_kg.pages.panel import Panel
from diaspora_kg.pages.pictures import drawn
from diaspora_kg.pages.pieces import Pieces
from diaspora_kg.pages.rows import RowWriter
from diaspora_kg.pages.sections import Sections
from diaspora_kg.pages.site import Site
from diaspora_kg.pages.topics import SILENCES, facets, plainly
from diaspora_kg.project import is_leftover

FOLDER = Path(__file__).resolve().parent / "templates"
SUFFIX = ".html.j2"

_OUTSIDE_JSON = re.compile("[<>&\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
DIRECT = {
    **dict.fromkeys(("gettext", "_", "ngettext", "href", "asset", "view"), True),
    **dict.fromkeys(
        ("value", "values", "refs", "rest", "dated", "span", "voice", "sayings", "part", "speaker",
         "speakers", "claim", "card", "lede", "described", "heading", "silent", "url", "facets", "plainly",
         "status_picture", "statement_picture", "network_picture", "ties", "chronology", "in_time", "tones",
         "source_rows", "tie_rows", "time_rows", "further", "since"),
        False,
    ),
}  # fmt: skip
"""Functions of templates, and whether they are given the context."""

_FOLDERS = 8  # sites, and folders of one, whose pieces are kept
_LARGEST = 1 << 20  # bytes of one template of a project


class TemplateFault(DkgError):
    """A template cannot be filled; the message names it and, where known, its line."""


def _is_frozen(kind: type) -> bool:
    """Whether values of a class are frozen dataclasses."""
    how = getattr(kind, "__dataclass_params__", None)
    return how is not None and bool(how.frozen)


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox with a short way for what nearly every access is: a public part of a frozen value.

    The long way comes to the same for these, and takes half the time of a page.
    """

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Called for each access."""
        if _is_frozen(type(obj)) and not attr.startswith("_"):
            return True
        return super().is_safe_attribute(obj, attr, value)


_COMPILED = {Environment: Compiled(), _Sandbox: Compiled()}  # a sandbox has other code for the same template


class Templates:
    """The bundled templates with those of a project before them."""

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        bundled = FileSystemLoader(FOLDER)
        kind = _Sandbox if own else Environment  # the bundled ones are a part of this program
        self._environment = kind(
            loader=ChoiceLoader([DictLoader(dict(own or {})), bundled, PrefixLoader({"bundled": bundled})]),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=shown,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=_COMPILED[kind],
            extensions=["jinja2.ext.i18n", Once],
        )
        self._environment.context_class = PageContext
        self._environment.code_generator_class = Writing
        self._environment.written = written  # type: ignore[attr-defined]
        self._environment.direct = DIRECT  # type: ignore[attr-defined]
        self._environment.policies["ext.i18n.trimmed"] = True
        self._environment.install_gettext_callables(  # type: ignore[attr-defined]
            _gettext, _ngettext, newstyle=True
        )
        self._environment.globals |= {"gettext": _gettext, "_": _gettext}  # not the slower ones around it
        self.assets = Assets.load()
        self._written: dict[object, Mapping[str, object]] = {}
        texts = {**_bundled(), **catalogues(), **(own or {})}
        self.digest = _digest(texts, self.assets)
        """Changes with every template, catalogue, stylesheet and script."""
        self._environment.globals.update(
            url=_url, asset=self._asset, href=_href, facets=facets, plainly=plainly
        )
        self._environment.filters.update(embedded=embedded, count=_count, day=_day, term=_term, known=_known)

    @classmethod
    def load(cls, own: Path | None = None) -> Templates:
        """Read the templates; ``own`` is a project's folder (see ``Project.own("templates")``).

        They are read once, here. Raises :class:`UsageError` for one that is no text or too large,
        and :class:`TemplateFault` for one that is no template.
        """
        texts = dict(_read(own)) if own else {}
        templates = cls(texts)
        for name in texts:
            templates._get(name)
        return templates

    def render(self, name: str, page: object, site: Site) -> str:
        """Fill a template; raises :class:`TemplateFault`.

        ``page`` must be a frozen dataclass: a template can read it and change nothing.
        """
        kind = type(page)
        if not _is_frozen(kind):
            raise TypeError(f"{kind.__name__} is no frozen dataclass")
        try:
            return self._get(name).render(page=page, site=site, **self._pieces(site))
        except (
            TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError
        ) as error:  # fmt: skip
            raise _fault(name, error) from error

    def _pieces(self, site: Site) -> Mapping[str, object]:
        """The functions that write small pieces; kept, since the pages of one folder have the same links."""
        key = (site.root, site.snapshot, site.base, site.language, site.static, id(site.places))
        found = self._written.get(key)
        if found is None:
            pieces = Pieces(site, language(site.language))
            found = {**drawn.functions(site), **pieces.functions(), "claim": claim_writer(pieces)}
            writer = LedeWriter(pieces, language(site.language))
            found |= {"lede": writer.lede, "described": writer.described, "view": self._view, KEPT: {}}
            found["card"] = Cards(pieces, language(site.language)).card
            found |= Sections(site, language(site.language)).functions()
            found |= RowWriter(pieces, language(site.language)).functions()
            if len(self._written) >= _FOLDERS:
                self._written.clear()
            self._written[key] = found
        return found

    @of_site
    def _view(self, context: Context, panel: Panel) -> Markup:
        """What a panel shows, by the template of its view: as an include, without copies of all variables."""
        template = self._get(f"panels/{panel.view}{SUFFIX}")
        variables = {**context.parent, "panel": panel}
        inner = PageContext(self._environment, variables, template.name, template.blocks)
        return Markup("".join(template.root_render_func(inner)))  # noqa: S704 - it escapes by itself

    def _get(self, name: str) -> Template:
        try:
            return self._environment.get_template(name)
        except TemplateError as error:
            raise _fault(name, error) from error

    @of_site
    def _asset(self, context: Context, name: str) -> str:
        """The address of a static file, with its hash."""
        return f"{context['site'].root}/static/{self.assets.hashed(name)}"


@of_site
def _url(context: Context, path: str, **query: object) -> str:
    """An address within the site: ``url("/search", q=words)``."""
    return str(context["site"].path(path, **query))


@of_site
def _href(context: Context, iri: str) -> str:
    """The address of a node's page."""
    return str(context["site"].href(iri))


@of_site
def _gettext(context: Context, message: str, **values: object) -> Markup:
    """A message of a template, which is HTML; ``values`` that are none are escaped."""
    code = context["site"].language
    return _message(code, message) % values if values else _plain(code, message)


@lru_cache(maxsize=4096)
def _message(code: str, message: str) -> Markup:
    return Markup(language(code).words(message))  # noqa: S704 - words of a template or of its translation


@lru_cache(maxsize=4096)
def _plain(code: str, message: str) -> Markup:
    return _message(code, message) % {}


@of_site
def _ngettext(context: Context, one: str, many: str, number: int) -> str:
    return _language(context).counted(one, many, number)


@of_site
def _term(context: Context, words: str) -> str:
    """Words of the model in the reader's language.

    Not ``_(…)``: that takes its message for HTML, so that it may only stand before words of a template.
    """
    return _language(context).words(str(words))


@of_site
def _count(context: Context, number: int) -> str:
    """A number as the reader's language writes it."""
    return _language(context).number(number)


@of_site
def _day(context: Context, written: str) -> str:
    """A day, month or year in words; anything else as it is."""
    return _language(context).day(written)


@of_site
def _known(context: Context, words: str) -> str:
    """A name or date of a source, which is never translated; that there is none is said in words of ours."""
    return _language(context).words(words) if words in SILENCES else str(words)


def _language(context: Context) -> Language:
    return language(context["site"].language)


def embedded(value: object) -> Markup:
    r"""JSON that may stand in a ``<script>``: nothing in it can end the script or begin a comment.

    >>> embedded({"name": "</script><!--"})
    Markup('{"name":"\\u003c/script\\u003e\\u003c!--"}')
    """
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    text = _OUTSIDE_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return Markup(text)  # noqa: S704 - every character that HTML reads is written as an escape of JSON


def _digest(texts: Mapping[str, str], assets: Assets) -> str:
    files = {**texts, **{asset.hashed: "" for asset in assets.by_name.values()}}
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def _bundled() -> dict[str, str]:
    """The bundled templates by their names."""
    return {
        path.relative_to(FOLDER).as_posix(): path.read_text("utf-8") for path in FOLDER.rglob(f"*{SUFFIX}")
    }


def _read(own: Path) -> dict[str, str]:
    texts = {}
    for path in sorted(own.rglob(f"*{SUFFIX}")):
        if is_leftover(path.name) or not path.is_file():
            continue
        name = path.relative_to(own).as_posix()
        try:
            if path.stat().st_size > _LARGEST:
                raise UsageError(f"templates/{name} is larger than a template can be (1 MiB).")
            texts[name] = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"templates/{name} cannot be read: {error}") from error
    return texts


def _fault(name: str, error: Exception) -> TemplateFault:
    line = getattr(error, "lineno", None)
    where = f"{getattr(error, 'name', None) or name}{f':{line}' if line else ''}"
    return TemplateFault(f"The template {where} cannot be used: {str(error) or type(error).__name__}.")

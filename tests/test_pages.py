"""Templates: what they may see, what a project may replace, what a wrong one says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

from diaspora_kg.errors import UsageError
from diaspora_kg.pages import Assets, Site, TemplateFault, Templates, templates
from diaspora_kg.pages import compiled as compiled_templates
from diaspora_kg.pages.compiled import Compiled
from diaspora_kg.pages.models import ErrorPage, Thing
from diaspora_kg.pages.templates import DIRECT, embedded
from tests.markup import Page

SITE = Site(
    "Town", "https://example.org/town/", root="/graph", snapshot="ab12" * 16, number=3, licence="CC0-1.0"
)
FAULT = ErrorPage(
    404, "Not here", "There is no such thing.", (Thing(f"{SITE.base}id/person/ada", "person", "ada"),)
)


@dataclass(frozen=True)
class Model:
    words: str = "<b>words</b>"

    def change(self) -> None:
        object.__setattr__(self, "words", "changed")


@dataclass
class Open:
    words: str = ""


def own(folder: Path, **templates: str) -> Templates:
    for name, text in templates.items():
        (folder / f"{name}.html.j2").write_text(text, "utf-8")
    return Templates.load(folder)


def test_the_page_of_an_error_is_whole_and_below_the_root() -> None:
    read = Page(Templates.load().render("error.html.j2", FAULT, SITE))
    assert read.faults == []
    assert "/graph/page/person/ada" in read.links
    assert all(link.startswith(("/graph/", "#", "https://creativecommons.org/")) for link in read.links)


def test_a_project_replaces_a_template_and_extends_the_bundled_one(tmp_path: Path) -> None:
    text = '{% extends "bundled/error.html.j2" %}{% block title %}Ours{% endblock %}'
    shown = own(tmp_path, error=text).render("error.html.j2", FAULT, SITE)
    assert "<title>Ours · Town</title>" in shown
    assert "There is no such thing." in shown
    assert own(tmp_path, error=text).digest != Templates.load().digest


def test_what_is_written_once_is_told_apart_on_one_line(tmp_path: Path) -> None:
    text = "{% once %}<a>{{ page.title }}</a>{% endonce %}{% once %}<b>{{ page.title }}</b>{% endonce %}"
    ours = own(tmp_path, error=text)
    first = ours.render("error.html.j2", FAULT, SITE)
    assert first == "<a>Not here</a><b>Not here</b>"
    assert ours.render("error.html.j2", replace(FAULT, title="<Elsewhere>"), SITE) == first
    other = replace(SITE, language="ru")
    assert "&lt;Elsewhere&gt;" in ours.render("error.html.j2", replace(FAULT, title="<Elsewhere>"), other)


@pytest.mark.parametrize(
    "text",
    [
        "{{ page.word }}",
        "{{ nothing }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ page.__init__.__globals__ }}",
        "{{ page.change.__func__.__globals__ }}",
        "{{ url.__globals__ }}",
        "{{ 1 / 0 }}",
        "{{ page.words + 1 }}",
        "{{ site.of.__func__ }}",
        "{% for n in range(10**9) %}{% endfor %}",
        "{% include 'base.html.j2/../../site.py' %}",
        "{{ asset('../templates.py') }}",
    ],
)
def test_a_template_sees_nothing_else(tmp_path: Path, text: str) -> None:
    templates = own(tmp_path, one=text)
    with pytest.raises(TemplateFault, match=r"^The template .*(one|base)\.html\.j2.* cannot be used"):
        templates.render("one.html.j2", Model(), SITE)


def test_a_template_escapes_and_is_given_frozen_values_only(tmp_path: Path) -> None:
    templates = own(tmp_path, one='{{ page.words }}<a title="{{ page.words }}\'">')
    escaped = "&lt;b&gt;words&lt;/b&gt;"
    assert templates.render("one.html.j2", Model(), SITE) == f'{escaped}<a title="{escaped}\'">'
    with pytest.raises(TypeError, match="Open is no frozen dataclass"):
        templates.render("one.html.j2", Open(), SITE)


def test_a_file_that_is_no_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateFault, match=r"home\.html\.j2:2"):
        own(tmp_path, home="one\n{% nonsense %}")
    (tmp_path / "home.html.j2").write_bytes(b"\xff")
    with pytest.raises(UsageError, match=r"templates/home\.html\.j2 cannot be read"):
        Templates.load(tmp_path)
    (tmp_path / "home.html.j2").write_text("x" * (1 << 20) + "x")
    with pytest.raises(UsageError, match="larger than a template can be"):
        Templates.load(tmp_path)


def test_json_in_a_page_ends_no_script() -> None:
    text = embedded({"a": "</script><!--<script>\u2028&", "b": [1, None]})
    assert not set("<>&\u2028") & set(text)
    read = Page(f'<script type="application/ld+json">{text}</script>')
    assert (read.faults, read.linked) == ([], {"a": "</script><!--<script>\u2028&", "b": [1, None]})


def test_static_files_are_found_by_their_names_only() -> None:
    assets = Assets.load()
    assert assets.get("style.css") is assets.get(assets.hashed("style.css"))
    for name in ("../templates.py", "/etc/passwd", "", ".", "fonts", "style.css/"):
        assert assets.get(name) is None
    style = assets.by_name["style.css"].content.decode()
    assert "https:" not in style, "nothing comes from elsewhere"
    assert all(assets.get(part.split(")")[0]) for part in style.split("url(")[1:])


def test_what_bundled_templates_call_directly_is_there_and_asks_for_what_it_is_given() -> None:
    found = {**(templates := Templates())._environment.globals, **templates._pieces(Site("Town", ""))}
    assert {name: getattr(found[name], "jinja_pass_arg", None) is not None for name in DIRECT} == DIRECT


def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The names of the templates that are compiled from now on."""
    names: list[str | None] = []
    before = Environment.compile

    def noted(environment: Environment, source: str, name: str | None = None, *rest: Any, **more: Any) -> Any:
        names.append(name)
        return before(environment, source, name, *rest, **more)

    monkeypatch.setattr(Environment, "compile", noted)
    return names


def test_a_template_is_compiled_once_in_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = compiled(monkeypatch)
    text = "{{ page.title }} was compiled once."
    first = own(tmp_path, error=text).render("error.html.j2", FAULT, SITE)
    assert names == ["error.html.j2"]
    again = own(tmp_path, error=text).render("error.html.j2", FAULT, SITE)
    assert (first, names) == (again, ["error.html.j2"])
    assert own(tmp_path, error=f"{text}!").render("error.html.j2", FAULT, SITE) == f"{first}!"


def test_the_code_of_a_sandbox_is_not_that_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Templates.load().render("error.html.j2", FAULT, SITE)
    names = compiled(monkeypatch)
    monkeypatch.setattr(templates, "_COMPILED", {kind: Compiled() for kind in templates._COMPILED})
    Templates.load().render("error.html.j2", FAULT, SITE)
    outside = len(names)
    own(tmp_path, other="").render("error.html.j2", FAULT, SITE)
    assert sorted(map(str, names[outside:])) == sorted([*map(str, names[:outside]), "other.html.j2"])


def test_what_is_kept_of_templates_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled_templates, "_MOST", 3)
    kept, environment = Compiled(), Environment(autoescape=True)
    for number in range(5):
        bucket = kept.get_bucket(environment, f"t{number}", None, "")
        bucket.code = compile("1", "x", "eval")
        kept.set_bucket(bucket)
    found = [kept.get_bucket(environment, f"t{number}", None, "").code is not None for number in range(5)]
    assert found == [False, False, False, True, True]

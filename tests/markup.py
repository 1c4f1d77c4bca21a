"""Reads a page as a browser would, and says what in it no template of ours wrote."""

from __future__ import annotations

import json
from collections import Counter
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img"}
OURS = {
    "html", "head", "meta", "title", "link", "script", "body", "a", "header", "div", "nav", "form", "input",
    "button", "main", "p", "h1", "h2", "h3", "ul", "ol", "li", "small", "bdi", "code", "section", "dl", "dt",
    "dd", "table", "thead", "tbody", "tr", "th", "td", "blockquote", "q", "span", "footer", "time", "label",
    "select", "option", "details", "summary", "pre", "article", "aside", "b", "br", "caption", "em", "figure",
    "figcaption", "i", "svg", "g", "path", "rect", "text", "tspan", "defs", "pattern", "marker", "mask",
    "lineargradient", "stop", "desc", "circle", "line", "mark",
}  # fmt: skip


class Page(HTMLParser):
    """One page: its tags, links and words; ``faults`` is what must not be there."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.rel: dict[str, str] = {}
        self.words = ""
        self.linked: object = None
        self._open: list[tuple[str, dict[str, str]]] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{name}> is never closed" for name, _ in self._open]
        self.faults += [f"id {one} stands {n} times" for one, n in self.ids.items() if n > 1]
        own = {link[1:] for link in self.links if link.startswith("#")}
        self.faults += [f"#{one} leads nowhere" for one in own - set(self.ids)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in OURS:
            self.faults.append(f"<{tag}>")
        self.faults += [f"{name} in <{tag}>" for name in given if name.startswith("on") or name == "style"]
        if len(given) < len(attrs):
            self.faults.append(f"an attribute of <{tag}> stands twice")
        if tag == "script" and given.get("type") != "application/ld+json" and "src" not in given:
            self.faults.append("a script that runs stands in the page")
        for name in ("href", "src", "action"):
            if name in given:
                self._link(given[name])
        if given.get("rel"):
            self.rel[f"{given['rel']} {given.get('type', '')}".strip()] = given.get("href", "")
        if "id" in given:
            self.ids[given["id"]] += 1
        if tag not in VOID:
            self._open.append((tag, given))

    def _link(self, target: str) -> None:
        self.links.append(target)
        if target.split(":", maxsplit=1)[0].strip().lower() in {"javascript", "data", "vbscript"}:
            self.faults.append(f"a link to {target}")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            self.faults.append(f"</{tag}> closes nothing")
        else:
            self._open.pop()

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"a comment: {data}")

    def handle_data(self, data: str) -> None:
        tag, given = self._open[-1] if self._open else ("", {})
        if tag == "script" and given.get("type") == "application/ld+json":
            self.linked = json.loads(data)
        elif tag != "script":
            self.words += data

"""What the tests of saved queries over HTTP share: the demo with queries of its own, served; HTML read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode

from diaspora_kg.index import Index
from diaspora_kg.names import Names
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.store import Snapshots
from tests.examples import copy_of, dkg
from tests.serving import Answer, Served, serving

BASE = "https://example.org/demo/"

ECHO = """\
#+ summary: What was asked
#+ tags: [tests]
#+ parameters:
#+   words: Any words.
#+   tagged: Words in English.
#+   day: A day.
#+   least: A whole number.
#+   share: A number.
#+   thing: A node.
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?said ?kind WHERE {
  { BIND(?__words_literal AS ?said) BIND("words" AS ?kind) }
  UNION { BIND(?__tagged_en AS ?said) BIND("tagged" AS ?kind) }
  UNION { BIND(?__day_xsd_date AS ?said) BIND("day" AS ?kind) }
  UNION { BIND(?__least_integer AS ?said) BIND("least" AS ?kind) }
  UNION { BIND(?__share_number AS ?said) BIND("share" AS ?kind) }
  UNION { BIND(?__thing_iri AS ?said) BIND("thing" AS ?kind) }
  FILTER(BOUND(?said))
}
"""

MARKUP = """\
#+ summary: "<script>alert('summary')</script> & <b>"
#+ description: "</title><img src=x onerror=alert(1)>"
#+ tags: ["<i>tag</i>"]
#+ chart: {kind: KIND, COLUMNS}
SELECT ?name ?other ?size ?day WHERE {
  VALUES (?name ?other ?size ?day) {
    ("<script>alert('cell')</script>" "</svg><script>alert(2)</script>" 12 "2031-03-03")
    ("=HYPERLINK(\\"http://192.0.2.1\\")" "\\" onmouseover=\\"alert(3)" 3 "[..2031-05]")
    ("+49 30 1234" "@SUM(A1)" -4 "2031~")
    ("javascript:alert(4)" "{{ 7 * 7 }}{% raw %}" 2.5 "not a day")
    ("a\\u0008b\\u2028c" "]]><!--" 1 "2031")
  }
}
"""

CHARTS = {
    "network": "source: name, target: other, weight: size, label: day",
    "bars": "label: name, value: size, group: other",
    "timeline": "label: name, starts: day, group: other",
}

TRIPLES = """\
#+ summary: A node as triples
#+ parameters:
#+   node: The node.
CONSTRUCT { ?_node_iri ?p ?o } WHERE { GRAPH ?g { ?_node_iri ?p ?o } }
"""


def own_queries() -> dict[str, str]:
    """Queries of the project's own: one that gives back what was asked, some whose words are hostile."""
    hostile = {
        f"markup-{kind}": MARKUP.replace("KIND", kind).replace("COLUMNS", columns)
        for kind, columns in CHARTS.items()
    }
    return {"echo": ECHO, "triples-of": TRIPLES, **hostile}


@dataclass(frozen=True)
class Site:
    """The served demo; ``lookup`` asks the same snapshot without a server."""

    served: Served
    project: Path
    lookup: Lookup
    index: Index

    @property
    def url(self) -> str:
        """Without a slash at its end."""
        return f"http://{self.served.host}:{self.served.port}"

    def api(self, name: str, pairs: Sequence[tuple[str, str]] = (), **headers: str) -> Answer:
        """The answer of a query, which may have a form: ``relations.csv``."""
        return self.get(f"/api/queries/{name}", pairs, **headers)

    def page(self, name: str, pairs: Sequence[tuple[str, str]] = ()) -> Read:
        """A query's page."""
        return self.read(f"/queries/{name}", pairs)

    def read(self, path: str, pairs: Sequence[tuple[str, str]] = ()) -> Read:
        """A page."""
        answer = self.get(path, pairs, accept="text/html")
        read = Read(answer.status, answer.headers)
        read.feed(answer.text)
        read.close()
        return read

    def get(self, path: str, pairs: Sequence[tuple[str, str]] = (), **headers: str) -> Answer:
        """Any path."""
        query = f"?{urlencode(list(pairs), quote_via=quote, safe='')}" if pairs else ""
        return self.served.get(
            path + query, {name.replace("_", "-"): value for name, value in headers.items()}
        )


@contextmanager
def demo_served(folder: Path) -> Iterator[Site]:
    """The demo built, with queries of its own, and served."""
    project = copy_of("demo", folder)
    (project / "queries").mkdir(exist_ok=True)
    for name, text in own_queries().items():
        (project / "queries" / f"{name}.rq").write_text(text, "utf-8")
    dkg("build", project=project)
    (project / "queries" / "broken.rq").write_text("#+ summary: Broken\nSELECT ?a {", "utf-8")
    with site_of(project) as site:
        yield site


@contextmanager
def site_of(project: Path) -> Iterator[Site]:
    """A built project, served, and its graph."""
    with Snapshots(project / ".dkg").reading() as snapshot, Index(snapshot.index) as index:
        store = snapshot.store()
        try:
            with serving(project) as served:
                yield Site(served, project, Lookup(store, Names(BASE), index=index), index)
        finally:
            store.close()


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that a server does by itself."""
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come true in a minute")


@dataclass
class Tag:
    """An element of a page: its attributes and the words in it."""

    name: str
    attributes: dict[str, str]
    words: str = ""


class Read(HTMLParser):
    """A page as its reader sees it: elements in order, each with the words in it."""

    _EMPTY = frozenset({"meta", "link", "input", "br", "img", "hr"})

    def __init__(self, status: int, headers: dict[str, str]) -> None:
        super().__init__()
        self.status = status
        self.headers = headers
        self.tags: list[Tag] = []
        self._open: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Tag(tag, {name: value or "" for name, value in attrs})
        self.tags.append(found)
        if tag not in self._EMPTY:
            self._open.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().name != tag:
            pass

    def handle_data(self, data: str) -> None:
        for one in self._open:
            one.words += data

    def all(self, name: str, /, **attributes: str) -> list[Tag]:
        """The elements of a name with these attributes (``class_`` for ``class``)."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            tag
            for tag in self.tags
            if tag.name == name
            and all(value in tag.attributes.get(key, "").split() for key, value in wanted.items())
        ]

    @property
    def text(self) -> str:
        """All words."""
        return self.all("html")[0].words


@dataclass(frozen=True)
class Threat:
    """Something hostile to type into a field; ``kept`` says whether it is a plain value there."""

    words: str
    kept: bool = field(default=True)


THREATS = (
    Threat('" } DROP ALL #'),
    Threat("' UNION SELECT * WHERE { ?s ?p ?o } #"),
    Threat("> } } SELECT ?s { ?s ?p ?o . <http://192.0.2.1/"),
    Threat("line\nbreak } # \r\n SELECT"),
    Threat('"""long""" \'\'\' strings'),
    Threat("a\\", kept=True),
    Threat("\\u0022 } #", kept=False),
    Threat("\\U00000022 } #", kept=False),
    Threat("?said $said {{ page }} {% x %}"),
    Threat("<script>alert(1)</script>"),
    Threat("SERVICE <http://192.0.2.1/> { ?s ?p ?o }"),
    Threat("nul\0inside", kept=False),
    Threat("\u202egnirts \u2028 \ufeff \U0001f4a5"),
    Threat("%0d%0aSet-Cookie: a=b"),
    Threat("\r\nSet-Cookie: a=b"),
)

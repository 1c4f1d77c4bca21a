"""An answer as its page shows it: table, picture, pages, downloads, snippets, citation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from diaspora_kg.endpoint.answering import Answered
from diaspora_kg.endpoint.exports import SPARQL, offers
from diaspora_kg.endpoint.permalink import Citation, Fixed, citation, compared
from diaspora_kg.endpoint.snippets import address, snippets
from diaspora_kg.endpoint.sorting import Condition, Order, last_page
from diaspora_kg.endpoint.wanted import BadRequest, Pairs
from diaspora_kg.pages.answers import Tabulation
from diaspora_kg.pages.asked import column_of, label_of, title_of
from diaspora_kg.pages.charts import Picture, draw
from diaspora_kg.pages.figures import figure
from diaspora_kg.pages.forms import Pages, Shown
from diaspora_kg.pages.models import Link
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.answer import Answer
from diaspora_kg.queries.files import turtle
from diaspora_kg.queries.wording import words_for
from diaspora_kg.store.snapshots import Manifest

PAGE_ROWS = 50
"""Rows on a page, where the request does not say how many."""

_WORDS = {
    "json": "JSON", "csv": "CSV", "tsv": "TSV", "xlsx": "Excel (XLSX)", "gexf": "Gephi (GEXF)",
    "graphml": "GraphML", "ttl": "Turtle",
}  # fmt: skip
_SIGNS = {"": "contains", "=": "is", "<": "is before", ">": "is after"}


@dataclass(frozen=True)
class Showing:
    """Makes what is shown of one answer; ``here`` is the page's path, ``origin`` the site's address."""

    found: Answered
    site: Site
    origin: str
    here: str
    manifest: Manifest

    def shown(self) -> Shown:
        """All of it."""
        found, query, wanted = self.found, self.found.query, self.found.wanted
        page = f"{self.origin}/queries/{query.name}"
        cited = None if found.begun else citation(query, wanted.pairs, found.whole, self.manifest, page)
        verdict, agrees = self._verdict()
        graph = found.page.triples is not None
        first = (wanted.page - 1) * wanted.size + 1
        headings = {name: column_of(query, name, self.site) for name in found.page.columns}
        table = Tabulation(self.site, found.whole, found.page, found.evidence or {}, first, headings)
        return Shown(
            table.table(dict(self._sorting())),
            self._pages(first),
            None if found.begun else self._picture(),
            turtle(found.page.triples) if found.page.triples is not None else "",
            found.sparql,
            f"{self.site.root}/sparql#query={quote(found.sparql, safe='')}",
            tuple(self._downloads()),
            snippets(f"{self.origin}/api/queries/{query.name}", self._own(), graph=graph),
            cited.line if cited else "",
            self._permalink(cited) if cited else "",
            cited.result if cited else "",
            verdict,
            agrees,
            tuple(map(_condition, wanted.conditions)),
            tuple(self._without()) if not found.chosen.total else (),
            found.whole.notices,
            self._all() if found.begun else "",
            found.whole.counted,
        )

    def _permalink(self, cited: Citation) -> str:
        return cited.url.removeprefix(self.origin) if not self.site.root else cited.url

    def _all(self) -> str:
        """The address of all rows in their order, which is that of their first column."""
        return self._link([*self.found.wanted.pairs, ("sort", self.found.page.columns[0])])

    def _own(self) -> Pairs:
        """The parameters, and how rows are chosen and sorted."""
        return [*self.found.wanted.pairs, *self.found.wanted.arrangement]

    def _link(self, pairs: Pairs) -> str:
        wanted = self.found.wanted
        size = [("page_size", str(wanted.size))] if wanted.size != PAGE_ROWS else []
        return address(self.here, [*pairs, *size])

    def _verdict(self) -> tuple[str, bool]:
        wanted = self.found.wanted
        if not wanted.fixed:
            return "", True
        try:
            fixed = Fixed.read(wanted.fixed)
        except ValueError as error:
            raise BadRequest({"fixed": f"fixed: {error}."}) from error
        verdict = compared(fixed, Fixed.of(self.found.query, self.found.whole, self.manifest))
        return verdict.sentence, verdict.same_result

    def _sorting(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """For each column a link that sorts by it, the other way where it is sorted already."""
        wanted = self.found.wanted
        now = wanted.orders[0] if wanted.orders else None
        kept = [*wanted.pairs, *(("filter", condition.text) for condition in wanted.conditions)]
        for column in self.found.page.columns:
            mine = now is not None and now.column == column
            order = Order(column, mine and now is not None and not now.descending)
            direction = "" if not mine or now is None else "descending" if now.descending else "ascending"
            yield column, (self._link([*kept, ("sort", order.text)]), direction)

    def _pages(self, first: int) -> Pages:
        wanted, total = self.found.wanted, self.found.chosen.total
        last = 1 if self.found.begun else last_page(total, wanted.size)
        number = wanted.page
        links: Mapping[str, int] = {"start": 1, "before": number - 1, "after": number + 1, "end": last}
        hrefs = {
            name: self._link([*self._own(), ("page", str(page))]) if 1 <= page <= last else ""
            for name, page in links.items()
        }
        return Pages(number, last, first, min(total, first + wanted.size - 1), total, **hrefs)

    def _picture(self) -> Picture | None:
        """The picture of the rows that were chosen, all pages of them."""
        chart = self.found.query.header.chart
        drawn = figure(self._labelled(), chart) if chart is not None else None
        return draw(drawn, title_of(self.found.query, self.site)) if drawn else None

    def _labelled(self) -> Answer:
        return replace(self.found.chosen, labels=self.found.labels)

    def _downloads(self) -> Iterator[Link]:
        for media in offers(self.found.query):
            if media != SPARQL:
                name = media.names[0]
                path = f"{self.site.root}/api/queries/{self.found.query.name}.{name}"
                yield Link(address(path, self._own()), _WORDS[name])

    def _without(self) -> Iterator[Link]:
        """The same question with one optional value less."""
        wanted, parameters = self.found.wanted, {p.name: p for p in self.found.query.parameters}
        for name in wanted.given:
            if parameters[name].optional:
                kept = [pair for pair in wanted.pairs if pair[0] != name]
                yield Link(address(self.here, kept), label_of(parameters[name], self.site).lower())


def _condition(condition: Condition) -> str:
    return f"{words_for(condition.column)} {_SIGNS[condition.sign]} “{condition.value}”"

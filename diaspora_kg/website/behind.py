"""The pages of the queries behind panels: what a panel asks, as it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from diaspora_kg.names import CLASS_OF_KIND
from diaspora_kg.pages.files import file_of
from diaspora_kg.pages.panel import panel_page
from diaspora_kg.website.sources import Ground, News, Unit

_PREFIX = "/panels/"


class Behind:
    """Source of the pages of panels' queries."""

    name = "behind"

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        kinds = self.ground.site.kinds & CLASS_OF_KIND.keys()
        self._panels = {panel.name: panel for kind in sorted(kinds) for panel in ground.panels.of(kind)}

    def units(self) -> Iterable[str]:
        """One for each panel that some page shows."""
        return [f"{_PREFIX}{name}" for name in sorted(self._panels)]

    def touched(self, news: News) -> Iterable[str]:  # noqa: ARG002 - they say nothing of the graph
        """None: another query is another stamp."""
        return ()

    def make(self, addresses: Sequence[str]) -> Iterator[Unit]:
        """Make them."""
        for address in addresses:
            panel = self._panels.get(address.removeprefix(_PREFIX))
            if panel is None:
                yield Unit(address)
                continue
            site = self.ground.site.at(address)
            body = self.ground.templates.render("panel.html.j2", panel_page(panel), site)
            yield Unit(address, {file_of(address): body.encode()})

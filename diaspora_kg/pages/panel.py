"""The page of a node: its head, and panels that each show the answer of one saved query."""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.index.parted import Parted
from diaspora_kg.light import light
from diaspora_kg.pages.facts import Citation, Claimed, Name, Paging, Source
from diaspora_kg.pages.ledes import Lede
from diaspora_kg.pages.models import Link, Thing
from diaspora_kg.pages.related import Conflicts, Gaps, History, Identity, Network, Rows
from diaspora_kg.pages.statusviews import StatusBadge, StatusHistory
from diaspora_kg.pages.views import Events, Facts, Names, Offices, Statements, Undertakings
from diaspora_kg.queries.panels import PanelQuery

Body = (
    Facts | Names | StatusHistory | Statements | Undertakings | Offices | Events | Network | Conflicts
    | Identity | Gaps | History | Rows
)  # fmt: skip
"""What a panel shows, by its view."""


@light
@dataclass(frozen=True, slots=True)
class Panel:
    """One panel of a page.

    ``name`` is that of the query's file (``organization_status``), ``query`` the path of the page that shows
    it (with ``node=`` for one thing). ``beside``: it stands in the narrow
    column. ``count`` counts all entries, of which ``further`` tells which are shown here.
    """

    name: str
    title: str
    anchor: str
    view: str
    body: Body
    count: int
    query: str = ""
    note: str = ""
    beside: bool = False
    further: Paging | None = None

    @property
    def closed(self) -> bool:
        """Whether the page has the heading only, and the link to the entries."""
        return self.further is not None and self.further.elsewhere


@light
@dataclass(frozen=True, slots=True)
class PanelPage:
    """The query behind a panel (template ``panel.html.j2``); ``source`` is the file as it is written.

    Where it is shown for one ``thing``, ``editor`` leads to the editor with the query for that thing.
    """

    name: str
    title: str
    summary: str
    note: str
    file: str
    source: str
    thing: Thing | None = None
    editor: str = ""


def panel_page(panel: PanelQuery, thing: Thing | None = None, editor: str = "") -> PanelPage:
    """The page of a panel's query."""
    return PanelPage(
        panel.name, panel.title, panel.summary, panel.note, panel.file, panel.text, thing, editor
    )


@light
@dataclass(frozen=True, slots=True)
class ThingPage:
    """The page of one node (template ``thing.html.j2``).

    ``data`` leads to its triples in each format (``alternates`` the same with media types),
    ``former`` are further keys that lead here, ``parted`` nodes with which it was thought to be one,
    ``linked`` is JSON-LD with schema.org. ``shown`` are the IRIs of all nodes whose words or content the
    page shows, articles included; of those in ``read`` all triples were read, and the label of those in
    ``settled`` depends on nothing but these; by the days of the articles in
    ``dated`` entries are ordered. ``paging`` counts claims. ``part`` is the name of a further page (empty: it
    is the first), which says nothing of what stands on other pages; ``further`` tells the first that there
    are some. ``newest`` are claims for the node's feed.
    """

    thing: Thing
    kind: str
    names: tuple[Name, ...]
    sources: tuple[Source, ...]
    former: tuple[str, ...]
    paging: Paging
    canonical: str
    data: tuple[Link, ...]
    alternates: tuple[Link, ...]
    linked: str
    panels: tuple[Panel, ...] = ()
    badge: StatusBadge | None = None
    lede: Lede | None = None
    cite: Citation | None = None
    part: str = ""
    further: bool = False
    newest: tuple[Claimed, ...] = ()
    dated: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()
    settled: frozenset[str] = frozenset()
    parted: tuple[Parted, ...] = ()

    def panel(self, view: str) -> Panel | None:
        """The first panel of a view."""
        return next((panel for panel in self.panels if panel.view == view), None)

    @property
    def title(self) -> str:
        """The heading; a label that is no name begins with a capital letter."""
        label = self.thing.label
        return label[:1].upper() + label[1:] if label and not self.names else label or self.thing.key

"""The form of a saved query: one field for each parameter, with what can be chosen and what was typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from diaspora_kg.endpoint.answering import finding
from diaspora_kg.endpoint.snippets import address
from diaspora_kg.endpoint.wanted import Pairs
from diaspora_kg.errors import UsageError
from diaspora_kg.index import Index
from diaspora_kg.index.rows import NodeRow
from diaspora_kg.ontology import Ontology
from diaspora_kg.pages.asked import label_of
from diaspora_kg.pages.forms import Field, Meant, Option, widget_of
from diaspora_kg.pages.models import Link
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.answer import labels, run
from diaspora_kg.queries.catalog import Catalog, SavedQuery, part
from diaspora_kg.queries.cells import Cells
from diaspora_kg.queries.choices import Choice
from diaspora_kg.queries.lookup import Lookup
from diaspora_kg.queries.parameters import Parameter
from diaspora_kg.terms import IRI

_MOST_OPTIONS = 500
_HINTS = {"search": "a name or a key", "date": "YYYY-MM-DD", "number": "a number"}


@dataclass(frozen=True)
class Form:
    """Makes the fields of one form; ``written`` is the query string, ``action`` the page's own address."""

    query: SavedQuery
    written: Pairs
    action: str
    site: Site
    lookup: Lookup
    index: Index
    catalog: Catalog
    ontology: Ontology

    def fields(self, faults: Mapping[str, str], near: Mapping[str, Sequence[NodeRow]]) -> tuple[Field, ...]:
        """All fields, each with what is wrong with it."""
        return tuple(
            self._field(parameter, faults.get(parameter.name, ""), near.get(parameter.name, ()))
            for parameter in self.query.parameters
        )

    def _field(self, parameter: Parameter, fault: str, near: Sequence[NodeRow]) -> Field:
        typed = (value for name, value in self.written if name == parameter.name and value)
        values = tuple(value.replace("\0", "\ufffd") for value in typed)  # HTML holds no NUL
        widget = widget_of(parameter)
        shown = values or ((parameter.default,) if parameter.default is not None else ())
        return Field(
            parameter.name,
            label_of(parameter, self.site),
            parameter.meaning,
            widget,
            not parameter.optional and parameter.default is None,
            shown,
            _HINTS.get(widget, ""),
            self._options(parameter, shown) if widget == "select" else (),
            parameter.choice.kinds if parameter.choice else (),
            _told(parameter.name, fault, near),
            tuple(self._meant(parameter, values)) if not fault and widget == "search" else (),
            tuple(self._instead(parameter.name, node) for node in near),
        )

    def _meant(self, parameter: Parameter, values: Sequence[str]) -> Iterator[Meant]:
        """The node behind each value."""
        finder = finding(parameter, self.lookup, self.index)
        for value in values:
            try:
                iri = finder.find(value).value
            except UsageError:
                continue
            label = next((node.label for node in self.index.find(iri) if node.iri == iri), "")
            if label and label != value:
                yield Meant(label, self.site.href(iri))

    def _instead(self, name: str, node: NodeRow) -> Link:
        """A link that asks with this node in place of what was typed."""
        others = [(key, value) for key, value in self.written if key != name]
        shown = f"{node.label} ({node.kind} {node.key})" if node.label else f"{node.kind} {node.key}"
        return Link(address(self.action, [*others, (name, node.key)]), shown)

    def _options(self, parameter: Parameter, given: Sequence[str]) -> tuple[Option, ...]:
        options = [Option(value, value.replace("-", " ")) for value in parameter.values]
        if not options and parameter.choice is not None:
            options = list(self._chosen(parameter.choice))
        known = {option.value for option in options}
        return (*options, *(Option(value, value) for value in given if value not in known))

    def _chosen(self, choice: Choice) -> Iterator[Option]:
        """The values of a closed list, or what a query lists."""
        if choice.scheme:
            yield from (Option(name, name.replace("-", " ")) for name in self.ontology.values(choice.scheme))
            return
        listing = self.catalog.queries.get(choice.query) or part(choice.query)
        if listing is None:
            return
        answer = run(listing, {}, self.lookup, label=False)
        at = answer.columns.index(choice.column) if choice.column else 0
        terms = dict.fromkeys(term for row in answer.rows if (term := row[at]) is not None)
        known = labels(answer, self.lookup)
        cells = Cells(self.lookup.names)
        options = [
            Option(
                cells.cell("", term) if isinstance(term, IRI) else term.value,
                known.get(term.value, term.value),
            )
            for term in list(terms)[:_MOST_OPTIONS]
        ]
        yield from sorted(options, key=lambda option: option.words)


def _told(name: str, fault: str, near: Sequence[NodeRow]) -> str:
    """What is wrong, as a field says it: what may have been meant is listed below it."""
    told = fault.removeprefix(f"{name}: ")
    told = told.partition(" Did you mean")[0] if near else told
    return told[:1].upper() + told[1:]

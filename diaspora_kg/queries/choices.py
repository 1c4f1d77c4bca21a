"""What a form offers for a parameter: nodes of some kinds, values of a closed list, or a query's rows."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from diaspora_kg.errors import Report
from diaspora_kg.names import CLASS_OF_KIND
from diaspora_kg.queries.fault import HeaderFault
from diaspora_kg.yamlnodes import Items, Leaf, Table, View

FORM = "`{kind: organization}`, `{list: Modality}`, or the name of a query that lists the values"
"""How a choice is written, for messages."""

_KEYS = ("kind", "list", "query", "column")


@dataclass(frozen=True)
class Choice:
    """Where the values of a parameter come from; exactly one of ``kinds``, ``scheme`` and ``query`` is set.

    ``kinds`` are kinds of nodes to search among (``organization``), ``scheme`` is a closed list
    (``Modality``), ``query`` a saved query, or one of ``queries/parts``, whose ``column`` holds the values
    (empty: its first one).
    """

    kinds: tuple[str, ...] = ()
    scheme: str = ""
    query: str = ""
    column: str = ""
    line: int = 0


def read_choice(name: str, view: View, report: Report) -> Choice:
    """What the key ``choices`` says of one parameter; raises :class:`HeaderFault`."""
    if isinstance(view, Leaf) and not view.empty:
        return Choice(query=view.text, line=view.line)
    if not isinstance(view, Table):
        raise HeaderFault(view.line, f"The choices of `{name}` have another form.", f"Write {FORM}.")
    for leaf, _ in view.pairs:
        if leaf.text not in _KEYS:
            hint = f"Known are: {', '.join(_KEYS)}."
            message = f"`{leaf.text}` says nothing of choices."
            report.warning(leaf.line, "query-choices", message, hint, leaf.text)
    written = {key: _texts(view.get(key)) for key in _KEYS}
    sources = [key for key in ("kind", "list", "query") if written[key]]
    if len(sources) != 1 or any(len(written[key]) > 1 for key in _KEYS[1:]):
        message = f"The choices of `{name}` must come from one place."
        raise HeaderFault(view.line, message, f"Write {FORM}.")
    for kind in written["kind"]:
        if kind not in CLASS_OF_KIND:
            near = get_close_matches(kind, CLASS_OF_KIND, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Kinds are: {', '.join(CLASS_OF_KIND)}."
            raise HeaderFault(view.line, f"There are no nodes of the kind `{kind}`.", hint)
    scheme, query, column = ("".join(written[key]) for key in _KEYS[1:])
    return Choice(written["kind"], scheme, query, column, view.line)


def _texts(view: View | None) -> tuple[str, ...]:
    items = view.items if isinstance(view, Items) else () if view is None else (view,)
    return tuple(item.text for item in items if isinstance(item, Leaf) and not item.empty)

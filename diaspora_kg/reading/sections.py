"""The sections that declare nodes: actors, posts, places, world; of an article and of the register."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from diaspora_kg.article import Node
from diaspora_kg.reading.describe import Described, describe
from diaspora_kg.reading.desk import Desk
from diaspora_kg.reading.fields import Fields, nearest
from diaspora_kg.reading.nodes import ACTOR_NAMES, KINDS, PLACE, POST, WORLD_NAMES, Kind
from diaspora_kg.reading.values import read_forms
from diaspora_kg.yamlnodes import Leaf, Table, View, words_of

SECTIONS = ("actors", "posts", "places", "world")
"""The sections in the order in which they are read."""

REGISTER_SECTIONS = SECTIONS[:3]


def table_of(view: View | None, desk: Desk, what: str) -> Table | None:
    """A section's mapping; an empty section (all its lines commented out) has none."""
    if view is None or (isinstance(view, Leaf) and view.empty):
        return None
    if isinstance(view, Table):
        return view
    desk.refuse(
        view,
        "wrong-shape",
        f"`{what}` holds keys, each with its entry.",
        f"Write {what}: and below it key: {{…}}.",
    )
    return None


def read_sections(
    fields: Fields, desk: Desk, names: Sequence[str], *, register: bool = False
) -> tuple[Node, ...]:
    """Every node of the sections named, in the order written."""
    tables = [(name, table_of(fields.take(name), desk, name)) for name in names]
    keys = {name: frozenset(table.keys()) if table else frozenset() for name, table in tables}
    desk.posts, desk.world = keys["posts"], keys.get("world", frozenset())
    nodes: list[Node] = []
    for name, table in tables:
        for key, view in table.pairs if table else ():
            node = _declared(name, key, view, desk, register=register)
            if node is None:
                desk.refused.add(key.text)
            else:
                nodes.append(node)
    return tuple(nodes)


def _declared(section: str, leaf: Leaf, view: View, desk: Desk, *, register: bool) -> Node | None:
    owner = f"`{leaf.text}`"
    fields = desk.fields(view, owner, "Write {is: …} with its keys.")
    if fields is None:
        return None
    if not register and _is_addition(section, fields):
        kind = {"posts": POST.name, "places": PLACE.name}.get(section, "")
        forms = read_forms(fields.take("mentions") or view, desk)
        return Node(kind, leaf.text, leaf.line, forms=forms, addition=True)
    key = desk.new_key(leaf, "a node")
    if section in {"posts", "places"}:
        row: Kind | None = POST if section == "posts" else PLACE
    else:
        row = _kind(fields, desk, ACTOR_NAMES if section == "actors" else WORLD_NAMES)
    return read_node(fields, row, desk, key, leaf.line) if row else None


def _is_addition(section: str, fields: Fields) -> bool:
    """Whether an entry only adds mentions to an actor, post or place of the register."""
    return section != "world" and list(fields.table.keys()) == ["mentions"]


def _kind(fields: Fields, desk: Desk, allowed: Sequence[str]) -> Kind | None:
    view = fields.take("is")
    if view is None:
        message = f"{fields.owner} does not say what it is."
        hint = f"Write is: {', '.join(allowed)}; to an entry of the register an article only adds `mentions`."
        desk.report.violation(fields.line, "missing-key", message, hint, words_of(fields.table))
        return None
    text = desk.text(view, "`is`")
    if text in allowed:
        return KINDS[text]
    if text in KINDS:
        hint = (
            f"Declare it under `{KINDS[text].section}`."
            if text not in {"post", "place"}
            else f"Use `{text}s:`."
        )
        desk.refuse(view, "wrong-section", f"A {text} does not belong here.", hint)
    elif text:
        message = f"`{text}` is no kind of node.{nearest(text, allowed)}"
        desk.refuse(view, "unknown-kind", message, "Kinds: " + ", ".join(allowed) + ".")
    return None


def read_inline(view: Table, desk: Desk, allowed: Sequence[str]) -> Node | None:
    """A node that is written where it is used; its key is minted later."""
    fields = Fields(view, desk.report, "this node")
    row = _kind(fields, desk, allowed)
    return read_node(fields, row, desk, "", view.line) if row else None


def read_node(fields: Fields, row: Kind, desk: Desk, key: str, line: int) -> Node:
    """The node that a mapping describes, by its kind's row of the table."""
    fields.owner = _article(row.name) if not key else f"{_article(row.name)} (`{key}`)"
    found = describe(fields, row, desk)
    fields.audit()
    if row.name == "figure":
        _check_figure(fields, found, desk)
    return Node(
        row.name,
        key,
        line,
        tuple(dict.fromkeys(found.slots)),
        found.names,
        found.forms,
        tuple(found.participations),
        tuple(dict.fromkeys(found.unknown)),
    )


def _article(kind: str) -> str:
    return ("an " if kind[0] in "aeiou" else "a ") + kind


def _check_figure(fields: Fields, found: Described, desk: Desk) -> None:
    low, high = (
        next((v for p, v in found.slots if p == prop and isinstance(v, int | Decimal)), None)
        for prop in ("dkg:low", "dkg:high")
    )
    words = words_of(fields.table)
    if "exactly" in found.valued and found.valued & {"low", "high"}:
        message = "A figure is exact, or has bounds, not both."
        desk.report.violation(
            fields.line, "figure-bounds", message, "Keep `exactly`, or `low` and `high`.", words
        )
    elif low is not None and high is not None and low > high:
        message = f"The lowest number {low} is higher than the highest, {high}."
        desk.report.violation(fields.line, "figure-bounds", message, "Exchange the two.", words)
    elif not (found.valued | found.silent_keys) & {"exactly", "low", "high"}:
        hint = "Write `exactly`, `low` or `high`; if the source is silent: `not-stated: [low]`."
        desk.report.violation(fields.line, "missing-key", "A figure needs a number.", hint, words)

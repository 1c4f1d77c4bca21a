"""A network drawn on a circle: nodes beside their neighbours, words outside, lines inside.

A circle needs no chance and no library, and words on it never cover one another. Nodes are ordered so
that those which are joined stand close (the barycentre heuristic of layered drawings, on a circle).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from diaspora_kg.pages.figures import Edge, Network, Node
from diaspora_kg.pages.svg import Drawing, cut, groups_of
from diaspora_kg.queries.wording import count

MOST = 48
"""Nodes in one picture: those with the most lines."""

_WIDTH, _HEIGHT = 900, 760
_RADIUS = 190
_ROUNDS = 24
_SAYERS = 3  # who says it, named beside a line
_SPARSE = 12  # so many nodes have room for words that lie flat
_Point = tuple[float, float]


def network(figure: Network, title: str) -> tuple[Markup, int, tuple[tuple[int, str], ...]]:
    """The picture, the number of nodes that it leaves out, and the groups with their colours."""
    nodes, edges = _largest(figure)
    groups = groups_of(edge.group for edge in edges)
    told = f"{count(len(nodes), 'node')} and {count(len(edges), 'line')} between them."
    drawing = Drawing("network", title, told, _WIDTH, _HEIGHT)
    flat = len(nodes) <= _SPARSE
    if flat:  # nothing stands above and below the circle
        drawing.root.set("viewBox", f"0 {_HEIGHT / 2 - _RADIUS - 40:g} {_WIDTH} {2 * _RADIUS + 80}")
    angles = _angles(nodes, edges)
    if figure.directed:
        _arrows(drawing, len(groups))
    for number, edge in _parallel(edges):
        _line(drawing, edge, angles, groups.get(edge.group, 1), number, directed=figure.directed)
    for node in nodes:
        _node(drawing, node, angles[node.name], flat=flat)
    legend = tuple((colour, name) for name, colour in groups.items())
    return drawing.markup, len(figure.nodes) - len(nodes), legend


def _largest(figure: Network) -> tuple[list[Node], list[Edge]]:
    degree = Counter(name for edge in figure.edges for name in {edge.source, edge.target})
    kept = sorted(figure.nodes, key=lambda node: (-degree[node.name], node))[:MOST]
    names = {node.name for node in kept}
    return sorted(kept), [edge for edge in figure.edges if {edge.source, edge.target} <= names]


def _angles(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[str, float]:
    """The place of each node on the circle, in radians from the right."""
    near: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        if edge.source != edge.target:
            near[edge.source].add(edge.target)
            near[edge.target].add(edge.source)
    order = _walk([node.name for node in nodes], near)
    for _ in range(_ROUNDS):
        at = _spread(order)
        wanted = {
            name: _mean([at[other] for other in sorted(near[name])] + [at[name]], at[name]) for name in order
        }
        order.sort(key=lambda name: (wanted[name], name))
    return _spread(order)


def _walk(names: Sequence[str], near: Mapping[str, set[str]]) -> list[str]:
    """Nodes in the order of a walk along the lines, so that what hangs together begins together."""
    seen: dict[str, None] = {}
    waiting = sorted(names, key=lambda name: (len(near.get(name, ())), name))
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen[name] = None
        waiting += sorted(near.get(name, ()), key=lambda other: (len(near.get(other, ())), other))
    return list(seen)


def _spread(order: Sequence[str]) -> dict[str, float]:
    step = 2 * math.pi / max(1, len(order))
    return {name: step * (number + 0.5) for number, name in enumerate(order)}


def _mean(angles: Sequence[float], fallback: float) -> float:
    """The mean direction, which of 350 and 10 degrees is 0 and not 180."""
    y, x = sum(map(math.sin, angles)), sum(map(math.cos, angles))
    return fallback if math.hypot(x, y) < 1e-9 else math.atan2(y, x) % (2 * math.pi)


def _arrows(drawing: Drawing, colours: int) -> None:
    defs = drawing.add("defs")
    for colour in range(1, max(1, colours) + 1):
        marker = drawing.add("marker", defs, id=f"arrow-{colour}", class_=f"c{colour}", orient="auto")
        for name, value in {"viewBox": "0 0 8 8", "refX": "7", "refY": "4"}.items():
            marker.set(name, value)
        marker.set("markerUnits", "userSpaceOnUse")
        marker.set("markerWidth", "10")
        marker.set("markerHeight", "10")
        drawing.add("path", marker, d="M0 0L8 4L0 8z", class_="arrow")


def _parallel(edges: Sequence[Edge]) -> list[tuple[int, Edge]]:
    """Each line with its number among those between the same two nodes."""
    seen: Counter[frozenset[str]] = Counter()
    numbered = []
    for edge in edges:
        ends = frozenset((edge.source, edge.target))
        numbered.append((seen[ends], edge))
        seen[ends] += 1
    return numbered


def _line(
    drawing: Drawing, edge: Edge, angles: Mapping[str, float], colour: int, number: int, *, directed: bool
) -> None:
    source, target = _at(angles[edge.source]), _at(angles[edge.target])
    if edge.source == edge.target:
        path = _loop(angles[edge.source], number)
    else:
        bend = 0.35 + 0.18 * number
        middle = tuple(
            _middle(a, b, c, bend) for a, b, c in zip(source, target, (_WIDTH / 2, _HEIGHT / 2), strict=True)
        )
        end = _short(target, (middle[0], middle[1])) if directed else target
        path = f"M{_xy(source)}Q{_xy((middle[0], middle[1]))} {_xy(end)}"
    group = drawing.add("g", class_=f"edge c{colour} put" if edge.put else f"edge c{colour}")
    times = f", in {count(edge.rows, 'row')}" if edge.rows > 1 else ""
    own = edge.group if edge.group not in edge.put.split(", ") else ""
    says = f"says {' and '.join(edge.said[:_SAYERS])}" if edge.said else ""
    more = f" and {len(edge.said) - _SAYERS} more" if len(edge.said) > _SAYERS else ""
    about = ", ".join(part for part in (edge.label, edge.put, own, says) if part) or "joined"
    drawing.title(group, f"{about}{more}{times}")
    thick = min(7.0, 1.2 + math.log2(max(1.0, edge.weight)))
    line = drawing.add("path", group, d=path, stroke_width=thick)
    if directed:
        line.set("marker-end", f"url(#arrow-{colour})")


def _middle(a: float, b: float, centre: float, bend: float) -> float:
    return (a + b) / 2 * (1 - bend) + centre * bend


def _node(drawing: Drawing, node: Node, angle: float, *, flat: bool) -> None:
    x, y = _at(angle)
    group = drawing.add("g", class_="node")
    drawing.title(group, f"{node.label} ({node.kind})" if node.kind else node.label)
    drawing.add("circle", group, cx=x, cy=y, r=6)
    left = math.cos(angle) < 0
    tx, ty = _at(angle, _RADIUS + 13)
    text = drawing.add("text", group, x=tx, y=round(ty + 4, 1), text_anchor="end" if left else "start")
    if not flat:
        turn = math.degrees(angle) + (180 if left else 0)
        text.set("transform", f"rotate({turn % 360:.1f} {tx:.1f} {ty:.1f})")
    text.text = cut(node.label, 34 if flat else 24)


def _loop(angle: float, number: int) -> str:
    """A line from a node to itself, inside the circle."""
    reach = _RADIUS - 60 - 14 * number
    first, second = _at(angle - 0.22, reach), _at(angle + 0.22, reach)
    return f"M{_xy(_at(angle))}C{_xy(first)} {_xy(second)} {_xy(_at(angle, _RADIUS - 9))}"


def _at(angle: float, radius: float = _RADIUS) -> _Point:
    return round(_WIDTH / 2 + radius * math.cos(angle), 1), round(_HEIGHT / 2 + radius * math.sin(angle), 1)


def _short(point: _Point, before: _Point) -> _Point:
    """A point a little before the end of a line, so that an arrow does not lie under the node."""
    away = math.hypot(point[0] - before[0], point[1] - before[1]) or 1.0
    return tuple(round(p - (p - b) * 7 / away, 1) for p, b in zip(point, before, strict=True))  # type: ignore[return-value]


def _xy(point: _Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"

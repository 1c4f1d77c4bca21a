"""One article on its way through the defaults: what is looked up, taken and found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from diaspora_kg.article import Article, Claim, Concept, Node, Ref, Statement
from diaspora_kg.errors import Finding
from diaspora_kg.light import light

Found = Node | Statement | Claim | Article | None
Lookup = Callable[[Ref], Found]
"""What a key stands for, here, in the register or in another article."""


@light
@dataclass(frozen=True, slots=True, order=True)
class Default:
    """A value that was not written: where, of what, and why this one."""

    line: int
    node: str
    slot: str
    value: str
    why: str


@dataclass(slots=True)
class Desk:
    """One article on the way: what is looked up, taken and found."""

    article: Article
    lookup: Lookup
    taken: list[Default] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)

    def find(self, ref: Ref) -> Found:
        """A node of this article as it is settled so far, else whatever has the key."""
        return self.statements.get(ref.key) or self.nodes.get(ref.key) or self.lookup(ref)

    def know(self, nodes: Iterable[Node]) -> None:
        """The article's own nodes, as far as they are settled."""
        self.nodes = {node.key: node for node in nodes if node.key and not node.addition}

    def take(self, line: int, node: str, slot: str, value: str, why: str) -> str:
        """Notes a default and gives back its value."""
        self.taken.append(Default(line, node, slot, value, why))
        return value


def kinds(node: Node) -> tuple[str, ...]:
    """The kinds of a node, by local name."""
    return tuple(value.name for value in node.values("dkg:kind") if isinstance(value, Concept))


def seen_from_here(ref: Ref, key: str, desk: Desk) -> str:
    """A key that another article's node uses, as this article would write it."""
    article, dot, _ = ref.key.rpartition(".")
    there = f"{article}.{key}" if dot and "." not in key else key
    return there if there == key or desk.lookup(Ref(there, ref.line)) is not None else key

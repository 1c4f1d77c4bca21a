"""Statements: who spoke or signed, when, through what, and the claims made."""

from __future__ import annotations

from diaspora_kg.article import Concept, Node, Ref, Scalar, Statement, Voice
from diaspora_kg.reading.claims import read_claims
from diaspora_kg.reading.describe import Described, describe
from diaspora_kg.reading.desk import Desk
from diaspora_kg.reading.nodes import STATEMENT
from diaspora_kg.reading.sections import table_of
from diaspora_kg.reading.values import read_anchors
from diaspora_kg.yamlnodes import Leaf, View


def read_statements(view: View | None, desk: Desk) -> tuple[Statement, ...]:
    """The section ``statements``."""
    table = table_of(view, desk, "statements")
    found = []
    for leaf, entry in table.pairs if table else ():
        statement = _statement(leaf, entry, desk)
        if statement is not None:
            found.append(statement)
    return tuple(found)


def _statement(leaf: Leaf, view: View, desk: Desk) -> Statement | None:
    fields = desk.fields(
        view, f"a statement (`{leaf.text}`)", "Write kind, by, quote and claims below its key."
    )
    if fields is None:
        return None
    key = desk.new_key(leaf, "a statement")
    found = describe(fields, STATEMENT, desk)
    anchors = read_anchors(fields.take("quote"), desk)
    claims = read_claims(fields.take("claims"), desk, Voice.STATEMENT, Ref(key, leaf.line))
    fields.audit()
    figure = _others(key, leaf.line, found)
    return Statement(
        key,
        leaf.line,
        tuple(value.name for value in found.pull("dkg:kind") if isinstance(value, Concept)),
        tuple(found.participations),
        found.refs("dkg:medium"),
        found.refs("prov:wasQuotedFrom"),
        tuple(found.slots),
        figure,
        anchors,
        claims=claims,
        unknown=tuple(dict.fromkeys(found.unknown)),
    )


def _others(key: str, line: int, found: Described) -> Node | None:
    """The Figure that ``others`` makes: signatories beside those who are named."""
    counts = found.pull("dkg:low")
    silent = "dkg:low" in found.unknown
    found.unknown = [prop for prop in found.unknown if prop != "dkg:low"]
    if not counts and not silent:
        return None
    slots: list[tuple[str, Scalar]] = [
        ("dkg:subject", Ref(key, line)),
        ("dkg:measure", Concept("signatories")),
    ]
    slots += ((prop, value) for value in counts for prop in ("dkg:low", "dkg:high"))
    return Node("figure", "", line, tuple(slots), unknown=("dkg:low",) if silent else ())

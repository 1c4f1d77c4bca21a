"""Faults planted in the quads of an article: one small change of a kind, by a seeded choice.

Each kind takes the lines of an article and gives them changed, or ``None`` where there is nothing of its kind
to be changed. Whether the change is a fault at all is for the engines to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from diaspora_kg.names import CLASS_OF_KIND, expand

Row = tuple[str, str, str, str]
Kind = Callable[[list[Row], Random], list[Row] | None]

_TYPE = f"<{expand('rdf:type')}>"
_BEFORE, _AFTER = (f"<{expand(f'dkg:{name}')}>" for name in ("notBefore", "notAfter"))
_BEGIN, _END = (f"<{expand(f'dkg:{name}')}>" for name in ("begin", "end"))
_VOCAB = f"<{expand('dkgv:')}"
_DATATYPES = ("string", "integer", "decimal", "date", "dateTime", "boolean", "anyURI")
_LITERALS = (
    *(
        f'"{value}"^^<{expand("xsd:integer")}>'
        for value in ("01", "+7", "-3", "0", "x", "99999999999999999999")
    ),
    *(
        f'"{value}"^^<{expand("xsd:date")}>'
        for value in ("2018-02-31", "2018-04-25Z", "0001-01-01", "Friday")
    ),
    *(f'"{value}"^^<{expand("xsd:decimal")}>' for value in ("1.50", "-0", "1e3")),
    f'"2018-04-25T10:00:00.000Z"^^<{expand("xsd:dateTime")}>',
    f'"plain"^^<{expand("xsd:string")}>',
    '"plain"',
    '""@en',
    '"Norland"@EN-gb',
    '"a \\"quoted\\" word, and \\\\ \\n"@en',
    f'"{"long " * 61}"@en',
    '"\\u00e9"@fr',
)


def row_of(line: str) -> Row:
    """The terms of a line of N-Quads as our own writer makes it, its graph last."""
    subject, predicate, rest = line.removesuffix(" .").split(" ", 2)
    value, _, graph = rest.rpartition(" ")
    return subject, predicate, value, graph


def line_of(row: Row) -> str:
    """The line of some terms."""
    return f"{' '.join(row)} ."


def mutated(lines: Sequence[str], kind: str, random: Random) -> list[str] | None:
    """An article with one change of a kind, ``None`` where there is nothing to be changed."""
    rows = KINDS[kind]([row_of(line) for line in lines], random)
    return None if rows is None else [line_of(row) for row in rows]


def _drop(rows: list[Row], random: Random) -> list[Row]:
    rows.pop(random.randrange(len(rows)))
    return rows


def _drop_node(rows: list[Row], random: Random) -> list[Row]:
    subject = random.choice(rows)[0]
    return [row for row in rows if row[0] != subject]


def _drop_links(rows: list[Row], random: Random) -> list[Row]:
    """No triple that leads to a node is left."""
    subject = random.choice(rows)[0]
    return [row for row in rows if row[2] != subject]


def _second_value(rows: list[Row], random: Random) -> list[Row] | None:
    subject, predicate, value, graph = random.choice(rows)
    others = sorted({row[2] for row in rows if row[1] == predicate} - {value})
    return [*rows, (subject, predicate, random.choice(others), graph)] if others else None


def _other_graph(rows: list[Row], random: Random) -> list[Row]:
    """The same triple once more, in another graph: it counts once."""
    row = random.choice(rows)
    return [*rows, (*row[:3], "<https://example.org/graph/other>")]


def _datatype(rows: list[Row], random: Random) -> list[Row] | None:
    literals = [n for n, row in enumerate(rows) if row[2].startswith('"')]
    if not literals:
        return None
    number = random.choice(literals)
    subject, predicate, value, graph = rows[number]
    lexical = value[: value.rindex('"') + 1]
    suffixes = ["", "@en", "@az-cyrl", *(f"^^<{expand(f'xsd:{name}')}>" for name in _DATATYPES)]
    rows[number] = (subject, predicate, lexical + random.choice(suffixes), graph)
    return rows


def _odd_literal(rows: list[Row], random: Random) -> list[Row]:
    number = random.randrange(len(rows))
    subject, predicate, _, graph = rows[number]
    rows[number] = (subject, predicate, random.choice(_LITERALS), graph)
    return rows


def _class(rows: list[Row], random: Random) -> list[Row] | None:
    typed = [n for n, row in enumerate(rows) if row[1] == _TYPE]
    if not typed:
        return None
    number = random.choice(typed)
    subject, predicate, _, graph = rows[number]
    rows[number] = (subject, predicate, f"<{expand(random.choice(sorted(CLASS_OF_KIND.values())))}>", graph)
    return rows


def _second_class(rows: list[Row], random: Random) -> list[Row]:
    row = random.choice(rows)
    return [*rows, (row[0], _TYPE, f"<{expand(random.choice(sorted(CLASS_OF_KIND.values())))}>", row[3])]


def _concept(rows: list[Row], random: Random) -> list[Row] | None:
    """A value of a closed list becomes another one, be it of that list or not."""
    found = [n for n, row in enumerate(rows) if row[2].startswith(_VOCAB)]
    if not found:
        return None
    number = random.choice(found)
    subject, predicate, _, graph = rows[number]
    others = sorted({row[2] for row in rows if row[2].startswith(_VOCAB)})
    others += [
        f"{_VOCAB}{name}>" for name in ("hypothetical", "evaluative", "commissive", "boilerplate", "none")
    ]
    rows[number] = (subject, predicate, random.choice(others), graph)
    return rows


def _swap_values(rows: list[Row], random: Random) -> list[Row]:
    one, two = (random.randrange(len(rows)) for _ in range(2))
    left, right = rows[one], rows[two]
    rows[one], rows[two] = (*left[:2], right[2], left[3]), (*right[:2], left[2], right[3])
    return rows


def _property(rows: list[Row], random: Random) -> list[Row]:
    number = random.randrange(len(rows))
    row = rows[number]
    rows[number] = (row[0], random.choice(rows)[1], *row[2:])
    return rows


def _reversed(first: str, second: str) -> Kind:
    def kind(rows: list[Row], random: Random) -> list[Row] | None:
        pairs = {row[0] for row in rows if row[1] == first} & {row[0] for row in rows if row[1] == second}
        if not pairs:
            return None
        subject = random.choice(sorted(pairs))
        other = {first: second, second: first}
        return [(row[0], other.get(row[1], row[1]), *row[2:]) if row[0] == subject else row for row in rows]

    return kind


def _later(rows: list[Row], random: Random) -> list[Row] | None:
    """The earliest possible day comes after the latest one."""
    bounds = [n for n, row in enumerate(rows) if row[1] == _BEFORE]
    if not bounds:
        return None
    number = random.choice(bounds)
    rows[number] = (*rows[number][:2], f'"2999-12-31"^^<{expand("xsd:date")}>', rows[number][3])
    return rows


def _unknown(rows: list[Row], random: Random) -> list[Row]:
    subject, predicate, _, graph = random.choice(rows)
    return [*rows, (subject, f"<{expand('dkg:unknown')}>", predicate, graph)]


def _umbrella(rows: list[Row], random: Random) -> list[Row] | None:
    """A membership is turned round, so that with another one it may form a circle."""
    member, body = (f"<{expand(f'org:{name}')}>" for name in ("member", "organization"))
    turned = _reversed(member, body)(rows, random)
    return [*rows, *turned] if turned is not None else None


KINDS: dict[str, Kind] = {
    "a triple dropped": _drop,
    "a node dropped": _drop_node,
    "the links to a node dropped": _drop_links,
    "a second value": _second_value,
    "a triple in a second graph": _other_graph,
    "another datatype": _datatype,
    "an odd literal": _odd_literal,
    "another class": _class,
    "a second class": _second_class,
    "another concept": _concept,
    "two values exchanged": _swap_values,
    "another property": _property,
    "dates reversed": _reversed(_BEFORE, _AFTER),
    "a date too late": _later,
    "positions reversed": _reversed(_BEGIN, _END),
    "an unknown with a value": _unknown,
    "memberships turned round": _umbrella,
}
"""Every kind of change, by what it is called in the table."""

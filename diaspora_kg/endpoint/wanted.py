"""What a request wants of a saved query: its parameters, and how the answer is cut, sorted and written.

Parameters are the plain names of the query string; a name that is repeated gives alternatives, an empty
value (a field of a form that was left empty) is none. Everything is checked before anything is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeVar
from urllib.parse import parse_qsl

from diaspora_kg.endpoint.sorting import Condition, Order
from diaspora_kg.errors import UsageError
from diaspora_kg.index.rows import NodeRow
from diaspora_kg.queries.catalog import SavedQuery
from diaspora_kg.queries.parameters import RESERVED, Finder, Parameter, fill
from diaspora_kg.terms import Term

CONTROLS = frozenset({*RESERVED, "page_size"})
"""Names in a query string that are no parameters of a query: they say how the answer is given."""

PAGE_SIZE = 100
LARGEST_PAGE = 10_000

_MOST_FIELDS = 500
_MOST_VALUES = 200
_MOST_CONTROLS = 8  # of sort and filter each: all rows are gone through for each of them
_LONGEST = 2_000  # characters of a value
_SHOWN = 40  # characters of a wrong value in a message
_TOLD = 3  # unknown names in one message
_YES = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

Pairs = Sequence[tuple[str, str]]
_T = TypeVar("_T")


class BadRequest(UsageError):
    """What is wrong with a request: one sentence for each name that it concerns.

    ``near`` are the nodes that a parameter may have meant.
    """

    def __init__(
        self, faults: Mapping[str, str], near: Mapping[str, Sequence[NodeRow]] | None = None
    ) -> None:
        self.faults = dict(faults)
        self.near = dict(near or {})
        super().__init__(" ".join(self.faults.values()))


class NothingFound(UsageError):
    """Nothing has this name; ``near`` are nodes whose names hold its words."""

    def __init__(self, sentence: str, near: Sequence[NodeRow]) -> None:
        self.near = tuple(near)
        super().__init__(sentence)


@dataclass(frozen=True)
class Wanted:
    """A request as it was written; ``page`` is 0 where the whole answer is wanted at once."""

    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 0
    size: int = PAGE_SIZE
    orders: tuple[Order, ...] = ()
    conditions: tuple[Condition, ...] = ()
    evidence: bool = False
    form: str = ""
    fixed: str = ""

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The parameters of the query, one pair for each value."""
        return tuple((name, value) for name, values in self.given.items() for value in values)

    @property
    def arrangement(self) -> tuple[tuple[str, str], ...]:
        """How the rows are chosen and sorted, as a query string has it."""
        kept = tuple(("filter", condition.text) for condition in self.conditions)
        return kept + tuple(("sort", order.text) for order in self.orders)


def pairs(query_string: bytes) -> Pairs:
    """The fields of a query string; raises :class:`BadRequest` where it is not percent-encoded UTF-8."""
    try:
        return parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except UnicodeDecodeError:
        raise BadRequest({"": "The address is not UTF-8 in percent-encoding."}) from None
    except ValueError:
        raise BadRequest({"": f"More than {_MOST_FIELDS} fields are too many."}) from None


def read(query: SavedQuery, written: Pairs) -> Wanted:
    """What the fields of a query string want; raises :class:`BadRequest` with all that is wrong."""
    names = [parameter.name for parameter in query.parameters]
    found: dict[str, list[str]] = defaultdict(list)
    for name, value in written:
        if value:
            found[name].append(value)
    faults = _unknown(written, names)
    for name, values in found.items():
        if name in {*names, *CONTROLS} and (fault := _oversized(name, values)):
            faults[name] = fault
    reading = _Reading(found, faults)
    wanted = Wanted(
        {name: tuple(found[name]) for name in names if found[name]},
        reading.one("page", 0, _whole(1, 1_000_000)),
        reading.one("page_size", PAGE_SIZE, _whole(1, LARGEST_PAGE)),
        reading.several("sort", Order.read),
        reading.several("filter", Condition.read),
        reading.one("evidence", False, _yes),
        reading.one("format", "", str),
        reading.one("fixed", "", str),
    )
    if faults:
        raise BadRequest(faults)
    return wanted if wanted.page or not found["page_size"] else _first_page(wanted)


def terms(
    query: SavedQuery, wanted: Wanted, finder: Callable[[Parameter], Finder]
) -> dict[str, tuple[Term | None, ...]]:
    """The terms of each variable; ``finder`` finds what a parameter can mean.

    Raises :class:`BadRequest` with a sentence for each wrong parameter.
    """
    filled: dict[str, tuple[Term | None, ...]] = {}
    faults: dict[str, str] = {}
    near: dict[str, Sequence[NodeRow]] = {}
    for parameter in query.parameters:
        given = wanted.given.get(parameter.name, ())
        if not given and parameter.default is None and not parameter.optional:
            faults[parameter.name] = missing(parameter)
            continue
        try:
            filled |= fill([parameter], {parameter.name: given}, finder(parameter))
        except UsageError as error:
            told = str(error).removeprefix(f"{parameter.name}: ")
            faults[parameter.name] = f"{parameter.name}: {told}{'' if told.endswith(('.', '?')) else '.'}"
            near[parameter.name] = error.near if isinstance(error, NothingFound) else ()
    if faults:
        raise BadRequest(faults, near)
    return filled


def missing(parameter: Parameter) -> str:
    """What is said where a value must be given."""
    meaning = f" ({parameter.meaning.rstrip('.')})" if parameter.meaning else ""
    return f"{parameter.name}: a value is needed{meaning}."


def incomplete(query: SavedQuery, written: Pairs) -> bool:
    """Whether a value is needed that is not given: then a form is shown, and nothing is asked."""
    given = {name for name, value in written if value}
    return any(p.name not in given and p.default is None and not p.optional for p in query.parameters)


def shortened(value: str) -> str:
    """A wrong value as a message shows it: on one line and not long."""
    plain = ascii(value) if not value.isprintable() else repr(value)
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"


def _unknown(written: Pairs, names: Sequence[str]) -> dict[str, str]:
    strange = dict.fromkeys(name for name, _ in written if name not in names and name not in CONTROLS)
    faults = {}
    for name in list(strange)[:_TOLD]:
        near = get_close_matches(name[:_SHOWN], [*names, *CONTROLS], 1)
        hint = f"Did you mean {near[0]}?" if near else f"Parameters are: {', '.join(names) or 'none'}."
        faults[name] = f"There is no parameter {shortened(name)}. {hint}"
    return faults


def _oversized(name: str, values: Sequence[str]) -> str:
    most = _MOST_CONTROLS if name in CONTROLS else _MOST_VALUES
    if len(values) > most:
        return f"{name}: more than {most} values are too many."
    if any(len(value) > _LONGEST for value in values):
        return f"{name}: more than {_LONGEST} characters are too many."
    return ""


def _first_page(wanted: Wanted) -> Wanted:
    return Wanted(
        wanted.given,
        1,
        wanted.size,
        wanted.orders,
        wanted.conditions,
        wanted.evidence,
        wanted.form,
        wanted.fixed,
    )


@dataclass
class _Reading:
    """Takes controls, each with its own way of reading, and notes what is wrong."""

    found: Mapping[str, Iterable[str]]
    faults: dict[str, str]

    def one(self, name: str, default: _T, reader: Callable[[str], _T]) -> _T:
        values = list(self.found.get(name, ()))
        if len(values) > 1:
            self.faults[name] = f"{name}: give it once."
            return default
        return next(iter(self.several(name, reader)), default)

    def several(self, name: str, reader: Callable[[str], _T]) -> tuple[_T, ...]:
        try:
            return tuple(reader(value) for value in self.found.get(name, ()))
        except ValueError as error:
            self.faults[name] = f"{name}: {error}."
            return ()


def _whole(least: int, most: int) -> Callable[[str], int]:
    def reader(value: str) -> int:
        if not (value.isascii() and value.isdecimal() and len(value) < 10 and least <= int(value) <= most):
            raise ValueError(f"{shortened(value)} is no whole number from {least} to {most}")
        return int(value)

    return reader


def _yes(value: str) -> bool:
    if value not in _YES:
        raise ValueError(f"{shortened(value)} is neither true nor false")
    return _YES[value]

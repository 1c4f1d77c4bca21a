"""SPARQL constraints as nested loops over an index, from the algebra that rdflib parses them to.

Known are ``SELECT [DISTINCT] $this ?value`` over one group of triple patterns and property paths, with
filters of ``=``, ``!=``, ``<`` and its kin, ``IN``, ``NOT IN``, ``&&``, ``||``, ``!``, ``EXISTS`` and
``NOT EXISTS``, nested as one likes. Everything else is :class:`~diaspora_kg.shapes.fast.paths.Unknown`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from rdflib import Literal, URIRef, Variable
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node as Term

from diaspora_kg.shapes.fast.index import Index
from diaspora_kg.shapes.fast.paths import Unknown
from diaspora_kg.shapes.fast.patterns import Bound, End, Names, Pattern, Test, Then, end_of, look, pattern_of
from diaspora_kg.shapes.fast.values import Undecided, below, is_literal, text_of

Select = Callable[[Index, str], Collection[str]]

_ORDERS = {"<": (False, False), "<=": (False, True), ">": (True, False), ">=": (True, True)}
"""Whether the sides of a comparison are exchanged, and whether both may be equal."""

# pyshacl refuses the first three, wherever they stand, and fills in the others
_ELSEWHERE = re.compile(r"\b(?:MINUS|VALUES|SERVICE|shapesGraph|currentShape|PATH)\b", re.IGNORECASE)


def compile_select(text: str) -> Select:
    """The ``?value`` of each solution for a ``$this``; raises :class:`Unknown`.

    Of a query without ``?value`` each solution gives the empty text.
    """
    if found := _ELSEWHERE.search(text):
        raise Unknown(f"{found[0]} in a query")
    try:
        algebra = prepareQuery(text).algebra
    except Exception as error:  # rdflib raises it as such; pyshacl will say what is wrong
        raise Unknown("a query that rdflib cannot parse") from error
    if algebra.name != "SelectQuery" or algebra.datasetClause:
        raise Unknown("a query that is no SELECT over the data")
    part = algebra.p
    if part.name == "Distinct":
        part = part.p
    if part.name != "Project" or not set(part.PV) <= {Variable("this"), Variable("value")}:
        raise Unknown("a query that selects more than $this and ?value")
    this = Variable("this")
    names = Names()
    slot = names.slot(this)
    value = names.slot(Variable("value")) if Variable("value") in part.PV else -1
    answers: list[str] = []

    def note(_: Index, bound: Bound) -> bool:
        answers.append(bound[value] if value >= 0 else "")
        return False

    run = _group(part.p, frozenset({slot}), names, note, set())
    size = len(names.slots)

    def select(index: Index, node: str) -> Collection[str]:
        answers.clear()
        bound = [""] * size
        bound[slot] = node
        run(index, bound)
        return list(dict.fromkeys(answers))

    return select


def _group(part: CompValue, known: frozenset[int], names: Names, then: Then, used: set[int]) -> Then:
    """Run ``then`` for each solution of a group; the numbers of its variables are added to ``used``."""
    filters = []
    while part.name == "Filter":
        filters.append(part.expr)
        part = part.p
    patterns = [pattern_of(triple, names) for triple in _triples(part)]
    inside = known.union(*(pattern.slots() for pattern in patterns))
    tests = [test for one in filters for test in _conjuncts(one, inside, names)]
    used.update(inside - known, *(pattern.slots() for pattern in patterns), *(slots for slots, _ in tests))
    return _ordered(patterns, tests, known, inside, then)


def _triples(part: CompValue) -> Iterator[Sequence[Term]]:
    if part.name == "Join":
        yield from _triples(part.p1)
        yield from _triples(part.p2)
    elif part.name == "BGP":
        yield from part.triples
    else:
        raise Unknown(f"{part.name} in a query")


def _ordered(
    patterns: list[Pattern],
    tests: list[tuple[frozenset[int], Test]],
    known: frozenset[int],
    inside: frozenset[int],
    then: Then,
) -> Then:
    """The patterns one within the other, each test as soon as what it asks for is known."""
    steps: list[Callable[[Then], Then]] = []
    waiting, left = list(tests), list(patterns)
    while True:
        ready = [test for slots, test in waiting if slots & inside <= known]
        waiting = [(slots, test) for slots, test in waiting if not slots & inside <= known]
        steps.extend(_if(test) for test in ready)
        if not left:
            break
        pattern = min(left, key=lambda one: one.weight(known))
        left.remove(pattern)
        steps.append(look(pattern, known))
        known |= pattern.slots()
    for step in reversed(steps):
        then = step(then)
    return then


def _if(test: Test) -> Callable[[Then], Then]:
    def wrap(then: Then) -> Then:
        return lambda index, bound: test(index, bound) and then(index, bound)

    return wrap


def _conjuncts(
    expression: object, inside: frozenset[int], names: Names
) -> Iterable[tuple[frozenset[int], Test]]:
    if isinstance(expression, CompValue) and expression.name == "ConditionalAndExpression":
        for one in (expression.expr, *expression.other):
            yield from _conjuncts(one, inside, names)
    else:
        used: set[int] = set()
        test = _test(expression, inside, names, used)
        yield frozenset(used), test


def _test(expression: object, inside: frozenset[int], names: Names, used: set[int]) -> Test:
    if not isinstance(expression, CompValue):
        raise Unknown(f"{type(expression).__name__} in a filter")
    name = expression.name
    if name in {"Builtin_EXISTS", "Builtin_NOTEXISTS"}:
        return _exists(expression, inside, names, used, wanted=name == "Builtin_EXISTS")
    if name == "RelationalExpression":
        return _relation(expression, inside, names, used)
    if name == "UnaryNot":
        inner = _test(expression.expr, inside, names, used)
        return lambda index, bound: not inner(index, bound)
    if name not in {"ConditionalOrExpression", "ConditionalAndExpression"}:
        raise Unknown(f"{name} in a filter")
    tests = [_test(part, inside, names, used) for part in (expression.expr, *expression.other)]
    if name == "ConditionalOrExpression":
        return lambda index, bound: any(test(index, bound) for test in tests)
    return lambda index, bound: all(test(index, bound) for test in tests)


def _exists(
    expression: CompValue, inside: frozenset[int], names: Names, used: set[int], *, wanted: bool
) -> Test:
    run = _group(expression.graph, inside, names, lambda _index, _bound: True, used)
    return lambda index, bound: run(index, bound) is wanted


def _relation(expression: CompValue, inside: frozenset[int], names: Names, used: set[int]) -> Test:
    operator = expression.op
    left = _operand(expression.expr, inside, names, used)
    if operator in {"IN", "NOT IN"}:
        others = expression.other if isinstance(expression.other, list) else []
        if not all(isinstance(one, URIRef) for one in others):
            raise Unknown("a list of other things than IRIs in a filter")
        known = frozenset(map(text_of, others))
        return lambda _, bound: (_comparable(left.value(bound)) in known) is (operator == "IN")
    right = _operand(expression.other, inside, names, used)
    if operator in _ORDERS:
        turned, equal = _ORDERS[operator]
        less, more = (right, left) if turned else (left, right)
        return lambda _, bound: _less(less.value(bound), more.value(bound), equal=equal)
    if operator not in {"=", "!="}:
        raise Unknown(f"{operator} in a filter")
    same = operator == "="
    return lambda _, bound: (_comparable(left.value(bound)) == _comparable(right.value(bound))) is same


def _operand(term: object, inside: frozenset[int], names: Names, used: set[int]) -> End:
    if not isinstance(term, Variable | URIRef | Literal):
        raise Unknown("a calculation in a filter")
    end = end_of(term, names)
    if end.slot >= 0:
        if end.slot not in inside:
            raise Unknown("a filter of a variable that has no value")
        used.add(end.slot)
    return end


def _less(one: str, other: str, *, equal: bool) -> bool:
    if not (is_literal(one) and is_literal(other)):
        raise Undecided("a comparison with what is no literal in a query")
    return below(one, other, equal=equal)


def _comparable(term: str) -> str:
    if is_literal(term):
        raise Undecided("a comparison of literals in a query")
    return term

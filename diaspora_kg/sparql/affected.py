"""Which answers of a query a change of the graph can touch: queries that lead from a change to ``?focus``.

An answer appears or goes only if some match of the query's patterns, those inside MINUS, OPTIONAL and
EXISTS included, uses a quad that came or went. So for each triple pattern there is a *probe*: the
patterns that it stands with, joined, each MINUS on the way to it made a plain group.
A filter stays where it only compares what the patterns of its own group bind. With the pattern's subject bound to the subjects of changed quads of its predicate, a probe finds every
focus that the change can touch (and perhaps some more, which does no harm).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from diaspora_kg.names import expand
from diaspora_kg.sparql.tokens import Kind, Token, significant

_TYPE = expand("rdf:type")


class NotTraceable(ValueError):
    """The query has a construct that this module does not know; it must be run as a whole."""


@dataclass(frozen=True, slots=True)
class Probe:
    """From changed quads to foci.

    A quad counts if its predicate is in ``predicates`` (``None``: any); of the predicate rdf:type only
    with a class in ``classes``, unless that is ``None``. ``climb`` says that the pattern is a path, whose
    start may lie steps before the changed quad; ``inverse`` that a step of it goes backwards. The query
    ``sparql`` selects ``?focus``; ``variable`` is to be bound to what was found (``None``: nothing is).
    """

    sparql: str
    variable: str | None
    predicates: frozenset[str] | None
    classes: frozenset[str] | None = None
    climb: bool = False
    inverse: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Triple:
    subject: str
    path: str
    object: str
    predicates: frozenset[str] | None
    climb: bool
    inverse: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Text:
    """VALUES, or a filter on ``needs``."""

    text: str
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class _Graph:
    name: str
    inside: list[_Part]


@dataclass(frozen=True, slots=True, eq=False)
class _Aside:
    """MINUS, OPTIONAL or EXISTS: no part of the plain patterns."""

    inside: list[_Part]


@dataclass(frozen=True, slots=True, eq=False)
class _Union:
    branches: list[list[_Part]]


_Part = _Triple | _Text | _Graph | _Aside | _Union


def probes(text: str) -> tuple[Probe, ...]:
    """The probes of a query whose answers are about ``?focus``; raises :class:`NotTraceable`."""
    reading = _Reading(text)
    root = reading.query()
    found: dict[tuple[str, str], Probe] = {}
    for triple, chosen in _walk(root, {}):
        where = _render(root, chosen)
        if "?focus" not in where:
            raise NotTraceable("a pattern leads to no ?focus")
        variable = triple.subject[1:] if triple.subject.startswith("?") else None
        classes = None
        if triple.predicates == {_TYPE} and not triple.object.startswith("?"):
            classes = frozenset({reading.iri(triple.object)})
        key = (where, f"{triple.subject} {triple.path if triple.climb or classes else ''} {classes}")
        made = Probe(
            f"{reading.prologue}SELECT DISTINCT ?focus WHERE {{ {where} }}",
            variable,
            triple.predicates,
            classes,
            triple.climb,
            triple.inverse,
        )
        before = found.get(key)
        if before is not None:
            both = (before.predicates, made.predicates)
            joined = None if None in both else frozenset().union(*(p for p in both if p is not None))
            made = Probe(
                made.sparql, variable, joined, classes, made.climb, before.inverse or made.inverse
            )
        found[key] = made
    return tuple(found.values())


def produced(text: str) -> frozenset[str]:
    """The properties of the triples that a CONSTRUCT makes; raises :class:`NotTraceable`."""
    reading = _Reading(text)
    made: set[str] = set()
    for part in reading.template():
        if not isinstance(part, _Triple) or part.predicates is None:
            raise NotTraceable("the template has more than triples with a property each")
        made |= part.predicates
    return frozenset(made)


def _walk(parts: list[_Part], chosen: Mapping[int, int]) -> Iterator[tuple[_Triple, Mapping[int, int]]]:
    for part in parts:
        if isinstance(part, _Triple):
            yield part, chosen
        elif isinstance(part, _Graph):
            yield from _walk(part.inside, chosen)
        elif isinstance(part, _Aside):
            yield from _walk(part.inside, {**chosen, id(part): 0})
        elif isinstance(part, _Union):
            for number, branch in enumerate(part.branches):
                yield from _walk(branch, {**chosen, id(part): number})


def _render(parts: list[_Part], chosen: Mapping[int, int]) -> str:
    return " ".join(filter(None, (_rendered(part, chosen) for part in parts)))


def _rendered(part: _Part, chosen: Mapping[int, int]) -> str:
    if isinstance(part, _Triple):
        return f"{part.subject} {part.path} {part.object} ."
    if isinstance(part, _Text):
        return part.text
    if isinstance(part, _Graph):
        inside = _render(part.inside, chosen)
        return f"GRAPH {part.name} {{ {inside} }}" if inside else ""
    if isinstance(part, _Aside):
        return _render(part.inside, chosen) if id(part) in chosen else ""
    if id(part) in chosen:
        return _render(part.branches[chosen[id(part)]], chosen)
    return " UNION ".join(f"{{ {_render(branch, chosen)} }}" for branch in part.branches)


def _variables(parts: list[_Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, _Triple):
            yield from (term for term in (part.subject, part.object) if term.startswith("?"))
        elif isinstance(part, _Graph):
            yield from _variables(part.inside)


@dataclass
class _Reading:
    """A small reader of SPARQL 1.1 group patterns; what it does not know, it refuses."""

    text: str
    prefixes: dict[str, str] = field(default_factory=dict)
    prologue: str = ""

    def __post_init__(self) -> None:
        self._tokens = significant(self.text)
        self._at = 0
        self._renamed: list[tuple[frozenset[str], str]] = []
        self._subselects = 0

    def template(self) -> list[_Part]:
        """What stands behind CONSTRUCT."""
        self._declarations()
        if not self._next().is_word("CONSTRUCT"):
            raise NotTraceable("no CONSTRUCT")
        return self._group()

    def _declarations(self) -> None:
        while self._peek().is_word("PREFIX", "BASE"):
            if self._next().is_word("BASE"):
                raise NotTraceable("BASE")
            name, iri = self._next().text, self._next().text
            self.prefixes[name[:-1]] = iri[1:-1]
            self.prologue += f"PREFIX {name} {iri} "

    def query(self) -> list[_Part]:
        """The patterns behind WHERE."""
        self._declarations()
        depth = 0
        construct = self._peek().is_word("CONSTRUCT")
        while depth or not self._peek().is_word("WHERE"):
            token = self._next()
            depth += token.is_mark("{") - token.is_mark("}")
            if token.is_word("FROM") or (token.is_mark("{") and not construct):
                raise NotTraceable(token.text)
        self._next()
        return self._group()

    def iri(self, text: str) -> str:
        """The IRI that a name or an IRI of the query stands for."""
        if text == "a":
            return _TYPE
        if text.startswith("<"):
            return text[1:-1]
        prefix, _, local = text.partition(":")
        if prefix not in self.prefixes or "\\" in local:
            raise NotTraceable(text)
        return self.prefixes[prefix] + local

    def _peek(self, ahead: int = 0) -> Token:
        if self._at + ahead >= len(self._tokens):
            raise NotTraceable("the query ends too early")
        return self._tokens[self._at + ahead]

    def _next(self) -> Token:
        token = self._peek()
        self._at += 1
        return token

    def _expect(self, mark: str) -> None:
        if not self._next().is_mark(mark):
            raise NotTraceable(f"{mark} expected")

    def _group(self) -> list[_Part]:
        self._expect("{")
        if self._peek().is_word("SELECT"):
            return self._subselect()
        parts: list[_Part] = []
        while not self._peek().is_mark("}"):
            parts += self._part()
        self._next()
        bound = frozenset(_variables(parts))
        return [part for part in parts if not isinstance(part, _Text) or part.needs <= bound]

    def _part(self) -> list[_Part]:
        token = self._peek()
        if token.is_mark("."):
            self._next()
            return []
        if token.is_mark("{"):
            branches = [self._group()]
            while self._peek().is_word("UNION"):
                self._next()
                branches.append(self._group())
            return branches[0] if len(branches) == 1 else [_Union(branches)]
        if token.is_word("GRAPH"):
            self._next()
            name = self._term()
            return [_Graph(name, self._group())]
        if token.is_word("MINUS", "OPTIONAL"):
            self._next()
            return [_Aside(self._group())]
        if token.is_word("FILTER", "BIND"):
            return self._constraint()
        if token.is_word("VALUES"):
            return [_Text(self._values())]
        return self._triples()

    def _constraint(self) -> list[_Part]:
        """Filters only take away; but what stands in their EXISTS is looked at."""
        found: list[_Part] = []
        words, needs = [self._next()], set()
        depth = 0
        while True:
            token = self._next()
            words.append(token)
            if token.is_word("EXISTS"):
                found.append(_Aside(self._group()))
            elif token.kind is Kind.VARIABLE:
                needs.add(self._word(token))
            depth += token.is_mark("(") - token.is_mark(")")
            ends = token.is_mark(")") or token.is_word("EXISTS")
            if depth == 0 and ends:
                break
        if found or words[0].is_word("BIND") or not needs:
            return found
        return [_Text(" ".join(map(self._word, words)), frozenset(needs))]

    def _values(self) -> str:
        words = [self._next().text]
        while not self._peek().is_mark("{"):
            words.append(self._word(self._next()))
        while not words[-1] == "}":
            words.append(self._next().text)
        return " ".join(words).replace("^^ ", "^^")

    def _subselect(self) -> list[_Part]:
        self._next()
        shown, depth = set(), 0
        while not (token := self._next()).is_word("WHERE"):
            depth += token.is_mark("(") - token.is_mark(")")
            if token.is_mark("*") and not depth:
                raise NotTraceable("SELECT *")
            if token.kind is Kind.VARIABLE and not depth:
                shown.add(token.text[1:])
        self._subselects += 1
        self._renamed.append((frozenset(shown), f"_{self._subselects}"))
        parts = self._group()
        self._renamed.pop()
        while not self._peek().is_mark("}"):
            if self._next().is_word("LIMIT", "OFFSET", "HAVING", "VALUES"):
                raise NotTraceable("a subquery that is cut")
        self._next()
        return parts

    def _triples(self) -> list[_Part]:
        subject = self._term()
        found: list[_Part] = []
        while True:
            path, predicates, steps, inverse = self._path()
            while True:
                found.append(_Triple(subject, path, self._term(), predicates, steps, inverse))
                if not self._peek().is_mark(","):
                    break
                self._next()
            if not self._peek().is_mark(";"):
                return found
            while self._peek().is_mark(";"):
                self._next()
            if self._peek().is_mark(".") or self._peek().is_mark("}"):
                return found

    def _path(self) -> tuple[str, frozenset[str] | None, bool, bool]:
        words: list[str] = []
        predicates: set[str] = set()
        token = self._peek()
        if token.kind is Kind.VARIABLE:
            return self._word(self._next()), None, False, False
        depth, ready = 0, True  # ready: a step may begin here
        while True:
            token = self._peek()
            if token.is_mark("!"):
                raise NotTraceable("a negated property set")
            step = token.kind in {Kind.IRI, Kind.NAME} or token.text == "a"
            opens = token.is_mark("(") or token.is_mark("^")
            if ready and (step or opens):
                predicates |= {self.iri(token.text)} if step else set()
                ready = not step
            elif not ready and any(map(token.is_mark, "/|")):
                ready = True
            elif ready or not (any(map(token.is_mark, "?*+")) or (token.is_mark(")") and depth)):
                break
            depth += token.is_mark("(") - token.is_mark(")")
            words.append(self._next().text)
        if ready:
            raise NotTraceable(f"{token.text} where a property must stand")
        path = "".join(words)
        return path, frozenset(predicates), any(mark in words for mark in "/*+?"), "^" in words

    def _term(self) -> str:
        token = self._next()
        if token.kind in {Kind.VARIABLE, Kind.IRI, Kind.NAME, Kind.NUMBER} or token.is_word("TRUE", "FALSE"):
            return self._word(token)
        if token.kind is Kind.STRING:
            if self._peek().kind is Kind.LANGUAGE:
                return token.text + self._next().text
            if self._peek().is_mark("^^"):
                return token.text + self._next().text + self._next().text
            return token.text
        raise NotTraceable(token.text)

    def _word(self, token: Token) -> str:
        if token.kind is not Kind.VARIABLE:
            return token.text
        name = token.text[1:]
        for shown, suffix in reversed(self._renamed):
            if name in shown:
                continue
            return f"?{name}{suffix}"
        return f"?{name}"


def without_graph(text: str, graph: str) -> str:
    """The query, blind to one graph: a filter stands behind every ``GRAPH ?variable { … }``.

    >>> without_graph("SELECT * { GRAPH ?g { ?s ?p ?o } }", "https://example.org/x")
    'SELECT * { GRAPH ?g { ?s ?p ?o } FILTER (?g != <https://example.org/x>) }'
    """
    found = significant(text)
    waiting: list[str] = []
    parts, done, last = [], 0, ""
    for before, token in zip([None, *found], found, strict=False):
        if before is not None and before.is_word("GRAPH"):
            last = token.text if token.kind is Kind.VARIABLE else ""
        elif token.is_mark("{"):
            waiting.append(last)
            last = ""
        elif token.is_mark("}") and waiting and (name := waiting.pop()):
            parts += [text[done : token.end], f" FILTER ({name} != <{graph}>)"]
            done = token.end
    return "".join([*parts, text[done:]])

"""A small reader of SPARQL 1.1 group patterns, as far as rules and whole-graph shapes use them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from diaspora_kg.names import expand
from diaspora_kg.sparql.tokens import Kind, Token, significant

_TYPE = expand("rdf:type")


class NotTraceable(ValueError):
    """The query has a construct that this module does not know; it must be run as a whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Triple:
    """One pattern, with the properties of its path (``None``: any)."""

    subject: str
    path: str
    object: str
    predicates: frozenset[str] | None
    climb: bool
    inverse: bool


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """VALUES, or a filter on ``needs``."""

    text: str
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """GRAPH with what stands in it."""

    name: str
    inside: list[Part]


@dataclass(frozen=True, slots=True, eq=False)
class Aside:
    """MINUS, OPTIONAL or EXISTS: no part of the plain patterns."""

    inside: list[Part]


@dataclass(frozen=True, slots=True, eq=False)
class Union:
    """Branches of which one must match."""

    branches: list[list[Part]]


Part = Triple | Text | Graph | Aside | Union


def _variables(parts: list[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Triple):
            yield from (term for term in (part.subject, part.object) if term.startswith("?"))
        elif isinstance(part, Graph):
            yield from _variables(part.inside)


@dataclass
class Reading:
    """A small reader of SPARQL 1.1 group patterns; what it does not know, it refuses."""

    text: str
    prefixes: dict[str, str] = field(default_factory=dict)
    prologue: str = ""

    def __post_init__(self) -> None:
        self._tokens = significant(self.text)
        self._at = 0
        self._renamed: list[tuple[frozenset[str], str]] = []
        self._subselects = 0

    def template(self) -> list[Part]:
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

    def query(self) -> list[Part]:
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

    def _group(self) -> list[Part]:
        self._expect("{")
        if self._peek().is_word("SELECT"):
            return self._subselect()
        parts: list[Part] = []
        while not self._peek().is_mark("}"):
            parts += self._part()
        self._next()
        bound = frozenset(_variables(parts))
        return [part for part in parts if not isinstance(part, Text) or part.needs <= bound]

    def _part(self) -> list[Part]:  # noqa: PLR0911 - one return for each sort of part
        token = self._peek()
        if token.is_mark("."):
            self._next()
            return []
        if token.is_mark("{"):
            branches = [self._group()]
            while self._peek().is_word("UNION"):
                self._next()
                branches.append(self._group())
            return branches[0] if len(branches) == 1 else [Union(branches)]
        if token.is_word("GRAPH"):
            self._next()
            name = self._term()
            return [Graph(name, self._group())]
        if token.is_word("MINUS", "OPTIONAL"):
            self._next()
            return [Aside(self._group())]
        if token.is_word("FILTER", "BIND"):
            return self._constraint()
        if token.is_word("VALUES"):
            return [Text(self._values())]
        return self._triples()

    def _constraint(self) -> list[Part]:
        """Filters only take away; but what stands in their EXISTS is looked at."""
        found: list[Part] = []
        words, needs = [self._next()], set()
        depth = 0
        while True:
            token = self._next()
            words.append(token)
            if token.is_word("EXISTS"):
                found.append(Aside(self._group()))
            elif token.kind is Kind.VARIABLE:
                needs.add(self._word(token))
            depth += token.is_mark("(") - token.is_mark(")")
            ends = token.is_mark(")") or token.is_word("EXISTS")
            if depth == 0 and ends:
                break
        if found or words[0].is_word("BIND") or not needs:
            return found
        return [Text(" ".join(map(self._word, words)), frozenset(needs))]

    def _values(self) -> str:
        words = [self._next().text]
        while not self._peek().is_mark("{"):
            words.append(self._word(self._next()))
        while words[-1] != "}":
            words.append(self._next().text)
        return " ".join(words).replace("^^ ", "^^")

    def _subselect(self) -> list[Part]:
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

    def _triples(self) -> list[Part]:
        subject = self._term()
        found: list[Part] = []
        while True:
            path, predicates, steps, inverse = self._path()
            while True:
                found.append(Triple(subject, path, self._term(), predicates, steps, inverse))
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

"""The units of a comparison: words, marked stretches, claims, and pairs of what is marked.

Stretches of two runs are one unit where they overlap by half of what they cover together or more; claims
and entities are one unit where they stand on such stretches. Words are compared as they stand in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from diaspora_kg.article import Article, Claim, Node, Passage, Ref

Span = tuple[int, int]
Rating = tuple[str, str, str]
"""An annotator, a unit and the value that the annotator gives it."""

NONE = "none"
"""The value of a word that is not marked, and of a pair that nothing joins."""

SLOTS = ("attribution", "givenness", "illocution", "modality", "polarity")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Coded:
    """One run of one article: the annotator's name and what was marked.

    ``register`` tells the kind of each entry of the register.
    """

    who: str
    article: Article
    register: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A stretch that a run marked, for a thing of its own (a node's key, a claim's number)."""

    run: int
    span: Span
    thing: str


@dataclass(frozen=True)
class Layers:
    """The ratings of each layer of one article: ``words`` are the words of its text, as spans."""

    runs: Sequence[Coded]
    words: Sequence[Span]

    def ratings(self) -> Iterator[tuple[str, list[Rating]]]:
        """Each layer by name with its ratings; one without any is left out."""
        claims = [dict(_claims(run.article)) for run in self.runs]
        entities = [{**run.register, **dict(_entities(run.article))} for run in self.runs]
        named = self._things(_mentioned)
        said = self._things(_said)
        yield "spans: mentions", self._words(lambda a: [(m.passage.begin, m.passage.end) for m in a.mentions])
        yield "spans: evidence", self._words(lambda a: [span for span, _ in _said(a)])
        yield "labels: kind of entity", self._labels(named, lambda n, thing: entities[n].get(thing, "?"))
        for slot in SLOTS:
            of = lambda n, thing, slot=slot: str(getattr(claims[n][thing], slot) or NONE)  # noqa: E731
            yield f"labels: {slot}", self._labels(said, of)
        stance = lambda n, thing: _stance(claims[n][thing])  # noqa: E731 - as above
        yield "labels: stance", self._labels(said, stance)
        yield "relations: claim and actor", self._pairs(said, named, _of_claims)
        yield "relations: between entities", self._pairs(named, named, _between)

    # -- layers ----------------------------------------------------------------------------------

    def _words(self, spans_of: Callable[[Article], Iterable[Span]]) -> list[Rating]:
        """For each word, whether each run marks it; a text in which nobody marks anything says nothing."""
        marked = [_covered(self.words, spans_of(run.article)) for run in self.runs]
        if not any(marked):
            return []
        return [
            (run.who, f"{begin}", "marked" if number in covered else NONE)
            for run, covered in zip(self.runs, marked, strict=True)
            for number, (begin, _) in enumerate(self.words)
        ]

    def _labels(self, classes: Classes, value: Callable[[int, str], str]) -> list[Rating]:
        return [
            (self.runs[run].who, name, "; ".join(sorted({value(run, thing) for thing in things})))
            for name, members in classes.items()
            for run, things in sorted(members.items())
        ]

    def _pairs(
        self, left: Classes, right: Classes, edges_of: Callable[[Article], Iterable[Edge]]
    ) -> list[Rating]:
        """For each two things that the same two runs marked, what joins them in each of these runs."""
        where_left, where_right = _where(left), _where(right)
        joined: dict[tuple[str, str, int], set[str]] = {}
        for number, run in enumerate(self.runs):
            for source, target, value in edges_of(run.article):
                one, other = where_left.get((number, source)), where_right.get((number, target))
                if one is not None and other is not None:
                    joined.setdefault((one, other, number), set()).add(value)
        if not joined:
            return []
        return [
            (self.runs[run].who, f"{one} {other}", "; ".join(sorted(joined.get((one, other, run), {NONE}))))
            for one in sorted(left)
            for other in sorted(right)
            if one != other
            for run in sorted(left[one].keys() & right[other].keys())
        ]

    # -- units -----------------------------------------------------------------------------------

    def _things(self, marks_of: Callable[[Article], Iterable[tuple[Span, str]]]) -> Classes:
        """Things of all runs that stand on the same stretches: by a name, the things of each run."""
        marks = [
            _Mark(number, span, thing)
            for number, run in enumerate(self.runs)
            for span, thing in marks_of(run.article)
        ]
        over: dict[tuple[int, str], tuple[int, str]] = {}
        for one, other in _meeting(sorted(marks, key=lambda mark: mark.span)):
            if one.run != other.run and _alike(one.span, other.span):
                first, second = _root(over, (one.run, one.thing)), _root(over, (other.run, other.thing))
                if first != second:
                    over[max(first, second)] = min(first, second)
        classes: Classes = {}
        for mark in marks:
            run, thing = _root(over, (mark.run, mark.thing))
            classes.setdefault(f"{run}.{thing}", {}).setdefault(mark.run, set()).add(mark.thing)
        return classes


Classes = dict[str, dict[int, set[str]]]
Edge = tuple[str, str, str]


def words_of(text: str) -> list[Span]:
    """The words of a text.

    >>> words_of("It rained.")
    [(0, 2), (3, 9)]
    """
    return [found.span() for found in _WORD.finditer(text)]


def counted(article: Article) -> Mapping[str, int]:
    """How much a run marked."""
    return {
        "mentions": len(article.mentions),
        "passages": len({span for span, _ in _said(article)}),
        "claims": sum(1 for _ in article.all_claims()),
        "relations": sum(1 for _ in _between(article)) + sum(1 for _ in _of_claims(article)),
    }


def _meeting(marks: Sequence[_Mark]) -> Iterator[tuple[_Mark, _Mark]]:
    """Each two that overlap, of marks in the order of the text."""
    for number, one in enumerate(marks):
        for other in marks[number + 1 :]:
            if other.span[0] >= one.span[1]:
                break
            yield one, other


def _root(over: dict[tuple[int, str], tuple[int, str]], one: tuple[int, str]) -> tuple[int, str]:
    while one in over:
        one = over[one]
    return one


def _where(classes: Classes) -> dict[tuple[int, str], str]:
    return {
        (run, thing): name
        for name, runs in classes.items()
        for run, things in runs.items()
        for thing in things
    }


def _alike(one: Span, other: Span) -> bool:
    both = min(one[1], other[1]) - max(one[0], other[0])
    return both > 0 and 2 * both >= max(one[1], other[1]) - min(one[0], other[0])


def _covered(words: Sequence[Span], spans: Iterable[Span]) -> set[int]:
    found = set()
    marked = sorted(spans)
    for number, (begin, end) in enumerate(words):
        if any(b < end and begin < e for b, e in marked):
            found.add(number)
    return found


def _claims(article: Article) -> Iterator[tuple[str, Claim]]:
    """Claims by their number, since few of them have a key."""
    return ((str(number), claim) for number, claim in enumerate(article.all_claims()))


def _entities(article: Article) -> Iterator[tuple[str, str]]:
    return ((node.key, node.kind) for node in article.nodes if not node.addition)


def _mentioned(article: Article) -> Iterator[tuple[Span, str]]:
    for mention in article.mentions:
        if mention.actor:
            yield (mention.passage.begin, mention.passage.end), mention.actor.key


def _said(article: Article) -> Iterator[tuple[Span, str]]:
    for number, claim in _claims(article):
        yield from ((_span(passage), number) for passage in claim.passages)


def _span(passage: Passage) -> Span:
    return passage.begin, passage.end


def _stance(claim: Claim) -> str:
    return claim.stance.value if claim.stance else NONE


def _of_claims(article: Article) -> Iterator[Edge]:
    for number, claim in _claims(article):
        yield from ((number, ref.key, "claimant") for ref in claim.claimants or ())
        yield from ((number, ref.key, "about") for ref in claim.about or ())


def _between(article: Article) -> Iterator[Edge]:
    """What joins two entities: memberships, relations, posts, and further slots that point to an entity."""
    inline = [one for claim in article.all_claims() for one in claim.content if isinstance(one, Node)]
    for node in (*article.nodes, *inline):
        ends = [(prop.partition(":")[2], value.key) for prop, value in node.slots if isinstance(value, Ref)]
        for (first, one), (second, other) in combinations(ends, 2):
            yield one, other, f"{node.kind} ({first}, {second})"

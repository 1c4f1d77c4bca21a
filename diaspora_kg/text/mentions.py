"""Who is named where: the names and listed forms of an article's nodes, found as whole words.

A form belongs to one node; where two spans overlap the longest wins, so that a country inside the
name of an organization is no mention of the country. Page furniture is never searched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diaspora_kg.article import Mention, Node, Ref, Region
from diaspora_kg.errors import Severity
from diaspora_kg.light import light
from diaspora_kg.names import ACTOR_KINDS
from diaspora_kg.text.matching import FOLDED
from diaspora_kg.text.passages import Quoting
from diaspora_kg.text.view import Ask, Request, Span, TextView, Trouble
from diaspora_kg.text.words import collapse, fold


@light
@dataclass(frozen=True, slots=True)
class Claimed:
    """A form that a node is known by; ``listed`` ones are written for this article, names are not."""

    owner: str
    kind: str
    form: str
    line: int
    listed: bool = False
    nth: int | None = None
    unclear: tuple[Ref, ...] = ()
    position: tuple[int, int] | None = None


@light
@dataclass(frozen=True, slots=True)
class Problem:
    """Something to say about one form."""

    line: int
    form: str
    trouble: Trouble
    severity: Severity = Severity.VIOLATION


@light
@dataclass(frozen=True, slots=True)
class _Found:
    """A span, the spelling that was found there, and the group of spellings that it is one of."""

    span: Span
    form: str
    group: str


def forms_of(nodes: Iterable[Node]) -> tuple[Claimed, ...]:
    """Every name and form of the nodes, in the order written."""
    found: list[Claimed] = []
    for node in nodes:
        found += [Claimed(node.key, node.kind, name.form, name.line) for name in node.names]
        found += [
            Claimed(node.key, node.kind, form.text, form.line, True, form.nth, form.unclear, form.position)
            for form in node.forms
        ]
    return tuple(one for one in found if collapse(one.form))


def find_mentions(
    claimed: Sequence[Claimed], view: TextView, quoting: Quoting
) -> tuple[tuple[Mention, ...], tuple[Problem, ...]]:
    """The mentions in the order of the text, and what is wrong with the forms."""
    groups: dict[str, list[Claimed]] = defaultdict(list)
    for one in claimed:
        form = fold(collapse(one.form))
        groups[form[0].lower() + form[1:]].append(one)
    problems: list[Problem] = []
    found = [_Found(span, form, key) for key, group in groups.items()
             for span, form in _occurrences(group, view, problems)]  # fmt: skip
    kept = _longest(found)
    taken: list[tuple[_Found, Claimed]] = []
    for key, group in groups.items():
        taken += _share_out(group, [one for one in kept if one.group == key], problems)
    problems += [_folded(one, owner, view) for one, owner in taken if FOLDED in one.span.flags]
    taken.sort(key=lambda pair: pair[0].span.begin)
    return tuple(_mention(*pair, view, quoting) for pair in taken), tuple(problems)


def placed_mentions(
    claimed: Sequence[Claimed], view: TextView, quoting: Quoting
) -> tuple[tuple[Mention, ...], tuple[Problem, ...]]:
    """The mentions whose places a tool gave, in the order of the text; overlaps are the annotator's."""
    mentions: dict[tuple[int, int, str], Mention] = {}
    problems = []
    for one in claimed:
        if one.position is None:
            continue
        begin, end = one.position
        answer = view.ask(Request(Ask.PLACE, one.form, begin=begin, end=end))
        for span in answer.spans:
            if span.region is Region.BOILERPLATE:
                hint = "mark words of the article itself, or mend what is marked as furniture"
                trouble = Trouble("mention-in-furniture", "this is page furniture", hint)
                problems.append(Problem(one.line, one.form, trouble))
                continue
            actor = None if one.unclear else Ref(one.owner, one.line)
            mention = Mention(quoting.mention(one.form, span, view), actor, one.unclear)
            mentions.setdefault((begin, end, actor.key if actor else ""), mention)
        if not answer.spans:
            lost = answer.trouble or Trouble("mention-not-found", "these words are not there")
            problems.append(Problem(one.line, one.form, lost))
    return tuple(mentions[place] for place in sorted(mentions)), tuple(problems)


def joined(searched: Sequence[Mention], placed: Sequence[Mention]) -> tuple[Mention, ...]:
    """Both sorts in the order of the text; where a tool marked a place, nothing that was found stands."""
    marked = [(one.passage.begin, one.passage.end) for one in placed]
    kept = [
        one for one in searched
        if not any(begin < one.passage.end and one.passage.begin < end for begin, end in marked)
    ]  # fmt: skip
    return tuple(sorted((*kept, *placed), key=lambda one: (one.passage.begin, one.passage.end)))


def _share_out(
    group: list[Claimed], found: Sequence[_Found], problems: list[Problem]
) -> Iterator[tuple[_Found, Claimed]]:
    """Gives each occurrence of one form to the node that it belongs to."""
    numbered = {one.nth: one for one in group if one.nth is not None}
    plain = _plain(group, problems)
    for number, owner in numbered.items():
        if not 1 <= number <= len(found):
            message = f"`nth: {number}`, but the article has this form {len(found)} times"
            hint = "furniture does not count, nor a form inside a longer one"
            problems.append(Problem(owner.line, owner.form, Trouble("mention-not-found", message, hint)))
    if not found:
        problems += [_absent(one) for one in group if one.listed and one.nth is None]
    for number, one in enumerate(found, 1):
        whose = numbered.get(number, plain)
        if whose:
            yield one, whose


def _occurrences(group: list[Claimed], view: TextView, problems: list[Problem]) -> list[tuple[Span, str]]:
    """Where the spellings of a form stand, in order; one that is printed so before one that was folded."""
    found: dict[int, tuple[Span, str]] = {}
    for form in dict.fromkeys(collapse(one.form) for one in group):
        answer = view.ask(Request(Ask.FORM, form))
        if answer.trouble:
            problems.append(Problem(group[0].line, form, answer.trouble))
        for span in answer.spans:
            best = found.get(span.begin)
            if span.region is not Region.BOILERPLATE and (
                best is None or len(span.flags) < len(best[0].flags)
            ):
                found[span.begin] = (span, form)
    return [found[begin] for begin in sorted(found)]


def _plain(group: list[Claimed], problems: list[Problem]) -> Claimed | None:
    """The node to which a form belongs wherever no ``nth`` says otherwise."""
    plain = [one for one in group if one.nth is None]
    if unclear := [one for one in plain if one.unclear]:
        return unclear[0]
    actors = [one for one in plain if one.kind in ACTOR_KINDS or not one.kind] or plain
    others = [one for one in actors if one.owner != actors[0].owner]
    if not others:
        return actors[0] if actors else None
    message = (
        f"this form belongs to `{actors[0].owner}` (line {actors[0].line}) as well as to `{others[0].owner}`"
    )
    hint = "leave it to one, or say which: {text: …, nth: 2}, or {text: …, unclear: [a, b]}"
    problems.append(Problem(others[0].line, others[0].form, Trouble("mention-shared", message, hint)))
    return None


def _absent(one: Claimed) -> Problem:
    message = "these words do not occur as whole words: furniture, and places inside longer forms, aside"
    hint = "list the forms as they are printed, inflected ones too"
    return Problem(one.line, one.form, Trouble("mention-not-found", message, hint), Severity.WARNING)


def _folded(one: _Found, owner: Claimed, view: TextView) -> Problem:
    message = "this form matches only after quotation marks, apostrophes and dashes are made plain"
    trouble = Trouble("mention-folded", message, f"the text prints: “{view.printed(one.span)}”")
    return Problem(owner.line, one.form, trouble, Severity.INFO)


def _longest(found: Sequence[_Found]) -> list[_Found]:
    """What remains when of overlapping spans the longest wins, the earlier of two equal ones."""
    kept: list[_Found] = []
    covered: set[int] = set()
    for one in sorted(found, key=lambda each: (each.span.begin - each.span.end, each.span.begin)):
        places = range(one.span.begin, one.span.end)
        if covered.isdisjoint(places):
            covered.update(places)
            kept.append(one)
    return sorted(kept, key=lambda each: each.span.begin)


def _mention(one: _Found, owner: Claimed, view: TextView, quoting: Quoting) -> Mention:
    passage = quoting.mention(one.form, one.span, view)
    return Mention(passage, None if owner.unclear else Ref(owner.owner, owner.line), owner.unclear)

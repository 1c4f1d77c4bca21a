"""Claims: those that are marked, and those that a rule makes of a node of the world."""

from __future__ import annotations

import re
from typing import Protocol

from diaspora_kg.errors import Report
from diaspora_kg.marked.entries import Entry
from diaspora_kg.marked.groups import Group
from diaspora_kg.marked.rules import CLAIM, STATEMENT
from diaspora_kg.marked.shortened import short
from diaspora_kg.marked.values import evidence, inferred, one_line, one_or_many, table
from diaspora_kg.reading.desk import NOT_STATED
from diaspora_kg.yamlnodes import Leaf, Table, View

_LONGEST = 300
"""Characters of a gloss: ontology.md, shape 6."""

_FIELD = re.compile(r"\{([a-z-]+)\}")
_ENDS = ("source", "target")
_VOICES = ("statement", "headline", "article")

Spoken = dict[str, list[View]]


class Nodes(Protocol):
    """What claims need of the tree that they become part of."""

    nodes: dict[str, Group]
    fields: dict[str, dict[str, list[View]]]
    told: dict[str, list[str]]
    entries: dict[str, Entry]
    report: Report
    withheld: bool


def speak(tree: Nodes) -> tuple[Spoken, Spoken]:
    """The claims of each statement by its key, and those of the headline and of the article."""
    spoken: Spoken = {}
    lists: Spoken = {"headline": [], "article-says": []}
    stretches: list[tuple[int, int, str]] = []
    contents: set[str] = set()
    for group in tree.nodes.values():
        if group.kind != CLAIM:
            continue
        parent, view = _parent(group, tree), _claim(group, tree)
        contents |= _keys(view.get("content"))
        if _voice(group, tree) == "headline":
            told = table(view.line, {"of": Leaf(parent, view.line)}).pairs if parent else ()
            lists["headline"].append(Table((*view.pairs, *told), view.line))
        elif parent:
            spoken.setdefault(parent, []).append(view)
            stretches += [(*place, parent) for entry in group.entries for place, _ in entry.places]
        else:
            lists["article-says"].append(view)
    for group in tree.nodes.values():
        if group.head.rule.claim and group.key not in contents:
            inside = _enclosing(group, stretches)
            claims = spoken.setdefault(inside, []) if inside else lists["article-says"]
            claims.append(_asserted(group, tree))
    return spoken, lists


def _keys(view: View | None) -> set[str]:
    items = (view,) if isinstance(view, Leaf) else getattr(view, "items", ())
    return {item.text for item in items if isinstance(item, Leaf)}


def _parent(group: Group, tree: Nodes) -> str:
    """The statement that a claim was made in, ``""`` without one; two are a finding."""
    found = [view.text for view in tree.fields[group.key].pop("in", ()) if isinstance(view, Leaf)]
    found += tree.told.get(group.key, ())
    found = list(dict.fromkeys(found))
    if len(found) > 1:
        message = f"This claim is made in several statements: {', '.join(found[:5])}."
        hint = "Mark it once for each of them."
        tree.report.violation(group.head.line, "several-statements", message, hint, group.head.words[:60])
    for key in found:
        other = tree.nodes.get(key)
        if other is not None and other.kind != STATEMENT:
            message = f"A claim is made in a statement, and {key} is marked as {other.kind}."
            tree.report.violation(group.head.line, "not-a-statement", message, "", group.head.words[:60])
            return ""
    return found[0] if found else ""


def _voice(group: Group, tree: Nodes) -> str:
    view = next((entry.own["voice"] for entry in group.entries if "voice" in entry.own), None)
    text = view.text if isinstance(view, Leaf) else "statement"
    if text not in _VOICES:
        tree.report.violation(
            group.head.line, "unknown-voice", "This is no voice.", f"Values: {', '.join(_VOICES)}.", text[:60]
        )
    return text


def _claim(group: Group, tree: Nodes) -> Table:
    fields, line = tree.fields[group.key], group.head.line
    fields["quote"] = evidence(group.entries) + fields.get("quote", [])
    inferred(fields, "by")
    stance = _stance(fields, line)
    if "says" not in fields and group.head.rule.says:
        fields["says"] = [Leaf(_gloss(group.head.rule.says, group, tree), line, plain=False)]
    pairs: dict[str, View] = {"id": Leaf(group.key, line)}
    pairs |= {key: one_or_many(views, line) for key, views in fields.items() if views}
    pairs |= {"stance": stance} if stance else {}
    return table(line, pairs)


def _stance(fields: dict[str, list[View]], line: int) -> View | None:
    """``{negative: [targets], words: […]}``; a stance written whole stays as it is."""
    targets, words = fields.pop("stance-target", []), fields.pop("stance-words", [])
    value = fields.pop("stance", [])
    if not value and not targets and not words:
        return None
    if len(value) == 1 and isinstance(value[0], Table):
        return value[0]
    target = one_or_many(targets, line) if targets else Leaf(NOT_STATED, line)
    pairs = {view.text: target for view in value if isinstance(view, Leaf)}
    return table(line, pairs | ({"words": one_or_many(words, line)} if words else {}))


# -- claims that rules make ------------------------------------------------------------------------


def _asserted(group: Group, tree: Nodes) -> Table:
    """The claim of a node of the world that a tag set marks without saying who claims it."""
    rule, line = group.head.rule, group.head.line
    if rule.claim is None:
        raise ValueError(group.key)
    pairs: dict[str, View] = {
        "id": Leaf(f"{group.key}-claim", line),
        "says": Leaf(_gloss(rule.claim.says, group, tree), line, plain=False),
        "content": Leaf(group.key, line),
        "quote": one_or_many(evidence(group.entries), line),
    }
    for key, values in rule.claim.put:
        pairs[key] = one_or_many([Leaf(value, line) for value in values], line)
    return table(line, pairs)


def _enclosing(group: Group, stretches: list[tuple[int, int, str]]) -> str:
    """The statement of the smallest claim that all the marked words lie in."""
    places = [place for entry in group.entries for place, _ in entry.places]
    around = [
        (end - begin, key)
        for begin, end, key in stretches
        if places and all(begin <= start and stop <= end for start, stop in places)
    ]
    return min(around)[1] if around else ""


def _gloss(template: str, group: Group, tree: Nodes) -> str:
    """A gloss by a template.

    ``{words}`` are those marked, ``{member}`` those of a role's target, ``{source}`` those of an end.
    """

    def fill(match: re.Match[str]) -> str:
        key = match[1]
        if key == "words":
            return _short(group.head.words, tree)
        if key in _ENDS:
            return _short(group.head.ends[_ENDS.index(key)], tree) or "…"
        found = (link.target for entry in group.entries for link in entry.links if link.slot.key == key)
        said = [tree.entries[target].words for target in found if target in tree.entries]
        return ", ".join(_short(words, tree) for words in said) or "…"

    text = one_line(_FIELD.sub(fill, template))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _short(words: str, tree: Nodes) -> str:
    """Words in one line; of a text that is kept back only the first and the last of many."""
    return short(words) if tree.withheld else one_line(words)

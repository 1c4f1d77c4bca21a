"""Names and mentions of a node, from the words that are marked as such."""

from __future__ import annotations

from diaspora_kg.marked.entries import Entry
from diaspora_kg.marked.groups import Group
from diaspora_kg.marked.values import one_line, table
from diaspora_kg.reading.nodes import KINDS
from diaspora_kg.yamlnodes import Leaf, Table, View

_FLAGS = frozenset({"", "true", "yes", "1"})


def forms_of(group: Group) -> list[View]:
    """The mentions of a node: each stretch that names it, with its place."""
    return [_form(entry) for entry in group.entries if entry.places and _mentions(entry)]


def _mentions(entry: Entry) -> bool:
    return not entry.implied and (entry.rule.mentions or "name" in entry.own)


def _form(entry: Entry) -> Leaf:
    """One mention; what stands between its fragments lies inside it."""
    begin, end = entry.places[0][0][0], entry.places[-1][0][1]
    return Leaf(_said(entry), entry.line, plain=False, position=(begin, end))


def _said(entry: Entry) -> str:
    return " … ".join(one_line(words) for _, words in entry.places) or "…"


def add_names(group: Group, fields: dict[str, list[View]], language: str) -> None:
    """Add the names of a node that can have some: those marked, else what the rule takes for one."""
    if KINDS[group.kind].field("names") is None:
        return
    named = [entry for entry in group.entries if "name" in entry.own and entry.places]
    found = [_name(entry, language, _kind(entry)) for entry in named]
    rule = group.head.rule
    if not found and not fields.get("names") and not fields.get("label"):
        found = [_name(entry, language, "") for entry in _chosen(group, rule.name_from)]
        if label := _chosen(group, rule.label_from)[:1]:
            fields["label"] = [Leaf(_said(label[0]), label[0].line, plain=False)]
    seen = set()
    for name in found:
        words = tuple((key.text, view.text) for key, view in name.pairs if isinstance(view, Leaf))
        if words not in seen:
            seen.add(words)
            fields.setdefault("names", []).append(name)


def _kind(entry: Entry) -> str:
    view = entry.own["name"]
    return view.text if isinstance(view, Leaf) and view.text not in _FLAGS else ""


def _name(entry: Entry, language: str, kind: str) -> Table:
    said = entry.own.get("language")
    tag = said.text if isinstance(said, Leaf) else language
    pairs: dict[str, View] = {tag: Leaf(_said(entry), entry.line, plain=False)}
    return table(entry.line, pairs | ({"kind": Leaf(kind, entry.line)} if kind else {}))


def _chosen(group: Group, how: str) -> list[Entry]:
    """The mentions that a rule takes: all, the first in the text, or the longest."""
    entries = sorted((e for e in group.entries if e.places and _mentions(e)), key=lambda e: e.places[0][0])
    if not entries or how in {"", "none"}:
        return []
    if how == "all":
        return entries
    return [entries[0] if how == "first" else max(entries, key=lambda entry: len(_said(entry)))]

"""Builds, from the entries of a document, the very tree that a hand-written annotation has.

What comes out are the sections of the native format: ``actors``, ``posts``, ``places``, ``world``,
``statements``, ``headline`` and ``article-says``, each value with the line of the annotation that it
comes from.
"""

from __future__ import annotations

from collections.abc import Iterator

from diaspora_kg.errors import Report
from diaspora_kg.marked.collect import Collector
from diaspora_kg.marked.entries import Entry, Link
from diaspora_kg.marked.groups import Group
from diaspora_kg.marked.names import add_names, forms_of
from diaspora_kg.marked.rules import CLAIM, FURNITURE, IGNORE, MENTION, STATEMENT, TAKES_PART, WORDS
from diaspora_kg.marked.shortened import Shortened
from diaspora_kg.marked.speech import speak
from diaspora_kg.marked.values import Values, add_constants, evidence, inferred, one_line, one_or_many, table
from diaspora_kg.reading.desk import many
from diaspora_kg.reading.nodes import KINDS
from diaspora_kg.yamlnodes import Items, Leaf, Table, View

_SECTIONS = frozenset({"posts", "places"})
_ORDER = ("actors", "posts", "places", "world", "statements")

Fields = dict[str, list[View]]


class Tree:
    """The tree of one document; ``language`` is the article's, ``withheld`` whether its text is kept back."""

    def __init__(
        self, found: Collector, groups: dict[str, Group], language: str, report: Report, *, withheld: bool
    ) -> None:
        self.entries, self.groups, self.language, self.report = found.entries, groups, language, report
        self.ignored, self.on = found.ignored, found.on
        self.withheld = withheld
        self.values = Values(found.entries, groups, self.target)
        self.nodes: dict[str, Group] = {group.key: group for group in groups.values()}
        self.fields: dict[str, Fields] = {}
        self.told: dict[str, list[str]] = {}  # the statements in which a claim is told
        self.pushed: list[tuple[str, str, list[View]]] = []
        self.forms: Fields = {}
        self._loose(found)
        for group in self.nodes.values():
            self.fields[group.key] = self._fields(group)
        self._unclear()

    def root(self) -> Table:
        """The whole annotation, without header and format."""
        sections: dict[str, dict[str, View]] = {name: {} for name in _ORDER}
        self._push()
        spoken, lists = speak(self)
        for group in self.nodes.values():
            if group.kind == STATEMENT:
                sections["statements"][group.key] = self._statement(group, spoken.get(group.key, []))
            elif group.kind != CLAIM and (node := self._node(group)):
                sections[_section(group)][group.key] = node
        root: dict[str, View] = {name: self._keyed(held) for name, held in sections.items() if held}
        whole = table(1, root | {name: Items(tuple(held), 1) for name, held in lists.items() if held})
        return Shortened(self.entries.values()).table(whole) if self.withheld else whole

    def _keyed(self, held: dict[str, View]) -> Table:
        pairs = tuple((Leaf(key, self.nodes[key].head.line), view) for key, view in held.items())
        return Table(pairs, 1)

    @property
    def used(self) -> set[str]:
        """The annotations that others point to."""
        return self.values.used

    def furniture(self) -> Iterator[Entry]:
        """The stretches that are none of the article."""
        return (entry for entry in self.entries.values() if entry.becomes == FURNITURE)

    # -- fields ----------------------------------------------------------------------------------

    def _loose(self, found: Collector) -> None:
        """Relations that are only a key of their source."""
        for source, slot, target, line in found.loose:
            if source in self.entries:
                self.entries[source].links.append(Link(slot, target, line))
            elif source not in self.ignored:
                self._dangling(line, source)

    def _fields(self, group: Group) -> Fields:
        fields: Fields = {}
        for entry in group.entries:
            for key, views in entry.fields.items():
                fields.setdefault(key, []).extend(views)
            for link in entry.links:
                self._linked(group, link, fields)
        for entry in group.entries:
            add_constants(entry, fields)
        return fields

    def _linked(self, group: Group, link: Link, fields: Fields) -> None:
        target = self.target(link)
        if target is None:
            return
        child = self.groups.get(target.mark)
        if link.slot.key == "claims" and child is not None and child.kind == CLAIM:
            self.told.setdefault(child.key, []).append(group.key)
            return
        views: list[View] = self.values.of(target.mark, link.line) if link.slot.key != "claims" else []
        if not views:
            self._no_value(link, target)
            return
        if link.slot.key == "cue" and target.becomes == WORDS:  # one place; the claim's cue is searched there
            longest = max((one_line(words) for _, words in target.places), key=len, default="")
            views = [Leaf(longest, target.line, plain=False)] if longest else []
        if link.slot.role:
            views = [self._in_role(target, link.slot.role, views)]
        if link.slot.on_claims:
            self.pushed.append((group.key, _quoted(link.slot.key), views))
        elif link.slot.key == "unclear":
            fields.setdefault("unclear", []).extend(views)
        else:
            fields.setdefault(_quoted(link.slot.key), []).extend(views)

    def target(self, link: Link) -> Entry | None:
        """What a link points to; ``None`` if that is left out, or is not there (then there is a finding)."""
        found = self.entries.get(link.target) or self.entries.get(self.on.get(link.target, ""))
        if found is not None:
            return None if found.becomes == IGNORE else found
        if not {link.target, self.on.get(link.target, link.target)} & self.ignored:
            self._dangling(link.line, link.target)
        return None

    def _no_value(self, link: Link, target: Entry) -> None:
        message = f"This points to {link.target}, which becomes {target.becomes}: that is no value for it."
        hint = "Point to what can be one, or let the label map ignore the role."
        self.report.violation(link.line, "no-value", message, hint, target.words[:60])

    def _in_role(self, target: Entry, role: str, views: list[View]) -> View:
        if target.becomes == TAKES_PART:
            return self.values.part(target, role)
        return table(target.line, {"who": one_or_many(views, target.line), "role": Leaf(role, target.line)})

    def _dangling(self, line: int, target: str) -> None:
        message = f"This points to {target}, and there is no such annotation in this file."
        self.report.violation(line, "dangling-reference", message, "Save the file again in the tool.", target)

    # -- nodes -----------------------------------------------------------------------------------

    def _push(self) -> None:
        """Give the claims of a statement what its roles say of all of them."""
        claims: dict[str, list[Group]] = {}
        for told, statements in self.told.items():
            for statement in statements:
                claims.setdefault(statement, []).append(self.nodes[told])
        for group in self.nodes.values():
            for view in self.fields[group.key].get("in", ()) if group.kind == CLAIM else ():
                if isinstance(view, Leaf):
                    claims.setdefault(view.text, []).append(group)
        for statement, key, views in self.pushed:
            for claim in claims.get(statement, ()):
                self.fields[claim.key].setdefault(key, []).extend(views)

    def _statement(self, group: Group, claims: list[View]) -> View:
        fields, line = self.fields[group.key], group.head.line
        quote = evidence(group.entries) + fields.pop("quote", [])
        inferred(fields, "by")
        pairs = {key: one_or_many(views, line) for key, views in fields.items()}
        pairs |= {"quote": one_or_many(quote, line)} if quote else {}
        return table(line, pairs | ({"claims": Items(tuple(claims), line)} if claims else {}))

    def _node(self, group: Group) -> View | None:
        """A node, or the mentions that an article adds to one of the register."""
        fields, line = self.fields[group.key], group.head.line
        if group.kind == MENTION and "unclear" in fields:
            return None
        forms = self.forms.get(group.key, []) + forms_of(group)
        if group.kind == MENTION or group.registered:
            return table(line, {"mentions": Items(tuple(forms), line)}) if forms else None
        add_names(group, fields, self.language)
        iris = dict.fromkeys(iri for entry in group.entries for iri in entry.identities)
        fields.setdefault("external-ids", []).extend(Leaf(iri, line) for iri in iris)
        pairs: dict[str, View] = {} if _section(group) in _SECTIONS else {"is": Leaf(group.kind, line)}
        pairs |= {key: one_or_many(views, line) for key, views in fields.items() if views}
        if forms:
            said = pairs.get("mentions")
            pairs["mentions"] = Items((*(many(said)), *forms), line)
        return table(line, pairs)

    def _unclear(self) -> None:
        """Mentions of which it is not clear who is meant stand with the first who may be."""
        for group in self.nodes.values():
            named = self.fields[group.key].get("unclear", []) if group.kind == MENTION else []
            refs = [view for one in named for view in many(one) if isinstance(view, Leaf)]
            for form in forms_of(group) if refs else ():
                entry = {"text": form, "unclear": Items(tuple(refs), group.head.line)}
                self.forms.setdefault(refs[0].text, []).append(table(group.head.line, entry))


def _quoted(key: str) -> str:
    return "quote" if key == "evidence" else key


def _section(group: Group) -> str:
    if group.kind == MENTION:
        return "actors"
    return KINDS[group.kind].section

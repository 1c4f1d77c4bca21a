"""The header of a query file: YAML in comment lines that begin with ``#+ ``, as grlc reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from diaspora_kg.errors import Report
from diaspora_kg.names import CLASS_OF_KIND
from diaspora_kg.queries import chart, choices
from diaspora_kg.queries.fault import HeaderFault
from diaspora_kg.yamlnodes import Items, Leaf, Table, View, parse

KEYS = {
    "summary": "the question in one sentence",
    "titles": "the summary in further languages, a map: {ru: …, az: …}",
    "columns": "headings of columns, a map: column: words, or column: {en: …, ru: …}",
    "description": "how to read the answer",
    "tags": "a list of words",
    "questions": "numbers of the competency questions that it answers",
    "defaults": "a list of one-key maps: the value of a parameter that is not given",
    "enumerate": "a list: values to choose from, parameter: [value, ...]",
    "parameters": "a map: what each parameter means",
    "choices": f"a map: what a form offers for a parameter: {choices.FORM}",
    "pieces": "a map of one column to the kinds of its nodes, or to pattern; see the reference",
    "articles": "`alone`, where a row lies in the graph of one article, or a column that articles tell of",
    "text": "a map of one variable to the parameter whose words are searched for: {found: words}",
    "chart": f"the picture of the answer: {chart.FORM}",
}
"""The keys that have a meaning here."""

OF_PATTERN = "pattern"
"""Stands in ``pieces`` for the nodes that the query's own pattern finds, whatever their kinds."""

ALONE = "alone"
"""Stands in ``articles`` for rows that each lie in the graph of one article."""

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_IGNORED = frozenset(
    {"endpoint", "endpoint_in_url", "endpoint-method", "method", "pagination", "transform", "id",
     "source", "citation", "param", "selector", "form"}
)  # fmt: skip


@dataclass(frozen=True)
class Header:
    """What a query file says of itself; ``lines`` gives the line of each key of ``parameters``, ``keys``
    that of each key of the header itself.

    ``titles`` are by language, and so are the words of each column (by an empty name: in every language).
    """

    summary: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    questions: tuple[int, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, choices.Choice] = field(default_factory=dict)
    chart: chart.Chart | None = None
    pieces: tuple[str, tuple[str, ...]] = ("", ())
    text: tuple[str, str] = ("", "")
    articles: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    keys: Mapping[str, int] = field(default_factory=dict)


def read_header(text: str, report: Report) -> Header:
    """The header of a query's text; what is wrong with it goes to the report, with its line."""
    lines = text.splitlines()
    written = [line[3:] if line.startswith("#+ ") else "" for line in lines]
    for number, line in enumerate(lines, 1):
        if line.startswith("#+") and not line.startswith("#+ ") and line.strip() != "#+":
            report.violation(number, "query-header", "A blank is missing after #+.", "Write `#+ key: value`.")
    if not any(written):
        report.warning(1, "query-header", "The query says nothing of itself.", "Begin with `#+ summary: …`.")
        return Header()
    tree = parse("\n".join(written).encode(), report)
    if not isinstance(tree, Table):
        if tree is not None:
            report.violation(tree.line, "query-header", "The header must be `key: value` lines.")
        return Header()
    return _Reading(report).header(tree)


class _Reading:
    """Takes each key of a header and reports what is left or has another form."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.lines: dict[str, int] = {}

    def header(self, tree: Table) -> Header:
        self._unknown(tree)
        if not self._text(tree, "summary"):
            self.report.warning(
                tree.line, "query-header", "The query has no summary.", "Write `#+ summary: …`."
            )
        return Header(
            self._text(tree, "summary"),
            self._text(tree, "description"),
            tuple(leaf.text for leaf in self._leaves(tree, "tags")),
            tuple(self._numbers(tree)),
            self._words(tree, "defaults"),
            {name: self._choices(view) for name, view in self._named(tree, "enumerate")},
            self._words(tree, "parameters"),
            self._offers(tree),
            self._chart(tree),
            self._pieces(tree),
            self._searched(tree),
            self._text(tree, "articles"),
            self.lines,
            self._tongues(tree.get("titles"), "titles"),
            self._columns(tree),
            {leaf.text: leaf.line for leaf, _ in tree.pairs},
        )

    def _columns(self, tree: Table) -> dict[str, dict[str, str]]:
        view = tree.get("columns")
        if view is not None and not isinstance(view, Table):
            self._wrong(view, "columns")
        pairs = view.pairs if isinstance(view, Table) else ()
        return {
            leaf.text: {"": part.text} if isinstance(part, Leaf) else self._tongues(part, "columns")
            for leaf, part in pairs
        }

    def _tongues(self, view: View | None, key: str) -> dict[str, str]:
        """Words by language, which is a tag such as ``ru`` or ``az-Latn``."""
        if view is None:
            return {}
        if not isinstance(view, Table) or not all(isinstance(part, Leaf) for _, part in view.pairs):
            self._wrong(view, key)
            return {}
        for leaf, _ in view.pairs:
            if not _TAG.fullmatch(leaf.text):
                message = f"`{leaf.text}` is no language."
                self.report.warning(leaf.line, "query-header", message, "Write ru, az or hy.", leaf.text)
        return {leaf.text: " ".join(part.text.split()) for leaf, part in view.pairs if isinstance(part, Leaf)}

    def _offers(self, tree: Table) -> dict[str, choices.Choice]:
        found = {}
        for name, view in self._named(tree, "choices"):
            try:
                found[name] = choices.read_choice(name, view, self.report)
            except HeaderFault as fault:
                self.report.violation(fault.line, "query-choices", fault.message, fault.hint)
        return found

    def _chart(self, tree: Table) -> chart.Chart | None:
        view = tree.get("chart")
        try:
            return chart.read_chart(view, self.report) if view is not None else None
        except HeaderFault as fault:
            self.report.violation(fault.line, "query-chart", fault.message, fault.hint)
            return None

    def _pieces(self, tree: Table) -> tuple[str, tuple[str, ...]]:
        lines = dict(self.lines)  # a column is no parameter
        found = list(self._named(tree, "pieces"))
        self.lines = lines
        if not found:
            return "", ()
        column, view = found[0]
        kinds = self._choices(view)
        if len(found) > 1 or not kinds or not (kinds == (OF_PATTERN,) or set(kinds) <= CLASS_OF_KIND.keys()):
            self._wrong(view, "pieces")
            return "", ()
        return column, kinds

    def _searched(self, tree: Table) -> tuple[str, str]:
        lines = dict(self.lines)  # a variable is no parameter
        found = list(self._words(tree, "text").items())
        self.lines = lines
        view = tree.get("text")
        if view is not None and (len(found) != 1 or not _WORD.fullmatch(found[0][1])):
            self._wrong(view, "text")
            return "", ""
        return found[0] if found else ("", "")

    def _unknown(self, tree: Table) -> None:
        for leaf, _ in tree.pairs:
            if leaf.text in KEYS or leaf.text in _IGNORED:
                continue
            near = get_close_matches(leaf.text, KEYS, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(KEYS)}."
            self.report.warning(leaf.line, "query-header", f"Unknown key `{leaf.text}`.", hint, leaf.text)

    def _wrong(self, view: View, key: str) -> None:
        self.report.violation(view.line, "query-header", f"`{key}` has another form.", f"It is {KEYS[key]}.")

    def _text(self, tree: Table, key: str) -> str:
        view = tree.get(key)
        if view is None:
            return ""
        if isinstance(view, Leaf):
            return " ".join(view.text.split())
        self._wrong(view, key)
        return ""

    def _leaves(self, tree: Table, key: str) -> Iterator[Leaf]:
        view = tree.get(key)
        items = view.items if isinstance(view, Items) else () if view is None else (view,)
        for item in items:
            if isinstance(item, Leaf):
                yield item
            else:
                self._wrong(item, key)

    def _numbers(self, tree: Table) -> Iterator[int]:
        for leaf in self._leaves(tree, "questions"):
            if leaf.text.isdecimal():
                yield int(leaf.text)
            else:
                self._wrong(leaf, "questions")

    def _named(self, tree: Table, key: str) -> Iterator[tuple[str, View]]:
        """Parameters with what is said of them: a map, or grlc's list of one-key maps and bare names."""
        view = tree.get(key)
        parts: tuple[View, ...] = view.items if isinstance(view, Items) else () if view is None else (view,)
        for part in parts:
            if isinstance(part, Table):
                for leaf, value in part.pairs:
                    self.lines[leaf.text] = leaf.line
                    yield leaf.text, value
            elif not (isinstance(part, Leaf) and key == "enumerate"):
                self._wrong(part, key)

    def _words(self, tree: Table, key: str) -> dict[str, str]:
        words = {}
        for name, view in self._named(tree, key):
            if isinstance(view, Leaf):
                words[name] = view.text
            else:
                self._wrong(view, key)
        return words

    def _choices(self, view: View) -> tuple[str, ...]:
        items = view.items if isinstance(view, Items) else (view,)
        return tuple(item.text for item in items if isinstance(item, Leaf))

"""The reading desk: one file's report, the closed lists, and the small values that every part reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from diaspora_kg.article import Concept, Link, Ref, Text
from diaspora_kg.errors import Report
from diaspora_kg.names import kebab
from diaspora_kg.ontology import Ontology
from diaspora_kg.reading.fields import Fields
from diaspora_kg.yamlnodes import Items, Leaf, Table, View, words_of

NOT_STATED = "not-stated"
"""What stands for a value on which the source is silent."""

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d{1,12})?")
_DURATION = re.compile(r"P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
# What a browser would run, or open on the reader's own machine, is no address of a source.
_LINK = re.compile(
    r"(?!(?i:javascript|vbscript|data|file|blob):)[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f<>\"{}|^`\\]+"
)
_CURRENCY = re.compile(r"[A-Z]{3}")
_KEY = re.compile(r"[^\W_][\w-]*")


def is_not_stated(view: View | None) -> bool:
    """Whether the researcher wrote ``not-stated``."""
    return isinstance(view, Leaf) and view.text == NOT_STATED


def many(view: View | None) -> tuple[View, ...]:
    """The entries of a list; one value alone is a list of one, nothing written is none."""
    if view is None or (isinstance(view, Leaf) and view.empty):
        return ()
    return view.items if isinstance(view, Items) else (view,)


@dataclass(slots=True)
class Desk:
    """What reading one file needs.

    ``language`` is the article's, ``gloss`` that of labels and paraphrases, ``posts`` and ``world`` the
    keys declared in these sections, ``published`` the article's date as written (for ``by``), ``refused``
    the keys of nodes that could not be read. ``short``: this is a header for other files, and need
    not say everything.
    """

    report: Report
    ontology: Ontology
    gloss: str = "en"
    language: str = "und"
    posts: frozenset[str] = frozenset()
    world: frozenset[str] = frozenset()
    published: str = ""
    short: bool = False
    declared: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def refuse(self, view: View, code: str, message: str, hint: str = "") -> None:
        """A violation at a node, with the words written there."""
        self.report.violation(view.line, code, message, hint, words_of(view))

    def fields(self, view: View, owner: str, hint: str = "") -> Fields | None:
        """The entries of a mapping; a finding for anything else."""
        if isinstance(view, Table):
            return Fields(view, self.report, owner)
        self.refuse(view, "wrong-shape", f"Keys and values are expected here, for {owner}.", hint)
        return None

    def text(self, view: View, what: str) -> str:
        """A string that is not empty; without one, a finding and the empty string."""
        if not isinstance(view, Leaf):
            self.refuse(
                view, "wrong-shape", f"{what} is one piece of text.", "Write it without braces or list."
            )
        elif not view.text.strip():
            self.refuse(view, "empty-value", f"{what} is empty.", "Write it, or delete the key.")
        elif view.text == NOT_STATED:
            self.refuse(view, "not-stated-here", f"{what} cannot be not-stated.", "Delete the key.")
        else:
            return view.text.strip()
        return ""

    def matched(self, view: View, what: str, pattern: re.Pattern[str], hint: str) -> str:
        """A string of a certain form."""
        text = self.text(view, f"The {what}")
        if text and not pattern.fullmatch(text):
            self.refuse(view, "wrong-form", f"This is no {what}.", hint)
            return ""
        return text

    def ref(self, view: View) -> Ref | None:
        """The key of a node."""
        text = self.text(view, "A key")
        if text == "unknown":
            self.refuse(
                view, "unknown-word", "`unknown` is no key.", "Where the source is silent write `not-stated`."
            )
            return None
        return Ref(text, view.line) if text else None

    def refs(self, view: View | None) -> tuple[Ref, ...]:
        """One key, or a list of them."""
        return tuple(ref for item in many(view) if (ref := self.ref(item)))

    def new_key(self, leaf: Leaf, what: str) -> str:
        """A key that is declared here: of one word, without a dot, once in the article."""
        key = leaf.text
        if not _KEY.fullmatch(key):
            hint = "Use letters, digits and hyphens; a dot divides an article's key from a node's."
            self.refuse(leaf, "key-form", f"This cannot be the key of {what}.", hint)
        elif key in {NOT_STATED, "unknown"}:
            self.refuse(leaf, "key-form", f"`{key}` has a meaning and cannot be a key.", "Choose another.")
        elif key in self.declared:
            message = f"The key `{key}` is declared twice, first in line {self.declared[key]}."
            self.refuse(leaf, "duplicate-key", message, "Rename one of the two.")
        else:
            self.declared[key] = leaf.line
        return key

    def concept(self, view: View, scheme: str) -> Concept | None:
        """A value of a closed list; the nearest one is suggested."""
        text = self.text(view, "A value")
        if not text:
            return None
        name = self.ontology.concept(scheme, text)
        if name:
            return Concept(name)
        near = self.ontology.nearest(scheme, text)
        what = kebab(scheme).replace("-", " ")
        message = f"`{words_of(view)}` is not in the list of values for {what}."
        if text == "unknown":
            message += " Where the source is silent write `not-stated`."
        elif near:
            message += f" Did you mean `{near}`?"
        self.refuse(
            view, "unknown-concept", message, "Values: " + ", ".join(self.ontology.values(scheme)) + "."
        )
        return None

    def number(self, view: View) -> int | Decimal | None:
        """An integer or a decimal, written with ASCII digits and nothing between them."""
        hint = "Write digits only, with a point before decimals: 1500 or 2.5."
        text = self.matched(view, "number", _NUMBER, hint)
        if not text:
            return None
        return Decimal(text) if "." in text else int(text)

    def count(self, view: View, what: str) -> int | None:
        """A whole number from 1."""
        value = self.number(view)
        if value is None:
            return None
        if isinstance(value, Decimal) or value < 1:
            self.refuse(view, "wrong-form", f"{what} is a whole number from 1.", "Write 1, 2, 3, …")
            return None
        return value

    def boolean(self, view: View) -> bool | None:
        """``true`` or ``false``."""
        text = self.matched(view, "truth value", re.compile("true|false"), "Write true or false.")
        return text == "true" if text else None

    def duration(self, view: View) -> Text | None:
        """A length of time as ISO 8601 writes it (P3M: every three months)."""
        hint = "Write P, then years Y, months M, weeks W, days D: P3M. A word such as `often`: not-stated."
        return _plain(self.matched(view, "duration", _DURATION, hint))

    def currency(self, view: View) -> Text | None:
        """A currency as ISO 4217 writes it."""
        return _plain(self.matched(view, "currency", _CURRENCY, "Write three capitals: EUR."))

    def tag(self, view: View) -> str:
        """A language tag (BCP 47, checked loosely), in lower case."""
        hint = "Write a tag such as en, az-Cyrl or ru-Latn."
        return self.matched(view, "language tag", _TAG, hint).lower()

    def language_tag(self, view: View) -> Text | None:
        """A language tag as a value."""
        return _plain(self.tag(view))

    def link(self, view: View) -> Link | None:
        """An absolute IRI."""
        hint = "Write the whole address, with https:// and without blanks."
        text = self.matched(view, "address", _LINK, hint)
        return Link(text) if text else None


def _plain(text: str) -> Text | None:
    return Text(text) if text else None


def is_tag(text: str) -> bool:
    """Whether a key of a name may be a language tag.

    >>> is_tag("ru-Latn"), is_tag("kind")
    (True, False)
    """
    return bool(_TAG.fullmatch(text))

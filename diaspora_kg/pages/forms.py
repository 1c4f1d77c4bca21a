"""The pages of saved queries: the catalogue by subject, and one query with its form and its answer."""

from __future__ import annotations

from dataclasses import dataclass

from diaspora_kg.pages.answers import Table
from diaspora_kg.pages.charts import Picture
from diaspora_kg.pages.models import Link
from diaspora_kg.queries.parameters import Parameter


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values to choose from."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Meant:
    """A value that was given, as it is understood: the node and its words."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter in a form.

    ``widget`` is ``select``, ``search`` (nodes of ``kinds``), ``date``, ``number`` or ``text``. ``values``
    are kept as they were typed; ``error`` is what is wrong with them, ``near`` what may have been meant.
    """

    name: str
    label: str
    hint: str
    widget: str
    required: bool
    values: tuple[str, ...]
    placeholder: str = ""
    options: tuple[Option, ...] = ()
    kinds: tuple[str, ...] = ()
    error: str = ""
    meant: tuple[Meant, ...] = ()
    near: tuple[Link, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """The values, or one empty one to be filled."""
        return self.values or ("",)


@dataclass(frozen=True, slots=True)
class Snippet:
    """How a program asks the same."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Pages:
    """Where one is in the rows; links are empty where there is no such page."""

    number: int
    last: int
    first_row: int
    last_row: int
    total: int
    before: str = ""
    after: str = ""
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer on a page; ``without`` are links that ask with one parameter less.

    ``every`` leads to all rows in order where only the first that were found are shown (empty: these are
    all); then nothing is cited, and the total may not be ``counted``.
    """

    table: Table
    pages: Pages
    picture: Picture | None
    graph: str
    sparql: str
    editor: str
    downloads: tuple[Link, ...]
    snippets: tuple[Snippet, ...]
    citation: str
    permalink: str
    result: str
    verdict: str
    agrees: bool
    conditions: tuple[str, ...]
    without: tuple[Link, ...]
    notices: tuple[str, ...] = ()
    every: str = ""
    counted: bool = True


@dataclass(frozen=True, slots=True)
class QueryPage:
    """One saved query (template ``query.html.j2``); ``answer`` is ``None`` before it is asked."""

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    action: str
    fields: tuple[Field, ...]
    kept: tuple[tuple[str, str], ...]
    faults: tuple[str, ...]
    answer: Shown | None
    source: str

    @property
    def wrong(self) -> bool:
        """Whether anything in the form is to be mended."""
        return bool(self.faults) or any(field.error for field in self.fields)


@dataclass(frozen=True, slots=True)
class Question:
    """A query in the catalogue; ``trouble`` is why it cannot be asked."""

    name: str
    href: str
    summary: str
    description: str
    needed: tuple[str, ...]
    optional: tuple[str, ...]
    tags: tuple[str, ...]
    picture: str
    trouble: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Questions with one tag."""

    name: str
    href: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class QueriesPage:
    """The catalogue (template ``queries.html.j2``); ``tag`` is the subject that was chosen."""

    subjects: tuple[Subject, ...]
    tags: tuple[Link, ...]
    tag: str
    total: int


def widget_of(parameter: Parameter) -> str:
    """What a parameter is asked with."""
    choice = parameter.choice
    if parameter.values or (choice is not None and (choice.scheme or choice.query)):
        return "select"
    if parameter.type == "iri":
        return "search"
    if parameter.type in {"integer", "number"} or parameter.type.endswith(("#integer", "#decimal")):
        return "number"
    return "date" if parameter.type.endswith("#date") else "text"

"""The words of saved queries in the reader's language: their titles, columns, subjects and parameters.

A query's own header may give them (``titles``, ``columns``); else they are messages of the catalogues, as
those of the queries are that come with this program; else they stay as they are written.
"""

from __future__ import annotations

from diaspora_kg.pages.language import language
from diaspora_kg.pages.site import Site
from diaspora_kg.queries.catalog import SavedQuery
from diaspora_kg.queries.parameters import Parameter
from diaspora_kg.queries.wording import words_for


def title_of(query: SavedQuery, site: Site) -> str:
    """The question in one sentence; a query that has none goes by its name."""
    own = query.header.titles.get(site.language)
    return own or language(site.language).words(query.summary) or query.name


def column_of(query: SavedQuery, name: str, site: Site) -> str:
    """The heading of a column."""
    given = query.header.columns.get(name, {})
    own = given.get(site.language) or given.get("")
    return own or _plain(label(words_for(name), site))


def label_of(parameter: Parameter, site: Site) -> str:
    """The name of a parameter as a label.

    >>> label_of(Parameter("legalForm", "_legalForm_iri", "iri", False), Site("", "https://a.example/"))
    'Legal form'
    """
    return label(words_for(parameter.name), site)


def label(words: str, site: Site) -> str:
    """Words of a column or parameter as a label.

    Its message begins with a capital letter: the same word means something else in a sentence ("to").
    """
    return language(site.language).words(heading(words))


def heading(words: str) -> str:
    """The message of a column or parameter.

    >>> heading("said by")
    'Said by'
    """
    return words[:1].upper() + words[1:]


def _plain(words: str) -> str:
    return words[:1].lower() + words[1:] if not words[:2].isupper() else words


def subject_of(tag: str, site: Site) -> str:
    """The name of a subject of queries."""
    return language(site.language).words(tag)

"""The messages that every catalogue in ``locale/`` must have: of templates, of the model, of saved queries.

The words of the model are the values of closed lists (by name and by label) and the kinds of nodes. Messages
of the package's code are in the catalogues too; a test collects them by writing the demo's pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

from diaspora_kg.content import content
from diaspora_kg.names import CLASS_OF_KIND
from diaspora_kg.ontology import Ontology
from diaspora_kg.pages.asked import heading
from diaspora_kg.queries.catalog import Catalog
from diaspora_kg.queries.wording import words_for

Message = str | tuple[str, str]
"""A message, or its forms for one and for many."""

_TEMPLATES = Path(__file__).resolve().parent / "templates"
_OWN_TAGS = "diaspora_kg.pages.once.Once"


def messages(ontology: Ontology) -> frozenset[Message]:
    """All of them."""
    return frozenset({*_of_templates(), *_of_model(ontology), *_of_queries()})


def _of_templates() -> Iterator[Message]:
    found = extract_from_dir(
        _TEMPLATES,
        method_map=[("**.j2", "jinja2.ext.babel_extract")],
        options_map={"**.j2": {"trimmed": "true", "silent": "false", "extensions": _OWN_TAGS}},
    )
    for _file, _line, message, _comments, _context in found:
        yield message if isinstance(message, str) else (str(message[0]), str(message[1]))


def _of_queries() -> Iterator[str]:
    """Titles, subjects, columns and parameters of the queries that come with this program."""
    for query in Catalog.load([content("queries")]).queries.values():
        yield query.summary
        yield from query.header.tags
        yield from (heading(words_for(name)) for name in query.columns or () if name != "claims")
        yield from (heading(words_for(parameter.name)) for parameter in query.parameters)


def _of_model(ontology: Ontology) -> Iterator[str]:
    yield from (kind.replace("-", " ") for kind in CLASS_OF_KIND)
    for scheme in ontology.schemes:
        for value in ontology.values(scheme):
            name = ontology.concept(scheme, value) or value
            yield words_for(name)
            yield ontology.label(ontology.concept_iri(name)) or words_for(name)  # pages show either

"""The words of the model: classes, properties and closed lists, what they mean and how often they are used.

Every term has a place that follows from its IRI (:func:`~diaspora_kg.pages.terms.term_path`): classes and
properties on a page for each sort, lists and their values on ``/vocabulary``, from where a page for each list
tells the whole definitions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from diaspora_kg.names import CLASS_OF_KIND, PREFIXES, expand, kebab
from diaspora_kg.ontology import Term
from diaspora_kg.overviews.directory import Item
from diaspora_kg.overviews.sheets import Ground, Sheet
from diaspora_kg.pages.models import Link
from diaspora_kg.pages.site import Site
from diaspora_kg.pages.terms import CLASSES, PROPERTIES, VOCABULARY, anchor_of
from diaspora_kg.queries.lookup import ask_part
from diaspora_kg.terms import IRI

_AT_ONCE = 12  # properties in one question, so that none takes long in a large graph
_KIND_OF = {expand(name): kind for kind, name in CLASS_OF_KIND.items()}
_CLASS, _LIST, _VALUE = (expand(name) for name in ("owl:Class", "skos:ConceptScheme", "skos:Concept"))
_PROPERTY = frozenset(
    expand(name)
    for name in ("owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty", "rdf:Property")
)


@dataclass(frozen=True, slots=True)
class Word:
    """One term: ``name`` is its short form (``dkg:Claim``), ``times`` how often this graph uses it.

    ``times`` is -1 where it is not counted; ``browse`` leads to a list of what it names.
    """

    iri: str
    name: str
    anchor: str
    label: str
    definition: str
    example: str
    times: int = -1
    browse: str = ""
    lists: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class List:
    """A closed list with its values; ``link`` leads to the page with their definitions."""

    word: Word
    link: Link
    values: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class VocabularyPage:
    """The closed lists with their values, and how many other terms there are (``vocabulary.html.j2``)."""

    version: str
    classes: int
    properties: int
    lists: tuple[List, ...]
    address: str = VOCABULARY


@dataclass(frozen=True, slots=True)
class WordsPage:
    """Terms in full (template ``vocabulary-words.html.j2``): classes, properties, or values of one list."""

    title: str
    definition: str
    name: str
    words: tuple[Word, ...]
    address: str


class Vocabulary:
    """The section of the vocabulary."""

    prefixes = (VOCABULARY,)

    def addresses(self, ground: Ground) -> Iterable[str]:
        """The overview, the classes, the properties, each closed list."""
        yield VOCABULARY
        yield CLASSES
        yield PROPERTIES
        yield from map(_address, ground.ontology.schemes)

    def sheet(self, ground: Ground, address: str, number: int, site: Site) -> Sheet | None:
        """The page at an address."""
        if number != 1:
            return None
        told = _Telling(ground, site)
        if address == VOCABULARY:
            return Sheet("vocabulary.html.j2", told.all())
        if address in {CLASSES, PROPERTIES}:
            title, types = ("classes", {_CLASS}) if address == CLASSES else ("properties", _PROPERTY)
            page = WordsPage(title, "", "", told.words(types), address)
            return Sheet("vocabulary-words.html.j2", page)
        for scheme in ground.ontology.schemes:
            if address == _address(scheme):
                one = told.closed_list(scheme)
                page = WordsPage(one.word.label, one.word.definition, one.word.name, one.values, address)
                return Sheet("vocabulary-words.html.j2", page)
        return None


@dataclass(frozen=True)
class _Telling:
    ground: Ground
    site: Site

    def all(self) -> VocabularyPage:
        version = self.ground.ontology.version
        classes, properties = self.words({_CLASS}), self.words(_PROPERTY)
        return VocabularyPage(version, len(classes), len(properties), self.lists())

    def words(self, types: Iterable[str]) -> tuple[Word, ...]:
        wanted = frozenset(types)
        terms = (term for term in self.ground.ontology.terms.values() if wanted & set(term.types))
        found = (self._word(term) for term in terms if term.label or term.definition)
        return tuple(sorted(found, key=lambda word: (not word.name.startswith("dkg"), word.name.casefold())))

    def lists(self) -> tuple[List, ...]:
        found = map(self.closed_list, self.ground.ontology.schemes)
        return tuple(sorted(found, key=lambda one: one.word.label.casefold()))

    def closed_list(self, scheme: str) -> List:
        terms = self.ground.ontology.terms.values()
        values = (self._word(term) for term in terms if scheme in term.lists and _VALUE in term.types)
        word = self._named(scheme)
        link = Link(self.site.path(_address(scheme)), word.label)
        return List(word, link, tuple(sorted(values, key=lambda value: value.label.casefold())))

    def _named(self, scheme: str) -> Word:
        """A closed list as a term; a project may have added values to one that it does not describe."""
        for term in self.ground.ontology.terms.values():
            if _LIST in term.types and term.iri.replace("#", "/").rpartition("/")[2] == scheme:
                return self._word(term)
        return Word(scheme, scheme, scheme, kebab(scheme).replace("-", " "), "", "")

    def _word(self, term: Term) -> Word:
        kind = _KIND_OF.get(term.iri, "")
        if kind or _CLASS in term.types:
            times = self.ground.manifest.counts.get(f"nodes.{kind}", 0) if kind else -1
        else:
            times = self._used.get(term.iri, -1 if _LIST in term.types else 0)
        lists = tuple(
            Link(self.site.path(f"{VOCABULARY}/{kebab(name)}#{anchor_of(term.iri)}"), name)
            for name in term.lists
        )
        browse = self.site.path(f"/browse/{kind}") if kind in _LISTED and times > 0 else ""
        return Word(
            term.iri, _short(term.iri), anchor_of(term.iri), term.label or _short(term.iri),
            term.definition, term.example, times, browse, lists,
        )  # fmt: skip

    @cached_property
    def _used(self) -> dict[str, int]:
        found = self.ground.directory.items("use", partial(_uses, self.ground), 0, 100_000)
        return {one.iri: int(one.other) for one in found}


def _address(scheme: str) -> str:
    return f"{VOCABULARY}/{kebab(scheme)}"


_LISTED = frozenset(
    ("organization", "collective", "polity", "person", "post", "statement", "event", "undertaking", "place")
) | {"article"}


def _short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def _uses(ground: Ground) -> Iterator[Item]:
    """How often each property and each value is used."""
    terms = ground.ontology.terms.values()
    properties = sorted(term.iri for term in terms if _PROPERTY & set(term.types))
    values = sorted(term.iri for term in terms if _VALUE in term.types)
    yield from _counted(ground, "term-use", "_property_iri", properties)
    yield from _counted(ground, "value-use", "_value_iri", values)


def _counted(ground: Ground, part: str, name: str, iris: Sequence[str]) -> Iterator[Item]:
    vocabulary = IRI(f"{ground.manifest.base}graph/vocabulary")
    for start in range(0, len(iris), _AT_ONCE):
        some = [IRI(iri) for iri in iris[start : start + _AT_ONCE]]
        for row in ask_part(ground.lookup.store, part, {name: some, "_vocabulary_iri": [vocabulary]}):
            if "term" in row:
                yield Item(row["term"].value, row["term"].value, row["times"].value)

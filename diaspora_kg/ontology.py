"""What can be said: labels, definitions, subclasses and closed lists, read from Turtle.

The bundled ``ontology/`` folder is read first, then a project's own, which may add concepts, classes
and labels without code. A value of a closed list is written in kebab-case (``direct-quote``) and
travels by its local name (``directQuote``); a project's value outside of our namespace travels by its
IRI. Shapes, derivation rules and the JSON-LD context live beside these files and are read elsewhere.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from diaspora_kg.errors import UsageError
from diaspora_kg.names import PREFIXES, expand, kebab

_NS = expand("dkg:").removesuffix("#")
_VOCAB = PREFIXES["dkgv"]
_TYPE = expand("rdf:type")
_SUBCLASS = expand("rdfs:subClassOf")
_IN_SCHEME = expand("skos:inScheme")
_BROADER = expand("skos:broader")
_CONCEPT = expand("skos:Concept")
_SCHEME = expand("skos:ConceptScheme")
_LABELS = (expand("skos:prefLabel"), expand("rdfs:label"))
_DEFINITION = expand("skos:definition")
_EXAMPLE = expand("skos:example")
_VERSION = expand("owl:versionIRI")

Lines = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """One class, property, closed list or value: its words are those of the ontology's editors.

    ``types`` are IRIs; ``lists`` holds the local names of the closed lists that a value is in.
    """

    iri: str
    label: str
    definition: str
    example: str
    types: tuple[str, ...]
    lists: tuple[str, ...]


@dataclass(frozen=True)
class Ontology:
    """The classes, properties and closed lists of one project.

    ``version`` is the IRI of the bundled ontology's version, ``sha256`` is taken over the sorted
    triples, so that neither the order nor the layout of the files counts.
    """

    version: str
    sha256: str
    terms: Mapping[str, Term]
    _triples: frozenset[Triple] = field(repr=False)
    _lists: Mapping[str, Mapping[str, str]] = field(repr=False)
    _parents: Mapping[str, frozenset[str]] = field(repr=False)

    @classmethod
    def load(cls, folders: Sequence[Path]) -> Ontology:
        """Read ``*.ttl`` and ``vocabulary/*.ttl`` of each folder; a folder that is not there is empty.

        Raises :class:`UsageError`, with file and line, for a file that cannot be read or that does
        not keep the rules of the closed lists.
        """
        files = [path for folder in folders for path in _files(folder)]
        origins: dict[Triple, Path] = {}
        for path in files:
            for triple in _read(path):
                origins.setdefault(triple, path)
        return _Reading(origins).ontology()

    def concept(self, scheme: str, written: str) -> str | None:
        """The local name of a list's value as written (``direct-quote``), ``None`` if it has none such."""
        name = self._lists.get(scheme, {}).get(written)
        return name.removeprefix(_VOCAB) if name else None

    def values(self, scheme: str) -> tuple[str, ...]:
        """The values of a closed list as they are written, sorted."""
        return tuple(sorted(self._lists.get(scheme, {})))

    @property
    def schemes(self) -> tuple[str, ...]:
        """The local names of the closed lists, sorted."""
        return tuple(sorted(self._lists))

    def schemes_of(self, name: str) -> tuple[str, ...]:
        """The closed lists that hold the value of this local name (or IRI)."""
        term = self.terms.get(self.concept_iri(name))
        return term.lists if term else ()

    def nearest(self, scheme: str, written: str) -> str | None:
        """The value of a list that is spelled most like ``written``."""
        found = get_close_matches(kebab(written.replace("_", "-")), self.values(scheme), n=1)
        return found[0] if found else None

    @staticmethod
    def concept_iri(name: str) -> str:
        """The IRI of a value by its local name; an IRI stands for itself."""
        return name if ":" in name else _VOCAB + name

    def label(self, iri: str) -> str:
        """The English label of a term, empty for an IRI that the ontology does not define."""
        term = self.terms.get(iri)
        return term.label if term else ""

    def definition(self, iri: str) -> str:
        """The English definition of a term, empty for an IRI that the ontology does not define."""
        term = self.terms.get(iri)
        return term.definition if term else ""

    def ancestors(self, iri: str) -> frozenset[str]:
        """A class with its superclasses, or a concept with its broader ones."""
        found: set[str] = set()
        queue = [iri]
        while queue:
            here = queue.pop()
            if here not in found:
                found.add(here)
                queue.extend(self._parents.get(here, ()))
        return frozenset(found)

    def quads(self, graph: str) -> tuple[str, ...]:
        """The ontology as sorted N-Quads lines of one named graph."""
        name = NamedNode(graph)
        return tuple(sorted(f"{triple} {name} ." for triple in self._triples))

    def slim(self) -> tuple[str, ...]:
        """Subclasses and list membership alone, as sorted N-Triples lines: what the shapes need."""
        return tuple(sorted(f"{triple} ." for triple in self._triples if _is_slim(triple)))


def _is_slim(triple: Triple) -> bool:
    predicate = triple.predicate.value
    return predicate in {_SUBCLASS, _IN_SCHEME} or (predicate == _TYPE and _iri(triple.object) == _CONCEPT)


def _files(folder: Path) -> list[Path]:
    return [*sorted(folder.glob("*.ttl")), *sorted(folder.glob("vocabulary/*.ttl"))]


def _read(path: Path) -> Iterator[Triple]:
    try:
        for quad in parse(path=path, format=RdfFormat.TURTLE):
            triple = quad.triple if not isinstance(quad, Triple) else quad
            if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
                line = _line(path, "[", "_:", "(")
                raise UsageError(f"{path}:{line}: a node without a name; give it an IRI")
            yield triple
    except SyntaxError as error:
        raise UsageError(f"{path}:{error.lineno}: this is not Turtle: {error.msg}") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error


def _line(path: Path, *words: str) -> int:
    """The first line outside of prefixes and comments that holds one of the words; 1 if none does."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.lstrip().startswith(("@prefix", "PREFIX", "#")) and any(w in line for w in words):
            return number
    return 1


def _iri(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else ""


def _local(iri: str) -> str:
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


class _Reading:
    """Sorts triples into terms and lists, and checks the rules of the lists."""

    def __init__(self, origins: Mapping[Triple, Path]) -> None:
        self.origins = origins
        self.links: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.words: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for triple in origins:
            subject, predicate = _iri(triple.subject), triple.predicate.value
            if isinstance(triple.object, Literal):
                self._add_words(subject, predicate, triple.object)
            else:
                self.links[predicate][subject].append(_iri(triple.object))

    def _add_words(self, subject: str, predicate: str, literal: Literal) -> None:
        if literal.language in {"en", None}:
            former = self.words[subject].get(predicate)
            # the least of several, whatever the order of the files
            self.words[subject][predicate] = min(former or literal.value, literal.value)

    def ontology(self) -> Ontology:
        versions = self.links[_VERSION].get(_NS, [])
        if len(versions) != 1:
            raise UsageError(f"the ontology {_NS} has {len(versions)} version IRIs; it must have one")
        lists = self._lists()
        digest = hashlib.sha256("\n".join(sorted(map(str, self.origins))).encode()).hexdigest()
        above, broader = self.links[_SUBCLASS], self.links[_BROADER]
        parents = {iri: frozenset([*above.get(iri, ()), *broader.get(iri, ())]) for iri in {*above, *broader}}
        return Ontology(versions[0], digest, self._terms(), frozenset(self.origins), lists, parents)

    def _terms(self) -> dict[str, Term]:
        return {iri: self._term(iri, types) for iri, types in self.links[_TYPE].items()}

    def _term(self, iri: str, types: Iterable[str]) -> Term:
        words = self.words[iri]
        label = next((words[p] for p in _LABELS if p in words), "")
        lists = tuple(sorted(map(_local, self.links[_IN_SCHEME].get(iri, ()))))
        return Term(
            iri, label, words.get(_DEFINITION, ""), words.get(_EXAMPLE, ""), tuple(sorted(types)), lists
        )

    def _lists(self) -> dict[str, dict[str, str]]:
        types = self.links[_TYPE]
        schemes = {iri for iri, of in types.items() if _SCHEME in of}
        lists: dict[str, dict[str, str]] = {_local(iri): {} for iri in schemes}
        for concept in [iri for iri, of in types.items() if _CONCEPT in of]:
            within = self.links[_IN_SCHEME].get(concept, [])
            if not within:
                raise self._fault(concept, "is in no list; add skos:inScheme")
            if not any(p in self.words[concept] for p in _LABELS):
                raise self._fault(concept, "has no English label; add skos:prefLabel")
            for scheme in within:
                if scheme not in schemes:
                    raise self._fault(concept, f"is in a list that nobody defines: {scheme}", scheme)
                values = lists[_local(scheme)]
                if values.setdefault(kebab(_local(concept)), concept) != concept:
                    raise self._fault(concept, f"has the name of another value of {_local(scheme)}")
        return lists

    def _fault(self, iri: str, what: str, value: str = "") -> UsageError:
        """What is wrong with a term, where it is said that it has this value (or where it first occurs)."""
        said = [(t, path) for t, path in self.origins.items() if _iri(t.subject) == iri]
        path = next((path for t, path in said if _iri(t.object) == value), said[0][1])
        return UsageError(f"{path}:{_line(path, _local(iri))}: {_local(iri)} {what}")

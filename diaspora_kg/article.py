"""What an annotated article says: frozen values, no I/O.

A reader script yields :class:`Article` values. Slots that the annotator left to a default are
``None`` until :mod:`diaspora_kg.defaults` fills them; ``passages`` are empty until
:mod:`diaspora_kg.anchors` has found the anchors in the text. Positions are Unicode code points,
0-based, end exclusive. ``line`` counts from 1 in the file that the researcher wrote. Concepts of
closed lists are given by local name (``presupposed``), properties by CURIE (``dkg:subject``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from diaspora_kg.light import light


class Region(StrEnum):
    """Which part of the article a span lies in."""

    HEADLINE = "headline"
    BODY = "body"
    FOOTER = "footer"
    BOILERPLATE = "boilerplate"


class Quoted(StrEnum):
    """Whether a passage stands between quotation marks in the article."""

    NO = "no"
    PARTIAL = "partial"
    WHOLE = "whole"


class Voice(StrEnum):
    """The section in which a claim was annotated."""

    STATEMENT = "statement"
    HEADLINE = "headline"
    ARTICLE = "article"


@light
@dataclass(frozen=True, slots=True)
class Anchor:
    """Words that mark a passage: one string, `` … `` in it standing for any text.

    Where a tool gave a ``position`` (begin and end) nothing is searched for; the words, as far as the
    tool wrote them, must stand exactly there.
    """

    words: str
    line: int
    nth: int | None = None
    before: str | None = None
    after: str | None = None
    region: Region | None = None
    position: tuple[int, int] | None = None


@light
@dataclass(frozen=True, slots=True)
class Passage:
    """A span of the article's text.

    ``sha256`` is that of ``text[begin:end]`` in UTF-8. Either ``quote`` is set, or ``quote_start``
    and ``quote_end`` are (white space collapsed).
    """

    begin: int
    end: int
    region: Region
    quoted: Quoted
    sha256: str
    quote: str | None = None
    quote_start: str | None = None
    quote_end: str | None = None


@light
@dataclass(frozen=True, slots=True)
class Ref:
    """A node named by its key: local, of the register, or ``other-article.key``."""

    key: str
    line: int


@light
@dataclass(frozen=True, slots=True)
class Concept:
    """A value of a closed list, by local name (``liquidationStageUnspecified``)."""

    name: str


@light
@dataclass(frozen=True, slots=True)
class Text:
    """A string; ``language`` is a lower-case BCP 47 tag, empty for a plain string."""

    value: str
    language: str = ""


@light
@dataclass(frozen=True, slots=True)
class Link:
    """An absolute IRI of the outside world."""

    iri: str


@light
@dataclass(frozen=True, slots=True)
class When:
    """One possibly uncertain date: as printed, as EDTF, and as bounds (YYYY-MM-DD)."""

    line: int
    basis: str
    edtf: str | None = None
    not_before: str | None = None
    not_after: str | None = None
    words: str | None = None


@light
@dataclass(frozen=True, slots=True)
class Participation:
    """An actor in a role: who took part, in which office, on whose behalf.

    ``role`` and ``source_kind`` are local names of concepts. ``unknown`` holds CURIEs of properties
    on which the source is silent (``dkg:actor``). ``basis`` is set where ``on_behalf_of`` is.
    """

    role: str
    line: int
    actor: Ref | None = None
    capacity: Ref | None = None
    on_behalf_of: Ref | None = None
    basis: str | None = None
    source_kind: str | None = None
    unknown: tuple[str, ...] = ()


@light
@dataclass(frozen=True, slots=True)
class Name:
    """One name in one language and script; ``transliterates`` is another form of the same actor."""

    form: str
    language: str
    line: int
    kind: str = "fullName"
    transliterates: str | None = None


@light
@dataclass(frozen=True, slots=True)
class Form:
    """Words by which an article mentions somebody, to be searched as whole words.

    ``unclear`` lists those who may be meant; the mention then refers to nobody. With a ``position``
    this one place is the mention, and nothing is searched for.
    """

    text: str
    line: int
    nth: int | None = None
    unclear: tuple[Ref, ...] = ()
    position: tuple[int, int] | None = None


Scalar = Ref | Concept | Text | Link | When | int | Decimal | bool


@light
@dataclass(frozen=True, slots=True)
class Node:
    """Something described: an actor, post, place, document, situation, event or undertaking.

    ``kind`` is the IRI segment (``legal-status``), ``key`` the local key (empty: minted). ``slots``
    are (property CURIE, value) pairs in the order written, a repeated property for each value.
    ``unknown`` holds CURIEs of the properties on which the source is silent. ``addition`` marks a
    register entry to which the article only adds mentions.
    """

    kind: str
    key: str
    line: int
    slots: tuple[tuple[str, Scalar], ...] = ()
    names: tuple[Name, ...] = ()
    forms: tuple[Form, ...] = ()
    participations: tuple[Participation, ...] = ()
    unknown: tuple[str, ...] = ()
    addition: bool = False

    def values(self, prop: str) -> Iterator[Scalar]:
        """The values of one property, in the order written."""
        return (value for name, value in self.slots if name == prop)

    def refs(self, prop: str) -> Iterator[Ref]:
        """The nodes that one property points to."""
        return (value for value in self.values(prop) if isinstance(value, Ref))


@light
@dataclass(frozen=True, slots=True)
class Stance:
    """An evaluation: its value, what it is about (empty: ``unknown``), the source's own words."""

    value: str
    targets: tuple[Ref, ...] = ()
    words: tuple[str, ...] = ()
    unknown: bool = False


@light
@dataclass(frozen=True, slots=True)
class Claim:
    """One proposition as put by one source in one place (ontology.md, mechanisms 2 to 4 and 18).

    ``key`` is the researcher's ``id`` (empty: minted). ``expressed_in`` is the statement, ``None``
    for the article itself. ``claimants`` is ``None`` until defaults are settled. Inline content is
    a :class:`Node`. ``reading`` holds concepts that the words leave open, by slot
    (``illocution`` -> values).
    """

    line: int
    says: str
    voice: Voice
    key: str = ""
    anchors: tuple[Anchor, ...] = ()
    passages: tuple[Passage, ...] = ()
    expressed_in: Ref | None = None
    claimants: tuple[Ref, ...] | None = None
    basis: str | None = None
    attribution: str | None = None
    givenness: str | None = None
    illocution: str | None = None
    modality: str | None = None
    polarity: str | None = None
    stance: Stance | None = None
    about: tuple[Ref, ...] | None = None
    content: tuple[Ref | Node, ...] = ()
    condition: tuple[Ref, ...] = ()
    responds_to: tuple[Ref, ...] = ()
    retracts: tuple[Ref, ...] = ()
    conflicts_with: tuple[Ref, ...] = ()
    reading: tuple[tuple[str, tuple[str, ...]], ...] = ()
    cue: str | None = None
    fulfilment: str | None = None
    note: str | None = None
    sic: str | None = None
    unknown: tuple[str, ...] = ()


@light
@dataclass(frozen=True, slots=True)
class Statement:
    """A speech act, with the claims that were made in it.

    ``via`` is ordered from the reader to the source. ``slots`` hold what is not named here
    (``dkg:place``, ``dkg:postUrl``, ``dct:language``, ...). ``figure`` is the Figure that
    ``others`` makes: signatories that are not named.
    """

    key: str
    line: int
    kinds: tuple[str, ...]
    participations: tuple[Participation, ...] = ()
    medium: tuple[Ref, ...] = ()
    via: tuple[Ref, ...] = ()
    slots: tuple[tuple[str, Scalar], ...] = ()
    figure: Node | None = None
    anchors: tuple[Anchor, ...] = ()
    passages: tuple[Passage, ...] = ()
    claims: tuple[Claim, ...] = ()
    unknown: tuple[str, ...] = ()


@light
@dataclass(frozen=True, slots=True)
class Mention:
    """A span that names an actor; ``actor`` is ``None`` where it is unclear who is meant."""

    passage: Passage
    actor: Ref | None
    unclear: tuple[Ref, ...] = ()


@light
@dataclass(frozen=True, slots=True)
class Article:
    """One annotated text.

    ``file`` is the annotation's path relative to the project. ``text_sha256`` is the hash that the
    annotation states (empty: none); after anchoring it is the hash of the text that was read.
    ``claims`` are those outside statements: the headline's and the article's own. ``languages`` of
    glosses: ``gloss_language``. ``slots`` hold publisher, author and url. ``refused`` are keys whose
    declaration could not be read, so that what points to them is no second fault.

    Of what an annotation tool wrote: ``text`` is the text that the file itself carries, verbatim
    (``None``: it lies beside); ``exact`` says that its mentions are the places that it marks, so that
    names are not searched for; ``curated`` that it is what a curator made of several runs; ``counts``
    is what ``line`` counts where not lines (``annotation``, ``row``). ``header`` is the file of a header
    that spoke of it: values that come from there have its lines as negative numbers.
    """

    key: str
    file: str
    title: str
    language: str
    line: int = 1
    formerly: tuple[str, ...] = ()
    published: When | None = None
    slots: tuple[tuple[str, Scalar], ...] = ()
    unknown: tuple[str, ...] = ()
    annotator: str = ""
    annotated: str = ""
    gloss_language: str = "en"
    withheld: bool = False
    text_file: str = ""
    text_sha256: str = ""
    skips: tuple[Anchor, ...] = ()
    nodes: tuple[Node, ...] = ()
    statements: tuple[Statement, ...] = ()
    claims: tuple[Claim, ...] = ()
    mentions: tuple[Mention, ...] = ()
    furniture: tuple[Passage, ...] = field(default=())
    refused: tuple[str, ...] = ()
    text: str | None = None
    exact: bool = False
    curated: bool = False
    counts: str = ""
    header: str = ""

    def place(self, line: int) -> tuple[str, int, str]:
        """The file, the line (0: none) and, in a file without lines, the place that a number means.

        >>> Article("a", "a.json", "", "und", counts="annotation", header="a.yaml").place(17)
        ('a.json', 0, 'annotation 17')
        >>> Article("a", "a.json", "", "und", counts="annotation", header="a.yaml").place(-3)
        ('a.yaml', 3, '')
        """
        if line < 0:
            return self.header or self.file, -line, ""
        if self.counts and line:
            return self.file, 0, f"{self.counts} {line}"
        return self.file, line, ""

    def all_claims(self) -> Iterator[Claim]:
        """Every claim, those of the statements first, in the order written."""
        for statement in self.statements:
            yield from statement.claims
        yield from self.claims

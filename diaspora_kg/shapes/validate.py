"""Validation of articles by two engines: the fast one for all, pyshacl for what it flags and for a sample.

The fast engine (:mod:`diaspora_kg.shapes.fast`) looks at every article. pyshacl, the reference, looks again

- at each article that the fast engine flags, by the shapes that it flags;
- at each by shapes that the fast engine does not know, or cannot decide there;
- at a sample of the articles in which the fast engine finds nothing, by all shapes. Which they are follows
  from their content alone, so that each build of the same articles looks at the same.

Where the two do not find the same, that is a finding of its own, and the article is held to what pyshacl
finds by all shapes.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from diaspora_kg.article import Article
from diaspora_kg.errors import ENGINES_DISAGREE, Finding, Severity
from diaspora_kg.quads import Origin, Said
from diaspora_kg.shapes.catalog import Shape, Speaking, read_shapes
from diaspora_kg.shapes.fast import Plan, Verdict
from diaspora_kg.shapes.findings import AtFault, at_fault, told

if TYPE_CHECKING:
    from diaspora_kg.shapes.article import ArticleShapes

SAMPLE = 0.002
"""The part of the articles without a fault that pyshacl looks at again, where the project says nothing."""

_HINT = (
    "This is a fault of the program, not of yours: please report it with this message. Until it is mended, "
    'write engine = "pyshacl" under [validation] in dkg.toml, and build with dkg build --full.'
)


class Engine(StrEnum):
    """Which engine looks at every article."""

    FAST = "fast"
    PYSHACL = "pyshacl"


@dataclass
class Counts:
    """How often each engine was asked, for a log: articles, and those that pyshacl looked at, and why."""

    articles: int = 0
    flagged: int = 0
    undecided: int = 0
    sampled: int = 0
    disagreements: int = 0


@dataclass(frozen=True)
class Comparison:
    """What each engine finds in one article by all shapes, for a test.

    ``undecided`` says why the fast one must leave a shape to pyshacl, and ``left`` what that finds by those.
    """

    fast: frozenset[AtFault]
    pyshacl: frozenset[AtFault]
    undecided: Mapping[str, str]
    left: frozenset[AtFault]

    @property
    def disagreements(self) -> frozenset[AtFault]:
        """What one of the two alone finds, of what the fast one says that it can decide."""
        return (self.fast ^ self.pyshacl) - self.left


class Validator:
    """The shapes for one article, read once in a process and used for many articles."""

    def __init__(
        self,
        shapes: Sequence[Path],
        ontology_slim: Sequence[str],
        engine: Engine = Engine.FAST,
        sample: float = SAMPLE,
    ) -> None:
        """Read files of shapes; raises :class:`UsageError` for one that cannot be used."""
        self._files = shapes
        self._slim = ontology_slim
        self._graph = read_shapes(shapes)
        self._speaking = Speaking(self._graph)
        self._engine = engine
        self._sample = sample
        self.counts = Counts()

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Every shape that can find something, in the order of their IRIs."""
        return self._speaking.shapes

    @property
    def unknown(self) -> Mapping[str, str]:
        """The shapes that the fast engine does not know, by IRI, and what of them it does not."""
        return {str(node): why for node, why in self._plan.unknown.items()}

    def check(
        self,
        mapped_lines: Sequence[str],
        context_lines: Sequence[str],
        origins: Mapping[str, Origin],
        article: Article,
        said: Said | None = None,
    ) -> tuple[Finding, ...]:
        """What is wrong in one article, in the order of file and line.

        ``mapped_lines`` are its N-Quads; ``context_lines`` say of nodes outside of it what a shape may
        need to know (their classes): nothing is found about those. Several results of one shape for one
        node are one finding. ``said`` is what the lines say, of one who has it at hand: the fast engine
        then need not take them apart. Raises :class:`UsageError` for a shape that cannot be run.
        """
        self.counts.articles += 1
        if self._engine is Engine.PYSHACL:
            return self._reference.check(mapped_lines, context_lines, origins, article)
        text = "\n".join(mapped_lines)
        verdict = self._plan.check(mapped_lines, context_lines, said, text)
        index = verdict.index
        if index is None:
            return self._alone(mapped_lines, context_lines, origins, article)
        found = self._faults(verdict)
        left = frozenset({*self._plan.unknown, *verdict.undecided})
        sampled = not found and self._is_sampled(text)
        self._count(flagged=bool(found), left=bool(left), sampled=sampled)
        others = self._reference.faults(mapped_lines, context_lines, left) if left else frozenset()
        if found:
            own = frozenset(_bare(verdict.own))
            theirs = self._reference.again(index, own, frozenset(verdict.results))
        elif sampled:
            theirs = self._reference.faults(mapped_lines, context_lines)
            gc.collect(1)  # nothing else makes cycles, so that a worker would keep theirs for long
        else:
            theirs = found
        if theirs - others != found - others:
            return self._disagreed(mapped_lines, context_lines, origins, article, found, theirs)
        return told(found | others, origins, article, lambda node: _bare(index.pointing(f"<{node}>")))

    def compare(self, mapped_lines: Sequence[str], context_lines: Sequence[str] = ()) -> Comparison:
        """What each engine finds in an article by all shapes."""
        verdict = self._plan.check(mapped_lines, context_lines)
        undecided = {**self._plan.unknown, **verdict.undecided}
        left = frozenset(undecided)
        return Comparison(
            fast=self._faults(verdict),
            pyshacl=self._reference.faults(mapped_lines, context_lines),
            undecided={str(node): why for node, why in undecided.items()},
            left=self._reference.faults(mapped_lines, context_lines, left) if left else frozenset(),
        )

    @cached_property
    def _plan(self) -> Plan:
        if len(self._files) > 1:
            # shapes of a project's own that pyshacl cannot load are told now, not at the first of the sample
            self._reference.faults((), ())
        return Plan(self._graph, self._slim)

    @cached_property
    def _reference(self) -> ArticleShapes:
        from diaspora_kg.shapes.article import ArticleShapes  # noqa: PLC0415 - pyshacl loads in a third of a second

        return ArticleShapes(self._files, self._slim, self._graph)

    def _is_sampled(self, text: str) -> bool:
        if not self._sample:
            return False
        return crc32(text.encode("utf-8", "surrogatepass")) < self._sample * 2**32

    def _count(self, *, flagged: bool, left: bool, sampled: bool) -> None:
        self.counts.flagged += flagged
        self.counts.undecided += left
        self.counts.sampled += sampled

    def _faults(self, verdict: Verdict) -> frozenset[AtFault]:
        index = verdict.index
        found: set[AtFault] = set()
        if index is None or not verdict.results:
            return frozenset()
        own = frozenset(_bare(verdict.own))
        for results in verdict.results.values():
            for source, focus, value in results:
                shape = self._speaking.of(source)

                def having(slot: str, focus: str = focus) -> Iterable[str]:
                    return _bare(index.subjects(f"<{slot}>", focus))

                node, said = _bare((focus, value))
                found.update(at_fault(own, shape, node, said, having))
        return frozenset(found)

    def _alone(
        self,
        mapped_lines: Sequence[str],
        context_lines: Sequence[str],
        origins: Mapping[str, Origin],
        article: Article,
    ) -> tuple[Finding, ...]:
        self.counts.undecided += 1
        return self._reference.check(mapped_lines, context_lines, origins, article)

    def _disagreed(
        self,
        mapped_lines: Sequence[str],
        context_lines: Sequence[str],
        origins: Mapping[str, Origin],
        article: Article,
        ours: frozenset[AtFault],
        theirs: frozenset[AtFault],
    ) -> tuple[Finding, ...]:
        """What pyshacl finds by all shapes, and that the two engines do not agree."""
        self.counts.disagreements += 1
        missed, made_up = (
            ", ".join(sorted({f"{one.shape.code} of {one.node}" for one in side}))
            for side in (theirs - ours, ours - theirs)
        )
        parts = [f"pyshacl alone finds {missed}"] if missed else []
        parts += [f"the fast engine alone finds {made_up}"] if made_up else []
        message = (
            f"The two engines that check the shapes do not agree: {'; '.join(parts)}. "
            "The article is held to what pyshacl finds."
        )
        disagreement = Finding(
            article.file, 0, Severity.VIOLATION, ENGINES_DISAGREE, message, _HINT, article=article.key
        )
        found = self._reference.check(mapped_lines, context_lines, origins, article)
        return tuple(sorted({*found, disagreement}))


def _bare(terms: Iterable[str]) -> list[str]:
    """IRIs without their brackets; a literal has no name."""
    return [term[1:-1] if term[:1] == "<" else "" for term in terms]

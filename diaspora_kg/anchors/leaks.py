"""Long runs of a withheld text in what an annotator wrote: paraphrases, notes, labels.

Quotes are cut by themselves (``quote-words`` in dkg.toml). Whatever else is written goes into the graph as
it stands, so that it may hold no more of a withheld text in a row than a quote may. In a claim that is a
violation; the label of a thing may be the long title that a law has, so that there it is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from diaspora_kg.anchors.walk import nodes
from diaspora_kg.article import Article, Claim, Node, Text
from diaspora_kg.errors import Severity
from diaspora_kg.text import Trouble
from diaspora_kg.text.words import bare_words, first

FREE = 15
"""So many words in a row are no run, however short quotes are to be: a paraphrase has to name things."""

_SHOWN = 6  # words of the run in a finding, which may leave too
_LETTERS = 2  # a word has at least so many, with the blank after it


@dataclass(frozen=True, slots=True)
class Leak:
    """A run of the text where it should not stand; ``words`` are its first ones."""

    line: int
    trouble: Trouble
    words: str
    severity: Severity


def leaks(article: Article, text: str, quote_words: int) -> Iterator[Leak]:
    """What holds more words in a row of the article's text than a quote may, and than :data:`FREE`."""
    most = max(quote_words, FREE)
    runs: set[tuple[str, ...]] | None = None
    for line, slot, written, severity in _written(article):
        if len(written) <= _LETTERS * most:
            continue
        words = bare_words(written)
        if len(words) <= most:
            continue
        if runs is None:
            runs = set(_runs(bare_words(text), most + 1))
        for run in _runs(words, most + 1):
            if run in runs:
                yield Leak(line, _trouble(slot, most), f"{first(' '.join(run), _SHOWN)} …", severity)
                break


def _trouble(slot: str, most: int) -> Trouble:
    return Trouble(
        "withheld-words",
        f"`{slot}` repeats more than {most} words in a row of a text that is withheld",
        "say it in other words, or shorter: it is published as it stands",
    )


def _runs(words: list[str], length: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + length]) for at in range(len(words) - length + 1))


def _written(article: Article) -> Iterator[tuple[int, str, str, Severity]]:
    """What an annotator wrote that is published: line, slot, words."""
    for claim in article.all_claims():
        yield from ((claim.line, slot, words, Severity.VIOLATION) for slot, words in _of_claim(claim))
    for statement in article.statements:
        for name, value in statement.slots:
            if isinstance(value, Text):
                yield statement.line, _slot(name), value.value, Severity.WARNING
    for node in nodes(article):
        yield from ((node.line, slot, words, Severity.WARNING) for slot, words in _of_node(node))


def _of_claim(claim: Claim) -> Iterator[tuple[str, str]]:
    found = (("says", claim.says), ("note", claim.note), ("sic", claim.sic), ("cue", claim.cue))
    yield from ((slot, words) for slot, words in found if words)
    if claim.stance:
        yield from (("stance", words) for words in claim.stance.words)


def _of_node(node: Node) -> Iterator[tuple[str, str]]:
    for name, value in node.slots:
        if isinstance(value, Text):
            yield _slot(name), value.value


def _slot(name: str) -> str:
    return "label" if name == "rdfs:label" else name.rpartition(":")[2]

"""Which pages a change of the graph touches, so that no other page is made again.

The argument. A page is made by code without memory from the answers to questions, each a saved query asked
of a node: first of the page's own node, then of nodes that earlier answers named (their labels, the words of
claims). A pair of question and node is *touched* if its answer is another now than when the page was made.

Suppose that none of the pairs that were asked for a page when it was made is touched. Then making it again
asks the same: the first question is the same, since it is asked of the page's own node; it is answered the
same; so the next one is the same, and so on. So the page comes out the same, byte for byte. A page that must
be made again is therefore one for which a touched pair was asked *when it was made last*; what a new link
makes reachable needs no look ahead, since the answer that holds the new link is itself touched.

1. A pair can be touched only if some pattern of its query matches a quad that went or came. The probes of a
   query (:mod:`diaspora_kg.sparql.affected`) lead from changed quads to all nodes for which that is so: with
   the removed quads in the old graph, with the added ones in the new. They may find more, never less.
2. Every node that was asked for while a page was made is the page's own or one on which the page tells
   that it *rests* (``read``, and ``shown`` for labels), and the ledger holds these. Articles,
   the register and decisions are edited at random in the tests (``tests/test_website_incremental.py``), and
   after each edit the site brought up to date must be, file by file, the one written from nothing.
3. A question that is asked of own nodes only (panels, :data:`OWN`) touches the pages of the nodes alone.
   Any other touches the pages that rest on the nodes. What a node is called is compared before and after: a
   town of which all articles speak is named anew in each, mostly by the same name.
4. Besides the graph a page depends on templates, settings and the program (one stamp for all: another stamp
   is a full run), on former keys (compared) and on where other nodes are shown.

Whatever cannot be told so (a query that cannot be traced, a snapshot that is gone, more than some ten
thousand nodes touched) makes a full run, in which every page is asked for and only those that differ are
written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from diaspora_kg.pipeline.delta import TooMuchError, foci
from diaspora_kg.queries.lookup import Lookup, label_texts, part_text
from diaspora_kg.sparql.patterns import NotTraceable
from diaspora_kg.website.changes import Change
from diaspora_kg.website.questions import LABEL, PLACE, traced

OWN = frozenset({"uses"})
"""Parts of commands (``queries/parts``) that pages ask of their own nodes only, as they do panels."""

_KNOWN = frozenset({"lookup"})
"""Parts whose answers cannot change for a node of which no quad went or came, and that one is new anyway."""


@dataclass(frozen=True)
class Touched:
    """Nodes whose own pages are touched, and what touches the pages that rest on it.

    ``asked`` are by the text of each question the nodes for which its answer may be another.
    """

    own: frozenset[str]
    shown: frozenset[str]
    asked: Mapping[str, frozenset[str]]

    @property
    def dated(self) -> frozenset[str]:
        """The articles whose day may be another."""
        return self.asked.get(part_text("days"), frozenset())


class AskAllError(Exception):
    """It cannot be told what a change touches; the text says why."""


def touched(
    change: Change,
    questions: Mapping[str, str],
    further: Iterable[str],
    own_only: Iterable[str],
    before: Lookup,
    now: Lookup,
) -> Touched:
    """What a change touches.

    ``questions`` are the texts of queries with the variable of their nodes. Those in ``own_only`` are asked
    of a page's own node only, unless they are in ``further``: they were seen to be asked of others.
    Raises :class:`AskAllError`.
    """
    own, shown = set[str](), set[str]()
    asked: dict[str, frozenset[str]] = {}
    alone = {*own_only, *map(part_text, OWN)} - {*further}
    labels, known = label_texts(), frozenset(map(part_text, _KNOWN))
    try:
        for text, variable in sorted(questions.items()):
            found = set() if text in known else _foci(change, text, variable)
            asked[text] = frozenset(found)
            if text in labels:
                shown |= {LABEL + iri for iri in _renamed(found, before, now)}
            else:
                (own if text in alone else shown).update(found)
    except TooMuchError as error:
        raise AskAllError("so much of the graph changed") from error
    return Touched(frozenset(own), frozenset(shown | {PLACE + iri for iri in own | shown}), asked)


def _foci(change: Change, text: str, variable: str) -> set[str]:
    if not variable:
        raise AskAllError("a query of the pages names no node")
    try:
        ways = traced(text, variable)
    except NotTraceable as error:
        raise AskAllError(f"a query of the pages cannot be traced ({error})") from error
    return foci(change.old, change.removed, ways) | foci(change.new, change.added, ways)


def _renamed(nodes: Iterable[str], before: Lookup, now: Lookup) -> set[str]:
    """Those that are called otherwise."""
    wanted = sorted(nodes)
    old, new = before.labels(wanted), now.labels(wanted)
    return {iri for iri in wanted if old.get(iri) != new.get(iri)}

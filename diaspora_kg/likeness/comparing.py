"""The comparison of two named things: their best pair of forms, and what limits it."""

from __future__ import annotations

from diaspora_kg.likeness.model import Feature, Likeness, Named
from diaspora_kg.likeness.organizations import organizations
from diaspora_kg.likeness.outcome import NOTHING, Found, Outcome
from diaspora_kg.likeness.persons import persons
from diaspora_kg.likeness.prepared import Prepared, prepare


def compare(left: Named | Prepared, right: Named | Prepared) -> Likeness:
    """Say how alike two names are, from 0 to 1, with every part of the answer.

    Prepared names (see `prepare`) are compared faster. The answer is the same both ways. Things of different
    kinds are not alike.
    """
    one, two = _ready(left), _ready(right)
    outcome = _outcome(one, two)
    return Likeness(round(min(1.0, outcome.score), 4), tuple(Feature(*found) for found in outcome.found))


def score(left: Named | Prepared, right: Named | Prepared) -> float:
    """The score alone, for a first pass over many pairs."""
    return round(min(1.0, _outcome(_ready(left), _ready(right)).score), 4)


def _ready(name: Named | Prepared) -> Prepared:
    return name if isinstance(name, Prepared) else prepare(name)


def _outcome(left: Prepared, right: Prepared) -> Outcome:
    """Compare in a fixed order, so that the answer is the same both ways."""
    if left.order <= right.order:
        return _best(left, right)
    outcome = _best(right, left)
    return outcome._replace(found=tuple(f._replace(left=f.right, right=f.left) for f in outcome.found))


def _best(left: Prepared, right: Prepared) -> Outcome:
    kinds = left.named.kind, right.named.kind
    if kinds[0] != kinds[1] and "other" not in kinds:
        note = f"one is a {kinds[0]}, the other a {kinds[1]}"
        return Outcome(0.0, (Found("kind", 0.0, 1.0, *kinds, note),))
    if "person" in kinds and kinds[0] == kinds[1]:
        return _of_persons(left, right)
    return organizations(left, right)


def _of_persons(left: Prepared, right: Prepared) -> Outcome:
    """The best pair of forms among those that compare most words.

    A short form proves nothing against two full names that disagree.
    """
    best = NOTHING
    for one in left.shapes:
        for two in right.shapes:
            outcome = persons(one, two)
            if (outcome.complete, outcome.score) > (best.complete, best.score):
                best = outcome
    return best

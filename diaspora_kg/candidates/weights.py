"""What each reason is worth, by the kind of record: the whole of the score in one table.

The weights were set by hand, and are measured by ``python -m tests.bench.candidates``. Names alone never
make a pair "likely same": two people, and two ministries of two countries, have one name every day.
"""

from __future__ import annotations

from collections.abc import Mapping

from diaspora_kg.names import ACTOR_KINDS

THRESHOLD = 0.5
"""A pair below it is not proposed, unless asked for."""

LIKELY = 0.8
"""A pair from here on may be called "likely same"."""

MEANING: Mapping[str, str] = {
    "name": "how alike the names are; its parts say how",
    "name-differs": "how far from alike they are",
    "label": "the same where a record has no name, so that its annotator's label is compared",
    "external-id": "one id of an outside authority in common",
    "external-id-conflict": "different ids of one authority",
    "kind": "the same kind of organization, event, relation …",
    "kind-conflict": "different kinds of organization, event, relation …",
    "posts": "an office in common, or offices of one title",
    "posts-conflict": "both hold offices, and none of them is alike",
    "memberships": "organizations in common that they belong to or act for",
    "people": "people in common who belong to them, act for them or hold the office",
    "places": "countries or places in common",
    "places-conflict": "both are placed, and nowhere the same",
    "dates": "dates that agree",
    "dates-conflict": "dates that exclude each other",
    "company": "actors that come up in the articles of both, the rarer the more",
    "parties": "who takes part in it, what it is about, its values",
    "parties-conflict": "other parties or values",
    "words": "the same passage of words",
    "described": "what the annotators' labels say besides the name",
    "same-article": "one article has both: its annotator kept them apart",
    "namesakes": "some article has several records of this name",
}
"""Every reason, and what it says."""

_ACTOR = {
    "name": 0.7,
    "name-differs": -0.3,
    "label": 0.45,
    "external-id": 0.5,
    "external-id-conflict": -0.5,
    "kind": 0.05,
    "kind-conflict": -0.2,
    "posts": 0.2,
    "posts-conflict": -0.15,
    "memberships": 0.15,
    "people": 0.2,
    "places": 0.1,
    "places-conflict": -0.2,
    "dates": 0.1,
    "dates-conflict": -0.3,
    "company": 0.15,
    "described": 0.1,
    "same-article": -0.4,
    "namesakes": -0.1,
}
_THING = {
    "name-differs": -0.3,
    "external-id": 0.5,
    "external-id-conflict": -0.5,
    "same-article": -0.4,
    "kind-conflict": -0.2,
    "dates": 0.15,
    "dates-conflict": -0.4,
    "company": 0.1,
    "words": 0.35,
}
_POST = {"name": 0.55, "label": 0.55, "parties": 0.35, "parties-conflict": -0.3, "people": 0.3}
_EVENT = {"name": 0.6, "label": 0.45, "parties": 0.25, "parties-conflict": -0.15, "places-conflict": -0.2}
_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    **dict.fromkeys(ACTOR_KINDS, _ACTOR),
    "place": {**_ACTOR, "name": 0.8},
    "post": {**_THING, **_POST},
    "document": {**_THING, "name": 0.7, "label": 0.6},
    "event": {**_THING, **_EVENT},
    "undertaking": {**_THING, "label": 0.45, "parties": 0.35, "parties-conflict": -0.3},
    "statement": {**_THING, "parties": 0.35, "parties-conflict": -0.3},
}
_OTHER = {**_THING, "parties": 0.7, "parties-conflict": -0.5}


def weights(kind: str) -> Mapping[str, float]:
    """What each reason is worth for records of a kind; one that is not there says nothing of them."""
    return _WEIGHTS.get(kind, _OTHER)

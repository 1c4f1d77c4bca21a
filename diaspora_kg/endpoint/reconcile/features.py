"""What the features of a score mean, for ``feature_view``."""

from __future__ import annotations

_KNOWN = {
    "name": "How alike the query and the names are, across scripts and spellings: 0 to 1.",
    "name_equal": "One of the names is equal to the query, but for case and diacritics.",
    "id": "The query names it by its key, IRI or an address in another register.",
    "register": "It is an entry of the project's register, which people keep.",
    "type": "1: of a type that was asked for; 0.5: it was not sorted so; 0: it was sorted otherwise.",
}


def about(feature: str) -> str:
    """One sentence on a feature; empty for one that there is not."""
    if feature in _KNOWN:
        return _KNOWN[feature]
    if feature.startswith("property_"):
        name = feature.removeprefix("property_").replace("_", ":")
        return f"How well the property {name} agrees: 1 equal, 0.8 in part, 0 not. Silence is left out."
    if feature.startswith("name_"):
        return (
            f"A part of the comparison of names: {feature.removeprefix('name_').replace('_', ' ')}, 0 to 1."
        )
    return ""

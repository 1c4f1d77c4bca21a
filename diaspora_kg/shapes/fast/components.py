"""Which predicates of a shape are constraints of SHACL Core, and which only describe it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from diaspora_kg.names import expand
from diaspora_kg.shapes.fast import core, pairs
from diaspora_kg.shapes.fast.asked import Constraint, Described
from diaspora_kg.shapes.fast.values import below

SIMPLE: Mapping[str, Callable[[Described], Constraint]] = {
    expand(name): component
    for name, component in {
        "sh:class": core.class_,
        "sh:closed": pairs.closed,
        "sh:datatype": core.datatype,
        "sh:disjoint": pairs.disjoint,
        "sh:equals": pairs.equals,
        "sh:hasValue": core.has_value,
        "sh:in": core.in_,
        "sh:languageIn": core.language_in,
        "sh:lessThan": pairs.less_than,
        "sh:lessThanOrEquals": pairs.less_than_or_equals,
        "sh:maxCount": core.max_count,
        "sh:maxExclusive": pairs.limit("sh:maxExclusive", lambda a, b: below(a, b, equal=False)),
        "sh:maxInclusive": pairs.limit("sh:maxInclusive", lambda a, b: below(a, b, equal=True)),
        "sh:maxLength": core.max_length,
        "sh:minCount": core.min_count,
        "sh:minExclusive": pairs.limit("sh:minExclusive", lambda a, b: below(b, a, equal=False)),
        "sh:minInclusive": pairs.limit("sh:minInclusive", lambda a, b: below(b, a, equal=True)),
        "sh:minLength": core.min_length,
        "sh:nodeKind": core.node_kind,
        "sh:pattern": core.pattern,
        "sh:uniqueLang": core.unique_lang,
    }.items()
}
"""The components that need no other shape, by their parameter."""

SILENT = frozenset(
    map(
        expand,
        (
            "dkg:hint", "rdf:type", "rdfs:label", "rdfs:comment", "sh:deactivated", "sh:defaultValue",
            "sh:description", "sh:flags", "sh:group", "sh:ignoredProperties", "sh:message", "sh:name",
            "sh:order", "sh:path", "sh:qualifiedMaxCount", "sh:qualifiedMinCount",
            "sh:qualifiedValueShapesDisjoint",
            "sh:severity", "sh:targetClass", "sh:targetNode", "sh:targetObjectsOf", "sh:targetSubjectsOf",
        ),
    )
)  # fmt: skip
"""What a shape may say beside its components, or as part of one."""

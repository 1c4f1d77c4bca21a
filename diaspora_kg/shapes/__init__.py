"""What must hold: SHACL over one article, SPARQL over the whole graph, and the derivation rules.

The shapes and rules themselves are data (``ontology/shapes``, ``ontology/derive``); what is here runs
them and turns each result into a finding that the researcher understands. :mod:`diaspora_kg.shapes.article`
is not imported from here: it loads pyshacl, which takes longer than a build that finds nothing changed.
"""

from diaspora_kg.shapes.catalog import GraphShape, Shape, read_graph_shapes
from diaspora_kg.shapes.graph import Fault, at_fault, check_graph, fault
from diaspora_kg.shapes.rules import Rule, read_rules

__all__ = [
    "Fault",
    "GraphShape",
    "Rule",
    "Shape",
    "at_fault",
    "check_graph",
    "fault",
    "read_graph_shapes",
    "read_rules",
]

"""The OWL 2 RL reasoner that the ontology, and each published example, must be consistent under."""

from __future__ import annotations

import owlrl
import rdflib
from rdflib import RDF, Literal, URIRef

_ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#ErrorMessage")


def clashes(graph: rdflib.Graph) -> list[str]:
    """What the reasoner objects to; the graph itself is left as it is."""
    closed = rdflib.Graph()
    for triple in graph:
        closed.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closed)
    faults = closed.subjects(RDF.type, _ERROR)
    return [str(text) for fault in faults for text in closed.objects(fault) if isinstance(text, Literal)]

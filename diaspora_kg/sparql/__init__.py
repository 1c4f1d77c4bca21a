"""Reading SPARQL by its words: what a query is, what it must not do, and where parameters go."""

from diaspora_kg.sparql.affected import Probe, probes, produced, without_graph
from diaspora_kg.sparql.bind import Unbindable, bind, variables
from diaspora_kg.sparql.guard import Refused, form, guard, names_dataset, orders, projection
from diaspora_kg.sparql.patterns import NotTraceable
from diaspora_kg.sparql.tokens import Kind, Token, significant, tokens

__all__ = [
    "Kind",
    "NotTraceable",
    "Probe",
    "Refused",
    "Token",
    "Unbindable",
    "bind",
    "form",
    "guard",
    "names_dataset",
    "orders",
    "probes",
    "produced",
    "projection",
    "significant",
    "tokens",
    "variables",
    "without_graph",
]

"""Reading SPARQL by its words: what a query is, what it must not do, and where parameters go."""

from diaspora_kg.sparql.affected import Probe, probes, produced, without_graph
from diaspora_kg.sparql.among import among, leading
from diaspora_kg.sparql.apart import apart
from diaspora_kg.sparql.bind import Unbindable, bind, heads_of, variables
from diaspora_kg.sparql.guard import (
    Refused,
    declared_prefixes,
    form,
    guard,
    names_dataset,
    orders,
    projection,
)
from diaspora_kg.sparql.narrow import narrowed
from diaspora_kg.sparql.pathends import path_ends
from diaspora_kg.sparql.patterns import NotTraceable
from diaspora_kg.sparql.pieces import beginnings, must_name, within
from diaspora_kg.sparql.portable import DEEPEST, Foreign, depth, foreign, outside_graph
from diaspora_kg.sparql.scanned import scanned
from diaspora_kg.sparql.tally import tally
from diaspora_kg.sparql.thinned import Edges, thinned
from diaspora_kg.sparql.tokens import Kind, Token, significant, tokens

__all__ = [
    "DEEPEST",
    "Edges",
    "Foreign",
    "Kind",
    "NotTraceable",
    "Probe",
    "Refused",
    "Token",
    "Unbindable",
    "among",
    "apart",
    "beginnings",
    "bind",
    "declared_prefixes",
    "depth",
    "foreign",
    "form",
    "guard",
    "heads_of",
    "leading",
    "must_name",
    "names_dataset",
    "narrowed",
    "orders",
    "outside_graph",
    "path_ends",
    "probes",
    "produced",
    "projection",
    "scanned",
    "significant",
    "tally",
    "thinned",
    "tokens",
    "variables",
    "within",
    "without_graph",
]

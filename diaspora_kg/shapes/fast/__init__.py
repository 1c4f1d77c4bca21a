"""A second, fast SHACL engine: the shapes of one article compiled to a plan, run over an index of its quads.

It knows most of SHACL Core and, of SPARQL constraints, patterns with property paths and filters. What it
does not know it says when shapes are loaded (:attr:`Plan.unknown`), and what it cannot decide about one
article it says then (:attr:`Verdict.undecided`): both go to pyshacl, which stays the reference. Each
article is looked at for itself, as pyshacl does: no other article of a batch lends it a class or a value.
"""

from diaspora_kg.shapes.fast.plan import Plan, Verdict
from diaspora_kg.shapes.fast.values import Undecided

__all__ = ["Plan", "Undecided", "Verdict"]

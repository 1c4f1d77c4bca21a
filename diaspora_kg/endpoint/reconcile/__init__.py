"""The Reconciliation API 0.2 over the project's own entities: OpenRefine matches tables with it.

The specification is the report of the W3C Entity Reconciliation Community Group, version 0.2. What a query
finds is scored by how alike names are (:mod:`diaspora_kg.likeness`) and by types and properties; every part
of a score is told in ``features``, and nothing is decided here.
"""

"""Who is meant by a key: the register, what each article declares, and the check of references.

A key is looked up in its own article, then in the register; ``other-article.key`` names a node of
another article (no key has a dot, an article's may have). Nothing is linked by equal spelling.
Reviewed decisions (``decisions.tsv``) map records to canonical ones: ``Entry.canonical`` is the key by
which the published graph speaks of a record, its own where nobody decided otherwise.
"""

from diaspora_kg.identity.check import check_references
from diaspora_kg.identity.clusters import JOINED_KINDS, Clusters, Judged, clusters
from diaspora_kg.identity.decisions import Decision, Decisions, Verdict, read_decisions
from diaspora_kg.identity.directory import Directory, Entry, Record, declared, registered
from diaspora_kg.identity.references import Use, uses
from diaspora_kg.identity.register import Register, read_register
from diaspora_kg.identity.suggest import suggest

__all__ = [
    "JOINED_KINDS",
    "Clusters",
    "Decision",
    "Decisions",
    "Directory",
    "Entry",
    "Judged",
    "Record",
    "Register",
    "Use",
    "Verdict",
    "check_references",
    "clusters",
    "declared",
    "read_decisions",
    "read_register",
    "registered",
    "suggest",
    "uses",
]

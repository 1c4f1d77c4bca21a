"""Who is meant by a key: the register, what each article declares, and the check of references.

A key is looked up in its own article, then in the register; ``other-article.key`` names a node of
another article (no key has a dot, an article's may have). Nothing is linked by equal spelling.
Reviewed decisions will map records to canonical entities: ``Entry.canonical`` is their seam, and
until there is a decision it is the record's own key.
"""

from diaspora_kg.identity.check import check_references, check_register
from diaspora_kg.identity.directory import Directory, Entry, Record, declared, registered
from diaspora_kg.identity.references import Use, uses

__all__ = [
    "Directory",
    "Entry",
    "Record",
    "Use",
    "check_references",
    "check_register",
    "declared",
    "registered",
    "uses",
]

"""Who is meant by a key: the register, what each article declares, and the check of references.

A key is looked up in its own article, then in the register; ``other-article.key`` names a node of
another article (no key has a dot, an article's may have). Nothing is linked by equal spelling.
Reviewed decisions will map records to canonical entities: ``Entry.canonical`` is their seam, and
until there is a decision it is the record's own key.
"""

from diaspora_kg.identity.check import check_references
from diaspora_kg.identity.directory import Directory, Entry, Record, declared, registered
from diaspora_kg.identity.references import Use, uses
from diaspora_kg.identity.register import Register, read_register
from diaspora_kg.identity.suggest import suggest

__all__ = [
    "Directory",
    "Entry",
    "Record",
    "Register",
    "Use",
    "check_references",
    "declared",
    "read_register",
    "registered",
    "suggest",
    "uses",
]

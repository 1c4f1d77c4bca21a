"""Finds an annotation's words in the article's text, or in the lock that stands in for it.

:func:`open_text` gives something that answers (a text or a lock), :func:`anchor` fills an article's
passages, mentions and furniture from the answers, :func:`make_lock` writes the answers down. What
the words must be is said in native-format.md, "Anchors" and "Rights".
"""

from diaspora_kg.anchors.evidence import anchor, make_lock
from diaspora_kg.anchors.opening import open_text

__all__ = ["anchor", "make_lock", "open_text"]

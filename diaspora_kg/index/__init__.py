"""The search index of a snapshot: ``index.sqlite``, and the changes to it since it was made.

It finds a node by key, by former key and by words, and says in which file and line it was written.
File and line are here and not in the graph, since reformatting an annotation must not change the
graph. Words come from the published graph alone, so that nothing is here that may not leave.
"""

from diaspora_kg.index.reader import Index
from diaspora_kg.index.rows import Content, Filling, FormerRow, Hit, NodeRow, OriginRow, WordRow, fold
from diaspora_kg.index.saved import compact, save
from diaspora_kg.index.tables import delta_path, foreign
from diaspora_kg.index.worded import Worded, worded
from diaspora_kg.index.writer import Writer

__all__ = [
    "Content",
    "Filling",
    "FormerRow",
    "Hit",
    "Index",
    "NodeRow",
    "OriginRow",
    "WordRow",
    "Worded",
    "Writer",
    "compact",
    "delta_path",
    "fold",
    "foreign",
    "save",
    "worded",
]

"""Review of candidates: two records side by side, what a decision would do, and the decision itself.

The terminal, the local page and a colleague's CSV all go through this: what is shown is
:class:`~diaspora_kg.review.portrait.Portrait`, what is decided goes into ``decisions.tsv`` by
:mod:`diaspora_kg.link`, and nothing is decided by the program.
"""

"""Pages over the whole graph: lists, what the corpus does not say, where sources disagree, the vocabulary.

A *section* knows the addresses of its pages and makes each as a frozen value with the name of its template
(:mod:`~diaspora_kg.overviews.sheets`); a live server and a static build ask the same sections, which
:mod:`~diaspora_kg.overviews.sections` lists.
"""

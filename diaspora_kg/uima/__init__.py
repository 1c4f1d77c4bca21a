"""What the UIMA family of annotation tools writes (INCEpTION, WebAnno): CAS and WebAnno TSV.

Here files become values of this package, then :mod:`diaspora_kg.marked` documents; what the words of a
tag set mean is said elsewhere, in label maps.
"""

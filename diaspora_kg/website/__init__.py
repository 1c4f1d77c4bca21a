"""A static site of the published graph: which pages there are, which of them a change touches, their files.

What a page shows is made by :mod:`diaspora_kg.pages`; here it is decided what is asked anew, and written.
"""

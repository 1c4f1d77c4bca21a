"""Measurements on a corpus that is made up: a generator of any size, and what is timed on it."""

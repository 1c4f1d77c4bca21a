"""Moves a graph to another store and back, and proves that both say the same."""

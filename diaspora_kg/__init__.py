"""diaspora-kg: annotated articles in; a validated, attributed knowledge graph out."""

__version__ = "0.1.0"

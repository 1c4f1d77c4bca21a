"""Pages for readers: templates, the stylesheet, and the frozen values that templates are given.

Nothing here asks a store or speaks HTTP: :mod:`diaspora_kg.pages.facts` makes values of what the saved
queries found, :class:`~diaspora_kg.pages.templates.Templates` writes them as HTML.
"""

from __future__ import annotations

from diaspora_kg.pages.assets import Asset, Assets
from diaspora_kg.pages.site import Site
from diaspora_kg.pages.templates import TemplateFault, Templates

__all__ = ["Asset", "Assets", "Site", "TemplateFault", "Templates"]

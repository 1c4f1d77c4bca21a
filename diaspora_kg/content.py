"""Finds what ships with the program: the ontology, reader scripts, saved queries, examples
and the reference with its JSON Schemas.

In a checkout they are top-level folders; in a wheel they lie inside the package (``_bundled``).
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_BUNDLED = _PACKAGE / "_bundled"
_CHECKOUT = {"examples": Path("docs/examples"), "reference": Path("docs/reference")}


def content(*parts: str) -> Path:
    """The path of a bundled file or folder.

    >>> content("queries").is_dir()
    True
    """
    if _BUNDLED.is_dir():
        return _BUNDLED.joinpath(*parts)
    head, *rest = parts
    return _PACKAGE.parent.joinpath(_CHECKOUT.get(head, Path(head)), *rest)

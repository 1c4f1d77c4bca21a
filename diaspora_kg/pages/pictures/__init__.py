"""Pictures of a thing's page, drawn on the server as SVG; each has a table that says the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from diaspora_kg.pages.pictures.drawn import network_picture, status_picture, ties
from diaspora_kg.pages.pictures.manner import tone

PICTURES: Mapping[str, Callable[..., object]] = MappingProxyType(
    {"status_picture": status_picture, "network_picture": network_picture, "ties": ties, "tone": lambda value: tone(value).value}
)
"""The functions that templates call, by their names there."""

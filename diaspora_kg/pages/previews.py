"""What a small page in a frame of another tool shows of an entity, a type or a property."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preview:
    """A few words on one thing (templates ``reconcile-preview.html.j2``, ``reconcile-flyout.html.j2``).

    ``href`` leads to its page (empty: it has none), ``names`` are further names with their languages,
    ``facts`` the values of some properties by the property's name.
    """

    name: str
    kind: str
    id: str
    href: str = ""
    names: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    about: str = ""
    in_register: bool = False

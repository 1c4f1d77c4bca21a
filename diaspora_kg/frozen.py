"""Frozen dataclasses that are made quickly.

A site's page is made of a thousand small values. Python's own way writes each field of a frozen one through
``object.__setattr__``, which takes five times as long as a plain assignment. Here a new value is for a moment
one of a twin class with the same slots, that can be written, and then one of its own class again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

_Class = TypeVar("_Class", bound=type)
_Setter = Callable[[object, type], None]

_turn: _Setter = object.__dict__["__class__"].__set__


def swift(cls: _Class) -> _Class:
    """Give a class of ``@dataclass(frozen=True, slots=True)`` an ``__init__`` that takes less time.

    Raises ``TypeError`` for one that it cannot be done for: without slots, with a base or a
    ``__post_init__`` of its own, with fields that are not all taken by ``__init__`` in their order.

    >>> from dataclasses import dataclass
    >>> @swift
    ... @dataclass(frozen=True, slots=True)
    ... class Point:
    ...     x: int
    ...     y: int = 2
    >>> Point(1), Point(y=4, x=3) == Point(3, 4)
    (Point(x=1, y=2), True)
    """
    own = fields(cls)
    if "__slots__" not in vars(cls) or cls.__bases__ != (object,) or hasattr(cls, "__post_init__"):
        raise TypeError(f"{cls.__name__} cannot be made quickly")
    if not all(map(_plain, own)) or not cls.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        raise TypeError(f"the fields of {cls.__name__} cannot be written quickly")
    twin = type(cls.__name__, (), {"__slots__": tuple(one.name for one in own)})
    known: dict[str, Any] = {"_turn": _turn, "_twin": twin, "_class": cls}
    known |= {f"_of_{one.name}": one.default for one in own if one.default is not MISSING}
    given = ", ".join(one.name + ("" if one.default is MISSING else f"=_of_{one.name}") for one in own)
    lines = [f"self.{one.name} = {one.name}" for one in own]
    body = "\n ".join(["_turn(self, _twin)", *lines, "self.__class__ = _class"])
    exec(f"def __init__(self, {given}):\n {body}\n", known)  # noqa: S102 - names of fields only
    made = known["__init__"]
    made.__qualname__, made.__module__ = f"{cls.__qualname__}.__init__", cls.__module__
    cls.__init__ = made  # type: ignore[misc]
    return cls


def _plain(one: Field[Any]) -> bool:
    return one.init and not one.kw_only and one.default_factory is MISSING and one.name != "self"

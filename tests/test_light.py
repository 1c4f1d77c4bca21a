"""Values that are made quickly are what the dataclass makes of them."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field, replace

import pytest

from diaspora_kg.amended import amended
from diaspora_kg.light import light


@light
@dataclass(frozen=True, slots=True, order=True)
class Value:
    """One with each sort of default."""

    name: str
    number: int = 1
    parts: dict[str, int] = field(default_factory=dict, compare=False)
    seen: str = field(init=False, compare=False)
    kept: str = field(init=False, default="kept", compare=False)
    many: list[int] = field(init=False, default_factory=list, compare=False)

    def __post_init__(self) -> None:
        """Note that it was made."""
        object.__setattr__(self, "seen", self.name.upper())


def test_members_defaults_and_what_comes_after() -> None:
    one, two = Value("a"), Value(name="b", number=2, parts={"x": 1})
    assert (one.name, one.number, one.parts, one.seen) == ("a", 1, {}, "A")
    assert one.parts is not Value("a").parts
    assert (one.kept, one.many) == ("kept", [])
    assert one < two
    assert len({one, Value("a"), two}) == 2
    assert repr(two) == "Value(name='b', number=2, parts={'x': 1}, seen='B', kept='kept', many=[])"


def test_it_is_replaced_and_travels() -> None:
    one = Value("a", 5)
    assert replace(one, name="b") == Value("b", 5)
    assert pickle.loads(pickle.dumps(one)) == one
    assert Value.__init__.__qualname__ == "Value.__init__"


def test_a_member_that_it_does_not_have_is_refused() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'other'"):
        Value("a", other=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        Value()  # type: ignore[call-arg]
    with pytest.raises(KeyError):
        amended(Value("a"), other=1)

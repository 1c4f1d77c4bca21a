"""Values that are made quickly are the same as those that Python makes."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from diaspora_kg.frozen import swift
from diaspora_kg.pages.facts import Value


@dataclass(frozen=True, slots=True)
class Plain:
    """As Python makes it."""

    words: str
    iri: str = ""
    model: bool = False


@swift
@dataclass(frozen=True, slots=True)
class Quick:
    """The same, made quickly."""

    words: str
    iri: str = ""
    model: bool = False


def test_it_is_the_same_value() -> None:
    one, same = Quick("Ada", model=True), Quick("Ada", "", True)
    assert one == same
    assert hash(one) == hash(same)
    assert one != Quick("Ada")
    assert repr(one) == repr(Plain("Ada", model=True)).replace("Plain", "Quick")
    assert type(one) is Quick
    assert replace(one, iri="urn:a") == Quick("Ada", "urn:a", True)


def test_it_stays_frozen() -> None:
    one = Quick("Ada")
    with pytest.raises(FrozenInstanceError):
        one.words = "Bo"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del one.words
    assert not hasattr(one, "__dict__")


def test_it_is_called_as_before() -> None:
    with pytest.raises(TypeError, match=r"Quick\.__init__\(\) missing 1 required positional argument"):
        Quick()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'other'"):
        Quick("Ada", other=1)  # type: ignore[call-arg]


def test_it_can_be_copied_and_sent() -> None:
    one = Value("Ada", "urn:a")
    assert pickle.loads(pickle.dumps(one)) == one
    assert copy.deepcopy(one) == copy.copy(one) == one


def test_what_is_no_plain_value_is_refused() -> None:
    @dataclass(frozen=True, slots=True)
    class Listing:
        rows: list[str] = field(default_factory=list)

    @dataclass(slots=True)
    class Open:
        words: str

    @dataclass(frozen=True)
    class Loose:
        words: str

    for one in (Listing, Open, Loose):
        with pytest.raises(TypeError, match="quickly"):
            swift(one)

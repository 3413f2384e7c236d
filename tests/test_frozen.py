"""What is frozen is what the standard library's frozen dataclass is."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import pytest

from tcviz.scene.frozen import frozen


class Point:
    x: float
    y: float = 0.0
    names: list[str] = field(default_factory=list)
    hidden: bytes = field(default=b"", repr=False, compare=False)

    @cached_property
    def length(self) -> float:
        return self.x + self.y


class Placed(Point):
    y: float = 1.0
    z: float = 2.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "z", self.z + self.y)


def declared(cls: type, decorate: Callable[[type], type]) -> type:
    """Return the class, and what it inherits, as one way to declare them has it."""
    bases = tuple(declared(base, decorate) for base in cls.__bases__ if base is not object)
    own = {name: value for name, value in vars(cls).items() if name not in DICT}
    return decorate(type(cls.__name__, bases, own))


DICT = ("__dict__", "__weakref__")
WAYS: tuple[Callable[[type], type], ...] = (dataclass(frozen=True), frozen)
CALLS: tuple[Callable[[Any], Any], ...] = (
    lambda cls: cls(1.0),
    lambda cls: cls(1.0, 2.0, ["a"]),
    lambda cls: cls(y=3.0, x=1.0, hidden=b"b"),
    lambda cls: replace(cls(1.0, names=["a"]), y=5.0),
    lambda cls: cls(1.0) == cls(1.0, hidden=b"other"),
    lambda cls: cls(1.0) == cls(2.0),
    lambda cls: cls(1.0) == 1.0,
    lambda cls: cls(1.0).names is cls(1.0).names,
    lambda cls: (cls(1.0).length, cls(1.0) == cls(1.0)),
    lambda cls: hash(cls(1.0, names=())) == hash(cls(1.0, names=())),
    lambda cls: cls(),
    lambda cls: cls(1.0, x=2.0),
    lambda cls: cls(1.0, other=2.0),
    lambda cls: cls(*range(9)),
    lambda cls: setattr(cls(1.0), "x", 2.0),
    lambda cls: delattr(cls(1.0), "x"),
    lambda cls: [f.name for f in fields(cls)],
    lambda cls: hash(cls(1.0)),
)


def outcome(call: Callable[[Any], Any], cls: type) -> object:
    try:
        return repr(call(cls))
    except (TypeError, FrozenInstanceError) as error:
        return type(error)


@pytest.mark.parametrize("cls", [Point, Placed])
@pytest.mark.parametrize("number", range(len(CALLS)))
def test_a_frozen_class_is_what_the_standard_librarys_is(cls: type, number: int) -> None:
    expected, found = (outcome(CALLS[number], declared(cls, way)) for way in WAYS)
    assert found == expected


def test_only_what_is_asked_for_is_compared_and_shown() -> None:
    @frozen(eq=False, shown=False)
    class Plain:
        x: int = 0

    one = Plain()
    assert one == one  # noqa: PLR0124  (by itself, not by its values)
    assert one != Plain()
    assert "x=0" not in repr(one)


@frozen
class Kept:
    x: int
    y: int = 2


def test_what_is_frozen_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(Kept(1))) == Kept(1)  # noqa: S301  (our own)

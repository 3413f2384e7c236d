"""Data that never changes: classes of named values, quick to declare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, NamedTuple, NoReturn, TypeVar, dataclass_transform, overload

C = TypeVar("C")


class _Plan(NamedTuple):
    """The names of a class' values, those that may be left out, and how to get what is compared."""

    names: tuple[str, ...]
    unsaid: Mapping[str, object]
    made: Mapping[str, Callable[[], object]]
    compared: Callable[[object], object]


@overload
def frozen(cls: type[C]) -> type[C]: ...


@overload
def frozen(*, eq: bool = True, shown: bool = True) -> Callable[[type[C]], type[C]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[C] | None = None, *, eq: bool = True, shown: bool = True) -> Any:
    """Make of a class what ``dataclass(frozen=True)`` makes of it.

    That writes and compiles methods for each class, at every start of the program: with dozens of
    classes a tenth of the time that a small picture takes.  Here all classes share a few.
    What is not `shown` has no ``repr()`` of its own.  Of what is made by the thousand, as marks
    are, a dataclass with slots is quicker made and found in a table.

    >>> @frozen
    ... class Place:
    ...     x: float
    ...     y: float = 0.0
    >>> Place(2.0), Place(1.0, y=2.0) == Place(1.0, 2.0), hash(Place(1.0)) == hash(Place(1.0))
    (Place(x=2.0, y=0.0), True, True)
    """

    def freeze(given: type[C]) -> type[C]:
        return _frozen(given, _SHARED | (_COMPARED if eq else {}) | (_SHOWN if shown else {}))

    return freeze if cls is None else freeze(cls)


def _frozen(cls: type[C], shared: Mapping[str, Callable[..., Any]]) -> type[C]:
    own = set(vars(cls))
    made: Any = dataclass(init=False, repr=False, eq=False)(cls)
    for name, method in shared.items():
        if name not in own:
            setattr(made, name, method)
    known = fields(made)
    made.__plan__ = _Plan(
        tuple(f.name for f in known),
        {f.name: f.default for f in known if f.default is not MISSING},
        {f.name: f.default_factory for f in known if f.default_factory is not MISSING},
        attrgetter(*(f.name for f in known if f.compare)),
    )
    return cls


def _init(self: Any, *given: object, **named: object) -> None:
    names, unsaid, made, _ = self.__plan__
    values = self.__dict__
    values.update(unsaid)
    values.update(zip(names, given, strict=False))
    values.update(named)
    for name, make in made.items():
        if name not in values:
            values[name] = make()
    twice = given and not named.keys().isdisjoint(names[: len(given)])
    if twice or len(given) > len(names) or len(values) != len(names):
        raise TypeError(f"{type(self).__name__}() takes {', '.join(names)}, each once")
    self.__post_init__()


def _post_init(self: object) -> None:
    """Do nothing more."""


def _refused(self: object, name: str, *_: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot change {name}: {type(self).__name__} is frozen")


def _eq(self: Any, other: object) -> Any:
    compared = self.__plan__.compared
    return compared(self) == compared(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(self.__plan__.compared(self))


def _repr(self: Any) -> str:
    shown = (f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if f.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


_SHARED: dict[str, Callable[..., Any]] = {
    "__init__": _init,
    "__post_init__": _post_init,
    "__setattr__": _refused,
    "__delattr__": _refused,
}
_COMPARED: dict[str, Callable[..., Any]] = {"__eq__": _eq, "__hash__": _hash}
_SHOWN: dict[str, Callable[..., Any]] = {"__repr__": _repr}

"""Keywords that a function does not have are told with the one that is near."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial, wraps
from inspect import Parameter, signature
from types import FunctionType
from typing import ParamSpec, TypeVar

from tcviz.errors import did_you_mean, quoted

P = ParamSpec("P")
T = TypeVar("T")
_NAMED = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)


def told(*more: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Return a decorator for a function that takes its own keywords and `more` of them.

    >>> @told()
    ... def stretch(x, *, stride=1): ...
    >>> stretch(1, strid=2)
    Traceback (most recent call last):
    TypeError: stretch() got an unexpected keyword argument 'strid'; did you mean stride?
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        own = [p.name for p in signature(function).parameters.values() if p.kind in _NAMED]
        known = [name for name in (*own, *more) if name != "self"]
        called = function.__qualname__.rpartition(">.")[2].removesuffix(".__init__")

        check = partial(_check, called, known)

        def checked(*args: P.args, **given: P.kwargs) -> T:
            check(given)
            return function(*args, **given)

        # Of the same module: doctest looks for examples by it.
        home = FunctionType(
            checked.__code__, function.__globals__, checked.__name__, None, checked.__closure__
        )
        return wraps(function)(home)

    return decorate


def _check(called: str, known: list[str], given: Iterable[str]) -> None:
    for name in given:
        if name not in known:
            hint = did_you_mean(name, known)
            what = f"{called}() got an unexpected keyword argument {quoted(name)}"
            raise TypeError(f"{what}; {hint}" if hint else what)

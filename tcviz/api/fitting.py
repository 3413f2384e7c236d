"""What animations must have in common to be the views of one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tcviz import views
from tcviz.errors import RequestError, complaint
from tcviz.request.article import EXAMPLES
from tcviz.scene import theme

if TYPE_CHECKING:
    from tcviz.api.played import Played

Trait: TypeAlias = tuple[str, Any, Any]
"""What it is called, the first animation's, and another one's."""

ARRAYS = {"x": "input", "weight": "weight", "bias": "bias", "grad_output": "grad_output"}
TIMES = {"step": "step_duration"}
"""What times are called where they are asked for, if not as they are kept."""


def check(animations: Sequence[Played]) -> None:
    """Raise RequestError if the animations are not views of one layer that play alike.

    Views may be drawn from examples of different shapes: the matrix view's has one channel.
    Numbers of one's own are the same in all of them.
    """
    if not animations:
        raise RequestError(complaint("page", "of no animation", "one or more"))
    first, *others = animations
    seen = {first.view: 1}
    for number, other in enumerate(others, start=2):
        if other.view in seen:
            what = f"{other.view!r}, as of animation {seen[other.view]}"
            allowed = "another one: readers switch between them"
            raise RequestError(complaint(f"view of animation {number}", what, allowed))
        seen[other.view] = number
        _check_traits(first, other, number)
        _check_numbers(first, other, number)


def _check_traits(first: Played, other: Played, number: int) -> None:
    for name, mine, its in _traits(first, other):
        if mine != its:
            allowed = f"{_shown(mine)}, as in animation 1"
            raise RequestError(complaint(f"{name} of animation {number}", _shown(its), allowed))


def _traits(first: Played, other: Played) -> Iterator[Trait]:
    """Yield all that must be the same, whatever the numbers are."""
    for mine, its in ((first.plan.layer, other.plan.layer), (first.timing, other.timing)):
        for name in (field.name for field in fields(mine)):
            yield TIMES.get(name, name), getattr(mine, name), getattr(its, name)
    yield "loop", first.loop, other.loop
    yield "theme", first.look.theme, other.look.theme


def _shown(value: Any) -> str:
    """Return a value in a sentence; of a theme its name."""
    if isinstance(value, theme.Theme):
        return theme.name_of(value)
    return f"{float(value):g}" if isinstance(value, Fraction) else str(value)


def _check_numbers(first: Played, other: Played, number: int) -> None:
    if first.plan.forward != other.plan.forward:  # the two sides of one layer
        return
    examples = {views.entry(shown.view).example for shown in (first, other)}
    if len(examples) > 1 and not (_given(first) and _given(other)):
        return
    for key, name in ARRAYS.items():
        mine, its = (getattr(shown.operands, key) for shown in (first, other))
        unasked = key == "grad_output" and (mine is None or its is None)
        if not unasked and not _same(mine, its):
            what, allowed = "other numbers", "those of animation 1"
            raise RequestError(complaint(f"{name} of animation {number}", what, allowed))


def _given(shown: Played) -> bool:
    """Return whether the numbers are the caller's, not an example's and not drawn."""
    x = shown.plan.x
    return x is not None and not _same(x, EXAMPLES[views.entry(shown.view).example].numbers()[0])


def _same(one: Any, other: Any) -> bool:
    return one is other or (one is not None and other is not None and np.array_equal(one, other))

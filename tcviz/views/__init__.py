"""Views: each turns a trace and a look into moments, one scene per step.

A view is one file with a function ``build(part, look) -> View``, and one row here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from math import prod
from typing import TYPE_CHECKING, Protocol

from tcviz.errors import RequestError, complaint, did_you_mean
from tcviz.frames import Moment
from tcviz.geometry import ConvTranspose, Sizes

if TYPE_CHECKING:
    from tcviz.trace import Part
    from tcviz.views.look import Look


@dataclass(frozen=True)
class Entry:
    """Where a view lives, and the size of what it walks through step by step."""

    home: str
    walks: Callable[[ConvTranspose, Sizes], Sizes]


VIEWS = {
    "distribution": Entry("tcviz.views.distribution", ConvTranspose.input_sizes),
    "collection": Entry("tcviz.views.collection", ConvTranspose.output_size),
}


class View(Protocol):
    """What a view offers."""

    @property
    def steps(self) -> int:
        """How many steps there are."""

    def moments(self, picks: Sequence[int], *, settle: bool = True) -> Iterator[Moment]:
        """Yield the moments of the picked steps, in rising order, lazily.

        Settled scenes are needed for transitions only; without `settle` they are left out.
        """


def entry(name: str) -> Entry:
    """Return a view's row.

    Raises
    ------
    RequestError
        If there is no such view.
    """
    if name not in VIEWS:
        raise RequestError(
            complaint("view", repr(name), ", ".join(VIEWS), hint=did_you_mean(name, VIEWS))
        )
    return VIEWS[name]


def steps(name: str, layer: ConvTranspose, input_size: Sizes) -> int:
    """Return how many steps a view takes, from sizes alone.

    >>> steps("collection", ConvTranspose(3, stride=2, padding=1), (3, 3))
    25
    """
    if layer.dims != 2:
        raise RequestError(complaint("number of axes", layer.dims, "2 for a picture"))
    return prod(entry(name).walks(layer, input_size))


def build(name: str, part: Part, look: Look) -> View:
    """Return the view called `name` of one output channel."""
    view: View = import_module(entry(name).home).build(part, look)
    return view

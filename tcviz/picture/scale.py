"""Text sizes and tints, from which sizes of panels follow: one candidate of the solver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from math import floor
from typing import Any, Literal, TypeAlias, TypeVar

from tcviz.picture.panels import Panel
from tcviz.scene.frozen import frozen

Thing = TypeVar("Thing")
Measure = TypeVar("Measure")
Lenses: TypeAlias = Literal["all", "shared", "none"]
"""Which panels have a lens: all that may, those that channels share, or none."""


@frozen
class Scale:
    """Text sizes and tints, from which every panel's size follows.

    `text` is that of operands and `result` that of results; the panels whose keys are in `heat`
    show tints in cells with edges of that length.  Cells with little air have more of it, from 0 to
    1, where there is room.  `pixel` is a pixel of the picture, and `reading`
    the one by which headings and notes are kept legible.  Without `notes` none are written, and
    without `scales` tints have none but in headings.  What enlarges tinted cells are all `lenses`,
    or those of what channels share, or none; without `names` those of channels may stand out.
    Rows and columns of the panels whose keys are in `numbers` are numbered, and strips of each
    channel where that is `repeated`; what begins a line may have them up to `hang` left of all.
    Cells may be so `narrow`, and so `low`, as shares of what is usual.
    """

    pixel: float
    reading: float
    text: float = 0.0
    result: float = 0.0
    heat: frozenset[str] = frozenset()
    edge: float = 0.0
    air: float = 0.0
    notes: bool = True
    scales: bool = True
    lenses: Lenses = "all"
    names: bool = True
    numbers: frozenset[str] = frozenset()
    repeated: bool = False
    hang: float = 0.0
    narrow: float = 1.0
    low: float = 1.0
    _kept: dict[tuple[object, int], Any] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def known(self, measure: Callable[[Thing, Scale], Measure], thing: Thing) -> Measure:
        """Return what a thing's measure comes to at this scale, which is asked for it many times.

        Panels of several arrangements may have one key, so each is known by what it is.
        """
        key = measure, id(thing)
        kept = self._kept.get(key)
        if kept is None:  # the thing is kept, too: so that no other gets its id
            kept = self._kept[key] = thing, measure(thing, self)
        found: Measure = kept[1]
        return found

    def snapped(self, length: float) -> float:
        """Return a length in whole pixels, no longer than it."""
        return floor(length / self.pixel + 1e-6) * self.pixel

    def text_of(self, panel: Panel) -> float:
        """Return the size of a panel's text."""
        return self.result if panel.result or panel.grows else self.text

    def lens(self, panel: Panel) -> Panel | None:
        """Return what stands below a panel to enlarge cells, if they need it."""
        lens = panel.lens
        if lens is None or self.lenses == "none" or not (self.lenses == "all" or lens.shared):
            return None
        return lens if lens.enlarges in self.heat else None

    def is_scaled(self, panel: Panel) -> bool:
        """Return whether a panel has a scale of its tints."""
        headed = panel.slices > 0  # theirs take no room of their own
        return (self.scales or headed) and (panel.key in self.heat or panel.tinted)

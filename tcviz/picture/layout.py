"""Where everything came to stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import NamedTuple, TypeAlias

from tcviz.picture.panels import Panel
from tcviz.picture.strips import Columns
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Point, Rect

Place: TypeAlias = tuple[str, int]
"""A panel's key, and which of the drawn channels it is of; what all share is of the first."""


class Spot(NamedTuple):
    """Where a panel's cells are, how large its text is, and whether it shows tints instead.

    The numbers of its rows and columns take so much room `left` of and `above` them, if there are.
    """

    x: float
    y: float
    cell_width: float
    cell_height: float
    text: float
    heat: bool
    corners: tuple[Point, ...] = ()
    """The left upper corners of depth slices."""
    left: float = 0.0
    above: float = 0.0


class Line(NamedTuple):
    """The room of a line of panels: what leads to another line goes around it."""

    box: Rect
    bottom: float
    """Where its lowest notes end."""
    rows: int


class Door(NamedTuple):
    """Where what comes from another line ends: above a panel, anywhere between two points.

    Or it comes in `beside` a heading, whose right end is at the left one, and may lead on between
    that and the slices, over their `sill`.  It may come along a `corridor` left of the lines
    between.
    """

    left: float
    right: float
    y: float
    beside: bool = False
    corridor: float | None = None
    sill: float | None = None


@frozen
class Layout:
    """A spot for each panel of each drawn channel, and what stands around it.

    `signs` are the middles of the gutters left of panels, `headings` the middle and the foot
    of what stands above some of them, and `lines` holds which line a panel stands in.  Panels of
    depth slices may have headings of one line, from the left foot at `inline`, or beside them, in
    the room of `asides`; connectors to their slices run at the heights of `lanes`, and `cropped`
    ones stand straight below what they are cropped from.  What comes from another line comes in
    at `doors`.  Right of all, down the `trunk`, leads what is added from several channels.
    Below all there may be room for a line, the `foot`.
    Strips share `columns`: their headings are where their names begin, and there are some for
    rulers, rules and notes.
    """

    panels: Sequence[Panel]
    drawn: int
    body: Rect
    notes: bool
    scales: bool
    spots: Mapping[Place, Spot] = field(default_factory=dict)
    signs: Mapping[Place, Point] = field(default_factory=dict)
    headings: Mapping[Place, Point] = field(default_factory=dict)
    lines: Mapping[Place, Line] = field(default_factory=dict)
    inline: Mapping[Place, Point] = field(default_factory=dict)
    asides: Mapping[Place, Rect] = field(default_factory=dict)
    lanes: Mapping[Place, tuple[float, ...]] = field(default_factory=dict)
    cropped: frozenset[Place] = frozenset()
    doors: Mapping[Place, Door] = field(default_factory=dict)
    trunk: float = 0.0
    columns: Columns | None = None
    foot: Rect | None = None

    @property
    def heat(self) -> int:
        """How many panels show tints."""
        return len({key for (key, _), spot in self.spots.items() if spot.heat})

    @property
    def bottom(self) -> float:
        """Where the room of panels and of what stands around them ends, above a foot."""
        return self.foot.y if self.foot else self.body.bottom

    @property
    def text(self) -> float:
        """The smallest size of numbers."""
        return min((s.text for s in self.spots.values() if not s.heat), default=0.0)

    def panel(self, key: str) -> Panel:
        """Return the panel of that key."""
        return self._by_key[key]

    @cached_property
    def _by_key(self) -> Mapping[str, Panel]:
        return {panel.key: panel for panel in reversed(self.panels)}

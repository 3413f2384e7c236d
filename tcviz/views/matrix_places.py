"""Where a candidate's panels stand: the room that is left goes into the gutters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tcviz.views.matrix_candidate import APART, BELOW, BESIDE, Candidate
from tcviz.views.matrix_items import EQUATION, MATRIX, Block, Places

WIDER = 1.9
"""So many times as wide may gutters become."""


@dataclass(frozen=True)
class Spot:
    """Where one panel's cells are, and how large its text is."""

    x: float
    y: float
    cell_width: float
    cell_height: float
    text: float


@dataclass(frozen=True)
class Column:
    """A column of blocks with its left edge and its size."""

    stack: tuple[Block, ...]
    left: float
    wide: float
    high: float


@dataclass(frozen=True)
class Plan:
    """Where everything stands: a spot per panel, and the middle and top of headings.

    `lanes` holds the middle of the gutter left of each item's column, and `gutters`
    that between the panels of the equation.
    """

    found: Candidate
    spots: dict[str, Spot]
    headings: dict[str, tuple[float, float]]
    lanes: dict[str, float]
    gutters: dict[str, float]

    @property
    def heat(self) -> frozenset[str]:
        """The items that show tints."""
        return self.found.heat

    @property
    def text(self) -> float:
        """The size of the matrix' numbers: they are the smallest."""
        return self.spots[MATRIX].text

    @property
    def drawn(self) -> int:
        """How many channels' grids are drawn."""
        return self.found.drawn

    @property
    def places(self) -> Places:
        """Where kernel, input and output stand."""
        return self.found.places


def placed(found: Candidate) -> Plan:
    """Return where everything of a candidate that fits stands."""
    gaps = sum(found.gaps)
    stretch = min(WIDER, 1 + (found.room.w - found.width) / gaps)
    left = found.room.x + (found.room.w - found.width - gaps * (stretch - 1)) / 2
    plan = Plan(found, {}, {}, {}, {})
    for stack, (wide, high), gap in zip(
        found.places.columns, found.stacks, found.gaps, strict=True
    ):
        left += gap * stretch
        for key, x, y in _items(found, Column(stack, left, wide, high)):
            across = found.blocks[key][0]
            plan.lanes[key] = left - gap * stretch / 2
            plan.headings[key] = (x + across / 2, y)
            plan.spots.update(_spots(found, key, x, y))
        left += wide
    plan.gutters.update(_gutters(found, plan.spots))
    return plan


def _items(found: Candidate, column: Column) -> Iterator[tuple[str, float, float]]:
    """Yield key, left and top of each item of a column.

    The equation's panels begin at the top, what is below them is in the middle of the
    room that they leave; grids beside the equation are in the middle of its height.
    """
    stack, spare = column.stack, found.height - column.high
    equation = stack[0][0] in EQUATION
    y = found.room.y + (found.room.h - found.height) / 2
    if not equation:  # notes count for nothing: what stands side by side is level
        y += (spare + min(spare, found.tails[stack[-1][0]])) / 2
    for block in stack:
        across, down = found.row(block)
        apart = (column.wide - across) / (len(block) + 1)
        x = column.left + apart
        for key in block:
            yield key, x, y
            x += found.blocks[key][0] + BESIDE + apart
        y += down + BELOW + (spare / 2 if equation else 0.0)


def _spots(found: Candidate, key: str, x: float, y: float) -> Iterator[tuple[str, Spot]]:
    """Yield name and spot of each of an item's panels, in whole pixels."""
    item, (wide, high), count = found.items[key], found.area(key), found.count(key)
    flows = found.places.flows(key)
    pitch = max(wide, item.name) + BESIDE
    total = (count - 1) * pitch + max(wide, item.name) if flows else wide
    left, top = x + (found.blocks[key][0] - total) / 2, y + found.above(key)
    text = found.text if key in EQUATION else found.grid
    for c in range(count):
        at = (left + c * pitch, top) if flows else (left, top + c * (high + APART))
        x, y = (round(v / found.pixel) * found.pixel for v in at)
        yield f"{key}.{c}" if item.each else key, Spot(x, y, *found.cells[key], text)


def _gutters(found: Candidate, spots: dict[str, Spot]) -> dict[str, float]:
    """Return the middles between the panels of the equation."""
    rights = (spots[key].x + found.area(key)[0] for key in EQUATION)
    return {
        key: (right + spots[key].x) / 2 for key, right in zip(EQUATION[1:], rights, strict=False)
    }

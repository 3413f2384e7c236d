"""Panels whose cells have hues: the taps of a kernel's row, the bricks of an element."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from tcviz.boards.panel import HAIRLINES, Cells, Grid, Roles, Tints, Values
from tcviz.layer.magnitudes import Magnitudes
from tcviz.look.look import Look
from tcviz.picture.layout import Spot
from tcviz.scene.marks import Box, Cell, Colour, Heatmap, Mark, Rect, Style, panel_key
from tcviz.scene.numbers import Format
from tcviz.scene.states import ROLES, Kind, State, role
from tcviz.scene.theme import Theme, Tint

MOST_HUES = 250
"""Hues that a heatmap tells apart; from there on they come again."""
GROUND = 1.5
"""The height of what bricks lie on."""
_STATES = np.array([state for _, state in ROLES], dtype=np.uint8)


def styles(theme: Theme, hue: int) -> tuple[Style, ...]:
    """Return the look of every role in a cell of a hue; what is read has its ink."""
    found = [*theme.styles(theme.row(hue))]
    read = role(Kind.VALUE, State.READ)
    found[read] = replace(found[read], ink=theme.row_ink(hue))
    return tuple(found)


def kept(theme: Theme, hue: int, *, strong: bool = False) -> tuple[Style, ...]:
    """Return the same where what is read keeps its hue: its digits are bold, and it has a frame.

    A `strong` hue is that of cells without numbers.
    """
    found = [*styles(theme, hue)]
    known, read = (role(Kind.VALUE, state) for state in (State.KNOWN, State.READ))
    if strong:
        fill, ink = theme.row_strong(hue)
        found[known] = replace(found[known], fill=fill, ink=ink)
    found[read] = replace(found[known], bold=True)
    return tuple(found)


def strong_tints(theme: Theme, hues: int) -> tuple[Colour, ...]:
    """Return strong tints, as many as a heatmap can tell apart."""
    return tuple(theme.row_strong(hue)[0] for hue in range(min(hues, MOST_HUES)))


class HuedCells(Cells):
    """Draws numbers in cells of some `hues`, an array of its shape; pending ones are not there.

    They are the key to these hues elsewhere: what is read keeps them.

    Where there they are `strong`, so are they here.  Below them are the marks `under`, which never
    change.
    """

    def __init__(
        self, grid: Grid, theme: Theme, tint: Tint, text: float, form: Format, hues: Values,
        under: tuple[Mark, ...] = (), *, strong: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(grid, theme, tint, text, form)
        self._hues, self._under = hues % MOST_HUES, under
        self._looks = [kept(theme, n, strong=strong) for n in range(int(self._hues.max()) + 1)]

    def _draw(self, values: Values, roles: Roles) -> tuple[Mark, ...]:
        there = np.argwhere(_STATES[roles] != State.PENDING).tolist()
        cells = (self._cell(i, j, roles[i, j].item(), plain(values[i, j])) for i, j in there)
        return *self._under, *cells

    def _cell(self, row: int, col: int, role: int, value: Any) -> Cell:
        self._styles = self._looks[self._hues[row, col]]
        return super()._cell(row, col, role, value)


class HuedHeat(Tints):
    """Draws cells of some `hues` without numbers; those that are read or written are warm."""

    def __init__(
        self, grid: Grid, theme: Theme, tint: Tint, form: Format, hues: Values,
        under: tuple[Mark, ...] = (),
    ) -> None:  # fmt: skip
        super().__init__(grid, theme, tint, 0.0, form)
        rows = strong_tints(theme, int(hues.max()) + 1)
        self.tints, self._hues, self._under = (), hues % len(rows), under
        self._colours = theme.background, *rows, theme.now
        small = min(grid.cell_width, grid.cell_height) < HAIRLINES
        self._line = None if small else theme.background

    def _draw(self, values: Values, roles: Roles) -> tuple[Mark, ...]:  # noqa: ARG002
        grid, states = self.grid, _STATES[roles]
        index = np.where(states == State.PENDING, 0, 1 + self._hues)
        index[(states == State.READ) | (states == State.WRITTEN)] = len(self._colours) - 1
        heat = Heatmap(panel_key(grid.key), grid.rect, grid.rows, grid.cols, self._colours,
                       index.astype(np.uint8).tobytes(), self._line)  # fmt: skip
        return *self._under, heat


def hued(
    look: Look, grid: Grid, spot: Spot, tint: Tint, form: Format, hues: Values,
    under: tuple[Mark, ...] = (), *, strong: bool = False,
) -> Cells:  # fmt: skip
    """Return the panel of cells of some hues, in numbers, if need be `strong` ones, or in tints."""
    if spot.heat:
        return HuedHeat(grid, look.theme, tint, form, hues, under)
    return HuedCells(grid, look.theme, tint, spot.text, form, hues, under, strong=strong)


def heap(
    part: Magnitudes, look: Look, grid: Grid, spot: Spot, tint: Tint, values: Values,  # noqa: ARG001  (as any painter's)
    form: Format,
) -> Cells:  # fmt: skip
    """Return the panel of bricks that lie on the ground, those of an element alike."""
    floor = Rect(grid.rect.x, grid.rect.bottom, grid.rect.w, GROUND)
    ground = Box(f"{grid.key}.ground", floor, fill=look.theme.connector)
    return hued(look, grid, spot, tint, form, part.heaps[0], (ground,))


def plain(value: Any) -> Any:
    """Return an array's element as Python's own number, or whatever object it is."""
    return value.item() if isinstance(value, np.generic) else value

"""One panel: a grid of numbers or, where cells are small, of tints."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Box, Cell, Heatmap, Mark, Rect, Style, cell_key, panel_key, part_key
from tcviz.scene.numbers import MINUS, ROUNDED_DECIMALS, Format
from tcviz.scene.states import ROLES, Kind, State, role
from tcviz.scene.text import width
from tcviz.scene.theme import HEAT_STEPS, Theme, Tint

Values: TypeAlias = NDArray[Any]
Roles: TypeAlias = NDArray[np.uint8]

TIGHT = 0.2
"""Room beside the longest text of a cell, in text sizes."""
HAIRLINES = 7.0
"""Cells from this size on are parted by lines."""
SIGNED = 8.0
"""Cells from this size on have room for a minus that can be told from its neighbours'."""
_TINTS = 2 * HEAT_STEPS + 1
_PENDING = 2 * _TINTS
_ZERO, _NAN = _PENDING + 2, _PENDING + 3
_FAINT = np.array([kind is Kind.BORDER for kind, _ in ROLES], dtype=np.uint8)
_IS_PENDING = np.array([state is State.PENDING for _, state in ROLES])
_IS_ZERO = np.array([kind is Kind.ZERO and state is not State.PENDING for kind, state in ROLES])


def in_states(kinds: Roles, states: Roles | State) -> Roles:
    """Return the roles of cells of these kinds in these states, as `states.role` of one cell."""
    return (kinds * len(State) + states).astype(np.uint8)


def kinds_and_states(roles: Roles) -> tuple[Roles, Roles]:
    """Return what `in_states` made roles of."""
    kinds, states = np.divmod(roles, len(State))
    return kinds, states


@frozen
class Grid:
    """Where a panel's cells are."""

    key: str
    x: float
    y: float
    rows: int
    cols: int
    cell_width: float
    cell_height: float
    every: int = 1
    """A cell is in every so many columns: the others stay empty."""
    line: float = 1.0
    """How wide the finest line is drawn."""

    @property
    def rect(self) -> Rect:
        """The whole panel."""
        return self.span(range(self.rows), range(self.cols))

    def moved(self, right: float) -> Self:
        """Return the same grid, so far to the right."""
        return replace(self, x=self.x + right)

    def framed(self, rect: Rect) -> Rect:
        """Return the box of a frame around cells: where these are small none of it hides them.

        At the right and below, a line is drawn outside anyway.
        """
        if min(self.cell_width, self.cell_height) >= HAIRLINES:
            return rect
        off = self.line
        return Rect(rect.x - off, rect.y - off, rect.w + off, rect.h + off)

    def cell(self, row: int, col: int) -> Rect:
        """Return the box of one cell."""
        return self.span(range(row, row + 1), range(col, col + 1))

    def span(self, rows: range, cols: range) -> Rect:
        """Return the box from the first to the last of some rows and columns."""
        return Rect(
            self.x + cols[0] * self.cell_width,
            self.y + rows[0] * self.cell_height,
            (cols[-1] + 1 - cols[0]) * self.cell_width,
            (rows[-1] + 1 - rows[0]) * self.cell_height,
        )


class Cells:
    """Draws the numbers of one grid, reusing the marks that did not change."""

    tints: tuple[str, ...] = ()
    """Those of its legend, from one end to the other."""
    minus: tuple[str, ...] = ()
    """The colours of a minus on them."""

    def __init__(self, grid: Grid, theme: Theme, tint: Tint, text: float, form: Format) -> None:
        self.grid = grid
        self._tint = tint
        self._text = text
        self._format = form
        self._styles = theme.styles(tint)
        self._cells: dict[tuple[int, int, int, str], Cell] = {}
        self._seen: tuple[object, bytes] | None = None
        self._marks: tuple[Mark, ...] = ()

    @property
    def rect(self) -> Rect:
        """The whole panel."""
        return self.grid.rect

    @property
    def end(self) -> str:
        """The magnitude that the ends of its legend stand for, in a few of the panel's digits."""
        return ""

    @property
    def start(self) -> str:
        """What the left end of its legend stands for, where that is no zero."""
        return ""

    def moved(self, right: float) -> Self:
        """Return the same panel, so far to the right."""
        other = copy(self)
        other.stand(self.grid.moved(right))
        return other

    def stand(self, grid: Grid) -> None:
        """Stand elsewhere: what was drawn is forgotten."""
        self.grid, self._cells, self._seen = grid, {}, None

    def draw(self, values: Values, roles: Roles) -> tuple[Mark, ...]:
        """Return the panel's marks: values and roles are arrays of its shape, or one row."""
        shape = self.grid.rows, self.grid.cols
        values, roles = values.reshape(shape), roles.reshape(shape)
        seen = _content(values), roles.tobytes()
        if seen != self._seen:
            self._marks, self._seen = self._draw(values, roles), seen
        return self._marks

    def _draw(self, values: Values, roles: Roles) -> tuple[Mark, ...]:
        cells = [
            self._cell(i, j, role, value)
            for i, row in enumerate(zip(values.tolist(), roles.tolist(), strict=True))
            for j, (value, role) in enumerate(zip(*row, strict=True))
        ]
        # Faint lines lie below, so that the lines of their neighbours stay whole.
        return tuple(sorted(cells, key=self._above))

    def _above(self, cell: Cell) -> bool:
        return cell.style.line == self._tint.line

    def _cell(self, row: int, col: int, role: int, value: Any) -> Cell:
        style: Style = self._styles[role]
        text = "" if style.blank else self._format(value)
        key = row, col, role, text
        if key not in self._cells:
            name, size = cell_key(self.grid.key, row, col), self._fitting(text)
            self._cells[key] = Cell(name, self.grid.cell(row, col), text, size, style)
        return self._cells[key]

    def _fitting(self, text: str) -> float:
        """Return the size of a text: a sum that nearly cancels may be longer than all others."""
        room = self.grid.cell_width - TIGHT * self._text
        return min(self._text, room / max(width(text, 1.0, bold=True), TIGHT))


def _content(values: Values) -> object:
    """Return what tells arrays of one shape apart; names are compared, not where they lie."""
    return tuple(values.ravel().tolist()) if values.dtype == object else values.tobytes()


class LitCells(Cells):
    """Draws the cells that are lit, as numbers, and no others."""

    def _draw(self, values: Values, roles: Roles) -> tuple[Mark, ...]:
        marks = super()._draw(values, roles)
        return tuple(mark for mark in marks if isinstance(mark, Cell) and not mark.style.blank)


def scale_end(form: Format, most: float, knee: float) -> str:
    """Return what the tint at the right of a scale stands for: `most`, in a few digits.

    >>> scale_end(Format(decimals=3), 2.0625, 0.0), scale_end(Format(), 300, 1.0)
    ('+2.06', '+300, log')
    """
    return f"+{strongest(form, most)}{', log' if knee else ''}"


def strongest(form: Format, most: float) -> str:
    """Return the magnitude of the strongest tints, in a few digits."""
    decimals = min(max(form.decimals, 1), ROUNDED_DECIMALS)
    return replace(form, decimals=decimals, plus=False, forced=False)(most)


class Tints(Cells):
    """Draws a grid as tints; `most` is the magnitude that the strongest tint stands for.

    Of mixed magnitudes tints grow with the logarithm, from the `knee` on: below it they are nearly
    in proportion.  A number that is not zero never looks like zero.
    """

    signed = True
    """Whether there may be negative numbers, which are to be told from the others."""

    def __init__(
        self, grid: Grid, theme: Theme, tint: Tint, most: float, form: Format, knee: float = 0.0
    ) -> None:
        super().__init__(grid, theme, tint, 0.0, form)
        fine = self.signed and min(grid.cell_width, grid.cell_height) < SIGNED
        self.tints = theme.fine_heat if fine else theme.heat
        border = theme.border_fine_heat if fine else theme.border_heat
        self._colours = _colours(theme, self.tints, border)
        self._minus = () if fine else _minus(theme)
        self.minus = self._minus[:_TINTS]
        self._rule, self._most, self._knee = theme.rule, most, knee
        self._top = self._grown(np.array(most)).item() or 1.0

    @property
    def end(self) -> str:
        """What the tint at the right of a scale stands for; that at its left is minus that."""
        return scale_end(self._format, self._most, self._knee)

    @property
    def start(self) -> str:
        """What the tint at the left of a scale stands for."""
        return f"{MINUS}{strongest(self._format, self._most)}" if self.signed else ""

    def _grown(self, amounts: Values) -> Values:
        return np.log1p(amounts / self._knee) if self._knee else amounts

    def _draw(self, values: Values, roles: Roles) -> tuple[Mark, ...]:
        grid = self.grid
        index = self._index(values, roles)
        line = self._rule if min(grid.cell_width, grid.cell_height) >= HAIRLINES else None
        heat = Heatmap(
            panel_key(grid.key),
            grid.rect,
            grid.rows,
            grid.cols,
            self._colours,
            index.tobytes(),
            line,
            self._minus if self.tints else (),
        )
        edge = self._styles[role(Kind.BORDER, State.DONE) if _FAINT[roles].any() else 0]
        around = grid.framed(grid.rect)
        return heat, Box(part_key(grid.key, "frame"), around, edge.line, dash=edge.dash)

    def _index(self, values: Values, roles: Roles) -> Roles:
        numbers = values.astype(float)
        with np.errstate(all="ignore"):
            level = np.rint(self._grown(np.abs(numbers)) / self._top * HEAT_STEPS)
        missing = np.isnan(level)
        level = np.clip(np.where(missing, 0, level), numbers != 0, HEAT_STEPS)
        steps = np.where(missing, 0, np.copysign(level, numbers)) + HEAT_STEPS
        index: Roles = _FAINT[roles] * _TINTS + steps.astype(np.uint8)
        index[missing] = _NAN
        index[_IS_ZERO[roles]] = _ZERO
        pending = _IS_PENDING[roles]
        index[pending] = _PENDING + _FAINT[roles[pending]]
        return index


class Slices(Cells):
    """Draws arrays of shape ``(slices, rows, cols)``; its `panels` draw a slice each."""

    def __init__(self, key: str, panels: Sequence[Cells]) -> None:
        self.panels = tuple(panels)
        self.grid, self.tints = replace(panels[0].grid, key=key), panels[0].tints
        self.minus = panels[0].minus

    @property
    def end(self) -> str:
        """That of its first slice: all have one scale."""
        return self.panels[0].end

    @property
    def start(self) -> str:
        """That of its first slice."""
        return self.panels[0].start

    @property
    def rect(self) -> Rect:
        """The box around all slices."""
        boxes = [panel.rect for panel in self.panels]
        x, y = min(box.x for box in boxes), min(box.y for box in boxes)
        right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
        return Rect(x, y, right - x, bottom - y)

    def draw(self, values: Values, roles: Roles) -> tuple[Mark, ...]:
        """Return the marks of all slices."""
        slices = zip(self.panels, values, roles.reshape(values.shape), strict=True)
        return tuple(mark for panel, v, r in slices for mark in panel.draw(v, r))


def _colours(theme: Theme, tints: tuple[str, ...], border: tuple[str, ...]) -> tuple[str, ...]:
    """Return tints as they are, fainter ones for the border, and what is no number."""
    pending = theme.background, theme.border_fill
    return (*tints, *border, *pending, theme.zero_fill, theme.muted)


def _minus(theme: Theme) -> tuple[str, ...]:
    """Return the colours of a minus on each of those."""
    scales = ((*map(theme.minus, heat[:HEAT_STEPS]), *[""] * (HEAT_STEPS + 1))
              for heat in (theme.heat, theme.border_heat))  # fmt: skip
    return (*(colour for scale in scales for colour in scale), *[""] * 4)

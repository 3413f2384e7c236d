"""Panels of the overlap view: numbers on tints, so that a pattern is seen before it is read."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import Any

import numpy as np

from tcviz.boards.panel import Cells, Grid, Roles, Tints, Values, strongest
from tcviz.boards.stage import most
from tcviz.layer.symbols import Wording, written
from tcviz.look.look import Look
from tcviz.scene import shades
from tcviz.scene.marks import Box, Cell, Mark, part_key
from tcviz.scene.numbers import Format
from tcviz.scene.states import ROLES, Kind
from tcviz.scene.theme import HEAT_STEPS, Theme, Tint


class TintedPanel(Cells):
    """Draws numbers on tints, the stronger the greater; `most` has the strongest one."""

    def __init__(
        self, grid: Grid, theme: Theme, tint: Tint, text: float, form: Format, most: float
    ) -> None:
        super().__init__(grid, theme, tint, text, form)
        self._theme, self._most = theme, most
        self.tints = tuple(theme.tinted(step)[0] for step in range(shades.FINE + 1))

    @property
    def end(self) -> str:
        """What the ends of the scale stand for."""
        if isinstance(self._format, Wording):
            return f"0 to {self._most:.0f} {'term' if self._most == 1 else 'terms'}"
        return f"0 to {self._format.said(self._most)}"

    def _draw(self, values: Values, roles: Roles) -> tuple[Mark, ...]:
        frame = Box(part_key(self.grid.key, "frame"), self.grid.rect, self._tint.line)
        return *super()._draw(values, roles), frame

    def _cell(self, row: int, col: int, role: int, value: Any) -> Cell:
        cell, (kind, _) = super()._cell(row, col, role, value), ROLES[role]
        amount = magnitude(value)
        if cell.style.blank or kind is Kind.ZERO or not isfinite(amount):
            return cell
        share = amount / self._most if self._most else 0.0
        key = row, col, role, f"{cell.text} {share:.4f}"
        if key not in self._cells:
            step = round(share * shades.FINE)
            ground = self._theme.tinted(step)
            hatch = self._theme.hatching(step) if cell.style.hatch else None
            line = self._theme.background  # the panel's own would be louder than the tints
            style = replace(cell.style, fill=ground[0], ink=ground[1], line=line, hatch=hatch)
            self._cells[key] = replace(cell, style=style)
        return self._cells[key]


class TintPanel(Tints):
    """Draws tints alone, of numbers that are not negative."""

    signed = False

    def __init__(self, grid: Grid, theme: Theme, tint: Tint, most: float, form: Format) -> None:
        super().__init__(grid, theme, tint, most, form)
        self.tints = theme.heat[HEAT_STEPS:]

    @property
    def end(self) -> str:
        """What the ends of the legend stand for."""
        return f"0 to {strongest(self._format, self._most)}"


class RolePanel(Tints):
    """Draws what is happening to each cell, whatever its number."""

    def __init__(self, grid: Grid, theme: Theme, tint: Tint, most: float, form: Format) -> None:
        super().__init__(grid, theme, tint, most, form)
        self.tints = ()  # there are no numbers, and no legend
        fills = [style.fill for style in theme.styles(tint)]
        self._colours = tuple(dict.fromkeys(fills))
        self._places = np.array([self._colours.index(fill) for fill in fills], dtype=np.uint8)

    def _index(self, values: Values, roles: Roles) -> Roles:  # noqa: ARG002
        index: Roles = self._places[roles]
        return index


def tinted(look: Look, grid: Grid, spot: Any, tint: Tint, values: Values, form: Format) -> Cells:
    """Return the panel of numbers that lie on tints: the greatest of `values` on the strongest."""
    most = greatest(values)
    if spot.heat:
        return TintPanel(grid, look.theme, tint, most, form)
    return TintedPanel(grid, look.theme, tint, spot.text, form, most)


def unsigned(look: Look, grid: Grid, spot: Any, tint: Tint, values: Values, form: Format) -> Cells:
    """Return the panel of numbers of which none is negative."""
    if spot.heat:
        return TintPanel(grid, look.theme, tint, most(values), form)
    return Cells(grid, look.theme, tint, spot.text, form)


def told(look: Look, grid: Grid, spot: Any, tint: Tint, values: Values, form: Format) -> Cells:
    """Return the panel of cells whose numbers are all alike: tints tell what happens to them."""
    if spot.heat:
        return RolePanel(grid, look.theme, tint, most(values), form)
    return Cells(grid, look.theme, tint, spot.text, form)


def greatest(values: Values) -> float:
    """Return the greatest of all finite magnitudes."""
    return max(filter(isfinite, map(magnitude, values.ravel().tolist())), default=0.0)


def magnitude(value: Any) -> float:
    """Return a number's magnitude; of a sum of names, how many terms it has.

    >>> magnitude(-2)
    2.0
    """
    return abs(float(value)) if isinstance(value, int | float) else float(len(written(value)))

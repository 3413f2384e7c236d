"""Panels of the overlap view: numbers on tints, so that a pattern is seen before it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from math import isfinite
from typing import Any

import numpy as np

from tcviz.numbers import Format
from tcviz.scene import Box, Cell, Colour, Mark
from tcviz.symbols import written
from tcviz.theme import HEAT_STEPS, ROLES, Kind, State, Theme, Tint, blend, contrast
from tcviz.views.panel import Cells, Grid, Roles, Tints, Values

READABLE = 4.5
"""The least contrast of text, by WCAG 2, level AA."""
FINE = 64
"""Tints that there are: the nearest one is taken whose text can be read."""
HATCHINGS = (0.4, 0.3, 0.2)


class TintedPanel(Cells):
    """Draws numbers on tints, the stronger the greater; `most` has the strongest one."""

    def __init__(
        self, grid: Grid, theme: Theme, tint: Tint, text: float, form: Format, most: float
    ) -> None:
        super().__init__(grid, theme, tint, text, form)
        self._theme, self._most = theme, most

    def _draw(self, values: Values, roles: Roles) -> tuple[Mark, ...]:
        frame = Box(f"{self.grid.key}.frame", self.grid.rect, self._tint.line)
        return *super()._draw(values, roles), frame

    def _cell(self, row: int, col: int, role: int, value: Any) -> Cell:
        cell, (kind, _) = super()._cell(row, col, role, value), ROLES[role]
        amount = magnitude(value)
        if cell.style.blank or kind is Kind.ZERO or not isfinite(amount):
            return cell
        share = amount / self._most if self._most else 0.0
        key = row, col, role, f"{cell.text} {share:.4f}"
        if key not in self._cells:
            ground = tinted(self._theme, share)
            hatch = hatching(self._theme, *ground) if cell.style.hatch else None
            line = self._theme.background  # the panel's own would be louder than the tints
            style = replace(cell.style, fill=ground[0], ink=ground[1], line=line, hatch=hatch)
            self._cells[key] = replace(cell, style=style)
        return self._cells[key]


class TintPanel(Tints):
    """Draws tints alone, of numbers that are not negative."""

    def __init__(self, grid: Grid, theme: Theme, tint: Tint, most: float, form: Format) -> None:
        super().__init__(grid, theme, tint, most, form)
        self.tints = theme.heat[HEAT_STEPS:]

    @property
    def end(self) -> str:
        """What the ends of the legend stand for."""
        return "0 to " + super().end.removeprefix("±")


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


def magnitude(value: Any) -> float:
    """Return a number's magnitude; of a sum of names, how many terms it has.

    >>> magnitude(-2)
    2.0
    """
    return abs(float(value)) if isinstance(value, int | float) else float(len(written(value)))


@lru_cache(maxsize=4096)
def tinted(theme: Theme, share: float) -> tuple[Colour, Colour]:
    """Return the tint of a share of the greatest number, and the ink that is read on it.

    It lies on the theme's way from neutral to positive; where neither ink nor paper could be
    read it gives way a little.

    >>> from tcviz.theme import load
    >>> tinted(load("light"), 0.0), tinted(load("light"), 1.0)
    (('#e3e5e9', '#14181f'), ('#b2182b', '#ffffff'))
    """
    wanted = round(share * FINE)
    steps = sorted(range(FINE + 1), key=lambda step: abs(step - wanted))
    choices = [_on(theme, step / FINE) for step in steps]
    readable = (pair for pair in choices if contrast(*pair) >= READABLE)
    return next(readable, choices[0])


def _on(theme: Theme, share: float) -> tuple[Colour, Colour]:
    fill = blend(theme.neutral, theme.positive, share)
    return fill, max((theme.ink, theme.background), key=lambda ink: contrast(fill, ink))


def hatching(theme: Theme, fill: Colour, ink: Colour) -> Colour:
    """Return a hatching that is seen on a tint, and on which its ink is read all the same."""
    ends = (theme.ink, theme.background)
    able = [blend(fill, end, share) for end in ends for share in HATCHINGS]
    readable = [c for c in able if contrast(c, ink) >= READABLE] or [fill]
    return max(readable, key=lambda c: contrast(c, fill))


def states(kinds: Roles, where: Sequence[tuple[Any, State]]) -> Roles:
    """Return the roles of cells of some kinds: pending, or the last state whose flags hold."""
    found = np.full(kinds.shape, State.PENDING, dtype=np.uint8)
    for flags, state in where:
        found[flags] = state
    return (kinds * len(State) + found).astype(np.uint8)

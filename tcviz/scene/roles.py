"""Roles: what a scene says in place of colours, until a theme colours it.

Layouts, digits and tints are the same in every theme.  So a picture is made once, with the
names of colours, such as ``now_fill``, ``channel.1.line`` or ``heat.12``, and coloured at
the end, as often as there are themes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, NamedTuple

from tcviz.scene.frames import Moment
from tcviz.scene.marks import Box, Cell, Colour, Connector, Label, Mark, Scene, Style
from tcviz.scene.shades import pair
from tcviz.scene.theme import HEAT_STEPS, LISTS, AutoTheme, Theme, Tint


class Roles(Theme):
    """A theme whose colours are their own names."""

    def channel(self, number: int, *, filled: bool = False) -> Tint:
        """Return the tint of an input channel; a `filled` panel is tinted all over."""
        name = f"channel.{number}"
        paper = f"{name}.paper" if filled else self.background
        return Tint(f"{name}.line", f"{name}.fill", paper)

    def lane(self, number: int) -> Colour:
        """Return the name of the ink of a channel's arrow beside those of others."""
        return f"lane.{number}"

    def _hatch(self, fill: Colour) -> Colour:
        return f"hatch.{fill}" if fill in (self.now_fill, self.now_soft) else self.hatch

    def tinted(self, step: int) -> tuple[Colour, Colour]:
        """Return the names of a tint and of the ink on it."""
        return f"tint.{step}.fill", f"tint.{step}.ink"

    def hatching(self, step: int) -> Colour:
        """Return the name of the hatching on a tint."""
        return f"tint.{step}.hatch"

    def row(self, number: int) -> Tint:
        """Return the names of the tint of a kernel's row."""
        fill = f"row.{number}.fill"
        return Tint(f"row.{number}.line", fill, fill)

    def row_strong(self, number: int) -> tuple[Colour, Colour]:
        """Return the names of the strong tint of a kernel's row, and of the ink on it."""
        return f"row.{number}.strong", f"row.{number}.on"

    def row_ink(self, number: int) -> Colour:
        """Return the name of the ink of a row's taps while they are used."""
        return f"row.{number}.ink"

    @property
    def now_cropped(self) -> Colour:
        """The name of the fill of what is written in a border."""
        return "now_cropped"

    def soft(self, line: Colour) -> Colour:
        """Return the name of a faint line."""
        return f"soft.{line}"

    @property
    def border_heat(self) -> tuple[Colour, ...]:
        """The names of the tints in a border."""
        return tuple(f"border_heat.{i}" for i in range(2 * HEAT_STEPS + 1))

    def minus(self, tint: Colour) -> Colour:
        """Return the name of the colour of a minus on a tint."""
        return f"minus.{tint}"

    @property
    def heat(self) -> tuple[Colour, ...]:
        """The names of the tints from the most negative to the most positive."""
        return tuple(f"heat.{i}" for i in range(2 * HEAT_STEPS + 1))

    @property
    def fine_heat(self) -> tuple[Colour, ...]:
        """The names of the same in cells too small for a minus."""
        return tuple(f"fine_heat.{i}" for i in range(2 * HEAT_STEPS + 1))

    @property
    def border_fine_heat(self) -> tuple[Colour, ...]:
        """The names of those in a border."""
        return tuple(f"border_fine_heat.{i}" for i in range(2 * HEAT_STEPS + 1))


_NAMES: dict[str, Any] = {f.name: f.name for f in fields(Theme)}
ROLES = Roles(**(_NAMES | dict.fromkeys(LISTS, ())))

_OF: dict[str, Callable[[Theme, list[str]], Colour]] = {
    "channel": lambda theme, rest: _side(theme.channel(int(rest[0]), filled=True), rest[1]),
    "lane": lambda theme, rest: theme.lane(int(rest[0])),
    "hatch": lambda theme, rest: theme._hatch(getattr(theme, rest[0])),  # noqa: SLF001
    "tint": lambda theme, rest: _on_tint(theme, int(rest[0]), rest[1]),
    "row": lambda theme, rest: _in_row(theme, int(rest[0]), rest[1]),
    "soft": lambda theme, rest: theme.soft(getattr(theme, rest[0])),
    "border_heat": lambda theme, rest: theme.border_heat[int(rest[0])],
    "heat": lambda theme, rest: theme.heat[int(rest[0])],
    "fine_heat": lambda theme, rest: theme.fine_heat[int(rest[0])],
    "border_fine_heat": lambda theme, rest: theme.border_fine_heat[int(rest[0])],
    "minus": lambda theme, rest: theme.minus(_OF[rest[0]](theme, rest[1:])),
}


def _side(tint: Tint, side: str) -> Colour:
    found: Colour = getattr(tint, side)
    return found


def _on_tint(theme: Theme, step: int, which: str) -> Colour:
    if which == "hatch":
        return theme.hatching(step)
    return theme.tinted(step)[which == "ink"]


def _in_row(theme: Theme, number: int, which: str) -> Colour:
    if which in ("strong", "on"):
        return theme.row_strong(number)[which == "on"]
    return theme.row_ink(number) if which == "ink" else _side(theme.row(number), which)


@lru_cache(maxsize=8192)
def colour(role: Colour, theme: Theme) -> Colour:
    """Return the colour that a role has in a theme.

    >>> from tcviz.scene.theme import load
    >>> colour("background", load("light")), colour("hatch", load("print"))
    ('#ffffff', '#a6a6a6')
    """
    if isinstance(theme, AutoTheme):
        return pair(*(colour(role, side) for side in (theme.light, theme.dark)))
    name, *rest = role.split(".")
    if rest:
        return _OF[name](theme, rest)
    found: Colour = getattr(theme, role)
    return found


class Colouring:
    """Gives scenes of roles the colours of a theme; marks that come again are coloured once."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._seen: dict[int, tuple[Mark, Mark]] = {}
        self._styles: dict[Style, Style] = {}
        self._colours: dict[Colour, Colour] = {}

    def __call__(self, scene: Scene) -> Scene:
        """Return a scene in colours."""
        seen, marks = {}, []
        for mark in scene.marks:
            known = self._seen.get(id(mark)) or (mark, self._coloured(mark))
            seen[id(mark)] = known
            marks.append(known[1])
        self._seen = seen  # which keeps the marks: no other can have their numbers
        return replace(scene, background=self._of(scene.background), marks=tuple(marks))

    def _of(self, role: Colour) -> Colour:
        if role not in self._colours:  # a theme is long to look up
            self._colours[role] = colour(role, self._theme)
        return self._colours[role]

    def _maybe(self, role: Colour | None) -> Colour | None:
        return self._of(role) if role else None

    def _style(self, style: Style) -> Style:
        if style not in self._styles:
            self._styles[style] = replace(
                style,
                fill=self._of(style.fill),
                ink=self._of(style.ink),
                line=self._of(style.line),
                hatch=self._maybe(style.hatch),
            )
        return self._styles[style]

    def _coloured(self, mark: Mark) -> Mark:
        if isinstance(mark, Cell):
            return Cell(mark.key, mark.rect, mark.text, mark.size, self._style(mark.style))
        if isinstance(mark, Box):
            return replace(mark, line=self._maybe(mark.line), fill=self._maybe(mark.fill))
        if isinstance(mark, Label):
            return replace(mark, ink=self._of(mark.ink), on=self._of(mark.on))
        if isinstance(mark, Connector):
            return replace(mark, ink=self._of(mark.ink))
        colours = tuple(map(self._of, mark.colours))
        minus = tuple(name and self._of(name) for name in mark.minus)
        return replace(mark, colours=colours, line=self._maybe(mark.line),
                       minus=minus if any(minus) else ())  # fmt: skip


class Coloured(NamedTuple):
    """A view of scenes in roles, in the colours of a theme."""

    view: Any
    theme: Theme

    @property
    def steps(self) -> int:
        """How many steps there are."""
        count: int = self.view.steps
        return count

    def moments(self, picks: Sequence[int], *, settle: bool = True) -> Iterator[Moment]:
        """Yield the moments of the picked steps, in rising order."""
        lit, calm = Colouring(self.theme), Colouring(self.theme)
        for scene, settled in self.view.moments(picks, settle=settle):
            shown = lit(scene)
            yield shown, shown if settled is scene else calm(settled)

    def overview(self) -> Scene:
        """Return the finished picture."""
        return Colouring(self.theme)(self.view.overview())

"""Themes: a frozen set of colours, and how a cell of each role looks in them.

A preset is one TOML file in ``data/themes``; a user's theme is a TOML file that
names a preset as its `base` and overrides some of its colours.  Either may say in a
line what it is for, as its `about`.
"""

from __future__ import annotations

import re
from dataclasses import fields, replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from tcviz.errors import ThemeError, complaint, did_you_mean, quoted, quoted_path
from tcviz.files import reading
from tcviz.files.reading import ReadingError
from tcviz.files.shipped import shipped
from tcviz.scene import shades
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Colour, Style
from tcviz.scene.shades import OPERAND, blend
from tcviz.scene.states import ROLES, Kind, State

HEAT_STEPS = 16
"""Tints on either side of the neutral one."""
LIGHTEST = 0.22
"""How much of the darkest grey is in the lightest one of a scale from light to dark."""

OWN = "own"
"""What a theme is called that is no preset."""
AUTO = "auto"
"""Light and dark in one picture: what a reader prefers."""

_COLOUR, _SHORT = re.compile(r"#[0-9a-fA-F]{6}\Z"), re.compile(r"#[0-9a-f]{3}\Z")


@frozen
class Tint:
    """The colours of one panel: its grid lines, its finished cells, its known ones."""

    line: Colour
    fill: Colour
    paper: Colour


LISTS = "channels", "rows"
"""What a theme has several tints for, used in turn: input channels, and rows of the kernel."""


@frozen
class Theme:
    """Every colour of a picture.

    `now`, `now_fill` and `now_soft` belong to the current step: its outlines and
    arrows, what it writes, and what it reads.
    """

    background: Colour
    ink: Colour
    muted: Colour
    rule: Colour
    connector: Colour
    now: Colour
    now_fill: Colour
    now_soft: Colour
    output: Colour
    output_fill: Colour
    border_line: Colour
    border_fill: Colour
    zero_fill: Colour
    hatch: Colour
    negative: Colour
    neutral: Colour
    positive: Colour
    channels: tuple[Tint, ...]
    rows: tuple[Tint, ...]

    def channel(self, number: int, *, filled: bool = False) -> Tint:
        """Return the tint of an input channel; a `filled` panel is tinted all over, but lightly."""
        tint = self.channels[number % len(self.channels)]
        filled &= tint.fill != self.output_fill  # in greys it would look like a finished sum
        return replace(tint, paper=blend(tint.fill, self.background, OPERAND)) if filled else tint

    def lane(self, number: int) -> Colour:
        """Return the ink of a channel's arrow beside those of others: its own, if they differ."""
        lines = {tint.line for tint in self.channels}
        return self.channel(number).line if len(lines) == len(self.channels) else self.now

    @property
    def result(self) -> Tint:
        """The tint of the output."""
        return Tint(self.output, self.output_fill, self.background)

    @property
    def step(self) -> Tint:
        """The tint of panels that hold the current step's numbers."""
        return Tint(self.now, self.now_soft, self.now_soft)

    def styles(self, tint: Tint) -> tuple[Style, ...]:
        """Return the look of every role in a panel, indexed by its code."""
        return _styles(self, tint)

    def _style(self, kind: Kind, state: State, tint: Tint) -> Style:
        border, faint = kind is Kind.BORDER, kind in (Kind.BORDER, Kind.ZERO)
        fill = self._fill(kind, state, tint)
        return Style(
            fill=fill,
            ink=self.muted if faint else self.ink,
            line=self.border_line if faint else tint.line,
            bold=kind is not Kind.ZERO and state in (State.READ, State.WRITTEN),
            dash=border,
            hatch=self._hatch(fill) if kind is Kind.OUTPUT_PADDING else None,
            blank=state is State.PENDING,
        )

    def _fill(self, kind: Kind, state: State, tint: Tint) -> Colour:
        if state is State.READ:
            return self.now_soft
        if state is State.WRITTEN:
            return self.now_cropped if kind is Kind.BORDER else self.now_fill
        if kind is Kind.BORDER:
            return self.border_fill
        if kind is Kind.ZERO:  # of what is made: nothing reaches it
            return self.border_fill if state is State.DONE else self.zero_fill
        return {State.DONE: tint.fill, State.KNOWN: tint.paper}.get(state, self.background)

    def _hatch(self, fill: Colour) -> Colour:
        """Hatching stays visible on the warm fills, where the theme's own would drown."""
        return blend(fill, self.now, 0.22) if fill in (self.now_fill, self.now_soft) else self.hatch

    def tinted(self, step: int) -> tuple[Colour, Colour]:
        """Return the tint of so many of `shades.FINE` steps from neutral, and the ink on it."""
        return _tinted(self, step)

    def hatching(self, step: int) -> Colour:
        """Return the hatching on a tint."""
        return shades.hatching(*self.tinted(step), (self.ink, self.background))

    def row(self, number: int) -> Tint:
        """Return the tint, all over, of a row of the kernel: neighbours differ in lightness."""
        rows = _rows(self)
        line, fill = rows[number % len(rows)]
        return Tint(line, fill, fill)

    def row_strong(self, number: int) -> tuple[Colour, Colour]:
        """Return the strong tint of a kernel's row, which small cells need, and the ink on it."""
        ends, inks = (self.row(number).line, self.background), (self.ink, self.background)
        return shades.tinted(ends, inks, 0.25 + 0.15 * (number % len(_rows(self)) % shades.DEEPER))

    def row_ink(self, number: int) -> Colour:
        """Return the ink of a row's taps while they are used: its own, where that can be read."""
        line = self.row(number).line
        readable = shades.contrast(line, self.now_soft) >= shades.READABLE
        return line if readable and not shades.is_grey(line) else self.ink

    @property
    def now_cropped(self) -> Colour:
        """The fill of cells that are written in a border: between what is written and a border."""
        return blend(self.now_fill, self.border_fill, shades.CROPPED)

    def soft(self, line: Colour) -> Colour:
        """Return a faint line, for cells in a frame."""
        return blend(line, self.background, shades.FAINT)

    @property
    def border_heat(self) -> tuple[Colour, ...]:
        """The tints of `heat` in a border, fainter."""
        return tuple(blend(c, self.border_fill, shades.BORDER) for c in self.heat)

    @property
    def heat(self) -> tuple[Colour, ...]:
        """Tints from the most negative over neutral to the most positive."""
        steps = range(1, HEAT_STEPS + 1)
        down = [blend(self.neutral, self.negative, i / HEAT_STEPS) for i in reversed(steps)]
        up = [blend(self.neutral, self.positive, i / HEAT_STEPS) for i in steps]
        return (*down, self.neutral, *up)

    @property
    def fine_heat(self) -> tuple[Colour, ...]:
        """The tints of cells too small for a minus: in greys the lightest is the most negative."""
        if not self._signless:
            return self.heat
        count = 2 * HEAT_STEPS
        shares = (LIGHTEST + (1 - LIGHTEST) * i / count for i in range(count + 1))
        return tuple(blend(self.background, self.positive, share) for share in shares)

    @property
    def border_fine_heat(self) -> tuple[Colour, ...]:
        """The tints of `fine_heat` in a border, fainter."""
        return tuple(blend(c, self.border_fill, shades.BORDER) for c in self.fine_heat)

    @property
    def _signless(self) -> bool:
        """Whether the tints of `heat` tell no sign, as greys: its ends are apart by hue alone."""
        return shades.is_grey(self.negative) and shades.is_grey(self.positive)

    def minus(self, tint: Colour) -> Colour:
        """Return the colour of a minus on the tint of a negative number, empty if it needs none."""
        if not self._signless:
            return ""
        return max((self.ink, self.background), key=lambda ink: shades.contrast(tint, ink))


@frozen
class AutoTheme(Theme):
    """A light theme, and a `dark` one for readers who prefer that."""

    dark: Theme

    @cached_property
    def light(self) -> Theme:
        """The light one, for itself."""
        return Theme(**_colours(self))


@lru_cache(maxsize=4096)
def _tinted(theme: Theme, step: int) -> tuple[Colour, Colour]:
    ends, inks = (theme.neutral, theme.positive), (theme.ink, theme.background)
    return shades.tinted(ends, inks, step / shades.FINE)


@lru_cache(maxsize=64)
def _styles(theme: Theme, tint: Tint) -> tuple[Style, ...]:
    return tuple(theme._style(kind, state, tint) for kind, state in ROLES)  # noqa: SLF001


@lru_cache(maxsize=16)
def _rows(theme: Theme) -> list[tuple[Colour, Colour]]:
    return shades.stepped([(tint.line, tint.fill) for tint in theme.rows], theme.background)


def presets() -> tuple[str, ...]:
    """Return the names of the themes that come with tcviz, `light` first."""
    names = (p.name.removesuffix(".toml") for p in shipped("themes").iterdir())
    return tuple(sorted(names, key=lambda name: (name != "light", name)))


def written(name: str) -> str:
    """Return the TOML of a preset, which a theme of one's own can start from.

    Raises
    ------
    ThemeError
        If there is no such preset.

    >>> written("dark").splitlines()[1]
    'about = "light on ink, for a dark slide or page"'
    """
    if name not in presets():
        hint = did_you_mean(name, presets())
        raise ThemeError(complaint("theme", quoted(name), ", ".join(presets()), hint=hint))
    return shipped(f"themes/{name}.toml").read_text(encoding="utf-8")


@cache
def about(name: str) -> str:
    """Return what a preset is for.

    >>> about("print")
    'greys only, for black-and-white print'
    """
    line: str = reading.toml(written(name))["about"]
    return line


def load(name: str) -> Theme:
    """Return the theme of a preset's name or of a ``.toml`` file.

    Raises
    ------
    ThemeError
        If there is no such theme, or the file is not one.

    >>> load("light").background
    '#ffffff'
    """
    if name.endswith(".toml"):
        return _from_file(Path(name))
    if name == AUTO:
        return _automatic()
    if name not in presets():
        allowed = f"{', '.join(presets())}, {AUTO}, or a .toml file"
        raise ThemeError(
            complaint("theme", quoted(name), allowed, hint=did_you_mean(name, (*presets(), AUTO)))
        )
    return _preset(name)


@cache
def _automatic() -> AutoTheme:
    return AutoTheme(**_colours(_preset("light")), dark=_preset("dark"))


def name_of(theme: Theme) -> str:
    """Return the name of a preset, `AUTO`, or `OWN`.

    >>> name_of(load("print"))
    'print'
    """
    return next((name for name in (*presets(), AUTO) if load(name) == theme), OWN)


def checked(given: Theme) -> Theme:
    """Return a theme that was made in Python, with its colours as files may write them.

    Of an automatic one both are checked.

    Raises
    ------
    ThemeError
        If one of them is none.

    >>> from dataclasses import replace
    >>> checked(replace(load("light"), now="tomato")).now
    '#ff6347'
    """
    made = _build(_colours(given), "given")
    if isinstance(given, AutoTheme):
        return AutoTheme(**_colours(made), dark=checked(given.dark))
    return made


def _colours(theme: Theme) -> dict[str, Any]:
    """Return what a theme says, without what an automatic one says more."""
    return {f.name: getattr(theme, f.name) for f in fields(Theme)}


@cache
def _preset(name: str) -> Theme:
    return _build(reading.toml(written(name)), name)


def _from_file(path: Path) -> Theme:
    try:
        colours = reading.toml(reading.text(path, "TOML"))
    except ReadingError as error:
        raise ThemeError(f"theme {quoted_path(path)} {error}") from error
    base = colours.pop("base", "light")
    if base not in presets():
        hint = did_you_mean(base, presets()) if isinstance(base, str) else None
        raise ThemeError(
            complaint(f"base in {path}", quoted(base), ", ".join(presets()), hint=hint)
        )
    inherited = {f.name: getattr(load(base), f.name) for f in fields(Theme)}
    return _build(inherited | colours, str(path))


def _build(given: dict[str, Any], source: str) -> Theme:
    known = [f.name for f in fields(Theme)]
    colours = {key: value for key, value in given.items() if key != "about"}
    if not isinstance(given.get("about", ""), str):
        raise ThemeError(complaint(f"about in theme {source}", quoted(given["about"]), "text"))
    checked: dict[str, Any] = {}
    for key, value in colours.items():
        if key not in known:
            raise ThemeError(
                complaint(
                    f"a key in theme {source}",
                    quoted(key),
                    ", ".join(known),
                    hint=did_you_mean(key, known),
                )
            )
        if key not in LISTS:
            checked[key] = _check_colour(value, f"{key} in theme {source}")
    paper = checked["background"]
    lists: dict[str, Any] = {
        key: _tints(colours[key], f"{key} in theme {source}", paper) for key in LISTS
    }
    return Theme(**checked, **lists)


def _tints(given: Any, name: str, paper: Colour) -> tuple[Tint, ...]:
    if not isinstance(given, list | tuple) or not given:
        raise ThemeError(complaint(name, quoted(given), "a list of { line, fill }"))
    return tuple(_one_tint(c, name, paper) for c in given)


def _one_tint(given: Any, name: str, paper: Colour) -> Tint:
    if isinstance(given, Tint):
        given = {"line": given.line, "fill": given.fill}
    if not isinstance(given, dict) or set(given) != {"line", "fill"}:
        raise ThemeError(complaint(name, quoted(given), "a list of { line, fill }"))
    return Tint(_check_colour(given["line"], name), _check_colour(given["fill"], name), paper)


def _check_colour(value: Any, name: str) -> Colour:
    """Return a colour as ``#rrggbb``, whether it is written so, as ``#rgb``, or by its CSS name."""
    if isinstance(value, str) and _COLOUR.match(value):
        return value.lower()
    from PIL.ImageColor import colormap, getrgb  # presets do without

    word = value.strip().lower() if isinstance(value, str) else ""
    if word not in colormap and not _SHORT.match(word):
        allowed = "a colour such as '#1d4fbf', '#fff' or 'tomato'"
        raise ThemeError(complaint(name, quoted(value), allowed, hint=did_you_mean(word, colormap)))
    return "#" + "".join(f"{v:02x}" for v in getrgb(word))

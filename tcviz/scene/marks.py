"""Scenes: what a picture consists of, as pure data.

A `Scene` is a tuple of marks in canvas units, y downwards, painted in order.
Marks name solid colours (``#rrggbb``): a theme blends, a renderer never does.
Every mark has a key that stays the same from frame to frame, so that a renderer
can repaint only the marks that changed; those of a panel's marks know their panel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Self, TypeAlias

from tcviz.scene import text

if TYPE_CHECKING:
    from tcviz.scene.typeset import Typeset

Colour: TypeAlias = str
Point: TypeAlias = tuple[float, float]
Anchor: TypeAlias = Literal["left", "center", "right"]


class PanelName(str):
    """What a panel is called: the tensor that it shows, or a channel of it, or a slice of that.

    >>> PanelName("x", 1, depth=0), PanelName("x", 1, depth=0).channel, PanelName("output")
    ('x.1.d0', 1, 'output')
    """

    __slots__ = ("channel", "depth", "tensor")
    tensor: str
    channel: int | None
    depth: int | None

    def __new__(cls, tensor: str, channel: int | None = None, depth: int | None = None) -> Self:
        """Put the name together."""
        numbers = ("" if channel is None else f".{channel}", "" if depth is None else f".d{depth}")
        name = super().__new__(cls, "".join((tensor, *numbers)))
        name.tensor, name.channel, name.depth = tensor, channel, depth
        return name

    @classmethod
    def of(cls, panel: str) -> Self:
        """Return the name of a panel, which is that of a tensor where it says no more."""
        return panel if isinstance(panel, cls) else cls(panel)

    def slice(self, depth: int) -> PanelName:
        """Return the name of one slice."""
        return PanelName(self.tensor, self.channel, depth)


class Key(str):
    """What a mark is called, the same from frame to frame, and where in a picture it belongs.

    Nobody reads it letter by letter: `panel` is the panel of which it is a part, and of a cell
    `at` is its row and column.

    >>> cell_key("padded.0", 1, 2), cell_key("padded.0", 1, 2).at, part_key("x", "inner").panel
    ('padded.0[1,2]', (1, 2), 'x')
    """

    __slots__ = ("at", "panel")
    panel: PanelName
    at: tuple[int, int] | None


def cell_key(panel: str, row: int, col: int) -> Key:
    """Return the key of a panel's cell."""
    return _key(f"{panel}[{row},{col}]", panel, (row, col))


def panel_key(panel: str) -> Key:
    """Return the key of a mark that is a whole panel, as a heatmap is."""
    return _key(panel, panel, None)


def part_key(panel: str, part: str) -> Key:
    """Return the key of what belongs to a panel, but is none of its cells: a frame, a scale."""
    return _key(f"{panel}.{part}", panel, None)


def _key(words: str, panel: str, at: tuple[int, int] | None) -> Key:
    key = Key(words)
    key.panel, key.at = PanelName.of(panel), at
    return key


def panel_of(mark: Mark) -> PanelName | None:
    """Return the panel that a mark is a part of, or which it is; None where it is alone."""
    return mark.key.panel if isinstance(mark.key, Key) else None


def fills_panel(mark: Mark) -> bool:
    """Return whether a mark is one of a panel's cells, or all of them."""
    key = mark.key
    return isinstance(key, Key) and (key.at is not None or key == str(key.panel))


class Rect(NamedTuple):
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The bottom edge."""
        return self.y + self.h

    @property
    def center(self) -> Point:
        """The middle."""
        return self.x + self.w / 2, self.y + self.h / 2

    def meets(self, other: Rect) -> bool:
        """Return whether it has any of its inside in common with another."""
        across = self.x < other.right and other.x < self.right
        return across and self.y < other.bottom and other.y < self.bottom


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks."""

    fill: Colour
    ink: Colour
    line: Colour
    bold: bool = False
    dash: bool = False
    hatch: Colour | None = None
    blank: bool = False
    """A blank cell shows no text: its value is not known yet."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One number in its box, or a few lines of text."""

    key: str
    rect: Rect
    text: str
    size: float
    style: Style


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with rounded corners; `moves` makes it glide between steps."""

    key: str
    rect: Rect
    line: Colour | None = None
    width: float = 1.0
    fill: Colour | None = None
    dash: bool = False
    radius: float = 0.0
    moves: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """Text on one line, vertically centred on y by its capitals, over the solid colour `on`.

    Where the shipped font lacks a letter of it, it says how it is `typeset`.
    """

    key: str
    at: Point
    text: str
    size: float
    ink: Colour
    on: Colour
    bold: bool = False
    anchor: Anchor = "left"
    typeset: Typeset | None = None

    @property
    def width(self) -> float:
        """How wide its letters are."""
        if self.typeset:
            return self.typeset.em * self.size
        return text.width(self.text, self.size, self.bold)

    @property
    def left(self) -> float:
        """Where its letters begin at the left."""
        return self.at[0] - {"left": 0.0, "center": 0.5, "right": 1.0}[self.anchor] * self.width


@dataclass(frozen=True, slots=True)
class Connector:
    """A line of horizontal and vertical runs, with an arrow head at its end."""

    key: str
    points: tuple[Point, ...]
    ink: Colour
    width: float = 1.5
    head: bool = True


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Many small cells as one array: `index` holds a number into `colours` per cell, by rows.

    Hairlines in the colour `line` part the cells, if they are large enough for that.  Where colours
    do not tell a number's sign, a minus stands in the cells of negative ones: `minus` holds its
    colour for each of the `colours`, empty where there is none.
    """

    key: str
    rect: Rect
    rows: int
    cols: int
    colours: tuple[Colour, ...]
    index: bytes
    line: Colour | None = None
    minus: tuple[Colour, ...] = ()


@dataclass(frozen=True, slots=True)
class Glow(Box):
    """A rectangle through which cells are seen as they look in the light of a frame."""

    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Passing(Box):
    """A frame that passes below the digits of some cells, which are seen within its line."""

    over: tuple[Cell, ...] = ()


Mark: TypeAlias = Cell | Box | Label | Connector | Heatmap
MARKS: tuple[type, ...] = (Cell, Box, Label, Connector, Heatmap)
PASSING: tuple[type, ...] = (Glow, Passing)
"""Boxes of the scenes between two steps, which are seen in films only: no still has them."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One still picture: its canvas, its marks in painting order, and what it says in words.

    `title` names the picture, `sentence` describes it to those who do not see it; the `whole` of
    which it is a step has a title, too.
    """

    width: float
    height: float
    background: Colour
    marks: tuple[Mark, ...]
    sentence: str = ""
    title: str = ""
    whole: str = ""

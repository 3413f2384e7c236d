"""What a user wants a picture to look like."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from tcviz.layer.sizes import Sizes
from tcviz.request.canvas import least
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Rect
from tcviz.scene.text import SMALLEST, legible
from tcviz.scene.theme import Theme

if TYPE_CHECKING:
    from tcviz.layer.chain import Chain
    from tcviz.look.turn_ranges import Turn
    from tcviz.look.wiring import Wiring
    from tcviz.scene.faces import Font

WIDTH, HEIGHT = 1280, 720
"""The default canvas, a slide; layouts are made in its units."""

FINE = 5 / 72 * 96 / SMALLEST
"""The share of that which can be read on paper: 5 points."""
SMALLEST_LABEL = 13.0
"""The smallest text beside the numbers, in layout units."""
LARGEST_LABEL = 19.5
"""So large may it become before there is less room in its place."""


@frozen
class Look:
    """The options of a picture, all but its view and its numbers.

    `width` and `height` are what `scale` multiplies to pixels.  `channels` bounds
    how many input channels are drawn; None leaves it to the layout, at most 3.  Without
    `chrome` there are no header and no footer: the panels have the whole canvas.  Its size
    was asked for `in_unit`: on paper smaller text can be read than on a screen.  Where there
    are `wires`, a map of the channels stands beside the panels, or in a free `corner`.  Of
    channels that are drawn one after another, `turn` says which this is.  A title's letters
    that the shipped font lacks are looked for in `font` first.  A `legend` names the roles of
    cells, where there is room.  In an `unabridged` picture nothing is left out that only repeats
    something else: in a page it is pointed at.  Of a picture that is only `tried` it is asked
    whether it has room at all: any layout will do.  Views of counts have those of another kernel
    size, if there is one to `compare`.  A `chain` begins with the layer, and `cell` is that of its
    output whose sources the finished picture shows.  The matrix is walked through `by` row or
    column.  Below the panels stands `whose` numbers they are, where that is a framework's.
    """

    theme: Theme
    width: float = WIDTH
    height: float = HEIGHT
    scale: float = 1.0
    decimals: int | None = None
    title: str | None = None
    channels: int | None = None
    chrome: bool = True
    in_unit: str = "px"
    symbols: bool = False
    wires: Wiring | None = None
    corner: Rect | None = None
    turn: Turn | None = None
    font: Font | None = None
    legend: bool = True
    unabridged: bool = False
    tried: bool = False
    compare: Sizes | None = None
    chain: Chain | None = None
    cell: Sizes | None = None
    by: str = "row"
    whose: str = ""

    @cached_property
    def unit(self) -> float:
        """Pixels of the unscaled canvas per layout unit: fonts grow with the canvas.

        A canvas may be so small that headings would not be legible at its scale, or only
        in letters that are too large for them: then it is the layout that has less room.
        """
        unit = min(self.width / WIDTH, self.height / HEIGHT)
        return max(unit, self._least / (LARGEST_LABEL if self.chrome else SMALLEST_LABEL))

    @cached_property
    def is_narrow(self) -> bool:
        """Whether a header has no room for titles and parameters beside each other."""
        return self.canvas[0] < WIDTH - 1

    @property
    def is_unreadable(self) -> bool:
        """Whether the canvas is too small for any text."""
        width, height = least(bare=not self.chrome)
        return self.width < width or self.height < height

    @cached_property
    def _least(self) -> float:
        """The height of the smallest text that can be read, in unscaled pixels."""
        return SMALLEST * (1 if self.in_unit == "px" else FINE) / min(1.0, self.scale)

    @cached_property
    def canvas(self) -> tuple[float, float]:
        """Width and height in layout units."""
        return self.width / self.unit, self.height / self.unit

    @cached_property
    def pixel(self) -> float:
        """The size of a pixel in layout units."""
        return 1 / (self.unit * self.scale)

    @cached_property
    def reading(self) -> float:
        """The size of a pixel as it is read: sharper screens have more, not smaller text."""
        return self._least / SMALLEST / self.unit

    def legible(self, size: float) -> float:
        """Return a text size in layout units that is `size` or, on a small canvas, larger."""
        return legible(size, self.reading)

"""What is written beside the equation of a matrix: signs, and names of channels and blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tcviz.boards import matrix_words
from tcviz.boards.panel import Cells, Grid
from tcviz.boards.stage import OPERATOR
from tcviz.boards.surrounded import Surrounded
from tcviz.layer.matrix import Structure
from tcviz.look.ranges import Ranges
from tcviz.look.titles import bias_added, brief
from tcviz.picture.panels import CHANNEL
from tcviz.scene import text
from tcviz.scene.marks import Label, Mark
from tcviz.scene.theme import Theme

NAME_SIZE, NAMES, BESIDE, SIGNED = 14.5, 30.0, 6.0, 12.0
"""Text size of blocks' and sections' names, the room for these beside the vector, and before them,
and around the sign behind them."""


class MatrixNames(Surrounded):
    """A board of an equation, and the words in it."""

    cells: Mapping[str, tuple[Cells, ...]]
    ranges: Ranges
    _structure: Structure
    _theme: Theme

    @property
    def _equation(self) -> tuple[Grid, Grid, Grid]:
        """Where the cells of the matrix and of the two vectors are."""
        matrix, x, y = (self.cells[key][0].grid for key in ("matrix", "x.vector", "y.vector"))
        return matrix, x, y

    def _signs(self) -> Iterator[Mark]:
        """Yield × and =, level with the middle of the shorter side, left of numbers of rows."""
        sign, (matrix, x, _) = self.stage.sign, (grid.rect for grid in self._equation)
        middle = x.y + min(matrix.h, x.h) / 2
        beside = x.right + self._named_width(self._section_words)
        times, equals = (matrix.right + self._left("x")) / 2, (beside + self._left("y")) / 2
        yield from sign("x.vector.0.sign", times, middle, "×")
        yield from sign("y.vector.0.sign", equals, middle, self._equals)

    def _left(self, name: str) -> float:
        """Return where a vector begins, with the numbers of its rows."""
        spot = self.stage.layout.spots[f"{name}.vector", 0]
        return spot.x - spot.left

    @property
    def _equals(self) -> str:
        """What stands between what is multiplied and what comes of it."""
        return f"{brief(bias_added(self.part, self.ranges))} =".strip()

    @property
    def _section_words(self) -> Sequence[str]:
        """The names of the channels' sections of x: the longest beside which the sign has room."""
        if self.part.channels == 1:
            return ()
        _, x, _ = self._equation
        sign = text.width(self._equals, self.look.legible(OPERATOR)) + 2 * SIGNED
        room = self._left("y") - x.rect.right - sign
        choices = [*matrix_words.section_names(self._structure)]
        return next((some for some in choices if self._named_width(some) <= room), choices[-1])

    def _named_width(self, names: Sequence[str]) -> float:
        """Return the width of names beside a vector, with the room before them."""
        size = self.look.legible(NAME_SIZE)
        return max((BESIDE + text.width(name, size, bold=True) for name in names), default=0.0)

    def _names(self) -> Iterator[Mark]:
        """Yield the names of channels: above their grids, blocks and sections."""
        ink = self._theme.ink
        if self.part.channels == 1:
            return
        for name in ("x", "w"):
            for c, panel in enumerate(self.cells.get(name, ())):
                at = panel.grid.x, panel.grid.y - 13 - self.stage.layout.spots[name, c].above
                words = f"channel {self.part.first + c}"
                yield self.stage.label(f"{name}.{c}.name", at, words, CHANNEL, ink=ink,
                                        bold=True, anchor="left")  # fmt: skip
        yield from self._block_names()
        yield from self._section_names()

    def _block_names(self) -> Iterator[Label]:
        """Yield each block's name above it, as far as it has room."""
        structure, (grid, *_) = self._structure, self._equation
        wide, top = (
            structure.block * grid.cell_width,
            grid.y - self.stage.layout.spots["matrix", 0].above,
        )
        for c in range(self.part.channels):
            short = matrix_words.block_name(structure, c)
            choices = (f"{short}, channel {self.part.first + c}", short)
            size = self.stage.look.legible(NAME_SIZE)
            words = next((w for w in choices if text.width(w, size, bold=True) + 8 <= wide), None)
            if words:
                at = grid.x + (c + 0.5) * wide, top - 13
                yield self.stage.label(f"matrix.{c}.name", at, words, NAME_SIZE,
                                        ink=self._theme.ink, bold=True)  # fmt: skip

    def _section_names(self) -> Iterator[Label]:
        """Yield the name of each channel's section of x, right of it."""
        structure, (_, grid, _) = self._structure, self._equation
        high = structure.block * grid.cell_height
        size = self.stage.look.legible(NAME_SIZE)
        if high < 1.2 * size:
            return
        for c, words in enumerate(self._section_words):
            at = grid.rect.right + BESIDE, grid.y + (c + 0.5) * high
            yield self.stage.label(f"x.vector.{c}.name", at, words, NAME_SIZE,
                                    ink=self._theme.ink, bold=True, anchor="left")  # fmt: skip

"""What the matrix view has to place, and where each of it may stand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TypeAlias

from tcviz.picture.panels import CHANNEL, HEADING_GAP, SIZE, TITLE
from tcviz.text import legible, width

MATRIX, X, Y = "matrix", "x.vector", "y.vector"
EQUATION = (MATRIX, X, Y)

Block: TypeAlias = tuple[str, ...]
"""Items side by side."""


@dataclass(frozen=True)
class Item:
    """A panel, or one for `each` channel, of so many rows and columns.

    `em` is the width of its widest number at text size 1.  `title` and `size` stand
    above it, `notes` below; `named` panels have their channel's name above them.
    `reading` is the pixel by which they are kept legible.
    """

    key: str
    shape: tuple[int, int]
    em: float
    title: str
    size: str
    reading: float
    notes: tuple[str, ...] = ()
    named: bool = False
    each: bool = False

    @cached_property
    def heading(self) -> float:
        """Width of title and size."""
        title = width(self.title, legible(TITLE, self.reading), bold=True)
        return max(title, width(self.size, legible(SIZE, self.reading))) + HEADING_GAP

    @cached_property
    def name(self) -> float:
        """Width of a channel's name above a grid."""
        if not (self.named and self.each):
            return 0.0
        return width("channel 00", legible(CHANNEL, self.reading), bold=True)


@dataclass(frozen=True)
class Places:
    """Where the grids stand.

    The kernel ``under`` the matrix or ``left`` of it, the input ``below`` its vector,
    ``under`` the matrix, in one ``stack`` with the kernel or ``left`` of it, the
    output ``below`` its vector, ``right`` of it or ``under`` the matrix.  What is
    nowhere has no grid.
    """

    kernel: str
    input: str
    output: str

    @cached_property
    def columns(self) -> tuple[tuple[Block, ...], ...]:
        """The columns from left to right, each a stack of blocks."""
        at = {"w": self.kernel, "x": self.input, "output": self.output}
        stacks: list[list[Block]] = [
            [("x",)] if self.input == "left" else [],
            [("w",) if self.kernel == "left" else (), ("x",) if self.input == "stack" else ()],
            [(MATRIX,), tuple(key for key in at if at[key] == "under")],
            [(X,), ("x",) if self.input == "below" else ()],
            [(Y,), ("output",) if self.output == "below" else ()],
            [("output",)] if self.output == "right" else [],
        ]
        kept = (tuple(block for block in stack if block) for stack in stacks)
        return tuple(stack for stack in kept if stack)

    def flows(self, key: str) -> bool:
        """Return whether an item's channels stand side by side: below the matrix."""
        return (key, "under") in (("w", self.kernel), ("x", self.input))


ARRANGEMENTS = tuple(
    Places(*places)
    for places in product(
        ("under", "left"), ("below", "under", "stack", "left"), ("below", "right", "under")
    )
    if places[:2] != ("under", "stack")
)
"""Where kernel, input and output may stand, the best loved first."""
LINES = Places("left", "", ""), Places("under", "", "")
"""In one dimension: there the vectors are the input and the output themselves."""

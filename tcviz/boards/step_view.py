"""What views have in common that take a step at a time: each step is shown on a board."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

from tcviz.boards.board import Board
from tcviz.boards.held_panels import Panels
from tcviz.boards.legend import LegendEntry, entries
from tcviz.boards.picture_title import plain
from tcviz.boards.shown import Furniture, Shown
from tcviz.boards.tensor import Tensor
from tcviz.layer.parts import Part, is_named
from tcviz.layer.sizes import element
from tcviz.layer.trace import Trace
from tcviz.look import symbol_words
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.look.titles import apart
from tcviz.scene.frames import Moment
from tcviz.scene.marks import Mark, Scene

SUMMED = "sum done"
"""What is finished is called where operands are filled, too: those are no sums."""


class StepView(ABC):
    """Scenes of a part, a step at a time, on the board for its number of axes.

    A view says what its `arrangements` are by the number of axes, which tensors there are and
    what stands between their panels, and yields what its steps show.
    """

    name: ClassVar[str]
    subtitle: ClassVar[str]
    arrangements: ClassVar[Mapping[int, Panels]]
    zero: str = ""
    """What zeros in what is read are called in a legend; without a name there is none."""
    done: ClassVar[str] = "done"
    """What is finished is called there."""
    amid: ClassVar[bool] = False
    """Whether elements in a row stand above the middle of what they reach, not above its first."""

    def __init__(self, part: Part, look: Look, trace: Trace | range) -> None:
        self._part, self._trace = part, trace
        look = replace(look, legend=look.legend and bool(self.zero))
        dims = part.layer.dims
        self._board = board = board_of(dims)(part, look, self.name, self.arrangements[dims])
        board.hold(self.tensors(part, board.ranges), self.furniture())
        said = self.subtitle.format(element=element(dims), apart=apart(part, amid=self.amid))
        said = plain(said) + symbol_words.read(part) if is_named(part) else said
        self._fixed = board.fixed(said)

    @abstractmethod
    def tensors(self, part: Any, ranges: Ranges) -> Mapping[str, Tensor]:
        """Return what the panels hold, by key."""

    @abstractmethod
    def furniture(self) -> Furniture:
        """Return what stands between the panels and never changes."""

    @abstractmethod
    def shown(self, picks: Sequence[int]) -> Iterator[Shown]:
        """Yield what the picked steps show, in rising order."""

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return len(self._trace)

    def moments(self, picks: Sequence[int], *, settle: bool = True) -> Iterator[Moment]:
        """Yield the moments of the picked steps, in rising order."""
        for shown in self.shown(picks):
            scene = self._scene(shown)
            yield scene, self._scene(shown.settled) if settle else scene

    def overview(self) -> Scene:
        """Return the last step: all of the result is there."""
        return next(self.moments([self.steps - 1], settle=False))[0]

    def _finished(self, shown: Shown, *, alike: bool = False) -> Scene:
        """Return a picture of the whole: nothing is lit, and what is said is a caption.

        Its lines look `alike` where they compare.
        """
        named = (entry for entry in self.roles if entry.state is None)
        marks = [
            *self._fixed,
            *self._board.legend([shown], named, self._fixed),
            *self._board.marks(shown),
        ]
        whole = [*self._board.unenlarged(marks)]
        return self._board.finished(whole, shown.said, alike=alike)

    def _scene(self, shown: Shown) -> Scene:
        marks = [*self._fixed, *self._legend, *self._board.marks(shown)]
        return self._board.scene(marks, shown.number, self.steps, shown.said)

    @cached_property
    def _legend(self) -> tuple[Mark, ...]:
        """The legend of all steps: what occurs at all does so at the ends of its quarters.

        What is seen only while nothing happens is in no still.
        """
        if not self._board.has_legend:
            return ()
        seen = self.shown(sorted({(self.steps - 1) * i // 4 for i in range(5)}))
        return tuple(self._board.legend(seen, self.roles, self._fixed))

    @property
    def roles(self) -> Sequence[LegendEntry]:
        """The roles that a legend names where they occur."""
        return entries(self.zero, self.done)


def board_of(dims: int) -> type[Board]:
    """Return the board for so many axes."""
    match dims:
        case 1:
            from tcviz.boards.rows_board import RowsBoard

            return RowsBoard
        case 3:
            from tcviz.boards.slices_board import SlicesBoard

            return SlicesBoard
        case _:
            return Board

"""What a panel holds: its numbers, how they are written, and in which tint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial
from typing import Any, Literal, TypeAlias

from tcviz.boards.panel import Cells, Values
from tcviz.boards.stage import Painter, ems, headed, lines, tints_end
from tcviz.layer.sizes import size_text, sized
from tcviz.layer.symbols import Wording
from tcviz.picture.depth import Depth
from tcviz.picture.panels import Panel
from tcviz.picture.strips import Strip
from tcviz.scene.frozen import frozen
from tcviz.scene.numbers import Format

Hue: TypeAlias = Literal["channel", "filled", "step", "result", "grey", "grey all over"]
"""A tint: of a channel, of one all over, of the numbers of one step, of the result, or none."""


@frozen(eq=False)
class Tensor:
    """Numbers of a panel: `values` are all that it may show, or the ends between which they lie.

    `scaled` says that there is a legend where they become tints, and `paint` makes other panels
    of them than those in which numbers become tints.  Of what all channels share, `channel` says
    whose they are.  Where the values are ends, `usual` are numbers between them.
    """

    values: Values
    form: Format
    hue: Hue = "channel"
    scaled: bool = False
    paint: Painter | None = None
    channel: int = 0
    usual: Values | None = None

    @cached_property
    def em(self) -> float:
        """The width of the widest number, in text sizes."""
        return ems(self.values, self.form)

    @cached_property
    def lines(self) -> int:
        """On how many lines the highest is."""
        return lines(self.values, self.form)

    @cached_property
    def end(self) -> str:
        """What the right end of its scale stands for, if that is known: names have no tints."""
        tells = self.paint is None and not isinstance(self.form, Wording)
        return tints_end(self.values, self.usual, self.form) if tells else ""

    @property
    def enlarged(self) -> Tensor:
        """The same numbers as a lens shows them."""
        return replace(self, scaled=False, paint=None)

    def painter(self, usually: Callable[..., Cells]) -> Painter:
        """Return what paints it: its own, or what `usually` does."""
        return self.paint or partial(usually, usual=self.usual)

    def headed(self, words: str) -> str:
        """Return words of a heading, with the power of ten that all numbers share."""
        return headed(words, self.form)

    def panel(
        self, key: str, shape: tuple[int, ...], title: str, words: str = "", **more: Any
    ) -> Panel:
        """Return a panel of them; `words` tell what it is if its size alone does not."""
        size = self.headed(words or size_text(shape))
        return Panel(key, shape, self.em, title, size, lines=self.lines, end=self.end, **more)

    def lens(self, of: str, shape: tuple[int, ...], title: str, **more: Any) -> Panel:
        """Return a panel of those of the panel `of` that are lit."""
        return Panel(f"{of}.lens", shape, self.em, self.headed(title), "", enlarges=of,
                     depth=Depth(""), **more)  # fmt: skip

    def lens_piece(self, of: str, count: int, title: str, **more: Any) -> Strip:
        """Return a piece of those of the strip `of` that are lit."""
        return Strip(f"{of}.lens", (1, count), self.em, self.headed(title), "", sign="→",
                     enlarges=of, digits=True, **more)  # fmt: skip

    def lens_strip(self, of: str, count: int, title: str, **more: Any) -> Strip:
        """Return a strip of nothing but those of the strip `of` that are lit."""
        piece = replace(self.lens_piece(of, count, "", **more), title="", sign="")
        return Strip(f"{of}.now", (1, 0), 0.0, self.headed(title), "", pieces=(piece,), **more)

    def strip(self, key: str, count: int, title: str, words: str = "", **more: Any) -> Strip:
        """Return a strip of them."""
        size = self.headed(words or sized((count,)))
        return Strip(key, (1, count), self.em, title, size, lines=self.lines, **more)

    def piece(self, key: str, count: int, title: str, sign: str = "") -> Strip:
        """Return a piece of a strip: its title says all."""
        return Strip(key, (1, count), self.em, self.headed(title), "", sign=sign)

"""What animations and figures share: a layer, a view of it, and a look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from tcviz import views
from tcviz.effort.pictures import Drawn
from tcviz.errors import RequestError, TooSmallError, complaint, quoted
from tcviz.export.formats import BOTH
from tcviz.layer.operands import Operands
from tcviz.layer.sizes import PaddingLike, SizesLike, size_text
from tcviz.look.look import Look
from tcviz.request import inputs
from tcviz.scene import typeset
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Scene
from tcviz.scene.theme import AUTO, AutoTheme, Theme
from tcviz.views.view import View

if TYPE_CHECKING:
    from tcviz.export.stills import AnyFormat
    from tcviz.scene.faces import Font

ALL = "all"
"""In place of a channel: all of them, one after another."""


class Options(TypedDict, total=False):
    """What can be asked of every picture.

    layer : str, layer, or list of them, optional
        Code of any framework, as in `tcviz.layer`, in place of the geometry; arrays are then
        laid out as in that framework.  Or what `tcviz.layer` returns, a `ConvTranspose`, or a
        module of PyTorch.  Several, or a whole model such as ``"decoder.onnx"``, are
        drawn one after another by ``view="chain"``.
    kernel_size, stride, padding, output_padding, dilation, groups
        As in ``torch.nn.ConvTranspose2d``; `padding` may be ``"same"``, ``"valid"`` or, in
        one dimension, ``"causal"``.
    output_size : int or sequence of int, optional
        The output's size: the output_padding that makes it is found.
    layout : str, optional
        How arrays are laid out: ``"torch"``, ``"keras"``, ``"jax"`` or ``"onnx"``.
    dims : int, optional
        Spatial axes: 1, 2 or 3; unsaid it is what the sizes or the arrays have, or 2.
    input_size, in_channels, out_channels, seed
        Of the numbers that are drawn where no arrays are given; without any of them it
        is the article's example where the geometry fits it.
    view : str
        ``"distribution"``, ``"collection"``, ``"convolution"``, ``"matrix"``, ``"input"``,
        ``"kernel"``, ``"grad-input"``, ``"grad-weight"``, ``"grad-bias"``, ``"overlap"`` or
        ``"chain"``.
    grad_output : array_like, shape (C_out, H, W) or (H, W), optional
        The upstream gradient of the views of gradients; drawn where it is not given.
    forward : bool
        The matrix view of the forward convolution, or of the transposed one.
    theme : str or Theme
        A preset's name or a ``.toml`` file; ``"auto"`` is light and dark in one SVG.
    scale : float
        Multiplies the canvas' pixels.
    decimals, title, channels, out_channel, in_channel
        Digits after the point, a title of one's own or ``""`` for none, how many input
        channels are drawn, which output channel is; and of which input channel
        ``"grad-input"`` is.  With ``"all"`` in place of a channel all are drawn in turn,
        and steps count on: a figure without a step is a still of each.
    font : str or Path, optional
        A font file for letters of the title that the shipped one lacks; unsaid they are
        looked for in the installed fonts.
    by : str
        ``"row"`` or ``"column"``: how the matrix view walks through the matrix.
    symbols : bool
        Cells show symbols such as w₀₁ instead of numbers.
    legend : bool
        A line names the roles of cells that occur in the steps, where there is room for it.
    compare : int or sequence of int, optional
        Another kernel size: ``"overlap"`` draws its counts beside, for the same input.
    """

    layer: object
    kernel_size: SizesLike | None
    stride: SizesLike
    padding: PaddingLike | str
    output_padding: SizesLike
    output_size: SizesLike | None
    dilation: SizesLike
    groups: int
    dims: int | None
    input_size: SizesLike | None
    layout: str | None
    in_channels: int | None
    out_channels: int | None
    seed: int | None
    grad_output: Any
    view: str
    forward: bool | None
    theme: str | Theme
    scale: float
    decimals: int | None
    title: str | None
    font: str | Path | Font | None
    channels: int | None
    out_channel: int | str
    in_channel: int | str
    by: str
    symbols: bool
    legend: bool
    compare: SizesLike | None


@frozen(shown=False)
class Picture:
    """A picture that has been asked for; nothing is computed before it is needed."""

    plan: inputs.Plan
    view: str
    look: Look
    out_channel: int | str
    in_channel: int | str

    def __repr__(self) -> str:
        """Return a line: what is drawn, how many steps or stills, and how large."""
        measures = *self._measures(), size_text(self.size)
        of = f"{self.view} view of {self.plan.layer}"
        return f"<{type(self).__name__}: {', '.join([of, *measures])}>"

    def _measures(self) -> Iterator[str]:
        """Yield what a line about the picture says besides its view and its size."""
        yield from ()

    @property
    def alt(self) -> str:
        """What it shows, in words, for those who do not see it.

        >>> from tcviz import animate
        >>> print(animate(first=1).alt.partition(". ")[0])
        Transposed convolution: each input element spreads itself over the output
        """
        from tcviz.api.alt import words

        return words(self.plan, self.view, self.look.title, self._extent, self.look.chain)

    @property
    def _extent(self) -> str:
        """How much of it there is, behind what it is of."""
        return ""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return round(self.look.width * self.look.scale), round(self.look.height * self.look.scale)

    @property
    def steps(self) -> int:
        """How many steps the view has, of all channels that are drawn in turn."""
        return self._each * (self.turns or 1)

    @property
    def _each(self) -> int:
        """How many steps one channel has."""
        if self.look.chain:
            return prod(self.look.chain.sizes[-1])
        return views.steps(self.view, self.plan, self.look.by)

    @property
    def turns(self) -> int | None:
        """How many channels are drawn in turn, None where one is drawn."""
        if self.out_channel == ALL:
            return self.plan.out_channels
        return self.plan.in_channels if self.in_channel == ALL else None

    @cached_property
    def operands(self) -> Operands:
        """The layer with its arrays."""
        return self.plan.make().addable()

    @cached_property
    def drawn(self) -> View:
        """The view of the chosen channel, or of all of them."""
        made, read = self.out_channel, self.in_channel
        if isinstance(made, str) or isinstance(read, str):
            return views.in_turn(self.view, self.operands, self.look, self._each)
        return views.build(self.view, views.part(self.view, self.operands, made, read), self.look)

    def check_letters(self) -> None:
        """Raise RequestError if no font here has a letter of the title: it cannot be painted."""
        title = typeset.bounded((self.look.chrome and self.look.title) or "")
        if not typeset.is_plain(title):
            typeset.checked(typeset.typeset(title, bold=True, font=self.look.font))

    def check_theme(self, form: AnyFormat) -> None:
        """Raise RequestError if a format can hold one theme only, and two are asked for."""
        if isinstance(self.look.theme, AutoTheme) and not form.themes:
            allowed, hint = f"one theme in {form.name}", f"{BOTH} holds both"
            raise RequestError(complaint("theme", quoted(AUTO), allowed, hint=hint))

    def lay_out(self) -> None:
        """Raise TooSmallError if what is drawn has no room, in any of several channels."""
        from tcviz.views.turns import Turns

        if isinstance(self.drawn, Turns):
            self.drawn.lay_out()

    def shown(
        self, picks: Sequence[int] | None, *, tweens: int = 0, form: str | None = None,
        aligned: bool = False,
    ) -> Drawn:  # fmt: skip
        """Return what drawing these steps takes, or the finished pictures for None; see `Drawn`."""
        plan, turns = self._largest, self.turns or 1
        each = self._each
        visited = turns if picks is None or aligned else len({pick // each for pick in picks})
        summed = views.summed(self.view, plan)
        pictures = turns if picks is None else len(picks)
        pixels = prod(self.size)
        return Drawn(
            plan,
            self.view,
            summed,
            turns,
            visited,
            aligned,
            pictures,
            tweens,
            pixels,
            self.look.symbols,
            form,
        )

    @property
    def _largest(self) -> inputs.Plan:
        """The plan with the larger kernel of two that are compared, or of a chain's last layer."""
        if self.look.chain:
            *_, size, _ = self.look.chain.sizes
            return replace(self.plan, layer=self.look.chain.layers[-1], input_size=size)
        layer, other = self.plan.layer, self.look.compare
        if other is None or prod(other) < prod(layer.kernel_size):
            return self.plan
        return replace(self.plan, layer=layer.with_kernel(other))

    def overviews(self) -> Iterator[Scene]:
        """Yield the finished picture of each channel that is drawn."""
        from tcviz.views.turns import Turns

        drawn = self.drawn
        yield from drawn.overviews() if isinstance(drawn, Turns) else [drawn.overview()]


def check_room(shown: Picture, hint: str | None = None) -> None:
    """Raise TooSmallError if text cannot be read on the canvas; the smallest that works is named.

    Whether the panels have room is seen when they are laid out.
    """
    try:
        if shown.look.is_unreadable:
            next(shown.drawn.moments([0], settle=False))
    except TooSmallError as error:
        raise TooSmallError(error.what, error.allowed, hint or error.hint) from None

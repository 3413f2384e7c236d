"""What animations and figures share: a layer, a view of it, and a look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict
from unicodedata import normalize

from tcviz import models, views
from tcviz.effort.loads import check_cells
from tcviz.effort.pictures import MAX_CELLS, Drawn
from tcviz.engine.arrays import as_array
from tcviz.errors import RequestError, TooSmallError, complaint, quoted, quoted_path
from tcviz.errors.notes import note
from tcviz.layer import foreign
from tcviz.layer.operands import Operands
from tcviz.layer.sizes import PaddingLike, SizesLike
from tcviz.request import inputs, limits
from tcviz.request.article import EXAMPLES
from tcviz.request.canvas import Canvas
from tcviz.request.limits import checked
from tcviz.request.options import NAMED
from tcviz.scene import text, theme, typeset
from tcviz.scene.marks import Scene
from tcviz.scene.theme import AUTO, AutoTheme, Theme
from tcviz.views.look import Look
from tcviz.views.view import View

if TYPE_CHECKING:
    from tcviz.frameworks.pasted import PastedLayer
    from tcviz.layer.chain import Chain
    from tcviz.scene.faces import Font

Arrays: TypeAlias = tuple[Any, Any, Any]
ALL = "all"
"""In place of a channel: all of them, one after another."""


class Options(TypedDict, total=False):
    """What can be asked of every picture.

    layer : str or PastedLayer, or sequence of them, optional
        Code of any framework, as in `tcviz.layer`, in place of the geometry; arrays are then
        laid out as in that framework.  Several, or a whole model such as ``"decoder.onnx"``, are
        drawn one after another by ``view="chain"``; PyTorch's modules may be among them.
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

    layer: str | PastedLayer | Sequence[str | PastedLayer | object] | None
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


_LOOKS = ("theme", "decimals", "title", "font", "channels", "by", "symbols", "legend")


@dataclass(frozen=True, repr=False)
class Picture:
    """A picture that has been asked for; nothing is computed before it is needed."""

    plan: inputs.Plan
    view: str
    look: Look
    out_channel: int | str
    in_channel: int | str

    def __repr__(self) -> str:
        """Return a line: what is drawn, how many steps or stills, and how large."""
        measures = *self._measures(), "×".join(map(str, self.size))
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

    def check_theme(self, form: str, name: str) -> None:
        """Raise RequestError if a format can hold one theme only, and two are asked for."""
        if isinstance(self.look.theme, AutoTheme) and form != "svg":
            allowed = f"one theme in {name}"
            raise RequestError(complaint("theme", quoted(AUTO), allowed, hint="SVG holds both"))

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


def picture(
    arrays: Arrays, options: dict[str, Any], canvas: Canvas, *, chrome: bool = True
) -> Picture:
    """Return the picture of ``(x, weight, bias)`` with these `Options`; nothing is made yet.

    Raises
    ------
    RequestError
        If anything does not fit, before any work is done.
    """
    left = dict(options)
    view = _words("view", left.pop("view", NAMED["view"].default))
    forward = checked("forward", left.pop("forward", None))
    example = views.example(view, forward=forward)
    asked, chain, cell = left.get("layer"), None, left.pop("cell", None)
    if views.entry(view).bare and models.is_chain(asked):
        arrays, left, chain = _chained(arrays, left)
    else:
        left["layer"] = _alone(asked, view)
        arrays, left = models.opened(arrays, left)
    looks = {name: left.pop(name) for name in _LOOKS if name in left}
    pasted, arrays, left = _unpasted(arrays, left, forward=EXAMPLES[example].forward)
    if pasted:
        told = {} if chain else {"title": pasted.call, "whose": pasted.by}
        looks = told | {name: value for name, value in looks.items() if value is not None}
    else:
        arrays, left = _opened(arrays, left, forward=EXAMPLES[example].forward)
    made, read = (left.pop(name, NAMED[name].default) for name in ("out_channel", "in_channel"))
    compare = left.pop("compare", NAMED["compare"].default)
    left.pop("scale", None)  # the canvas has it
    backward = views.entry(view).gradient is not None
    plan = inputs.plan(**dict(zip(("input", "weight", "bias"), arrays, strict=True)),
                       **left, example=example, backward=backward)  # fmt: skip
    look = _look(canvas, chrome=chrome, **looks)
    views.steps(view, plan)  # refuses a number of axes that it cannot draw
    made = _channel("out_channel", made, plan.out_channels)
    read = _channel("in_channel", read, plan.in_channels)
    views.check(view, out_channel=made, in_channel=read,
                grad_output=plan.grad_output is not None, symbols=look.symbols,
                dims=plan.layer.dims, by=look.by)  # fmt: skip
    if views.entry(view).bare:
        from tcviz.layer.chain import Chain

        chain = chain or Chain((plan.layer,), plan.input_size)
        check_cells("output", chain.sizes[-1], MAX_CELLS, "use a smaller --input-size")
        look = replace(look, chain=chain)
    if cell is not None:
        look = replace(look, cell=views.cell(view, look.chain, cell, plan.layer.dims))
    if compare is not None:
        kernel = views.compared(view, plan, compare, symbols=look.symbols)
        look = replace(look, compare=kernel)
    return Picture(plan, view, look, made, read)


def _unpasted(
    arrays: Arrays, options: dict[str, Any], *, forward: bool
) -> tuple[PastedLayer | None, Arrays, dict[str, Any]]:
    """Return a layer that was pasted, if there is one, and what is left to be said beside it."""
    if options.get("layer") is None and arrays[1] is None:  # what reads them need not be there
        return None, arrays, {name: said for name, said in options.items() if name != "layer"}
    from tcviz.frameworks import opening

    pasted, arrays = opening.taken(arrays, options)
    if pasted:
        options = opening.opened(pasted, arrays, options, forward=forward)
    return pasted, arrays, options


def _chained(
    arrays: Arrays, options: dict[str, Any]
) -> tuple[Arrays, dict[str, Any], Chain | None]:
    """Return arrays and options with the first of several layers in them, and all of these."""
    for name, array in zip(("input", "weight", "bias"), arrays, strict=True):
        if array is not None:
            what = "given with several layers"
            raise RequestError(complaint(name, what, "none: cells are drawn, not numbers"))
    if options.get("output_size") is not None:
        what = f"{quoted(options['output_size'])}, with several layers"
        raise RequestError(complaint("output_size", what, "what each layer makes"))
    said = {name: options[name] for name in models.UNSAID if name in options}
    from tcviz.models import stages

    found = stages.stages(options["layer"], said)
    chain = stages.chain(found, options.get("input_size"))
    left = {n: v for n, v in options.items() if not (found[0].guessed and n in said)}
    # What is drawn is alike in all channels.
    first = replace(found[0].layer, groups=1, in_channels=None, out_channels=None)
    left |= {"layer": first, "input_size": chain.input_size, "layout": None}
    return arrays, left, chain if len(found) > 1 else None


def _alone(layer: Any, view: str) -> Any:
    """Return the only layer of a list of one; refuse several."""
    if not isinstance(layer, list | tuple):
        return layer
    if len(layer) != 1:
        what = f"{len(layer)} of them, with view {view!r}"
        able = ", ".join(name for name, row in views.VIEWS.items() if row.bare)
        raise RequestError(complaint("layer", what, f"one; several with view {able}"))
    return layer[0]


def _opened(
    arrays: Arrays, options: dict[str, Any], *, forward: bool
) -> tuple[Arrays, dict[str, Any]]:
    """Return ``(x, weight, bias)`` and options with a layer's own in place of the layer."""
    x, weight, bias = arrays
    if not foreign.is_layer(weight):
        return arrays, options
    own = foreign.opened(weight, bias, options, forward=forward)
    kernels = as_array(own.weight, "weight")
    kernel = options.get("kernel_size")
    if kernel is None:  # its own is said: of a layer's layout there is no doubt
        kernel = kernels.shape[2:] or None
    said = options | own.geometry | {"kernel_size": kernel}
    return (x, kernels, own.bias), {"dims": kernels.ndim - 2} | said


def _channel(name: str, value: Any, count: int) -> int | str:
    """Return a channel's number, or that all are meant."""
    if isinstance(value, str):
        if value != ALL:
            raise RequestError(complaint(name, quoted(value), f"0 to {count - 1}, or {ALL}"))
        return ALL
    return limits.whole(name, value, 0, count - 1)


def _look(
    canvas: Canvas,
    *,
    chrome: bool,
    theme: str | Theme = "light",
    decimals: int | None = None,
    title: str | None = None,
    font: str | Path | Font | None = None,
    channels: int | None = None,
    by: str = "row",
    symbols: bool = False,
    legend: bool = True,
    whose: str = "",
) -> Look:
    digits, drawn = checked("decimals", decimals), checked("channels", channels)
    if title is not None:  # composed: the font has é, but no accent by itself
        title = text.check(normalize("NFC", _words("title", title)), "title").strip()
    return Look(
        _theme(theme), canvas.width, canvas.height, canvas.scale, digits, title, drawn,
        symbols=checked("symbols", symbols), chrome=chrome, in_unit=canvas.unit,
        font=_font(font, title), legend=checked("legend", legend), by=checked("by", by),
        whose=whose,
    )  # fmt: skip


def _font(given: str | Path | Font | None, title: str | None) -> Font | None:
    """Return the font that is asked for; note where no letter of the title needs it."""
    if given is None:
        return None
    from tcviz.scene import faces

    font = given if isinstance(given, faces.Font) else faces.load(_words("font", given))
    if typeset.is_plain(title or ""):
        words = f"font is {quoted_path(font.path)}, which does nothing"
        note(f"{words}: no letter of the title needs it")
    return font


def _theme(name: str | Theme) -> Theme:
    return theme.checked(name) if isinstance(name, Theme) else theme.load(_words("theme", name))


def check_room(shown: Picture, hint: str | None = None) -> None:
    """Raise TooSmallError if text cannot be read on the canvas; the smallest that works is named.

    Whether the panels have room is seen when they are laid out.
    """
    try:
        if shown.look.is_unreadable:
            next(shown.drawn.moments([0], settle=False))
    except TooSmallError as error:
        raise TooSmallError(error.what, error.allowed, hint or error.hint) from None


def _words(name: str, value: Any) -> str:
    if not isinstance(value, str | Path):
        raise RequestError(complaint(name, quoted(value), "text"))
    return str(value)

"""What a picture takes: its numbers, its first layout, and every frame from there on."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tcviz.effort.loads import (
    FEWER,
    MAX_NUMBERS,
    SMALLER,
    Load,
    check,
    check_cells,
    duration,
    spoken,
)
from tcviz.errors import TooLargeError, complaint
from tcviz.layer.sizes import Sizes

if TYPE_CHECKING:
    from tcviz.layer.geometry import ConvTranspose

MAX_FRAMES = 20_000
MAX_CELLS = 4_000_000
"""Cells of one column of panels: many times its pixels, and seconds for a frame."""
MAX_PAGES = 1_000
"""Stills of one figure; most are read one by one."""
MAX_PAGE = 32_000_000
"""Bytes of a page that a browser opens without a pause."""
MAX_DRAWN = 4_000_000
"""Bytes of an animated SVG, all of which a browser looks after at once."""
MAX_REPEATED = 216_000
"""Frames of a video of a constant rate, most of which are nothing new: an hour at 60 a second."""
FRAME_BYTES = 4_000
"""About what a frame of 1280×720 takes in a file."""
MAX_SOUGHT = 300_000
"""Cells up to which the smallest canvas is sought that has room: a dozen layouts."""
MOST_MULTIPLIED = 20_000_000
"""Products up to which it is."""


class WorkPlan(Protocol):
    """What is known of a request before any array is made: see `tcviz.request.inputs.Plan`."""

    @property
    def layer(self) -> ConvTranspose:
        """The geometry."""

    @property
    def forward(self) -> bool:
        """Whether it is the forward convolution."""

    @property
    def backward(self) -> bool:
        """Whether there is an upstream gradient."""

    @property
    def input_size(self) -> Sizes:
        """The input's spatial size."""

    @property
    def output_size(self) -> Sizes:
        """The output's spatial size."""

    @property
    def weight_shape(self) -> Sizes:
        """The weight's shape."""

    @property
    def in_channels(self) -> int:
        """Input channels."""

    @property
    def out_channels(self) -> int:
        """Output channels."""

    @property
    def x(self) -> object:
        """The input, None where it will be drawn."""

    @property
    def weight(self) -> object:
        """The weight, None where it will be drawn."""

    @property
    def grad_output(self) -> object:
        """The upstream gradient, None where it will be drawn, or there is none."""


class Drawn(NamedTuple):
    """What is drawn of a layer.

    Attributes
    ----------
    plan : the layer, and what is known of its numbers
    view : the view's name
    summed : channels that are summed in one picture
    turns : channels that are drawn one after another
    visited : those of them that steps are drawn of
    aligned : whether these are all laid out before the first is drawn
    pictures : stills, or frames that a step begins
    tweens : frames between two steps, of all of them
    pixels : of each
    named : whether cells show names in place of numbers
    form : the format's key; None for the least that any takes
    """

    plan: WorkPlan
    view: str
    summed: int
    turns: int
    visited: int
    aligned: bool
    pictures: int
    tweens: int
    pixels: int
    named: bool = False
    form: str | None = None


PAINTING = {
    "png": (15, 15), "apng": (15, 15), "webp": (60, 60), "mp4": (20, 95), "webm": (80, 95),
}  # fmt: skip
"""Nanoseconds that a pixel of each frame takes, and bytes that a pixel takes once, by format."""
PLAIN = 6, 14
"""Of the other formats."""
TAPS = {"matrix": 40_000}
"""Nanoseconds for a tap of the kernel, in views that do not walk through all at once."""
IMAGE = 12_000_000
"""Bytes of the images on one page of a PDF, which is written in one piece."""


def check_picture(name: str, drawn: Drawn) -> None:
    """Raise TooLargeError if a picture's arrays, or all that is done for it, are too much."""
    check_arrays(drawn)
    check(name, of_picture(drawn))


def check_arrays(drawn: Drawn) -> None:
    """Raise TooLargeError if panels or drawn numbers would be too many."""
    plan, smaller = drawn.plan, f"{SMALLER}: no picture shows so many"
    check_cells("padded result", (drawn.summed, *wide_size(plan)), MAX_CELLS, smaller)
    if plan.x is None:
        check_cells("input", (plan.in_channels, *plan.input_size), MAX_NUMBERS, smaller)
    if plan.weight is None:
        check_cells("weight", plan.weight_shape, MAX_NUMBERS, "use fewer channels")
    if plan.backward:
        check_cells("grad_output", (plan.out_channels, *plan.output_size), MAX_CELLS, smaller)


def of_picture(drawn: Drawn) -> Iterator[Load]:
    """Yield what a picture takes: its numbers, its first layout, and each frame from there."""
    yield from _numbers(drawn.plan)
    yield from _layout(drawn)
    if drawn.turns > 1:
        yield from _turns(drawn)
    yield from _frames(drawn)


def _layout(drawn: Drawn) -> Iterator[Load]:
    """Yield what one layout takes, with all that is computed for it."""
    plan, summed = drawn.plan, drawn.summed
    kernel, field = _kernel(drawn), summed * prod(stretched_size(plan))
    yield Load("products", _products(drawn), 30, hint="use a smaller --kernel-size or --input-size")
    yield Load("cells of padded results", _wide(drawn), 800, 160)
    yield Load("cells of the input", summed * prod(plan.input_size), 800, 90)
    ticks = 800 + TAPS.get(drawn.view, 0)
    yield Load("cells of the kernel", kernel, ticks, 90, "use a smaller --kernel-size")
    yield Load("cells of the stretched input", field, 100, 16)
    if drawn.named:
        told = "use a smaller --input-size or --kernel-size, or numbers"
        yield Load("products of names", _products(drawn), 3_000_000, 2_000, told)
    yield Load("channels in a sum", summed, 50_000, 500, "use fewer channels")


def _turns(drawn: Drawn) -> Iterator[Load]:
    """Yield what it takes that channels are drawn one after another, alike."""
    one = "choose one channel, as in --out-channel 0"
    yield Load("channels in turn", drawn.turns, 1_500_000 + drawn.summed * 50_000, 2_000, one)
    each = 200_000_000 + duration(_layout(drawn))
    told = not drawn.aligned
    yield Load("layouts of channels", drawn.visited, each, hint=one, told=told)


def _frames(drawn: Drawn) -> Iterator[Load]:
    """Yield what all stills or frames take."""
    few = "use --every or --first" if drawn.tweens else "use --every, --first or fewer --steps"
    cells, frames = 2 * _wide(drawn) + _kernel(drawn), drawn.pictures + drawn.tweens
    kept = min(600 * cells, IMAGE) + 5 * cells if drawn.form == "pdf" else 0
    yield Load("cells in all pictures", drawn.pictures * cells, 60, hint=few, told=True)
    yield Load("frames", frames, 5_000_000, 5_000 + kept, few, told=True)
    ticks, size = PAINTING.get(drawn.form or "", PLAIN)
    yield Load("pixels of all frames", frames * drawn.pixels, ticks, hint=few, told=True)
    yield Load("pixels", drawn.pixels, 200, size, "use a smaller --size, or gif")


def _kernel(drawn: Drawn) -> int:
    return drawn.summed * prod(drawn.plan.layer.kernel_size)


def _wide(drawn: Drawn) -> int:
    return drawn.summed * prod(wide_size(drawn.plan))


def _products(drawn: Drawn) -> int:
    plan = drawn.plan
    return _kernel(drawn) * prod(plan.output_size if plan.forward else plan.input_size)


def may_be_sought(cells: int, products: int) -> bool:
    """Return whether so little is drawn that it may be laid out a dozen times.

    >>> may_be_sought(1000, 9000)
    True
    """
    return cells <= MAX_SOUGHT and products <= MOST_MULTIPLIED


def _numbers(plan: WorkPlan) -> Iterator[Load]:
    """Yield what arrays take: more where they are drawn than where they are given."""
    sizes = {
        "numbers of the input": (plan.x, (plan.in_channels, *plan.input_size)),
        "weights": (plan.weight, plan.weight_shape),
    }
    if plan.backward:
        sizes["numbers of the gradient"] = plan.grad_output, (plan.out_channels, *plan.output_size)
    for name, (given, size) in sizes.items():
        hint = FEWER if name == "weights" else SMALLER
        yield Load(name, prod(size), 30, 24 if given is None else 16, hint)


def wide_size(plan: WorkPlan) -> Sizes:
    """Return the size of the largest panel of a channel."""
    if plan.forward:
        sides = zip(plan.input_size, plan.layer.border, strict=True)
        return tuple(n + sum(border) for n, border in sides)
    return plan.layer.padded_size(plan.input_size)


def stretched_size(plan: WorkPlan) -> Sizes:
    """Return the size of what the collection view's window slides over."""
    sides = zip(plan.output_size, plan.layer.extent, strict=True)
    return tuple(n + extent - 1 for n, extent in sides)


def cells(plan: WorkPlan) -> int:
    """Return how many cells the largest panels of all summed channels have."""
    return plan.in_channels // plan.layer.groups * prod(wide_size(plan))


def check_frames(steps: int, every: int, end: int, tweens: int, pixels: int, cells: int) -> None:
    """Raise TooLargeError if an animation has too many frames.

    Every `every`-th of the steps before `end` is drawn, with so many `tweens` between two.
    Where the panels have too many `cells` as well, fewer steps alone are no way out.
    """
    drawn = -(-end // every)
    frames = drawn + (drawn - 1) * tweens
    if frames > MAX_FRAMES:
        size = spoken(frames * FRAME_BYTES * pixels // (1280 * 720))
        what = f"{steps:,} steps, {frames:,} frames, about {size}"
        most = max(1, MAX_FRAMES // (1 + tweens))
        shorter = "a shorter --transition, " if tweens else ""
        fewer = f"use {shorter}--every {-(-end // most)}, --first {most}"
        hint = f"{fewer} or a smaller --input-size"
        if cells > MAX_CELLS:
            hint = f"{fewer} and a smaller --input-size: {cells:,} cells are too many to draw"
        raise TooLargeError(complaint("animation", what, f"up to {MAX_FRAMES:,} frames", hint=hint))


def check_repeated(seconds: Fraction, fps: int) -> None:
    """Raise TooLargeError if a video of a constant rate would have too many frames.

    >>> check_repeated(Fraction(60), 30)
    """
    if seconds * fps > MAX_REPEATED:
        what = f"{int(seconds * fps):,} frames at a constant rate"
        allowed, hint = f"up to {MAX_REPEATED:,}", "use a lower --fps, or leave --cfr out"
        raise TooLargeError(complaint("animation", what, allowed, hint=hint))


def check_pages(count: int, of: str = "steps", hint: str = "") -> None:
    """Raise TooLargeError if a figure has too many steps, or whatever else it is a still `of`."""
    if count > MAX_PAGES:
        hint = hint or f"choose some, as in --steps 1-{MAX_PAGES}"
        raise TooLargeError(
            complaint("figure", f"{count:,} {of}", f"up to {MAX_PAGES:,}", hint=hint)
        )


def check_page(steps: int, size: int) -> None:
    """Raise TooLargeError if a page of so many steps would be of too many bytes.

    >>> check_page(9, 100_000)
    """
    if size > MAX_PAGE:
        hint = "use --every, --first or a smaller --input-size"
        what = f"{steps:,} steps, about {spoken(size)}"
        raise TooLargeError(complaint("page", what, f"up to {spoken(MAX_PAGE)}", hint=hint))


def check_drawn(steps: int, size: int) -> None:
    """Raise TooLargeError if an animated SVG of so many steps would be of too many bytes.

    >>> check_drawn(9, 100_000)
    """
    if size > MAX_DRAWN:
        hint = "use --every or --first, or mp4, which holds as many as you like"
        what = f"{steps:,} steps, about {spoken(size)}"
        raise TooLargeError(complaint("SVG", what, f"up to {spoken(MAX_DRAWN)}", hint=hint))

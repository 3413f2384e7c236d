"""Views: each turns a trace and a look into moments, one scene per step.

A view is one file with a function ``build(part, look) -> View``, and one row here.  It says which
panels there are, and what each step shows in them; a `board` draws that, for any number of axes.
`board` tells how a view is put together, and the README.md of this package has a worked example.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib import import_module
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from tcviz.effort.loads import check_cells
from tcviz.effort.pictures import MAX_CELLS, may_be_sought
from tcviz.errors import GeometryError, RequestError, TooSmallError, complaint, did_you_mean, quoted
from tcviz.layer.sizes import Sizes, SizesLike, plain, sizes_of
from tcviz.request.spelling import spoken
from tcviz.views.view import View

if TYPE_CHECKING:
    from tcviz.layer.chain import Chain
    from tcviz.layer.operands import Operands
    from tcviz.layer.parts import Part
    from tcviz.look.look import Look
    from tcviz.request.inputs import Plan
    from tcviz.views.turns import Turns


def _one(plan: Plan) -> Sizes:  # noqa: ARG001
    return (1,)


def _input(plan: Plan) -> Sizes:
    return plan.input_size


def _output(plan: Plan) -> Sizes:
    return plan.output_size


class ViewEntry(NamedTuple):
    """What a view shows, where it lives, what it walks through, and its example's name.

    What may be walked through by column has cells of `columns` then.
    There is a picture of it for so many axes as are in `dims`; `forward` is the example of the
    same view of the forward convolution, if it has one, and `gradient` what it is a gradient of,
    if it is one: ``"input"``, ``"weight"`` or ``"bias"``.  What is `compared` with another kernel
    size is drawn in a home of its own.  What is `chained` shows layers after one another: cells,
    whatever their numbers are, and of whichever channels.
    """

    about: str
    home: str
    walks: Callable[[Plan], Sizes]
    example: str = "transposed"
    forward: str | None = None
    function: str = "build"
    columns: Callable[[Plan], Sizes] | None = None
    gradient: str | None = None
    dims: tuple[int, ...] = (1, 2)
    compared: str | None = None
    chained: bool = False


VIEWS = {
    "distribution": ViewEntry(
        "each input element spreads itself over the output",
        "tcviz.views.distribution",
        _input,
        dims=(1, 2, 3),
    ),
    "collection": ViewEntry(
        "each output element gathers what reaches it",
        "tcviz.views.collection",
        _output,
        dims=(1, 2, 3),
    ),
    "convolution": ViewEntry(
        "the ordinary convolution, which this one transposes",
        "tcviz.views.convolution",
        _output,
        "convolution",
        "convolution",
    ),
    "matrix": ViewEntry(
        "a sparse matrix times the flattened input",
        "tcviz.views.matrix",
        _output,
        "matrix",
        "convolution",
        columns=_input,
    ),
    "input": ViewEntry(
        "the input by itself",
        "tcviz.views.operands",
        _one,
        function="build_input",
    ),
    "kernel": ViewEntry(
        "the kernel by itself",
        "tcviz.views.operands",
        _one,
        function="build_kernel",
    ),
    "grad-input": ViewEntry(
        "where the gradient of the input comes from",
        "tcviz.views.grad_input",
        _input,
        gradient="input",
    ),
    "grad-weight": ViewEntry(
        "where the gradient of the weight comes from",
        "tcviz.views.grad_weight",
        _input,
        gradient="weight",
    ),
    "grad-bias": ViewEntry(
        "where the gradient of the bias comes from",
        "tcviz.views.grad_bias",
        _output,
        gradient="bias",
    ),
    "overlap": ViewEntry(
        "how many input elements reach each output cell",
        "tcviz.views.overlap",
        _input,
        dims=(1, 2, 3),
        compared="tcviz.views.overlap_compared",
    ),
    "chain": ViewEntry(
        "what an output cell depends on, layer by layer",
        "tcviz.views.chain",
        _output,
        chained=True,
    ),
}

NAMED_DIMS = 1, 2
"""In slices there is no room for names: some numbers of axes have pictures of them."""


def entry(name: str) -> ViewEntry:
    """Return a view's row.

    Raises
    ------
    RequestError
        If there is no such view.
    """
    if name not in VIEWS:
        raise RequestError(
            complaint("view", quoted(name), ", ".join(VIEWS), hint=did_you_mean(name, VIEWS))
        )
    return VIEWS[name]


def example(name: str, *, forward: bool | None = None) -> str:
    """Return the name of a view's example, the forward one where that is asked for.

    Raises
    ------
    RequestError
        If the view does not show the direction asked for.

    >>> example("matrix"), example("matrix", forward=True)
    ('matrix', 'convolution')
    """
    row = entry(name)
    transposed = None if row.example == row.forward else row.example
    found = {None: row.example, True: row.forward, False: transposed}[forward]
    if found is None:
        able = ", ".join(n for n, r in VIEWS.items() if r.forward or not forward)
        flag = "--forward" if forward else "--transposed"
        raise RequestError(complaint(flag, f"given with view {name!r}", f"with {able}"))
    return found


def steps(name: str, plan: Plan, by: str = "row") -> int:
    """Return how many steps a view takes, from sizes alone.

    >>> from tcviz.request.inputs import plan
    >>> steps("collection", plan(stride=2, padding=1))
    25
    """
    row, dims = entry(name), plan.layer.dims
    if dims not in row.dims:
        allowed = " or ".join(map(str, row.dims))
        raise RequestError(complaint("dims", f"{dims}, with view {name!r}", allowed))
    walks = row.columns if row.columns and by == "column" else row.walks
    return prod(walks(plan))


def summed(name: str, plan: Plan) -> int:
    """Return how many channels one picture of a view sums."""
    if entry(name).chained:
        return 1
    back = entry(name).gradient == "input"
    return (plan.out_channels if back else plan.in_channels) // plan.layer.groups


def check(
    name: str, *, out_channel: int | str, in_channel: int | str, grad_output: bool, symbols: bool,
    dims: int = 2, by: str = "row",
) -> None:  # fmt: skip
    """Refuse what the view called `name` has no use for.

    Raises
    ------
    RequestError
        If a channel, an upstream gradient, symbols or columns are asked for in vain.
    """
    of, row = f"given with view {name!r}", entry(name)
    gradients = [n for n, r in VIEWS.items() if r.gradient]
    if grad_output and not row.gradient:
        raise RequestError(complaint("grad_output", of, f"with {', '.join(gradients)}"))
    if by != "row" and not row.columns:
        able = ", ".join(n for n, r in VIEWS.items() if r.columns)
        raise RequestError(complaint("by", f"{by!r}, {of}", f"with {able}"))
    if out_channel and row.chained:
        raise RequestError(complaint("out_channel", f"{out_channel}, {of}", "0: all are alike"))
    if symbols and (row.gradient or row.chained):
        able = ", ".join(n for n, r in VIEWS.items() if not (r.gradient or r.chained))
        raise RequestError(complaint("symbols", f"asked for with view {name!r}", f"with {able}"))
    if symbols and dims not in NAMED_DIMS:
        raise RequestError(complaint("symbols", f"asked for with dims {dims}", "with dims 1 or 2"))
    if in_channel and row.gradient != "input":
        raise RequestError(complaint("in_channel", f"{in_channel}, {of}", "with grad-input"))
    if out_channel and row.gradient == "input":
        hint = "in_channel says which input channel is drawn"
        what = f"{out_channel}, {of}"
        raise RequestError(complaint("out_channel", what, "0: all are summed", hint=hint))


def compared(name: str, plan: Plan, kernel: SizesLike, *, symbols: bool) -> Sizes:
    """Return the kernel size that the view called `name` is asked to compare.

    Raises
    ------
    RequestError
        If the view compares none, or no output is left with it, or one that is too large.
    """
    sizes = sizes_of("compare", plain(kernel), plan.layer.dims, 1)
    said = spoken(sizes if len(set(sizes)) > 1 else sizes[0])
    if not entry(name).compared:
        able = ", ".join(n for n, row in VIEWS.items() if row.compared)
        raise RequestError(
            complaint("compare", f"{said}, given with view {name!r}", f"with {able}")
        )
    if symbols:
        raise RequestError(complaint("symbols", "asked for with compare", "one of them"))
    try:
        size = plan.layer.with_kernel(sizes).output_size(plan.input_size)
    except GeometryError:
        allowed = "a kernel with which an output is left"
        raise RequestError(complaint("compare", said, allowed)) from None
    check_cells("compared output", size, MAX_CELLS, "use a smaller --compare")
    return sizes


def cell(name: str, chain: Chain | None, asked: SizesLike, dims: int) -> Sizes:
    """Return the output cell that the view called `name` is asked for.

    Raises
    ------
    RequestError
        If the view shows no cell by itself, or there is no such cell.
    """
    found = sizes_of("cell", plain(asked), dims, 0)
    if chain is None:
        able = ", ".join(n for n, row in VIEWS.items() if row.chained)
        what = f"{quoted(plain(asked))}, given with view {name!r}"
        raise RequestError(complaint("cell", what, f"with {able}"))
    chain.check_cell(found)
    return found


def part(name: str, operands: Operands, out_channel: int = 0, in_channel: int = 0) -> Part:
    """Return what the view called `name` shows of the operands."""
    from tcviz.layer import parts

    row = entry(name)
    if row.chained:
        from tcviz.layer import chained

        return chained.chained(parts.part(operands))
    if not row.gradient:
        return parts.part(operands, out_channel)
    from tcviz.layer import gradients

    match row.gradient:
        case "input":
            return gradients.of_input(operands, in_channel)
        case "weight":
            return gradients.of_weight(operands, out_channel)
        case _:
            return gradients.of_bias(operands, out_channel)


def in_turn(name: str, operands: Operands, look: Look, each: int) -> Turns:
    """Return the view called `name` of all channels that it can draw, one after another.

    Each has `each` so many steps.  They are the output channels, but the input
    channels where the gradient of the input is drawn.
    """
    from tcviz.layer.magnitudes import magnitudes
    from tcviz.views import turns

    back = entry(name).gradient == "input"
    return turns.in_turn(
        partial(build, name),
        lambda channel: part(name, operands, channel, channel),
        look,
        operands.in_channels if back else operands.out_channels,
        each,
        side="input" if back else "output",
        measured=partial(magnitudes, compare=look.compare) if name == "overlap" else None,
    )


def build(name: str, part: Part, look: Look) -> View:
    """Return the view called `name` of one output channel, in the colours of the look's theme.

    Raises
    ------
    TooSmallError
        If its canvas is; the smallest that works is named, where the search is no long one.
    """
    from tcviz.scene.roles import ROLES, Coloured

    return Coloured(sketch(name, part, replace(look, theme=ROLES)), look.theme)


def sketch(name: str, part: Part, look: Look) -> View:
    """Return the view called `name` as it is before a theme colours it: it serves all themes.

    Raises
    ------
    TooSmallError
        If its canvas is; the smallest that works is named, where the search is no long one.
    """
    drawn = _maker(name, part, look)
    cells = part.x.size + part.weight.size + prod(part.output_size)
    sought = may_be_sought(cells, part.x.size * prod(part.layer.kernel_size))
    if look.is_unreadable:
        from tcviz.views import smallest

        raise smallest.refusal(drawn, look, "too small for text", sought=sought)
    try:
        return drawn(look)
    except TooSmallError as error:
        from tcviz.views import smallest

        raise smallest.refusal(drawn, look, error.what, error.hint, sought=sought) from None


def sketch_if_fits(name: str, part: Part, look: Look) -> View | None:
    """Return what `sketch` does, or None at once where the canvas is too small for it."""
    try:
        return None if look.is_unreadable else _maker(name, part, look)(look)
    except TooSmallError:
        return None


def _maker(name: str, part: Part, look: Look) -> Callable[[Look], View]:
    """Return what lays a view out, with a look like this one on a canvas of any size."""
    from tcviz.views import map_place

    if look.symbols:
        from tcviz.layer.symbols import named

        part = named(part)
    row = entry(name)
    home = row.compared if row.compared and look.compare else row.home
    make = getattr(import_module(home), row.function)
    return partial(map_place.with_map, part, make=partial(make, part))

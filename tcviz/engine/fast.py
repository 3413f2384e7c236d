"""The fast path: one matrix product for all output cells that read alike.

Phases of the output (see `phases`) with the same shifts share one gathered table of
x and one product, which makes each output cell once.  The usual other way, one
product for all taps whose results are then added up tap by tap, writes more and
rereads it: it took 1.4 to 4 times as long on decoder layers of batch 8.  Where the
kernel is large and the cells of x are few, it is far less work (see `work`).
"""

from __future__ import annotations

from math import ceil, prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from tcviz.effort import loads
from tcviz.engine.arrays import as_array
from tcviz.engine.by_window import forward_by_window
from tcviz.engine.phases import PhaseGrid, Phases, Shifts, alike
from tcviz.engine.prepared import Prepared, at, prepare, quiet
from tcviz.engine.work import NARROWEST, gathers
from tcviz.errors import DataError, complaint
from tcviz.errors.keywords import told
from tcviz.layer import foreign
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.operands import Array
from tcviz.layer.sizes import MAX_DIMS, PaddingLike, SizesLike

SUMS_AT_ONCE = 2**18
"""Sums made before they are moved to the output: few enough to be still in the cache."""

TABLE = 2**18
"""Numbers gathered before they are multiplied, for the same reason."""

LENT = 2**22
"""Numbers in a piece of memory so large that a C library returns it in any case."""


@told()
def conv_transpose(
    x: Any,
    weight: Any,
    bias: Any = None,
    *,
    stride: SizesLike | None = None,
    padding: PaddingLike | str | None = None,
    output_padding: SizesLike | None = None,
    dilation: SizesLike | None = None,
    groups: int | None = None,
) -> Array:
    """Return the transposed convolution of `x` in one to three dimensions.

    The numbers of ``torch.nn.functional.conv_transpose1d``, ``2d`` and ``3d``; the
    dimensions are those of `weight`.

    Parameters
    ----------
    x : array_like, shape (N, C_in, *input_size) or (C_in, *input_size)
        Whatever holds numbers: arrays, nested lists, tensors of PyTorch on any device.
    weight : array_like, shape (C_in, C_out/groups, *kernel_size), or layer
        A ``torch.nn.ConvTranspose2d``, or anything with its attributes, brings weight,
        bias and geometry.
    bias : array_like, shape (C_out,), optional
    stride, padding, output_padding, dilation, groups
        As in `tcviz.ConvTranspose`, with its defaults: `padding` may differ per side.

    Returns
    -------
    array, shape (N, C_out, *output_size) or (C_out, *output_size)
        Of the operands' common type.  Integers are exact, truth values count as 0 and 1;
        float16 is added as float32 and rounded once, and bfloat16 becomes float32.

    Raises
    ------
    RequestError
        If types or shapes do not fit, the parameters do not make an output, integers outgrow
        their type, or the output would have more cells than there is memory for.

    Examples
    --------
    >>> conv_transpose([[1, 10]], [[[1, 2, 3]]], stride=2)
    array([[ 1,  2, 13, 20, 30]])
    >>> x, weight = np.ones((8, 3, 5, 5)), np.ones((3, 6, 4, 4))
    >>> conv_transpose(x, weight, stride=2, padding=1).shape
    (8, 6, 10, 10)
    """
    layer, weight, bias = asked(
        weight, bias, stride=stride, padding=padding, output_padding=output_padding,
        dilation=dilation, groups=groups,
    )  # fmt: skip
    with loads.memory("conv_transpose"):
        return fast(layer, x, weight, bias)


def asked(weight: Any, bias: Any, **geometry: Any) -> tuple[ConvTranspose, Array, Any]:
    """Return layer, weight and bias, of a layer in the weight's place or of the `geometry`.

    >>> layer, weight, _ = asked([[[1, 2, 3]]], None, stride=2, padding=None)
    >>> layer.output_size(2), weight.shape
    ((5,), (1, 1, 3))
    """
    if foreign.is_layer(weight):
        weight, bias, geometry = foreign.opened(weight, bias, geometry, forward=False)
    elif hasattr(weight, "conv_transpose"):  # code has no weights
        what, hint = f"{weight}, which is code", "its own conv_transpose takes x and a weight"
        raise DataError(complaint("weight", what, "numbers, or a layer that has some", hint=hint))
    kernels = as_array(weight, "weight")
    if not 1 <= kernels.ndim - 2 <= MAX_DIMS:
        allowed = f"(C_in, C_out/groups, *kernel_size) with 1 to {MAX_DIMS} spatial axes"
        raise DataError(complaint("weight.shape", kernels.shape, allowed))
    said = {name: value for name, value in geometry.items() if value is not None}
    return ConvTranspose(kernels.shape[2:], **said), kernels, bias


def fast(
    layer: ConvTranspose, x: ArrayLike, weight: ArrayLike, bias: ArrayLike | None = None
) -> Array:
    """Return the transposed convolution `layer` of `x`; see `conv_transpose`.

    >>> fast(ConvTranspose(3, stride=2, dims=1), [[1, 10]], [[[1, 2, 3]]])
    array([[ 1,  2, 13, 20, 30]])
    """
    given = prepare(layer, x, weight, bias, float64_for_integers=True)
    # Beside x are zeros, which infinite weights would make NaN of.
    finite = given.dtype.kind != "f" or np.isfinite(given.weight).all()
    gather = finite and gathers(layer, given.x.shape, given.weight.shape, backward=False)
    way = forward_by_gathering if gather else forward_by_window
    with quiet():
        return given.finish(way(layer, given))


class Task(NamedTuple):
    """One product: where its operand is gathered, its weights, and where its sums go.

    Attributes
    ----------
    starts : where each tap starts to read the flat x
    weight : shape (groups, phases·C_out/groups, taps·C_in/groups + 1), the bias last
    phases : the phases of the output that it makes
    """

    starts: list[int]
    weight: Array
    phases: list[Phases]


class ForwardRoom(NamedTuple):
    """Memory that all tasks use in turn.

    Attributes
    ----------
    flat : shape (groups, C_in/groups + 1, front + N·cells), x and a row of ones for the bias
    table : what a task gathers
    sums : what a task makes
    """

    flat: Array
    table: Array
    sums: Array


def forward_by_gathering(layer: ConvTranspose, given: Prepared) -> Array:
    """Return the sums, ``(N, groups, C_out/groups, *output_size)``, of a finite weight.

    They are made for so many items of the batch at once as the cache holds.
    """
    grid = PhaseGrid.of(layer, given.input_size)
    found = alike(layer, given.input_size, given.output_size)
    tasks = [_task(given, grid, shifts, phases) for shifts, phases in found.items()]
    y = _empty_output(layer, given, tasks)
    by_group = (1, 2, 0, *range(3, y.ndim))
    x, out = given.x.transpose(by_group), y.transpose(by_group)
    sums_per_item = max(task.weight[:, :, 0].size for task in tasks) * prod(grid.shape)
    items = max(1, min(len(y), SUMS_AT_ONCE // sums_per_item))
    room = _room(x, y, grid, tasks, items)
    for first in range(0, len(y), items):
        some = slice(first, first + items)
        length = _lay_flat(x[:, :, some], grid, room.flat)
        for task in tasks:
            _scatter(_sums(task, room, length), grid, task.phases, out[:, :, some])
    return y


def _task(given: Prepared, grid: PhaseGrid, shifts: Shifts, phases: list[Phases]) -> Task:
    groups, c_in, c_out = given.weight.shape[:3]
    taps = [len(shift) for shift in shifts]
    columns = np.empty((groups, prod(taps) * c_in + 1, len(phases), c_out), given.weight.dtype)
    by_tap = columns[:, :-1].reshape(groups, *taps, c_in, len(phases), c_out)
    for i, together in enumerate(phases):
        own = given.weight[at(phase.taps for phase in together)]
        by_tap[..., i, :] = own.transpose(0, *range(3, own.ndim), 1, 2)
    columns[:, -1] = given.bias[:, None]
    weight = columns.reshape(groups, columns.shape[1], -1).transpose(0, 2, 1)
    return Task(grid.starts(shifts), weight, phases)


def _empty_output(layer: ConvTranspose, given: Prepared, tasks: list[Task]) -> Array:
    """Return the output before the products; a cell that no tap reaches is only bias."""
    y = np.empty((len(given.x), *given.bias.shape, *given.output_size), given.x.dtype)
    if sum(len(task.phases) for task in tasks) < prod(layer.stride):
        y[...] = given.bias.reshape(*given.bias.shape, *(1,) * layer.dims)
    return y


def _room(x: Array, y: Array, grid: PhaseGrid, tasks: list[Task], items: int) -> ForwardRoom:
    """Return room for the largest task on so many `items`.

    It is one piece, and larger than the output, because a C library may keep up to
    twice the largest piece that it has seen.  Where the system lends the pages anew
    in each call, that can take as long as all that is done in them.
    """
    groups, c_in = x.shape[:2]
    cells = items * prod(grid.shape)
    flat = groups * (c_in + 1) * (grid.front + cells)
    table = max(TABLE, NARROWEST * max(task.weight[:, 0].size for task in tasks))
    sums = cells * max(task.weight[:, :, 0].size for task in tasks)
    memory = np.empty(max(flat + table + sums, min(2 * y.size, LENT)), x.dtype)
    lanes = memory[:flat].reshape(groups, c_in + 1, -1)
    lanes[...] = 0
    lanes[:, -1] = 1
    return ForwardRoom(lanes, memory[flat : flat + table], memory[flat + table :])


def _lay_flat(x: Array, grid: PhaseGrid, flat: Array) -> int:
    """Copy x between the zeros of the flat grid, item after item; return its length there."""
    length: int = x.shape[2] * prod(grid.shape)
    cells = flat[:, :-1, grid.front : grid.front + length].reshape(*x.shape[:3], *grid.shape)
    cells[at(slice(size) for size in x.shape[3:])] = x
    return length


def _sums(task: Task, room: ForwardRoom, length: int) -> Array:
    """Return all sums of one task, ``(groups, phases·C_out/groups, length)``."""
    groups, rows, terms = task.weight.shape
    sums = _take(room.sums, (groups, rows, length))
    if len(task.starts) == 1:  # one tap reads x as it lies
        start = task.starts[0]
        return np.matmul(task.weight, room.flat[:, :, start : start + length], out=sums)
    most = max(NARROWEST, TABLE // (groups * terms))
    width = ceil(length / ceil(length / most))
    table = _take(room.table, (groups, terms, width))
    for left in range(0, length, width):
        block = table[:, :, : length - left]
        _gather(room.flat[:, :, left:], task.starts, block)
        np.matmul(task.weight, block, out=sums[:, :, left : left + width])
    return sums


def _take(room: Array, shape: tuple[int, ...]) -> Array:
    return room[: prod(shape)].reshape(shape)


def _gather(flat: Array, starts: list[int], block: Array) -> None:
    """Copy x as each tap reads it into the rows of `block`, and the ones once."""
    c_in, width = flat.shape[1] - 1, block.shape[2]
    for tap, start in enumerate(starts):
        block[:, tap * c_in : (tap + 1) * c_in] = flat[:, :-1, start : start + width]
    block[:, -1] = 1


def _scatter(sums: Array, grid: PhaseGrid, phases: list[Phases], y: Array) -> None:
    """Move the sums of each phase to its cells of `y`, ``(groups, C_out/groups, N, ...)``."""
    groups, c_out, n = y.shape[:3]
    sums = sums.reshape(groups, len(phases), c_out, n, *grid.shape)
    for i, together in enumerate(phases):
        ready = sums[:, i][at(phase.source for phase in together)]
        y[at(phase.target for phase in together)] = ready

"""The forward pass by gathering: one matrix product for all output cells that read alike.

Phases of the output (see `phases`) with the same shifts share one gathered table of
x and one product, which makes each output cell once.  The usual other way, one
product for all taps whose results are then added up tap by tap, writes more and
rereads it: it took 1.4 to 4 times as long on decoder layers of batch 8.
"""

from __future__ import annotations

from math import ceil, prod
from typing import NamedTuple

import numpy as np

from tcviz.engine.operands import Array, Prepared, at
from tcviz.engine.phases import Grid, Phases, Shifts, alike
from tcviz.engine.work import NARROWEST
from tcviz.geometry import ConvTranspose

SUMS_AT_ONCE = 2**18
"""Sums made before they are moved to the output: few enough to be still in the cache."""

TABLE = 2**18
"""Numbers gathered before they are multiplied, for the same reason."""

LENT = 2**22
"""Numbers in a piece of memory so large that a C library returns it in any case."""


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


class Room(NamedTuple):
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
    grid = Grid.of(layer, given.input_size)
    found = alike(layer, given.output_size)
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


def _task(given: Prepared, grid: Grid, shifts: Shifts, phases: list[Phases]) -> Task:
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


def _room(x: Array, y: Array, grid: Grid, tasks: list[Task], items: int) -> Room:
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
    return Room(lanes, memory[flat : flat + table], memory[flat + table :])


def _lay_flat(x: Array, grid: Grid, flat: Array) -> int:
    """Copy x between the zeros of the flat grid, item after item; return its length there."""
    length: int = x.shape[2] * prod(grid.shape)
    cells = flat[:, :-1, grid.front : grid.front + length].reshape(*x.shape[:3], *grid.shape)
    cells[at(slice(size) for size in x.shape[3:])] = x
    return length


def _sums(task: Task, room: Room, length: int) -> Array:
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


def _scatter(sums: Array, grid: Grid, phases: list[Phases], y: Array) -> None:
    """Move the sums of each phase to its cells of `y`, ``(groups, C_out/groups, N, ...)``."""
    groups, c_out, n = y.shape[:3]
    sums = sums.reshape(groups, len(phases), c_out, n, *grid.shape)
    for i, together in enumerate(phases):
        ready = sums[:, i][at(phase.source for phase in together)]
        y[at(phase.target for phase in together)] = ready

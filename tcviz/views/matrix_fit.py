"""The formats in which the matrix view writes its numbers, and the plan in which they fit."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, TypeAlias, cast

from tcviz.errors import TooSmallError
from tcviz.numbers import AUTO_DECIMALS, Format
from tcviz.sizes import Sizes
from tcviz.symbols import is_named
from tcviz.views import chrome, matrix_words
from tcviz.views.board import output_notes, output_title
from tcviz.views.look import Look
from tcviz.views.matrix_items import MATRIX, Item, X, Y
from tcviz.views.matrix_layout import solve
from tcviz.views.matrix_places import Plan
from tcviz.views.matrix_structure import Structure
from tcviz.views.panel import Values
from tcviz.views.ranges import Ranges, ranges
from tcviz.views.stage import ems, headed, size_text
from tcviz.views.wiring import MOST_CHANNELS
from tcviz.views.worded import Solver, worded

SMALLEST, ZERO = 9.0, 0.65
"""The smallest text that is wished for, and the width of a filled-in zero at text size 1."""
BIAS, NAMES = 26.0, 24.0
"""Room beside the flattened input for a bias in the equation, and for channels' names."""

Fitted: TypeAlias = tuple[Ranges, Plan]


def fitted(structure: Structure, y: Values, look: Look) -> Fitted:
    """Return formats and plan: fewer decimals where that saves numbers from becoming tints."""
    part = structure.part
    wanted = min(part.channels, look.channels or MOST_CHANNELS)
    more = BIAS * (part.bias is not None) + NAMES * (part.channels > 1)

    def solved(numbers: Ranges, look: Look, smallest: float) -> Plan:
        wants = items(structure, numbers, y, look.reading)
        room, fewer = chrome.body(look), range(wanted, 0, -1)
        if look.channels:  # as many as asked for if they fit: the matrix has all of them
            with suppress(TooSmallError):
                return solve(wants, room, look.pixel, smallest, fewer[:1], more)
        return solve(wants, room, look.pixel, smallest, fewer, more)

    if is_named(part):
        solver = cast(Solver, solved)  # what is asked of a layout, a plan offers too
        return cast(Fitted, worded(ranges(part, look.decimals), look, solver))
    found = []
    for most in range(AUTO_DECIMALS, 0, -1) if look.decimals is None else (0,):
        numbers = ranges(part, look.decimals, most)
        found.append((numbers, solved(numbers, look, look.legible(SMALLEST))))
        if not found[-1][1].heat or numbers.whole:
            break
    return min(found, key=lambda pair: len(pair[1].heat))


def items(structure: Structure, numbers: Ranges, y: Values, reading: float) -> list[Item]:
    """Return the panels that want room."""
    part, several = structure.part, structure.part.channels > 1
    x, w, out = (
        (ems(values, form), form)
        for values, form in (
            (part.x, numbers.x_format),
            (part.weight, numbers.w_format),
            (y, numbers.output_format),
        )
    )
    notes = (matrix_words.kernel_note(structure),)
    rows, columns, flat = structure.rows, structure.columns, part.layer.dims > 1
    made = output_notes(part, numbers)

    def item(key: str, shape: Sizes, em: float, form: Format, title: str, **more: Any) -> Item:
        return Item(key, two(shape), em, title, headed(size_text(shape), form), reading, **more)

    equation = [
        item(MATRIX, (rows, columns), max(w[0], ZERO), w[1],
             f"transformation matrix {structure.name}",
             named=several),
        item(X, (columns, 1), *x, "x, flattened" if flat else "input x"),
        item(Y, (rows, 1), *out, "y, flattened" if flat else output_title(part),
             notes=() if flat else made),
        item("w", part.layer.kernel_size, *w, "kernel w", named=several, each=True, notes=notes),
    ]  # fmt: skip
    grids = [
        item("x", part.input_size, *x, "input x", named=several, each=True),
        item("output", y.shape, *out, output_title(part), notes=made),
    ]
    return equation + grids * flat


def two(size: Sizes) -> tuple[int, int]:
    """Return rows and columns; in one dimension there is one row.

    >>> two((3, 5)), two((4,))
    ((3, 5), (1, 4))
    """
    *rows, columns = size
    return (*rows, 1)[0], columns

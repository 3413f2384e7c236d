"""The panels of the matrix view, and where they may stand: the equation, and grids beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeAlias

from tcviz.boards import chrome, legend, matrix_words
from tcviz.boards.matrix_names import NAMES
from tcviz.boards.panel import Values
from tcviz.boards.stage import ems, headed, lines
from tcviz.errors import TooSmallError
from tcviz.layer.matrix import Structure
from tcviz.layer.parts import is_named
from tcviz.layer.sizes import Sizes, sized
from tcviz.look.formats import formats_and_layout
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.look.titles import channel_name, output_title
from tcviz.picture.arrangement import Arrangement
from tcviz.picture.fitting import Room
from tcviz.picture.footprint import GIVEN
from tcviz.picture.hanging import Hanging
from tcviz.picture.layout import Layout
from tcviz.picture.nodes import Below, Beside, Node, Row
from tcviz.picture.panels import Panel
from tcviz.picture.solver import solve
from tcviz.scene.frozen import frozen
from tcviz.scene.numbers import Format
from tcviz.views.matrix_lens import lens_panels, lenses

DENSE, LOW, ZERO, SMALLEST = 1.3, 1.5, 0.65, 9.0
"""Height of the equation's cells, of those with names, which have low numbers, and width of a
filled-in zero, in text sizes; least text size."""
GUTTER, ARROW, BELOW = 46.0, 64.0, 36.0
"""Room beside a sign, beside an arrow, and for an arrow to what is below."""
BIAS = 26.0
"""Room beside the flattened input for a bias in the equation."""
FLAT, TALL, SLIM = 2.2, 0.6, 17.0
"""How many times as wide as high a tinted matrix is at most, and at least; as long as wide
a vector beside it."""
GRID, KERNEL = 0.6, 0.25
"""The longest sides of tinted grids, in the matrix'."""

FOLLOWED, LESS = 5, 0.88
"""The first arrangements, in which arrows follow what happens, and what others are worth."""
LENSED, ALONE = 1.2, 1.5
"""What it is worth that the lines of a step stand by themselves, where tints show no digits, and in
one dimension, where no grids beside these do."""

Panels: TypeAlias = dict[str, Panel]


def arranged(structure: Structure, y: Values, look: Look) -> tuple[Ranges, Layout]:
    """Return the formats of numbers, and where everything stands."""

    def solved(numbers: Ranges, look: Look, smallest: float, rows: int, least: int) -> Layout:
        panels = _panels(structure, numbers, y) | lens_panels(structure, numbers, y, look.by)
        room = Room(chrome.body(look), look.pixel, smallest, look.reading, chrome.hang(look),
                    legend.height(look), look.tried)  # fmt: skip
        answer = partial(_solved, structure, panels, room)
        if rows == least:  # as many as asked for if they fit: the matrix has all of them
            with suppress(TooSmallError):
                return answer(range(rows, rows - 1, -1))
        return answer(range(rows, 0, -1))

    return formats_and_layout(structure.part, look, solved, smallest=SMALLEST, twice=True)


def _solved(structure: Structure, panels: Panels, room: Room, counts: range) -> Layout:
    options = [o for drawn in counts for o in _arrangements(structure, panels, drawn)]
    return solve(options, room, tints=not is_named(structure.part))


def _panels(structure: Structure, numbers: Ranges, y: Values) -> Panels:
    """Return the equation's panels and the grids; in one dimension the vectors are grids."""
    part, tints = structure.part, _Tints.of(structure)
    flat = part.layer.dims > 1
    x, w, out = numbers.x_format, numbers.w_format, numbers.output_format
    sizes = {"x": ems(part.x, x), "w": ems(part.weight, w)}
    flattened, shown = (numbers.padded, numbers.output) if is_named(part) else (y, y)
    vectors = matrix_words.vector_format(part, numbers)
    made, name = matrix_words.result_notes(structure, numbers), channel_name(part)
    # What names blocks and sections takes room above all three: their first rows are level.
    blocks = matrix_words.block_name(structure, 0) if name else ""

    def panel(key: str, size: Sizes, em: float, form: Format, title: str, **more: Any) -> Panel:
        return Panel(key, two(size), em, title, headed(sized(size), form), **more)

    rows, cols = structure.rows, structure.columns
    equation = partial(panel, high=LOW if is_named(part) else DENSE, named=blocks)
    vector = equation("y.vector", (rows, 1), ems(flattened, vectors), vectors,
                      "y, flattened" if flat else output_title(part),
                      notes=() if flat else made, shares=tints.y, abreast="matrix",
                      numbered=True)  # fmt: skip
    panels = [
        equation("matrix", (rows, cols), max(sizes["w"], ZERO), w,
                 f"transformation matrix {structure.name}", shares=tints.matrix, level=vector,
                 numbered=True),
        equation("x.vector", (cols, 1), sizes["x"], x, "x, flattened" if flat else "input x",
                 shares=tints.x, abreast="matrix", numbered=True),
        vector,
        panel("w", part.layer.kernel_size, sizes["w"], w, "kernel w", named=name, grows=True,
              gap=GUTTER, shares=tints.kernel, notes=(matrix_words.kernel_note(structure),)),
    ]  # fmt: skip
    if flat:  # grids grow with the room that the equation leaves
        panels += [
            panel("x", part.input_size, sizes["x"], x, "input x", named=name, grows=True,
                  gap=GUTTER, shares=tints.grid, numbered=True),
            panel("output", y.shape, ems(shown, out), out, output_title(part), shared=True,
                  grows=True, gap=GUTTER, shares=tints.grid, notes=made, numbered=True,
                  lines=lines(shown, out)),
        ]  # fmt: skip
    return {panel.key: panel for panel in panels}


@frozen
class _Tints:
    """How wide and how high tinted cells are: all panels can be seen, whatever their shapes."""

    matrix: tuple[float, float]
    x: tuple[float, float]
    y: tuple[float, float]
    grid: tuple[float, float]
    kernel: tuple[float, float]

    @classmethod
    def of(cls, structure: Structure) -> _Tints:
        rows, cols, part = structure.rows, structure.columns, structure.part
        wide, high = max(1.0, TALL * rows / cols), max(1.0, cols / rows / FLAT)
        across, down = cols * wide, rows * high
        longest = max(across, down)
        slim, grid = longest / SLIM, GRID * longest / max(*part.input_size, *part.output_size)
        taps, (kernel_rows, _) = part.layer.kernel_size, two(part.layer.kernel_size)
        tap = KERNEL * longest / max(taps)
        return cls(
            (wide, high),
            (slim, min(across, down) / cols),
            (slim, high),
            (grid, grid),
            (tap, max(tap, slim if kernel_rows == 1 else 0.0)),
        )


def _arrangements(structure: Structure, panels: Panels, drawn: int) -> Iterator[Arrangement]:
    """Yield where all may stand, the best loved first, and with a lens for what shows tints.

    That stands below all, or below the output that is right of all.
    """
    nodes, worth_it = _nodes(structure, panels, drawn), LENSED if "x" in panels else ALONE
    yield from (Arrangement(node, drawn, worth) for node, worth in nodes)
    for lens, good in lenses(panels):
        beside = _nodes(structure, panels, drawn, lens)
        lensed = [*((Below((node, lens), (BELOW,)), worth) for node, worth in nodes), *beside]
        for node, worth in lensed:
            yield Arrangement(node, drawn, worth_it * good * worth, for_tints=True)


def _nodes(
    structure: Structure, panels: Panels, drawn: int, *lens: Node
) -> list[tuple[Node, float]]:
    """Return where the grids may stand, and what that is worth; with a lens, those it is beside.

    The kernel stands beside the matrix that it is in, or below; the input below its flattened
    self, or with the kernel; the output beside its flattened self, or below.
    """
    part = structure.part
    more = BIAS * (part.bias is not None) + NAMES * (part.channels > 1)

    def grids(*keys: str, given: float = 0.0) -> Row:
        return Row(tuple(panels[key] for key in keys), range(drawn), given=given)

    def column(key: str, *below: str, given: float = 0.0) -> Node:
        hanging = (grids(*below),) if below else ()
        return Hanging((Row((panels[key],), given=given), *hanging), (BELOW,) * len(hanging))

    def option(
        left: Sequence[Node], matrix: Sequence[str], x: Sequence[str], y: Sequence[str],
        right: Sequence[Node] = (),
    ) -> Node:  # fmt: skip
        equation = (
            column("matrix", *matrix, given=GIVEN if left else 0.0),
            column("x.vector", *x, given=GIVEN),
            column("y.vector", *y, given=GIVEN),
        )
        gaps = (ARROW,) * len(left) + (GUTTER, GUTTER + more) + (ARROW,) * len(right)
        return Beside((*left, *equation, *right), gaps)

    w = grids("w")
    if "x" not in panels:
        nodes = [option([w], [], [], [], lens), option([], ["w"], [], [], lens)]
    else:
        made = grids("output", given=GIVEN)
        out = Below((made, *lens), (BELOW,) * len(lens)) if lens else made
        nodes = [
            option([w], [], ["x"], [], [out]),
            option([w], [], ["x"], ["output"]),
            option([], ["w"], ["x"], [], [out]),
            option([], ["w"], ["x"], ["output"]),
            option([], ["w", "x"], [], ["output"]),
            option([], ["w", "x"], [], [], [out]),
            option([Below((w, grids("x")), (BELOW,))], [], [], [], [out]),
            option([grids("x", "w")], [], [], [], [out]),
            option([], ["w", "x", "output"], [], []),
            Below((option([], [], [], []), grids("w", "x", "output")), (BELOW,)),
        ]
    found = [(node, 1.0 if i < FOLLOWED else LESS) for i, node in enumerate(nodes)]
    keys = {panel.key for node in lens for panel in node.panels()}
    return [(n, worth) for n, worth in found if keys <= {panel.key for panel in n.panels()}]


def two(size: Sizes) -> tuple[int, int]:
    """Return rows and columns; in one dimension there is one row.

    >>> two((3, 5)), two((4,))
    ((3, 5), (1, 4))
    """
    *rows, columns = size
    return (*rows, 1)[0], columns

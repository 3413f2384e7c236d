"""The panels of views that gather: what is read, its products, sums, and the output.

In one dimension the kernel slides below what it meets, in columns of one coordinate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from tcviz.boards.tensor import Tensor
from tcviz.layer.parts import Part
from tcviz.layer.sizes import size_text
from tcviz.look.ranges import Ranges
from tcviz.look.titles import UNREACHED, bias_gap, output_notes, output_title, taps
from tcviz.picture.panels import Panel
from tcviz.picture.strips import OF_ALL, Strip, Variant

SUM, FAR = 22.0, 34.0
"""Room between products and their sum, which is an arrow's, and beside an equation that stands
in no columns."""
LENSED = 1.3
"""What it is worth that an equation in no columns has a lens, where tints show no digits."""
APART = 0.6
"""What it is worth that an equation stands in no columns."""


def tensors(part: Part, ranges: Ranges, wide: str = "") -> dict[str, Tensor]:
    """Return what the panels hold; `wide` is what the window slides over, if not the input."""
    x, w = Tensor(part.x, ranges.x_format, scaled=True), Tensor(part.weight, ranges.w_format)
    product = replace(ranges.product_format, plus=False)
    around = {wide: replace(x, hue="filled")} if wide else {}
    return {"x": x} | around | {
        "window": replace(x, hue="step", scaled=False),
        "kernel": w,
        "w": replace(w, hue="filled"),
        "product": Tensor(ranges.product, product, "step"),
        "result": Tensor(ranges.padded, ranges.sum_format, scaled=True, usual=ranges.padded[-1]),
        "output": Tensor(ranges.output, ranges.output_format, "result", scaled=True,
                         usual=ranges.output[-1]),
    }  # fmt: skip


def summed(part: Part, ranges: Ranges, drawn: int) -> list[Panel]:
    """Return the panels of the channels' results, if there are several, and of the output."""
    held, size, several = tensors(part, ranges), part.output_size, part.channels > 1
    result = held["result"].panel("result", size, "sum", f"{size_text(size)}, per channel",
                                  gap=46, begins=True, result=True, renumbered=True)  # fmt: skip
    output = held["output"].panel("output", size, output_title(part),
                                  gap=bias_gap(part, ranges, 70 if several else 56), ringed=several,
                                  shared=True, begins=True, result=True, numbered=True,
                                  notes=made_notes(part, ranges, drawn),
                                  lens=made_lens(part, ranges) if several else None)  # fmt: skip
    return [result, output] if several else [output]


def made_lens(part: Part, ranges: Ranges, of: str = "output", **more: Any) -> Panel:
    """Return the one cell that a step makes, of the output or of a channel's result."""
    held, one = tensors(part, ranges)[of], (1,) * part.layer.dims
    return held.lens(of, one, f"{part.names.y}, enlarged" if of == "output" else "sum, enlarged",
                     shared=of == "output", **more)  # fmt: skip


def step_lens(part: Part, ranges: Ranges, **more: Any) -> Panel:
    """Return the one cell that products are summed into."""
    return made_lens(part, ranges, "result" if part.channels > 1 else "output", **more)


def made_notes(part: Part, ranges: Ranges, drawn: int) -> tuple[str, ...]:
    """Return what must be known of the output, and why some of its cells are grey."""
    grey = (UNREACHED,) * (not part.reached.all())
    return *output_notes(part, ranges, drawn), *grey


def sliding(part: Part, ranges: Ranges, wide: str, name: str, first: float) -> list[Strip]:
    """Return the strips of the kernel below its window, and of the products."""
    held, (k,), (every,) = tensors(part, ranges), part.layer.kernel_size, part.layer.dilation
    product = held["product"]
    return [
        held["w"].strip("w", k, name, taps(k), start=first, every=every, along=wide, sign="⊙"),
        product.strip("product", k, "products", "pairwise", gap=4.0, start=first, every=every,
                      along=wide, sign="="),
    ]  # fmt: skip


def apart(part: Part, ranges: Ranges, name: str, *, lens: bool = False) -> Strip:
    """Return window, kernel, products, and their sum in a `lens`, as pieces, in no columns.

    Before a lens products have no name of their own, for it to have room.
    """
    sums = "result" if part.channels > 1 else "output"
    held, (k,) = tensors(part, ranges), part.layer.kernel_size
    pieces: tuple[Strip, ...] = (
        held["window"].piece("window", k, "window"),
        held["w"].piece("w", k, name, "⊙"),
        held["product"].piece("product", k, "" if lens else "products", "="),
    )
    if lens:
        made = held[sums].lens_piece(sums, 1, "sum", shared=sums == "output")
        pieces = *(replace(piece, digits=True) for piece in pieces), made
    return Strip("step", (1, 0), 0.0, "this step", "", gap=FAR, entered=True, pieces=pieces)


def results(
    part: Part, ranges: Ranges, drawn: int, start: int, every: int, notes: tuple[str, ...]
) -> list[Strip]:
    """Return the strips of the channels' results, if there are several, and of the output."""
    held, (size,) = tensors(part, ranges), part.output_size
    result = held["result"].strip("result", size, "sum", gap=SUM, start=start, every=every,
                                  entered=True, leads=True)  # fmt: skip
    output = held["output"].strip("output", size, output_title(part), gap=SUM, start=start,
                                  every=every, entered=True, shared=True, numbered=True,
                                  notes=(*made_notes(part, ranges, drawn), *notes))  # fmt: skip
    return [result, output] if part.channels > 1 else [output]


def lensed(
    part: Part, ranges: Ranges, source: Sequence[Strip], name: str, made: Sequence[Strip],
    worth: float = 1.0,
) -> Iterator[Variant]:  # fmt: skip
    """Yield the strips with digits of what a step makes: of all results first, or of its sum."""
    y = tensors(part, ranges)["output"].lens_strip("output", 1, f"{part.names.y}, now", shared=True)
    strips = [*source, apart(part, ranges, name, lens=True), *far(made)]
    if part.channels > 1:
        yield Variant([*strips, y], LENSED * OF_ALL * worth, for_tints=True)
    yield Variant(strips, LENSED * worth, for_tints=True)


def far(strips: Sequence[Strip]) -> list[Strip]:
    """Return strips below an equation that stands in no columns."""
    return [replace(strip, gap=FAR) for strip in strips]

"""The panels of the distribution view: what is spread, its products, and where they add up.

In one dimension they are the lines of a long multiplication: products of all elements or, of many,
those of one step and the sums before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import inf

from tcviz.boards.stage import headed
from tcviz.boards.tensor import Tensor
from tcviz.layer.parts import Part, is_named
from tcviz.layer.sizes import size_text, sized
from tcviz.look import words
from tcviz.look.ranges import Ranges
from tcviz.look.titles import (
    UNREACHED,
    UNREACHED_FRAMED,
    bias_gap,
    channel_name,
    made_slices,
    output_notes,
    output_title,
    source_size,
    taps,
)
from tcviz.picture.depth import DEPTH, TAPS, Depth
from tcviz.picture.panels import Panel
from tcviz.picture.strips import OF_ALL, ROOMY, Strip, Variant

OVER = 24.0
"""How far the heading of an element may stand out beside names, which need the room."""
STAIRS = 10
"""The most elements that have a line of products each, in one dimension."""
FAR = 34.0
"""Room beside an equation that stands in no columns."""
HOW = (("=", 10.0), ("", 22.0), ("", FAR))
"""The sign before the result and the room above it: below terms of a sum, the products of a step
alone, or an equation.  An arrow leads from those, and no sign is right before what they have made.
"""
FOLDED, BARE, APART, LENSED = 0.9, 0.8, 0.6, 1.3
"""What it is worth to show the products of one step instead of all, or those without what there
was of the sums, or in no columns, or there with a lens, where tints show no digits."""


def tensors(part: Part, ranges: Ranges) -> dict[str, Tensor]:
    """Return what the panels hold: `product` of a step, ``product0`` and so on of an element."""
    x, product = Tensor(part.x, ranges.x_format, scaled=True), ranges.product_format
    line = Tensor(ranges.product, replace(product, plus=False))
    return {
        "x": x,
        "element": replace(x, hue="step", scaled=False),
        "w": Tensor(part.weight, ranges.w_format, "filled"),
        "product": Tensor(ranges.product, product, "step"),
        **{stair(i): line for i in range(STAIRS)},
        "before": Tensor(ranges.padded, ranges.sum_format),
        "padded": Tensor(ranges.padded, ranges.sum_format, scaled=True, usual=ranges.padded[-1]),
        "output": Tensor(
            ranges.output, ranges.output_format, "result", scaled=True, usual=ranges.output[-1]
        ),
    }


def stair(number: int) -> str:
    """Return what the line of products of an element is called."""
    return f"product{number}"


def columns(part: Part, ranges: Ranges, drawn: int = 0) -> list[Panel]:
    """Return the panels in reading order."""
    held, kernel = tensors(part, ranges), part.layer.kernel_size
    padded, one = part.layer.padded_size(part.input_size), (1,) * part.layer.dims
    per = ", per channel" if part.channels > 1 and not _is_cropped(part) else ""
    result = held["padded"].panel("padded", padded, result_title(part), result_size(part) + per,
                                  gap=42, notes=result_notes(part), begins=True, result=True,
                                  numbered=True)  # fmt: skip
    return [
        held["x"].panel("x", part.input_size, "input x", source_size(part),
                        named=channel_name(part), numbered=True),
        held["element"].panel("element", one, "element", "x[i,j]", gap=32, begins=True,
                              over=OVER * is_named(part)),
        held["w"].panel("w", kernel, "kernel w", gap=28, sign="×"),
        held["product"].panel("product", kernel, "products x·w", _spaced(part) or "this step",
                              gap=28, sign="=",
                              lens=held["padded"].lens("padded", kernel, "result, enlarged")),
        result,
        held["output"].panel("output", part.output_size, output_title(part),
                             gap=bias_gap(part, ranges, 76 if part.channels > 1 else 56),
                             ringed=part.channels > 1,
                             shared=True, begins=True, result=True, numbered=True,
                             notes=output_notes(part, ranges, drawn) or _alike(part, result),
                             lens=held["output"].lens("output", kernel, f"{part.names.y}, enlarged",
                                                      shared=True),
                             instead=_alone(part, ranges, result)),
    ]  # fmt: skip


def _spaced(part: Part) -> str:
    """Return how far apart products are added that are drawn side by side, if they are dilated.

    >>> from tcviz.layer.parts import part
    >>> from tcviz.request.inputs import plan
    >>> [_spaced(part(plan(dilation=d).make())) for d in (1, 2, (2, 1))]
    ['', 'written 2 apart', 'written 2×1 apart']
    """
    axes = zip(part.layer.dilation, part.layer.kernel_size, strict=True)
    far = tuple(n if k > 1 else 1 for n, k in axes)  # one tap is far from none
    apart = size_text(far) if len({*far}) > 1 else str(far[0])
    return f"written {apart} apart" * any(n > 1 for n in far)


def _is_whole(part: Part) -> bool:
    """Return whether nothing more is added to the only channel's result."""
    return part.channels == 1 and part.bias is None


def _alike(part: Part, result: Panel) -> tuple[str, ...]:
    """Return why the output shows the numbers of the result once more, where it does."""
    alike = _is_whole(part) and result.shape == part.output_size
    return ("the whole result: nothing is cropped",) * alike


def _alone(part: Part, ranges: Ranges, result: Panel) -> Panel | None:
    """Return the result where it stands for the output too: nothing more is added to it."""
    if not _is_whole(part):
        return None
    notes = *result.notes, *output_notes(part, ranges)
    if result.shape == part.output_size:
        return replace(result, title=f"{result.title} = {output_title(part)}", notes=notes)
    framed = f"{result.size}, framed: {output_title(part)} {size_text(part.output_size)}"
    return replace(result, size=framed, notes=notes)


def slices(part: Part, ranges: Ranges, drawn: int = 0) -> list[Panel]:
    """Return the same panels in three dimensions, and how their slices hang together."""
    x, element, w, product, padded, output = columns(part, ranges, drawn)
    corner = tuple(before for before, _ in part.layer.border)
    kept = range(corner[0], corner[0] + part.output_size[0])
    ends = w.shape[0] - 1, padded.shape[0] - 1
    # What is below the other has the same cells, so that its columns are below the other's.
    em, gap, group = max(padded.em, output.em), 40, "sums"
    meets = Depth(
        DEPTH, "depth {d} ← w[{k}]", ends, feeder="product", kept=kept, idle=True, after="product"
    )
    below = Depth(made_slices(part), under="padded", corner=corner, after="padded")
    alone = output.instead and replace(output.instead, em=em, gap=gap, group=group, depth=meets)
    return [
        replace(x, depth=Depth("x[{d}]")),
        replace(element, size=headed("of x", ranges.x_format), gap=36, depth=Depth("", after="x")),
        replace(w, gap=32, depth=Depth(TAPS)),
        replace(product, gap=32, begins=True, depth=Depth(TAPS, "w[{k}] → depth {d}", ends)),
        replace(padded, em=em, gap=gap, group=group, depth=meets),
        replace(output, em=em, gap=bias_gap(part, ranges, 2 * gap) / 2, group=group, depth=below,
                instead=alone),
    ]  # fmt: skip


def strips(part: Part, ranges: Ranges, drawn: int = 0) -> tuple[Variant, ...]:
    """Return the strips: with a line of products for each element, with one, and without."""
    held, (k,) = tensors(part, ranges), part.layer.kernel_size
    (n,), (axis,) = part.input_size, part.axes
    source = held["x"].strip("x", n, "input x", source_size(part), every=axis.stride,
                           numbered=True)  # fmt: skip
    line = Strip("step", (1, 0), 0.0, "this step", _spaced(part), gap=FAR, entered=True, pieces=(
        held["element"].piece("element", 1, "x[i]"),
        held["w"].piece("w", k, "w", "×"),
        held["product"].piece("product", k, "x·w", "="),
    ))  # fmt: skip
    summed, added, below = (_results(part, ranges, drawn, *how) for how in HOW)
    return (
        *_in_columns(part, held, source, summed, added),
        Variant([source, line, *below], APART, ROOMY),
        *_lensed(part, held, source, line, _results(part, ranges, drawn, *HOW[-1], brief=True)),
    )


def _in_columns(
    part: Part, held: dict[str, Tensor], source: Strip, summed: list[Strip], added: list[Strip]
) -> Iterator[Variant]:
    """Yield the strips with products in columns: of all elements, or else of one.

    With one there are the sums before it, too, where windows overlap, unless digits would be small.
    """
    (n,), (k,), (axis,), (every,) = (
        part.input_size, part.layer.kernel_size, part.axes, part.layer.dilation,
    )  # fmt: skip
    kernel = held["w"].strip("w", k, "kernel w", taps(k), every=every,
                             slides=axis.window(n - 1).start, along="padded", sign="×")  # fmt: skip
    products = held["product"].strip("product", k, "products x·w", "this step", every=every,
                                     along="padded", sign="=")  # fmt: skip
    before = held["before"].strip("before", k, "sums before", every=every, along="padded",
                                  sign="+")  # fmt: skip
    worth, enough = 1.0, inf
    if n <= STAIRS:
        alone = replace(products, of=products.key, along="")
        stairs = [_stair(alone, i, axis.window(i).start, held) for i in range(n)]
        yield Variant([source, kernel, *stairs, *summed])
        worth, enough = FOLDED, ROOMY
    if _overlap(part):
        yield Variant([source, kernel, products, before, *summed], worth, enough)
        worth, enough = BARE * worth, ROOMY
    yield Variant([source, kernel, products, *added], worth, enough)


def _overlap(part: Part) -> bool:
    """Return whether windows of elements overlap: else there is nothing before a step.

    >>> from tcviz.layer.parts import part
    >>> from tcviz.request.inputs import plan
    >>> [_overlap(part(plan(dims=1, kernel_size=k, stride=2).make())) for k in (2, 3)]
    [False, True]
    """
    (n,), (k,), (stride,), (dilation,) = (
        part.input_size, part.layer.kernel_size, part.layer.stride, part.layer.dilation,
    )  # fmt: skip
    apart = (tap * dilation for tap in range(1, k))
    return any(far % stride == 0 and far // stride < n for far in apart)


def _lensed(
    part: Part, held: dict[str, Tensor], source: Strip, line: Strip, below: list[Strip]
) -> Iterator[Variant]:
    """Yield the strips with digits of the sums that tints show: those before a step, too, at best.

    The output has a lens of its own where it is not what that of the result shows.
    """
    (k,) = part.layer.kernel_size
    pieces = tuple(replace(piece, digits=True) for piece in line.pieces)
    lens = held["padded"].lens_piece("padded", k, "result, now")
    before = replace(held["before"].piece("before", k, "before", "+"), digits=True)
    terms = *pieces, before, replace(lens, title="after", sign="=")
    lines = [(replace(line, pieces=terms), LENSED)] * _overlap(part)
    lines.append((replace(line, pieces=(*pieces, lens)), LENSED * (BARE if lines else 1.0)))
    padded, output = below
    made = held["output"].lens_strip("output", k, f"{part.names.y}, now", shared=True)
    enlarged = [padded, replace(output, entered=True), made]
    adds = part.channels > 1 or part.bias is not None
    for results, most in [(enlarged, OF_ALL)] * adds + [(below, 1.0)]:
        for one, worth in lines:
            yield Variant([source, one, *results], worth * most, for_tints=True)


def _stair(products: Strip, number: int, start: int, held: dict[str, Tensor]) -> Strip:
    """Return the line of products of one element."""
    first = number == 0
    return replace(
        products, key=stair(number), title=f"x[{number}]·w", size=held["product"].headed(""),
        start=start, sign="" if first else "+", ruled=first, gap=10.0 if first else 0.0, aside=True,
    )  # fmt: skip


def _results(
    part: Part, ranges: Ranges, drawn: int, sign: str, gap: float, *, brief: bool = False
) -> list[Strip]:
    """Return the strips of the padded result and of the output; with a lens names are `brief`."""
    held, notes = tensors(part, ranges), output_notes(part, ranges, drawn)
    (padded,), (output,) = part.layer.padded_size(part.input_size), part.output_size
    size = "" if brief else result_size(part)
    return [
        held["padded"].strip("padded", padded, result_title(part), size, gap=gap, sign=sign,
                             ruled=sign == "=", entered=True, leads=True,
                             notes=result_notes(part), numbered=True),
        held["output"].strip("output", output, output_title(part), gap=20.0, shared=True,
                             start=part.layer.border[0][0], notes=notes, numbered=True),
    ]  # fmt: skip


def result_title(part: Part) -> str:
    """Return what the channels' results are called: padded only where a border is cropped."""
    return "padded result" if _is_cropped(part) else "result"


def result_size(part: Part) -> str:
    """Return its size, and that it is padded since its border is there still: none is added."""
    size = sized(part.layer.padded_size(part.input_size))
    return f"{size} uncropped" if _is_cropped(part) else size


def _is_cropped(part: Part) -> bool:
    return any(map(any, part.layer.border))


def result_notes(part: Part) -> tuple[str, ...]:
    """Return what the frame in the padded result means, where y begins, and why some stay 0.

    In a border all digits are grey: there it is said of which rows and columns that is.
    """
    notes = []
    cut = {n for pair in part.layer.border for n in pair}
    if cut != {0}:
        width = f" of {cut.pop()}" if len(cut) == 1 else ""
        notes.append(f"outside the frame: border{width}, cropped{_begins(part)}")
    if not part.reached.all():
        notes.append(UNREACHED_FRAMED if notes else UNREACHED)
    elif beyond := _unreached(part):
        notes.append(f"nothing reaches {words.several(beyond)}")
    return tuple(notes)


def _unreached(part: Part) -> list[str]:
    """Return the rows and columns of the padded result that nothing reaches.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> _unreached(part(plan(stride=2, padding=1, output_padding=1).make()))
    ['row 7', 'column 7']
    """
    found = zip(words.AXES[part.layer.dims], part.unreached, strict=True)
    return [f"{name[len(at) > 1]} {words.several([*map(str, at)])}" for name, at in found if at]


def _begins(part: Part) -> str:
    """Return where the output begins, if not where the padded result does.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> _begins(part(plan(padding=1).make())), _begins(part(plan(padding=((0, 1), 0)).make()))
    ('; y begins at [1,1]', '')
    """
    first = tuple(before for before, _ in part.layer.border)
    return f"; y begins at {words.place(first)}" * any(first)

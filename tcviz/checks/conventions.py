"""Two layers as code, on the same numbers: whether they are the same, and how they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tcviz.effort.loads import MAX_NUMBERS, check_cells
from tcviz.frameworks.pasted import PastedLayer
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.operands import Array
from tcviz.layer.sizes import Pair, Sizes, SizesLike, size_text, sizes_of
from tcviz.request.article import KERNEL
from tcviz.scene.frozen import frozen

NAMES = "A", "B"
COUNTS = ("in_channels", "out_channels", "groups")
GEOMETRY = ("kernel_size", "stride", "dilation")
CELLS = {1: ("cell",), 2: ("row", "column"), 3: ("slice", "row", "column")}
WAYS = {
    "cell": ("left", "right"),
    "slice": ("to the front", "to the back"),
    "row": ("up", "down"),
    "column": ("left", "right"),
}
"""Which way a value stands further before, or after."""


@frozen
class Convention:
    """A layer as code, what it is for an input, and the numbers that it makes."""

    code: PastedLayer
    layer: ConvTranspose
    y: Array

    @property
    def ends(self) -> tuple[Pair, ...]:
        """Cells that are cropped before and after on each axis; a negative number adds them."""
        sides = zip(self.layer.border, self.layer.output_padding, strict=True)
        return tuple((before, after - extra) for (before, after), extra in sides)

    def __str__(self) -> str:
        """Return the output's size, where it is cropped, and what happens to the kernel."""
        befores, afters = zip(*self.ends, strict=True)
        size = size_text(self.y.shape)
        kernel = ", kernel not flipped" if self.code.layout.turned else ""
        return f"output {size}, crops {_each(befores)} before and {_each(afters)} after{kernel}"


def compare(
    codes: Sequence[PastedLayer],
    input_size: SizesLike | None = None,
    kernel_size: SizesLike | None = None,
    seed: int = 0,
) -> tuple[list[Convention], list[str]]:
    """Run two layers on the same drawn numbers; return both, and each way in which they differ.

    A kernel is the same where each framework stores the same number for a place; that of one
    which says no size is as large as the other's.

    Raises
    ------
    RequestError
        If one of them does not take such an input.

    Examples
    --------
    >>> from tcviz.frameworks import layer
    >>> pytorch = "nn.ConvTranspose1d(1, 1, 3, 2, padding=1, output_padding=1)"
    >>> keras = "Conv1DTranspose(1, 3, 2, padding='same')"
    >>> compare([layer(pytorch), layer(keras)])[1]
    ['shifted: the values of B stand 1 cell further right than those of A']
    """
    one, other = codes
    if one.dims != other.dims:
        return [], [_unlike("number of axes", one.dims, other.dims)]
    kernels = [code.kernel_of(kernel_size or _kernel(code, codes)) for code in codes]
    size = _size(codes, kernels, input_size)
    check_cells("input", size, MAX_NUMBERS, "give a smaller --input-size")
    for kernel in kernels:
        check_cells("kernel", kernel, MAX_NUMBERS, "give a smaller kernel")
    rng = np.random.default_rng(seed)
    x = rng.integers(-9, 10, size)
    weight = rng.integers(1, 10**6, kernels[0])
    ran = [_run(code, kernel, x, weight) for code, kernel in zip(codes, kernels, strict=True)]
    unlike = [*_counts(codes), *_geometry(ran)]
    return ran, unlike or [*_crops(ran[0], ran[1], x, weight)]


def _kernel(code: PastedLayer, codes: Sequence[PastedLayer]) -> Any:
    """Return the size of a layer's kernel; one that says none has the other's, or the usual."""
    said = [other.kernel_size for other in (code, *codes) if other.kernel_size]
    return said[0] if said else KERNEL


def _size(
    codes: Sequence[PastedLayer], kernels: Sequence[Sizes], input_size: SizesLike | None
) -> Sizes:
    """Return the size of an input that both take: the one that a call says, if one does."""
    if input_size is not None:
        return sizes_of("input_size", input_size, codes[0].dims, 1)
    said = [
        code.input_of(kernel) for code, kernel in zip(codes, kernels, strict=True) if code.sizes_in
    ]
    return said[0] if said else codes[0].input_of(kernels[0])


def _run(code: PastedLayer, kernel: Sizes, x: Array, weight: Array) -> Convention:
    """Return what a layer makes, of a channel and with a kernel of its size."""
    from tcviz.engine.fast import fast

    layer = code.geometry(x.shape, kernel)
    single = ConvTranspose(
        kernel, layer.stride, layer.padding, layer.output_padding, layer.dilation
    )
    own = np.resize(weight, kernel)
    met = own[(slice(None, None, -1),) * own.ndim] if code.layout.turned else own
    return Convention(code, layer, fast(single, x[None], met[None, None])[0])


def _counts(codes: Sequence[PastedLayer]) -> Iterator[str]:
    """Yield numbers of channels and groups that differ, where both say one."""
    for name in COUNTS:
        mine, its = (getattr(code, name) for code in codes)
        if None not in (mine, its) and mine != its:
            yield _unlike(name, mine, its)


def _geometry(ran: Sequence[Convention]) -> Iterator[str]:
    for name in GEOMETRY:
        mine, its = (getattr(one.layer, name) for one in ran)
        if mine != its:
            yield _unlike(name, _each(mine), _each(its))


def _crops(one: Convention, other: Convention, x: Array, weight: Array) -> Iterator[str]:
    """Yield how two layers of one geometry differ; nothing where their numbers are the same."""
    if one.y.shape == other.y.shape and (one.y == other.y).all():
        return
    turned = one.code.layout.turned != other.code.layout.turned
    if turned:
        flipped = weight[(slice(None, None, -1),) * weight.ndim]
        other = _run(other.code, other.layer.kernel_size, x, flipped)
        yield "kernel flipped: one meets the input with its kernel turned round"
    yield from _placed(one, other)


def _placed(one: Convention, other: Convention) -> Iterator[str]:
    """Yield where the same values stand elsewhere, or are cropped, seen in the numbers too."""
    axes = list(zip(CELLS[one.layer.dims], one.ends, other.ends, strict=True))
    moved = [mine[0] - its[0] for _, mine, its in axes]
    if not _agree(one.y, other.y, moved):
        yield "the values differ where they overlap"
    if any(moved):
        ways = [
            f"{abs(n)} {cell}{'s' * (abs(n) > 1)} further {WAYS[cell][n > 0]}"
            for n, (cell, *_) in zip(moved, axes, strict=True)
            if n
        ]
        yield f"shifted: the values of B stand {' and '.join(ways)} than those of A"
    if one.y.shape != other.y.shape:
        sizes = (size_text(y.shape) for y in (one.y, other.y))
        yield _unlike("cropped differently: output", *sizes)


def _agree(y: Array, other: Array, moved: Sequence[int]) -> bool:
    """Return whether both have the same values where they overlap, so many cells further on."""
    a = y[tuple(slice(max(0, -n), None) for n in moved)]
    b = other[tuple(slice(max(0, n), None) for n in moved)]
    common = tuple(slice(0, min(n, m)) for n, m in zip(a.shape, b.shape, strict=True))
    return np.array_equal(a[common], b[common])


def _unlike(name: str, mine: object, its: object) -> str:
    """Return what is unlike, in both.

    >>> _unlike("stride", 1, 2)
    'stride is 1 in A, 2 in B'
    """
    first, second = NAMES
    return f"{name} is {mine} in {first}, {its} in {second}"


def _each(values: Sequence[int]) -> str:
    """Return one number where the axes agree, else all."""
    same = len(set(values)) == 1
    return str(values[0] if same else f"({', '.join(map(str, values))})").replace("-", "−")

"""Sizes of a transposed convolution, without arrays.

The parameters are PyTorch's: `stride` and `padding` belong to the *associated*
forward convolution, the one whose transpose this is.  Formulas are those of the
PyTorch documentation of ``ConvTranspose2d``, extended by padding per side.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

from tcviz.errors import DataError, GeometryError, complaint
from tcviz.errors.keywords import told
from tcviz.layer import crops
from tcviz.layer.sizes import (
    DEFAULT_DIMS,
    PaddingLike,
    Pair,
    Sizes,
    SizesLike,
    padding_sides,
    plain,
    said_axes,
    sizes_of,
    whole,
)
from tcviz.scene.frozen import frozen

USUAL = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1, "groups": 1}
"""What a layer is that does not say it."""


@frozen
class ConvTranspose:
    """The geometry of a transposed convolution in one to three dimensions.

    Parameters
    ----------
    kernel_size, stride, output_padding, dilation : int or sequence of int
        As in ``torch.nn.ConvTranspose2d``: rows before columns.  A scalar means
        the same on each axis; when all are scalars the geometry has `dims` axes.
    padding : int, sequence of int, sequence of pairs, or str
        Cells cropped from each side of the padded result, as in PyTorch, or per
        side: ``((top, bottom), (left, right))``.  In words: ``"same"``, with which
        output = input · stride, as in TensorFlow, ``"valid"``, which crops nothing, as
        in Keras, or for one axis ``"causal"``, which crops at the end.
    groups : int
        Number of separate groups of channels.
    dims : int, optional
        Number of spatial axes where no parameter says it; 2 by default.

    Raises
    ------
    GeometryError
        If a value is outside its range or two parameters disagree on the axes.

    Examples
    --------
    >>> layer = ConvTranspose(3, stride=2, padding=1)
    >>> layer.output_size((3, 3))
    (5, 5)
    >>> layer.collection_padding
    ((1, 1), (1, 1))
    >>> ConvTranspose(3, stride=2, padding="same").padding
    ((0, 1), (0, 1))
    """

    kernel_size: Sizes
    stride: Sizes
    padding: tuple[int | Pair, ...]
    output_padding: Sizes
    dilation: Sizes
    groups: int

    @told()
    def __init__(
        self,
        kernel_size: SizesLike,
        stride: SizesLike = 1,
        padding: PaddingLike | str = 0,
        output_padding: SizesLike = 0,
        dilation: SizesLike = 1,
        groups: int = 1,
        *,
        dims: int | None = None,
    ) -> None:
        given = {
            "kernel_size": plain(kernel_size),
            "stride": plain(stride),
            "padding": plain(padding),
            "output_padding": plain(output_padding),
            "dilation": plain(dilation),
        }
        axes = said_axes(given, dims) or DEFAULT_DIMS
        for name, least in (("kernel_size", 1), ("stride", 1), ("dilation", 1)):
            self._set(name, sizes_of(name, given[name], axes, least))
        self._set("output_padding", sizes_of("output_padding", given["output_padding"], axes, 0))
        if isinstance(padding, str):
            self._crop_in_words(padding)
        else:
            self._set("padding", padding_sides(given["padding"], axes))
        self._set("groups", whole("groups", groups, 1))
        self._check_output_padding()

    def _crop_in_words(self, word: str) -> None:
        if any(self.output_padding):
            what, allowed = f"{self.output_padding} beside padding {word!r}", "none: that says it"
            hint = "output_size asks for another size"
            raise GeometryError(complaint("output_padding", what, allowed, hint=hint))
        padding, extra = self._crop(crops.named(word, self.dims), (1,) * self.dims)
        self._set("padding", padding)
        self._set("output_padding", extra)

    def _crop(self, rule: crops.CropRule, cells: Sizes) -> tuple[tuple[int | Pair, ...], Sizes]:
        """Return padding and output_padding that a `rule` finds for an input of so many `cells`."""
        sizes = zip(self.extent, self.stride, self.dilation, cells, strict=True)
        found = [rule(crops.Along(axis, *along)) for axis, along in enumerate(sizes)]
        sides = tuple(_side(crop.before, crop.after) for crop in found)
        return sides, tuple(crop.extra for crop in found)

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _check_output_padding(self) -> None:
        for axis, extra in enumerate(self.output_padding):
            bound = max(self.stride[axis], self.dilation[axis])
            if extra >= bound:
                allowed = f"less than stride or dilation, here 0 to {bound - 1}"
                raise GeometryError(complaint("output_padding", extra, allowed, axis=axis))

    def with_kernel(self, kernel_size: Sizes) -> ConvTranspose:
        """Return the same with a kernel of another size.

        >>> ConvTranspose(3, stride=2).with_kernel((4, 4)).output_size(3)
        (8, 8)
        """
        return ConvTranspose(kernel_size, self.stride, self.padding, self.output_padding,
                             self.dilation, self.groups)  # fmt: skip

    @property
    def dims(self) -> int:
        """Number of spatial axes: 1, 2 or 3."""
        return len(self.kernel_size)

    @property
    def border(self) -> tuple[Pair, ...]:
        """Cells of the padded result that are cropped, (before, after) on each axis.

        >>> ConvTranspose(3, padding=((1, 0), (2, 2))).border
        ((1, 0), (2, 2))
        """
        return tuple((p, p) if isinstance(p, int) else p for p in self.padding)

    def cropped(self, rule: crops.CropRule, input_size: SizesLike) -> ConvTranspose:
        """Return the layer cropped as a `rule` says for an input of `input_size` cells.

        >>> ConvTranspose(3, stride=2).cropped(crops.same, 5).padding
        ((0, 1), (0, 1))
        """
        padding, extra = self._crop(rule, self.input_sizes(input_size))
        return replace(self, padding=padding, output_padding=extra)

    @property
    def extent(self) -> Sizes:
        """Cells from the first to the last tap: ``dilation·(kernel_size−1) + 1``."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel_size, self.dilation, strict=True))

    def output_size(self, input_size: SizesLike) -> Sizes:
        """Return the size of the output for an input of `input_size` cells.

        ``(x−1)·stride − 2·padding + dilation·(kernel_size−1) + output_padding + 1``

        >>> ConvTranspose(3, stride=2, padding=1, output_padding=1).output_size(3)
        (6, 6)
        """
        padded = self.padded_size(input_size)
        size = tuple(n - sum(b) for n, b in zip(padded, self.border, strict=True))
        for axis, n in enumerate(size):
            if n < 1:
                hint = "use less padding, or a larger input, kernel or stride"
                formula = self.size_formula(input_size)[axis]
                what = f"{n}, from {formula},"
                raise GeometryError(
                    complaint("output size", what, "1 or more", axis=axis, hint=hint)
                )
        return size

    def padded_size(self, input_size: SizesLike) -> Sizes:
        """Return the output's size before the border is cropped.

        >>> ConvTranspose(3, stride=2, padding=1).padded_size(3)
        (7, 7)
        """
        stretched = self.stretched_size(input_size)
        parts = zip(stretched, self.extent, self.output_padding, strict=True)
        return tuple(n + extent - 1 + extra for n, extent, extra in parts)

    def stretched_size(self, input_size: SizesLike) -> Sizes:
        """Return the input's size with ``stride−1`` zeros between neighbours.

        >>> ConvTranspose(3, stride=2).stretched_size((3, 4))
        (5, 7)
        """
        sizes = self.input_sizes(input_size)
        return tuple((x - 1) * s + 1 for x, s in zip(sizes, self.stride, strict=True))

    @property
    def collection_padding(self) -> tuple[Pair, ...]:
        """Zeros around the stretched input in the collection view, per axis and side.

        ``dilation·(kernel_size−1) − padding``, and `output_padding` more after.  A
        negative number crops that many cells instead.

        >>> ConvTranspose(2, padding=3).collection_padding
        ((-2, -2), (-2, -2))
        """
        parts = zip(self.extent, self.border, self.output_padding, strict=True)
        return tuple(
            (extent - 1 - before, extent - 1 - after + extra)
            for extent, (before, after), extra in parts
        )

    def forward_input_sizes(self, input_size: SizesLike) -> tuple[range, ...]:
        """Return, per axis, every forward input size that maps to `input_size`.

        The associated convolution rounds down, so `stride` different sizes reach
        the same one (the article, section 3); `output_padding` picks among them.

        >>> ConvTranspose(3, stride=2, padding=1).forward_input_sizes(3)
        (range(5, 7), range(5, 7))
        """
        padded = self.padded_size(input_size)
        parts = zip(padded, self.border, self.output_padding, self.stride, strict=True)
        return tuple(
            range(max(1, n - sum(b) - extra), max(1, n - sum(b) - extra + s))
            for n, b, extra, s in parts
        )

    def forward_output_size(self, size: SizesLike) -> Sizes:
        """Return the size that the associated forward convolution maps `size` to.

        >>> ConvTranspose(3, stride=2, padding=1).forward_output_size((5, 6))
        (3, 3)
        """
        sizes = self.input_sizes(size, "size")
        room = tuple(e - sum(b) for e, b in zip(self.extent, self.border, strict=True))
        for axis, (n, least) in enumerate(zip(sizes, room, strict=True)):
            if n < least:
                raise GeometryError(complaint("size", n, f"{least} or more", axis=axis))
        parts = zip(sizes, room, self.stride, strict=True)
        return tuple((n - least) // s + 1 for n, least, s in parts)

    def forward_formula(self, size: SizesLike) -> tuple[str, ...]:
        """Return the associated convolution's size formula with its numbers, per axis.

        >>> ConvTranspose(3, stride=2, padding=1).forward_formula(6)[0]
        'floor((6 + 2·1 − 1·(3−1) − 1) / 2) + 1 = 3'
        """
        ends = self.forward_output_size(size)
        parts = zip(self.input_sizes(size, "size"), ends, self.border, strict=True)
        return tuple(
            f"floor(({n} + {_twice(*sides)} − {self.dilation[axis]}·({self.kernel_size[axis]}−1) "
            f"− 1) / {self.stride[axis]}) + 1 = {end}"
            for axis, (n, end, sides) in enumerate(parts)
        )

    @property
    def forward_law(self) -> str:
        """The associated convolution's size formula in letters.

        >>> ConvTranspose(3, stride=2, padding=1).forward_law
        'floor((x size + 2·p − d·(kernel−1) − 1) / s) + 1'
        """
        return f"floor((x size + {self._both_sides} − d·(kernel−1) − 1) / s) + 1"

    def check_channels(self, in_channels: int, out_channels: int) -> None:
        """Raise DataError if the channels cannot be shared out among the groups."""
        for name, count in (("in_channels", in_channels), ("out_channels", out_channels)):
            if whole(name, count, 1) % self.groups:
                allowed = f"multiples of groups, here {self.groups}"
                raise DataError(complaint(name, count, allowed))

    def weight_shape(self, in_channels: int, out_channels: int) -> Sizes:
        """Return the weight's shape, ``(C_in, C_out/groups, *kernel_size)``.

        >>> ConvTranspose(4, groups=2).weight_shape(128, 64)
        (128, 32, 4, 4)
        """
        self.check_channels(in_channels, out_channels)
        return in_channels, out_channels // self.groups, *self.kernel_size

    def parameters(self, in_channels: int, out_channels: int, *, bias: bool = True) -> int:
        """Return how many numbers are learnt: the weight, and the bias of each output channel.

        >>> ConvTranspose(4, stride=2, padding=1).parameters(128, 64)
        131136
        """
        return prod(self.weight_shape(in_channels, out_channels)) + out_channels * bias

    def multiplications(self, input_size: SizesLike, in_channels: int, out_channels: int) -> int:
        """Return how many products one input takes: each element of a channel times each weight.

        Those that fall in the border are among them, as in ``torch.utils.flop_counter``,
        which counts each twice, with its addition.

        >>> ConvTranspose(4, stride=2, padding=1).multiplications(16, 128, 64)
        33554432
        """
        weights = prod(self.weight_shape(in_channels, out_channels))
        return weights * prod(self.input_sizes(input_size))

    @property
    def size_law(self) -> str:
        """The size formula in letters, in which sizes are told from what has them.

        >>> ConvTranspose(3, padding=(1, (0, 1))).size_law
        '(x size−1)·s − (p₁+p₂) + d·(kernel−1) + output_padding + 1'
        """
        return f"(x size−1)·s − {self._both_sides} + d·(kernel−1) + output_padding + 1"

    @property
    def _both_sides(self) -> str:
        """What both sides take together, in letters."""
        return "2·p" if all(before == after for before, after in self.border) else "(p₁+p₂)"

    def size_formula(self, input_size: SizesLike) -> tuple[str, ...]:
        """Return the size formula with its numbers, one text per axis.

        >>> ConvTranspose(3, stride=2, padding=1).size_formula(3)[0]
        '(3−1)·2 − 2·1 + 1·(3−1) + 0 + 1 = 5'
        """
        return tuple(self._formula(axis, x) for axis, x in enumerate(self.input_sizes(input_size)))

    def _formula(self, axis: int, x: int) -> str:
        k, s, d = self.kernel_size[axis], self.stride[axis], self.dilation[axis]
        before, after = self.border[axis]
        extra = self.output_padding[axis]
        y = (x - 1) * s - before - after + d * (k - 1) + extra + 1
        return f"({x}−1)·{s} − {_twice(before, after)} + {d}·({k}−1) + {extra} + 1 = {y}".replace(
            "= -", "= −"
        )

    def input_sizes(self, size: SizesLike, name: str = "input_size") -> Sizes:
        """Return `size` as one number per axis, each checked to be 1 or more.

        >>> ConvTranspose(3).input_sizes(4)
        (4, 4)
        """
        return sizes_of(name, plain(size), self.dims, 1)


def _side(before: int, after: int) -> int | Pair:
    """Return padding as one number where both sides have the same."""
    return before if before == after else (before, after)


def _twice(before: int, after: int) -> str:
    """Return what both sides take together, as it is written in a formula."""
    return f"2·{before}" if before == after else f"({before}+{after})"

"""How frameworks lay out arrays: where channels stand, and whether the kernel is turned round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tcviz.errors import DataError, complaint

AXES = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}
CHANNELS_FIRST, CHANNELS_LAST = "C*", "*C"


class ArrayLayout(NamedTuple):
    """The axes of an image and of a kernel, where * stands for those in space.

    The letters of a `kernel` are I for the channels that go in, and O for those that come out.
    One that is `turned` meets the input as it is stored, where a transposed convolution
    meets it flipped.
    """

    image: str = CHANNELS_FIRST
    kernel: str = "IO*"
    turned: bool = False

    def images(self, x: Any, dims: int) -> Any:
        """Return an array with its channels before the `dims` axes in space, if it has any.

        >>> import numpy as np
        >>> ArrayLayout("*C").images(np.ones((4, 5, 3)), dims=2).shape
        (3, 4, 5)
        """
        channels_last = self.image == CHANNELS_LAST and x.ndim > dims
        return _moved(x, x.ndim - 1, x.ndim - 1 - dims) if channels_last else x

    def back(self, y: Any, dims: int) -> Any:
        """Return an array laid out so, of one that has its channels before its axes in space."""
        last = self.image == CHANNELS_LAST
        return _moved(y, y.ndim - 1 - dims, y.ndim - 1) if last else y

    def kernels(self, weight: Any, dims: int, groups: int = 1) -> Any:
        """Return a weight as ``(C_in, C_out/groups, *kernel_size)``; without channels it has none.

        >>> import numpy as np
        >>> ArrayLayout(kernel="*OI").kernels(np.ones((3, 3, 64, 32)), dims=2).shape
        (32, 64, 3, 3)
        """
        if weight.ndim == dims + 2:
            at = {letter: axis for axis, letter in enumerate(_letters(self.kernel, dims))}
            order = (at["I"], at["O"], *(at[f"{axis}"] for axis in range(dims)))
            weight = weight.transpose(order)
            if groups > 1 and self.turned:  # then it is a forward convolution's
                weight = _regrouped(weight, groups)
        return weight[(..., *[slice(None, None, -1)] * dims)] if self.turned else weight

    def image_axes(self, dims: int, channels: str) -> tuple[str, ...]:
        """Return the names of an image's axes."""
        return _named(self.image.replace("C", "c"), {"c": channels}, AXES[dims])

    def kernel_axes(self, dims: int, into: str = "C_in", out: str = "C_out") -> tuple[str, ...]:
        """Return the names of a kernel's axes.

        >>> ArrayLayout(kernel="*OI").kernel_axes(2)
        ('kH', 'kW', 'C_out', 'C_in')
        """
        return _named(self.kernel, {"I": into, "O": out}, [f"k{axis}" for axis in AXES[dims]])


LAYOUTS: Mapping[str, ArrayLayout] = {
    "torch": ArrayLayout(),
    "keras": ArrayLayout(CHANNELS_LAST, "*OI"),
    "jax": ArrayLayout(CHANNELS_LAST, "*IO", turned=True),
    "onnx": ArrayLayout(),
}
"""By what they are called."""


def _moved(array: Any, axis: int, to: int) -> Any:
    order = [n for n in range(array.ndim) if n != axis]
    order.insert(to, axis)
    return array.transpose(order)


def _letters(layout: str, dims: int) -> list[str]:
    """Return a letter for each axis; those in space are numbers."""
    return [
        name
        for letter in layout
        for name in ([f"{axis}" for axis in range(dims)] if letter == "*" else [letter])
    ]


def _named(layout: str, names: Mapping[str, str], space: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for c in layout for name in (space if c == "*" else [names[c]]))


def _regrouped(weight: Any, groups: int) -> Any:
    """Return ``(C_in, C_out/groups, ...)`` of a forward kernel's ``(C_in/groups, C_out, ...)``."""
    into, out, *kernel = weight.shape
    if out % groups:
        what, allowed = f"of {out} output channels", f"multiples of groups, here {groups}"
        raise DataError(complaint("weight", what, allowed))
    split = weight.reshape(into, groups, out // groups, *kernel).swapaxes(0, 1)
    return split.reshape(groups * into, out // groups, *kernel)

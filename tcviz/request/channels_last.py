"""Arrays that are probably laid out as TensorFlow, Keras and JAX do: with their channels last.

An input would then be ``(H, W, C)`` and a weight ``(kH, kW, C_out, C_in)``, or in JAX
``(kH, kW, C_in, C_out)``; here both are as in PyTorch.  Where such an array does not fit, the
error says how to permute it; where it fits by chance, a note does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import NamedTuple

import numpy as np

from tcviz.errors import DataError
from tcviz.errors.notes import note
from tcviz.layer.layouts import AXES
from tcviz.layer.operands import Array

FEW_CHANNELS, MANY_CHANNELS = 4, 8
"""An image has up to so many; of a layer's two numbers of channels one has at least so many."""
LARGE_KERNEL, TAPS = 16, 11
"""A square kernel of that side is rather channels; what may be a kernel has no more taps a side."""
SMALL_IMAGE = 6
"""Rows of an image that is one beyond doubt."""


class Given(NamedTuple):
    """An array as it was given, and as it is read: with its channels first, in `dims` axes."""

    name: str
    given: Array
    read: Array
    dims: int

    def permuted(self, *order: int) -> tuple[Array, str]:
        """Return the array as it is read with its axes in another order, and how to say so."""
        extra = self.given.ndim - self.read.ndim  # a batch of one stays in front
        shown = *range(extra), *(n + extra for n in order)
        return np.transpose(self.read, order), f"{self.name}.transpose{shown}"


def images(x: Given) -> Iterator[tuple[Array, str]]:
    """Yield an input with its last axis first, and how to get it, if it may be an image."""
    *size, channels = x.read.shape
    if x.given.ndim > x.dims and (channels < min(size) or len({*size}) == 1 < x.dims):
        array, call = x.permuted(x.dims, *range(x.dims))
        yield array, f"if input is ({', '.join((*AXES[x.dims], 'C'))}), give {call}"


def weights(w: Given) -> Iterator[tuple[Array, str]]:
    """Yield a weight as Keras' and as JAX's, and how to get it, if it may be one."""
    if w.given.ndim != w.dims + 2 or not _may_be_kernel(w):
        return
    kernel, first, last = range(w.dims), w.dims, w.dims + 1
    taps = ", ".join(f"k{axis}" for axis in AXES[w.dims])
    for words, order in (("C_out, C_in", (last, first)), ("C_in, C_out", (first, last))):
        array, call = w.permuted(*order, *kernel)
        yield array, f"if weight is ({taps}, {words}), give {call}"


def _may_be_kernel(w: Given) -> bool:
    """Return whether the first axes may be a kernel's: square, if the last ones are."""
    kernel, others = w.read.shape[: w.dims], w.read.shape[-w.dims :]
    return max(kernel) <= TAPS and (len({*kernel}) == 1 or len({*others}) > 1)


def explained(
    error: DataError,
    x: Given | None,
    w: Given | None,
    check: Callable[[Array | None, Array | None], object],
) -> DataError:
    """Return the error, with how to permute what does not fit if that makes it fit.

    `check` raises DataError for an input and a weight that do not.
    """
    inputs = [(x.read if x else None, ""), *(images(x) if x else ())]
    kernels = [(w.read if w else None, ""), *(weights(w) if w else ())]
    for (image, of_x), (kernel, of_w) in product(inputs, kernels):
        hints = [words for words in (of_x, of_w) if words]
        if hints and _fits(check, image, kernel):
            return DataError("; ".join([str(error), *hints]))
    return error


def _fits(
    check: Callable[[Array | None, Array | None], object], x: Array | None, w: Array | None
) -> bool:
    try:
        check(x, w)
    except DataError:
        return False
    return True


def note_likely(x: Given | None, w: Given | None) -> None:
    """Note what fits by chance; arrays that fit each other have the layout that they should."""
    if x and w:
        if _both(x, w):
            _note(x, images(x))
            _note(w, weights(w))
    elif x and _is_image(x):
        _note(x, images(x))
    elif w and _is_weight(w):
        _note(w, weights(w))


def _note(array: Given, likely: Iterator[tuple[Array, str]]) -> None:
    channels, size = array.read.shape[: -array.dims], array.read.shape[-array.dims :]
    counts = " to ".join(map(str, channels))
    what = f"{counts} channels of {'×'.join(map(str, size))}"
    for _, words in likely:
        note(f"{array.name} of shape {array.given.shape} is read as {what}; {words}")
        return


def _is_image(x: Given) -> bool:
    """Return whether few columns would be many channels' of about as many rows.

    No picture that is up to twice as high as wide is taken for one.
    """
    *size, channels = x.read.shape
    few = channels <= FEW_CHANNELS and min(size) > 2 * channels
    large = min(size) >= SMALL_IMAGE and max(size) <= 2 * min(size)
    return x.dims > 1 and x.given.ndim > x.dims and few and large


def _is_weight(w: Given) -> bool:
    """Return whether as many channels come in as out, through a kernel that is hardly one."""
    *kernel, last, first = w.read.shape
    alike = len({*kernel}) == 1 < min(kernel) <= TAPS
    odd = (last != first and max(last, first) >= MANY_CHANNELS) or min(last, first) >= LARGE_KERNEL
    return w.dims > 1 and w.given.ndim == w.dims + 2 and alike and odd


def _both(x: Given, w: Given) -> bool:
    """Return whether a square image and kernel, channels last, fit as something odd.

    As they are read, the kernel is not square, but just as wide as the input, which is not
    square either, and as many channels come out as come in: as many as the image has rows.
    """
    if x.dims < 2 or x.given.ndim == x.dims or w.given.ndim != w.dims + 2:
        return False
    (*size, channels), (*kernel, last, first) = x.read.shape, w.read.shape
    square = len({*size}) == len({*kernel}) == 1 and min(size) >= 3
    return square and channels == first != last and channels < min(size)

"""Layers and operands that property tests share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.sizes import Pair, Sizes

Array = NDArray[Any]

REPEATED = settings(
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""With a `seed`: what is costly to make is the same in every run, and is not shrunk."""

thorough = settings(max_examples=100, deadline=None)
"""For laws: many geometries, and no deadline, for a busy machine breaks no law."""


@dataclass(frozen=True, eq=False)
class Case:
    """A layer and operands that fit it."""

    layer: ConvTranspose
    x: Array
    weight: Array
    bias: Array | None

    @property
    def operands(self) -> tuple[ConvTranspose, Array, Array, Array | None]:
        """What an engine takes."""
        return self.layer, self.x, self.weight, self.bias

    @property
    def input_size(self) -> Sizes:
        """The spatial size of `x`."""
        return self.x.shape[-self.layer.dims :]

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The shape of the output, batched as `x` is."""
        batch = self.x.shape[: -self.layer.dims - 1]
        channels = self.weight.shape[1] * self.layer.groups
        return (*batch, channels, *self.layer.output_size(self.input_size))


@dataclass(frozen=True)
class Axis:
    """What one axis of a layer has."""

    size: int
    kernel_size: int
    stride: int
    dilation: int
    output_padding: int
    padding: Pair


@st.composite
def axes(draw: st.DrawFn, *, per_side: bool = True) -> Axis:
    """Draw one axis whose output has at least one cell."""
    size, kernel_size = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    stride, dilation = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    extra = draw(st.integers(0, max(stride, dilation) - 1))
    spare = (size - 1) * stride + dilation * (kernel_size - 1) + extra  # all cells but one
    before = draw(st.integers(0, min(5, spare if per_side else spare // 2)))
    after = draw(st.integers(0, min(5, spare - before))) if per_side else before
    return Axis(size, kernel_size, stride, dilation, extra, (before, after))


@st.composite
def geometries(draw: st.DrawFn, *, per_side: bool = True) -> tuple[ConvTranspose, Sizes]:
    """Draw a layer of one to three dimensions, and an input size for it."""
    drawn = draw(st.lists(axes(per_side=per_side), min_size=1, max_size=3))
    layer = ConvTranspose(
        kernel_size=[axis.kernel_size for axis in drawn],
        stride=[axis.stride for axis in drawn],
        padding=[axis.padding for axis in drawn],
        output_padding=[axis.output_padding for axis in drawn],
        dilation=[axis.dilation for axis in drawn],
        groups=draw(st.integers(1, 3)),
    )
    return layer, tuple(axis.size for axis in drawn)


@st.composite
def cases(
    draw: st.DrawFn,
    *,
    floats: bool = False,
    per_side: bool = True,
    batched: bool | None = None,
) -> Case:
    """Draw a layer and operands: small integers, or `floats` of about one."""
    layer, size = draw(geometries(per_side=per_side))
    in_channels, out_channels = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    has_batch = draw(st.booleans()) if batched is None else batched
    batch = (draw(st.integers(1, 3)),) if has_batch else ()
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))

    def numbers(*shape: int) -> Array:
        return rng.standard_normal(shape) if floats else rng.integers(-9, 10, shape)

    x = numbers(*batch, layer.groups * in_channels, *size)
    weight = numbers(layer.groups * in_channels, out_channels, *layer.kernel_size)
    bias = numbers(layer.groups * out_channels) if draw(st.booleans()) else None
    return Case(layer, x, weight, bias)

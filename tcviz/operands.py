"""What a transposed convolution works on: a layer and its arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from numpy.typing import NDArray

from tcviz.geometry import ConvTranspose, Sizes

Array: TypeAlias = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Operands:
    """A layer and the read-only arrays that it works on.

    `x` has shape ``(C_in, *input_size)``, `weight` ``(C_in, C_out/groups, *kernel_size)``,
    and `bias`, if any, ``(C_out,)``.
    """

    layer: ConvTranspose
    x: Array
    weight: Array
    bias: Array | None = None

    @property
    def in_channels(self) -> int:
        """Number of input channels, C_in."""
        return len(self.x)

    @property
    def out_channels(self) -> int:
        """Number of output channels, C_out."""
        return int(self.weight.shape[1]) * self.layer.groups

    @property
    def input_size(self) -> Sizes:
        """Size of the input, one number per spatial axis."""
        return self.x.shape[1:]

    @property
    def output_size(self) -> Sizes:
        """Size of the output, one number per spatial axis."""
        return self.layer.output_size(self.input_size)

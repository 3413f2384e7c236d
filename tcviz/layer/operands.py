"""What a layer works on: its geometry and its arrays."""

from __future__ import annotations

from dataclasses import field, replace
from typing import Any, TypeAlias

from numpy.typing import NDArray

from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.sizes import Sizes
from tcviz.scene.frozen import frozen

Array: TypeAlias = NDArray[Any]

INT64_EXACT = 2**63


def largest(array: Array) -> int:
    """Return the largest magnitude; Python's integers know no overflow.

    >>> import numpy as np
    >>> largest(np.array([-128, 127], np.int8))
    128
    """
    return max(int(array.max()), -int(array.min())) if array.size else 0


@frozen(eq=False)
class Operands:
    """A layer and the read-only arrays that it works on.

    `x` has shape ``(C_in, *input_size)``, `weight` ``(C_in, C_out/groups, *kernel_size)``,
    and `bias`, if any, ``(C_out,)``.  Where they are those of the associated `forward`
    convolution, `weight` has shape ``(C_out, C_in/groups, *kernel_size)``, as in ``Conv2d``:
    it is the same array, seen from the other side.  The upstream gradient `grad_output`
    has the output's shape, and is there only where gradients are asked for.
    """

    layer: ConvTranspose
    x: Array = field(repr=False)
    weight: Array = field(repr=False)
    bias: Array | None = field(default=None, repr=False)
    forward: bool = False
    grad_output: Array | None = field(default=None, repr=False)

    def addable(self) -> Operands:
        """Return the same operands; as float64 where a sum of whole numbers may pass 64 bits.

        Engines then refuse, or count on in Python's own numbers; pictures show a few digits.

        >>> import numpy as np
        >>> x, weight = np.array([[5]]), np.array([[[9 * 10**18]]])
        >>> Operands(ConvTranspose((1,)), x, weight).addable().weight.dtype
        dtype('float64')
        """
        arrays = {"x": self.x, "weight": self.weight, "bias": self.bias,
                  "grad_output": self.grad_output}  # fmt: skip
        given = {name: array for name, array in arrays.items() if array is not None}
        whole = [array for array in given.values() if array.dtype.kind in "iu"]
        *_, second, first = 1, 1, *sorted(map(largest, whole))
        if max(array.size for array in given.values()) * first * second + first < INT64_EXACT:
            return self
        floats: dict[str, Any] = {name: array.astype(float) for name, array in given.items()}
        return replace(self, **floats)

    @property
    def in_channels(self) -> int:
        """Number of input channels, C_in."""
        return len(self.x)

    @property
    def out_channels(self) -> int:
        """Number of output channels, C_out."""
        if self.forward:
            return len(self.weight)
        return int(self.weight.shape[1]) * self.layer.groups

    @property
    def input_size(self) -> Sizes:
        """Size of the input, one number per spatial axis."""
        return self.x.shape[1:]

    @property
    def output_size(self) -> Sizes:
        """Size of the output, one number per spatial axis."""
        size = self.layer.forward_output_size if self.forward else self.layer.output_size
        return size(self.input_size)

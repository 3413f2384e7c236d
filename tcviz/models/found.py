"""A transposed convolution that was found in a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from tcviz.errors import DataError, complaint, quoted
from tcviz.scene.frozen import frozen

if TYPE_CHECKING:
    from tcviz.frameworks.pasted import PastedLayer
    from tcviz.layer.operands import Array
    from tcviz.layer.overlap import Overlap
    from tcviz.layer.sizes import Sizes

MOST_LAYERS = 10_000
"""Layers of a model that are looked at."""
MOST_WEIGHTS = 2**28
"""Bytes of one weight that is read."""


@frozen
class ModelLayer:
    """A layer of a model: its call, the sizes that it meets there, and its weights.

    Attributes
    ----------
    name : str
    layer : PastedLayer
        As its framework would write it.
    input_size : tuple of int, optional
        None where the model does not say it.
    weights : callable
        Reads weight and bias, laid out as in the framework; the bias may be None.
    meets : tuple of tuple of int
        The sizes of what its output is joined to: the skip connections.
    is_guess : bool
        Whether the file holds weights only: stride and padding are not in it.
    """

    name: str
    layer: PastedLayer
    input_size: Sizes | None
    weights: Callable[[], tuple[Array, Array | None]] = field(repr=False)
    meets: tuple[Sizes, ...] = ()
    is_guess: bool = False

    @property
    def output_size(self) -> Sizes | None:
        """The size of its output, where that of its input is known."""
        return self.layer.output_size(self.input_size) if self.input_size else None

    def told(self, said: Mapping[str, Any]) -> PastedLayer:
        """Return the layer with what its file does not say, as PyTorch would write it."""
        if not self.is_guess:
            return self.layer
        if said.get("stride") is None:
            what = f"not in the file of weights that has {quoted(self.name)}"
            raise DataError(complaint("stride", what, "said beside it, one for all layers"))
        from tcviz import frameworks

        words = ", ".join(f"{name}={value!r}" for name, value in said.items())
        return frameworks.layer(f"{self.layer.call[:-1]}, {words})")

    @property
    def parameters(self) -> int | None:
        """How many numbers it has learnt, where its channels are known."""
        into, out = self.layer.in_channels, self.layer.out_channels
        if into is None or out is None:
            return None
        return self.layer.geometry().parameters(into, out, bias=self.layer.bias)

    @property
    def overlap(self) -> Overlap:
        """How many input elements reach its output cells."""
        from tcviz.layer.overlap import overlap

        size = self.layer.input_of(self.layer.kernel_of(None), self.input_size)
        return overlap(self.layer.geometry(size), size)

    @property
    def even_kernel(self) -> Sizes | None:
        """The nearest kernel size whose overlap is even, None where this one's is."""
        if self.overlap.uniform:
            return None
        sides = zip(self.layer.kernel_of(None), self.layer.stride, strict=True)
        return tuple(-(-kernel // stride) * stride for kernel, stride in sides)

    @property
    def misses(self) -> tuple[Sizes, ...]:
        """The sizes that its output is joined to and does not have."""
        return tuple(size for size in self.meets if size != self.output_size)

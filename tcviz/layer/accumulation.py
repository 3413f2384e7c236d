"""How the gradients of weight and bias add up, step by step.

The gradient of the input is an ordinary convolution: `forward.Convolution` walks
through that.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tcviz.layer.gradients import BiasGradient, WeightGradient
from tcviz.layer.operands import Array
from tcviz.layer.running import Block, added, box, column, gather
from tcviz.layer.sizes import Sizes
from tcviz.layer.taps import windows
from tcviz.layer.trace import Adding, Step, at_number, landed, steps_at
from tcviz.scene.frozen import frozen


@frozen
class Correlation(Adding):
    """One step per input element: what it reached of dy, times the element.

    The `factors` of a step are the window of dy, its `values` the element; where
    the window lies in the border that was cropped, products are zero.

    >>> from tcviz.layer.gradients import of_weight
    >>> from tcviz.request.inputs import plan
    >>> trace = Correlation(of_weight(plan(stride=2, padding=1, backward=True).make()))
    >>> len(trace), trace[0].counts.tolist()[0]
    (9, [False, False, False])
    """

    part: WeightGradient

    @property
    def walked(self) -> Sizes:
        """One step per input element."""
        return self.part.input_size

    def __getitem__(self, number: int) -> Step:
        part = self.part
        at = at_number(number, part.input_size)
        places, counts = windows(part.axes, at), landed(part.axes, at)
        window = part.padded[np.ix_(*places)]
        shape = part.channels, *window.shape
        values, factors = (np.broadcast_to(a, shape) for a in (column(part.x, at), window))
        with np.errstate(all="ignore"):
            products = np.where(counts, values * factors, part.x.dtype.type(0))
        return Step(number, at, places, factors, values, products, counts)

    def start(self) -> Array:
        """Return zeros, each channel's gradient: ``(C, *kernel_size)``."""
        return np.zeros_like(self[0].products)

    def add(self, sums: Array, block: Block) -> None:
        """Add what the elements of a block add: each its window, times itself."""
        part = self.part
        turned = [axis.only(of).turned for axis, of in zip(part.axes, block, strict=True)]
        gather(sums, part.weight, part.x[box(block)], turned)

    def window(self, step: Step) -> Any:  # noqa: ARG002  (of this trace all steps have one)
        """Return all taps: a step adds to the whole gradient."""
        return ...

    def ends(self) -> tuple[Array, Array]:
        """Return which steps are the first and the last to reach each tap, −1 for none.

        >>> from tcviz.layer.gradients import of_weight
        >>> from tcviz.request.inputs import plan
        >>> trace = Correlation(of_weight(plan(padding=1, backward=True).make()))
        >>> [steps.tolist() for steps in trace.ends()]
        [[[4, 3, 3], [1, 0, 0], [1, 0, 0]], [[8, 8, 7], [8, 8, 7], [5, 5, 4]]]
        """
        met = [[axis.of_tap(k)[0] for k in range(axis.kernel)] for axis in self.part.axes]
        first, last = ([[i[end] if i else -1 for i in axis] for axis in met] for end in (0, -1))
        return steps_at(first, self.walked), steps_at(last, self.walked)


@frozen
class Summation(Adding):
    """One step per output element: dy there is added.

    >>> from tcviz.layer.gradients import of_bias
    >>> from tcviz.request.inputs import plan
    >>> part = of_bias(plan(grad_output=[[1, 2], [3, 4]], input_size=2, kernel_size=1,
    ...                     in_channels=1, backward=True).make())
    >>> [int(step.products[0, 0, 0]) for step in Summation(part)]
    [1, 2, 3, 4]
    """

    part: BiasGradient

    @property
    def walked(self) -> Sizes:
        """One step per element of dy."""
        return self.part.input_size

    def __getitem__(self, number: int) -> Step:
        part = self.part
        at = at_number(number, part.input_size)
        places = tuple(range(i, i + 1) for i in at)
        value = part.x[box(places)]
        return Step(number, at, places, part.weight, value, value, np.ones(value.shape[1:], bool))

    def start(self) -> Array:
        """Return zero, the gradient: ``(1, *1s)``."""
        return np.zeros_like(self[0].products)

    def add(self, sums: Array, block: Block) -> None:
        """Add the elements of a block."""
        one: Any = (slice(None), *(0 for _ in block))
        with np.errstate(all="ignore"):
            sums[one] = added(sums[one], self.part.x[box(block)])

    def window(self, step: Step) -> Any:  # noqa: ARG002  (of this trace all steps have one)
        """Return the one number."""
        return ...

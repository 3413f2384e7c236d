"""The forward convolution that a transposed one is associated with, step by step.

One step per output element, as in figure 1 of the article: a window of the
padded input, times the kernel, summed.  As in PyTorch the kernel is not flipped.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from tcviz.layer.operands import Array
from tcviz.layer.parts import ForwardPart
from tcviz.layer.sizes import Sizes
from tcviz.layer.taps import windows
from tcviz.layer.trace import Step, Trace, at_number, landed
from tcviz.scene.frozen import frozen


@frozen
class Convolution(Trace):
    """One step per output element, in reading order.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> trace = Convolution(part(plan(example="convolution").make()))
    >>> len(trace), int(trace[0].products.sum())
    (9, -29)
    """

    part: ForwardPart

    @property
    def walked(self) -> Sizes:
        """One step per output element."""
        return self.part.output_size

    @cached_property
    def sums(self) -> Array:
        """Each channel's own sum in each step: ``(C, *output_size)``, read-only."""
        sums = self.part.results(self.part.x, self.part.weight)
        sums.setflags(write=False)
        return sums

    def __getitem__(self, number: int) -> Step:
        part = self.part
        at = at_number(number, self.walked)
        places = windows(part.axes, at)
        values = part.padded[np.ix_(range(part.channels), *places)]
        with np.errstate(all="ignore"):
            products = values * part.weight
        counts = landed(part.axes, at)
        products = np.where(counts, products, part.x.dtype.type(0))
        return Step(number, at, places, part.weight, values, products, counts)

"""The gradient of the input: an ordinary convolution of the upstream gradient.

The panels are those of the convolution view: upstream gradient, padded where the layer
has padding, window, kernel, products, result per output channel, gradient.
"""

from __future__ import annotations

from math import prod

from tcviz.layer.gradients import InputGradient
from tcviz.layer.trace import Step
from tcviz.scene.marks import Scene
from tcviz.views import chrome
from tcviz.views.convolution import ConvolutionView
from tcviz.views.gathering import Gathering
from tcviz.views.look import Look


class Told(Gathering):
    """The words of the gradient of one input channel, which it gathers from dy."""

    name = "gradient of the input"
    subtitle = "the gradient of the input is an ordinary convolution of the upstream gradient"
    zeros = "zeros of the padding"

    def _tell(self, part: InputGradient) -> None:
        """Say what windows are counted in, and how much of dy none meets."""
        padded = any(map(any, part.layer.border))
        self.of = " of padded dy" if padded else " of dy"
        unmet = f"; no window meets {part.unmet} of {prod(part.input_size)} elements of dy"
        self._unmet = unmet if part.unmet else ""

    def _detail(self, step: Step) -> str:
        """Return the channels' sums or, where there is one, what makes the convolution ordinary."""
        stride = chrome.alike(self._part.layer.stride)
        ordinary = f"an ordinary convolution: stride {stride}, and the kernel is not flipped"
        return super()._detail(step) or ordinary + self._unmet


class InputGradientView(Told, ConvolutionView):
    """Scenes of the gradient of one input channel, a step for each element of it."""

    def __init__(self, part: InputGradient, look: Look) -> None:
        self._tell(part)
        super().__init__(part, look)

    def overview(self) -> Scene:
        """Return the last step: the whole gradient is there."""
        return Gathering.overview(self)


build = InputGradientView

"""The gradient of the input: an ordinary convolution of the upstream gradient.

The panels are those of the convolution view: upstream gradient, padded where the layer
has padding, window, kernel, products, result per output channel, gradient.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

from tcviz.boards import chrome
from tcviz.boards.tensor import Tensor
from tcviz.layer.gradients import InputGradient
from tcviz.layer.parts import Part
from tcviz.layer.trace import Step
from tcviz.look.look import Look
from tcviz.look.ranges import Ranges
from tcviz.look.titles import UPSTREAM
from tcviz.scene.marks import Scene
from tcviz.views.convolution import ConvolutionView
from tcviz.views.gathering import GatheringView


class InputGradientView(ConvolutionView):
    """What the steps of the gradient of one input channel show, a step for each element of it."""

    name = "gradient of the input"
    subtitle = f"the gradient of the input is an ordinary convolution of dy ({UPSTREAM})"
    zeros = "zeros of the padding"
    read = "{}dy"

    def __init__(self, part: InputGradient, look: Look) -> None:
        unmet = f"; no window meets {part.unmet} of {prod(part.input_size)} elements of dy"
        self._unmet = unmet if part.unmet else ""
        super().__init__(part, look)

    def tensors(self, part: Part, ranges: Ranges) -> dict[str, Tensor]:
        """Return what the panels hold: dy has the colour of the output in every view."""
        held = super().tensors(part, ranges)
        dy = {"x", self._wide} & {*held}
        return held | {key: replace(held[key], hue="result") for key in dy}

    def _remark(self, step: Step) -> str:  # noqa: ARG002
        """Return what makes the convolution ordinary."""
        stride = chrome.alike(self._part.layer.stride)
        ordinary = f"an ordinary convolution: stride {stride}, and the kernel is not flipped"
        return ordinary + self._unmet

    def overview(self) -> Scene:
        """Return the last step: the whole gradient is there."""
        return GatheringView.overview(self)


build = InputGradientView

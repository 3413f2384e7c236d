"""The gradient of the input in one dimension: the kernel slides below the upstream gradient.

The rows are those of the convolution view: dx[i] stands at i·stride of the padded upstream
gradient, below the first element of the window that it gathers.
"""

from __future__ import annotations

from tcviz.layer.gradients import InputGradient
from tcviz.scene.marks import Scene
from tcviz.views.gathering import Gathering
from tcviz.views.grad_input import Told
from tcviz.views.look import Look
from tcviz.views.rows_convolution import ConvolutionRows


class InputGradientRows(Told, ConvolutionRows):
    """Scenes of the gradient of one input channel in one dimension."""

    def __init__(self, part: InputGradient, look: Look) -> None:
        self._tell(part)
        super().__init__(part, look)

    def overview(self) -> Scene:
        """Return the last step: the whole gradient is there."""
        return Gathering.overview(self)


build = InputGradientRows

"""Layers as other frameworks write them: what a file of this room writes it also reads.

A framework is one file, and one row here.  The file has ``MARKS``, words that stand before its
names, ``FORMS``, the calls that it reads, and ``read(call) -> PastedLayer``.  One that also
writes has ``code(plan) -> str``: a whole program that computes what a picture shows.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tcviz.frameworks.pasted import PastedLayer
    from tcviz.request.inputs import Plan

FRAMEWORKS = {
    "PyTorch": "tcviz.frameworks.pytorch",
    "JAX": "tcviz.frameworks.jax",
    "TensorFlow": "tcviz.frameworks.tensorflow",
    "Keras": "tcviz.frameworks.keras",
    "Flax": "tcviz.frameworks.flax",
    "ONNX": "tcviz.frameworks.onnx",
    "MLX": "tcviz.frameworks.mlx",
    "Paddle": "tcviz.frameworks.paddle",
}
"""In the order in which a call that might be several's is looked for."""
WRITERS = ("PyTorch", "TensorFlow", "JAX", "ONNX")
"""Those that a page offers code for."""


def layer(code: str) -> PastedLayer:
    """Return the layer that a line of code makes; the code is parsed, never run.

    Parameters
    ----------
    code : str
        A call such as ``nn.ConvTranspose2d(2, 1, 3, stride=2)``, also within a statement.

    Raises
    ------
    RequestError
        If it is no call of a transposed convolution, of one that its framework forbids, or
        of one that cannot be drawn.

    Examples
    --------
    >>> layer("self.up = nn.ConvTranspose2d(2, 1, kernel_size=4, stride=2, padding=1)").geometry()
    ConvTranspose(kernel_size=(4, 4), stride=(2, 2), padding=(1, 1), output_padding=(0, 0), \
dilation=(1, 1), groups=1)
    """
    from tcviz.frameworks.reading import read

    rooms: dict[str, Any] = {name: import_module(home) for name, home in FRAMEWORKS.items()}
    return read(code, rooms)


def snippets(plan: Plan) -> dict[str, str]:
    r"""Return the code of each library, by its name.

    Each is whole: it makes `x` and `weight` (and `bias`), calls the library, and prints
    `y`, of shape ``(1, C_out, *output_size)``.  Small arrays are written out, larger ones
    are drawn as `plan` draws them, or loaded where they were given.  All are float32.
    None of the libraries is needed to write it.

    >>> from tcviz.request.inputs import plan
    >>> code = snippets(plan(stride=2, padding=1))["PyTorch"]
    >>> print(code.partition("bias=False)\n")[2])
    y = torch.nn.functional.conv_transpose2d(
        torch.tensor(x), torch.tensor(weight), stride=2, padding=1
    )
    print(y)
    <BLANKLINE>
    """
    return {name: import_module(FRAMEWORKS[name]).code(plan) for name in WRITERS}

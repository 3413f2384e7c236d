"""Code that computes the same as a picture shows, to paste into other libraries.

A library is one file with a function ``code(plan) -> str``, and one row here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tcviz.request.inputs import Plan

LIBRARIES = {
    "PyTorch": "tcviz.snippets.pytorch",
    "TensorFlow": "tcviz.snippets.tensorflow",
    "JAX": "tcviz.snippets.jax",
    "ONNX": "tcviz.snippets.onnx",
}


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
    return {name: import_module(home).code(plan) for name, home in LIBRARIES.items()}

"""See transposed convolution work.

``import tcviz`` is light: NumPy and the drawing libraries are imported when a
name that needs them is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which takes milliseconds to import
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "ConvTranspose": "tcviz.layer.geometry",
    "TcvizError": "tcviz.errors",
    "TcvizWarning": "tcviz.errors.notes",
    "animate": "tcviz.api",
    "conv_transpose": "tcviz.engine",
    "conv_transpose_backward": "tcviz.engine",
    "figure": "tcviz.api",
    "page": "tcviz.api",
}

__all__ = [
    "ConvTranspose",
    "TcvizError",
    "TcvizWarning",
    "__version__",
    "animate",
    "conv_transpose",
    "conv_transpose_backward",
    "figure",
    "page",
]

if TYPE_CHECKING:
    from tcviz.api import animate, figure, page
    from tcviz.engine import conv_transpose, conv_transpose_backward
    from tcviz.errors import TcvizError
    from tcviz.errors.notes import TcvizWarning
    from tcviz.layer.geometry import ConvTranspose


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'tcviz' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)

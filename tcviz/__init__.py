"""See transposed convolution work.

``import tcviz`` is light: NumPy and the drawing libraries are imported when a
name that needs them is first used.
"""

from __future__ import annotations

from tcviz.files.lazy import offered

TYPE_CHECKING = False  # as in typing, which takes milliseconds to import
__version__ = "0.1.0"

_HOMES = {
    "ConvTranspose": "tcviz.layer.geometry",
    "TcvizError": "tcviz.errors",
    "TcvizWarning": "tcviz.errors.notes",
    "animate": "tcviz.api.animation",
    "conv_transpose": "tcviz.engine.fast",
    "conv_transpose_backward": "tcviz.engine.backward_fast",
    "figure": "tcviz.api.stills",
    "page": "tcviz.api.webpage",
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
    "layer",
    "page",
]

if TYPE_CHECKING:
    from tcviz.api import animate, figure, page
    from tcviz.engine.backward_fast import conv_transpose_backward
    from tcviz.engine.fast import conv_transpose
    from tcviz.errors import TcvizError
    from tcviz.errors.notes import TcvizWarning
    from tcviz.frameworks.pasted import PastedLayer
    from tcviz.layer.geometry import ConvTranspose


# A room has the name of the function below.  Loaded here, it is in `sys.modules` and sets the
# name no more, whatever is imported from it later.
__import__("tcviz.layer")


def layer(code: str) -> PastedLayer:
    """Return the layer that a line of code makes, in the words of its framework.

    What it returns can be given wherever a layer can, and has `conv_transpose` for arrays that
    are laid out as in that framework.

    Parameters
    ----------
    code : str
        A call of PyTorch, TensorFlow, Keras, JAX, Flax, ONNX, MLX or Paddle, also within a
        statement.  It is parsed, never run: sizes are literals.  Or a model's file with the
        name of a layer in it, such as ``"decoder.onnx:up2"``.

    Raises
    ------
    TcvizError
        If it is no transposed convolution, one that its framework forbids, or one that cannot
        be drawn.

    Examples
    --------
    >>> layer("Conv2DTranspose(64, 3, strides=2, padding='same')").output_size(13)
    (26, 26)
    """
    from tcviz import frameworks, models

    return models.layer(code).told({}) if models.is_model(code) else frameworks.layer(code)


__getattr__ = offered(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted(__all__)

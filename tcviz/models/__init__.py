"""Models from files: their transposed convolutions, with sizes and weights.

A format is one file with a function ``read(path) -> Iterator[ModelLayer]``, and one row here.
A model is data, never a program: nothing that it holds is run or unpickled, and no more of it
is read than was asked for.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tcviz.errors import DataError, TcvizError, complaint, did_you_mean, quoted, quoted_path
from tcviz.errors.oneline import one_line
from tcviz.files import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tcviz.layer.operands import Array
    from tcviz.models.found import ModelLayer


class ModelFormat(NamedTuple):
    """Where a format is read, and the package that reads it, with the extra that installs it."""

    home: str
    package: str
    extra: str


MODELS = {
    ".onnx": ModelFormat("tcviz.models.onnx_file", "onnx", "onnx"),
    ".keras": ModelFormat("tcviz.models.keras_file", "h5py", "keras"),
    ".h5": ModelFormat("tcviz.models.keras_file", "h5py", "keras"),
    ".safetensors": ModelFormat("tcviz.models.tensors_file", "safetensors", "safetensors"),
    ".pt": ModelFormat("tcviz.models.torch_file", "torch", "torch"),
    ".pth": ModelFormat("tcviz.models.torch_file", "torch", "torch"),
}
"""By suffix."""
UNSAID = ("stride", "padding", "output_padding", "dilation")
"""What a file of weights does not say."""


def layers(path: str | Path) -> Sequence[ModelLayer]:
    """Return the transposed convolutions of a model, in the order in which they stand there.

    Parameters
    ----------
    path : str or Path
        A file of one of the suffixes in `MODELS`.

    Raises
    ------
    DataError
        If it is no such file, broken, or its package is missing.
    """
    path = Path(path)
    if path.suffix.lower() not in MODELS:
        raise DataError(complaint("model", quoted_path(path), f"a file of {', '.join(MODELS)}"))
    form = MODELS[path.suffix.lower()]
    try:
        reading.check_regular(path)
    except reading.UnreadableError as error:
        raise DataError(f"model {quoted_path(path)} {error}") from None
    try:
        import_module(form.package)
    except ImportError:
        hint = f"pip install 'tcviz[{form.extra}]'"
        what = f"{quoted_path(path)}, which takes the package {form.package}"
        raise DataError(complaint("model", what, "where that is installed", hint=hint)) from None
    found = import_module(form.home).read(path)
    return tuple(replace(one, weights=partial(_weights, one.name, one.weights)) for one in found)


def _weights(
    name: str, read: Callable[[], tuple[Array, Array | None]]
) -> tuple[Array, Array | None]:
    """Return what a format reads; whatever its library makes of a lie, it is one line."""
    try:
        return read()
    except TcvizError:
        raise
    except Exception as error:  # noqa: BLE001  (each library has its own, and more than one)
        what = f"of {quoted(name)}, unreadable ({(one_line(error) or type(error).__name__)[:80]})"
        raise DataError(complaint("weight", what, "numbers")) from None


def layer(spec: str) -> ModelLayer:
    """Return the layer that ``MODEL:NAME`` means, or the only one of ``MODEL``.

    A part of its path is name enough where no other has it: exports call ``up2``
    ``/up2/ConvTranspose``.

    Raises
    ------
    DataError
        If there is no such model, or no such layer in it.
    """
    path, name = split(spec)
    found = {one.name: one for one in layers(path)}
    if not found:
        raise DataError(complaint("model", quoted_path(path), "one with a transposed convolution"))
    if name in found:
        return found[name]
    alike = [one for full, one in found.items() if not name or _path(name) in _path(full)]
    if len(alike) == 1:
        return alike[0]
    what = quoted(name) if name else f"{quoted_path(path)}, which has {len(found)} of them"
    allowed = f"{path}:NAME with a NAME of {', '.join(found)}"
    hint = did_you_mean(name, found) if name else None
    raise DataError(complaint("layer", what, allowed, hint=hint))


def _path(name: str) -> str:
    """Return a name with its parts between slashes.

    >>> _path("decoder.up2"), _path("up2") in _path("/up2/ConvTranspose")
    ('/decoder/up2/', True)
    """
    return f"/{name.strip('/').replace('.', '/')}/"


def opened(
    arrays: tuple[Any, Any, Any], options: Mapping[str, Any]
) -> tuple[tuple[Any, Any, Any], dict[str, Any]]:
    """Return arrays and options of a request with a model's layer and its real weights in them.

    What the options ask of another layer is returned as it is.  A file of weights says no
    stride and no padding: those of the options are taken then.
    """
    asked, spec = dict(options), options.get("layer")
    if not isinstance(spec, str) or not is_model(spec):
        return arrays, asked
    found, (x, weight, bias) = layer(spec), arrays
    if weight is None:
        weight, own = found.weights()
        bias = own if bias is None else bias
    if x is None and asked.get("input_size") is None and found.input_size:
        asked["input_size"] = found.input_size
    said = {name: asked.pop(name) for name in UNSAID if found.is_guess and name in asked}
    return (x, weight, bias), asked | {"layer": found.told(said)}


def split(spec: str) -> tuple[Path, str]:
    """Return the path and the layer's name of ``MODEL:NAME``.

    >>> split("models/decoder.onnx:up2")
    (PosixPath('models/decoder.onnx'), 'up2')
    """
    for suffix in MODELS:
        before, mark, name = spec.partition(f"{suffix}:")
        if mark:
            return Path(before + suffix), name
    return Path(spec), ""


def is_model(spec: object) -> bool:
    """Return whether this is a text that names a model, with or without a layer.

    >>> is_model("up.onnx:up2"), is_model("nn.ConvTranspose2d(2, 1, 3)")
    (True, False)
    """
    if not isinstance(spec, str) or "(" in spec:
        return False
    return split(spec)[0].suffix.lower() in MODELS


def is_chain(asked: Any) -> bool:
    """Return whether layers are asked for one after another, as a list or as a whole model.

    >>> is_chain("nn.ConvTranspose2d(2, 1, 3)"), is_chain(["a.onnx:up1", "a.onnx:up2"])
    (False, True)
    """
    if isinstance(asked, str):
        return is_model(asked) and not split(asked)[1]
    return isinstance(asked, list | tuple)

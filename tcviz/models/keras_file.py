"""Keras files: ``.keras``, a zip of a configuration and weights, and the older ``.h5``."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import SEEK_CUR, SEEK_END, SEEK_SET, BytesIO, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tcviz import frameworks
from tcviz.errors import DataError, complaint, quoted, quoted_path
from tcviz.errors.oneline import one_line
from tcviz.files import reading
from tcviz.models.found import MOST_LAYERS, MOST_WEIGHTS, ModelLayer

if TYPE_CHECKING:
    from tcviz.layer.operands import Array

CONFIG, WEIGHTS = "config.json", "model.weights.h5"
DEEPEST = 8
"""Models in each other."""
MOST = 2**30
"""Bytes of a file, and of the weights that are in one."""
SAID = ("filters", "kernel_size", "strides", "padding", "output_padding", "data_format",
        "dilation_rate", "use_bias")  # fmt: skip
USUAL = {"padding": "valid", "data_format": "channels_last", "dilation_rate": 1, "use_bias": True}
"""What need not be said."""


def read(path: Path) -> Iterator[ModelLayer]:
    """Yield the ``Conv{1,2,3}DTranspose`` layers of a model."""
    try:
        config, opened = (_zipped if path.suffix.lower() == ".keras" else _older)(path)
        found = [*_layers(config, path, opened)]
    except DataError:
        raise
    except reading.ReadingError as error:
        raise DataError(f"model {quoted_path(path)} {error}") from None
    except (OSError, KeyError, TypeError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        raise _broken(path, error) from None
    yield from found


def _broken(path: Path, error: Exception) -> DataError:
    reason = one_line(error) or type(error).__name__
    what = f"{quoted_path(path)}, no Keras model ({reason[:80]})"
    return DataError(complaint("model", what, "a model"))


Opened = Callable[[], Any]
"""Opens the HDF5 file in which weights are."""


def _zipped(path: Path) -> tuple[Any, Opened]:
    import h5py

    reading.check_size(path.stat().st_size, "on disk", MOST)

    def opened() -> Any:
        return h5py.File(_stored(path, WEIGHTS) or BytesIO(_member(path, WEIGHTS, MOST)), "r")

    return reading.json(_member(path, CONFIG, reading.MOST)), opened


class _Part(RawIOBase):
    """Bytes of a file, as a file: of many weights those are read that are asked for."""

    def __init__(self, path: Path, start: int, size: int) -> None:
        self._file, self._start, self._size, self._at = path.open("rb"), start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        self._at = max(0, offset + {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, buffer: Any) -> int:
        self._file.seek(self._start + self._at)
        data = self._file.read(max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def _stored(path: Path, name: str) -> _Part | None:
    """Return a member of a zip that is not compressed, as Keras writes them; None if it is."""
    with zipfile.ZipFile(path) as archive:
        told = archive.getinfo(name)
    if told.compress_type != zipfile.ZIP_STORED or told.flag_bits & 1:
        return None
    with path.open("rb") as file:
        file.seek(told.header_offset + 26)  # of the lengths of its name and of what follows
        lengths = file.read(4)
    around = int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
    return _Part(path, told.header_offset + 30 + around, told.file_size)


def _member(path: Path, name: str, most: int) -> bytes:
    """Return a member of a zip, which may not grow beyond so many bytes."""
    with zipfile.ZipFile(path) as archive:
        reading.check_size(archive.getinfo(name).file_size, "unpacked", most)
        with archive.open(name) as member:
            data = member.read(most + 1)
    reading.check_size(len(data), "unpacked", most)
    return data


def _older(path: Path) -> tuple[Any, Opened]:
    import h5py

    with h5py.File(path, "r") as file:
        config = file.attrs["model_config"]
    words = config if isinstance(config, str | bytes) else str(config)
    reading.check_size(len(words), "of model_config", reading.MOST)
    return reading.json(words), lambda: h5py.File(path, "r")


def _layers(config: Any, path: Path, opened: Opened) -> Iterator[ModelLayer]:
    names: Counter[str] = Counter()
    for number, (told, place) in enumerate(_walk(config)):
        if number >= MOST_LAYERS:
            return
        if re.fullmatch(r"Conv[123]DTranspose", str(told["class_name"])):
            one = _layer(told, place, path, opened)
            names[one.name] += 1
            yield (
                one if names[one.name] == 1 else replace(one, name=f"{one.name}#{names[one.name]}")
            )


def _walk(told: Any, place: tuple[str, ...] = (), depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """Yield the layers of a model, and of models in it, with the groups that hold their weights.

    In a ``.keras`` file a group is called as the class, with a number from the second on.
    """
    counts: Counter[str] = Counter()
    for layer in told["config"].get("layers", []):
        kind = _snake(str(layer["class_name"]))
        name = f"{kind}_{counts[kind]}" if counts[kind] else kind
        counts[kind] += 1
        inner = (*place, "layers", name)
        if isinstance(layer["config"], dict) and "layers" in layer["config"]:
            if depth < DEEPEST:
                yield from _walk(layer, inner, depth + 1)
        else:
            yield layer, inner


def _snake(name: str) -> str:
    """Return a class's name as Keras writes groups.

    >>> _snake("Conv2DTranspose"), _snake("BatchNormalization")
    ('conv2d_transpose', 'batch_normalization')
    """
    words = re.sub(r"\W+", "", name)
    words = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", words)
    return re.sub("([a-z])([A-Z])", r"\1_\2", words).lower()


def _plain(value: Any) -> Any:
    """Return one number where all axes have the same."""
    alike = isinstance(value, list) and len({*map(str, value)}) == 1
    return value[0] if alike else tuple(value) if isinstance(value, list) else value


def _layer(said: Any, place: tuple[str, ...], path: Path, opened: Opened) -> ModelLayer:
    config, kind = said["config"], str(said["class_name"])
    given = {key: _plain(config.get(key)) for key in SAID}
    told = {key: value for key, value in given.items() if value != USUAL.get(key)}
    words = ", ".join(f"{key}={value!r}" for key, value in told.items())
    layer = frameworks.layer(f"keras.layers.{kind}({words})")
    shape = (said.get("build_config") or {}).get("input_shape") or config.get("batch_input_shape")
    size, channels = None, None
    if isinstance(shape, list) and len(shape) == layer.dims + 2:
        last = layer.layout.image == "*C"
        space, channels = (shape[1:-1], shape[-1]) if last else (shape[2:], shape[1])
        size = tuple(space) if all(isinstance(n, int) for n in space) else None
    layer = replace(layer, in_channels=channels if isinstance(channels, int) else None)
    name = str(config["name"])
    older = path.suffix.lower() != ".keras"
    return ModelLayer(name, layer, size, lambda: _weights(opened, name, place, layer.bias,
                                                                  older=older))  # fmt: skip


def _weights(
    opened: Opened, name: str, place: tuple[str, ...], bias: bool, *, older: bool
) -> tuple[Array, Array | None]:
    """Return kernel and bias; a file holds data only: what points elsewhere is refused."""
    with opened() as file:
        if older:
            paths = _named(file, name)
        else:
            paths = ["/".join((*place, "vars", str(n))) for n in range(1 + bias)]
        kernel, *others = (_array(file, where) for where in paths)
    return kernel, others[0] if others else None


def _named(file: Any, name: str) -> list[str]:
    """Return where the older format keeps a layer's kernel and bias."""
    found: dict[str, str] = {}

    def look(path: str) -> None:
        *_, owner, last = ("", *path.split("/"))
        kind = last.partition(":")[0]
        if owner == name and kind in ("kernel", "bias"):
            found.setdefault(kind, path)

    file["model_weights"].visit(look)
    if "kernel" not in found:
        raise DataError(complaint("weight", f"of {quoted(name)}, missing", "in the model"))
    return [f"model_weights/{found[kind]}" for kind in ("kernel", "bias") if kind in found]


def _array(file: Any, where: str) -> Array:
    import h5py
    import numpy as np

    node: Any = file
    for part in where.split("/"):
        link = node.get(part, getlink=True)
        if not isinstance(link, h5py.HardLink):
            raise DataError(complaint("weight", f"{quoted(where)}, missing", "in the model"))
        node = node[part]
    if not isinstance(node, h5py.Dataset) or node.is_virtual or node.external:
        raise DataError(complaint("weight", f"{quoted(where)}, elsewhere", "in the file itself"))
    count = int(np.prod(node.shape, dtype=object)) * node.dtype.itemsize
    if count > MOST_WEIGHTS:
        what = f"{quoted(where)} of {count:,} bytes"
        raise DataError(complaint("weight", what, f"up to {MOST_WEIGHTS:,} bytes"))
    found: Array = np.asarray(node[()])
    return found

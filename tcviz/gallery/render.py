"""Render one item to bytes: what a worker does, here or on another machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from io import BytesIO
from typing import Any

from tcviz import __version__
from tcviz.api import Animation, Figure, WebPage
from tcviz.errors import TcvizError
from tcviz.export import FORMATS
from tcviz.export.stills import still_format
from tcviz.files.writing import scratch_file
from tcviz.gallery.items import Item
from tcviz.scene.frozen import frozen

WIDEST = 1280
"""Pixels of a still in the index."""


@frozen
class Made:
    """A file as it will be written."""

    path: str
    data: bytes
    frames: int
    seconds: float
    size: tuple[int, int]


@frozen
class Failure:
    """Why an item could not be rendered."""

    reason: str


def render(item: Item, version: str = __version__) -> list[Made] | Failure:
    """Return the item's files, or why there are none; `version` is that of who asks."""
    if version != __version__:
        return Failure(f"its worker has tcviz {__version__}, not {version} as here")
    try:
        return list(_files(item))
    except TcvizError as error:
        return Failure(str(error))
    except Exception as error:  # noqa: BLE001  (one item's failure must not stop the others)
        return Failure(" ".join(f"{type(error).__name__}: {error}".split()))


def _files(item: Item) -> Iterator[Made]:
    asked = item.make()
    yield from _drawn(asked, item) if isinstance(asked, Figure) else _animated(asked, item)
    if item.poster:
        yield _poster(asked.animations[0] if isinstance(asked, WebPage) else asked, item.poster)


def _animated(asked: Animation | WebPage, item: Item) -> Iterator[Made]:
    with _scratch(item.format) as file:
        if isinstance(asked, WebPage):
            saved = asked.write(file)
        else:
            saved = asked.write(file, FORMATS[item.format])
        file.seek(0)
        yield Made(item.path, file.read(), saved.frames, float(saved.seconds), saved.size)


def _scratch(form: str) -> AbstractContextManager[Any]:
    """Return a file to write to: it needs a name where a library opens it by that."""
    return scratch_file(form) if FORMATS[form].video else nullcontext(BytesIO())


def _drawn(figure: Figure, item: Item) -> Iterator[Made]:
    form = still_format(item.format)
    for path, scenes in figure.parts(item.path, form):
        file = BytesIO()
        saved = figure.write(file, form, scenes)
        yield Made(path.as_posix(), file.getvalue(), saved.frames, 0.0, saved.size)


def _poster(picture: Animation | Figure, path: str) -> Made:
    """Return a still: of an animation the last step, which has all that is computed."""
    from tcviz.render.pixels import Pixels

    if isinstance(picture, Figure):
        scene = next(picture.scenes())
    else:
        scene, _ = next(picture.drawn.moments([picture.picks[-1]], settle=False))
    ratio = min(1 / picture.look.pixel, WIDEST / scene.width)
    size = round(scene.width * ratio), round(scene.height * ratio)
    file = BytesIO()
    Pixels(size).paint(scene).coloured().save(file, "PNG", optimize=True)
    return Made(path, file.getvalue(), 1, 0.0, size)

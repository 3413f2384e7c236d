"""What was written, and how progress is told."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

from tcviz.errors import RequestError, complaint, quoted
from tcviz.files.writing import path_of
from tcviz.scene.frozen import frozen

Progress: TypeAlias = Callable[[int], None]
"""Is told how many frames are done."""


def asked(path: Any, form: Any, progress: Any) -> tuple[Path, Any]:
    """Return where something is saved, and what its format is called: by itself, or by suffix.

    Raises
    ------
    RequestError
        If `path` is none, or `progress` cannot be told.
    """
    if progress is not None and not callable(progress):
        allowed = "a function of how many frames are done"
        raise RequestError(complaint("progress", quoted(progress), allowed))
    target = path_of(path)
    return target, target.suffix if form is None else form


@frozen
class Saved:
    """What the file holds: frames of an animation, or pages of a figure, which take no time.

    A format may hold other numbers than were asked for: WebP merges frames that are alike, a
    video has an even size and its last frame twice, once where it ends; a GIF counts hundredths
    of a second.  A page's frames are the steps of all its views.
    """

    path: Path | None
    frames: int
    seconds: Fraction
    size: tuple[int, int]
    bytes: int

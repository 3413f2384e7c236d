"""What was written, and how progress is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

Progress: TypeAlias = Callable[[int], None]
"""Is told how many frames are done."""


@dataclass(frozen=True)
class Saved:
    """What was written: frames of an animation, or pages of a figure, which take no time."""

    path: Path | None
    frames: int
    seconds: Fraction
    size: tuple[int, int]
    bytes: int

"""Where the files that come with the package lie."""

from __future__ import annotations

from pathlib import Path

_DATA = Path(__file__).parents[1] / "data"


def shipped(name: str) -> Path:
    """Return the path of a file or folder of the package's data.

    It is installed as a folder, as its fonts need: `importlib.resources`, which could read from
    archives, too, takes longer to load than what is read.

    >>> shipped("themes/light.toml").is_file()
    True
    """
    return _DATA / name


def font_file(*, bold: bool) -> Path:
    """Return the path of the shipped font, regular or bold."""
    return shipped(f"fonts/TcvizSans-{'bold' if bold else 'regular'}.ttf")

"""How pictures show themselves in a notebook."""

from __future__ import annotations

from html import escape

ALLOWED = "allow-scripts allow-downloads"
"""What a page in a notebook may do: never anything in the notebook's name."""
PICTURE, CONTROLS = 896, 420
"""How wide a page draws its picture where there is room, and how high all else is, in pixels."""


def frame(page: str, title: str, size: tuple[int, int]) -> str:
    """Return `page` in a frame of its own, as wide as there is room, for a picture of `size`.

    >>> frame("<b>1 < 2</b>", "Steps", (1280, 720)).partition(" srcdoc=")[2]
    '"&lt;b&gt;1 &lt; 2&lt;/b&gt;"></iframe>'
    """
    width, height = size
    tall = round(PICTURE * height / width) + CONTROLS
    style = f"width:100%;height:{tall}px;border:0"
    return (
        f'<iframe title="{escape(title)}" sandbox="{ALLOWED}" allow="clipboard-write"'
        f' style="{style}" srcdoc="{escape(page)}"></iframe>'
    )

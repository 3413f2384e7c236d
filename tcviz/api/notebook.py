"""How pictures show themselves in a notebook."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable
from html import escape
from typing import Any, cast

ALLOWED = "allow-scripts allow-downloads"
"""What a page in a notebook may do: never anything in the notebook's name."""
PICTURE, CONTROLS = 896, 420
"""How wide a page draws its picture where there is room, and how high all else is, in pixels."""


def frame(page: str, title: str, size: tuple[int, int], still: bytes) -> str:
    """Return `page` in a frame of its own, as wide as there is room, for a picture of `size`.

    Beneath it lies a `still`, a PNG: an untrusted notebook shows HTML without frames.

    >>> frame("<b>1 < 2</b>", "Steps", (1280, 720), b"").partition(" srcdoc=")[2]
    '"&lt;b&gt;1 &lt; 2&lt;/b&gt;"></iframe>'
    """
    width, height = size
    tall = round(PICTURE * height / width) + CONTROLS
    over = f"position:relative;margin-top:calc(min(100%,{PICTURE}px)*{-height / width:.6f})"
    style = f"display:block;{over};width:100%;height:{tall}px;border:0"
    return (
        f"{beneath(still, title)}"
        f'<iframe title="{escape(title)}" sandbox="{ALLOWED}" allow="clipboard-write"'
        f' style="{style}" srcdoc="{escape(page)}"></iframe>'
    )


def beneath(still: bytes, title: str, why: str = "") -> str:
    """Return a PNG as HTML that even untrusted notebooks show, as wide as there is room.

    Below it stands `why` there is no more than that.
    """
    room = f"display:block;width:100%;max-width:{PICTURE}px;height:auto"
    image = _image("png", still, f"{title}, first step", room)
    return image + f"<p>{escape(why)}</p>" * bool(why)


def drawing(svg: bytes, words: str) -> str:
    """Return an SVG as HTML: notebooks let it keep its size where there is less room.

    >>> drawing(b"", "a < b").partition(" src=")[0]
    '<img alt="a &lt; b"'
    """
    return _image("svg+xml", svg, words, "max-width:100%;height:auto")


def _image(kind: str, data: bytes, words: str, style: str) -> str:
    source = f"data:image/{kind};base64,{b64encode(data).decode()}"
    return f'<img alt="{escape(words)}" src="{source}" style="{style}">'


def show(stills: Iterable[dict[str, Any]]) -> None:
    """Show one still after another, each as the types that it is given as."""
    from IPython import display

    shown = cast("Callable[..., None]", display.display)
    for still in stills:
        shown(still, raw=True)

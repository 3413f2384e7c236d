"""The Python face: pictures as objects, which the command line uses too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tcviz.files.lazy import offered

if TYPE_CHECKING:
    from tcviz.api.animation import Animation, animate
    from tcviz.api.picture import Options
    from tcviz.api.saved import Saved
    from tcviz.api.stills import Figure, figure
    from tcviz.api.webpage import WebPage, page

__all__ = ["Animation", "Figure", "Options", "Saved", "WebPage", "animate", "figure", "page"]

__getattr__ = offered(
    __name__,
    {
        "Animation": "tcviz.api.animation",
        "Figure": "tcviz.api.stills",
        "Options": "tcviz.api.picture",
        "Saved": "tcviz.api.saved",
        "WebPage": "tcviz.api.webpage",
        "animate": "tcviz.api.animation",
        "figure": "tcviz.api.stills",
        "page": "tcviz.api.webpage",
    },
)

"""The Python face: pictures as objects, which the command line uses too."""

from tcviz.api.animation import Animation, animate
from tcviz.api.picture import Options
from tcviz.api.saved import Saved
from tcviz.api.stills import Figure, figure
from tcviz.api.webpage import WebPage, page

__all__ = ["Animation", "Figure", "Options", "Saved", "WebPage", "animate", "figure", "page"]

"""How a page shows a picture: what to paste there, as HTML or as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from tcviz.export.formats import FORMATS
from tcviz.export.stills import STILLS, AnyFormat
from tcviz.scene.frozen import frozen

STILL = "(prefers-reduced-motion: reduce)"
_KNOWN: list[AnyFormat] = [*FORMATS.values(), *STILLS.values()]
ELEMENTS = {form.key: form.element for form in _KNOWN if form.element}
"""What a page can show, the one that shows most first, each in an element of its own."""


@frozen
class EmbeddedFile:
    """A file for some readers: who prefer that `scheme`, and want no motion if it is `still`."""

    path: Path
    scheme: str | None = None
    still: bool = False

    @property
    def media(self) -> str:
        """The readers whom it is for; '' is the rest."""
        scheme = f"(prefers-color-scheme: {self.scheme})" if self.scheme else ""
        return " and ".join(filter(None, (STILL if self.still else "", scheme)))

    @property
    def address(self) -> str:
        """Where it is, from where the command is typed."""
        return quote(self.path.as_posix())


@frozen
class EmbeddedPicture:
    """A picture for a page: its files, the one for everybody last; size in CSS pixels; words."""

    element: str
    sources: Sequence[EmbeddedFile]
    size: tuple[int, int]
    alt: str
    captions: Path | None = None


def html(shown: EmbeddedPicture) -> str:
    """Return the elements that show it.

    >>> files = [EmbeddedFile(Path("a-dark.png"), "dark"), EmbeddedFile(Path("a.png"))]
    >>> print(html(EmbeddedPicture("img", files, (640, 360), "a < b")))
    <picture>
      <source media="(prefers-color-scheme: dark)" srcset="a-dark.png">
      <img src="a.png" width="640" height="360" alt="a &lt; b">
    </picture>
    """
    if shown.element == "video":
        return _video(shown)
    *others, last = shown.sources
    words = escape(shown.alt)
    box = 'width="{}" height="{}"'.format(*shown.size)
    if shown.element == "iframe":
        return f'<iframe src="{last.address}" {box} title="{words}" style="border:0"></iframe>'
    image = f'<img src="{last.address}" {box} alt="{words}">'
    if not others:
        return image
    sources = (f'  <source media="{one.media}" srcset="{one.address}">\n' for one in others)
    return f"<picture>\n{''.join(sources)}  {image}\n</picture>"


def _video(shown: EmbeddedPicture) -> str:
    """Return a video that waits to be started: nobody is shown motion unasked.

    Its still stands before it.
    """
    poster = next(one for one in shown.sources if one.still and one.scheme is None)
    box = 'width="{}" height="{}"'.format(*shown.size)
    sources = "".join(f"  {_source(one)}\n" for one in shown.sources if not one.still)
    track = (
        f'  <track kind="captions" srclang="en" label="English" '
        f'src="{EmbeddedFile(shown.captions).address}">\n'
        if shown.captions
        else ""
    )
    return (
        f'<video controls muted playsinline poster="{poster.address}" {box} '
        f'aria-label="{escape(shown.alt)}">\n{sources}{track}</video>'
    )


def _source(one: EmbeddedFile) -> str:
    media = f' media="{one.media}"' if one.media else ""
    return f'<source src="{one.address}"{media}>'


def markdown(shown: EmbeddedPicture) -> str:
    r"""Return the same for Markdown, which has no words for several files, but takes HTML.

    >>> files = [EmbeddedFile(Path("a b.svg"))]
    >>> print(markdown(EmbeddedPicture("img", files, (640, 360), "x[0] is 1")))
    ![x\[0\] is 1](a%20b.svg)
    """
    if shown.element == "img" and len(shown.sources) == 1:
        words = "".join(f"\\{c}" if c in "\\[]`*_<" else c for c in shown.alt)
        return f"![{words}]({shown.sources[0].address})"
    return html(shown)

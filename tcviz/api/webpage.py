"""Pages of several views: animations of one layer as one file that a reader steps through."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from tcviz.api import pages
from tcviz.api.animation import Animation
from tcviz.api.saved import Progress, Saved, asked
from tcviz.errors import RequestError, complaint
from tcviz.errors.keywords import told
from tcviz.export import format_of
from tcviz.files.writing import check_target
from tcviz.scene.frozen import frozen


@frozen(shown=False)
class WebPage:
    """An interactive page that has been asked for: its views, in the order of its switch."""

    animations: tuple[Animation, ...]

    def __repr__(self) -> str:
        """Return its views in one line."""
        return f"<WebPage: {', '.join(shown.view for shown in self.animations)}>"

    @property
    def alt(self) -> str:
        """What its first view shows, in words, for those who do not see it."""
        return self.animations[0].alt

    def check(self) -> None:
        """Raise RequestError if the views do not fit together, or would be too large."""
        pages.check(self.animations)

    @told()
    def save(
        self, path: str | Path, form: str | None = None, progress: Progress | None = None
    ) -> Saved:
        """Write the page to an ``.html`` file, or to any that is called one by `form`.

        Raises
        ------
        RequestError
            If another format is asked for, or the page would be unreasonably large.
        OutputError
            If the file cannot be written; an older one is then untouched.
        """
        target, name = asked(path, form, progress)
        written = format_of(name)
        if not written.pages:
            hint = "save each animation by itself"
            raise RequestError(complaint("format", repr(written.key), "html, of a page", hint=hint))
        check_target(target)
        return pages.save(self.animations, target, progress)

    def write(self, file: BinaryIO, progress: Progress | None = None) -> Saved:
        """Write the page to an open file."""
        return pages.write(self.animations, file, progress)

    def to_html(self) -> str:
        """Return the page, one self-contained HTML file, as text."""
        return pages.html(self.animations)

    def _repr_html_(self) -> str:
        """Return the page in a frame, for notebooks: as high as its tallest view."""
        from tcviz.api.notebook import frame

        still, title = self._tallest._repr_png_(), pages.title(self.animations)
        return frame(self.to_html(), title, self._tallest.size, still)

    def _repr_png_(self) -> bytes:
        """Return a first step, for notebooks and exports that show no page."""
        return self._tallest._repr_png_()

    @property
    def _tallest(self) -> Animation:
        """The highest view for its width: the first, where all are alike."""
        return max(self.animations, key=lambda shown: shown.size[1] / shown.size[0])


@told()
def page(*animations: Animation) -> WebPage:
    """Return one interactive page of several animations, which a reader switches between.

    Parameters
    ----------
    *animations : Animation
        What `animate` returns: different views of one layer, with the same numbers, times
        and theme.  Each is as large as it was asked for.

    Raises
    ------
    RequestError
        If they do not fit together; before any work is done.

    Examples
    --------
    >>> from tcviz.api import animate
    >>> both = [animate(stride=2, padding=1, view=v) for v in ("distribution", "collection")]
    >>> page(*both).to_html()[:15]
    '<!doctype html>'
    """
    given: tuple[object, ...] = animations
    for number, shown in enumerate(given, start=1):
        if not isinstance(shown, Animation):
            what = f"of type {type(shown).__name__}"
            raise RequestError(complaint(f"animation {number}", what, "what animate returns"))
    page = WebPage(animations)
    page.check()
    return page

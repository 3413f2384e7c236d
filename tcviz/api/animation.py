"""Animations: a picture's steps as frames, one after another, to one file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from io import SEEK_END, BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Unpack

from tcviz.api.picture import Options, check_room
from tcviz.api.played import Played
from tcviz.api.requested import picture
from tcviz.api.saved import Progress, Saved, asked
from tcviz.effort.pictures import cells, check_drawn, check_frames, check_picture, check_repeated
from tcviz.errors import RequestError, complaint, quoted
from tcviz.errors.keywords import told
from tcviz.errors.notes import note
from tcviz.export import FileFormat, format_of
from tcviz.export.formats import VIDEO
from tcviz.files.writing import check_target, whole_file
from tcviz.look.look import HEIGHT, WIDTH
from tcviz.request import limits
from tcviz.request.canvas import canvas
from tcviz.request.limits import checked
from tcviz.request.options import NAMED
from tcviz.scene import frames
from tcviz.scene.frozen import frozen

if TYPE_CHECKING:
    from PIL.Image import Image

    from tcviz.export.reel import Reel, SceneReel, Shot
    from tcviz.render.pixels import Painted
    from tcviz.scene.marks import Scene

FPS = 30
PIXEL_FORMAT: str = NAMED["pixel_format"].default
"""Which all players know."""


@frozen(shown=False)
class Animation(Played):
    """An animation that has been asked for; nothing is computed before it is needed.

    As a video it has a `pixel_format`, and a constant frame rate if `cfr` is asked for.
    """

    cfr: bool = False
    pixel_format: str = PIXEL_FORMAT

    def frames(self) -> Iterator[frames.Frame]:
        """Yield the frames, each when it is asked for."""
        moments = self.drawn.moments(self.picks, settle=self.timing.tweens > 0)
        return frames.animate(moments, self.timing)

    @told()
    def still(self, step: int) -> Image:
        """Return one step as an image; steps count from 1, or from the end if negative."""
        return self._painted(limits.step(step, self.steps)).rgb()

    def _painted(self, pick: int) -> Painted:
        from tcviz.render.pixels import Pixels

        scene, _ = next(self.drawn.moments([pick]))
        return Pixels(self.size).paint(scene)

    def to_html(self) -> str:
        """Return an interactive page, one self-contained HTML file, as text."""
        from tcviz.api import pages

        return pages.html([self])

    def _repr_html_(self) -> str:
        """Return the page in a frame, for notebooks, or its first step where it makes no page."""
        from tcviz.api import notebook

        title, still = self.look.title or f"Transposed convolution, {self.view} view", self._png
        try:
            return notebook.frame(self.to_html(), title, self.size, still)
        except RequestError as error:
            return notebook.beneath(still, title, f"No page to step through: {error}")

    def _repr_png_(self) -> bytes:
        """Return the first step, for notebooks and exports that show no page."""
        return self._png

    @cached_property
    def _png(self) -> bytes:
        """The first step: a notebook asks for it twice."""
        return self._png_of(self.picks[0])

    def poster(self) -> bytes:
        """Return the last step as PNG: for readers who want no motion, and before it plays."""
        return self._png_of(self.picks[-1])

    def _png_of(self, pick: int) -> bytes:
        file = BytesIO()
        self._painted(pick).coloured().save(file, "PNG", optimize=True)
        return file.getvalue()

    def _measures(self) -> Iterator[str]:
        count = len(self.picks)
        yield f"{count} step{'s' * (count != 1)}, {float(self.seconds):g} s"

    @property
    def _extent(self) -> str:
        count = len(self.picks)
        return f" in {count} steps" if count > 1 else ""

    def captions(self) -> str:
        """Return the sentence of each step, with its times, as WebVTT: captions of a video."""
        from tcviz.export.captions import webvtt

        moments = self.drawn.moments(self.picks, settle=False)
        return webvtt((scene.sentence for scene, _ in moments), self.timing)

    def check(self, form: FileFormat) -> None:
        """Raise RequestError if the format cannot hold this animation; note what it has not."""
        self.check_theme(form)
        times = {"step_duration": self.timing.step, "hold": self.timing.hold}
        if self.timed(form).tweens:
            times["a frame of the transition"] = Fraction(1, self.timing.fps)
        shortest = Fraction(1, self.timing.fps) if self.cfr else form.shortest
        for name, seconds in times.items():
            # A float of a sixtieth is a hair less than one.
            if not shortest <= seconds.limit_denominator(1_000_000) <= form.longest:
                allowed = f"{_seconds(shortest)} to {_seconds(form.longest)} in {form.name}"
                raise RequestError(complaint(name, _seconds(seconds), allowed))
        if self.loop is not None and not form.loops:
            hint = "leave --loop out: the player decides"
            raise RequestError(complaint("loop", self.loop, f"nothing in {form.name}", hint=hint))
        self._check_video(form)
        if form.pages:
            from tcviz.api import pages

            pages.check([self])
        else:
            self.check_letters()
            if form.drawn:
                check_drawn(len(self.picks), self.bytes_about(drawn=True))
            check_picture("animation", self.effort(form.key))
        if self.timing.transition and not self.timed(form).glide:
            what = f"transition is {_seconds(self.timing.transition)}, less than half a frame"
            note(f"{what} at {self.timing.fps} fps: nothing glides in {form.name}")

    def _check_video(self, form: FileFormat) -> None:
        """Raise RequestError if what only videos have is asked of another format."""
        if form.video:
            return
        if self.cfr:
            raise RequestError(complaint("cfr", "asked for", f"with {VIDEO}"))
        if self.pixel_format != PIXEL_FORMAT:
            what = quoted(self.pixel_format)
            raise RequestError(complaint("pixel_format", what, f"with {VIDEO}"))

    @told()
    def save(
        self,
        path: str | Path,
        form: str | None = None,
        progress: Progress | None = None,
    ) -> Saved:
        """Write the animation to a file, in the format of its suffix or that is called `form`.

        Raises
        ------
        RequestError
            If the format is unknown or cannot hold the animation.
        OutputError
            If the file cannot be written; an older one is then untouched.
        """
        target, name = asked(path, form, progress)
        written = format_of(name)
        self.check(written)
        check_target(target)
        with whole_file(target) as file:
            saved = self.write(file, written, progress)
        return replace(saved, path=target)

    def write(self, file: BinaryIO, form: FileFormat, progress: Progress | None = None) -> Saved:
        """Write to an open file that has a name."""
        if form.pages:
            from tcviz.api import pages

            return pages.write([self], file, progress)
        written = form.load()(self._reel(form, progress), file)
        file.seek(0, SEEK_END)
        return Saved(None, written.frames, written.seconds, written.size, file.tell())

    def _reel(self, form: FileFormat, progress: Progress | None) -> Reel | SceneReel:
        from tcviz.export.reel import Reel, SceneReel

        loop = self.loop or 0
        if form.drawn:
            scenes = self._scenes(progress)
            return SceneReel(self.size, 1 / self.look.pixel, scenes, self.timed(form), loop)
        count, rate = self.frames_in(form), self.timing.fps if self.cfr else None
        return Reel(self.size, count, self._shots(progress), loop, rate, self.pixel_format)

    def _scenes(self, progress: Progress | None) -> Iterator[Scene]:
        moments = self.drawn.moments(self.picks, settle=False)
        for done, (scene, _) in enumerate(moments, start=1):
            yield scene
            if progress:
                progress(done)

    def _shots(self, progress: Progress | None) -> Iterator[Shot]:
        from tcviz.export.reel import Shot
        from tcviz.render.pixels import Pixels

        pixels = Pixels(self.size)
        for done, frame in enumerate(self.frames(), start=1):
            yield Shot(pixels.paint(frame.scene), frame.duration)
            if progress:
                progress(done)


@told(*Options.__annotations__)
def animate(
    x: Any = None,
    weight: Any = None,
    bias: Any = None,
    *,
    size: tuple[float, float] | tuple[float, float, str] = (WIDTH, HEIGHT),
    dpi: float | None = None,
    step_duration: float = 1.0,
    hold: float = 3.0,
    transition: float = 0.0,
    fps: int | None = None,
    loop: int | None = None,
    every: int = 1,
    first: int | None = None,
    cfr: bool = False,
    pixel_format: str = PIXEL_FORMAT,
    **options: Unpack[Options],
) -> Animation:
    """Return an animation of a transposed convolution.

    Parameters
    ----------
    x : array_like, shape (C_in, H, W) or (H, W), optional
    weight : array_like, shape (C_in, C_out/groups, kH, kW), or layer, optional
        A ``torch.nn.ConvTranspose2d``, or anything with its attributes, brings weight,
        bias and geometry.
    bias : array_like, shape (C_out,), optional
        Without arrays the article's example is shown where the geometry fits it,
        else random small whole numbers from `seed`.
    size : tuple
        Width and height in pixels, or on paper: ``(16, 9, "cm")``, ``(6.5, 4, "in")``.
    dpi : float, optional
        Pixels per inch of a size on paper: 300 unsaid.
    step_duration, hold, transition : float
        Seconds that a step is shown, that the last one is, and between two.
    fps : int, optional
        Frames a second between two steps, and with `cfr`: 30 unsaid.
    every, first : int
        Draw every so many steps, and only the first so many.
    cfr : bool
        MP4 and WebM have a constant rate, of `fps`: a still is repeated.
    pixel_format : str
        Of MP4 and WebM; ``"yuv444p"`` keeps colours at full size, but not all players know it.
    **options
        The geometry, the view and the look: see `tcviz.api.Options`.

    Raises
    ------
    RequestError
        If anything does not fit, before any work is done.

    Warns
    -----
    TcvizWarning
        If something does nothing as it is asked for, or an array is laid out as in another
        framework.

    Examples
    --------
    >>> animation = animate(stride=2, padding=1)
    >>> len(list(animation.frames()))
    9
    """
    ground = canvas(size, options.get("scale", 1.0), dpi)
    timing = _timing(step_duration, hold, transition, FPS if fps is None else fps)
    every, first = checked("every", every), checked("first", first)
    shown = picture((x, weight, bias), dict(options), ground)
    end = min(shown.steps, first or shown.steps)
    pixels = shown.size[0] * shown.size[1]
    check_frames(shown.steps, every, end, timing.tweens, pixels, cells(shown.plan))
    made = Animation(
        shown.plan,
        shown.view,
        shown.look,
        shown.out_channel,
        shown.in_channel,
        timing,
        checked("loop", loop),
        _picks(end, every),
        cfr=checked("cfr", cfr),
        pixel_format=checked("pixel_format", pixel_format),
    )
    check_picture("animation", made.effort())
    if made.cfr:
        check_repeated(made.seconds, timing.fps)
    check_room(shown)
    if made.pixel_format != PIXEL_FORMAT:
        note(f"pixel_format is {pixel_format}: browsers and slides may not play it")
    idle_rate = None if made.cfr else fps
    for words in _idle(timing, idle_rate, dpi if ground.unit == "px" else None):
        note(words)
    return made


def _timing(step: float, hold: float, transition: float, fps: int) -> frames.Timing:
    return frames.Timing(
        checked("step_duration", step),
        checked("hold", hold),
        checked("transition", transition),
        checked("fps", fps),
    )


def _idle(timing: frames.Timing, fps: Any, dpi: Any) -> Iterator[str]:
    """Yield what was asked for and does nothing; `dpi` is that of a size in pixels."""
    if fps is not None and not timing.transition:
        yield f"fps is {timing.fps}, which does nothing without a transition between steps"
    if dpi is not None:
        yield f"dpi is {dpi:g}, which does nothing in an animation of a size in pixels"


def _picks(end: int, every: int) -> Sequence[int]:
    """Return which of the steps before `end` are drawn: every so many, and always the last."""
    picks = range(0, end, every)
    return picks if picks[-1] == end - 1 else (*picks, end - 1)


def _seconds(value: Fraction) -> str:
    return f"{float(value):.4g} s"

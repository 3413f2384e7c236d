"""The Python face: an animation as an object, which the command line uses too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from io import SEEK_END
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias
from unicodedata import normalize

from tcviz import frames, inputs, limits, text, theme, trace, views
from tcviz.errors import RequestError, complaint
from tcviz.export import Format, format_of
from tcviz.files import check_target, whole_file
from tcviz.geometry import PaddingLike, SizesLike
from tcviz.operands import Operands
from tcviz.views.look import HEIGHT, WIDTH, Look

if TYPE_CHECKING:
    from PIL.Image import Image

    from tcviz.export.reel import Shot

Progress: TypeAlias = Callable[[int], None]
"""Is told how many frames are done."""

MAX_CHANNELS = 64
MAX_DECIMALS = 12
MAX_FPS = 120
MAX_LOOP = 65_535
SHORTEST, LONGEST = 0.01, 3600.0
"""Seconds of a step; a format may be narrower."""


@dataclass(frozen=True)
class Saved:
    """What was written."""

    path: Path | None
    frames: int
    seconds: Fraction
    size: tuple[int, int]
    bytes: int


@dataclass(frozen=True)
class Animation:
    """An animation that has been asked for; nothing is computed before it is needed."""

    plan: inputs.Plan
    view: str
    look: Look
    timing: frames.Timing
    loop: int | None = None
    out_channel: int = 0
    picks: Sequence[int] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return round(self.look.width * self.look.scale), round(self.look.height * self.look.scale)

    @cached_property
    def operands(self) -> Operands:
        """The layer with its arrays."""
        return self.plan.make()

    @cached_property
    def _view(self) -> views.View:
        return views.build(self.view, trace.part(self.operands, self.out_channel), self.look)

    def frames(self) -> Iterator[frames.Frame]:
        """Yield the frames, each when it is asked for."""
        moments = self._view.moments(self.picks, settle=self.timing.tweens > 0)
        return frames.animate(moments, self.timing)

    def still(self, step: int) -> Image:
        """Return one step as an image; steps count from 1, or from the end if negative."""
        from tcviz.render.pixels import Pixels

        total = views.steps(self.view, self.plan.layer, self.plan.input_size)
        number = limits.whole("step", step, -total, total)
        if not number:
            raise RequestError(complaint("step", number, f"1 to {total}, or −{total} to −1"))
        scene, _ = next(self._view.moments([number - 1 if number > 0 else total + number]))
        return Pixels(self.size).paint(scene).rgb()

    def check(self, form: Format) -> None:
        """Raise RequestError if the format cannot hold this animation."""
        times = {"step_duration": self.timing.step, "hold": self.timing.hold}
        if self.timing.tweens:
            times["a frame of the transition"] = Fraction(1, self.timing.fps)
        for name, seconds in times.items():
            # A float of a sixtieth is a hair less than one.
            if not form.shortest <= seconds.limit_denominator(1_000_000) <= form.longest:
                allowed = f"{_seconds(form.shortest)} to {_seconds(form.longest)} in {form.name}"
                raise RequestError(complaint(name, _seconds(seconds), allowed))
        if self.loop is not None and not form.loops:
            hint = "leave --loop out: the player decides"
            raise RequestError(complaint("loop", self.loop, f"nothing in {form.name}", hint=hint))

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
        target = Path(path)
        written = format_of(form or target.suffix)
        self.check(written)
        check_target(target)
        with whole_file(target) as file:
            saved = self.write(file, written, progress)
        return replace(saved, path=target)

    def write(self, file: BinaryIO, form: Format, progress: Progress | None = None) -> Saved:
        """Write to an open file that has a name."""
        from tcviz.export.reel import Reel

        count = self.timing.frames(len(self.picks))
        form.load()(Reel(self.size, count, self._shots(progress), self.loop or 0), file)
        file.seek(0, SEEK_END)
        return Saved(None, count, self.timing.seconds(len(self.picks)), self.size, file.tell())

    def _shots(self, progress: Progress | None) -> Iterator[Shot]:
        from tcviz.export.reel import Shot
        from tcviz.render.pixels import Pixels

        pixels = Pixels(self.size)
        for done, frame in enumerate(self.frames(), start=1):
            yield Shot(pixels.paint(frame.scene), frame.duration)
            if progress:
                progress(done)


def animate(
    x: Any = None,
    weight: Any = None,
    bias: Any = None,
    *,
    kernel_size: SizesLike | None = None,
    stride: SizesLike = 1,
    padding: PaddingLike = 0,
    output_padding: SizesLike = 0,
    dilation: SizesLike = 1,
    groups: int = 1,
    input_size: SizesLike | None = None,
    in_channels: int | None = None,
    out_channels: int | None = None,
    seed: int | None = None,
    view: str = "distribution",
    theme: str = "light",
    size: tuple[int, int] = (WIDTH, HEIGHT),
    scale: float = 1.0,
    decimals: int | None = None,
    title: str | None = None,
    channels: int | None = None,
    out_channel: int = 0,
    step_duration: float = 1.0,
    hold: float = 3.0,
    transition: float = 0.0,
    fps: int = 30,
    loop: int | None = None,
    every: int = 1,
    first: int | None = None,
) -> Animation:
    """Return an animation of a transposed convolution.

    Parameters
    ----------
    x : array_like, shape (C_in, H, W) or (H, W), optional
    weight : array_like, shape (C_in, C_out/groups, kH, kW), optional
    bias : array_like, shape (C_out,), optional
        Without arrays the article's example is shown where the geometry fits it,
        else random small whole numbers from `seed`.
    kernel_size, stride, padding, output_padding, dilation, groups
        As in ``torch.nn.ConvTranspose2d``.
    view : str
        ``"distribution"`` or ``"collection"``.
    theme : str
        A preset's name or a ``.toml`` file.
    size, scale
        Pixels of the canvas, and what multiplies them.
    step_duration, hold, transition : float
        Seconds that a step is shown, that the last one is, and between two.
    every, first : int
        Draw every so many steps, and only the first so many.

    Raises
    ------
    RequestError
        If anything does not fit, before any work is done.

    Examples
    --------
    >>> animation = animate(stride=2, padding=1)
    >>> len(list(animation.frames()))
    9
    """
    plan = inputs.plan(
        kernel_size=kernel_size,
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
        groups=groups,
        input_size=input_size,
        in_channels=in_channels,
        out_channels=out_channels,
        input=x,
        weight=weight,
        bias=bias,
        seed=seed,
    )
    timing = _timing(step_duration, hold, transition, fps)
    look = _look(theme, size, scale, decimals, title, channels)
    every, first = limits.whole("every", every, 1), _optional("first", first, 1)
    steps = views.steps(_words("view", view), plan.layer, plan.input_size)
    end = min(steps, first or steps)
    pixels = round(look.width * look.height * look.scale**2)
    limits.check_frames(steps, every, end, timing.tweens, pixels, _cells(plan))
    _check_memory(plan)
    channel = limits.whole("out_channel", out_channel, 0, plan.out_channels - 1)
    plays = _optional("loop", loop, 0, MAX_LOOP)
    return Animation(plan, view, look, timing, plays, channel, _picks(end, every))


def _cells(plan: inputs.Plan) -> int:
    """Return how many cells the padded results of all summed channels have."""
    return plan.in_channels // plan.layer.groups * prod(plan.layer.padded_size(plan.input_size))


def _check_memory(plan: inputs.Plan) -> None:
    layer, smaller = plan.layer, "use a smaller --input-size: no picture shows so many"
    padded = layer.padded_size(plan.input_size)
    shown = plan.in_channels // layer.groups, *padded
    limits.check_cells("padded result", shown, limits.MAX_CELLS, smaller)
    if plan.x is None:
        size = plan.in_channels, *plan.input_size
        limits.check_cells("input", size, limits.MAX_DRAWN, smaller)
    if plan.weight is None:
        size = plan.in_channels, plan.out_channels // layer.groups, *layer.kernel_size
        limits.check_cells("weight", size, limits.MAX_DRAWN, "use fewer channels")


def _look(
    name: str,
    size: tuple[int, int],
    scale: float,
    decimals: int | None,
    title: str | None,
    channels: int | None,
) -> Look:
    width, height, factor = limits.check_canvas(size, scale)
    colours = theme.load(_words("theme", name))
    digits = _optional("decimals", decimals, 0, MAX_DECIMALS)
    drawn = _optional("channels", channels, 1, MAX_CHANNELS)
    if title is not None:  # composed: the font has é, but no accent by itself
        title = text.check(normalize("NFC", _words("title", title)), "title")
    return Look(colours, width, height, factor, digits, title, drawn)


def _timing(step: float, hold: float, transition: float, fps: int) -> frames.Timing:
    return frames.Timing(
        limits.real("step_duration", step, SHORTEST, LONGEST),
        limits.real("hold", hold, SHORTEST, LONGEST),
        limits.real("transition", transition, 0, LONGEST),
        limits.whole("fps", fps, 1, MAX_FPS),
    )


def _picks(end: int, every: int) -> Sequence[int]:
    """Return which of the steps before `end` are drawn: every so many, and always the last."""
    picks = range(0, end, every)
    return picks if picks[-1] == end - 1 else (*picks, end - 1)


def _optional(name: str, value: Any, least: int, most: int | None = None) -> int | None:
    return None if value is None else limits.whole(name, value, least, most)


def _words(name: str, value: Any) -> str:
    if not isinstance(value, str | Path):
        raise RequestError(complaint(name, repr(value), "text"))
    return str(value)


def _seconds(value: Fraction) -> str:
    return f"{float(value):.4g} s"

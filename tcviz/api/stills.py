"""Figures: one still, or a numbered series, for talks and papers."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from io import SEEK_END, BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Unpack

from tcviz.api.picture import ALL, Options, Picture, check_room
from tcviz.api.requested import picture
from tcviz.api.saved import Progress, Saved, asked
from tcviz.effort.pictures import MAX_PAGES, Drawn, check_pages, check_picture
from tcviz.errors import RequestError, complaint, quoted
from tcviz.errors.keywords import told
from tcviz.export.stills import FRAGMENTS, SLIDES, Paper, StillFormat, still_format
from tcviz.files.writing import check_target, whole_file
from tcviz.layer.sizes import SizesLike, plain
from tcviz.look.look import HEIGHT, WIDTH
from tcviz.request import limits
from tcviz.request.canvas import canvas
from tcviz.request.limits import checked
from tcviz.request.options import NAMED
from tcviz.scene.crop import bounds, cut
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Rect, Scene

_SPAN = re.compile(r"([0-9]{1,9})-([0-9]{1,9})\Z")
_ONE = re.compile(r"-?[0-9]{1,9}\Z")


@frozen(shown=False)
class Figure(Picture):
    """A figure that has been asked for; nothing is computed before it is needed.

    `picks` are the steps, from 0, or None for the finished picture, of each channel that is
    drawn in turn; a `series` is more than one of them, or was asked for as one.
    """

    picks: Sequence[int] | None = None
    series: bool = False
    dpi: float = 96.0
    text: str | None = None
    transparent: bool = False
    crop: bool = False
    fragments: bool = False
    advance: Fraction | None = None

    @property
    def pages(self) -> int:
        """How many stills there are."""
        return self.turns or 1 if self.picks is None else len(self.picks)

    @property
    def _extent(self) -> str:
        if self.picks is None:
            return ""
        first, count = self.picks[0] + 1, len(self.picks)
        return f", {count} steps" if count > 1 else f", step {first} of {self.steps}"

    def scenes(self) -> Iterator[Scene]:
        """Yield the stills as scenes, each when it is asked for."""
        part: Rect | None = None
        for scene in self._scenes():
            # All stills of a series are cut alike: on slides they lie upon each other.
            part = part or (self._around(scene) if self.crop else None)
            yield cut(scene, part, self.look.pixel) if part else scene

    def _around(self, first: Scene) -> Rect:
        """Return what is drawn on, by any of several channels: they need not be laid out alike."""
        each = self.steps // (self.turns or 1)
        others = self.drawn.moments(range(0, self.steps, each), settle=False) if self.turns else ()
        return bounds([*first.marks, *(mark for scene, _ in others for mark in scene.marks)])

    def _scenes(self) -> Iterator[Scene]:
        if self.picks is None:
            yield from self.overviews()
        else:
            yield from (now for now, _ in self.drawn.moments(self.picks, settle=False))

    def check(self, form: StillFormat) -> None:
        """Raise RequestError if the format cannot hold this figure."""
        self.check_theme(form)
        if self.transparent and not form.alpha:
            allowed = f"an opaque background in {form.name}"
            raise RequestError(complaint("transparent", "asked for", allowed))
        if self.text is not None and self.text not in form.texts:
            allowed = " or ".join(form.texts) or f"nothing in {form.name}, which has pixels"
            raise RequestError(complaint("text", quoted(self.text), allowed))
        self._check_slides(form)
        if not (form.viewers and self.paper(form).text == "text"):
            self.check_letters()
        check_picture("figure", self.effort(form.key))

    def _check_slides(self, form: StillFormat) -> None:
        """Raise RequestError if what is for talks cannot be."""
        if self.advance is not None and not form.slides:
            what = f"{float(self.advance):g} s"
            raise RequestError(complaint("advance", what, f"in {SLIDES}, whose slides go on"))
        if not self.fragments:
            return
        if not form.fragments:
            raise RequestError(complaint("fragments", "asked for", f"in {FRAGMENTS}"))
        if not self.series or self.picks is None:
            allowed = "with several, as in --steps all"
            raise RequestError(complaint("fragments", "asked for without steps", allowed))
        if self.transparent:
            allowed = "a background, which covers the step before"
            raise RequestError(complaint("transparent", "asked for with fragments", allowed))

    def effort(self, form: str | None = None) -> Drawn:
        """Return what all stills take in a format, or at least in any."""
        return self.shown(self.picks, form=form, aligned=self.crop)

    def paper(self, form: StillFormat) -> Paper:
        """Return how large and in which manner the format is written."""
        text = self.text or (form.texts or NAMED["text"].choices)[0]
        ratio = 1 / self.look.pixel
        parts = tuple(pick + 1 for pick in self.picks or ()) if self.fragments else ()
        return Paper(ratio, self.dpi, text, self.transparent, self.advance, parts)

    def targets(self, path: str | Path, form: StillFormat) -> list[Path]:
        """Return the files that will be written: one, or one a step where a file holds one.

        Without steps, files of channels in turn bear the channels' numbers, from 0.

        >>> figure(steps="1-2").targets("a/step.svg", still_format("svg"))[1].name
        'step-02.svg'
        """
        whole = Path(path)
        if not self.series or form.pages or self.fragments:
            return [whole]
        return [whole.with_name(f"{whole.stem}-{n}{whole.suffix}") for n in self._numbers()]

    def _numbers(self) -> list[str]:
        """Return the number of each still of a series: its channel, or its step from 1."""
        if self.picks is None:
            last = (self.turns or 1) - 1
            return [f"{n:0{len(str(last))}}" for n in range(last + 1)]
        return [f"{n + 1:0{max(2, len(str(self.steps)))}}" for n in self.picks]

    @told()
    def save(
        self,
        path: str | Path,
        form: str | None = None,
        progress: Progress | None = None,
    ) -> list[Saved]:
        """Write the figure, in the format of the suffix or that is called `form`.

        A series becomes numbered files beside `path`, or the pages of one file.

        Raises
        ------
        RequestError
            If the format is unknown or cannot hold the figure.
        OutputError
            If a file cannot be written; an older one is then untouched.
        """
        path, name = asked(path, form, progress)
        written = still_format(name)
        self.check(written)
        targets = self.targets(path, written)
        for target in targets:
            check_target(target)
        if len(targets) > 1:
            self.lay_out()  # before the first is written
        return [self._save(*part, written) for part in self.parts(path, written, progress)]

    def parts(
        self, path: str | Path, form: StillFormat, progress: Progress | None = None
    ) -> Iterator[tuple[Path, Iterable[Scene]]]:
        """Yield each file that will be written, with its stills."""
        targets, scenes = self.targets(path, form), _told(self.scenes(), progress)
        if len(targets) == 1:
            yield targets[0], scenes
        else:
            yield from ((target, [s]) for target, s in zip(targets, scenes, strict=True))

    def _ipython_display_(self) -> None:
        """Show each still of a series; one alone shows itself by what follows."""
        if self.pages == 1:
            raise NotImplementedError  # what tells IPython to ask for the other forms
        from tcviz.api.notebook import show

        show(self._shown(scene) for scene in self.scenes())

    def _repr_html_(self) -> str:
        """Return the stills as SVG, for notebooks, each as wide as there is room."""
        return "\n".join(self._drawing(scene) for scene in self.scenes())

    def _repr_png_(self) -> bytes:
        """Return the still, the first of a series, for exports that show no HTML."""
        return self._written("png", next(self.scenes()))

    def _shown(self, scene: Scene) -> dict[str, Any]:
        """Return a still of a series as a notebook keeps it."""
        png = b64encode(self._written("png", scene)).decode()
        return {"text/html": self._drawing(scene), "image/png": png, "text/plain": scene.title}

    def _drawing(self, scene: Scene) -> str:
        from tcviz.api.notebook import drawing

        words = " ".join(filter(None, (f"{scene.title}.", scene.sentence)))
        return drawing(self._written("svg", scene), words)

    def _written(self, form: str, scene: Scene) -> bytes:
        file = BytesIO()
        self.write(file, still_format(form), [scene])
        return file.getvalue()

    def _measures(self) -> Iterator[str]:
        if self.pages > 1:
            yield f"{self.pages} stills"
        elif self.picks is not None:
            yield f"step {self.picks[0] + 1} of {self.steps}"

    def _save(self, target: Path, scenes: Iterable[Scene], form: StillFormat) -> Saved:
        with whole_file(target) as file:
            return replace(self.write(file, form, scenes), path=target)

    def write(
        self, file: BinaryIO, form: StillFormat, scenes: Iterable[Scene] | None = None
    ) -> Saved:
        """Write stills, all by default, to one open file."""
        seen: list[tuple[int, int]] = []
        paper = self.paper(form)
        form.load()(_measured(scenes or self.scenes(), paper, seen), paper, file)
        file.seek(0, SEEK_END)
        return Saved(None, len(seen), Fraction(0), seen[0], file.tell())


def _measured(
    scenes: Iterable[Scene], paper: Paper, seen: list[tuple[int, int]]
) -> Iterator[Scene]:
    """Pass scenes on and note their sizes in pixels."""
    for scene in scenes:
        seen.append(paper.pixels(scene))
        yield scene


def _told(scenes: Iterable[Scene], progress: Progress | None) -> Iterator[Scene]:
    """Pass scenes on and tell how many are done."""
    for done, scene in enumerate(scenes, start=1):
        yield scene
        if progress:
            progress(done)


@told(*Options.__annotations__)
def figure(
    x: Any = None,
    weight: Any = None,
    bias: Any = None,
    *,
    step: int | None = None,
    steps: str | Sequence[int] | None = None,
    size: tuple[float, float] | tuple[float, float, str] = (WIDTH, HEIGHT),
    dpi: float | None = None,
    text: str | None = None,
    transparent: bool = False,
    crop: bool = False,
    fragments: bool = False,
    advance: float | None = None,
    cell: SizesLike | None = None,
    **options: Unpack[Options],
) -> Figure:
    """Return one still, or a series, of a transposed convolution.

    Parameters
    ----------
    x, weight, bias : array_like, optional
        As in `animate`; the weight may be a layer.
    step : int, optional
        Which step, from 1, or from the end if negative; without it the finished picture.
        Of channels in turn they are counted on from channel to channel.
    steps : str or sequence of int, optional
        Several: ``"all"``, ``"1-9"``, ``"1,3,5-7"``, or numbers as in `step`.
    size : tuple
        Width and height in pixels, or on paper: ``(16, 9, "cm")``, ``(6.5, 4, "in")``.
    dpi : float, optional
        Pixels per inch; 96 for a size in pixels, 300 for one on paper.
    text : str, optional
        ``"paths"``, outlines that look the same anywhere, or ``"text"``, which can be
        edited; each format has its own default.
    transparent, crop : bool
        No background; the panels alone, without header and footer.
    fragments : bool
        All of `steps` in one SVG, as groups that a deck shows one after another.
    advance : float, optional
        Seconds after which a slide of a PPTX goes on by itself; at a click unsaid.
    cell : int or sequence of int, optional
        The output cell that ``view="chain"`` shows where no step is asked for; unsaid it is
        the middle one.
    **options
        The geometry, the view and the look: see `tcviz.api.Options`.

    Raises
    ------
    RequestError
        If anything does not fit, before any work is done.

    Examples
    --------
    >>> [scene.title.split(":")[0] for scene in figure(stride=2, padding=1, step=2).scenes()]
    ['Transposed convolution, distribution view, step 2 of 9']
    """
    bare, clear = checked("crop", crop), checked("transparent", transparent)
    ground = canvas(size, options.get("scale", 1.0), dpi)
    text = checked("text", text)
    asked = dict(options) | ({} if cell is None else {"cell": cell})
    shown = picture((x, weight, bias), asked, ground, chrome=not bare)
    if cell is not None and (step is not None or steps is not None):
        raise RequestError(complaint("cell", f"{quoted(plain(cell))} beside a step", "one of both"))
    picks = _picks(step, steps, shown.steps)
    series = steps is not None or (step is None and shown.turns is not None)
    if picks is None:
        _check_turns(shown)
    made = Figure(
        shown.plan, shown.view, shown.look, shown.out_channel, shown.in_channel, picks,
        series, ground.dpi, text, clear, bare, checked("fragments", fragments),
        checked("advance", advance),
    )  # fmt: skip
    check_picture("figure", made.effort())
    check_room(shown, None if bare else "without --crop, which needs less")
    return made


def _check_turns(shown: Picture) -> None:
    """Raise TooLargeError if there are too many channels to draw a still of each."""
    if shown.turns:
        side = "--out-channel" if shown.out_channel == ALL else "--in-channel"
        check_pages(shown.turns, "channels", f"choose one, as in {side} 0")


def _picks(step: Any, steps: Any, total: int) -> Sequence[int] | None:
    """Return which steps are drawn, from 0 and in rising order."""
    if step is not None and steps is not None:
        said = quoted(steps).strip("'")
        what = f"{quoted(step)} beside steps {said}"
        raise RequestError(complaint("step", what, "one of the two"))
    if step is not None:
        return [limits.step(step, total)]
    if steps is None:
        return None
    picks = _several(steps, total)
    check_pages(len(picks))
    return picks


def _several(steps: Any, total: int) -> Sequence[int]:
    if isinstance(steps, str):
        all_of_them = [range(total)] if steps == "all" else None
        spans = all_of_them or [_span(word.strip(), total) for word in steps.split(",")]
        for span in spans:
            check_pages(span.stop - span.start)  # before they are counted out
        return sorted({n for span in spans for n in span})
    numbers = plain(steps)
    if not isinstance(numbers, Iterable) or isinstance(numbers, bytes | bytearray):
        raise _unknown(steps, total)
    some = list(islice(numbers, MAX_PAGES + 1))  # there may be no end of them
    check_pages(len(some))
    picks = sorted({limits.step(n, total) for n in some})
    if not picks:
        raise _unknown(steps, total)
    return picks


def _span(word: str, total: int) -> range:
    """Return the steps of ``3`` or of ``1-9``."""
    found = _SPAN.match(word)
    if not found and not _ONE.match(word):
        raise _unknown(word, total)
    ends = found.groups() if found else (word, word)
    first, last = (limits.step(int(end), total) for end in ends)
    if last < first:
        raise _unknown(word, total)
    return range(first, last + 1)


def _unknown(steps: Any, total: int) -> RequestError:
    allowed = f"all, or steps of 1 to {total} as in 1-{min(3, total)}, or 1,{total}"
    return RequestError(complaint("steps", quoted(steps), allowed))

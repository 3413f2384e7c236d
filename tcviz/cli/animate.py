"""``tcviz animate``: numbers to GIF, MP4, WebM, WebP or APNG."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tcviz.cli import options
from tcviz.cli.progress import bar
from tcviz.cli.types import spoken
from tcviz.errors import OutputError, RequestError, complaint

if TYPE_CHECKING:
    from tcviz.api import Animation, Saved
    from tcviz.export import Format

STDOUT = "-"
DEFAULT_FORMAT = "gif"


@click.command(cls=options.Command, epilog="The README explains both views and every format.")
@options.geometry
@options.data
@options.picture
@options.time
@options.output
@options.debug
def command(
    views: tuple[str, ...], output: str | None, format_name: str | None, quiet: bool, **rest: Any
) -> None:
    """Animate a transposed convolution, step by step.

    With no data and a geometry that fits, the numbers are the article's:
    tcviz animate --stride 2 --padding 1 is its figure 8, and with
    --view collection figure 10.
    """
    rest.pop("debug")
    wanted = _animations(tuple(dict.fromkeys(views)), rest)
    form = _format(output, format_name)
    targets = {v: _target(v, a, output, form, several=len(wanted) > 1) for v, a in wanted.items()}
    for animation in wanted.values():
        animation.check(form)
    for view, animation in wanted.items():
        _save(animation, targets[view], form, quiet=quiet)


def _animations(views: tuple[str, ...], rest: dict[str, Any]) -> dict[str, Animation]:
    """Return one animation per view; nothing is computed or written yet."""
    from tcviz.api import animate

    files = {name: rest.pop(f"{name}_file") for name in ("input", "weight", "bias")}
    arrays = _arrays(files)
    return {view: animate(*arrays, view=view, **rest) for view in views}


def _arrays(files: Mapping[str, str | None]) -> list[Any]:
    if all(spec is None for spec in files.values()):
        return [None] * len(files)
    from tcviz.arrayfiles import load

    return [None if spec is None else load(spec, name) for name, spec in files.items()]


def _format(output: str | None, name: str | None) -> Format:
    from tcviz.export import format_of

    if output == STDOUT and name is None:
        raise RequestError("format is missing; allowed: with -o -, --format says which")
    if name is None and output is not None:
        _check(output)  # a folder has no suffix, but that is not what is wrong with it
        name = Path(output).suffix
    return format_of(DEFAULT_FORMAT if name is None else name)


def _check(output: str) -> None:
    from tcviz.files import check_target

    if not output:
        raise RequestError(complaint("output", "''", "a file, or - for standard output"))
    check_target(Path(output))


def _target(
    view: str, animation: Animation, output: str | None, form: Format, *, several: bool
) -> Path | None:
    """Return where a view goes; None is standard output."""
    if output == STDOUT:
        if several:
            raise RequestError(complaint("view", "given twice", "one view on standard output"))
        if sys.stdout is None or sys.stdout.isatty():
            what = "closed" if sys.stdout is None else "a terminal"
            raise RequestError(complaint("standard output", what, "a file, or a pipe"))
        return None
    if output is None:
        output = f"{_telling(view, animation)}.{form.key}"
    elif several:
        path = Path(output)
        output = str(path.with_name(f"{path.stem}-{view}{path.suffix}"))
    _check(output)
    return Path(output)


def _telling(view: str, animation: Animation) -> str:
    """Return a name that tells the geometry: kernel, stride, padding, and what is unusual."""
    layer = animation.plan.layer
    shown = {
        "k": layer.kernel_size,
        "s": layer.stride,
        "p": layer.padding,
        "op": layer.output_padding if any(layer.output_padding) else (),
        "d": layer.dilation if set(layer.dilation) != {1} else (),
        "g": (layer.groups,) if layer.groups > 1 else (),
    }
    return "-".join([view, *(letter + _compact(v) for letter, v in shown.items() if v)])


def _compact(values: tuple[Any, ...]) -> str:
    """Return one number where the axes agree; file names hold no colon."""
    same = len(set(values)) == 1 and isinstance(values[0], int)
    return spoken(values[0] if same else values).replace(":", ".")


def _save(animation: Animation, target: Path | None, form: Format, *, quiet: bool) -> None:
    count = animation.timing.frames(len(animation.picks))
    with bar(str(target or form.name), count, quiet=quiet) as progress:
        if target is None:
            saved = _pour(animation, form, progress)
        else:
            saved = animation.save(target, form.key, progress)
    if not quiet:
        click.echo(_summary(animation, saved), err=target is None)


def _pour(animation: Animation, form: Format, progress: Any) -> Saved:
    """Write to standard output once the whole file is made."""
    from tempfile import gettempdir

    from tcviz.files import passing_file

    try:
        with passing_file(Path(gettempdir(), f"tcviz.{form.key}")) as file:
            saved = animation.write(file, form, progress)
            file.seek(0)
            shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise  # the reader has had enough: that is said by the exit status alone
    except OSError as error:
        raise OutputError(f"cannot write standard output: {error.strerror}") from error
    return saved


def _summary(animation: Animation, saved: Saved) -> str:
    plan, layer = animation.plan, animation.plan.layer
    fan = plan.in_channels, plan.out_channels // layer.groups
    shapes = {
        "input": (plan.in_channels, *plan.input_size),
        "weight": (*fan, *layer.kernel_size),
        "output": (plan.out_channels, *layer.output_size(plan.input_size)),
    }
    facts = ", ".join(f"{name} {'×'.join(map(str, shape))}" for name, shape in shapes.items())
    width, height = saved.size
    return (
        f"{saved.path or 'standard output'}: {saved.frames} frames, "
        f"{float(saved.seconds):.4g} s, {width}×{height} pixels, {saved.bytes:,} bytes\n{facts}"
    )

"""What the commands that draw have in common: arrays, formats, names of files, standard output."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click
from click.core import ParameterSource

from tcviz.errors import OutputError, RequestError, complaint
from tcviz.sizes import DEFAULT_DIMS
from tcviz.spelling import spoken

if TYPE_CHECKING:
    from tcviz.api.picture import Picture

T = TypeVar("T")
STDOUT = "-"
ARRAYS, GRADIENT = ("input", "weight", "bias"), "grad_output"
OWN = ("Geometry", "Data")
"""Groups of options that an article's figure has numbers of its own for."""


def arrays(rest: dict[str, Any]) -> list[Any]:
    """Take the files out of the options and return what is in them, None where none is given.

    An upstream gradient stays an option, with its numbers in place of the file.
    """
    files = {name: rest.pop(f"{name}_file") for name in (*ARRAYS, GRADIENT)}
    given: dict[str, str] = {name: spec for name, spec in files.items() if spec is not None}
    if not given:
        return [None] * len(ARRAYS)
    from tcviz.arrayfiles import load

    loaded = {name: load(spec, name) for name, spec in given.items()}
    if GRADIENT in loaded:
        rest[GRADIENT] = loaded[GRADIENT]
    return [loaded.get(name) for name in ARRAYS]


def of_article(number: int, known: Collection[int], hint: str | None) -> dict[str, Any]:
    """Return what an article's figure asks for; refuse options that contradict it."""
    from tcviz.article import FIGURES

    if number not in known:
        ends = f"{min(known)} to {max(known)}"
        allowed = ends if len(known) > 2 else " or ".join(map(str, known))
        raise RequestError(complaint("article", number, allowed, hint=hint))
    given = _given()
    if given:
        what = f"beside {', '.join(given)}"
        allowed = "its own numbers and view"
        raise RequestError(complaint(f"article {number}", what, allowed, hint="leave out one"))
    return dict(FIGURES[number])


def _given() -> list[str]:
    """Return the options on the command line that say what is computed, and how it is viewed."""
    context = click.get_current_context()
    own = [
        param
        for param in context.command.params
        if (getattr(param, "group", "") in OWN or param.name in {"views", "forward"})
        and param.name != "article"
    ]
    typed = ParameterSource.COMMANDLINE
    return [p.opts[-1] for p in own if p.name and context.get_parameter_source(p.name) is typed]


def format_for(output: str | None, name: str | None, default: str, find: Callable[[str], T]) -> T:
    """Return the format that is named, or that the file's suffix says, or the default."""
    if output == STDOUT and name is None:
        raise RequestError("format is missing; allowed: with -o -, --format says which")
    if name is None and output is not None:
        check(output)  # a folder has no suffix, but that is not what is wrong with it
        name = Path(output).suffix
    return find(default if name is None else name)


def check(output: str) -> None:
    """Refuse a name to which nothing can be written."""
    from tcviz.files import check_target

    if not output:
        raise RequestError(complaint("output", "''", "a file, or - for standard output"))
    check_target(Path(output))


def target(
    view: str, picture: Picture, output: str | None, suffix: str, *, several: bool, tail: str = ""
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
        output = f"{_telling(view, picture)}{tail}.{suffix}"
    elif several:
        path = Path(output)
        output = str(path.with_name(f"{path.stem}-{view}{path.suffix}"))
    check(output)
    return Path(output)


def _telling(view: str, picture: Picture) -> str:
    """Return a name that tells the geometry: kernel, stride, padding, and what is unusual."""
    layer = picture.plan.layer
    head = view if layer.dims == DEFAULT_DIMS else f"{view}-{layer.dims}d"
    shown = {
        "k": layer.kernel_size,
        "s": layer.stride,
        "p": layer.padding,
        "op": layer.output_padding if any(layer.output_padding) else (),
        "d": layer.dilation if set(layer.dilation) != {1} else (),
        "g": (layer.groups,) if layer.groups > 1 else (),
    }
    return "-".join([head, *(letter + _compact(v) for letter, v in shown.items() if v)])


def _compact(values: tuple[Any, ...]) -> str:
    """Return one number where the axes agree; file names hold no colon."""
    same = len(set(values)) == 1 and isinstance(values[0], int)
    return spoken(values[0] if same else values).replace(":", ".")


def pour(suffix: str, write: Callable[[BinaryIO], T]) -> T:
    """Write to standard output once the whole file is made."""
    from tempfile import gettempdir

    from tcviz.files import passing_file

    try:
        with passing_file(Path(gettempdir(), f"tcviz.{suffix}")) as file:
            saved = write(file)
            file.seek(0)
            shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise  # the reader has had enough: that is said by the exit status alone
    except OSError as error:
        raise OutputError(f"cannot write standard output: {error.strerror}") from error
    return saved


def shapes(picture: Picture) -> str:
    """Return the shapes of what is drawn, for the summary."""
    plan = picture.plan
    facts: Iterable[tuple[str, tuple[int, ...]]] = (
        ("input", (plan.in_channels, *plan.input_size)),
        ("weight", plan.weight_shape),
        ("output", (plan.out_channels, *plan.output_size)),
    )
    return ", ".join(f"{name} {'×'.join(map(str, shape))}" for name, shape in facts)

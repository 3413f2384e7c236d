"""What the commands that draw have in common: arrays, views, formats, files, standard output."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click
from click.core import ParameterSource

from tcviz.cli import saying
from tcviz.errors import OutputError, RequestError, complaint, quoted_path
from tcviz.files.streams import is_terminal
from tcviz.layer.sizes import DEFAULT_DIMS, size_text
from tcviz.request import options
from tcviz.request.options import ValueKind
from tcviz.request.spelling import spoken

if TYPE_CHECKING:
    from tcviz.api.picture import Picture

T = TypeVar("T")
P = TypeVar("P", bound="Picture")
STDIN = STDOUT = "-"
ALL = "all"
"""In place of a view: all that can be drawn."""
OPERANDS = ("input", "weight", "bias")
"""What Python takes by its place."""
READ = (ValueKind.ARRAY, ValueKind.THEME, ValueKind.FONT)
"""What is a file, or may be."""


def arrays(rest: dict[str, Any]) -> list[Any]:
    """Take the files out of the options and return what is in them, None where none is given.

    An upstream gradient stays an option, with its numbers in place of the file.
    """
    files = {name: rest.pop(name) for name in options.ARRAYS}
    given: dict[str, str] = {name: spec for name, spec in files.items() if spec is not None}
    if not given:
        return [None] * len(OPERANDS)
    from tcviz.request.arrayfiles import load

    piped = [name for name, spec in given.items() if spec == STDIN]
    if len(piped) > 1:
        what = f"{STDIN!r}, as {piped[0]} is"
        raise RequestError(complaint(piped[1], what, "one array from standard input"))
    dims = rest.get("dims")
    loaded = {
        name: _piped(name, dims) if spec == STDIN else load(spec, name, dims)
        for name, spec in given.items()
    }
    operands = [loaded.pop(name, None) for name in OPERANDS]
    rest |= loaded
    return operands


def _piped(name: str, dims: int | None) -> Any:
    """Return the array that comes through standard input."""
    from tcviz.request.arrayfiles import MAX_BYTES, parse

    if sys.stdin is None or is_terminal(sys.stdin):
        what = "closed" if sys.stdin is None else "a terminal"
        allowed = "a pipe, as in: cat x.csv | tcviz animate --input -"
        raise RequestError(complaint("standard input", what, allowed))
    return parse(sys.stdin.buffer.read(MAX_BYTES + 1), name, dims)


def with_layer(rest: dict[str, Any]) -> dict[str, Any]:
    """Return the options without those that nobody typed and that a pasted layer says itself."""
    if not rest["layer"]:
        return rest | {"layer": None}
    if len(rest["layer"]) == 1:
        rest = rest | {"layer": rest["layer"][0]}
    typed = given_among(options.GEOMETRY)
    return {
        name: value
        for name, value in rest.items()
        if name not in options.GEOMETRY or options.NAMED[name].flag in typed
    }


def of_article(number: int, command: str, hint: str | None) -> dict[str, Any]:
    """Return what an article's figure asks for; refuse options that contradict it."""
    from tcviz.request.article import FIGURES

    if number not in options.ARTICLES[command]:
        allowed = options.figures(command)
        raise RequestError(complaint("article", number, allowed, hint=hint))
    given = given_among(options.OF_ARTICLE)
    if given:
        what = f"beside {', '.join(given)}"
        allowed = "its own numbers and view"
        raise RequestError(complaint(f"article {number}", what, allowed, hint="leave out one"))
    return dict(FIGURES[number])


def given_among(names: Iterable[str]) -> list[str]:
    """Return the flags of those options that stand on the command line."""
    source, typed = click.get_current_context().get_parameter_source, ParameterSource.COMMANDLINE
    return [options.NAMED[name].flag for name in names if source(name) is typed]


def each_view(asked: Iterable[str], make: Callable[[str], P], *, quiet: bool) -> dict[str, P]:
    """Return the picture of each view, made by `make`, in the order in which they are asked for.

    A text may name several, with commas.  `ALL` are those that can be drawn; which ones
    cannot, and why, is told on standard error.
    """
    named = list(dict.fromkeys(word.strip() for text in asked for word in text.split(",")))
    if ALL not in named:
        one = make if len(named) == 1 else partial(_laid_out, make)
        return {view: one(view) for view in named}
    from tcviz.views import VIEWS

    made: dict[str, P] = {}
    left: dict[str, RequestError] = {}
    for view in dict.fromkeys([*VIEWS, *named]):
        try:
            if view != ALL:
                made[view] = _laid_out(make, view)
        except RequestError as error:
            if view in named:
                raise
            left[view] = error
    if not made:
        raise next(iter(left.values()))
    if not quiet:
        _tell_left(left)
    return made


def _laid_out(make: Callable[[str], P], view: str) -> P:
    """Return the picture of a view that has room on its canvas: no other waits for this one."""
    picture = make(view)
    picture.lay_out()
    return picture


def _tell_left(views: dict[str, RequestError]) -> None:
    """Say which views are left out, those for one reason together."""
    reasons: dict[str, list[str]] = {}
    for view, error in views.items():
        reason = str(error).replace(f"view {view!r}", "this view")
        reasons.setdefault(reason, []).append(view)
    for reason, names in reasons.items():
        saying.say(f"left out: {', '.join(names)}: {reason}", err=True)


def format_for(output: str | None, name: str | None, default: str, find: Callable[[str], T]) -> T:
    """Return the format that is named, or that the file's suffix says, or the default."""
    if output == STDOUT and name is None:
        raise RequestError("format is missing; allowed: with -o -, --format says which")
    if name is None and output is not None and not is_folder(output):
        check(output)
        name = Path(output).suffix
    return find(default if name is None else name)


@contextmanager
def showing(output: str | None, *, wanted: bool) -> Iterator[Callable[[Path | None], None]]:
    """Give a function that is told what is written, and show the first of it at the end."""
    if wanted and output == STDOUT:
        raise RequestError(complaint("open", "asked for with -o -", "where a file is written"))
    written: list[Path | None] = []
    yield written.append
    if wanted and written[0]:
        _show(written[0].resolve())


def is_folder(output: str) -> bool:
    """Return whether a folder is meant: it ends as one, or is there."""
    if not output or output == STDOUT:
        return False
    with suppress(OSError):  # a name that is too long, ...
        return output.endswith(tuple(filter(None, (os.sep, os.altsep)))) or Path(output).is_dir()
    return False


def _show(path: Path) -> None:
    """Open a file in the program that the system has for it, or else in a browser."""
    import webbrowser

    if click.launch(str(path)) and not webbrowser.open(path.as_uri()):
        raise OutputError(f"{quoted_path(path)} is written, but nothing here opens it")


def check(output: str) -> None:
    """Refuse a name to which nothing can be written, or which is that of a file that is read."""
    from tcviz.files.writing import check_apart, check_target

    if not output:
        raise RequestError(complaint("output", "''", "a file, or - for standard output"))
    check_target(Path(output))
    check_apart(Path(output), _read())


def _read() -> dict[str, Path]:
    """Return the files that the command reads, by the option that names each."""
    params = click.get_current_context().params
    read = [option for option in options.OPTIONS if option.kind in READ]
    said = [option for option in read if isinstance(params.get(option.name), str)]
    files = {option.flag: Path(params[option.name]) for option in said}
    arrays = [option for option in said if option.kind is ValueKind.ARRAY]
    if arrays:  # which may be a member of their file
        from tcviz.request.arrayfiles import split

        files |= {option.flag: split(params[option.name])[0] for option in arrays}
    return files


def target(
    view: str, picture: Picture, output: str | None, suffix: str, *, several: bool, tail: str = ""
) -> Path | None:
    """Return where a view goes; None is standard output."""
    if output == STDOUT:
        if several:
            raise RequestError(complaint("view", "given twice", "one view on standard output"))
        if sys.stdout is None or is_terminal(sys.stdout):
            what = "closed" if sys.stdout is None else "a terminal"
            raise RequestError(complaint("standard output", what, "a file, or a pipe"))
        return None
    if output is None or is_folder(output):
        output = str(Path(output or "", f"{_telling(view, picture)}{tail}.{suffix}"))
    elif several:
        path = Path(output)
        output = str(path.with_name(f"{path.stem}-{view}{path.suffix}"))
    check(output)
    return Path(output)


def _telling(view: str, picture: Picture) -> str:
    """Return a name that tells the geometry: kernel, stride, padding, and what is unusual."""
    layer, chain = picture.plan.layer, picture.look.chain
    head = view if layer.dims == DEFAULT_DIMS else f"{view}-{layer.dims}d"
    if chain and chain.has_several:
        ends = (spoken(size) for size in (chain.sizes[0], chain.sizes[-1]))
        return "-".join([head, *ends])
    shown = {
        "k": layer.kernel_size,
        "s": layer.stride,
        "p": layer.padding,
        "op": layer.output_padding if any(layer.output_padding) else (),
        "d": layer.dilation if set(layer.dilation) != {1} else (),
        "g": (layer.groups,) if layer.groups > 1 else (),
        "vs-k": picture.look.compare or (),
    }
    return "-".join([head, *(letter + _compact(v) for letter, v in shown.items() if v)])


def _compact(values: tuple[Any, ...]) -> str:
    """Return one number where the axes agree; file names hold no colon."""
    same = len(set(values)) == 1 and isinstance(values[0], int)
    return spoken(values[0] if same else values).replace(":", ".")


def pour(suffix: str, write: Callable[[BinaryIO], T]) -> T:
    """Write to standard output once the whole file is made."""
    from tcviz.files.writing import scratch_file

    try:
        with scratch_file(suffix) as file:
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
    plan, chain = picture.plan, picture.look.chain
    if chain:
        return " → ".join(size_text(size) for size in chain.sizes)
    facts: Iterable[tuple[str, tuple[int, ...]]] = (
        ("input", (plan.in_channels, *plan.input_size)),
        ("weight", plan.weight_shape),
        ("output", (plan.out_channels, *plan.output_size)),
    )
    return ", ".join(f"{name} {'×'.join(map(str, shape))}" for name, shape in facts)

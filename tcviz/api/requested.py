"""From what is asked for to a picture: what does not fit is refused before any work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from unicodedata import normalize

from tcviz import models, views
from tcviz.api.picture import ALL, Picture
from tcviz.effort.loads import check_cells
from tcviz.effort.pictures import MAX_CELLS
from tcviz.engine.arrays import as_array
from tcviz.errors import RequestError, complaint, quoted, quoted_path
from tcviz.errors.notes import note
from tcviz.layer import foreign
from tcviz.look.look import Look
from tcviz.request import inputs, limits
from tcviz.request.article import EXAMPLES
from tcviz.request.canvas import Canvas
from tcviz.request.limits import checked
from tcviz.request.options import NAMED
from tcviz.scene import text, theme, typeset
from tcviz.scene.theme import Theme

if TYPE_CHECKING:
    from tcviz.frameworks.pasted import PastedLayer
    from tcviz.layer.chain import Chain
    from tcviz.scene.faces import Font

Arrays: TypeAlias = tuple[Any, Any, Any]
_LOOKS = ("theme", "decimals", "title", "font", "channels", "by", "symbols", "legend")


def picture(
    arrays: Arrays, options: dict[str, Any], canvas: Canvas, *, chrome: bool = True
) -> Picture:
    """Return the picture of ``(x, weight, bias)`` with these `Options`; nothing is made yet.

    Raises
    ------
    RequestError
        If anything does not fit, before any work is done.
    """
    left = dict(options)
    view = _words("view", left.pop("view", NAMED["view"].default))
    forward = checked("forward", left.pop("forward", None))
    example = views.example(view, forward=forward)
    asked, chain, cell = left.get("layer"), None, left.pop("cell", None)
    if views.entry(view).chained and models.is_chain(asked):
        arrays, left, chain = _chained(arrays, left)
    else:
        left["layer"] = _alone(asked, view)
        arrays, left = models.opened(arrays, left)
    looks = {name: left.pop(name) for name in _LOOKS if name in left}
    pasted, arrays, left = _unpasted(arrays, left, forward=EXAMPLES[example].forward)
    if pasted:
        told = {} if chain else {"title": pasted.call, "whose": pasted.by}
        looks = told | {name: value for name, value in looks.items() if value is not None}
    else:
        arrays, left = _opened(arrays, left, forward=EXAMPLES[example].forward)
    made, read = (left.pop(name, NAMED[name].default) for name in ("out_channel", "in_channel"))
    compare = left.pop("compare", NAMED["compare"].default)
    left.pop("scale", None)  # the canvas has it
    backward = views.entry(view).gradient is not None
    plan = inputs.plan(**dict(zip(("input", "weight", "bias"), arrays, strict=True)),
                       **left, example=example, backward=backward)  # fmt: skip
    look = _look(canvas, chrome=chrome, **looks)
    views.steps(view, plan)  # refuses a number of axes that it cannot draw
    made = _channel("out_channel", made, plan.out_channels)
    read = _channel("in_channel", read, plan.in_channels)
    views.check(view, out_channel=made, in_channel=read,
                grad_output=plan.grad_output is not None, symbols=look.symbols,
                dims=plan.layer.dims, by=look.by)  # fmt: skip
    if views.entry(view).chained:
        from tcviz.layer.chain import Chain

        chain = chain or Chain((plan.layer,), plan.input_size)
        check_cells("output", chain.sizes[-1], MAX_CELLS, "use a smaller --input-size")
        look = replace(look, chain=chain)
    if cell is not None:
        look = replace(look, cell=views.cell(view, look.chain, cell, plan.layer.dims))
    if compare is not None:
        kernel = views.compared(view, plan, compare, symbols=look.symbols)
        look = replace(look, compare=kernel)
    return Picture(plan, view, look, made, read)


def _unpasted(
    arrays: Arrays, options: dict[str, Any], *, forward: bool
) -> tuple[PastedLayer | None, Arrays, dict[str, Any]]:
    """Return a layer that was pasted, if there is one, and what is left to be said beside it."""
    if options.get("layer") is None and arrays[1] is None:  # what reads them need not be there
        return None, arrays, {name: said for name, said in options.items() if name != "layer"}
    from tcviz.frameworks import opening

    pasted, arrays = opening.taken(arrays, options)
    if pasted:
        options = opening.opened(pasted, arrays, options, forward=forward)
    return pasted, arrays, options


def _chained(
    arrays: Arrays, options: dict[str, Any]
) -> tuple[Arrays, dict[str, Any], Chain | None]:
    """Return arrays and options with the first of several layers in them, and all of these."""
    for name, array in zip(("input", "weight", "bias"), arrays, strict=True):
        if array is not None:
            what = "given with several layers"
            raise RequestError(complaint(name, what, "none: cells are drawn, not numbers"))
    if options.get("output_size") is not None:
        what = f"{quoted(options['output_size'])}, with several layers"
        raise RequestError(complaint("output_size", what, "what each layer makes"))
    said = {name: options[name] for name in models.UNSAID if name in options}
    from tcviz.models import stages

    found = stages.stages(options["layer"], said)
    chain = stages.chain(found, options.get("input_size"))
    left = {n: v for n, v in options.items() if not (found[0].guessed and n in said)}
    # What is drawn is alike in all channels.
    first = replace(found[0].layer, groups=1, in_channels=None, out_channels=None)
    left |= {"layer": first, "input_size": chain.input_size, "layout": None}
    return arrays, left, chain if len(found) > 1 else None


def _alone(layer: Any, view: str) -> Any:
    """Return the only layer of a list of one; refuse several."""
    if not isinstance(layer, list | tuple):
        return layer
    if len(layer) != 1:
        what = f"{len(layer)} of them, with view {view!r}"
        able = ", ".join(name for name, row in views.VIEWS.items() if row.chained)
        raise RequestError(complaint("layer", what, f"one; several with view {able}"))
    return layer[0]


def _opened(
    arrays: Arrays, options: dict[str, Any], *, forward: bool
) -> tuple[Arrays, dict[str, Any]]:
    """Return ``(x, weight, bias)`` and options with a layer's own in place of the layer."""
    x, weight, bias = arrays
    if not foreign.is_layer(weight):
        return arrays, options
    own = foreign.opened(weight, bias, options, forward=forward)
    kernels = as_array(own.weight, "weight")
    kernel = options.get("kernel_size")
    if kernel is None:  # its own is said: of a layer's layout there is no doubt
        kernel = kernels.shape[2:] or None
    said = options | own.geometry | {"kernel_size": kernel}
    return (x, kernels, own.bias), {"dims": kernels.ndim - 2} | said


def _channel(name: str, value: Any, count: int) -> int | str:
    """Return a channel's number, or that all are meant."""
    if isinstance(value, str):
        if value != ALL:
            raise RequestError(complaint(name, quoted(value), f"0 to {count - 1}, or {ALL}"))
        return ALL
    return limits.whole(name, value, 0, count - 1)


def _look(
    canvas: Canvas,
    *,
    chrome: bool,
    theme: str | Theme = "light",
    decimals: int | None = None,
    title: str | None = None,
    font: str | Path | Font | None = None,
    channels: int | None = None,
    by: str = "row",
    symbols: bool = False,
    legend: bool = True,
    whose: str = "",
) -> Look:
    digits, drawn = checked("decimals", decimals), checked("channels", channels)
    if title is not None:  # composed: the font has é, but no accent by itself
        title = text.check(normalize("NFC", _words("title", title)), "title").strip()
    return Look(
        _theme(theme), canvas.width, canvas.height, canvas.scale, digits, title, drawn,
        symbols=checked("symbols", symbols), chrome=chrome, in_unit=canvas.unit,
        font=_font(font, title), legend=checked("legend", legend), by=checked("by", by),
        whose=whose,
    )  # fmt: skip


def _font(given: str | Path | Font | None, title: str | None) -> Font | None:
    """Return the font that is asked for; note where no letter of the title needs it."""
    if given is None:
        return None
    from tcviz.scene import faces

    font = given if isinstance(given, faces.Font) else faces.load(_words("font", given))
    if typeset.is_plain(title or ""):
        words = f"font is {quoted_path(font.path)}, which does nothing"
        note(f"{words}: no letter of the title needs it")
    return font


def _theme(name: str | Theme) -> Theme:
    return theme.checked(name) if isinstance(name, Theme) else theme.load(_words("theme", name))


def _words(name: str, value: Any) -> str:
    if not isinstance(value, str | Path):
        raise RequestError(complaint(name, quoted(value), "text"))
    return str(value)

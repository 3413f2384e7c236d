"""What a spec may say of an item: every option of ``animate`` and ``figure``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tcviz.errors import LONGEST_WORD, RequestError, complaint, quoted
from tcviz.errors.oneline import seen
from tcviz.layer.sizes import MAX_DIMS
from tcviz.request import spelling
from tcviz.request.options import DRAWING, NAMED, OF_ARTICLE, OPTIONS, Option, ValueKind, flag_of
from tcviz.scene.frozen import frozen

MOST = 10**15
"""As many digits as may be typed."""


@frozen
class SpecKey:
    """How a key's value is read, and which commands know it."""

    read: Callable[[str, Any], Any]
    commands: tuple[str, ...] = DRAWING


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise RequestError(complaint(name, shown(value), _scalar(value, "text")))
    return value


def _texts(whole: str) -> Callable[[str, Any], str | tuple[str, ...]]:
    """Return a reader of a text, or of several that are one `whole`."""

    def read(name: str, value: Any) -> str | tuple[str, ...]:
        if not isinstance(value, list):
            return _text(name, value)
        if not value or not all(isinstance(v, str) for v in value):
            raise RequestError(complaint(name, shown(value), f"one, or several of a {whole}"))
        return tuple(value) if len(value) > 1 else str(value[0])

    return read


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise RequestError(complaint(name, shown(value), _scalar(value, "true or false")))
    return value


def _whole(least: int | None = None, most: int | None = None) -> Callable[[str, Any], int]:
    """Return a reader of whole numbers, also as they are typed."""
    allowed = "a whole number" if least is None else f"whole numbers from {least}"
    allowed += "" if most is None else f" to {most}"

    def read(name: str, value: Any) -> int:
        number = spelling.whole(name, value) if isinstance(value, str) else value
        if not _is_whole(number, least) or (most is not None and number > most):
            raise RequestError(complaint(name, shown(value), _scalar(value, allowed)))
        return int(number)

    return read


def _number(name: str, value: Any) -> Any:
    number = spelling.number(name, value) if isinstance(value, str) else value
    if not _is_number(number):
        raise RequestError(complaint(name, shown(value), _scalar(value, "a number such as 1.5")))
    return number


def _sizes(least: int, *, pairs: bool = False) -> Callable[[str, Any], Any]:
    """Return a reader of one whole number, or of one per axis."""
    spell = spelling.padding if pairs else spelling.sizes
    both = ", or per side as in [[1, 0], 2]" if pairs else ""
    allowed = f"whole numbers from {least}, one or one per axis as in [3, 5]{both}"

    def fits(value: Any) -> bool:
        sides = pairs and isinstance(value, tuple) and len(value) == 2
        return all(_is_whole(v, least) for v in value) if sides else _is_whole(value, least)

    def read(name: str, value: Any) -> Any:
        sizes = spell(name, value) if isinstance(value, str) else _tuple(value)
        if isinstance(sizes, str):
            return sizes
        axes = sizes if isinstance(sizes, tuple) else (sizes, sizes)
        if not 2 <= len(axes) <= MAX_DIMS or not all(map(fits, axes)):
            raise RequestError(complaint(name, shown(value), allowed))
        return sizes

    return read


def _canvas(name: str, value: Any) -> Any:
    size = spelling.canvas_size(name, value) if isinstance(value, str) else value
    parts = size if isinstance(size, list | tuple) else ()
    sides, unit = parts[:2], parts[2:]
    fits = len(sides) == 2 and all(map(_is_number, sides)) and len(unit) <= 1
    if not fits or not all(isinstance(word, str) for word in unit):
        allowed = "width and height as in '1280x720', '16x9cm' or '6.5x4in'"
        raise RequestError(complaint(name, shown(value), allowed))
    return tuple(size)


def _steps(name: str, value: Any) -> str:
    return str(value) if _is_whole(value) else _text(name, value)


def _channel(name: str, value: Any) -> int | str:
    channel = spelling.channel(name, value) if isinstance(value, str) else value
    if channel != "all" and not _is_whole(channel):
        allowed = _scalar(value, "a whole number, or 'all'")
        raise RequestError(complaint(name, shown(value), allowed))
    return channel


def _is_whole(value: Any, least: int | None = None) -> bool:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= MOST:
        return False
    return least is None or value >= least


def _is_number(value: Any) -> bool:
    """Return whether this is a number that may be meant: no NaN, and no longer than any typed."""
    own = isinstance(value, int | float) and not isinstance(value, bool)
    return own and abs(value) < MOST


def _tuple(value: Any) -> Any:
    return tuple(map(_tuple, value)) if isinstance(value, list) else value


def _scalar(value: Any, allowed: str) -> str:
    """Return what is allowed, and where a list would be."""
    return f"{allowed}; lists multiply out in [[sweep]]" if isinstance(value, list) else allowed


def shown(value: Any) -> str:
    """Return a value as TOML writes it, where it is short.

    >>> shown([True, "a", 1.5])
    "[true, 'a', 1.5]"
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return seen(f"[{', '.join(map(shown, value))}]", LONGEST_WORD)
    return quoted(value) if isinstance(value, str | int | float | dict) else str(value)


READERS: dict[ValueKind, Callable[[Option], Callable[[str, Any], Any]]] = {
    ValueKind.FLAG: lambda _: _flag,
    ValueKind.WHOLE: lambda _: _whole(),
    ValueKind.COUNT: lambda option: _whole(option.least, option.most),
    ValueKind.DIMS: lambda option: _whole(option.least),
    ValueKind.CHANNEL: lambda _: _channel,
    ValueKind.NUMBER: lambda _: _number,
    ValueKind.SIZES: lambda option: _sizes(option.least),
    ValueKind.PADDING: lambda option: _sizes(option.least, pairs=True),
    ValueKind.CANVAS: lambda _: _canvas,
    ValueKind.STEPS: lambda _: _steps,
    ValueKind.TEXT: lambda option: _texts("chain") if option.is_repeated else _text,
    ValueKind.CHOICE: lambda _: _text,
    ValueKind.VIEW: lambda _: _texts("page"),
    ValueKind.THEME: lambda _: _text,
    ValueKind.FONT: lambda _: _text,
    ValueKind.FORMAT: lambda _: _text,
    ValueKind.ARRAY: lambda _: _text,
}
"""What reads a key, by what it takes; words are known, and files read, where an item is made."""


def keys(table: Iterable[Option] = OPTIONS) -> dict[str, SpecKey]:
    """Return the keys of an item: those of a spec alone, and every option that is one."""
    found = {"name": SpecKey(_text), "command": SpecKey(_text)}
    for option in table:
        if option.is_key:
            commands = tuple(command for command in DRAWING if command in option.commands)
            key = SpecKey(READERS[option.kind](option), commands)
            found |= dict.fromkeys(filter(None, (option.name, option.denial)), key)
    return found


KEYS = keys()
CONTRADICTING = (*OF_ARTICLE, "transposed")
"""What an article's figure says by itself."""


def words(options: dict[str, Any]) -> list[str]:
    """Return options as they are typed.

    >>> words({"kernel_size": (3, 5), "symbols": True, "forward": False})
    ['--kernel-size', '3x5', '--symbols', '--transposed']
    """
    out: list[str] = []
    for name, value in options.items():
        option = NAMED[name]
        flag = option.flag
        if option.denial:
            out.append(flag if value else flag_of(option.denial))
        elif is_several(value):
            out += [word for each in value for word in (flag, each)]
        elif isinstance(value, bool):
            out += [flag] * value
        else:
            out += [flag, typed(value)]
    return out


def typed(value: Any) -> str:
    """Return one value as it is typed.

    >>> typed((16.0, 9, "cm")), typed(((1, 0), 2)), typed(0.5), typed(("input", "kernel"))
    ('16x9cm', '1:0x2', '0.5', 'input-kernel')
    """
    if is_several(value):
        return "-".join(value)
    if not isinstance(value, tuple):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value[-1], str):
        return "x".join(map(_short, value[:-1])) + value[-1]
    return spelling.spoken(value)


def is_several(value: Any) -> bool:
    """Return whether this is several texts: the views of a page, the layers of a chain.

    >>> is_several(("input", "kernel")), is_several((16, 9, "cm")), is_several("input")
    (True, False, False)
    """
    return isinstance(value, tuple) and all(isinstance(v, str) for v in value)


def _short(number: float) -> str:
    """Return a number as it is typed, and no other."""
    short = f"{number:g}"
    return short if float(short) == number else repr(number)

"""A pasted line of code, parsed and never run: which call it is, and what stands in it.

Only literals are read: numbers, words, lists of them, and sums and products of numbers.
"""

from __future__ import annotations

import ast
import operator
import textwrap
import warnings
from dataclasses import field
from typing import Any, NamedTuple, NoReturn

from tcviz.errors import GeometryError, RequestError, complaint, did_you_mean, quoted
from tcviz.errors.synonyms import akin
from tcviz.layer.sizes import MOST_BITS, Sizes, is_sequence, sizes_of
from tcviz.scene.frozen import frozen

LONGEST = 10_000
"""Letters of a line that somebody pastes."""

_SUMS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}


class CallForm(NamedTuple):
    """How a framework's call is written: its name, and what it takes, in order.

    A name has ``N`` for the number of axes, one of `digits`, where it says that.  Parameters
    after a ``/`` are keywords alone.  `marks` are words that stand before this name only.
    """

    name: str
    parameters: str
    digits: str = "123"
    marks: frozenset[str] = frozenset()

    @property
    def names(self) -> dict[str, int]:
        """The names of the call, with the axes that each says, or 0."""
        if "N" not in self.name:
            return {self.name: 0}
        return {self.name.replace("N", digit): int(digit) for digit in self.digits}

    @property
    def known(self) -> list[str]:
        """The names of its parameters."""
        return self.parameters.replace(" / ", " ").split()

    @property
    def placed(self) -> list[str]:
        """The names of those that need not be named."""
        return self.parameters.partition(" / ")[0].split()


@frozen
class PastedCall:
    """A call of a framework, with its arguments by name."""

    framework: str
    form: CallForm
    node: ast.Call = field(repr=False)
    arguments: dict[str, ast.expr] = field(repr=False)

    @property
    def dims(self) -> int:
        """How many axes its name says, or 0."""
        return self.form.names[_parts(self.node.func)[-1]]

    def said(self, name: str) -> bool:
        """Return whether the call has an argument of this name that is not None."""
        node = self.arguments.get(name)
        return node is not None and not (isinstance(node, ast.Constant) and node.value is None)

    def literal(self, name: str, default: Any = None) -> Any:
        """Return the value of an argument, or its default; refuse what is no literal."""
        return self.value(name, self.arguments[name]) if self.said(name) else default

    def value(self, name: str, node: ast.expr) -> Any:
        """Return the value of an argument, or of a part of it; refuse what is no literal."""
        try:
            return _value(node)
        except ValueError:
            what = quoted(ast.unparse(node)).strip("'\"")
            allowed = "a literal, such as 2, (2, 2) or 'same': the call is read, not run"
            raise GeometryError(complaint(name, what, allowed)) from None

    def count(self, name: str, node: ast.expr | None = None) -> int | None:
        """Return a number of channels; None where it is a name, or anything but a literal."""
        try:
            value = self.value(name, node) if node else self.literal(name)
        except GeometryError:
            return None
        if value is None:
            return None
        return sizes_of(name, value, 1, 1)[0]

    def groups(self, name: str, *channels: str) -> int:
        """Return the number of groups, which divides the numbers of channels that are said."""
        groups = sizes_of(name, self.literal(name, 1), 1, 1)[0]
        for each in channels:
            if (self.count(each) or groups) % groups:
                self.refuse(each, self.count(each), f"{each} must be divisible by {name}")
        return groups

    def flag(self, name: str, *, default: bool) -> bool:
        """Return whether something is asked for; what is no literal counts as its default."""
        try:
            return bool(self.literal(name, default))
        except GeometryError:
            return default

    def sizes(self, name: str, default: int | None, least: int = 1) -> Any:
        """Return one number, or one for each axis, checked; None where nothing is said at all.

        Where the name of the call says the axes, there is one for each.
        """
        value = self.literal(name, default)
        if value is None:
            return None
        axes = self.dims or (len(value) if is_sequence(value) else 1)
        sizes: Sizes = sizes_of(name, value, axes, least)
        return sizes if self.dims or is_sequence(value) else sizes[0]

    def axes(self, name: str, default: int | None, dims: int, least: int = 1) -> Sizes:
        """Return one number for each of so many axes, checked."""
        return sizes_of(name, self.literal(name, default), dims, least)

    def items(self, name: str) -> list[ast.expr]:
        """Return what stands in a list that is written out."""
        node = self.arguments[name]
        if isinstance(node, ast.Tuple | ast.List):
            return node.elts
        allowed = "written out, as in (1, 26, 26, 64): the call is read, not run"
        raise GeometryError(complaint(name, quoted(ast.unparse(node)).strip("'\""), allowed))

    def word(self, name: str, default: str, words: tuple[str, ...]) -> str:
        """Return a word that is one of some."""
        value = self.literal(name, default)
        if value not in words:
            hint = did_you_mean(value, words) if isinstance(value, str) else None
            self.refuse(name, quoted(value), " or ".join(map(repr, words)), hint)
        return str(value)

    def refuse(self, name: str, what: object, allowed: str, hint: str | None = None) -> NoReturn:
        """Raise the error of an argument that its framework forbids, or that is not drawn."""
        raise GeometryError(complaint(name, what, f"{allowed}, in {self.framework}", hint=hint))

    def need(self, *names: str, allowed: str = "a number, or one for each axis") -> None:
        """Refuse a call without one of these arguments."""
        for name in names:
            if not self.said(name):
                self.refuse(name, "missing", allowed)

    def shown(self, *names: str) -> str:
        """Return the call as it is written, of its named arguments only these."""
        kept = [ast.unparse(node) for node in self.node.args]
        kept += [
            f"{word.arg}={ast.unparse(word.value)}"
            for word in self.node.keywords
            if word.arg in names
        ]
        return f"{'.'.join(_parts(self.node.func)[-2:])}({', '.join(kept)})"


def calls_in(code: str) -> list[ast.Call]:
    """Return the calls in a line of code, the outer ones first.

    Raises
    ------
    RequestError
        If it is no Python.
    """
    if not isinstance(code, str):
        raise RequestError(complaint("layer", quoted(code), "a call, as text"))
    if len(code) > LONGEST:
        what, allowed = f"a text of {len(code):,} letters", f"up to {LONGEST:,}"
        raise RequestError(complaint("layer", what, allowed))
    text = textwrap.dedent(code).strip().rstrip(",;").strip()
    try:
        with warnings.catch_warnings(action="ignore"):  # of what is odd in texts that nobody reads
            tree = ast.parse(text)
        return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else "nested too deeply"
        allowed = "a call such as nn.ConvTranspose2d(2, 1, 3, stride=2)"
        what = f"{quoted(text)}, which is no Python ({reason})"
        raise RequestError(complaint("layer", what, allowed)) from None


def name_of(node: ast.Call) -> list[str]:
    """Return the parts of the name that is called.

    >>> name_of(calls_in("self.up = torch.nn.ConvTranspose2d(2, 1, 3)")[0])
    ['torch', 'nn', 'ConvTranspose2d']
    """
    return _parts(node.func)


def strangers(form: CallForm, node: ast.Call) -> list[str]:
    """Return the keywords of a call that its form does not have."""
    return [word.arg for word in node.keywords if word.arg and word.arg not in form.known]


def bound(framework: str, form: CallForm, node: ast.Call) -> PastedCall:
    """Return a call with its arguments by name, as its form says; refuse those that it lacks."""
    name = _parts(node.func)[-1]
    given: dict[str, ast.expr] = {}
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            raise _wrong(name, ast.unparse(argument), "arguments that are written out")
    if len(node.args) > len(form.placed):
        allowed = f"up to {len(form.placed)} without a name: {', '.join(form.placed)}"
        raise _wrong(name, f"a call with {len(node.args)} arguments", allowed)
    given |= dict(zip(form.placed, node.args, strict=False))
    for word in node.keywords:
        if word.arg is None:
            raise _wrong(name, f"**{ast.unparse(word.value)}", "arguments that are written out")
        if word.arg in given:
            raise _wrong(name, f"{word.arg}, given twice", "each argument once")
        if word.arg in strangers(form, node):
            like = akin(word.arg, form.known)
            hint = f"did you mean {like}?" if like else did_you_mean(word.arg, form.known)
            allowed = ", ".join(form.known)
            raise GeometryError(complaint(f"argument of {name}", word.arg, allowed, hint=hint))
        given[word.arg] = word.value
    return PastedCall(framework, form, node, given)


def _wrong(name: str, what: str, allowed: str) -> GeometryError:
    return GeometryError(complaint(f"argument of {name}", what, allowed))


def _parts(node: ast.expr) -> list[str]:
    """Return the words of a dotted name; what is no name is left out."""
    if isinstance(node, ast.Attribute):
        return [*_parts(node.value), node.attr]
    return [node.id] if isinstance(node, ast.Name) else [""]


def _value(node: ast.expr) -> Any:
    """Return what a literal is; raise ValueError for anything else."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Tuple | ast.List):
        return tuple(map(_value, node.elts))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_number(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _SUMS:
        left, right = _number(node.left), _number(node.right)
        if right or not isinstance(node.op, ast.FloorDiv):
            return _bounded(_SUMS[type(node.op)](left, right))
    raise ValueError


def _number(node: ast.expr) -> int | float:
    value = _value(node)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _bounded(value)
    raise ValueError


def _bounded(value: int | float) -> int | float:
    """Return a number that no sum of a short text makes large."""
    if isinstance(value, int) and value.bit_length() > MOST_BITS:
        raise ValueError
    return value

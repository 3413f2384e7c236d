"""How far apart: the largest difference between each two engines, for each quantity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from tcviz.checks.differences import TOLERANCE, difference, sizes
from tcviz.checks.engines import PYTORCH, Engine, Results, engines, has_pytorch
from tcviz.checks.overflow import settled
from tcviz.checks.subjects import Subject
from tcviz.effort.engines import ENGINES, Operation, check_comparison, too_large
from tcviz.frameworks import torch_layers
from tcviz.scene.frozen import frozen

if TYPE_CHECKING:
    from tcviz.request.inputs import Plan

FLOAT64_EXACT = 2**53
QUANTITIES = {
    "output": "output",
    "input": "gradient of input",
    "weight": "gradient of weight",
    "bias": "gradient of bias",
}
"""The fields of `Results`, and what they are called."""


@frozen
class Disagreement:
    """Two engines that differ where they must not."""

    subject: Subject
    pair: tuple[str, str]
    quantity: str
    difference: float

    def __str__(self) -> str:
        first, second = self.pair
        layer, weight, bias = self.subject.layer, self.subject.weight, self.subject.bias
        channels = len(weight), weight.shape[1] * layer.groups
        size = self.subject.input_size
        words = torch_layers.transposed(layer, size, channels, bias=bias is not None)
        return (
            f"{first} and {second} differ by {self.difference:.2g} in the"
            f" {QUANTITIES[self.quantity]} of {self.subject.name}"
            f" with input {self.subject.x.shape}: {', then '.join(words)}"
        )


@dataclass
class Report:
    """What a comparison found.

    Attributes
    ----------
    engines : who was compared
    whole, real : how many layers there were of whole numbers, and of float64
    largest : the largest difference by pair of engines and quantity
    wrong : every disagreement
    left_out : why an engine was left out, for each subject that is too large for it
    """

    engines: tuple[str, ...]
    whole: int = 0
    real: int = 0
    largest: dict[tuple[str, str, str], float] = field(default_factory=dict)
    wrong: list[Disagreement] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=dict)

    @property
    def compared(self) -> tuple[str, ...]:
        """Who took part in a comparison."""
        seen = {name for first, second, _ in self.largest for name in (first, second)}
        return tuple(name for name in self.engines if name in seen)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Each two engines that were compared."""
        return list(dict.fromkeys((first, second) for first, second, _ in self.largest))


def compare(
    subjects: Iterable[Subject],
    by: Mapping[str, Engine] | None = None,
    tell: Callable[[int], None] | None = None,
) -> Report:
    """Run all engines on all subjects and return how far apart they are.

    Parameters
    ----------
    subjects : iterable of Subject
    by : mapping from name to engine, optional
        All there are, unless told.
    tell : callable, optional
        Is told how many subjects are done.

    Raises
    ------
    TooLargeError
        If a subject is too large for all engines but one; what is too large for some is
        compared by the rest.

    Examples
    --------
    >>> from tcviz.checks.subjects import drawn
    >>> report = compare(drawn(3, seed=0))
    >>> report.whole, report.largest["distribution", "fast", "weight"], report.wrong
    (3, 0.0, [])
    """
    by = engines() if by is None else by
    report = Report(tuple(by))
    for number, subject in enumerate(subjects, 1):
        able = _able(subject, by, report)
        _compare(subject, {name: run(subject) for name, run in able.items()}, report)
        if tell:
            tell(number)
    return report


def check_sizes(plan: Plan) -> None:
    """Raise TooLargeError if all engines together would take too much; nothing is drawn yet."""
    names = [name for name in ENGINES if name != PYTORCH or has_pytorch()]
    sizes = plan.input_size, plan.in_channels, plan.out_channels
    check_comparison(Operation(plan.layer, *sizes), names)


def _able(subject: Subject, by: Mapping[str, Engine], report: Report) -> dict[str, Engine]:
    """Return those engines that a subject is not too large for; note the others."""
    asked = subject.operation
    if len(by) > 1:
        check_comparison(asked, by)
    reasons = {name: too_large(name, asked) for name in by}
    able = {name: run for name, run in by.items() if not reasons[name]}
    for name, why in reasons.items():
        if why:
            report.left_out.setdefault(name, []).append(why)
    return able


def _compare(subject: Subject, results: dict[str, Results], report: Report) -> None:
    report.whole += subject.whole
    report.real += not subject.whole
    results, scales = settled(subject, results, sizes(subject))
    for first, second in combinations(results, 2):
        for quantity in QUANTITIES:
            a, b = (getattr(results[name], quantity) for name in (first, second))
            if a is None or b is None:
                continue
            scale = getattr(scales, quantity)
            exact = subject.whole and not (second == PYTORCH and scale.max() >= FLOAT64_EXACT)
            found = difference(a, b, None if exact else scale)
            key = first, second, quantity
            report.largest[key] = max(report.largest.get(key, 0.0), found)
            if not found <= (0 if exact else TOLERANCE):
                report.wrong.append(Disagreement(subject, (first, second), quantity, found))

"""Work is bounded before it starts: requests of any size are refused, or done within a bound.

What is done is counted, not timed: calls, multiplications, bytes, and pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pkgutil import walk_packages
from typing import Any
from weakref import ref

import click
import numpy as np
import pytest
from hypothesis import assume, given, seed, settings
from hypothesis import strategies as st

import tcviz
from tcviz import cli
from tcviz.api import Animation, Figure
from tcviz.api.picture import Picture
from tcviz.checks import engines
from tcviz.effort import engines as engine_effort
from tcviz.effort import loads
from tcviz.effort.loads import MEMORY, PROGRAM, SILENT, TOLD
from tcviz.engine import prepared
from tcviz.engine.fast import LENT
from tcviz.errors import TcvizError, TooLargeError
from tcviz.export import FORMATS
from tcviz.export.stills import STILLS
from tcviz.request.inputs import Plan
from tests.meter import REPEATED_SUMS, Meter, metered
from tests.requests import HERE, Words, logarithmic, options, requests
from tests.strategies import REPEATED

Run = Callable[..., tuple[int, str, str]]

CALL = 50
"""Nanoseconds that a call takes at least; none of them is told by a clock."""
LAYOUT = 3_000_000
"""Calls of a request that does little: one layout, or a dozen where a canvas is too small."""
PLANNING, PLANNING_BYTES = 500_000, 25_000_000
"""Calls and bytes before anything is done."""
ENGINE_BYTES = 8_000_000
"""Bytes of tables that an engine works in, however small its operands are."""
BEGUN = "tcviz: begun\n"


@pytest.fixture(scope="module")
def libraries() -> None:
    """Import what is imported only when it is needed: that is no work of a request."""
    ours = (module.name for module in walk_packages(tcviz.__path__, "tcviz."))
    for name in ("rich.console", "rich.table", *ours):
        if name != "tcviz.__main__":
            import_module(name)
    for form in (*STILLS.values(), *FORMATS.values()):
        form.load()


@pytest.fixture
def meter(libraries: None, monkeypatch: pytest.MonkeyPatch) -> Meter:  # noqa: ARG001
    """Count what is multiplied, drawn at random and painted, and note what was foreseen."""
    return metered(monkeypatch)


def taken(command: str) -> set[str]:
    """Return the options that a command takes."""
    found = cli.Group().get_command(click.Context(click.Command("")), command)
    assert found
    return {param.opts[-1] for param in found.params if isinstance(param, click.Option)}


@pytest.mark.parametrize("command", ["figure", "animate", "check", "size"])
def test_requests_are_drawn_over_all_options(command: str) -> None:
    assert taken(command) <= HERE | options(9).keys()


class BegunError(TcvizError):
    """What is asked for is let through, and its first array would be made."""


@pytest.fixture
def planned(meter: Meter, run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs tcviz up to where the first array is made."""

    def begin(_: Plan) -> None:
        raise BegunError("begun")

    def planned(*words: str) -> tuple[int, str, str]:
        meter.done.clear()
        meter.told.clear()
        with meter.measuring():
            return run(*words)

    monkeypatch.setattr(Plan, "make", begin)
    return planned


@settings(REPEATED, max_examples=120)
@seed(0)
@given(words=requests(taken, 10**6))
def test_requests_of_any_size_are_refused_or_foreseen_within_the_limits_before_any_work(
    words: Words, meter: Meter, planned: Run
) -> None:
    status, _, err = planned(*words)
    last = "".join(err.splitlines(keepends=True)[-1:])  # there may be notes before
    assert status == 2 or (words[0], status, last) in {("size", 0, ""), (words[0], 1, BEGUN)}, err
    assert meter.done["products"] == meter.done["pixels"] == 0
    assert meter.done["calls"] < PLANNING
    assert meter.peak < PLANNING_BYTES
    if status == 1:
        assert meter.told, "nothing is let through that was not estimated"
        assert meter.bytes <= MEMORY - PROGRAM
        assert meter.ticks <= TOLD * 10**9


@settings(REPEATED, max_examples=30)
@seed(0)
@given(words=requests(taken, 60))
def test_what_is_let_through_takes_no_more_than_was_foreseen(
    words: Words, meter: Meter, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, most in {"SILENT": SILENT / 60, "TOLD": TOLD / 600}.items():
        monkeypatch.setattr(loads, name, most)
    monkeypatch.setattr(loads, "MEMORY", PROGRAM + (MEMORY - PROGRAM) // 20)
    monkeypatch.setattr(engines, "find_spec", lambda _: None)  # to import it takes more
    meter.done.clear()
    meter.told.clear()
    with meter.measuring():
        status, _, err = run(*words)
    assert status in {0, 2}, err
    if not meter.done["makes"]:
        assert meter.done["products"] == meter.done["pixels"] == 0
    assert meter.done["products"] <= REPEATED_SUMS * meter.foreseen("products")
    assert meter.done["pixels"] <= meter.foreseen("pixels of all frames")
    assert meter.done["calls"] * CALL <= meter.ticks + LAYOUT * CALL
    assert meter.peak <= meter.bytes + PLANNING_BYTES


NAMED = [
    ("figure -k 1000 -n 1 -o a.svg", ""),
    ("figure -k 1400 -n 1 -o a.pptx", ""),
    ("figure --dims 1 -k 1000000 -n 2", ""),
    ("figure --view grad-weight -n 1000 -k 5", ""),
    ("check -s 1000 -n 3", ""),
    ("check -d 500 -k 3", ""),
    (
        "figure --view grad-input -n 1000 -k 50",
        "77 s of work, most of it for 2,500,000,000 products",
    ),
    ("figure --view overlap -n 1000 -k 300", "5,405 s of work, most of it for 180,000,000,000 pr"),
    (
        "figure --out-channels 100000 --out-channel all --step 1 -n 1 -k 1",
        "160 s of work, most of it for 100,000 channels in turn; allowed: up to 30 s; choose one",
    ),
    (
        "check --in-channels 6000 --out-channels 6000 -k 1 -n 1",
        "3.61 GB of memory, most of it for 36,000,000 weights; allowed: up to 2 GB; use a smaller",
    ),
    (
        "animate --size 7680x4320 -o a.webm",
        "3.3 GB of memory, most of it for 33,177,600 pixels; allowed: up to 2 GB; use a smaller "
        "--size, or gif",
    ),
    (
        "animate --size 3840x2160 -n 60 -o a.webm",
        "2,411 s of work, most of it for 29,859,840,000 pixels of all frames; allowed: up to 600 s",
    ),
    ("figure --steps all -n 31 -o a.pdf", "GB of memory, most of it for 961 frames; allowed: up"),
    ("figure --symbols -n 10 -k 10", "60 s of work, most of it for 20,000 products of names"),
    ("check -k 3000 -n 1", "GB of memory, most of it for 18,000,000 weights; allowed: up to 2 GB"),
    ("check -n 4096 -k 9", "check is left with no engine: the layer is too large for the others"),
]
"""Small requests that ran for minutes, or took gigabytes, and what is said of those refused."""


@pytest.mark.parametrize(("words", "told"), NAMED)
def test_small_requests_of_much_work_are_made_cheap_or_refused_in_one_line(
    words: str, told: str, planned: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda _: "torch")  # with all there is to compare
    status, _, err = planned(*words.split())
    assert (status, err) == (1, BEGUN) if not told else (status, err.count("\n")) == (2, 1)
    assert told in err


@pytest.mark.parametrize("words", ["-k 300 -n 1", "--dims 1 -k 30000 -n 2"])
@pytest.mark.parametrize("view", ["distribution", "collection", "matrix"])
def test_a_large_kernel_on_few_cells_takes_its_products_and_no_more(
    words: str, view: str, meter: Meter, run: Run
) -> None:
    if view == "matrix":  # it walks through the taps
        words = words.replace("300", "30")
    with meter.measuring(memory=False):
        assert run("figure", *words.split(), "--view", view, "-o", "a.png")[0] == 0
    assert meter.done["products"] <= 20 * meter.foreseen("products")
    assert meter.done["calls"] < LAYOUT


def broadcast(*shape: int, of: Any) -> Any:
    """Return an array of one number that takes no memory, however large it is."""
    return np.broadcast_to(of, shape)


TYPES = st.sampled_from(["float16", "float32", "float64", "int8", "int64", "uint64"])


@settings(REPEATED, max_examples=80)
@seed(0)
@given(sizes=st.lists(logarithmic(3000), min_size=5, max_size=5), dtype=TYPES)
def test_an_engine_takes_no_more_memory_than_was_foreseen_or_refuses(
    sizes: list[int], dtype: str, meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_effort, "installed", lambda: PROGRAM + 20_000_000)
    length, kernel, stride, inputs, outputs = sizes
    slow = dtype == "uint64"  # of numbers that only Python's own hold
    assume(length * kernel * inputs * outputs < (2**17 if slow else 2**25))
    x = broadcast(inputs, length, of=np.asarray(2**63 if slow else 1, dtype))
    weight = broadcast(inputs, outputs, kernel, of=np.asarray(0, dtype))
    meter.told.clear()
    with meter.measuring(), suppress(TooLargeError):
        y = tcviz.conv_transpose(x, weight, stride=stride)
        tcviz.conv_transpose_backward(y, x, weight, stride=stride)
    assert meter.peak <= meter.bytes + ENGINE_BYTES


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int64", "uint64"])
def test_numbers_of_each_type_are_foreseen_as_what_they_are_added_in(
    dtype: str, meter: Meter
) -> None:
    # Of no other type's are sums as large as these.
    x = broadcast(1, 100_000, of=np.asarray(2**63 if dtype == "uint64" else 1, dtype))
    with meter.measuring():
        tcviz.conv_transpose(x, np.ones((1, 1, 4), dtype), stride=4)
    assert meter.peak <= meter.bytes + ENGINE_BYTES


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8"])
def test_a_batch_is_foreseen_as_its_results_not_as_what_an_item_is_worked_in(
    dtype: str, meter: Meter
) -> None:
    x, weight = np.zeros((100, 8, 40, 40), dtype), np.zeros((8, 8, 4, 4), dtype)
    with meter.measuring():
        y = tcviz.conv_transpose(x, weight, stride=2, padding=1)
    lent = LENT * (4 if dtype in {"float16", "float32"} else 8)
    assert y.nbytes <= meter.peak <= meter.bytes + lent + ENGINE_BYTES
    assert meter.bytes <= 1.6 * meter.peak
    with meter.measuring():
        tcviz.conv_transpose_backward(y, x, weight, stride=2, padding=1)
    assert meter.peak <= meter.bytes + ENGINE_BYTES


class AllowedError(Exception):
    """What is asked for is let through, and its first array would be made."""


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that asks for a layer of zeros that take no memory, up to its check."""

    def begin(*_: Any, **__: Any) -> None:
        raise AllowedError

    def checked(x: tuple[int, ...], weight: tuple[int, ...], **options: Any) -> None:
        operands = (broadcast(*shape, of=np.float32(0)) for shape in (x, weight))
        tcviz.conv_transpose(*operands, **options)

    monkeypatch.setattr(prepared, "Prepared", begin)
    monkeypatch.setattr(engine_effort, "installed", lambda: 16 * 10**9)
    return checked


EARNEST = [
    ((64, 128, 64, 64), (128, 128, 4, 4), {"stride": 2, "padding": 1}),
    ((512, 64, 32, 32), (64, 128, 4, 4), {"stride": 2, "padding": 1}),
    ((64, 21, 16, 16), (21, 21, 64, 64), {"stride": 32}),
    ((16, 8, 256, 256), (8, 1, 1, 1), {"stride": 4, "groups": 8}),
    ((1, 10**7), (1, 1, 8), {"stride": 8}),
]
"""Layers whose results are larger than an engine makes of operands of any size."""


@pytest.mark.parametrize(("x", "weight", "options"), EARNEST)
def test_who_has_large_operands_decides_how_large_a_layer_is(
    x: Any, weight: Any, options: Any, checked: Callable[..., None]
) -> None:
    with pytest.raises(AllowedError):
        checked(x, weight, **options)


ABSURD = [
    ((1, 1, 2, 2), (1, 1, 3, 3), {"stride": 10**6}),
    ((1, 1, 2, 2), (1, 1, 3, 3), {"dilation": 10**6}),
    ((1, 1, 2, 2), (1, 1, 3, 3), {"dilation": 10**4}),
    ((1, 3), (1, 1, 10**6), {"stride": 10**9}),
    ((64, 128, 64, 64), (128, 128, 1, 1), {"stride": 200}),
]


@pytest.mark.parametrize(("x", "weight", "options"), ABSURD)
def test_a_result_that_is_absurd_for_its_operands_is_refused(
    x: Any, weight: Any, options: Any, checked: Callable[..., None]
) -> None:
    with pytest.raises(TooLargeError, match=r"^padded result is .* cells, .*; use a smaller batch"):
        checked(x, weight, **options)


def test_what_no_memory_holds_is_refused_with_the_memory_that_there_is(
    checked: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_effort, "installed", lambda: 4 * 10**9)
    with pytest.raises(TooLargeError) as error:
        checked((1024, 64, 64, 64), (64, 64, 4, 4), stride=2, padding=1)
    assert str(error.value) == (
        "layer is about 5.67 GB of memory, most of it for 1,107,558,400 cells of the result; "
        "allowed: up to 4 GB; use a smaller batch, input, stride or dilation"
    )


def test_a_large_picture_is_laid_out_once_to_see_that_its_canvas_is_too_small(
    meter: Meter, run: Run
) -> None:
    words = "figure -k 1 -n 75 --in-channels 64 --channels 64 -o a.png"
    with meter.measuring(memory=False):
        status, _, err = run(*words.split())
    assert status == 2
    assert err.endswith("allowed: a larger canvas, fewer cells or channels\n")
    assert meter.done["products"] <= 5 * meter.foreseen("products")


@pytest.mark.parametrize(("command", "kind"), [("figure", Figure), ("animate", Animation)])
def test_what_was_drawn_of_a_view_is_gone_when_the_next_begins(
    command: str, kind: Any, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[ref[Picture]] = []
    save = kind.save

    def saved(picture: Picture, *args: Any) -> Any:
        assert not any(before() for before in drawn)
        drawn.append(ref(picture))
        return save(picture, *args)

    monkeypatch.setattr(kind, "save", saved)
    suffix = "png" if command == "figure" else "gif"
    assert run(command, "--view", "input,kernel,matrix", "-o", f"a.{suffix}")[0] == 0
    assert len(drawn) == 3

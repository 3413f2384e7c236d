"""Arrays of other frameworks: an error, or a note where they fit by chance, says how to permute."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcviz.errors import DataError
from tcviz.errors.notes import TcvizWarning, told_to
from tcviz.request.inputs import plan
from tests.strategies import Case, cases, thorough

VOLUME = 8, 8, 8, 1
GIVE = re.compile(r"give (input|weight)\.transpose(\([0-9, ]+\))")


def ones(*shape: int) -> Any:
    return np.ones(shape)


def permuted(words: str, **arrays: Any) -> dict[str, Any]:
    """Return arrays as an error or a note says that they should be given."""
    for name, order in GIVE.findall(words):
        axes = tuple(int(n) for n in order.strip("()").split(","))
        arrays[name] = arrays[name].transpose(axes)
    return arrays


@pytest.mark.parametrize(
    ("x", "weight", "fitting"),
    [
        ((8, 8, 3), (3, 16, 4, 4), ["input.transpose(2, 0, 1)"]),
        ((1, 8, 8, 3), (3, 16, 4, 4), ["input.transpose(0, 3, 1, 2)"]),
        ((64, 8, 8), (3, 3, 32, 64), ["weight.transpose(3, 2, 0, 1)"]),
        ((64, 8, 8), (3, 3, 64, 32), ["weight.transpose(2, 3, 0, 1)"]),  # JAX
        ((4, 4, 2), (3, 3, 1, 2), ["input.transpose(2, 0, 1)", "weight.transpose(3, 2, 0, 1)"]),
        ((6, 6, 6, 2), (3, 3, 3, 1, 2), ["input.transpose(3, 0, 1, 2)", "weight.transpose(4, 3"]),
    ],
)
def test_what_does_not_fit_says_how_to_permute_it(
    x: tuple[int, ...], weight: tuple[int, ...], fitting: list[str]
) -> None:
    arrays = {"input": ones(*x), "weight": ones(*weight)}
    with pytest.raises(DataError) as caught:
        plan(**arrays)
    words = str(caught.value)
    assert words.startswith("in_channels is ")
    assert all(f", give {call}" in words for call in fitting)
    assert words.count("transpose") == len(fitting)
    plan(**permuted(words, **arrays))


def test_in_one_dimension_too() -> None:
    with pytest.raises(DataError, match=r"if input is \(L, C\), give input.transpose\(1, 0\)$"):
        plan(input=ones(9, 2), weight=ones(2, 1, 3), dims=1)


def test_what_is_said_beside_an_array_tells_its_layout() -> None:
    with pytest.raises(DataError, match=r"^in_channels is 3; .*; if input is \(H, W, C\), give "):
        plan(input=ones(8, 8, 3), in_channels=3)
    with pytest.raises(DataError, match=r"^input_size is \(8, 8\); .*; if input is \(H, W, C\), "):
        plan(input=ones(8, 8, 3), input_size=8)
    with pytest.raises(DataError, match=r"^kernel_size is \(3, 3\); .*; if weight is \(kH, kW, C_"):
        plan(weight=ones(3, 3, 8, 16), kernel_size=3)


@pytest.mark.parametrize(
    ("x", "weight"),
    [((2, 3, 3), (3, 1, 3, 3)), ((2, 3, 3), (4, 1, 3, 3)), ((3, 8, 8), (4, 2, 5, 5))],
)
def test_what_is_wrong_in_any_layout_gets_no_such_hint(
    x: tuple[int, ...], weight: tuple[int, ...]
) -> None:
    with pytest.raises(DataError) as caught:
        plan(input=ones(*x), weight=ones(*weight))
    assert "transpose" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "shape", "read", "call"),
    [
        ("input", (8, 8, 3), "8 channels of 8×3", "input.transpose(2, 0, 1)"),
        ("input", (28, 28, 1), "28 channels of 28×1", "input.transpose(2, 0, 1)"),
        ("input", (1, 24, 32, 4), "24 channels of 32×4", "input.transpose(0, 3, 1, 2)"),
        ("input", VOLUME, "8 channels of 8×8×1", "input.transpose(3, 0, 1, 2)"),
        ("weight", (3, 3, 32, 64), "3 to 3 channels of 32×64", "weight.transpose(3, 2, 0, 1)"),
        ("weight", (4, 4, 1, 16), "4 to 4 channels of 1×16", "weight.transpose(3, 2, 0, 1)"),
        ("weight", (2, 2, 64, 64), "2 to 2 channels of 64×64", "weight.transpose(3, 2, 0, 1)"),
    ],
)
def test_what_fits_by_chance_is_noted_with_how_it_is_read(
    name: str, shape: tuple[int, ...], read: str, call: str
) -> None:
    arrays: dict[str, Any] = {name: ones(*shape), "dims": 3 if shape == VOLUME else 2}
    with pytest.warns(TcvizWarning) as caught:
        plan(**arrays)
    (words,) = (str(warning.message) for warning in caught)
    assert words.startswith(f"{name} of shape {shape} is read as {read}; if {name} is (")
    assert words.endswith(f"give {call}")
    with warnings.catch_warnings(action="error"):
        plan(**permuted(words, **arrays))


def test_arrays_that_fit_each_other_by_chance_are_noted_both() -> None:
    arrays = {"input": ones(3, 3, 2), "weight": ones(3, 3, 1, 2)}
    notes: list[str] = []
    with told_to(notes.append):
        plan(**arrays)
    assert [words.split()[0] for words in notes] == ["input", "weight"]
    settled = plan(**permuted(" ".join(notes), **arrays))
    assert (settled.in_channels, settled.out_channels) == (2, 1)


@pytest.mark.parametrize(
    "said",
    [
        {"in_channels": 8},
        {"input_size": (8, 3)},
        {"weight": ones(8, 1, 3, 3)},
    ],
)
def test_what_is_said_of_it_is_not_doubted(said: dict[str, Any]) -> None:
    with warnings.catch_warnings(action="error"):
        plan(input=ones(8, 8, 3), **said)
        plan(weight=ones(2, 2, 64, 64), kernel_size=64)


@thorough
@given(
    st.integers(1, 128),
    st.lists(st.integers(1, 64), min_size=1, max_size=3).filter(lambda n: n[-2:][0] <= 2 * n[-1]),
    st.sampled_from([0, 1]),
)
def test_inputs_up_to_twice_as_high_as_wide_are_never_doubted(
    channels: int, size: list[int], batch: int
) -> None:
    x = np.broadcast_to(1.0, (1,) * batch + (channels, *size))
    with warnings.catch_warnings(action="error"):
        plan(input=x, dims=len(size), kernel_size=None)


@thorough
@given(st.integers(1, 256), st.integers(1, 64), st.integers(1, 15), st.integers(1, 3))
def test_weights_of_square_kernels_are_never_doubted(
    into: int, out: int, side: int, dims: int
) -> None:
    weight = np.broadcast_to(1.0, (into, out, *[side] * dims))
    with warnings.catch_warnings(action="error"):
        plan(weight=weight, dims=dims)


@thorough
@given(cases())
def test_operands_that_fit_are_doubted_only_where_the_kernel_is_as_wide_as_the_input(
    case: Case,
) -> None:
    layer, notes = case.layer, []
    with told_to(notes.append):
        plan(
            input=case.x[:1] if case.x.ndim > layer.dims + 1 else case.x, weight=case.weight,
            stride=layer.stride, padding=layer.padding, output_padding=layer.output_padding,
            dilation=layer.dilation, groups=layer.groups, dims=layer.dims,
        )  # fmt: skip
    if notes:
        assert layer.kernel_size[-1] == case.input_size[-1] != layer.kernel_size[-2]
        assert case.input_size[-1] < case.input_size[-2]


def test_a_layer_s_weight_is_not_doubted() -> None:
    torch = pytest.importorskip("torch")
    from tcviz.api import figure

    with warnings.catch_warnings(action="error"):
        figure(weight=torch.nn.ConvTranspose2d(2, 2, 64, stride=32))


def test_the_command_line_notes_it_in_a_line(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    from tcviz import cli

    np.save(tmp_path / "x.npy", ones(8, 8, 3))
    words = ["animate", "--first", "1", "--size", "640x360", "-o", str(tmp_path / "a.gif")]
    assert cli.run([*words, "--input", str(tmp_path / "x.npy")]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("tcviz: note: input of shape (8, 8, 3) is read as 8 channels of 8×3; if")

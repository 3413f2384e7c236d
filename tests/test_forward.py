"""The forward convolution: as PyTorch's, step by step, and the transposed one's adjoint."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcviz.engine.fast import conv_transpose
from tcviz.engine.matrix import forward_matrix
from tcviz.errors import DataError, GeometryError, RequestError
from tcviz.layer.forward import Convolution
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.operands import Operands
from tcviz.layer.parts import ForwardPart, part
from tcviz.request.article import arrays
from tcviz.request.inputs import plan

from .strategies import geometries, thorough


@st.composite
def layers(draw: st.DrawFn) -> Operands:
    """Draw a forward convolution of small whole numbers."""
    layer, _ = draw(geometries())
    sides = zip(layer.extent, layer.border, strict=True)
    least = [max(1, extent - sum(border)) for extent, border in sides]
    size = [n + draw(st.integers(0, 5)) for n in least]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    groups, inputs, outputs = layer.groups, draw(st.integers(1, 2)), draw(st.integers(1, 2))
    x = rng.integers(-9, 10, (groups * inputs, *size))
    weight = rng.integers(-9, 10, (groups * outputs, inputs, *layer.kernel_size))
    bias = rng.integers(-9, 10, groups * outputs) if draw(st.booleans()) else None
    return Operands(layer, x, weight, bias, forward=True)


def summed(operands: Operands, channel: int) -> Any:
    """Return an output channel, added up from the products of all steps."""
    chosen = part(operands, channel)
    assert isinstance(chosen, ForwardPart)
    out = np.full(chosen.output_size, chosen.bias or 0)
    for step in Convolution(chosen):
        out[step.at] += step.products.sum()
    return out


@thorough
@given(layers())
def test_the_steps_are_pytorchs_convolution(operands: Operands) -> None:
    torch = pytest.importorskip("torch")
    layer, dims = operands.layer, operands.layer.dims
    function = getattr(torch.nn.functional, f"conv{dims}d")
    padding = [(0, 0), *layer.border]
    padded = np.pad(operands.x, padding)
    bias = None if operands.bias is None else torch.tensor(operands.bias)
    expected = function(
        torch.tensor(padded), torch.tensor(operands.weight), bias,
        stride=layer.stride, dilation=layer.dilation, groups=layer.groups,
    )  # fmt: skip
    for channel in range(operands.out_channels):
        np.testing.assert_array_equal(summed(operands, channel), expected[channel].numpy())


@thorough
@given(layers())
def test_the_results_are_what_the_steps_add_up_to(operands: Operands) -> None:
    for channel in range(operands.out_channels):
        chosen = part(operands, channel)
        together = chosen.results(chosen.x, chosen.weight).sum(axis=0) + (chosen.bias or 0)
        np.testing.assert_array_equal(together, summed(operands, channel))


@thorough
@given(layers(), st.integers(0, 2**32 - 1))
def test_it_is_the_adjoint_of_the_transposed_convolution(operands: Operands, seed: int) -> None:
    layer = operands.layer
    free = Operands(layer, operands.x, operands.weight, None, forward=True)
    y = np.stack([summed(free, channel) for channel in range(free.out_channels)])
    x = np.random.default_rng(seed).integers(-9, 10, y.shape)
    named = {"stride": layer.stride, "dilation": layer.dilation, "groups": layer.groups}
    back = conv_transpose(x, operands.weight, **named)
    # What the strides do not reach of the padded input, the transposed one does not either.
    padded = np.pad(operands.x, [(0, 0), *layer.border])[tuple(map(slice, back.shape))]
    assert (x * y).sum() == (padded * back).sum()


def test_the_articles_example_is_figure_1() -> None:
    operands = plan(example="convolution").make()
    np.testing.assert_array_equal(summed(operands, 0), arrays()["conv_output"])


def test_a_step_is_a_row_of_the_matrix() -> None:
    operands = plan(example="convolution").make()
    matrix = forward_matrix(operands.layer, operands.weight[0, 0], operands.output_size)
    for row, step in zip(matrix, Convolution(part(operands)), strict=True):
        grid = row.reshape(operands.input_size)
        np.testing.assert_array_equal(grid[np.ix_(*step.places)], step.factors[0])


def test_padding_is_not_counted_as_read() -> None:
    of = part(plan(example="convolution", padding=1).make())
    step = Convolution(of)[0]
    assert step.counts.tolist() == [[False] * 3, [False, True, True], [False, True, True]]
    assert not step.products[0][~step.counts].any()
    assert [of.sources(axis, 0) for axis in range(2)] == [[(0, 1), (1, 2)]] * 2


def test_a_weight_of_conv2d_has_its_outputs_first() -> None:
    settled = plan(example="convolution", weight=np.ones((4, 1, 3, 3)), groups=2)
    assert (settled.in_channels, settled.out_channels) == (2, 4)
    assert settled.make().out_channels == 4
    assert plan(example="convolution", in_channels=6, out_channels=4, groups=2).weight_shape == (
        4, 3, 3, 3,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "kind", "told"),
    [
        ({"output_padding": 1, "stride": 2}, GeometryError, "output_padding is .* has none"),
        ({"kernel_size": 7}, GeometryError, "size is 5 on axis 0; allowed: 7 or more"),
        ({"weight": np.ones((3, 2, 3, 3)), "input": np.ones((3, 5, 5))}, DataError, "in_channels"),
        ({"weight": np.ones((3, 1, 3, 3)), "groups": 2}, DataError, "out_channels is 3"),
    ],
)
def test_what_a_forward_convolution_cannot_be_is_refused(
    request_: dict[str, Any], kind: type[Exception], told: str
) -> None:
    with pytest.raises(kind, match=told):
        plan(example="convolution", **request_)


def test_an_output_channel_that_is_none_is_refused() -> None:
    with pytest.raises(RequestError, match="out_channel is 1; allowed: 0 to 0"):
        part(plan(example="convolution").make(), 1)


def test_the_forward_formula_rounds_down() -> None:
    layer = ConvTranspose(3, stride=2, padding=1)
    for n in (5, 6):
        assert layer.forward_formula(n)[0].startswith(
            f"floor(({n} + 2·1 − 1·(3−1) − 1) / 2) + 1 = 3"
        )
    per_side = ConvTranspose(3, padding=((1, 0), (0, 0)))
    assert per_side.forward_formula(4)[0] == "floor((4 + (1+0) − 1·(3−1) − 1) / 1) + 1 = 3"

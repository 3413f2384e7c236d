"""``tcviz size``: what it prints for PyTorch runs there, and no size is too large for it."""

from __future__ import annotations

import json
import re
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tcviz.cli.size import LISTED, command
from tcviz.engine.backward_fast import conv_transpose_backward
from tcviz.engine.fast import conv_transpose
from tcviz.layer.geometry import ConvTranspose
from tcviz.layer.sizes import Sizes
from tcviz.request.spelling import spoken
from tests.strategies import cases, geometries, thorough
from tests.test_torch import torch

__all__ = ["torch"]  # the fixture
LARGEST = 10**15 - 1
LONG = st.integers(1, LARGEST)


def words(layer: ConvTranspose, size: Sizes) -> str:
    """Return what is typed for a layer."""
    given = {
        "-k": layer.kernel_size, "-s": layer.stride, "-p": layer.padding, "-d": layer.dilation,
        "--output-padding": layer.output_padding, "-g": layer.groups, "-n": size,
        "--dims": layer.dims,
    }  # fmt: skip
    return " ".join(f"{name} {spoken(value)}" for name, value in given.items())


def ends(channels: Sizes, bias: bool) -> str:
    into, out = channels
    return f"--in-channels {into} --out-channels {out} --{'' if bias else 'no-'}bias"


def told(words: str) -> dict[str, str]:
    """Return what is printed, by the name of its row."""
    found = CliRunner().invoke(command, words.split(), catch_exceptions=False)
    assert found.exit_code == 0
    return dict(re.split(r" {2,}", line, maxsplit=1) for line in found.output.splitlines())


def facts(words: str) -> dict[str, Any]:
    found = CliRunner().invoke(command, ["--json", *words.split()], catch_exceptions=False)
    return dict(json.loads(found.output))


def computed(torch: ModuleType, said: str, operand: Any, weight: Any, bias: Any = None) -> Any:
    """Return what the printed expressions make of an operand, one after the other."""
    names = {**vars(torch.nn), "F": torch.nn.functional, "x": operand, "y": operand}
    for expression in said.split(", then "):
        result = eval(expression, names)  # noqa: S307
        if isinstance(result, torch.nn.Module):
            module = result.to(torch.float64)
            module.load_state_dict({"weight": weight} | ({} if bias is None else {"bias": bias}))
            result = module(names["x"])
        names["x"] = names["y"] = result.detach()
    return names["y"].numpy()


@thorough
@given(case=cases())
def test_what_is_printed_for_pytorch_computes_the_layer_and_its_transpose(
    torch: ModuleType, case: Any
) -> None:
    layer, x, weight, bias = case.operands
    channels = len(weight), weight.shape[1] * layer.groups
    rows = told(f"{words(layer, case.input_size)} {ends(channels, bias is not None)}")
    said, sizes = rows["associated convolution"].rsplit(": ", 1)

    tensors = [None if a is None else torch.tensor(a, dtype=torch.float64) for a in (x, weight)]
    told_bias = None if bias is None else torch.tensor(bias, dtype=torch.float64)
    options = {
        "stride": layer.stride, "padding": layer.padding, "dilation": layer.dilation,
        "output_padding": layer.output_padding, "groups": layer.groups,
    }  # fmt: skip
    y = conv_transpose(x, weight, bias, **options)
    np.testing.assert_array_equal(computed(torch, rows["in PyTorch"], *tensors, told_bias), y)

    back = conv_transpose_backward(y, x, weight, **options).input
    upstream = torch.tensor(y, dtype=torch.float64)
    np.testing.assert_array_equal(computed(torch, said, upstream, tensors[1]), back)
    both = y.shape[-layer.dims :], case.input_size
    assert sizes == " → ".join("×".join(map(str, size)) for size in both)


@thorough
@given(case=geometries(), inputs=st.integers(1, 3), outputs=st.integers(1, 3), bias=st.booleans())
def test_parameters_and_multiplications_are_those_that_pytorch_counts(
    torch: ModuleType, case: tuple[ConvTranspose, Sizes], inputs: int, outputs: int, *, bias: bool
) -> None:
    from torch.utils.flop_counter import FlopCounterMode

    layer, size = case
    channels = layer.groups * inputs, layer.groups * outputs
    rows = told(f"{words(layer, size)} {ends(channels, bias)}")
    module = eval(rows["in PyTorch"].split(", then ")[0], vars(torch.nn))  # noqa: S307
    with FlopCounterMode(display=False) as counter:
        module(torch.ones(1, channels[0], *size))
    numbers = [int(rows[row].split(":")[0].split(" ")[0].replace(",", ""))
               for row in ("parameters", "multiplications")]  # fmt: skip
    assert numbers == [
        sum(p.numel() for p in module.parameters()),
        counter.get_total_flops() // 2,  # of each product and its addition
    ]


def test_the_forward_padding_that_no_layer_has_is_printed_before_it() -> None:
    rows = told("-k 3 -s 2 -n 16 -p 0:1x2:3 --in-channels 4 --out-channels 6")
    assert rows["associated convolution"] == (
        "F.pad(x, (2, 3, 0, 1)), then Conv2d(6, 4, kernel_size=3, stride=2, padding=0, "
        "dilation=1, bias=False): 32×28 → 16×16"
    )


def test_parameters_and_multiplications_of_a_real_layer() -> None:
    layer = "-k 4 -s 2 -p 1 -n 16 --in-channels 128 --out-channels 64"
    rows = told(layer)
    assert rows["parameters"] == "131,136: weight 128×64×4×4, bias 64"
    assert rows["multiplications"] == (
        "33,554,432 for an input: 128×64×4×4 weights at 16×16 elements"
    )
    found = facts(f"{layer} --no-bias")
    assert (found["parameters"], found["multiplications"]) == (131_072, 33_554_432)
    assert found["weight_shape"] == [128, 64, 4, 4]
    assert "parameters" not in facts("-k 4")


@given(kernel=LONG, stride=LONG, dilation=LONG, size=LONG)
def test_no_size_is_too_large(kernel: int, stride: int, dilation: int, size: int) -> None:
    layer = ConvTranspose(kernel, stride, dilation=dilation, dims=1)
    rows = told(words(layer, (size,)))
    assert rows["output"] == str((size - 1) * stride + dilation * (kernel - 1) + 1)
    assert rows["overlap"].startswith("cells are reached by ")
    found = facts(words(layer, (size,)))
    least = (size - 1) * stride + dilation * (kernel - 1) + 1
    assert found["forward_input_range"] == [[least, least + stride - 1]]
    listed = found["forward_input_sizes"][0]
    assert listed == (list(range(least, least + stride)) if stride <= LISTED else None)


def test_a_dilation_that_shares_nothing_with_the_stride_is_no_reason_to_refuse() -> None:
    rows = told("-d 1879048192")
    assert rows["output"] == "3758096387×3758096387"
    assert rows["overlap"].startswith("cells are reached by 0 or 1 elements; ")


def test_where_no_forward_size_fits_it_says_so() -> None:
    layer = "-k 1 -d 3 --output-padding 2 -n 1 -p 1"
    assert told(layer)["forward sizes that map to 1×1"] == "none"
    assert facts(layer)["forward_input_range"] == [None, None]


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ("--in-channels 4", "out_channels is not given; allowed: a number of channels beside "
                            "in_channels"),
        ("--out-channels 4", "in_channels is not given; allowed: a number of channels beside "
                             "out_channels"),
        ("--in-channels 3 --out-channels 4 -g 2", "in_channels is 3; allowed: multiples of "
                                                  "groups, here 2"),
        ("--in-channels 0 --out-channels 4", "in_channels is 0; allowed: whole numbers from 1"),
    ],
)  # fmt: skip
def test_channels_that_cannot_be_are_one_line(
    request_: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from tcviz import cli

    assert cli.run(["size", *request_.split()]) == 2
    assert capsys.readouterr() == ("", f"tcviz: {told}\n")

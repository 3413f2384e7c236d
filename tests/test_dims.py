"""``dims``: how many spatial axes there are, on every face that takes a geometry."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from tcviz.cli import tcviz
from tcviz.errors import TcvizError
from tcviz.layer.sizes import DEFAULT_SIZES
from tcviz.request.inputs import plan


def size(*arguments: str) -> dict[str, object]:
    result = CliRunner().invoke(tcviz, ["size", "--json", *arguments])
    assert result.exit_code == 0, result.output
    facts: dict[str, object] = json.loads(result.output)
    return facts


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_dims_says_how_many_axes_scalars_mean(dims: int) -> None:
    settled = plan(dims=dims, stride=2, padding=1)
    assert settled.layer.dims == dims
    assert settled.layer.stride == (2,) * dims
    assert settled.input_size == (DEFAULT_SIZES[dims],) * dims
    assert settled.make().x.ndim == dims + 1


def test_without_it_the_sizes_or_the_arrays_say_so() -> None:
    assert plan(kernel_size=(3, 3, 3)).layer.dims == 3
    assert plan(input_size=(5,)).layer.dims == 1
    assert plan(input=[1, 2, 3]).layer.dims == 1
    assert plan().layer.dims == 2


def test_it_tells_channels_from_axes_where_an_array_leaves_a_choice() -> None:
    x = [[1, 2, 3], [4, 5, 6]]
    assert plan(input=x).in_channels == 1
    assert plan(input=x, dims=1).in_channels == 2
    assert plan(input=x, dims=1).input_size == (3,)


def test_the_article_is_two_dimensional() -> None:
    given = plan(stride=2, padding=1)
    assert given.x is not None
    for dims in (1, 3):
        assert plan(dims=dims, stride=2, padding=1).x is None


@pytest.mark.parametrize("wrong", [{"kernel_size": (3, 3, 3)}, {"input": [1, 2]}])
def test_it_must_agree_with_sizes_and_arrays(wrong: dict[str, object]) -> None:
    with pytest.raises(TcvizError, match="allowed"):
        plan(dims=2, **wrong)  # type: ignore[arg-type]


def test_sizes_are_printed_in_every_number_of_dimensions() -> None:
    for dims, sides in DEFAULT_SIZES.items():
        facts = size("--dims", str(dims), "-s", "2", "-p", "1")
        assert facts["output_size"] == [2 * sides - 1] * dims
        assert facts["output_size"] == list(plan(dims=dims, stride=2, padding=1).output_size)


def test_check_compares_in_every_number_of_dimensions() -> None:
    for dims in DEFAULT_SIZES:
        result = CliRunner().invoke(tcviz, ["check", "--dims", str(dims)])
        assert result.exit_code == 0, result.output
        assert "agree on 1 layer" in result.output

"""Who made what: the table adds up to the output both ways, and is written as pictures are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from tcviz.api import contributions as module
from tcviz.api.contributions import Contributions, contributions
from tcviz.engine.fast import conv_transpose
from tcviz.layer.gradients import of_bias, of_input, of_weight
from tcviz.layer.operands import Operands
from tcviz.layer.parts import Part, part
from tcviz.layer.symbols import named
from tcviz.layer.trace import Collection
from tcviz.look.ranges import ranges
from tcviz.request.inputs import plan
from tcviz.scene.numbers import MINUS
from tests.strategies import Case, cases, thorough


def table(of: Part, **options: Any) -> Contributions:
    found = contributions(of, **options)
    assert found is not None
    return found


def parts(case: Case) -> Iterator[Part]:
    operands = Operands(case.layer, case.x, case.weight, case.bias)
    return (part(operands, channel) for channel in range(operands.out_channels))


def small(**request: Any) -> Part:
    """Return a part of the article's example, or of numbers that are drawn."""
    return part(plan(**request).make())


def number(text: str) -> float:
    return float(text.removesuffix(" (bias)").strip("()").replace(MINUS, "-"))


def page(told: dict[str, Any], at: tuple[int, ...]) -> str:
    """Compose the sum for an output element as a page does: joining texts, computing nothing."""
    met = list(product(*(axis[i] for axis, i in zip(told["made"], at, strict=True))))
    terms = [
        term(told, channel, *zip(*pairs, strict=True))
        for channel in told["channels"]
        for pairs in met
    ]
    here = int(np.ravel_multi_index(at, told["sizes"]["output"]))
    if not terms:
        return f"{told['heads'][here]} = {told['nothing']}"
    result = "" if told["results"] is None else f" {told['results'][here]}"
    return f"{told['heads'][here]} = {' + '.join(terms)}{told['tail']}{result}"


def term(told: dict[str, Any], channel: dict[str, Any], *at: tuple[int, ...]) -> str:
    x, w = channel["x"], channel["w"]
    i, k = (
        operand["at"][int(np.ravel_multi_index(where, told["sizes"][size]))]
        for operand, where, size in zip((x, w), at, ("input", "kernel"), strict=True)
    )
    if x["factors"] is None:
        return channel["products"][i][k]
    return f"{x['factors'][i]}·{w['factors'][k]}"


@thorough
@given(cases(batched=False))
def test_the_products_of_every_output_element_are_all_that_makes_it(case: Case) -> None:
    layer = case.layer
    y = conv_transpose(
        case.x, case.weight, case.bias, stride=layer.stride, padding=layer.padding,
        output_padding=layer.output_padding, dilation=layer.dilation, groups=layer.groups,
    )  # fmt: skip
    for channel, of in enumerate(parts(case)):
        made = table(of)
        for at in np.ndindex(of.output_size):
            products = (
                of.x[t.channel, *t.at] * of.weight[t.channel, *t.tap] for t in made.terms(at)
            )
            assert sum(products) + (of.bias or 0) == y[channel, *at]


@thorough
@given(cases(batched=False))
def test_both_directions_are_one_relation(case: Case) -> None:
    made = table(next(parts(case)))
    gathered = {(t.at, o, t.tap) for o in np.ndindex(made.part.output_size) for t in made.terms(o)}
    spread = {(i, o, k) for i in np.ndindex(made.part.input_size) for o, k in made.reached(i)}
    assert gathered == spread


@settings(thorough, max_examples=40)
@given(cases(batched=False))
def test_terms_stand_in_the_order_in_which_the_collection_view_gathers_them(case: Case) -> None:
    of = next(parts(case))
    made = table(of)
    for step in Collection(of):
        kept = step.counts.ravel()
        seen = [channel[kept].tolist() for channel in step.products.reshape(of.channels, -1)]
        mine: list[list[int]] = [[] for _ in range(of.channels)]
        for t in made.terms(step.at):
            mine[t.channel].append(int(of.x[t.channel, *t.at] * of.weight[t.channel, *t.tap]))
        assert mine == seen


@thorough
@given(cases(batched=False))
def test_a_page_joins_the_texts_to_the_sum_that_python_writes(case: Case) -> None:
    made = table(next(parts(case)))
    told = json.loads(json.dumps(made.to_json()))
    for at in np.ndindex(made.part.output_size):
        assert page(told, at) == made.written(at)


@thorough
@given(cases(batched=False))
def test_the_numbers_of_a_written_sum_make_its_result(case: Case) -> None:
    made = table(next(parts(case)))
    for at in np.ndindex(made.part.output_size):
        _, words, *result = re.split(r" [=≈] ", made.written(at))
        added = 0.0
        for text in words.replace("− ", "+ −").split(" + "):
            added += prod(number(factor) for factor in text.split("·"))
        assert added == number(result[0] if result else words)


@thorough
@given(cases(batched=False))
def test_products_are_written_for_every_pair_that_meets(case: Case) -> None:
    made = table(next(parts(case)))
    told, of = made.to_json(), made.part
    for i in np.ndindex(of.input_size):
        here = int(np.ravel_multi_index(i, of.input_size))
        for _, k in made.reached(i):
            tap = int(np.ravel_multi_index(k, of.layer.kernel_size))
            for c, channel in enumerate(told["channels"]):
                text = channel["products"][channel["x"]["at"][here]][channel["w"]["at"][tap]]
                assert number(text) == of.x[c, *i] * of.weight[c, *k]


def test_the_articles_example_is_written_as_the_pictures_write_it() -> None:
    made = table(small(stride=2, padding=1, bias=[-3]))
    assert made.written((1, 2)) == ("y[1,2] = (−1)·0 + 8·(−3) + 5·2 + (−2)·(−2) − 3 (bias) = −13")
    told = made.to_json()
    assert told["channels"][0]["x"]["said"][1] == "x[0,0,1] = −1"
    assert told["channels"][0]["products"][0][1] == "−24"
    assert told["channels"][0]["products"][0][3] == "+16"
    assert [channel["channel"] for channel in told["channels"]] == [0, 1]


def test_one_channel_has_no_number_and_one_of_several_outputs_has() -> None:
    one = table(small(in_channels=1, seed=1)).to_json()
    assert one["channels"][0]["x"]["said"][0].startswith("x[0,0] = ")
    assert one["heads"][0] == "y[0,0]"
    second = part(plan(out_channels=2, groups=2, in_channels=4, seed=1).make(), 1)
    told = table(second).to_json()
    assert told["heads"][0] == "y[1,0,0]"
    assert [channel["channel"] for channel in told["channels"]] == [2, 3]
    assert told["channels"][1]["x"]["said"][0].startswith("x[3,0,0] = ")


def test_rounding_shows() -> None:
    x, weight = np.array([[0.3333333, 0.25]]), np.array([[1.0]])
    made = table(small(input=x, weight=weight))
    assert made.written((0, 0)) == "y[0,0] = 0.33·1 = 0.33"
    made = table(small(input=x, weight=np.array([[0.123456]])))
    assert made.written((0, 0)) == "y[0,0] = 0.33·0.12 ≈ 0.0412"


def test_the_formats_are_those_of_the_picture() -> None:
    of = small(stride=2, padding=1)
    made = table(of, numbers=ranges(of, 1))
    assert made.written((0, 0)) == "y[0,0] = 8.0·(−2.0) + (−5.0)·(−3.0) = −1.0"


@pytest.mark.parametrize(("bias", "words"), [(None, "0"), ([2], "2 (bias)"), ([-2], "−2 (bias)")])
def test_where_nothing_arrives_it_says_so(bias: list[int] | None, words: str) -> None:
    of = small(kernel_size=1, stride=2, in_channels=1, input_size=2, seed=0, bias=bias)
    assert table(of).written((0, 1)) == f"y[0,1] = {words}"
    assert table(of).terms((0, 1)) == []


def test_an_input_that_is_cropped_away_reaches_nothing() -> None:
    of = small(kernel_size=2, padding=3, input_size=6, in_channels=1, seed=0)
    assert of.layer.collection_padding == ((-2, -2), (-2, -2))
    made = table(of)
    assert made.reached((0, 5)) == []
    assert {o for o, _ in made.reached((2, 2))} == {(0, 0)}


def test_output_padding_receives_real_products() -> None:
    of = small(kernel_size=3, stride=2, padding=1, output_padding=1, input_size=3, seed=0)
    assert [t.at for t in table(of).terms((5, 5))] == [(2, 2), (2, 2)]


def test_numbers_beyond_all_numbers_are_written() -> None:
    x = np.array([[np.inf, np.nan, -0.0]])
    made = table(small(input=x, weight=np.array([[1.0, 2.0]])))
    assert made.written((0, 0)) == "y[0,0] = ∞·1 = ∞"
    assert "NaN" in made.written((0, 1))
    json.dumps(made.to_json(), allow_nan=False)


def test_names_are_products_without_a_result() -> None:
    of = named(small(in_channels=1, stride=2, padding=1, bias=[1]))
    made = table(of)
    told = made.to_json()
    assert made.written((0, 1)) == page(told, (0, 1)) == "y₀₁ = w₁₂x₀₀ + w₁₀x₀₁ + b"
    assert told["results"] is None
    assert told["channels"][0]["x"]["said"][1] == "x₀₁"


@pytest.mark.parametrize("extra", [0, 1])
def test_the_gradient_of_the_input_has_a_table_too(extra: int) -> None:
    operands = plan(stride=2, padding=1, output_padding=extra, backward=True).make()
    of = of_input(operands, 1)
    made, whole = table(of), of.results(of.x, of.weight).sum(axis=0)
    for at in np.ndindex(of.output_size):
        products = (of.x[t.channel, *t.at] * of.weight[t.channel, *t.tap] for t in made.terms(at))
        assert sum(products) == whole[at]
    assert made.to_json()["heads"][0] == "dx[1,0,0]"
    assert contributions(of_weight(operands)) is None
    assert contributions(of_bias(operands)) is None


def test_the_forward_convolution_has_a_table_too() -> None:
    of = small(example="convolution", stride=2, padding=1)
    made, whole = table(of), of.results(of.x, of.weight).sum(axis=0)
    for at in np.ndindex(of.output_size):
        products = (of.x[t.channel, *t.at] * of.weight[t.channel, *t.tap] for t in made.terms(at))
        assert sum(products) == whole[at]


def test_only_drawn_channels_have_products_and_places() -> None:
    told = table(small(in_channels=4, seed=0), drawn=2).to_json()
    assert [c["products"] is not None for c in told["channels"]] == [True, True, False, False]
    assert [c["x"]["said"] is not None for c in told["channels"]] == [True, True, False, False]
    assert page(told, (2, 2)).count("·") == 4 * 9


def test_too_many_products_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    of = small(in_channels=1, seed=0)
    assert table(of).to_json()["channels"][0]["products"] is not None
    monkeypatch.setattr(module, "MAX_PRODUCTS", 1)
    told = table(of).to_json()
    assert told["channels"][0]["products"] is None
    assert page(told, (0, 0)).startswith("y[0,0] = ")


def test_the_table_is_small() -> None:
    def size(of: Part) -> int:
        text = json.dumps(table(of).to_json(), ensure_ascii=False, separators=(",", ":"))
        return len(text.encode())

    rng = np.random.default_rng(0)
    x, weight = rng.standard_normal((2, 16, 16)), rng.standard_normal((2, 1, 5, 5))
    assert size(small(stride=2, padding=1)) < 5_000
    assert size(small(input=x, weight=weight)) < 200_000

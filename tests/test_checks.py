"""What `tcviz check` compares, and that it would notice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tcviz.checks import engines
from tcviz.checks.compare import compare
from tcviz.checks.differences import difference, sizes
from tcviz.checks.engines import Results
from tcviz.checks.subjects import MOST_CELLS, Subject, drawn, of_plan
from tcviz.effort.engines import ENGINES
from tcviz.errors import DataError, TooLargeError
from tcviz.request.inputs import plan
from tests.strategies import Array

MANY = list(drawn(300, seed=0))
OWN = {name: run for name, run in engines.engines().items() if name != engines.PYTORCH}


def same(one: Subject, other: Subject) -> bool:
    arrays = ((a.x, a.weight, a.grad_output) for a in (one, other))
    return one.layer == other.layer and all(
        np.array_equal(a, b) for a, b in zip(*arrays, strict=True)
    )


def test_drawn_layers_are_of_each_kind() -> None:
    layers = [subject.layer for subject in MANY]
    assert {layer.dims for layer in layers} == {1, 2, 3}
    assert {layer.groups for layer in layers} == {1, 2, 3}
    assert {subject.whole for subject in MANY} == {True, False}
    assert {subject.bias is None for subject in MANY} == {True, False}
    assert {subject.x.ndim - subject.layer.dims for subject in MANY} == {1, 2}
    for share in (
        [any(layer.output_padding) for layer in layers],
        [max(layer.dilation) > 1 for layer in layers],
        [any(before != after for before, after in layer.border) for layer in layers],
        [min(min(pair) for pair in layer.collection_padding) < 0 for layer in layers],
    ):
        assert 0.1 < np.mean(share) < 0.95


def test_drawn_layers_are_small_and_the_same_for_the_same_seed_and_number() -> None:
    for subject in MANY:
        assert np.prod(subject.grad_output.shape[-subject.layer.dims :]) <= MOST_CELLS
    assert all(map(same, drawn(20, seed=0), MANY))
    assert not any(map(same, drawn(20, seed=1), MANY))


def test_the_engines_of_the_house_agree() -> None:
    report = compare(MANY[:60], OWN)
    assert (report.whole, report.real, report.wrong) == (30, 30, [])
    assert len(report.pairs) == 6
    assert {key[:2] for key in report.largest} == set(report.pairs)
    assert set(report.largest) >= {("distribution", "fast", q) for q in Results._fields}


@pytest.mark.parametrize("quantity", Results._fields)
@pytest.mark.parametrize("number", [1, 4], ids=["whole numbers", "float64"])
def test_an_engine_that_is_wrong_in_one_number_is_found(quantity: str, number: int) -> None:
    subject = next(s for s in MANY[number - 1 :] if s.bias is not None)

    def wrong(subject: Subject) -> Results:
        results = OWN["fast"](subject)
        value = getattr(results, quantity).copy()
        value.flat[-1] += 1 if subject.whole else 1e-9
        return results._replace(**{quantity: value})

    report = compare([subject], OWN | {"wrong": wrong})
    assert {d.pair[1] for d in report.wrong} == {"wrong"}
    assert {d.quantity for d in report.wrong} == {quantity}
    assert len(report.wrong) == (4 if quantity == "output" else 3)
    text = str(report.wrong[0])
    assert text.startswith("distribution and wrong differ by ")
    layer = f"ConvTranspose{subject.layer.dims}d({len(subject.weight)}, "
    assert f"{subject.name} with input {subject.x.shape}: {layer}" in text


def test_results_of_unlike_shapes_or_that_are_no_numbers_differ_endlessly() -> None:
    assert difference(np.ones((1, 2)), np.ones((2, 1))) == np.inf
    assert difference(np.array([np.nan]), np.ones(1), np.ones(1)) == np.inf
    assert difference(np.ones(0), np.ones(0)) == 0


def test_the_size_of_a_sum_is_that_of_its_magnitudes() -> None:
    one = Subject("", plan(kernel_size=1).layer, *(np.full((1, 1, 1, 1), v) for v in (3, -2)), None,
                  np.full((1, 1, 1, 1), -5))  # fmt: skip
    assert [a.item() for a in sizes(one) if a is not None] == [6, 10, 15]


def test_a_request_becomes_a_subject_of_one_type() -> None:
    whole = of_plan(plan(stride=2, padding=1, backward=True))
    assert (whole.whole, whole.grad_output.shape) == (True, (1, 5, 5))
    real = of_plan(plan(bias=[0.5], backward=True))
    arrays = (real.x, real.weight, real.bias, real.grad_output)
    assert [None if a is None else a.dtype.kind for a in arrays] == ["f"] * 4
    assert not real.whole


@pytest.mark.parametrize("name", ["input", "weight", "bias", "grad_output"])
def test_numbers_that_engines_treat_unlike_are_refused(name: str) -> None:
    sizes: dict[str, Any] = {"input": (1, 3, 3), "weight": (1, 1, 3, 3), "bias": 1}
    given: dict[str, Array] = {n: np.ones(size) for n, size in sizes.items()}
    given["grad_output"] = np.ones((1, 5, 5))
    given[name].flat[0] = np.nan
    with pytest.raises(DataError, match=f"^{name} is NaN or infinite in places; allowed: finite"):
        of_plan(plan(**given, backward=True))


def test_a_layer_that_is_too_large_for_all_engines_is_refused_before_any_begins() -> None:
    def begun(_: Subject) -> Results:
        pytest.fail("an engine has begun")

    huge = Subject(
        "", plan(kernel_size=1).layer, *(np.broadcast_to(1, shape) for shape in (
            (1, 4096, 4096), (1, 1, 1, 1))), None, np.broadcast_to(1, (1, 4096, 4096)),
    )  # fmt: skip
    with pytest.raises(TooLargeError, match="use a smaller --input-size or fewer channels"):
        compare([huge], dict.fromkeys(OWN, begun))


@pytest.mark.parametrize("name", ENGINES)
def test_every_engine_is_left_out_alone_where_it_alone_is_too_large(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ENGINES, name, ENGINES[name]._replace(most=0))
    report = compare(MANY[:2], dict.fromkeys(ENGINES, OWN["fast"]))
    assert set(report.left_out) == {name}
    assert len(report.left_out[name]) == 2
    assert set(report.compared) == {*ENGINES} - {name}
    assert not report.wrong


def test_every_engine_has_its_limit() -> None:
    assert list(ENGINES) == [*OWN, engines.PYTORCH]


def test_without_pytorch_the_others_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda _: None)
    assert list(engines.engines()) == ["distribution", "collection", "matrix", "fast"]


def test_pytorch_is_compared_where_it_is_installed() -> None:
    pytest.importorskip("torch", reason="PyTorch, the oracle, is not installed")
    report = compare(MANY[:60])
    assert (report.engines[-1], report.wrong) == ("PyTorch", [])
    assert ("fast", "PyTorch", "weight") in report.largest

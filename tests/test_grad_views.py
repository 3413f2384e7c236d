"""The views of the backward pass, on marks: the steps make the gradients, and say how."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from tcviz import cli
from tcviz.api import animate, figure
from tcviz.engine.backward_fast import conv_transpose_backward
from tcviz.engine.fast import conv_transpose
from tcviz.errors import RequestError, TcvizError
from tcviz.layer import gradients
from tcviz.layer.accumulation import Correlation, Summation
from tcviz.layer.forward import Convolution
from tcviz.layer.operands import Operands
from tcviz.layer.trace import Distribution
from tcviz.request.inputs import plan
from tcviz.scene.marks import Cell, Connector, Label, Scene
from tests.strategies import REPEATED

from .strategies import Array, geometries
from .test_layout import broken, pictures, requests
from .test_views import by_key, cells, shown, texts

VIEWS = ("grad-input", "grad-weight", "grad-bias")
ARTICLE: dict[str, Any] = {"stride": 2, "padding": 1}
LAYERS: tuple[dict[str, Any], ...] = (
    ARTICLE,
    {"kernel_size": (2, 3), "stride": (3, 1), "input_size": (2, 3), "seed": 1},
    {"stride": 2, "padding": ((1, 0), (0, 2)), "output_padding": 1, "seed": 2},
    {"kernel_size": 2, "dilation": 2, "output_padding": 1, "input_size": 2, "seed": 3},
    {"kernel_size": 2, "padding": 2, "input_size": (4, 5), "in_channels": 1, "seed": 4},
    {"kernel_size": 2, "stride": 2, "groups": 2, "in_channels": 4, "out_channels": 4, "seed": 5},
)
LARGE: dict[str, Any] = {"size": (1920, 1200)}


def still(view: str, **asked: Any) -> Scene:
    (scene,) = figure(view=view, **asked).scenes()
    return scene


def series(view: str, **asked: Any) -> list[Scene]:
    return list(figure(view=view, steps="all", **(LARGE | asked)).scenes())


def operands(**asked: Any) -> Operands:
    return plan(**asked, backward=True).make()


def words(scene: Scene) -> set[str]:
    return {m.text for m in scene.marks if isinstance(m, Label)}


def true_gradients(made: Operands) -> tuple[Array, Array, Array]:
    """Return them by their definition: what one unit more of a number adds to ``<dy, y>``."""
    layer, dy = made.layer, made.grad_output
    assert dy is not None

    def loss(x: Array, weight: Array) -> int:
        out = conv_transpose(
            x, weight, stride=layer.stride, padding=layer.padding, dilation=layer.dilation,
            output_padding=layer.output_padding, groups=layer.groups,
        )  # fmt: skip
        return int((dy * out).sum())

    def units(like: Array) -> list[Array]:
        return list(np.eye(like.size, dtype=int).reshape(like.size, *like.shape))

    by_x = [loss(one, made.weight) for one in units(made.x)]
    by_weight = [loss(made.x, one) for one in units(made.weight)]
    return (
        np.reshape(by_x, made.x.shape),
        np.reshape(by_weight, made.weight.shape),
        dy.reshape(len(dy), -1).sum(axis=1),
    )


# --- numbers ------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(drawn=geometries(), fan=st.tuples(st.integers(1, 2), st.integers(1, 2)), data=st.data())
def test_the_products_of_all_steps_sum_to_the_gradients(
    drawn: Any, fan: tuple[int, int], data: st.DataObject
) -> None:
    layer, size = drawn
    made = operands(
        kernel_size=layer.kernel_size, stride=layer.stride, padding=layer.border,
        output_padding=layer.output_padding, dilation=layer.dilation, groups=layer.groups,
        input_size=size, in_channels=layer.groups * fan[0], out_channels=layer.groups * fan[1],
        seed=data.draw(st.integers(0, 99)),
    )  # fmt: skip
    dx, dw, db = true_gradients(made)
    for c in range(made.in_channels):
        part = gradients.of_input(made, c)
        trace = Convolution(part)
        steps = [trace[i] for i in range(len(trace))]
        sums = [int(step.products.sum()) for step in steps]
        np.testing.assert_array_equal(np.reshape(sums, size), dx[c])
        np.testing.assert_array_equal(part.results(part.x, part.weight).sum(axis=0), dx[c])
    for o in range(made.out_channels):
        of_weight = gradients.of_weight(made, o)
        found = sum(step.products for step in Correlation(of_weight))
        inputs = slice(of_weight.first, of_weight.first + of_weight.channels)
        np.testing.assert_array_equal(found, dw[inputs, o % fan[1]])
        np.testing.assert_array_equal(of_weight.results(of_weight.x, of_weight.weight), found)
        of_bias = gradients.of_bias(made, o)
        assert sum(step.products.item() for step in Summation(of_bias)) == db[o]


@settings(deadline=None, max_examples=40)
@given(drawn=geometries())
def test_a_tap_is_reached_from_its_first_step_to_its_last(drawn: Any) -> None:
    layer, size = drawn
    made = operands(
        kernel_size=layer.kernel_size, stride=layer.stride, padding=layer.border,
        output_padding=layer.output_padding, dilation=layer.dilation, input_size=size,
    )  # fmt: skip
    trace = Correlation(gradients.of_weight(made))
    reached = np.array([step.counts for step in trace])
    never = ~reached.any(axis=0)
    first, last = reached.argmax(axis=0), len(trace) - 1 - reached[::-1].argmax(axis=0)
    for found, expected in zip(trace.ends(), (first, last), strict=True):
        np.testing.assert_array_equal(found, np.where(never, -1, expected))


@settings(deadline=None, max_examples=30)
@given(drawn=geometries())
def test_no_window_meets_what_no_input_reached(drawn: Any) -> None:
    layer, size = drawn
    made = operands(
        kernel_size=layer.kernel_size, stride=layer.stride, padding=layer.border,
        output_padding=layer.output_padding, dilation=layer.dilation, input_size=size,
    )  # fmt: skip
    part = gradients.of_weight(made)
    forward = gradients.Part(layer, part.x, made.weight[:, 0], None, 0, 0, 1)
    missed = forward.crop(Distribution(forward).ends()[1]) < 0
    assert gradients.of_input(made).unmet == missed.sum()


@pytest.mark.parametrize("asked", LAYERS)
def test_the_definition_and_the_fast_path_agree(asked: dict[str, Any]) -> None:
    made, layer = operands(**asked), plan(**asked).layer
    assert made.grad_output is not None
    found = conv_transpose_backward(
        made.grad_output, made.x, made.weight, np.zeros(made.out_channels, dtype=int),
        stride=layer.stride, padding=layer.padding, output_padding=layer.output_padding,
        dilation=layer.dilation, groups=layer.groups,
    )  # fmt: skip
    assert found.bias is not None
    for one, other in zip(
        (found.input, found.weight, found.bias), true_gradients(made), strict=True
    ):
        np.testing.assert_array_equal(one, other)


# --- pictures -----------------------------------------------------------------


@pytest.mark.parametrize("asked", LAYERS)
def test_the_finished_pictures_show_the_gradients(asked: dict[str, Any]) -> None:
    made = operands(**asked)
    dx, dw, db = true_gradients(made)
    fan = made.weight.shape[1]
    for c in range(made.in_channels):
        scene = still("grad-input", in_channel=c, **asked, **LARGE)
        np.testing.assert_array_equal(shown(scene, "output"), dx[c])
    for o in range(made.out_channels):
        scene = still("grad-weight", out_channel=o, **asked, **LARGE)
        inputs = made.in_channels // made.layer.groups
        first = o // fan * inputs
        for c in range(inputs):
            np.testing.assert_array_equal(shown(scene, f"dw.{c}"), dw[first + c, o % fan])
            np.testing.assert_array_equal(shown(scene, f"x.{c}"), made.x[first + c])
        scene = still("grad-bias", out_channel=o, **asked, **LARGE)
        assert shown(scene, "output").item() == db[o]


@pytest.mark.parametrize("asked", LAYERS)
def test_each_step_of_the_inputs_gradient_is_a_window_of_dy_times_the_kernel(
    asked: dict[str, Any],
) -> None:
    made, scenes = operands(**asked), series("grad-input", **asked)
    assert len(scenes) == made.x[0].size
    channels = made.weight.shape[1]
    for number, scene in enumerate(scenes):
        sums = 0
        for o in range(channels):
            window, kernel = shown(scene, f"window.{o}"), shown(scene, f"w.{o}")
            np.testing.assert_array_equal(kernel, made.weight[0, o])  # not flipped
            np.testing.assert_array_equal(window * kernel, shown(scene, f"product.{o}"))
            sums += int((window * kernel).sum())
        output = shown(scene, "output").ravel()
        assert output[number] == sums
        assert np.isnan(output).sum() == len(scenes) - number - 1


@pytest.mark.parametrize("asked", LAYERS)
def test_each_step_of_the_weights_gradient_adds_a_window_times_the_element(
    asked: dict[str, Any],
) -> None:
    made, scenes = operands(**asked), series("grad-weight", **asked)
    before = None
    for number, scene in enumerate(scenes):
        at = np.unravel_index(number, made.input_size)
        for c in range(made.in_channels // made.layer.groups):
            element, window = shown(scene, f"element.{c}"), shown(scene, f"window.{c}")
            assert element.item() == made.x[(c, *at)]
            assert cells(scene, f"x.{c}", lambda m: m.style.bold) == {tuple(map(int, at))}
            products = np.array(
                [[float(t.replace("−", "-")) for t in row] for row in texts(scene, f"product.{c}")]
            )
            np.testing.assert_array_equal(element * window, products)
            if c == 0:
                was, now = (np.nan_to_num(shown(scene, f"{key}.0")) for key in ("before", "dw"))
                np.testing.assert_array_equal(was, np.zeros_like(now) if before is None else before)
                np.testing.assert_array_equal(was + products, now)
                before = now


@pytest.mark.parametrize(("dims", "small"), [(1, (400, 300)), (2, (480, 240))])
def test_what_there_was_is_left_out_where_digits_would_be_small(
    dims: int, small: tuple[int, int]
) -> None:
    asked = ARTICLE | {"step": 2, "dims": dims}
    ample, scant = still("grad-weight", **asked), still("grad-weight", size=small, **asked)
    for scene, there in ((ample, True), (scant, False)):
        marks = by_key(scene)
        assert ("before.0[0,0]" in marks, "dw.0.0.sign" in marks or "dw.0.sign" in marks) == (
            there, there,
        )  # fmt: skip
        if there and dims == 2:  # a sum in an equation: no arrow points at what there was
            assert "add.0" not in marks
            assert marks["before.0.sign"].text == "+"
            continue
        added = marks["add.0"]
        assert isinstance(added, Connector)
        first = marks["before.0[0,0]" if there else "dw.0[0,0]"]
        assert added.points[-1][dims - 2] < (first.rect.x if dims == 2 else first.rect.y)


def test_a_cropped_border_gives_zeros_and_writes_nothing() -> None:
    scene = still("grad-weight", step=1, **ARTICLE)
    edge = {(0, 0), (0, 1), (0, 2), (1, 0), (2, 0)}
    assert cells(scene, "window.0", lambda m: m.text == "0" and not m.style.bold) >= edge
    assert {k for k in edge if by_key(scene)[f"dw.0[{k[0]},{k[1]}]"].text} == edge
    assert cells(scene, "dw.0", lambda m: m.style.bold) == {(1, 1), (1, 2), (2, 1), (2, 2)}
    first, last, frame = (by_key(scene)[key] for key in ("dw.0[1,1]", "dw.0[2,2]", "now.dw.0"))
    assert (frame.rect.x, frame.rect.y) == pytest.approx((first.rect.x, first.rect.y))
    assert (frame.rect.right, frame.rect.bottom) == pytest.approx(
        (last.rect.right, last.rect.bottom)
    )
    assert "5 of 9 products are zero: they fell in the border, where no gradient comes from" in (
        words(scene)
    )


def test_a_tap_that_only_meets_the_border_is_a_zero_from_the_start() -> None:
    asked: dict[str, Any] = {"input_size": 1, "kernel_size": 3, "padding": 1, "seed": 0}
    scene = still("grad-weight", step=1, **asked)
    zero = cells(scene, "dw.0", lambda m: m.text == "0" and not m.style.bold)
    assert zero == {(i, j) for i in range(3) for j in range(3)} - {(1, 1)}


def test_the_bias_gradient_runs_through_all_of_dy() -> None:
    dy = operands(**ARTICLE).grad_output
    assert dy is not None
    total = 0
    for number, scene in enumerate(series("grad-bias", **ARTICLE)):
        value = dy.ravel()[number]
        assert shown(scene, "element.0").item() == value
        assert shown(scene, "before").item() == total
        first = f"{value:.0f} + ".replace("-", "−")  # in the order of the panels
        assert f"is added to db: {first}" in scene.sentence
        total += value
        assert shown(scene, "output").item() == total
        np.testing.assert_array_equal(shown(scene, "x.0"), dy[0])
        filled = cells(scene, "x.0", lambda m: m.style.fill != "#ffffff")
        assert len(filled) == number + 1
        written = f"= {value:.0f} is added to db: ".replace("-", "−")
        assert written in scene.sentence
        assert scene.sentence.split(". ")[0].endswith(f"= {total:.0f}".replace("-", "−"))


def hatched(scene: Scene, panel: str) -> set[tuple[int, int]]:
    return cells(scene, panel, lambda m: m.style.hatch is not None)


def test_output_padding_is_hatched_in_dy_and_nowhere_else() -> None:
    asked: dict[str, Any] = {"stride": 2, "padding": 1, "output_padding": 1, "legend": False}
    last = {(i, 5) for i in range(6)} | {(5, j) for j in range(6)}
    inner = {(i + 1, j + 1) for i, j in last}
    found = {view: still(view, step=1, **asked, **LARGE) for view in VIEWS}
    assert hatched(found["grad-input"], "x.0") == last == hatched(found["grad-bias"], "x.0")
    assert hatched(found["grad-input"], "padded.0") == inner
    assert hatched(found["grad-weight"], "dy") == inner
    for scene in found.values():
        marks = [m for m in scene.marks if isinstance(m, Cell) and m.style.hatch]
        assert {m.key.split("[")[0] for m in marks} <= {"x.0", "padded.0", "dy"}
        written = words(scene)
        said = " ".join(m.text for m in scene.marks if isinstance(m, Label))
        assert "last row and column of\u00a0dy: output_padding" in said
        assert {"output_padding", "1"} <= written


def test_headings_and_words_are_those_of_the_forward_views() -> None:
    scene = still("grad-input", step=5, in_channel=1, **ARTICLE)
    assert {
        "Transposed convolution",
        "gradient of the input",
        "the gradient of the input is an ordinary convolution of dy "
        "(dy: gradient of the loss with respect to y)",
        "upstream gradient dy",
        "padded",
        "window",
        "kernel w",
        "products",
        "gradient dx",
        "input channel 1",
        "one of 2",
        "around: padding = 1",
        "floor((5 + 2·1 − 1·(3−1) − 1) / 2) + 1 = 3",
        "an ordinary convolution: stride 2, and the kernel is not flipped",
    } <= words(scene)
    assert scene.sentence.startswith("dx[1,1,1] gathers rows 2–4, columns 2–4 of padded dy: ")
    assert scene.title == (
        "Transposed convolution, gradient of the input, step 5 of 9: upstream gradient 5×5, "
        "kernel 3×3, stride 2, padding 1, output_padding 0, dilation 1, gradient 3×3"
    )
    scene = still("grad-weight", step=5, out_channels=2, out_channel=1, seed=1, **ARTICLE)
    assert {"input x", "element", "products dy·x", "gradient dw", "3×3, per channel"} <= (
        words(scene)
    )
    assert "5×5, padded 7×7" in words(scene)
    told = " ".join(m.text for m in scene.marks if isinstance(m, Label))
    assert "border of 1: cropped from y, so its dy is 0" in told
    assert {"output channel 1", "one of 2"} <= words(scene)
    added = "rows 2–4, columns 2–4 of padded dy, times each channel's x, is added to its dw"
    assert added in scene.sentence
    names = [m for m in scene.marks if isinstance(m, Label) and m.text == "channel 1"]
    assert len(names) == 2  # of the input, and of the gradient
    assert {"db before", "sum so far", "gradient db", "after"} <= words(
        still("grad-bias", **ARTICLE)
    )


def test_output_channels_are_summed_in_the_gradient_of_the_input() -> None:
    asked: dict[str, Any] = {"groups": 2, "in_channels": 2, "out_channels": 4, "seed": 1}
    scene = still("grad-input", in_channel=1, **asked, **LARGE)
    assert {"output channel 2", "output channel 3", "sum of 2 output channels"} <= words(scene)
    told = [m.text for m in scene.marks if isinstance(m, Label)]
    assert "group 1 (of\u00a00–1): outputs 2–3" in " ".join(told)
    results = shown(scene, "result.0") + shown(scene, "result.1")
    np.testing.assert_array_equal(results, shown(scene, "output"))


def test_what_output_padding_adds_beyond_the_stride_is_taken_off_the_size() -> None:
    scene = still("grad-input", dilation=2, output_padding=1)
    assert shown(scene, "output").shape == (3, 3)
    assert "floor((8 − 1 + 2·0 − 2·(3−1) − 1) / 1) + 1 = 3" in words(scene)


def test_there_may_be_nothing_but_output_padding() -> None:
    asked: dict[str, Any] = {"kernel_size": 1, "dilation": 2, "output_padding": 1}
    scene = still("grad-input", input_size=1, padding=((1, 0), (1, 0)), **asked)
    assert "floor((1 − 1 + (1+0) − 2·(1−1) − 1) / 1) + 1 = 1" in words(scene)


def test_groups_say_nothing_of_a_bias() -> None:
    scene = still("grad-bias", groups=2, in_channels=2, out_channels=4, out_channel=2, seed=1)
    assert not [text for text in words(scene) if text.startswith("group ")]


def test_elements_of_dy_that_no_window_meets_are_counted() -> None:
    scene = still("grad-input", kernel_size=2, stride=3, step=1)
    assert scene.sentence.endswith("; no window meets 28 of 64 elements of dy")


@pytest.mark.parametrize("view", VIEWS)
def test_a_picture_without_a_step_is_the_last_step(view: str) -> None:
    assert still(view, **ARTICLE) == still(view, step=-1, **ARTICLE)


@pytest.mark.parametrize(
    ("view", "panel"), [("grad-input", "output"), ("grad-weight", "dw.0"), ("grad-bias", "output")]
)
def test_a_settled_picture_shows_the_same_numbers_and_nothing_lit(view: str, panel: str) -> None:
    animation = animate(view=view, **ARTICLE)
    for now, settled in animation.drawn.moments(range(animation.steps)):
        np.testing.assert_array_equal(shown(now, panel), shown(settled, panel))
        assert cells(now, panel, lambda m: m.style.bold)
        assert not cells(settled, panel, lambda m: m.style.bold)


@pytest.mark.parametrize("view", VIEWS)
def test_picked_steps_are_those_of_the_whole_series(view: str) -> None:
    whole = list(animate(view=view, **ARTICLE).frames())
    some = list(animate(view=view, every=4, **ARTICLE).frames())
    assert [f.scene for f in some] == [f.scene for f in whole[::4]]


@pytest.mark.parametrize("view", VIEWS)
@seed(5)
@settings(REPEATED, max_examples=30)
@given(request=requests())
def test_in_no_picture_does_anything_meet_anything(view: str, request: Any) -> None:
    assert [found for p in pictures(view, request) for found in broken(p)] == []


# --- requests -----------------------------------------------------------------


def test_an_upstream_gradient_is_drawn_as_given() -> None:
    dy = np.arange(25).reshape(5, 5) - 12
    scene = still("grad-input", grad_output=dy, step=1, **ARTICLE)
    np.testing.assert_array_equal(shown(scene, "x.0"), dy)


def test_an_upstream_gradient_comes_from_a_file(tmp_path: Path) -> None:
    file, image = tmp_path / "dy.csv", tmp_path / "a.svg"
    file.write_text("1,2\n3,4.25\n")
    asked = f"figure -q --view grad-bias -n 1 -k 2 --grad-output {file} --text text -o {image}"
    assert cli.run(asked.split()) == 0
    assert "4.25 + 6 = 10.25" in image.read_text()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            {"grad_output": np.ones((5, 5))},
            "grad_output is given with view 'distribution'; "
            "allowed: with grad-input, grad-weight, grad-bias",
        ),
        (
            {"in_channel": 1},
            "in_channel is 1, given with view 'distribution'; allowed: with grad-input",
        ),
        (
            {"view": "grad-bias", "in_channel": 1},
            "in_channel is 1, given with view 'grad-bias'; allowed: with grad-input",
        ),
        (
            {"view": "grad-input", "in_channel": 2},
            "in_channel is 2; allowed: whole numbers from 0 to 1",
        ),
        (
            {"view": "grad-input", "out_channels": 2, "out_channel": 1},
            "out_channel is 1, given with view 'grad-input'; allowed: 0: all are summed; "
            "in_channel says which input channel is drawn",
        ),
        (
            {"view": "grad-weight", "grad_output": np.ones((1, 4, 5))},
            "grad_output is of shape (1, 4, 5); allowed: (1, 5, 5), that of the output",
        ),
    ],
)
def test_what_has_no_use_is_refused(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(TcvizError) as caught:
        figure(**ARTICLE, **asked)
    assert str(caught.value) == said


@pytest.mark.parametrize("view", VIEWS)
def test_symbols_are_refused(view: str) -> None:
    with pytest.raises(RequestError, match=rf"^symbols is asked for with view '{view}'; allowed: "):
        figure(view=view, symbols=True)

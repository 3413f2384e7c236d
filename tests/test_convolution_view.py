"""The convolution view and the operands by themselves, on marks: figures 1, 4, 5 of the article."""

from __future__ import annotations

import numpy as np
import pytest

from tcviz.api import figure
from tcviz.engine.fast import conv_transpose
from tcviz.request.article import arrays
from tcviz.scene.marks import Box, Label, Scene

from .test_views import by_key, cells, shown, texts


def still(**asked) -> Scene:
    (scene,) = figure(**asked).scenes()
    return scene


def labels(scene: Scene) -> set[str]:
    return {m.text for m in scene.marks if isinstance(m, Label)}


def test_figure_1_is_input_kernel_and_output_and_nothing_else() -> None:
    scene = still(view="convolution")
    np.testing.assert_array_equal(shown(scene, "x.0"), arrays()["conv_input"])
    np.testing.assert_array_equal(shown(scene, "w.0"), arrays()["conv_kernel"])
    np.testing.assert_array_equal(shown(scene, "output"), arrays()["conv_output"])
    panels = {m.key.split("[")[0] for m in scene.marks if "[" in m.key}
    assert panels == {"x.0", "w.0", "output"}
    assert {"input x", "5×5", "kernel w", "output y", "3×3", "="} <= labels(scene)
    assert "9 windows × 9 taps = 81 multiplications" in labels(scene)


def test_nothing_is_lit_in_a_finished_picture() -> None:
    scene = still(view="convolution", in_channels=2, padding=1)
    assert not [m for m in scene.marks if isinstance(m, Box) and m.moves]
    assert not any(cells(scene, panel, lambda m: m.style.bold) for panel in ("x.0", "output"))


@pytest.mark.parametrize("step", range(1, 10))
def test_each_step_is_a_window_times_the_kernel(step: int) -> None:
    scene = still(view="convolution", step=step)
    products = shown(scene, "window.0") * shown(scene, "w.0")
    np.testing.assert_array_equal(products, shown(scene, "product.0"))
    row, col = divmod(step - 1, 3)
    assert products.sum() == arrays()["conv_output"][row, col]
    read = {(row + i, col + j) for i in range(3) for j in range(3)}
    assert cells(scene, "x.0", lambda m: m.style.bold) == read
    assert cells(scene, "output", lambda m: m.style.bold) == {(row, col)}
    assert np.isnan(shown(scene, "output")).sum() == 9 - step
    marks = by_key(scene)
    first, last = marks[f"x.0[{row},{col}]"].rect, marks[f"x.0[{row + 2},{col + 2}]"].rect
    frame = marks["now.x.0"].rect
    assert (frame.x, frame.y, frame.right, frame.bottom) == pytest.approx(
        (first.x, first.y, last.right, last.bottom)
    )


def test_the_sentence_writes_the_window_out() -> None:
    scene = still(view="convolution", step=2, input_size=3, kernel_size=2, seed=0)
    x, w = shown(scene, "x.0"), shown(scene, "w.0")
    total = f"{(x[:2, 1:] * w).sum():.0f}".replace("-", "−")
    assert scene.sentence.startswith("y[0,1] gathers rows 0–1, columns 1–2 of the input: ")
    assert scene.sentence.endswith(f"= {total}")


def test_padding_is_zeros_around_and_said_so() -> None:
    scene = still(view="convolution", padding=((1, 2), 0), step=1)
    zero = cells(scene, "padded.0", lambda m: m.text == "0" and m.style.line != "#be185d")
    assert {(0, j) for j in range(5)} | {(i, j) for i in (6, 7) for j in range(5)} <= zero
    assert any(words.startswith("around: padding: top\u00a01,") for words in labels(scene))
    assert shown(scene, "padded.0").shape == (8, 5)
    assert "around: padding = 1" in labels(still(view="convolution", padding=1))


def test_channels_and_bias_add_up() -> None:
    x, w = np.arange(18).reshape(2, 3, 3), np.arange(16).reshape(2, 2, 2, 2)
    scene = still(x=x, weight=w, bias=[3, -5], view="convolution", out_channel=1, step=-1)
    total = [[(x[:, i : i + 2, j : j + 2] * w[1]).sum() - 5 for j in (0, 1)] for i in (0, 1)]
    np.testing.assert_array_equal(shown(scene, "output"), total)
    np.testing.assert_array_equal(
        shown(scene, "result.0") + shown(scene, "result.1") - 5, shown(scene, "output")
    )
    assert "output y, channel 1" in labels(scene)
    finished = still(x=x, weight=w, bias=[3, -5], view="convolution", out_channel=1)
    np.testing.assert_array_equal(shown(finished, "output"), total)


def test_the_header_is_the_forward_convolutions() -> None:
    written = labels(still(view="convolution", stride=2))
    assert {"Convolution", "sliding window", "kernel", "stride", "2"} <= written
    assert "output_padding" not in written
    assert "floor((5 + 2·0 − 1·(3−1) − 1) / 2) + 1 = 2" in written


def test_it_undoes_the_sizes_of_the_transposed_one() -> None:
    small = shown(still(view="convolution", stride=2, padding=1), "output")
    back = conv_transpose(small[None], np.ones((1, 1, 3, 3)), stride=2, padding=1)
    assert back.shape == (1, 5, 5)


@pytest.mark.parametrize(
    ("view", "panel", "name"),
    [("input", "channel", "tc_input"), ("kernel", "channel", "tc_kernel")],
)
def test_figures_4_and_5_are_the_operands(view: str, panel: str, name: str) -> None:
    scene = still(view=view, stride=2, padding=1)
    for c, expected in enumerate(arrays()[name]):
        np.testing.assert_array_equal(shown(scene, f"{panel}.{c}"), expected)
        assert f"channel {c}" in labels(scene)
    assert sum("[0,0]" in m.key for m in scene.marks) == 2


def test_more_channels_than_fit_are_counted() -> None:
    scene = still(view="kernel", in_channels=9)
    assert "and 3 more channels, not drawn" in labels(scene)
    assert sum("[0,0]" in m.key for m in scene.marks) == 6
    assert "the weight w: 9 kernels of 3×3 taps, one for each input channel" in labels(scene)


def test_the_still_draws_more_channels_than_a_step_has_room_for() -> None:
    asked = {"kernel_size": (1, 3), "padding": (1, 2), "input_size": 1, "in_channels": 3}
    scene = still(view="convolution", size=(400, 300), **asked)
    assert {"padded.0[0,0]", "padded.1[0,0]"} <= {*by_key(scene)}


def test_a_groups_kernels_are_those_of_its_own_channels() -> None:
    scene = still(view="kernel", groups=2, in_channels=4, out_channels=2, out_channel=1, seed=5)
    assert {"channel 2", "channel 3"} <= labels(scene)
    assert texts(scene, "channel.0") != texts(scene, "channel.1")

"""Where frameworks disagree: each line of code makes the numbers that its framework made of it."""

from __future__ import annotations

import numpy as np
import pytest

from tcviz.errors import TcvizError
from tcviz.frameworks import layer
from tcviz.layer.geometry import ConvTranspose

X = [1, 10, 100]
TRAPS = {
    # A kernel smaller than the stride: cells that nothing reaches are at the end.
    "tf.nn.conv1d_transpose(x, w, (1, 18, 1), 6, 'SAME')": (
        2, [1, 2, 0, 0, 0, 0, 10, 20, 0, 0, 0, 0, 100, 200, 0, 0, 0, 0]),
    "tf.nn.conv1d_transpose(x, w, (1, 13, 1), 6, 'SAME')": (
        2, [1, 2, 0, 0, 0, 0, 10, 20, 0, 0, 0, 0, 100]),
    "Conv1DTranspose(1, 2, strides=3)": (2, [1, 2, 0, 10, 20, 0, 100, 200, 0]),
    "Conv1DTranspose(1, 2, strides=3, padding='same')": (2, [1, 2, 0, 10, 20, 0, 100, 200, 0]),
    "lax.conv_transpose(x, w, (3,), 'VALID', transpose_kernel=True)": (
        2, [1, 2, 0, 10, 20, 0, 100, 200, 0]),
    # Even kernels, and which side loses one more.
    "tf.nn.conv1d_transpose(x, w, (1, 3, 1), 1, 'SAME')": (2, [1, 12, 120]),
    "tf.nn.conv1d_transpose(x, w, (1, 6, 1), 2, 'SAME')": (4, [2, 13, 24, 130, 240, 300]),
    "tf.nn.conv1d_transpose(x, w, (1, 5, 1), 2, 'SAME')": (4, [2, 13, 24, 130, 240]),
    "Conv1DTranspose(1, 3, strides=2, padding='same')": (3, [1, 2, 13, 20, 130, 200]),
    "ConvTranspose(kernel_shape=[3], strides=[2], auto_pad='SAME_UPPER')": (
        3, [1, 2, 13, 20, 130, 200]),
    "ConvTranspose(kernel_shape=[3], strides=[2], auto_pad='SAME_LOWER')": (
        3, [2, 13, 20, 130, 200, 300]),
    # An output_shape overrules pads, and without auto_pad the beginning loses one more.
    "ConvTranspose(kernel_shape=[3], strides=[2], output_shape=[6])": (
        3, [2, 13, 20, 130, 200, 300]),
    "ConvTranspose(kernel_shape=[3], strides=[2], output_shape=[6], pads=[0, 1])": (
        3, [2, 13, 20, 130, 200, 300]),
    "ConvTranspose(kernel_shape=[3], strides=[2], output_shape=[4], pads=[0, 1])": (
        3, [13, 20, 130, 200]),
    "ConvTranspose(kernel_shape=[3], strides=[2], output_shape=[8])": (
        3, [1, 2, 13, 20, 130, 200, 300, 0]),
    "ConvTranspose(kernel_shape=[3], strides=[2], output_shape=[6], output_padding=[1])": (
        3, [2, 13, 20, 130, 200, 300]),
    # Keras' output_padding takes the place of its usual size, and TensorFlow crops what is left.
    "Conv1DTranspose(1, 3, strides=2, padding='same', output_padding=0)": (
        3, [2, 13, 20, 130, 200]),
    "Conv1DTranspose(1, 3, strides=2, padding='same', output_padding=1)": (
        3, [1, 2, 13, 20, 130, 200]),
    "Conv1DTranspose(1, 5, strides=3, padding='same', output_padding=2)": (
        5, [2, 3, 14, 25, 30, 140, 250, 300, 400]),
    # JAX does not flip the kernel, and its pairs belong to the stretched input.
    "lax.conv_transpose(x, w, (2,), 'SAME')": (3, [3, 2, 31, 20, 310, 200]),
    "lax.conv_transpose(x, w, (2,), 'SAME', transpose_kernel=True)": (
        3, [1, 2, 13, 20, 130, 200]),
    "lax.conv_transpose(x, w, (2,), [(2, 2)], transpose_kernel=True)": (
        3, [1, 2, 13, 20, 130, 200, 300]),
    "lax.conv_transpose(x, w, (2,), [(2, 2)], transpose_kernel=True, "
    "use_consistent_padding=True)": (3, [13, 20, 130]),
}  # fmt: skip


@pytest.mark.parametrize("code", TRAPS)
def test_a_trap_is_drawn_as_its_framework_has_it(code: str) -> None:
    kernel, expected = TRAPS[code]
    read = layer(code)
    x, weight = (np.array(a).reshape(-1, 1) for a in (X, range(1, kernel + 1)))
    first = read.layout.image == "C*"
    y = read.conv_transpose(x.T if first else x, weight.T[None] if first else weight[..., None])
    assert y.ravel().tolist() == expected


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("lax.conv_transpose(x, w, (2,), [(3, 0)])", "padding is (3, 0) on axis 0; allowed: up"),
        ("lax.conv_transpose(x, w, (2,), [(0, 4)])", "padding is (0, 4) on axis 0; allowed: up"),
        ("ConvTranspose(kernel_shape=[3], strides=[5], auto_pad='SAME_UPPER')", "no blank cells"),
        ("tf.nn.conv1d_transpose(x, w, (1, 9, 1), 2)", "output_shape is 9 on axis 0; allowed: 5"),
        ("tf.nn.conv1d_transpose(x, w, (1, 9, 1), 2, 'VALID')", "allowed: 7 to 8, for an input"),
    ],
)
def test_what_cannot_be_drawn_is_refused_where_the_sizes_say_it(code: str, told: str) -> None:
    with pytest.raises(TcvizError) as error:
        layer(code).geometry(3, 3)
    assert told in str(error.value)


def test_a_call_that_says_the_size_of_its_output_says_that_of_its_input() -> None:
    sizes = {"SAME": 5, "VALID": 4}
    for padding, size in sizes.items():
        read = layer(f"tf.nn.conv1d_transpose(x, w, (1, 9, 1), 2, {padding!r})")
        assert read.input_of((3,)) == (size,)
        assert read.geometry(None, 3).output_size(size) == (9,)


def test_arrays_that_do_not_fit_are_told_in_the_words_of_the_framework() -> None:
    up = layer("Conv2DTranspose(4, 3)")
    for x, weight, told in (
        (np.ones((3, 3)), np.ones((3, 3, 4, 1)), "(H, W, C_in) or (N, H, W, C_in), as in Keras"),
        (np.ones((3, 3, 1)), np.ones((3, 3)), "allowed: (kH, kW, C_out, C_in), as in Keras"),
        (np.ones((3, 3, 1)), np.ones((3, 3, 2, 1)), "out_channels is 2, that of weight; allowed"),
        (np.ones((3, 3, 1)), np.ones((5, 5, 4, 1)), "kernel_size is (5, 5) beside Conv2DTransp"),
    ):
        with pytest.raises(TcvizError) as error:
            up.conv_transpose(x, weight)
        assert told in str(error.value)


def test_words_for_padding_are_those_of_tensorflow() -> None:
    for kernel in range(1, 7):
        for stride in range(1, 7):
            for word in ("same", "valid"):
                keras = f"Conv1DTranspose(1, {kernel}, strides={stride}, padding={word!r})"
                own = ConvTranspose(kernel, stride, word, dims=1)
                assert layer(keras).geometry() == own

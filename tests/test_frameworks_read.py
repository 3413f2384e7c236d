"""A pasted call is parsed, not run: what it says is what its framework means, or is refused."""

from __future__ import annotations

import ast
from typing import Any

import pytest

import tcviz
from tcviz.errors import TcvizError
from tcviz.frameworks import FRAMEWORKS, layer
from tcviz.layer.geometry import ConvTranspose

SAME_LAYER = ConvTranspose(4, stride=2, padding=1)
SAID_SO = [
    "nn.ConvTranspose2d(2, 1, 4, stride=2, padding=1)",
    "torch.nn.ConvTranspose2d(in_ch, out_ch, kernel_size=(4, 4), stride=2, padding=1, bias=b)",
    "    self.up = nn.ConvTranspose2d(2 * 32, 32, 2 + 2, 2, 1),  # twice as large",
    "up: nn.Module = nn.LazyConvTranspose2d(32, 4, 2, 3 - 2)",
    "x = F.conv_transpose2d(x, self.weight, stride=2, padding=(1, 1))",
    "x = layers.Conv2DTranspose(64, 4, strides=2, padding='same', activation=tf.nn.relu)(x)",
    "model.add(tf.keras.layers.Conv2DTranspose(64, (4, 4), (2, 2), 'SAME'))",
    "tf.nn.conv2d_transpose(x, w, [batch, 26, 26, 64], [1, 2, 2, 1])",
    "tf.nn.conv_transpose(x, w, (n, c, 26, 26), 2, data_format='NCHW')",
    "lax.conv_transpose(x, w, strides=(2, 2), padding='SAME')",
    "jax.lax.conv_transpose(x, w, (2, 2), [(2, 2), (2, 2)], transpose_kernel=True)",
    "lax.conv_general_dilated(x, w, (1, 1), [(2, 2), (2, 2)], lhs_dilation=(2, 2))",
    "nn.ConvTranspose(features=64, kernel_size=(4, 4), strides=(2, 2))",
    "nnx.ConvTranspose(2, 64, (4, 4), strides=2, padding=2, rngs=rngs)",
    "ConvTranspose(kernel_shape=[4, 4], strides=[2, 2], pads=[1, 1, 1, 1])",
    "helper.make_node('ConvTranspose', ['x', 'w'], ['y'], strides=[2, 2], auto_pad='SAME_UPPER')",
    "mlx.nn.ConvTranspose2d(2, 1, 4, 2, 1)",
    "mx.conv_transpose2d(x, w, 2, 1)",
    "paddle.nn.Conv2DTranspose(2, 1, 4, 2, padding=[1, 1, 1, 1])",
    "nn.Conv2DTranspose(2, 1, 4, stride=2, padding=1)",
    "paddle.nn.functional.conv2d_transpose(x, w, stride=2, padding=1, output_size=[26, 26])",
]


@pytest.mark.parametrize("code", SAID_SO)
def test_one_layer_is_said_in_many_ways(code: str) -> None:
    read = layer(code)
    assert read.geometry(13, 4) == SAME_LAYER
    assert read.dims == 2


@pytest.mark.parametrize(
    ("code", "framework"),
    [
        ("nn.ConvTranspose2d(2, 1, 4)", "PyTorch"),
        ("ConvTranspose2d(2, 1, 4)", "PyTorch"),
        ("mx.conv_transpose2d(x, w)", "MLX"),
        ("Conv2DTranspose(2, 4)", "Keras"),
        ("Conv2DTranspose(2, 1, 4, weight_attr=False)", "Paddle"),
        ("nn.Conv2DTranspose(2, 1, 4)", "Paddle"),
        ("F.conv2d_transpose(x, w)", "Paddle"),
        ("conv2d_transpose(x, w, (1, 9, 9, 1), 2)", "TensorFlow"),
        ("ConvTranspose(kernel_shape=[3])", "ONNX"),
        ("ConvTranspose(4, (3, 3))", "Flax"),
        ("nnx.ConvTranspose(2, 4, (3, 3))", "Flax"),
        ("conv_transpose(x, w, (2, 2), 'SAME')", "JAX"),
        ("tf.nn.conv_transpose(x, w, (1, 9, 9, 1), 2)", "TensorFlow"),
    ],
)
def test_whose_call_it_is_is_told_by_what_stands_around(code: str, framework: str) -> None:
    assert layer(code).framework == framework


def test_channels_are_numbers_or_names() -> None:
    read = layer("nn.ConvTranspose2d(features[0], 2 * 32, 3, groups=2)")
    assert (read.in_channels, read.out_channels, read.groups) == (None, 64, 2)
    assert layer("Conv1DTranspose(filters, 3)").out_channels is None


def test_a_layer_says_whose_it_is_and_its_call() -> None:
    read = layer("y = tf.keras.layers.Conv2DTranspose(8, 3, name='up', use_bias=False)(x)")
    assert str(read) == "Keras: layers.Conv2DTranspose(8, 3, use_bias=False)"
    assert not read.bias


REFUSED = {
    "nn.ConvTranspose2d(2, 1, 3, strides=2)": "did you mean stride?",
    "layers.Conv2DTranspose(2, 3, stride=2)": "did you mean strides?",
    "lax.conv_transpose(x, w, (1,), 'SAME', dilation=2)": "did you mean rhs_dilation?",
    "nn.ConvTranspos2d(2, 1, 3)": "did you mean ConvTranspose2d?",
    "nn.ConvTranspose2d(2, 1)": "kernel_size is missing; allowed: a number",
    "nn.ConvTranspose2d(2, 1, k)": "kernel_size is k; allowed: a literal",
    "nn.ConvTranspose2d(2, 1, 3, 2 ** 2)": "stride is 2 ** 2; allowed: a literal",
    "nn.ConvTranspose2d(2, 1, 3, 7 // 0)": "stride is 7 // 0; allowed: a literal",
    "nn.ConvTranspose2d(2, 1, 3, stride=0)": "stride is 0; allowed: whole numbers from 1",
    "nn.ConvTranspose2d(2, 1, 3, 2, 1, 2)": "output padding must be smaller than either stride or",
    "nn.ConvTranspose2d(2, 1, 3, padding='same')": "tcviz's own --padding has words",
    "nn.ConvTranspose2d(2, 1, 3, padding_mode='reflect')": "'zeros': the only one",
    "nn.ConvTranspose2d(3, 1, 3, groups=2)": "in_channels must be divisible by groups",
    "nn.ConvTranspose2d(2, 1, (3, 3, 3))": "kernel_size is (3, 3, 3); allowed: one number, or 2",
    "nn.ConvTranspose2d(*sizes)": "arguments that are written out",
    "nn.ConvTranspose2d(2, 1, **options)": "arguments that are written out",
    "nn.ConvTranspose2d(2, 1, 3, out_channels=1)": "out_channels, given twice",
    "nn.ConvTranspose2d(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)": "up to 12 without a name",
    "Conv2DTranspose(1, 3, strides=2, dilation_rate=2)": "not supported in conjunction with",
    "Conv2DTranspose(1, 3, output_padding=1)": "strictly less than `strides` for all dimensions",
    "Conv2DTranspose(1, 3, padding='causal')": "padding is 'causal'; allowed: 'valid' or 'same'",
    "Conv2DTranspose(1, 3, data_format='channel_last')": "did you mean channels_last?",
    "tf.nn.conv2d_transpose(x, w, strides=2)": "output_shape is missing",
    "tf.nn.conv2d_transpose(x, w, tf.shape(y), 2)": "output_shape is tf.shape(y); allowed: written",
    "tf.nn.conv2d_transpose(x, w, (1, 9, 9), 2)": "output_shape is of length 3",
    "tf.nn.conv2d_transpose(x, w, (1, 9, 9, 1), (2, 2, 2))": "strides is (2, 2, 2)",
    "tf.nn.conv1d_transpose(x, w, (1, 9, 1), 2, [[0, 0], [1, 1], [0, 0]])": "'SAME', 'VALID'",
    "lax.conv_transpose(x, w, 2, 'SAME')": "strides is 2; allowed: one number for each axis",
    "lax.conv_transpose(x, w, (2, 2), 'same')": "padding is 'same'; allowed: 'SAME', 'VALID'",
    "lax.conv_transpose(x, w, (2,), 'SAME', None, ('HNC', 'HIO', 'HNC'))": "dimension_numbers is",
    "lax.conv_general_dilated(x, w, (2,), [(0, 0)])": "others make a forward convolution",
    "lax.conv_general_dilated(x, w, (1,), 'SAME')": "String padding is not implemented",
    "nn.ConvTranspose(4, (3,), padding='CIRCULAR')": "tcviz cannot draw them",
    "nn.ConvTranspose(4, (3,), mask=m)": "mask is given; allowed: no mask",
    "ConvTranspose(kernel_shape=[3], pads=[-1, 0])": "pads is -1",
    "ConvTranspose(kernel_shape=[3], pads=[1, 1], auto_pad='VALID')": "cannot be used simultaneous",
    "ConvTranspose(kernel_shape=[3], auto_pad='SAME')": "auto_pad is 'SAME'; allowed: 'NOTSET'",
    "ConvTranspose(kernel_shape=[3], strides=[2, 2])": "kernel_shape has 1, strides has 2",
    "ConvTranspose(group=2)": "kernel_shape is missing",
    "helper.make_node('Conv', ['x'], ['y'], kernel_shape=[3])": "op_type is 'Conv'",
    "mx.conv_transpose1d(x, w, groups=2)": "groups is 2; allowed: 1, the only one",
    "paddle.nn.Conv2DTranspose(1, 1, 3, padding='SAME')": "padding is 'SAME'; allowed: numbers",
    "paddle.nn.functional.conv1d_transpose(x, w, None, 2, 0, 1, output_size=9)": "mutually exclus",
    "nn.Sequential(nn.ConvTranspose1d(1, 1, 3), nn.ConvTranspose1d(1, 1, 3))": "2 of them",
    "nn.Conv2d(2, 1, 3)": "allowed: a transposed convolution of PyTorch, JAX",
    "stride=2": "which calls nothing",
    "nn.ConvTranspose2d(2, 1, 3": "which is no Python ('(' was never closed)",
    "(" * 400: "which is no Python",
    "-" * 9000 + "1": "which is no Python (nested too deeply)",
    "f(" * 90 + ")" * 90: "allowed: a transposed convolution",
    "f(x)\0": "which is no Python",
    "": "which calls nothing",
    "f()" * 4000: "layer is a text of 12,000 letters; allowed: up to 10,000",
}


@pytest.mark.parametrize("code", REFUSED, ids=lambda code: code[:50])
def test_what_is_forbidden_or_cannot_be_read_is_one_line(code: str) -> None:
    with pytest.raises(TcvizError) as error:
        layer(code).geometry(5, None)
    text = str(error.value)
    assert REFUSED[code] in text
    assert "\n" not in text
    assert len(text) < 700


def test_nothing_that_is_pasted_is_run(tmp_path: Any) -> None:
    target = tmp_path / "made"
    code = f"nn.ConvTranspose2d(open({str(target)!r}, 'w'), 1, 3)"
    assert layer(code).in_channels is None
    assert not target.exists()


def test_numbers_stay_small_whatever_is_multiplied() -> None:
    code = f"nn.ConvTranspose2d(2, 1, {' * '.join(['9' * 300] * 30)})"
    with pytest.raises(TcvizError, match=r"^kernel_size is .*; allowed: a literal"):
        layer(code)


def test_only_text_is_code() -> None:
    with pytest.raises(TcvizError, match=r"^layer is 3; allowed: a call, as text$"):
        tcviz.layer(3)  # type: ignore[arg-type]


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_framework_is_one_file_with_what_it_reads(framework: str) -> None:
    from importlib import import_module

    room = import_module(FRAMEWORKS[framework])
    assert room.MARKS
    for form in room.FORMS:
        assert len(form.known) == len(set(form.known))
        for name in form.names:
            ast.parse(f"{name}({', '.join(f'{word}=1' for word in form.known)})")
    assert callable(room.read)

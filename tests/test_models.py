"""Layers of models from files: what is listed, their weights, and files that lie."""

from __future__ import annotations

import json
import os
import pickle
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file
from torch import nn

import tcviz
from tcviz import models
from tcviz.errors import DataError, TcvizError

Run = Callable[..., tuple[int, str, str]]
DATA = Path(__file__).parent / "data"


class Decoder(nn.Module):
    """Two layers; what the first makes is joined to a skip connection."""

    def __init__(self) -> None:
        super().__init__()
        self.up1 = nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1)
        self.up2 = nn.ConvTranspose2d(8, 2, 4, stride=2, padding=1, bias=False)

    def forward(self, x: torch.Tensor, skip: torch.Tensor) -> Any:
        return self.up2(torch.cat([self.up1(x).relu(), skip], 1))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Decoder, Path]:
    """Return a decoder, and the file to which PyTorch exports it."""
    path, made = tmp_path_factory.mktemp("onnx") / "decoder.onnx", Decoder()
    inputs = torch.zeros(1, 8, 7, 7), torch.zeros(1, 4, 14, 14)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(made, inputs, str(path), dynamo=False)
    return made, path


def test_an_exported_decoder_is_listed_with_its_sizes(exported: tuple[Decoder, Path]) -> None:
    first, second = models.layers(exported[1])
    assert [first.name, second.name] == ["/up1/ConvTranspose", "/up2/ConvTranspose"]
    assert (first.input_size, first.output_size, second.output_size) == ((7, 7), (14, 14), (28, 28))
    assert (first.parameters, second.parameters) == (8 * 4 * 9 + 4, 8 * 2 * 16)
    assert (first.meets, first.misses) == (((14, 14),), ())
    assert (first.even_kernel, second.even_kernel) == ((4, 4), None)


def test_the_real_weights_make_what_the_model_makes(exported: tuple[Decoder, Path]) -> None:
    made, path = exported
    found = models.layer(f"{path}:/up1/ConvTranspose")
    x = np.random.default_rng(1).normal(size=(1, 8, 7, 7)).astype(np.float32)
    weight, bias = found.weights()
    with torch.no_grad():
        expected = made.up1(torch.tensor(x)).numpy()
    assert np.allclose(found.layer.conv_transpose(x, weight, bias), expected, atol=1e-5)


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_keras_files_are_listed_with_models_within(suffix: str) -> None:
    first, second = models.layers(DATA / f"decoder.{suffix}")
    assert [first.name, second.name] == ["up1", "up2"]
    assert first.layer.call == (
        "layers.Conv2DTranspose(filters=4, kernel_size=3, strides=2, padding='same')"
    )
    assert [a.shape for a in first.weights() if a is not None] == [(3, 3, 4, 8), (4,)]
    weight, bias = second.weights()
    assert (weight.shape, bias) == ((4, 4, 2, 4), None)
    if suffix == "keras":  # the older format has no sizes of layers
        assert (first.input_size, second.output_size) == ((7, 7), (28, 28))


@pytest.fixture
def state() -> dict[str, np.ndarray]:
    """Return weights of two layers that enlarge and of one that does not."""
    shapes = {"up1.weight": (8, 4, 3, 3), "up1.bias": (4,), "conv.weight": (4, 8, 3, 3),
              "conv.bias": (4,), "block.up.weight": (4, 4, 2, 2), "last.weight": (4, 4, 3, 3),
              "head.weight": (10, 4)}  # fmt: skip
    return {name: np.ones(shape, np.float32) for name, shape in shapes.items()}


def listed(path: Path) -> list[tuple[str, bool]]:
    return [(one.name, one.is_guess) for one in models.layers(path)]


def test_files_of_weights_tell_layers_by_bias_or_name(
    state: dict[str, np.ndarray], tmp_path: Path
) -> None:
    save_file(state, tmp_path / "a.safetensors")
    torch.save({"state": {k: torch.tensor(v) for k, v in state.items()}}, tmp_path / "a.pt")
    assert listed(tmp_path / "a.safetensors") == [("block.up", True), ("up1", True)]
    assert {*listed(tmp_path / "a.pt")} == {("state.up1", True), ("state.block.up", True)}
    weight, bias = models.layer(f"{tmp_path / 'a.safetensors'}:up1").weights()
    assert bias is not None
    assert (weight.shape, bias.shape) == ((8, 4, 3, 3), (4,))


# --- files that lie -----------------------------------------------------------


def node(**attributes: Any) -> onnx.NodeProto:
    return helper.make_node("ConvTranspose", ["x", "w"], ["y"], name="up", **attributes)


def model(*nodes: onnx.NodeProto, weight: Any = None) -> onnx.ModelProto:
    """Return a model of nodes, with a weight of 1×1 channels and 3×3 cells."""
    kernel = weight or numpy_helper.from_array(np.ones((1, 1, 3, 3), np.float32), "w")
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in "xy"]
    return helper.make_model(helper.make_graph(nodes, "g", ends[:1], ends[1:], [kernel]))


def outside(location: str) -> onnx.TensorProto:
    """Return a weight that says it lies in another file."""
    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=(1, 1, 3, 3))
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    return tensor


@pytest.mark.parametrize("location", ["../secret.bin", "/etc/passwd", "", "missing.bin"])
def test_weights_are_read_from_nowhere_else(location: str, tmp_path: Path) -> None:
    (tmp_path / "secret.bin").write_bytes(b"\0" * 36)
    folder = tmp_path / "models"
    folder.mkdir()
    onnx.save_model(model(node(strides=[2, 2]), weight=outside(location)), folder / "a.onnx")
    (found,) = models.layers(folder / "a.onnx")
    with pytest.raises(DataError, match="external data is in"):
        found.weights()


def test_weights_beside_a_model_are_read_when_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "w.bin").write_bytes(np.arange(9, dtype=np.float32).tobytes())
    onnx.save_model(model(node(), weight=outside("w.bin")), tmp_path / "a.onnx")
    weight, _ = models.layer(str(tmp_path / "a.onnx")).weights()
    assert weight.ravel().tolist() == [*range(9)]


def lying(folder: Path) -> dict[str, Path]:
    """Return files that are no models, or want to be more than data."""

    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return (print, ("run",))

    huge = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=(2**40, 1, 2**20, 3))
    files: dict[str, bytes] = {
        "text.onnx": b"no model", "text.keras": b"no zip", "text.h5": b"no model",
        "text.safetensors": b"\xff" * 40, "text.pt": b"no model", "evil.pt": pickle.dumps(Evil()),
        "huge.onnx": model(node(), weight=huge).SerializeToString(),
        "odd.onnx": model(node(strides=[0, -2])).SerializeToString(),
        "list.h5": b"",
    }  # fmt: skip
    for name, data in files.items():
        (folder / name).write_bytes(data)
    for name, config in (("deep.keras", "[" * 10_000), ("odd.keras", '{"config": [1, 2]}'),
                         ("bomb.keras", " " * 50_000_000)):  # fmt: skip
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("config.json", config)
    return {path.name: path for path in folder.iterdir()}


def test_what_is_no_model_gets_one_line_and_nothing_is_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, path in lying(tmp_path).items():
        with pytest.raises(TcvizError) as caught:
            [one.weights() for one in models.layers(path)]
        assert "\n" not in str(caught.value), name
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("suffix", models.MODELS)
def test_what_may_never_end_is_not_opened(suffix: str, tmp_path: Path) -> None:
    pipe, folder = tmp_path / f"pipe{suffix}", tmp_path / f"folder{suffix}"
    os.mkfifo(pipe)
    folder.mkdir()
    for path, what in ((pipe, "a pipe or a device"), (folder, "a folder"),
                       (tmp_path / f"none{suffix}", "a missing file")):  # fmt: skip
        with pytest.raises(DataError, match=f"' is {what}; allowed: a"):
            models.layers(path)


def test_weights_that_are_no_numbers_are_one_line(tmp_path: Path) -> None:
    torch.save({"up.weight": torch.ones(2, 1, 3, 3).to_sparse()}, tmp_path / "sparse.pt")
    torch.save({"up.weight": torch.ones(2, 1, 3, 3).cfloat()}, tmp_path / "complex.pt")
    told = {"up.weight": {"dtype": "F8_E4M3", "shape": [1, 2, 2, 2], "data_offsets": [0, 8]}}
    (tmp_path / "f8.safetensors").write_bytes(tensors(told, bytes(8)))
    with zipfile.ZipFile(tmp_path / "empty.keras", "w") as archive:
        archive.writestr("config.json", zipfile.ZipFile(DATA / "decoder.keras").read("config.json"))
    for path in tmp_path.iterdir():
        for found in models.layers(path):
            with pytest.raises(DataError, match=r"^weight is of ") as caught:
                found.weights()
            assert "\n" not in str(caught.value)


def tensors(told: dict[str, Any], data: bytes) -> bytes:
    """Return a file of safetensors."""
    header = json.dumps(told).encode()
    return len(header).to_bytes(8, "little") + header + data


def test_bfloat16_is_read_though_numpy_has_none(tmp_path: Path) -> None:
    weight = torch.tensor([0.5, -3, 1e-20, 7e30] * 2).bfloat16().reshape(1, 2, 4)
    told = {"up.weight": {"dtype": "BF16", "shape": [1, 2, 4], "data_offsets": [4, 20]},
            "other": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}  # fmt: skip
    data = bytes(4) + weight.view(torch.uint8).numpy().tobytes()
    (tmp_path / "a.safetensors").write_bytes(tensors(told, data))
    found, _ = models.layer(f"{tmp_path / 'a.safetensors'}:up").weights()
    np.testing.assert_array_equal(found, weight.float().numpy())


def test_of_a_zip_those_weights_are_read_that_are_asked_for() -> None:
    from tcviz.models import keras_file

    read = keras_file._stored(DATA / "decoder.keras", keras_file.WEIGHTS)
    assert read
    with read, zipfile.ZipFile(DATA / "decoder.keras") as archive:
        whole = archive.read(keras_file.WEIGHTS)
        assert read.read() == whole
        for at in (0, 7, len(whole) - 3, len(whole), len(whole) + 9):
            assert read.seek(at) == read.tell() == at
            assert read.read(5) == whole[at : at + 5]


def test_inference_takes_no_copy_of_weights_and_reads_shapes() -> None:
    from tcviz.models import onnx_file

    large = numpy_helper.from_array(np.ones((64, 64, 3, 3), np.float32), "w")
    shape = numpy_helper.from_array(np.array([1, 64, 5, 5]), "s")
    ends = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1600]),
            helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]  # fmt: skip
    nodes = [helper.make_node("Reshape", ["x", "s"], ["image"]),
             helper.make_node("ConvTranspose", ["image", "w"], ["y"], strides=[2, 2])]  # fmt: skip
    whole = helper.make_model(helper.make_graph(nodes, "g", ends[:1], ends[1:], [large, shape]))
    assert onnx_file._without_weights(whole).ByteSize() < 1000
    assert onnx_file._inferred(whole)["y"] == (1, 64, 11, 11)


def test_odd_nodes_and_circles_end(tmp_path: Path) -> None:
    circle = [
        node(),
        helper.make_node("Relu", ["y"], ["a"]),
        helper.make_node("Relu", ["a"], ["y"]),
    ]
    (tmp_path / "circle.onnx").write_bytes(model(*circle).SerializeToString())
    assert [one.meets for one in models.layers(tmp_path / "circle.onnx")] == [()]
    for odd in (helper.make_node("ConvTranspose", [], []), node(strides=1.5), node(group=0)):
        (tmp_path / "odd.onnx").write_bytes(model(odd).SerializeToString())
        with pytest.raises(TcvizError, match=r"^[^\n]*$"):
            models.layers(tmp_path / "odd.onnx")


def test_graphs_within_graphs_are_searched(tmp_path: Path) -> None:
    inner = model(node(strides=[2, 2])).graph
    loop = helper.make_node("Loop", ["", ""], ["z"], body=inner)
    onnx.save_model(model(loop), tmp_path / "a.onnx")
    assert [one.name for one in models.layers(tmp_path / "a.onnx")] == ["up"]


# --- tcviz inspect ------------------------------------------------------------


def test_it_prints_a_table_and_what_is_odd(run: Run) -> None:
    status, out, err = run("inspect", str(DATA / "decoder.keras"))
    assert (status, err) == (0, "")
    assert " uneven\n" in out
    said = "up1: kernel 3 is not a multiple of stride 2: uneven (checkerboard artifacts); "
    assert f"{said}kernel 4×4 is even" in out


def test_strict_fails_where_something_is_odd(run: Run) -> None:
    status, _, err = run("inspect", str(DATA / "decoder.keras"), "--strict")
    assert status == 1
    assert err.startswith("tcviz: up1: kernel 3 is not a multiple of stride 2")


def test_strict_fails_where_a_size_meets_no_skip(run: Run, tmp_path: Path) -> None:
    ends = [helper.make_tensor_value_info(*told) for told in (
        ("x", TensorProto.FLOAT, (1, 1, 7, 7)), ("s", TensorProto.FLOAT, (1, 1, 14, 14)),
        ("z", TensorProto.FLOAT, None))]  # fmt: skip
    kernel = numpy_helper.from_array(np.ones((1, 1, 2, 2), np.float32), "w")
    nodes = (
        node(strides=[2, 2], pads=[0, 0, 1, 1]),
        helper.make_node("Concat", ["y", "s"], ["z"], axis=1),
    )
    graph = helper.make_graph(nodes, "g", ends[:2], ends[2:], [kernel])
    (tmp_path / "a.onnx").write_bytes(helper.make_model(graph).SerializeToString())
    status, _, err = run("inspect", str(tmp_path / "a.onnx"), "--strict")
    assert status == 1
    assert "up: output 13×13 is joined to 14×14: the sizes differ" in err


def test_json_has_the_same_facts(run: Run) -> None:
    _, out, _ = run("inspect", str(DATA / "decoder.keras"), "--json")
    first, second = json.loads(out)["layers"]
    assert (first["even"], first["even_kernel_size"], second["even"]) == (False, [4, 4], True)
    assert (first["output_size"], first["meets"]) == ([14, 14], True)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("decoder.keras:up3", "did you mean"),
        ("decoder.keras", "which has 2 of them"),
        ("decoder.zip", "a file of .onnx"),
    ],
)
def test_a_layer_is_found_by_its_name(spec: str, says: str) -> None:
    assert models.layer(f"{DATA / 'decoder.keras'}:up2").name == "up2"
    with pytest.raises(DataError, match=says):
        models.layer(str(DATA / spec))


# --- a model's layer wherever one is asked for ----------------------------------


def test_a_models_layer_is_drawn_with_its_real_weights(exported: tuple[Decoder, Path]) -> None:
    made, path = exported
    shown = tcviz.figure(layer=f"{path}:/up1/ConvTranspose")
    weight = made.up1.weight.detach().double().numpy()
    assert np.allclose(shown.operands.weight, weight)
    assert (shown.plan.input_size, shown.plan.output_size) == ((7, 7), (14, 14))


def test_a_part_of_a_path_is_name_enough_where_no_other_layer_has_it(
    exported: tuple[Decoder, Path],
) -> None:
    path = exported[1]
    assert models.layer(f"{path}:up2").name == "/up2/ConvTranspose"
    with pytest.raises(DataError, match=r"layer is 'ConvTranspose'; allowed: .*:NAME with"):
        models.layer(f"{path}:ConvTranspose")
    with pytest.raises(DataError, match="layer is 'up'; allowed"):
        models.layer(f"{path}:up")


def test_a_keras_layer_is_turned_into_the_layout_of_pictures() -> None:
    shown = tcviz.figure(layer=f"{DATA / 'decoder.keras'}:up1")
    weight, _ = models.layer(f"{DATA / 'decoder.keras'}:up1").weights()
    assert np.allclose(shown.operands.weight, weight.transpose(3, 2, 0, 1))


def test_what_a_file_of_weights_does_not_say_is_said_beside_it(
    state: dict[str, np.ndarray], tmp_path: Path, run: Run
) -> None:
    save_file(state, tmp_path / "a.safetensors")
    shown = tcviz.figure(layer=f"{tmp_path / 'a.safetensors'}:up1", stride=2, padding=1)
    assert (shown.plan.layer.stride, shown.plan.layer.padding) == ((2, 2), (1, 1))
    typed = "figure", "--layer", "a.safetensors:up1", "-s", "2", "-o", "a.png"
    assert run(*typed)[::2] == (0, "")


def test_a_file_of_weights_without_a_stride_is_refused_wherever_it_stands(
    state: dict[str, np.ndarray], tmp_path: Path, run: Run
) -> None:
    save_file(state, tmp_path / "a.safetensors")
    spec = f"{tmp_path / 'a.safetensors'}:up1"
    told = "stride is not in the file of weights that has 'up1'; allowed: said beside it, one for"
    for ask in (lambda: tcviz.layer(spec), lambda: tcviz.figure(layer=spec)):
        with pytest.raises(TcvizError, match=f"^{told}"):
            ask()
    for words in (("check",), ("size",), ("figure", "-o", "a.svg"), ("check", "--layer", spec)):
        status, out, err = run(*words, "--layer", spec)
        assert (status, out, told in err) == (2, "", True)


@pytest.mark.parametrize("options", [(), ("-s", "2", "-p", "1")])
def test_check_computes_with_the_real_weights_of_a_model(
    options: tuple[str, ...], state: dict[str, np.ndarray], tmp_path: Path, run: Run
) -> None:
    state["up1.weight"] = np.full((8, 4, 3, 3), 0.3, np.float32)
    save_file(state, tmp_path / "a.safetensors")
    spec = f"{tmp_path / 'a.safetensors'}:up1" if options else f"{DATA / 'decoder.keras'}:up1"
    status, out, _ = run("check", "--layer", spec, *options)
    assert (status, "agree on 1 layer of float64" in out) == (0, True)


def test_a_models_layer_has_sizes_and_is_compared(run: Run) -> None:
    keras = f"{DATA / 'decoder.keras'}:up2"
    assert tcviz.layer(keras).output_size(14) == (28, 28)
    assert run("size", "--layer", keras, "-n", "14")[0] == 0
    torch_call = "nn.ConvTranspose2d(4, 2, 4, stride=2, padding=1, bias=False)"
    status, out, _ = run("check", "--layer", keras, "--layer", torch_call)
    assert (status, "the same layer" in out) == (0, True)

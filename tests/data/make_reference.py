"""Make ``reference.npz`` again, from PyTorch: ``python -m tests.data.make_reference``.

The file holds the text of all cases, as JSON, and their numbers one after the other:
x, weight, bias if any, PyTorch's float64 output y, an upstream gradient, and the
gradients of x, weight and bias that PyTorch's autograd makes of it.
"""

from __future__ import annotations

import json
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from tests.data.packed import save

TARGET = Path(__file__).with_name("reference.npz")
SEED = 2020
MOST_OUTPUT = 160

# dims, size, kernel_size, stride, padding, output_padding, dilation
ORDINARY = [
    (1, 5, 3, 1, 0, 0, 1),
    (1, 5, 4, 2, 1, 0, 1),
    (1, 4, 3, 3, 2, 2, 1),
    (2, 3, 3, 2, 1, 0, 1),  # the article's
    (2, 3, 3, 2, 1, 1, 1),
    (2, 3, 2, 2, 0, 0, 1),
    (2, 4, 3, 1, 1, 0, 1),
    (2, 3, 4, 2, 1, 0, 1),
    (2, 3, 3, 1, 2, 0, 2),
    (2, 4, 1, 2, 0, 1, 1),
    (2, 4, 2, 1, 2, 0, 1),  # padding that crops in the collection view
    (3, 2, 2, 2, 0, 0, 1),
    (3, 2, 3, 2, 1, 1, 1),
    (3, 2, 3, 1, 1, 0, 1),
]


def random_geometry(rng: np.random.Generator) -> dict[str, Any]:
    """Return one geometry, which may have no output."""
    dims = int(rng.integers(1, 4))
    stride, dilation = rng.integers(1, 4, dims), rng.integers(1, 4, dims)
    return {
        "size": rng.integers(1, 5, dims).tolist(),
        "kernel_size": rng.integers(1, 5, dims).tolist(),
        "stride": stride.tolist(),
        "padding": rng.integers(0, 4, dims).tolist(),
        "output_padding": (rng.random(dims) * np.maximum(stride, dilation)).astype(int).tolist(),
        "dilation": dilation.tolist(),
    }


def output_size(case: dict[str, Any]) -> list[int]:
    """Return the documented output size."""
    keys = ("size", "kernel_size", "stride", "padding", "output_padding", "dilation")
    axes = zip(*(case[key] for key in keys), strict=True)
    return [(n - 1) * s - 2 * p + d * (k - 1) + extra + 1 for n, k, s, p, extra, d in axes]


def geometries(rng: np.random.Generator, total: int) -> list[dict[str, Any]]:
    """Return the ordinary geometries and random ones of little output, `total` in all."""
    keys = ("size", "kernel_size", "stride", "padding", "output_padding", "dilation")
    found = [
        {key: [value] * dims for key, value in zip(keys, values, strict=True)}
        for dims, *values in ORDINARY
    ]
    while len(found) < total:
        case = random_geometry(rng)
        size = output_size(case)
        if min(size) >= 1 and prod(size) <= MOST_OUTPUT // 4:
            found.append(case)
    return found


def operands(case: dict[str, Any], rng: np.random.Generator) -> list[Any]:
    """Complete `case` with its shapes, and return x, weight and bias, or None."""
    case["groups"] = int(rng.integers(1, 3))
    c_in, c_out = case["groups"] * int(rng.integers(1, 3)), int(rng.integers(1, 3))
    batch = [[], [1], [2]][rng.integers(3)]
    case["x"] = [*batch, c_in, *case["size"]]
    case["weight"] = [c_in, c_out, *case["kernel_size"]]
    case["bias"] = [c_out * case["groups"]] if rng.random() < 0.5 else None
    shapes = (case["x"], case["weight"], case["bias"])
    return [None if shape is None else rng.standard_normal(shape).round(2) for shape in shapes]


def gradients(torch: Any, tensors: list[Any], y: Any, upstream: Any) -> list[Any]:
    """Return autograd's gradients of x, weight and bias, None where there is no bias."""
    given = [tensor for tensor in tensors if tensor is not None]
    found = [g.numpy() for g in torch.autograd.grad(y, given, upstream)]
    return [*found, *[None] * (len(tensors) - len(given))]


def main() -> None:
    """Write the file."""
    import torch

    rng, upstream = np.random.default_rng(SEED), np.random.default_rng(SEED + 1)
    cases, numbers = geometries(rng, 40), []
    for case in cases:
        arrays = operands(case, rng)
        tensors = [None if a is None else torch.from_numpy(a).requires_grad_() for a in arrays]
        keys = ("stride", "padding", "output_padding", "groups", "dilation")
        call = getattr(torch.nn.functional, f"conv_transpose{len(case['size'])}d")
        y = call(*tensors, *(case[key] for key in keys))
        grad = upstream.standard_normal(y.shape).round(2)
        case["y"] = case["grad_output"] = list(y.shape)
        case |= {f"grad_{name}": case[name] for name in ("x", "weight", "bias")}
        made = gradients(torch, tensors, y, torch.from_numpy(grad))
        every = (*arrays, y.detach().numpy(), grad, *made)
        numbers.extend(np.ravel(a) for a in every if a is not None)
    save(TARGET, cases=json.dumps(cases), numbers=np.concatenate(numbers))


if __name__ == "__main__":
    main()

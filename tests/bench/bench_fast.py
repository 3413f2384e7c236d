"""How long `tcviz.conv_transpose` and its backward pass take, as a ratio to PyTorch's time.

Run it from anywhere, with torch installed: ``python tests/bench/bench_fast.py [rounds [threads]]``.
The backward pass is that of all three gradients, against ``torch.autograd.grad``.

Both use the same number of threads (two unless told), float32 and fresh outputs.  They
take turns; each turn starts with a pause and two calls that are not counted, so that
neither waits for the other's threads, which stay busy for a while after their last work.
`ratio` compares the medians of all counted calls, and must be within the row's `budget`;
`least` compares the fastest calls, which tells more where the machine has other work.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter, sleep
from typing import Any, NamedTuple, TypeAlias

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
DECODER, OTHER = 1.3, 3.0
ROUNDS, WARM, COUNTED, PAUSE = 15, 2, 5, 0.01


class Layer(NamedTuple):
    """A layer, and how many times PyTorch's time it may take."""

    c_in: int
    c_out: int
    size: tuple[int, ...]
    kernel_size: int
    stride: int
    padding: int = 0
    output_padding: int = 0
    budget: float = DECODER

    def __str__(self) -> str:
        size = "×".join(map(str, self.size))
        padding = f"p{self.padding} op{self.output_padding}"
        return f"{self.c_in}→{self.c_out}  {size}  k{self.kernel_size} s{self.stride} {padding}"


LAYERS = [
    Layer(128, 64, (32, 32), 4, 2, 1),
    Layer(64, 64, (128, 128), 2, 2),
    Layer(32, 16, (64, 64), 3, 2, 1, 1),
    Layer(64, 32, (4096,), 4, 2, 1),
    Layer(32, 16, (16, 16, 16), 4, 2, 1),
    # Large kernels on few cells
    Layer(2, 1, (1, 1), 50, 1, budget=OTHER),
    Layer(2, 1, (1, 1), 200, 1, budget=OTHER),
    Layer(2, 1, (2, 4), 200, 2, budget=OTHER),
    Layer(16, 16, (2, 4), 50, 1, budget=OTHER),
    # Long lines
    Layer(1, 1, (100_000,), 16, 1, budget=OTHER),
    Layer(16, 16, (50_000,), 16, 8, 4, budget=OTHER),
    # Strides above the kernel
    Layer(1, 1, (64, 64), 3, 5, budget=OTHER),
    Layer(32, 32, (32, 32), 3, 8, budget=OTHER),
]


Call: TypeAlias = Callable[[], Any]


def contestants(layer: Layer, batch: int) -> dict[str, tuple[Call, Call]]:
    """Return ours and PyTorch's call of each pass, on the same numbers, once they agree."""
    import numpy as np  # both are imported here, after `main` has set the threads
    import torch

    from tcviz.engine.backward_fast import conv_transpose_backward
    from tcviz.engine.fast import conv_transpose

    torch.set_num_threads(int(os.environ[THREADS[0]]))
    dims = len(layer.size)
    rng = np.random.default_rng(0)
    shapes = (
        (batch, layer.c_in, *layer.size),
        (layer.c_in, layer.c_out, *(layer.kernel_size,) * dims),
        (layer.c_out,),
    )
    arrays = [rng.standard_normal(shape, np.float32) for shape in shapes]
    tensors = [torch.from_numpy(array) for array in arrays]
    options = {name: getattr(layer, name) for name in ("stride", "padding", "output_padding")}
    reference = getattr(torch.nn.functional, f"conv_transpose{dims}d")

    y = reference(*(tensor.requires_grad_() for tensor in tensors), **options)
    upstream = rng.standard_normal(y.shape, np.float32)

    def theirs() -> Any:
        with torch.no_grad():
            return reference(*tensors, **options)

    found: dict[str, tuple[Call, Call]] = {
        "forward": (lambda: conv_transpose(*arrays, **options), theirs),
        "backward": (
            lambda: conv_transpose_backward(upstream, *arrays, **options),
            partial(torch.autograd.grad, y, tensors, torch.from_numpy(upstream), retain_graph=True),
        ),
    }
    for ours, expected in zip(*(both(found, i) for i in (0, 1)), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-5 * abs(expected).max())
    return found


def both(found: dict[str, tuple[Call, Call]], side: int) -> list[Any]:
    """Return the output and the three gradients of one side, as arrays."""
    results = [found["forward"][side](), *found["backward"][side]()]
    return [result.numpy() if hasattr(result, "numpy") else result for result in results]


def turn(call: Call) -> list[float]:
    """Return the times of one turn, in milliseconds."""
    sleep(PAUSE)
    for _ in range(WARM):
        call()
    times = []
    for _ in range(COUNTED):
        start = perf_counter()
        call()
        times.append(1e3 * (perf_counter() - start))
    return times


def compare(calls: tuple[Call, Call], rounds: int) -> tuple[float, float, float]:
    """Return both medians, in milliseconds, and the ratio of the fastest calls."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for call, found in zip(calls, times, strict=True):
            found.extend(turn(call))
    return median(times[0]), median(times[1]), min(times[0]) / min(times[1])


def main(rounds: int = ROUNDS, threads: int = 2) -> int:
    """Print the table, and return 1 if a row is over its budget."""
    os.environ.update(dict.fromkeys(THREADS, str(threads)))
    over = 0
    head = f"{'layer':36} {'batch':>5} {'pass':8}"
    print(f"{head} {'tcviz ms':>9} {'torch ms':>9} {'ratio':>6} {'least':>6} {'budget':>6}")
    for layer in LAYERS:
        for batch in (1, 8):
            for name, calls in contestants(layer, batch).items():
                ours, theirs, least = compare(calls, rounds)
                ratio = ours / theirs
                over += ratio > layer.budget
                columns = f"{ours:9.2f} {theirs:9.2f} {ratio:6.2f} {least:6.2f} {layer.budget:6}"
                mark = " over" if ratio > layer.budget else ""
                print(f"{layer!s:36} {batch:5} {name:8} {columns}{mark}", flush=True)
    print(f"{over} over budget")
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))

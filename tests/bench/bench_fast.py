"""How long `tcviz.conv_transpose` takes, as a ratio to PyTorch on the same CPU.

Run it from anywhere, with torch installed: ``python tests/bench/bench_fast.py [rounds]``.

Both use two threads, float32 and fresh outputs.  They take turns; each turn starts
with a pause and two calls that are not counted, so that neither waits for the other's
threads, which stay busy for a while after their last work.  `ratio` compares the
medians of all counted calls, and has the budget of 1.5; `least` compares the fastest
calls, which tells more where the machine has other work.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter, sleep
from typing import NamedTuple

THREADS = 2
BUDGET = 1.5
ROUNDS, WARM, COUNTED, PAUSE = 15, 2, 5, 0.01


class Layer(NamedTuple):
    """A layer of an ordinary decoder."""

    c_in: int
    c_out: int
    size: tuple[int, ...]
    kernel_size: int
    stride: int
    padding: int = 0
    output_padding: int = 0

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
]


def contestants(layer: Layer, batch: int) -> tuple[Callable[[], object], Callable[[], object]]:
    """Return ours and PyTorch's call, on the same numbers, once their results agree."""
    import numpy as np  # both are imported here, after `main` has set the threads
    import torch

    from tcviz.engine import conv_transpose

    torch.set_num_threads(THREADS)
    dims = len(layer.size)
    rng = np.random.default_rng(0)
    shapes = (
        (batch, layer.c_in, *layer.size),
        (layer.c_in, layer.c_out, *(layer.kernel_size,) * dims),
        (layer.c_out,),
    )
    arrays = [rng.standard_normal(shape, np.float32) for shape in shapes]
    tensors = [torch.from_numpy(array) for array in arrays]
    options = dict(zip(layer._fields[4:], layer[4:], strict=True))
    reference = getattr(torch.nn.functional, f"conv_transpose{dims}d")

    def ours() -> object:
        return conv_transpose(*arrays, **options)

    def theirs() -> object:
        with torch.no_grad():
            return reference(*tensors, **options)

    np.testing.assert_allclose(ours(), theirs().numpy(), rtol=1e-4, atol=1e-3)
    return ours, theirs


def turn(call: Callable[[], object]) -> list[float]:
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


def main(rounds: int) -> int:
    """Print the table, and return 1 if a layer is over its budget."""
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = str(THREADS)
    over = 0
    print(f"{'layer':36} {'batch':>5} {'tcviz ms':>9} {'torch ms':>9} {'ratio':>6} {'least':>6}")
    for layer in LAYERS:
        for batch in (1, 8):
            calls = contestants(layer, batch)
            times: tuple[list[float], list[float]] = ([], [])
            for _ in range(rounds):
                for call, found in zip(calls, times, strict=True):
                    found.extend(turn(call))
            ours, theirs = map(median, times)
            least = min(times[0]) / min(times[1])
            over += ours > BUDGET * theirs
            columns = f"{ours:9.2f} {theirs:9.2f} {ours / theirs:6.2f} {least:6.2f}"
            print(f"{layer!s:36} {batch:5} {columns}")
    print(f"{over} over the budget of {BUDGET}")
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))

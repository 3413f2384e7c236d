"""The distribution view as a matplotlib user would write it: FuncAnimation and PillowWriter.

    python tests/bench/baseline.py OUT.gif INPUT_SIZE FRAMES

Same picture as tcviz's: header, input, element, kernel, product, padded result,
output, sentence and progress at 1280×720.  Artists are made once; the update
function changes their texts and colours.
"""

from __future__ import annotations

import sys

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.patches import Rectangle

STRIDE, PADDING, KERNEL = 2, 1, 3
X = np.array([[[8, -1, 2], [3, 8, -4], [1, -3, -5]], [[-5, 5, 2], [1, -2, 0], [2, 8, 7]]])
W = np.array([[[0, -3, -2], [2, -2, 1], [2, 0, -1]], [[1, -2, 0], [0, -3, 1], [0, 2, -1]]])


class Grid:
    """A panel of rectangles with a text in each."""

    def __init__(self, ax, x, y, rows, cols, cell, title, colour):
        self.texts, self.boxes = {}, {}
        ax.text(x + cols * cell / 2, y - 24, title, ha="center", weight="bold", fontsize=9)
        for i in range(rows):
            for j in range(cols):
                box = Rectangle((x + j * cell, y + i * cell), cell, cell, fc="white", ec=colour)
                ax.add_patch(box)
                self.boxes[i, j] = box
                self.texts[i, j] = ax.text(
                    x + (j + 0.5) * cell,
                    y + (i + 0.5) * cell,
                    "",
                    ha="center",
                    va="center",
                    fontsize=cell / 4,
                )

    def set(self, values, colours):
        for at, text in self.texts.items():
            value = values[at]
            text.set_text("" if value is None else f"{value:.0f}")
            self.boxes[at].set_facecolor(colours.get(at, "white"))


def main(out: str, n: int, frames: int) -> None:
    x = X if n == 3 else np.random.default_rng(0).integers(-9, 10, (2, n, n))
    padded = (n - 1) * STRIDE + KERNEL
    size = padded - 2 * PADDING
    cell = min(32, 215 / padded)
    fig = plt.figure(figsize=(12.8, 7.2), dpi=100)
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set_xlim(0, 1280)
    ax.set_ylim(720, 0)
    ax.axis("off")
    ax.text(40, 40, "Transposed convolution distribution view", fontsize=18, weight="bold")
    ax.text(1240, 40, "kernel 3×3  stride 2  padding 1  output_padding 0  dilation 1", ha="right")
    sentence = ax.text(40, 680, "")
    ax.add_patch(Rectangle((40, 708), 1200, 4, fc="0.9"))
    progress = ax.add_patch(Rectangle((40, 708), 0, 4, fc="blue"))
    grids = []
    for c, top in enumerate((150, 400)):
        grids.append(
            [
                Grid(ax, 40, top, n, n, cell, "input x", "C1"),
                Grid(ax, 290, top, 1, 1, 32, "element", "C1"),
                Grid(ax, 370, top, KERNEL, KERNEL, 32, "kernel w", "C1"),
                Grid(ax, 520, top, KERNEL, KERNEL, 32, "product", "C1"),
                Grid(ax, 680, top, padded, padded, cell, "padded result", "C1"),
            ]
        )
        ax.annotate("", (990, 370), (900, top + 100), arrowprops={"arrowstyle": "->"})
        grids[c][2].set(W[c], {})
    output = Grid(ax, 1040, 260, size, size, min(32, 200 / size), "output y", "C0")
    results = np.zeros((2, padded, padded))
    known = np.zeros((padded, padded), bool)

    def update(step):
        i, j = divmod(step, n)
        rows, cols = slice(i * STRIDE, i * STRIDE + KERNEL), slice(j * STRIDE, j * STRIDE + KERNEL)
        known[rows, cols] = True
        now = {
            (a, b): "gold"
            for a in range(*rows.indices(padded))
            for b in range(*cols.indices(padded))
        }
        for c in range(2):
            product = x[c, i, j] * W[c]
            results[c, rows, cols] += product
            grids[c][0].set(x[c], {(i, j): "gold"})
            grids[c][1].set({(0, 0): x[c, i, j]}, {(0, 0): "gold"})
            grids[c][3].set(product, {})
            shown = np.where(known, results[c], None)
            grids[c][4].set(shown, now)
        total = np.where(known, results.sum(axis=0), None)[1:-1, 1:-1]
        output.set(total, {(a - 1, b - 1): v for (a, b), v in now.items()})
        sentence.set_text(f"step {step + 1} of {n * n}: x[{i},{j}] adds itself times w")
        progress.set_width(1200 * (step + 1) / (n * n))

    animation = FuncAnimation(fig, update, frames=frames, init_func=lambda: (), interval=1000)
    animation.save(out, writer=PillowWriter(fps=1))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))

"""The arithmetic of transposed convolution, in NumPy.

Readable engines teach, one view each, and must agree exactly on integers: three forward,
two backward.  They spell for the reader where taps land, which `layer.taps` knows for all
others.  `conv_transpose` and `conv_transpose_backward` are the fast paths for use.
"""

from tcviz.engine.backward_collection import backward_collection
from tcviz.engine.backward_distribution import backward_distribution
from tcviz.engine.backward_fast import backward_fast, conv_transpose_backward
from tcviz.engine.collection import collection
from tcviz.engine.distribution import distribution
from tcviz.engine.fast import conv_transpose, fast
from tcviz.engine.matrix import forward_matrix, matrix
from tcviz.engine.prepared_backward import Gradients

__all__ = [
    "Gradients",
    "backward_collection",
    "backward_distribution",
    "backward_fast",
    "collection",
    "conv_transpose",
    "conv_transpose_backward",
    "distribution",
    "fast",
    "forward_matrix",
    "matrix",
]

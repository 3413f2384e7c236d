"""The arithmetic of transposed convolution, in NumPy.

Three readable engines teach, one view each, and must agree exactly on integers;
`conv_transpose` is the fast path for use.
"""

from tcviz.engine.collection import collection
from tcviz.engine.distribution import distribution
from tcviz.engine.fast import conv_transpose, fast
from tcviz.engine.matrix import forward_matrix, matrix

__all__ = ["collection", "conv_transpose", "distribution", "fast", "forward_matrix", "matrix"]

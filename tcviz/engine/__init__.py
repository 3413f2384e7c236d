"""The arithmetic of transposed convolution, in NumPy.

Readable engines teach, one view each, and must agree exactly on integers: three forward
(`distribution`, `collection`, `matrix`), two backward (`backward_distribution`,
`backward_collection`).  They spell for the reader where taps land, which `layer.taps` knows for
all others.  `fast.conv_transpose` and `backward_fast.conv_transpose_backward` are for use.
"""

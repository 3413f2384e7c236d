"""The picture language: panels in an arrangement, one solver, and where everything came to stand.

It knows no convolution.  A view says which panels there are, in the order in which they are
read, and where a line of them may break; `arrangements` turns that into pictures of many
shapes, `solver` takes the one with the largest text on the canvas that there is, and `links`
leads arrows from where one panel came to stand to where another did.  Panels of one dimension
are `strips` that share their columns: `aligned` gives those of a view their arrangements; those
of three are `slices`.  The way of a value from the command line to a pixel is in the README.md
of this package.
"""

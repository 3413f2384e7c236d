"""Boards draw what any view shows: its panels, what is lit, what leads where, and what is around.

A view says that in roles; a `board` knows where the panels came to stand, and makes marks of it.
There are boards of rows and columns, of aligned strips, of depth slices, and of the matrix.
"""

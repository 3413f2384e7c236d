"""How much work and memory a request takes, told from sizes alone before any of it is done.

Every command, view and public function that computes or draws asks here.  What is too much
is refused in a line that says how much it is, what most of it is for, and which option makes
it smaller.

Estimates are bounds rather than averages: those of the dearest view, measured on one core.  They
know no view's inner structure, but what every view has: numbers that are multiplied, cells that
are laid out, channels that take turns, frames that are painted.
"""

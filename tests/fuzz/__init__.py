"""A harness that calls the program with whatever may be typed, and any files, and judges each call.

``python -m tests.fuzz --calls 20000`` does it by hand, a few hundred calls are a test.  A call
is drawn from a seed and its number, with `random.Random`: it is the same one in every
release of Python and of any package, and can be made again by itself.

========== =================================================================
`contents` files: arrays, themes, specs and manifests, whole and mutated
`values`   what may stand behind an option, by its type and its name
`calls`    commands with their options, as click has them
`child`    makes one call, in a process of its own with little memory
`laws`     what must hold of every call
`findings` what did not, each kind once, with a shorter call that shows it
`command`  what is typed by hand
========== =================================================================
"""

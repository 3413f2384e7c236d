"""``python -m tests.fuzz``."""

import os

if __name__ == "__main__":
    # Before NumPy is imported: a process that forks is to have no threads.
    os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    from tests.fuzz.command import main

    main()

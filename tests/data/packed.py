"""Write arrays into a file for `numpy.load`, as small as its compression makes them."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_BZIP2, ZipFile

import numpy as np
from numpy.typing import ArrayLike


def save(target: Path, **arrays: ArrayLike) -> None:
    """Write what `numpy.savez_compressed` would write, in less room: a source has to be small."""
    with ZipFile(target, "w", ZIP_BZIP2, compresslevel=9) as packed:
        for name, array in arrays.items():
            with packed.open(f"{name}.npy", "w") as file:
                np.lib.format.write_array(file, np.asarray(array), allow_pickle=False)

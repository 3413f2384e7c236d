"""Write the small decoders that tests read, with Keras 3.15: ``python make_models.py``.

Both hold the same model of two layers, one of them in a model of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def decoder() -> Any:
    """Return a decoder of 7×7 to 28×28 cells, whose second layer is in a head."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(1)
    up2 = layers.Conv2DTranspose(2, 4, strides=2, padding="same", use_bias=False, name="up2")
    head = keras.Sequential([keras.Input((14, 14, 4)), up2], name="head")
    source = keras.Input((7, 7, 8))
    up1 = layers.Conv2DTranspose(4, 3, strides=2, padding="same", activation="relu", name="up1")
    return keras.Model(source, head(up1(source)))


if __name__ == "__main__":
    model = decoder()
    for suffix in ("keras", "h5"):
        model.save(HERE / f"decoder.{suffix}")

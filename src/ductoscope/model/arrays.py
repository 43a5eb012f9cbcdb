"""Array types of the nouns, and the one way to make them read-only."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8] | NDArray[np.uint16]
"""Camera pixels exactly as they came: (H, W) or (H, W, 3), RGB order."""

FloatArray = NDArray[np.float32]
DoubleArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
PictureArray = NDArray[np.uint8]
"""A picture for eyes: (H, W) or (H, W, 3) RGB."""

_Scalar = TypeVar("_Scalar", bound=np.generic)


def freeze(array: NDArray[_Scalar]) -> NDArray[_Scalar]:
    """Return a view of `array` that cannot be written through; the caller's own array is left as it was."""
    view = array.view()
    view.flags.writeable = False
    return view

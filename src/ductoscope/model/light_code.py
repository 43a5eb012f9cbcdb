"""The whole numbers in which linear light is kept, far finer than any camera's noise.

Camera noise grows with the square root of light, so equal steps in the square root cost the fewest bits for
the same harm (Anscombe, Biometrika 35:246, 1948, here with the sign kept and a linear foot):

    code = round(2048 * sign(x) * (sqrt(|x| + 1/256) - 1/16)),   x = linear light, 1 = calibration white

One step is 0.00098 of white at white and 0.00006 at black; an 8-bit camera's own step is 0.0039. Reading rounds
light to this grid before anything uses it, so a recording of the codes is exactly what the pipeline saw.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ductoscope.model.arrays import FloatArray

STEPS = 2048.0
FOOT = 1.0 / 256.0
_FOOT_ROOT = 1.0 / 16.0


def encode_light(light_lin: FloatArray) -> NDArray[np.int16]:
    """Round linear light (any shape, |x| <= 200) to whole-number codes of the same shape."""
    root = np.sqrt(np.abs(light_lin).astype(np.float32) + np.float32(FOOT)) - np.float32(_FOOT_ROOT)
    return np.asarray(np.rint(np.float32(STEPS) * np.copysign(root, light_lin)), dtype=np.int16)


def decode_light(codes: NDArray[np.int16]) -> FloatArray:
    """Linear light of codes, float32; `encode_light(decode_light(c)) == c` for every code."""
    root = np.abs(codes).astype(np.float64) / STEPS + _FOOT_ROOT
    return np.asarray(np.copysign(root * root - FOOT, codes), dtype=np.float32)


def round_light(light_lin: FloatArray) -> FloatArray:
    """Round light to the nearest value that a recording can hold exactly."""
    return decode_light(encode_light(light_lin))

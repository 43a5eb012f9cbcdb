"""The sensor: light becomes noisy whole numbers, without drawing a random number for every pixel.

Noise comes from a bank of normal deviates that is drawn once; each picture row reads it from a place of its own,
drawn by the caller's generator. Shot noise grows with the square root of light, read noise is constant
(EMVA 1288 camera model).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import FloatArray, Pixels

_BANK_SIZE = 1 << 20
_SURROUND_SIZE = 1 << 18
_SURROUND_PIECE = 1 << 16
_STEPS_PER_SIGMA = 4096.0


@dataclass(frozen=True, slots=True)
class SensorNoise:
    """gain: of the amplifier. full_well, read_noise: electrons. dark_level: in full scales."""

    gain: float
    full_well: float
    read_noise: float
    dark_level: float


def expose(light: FloatArray, out: Pixels, rng: np.random.Generator | None, sensor: SensorNoise) -> None:
    """Turn light (h, w) into pixels `out` of the same shape (uint8 or uint16), noisy unless `rng` is None.

    Colour pixels come as three columns each; `out` may be a part of a larger picture.
    """
    height, row = light.shape
    if rng is None:
        starts, per_electron, read = np.zeros(height, np.int64), 0.0, 0.0
    else:
        starts = rng.integers(0, _BANK_SIZE - row, height)
        per_electron, read = 1.0 / sensor.full_well, sensor.read_noise / sensor.full_well
    _expose(
        light,
        out,
        _normal_bank(),
        starts,
        np.float32(sensor.gain),
        np.float32(per_electron),
        np.float32(read * read),
        np.float32(sensor.dark_level),
        np.float32(np.iinfo(out.dtype).max),
    )


def fill_surround(picture: Pixels, rng: np.random.Generator | None, sensor: SensorNoise, *, level: float) -> None:
    """Fill a whole picture with an even surround and its noise, before the disc is drawn over it."""
    # Pumping needs only a few banks when their gain is rounded.
    coarse = replace(sensor, gain=round(sensor.gain, 1))
    bank = _surround_bank(level, coarse, picture.dtype.name, is_noisy=rng is not None)
    flat = picture.reshape(-1)
    places = range(0, len(flat), _SURROUND_PIECE)
    starts = [0] * len(places) if rng is None else rng.integers(0, len(bank) - _SURROUND_PIECE, len(places)).tolist()
    for place, start in zip(places, starts, strict=True):
        piece = flat[place : place + _SURROUND_PIECE]
        piece[:] = bank[start : start + len(piece)]


@lru_cache(maxsize=1)
def _normal_bank() -> NDArray[np.int16]:
    deviates = np.random.default_rng(0x5EED).standard_normal(_BANK_SIZE)
    return np.rint(_STEPS_PER_SIGMA * np.clip(deviates, -7.9, 7.9)).astype(np.int16)


@lru_cache(maxsize=64)
def _surround_bank(level: float, sensor: SensorNoise, dtype: str, *, is_noisy: bool) -> Pixels:
    """Ready-made pixels of the even surround."""
    shape = (1, _SURROUND_SIZE)
    bank: Pixels = np.empty(shape, np.uint8) if dtype == "uint8" else np.empty(shape, np.uint16)
    rng = np.random.default_rng(0x5EED) if is_noisy else None
    expose(np.full(bank.shape, level, dtype=np.float32), bank, rng, sensor)
    return bank.reshape(-1)


@njit(cache=True, nogil=True, fastmath=True)
def _expose(light, out, bank, starts, gain, per_electron, read_square, dark, top):  # type: ignore[no-untyped-def]
    half = np.float32(0.5)
    zero = np.float32(0.0)
    scale = gain / np.float32(_STEPS_PER_SIGMA)
    for row in range(light.shape[0]):
        noise = bank[starts[row] : starts[row] + light.shape[1]]
        for i in range(light.shape[1]):
            value = light[row, i]
            sigma = np.sqrt(max(value, zero) * per_electron + read_square) * scale
            level = (gain * value + dark + sigma * np.float32(noise[i])) * top + half
            out[row, i] = min(max(level, zero), top)

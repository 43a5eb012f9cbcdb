"""StridedPixels: any camera picture in memory, as one flat run of numbers and the steps between its pixels.

Compiled loops are fast only on flat memory, and frames come as crops, flipped colours and padded rows; this
describes all of them in place, so that no frame is ever copied to be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from ductoscope.model import Pixels


@dataclass(frozen=True, slots=True, eq=False)
class StridedPixels:
    """Pixel (row, column, channel) is `flat[origin + row * steps[0] + column * steps[1] + channel * steps[2]]`."""

    flat: NDArray[np.uint8] | NDArray[np.uint16]
    origin: int
    steps: tuple[int, int, int]


def flatten_in_place(planes: Pixels) -> StridedPixels:
    """Describe (H, W, C) pixels of any strides without copying them."""
    item = planes.itemsize
    if any(step % item for step in planes.strides):
        # Fields of a structured array can lie between whole items; nothing flat describes those.
        planes = cast("Pixels", np.ascontiguousarray(planes))
    steps = tuple(step // item for step in planes.strides)
    upright = planes[tuple(slice(None, None, -1 if step < 0 else 1) for step in steps)]
    reach = sum(abs(step) * (count - 1) for step, count in zip(steps, planes.shape, strict=True))
    origin = sum(-step * (count - 1) for step, count in zip(steps, planes.shape, strict=True) if step < 0)
    flat = cast("Pixels", as_strided(upright, shape=(reach + 1,), strides=(item,), writeable=False))
    return StridedPixels(flat, origin, (steps[0], steps[1], steps[2]))

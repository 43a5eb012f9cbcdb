"""ViewWindow: which part of the round picture is shown, and where its pixels lie on the camera."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import BadInputError, BoolArray, Bundle, DoubleArray, freeze

LARGEST_PX = 8192
"""Side of the largest picture; more than any screen shows, and few enough bytes to hold."""


@dataclass(frozen=True, slots=True, eq=False)
class ViewWindow:
    """A square of view pixels laid over the camera picture.

    size_px: side of the view.
    frame_from_view: (2, 3) float64, camera xy of view xy: `frame_from_view @ (x, y, 1)`.
    scale: camera pixels a view pixel.
    seen: (S, S) bool, inside the rim and inside the camera's picture.
    spans: (S, 2) int32, first and past-last seen pixel of each row (0, 0 where the row sees nothing).
    """

    size_px: int
    frame_from_view: DoubleArray
    scale: float
    seen: BoolArray
    spans: NDArray[np.int32]

    def __post_init__(self) -> None:
        for name in ("frame_from_view", "seen", "spans"):
            object.__setattr__(self, name, freeze(getattr(self, name)))


def place_window(bundle: Bundle, size_px: int, zoom: float, at: tuple[float, float]) -> ViewWindow:
    """Lay a view of `size_px` over the round picture, `zoom` times enlarged about `at`.

    At zoom 1 about (0.5, 0.5) the rim's circle is inscribed in the square: view x = -0.5 is the rim's left edge.
    `at` is in fractions of the round picture, x right, y down. Raises BadInputError for a size below 1 or a zoom
    that is not a positive number.
    """
    if not 1 <= size_px <= LARGEST_PX:
        raise BadInputError(f"The picture size must be 1 to {LARGEST_PX} pixels, got {size_px}.")
    if not (np.isfinite(zoom) and zoom > 0):
        raise BadInputError(f"The zoom must be a positive number, got {zoom}.")
    if not np.all(np.isfinite(at)):
        raise BadInputError(f"The place to zoom at must be two numbers from 0 to 1, got {at}.")
    rim = bundle.rim
    across = 2.0 * rim.radius_px
    scale = across / (zoom * size_px)
    middle = 0.5 * (size_px - 1)
    left = rim.x_px + (at[0] - 0.5) * across - scale * middle
    top = rim.y_px + (at[1] - 0.5) * across - scale * middle
    frame_from_view = np.array([[scale, 0.0, left], [0.0, scale, top]])
    x_px, y_px = left + scale * np.arange(size_px), top + scale * np.arange(size_px)
    height, width = bundle.frame_shape
    seen = (x_px - rim.x_px) ** 2 + ((y_px - rim.y_px) ** 2)[:, np.newaxis] <= rim.radius_px**2
    seen &= (x_px >= -0.5) & (x_px <= width - 0.5)
    seen &= ((y_px >= -0.5) & (y_px <= height - 0.5))[:, np.newaxis]
    # A circle cut by a rectangle is convex, so each row is one span and nothing outside it is ever computed.
    first = np.argmax(seen, axis=1)
    spans = np.stack([first, first + seen.sum(axis=1)], axis=1).astype(np.int32)
    return ViewWindow(size_px, frame_from_view, scale, seen, spans)

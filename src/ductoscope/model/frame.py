"""Frame: what the camera saw."""

from __future__ import annotations

from dataclasses import dataclass

from ductoscope.model.arrays import Pixels, freeze


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One camera picture, exactly as it came.

    index: count from 0 in its stream, gaps are frames that the source lost.
    t_ns: stream time, monotonic, when the source delivered it (`time.monotonic_ns` for live sources).
    pixels: (H, W) or (H, W, 3) RGB, uint8 or uint16, read-only.
    """

    index: int
    t_ns: int
    pixels: Pixels

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", freeze(self.pixels))

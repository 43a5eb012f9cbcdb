"""View: a picture for eyes."""

from __future__ import annotations

from dataclasses import dataclass

from ductoscope.model.arrays import BoolArray, PictureArray, freeze


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A picture made for eyes from one CoreImage (or, with `lineage` ("raw",), from the camera itself).

    index, t_ns: those of the Frame it came from.
    pixels: (H, W, 3) or (H, W) uint8, read-only.
    seen: (H, W) bool, where light backs the picture.
    lineage: the steps that made it, in order, e.g. ("read", "denoise", "mmse", "resize 1024").
    """

    index: int
    t_ns: int
    pixels: PictureArray
    seen: BoolArray
    lineage: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", freeze(self.pixels))
        object.__setattr__(self, "seen", freeze(self.seen))

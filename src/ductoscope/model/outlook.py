"""Outlook: what one raster shows, pixel by pixel: how far the wall is, where other ducts open, what stands out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ductoscope.model.arrays import FloatArray, freeze
from ductoscope.model.view_state import ViewWord


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """One frame as the detector sees it; (S, S) float32 arrays over the raster's square, 0 outside the rim.

    distance: to the wall along each pixel's ray. It has no scale of its own: light alone does not tell it, only its
        shape counts. 1 is about a millimetre for the learned eye, and one brightness for the classical one.
    mouth: chance that the pixel looks into another branch than the one the tip is in.
    edge: chance that two branches meet in the pixel, as at the carina between two mouths.
    spot: chance that the pixel looks at something that stands out from its wall (or hides it, as a plug does).
    clear: 0 to 1, how well the pixel's wall is seen through fluid and flakes, and in focus.
    chances: of every view word, summing to 1.
    eye: what made it, name and version, "classical 1" or that of a model file.
    """

    index: int
    t_ns: int
    distance: FloatArray
    mouth: FloatArray
    edge: FloatArray
    spot: FloatArray
    clear: FloatArray
    chances: Mapping[ViewWord, float]
    eye: str

    def __post_init__(self) -> None:
        for name in ("distance", "mouth", "edge", "spot", "clear"):
            object.__setattr__(self, name, freeze(getattr(self, name)))

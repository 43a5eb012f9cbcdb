"""Lesion: one thing on the wall that an examiner should find, or should not be fooled by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ductoscope.model import DoubleArray, freeze

LesionType = Literal[
    "polypoid solitary",
    "polypoid multiple",
    "superficial",
    "combined",
    # Not lesions, but they look like some:
    "fold",
    "debris",
    "clot",
    "fork edge",
]
"""The types of the Japanese Association of Mammary Ductoscopy (Breast Cancer 9:220, 2002), then look-alikes."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesion:
    """One lesion, or one look-alike, in words and in shape.

    id: "A", "B", ... in order of depth; look-alikes "a", "b", ... type: see LesionType.
    is_lesion: False for look-alikes.
    branch: id. arc_mm: its middle, along the branch from the branch's first row. depth_mm: along the duct from the
    nipple. wall_angle_deg: from right (0) towards down (90), in the branch's own frame.
    size_mm: longest extent. height_mm: above the wall at rest; near 0 for a superficial one.
    base: "stalk", "broad" or "none". surface: "smooth", "granular", "lobulated", "villous" or "rough".
    colour: "yellow", "white" or "red" (also "grey-white", "pale red", "brown" for old blood).
    bleeds: "no", "on contact" or "spontaneous". stiffness: of the wall beneath it, 1 to 4.
    obstructs: share of the resting lumen that it fills, 0 to 1; 1 is a plug. narrows: True for a circular stenosis.
    is_loose: True for debris and clots that flushing carries away.
    lobes: (K, 8): along_mm from arc_mm, around_deg from wall_angle_deg, height_mm of the ball's middle above the
        wall, radius_mm, R, G, B albedo 0..1, gloss 0..1. Empty (0, 8) for one that is only painted on the wall.
    """

    id: str
    type: LesionType
    is_lesion: bool
    branch: int
    arc_mm: float
    depth_mm: float
    wall_angle_deg: float
    size_mm: float
    height_mm: float
    base: str
    surface: str
    colour: str
    bleeds: str
    stiffness: float
    obstructs: float
    narrows: bool
    is_loose: bool
    lobes: DoubleArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "lobes", freeze(self.lobes))

"""Suggestion: a spot on the wall that an algorithm points out; a person confirms, corrects or dismisses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ductoscope.model.clinical.place import Depth, Measurement, Unmeasurable

WhatShows = Literal["stands out", "narrows", "plugs", "bleeds", "changes the wall"]
"""What is noticed. It is never a verdict of benign or malignant."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word from FINDING_TERMS, and how sure the program is of it, 0 to 1."""

    word: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One spot.

    id: stays the same while the spot is followed. shows: what is noticed; chance: that a person would mark it, 0 to 1.
    branch, depth, wall_angle_deg: its middle, the angle as in Wall; depth None without a scale.
    outline: (mm or radii along the branch from its depth 0, degrees) points on the unrolled wall.
    size: longest extent, or why there is none. terms: name in FINDING_TERMS to word.
    first_t_ns: when it was first suggested; last_t_ns: when it was last seen.
    frame: index of the frame that shows it best, and outline_xy: the outline in that frame, x, y as shares of the
        picture's side. now_xy: the same in the newest frame, empty when it was not seen in that one.
    """

    id: int
    shows: WhatShows
    chance: float
    branch: str
    depth: Depth | None
    wall_angle_deg: float
    outline: tuple[tuple[float, float], ...]
    size: Measurement | Unmeasurable
    first_t_ns: int
    last_t_ns: int
    frame: int
    outline_xy: tuple[tuple[float, float], ...] = ()
    terms: Mapping[str, Term] = field(default_factory=dict)
    now_xy: tuple[tuple[float, float], ...] = ()

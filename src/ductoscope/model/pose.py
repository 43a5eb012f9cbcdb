"""Pose and Lost: where the scope's tip is, or the honest answer that nobody can tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from ductoscope.model.clinical.place import Depth

LostReason = Literal["no view", "nothing to hold on to", "too fast", "motion does not fit", "not begun"]
"""Why the motion cannot be told: the wall is hidden (see the view's state); the wall shows too little to tell motion
along it or around it; it moved farther than can be followed; the picture changed in a way that no motion of the
tip explains; nothing was seen yet."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the tip is.

    branch: as in Place.branch, "" is the main duct, then L or R (M in the middle) at every fork as shown there.
    depth: how much shaft is inside, with sigma and origin; None when nothing gives a scale.
    travel_radii: the same as vision alone has it, in radii of the duct where it began; it has no scale.
    roll_deg: how far the picture has turned since the map began, clockwise as one looks ahead, and its sigma.
    """

    t_ns: int
    branch: str
    depth: Depth | None
    travel_radii: float
    roll_deg: float
    roll_sigma_deg: float


@dataclass(frozen=True, slots=True)
class Lost:
    """The motion cannot be told in this frame, and why.

    branch: where it was last. depth: what a sensor at the shaft still says; None without one.
    """

    t_ns: int
    reason: LostReason
    branch: str = ""
    depth: Depth | None = None


@dataclass(frozen=True, slots=True)
class DepthReading:
    """One reading of how much shaft is inside, in mm from the nipple's surface.

    t_ns: of the same stream clock as the frames. origin: "encoder", or "graduation" when a person keyed it in.
    """

    t_ns: int
    depth_mm: float
    sigma_mm: float
    origin: Literal["encoder", "graduation"]


@dataclass(frozen=True, slots=True)
class ToolSeen:
    """A tool of known width that a person marked from edge to edge in one picture.

    t_ns: when that was told; frame_t_ns: of the picture; both of the same stream clock as the frames. ends_xy: its two
    edges, straight across it, in the unit disc (x right, y down, the rim at radius 1), as in `place_pixels`.
    width_mm: with one standard deviation.
    """

    t_ns: int
    frame_t_ns: int
    ends_xy: tuple[tuple[float, float], tuple[float, float]]
    width_mm: float
    sigma_mm: float
    origin: Literal["tool"] = "tool"


Told = DepthReading | ToolSeen
"""What a sensor or a person tells beside the pictures: how deep the scope is, or how large something in them is."""


class DepthSensor(Protocol):
    """Something at the shaft that tells how far it is inside, in four verbs; used from one thread."""

    def open(self) -> str:
        """Start reading; returns its name for people. Raises SourceError, saying what to do."""

    def read(self) -> DepthReading | None:
        """Return the next reading, waiting for it at most half a second; None when none came.

        Raises SourceError when the sensor is gone; it may be opened again.
        """

    def zero(self) -> None:
        """Call this place 0 mm: the tip is at the nipple's surface."""

    def close(self) -> None:
        """Stop reading."""

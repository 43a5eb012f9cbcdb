"""Place and size of something in a duct, and the honest answer when they cannot be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ductoscope.model.clinical.words import check_range, check_text

DepthOrigin = Literal["encoder", "graduation", "visual", "manual"]


@dataclass(frozen=True, slots=True)
class Depth:
    """How much shaft is inside, from the nipple's surface, and how well that is known (one standard deviation)."""

    mm: float
    sigma_mm: float
    origin: DepthOrigin

    def __post_init__(self) -> None:
        check_range("Depth in mm", self.mm, 0, 200)
        check_range("Sigma of the depth in mm", self.sigma_mm, 0.01, 100)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is.

    orifice: its number in the record; branch: "" is the main duct, then L or R (M for the middle one of three) at every
    fork as the picture showed it; image_clock: hour on the picture, 0 < h <= 12, not the breast's clock.
    """

    orifice: int | None = None
    branch: str = ""
    depth: Depth | None = None
    image_clock: float | None = None

    def __post_init__(self) -> None:
        check_range("Hour on the picture", self.image_clock, 0, 12)
        check_text("Branch", self.branch, 12)


@dataclass(frozen=True, slots=True)
class Measurement:
    """A size, one standard deviation of it, how it was measured and what gave the scale."""

    value_mm: float
    sigma_mm: float
    method: str
    scale: str

    def __post_init__(self) -> None:
        check_range("Size in mm", self.value_mm, 0.01, 200)
        check_range("Sigma of the size in mm", self.sigma_mm, 0.001, 100)
        check_text("Method", self.method, is_needed=True)
        check_text("What gave the scale", self.scale, is_needed=True)


@dataclass(frozen=True, slots=True)
class Unmeasurable:
    """No size can be told, and why."""

    reason: str

    def __post_init__(self) -> None:
        check_text("Why there is no size", self.reason, is_needed=True)


UNPLACED = Place()
UNMEASURED = Unmeasurable("not measured")

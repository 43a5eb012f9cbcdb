"""The measured map of one duct, as it was accepted for the record: its drawing, and the wall of each branch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ductoscope.model.clinical.words import check_range, check_text


@dataclass(frozen=True, slots=True)
class MappedBranch:
    """One branch of a measured map.

    name: as in Place.branch. start, end: depths between which it was measured, in the map's unit; y: how high it lies
    on the drawing. well, badly: shares of its wall that were seen well and only badly; the rest was never seen.
    wall: sha256 of its unrolled wall's PNG in the media store, from start to end, width_px by height_px; "" where it
    was not entered, or nothing of its wall was seen.
    """

    name: str
    is_entered: bool
    start: float
    end: float
    y: float
    well: float = 0.0
    badly: float = 0.0
    wall: str = ""
    width_px: int = 0
    height_px: int = 0

    def __post_init__(self) -> None:
        check_text("A branch", self.name, 12)
        check_range("Share of wall seen well", self.well, 0, 1)
        check_range("Share of wall seen badly", self.badly, 0, 1)


@dataclass(frozen=True, slots=True)
class MeasuredMap:
    """The map of the duct behind one opening.

    orifice: its number in the record. drawing: sha256 of the SVG in the media store, width by height in units of its
    own; depth d lies at x = zero_x + d * per_unit on it. unit: "radii" of the duct where nothing gave a scale; scale:
    what gave it, in words. eye: what looked, with its version; software: the program's. is_simulated: the pictures came
    from the simulator.
    """

    orifice: int
    drawing: str
    unit: Literal["mm", "radii"]
    scale: str
    width: float
    height: float
    zero_x: float
    per_unit: float
    branches: tuple[MappedBranch, ...]
    eye: str
    software: str
    is_simulated: bool = False

    def __post_init__(self) -> None:
        check_range("Number of the opening", self.orifice, 1, 99)
        check_text("What gave the scale", self.scale)
        check_text("What looked", self.eye)
        check_text("The program's version", self.software)

    @property
    def pictures(self) -> tuple[str, ...]:
        """The sha256 of its drawing and of every wall."""
        return (self.drawing, *(one.wall for one in self.branches if one.wall))

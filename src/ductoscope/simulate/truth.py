"""Truth: everything about a simulated frame that a program under test must not know, and a test must."""

from __future__ import annotations

from dataclasses import dataclass

from ductoscope.model import BoolArray, DoubleArray, FloatArray, freeze
from ductoscope.simulate.hands import TipPose


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """The truth behind one frame.

    index: of the frame.
    pose: of the tip when the frame was taken.
    gain: of the camera's amplifier in that frame; the white picture has 1.
    core_light: (N, 3) linear light that entered each core; times `gain` it is what a perfect reading would give.
    centres_px: (N, 2) true core centres on the camera.
    dead: (N,) bool.
    """

    index: int
    pose: TipPose
    gain: float
    core_light: FloatArray
    centres_px: DoubleArray
    dead: BoolArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "core_light", freeze(self.core_light))
        object.__setattr__(self, "centres_px", freeze(self.centres_px))
        object.__setattr__(self, "dead", freeze(self.dead))

"""CoreImage: what the fibre saw."""

from __future__ import annotations

from dataclasses import dataclass

from ductoscope.model.arrays import BoolArray, FloatArray, freeze


@dataclass(frozen=True, slots=True)
class CalibrationFit:
    """How well the camera still sits on the calibration, judged on one frame.

    shift_xy_px: how far the cores have moved on the camera since calibration, (dx, dy); reading follows it.
    is_shifted: the shift is beyond what reading corrects without loss.
    new_dark: cores that have gone dark since calibration.
    colour_drift: largest relative change of a channel against the others since calibration, 0 is none.
    advice: None, or the sentence to show ("Recalibrate: ...").
    """

    shift_xy_px: tuple[float, float] = (0.0, 0.0)
    is_shifted: bool = False
    new_dark: int = 0
    colour_drift: float = 0.0
    advice: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CoreImage:
    """One colour per fibre core: the sensor's true picture, on which all imaging work happens.

    index, t_ns: those of the Frame it was read from.
    light_lin: (N, C) float32, linear light per core; 1 is the calibration white, values above 1 are kept.
    valid: (N,) bool, False where the core is dead or has gone dark and the value was filled from neighbours.
    fit: how well the camera still sits on the calibration.
    """

    index: int
    t_ns: int
    light_lin: FloatArray
    valid: BoolArray
    fit: CalibrationFit = CalibrationFit()

    def __post_init__(self) -> None:
        object.__setattr__(self, "light_lin", freeze(self.light_lin))
        object.__setattr__(self, "valid", freeze(self.valid))

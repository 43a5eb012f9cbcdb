"""How a duct yields to pressure: it opens from a slit, then it stretches, and its folds smooth out.

No intraductal pressure has been published; the constants are assumptions and settings of the world.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ductoscope.model import DoubleArray


@dataclass(frozen=True, slots=True)
class Distension:
    """How soft ducts are.

    gain: a soft duct's diameter grows at most to 1 + gain times. yield_mmhg: the pressure that brings 63 % of that.
    round_mmhg: from here on the lumen is round. collapsed_ratio: short by long axis without pressure.
    """

    gain: float = 1.0
    yield_mmhg: float = 25.0
    round_mmhg: float = 30.0
    collapsed_ratio: float = 0.2

    def stretch(self, pressure_mmhg: float, stiffness: DoubleArray) -> DoubleArray:
        """Diameter by resting diameter, D = D0 (1 + gain / stiffness (1 - exp(-P / yield)))."""
        share = 1.0 - float(np.exp(-max(pressure_mmhg, 0.0) / self.yield_mmhg))
        return np.asarray(1.0 + self.gain * share / stiffness, dtype=np.float64)

    def roundness(self, pressure_mmhg: float) -> float:
        """Short by long axis of the lumen: `collapsed_ratio` when nothing holds it open, 1 when it is round."""
        share = min(max(pressure_mmhg, 0.0) / self.round_mmhg, 1.0)
        return self.collapsed_ratio + (1.0 - self.collapsed_ratio) * share

    def fold_share(self, pressure_mmhg: float) -> float:
        """How much of its folds' height a wall keeps: all without pressure, a quarter when fully stretched."""
        return 0.25 + 0.75 * float(np.exp(-max(pressure_mmhg, 0.0) / self.yield_mmhg))

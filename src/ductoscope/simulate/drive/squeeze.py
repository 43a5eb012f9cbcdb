"""The other hand, at the syringe: it squeezes until the duct is wide, lets go, and squeezes again."""

from __future__ import annotations

import numpy as np

from ductoscope.simulate.drive.pressure import find_flush
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.settings import WorldSettings

_OVER = 1.25
"""It aims somewhat above the working pressure, to be there sooner, but never near the one that tears a duct."""
_TIRES_PER_S = 0.03
"""Now and then the assistant rests and the duct falls shut (assumed)."""
_RESTS_S = (2.5, 4.5)
_CLOUDED_PER_MM = 0.12
_LEAST_SQUEEZE_S = 1.0


class Squeeze:
    """The rhythm of one assistant's hand. Remembers whether it is squeezing; ask it once for every step."""

    def __init__(self, rng: np.random.Generator, settings: WorldSettings) -> None:
        self._rng = rng
        self._working_mmhg = settings.working_mmhg
        safe_mmhg = (settings.working_mmhg + settings.burst_mmhg) / 2.0
        self._flush = find_flush(min(_OVER * settings.working_mmhg, safe_mmhg))
        self._is_on, self._is_asked, self._rest_s, self._stays_s = True, False, 0.0, 0.0

    def ask(self) -> None:
        """Somebody asks for more: the next step squeezes, whatever the rhythm."""
        self._is_asked = True

    def step(self, state: ExamState, dt_s: float) -> float:
        """How hard to flush now, 0 to 1."""
        pressure_mmhg = state.fluid.pressure_mmhg
        self._rest_s = max(self._rest_s - dt_s, 0.0)
        if self._rng.uniform() < _TIRES_PER_S * dt_s:
            self._rest_s = self._rng.uniform(*_RESTS_S)
        if pressure_mmhg > 1.05 * self._working_mmhg:
            self._is_on = False
        elif pressure_mmhg < 0.6 * self._working_mmhg:
            self._is_on = True
        is_clouded = max(state.fluid.turbid_per_mm, state.fluid.blood_per_mm / 3.0) > _CLOUDED_PER_MM
        is_wanted = (self._is_on and self._rest_s == 0.0) or is_clouded or self._is_asked
        self._is_asked = False
        # A hand does not flutter: what it begins lasts a second.
        self._stays_s = _LEAST_SQUEEZE_S if is_wanted else max(self._stays_s - dt_s, 0.0)
        return self._flush if self._stays_s > 0.0 else 0.0

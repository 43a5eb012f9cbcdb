"""A simulated sensor at the shaft: a wheel that counts, with noise, slack, stretch, and now and then nothing to say."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, replace

import numpy as np

from ductoscope.model import DepthReading, SourceError
from ductoscope.simulate.scope import SimulatedScope

_DRAWN, _READ = 16, 17
"""Streams of chance."""

NOISE_MM = 0.15
"""What such sensors state, 0.1 to 0.2 mm (IMAGING facts, section 4)."""
READINGS_PER_S = 20.0
_SLACK_MM = (0.2, 1.0)
_STRETCH_SIGMA, _MOST_STRETCH = 0.02, 0.05
_DROPOUTS_PER_S, _DROPOUT_S = 1.0 / 20.0, (0.3, 2.0)
"""All assumed."""
_WAIT_S = 0.5
_WAITING = 4000


@dataclass(frozen=True, slots=True)
class EncoderFaults:
    """What is wrong with one sensor.

    noise_mm: of every reading. slack_mm: how far the shaft moves after a reversal before the wheel turns. stretch:
    share by which it counts too much. dropouts_per_s: how often it falls silent. rate_hz: readings a second.
    """

    noise_mm: float = NOISE_MM
    slack_mm: float = 0.0
    stretch: float = 0.0
    dropouts_per_s: float = 0.0
    rate_hz: float = READINGS_PER_S


def draw_faults(seed: int) -> EncoderFaults:
    """The faults of the sensor that belongs to a simulated examination."""
    rng = np.random.default_rng([seed, _DRAWN])
    stretch = float(np.clip(rng.normal(0.0, _STRETCH_SIGMA), -_MOST_STRETCH, _MOST_STRETCH))
    return EncoderFaults(NOISE_MM, float(rng.uniform(*_SLACK_MM)), stretch, _DROPOUTS_PER_S)


@dataclass(frozen=True, slots=True)
class EncoderState:
    """What a sensor remembers: its last moment, where the wheel is, its readings so far, until when it is silent."""

    t_ns: int
    depth_mm: float
    wheel_mm: float
    readings: int = 0
    silent_until_ns: int = 0


def begin_encoder(t_ns: int, depth_mm: float) -> EncoderState:
    """A sensor that was zeroed at the nipple's surface, and the shaft pushed in from there."""
    return EncoderState(t_ns, depth_mm, depth_mm)


def step_encoder(
    state: EncoderState, faults: EncoderFaults, seed: int, t_ns: int, depth_mm: float
) -> tuple[EncoderState, tuple[DepthReading, ...]]:
    """The readings between the last moment and this one; the shaft moves evenly meanwhile.

    The wheel lags as a gear with play does: it stands while the shaft takes the slack up (Nordin & Gutman,
    Automatica 38:1633, 2002). The same seed and the same moments give the same readings.
    """
    period_ns = round(1e9 / faults.rate_hz)
    span_ns = max(t_ns - state.t_ns, 1)
    wheel_mm, silent_until_ns, count = state.wheel_mm, state.silent_until_ns, state.readings
    readings = []
    for tick in range(state.t_ns // period_ns + 1, t_ns // period_ns + 1):
        at_ns = tick * period_ns
        share = (at_ns - state.t_ns) / span_ns
        shaft_mm = state.depth_mm + share * (depth_mm - state.depth_mm)
        wheel_mm = min(max(wheel_mm, shaft_mm), shaft_mm + faults.slack_mm)
        rng = np.random.default_rng([seed, _READ, count])
        noise_mm, falls_silent, silent_s = rng.normal(), rng.uniform(), rng.uniform(*_DROPOUT_S)
        count += 1
        if falls_silent < faults.dropouts_per_s / faults.rate_hz and at_ns >= silent_until_ns:
            silent_until_ns = at_ns + round(1e9 * silent_s)
        if at_ns >= silent_until_ns:
            said_mm = (1.0 + faults.stretch) * wheel_mm + faults.noise_mm * noise_mm
            readings.append(DepthReading(at_ns, round(said_mm, 2), faults.noise_mm or 0.01, "encoder"))
    wheel_mm = min(max(wheel_mm, depth_mm), depth_mm + faults.slack_mm)
    return EncoderState(t_ns, depth_mm, wheel_mm, count, silent_until_ns), tuple(readings)


class SimulatedEncoder:
    """The sensor at a simulated scope's shaft; whoever drives, it reads along with the pictures.

    scope: told to show its shaft while the sensor is open. faults: drawn from the scope's seed when not given.
    """

    def __init__(self, scope: SimulatedScope, faults: EncoderFaults | None = None) -> None:
        self._scope = scope
        self._seed = scope.spec.seed
        self._faults = faults or draw_faults(self._seed)
        self._changed = threading.Condition()
        self._waiting: deque[DepthReading] = deque(maxlen=_WAITING)
        self._state: EncoderState | None = None
        self._is_open = False
        self._last_mm = 0.0
        self._zero_mm = 0.0

    def open(self) -> str:
        """Begin to watch the shaft."""
        with self._changed:
            self._is_open = True
            self._waiting.clear()
        self._scope.watch_shaft(self._note)
        return "Simulated depth sensor"

    def read(self) -> DepthReading | None:
        """Return the next reading, waiting for it at most half a second; None when none came."""
        with self._changed:
            if not self._is_open:
                raise SourceError("The simulated depth sensor is not open: open it before reading.")
            self._changed.wait_for(lambda: self._waiting or not self._is_open, _WAIT_S)
            if not self._waiting:
                return None
            reading = self._waiting.popleft()
            self._last_mm = reading.depth_mm
            return replace(reading, depth_mm=reading.depth_mm - self._zero_mm)

    def zero(self) -> None:
        """Call this place 0 mm."""
        with self._changed:
            self._zero_mm = self._last_mm

    def close(self) -> None:
        """Stop watching; safe to call twice."""
        self._scope.watch_shaft(None)
        with self._changed:
            self._is_open = False
            self._changed.notify_all()

    def _note(self, t_ns: int, shaft_mm: float) -> None:
        with self._changed:
            if self._state is None or t_ns <= self._state.t_ns:
                self._state = begin_encoder(t_ns, shaft_mm)
                return
            self._state, readings = step_encoder(self._state, self._faults, self._seed, t_ns, shaft_mm)
            self._waiting.extend(readings)
            self._changed.notify_all()

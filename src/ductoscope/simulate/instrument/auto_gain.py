"""Automatic gain: the amplifier follows the picture's brightness, late and too far, so the picture "pumps"."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

STEP_S = 0.1


@dataclass(frozen=True, slots=True)
class AutoGainSettings:
    """How the amplifier behaves.

    target: mean light that it wants. strength: 0 leaves the gain at 1, 1 removes all difference.
    delay_s: time constant of its answer. overshoot: 0 is calm, 0.5 swings past the aim and back.
    lowest, highest: the gain's limits.
    """

    target: float = 0.36
    strength: float = 0.7
    delay_s: float = 0.5
    overshoot: float = 0.3
    lowest: float = 0.5
    highest: float = 3.0


@dataclass(frozen=True, slots=True)
class GainState:
    """The gain now, and how fast it moves (a second)."""

    gain: float = 1.0
    speed: float = 0.0


def step_gain(state: GainState, mean_light: float, settings: AutoGainSettings) -> GainState:
    """Follow the picture for one step of 0.1 s: a damped spring towards the wanted gain."""
    wanted = (settings.target / max(mean_light, 1e-3)) ** settings.strength
    wanted = min(max(wanted, settings.lowest), settings.highest)
    stiffness = 1.0 / settings.delay_s**2
    damping = 2.0 * (1.0 - settings.overshoot) / settings.delay_s
    speed = state.speed + STEP_S * (stiffness * (wanted - state.gain) - damping * state.speed)
    gain = min(max(state.gain + STEP_S * speed, settings.lowest), settings.highest)
    return replace(state, gain=gain, speed=speed)


class GainCurve:
    """The gain at any time, worked out once from the start of the stream and remembered."""

    def __init__(self, mean_light_at: Callable[[float], float], settings: AutoGainSettings) -> None:
        self._mean_light_at = mean_light_at
        self._settings = settings
        self._states = [GainState()]
        self._lock = threading.Lock()

    def gain_at(self, t_s: float) -> float:
        """The gain `t_s` seconds after the start, between the steps on a straight line."""
        at = max(t_s, 0.0) / STEP_S
        first = int(at)
        with self._lock:
            while len(self._states) < first + 2:
                light = self._mean_light_at((len(self._states) - 1) * STEP_S)
                self._states.append(step_gain(self._states[-1], light, self._settings))
        here, after = self._states[first].gain, self._states[first + 1].gain
        return here + (at - first) * (after - here)

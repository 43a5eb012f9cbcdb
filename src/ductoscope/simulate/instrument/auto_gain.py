"""Automatic gain: the amplifier follows the picture's brightness, late and too far, so the picture "pumps"."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

LONGEST_STEP_S = 0.1
"""Longer steps are cut into several: the spring would swing ever wider."""


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
    lowest: float = 0.25
    highest: float = 4.0


@dataclass(frozen=True, slots=True)
class GainState:
    """The gain now, and how fast it moves (a second)."""

    gain: float = 1.0
    speed: float = 0.0


def step_gain(state: GainState, mean_light: float, settings: AutoGainSettings, dt_s: float) -> GainState:
    """Follow the picture for `dt_s` seconds: a damped spring towards the wanted gain."""
    wanted = (settings.target / max(mean_light, 1e-3)) ** settings.strength
    wanted = min(max(wanted, settings.lowest), settings.highest)
    stiffness = 1.0 / settings.delay_s**2
    damping = 2.0 * (1.0 - settings.overshoot) / settings.delay_s
    steps = max(1, math.ceil(dt_s / LONGEST_STEP_S - 1e-9))
    for _ in range(steps):
        speed = state.speed + dt_s / steps * (stiffness * (wanted - state.gain) - damping * state.speed)
        gain = min(max(state.gain + dt_s / steps * speed, settings.lowest), settings.highest)
        state = replace(state, gain=gain, speed=speed)
    return state

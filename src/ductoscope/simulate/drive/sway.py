"""What moves the tip besides the hand: the patient's breath, slow swaying, and a faint tremor."""

from __future__ import annotations

import math
import zlib
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.settings import WorldSettings

_AMPLITUDES = (0.7, 0.5, 0.3, 0.2, 0.02)
"""Of two slow wanderings, two faster ones and a tremor (assumed)."""
_RATES_HZ = ((0.02, 0.09), (0.02, 0.09), (0.1, 0.35), (0.1, 0.35), (6.0, 10.0))
"""Where their rates lie; a hand's tremor has 6 to 10 Hz."""
_WAVES = 6
_STEADIED = 0.3
"""A hand that holds the shaft at the nipple takes so much of the swaying over (assumed)."""


class Sway(NamedTuple):
    """How far the tip is from where the hand alone would have it: mm along, right and down; degrees; degrees."""

    along_mm: float = 0.0
    right_mm: float = 0.0
    down_mm: float = 0.0
    tilt_x_deg: float = 0.0
    tilt_y_deg: float = 0.0
    roll_deg: float = 0.0


def sway_at(tree: DuctTree, settings: WorldSettings, t_s: float, *, is_held: bool = False) -> Sway:
    """The swaying at a time: a sum of waves, so that it does not depend on the length of a step.

    Its size is `settings.unsteadiness`, 1 for a usual hand and patient: 0.18 mm of breath along the duct, 0.2 mm
    across, 5 degrees of tilt and 14 of roll at most times (assumed). The phases belong to the tree.
    """
    size = settings.unsteadiness * (_STEADIED if is_held else 1.0)
    if size == 0.0:
        return Sway()
    waves = [
        sum(amplitude * math.sin(rate * t_s + phase) for amplitude, rate, phase in wave)
        for wave in _draw_waves(number_tree(tree))
    ]
    breath = math.sin(2.0 * math.pi * settings.breathing_hz * t_s)
    return Sway(
        along_mm=size * (0.18 * breath + 0.05 * waves[0]),
        right_mm=size * (0.16 * waves[1] + 0.03 * breath),
        down_mm=size * (0.16 * waves[2] + 0.05 * breath),
        tilt_x_deg=size * (5.0 * waves[3] + 0.8 * breath),
        tilt_y_deg=size * 5.0 * waves[4],
        roll_deg=size * 14.0 * waves[5],
    )


def number_tree(tree: DuctTree) -> int:
    """A number that belongs to this tree: chance that nobody passes a generator for, such as a breath's phase."""
    return zlib.crc32(tree.branches[0].line[-1].tobytes())


@lru_cache(maxsize=64)
def _draw_waves(seed: int) -> tuple[tuple[tuple[float, float, float], ...], ...]:
    """Six waves of five parts each: amplitude, angular rate (rad/s), phase."""
    rng = np.random.default_rng(seed)
    return tuple(
        tuple(
            (amplitude, 2.0 * math.pi * float(rng.uniform(low, high)), float(rng.uniform(0.0, 2.0 * math.pi)))
            for amplitude, (low, high) in zip(_AMPLITUDES, _RATES_HZ, strict=True)
        )
        for _ in range(_WAVES)
    )

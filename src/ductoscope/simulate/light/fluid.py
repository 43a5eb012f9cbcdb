"""The fluid before the tip: what it takes from light on the way there and back, and what it sends back itself."""

from __future__ import annotations

import numpy as np

from ductoscope.model import DoubleArray
from ductoscope.simulate.drive.state import FluidState
from ductoscope.simulate.light.kernel import kernel
from ductoscope.simulate.light.shade import POWER

TURBID_RATIO = np.array([0.95, 1.0, 1.08])
"""Extinction of milky fluid in red, green and blue, by green: large fat droplets scatter nearly white (assumed)."""

BLOOD_RATIO = np.array([0.08, 1.0, 1.6])
"""Extinction of blood, by green: oxyhaemoglobin over 580-660, 500-570 and 430-490 nm (Prahl, "Optical absorption of
hemoglobin", Oregon Medical Laser Center, 1999: about 3,000, 38,000 and 62,000 /cm/M)."""

_TURBID_GLOW = np.array([1.0, 0.98, 0.92])
_BLOOD_GLOW = np.array([0.55, 0.05, 0.03])
_BACKWARD = 0.25
"""Share of isotropic scattering that goes straight back: fat and cells scatter mostly forward (assumed)."""
_LOST_THERE = 0.4
_OVERLAP_MM = 0.35
_SAMPLES = 64
_FARTHEST_MM = 60.0


def extinction_per_mm(fluid: FluidState) -> DoubleArray:
    """What light loses in red, green and blue on its way there and on its way back, (2, 3); nothing in air.

    Milk scatters mostly forward, so most of the light that it takes out of the way there reaches the wall all the same;
    on the way back it is lost to the picture.
    """
    if fluid.is_air:
        return np.zeros((2, 3))
    turbid, blood = fluid.turbid_per_mm * TURBID_RATIO, fluid.blood_per_mm * BLOOD_RATIO
    return np.stack([_LOST_THERE * turbid + blood, turbid + blood])


def make_veils(fluid: FluidState, light_offset_mm: float) -> DoubleArray:
    """Light that the fluid sends back from before each distance t, (64, 3); row 63 t / (1 + t) for t in mm.

    Single scattering along the ray: POWER / (t^2 + offset^2) there, extinction there and back, from where the light's
    cone and the view overlap.
    """
    per_mm = extinction_per_mm(fluid)
    if not per_mm.any():
        return np.zeros((_SAMPLES, 3))
    share = np.linspace(0.0, _FARTHEST_MM / (1.0 + _FARTHEST_MM), 4 * _SAMPLES)
    t = share / (1.0 - share)
    reaches = 1.0 - np.exp(-((t / _OVERLAP_MM) ** 2))
    lit = POWER * reaches / (t**2 + max(light_offset_mm, 0.05) ** 2)
    glow = fluid.turbid_per_mm * _TURBID_GLOW + fluid.blood_per_mm * _BLOOD_GLOW
    sent = 0.25 * _BACKWARD * glow * lit[:, None] * np.exp(-per_mm.sum(axis=0) * t[:, None])
    steps = 0.5 * (sent[1:] + sent[:-1]) * np.diff(t)[:, None]
    total = np.concatenate([np.zeros((1, 3)), np.cumsum(steps, axis=0)])
    wanted = np.linspace(0.0, 1.0, _SAMPLES)
    return np.stack([np.interp(wanted, share, total[:, k]) for k in range(3)], axis=1)


@kernel
def veil_before(veils, gone):  # type: ignore[no-untyped-def]
    """Red, green and blue of the veil before a distance, of the table that `make_veils` made."""
    at = min(gone / (1.0 + gone), 0.9999) * (veils.shape[0] - 1)
    row = int(at)
    part = at - row
    return (
        veils[row, 0] + part * (veils[row + 1, 0] - veils[row, 0]),
        veils[row, 1] + part * (veils[row + 1, 1] - veils[row, 1]),
        veils[row, 2] + part * (veils[row + 1, 2] - veils[row, 2]),
    )

"""How far a calibration can be trusted, in words."""

from __future__ import annotations

from typing import Literal

from ductoscope.model import BundleQuality

# (at least this much is poor, this much is fair) of what harms a picture.
_DEAD = (0.10, 0.03)
_SATURATED = (0.20, 0.02)
# (below this is poor, below this is fair) of what makes one.
_CONTRAST = (0.05, 0.12)
_LEVEL = (0.03, 0.10)


def grade(
    calibrated_from: Literal["white", "frames"],
    contrast: float,
    saturated: float,
    dead: float,
    level: float,
    notes: tuple[str, ...] = (),
) -> BundleQuality:
    """Grade a calibration.

    contrast: see BundleQuality. saturated, dead: shares of the cores. level: median light of a core in full scales.
    notes: what is already known to lower the grade; each makes it at most "fair".
    """
    found: list[tuple[int, str]] = [(1, note) for note in notes]
    if (worst := _too_low(contrast, _CONTRAST)) > 0:
        found.append((worst, f"Cores stand out little from their gaps (contrast {contrast:.2f}): focus the camera."))
    if (worst := _too_low(level, _LEVEL)) > 0:
        found.append((worst, f"The picture is dark (cores reach {level:.0%} of the camera's range): give more light."))
    if (worst := _too_high(saturated, _SATURATED)) > 0:
        found.append((worst, f"{saturated:.1%} of the cores are overexposed: give less light."))
    if (worst := _too_high(dead, _DEAD)) > 0:
        found.append((worst, f"{dead:.1%} of the cores carry no usable light and are filled from their neighbours."))
    words: tuple[Literal["good", "fair", "poor"], ...] = ("good", "fair", "poor")
    worst = max((harm for harm, _ in found), default=0)
    return BundleQuality(calibrated_from, contrast, saturated, words[worst], tuple(note for _, note in found))


def _too_low(value: float, limits: tuple[float, float]) -> int:
    return 2 if value < limits[0] else int(value < limits[1])


def _too_high(value: float, limits: tuple[float, float]) -> int:
    return 2 if value > limits[0] else int(value > limits[1])

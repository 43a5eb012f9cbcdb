"""The classical eye: plain rules, no network. It stands in where a network may not be used, and beside it in the score.

Light falls off with the square of the distance, so darkness is distance; dark lumens side by side are mouths; what is
unlike its surroundings stands out; the kind of view is weighed from some thirty signs of the whole picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import cv2
import numpy as np

from ductoscope.detect.dark_lumens import find_dark_lumens
from ductoscope.detect.picture_signs import LEAST_LIGHT, WHITE_LIGHT, read_signs
from ductoscope.detect.weigh_signs import weigh_signs
from ductoscope.model import BoolArray, FloatArray, Outlook, Raster
from ductoscope.model.view_state import HIDES_WALL, ViewWord

_SOFT = 1.2
_AROUND = 9.0
"""Pixels over which a pixel's surroundings are averaged."""
_UNUSUAL = 3.5
"""Median deviations from its surroundings at which a pixel is as likely as not to be something else."""
_MOST_SPOT = 0.8
_WORDS: tuple[ViewWord, ...] = get_args(ViewWord)


@dataclass(frozen=True, slots=True)
class ClassicalEye:
    """Plain rules."""

    name: str = "classical 1"

    def look_out(self, raster: Raster) -> Outlook:
        """Tell what one raster shows."""
        seen = raster.seen
        chances = dict.fromkeys(_WORDS, 0.0) | weigh_signs(read_signs(raster))
        grey = np.maximum(raster.light_lin.mean(axis=2), np.float32(LEAST_LIGHT))
        soft = _soften(grey, seen, _SOFT)
        distance = np.where(seen, 1.0 / np.sqrt(np.maximum(soft, np.float32(LEAST_LIGHT))), 0.0)
        hidden = sum(chances[word] for word in HIDES_WALL)
        mouth, edge = find_dark_lumens(soft, seen)
        return Outlook(
            index=raster.index,
            t_ns=raster.t_ns,
            distance=distance.astype(np.float32),
            mouth=mouth * np.float32(1.0 - hidden),
            edge=edge * np.float32(1.0 - hidden),
            spot=_find_unusual(raster, grey, soft) * np.float32(1.0 - hidden),
            clear=_judge_clear(raster, grey, soft) * np.float32((1.0 - hidden) * (1.0 - chances["defocused"])),
            chances=chances,
            eye=self.name,
        )


def _soften(values: FloatArray, seen: BoolArray, sigma: float) -> FloatArray:
    """Blur inside the rim only, so that the black around it does not leak in."""
    share = cv2.GaussianBlur(seen.astype(np.float32), (0, 0), sigma)
    blurred = cv2.GaussianBlur(values * seen, (0, 0), sigma)
    return np.asarray(blurred / np.maximum(share, np.float32(1e-3)) * seen, dtype=np.float32)


def _find_unusual(raster: Raster, grey: FloatArray, soft: FloatArray) -> FloatArray:
    """How much each pixel's colour and brightness differ from its surroundings, as a chance."""
    seen = raster.seen
    if not seen.any():
        return np.zeros(seen.shape, dtype=np.float32)
    light = np.maximum(raster.light_lin, np.float32(LEAST_LIGHT))
    odd = np.zeros(seen.shape, dtype=np.float32)
    for value in (np.log(soft + np.float32(1e-6)), np.log(light[..., 0] / light[..., 1]), np.log(grey / light[..., 2])):
        calm = _soften(value.astype(np.float32), seen, 1.5)
        unlike = calm - _soften(calm, seen, _AROUND)
        usual = float(np.median(np.abs(unlike[seen]))) + 0.01
        odd += (unlike / np.float32(usual)) ** 2
    far = np.sqrt(odd) / _UNUSUAL
    return np.asarray(_MOST_SPOT * far**2 / (1.0 + far**2) * seen, dtype=np.float32)


def _judge_clear(raster: Raster, grey: FloatArray, soft: FloatArray) -> FloatArray:
    """Where the wall can be seen: lit, not saturated, and no glint or floating fleck, which are bright and small."""
    white = raster.light_lin.min(axis=2) >= WHITE_LIGHT
    lit = np.clip((soft - np.float32(0.01)) / np.float32(0.03), 0.0, 1.0)
    fleck = np.clip((grey / np.maximum(_soften(grey, raster.seen, 4.0), np.float32(LEAST_LIGHT)) - 1.4) / 0.6, 0.0, 1.0)
    return np.asarray(lit * (1.0 - fleck) * ~white * raster.seen, dtype=np.float32)

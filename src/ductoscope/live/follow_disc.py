"""Notice when the disc jumps or changes size on the tower's screen, and find it again.

Looking for the disc in every picture would cost more than reading it. So every picture is only looked at on a ring
just outside the disc, where it was dark, and on one just inside; when either has changed, or the cores are not
where they should be, the disc is looked for anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ductoscope.live.find_disc import find_disc
from ductoscope.live.survey_video import is_same_place
from ductoscope.model import FloatArray, PictureArray, Rim

_ANGLES = 90
_OUTSIDE_PITCHES, _INSIDE = 1.3, 0.9
_LIT_STEP = 16.0  # of 255: so much brighter than it was, and something new lies there
_CHANGED = 0.1  # share of the ring
_SURE_ARC = 0.75
_PATIENCE = 5  # pictures between two looks when something stays odd


@dataclass(frozen=True, slots=True, eq=False)
class DiscPlace:
    """Where the disc is believed to be.

    rim: its circle on the screen. pitch_px: of its cores. around: (90,) light just outside, as it was when found.
    rest: pictures to wait before looking for it again.
    """

    rim: Rim
    pitch_px: float
    around: FloatArray
    rest: int = 0


def start_place(rim: Rim, pitch_px: float) -> DiscPlace:
    """Begin with a disc at `rim` on a dark surround."""
    return DiscPlace(rim, pitch_px, np.zeros(_ANGLES, np.float32))


def step_place(place: DiscPlace, screen: PictureArray, is_doubted: bool) -> tuple[DiscPlace, Rim]:
    """Look at the next screen, (H, W) uint8, and say where the disc is; `is_doubted` when the cores do not fit.

    Where no disc is seen (a black picture, a menu), the place stays as it was.
    """
    if place.rest:
        return replace(place, rest=place.rest - 1), place.rim
    outside = _ring(screen, place.rim, 1 + _OUTSIDE_PITCHES * place.pitch_px / place.rim.radius_px)
    is_odd = float((outside > place.around + _LIT_STEP).mean()) > _CHANGED
    is_smaller = float(np.median(_ring(screen, place.rim, _INSIDE))) < 0.3 * float(
        np.median(_ring(screen, place.rim, 0.5))
    )
    if not (is_odd or is_smaller or is_doubted):
        return place, place.rim
    disc = find_disc(screen)
    if disc is None or disc.arc < _SURE_ARC or is_same_place(place.rim, disc.rim):
        # The same disc with something new beside it (a text came up): get used to it.
        around = np.maximum(place.around, outside) if disc is not None and is_odd else place.around
        return replace(place, around=around, rest=_PATIENCE), place.rim
    moved = DiscPlace(disc.rim, place.pitch_px * disc.rim.radius_px / place.rim.radius_px, place.around)
    reach = 1 + _OUTSIDE_PITCHES * moved.pitch_px / moved.rim.radius_px
    return replace(moved, around=_ring(screen, moved.rim, reach)), moved.rim


def _ring(screen: PictureArray, rim: Rim, share: float) -> FloatArray:
    """Light on a circle of `share` of the radius; 0 outside the screen."""
    angles = np.linspace(0, 2 * np.pi, _ANGLES, endpoint=False)
    x = (rim.x_px + share * rim.radius_px * np.cos(angles)).astype(np.float32)
    y = (rim.y_px + share * rim.radius_px * np.sin(angles)).astype(np.float32)
    light = cv2.remap(screen, x[:, None], y[:, None], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(light[:, 0], dtype=np.float32)

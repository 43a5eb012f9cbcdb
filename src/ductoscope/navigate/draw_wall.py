"""Draw one branch's unrolled wall as a picture: along the duct to the right, around it upwards."""

from __future__ import annotations

import math
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from ductoscope.model import BADLY, NEVER, Branch, PictureArray, Wall

HEIGHT_PX = 288
_USUAL_RADIUS = {"mm": 0.9, "radii": 1.0}
_WIDEST_PX, _NARROWEST_PX = 2400, 160
_MARGIN_PX = 34
_HATCH_PX = 12
_BARS = (1, 2, 5, 10, 20)
_GROUND, _INK, _NEVER_LIGHT, _NEVER_DARK = 250, 40, 216, 150


def draw_wall(
    branch: Branch,
    wall: Wall,
    unit: Literal["mm", "radii"] = "mm",
    *,
    height_px: int = HEIGHT_PX,
    has_bar: bool = True,
) -> PictureArray:
    """Draw a wall to scale, (H, W, 3) uint8: what was seen only badly is paler, what was never seen is hatched.

    Lengths along and around have the same scale where the branch's radius is known. height_px: of the wall. has_bar:
    below it is a bar of scale.
    """
    radius = branch.radius or _USUAL_RADIUS[unit]
    per_unit = height_px / (2.0 * math.pi * radius)
    length = max(len(wall.seen) * wall.step, 1e-6)
    width = int(min(max(round(length * per_unit), _NARROWEST_PX), _WIDEST_PX))
    size = (width, height_px)
    # Rows lie along the duct, columns around it, the angle counted upwards.
    light = np.flip(wall.light_lin.transpose(1, 0, 2), axis=0)
    seen = np.flip(wall.seen.T, axis=0)
    picture = cv2.resize(_develop(light), size, interpolation=cv2.INTER_LINEAR)
    seen_px = cv2.resize(np.ascontiguousarray(seen), size, interpolation=cv2.INTER_NEAREST)
    pale = np.mean(picture, axis=-1, keepdims=True) * 0.35 + 150.0
    picture = np.where((seen_px == BADLY)[..., None], pale, picture)
    rows, columns = np.mgrid[:height_px, :width]
    is_line = (rows + columns) % _HATCH_PX < 2
    hatch = np.where(is_line, _NEVER_DARK, _NEVER_LIGHT)[..., None]
    picture = np.where((seen_px == NEVER)[..., None], hatch, picture)
    drawn = np.clip(picture, 0, 255).astype(np.uint8)
    if not has_bar:
        return drawn
    framed = np.full((height_px + _MARGIN_PX, width, 3), _GROUND, np.uint8)
    framed[:height_px] = drawn
    _draw_bar(framed, width / length, unit)
    return framed


def _develop(light_lin: NDArray[np.float32]) -> NDArray[np.float32]:
    """Make linear light fit for eyes: the brightest hundredth is white, and the eye's gamma."""
    lit = light_lin[light_lin.max(axis=-1) > 0.0]
    white = float(np.percentile(lit, 99.0)) if lit.size else 1.0
    developed = 255.0 * np.clip(light_lin / max(white, 1e-6), 0.0, 1.0) ** (1.0 / 2.2)
    # Cells never seen take their row's middle colour, so that no black bleeds into their neighbours.
    empty = light_lin.max(axis=-1) <= 0.0
    middle = developed[~empty].mean(axis=0) if (~empty).any() else np.full(3, 128.0)
    developed[empty] = middle
    return np.asarray(developed, dtype=np.float32)


def _draw_bar(framed: NDArray[np.uint8], px_per_unit: float, unit: str) -> None:
    room = framed.shape[1] - 110
    units = max((bar for bar in _BARS if bar * px_per_unit <= min(room, 400)), default=_BARS[0])
    left, top = 12, len(framed) - _MARGIN_PX + 12
    right = left + round(units * px_per_unit)
    cv2.rectangle(framed, (left, top), (right, top + 7), (_INK,) * 3, -1)
    middle = (left + right) // 2
    cv2.rectangle(framed, (left + 1, top + 1), (middle, top + 6), (_GROUND,) * 3, -1)
    place = (right + 8, top + 10)
    cv2.putText(framed, f"{units} {unit}", place, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (_INK,) * 3, 1, cv2.LINE_AA)

"""A straight duct with balls on its wall, drawn by hand: what a perfect eye and a perfect map would say of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ductoscope.model import DoubleArray, Outlook, Pose, Raster, Scope, ViewJudgement, place_pixels
from ductoscope.model.clinical import Depth
from ductoscope.model.view_state import ViewWord
from ductoscope.model.wall_sight import WallSight

SCOPE = Scope()
PLACES = place_pixels()
RAYS = SCOPE.look_along(PLACES)
SEEN = np.hypot(PLACES[..., 0], PLACES[..., 1]) <= 1.0
FRAME_NS = 80_000_000
WALL_LIGHT = (0.45, 0.3, 0.25)


@dataclass(frozen=True)
class Ball:
    """A ball on the wall: its depth along the duct, direction, radius and light."""

    depth_mm: float
    angle_deg: float
    radius_mm: float
    light: tuple[float, float, float] = (0.5, 0.5, 0.5)
    belief: float = 0.95


@dataclass(frozen=True)
class Duct:
    """A straight duct with its axis ahead of the tip."""

    radius_mm: float = 1.2
    balls: tuple[Ball, ...] = field(default=())

    def look(self, index: int, tip_mm: float) -> tuple[Raster, Outlook, WallSight, Pose]:
        """What is seen from `tip_mm` on the axis, in frame `index`."""
        side = np.maximum(np.hypot(RAYS[..., 0], RAYS[..., 1]), 1e-3)
        smooth = np.minimum(self.radius_mm / side, 20.0)
        distance, spot = smooth.copy(), np.zeros_like(smooth)
        light = np.broadcast_to(np.array(WALL_LIGHT), (*smooth.shape, 3)).copy()
        for ball in self.balls:
            hit = _meet(self._centre(ball, tip_mm), ball.radius_mm)
            before = hit < distance
            distance[before], spot[before], light[before] = hit[before], ball.belief, ball.light
        t_ns = index * FRAME_NS
        angle = np.degrees(np.arctan2(RAYS[..., 1], RAYS[..., 0])) % 360.0
        along = tip_mm + smooth * RAYS[..., 2]
        quality = np.clip(1.2 - smooth / 12.0, 0.05, 1.0) * SEEN
        shown = [
            np.where(SEEN, each, 0.0).astype(np.float32) for each in (along, angle, smooth / self.radius_mm, quality)
        ]
        branch = np.where(SEEN, 0, -1).astype(np.int8)
        sight = WallSight(index, t_ns, "mm", ("",), branch, *shown, 0.1)
        told = [np.where(SEEN, each, 0.0).astype(np.float32) for each in (2.7 * distance, spot, np.ones_like(spot))]
        nothing = np.zeros_like(told[0])
        outlook = Outlook(index, t_ns, told[0], nothing, nothing, told[1], told[2], {"clear": 1.0}, "drawn")
        raster = Raster(index, t_ns, np.where(SEEN[..., None], light, 0.0).astype(np.float32), SEEN)
        return raster, outlook, sight, Pose(t_ns, "", Depth(tip_mm, 0.1, "encoder"), 0.0, 0.0, 1.0)

    def _centre(self, ball: Ball, tip_mm: float) -> DoubleArray:
        turn, off = np.deg2rad(ball.angle_deg), self.radius_mm - ball.radius_mm
        return np.array((off * np.cos(turn), off * np.sin(turn), ball.depth_mm - tip_mm))


def _meet(centre: DoubleArray, radius: float) -> DoubleArray:
    """Distance along every ray to a ball, infinite where it passes by."""
    along = RAYS @ centre
    square = along**2 - (centre @ centre - radius**2)
    return np.where((square > 0) & (along > 0), along - np.sqrt(np.maximum(square, 0.0)), np.inf)


def judge(t_ns: int, word: ViewWord = "clear") -> ViewJudgement:
    """A view in one word."""
    return ViewJudgement(t_ns, 1.0, word, "", {word: 1.0})

"""Pictures of a straight tube, drawn by hand for the tests of motion: they share nothing with the simulator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import RASTER_SIZE, Outlook, Raster, Scope, ViewJudgement, place_pixels

STEP_NS = 80_000_000
RAYS = Scope().look_along(place_pixels().reshape(-1, 2))
SEEN = np.hypot(*place_pixels().reshape(-1, 2).T) <= 1.0


@dataclass(frozen=True, slots=True)
class TubeView:
    """Where the tip is in a tube of radius `radius` along z, and what the wall is like."""

    along: float = 0.0
    aside_xy: tuple[float, float] = (0.1, -0.15)
    roll_deg: float = 0.0
    tilt_deg: float = 4.0
    radius: float = 1.0
    texture: float = 1.0
    noise: float = 0.004


def turn_tip(view: TubeView) -> NDArray[np.float64]:
    """tube_from_tip rotation: tilted about y, then rolled about the tip's own axis."""
    tilt, roll = np.radians(view.tilt_deg), np.radians(view.roll_deg)
    about_y = np.array([[np.cos(tilt), 0, np.sin(tilt)], [0, 1, 0], [-np.sin(tilt), 0, np.cos(tilt)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return about_y @ about_z


def measure_distance(view: TubeView) -> NDArray[np.float64]:
    """Distance along every ray to the wall, by the formula for a cylinder."""
    rays = RAYS @ turn_tip(view).T
    a = rays[:, 0] ** 2 + rays[:, 1] ** 2
    b = rays[:, 0] * view.aside_xy[0] + rays[:, 1] * view.aside_xy[1]
    c = view.aside_xy[0] ** 2 + view.aside_xy[1] ** 2 - view.radius**2
    return np.minimum((-b + np.sqrt(b * b - a * c)) / np.maximum(a, 1e-9), 30.0)


def paint_wall(along: NDArray[np.float64], angle: NDArray[np.float64], seed: int = 5) -> NDArray[np.float64]:
    """Waves on the wall, about 1 on average square: no rings, for every wave goes around as well."""
    rng = np.random.default_rng(seed)
    paint = np.zeros_like(along)
    for _ in range(30):
        around = rng.integers(2, 10)
        paint += np.cos(rng.uniform(-9.0, 9.0) * along + around * angle + rng.uniform(0, 2 * np.pi))
    return paint / np.sqrt(15.0)


def draw_tube(view: TubeView, index: int) -> tuple[Raster, Outlook, ViewJudgement]:
    """One picture, what a perfect eye says of it, and that the view is clear."""
    distance = measure_distance(view)
    rays = RAYS @ turn_tip(view).T
    points = rays * distance[:, None] + np.array([*view.aside_xy, view.along])
    angle = np.arctan2(points[:, 1], points[:, 0])
    facing = np.abs((rays * [1, 1, 0] * points).sum(axis=1)) / view.radius
    light = 2.4 * facing**0.3 / (0.5 + distance**1.2)
    red, rest = paint_wall(points[:, 2], angle), paint_wall(points[:, 2], angle, 6)
    colour = np.stack([0.0 * red, -0.05 * red - 0.02 * rest, -0.06 * red - 0.02 * rest], axis=1) * view.texture
    rng = np.random.default_rng(index)
    picture = light[:, None] * [0.9, 0.65, 0.5] * np.exp(colour)
    picture += view.noise * np.sqrt(np.maximum(picture, 0.0)) * rng.normal(size=picture.shape)
    picture = np.clip(picture, 0.0, 1.0) * SEEN[:, None]
    size = RASTER_SIZE
    raster = Raster(index, index * STEP_NS, picture.reshape(size, size, 3).astype(np.float32), SEEN.reshape(size, size))
    return raster, look(index, distance), ViewJudgement(raster.t_ns, 1.0, "clear", "", {"clear": 1.0})


def look(index: int, distance: NDArray[np.float64]) -> Outlook:
    """What a perfect eye says, in a unit of distance of its own."""
    size = RASTER_SIZE
    nothing = np.zeros((size, size), np.float32)
    seen = SEEN.reshape(size, size).astype(np.float32)
    told = (1.7 * distance * SEEN).reshape(size, size).astype(np.float32)
    return Outlook(index, index * STEP_NS, told, nothing, nothing, nothing, seen, {"clear": 1.0}, "by hand")

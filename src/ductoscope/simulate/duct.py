"""A milk duct: a gently bent tube with a textured wall, and one small growth on it.

Millimetres; the duct starts at the origin and goes along +z. The whole tree follows in a later version: everything
that looks at a duct goes through `see_duct`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ductoscope.model import BadInputError, DoubleArray, freeze
from ductoscope.simulate.hands import TipPose
from ductoscope.simulate.wall import Wall, draw_wall

LINE_MM = 0.25
_LOBES = 34
_GROWTH_BASE = np.array([0.85, 0.27, 0.22])
_GROWTH_TIP = np.array([1.0, 0.66, 0.42])


@dataclass(frozen=True, slots=True)
class DuctSettings:
    """What kind of duct to draw.

    length_mm: 10 to 100. radius_mm: 0.3 to 3; main ducts have 0.9. bend_radius_mm: tightest bend, 10 or more.
    growth_mm: depth of the growth's middle; None for a duct without one. growth_size_mm: its diameter, 0.2 to 1.2
    radii of the duct.
    """

    length_mm: float = 48.0
    radius_mm: float = 0.9
    bend_radius_mm: float = 18.0
    growth_mm: float | None = 17.0
    growth_size_mm: float = 0.7

    def __post_init__(self) -> None:
        for name, low, high in (
            ("length_mm", 10.0, 100.0),
            ("radius_mm", 0.3, 3.0),
            ("bend_radius_mm", 10.0, 1e6),
            ("growth_size_mm", 0.05, 1.2 * self.radius_mm),
            ("growth_mm", 0.0, self.length_mm),
        ):
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise BadInputError(f"A simulated duct's {name} must lie between {low:g} and {high:g}, got {value}.")


@dataclass(frozen=True, slots=True, eq=False)
class Duct:
    """One drawn duct.

    line: (M, 12) float64, the centreline every 0.25 mm: place, then directions along, right and down (orthonormal,
        carried along without twist).
    wall: colour and relief by depth and angle (from right towards down).
    balls: (K, 7) float64, the lobes that make the growth: place, radius, R, G, B albedo; the first holds the others.
    growth_mm: depth of its middle, far outside the duct when there is none.
    """

    line: DoubleArray
    wall: Wall
    balls: DoubleArray
    growth_mm: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "line", freeze(self.line))
        object.__setattr__(self, "balls", freeze(self.balls))


def make_duct(rng: np.random.Generator, settings: DuctSettings | None = None) -> Duct:
    """Draw one duct."""
    settings = settings or DuctSettings()
    line = _draw_line(rng, settings)
    wall = draw_wall(rng, settings.length_mm, settings.radius_mm)
    if settings.growth_mm is None:
        return Duct(line, wall, np.zeros((1, 7)), -1e6)
    return Duct(line, wall, _draw_growth(rng, settings, line, wall, settings.growth_mm), settings.growth_mm)


def core_rays(xy: DoubleArray, field_of_view_deg: float) -> DoubleArray:
    """Directions (N, 3), unit length, in which cores at unit-disc places `xy` look (x right, y down, z ahead).

    The angle off the axis grows evenly with the radius, to half the field of view at the rim.
    """
    radius = np.hypot(xy[:, 0], xy[:, 1])
    angle = radius * np.deg2rad(field_of_view_deg / 2.0)
    side = xy * (np.sin(angle) / np.maximum(radius, 1e-12))[:, None]
    return np.column_stack([side, np.cos(angle)])


def place_tip(duct: Duct, pose: TipPose) -> tuple[DoubleArray, DoubleArray]:
    """Place (3,) of the tip in mm and its 3 x 3 rotation, `direction_in_duct = rotation @ direction_in_tip`."""
    at = np.clip(pose.depth_mm / LINE_MM, 0.0, len(duct.line) - 1.001)
    first = int(at)
    here = duct.line[first] + (at - first) * (duct.line[first + 1] - duct.line[first])
    along, right, down = here[3:6], here[6:9], here[9:12]
    place = here[:3] + pose.offset_xy_mm[0] * right + pose.offset_xy_mm[1] * down
    ahead = along + np.tan(np.deg2rad(pose.tilt_xy_deg[0])) * right + np.tan(np.deg2rad(pose.tilt_xy_deg[1])) * down
    ahead = ahead / np.linalg.norm(ahead)
    x = right - ahead * (right @ ahead)
    x = x / np.linalg.norm(x)
    y = np.cross(ahead, x)
    roll = np.deg2rad(pose.roll_deg)
    return place, np.column_stack([np.cos(roll) * x + np.sin(roll) * y, np.cos(roll) * y - np.sin(roll) * x, ahead])


def _draw_line(rng: np.random.Generator, settings: DuctSettings) -> DoubleArray:
    """A wandering centreline whose bends stay above the tightest radius."""
    count = int(settings.length_mm / LINE_MM) + 2
    bend = gaussian_filter1d(rng.standard_normal((count, 2)), 5.0 / LINE_MM, axis=0, mode="reflect")
    bend *= 1.0 / (settings.bend_radius_mm * max(float(np.hypot(bend[:, 0], bend[:, 1]).max()), 1e-9))
    line = np.empty((count, 12))
    place, frame = np.zeros(3), np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    for row in range(count):
        line[row] = np.concatenate([place, frame.ravel()])
        along = frame[0] + LINE_MM * (bend[row, 0] * frame[1] + bend[row, 1] * frame[2])
        along = along / np.linalg.norm(along)
        right = frame[1] - along * (frame[1] @ along)
        right = right / np.linalg.norm(right)
        place = place + LINE_MM * 0.5 * (frame[0] + along)
        frame = np.stack([along, right, np.cross(along, right)])
    return line


def _draw_growth(
    rng: np.random.Generator, settings: DuctSettings, line: DoubleArray, wall: Wall, depth_mm: float
) -> DoubleArray:
    """A papilloma-like cluster of lobes on the wall: red at the base, yellowish at the tips."""
    here = line[int(np.clip(depth_mm / LINE_MM, 0, len(line) - 1))]
    angle = rng.uniform(0.0, 2.0 * np.pi)
    out = np.cos(angle) * here[6:9] + np.sin(angle) * here[9:12]
    around = np.cross(out, here[3:6])
    half = settings.growth_size_mm / 2.0
    _, rows, columns = wall.relief.shape
    row, column = int(depth_mm / wall.relief_mm), int(angle / (2.0 * np.pi) * columns)
    middle = here[:3] + (wall.relief[0, min(row, rows - 1), column] - 0.6 * half) * out
    frame = np.stack([here[3:6], around, -out])
    hull = np.concatenate([middle, [1.4 * half], [0.0, 0.0, 0.0]])
    body = np.concatenate([middle, [0.72 * half], _GROWTH_BASE])
    stem = np.concatenate([middle + 0.5 * half * out, [0.6 * half], _GROWTH_BASE])
    balls = [hull, body, stem]
    for lobe in range(_LOBES):
        # Evenly over the body (a golden-angle spiral), shaken, away from the wall.
        height = 1.0 - 1.5 * (lobe + 0.5) / _LOBES + rng.normal(0.0, 0.06)
        ring = np.sqrt(max(1.0 - height**2, 0.0))
        turn = 2.39996 * lobe + rng.normal(0.0, 0.25)
        direction = np.array([ring * np.cos(turn), ring * np.sin(turn), height]) @ frame
        radius = half * rng.uniform(0.17, 0.3)
        place = middle + direction * half * rng.uniform(0.62, 0.9)
        ripe = np.clip(0.3 + 0.35 * height + rng.normal(0.0, 0.15), 0.0, 1.0)
        balls.append(np.concatenate([place, [radius], (1.0 - ripe) * _GROWTH_BASE + ripe * _GROWTH_TIP]))
    return np.array(balls)

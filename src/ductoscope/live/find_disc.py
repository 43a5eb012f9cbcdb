"""Find the round picture of the fibre bundle in a tower's screen, past text, logos and black bars.

First a rough circle from the outline of the bright shape that is most like a disc, then a fine one from where
light falls off along rays from its centre. Text and logos beside the disc, or touching it, spoil some rays; a
robust fit leaves those out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ductoscope.model import DoubleArray, FloatArray, PictureArray, Rim

_ROUGH_SIDE_PX, _FINE_SIDE_PX = 320, 640
_SMALLEST_SHARE = 0.08  # of the picture's shorter side, the smallest radius that is believed
_LEAST_ARC = 0.55  # of the rim that lies inside the picture: so much must be seen as an edge
_RAYS = 360
_TRIES = 100  # of three points each: with half of an outline on the circle, all fail once in 600,000
_LEAST_STEP = 6.0  # of 255: a fainter edge is not used


@dataclass(frozen=True, slots=True)
class Disc:
    """A round picture found on a screen.

    rim: its circle, in pixels of the picture it was found in (of equal area, when it is not quite round).
    width_over_height: 1 when round; another value shows pixels that are not square.
    arc: share of the rim, 0..1, that was seen as an edge of light.
    """

    rim: Rim
    width_over_height: float
    arc: float


def find_disc(picture: PictureArray) -> Disc | None:
    """Find the bundle's disc in an (H, W) uint8 picture; None when there is no such thing."""
    fine = _shrink(picture, _FINE_SIDE_PX)
    rough = _shrink(fine, _ROUGH_SIDE_PX)
    found: list[Disc] = []
    for rim in _rough_discs(rough):
        disc = _refine(fine, scale_rim(rim, fine.shape[1] / rough.shape[1]))
        if disc is not None and disc.arc >= _LEAST_ARC:
            found.append(disc)
    best = max(found, key=lambda disc: disc.arc * disc.rim.radius_px, default=None)
    return best and replace(best, rim=scale_rim(best.rim, picture.shape[1] / fine.shape[1]))


def scale_rim(rim: Rim, scale: float) -> Rim:
    """The same circle in a picture of another size (pixel centres lie at whole numbers)."""
    return Rim((rim.x_px + 0.5) * scale - 0.5, (rim.y_px + 0.5) * scale - 0.5, rim.radius_px * scale)


def _shrink(picture: PictureArray, side_px: int) -> PictureArray:
    scale = side_px / max(picture.shape)
    if scale >= 1:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _refine(picture: PictureArray, start: Rim) -> Disc | None:
    """Place a roughly known rim to a fraction of a pixel; None when no edge of light is near it."""
    # A blur over about one core's width: the honeycomb would otherwise be an edge at every core.
    smooth = cv2.GaussianBlur(picture, (0, 0), max(start.radius_px / 80, 1.0)).astype(np.float32)
    rim, ratio, arc = start, 1.0, 0.0
    for reach in (0.25, 0.12, 0.12):
        angles, radii = _find_edges(smooth, rim, ratio, reach)
        if len(angles) < _RAYS / 8:
            return None
        fitted = _fit_oval(angles, radii, rim)
        if fitted is None:
            return None
        rim, ratio, kept = fitted
        arc = kept / max(_count_rays_inside(picture.shape, rim), 1)
    return Disc(rim, ratio, min(arc, 1.0))


def _rough_discs(small: PictureArray) -> list[Rim]:
    """Circles around the bright shapes of a small picture, whatever is plausible."""
    height, width = small.shape
    smallest = _SMALLEST_SHARE * min(height, width)
    blurred = cv2.GaussianBlur(small, (0, 0), 1.5)
    otsu, _ = cv2.threshold(blurred, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dark = float(np.percentile(blurred, 5))
    rims: list[Rim] = []
    for level in (otsu, dark + 0.5 * (otsu - dark), dark + 0.2 * (otsu - dark)):
        bright = (blurred > max(level, dark + 3)).astype(np.uint8)
        # Opening takes thin things away: letters, lines, the edge of a frame.
        side = max(int(smallest / 2), 3) | 1
        opened = cv2.morphologyEx(bright, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
        outlines, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        for outline in outlines:
            points = outline[:, 0, :].astype(np.float64)
            inside = (points > 1).all(axis=1) & (points < (width - 2, height - 2)).all(axis=1)
            rim = _fit_circle_through_some(points[inside])
            if rim is None or not smallest <= rim.radius_px <= max(height, width):
                continue
            if not any(_is_near(rim, other) for other in rims):
                rims.append(rim)
    return rims


def _is_near(one: Rim, other: Rim) -> bool:
    """Whether refining both would give the same disc."""
    near = 0.05 * one.radius_px
    apart = np.hypot(one.x_px - other.x_px, one.y_px - other.y_px)
    return bool(apart < near and abs(one.radius_px - other.radius_px) < near)


def _fit_circle_through_some(points: DoubleArray) -> Rim | None:
    """Fit a circle to the points of an outline that agree on one (RANSAC, Fischler and Bolles 1981)."""
    if len(points) < 24:
        return None
    # A fixed seed: the same picture must give the same disc.
    triples = points[np.random.default_rng(0).integers(0, len(points), (_TRIES, 3))]
    centres, radii = _circles_through(triples)
    reach = np.hypot(*(points[:, None, :] - centres[None, :, :]).transpose(2, 0, 1))
    near = np.abs(reach - radii) < np.maximum(0.03 * radii, 1.0)
    best = near[:, np.argmax(near.sum(axis=0))]
    return _fit_circle(points[best]) if best.sum() >= len(points) / 4 else None


def _circles_through(triples: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
    """Centres (T, 2) and radii (T,) of the circles through (T, 3, 2) points; far away when they lie on a line."""
    (ax, ay), (bx, by), (cx, cy) = (triples[:, k].T for k in range(3))
    turn = 2 * (ax * (by - cy) + bx * (cy - ay) + cx * (ay - by))
    turn = np.where(np.abs(turn) < 1e-6, 1e-6, turn)
    a, b, c = ax**2 + ay**2, bx**2 + by**2, cx**2 + cy**2
    x = (a * (by - cy) + b * (cy - ay) + c * (ay - by)) / turn
    y = (a * (cx - bx) + b * (ax - cx) + c * (bx - ax)) / turn
    return np.stack([x, y], axis=1), np.hypot(ax - x, ay - y)


def _fit_circle(points: DoubleArray) -> Rim | None:
    """Least-squares circle (Kasa 1976): x^2 + y^2 = 2 a x + 2 b y + c."""
    matrix = np.column_stack((2 * points, np.ones(len(points))))
    (a, b, c), _, rank, _ = np.linalg.lstsq(matrix, (points**2).sum(axis=1), rcond=None)
    if rank < 3 or c + a * a + b * b <= 0:
        return None
    return Rim(float(a), float(b), float(np.sqrt(c + a * a + b * b)))


def _find_edges(smooth: FloatArray, rim: Rim, ratio: float, reach: float) -> tuple[DoubleArray, DoubleArray]:
    """Where light falls off along rays through a rim: (angles in rad, radii in px), unusable rays left out."""
    angles = np.linspace(0, 2 * np.pi, _RAYS, endpoint=False)
    steps = max(int(reach * rim.radius_px * 4), 24)
    shares = np.linspace(1 - reach, 1 + reach, steps)
    oval = 1 + (ratio - 1) / 2 * np.cos(2 * angles)
    radii = rim.radius_px * oval[:, None] * shares[None, :]
    x = (rim.x_px + radii * np.cos(angles)[:, None]).astype(np.float32)
    y = (rim.y_px + radii * np.sin(angles)[:, None]).astype(np.float32)
    light = cv2.remap(smooth, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=-1)
    height, width = smooth.shape
    is_inside = ((x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)).all(axis=1)
    third = steps // 3
    inner, outer = np.median(light[:, :third], axis=1), np.median(light[:, -third:], axis=1)
    # The last place from outside where the ray is brighter than half-way between surround and disc.
    is_bright = light > ((inner + outer) / 2)[:, None]
    last = steps - 1 - np.argmax(is_bright[:, ::-1], axis=1)
    usable = is_inside & (inner - outer > _LEAST_STEP) & (last > 0) & (last < steps - 1)
    rows, columns = np.flatnonzero(usable), last[usable]
    one, two = light[rows, columns], light[rows, columns + 1]
    between = (one - (inner + outer)[rows] / 2) / np.maximum(one - two, 1e-3)
    step = radii[rows, 1] - radii[rows, 0]
    return angles[rows], radii[rows, columns] + np.clip(between, 0, 1) * step


def _fit_oval(angles: DoubleArray, radii: DoubleArray, rim: Rim) -> tuple[Rim, float, int] | None:
    """Fit r = R + a cos t + b sin t + c cos 2t, throwing out rays that disagree: (rim, width/height, rays kept)."""
    matrix = np.column_stack((np.ones_like(angles), np.cos(angles), np.sin(angles), np.cos(2 * angles)))
    kept: NDArray[np.bool_] = np.ones(len(angles), dtype=bool)
    scatter = 0.1 * rim.radius_px
    radius, shift_x, shift_y, oval = rim.radius_px, 0.0, 0.0, 0.0
    for _ in range(6):
        if kept.sum() < _RAYS / 8:
            return None
        radius, shift_x, shift_y, oval = np.linalg.lstsq(matrix[kept], radii[kept], rcond=None)[0]
        apart = np.abs(radii - matrix @ (radius, shift_x, shift_y, oval))
        scatter = max(1.4826 * float(np.median(apart)), 0.004 * rim.radius_px)
        kept = apart < 3 * scatter
    if radius <= 0:
        return None
    agreeing = int((np.abs(radii - matrix @ (radius, shift_x, shift_y, oval)) < 0.03 * radius).sum())
    found = Rim(rim.x_px + float(shift_x), rim.y_px + float(shift_y), float(radius))
    return found, float((radius + oval) / (radius - oval)), agreeing


def _count_rays_inside(shape: tuple[int, ...], rim: Rim) -> int:
    angles = np.linspace(0, 2 * np.pi, _RAYS, endpoint=False)
    x, y = rim.x_px + rim.radius_px * np.cos(angles), rim.y_px + rim.radius_px * np.sin(angles)
    return int(((x >= 2) & (x <= shape[1] - 3) & (y >= 2) & (y <= shape[0] - 3)).sum())

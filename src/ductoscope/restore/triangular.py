"""TriangularPicture: the plain alternative, straight lines between the three cores around each view pixel.

Inside one triangle of cores, light is a tilted plane over the view. So each frame first works out the planes, a
few numbers a triangle, and a pixel then fetches its triangle's plane: far less than three cores and weights each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import Bundle, DoubleArray, FloatArray, PictureArray, freeze
from ductoscope.restore.enlarge import to_bytes, weave_bytes
from ductoscope.restore.nearest import find_nearest
from ductoscope.restore.window import ViewWindow

_STEEPEST = 4.0
"""A weight that changes faster than this a pixel belongs to a sliver between cores in line at the bundle's edge."""


@dataclass(frozen=True, slots=True, eq=False)
class TriangularPicture:
    """The triangles that the view shows, and which of them each seen pixel lies in.

    corners: (T, 3) the cores a, b, c of each triangle.
    share: (T, 6) weights over the view: of a, s0 + s1 x + s2 y; of b, s3 + s4 x + s5 y; of c, the rest to 1.
    row_start: (S + 1,) where each view row's pixels begin.
    triangle: (P,) the triangle of each seen pixel, row after row.
    """

    corners: NDArray[np.uint16]
    share: FloatArray
    row_start: NDArray[np.int32]
    triangle: NDArray[np.uint16] | NDArray[np.uint32]

    def __post_init__(self) -> None:
        for name in ("corners", "share", "row_start", "triangle"):
            object.__setattr__(self, name, freeze(getattr(self, name)))

    def cores_of_rows(self, start: int, stop: int) -> NDArray[np.uint16]:
        """The cores that view rows `start` to `stop` are drawn from."""
        return np.unique(self.corners[self.triangles_of_rows(start, stop)])

    def triangles_of_rows(self, start: int, stop: int) -> NDArray[np.uint32]:
        """The triangles that view rows `start` to `stop` cross."""
        return np.unique(self.triangle[self.row_start[start] : self.row_start[stop]]).astype(np.uint32)


def plan_triangles(bundle: Bundle, window: ViewWindow) -> TriangularPicture:
    """Find the Delaunay triangle of live cores around each seen pixel; beyond the last cores, the nearest counts."""
    live = np.flatnonzero(~bundle.dead)
    cores_xy = (bundle.xy_px[live] - window.frame_from_view[:, 2]) / window.scale
    corners = scipy.spatial.Delaunay(cores_xy).simplices.astype(np.int64)
    share = _spread_weights(cores_xy[corners])
    is_even = np.abs(share[:, [1, 2, 4, 5]]).max(axis=1) < _STEEPEST
    corners, share = corners[is_even], share[is_even]
    owner = np.full(window.seen.shape, -1, dtype=np.int32)
    _claim_pixels(cores_xy[corners], owner)
    row, column = np.nonzero(window.seen)
    triangle = owner[row, column].astype(np.int64)
    outside = np.flatnonzero(triangle < 0)
    if len(outside):
        nearest = find_nearest(cores_xy, np.stack([column[outside], row[outside]], axis=1), 1)[1]
        alone, which = np.unique(nearest[:, 0], return_inverse=True)
        triangle[outside] = len(corners) + which
        corners = np.concatenate([corners, np.repeat(alone[:, np.newaxis], 3, axis=1)])
        share = np.concatenate([share, np.zeros((len(alone), 6))])
    used, place = np.unique(triangle, return_inverse=True)
    return TriangularPicture(
        corners=live[corners[used]].astype(np.uint16),
        share=share[used].astype(np.float32),
        row_start=np.searchsorted(row, np.arange(window.size_px + 1)).astype(np.int32),
        triangle=place.astype(np.uint16) if len(used) <= 1 << 16 else place.astype(np.uint32),
    )


def _spread_weights(corners_xy: DoubleArray) -> DoubleArray:
    """Barycentric weights of corners a and b as planes over the view, (T, 6); corners_xy is (T, 3, 2)."""
    c = corners_xy[:, 2]
    ca, cb = corners_xy[:, 0] - c, corners_xy[:, 1] - c
    area = ca[:, 0] * cb[:, 1] - ca[:, 1] * cb[:, 0]
    area = np.where(np.abs(area) < 1e-9, 1e-9, area)
    a_x, a_y, b_x, b_y = cb[:, 1] / area, -cb[:, 0] / area, -ca[:, 1] / area, ca[:, 0] / area
    a_0, b_0 = -(a_x * c[:, 0] + a_y * c[:, 1]), -(b_x * c[:, 0] + b_y * c[:, 1])
    return np.stack([a_0, a_x, a_y, b_0, b_x, b_y], axis=1)


@njit(cache=True, nogil=True)
def _claim_pixels(corners_xy: DoubleArray, owner: NDArray[np.int32]) -> None:
    """Write each triangle's number into the pixels (rows, columns of `owner`) whose centres it covers."""
    height, width = owner.shape
    for t in range(corners_xy.shape[0]):
        x, y = corners_xy[t, :, 0], corners_xy[t, :, 1]
        area = (x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0])
        for row in range(max(0, int(np.ceil(y.min()))), min(height - 1, int(np.floor(y.max()))) + 1):
            for column in range(max(0, int(np.ceil(x.min()))), min(width - 1, int(np.floor(x.max()))) + 1):
                is_inside = True
                for i in range(3):
                    j = (i + 1) % 3
                    side = (x[j] - x[i]) * (row - y[i]) - (column - x[i]) * (y[j] - y[i])
                    # Pixels on an edge belong to either triangle; a hair's width keeps rounding from losing them.
                    is_inside = is_inside and side * area >= -1e-9 * area * area
                if is_inside:
                    owner[row, column] = t


@njit(cache=True, nogil=True, fastmath=True)
def tilt_planes(
    light_lin: FloatArray,
    corners: NDArray[np.uint16],
    share: FloatArray,
    triangles: NDArray[np.uint32],
    planes: FloatArray,
) -> None:
    """Work out the listed triangles' light over the view, p0 + p1 x + p2 y, into `planes` (T, 3 C)."""
    for t in triangles:
        a, b, c = corners[t, 0], corners[t, 1], corners[t, 2]
        for channel in range(light_lin.shape[1]):
            light_c = light_lin[c, channel]
            from_a, from_b = light_lin[a, channel] - light_c, light_lin[b, channel] - light_c
            planes[t, 3 * channel] = light_c + share[t, 0] * from_a + share[t, 3] * from_b
            planes[t, 3 * channel + 1] = share[t, 1] * from_a + share[t, 4] * from_b
            planes[t, 3 * channel + 2] = share[t, 2] * from_a + share[t, 5] * from_b


@njit(cache=True, nogil=True, fastmath=True)
def draw_triangle_rows(
    planes: FloatArray,
    row_start: NDArray[np.int32],
    triangle: NDArray[np.uint16] | NDArray[np.uint32],
    spans: NDArray[np.int32],
    start: int,
    stop: int,
    out: PictureArray,
) -> None:
    """Draw view rows `start` to `stop` into `out` (S, S, C)."""
    size, channels = out.shape[1], out.shape[2]
    red = np.empty(size, dtype=np.float32)
    green, blue = np.empty_like(red), np.empty_like(red)
    for y in range(start, stop):
        x0, x1 = spans[y, 0], spans[y, 1]
        row = out[y].reshape(size * channels)
        row[: x0 * channels] = 0
        row[x1 * channels :] = 0
        owners = triangle[row_start[y] : row_start[y + 1]]
        if channels == 3:
            _light_colours(planes, owners, np.float32(x0), np.float32(y), red, green, blue)
            weave_bytes(red, green, blue, row[3 * x0 : 3 * x1])
        else:
            _light_grey(planes, owners, np.float32(x0), np.float32(y), red)
            to_bytes(red, row[x0:x1])


@njit(cache=True, nogil=True, fastmath=True)
def _light_colours(
    planes: FloatArray,
    owners: NDArray[np.uint16] | NDArray[np.uint32],
    x0: np.float32,
    y: np.float32,
    red: FloatArray,
    green: FloatArray,
    blue: FloatArray,
) -> None:
    for i in range(owners.shape[0]):
        t, x = owners[i], x0 + np.float32(i)
        red[i] = planes[t, 0] + planes[t, 1] * x + planes[t, 2] * y
        green[i] = planes[t, 3] + planes[t, 4] * x + planes[t, 5] * y
        blue[i] = planes[t, 6] + planes[t, 7] * x + planes[t, 8] * y


@njit(cache=True, nogil=True, fastmath=True)
def _light_grey(
    planes: FloatArray,
    owners: NDArray[np.uint16] | NDArray[np.uint32],
    x0: np.float32,
    y: np.float32,
    grey: FloatArray,
) -> None:
    for i in range(owners.shape[0]):
        t, x = owners[i], x0 + np.float32(i)
        grey[i] = planes[t, 0] + planes[t, 1] * x + planes[t, 2] * y

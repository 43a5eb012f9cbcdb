"""TriangularPicture: the plain alternative, straight lines between the three cores around each view pixel.

Inside one triangle of cores, light is a tilted plane over the view. So each frame first works out the planes, a
few numbers a triangle, and each view row is then drawn in runs, straight lines of light across one triangle each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import Bundle, DoubleArray, FloatArray, PictureArray, freeze
from ductoscope.restore.enlarge import to_bytes
from ductoscope.restore.nearest import find_nearest
from ductoscope.restore.vectors import RUN, draw_colour_line, draw_line
from ductoscope.restore.window import ViewWindow

_STEEPEST = 4.0
"""A weight that changes faster than this a pixel belongs to a sliver between cores in line at the bundle's edge."""


@dataclass(frozen=True, slots=True, eq=False)
class TriangularPicture:
    """The triangles that the view shows, in the order that its rows first meet them, and where rows cross them.

    corners: (T, 3) the cores a, b, c of each triangle.
    share: (T, 6) weights over the view: of a, s0 + s1 x + s2 y; of b, s3 + s4 x + s5 y; of c, the rest to 1.
    row_start: (S + 1,) where each view row's runs begin, of at most `vectors.RUN` pixels of one triangle each.
    column: (R,) the first pixel of each run.
    triangle: (R,) its triangle.
    """

    corners: NDArray[np.uint16]
    share: FloatArray
    row_start: NDArray[np.int32]
    column: NDArray[np.uint16]
    triangle: NDArray[np.uint16] | NDArray[np.uint32]

    def __post_init__(self) -> None:
        for name in self.__slots__:
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
    is_first = np.ones(len(row), dtype=np.bool_)
    is_first[1:] = (triangle[1:] != triangle[:-1]) | (row[1:] != row[:-1])
    begun = np.flatnonzero(is_first)
    is_first[(np.arange(len(row)) - np.repeat(begun, np.diff(begun, append=len(row)))) % RUN == 0] = True
    row, column, triangle = row[is_first], column[is_first], triangle[is_first]
    used, met, place = np.unique(triangle, return_index=True, return_inverse=True)
    order = np.argsort(met)
    place = np.argsort(order)[place]
    return TriangularPicture(
        corners=live[corners[used[order]]].astype(np.uint16),
        share=share[used[order]].astype(np.float32),
        row_start=np.searchsorted(row, np.arange(window.size_px + 1)).astype(np.int32),
        column=column.astype(np.uint16),
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
def draw_triangle_rows(
    light_lin: FloatArray,
    corners: NDArray[np.uint16],
    share: FloatArray,
    triangles: NDArray[np.uint32],
    row_start: NDArray[np.int32],
    column: NDArray[np.uint16],
    triangle: NDArray[np.uint16] | NDArray[np.uint32],
    spans: NDArray[np.int32],
    start: int,
    stop: int,
    out: PictureArray,
) -> None:
    """Draw view rows `start` to `stop`, which cross the listed `triangles`, into `out` (S, S, C)."""
    size, channels = out.shape[1], out.shape[2]
    # Level and two slopes: of mono a number each, of colour four, the last of them idle.
    numbers = np.uintp(3 if channels == 1 else 12)
    planes = np.empty(np.uintp(corners.shape[0]) * numbers, dtype=np.float32)
    _tilt_planes(light_lin, corners, share, triangles, planes)
    light = np.zeros((size + RUN) * channels, dtype=np.float32)
    for y in range(start, stop):
        i0, i1 = spans[y, 0] * channels, spans[y, 1] * channels
        for r in range(row_start[y], row_start[y + 1]):
            # Unsigned: a signed index would be tested for counting from the end at every access.
            x, first = np.uintp(column[r]), np.uintp(triangle[r]) * numbers
            if channels == 3:
                draw_colour_line(light, x * np.uintp(3), planes, first, np.float32(x), np.float32(y))
            else:
                draw_line(light, x, planes, first, np.float32(x), np.float32(y))
        to_bytes(light, i0, i1, out[y].reshape(size * channels))


@njit(cache=True, nogil=True, fastmath=True)
def _tilt_planes(
    light_lin: FloatArray,
    corners: NDArray[np.uint16],
    share: FloatArray,
    triangles: NDArray[np.uint32],
    planes: FloatArray,
) -> None:
    """Work out the listed triangles' light over the view, level + x slope + y slope, as `draw_line` takes them."""
    channels = light_lin.shape[1]
    apart = 1 if channels == 1 else 4
    for t in triangles:
        a, b, c = corners[t, 0], corners[t, 1], corners[t, 2]
        for channel in range(channels):
            light_c = light_lin[c, channel]
            from_a, from_b = light_lin[a, channel] - light_c, light_lin[b, channel] - light_c
            place = np.uintp(t) * np.uintp(3 * apart) + np.uintp(channel)
            planes[place] = light_c + share[t, 0] * from_a + share[t, 3] * from_b
            planes[place + np.uintp(apart)] = share[t, 1] * from_a + share[t, 4] * from_b
            planes[place + np.uintp(2 * apart)] = share[t, 2] * from_a + share[t, 5] * from_b

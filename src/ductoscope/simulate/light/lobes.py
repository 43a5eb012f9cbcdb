"""Lobes: the balls that lesions are made of, run together softly, and found fast.

A lesion's balls lie in clusters, and each lesion and cluster has a ball around it, so that most are passed over.
Columns: `hulls` (L, 6) x, y, z, radius, softness, bleeding 0..1 (or LOOSE) of whole lesions; `hoods` (C, 4) x, y, z,
radius of clusters; `balls` (K, 8) x, y, z, radius, R, G, B, gloss. Soft minimum: quadratic (Quilez, "smooth minimum").
"""

from __future__ import annotations

import math

from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.light.kernel import kernel, kernel_part
from ductoscope.simulate.light.lumen import FIRST_ROW, LENGTH, RADIUS, ROWS, radius_around

FAR_MM = 1e6
LOOSE = -1.0
_SOFTEST_MM = 0.06
_SOFTNESS = 0.45
_LOOK_SOFTER = 2.5


@kernel
def place_lobes(rows, tubes, spans, relief, now, lobes, clusters, lesion_clusters, hulls, hoods, balls):  # type: ignore[no-untyped-def]
    """Find where the wall carries every lobe now; fills hulls, hoods and balls."""
    for k in range(lobes.shape[0]):
        tube, angle = int(lobes[k, 1]), lobes[k, 3]
        cos, sin = math.cos(angle), math.sin(angle)
        along = min(max(lobes[k, 2], 0.0), tubes[tube, LENGTH])
        row = min(int(along / LINE_MM), spans[tube, ROWS] - 2)
        part = along / LINE_MM - row
        row += spans[tube, FIRST_ROW]
        radius = rows[row, RADIUS] + part * (rows[row + 1, RADIUS] - rows[row, RADIUS])
        reach = radius_around(tubes, spans, relief, now, tube, along, radius, cos, sin, 1.0) - lobes[k, 4]
        for axis in range(3):
            middle = rows[row, axis] + part * (rows[row + 1, axis] - rows[row, axis])
            right = rows[row, 6 + axis] + part * (rows[row + 1, 6 + axis] - rows[row, 6 + axis])
            down = rows[row, 9 + axis] + part * (rows[row + 1, 9 + axis] - rows[row, 9 + axis])
            balls[k, axis] = middle + reach * (cos * right + sin * down)
        balls[k, 3] = lobes[k, 5]
        for colour in range(4):
            balls[k, 4 + colour] = lobes[k, 6 + colour]
    for c in range(clusters.shape[0]):
        _wrap(balls, clusters[c, 1], clusters[c, 2], hoods, c)
    for n in range(lesion_clusters.shape[0]):
        first, count = lesion_clusters[n, 0], lesion_clusters[n, 1]
        hulls[n, 3] = -FAR_MM
        if count > 0:
            _wrap(hoods, first, count, hulls, n)
            mean, members = 0.0, 0
            for c in range(first, first + count):
                for k in range(clusters[c, 1], clusters[c, 1] + clusters[c, 2]):
                    mean += balls[k, 3]
                    members += 1
            hulls[n, 4] = min(_SOFTNESS * mean / members, _SOFTEST_MM)


@kernel
def _wrap(balls, first, count, out, k):  # type: ignore[no-untyped-def]
    """Write a ball that holds these balls into row k of `out`."""
    for axis in range(3):
        middle = 0.0
        for j in range(first, first + count):
            middle += balls[j, axis]
        out[k, axis] = middle / count
    reach = 0.0
    for j in range(first, first + count):
        away = math.sqrt(
            (balls[j, 0] - out[k, 0]) ** 2 + (balls[j, 1] - out[k, 1]) ** 2 + (balls[j, 2] - out[k, 2]) ** 2
        )
        reach = max(reach, away + balls[j, 3])
    out[k, 3] = reach


@kernel
def gap_to_lobes(hulls, hoods, balls, clusters, lesion_clusters, x, y, z):  # type: ignore[no-untyped-def]
    """Distance to the nearest lesion's surface and which lesion it is; far from one, distance to its hull."""
    nearest, lesion = FAR_MM, -1
    for n in range(hulls.shape[0]):
        hull = _distance(hulls, n, x, y, z)
        softness = hulls[n, 4]
        if hull > nearest:
            continue
        gap = hull
        if hull < 3.0 * softness + 0.02:
            gap = FAR_MM
            for c in range(lesion_clusters[n, 0], lesion_clusters[n, 0] + lesion_clusters[n, 1]):
                if _is_beyond(hoods, c, gap + softness, x, y, z):
                    continue
                for k in range(clusters[c, 1], clusters[c, 1] + clusters[c, 2]):
                    if _is_beyond(balls, k, gap + softness, x, y, z):
                        continue
                    away = _distance(balls, k, x, y, z)
                    overlap = max(softness - abs(gap - away), 0.0)
                    gap = min(gap, away) - overlap * overlap / (4.0 * softness)
        if gap < nearest:
            nearest, lesion = gap, n
    return nearest, lesion


@kernel
def look_of_lobes(hulls, hoods, balls, clusters, lesion_clusters, n, x, y, z):  # type: ignore[no-untyped-def]
    """Direction away from lesion n's surface (not quite unit length in clefts), its colour and gloss at a place.

    Softer than the shape: light spreads under the surface, so that clefts between lobes are no sharp dark lines.
    """
    softness = _LOOK_SOFTER * hulls[n, 4]
    gap, nx, ny, nz = FAR_MM, 0.0, 0.0, 0.0
    red, green, blue, gloss = 0.0, 0.0, 0.0, 0.0
    for c in range(lesion_clusters[n, 0], lesion_clusters[n, 0] + lesion_clusters[n, 1]):
        if _is_beyond(hoods, c, gap + softness, x, y, z):
            continue
        for k in range(clusters[c, 1], clusters[c, 1] + clusters[c, 2]):
            away = _distance(balls, k, x, y, z)
            share = min(max(0.5 + 0.5 * (gap - away) / softness, 0.0), 1.0)
            if share > 0.0:
                overlap = max(softness - abs(gap - away), 0.0)
                scale = share / (away + balls[k, 3])
                rest = 1.0 - share
                nx = rest * nx + scale * (x - balls[k, 0])
                ny = rest * ny + scale * (y - balls[k, 1])
                nz = rest * nz + scale * (z - balls[k, 2])
                red = rest * red + share * balls[k, 4]
                green = rest * green + share * balls[k, 5]
                blue = rest * blue + share * balls[k, 6]
                gloss = rest * gloss + share * balls[k, 7]
                gap = min(gap, away) - overlap * overlap / (4.0 * softness)
    return nx, ny, nz, red, green, blue, gloss


@kernel_part
def _distance(balls, k, x, y, z):  # type: ignore[no-untyped-def]
    square = (x - balls[k, 0]) ** 2 + (y - balls[k, 1]) ** 2 + (z - balls[k, 2]) ** 2
    return math.sqrt(square + 1e-18) - balls[k, 3]


@kernel_part
def _is_beyond(balls, k, reach, x, y, z):  # type: ignore[no-untyped-def]
    """Whether a ball is farther away than this, found without a root."""
    far = balls[k, 3] + reach
    return (x - balls[k, 0]) ** 2 + (y - balls[k, 1]) ** 2 + (z - balls[k, 2]) ** 2 > far * far if far > 0.0 else True

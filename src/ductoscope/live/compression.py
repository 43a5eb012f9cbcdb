"""Tell whether compression has eaten the fibre cores, and what is kept of a video where it has.

Strong compression drops the finest detail first, and in a tower's video the finest detail is the honeycomb of
fibre cores. Measured here: how much brighter cores are than the gaps between them, in single pictures. Where that
is nothing, no core's light can be told from its neighbour's. Such a video is not refused, because what it still
shows is real: it is resampled on a regular grid as fine as a recording can hold, graded "poor", and says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import map_coordinates
from scipy.spatial import Delaunay

from ductoscope.model import Bundle, BundleQuality, DoubleArray, FloatArray, PictureArray, Rim

EATEN_CONTRAST = 0.03
"""Below this, cores stand out from gaps by less than the 8-bit steps of a dim picture."""

EATEN_SENTENCE = (
    "Compression has eaten the fibre cores of this video: it was resampled on a regular grid, and shows no more "
    "than the video itself. Ask for the original recording, if there is one."
)
WEAK_SURVIVAL = 0.8
"""Of the contrast in the mean picture, which averages compression away: less, and much of each core's light is gone."""

WEAK_SENTENCE = (
    "Compression has weakened the fibre cores of this video: it shows less detail than the fibre saw. Ask for the "
    "original recording, if there is one."
)
_LEAST_LIGHT = 8.0  # of 255: darker places say nothing about contrast
_LEAST_LIT = 0.02  # share of the gaps that must be lit for a picture to say anything
_MOST_GRID_CORES = 30_000
_FINEST_GRID_PX = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class CoreProbe:
    """Where to look for cores and for the gaps between three of them; made once per bundle."""

    cores_xy_px: DoubleArray
    triangles: np.ndarray[tuple[int, int], np.dtype[np.int32]]
    gaps_xy_px: DoubleArray


def plan_probe(bundle: Bundle) -> CoreProbe:
    """Find the gaps of a bundle: the middles of its triangles of neighbouring cores."""
    corners = np.asarray(Delaunay(bundle.xy_px).simplices, dtype=np.int32)
    places: DoubleArray = bundle.xy_px[corners]
    sides = np.hypot(*np.moveaxis(places - np.roll(places, 1, axis=1), 2, 0))
    usable = (sides < 1.5 * bundle.pitch_px).all(axis=1) & ~bundle.dead[corners].any(axis=1)
    return CoreProbe(bundle.xy_px.astype(np.float32), corners[usable], places[usable].mean(axis=1).astype(np.float32))


def measure_core_contrast(picture: PictureArray, probe: CoreProbe) -> float | None:
    """Measure how far cores stand out in one (H, W) uint8 picture: median of (core - gap) / (core + gap).

    Each gap is held against the darkest of the three cores around it: a honeycomb passes that, while edges, letters
    and noise do not. Zero or less when there are no cores where the bundle has them; None when the picture is too
    dark to tell.
    """
    cores, gaps = _light_at(picture, probe.cores_xy_px), _light_at(picture, probe.gaps_xy_px)
    around = cores[probe.triangles].min(axis=1)
    lit = cores[probe.triangles].max(axis=1) + gaps > 2 * _LEAST_LIGHT
    if lit.sum() < max(_LEAST_LIT * len(gaps), 16):
        return None
    return float(np.median((around[lit] - gaps[lit]) / np.maximum(around[lit] + gaps[lit], 1.0)))


def make_grid_bundle(frame_shape: tuple[int, int], channels: int, rim: Rim, contrast: float) -> Bundle:
    """Make a bundle of evenly spaced points inside a rim, for a video whose own cores cannot be seen.

    Light is taken as it is (gain 1, dark 0); spacing is three pixels, or what keeps it to 30,000 points.
    """
    pitch = max(_FINEST_GRID_PX, float(np.sqrt(np.pi * rim.radius_px**2 / (np.sqrt(0.75) * _MOST_GRID_CORES))))
    reach = int(np.ceil(rim.radius_px / pitch)) + 1
    column, row = np.meshgrid(np.arange(-reach, reach + 1), np.arange(-int(1.2 * reach), int(1.2 * reach) + 1))
    lattice = np.stack([column + 0.5 * (row % 2), row * np.sqrt(0.75)], axis=-1).reshape(-1, 2) * pitch
    xy_px = lattice[np.hypot(lattice[:, 0], lattice[:, 1]) <= rim.radius_px - pitch / 2] + (rim.x_px, rim.y_px)
    height, width = frame_shape
    xy_px = xy_px[((xy_px >= 0) & (xy_px <= (width - 1, height - 1))).all(axis=1)]
    return Bundle(
        frame_shape=frame_shape,
        xy_px=xy_px,
        pitch_px=pitch,
        sigma_px=pitch / 3,
        rim=rim,
        gain=np.ones((len(xy_px), channels), np.float32),
        dark=np.zeros((len(xy_px), channels), np.float32),
        dead=np.zeros(len(xy_px), bool),
        quality=BundleQuality("frames", contrast, 0.0, "poor", (EATEN_SENTENCE,)),
    )


def _light_at(picture: PictureArray, xy_px: DoubleArray) -> FloatArray:
    # Not cv2.remap: it refuses more than 32,767 points in a row.
    light = map_coordinates(picture, (xy_px[:, 1], xy_px[:, 0]), output=np.float32, order=1, mode="nearest")
    return np.asarray(light, dtype=np.float32)

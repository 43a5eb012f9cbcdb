"""The truth of pixels: what every pixel of a raster looks at, in the meaning of `ductoscope.model.Outlook`."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ductoscope.model import Bundle, DoubleArray, FloatArray
from ductoscope.restore import RasterPlan
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.duct_tree import Branch, DuctTree
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.light.sight import Sight

_SPREAD = ("superficial", "combined", "fold", "fork edge")
"""Lesions and look-alikes that spread along the wall, more than they stand up from it."""
NEAREST_MM, FARTHEST_MM = 0.05, 60.0
"""Distances are kept within these: a ray down a duct that meets nothing is as good as one that meets a wall there."""


@dataclass(frozen=True, slots=True, eq=False)
class PixelTruth:
    """One frame's; (S, S) float32 each, 0 outside the rim.

    distance in mm along the ray. spot: lesions only, with the wall that a flat one spreads over; alike: folds, debris
    and clots that only look like one.
    """

    distance: FloatArray
    mouth: FloatArray
    edge: FloatArray
    spot: FloatArray
    clear: FloatArray
    alike: FloatArray


def match_cores(bundle: Bundle, centres_px: DoubleArray) -> NDArray[np.intp]:
    """For each core (N,) that calibration found, the true core (of `centres_px` (M, 2)) that lies nearest."""
    return np.asarray(cKDTree(centres_px).query(bundle.xy_px)[1], dtype=np.intp)


def lay_truth(
    sight: Sight, is_well: NDArray[np.bool_], tip_branch: int, tree: DuctTree, cores: NDArray[np.intp], plan: RasterPlan
) -> PixelTruth:
    """Lay what the true cores saw on the raster of `plan`; `cores` as `match_cores` gives them."""
    lesion, alike = np.zeros((2, len(sight.lesion)), dtype=np.bool_)
    for index, each in enumerate(tree.lesions):
        looks = (sight.lesion == index) | _looks_at_spread(sight, tree.branches[each.branch], each)
        (lesion if each.is_lesion else alike)[looks] = True
    branch = sight.branch[cores]
    nearest = plan.index[:, 0].reshape(plan.seen.shape)
    log_mm = np.log(np.clip(sight.distance_mm[cores], NEAREST_MM, FARTHEST_MM))
    return PixelTruth(
        distance=np.exp(_mix(log_mm, plan)) * plan.seen,
        mouth=_mix((branch >= 0) & (branch != tip_branch), plan),
        edge=_find_edges(np.where(plan.seen, branch[nearest], -1)) * plan.seen,
        spot=_mix(lesion[cores], plan),
        clear=_mix(is_well[cores], plan),
        alike=_mix(alike[cores], plan),
    )


def _looks_at_spread(sight: Sight, branch: Branch, lesion: Lesion) -> NDArray[np.bool_]:
    """Which cores (N,) look at wall that a flat lesion, or one without lobes, spreads over: an ellipse on the wall."""
    if lesion.type not in _SPREAD and len(lesion.lobes):
        return np.zeros(len(sight.lesion), dtype=np.bool_)
    half_mm = 0.5 * lesion.size_mm
    radius_mm = float(np.interp(lesion.arc_mm, np.arange(len(branch.radius_mm)) * LINE_MM, branch.radius_mm))
    half_rad = np.pi if lesion.narrows else min(half_mm / radius_mm, np.pi)
    around_rad = np.deg2rad((sight.angle_deg - lesion.wall_angle_deg + 180.0) % 360.0 - 180.0)
    with np.errstate(invalid="ignore"):
        away = ((sight.arc_mm - lesion.arc_mm) / half_mm) ** 2 + (around_rad / half_rad) ** 2
    return np.asarray((sight.branch == lesion.branch) & (sight.lesion < 0) & (away <= 1.0), dtype=np.bool_)


def _mix(values: NDArray[np.generic], plan: RasterPlan) -> FloatArray:
    mixed = np.einsum("pk,pk->p", plan.weight, values.astype(np.float32)[plan.index])
    return np.asarray(mixed.reshape(plan.seen.shape), dtype=np.float32)


def _find_edges(branch: NDArray[np.int16]) -> FloatArray:
    """1 where a pixel's 3 x 3 neighbourhood shows two branches."""
    window = np.ones((3, 3), np.uint8)
    shown = branch.astype(np.float32)
    highest = cv2.dilate(shown, window)
    lowest = -cv2.dilate(np.where(shown >= 0, -shown, np.float32(-1e6)), window)
    return ((highest > lowest) & (highest >= 0)).astype(np.float32)

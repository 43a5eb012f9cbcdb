"""Holes in the lattice: where a core must lie although none was seen.

A dead core still has a place. Its neighbours tell it: every pair of neighbours in line points at the next core,
and where several pairs point at the same empty place, one core is missing.
"""

from __future__ import annotations

import cv2
import numpy as np
import scipy
from numpy.typing import NDArray

from ductoscope.model import DoubleArray
from ductoscope.restore.lattice import NEIGHBOURS, TOUCHING, keep_strongest

_ROUNDS = 8
_FREE = 0.72
"""Pitches from every core that a place must lie to be a hole; gaps of an irregular lattice are smaller."""
_AGREE = 0.4
"""Pitches within which pairs point at the same place."""
_CELLS_PER_PITCH = 4


class Enclosed:
    """The area that the cores enclose, small notches of its edge filled, on a raster of quarter pitches."""

    def __init__(self, xy_px: DoubleArray, pitch_px: float) -> None:
        self._step = pitch_px / _CELLS_PER_PITCH
        self._margin = 6 * _CELLS_PER_PITCH
        self._low = xy_px.min(axis=0)
        cells = self._cells(xy_px)
        area = np.zeros(cells.max(axis=0)[::-1] + self._margin + 1, dtype=np.uint8)
        area[cells[:, 1], cells[:, 0]] = 1
        area = cv2.dilate(area, _disc(0.75))
        area = cv2.morphologyEx(area, cv2.MORPH_CLOSE, _disc(2.0))
        outside = area.copy()
        cv2.floodFill(outside, None, (0, 0), 2)
        # Back to where the centres of the outermost cores lie.
        self._area = cv2.erode((outside != 2).astype(np.uint8), _disc(0.75))

    def contains(self, xy_px: DoubleArray) -> NDArray[np.bool_]:
        """Tell which places (N, 2) lie inside."""
        cells = self._cells(xy_px)
        last = np.array(self._area.shape[::-1]) - 1
        held = np.clip(cells, 0, last)
        return np.asarray((self._area[held[:, 1], held[:, 0]] > 0) & (cells == held).all(axis=1))

    def _cells(self, xy_px: DoubleArray) -> NDArray[np.intp]:
        return np.asarray(np.rint((xy_px - self._low) / self._step).astype(np.intp) + self._margin)


def predict_missing(xy_px: DoubleArray, pitch_px: float) -> DoubleArray:
    """Predict the places of cores missing inside a bundle: (M, 2) xy.

    A hole wider than one core is filled from its edge inwards. Nothing is added outside the bundle.
    """
    inside = Enclosed(xy_px, pitch_px)
    known = xy_px
    for _ in range(_ROUNDS):
        places = _point_at_holes(known, pitch_px, inside)
        if len(places) == 0:
            break
        known = np.concatenate([known, places])
    return np.asarray(known[len(xy_px) :])


def _point_at_holes(xy_px: DoubleArray, pitch_px: float, inside: Enclosed) -> DoubleArray:
    tree = scipy.spatial.cKDTree(xy_px)
    pairs = tree.query_pairs(TOUCHING * pitch_px, output_type="ndarray")
    both = np.concatenate([pairs, pairs[:, ::-1]])
    # A core with all its neighbours points at no hole.
    is_complete = np.bincount(both[:, 0], minlength=len(xy_px)) >= NEIGHBOURS
    both = both[~is_complete[both[:, 0]]]
    aims = 2.0 * xy_px[both[:, 0]] - xy_px[both[:, 1]]
    aims = aims[tree.query(aims)[0] > _FREE * pitch_px]
    aims = aims[inside.contains(aims)]
    if len(aims) == 0:
        return np.asarray(aims)
    groups = scipy.spatial.cKDTree(aims).query_ball_point(aims, _AGREE * pitch_px)
    votes = np.array([len(group) for group in groups])
    places = np.array([aims[group].mean(axis=0) for group in groups])
    sure = votes >= 2
    places, votes = places[sure], votes[sure]
    places = places[keep_strongest(places, votes.astype(np.float64), _FREE * pitch_px)] if len(places) else places
    return np.asarray(places[tree.query(places)[0] > _FREE * pitch_px]) if len(places) else places


def _disc(pitches: float) -> NDArray[np.uint8]:
    reach = round(pitches * _CELLS_PER_PITCH)
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1)), dtype=np.uint8)

"""Dark lumens: where the picture is dark within a bright rim, a duct goes on; two of them side by side are a fork."""

from __future__ import annotations

import cv2
import numpy as np

from ductoscope.model import BoolArray, FloatArray

_LEVELS = 8
_LEAST_SHARE, _MOST_SHARE = 0.006, 0.45
"""Of the picture, that a lumen covers."""
_LEAST_DEPTH = 0.3
"""How far (log light) a lumen's middle lies below the rim at which it parts from the next."""
_SURE_DEPTH = 0.9
_ONE_ALONE = 0.15
"""Chance that the only lumen is another branch's: mostly it is the duct that the tip is in."""
_EDGE_WIDTH = 0.75


def find_dark_lumens(light: FloatArray, seen: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Chances (S, S) of mouths, and of edges between them, in softened light (S, S)."""
    nothing = np.zeros(seen.shape, dtype=np.float32)
    size = seen.shape[1], seen.shape[0]
    # Lumens are large: half the size shows them as well.
    half = size[0] // 2, size[1] // 2
    shown = cv2.resize(seen.astype(np.float32), half, interpolation=cv2.INTER_AREA) > 0.99
    if not shown.any():
        return nothing, nothing
    softer = cv2.resize(light, half, interpolation=cv2.INTER_AREA)
    grey = np.where(shown, np.log(np.maximum(softer, np.float32(1e-3))), np.float32(10.0)).astype(np.float32)
    lumens, depths = _part_lumens(grey, shown)
    if not depths:
        return nothing, nothing
    chances = [min(depth / _SURE_DEPTH, 1.0) * (0.85 if len(depths) > 1 else _ONE_ALONE) for depth in depths]
    mouth = _enlarge(np.array([0.0, *chances], dtype=np.float32)[lumens], size) * seen
    if len(depths) < 2:
        return mouth, nothing
    return mouth, _enlarge(_find_seams(lumens, shown) * np.float32(max(chances)), size) * seen


def _enlarge(values: FloatArray, size: tuple[int, int]) -> FloatArray:
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _part_lumens(grey: FloatArray, seen: BoolArray) -> tuple[np.ndarray, list[float]]:
    """Labels (S, S), 0 for none, and depths of the lumens, at the water level that parts the picture into the most."""
    lowest, middle = float(grey[seen].min()), float(np.percentile(grey[seen], 70))
    area = float(seen.sum())
    best: tuple[np.ndarray, list[float]] = (np.zeros(seen.shape, dtype=np.int32), [])
    for level in np.linspace(lowest, middle, _LEVELS + 1)[1:]:
        _, labels, stats, _ = cv2.connectedComponentsWithStats((grey < level).astype(np.uint8), connectivity=4)
        kept = np.zeros(len(stats), dtype=np.int32)
        depths: list[float] = []
        for label in range(1, len(stats)):
            if not _LEAST_SHARE * area <= stats[label, cv2.CC_STAT_AREA] <= _MOST_SHARE * area:
                continue
            depth = float(level) - float(grey[labels == label].min())
            if depth >= _LEAST_DEPTH:
                depths.append(depth)
                kept[label] = len(depths)
        if len(depths) >= len(best[1]) and depths:
            best = kept[labels], depths
    return best


def _find_seams(lumens: np.ndarray, seen: BoolArray) -> FloatArray:
    """1 where two lumens are equally near, and nearer than the gap between them is wide."""
    away = np.stack(
        [
            cv2.distanceTransform((lumens != each).astype(np.uint8), cv2.DIST_L2, 3)
            for each in range(1, lumens.max() + 1)
        ]
    )
    away.sort(axis=0)
    near, next_near = away[0], away[1]
    between = (next_near - near <= 2.0 * _EDGE_WIDTH) & (near + next_near <= 1.5 * (near + next_near)[seen].min() + 2.0)
    return np.asarray(between * seen, dtype=np.float32)

"""What makes light spots a bundle: near-even distances to six neighbours."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from ductoscope.model import BoolArray, DoubleArray
from ductoscope.restore.nearest import find_nearest

NEIGHBOURS = 6
"""A core of a hexagonal lattice has six."""

TOUCHING = 1.5
"""Pitches within which two cores are neighbours; the next ring of a hexagonal lattice lies at 1.73."""

_AROUND = 19


def measure_disorder(xy_px: DoubleArray) -> DoubleArray:
    """How uneven the distances to the six nearest neighbours are, averaged over the places around: (N,).

    0 is a perfect lattice; peaks of noise give about 0.2, real bundles 0.04 to 0.14.
    """
    distance, near = find_nearest(xy_px, xy_px, _AROUND)
    own = distance[:, 1 : NEIGHBOURS + 1].std(axis=1) / distance[:, 1 : NEIGHBOURS + 1].mean(axis=1)
    return np.asarray(own[near].mean(axis=1))


def measure_sixfold(xy_px: DoubleArray) -> float:
    """How near the directions to six neighbours come to 60 degrees apart, 0..1, median over all places.

    Bundles give 0.8 or more, square grids, weaves and overtones of either 0.6 or less (bond-orientational order:
    D. R. Nelson and B. I. Halperin, Phys. Rev. B 19:2457, 1979).
    """
    near = find_nearest(xy_px, xy_px, NEIGHBOURS + 1)[1][:, 1:]
    offset = xy_px[near] - xy_px[:, np.newaxis, :]
    angle = np.arctan2(offset[:, :, 1], offset[:, :, 0])
    return float(np.median(np.abs(np.exp(6j * angle).mean(axis=1))))


def largest_patch(xy_px: DoubleArray, pitch_px: float) -> BoolArray:
    """Mark the largest set of places that hang together, neighbour to neighbour."""
    pairs = scipy.spatial.cKDTree(xy_px).query_pairs(TOUCHING * pitch_px, output_type="ndarray")
    count = len(xy_px)
    links = scipy.sparse.coo_array(
        (np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(count, count)
    )
    label: NDArray[np.int32] = scipy.sparse.csgraph.connected_components(links, directed=False)[1]
    return np.asarray(label == np.bincount(label).argmax())


def keep_strongest(xy_px: DoubleArray, strength: DoubleArray, distance_px: float) -> BoolArray:
    """Mark places that have no stronger one nearer than `distance_px`."""
    keep = np.ones(len(xy_px), dtype=np.bool_)
    pairs = scipy.spatial.cKDTree(xy_px).query_pairs(distance_px, output_type="ndarray")
    weaker = np.where(strength[pairs[:, 0]] < strength[pairs[:, 1]], pairs[:, 0], pairs[:, 1])
    # Strongest first, so that a place that loses cannot itself push others out.
    stronger = pairs.sum(axis=1) - weaker
    for index in np.argsort(-strength[stronger], kind="stable"):
        if keep[stronger[index]]:
            keep[weaker[index]] = False
    return keep

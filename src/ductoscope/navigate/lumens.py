"""Lumens: the dark mouths that a picture looks into, and the ridges between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import BoolArray, DoubleArray, FloatArray, Outlook, place_pixels

GRID = 48
"""Side of the lattice that lumens are looked for on: a mouth of less than a fortieth of the picture is none yet."""
_LEAST_RISE = 0.12
"""A lumen's bottom lies at least 13 % farther away than the ridge before it (logarithm of the ratio)."""
_RIDGE_HEIGHT = 0.4
"""The ridge is where the border of two lumens is farthest away, down to 1.5 times nearer than that."""
_SMOOTH_PIXELS = 0.8
_LEAST_MOUTH, _MOST_MOUTH = 6, 0.95
"""Pixels of a mouth at least, and its share of what climbs to it at most, for its rim to be in the picture."""
_RIM_PERCENTILE = 5.0


@dataclass(frozen=True, slots=True)
class Lumen:
    """One mouth in one picture.

    place_xy: its bottom in the unit disc (x right, y down, rim at radius 1). distance: of its bottom, in the Outlook's
    own scale. rise: logarithm of how much farther its bottom is than the ridge to its deepest neighbour; of the
    deepest lumen, to the picture's nearest wall. mouth: chance that it belongs to another branch than the tip's.
    share: of the picture that falls into it.
    """

    place_xy: tuple[float, float]
    distance: float
    rise: float
    mouth: float
    share: float

    @property
    def off_axis(self) -> float:
        """How far from the picture's middle, 1 at the rim."""
        return math.hypot(*self.place_xy)

    @property
    def clock(self) -> float:
        """Hour at which it lies in the picture, 0 < h <= 12."""
        x, y = self.place_xy
        return (math.degrees(math.atan2(x, -y)) / 30.0 - 1e-9) % 12.0 + 1e-9


@dataclass(frozen=True, slots=True)
class Ridge:
    """What stands between two lumens of one picture: a carina, or a fold.

    first, second: their places in the list of lumens. place_xy: where it is farthest away, in the unit disc, and that
    distance in the Outlook's scale. edge: share of it that the eye takes for a meeting of two branches; spot: for
    something on the wall. mouth: chance that one lumen beside it belongs to another branch than the tip's. rise:
    logarithm of how much farther the bottoms of both lumens are, at least.
    """

    first: int
    second: int
    place_xy: tuple[float, float]
    distance: float
    edge: float
    spot: float
    mouth: float
    rise: float


@dataclass(frozen=True, slots=True, eq=False)
class Mouths:
    """All the mouths of one picture, the deepest first, and the ridges between them.

    basin: (GRID, GRID) which lumen each place climbs to, -1 outside the rim. ahead: (GRID, GRID) how far ahead of the
    tip what is seen there lies, in the Outlook's scale. is_other: (GRID, GRID), likely in another branch than the tip.
    """

    lumens: tuple[Lumen, ...]
    ridges: tuple[Ridge, ...]
    basin: NDArray[np.int16]
    ahead: FloatArray
    is_other: BoolArray

    def find_rim(self, numbers: Sequence[int]) -> float | None:
        """How far ahead the wall ends where these lumens begin; None when that is not in the picture."""
        own = np.isin(self.basin, numbers)
        within = own & self.is_other
        count = int(within.sum())
        if count < _LEAST_MOUTH or count > _MOST_MOUTH * own.sum():
            return None
        return float(np.percentile(self.ahead[within], _RIM_PERCENTILE))


@lru_cache(maxsize=4)
def _place_grid(size: int) -> tuple[DoubleArray, BoolArray]:
    places = place_pixels(size)
    return places, np.hypot(places[..., 0], places[..., 1]) <= 0.97


def find_lumens(outlook: Outlook, forward: FloatArray) -> Mouths:
    """Find the mouths of one picture. forward: (S, S) cosine between a pixel's ray and the tip's axis.

    A lumen is a maximum of the distance that stands out from the saddle to every farther one (its persistence, as
    Edelsbrunner and Harer define it for functions on a lattice); its basin is all that climbs to it.
    """
    places, inside = _place_grid(GRID)
    distance = np.maximum(outlook.distance, 1e-3)
    height = np.asarray(
        cv2.GaussianBlur(_shrink(np.log(distance)), (0, 0), _SMOOTH_PIXELS, borderType=cv2.BORDER_REPLICATE), np.float32
    )
    order = np.argsort(-height[inside], kind="stable")
    pixels = np.flatnonzero(inside)[order].astype(np.int32)
    basin, peaks, rises = _climb(height.ravel(), pixels, GRID, _LEAST_RISE)
    basin = basin.reshape(GRID, GRID)
    edge = _shrink(cv2.dilate(outlook.edge, np.ones((3, 3), np.uint8)))
    mouth, spot = _shrink(outlook.mouth), _shrink(outlook.spot)
    lumens = tuple(
        _describe(number, int(peak), float(rise), basin, height, mouth, places, inside)
        for number, (peak, rise) in enumerate(zip(peaks, rises, strict=True))
    )
    ahead = np.exp(height) * _shrink(forward)
    ridges = _find_ridges(lumens, basin, height, edge, spot, places)
    return Mouths(lumens, ridges, basin, ahead, (mouth > 0.5) & inside)


def _shrink(values: NDArray[np.generic]) -> FloatArray:
    shrunk = cv2.resize(np.asarray(values, np.float32), (GRID, GRID), interpolation=cv2.INTER_AREA)
    return np.asarray(shrunk, np.float32)


def _describe(
    number: int,
    peak: int,
    rise: float,
    basin: NDArray[np.int16],
    height: FloatArray,
    mouth: FloatArray,
    places: DoubleArray,
    inside: BoolArray,
) -> Lumen:
    own = basin == number
    row, column = divmod(peak, GRID)
    # The bottom itself may already look into the next fork: the wall around it tells whose lumen it is.
    top = float(height[row, column])
    around = own & (height > top - 1.2) & (height < top - 0.25)
    place = places[row, column]
    return Lumen(
        (float(place[0]), float(place[1])),
        math.exp(top),
        rise,
        float(np.median(mouth[around])) if around.any() else float(mouth[row, column]),
        float(own.sum() / inside.sum()),
    )


def _find_ridges(
    lumens: tuple[Lumen, ...],
    basin: NDArray[np.int16],
    height: FloatArray,
    edge: FloatArray,
    spot: FloatArray,
    places: DoubleArray,
) -> tuple[Ridge, ...]:
    ridges = []
    window = np.ones((3, 3), np.uint8)
    grown = [cv2.dilate((basin == number).astype(np.uint8), window) > 0 for number in range(len(lumens))]
    for first in range(len(lumens)):
        for second in range(first + 1, len(lumens)):
            border = ((basin == first) & grown[second]) | ((basin == second) & grown[first])
            if not border.any():
                continue
            top = float(height[border].max())
            ridge = border & (height > top - _RIDGE_HEIGHT)
            row, column = divmod(int(np.argmax(np.where(border, height, -np.inf))), GRID)
            rise = min(math.log(lumens[first].distance), math.log(lumens[second].distance)) - top
            ridges.append(
                Ridge(
                    first,
                    second,
                    (float(places[row, column, 0]), float(places[row, column, 1])),
                    math.exp(top),
                    float(edge[ridge].mean()),
                    float(spot[ridge].mean()),
                    max(lumens[first].mouth, lumens[second].mouth),
                    rise,
                )
            )
    return tuple(ridges)


@njit(cache=True, nogil=True)
def _climb(
    height: FloatArray, pixels: NDArray[np.int32], side: int, least_rise: float
) -> tuple[NDArray[np.int16], NDArray[np.int32], FloatArray]:
    """Flood from the farthest pixel down; lakes that meet stay apart where both rise enough above the meeting."""
    lake = np.full(side * side, -1, np.int32)
    joined = np.empty(pixels.size, np.int32)
    peak = np.empty(pixels.size, np.int32)
    rise = np.zeros(pixels.size, np.float32)
    count = 0
    for pixel in pixels:
        row, column = pixel // side, pixel % side
        best = -1
        for away_row in range(-1, 2):
            for away_column in range(-1, 2):
                r, c = row + away_row, column + away_column
                if r < 0 or c < 0 or r >= side or c >= side or lake[r * side + c] < 0:
                    continue
                other = lake[r * side + c]
                while joined[other] != other:
                    other = joined[other]
                if best < 0 or other == best:
                    best = other
                    continue
                low, high = (other, best) if height[peak[other]] < height[peak[best]] else (best, other)
                stands = height[peak[low]] - height[pixel]
                if rise[low] == 0.0 and stands < least_rise:
                    joined[low] = high
                    best = high
                else:
                    if rise[low] == 0.0:
                        rise[low] = stands
                    best = high
        if best < 0:
            joined[count] = count
            peak[count] = pixel
            best = count
            count += 1
        lake[pixel] = best
    lowest = height[pixels[-1]]
    kept = np.empty(count, np.int32)
    found = 0
    for number in range(count):
        if joined[number] == number:
            if rise[number] == 0.0:
                rise[number] = height[peak[number]] - lowest
            kept[found] = number
            found += 1
    basin = np.full(side * side, -1, np.int16)
    for pixel in pixels:
        other = lake[pixel]
        while joined[other] != other:
            other = joined[other]
        for number in range(found):
            if kept[number] == other:
                basin[pixel] = number
    return basin, peak[kept[:found]], rise[kept[:found]]

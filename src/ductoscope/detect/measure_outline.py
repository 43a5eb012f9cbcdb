"""Measure an outline that a person drew: its longest diameter with one standard deviation, or why there is none.

Everything holds at one distance only: a fibre picture has no fixed scale, since magnification falls with distance. The
scale must therefore belong to the same picture and the same depth as the outline, and says in words where it came from.

Uncertainty is propagated to first order as in JCGM 100:2008 (GUM), 5.1.2: for value = scale x length,
u² = (scale u(length))² + (length u(scale))². The longest of many noisy diameters is not one of them: its expectation
and its spread are taken from simulated clicks (JCGM 101:2008, propagation of distributions), not from a formula.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ductoscope.model import BadInputError, DoubleArray
from ductoscope.model.clinical import Measurement, Unmeasurable

METHOD = "longest diameter of an outline drawn by hand"
SHORTEST_PX = 4.0
"""Below this a diameter is a few picture elements, and a fibre's core is about as wide: no size can be told."""
_SMALLEST_OVER_CLICK = 4.0
_DRAWS = 300
_SEED = 20_220
_WORST_SHARE = 0.5
_SMOOTHED_FROM = 18
_HARMONICS = 4
_SMOOTH_POINTS = 24

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PictureScale:
    """How long a pixel is at one depth of one picture. sigma_mm_per_px: one standard deviation; says: its source."""

    mm_per_px: float
    sigma_mm_per_px: float
    says: str


def measure_outline(
    outline_px: Sequence[Point],
    mm_per_px: float | None,
    sigma_mm_per_px: float | None,
    click_sigma_px: float,
    scale: str,
) -> Measurement | Unmeasurable:
    """Measure the longest diameter of an outline.

    outline_px: at least 3 points x, y as clicked, in pixels of the picture that the scale belongs to. mm_per_px and its
    sigma: at the outline's depth; None when nobody knows them. click_sigma_px: how well a point is hit, per axis.
    scale: what gave it, in words; it stands with the size in the report.
    Raises BadInputError for points that are no numbers or a negative uncertainty.
    """
    points = _read(outline_px)
    if click_sigma_px < 0 or (sigma_mm_per_px is not None and sigma_mm_per_px < 0):
        raise BadInputError("An uncertainty cannot be below zero.")
    if mm_per_px is None or sigma_mm_per_px is None or not mm_per_px > 0 or not scale.strip():
        return Unmeasurable("no scale: nothing in this picture has a known size at this distance")
    if len(np.unique(points, axis=0)) < 3:
        return Unmeasurable("the outline has fewer than three different points")
    drawn_px = _longest(_smooth(points[None]))[0]
    if drawn_px < SHORTEST_PX or drawn_px < _SMALLEST_OVER_CLICK * click_sigma_px:
        return Unmeasurable(f"too small to measure: {drawn_px:.1f} pixels across")
    if _width_across(points) < max(1.0, click_sigma_px):
        return Unmeasurable("the outline is a line and encloses nothing")
    length_px, sigma_px = _expect_longest(points, drawn_px, click_sigma_px)
    value_mm = length_px * mm_per_px
    sigma_mm = math.hypot(mm_per_px * sigma_px, length_px * sigma_mm_per_px)
    if not sigma_mm < _WORST_SHARE * value_mm:
        return Unmeasurable(f"too uncertain: {value_mm:.1f} mm with a standard deviation of {sigma_mm:.1f} mm")
    # A size without any uncertainty does not exist; the noun's smallest is a micrometre.
    return Measurement(value_mm, max(sigma_mm, 0.001), METHOD, scale)


def scale_from_tool(
    ends_px: tuple[Point, Point],
    width_mm: float,
    click_sigma_px: float,
    *,
    sigma_width_mm: float = 0.0,
    tool: str = "a tool",
) -> PictureScale | Unmeasurable:
    """The scale at the depth of a tool whose width is known, from two points clicked on its two edges.

    ends_px: the two points, straight across the tool. width_mm: as its maker states, with one standard deviation.
    For scale = width / length: (u/scale)² = (u(width)/width)² + 2 (click / length)², JCGM 100:2008, 5.1.6; each end
    adds the click's variance along the line.
    """
    ends = _read(ends_px)
    if not width_mm > 0 or sigma_width_mm < 0 or click_sigma_px < 0:
        raise BadInputError(f"A tool of {width_mm:g} mm gives no scale; its width must be above zero.")
    length_px = float(np.hypot(*(ends[1] - ends[0])))
    if length_px < SHORTEST_PX or length_px < _SMALLEST_OVER_CLICK * click_sigma_px:
        return Unmeasurable(f"the tool is only {length_px:.1f} pixels wide in this picture: too small to give a scale")
    # Clicks across the line lengthen it by about click² / length on average; that is taken off again.
    straight_px = length_px - click_sigma_px**2 / length_px
    mm_per_px = width_mm / straight_px
    share = math.hypot(sigma_width_mm / width_mm, math.sqrt(2) * click_sigma_px / straight_px)
    return PictureScale(mm_per_px, mm_per_px * share, f"{tool}, {width_mm:g} mm wide, in the same picture")


def _read(points: Sequence[Point]) -> DoubleArray:
    read = np.asarray(points, dtype=np.float64)
    if read.size == 0:
        return np.empty((0, 2))
    if read.ndim != 2 or read.shape[1] != 2 or not np.isfinite(read).all():
        raise BadInputError("An outline is a list of points x, y in pixels; draw it again.")
    return read


def _smooth(outlines: DoubleArray) -> DoubleArray:
    """Outlines of many points without the trembling of each: their lowest harmonics, at fewer points; (D, P, 2).

    A closed outline is periodic, so its Fourier series keeps its shape and drops what no hand draws on purpose (Kuhl
    and Giardina, Computer Graphics and Image Processing 1982;18:236). Few points are corners that somebody chose: they
    stay.
    """
    count = outlines.shape[1]
    if count < _SMOOTHED_FROM:
        return outlines
    waves = np.fft.fft(outlines[..., 0] + 1j * outlines[..., 1], axis=1)
    kept = np.zeros((len(outlines), _SMOOTH_POINTS), dtype=np.complex128)
    kept[:, : _HARMONICS + 1] = waves[:, : _HARMONICS + 1]
    kept[:, -_HARMONICS:] = waves[:, -_HARMONICS:]
    smooth = np.fft.ifft(kept, axis=1) * (_SMOOTH_POINTS / count)
    return np.stack((smooth.real, smooth.imag), axis=-1)


def _longest(outlines: DoubleArray) -> DoubleArray:
    """The longest distance between two points of each outline; outlines: (D, P, 2)."""
    first, second = np.triu_indices(outlines.shape[1], 1)
    x, y = outlines[..., 0], outlines[..., 1]
    squares = (x[:, first] - x[:, second]) ** 2 + (y[:, first] - y[:, second]) ** 2
    longest: DoubleArray = np.sqrt(squares.max(axis=1))
    return longest


def _width_across(points: DoubleArray) -> float:
    """The extent across the direction of the longest diameter."""
    first, second = np.triu_indices(len(points), 1)
    spans = points[first] - points[second]
    along = spans[np.argmax(np.hypot(*spans.T))]
    across = np.array((-along[1], along[0])) / np.hypot(*along)
    return float(np.ptp(points @ across))


def _expect_longest(points: DoubleArray, drawn_px: float, click_sigma_px: float) -> tuple[float, float]:
    """The diameter without the clicks' bias, and its standard deviation.

    Noise makes the longest of many diameters longer. How much is seen by clicking once more: the points are drawn anew
    around where they are, and what that adds on average is taken off.
    """
    if click_sigma_px == 0:
        return drawn_px, 0.0
    noise = np.random.default_rng(_SEED).normal(scale=click_sigma_px, size=(_DRAWS, *points.shape))
    again = _longest(_smooth(points[None] + noise))
    return max(2 * drawn_px - float(again.mean()), 0.5 * drawn_px), float(again.std())

"""Sizes of outlines: right on average, with honest intervals, or not told at all."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ductoscope.detect import METHOD, PictureScale, measure_outline, scale_from_tool
from ductoscope.model import BadInputError
from ductoscope.model.clinical import Measurement, Unmeasurable

SCALE = "stated distance"


def _ellipse(count: int, long_px: float, short_px: float) -> np.ndarray:
    turns = np.arange(count) / count * 2 * np.pi
    return np.stack([long_px / 2 * np.cos(turns), short_px / 2 * np.sin(turns)], axis=1) + 100.0


def _points(outline: np.ndarray) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in outline]


def test_a_square_without_noise_is_its_diagonal() -> None:
    square = [(0.0, 0.0), (30.0, 0.0), (30.0, 40.0), (0.0, 40.0)]
    size = measure_outline(square, 0.1, 0.0, 0.0, SCALE)
    assert isinstance(size, Measurement)
    assert size.value_mm == pytest.approx(5.0)
    assert size.sigma_mm == pytest.approx(0.001)
    assert (size.method, size.scale) == (METHOD, SCALE)


def test_the_scale_counts_in_full() -> None:
    size = measure_outline([(0, 0), (30, 0), (30, 40), (0, 40)], 0.1, 0.01, 0.0, SCALE)
    assert isinstance(size, Measurement)
    assert size.sigma_mm == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("count", "long_px", "short_px", "click_px"),
    [(6, 60, 30, 0.5), (12, 60, 30, 1.0), (30, 80, 20, 1.5), (60, 40, 40, 1.5)],
)
def test_two_of_three_intervals_hold_the_true_size(
    count: int, long_px: float, short_px: float, click_px: float
) -> None:
    """One standard deviation to either side covers 68 % of the repetitions; 150 of them tell it to ± 4 %."""
    rng = np.random.default_rng(4)
    outline = _ellipse(count, long_px, short_px)
    true_px = max(math.dist(one, other) for one in outline for other in outline)
    scale, sigma = 0.05, 0.001
    held = 0
    for _ in range(150):
        clicked = outline + rng.normal(scale=click_px, size=outline.shape)
        size = measure_outline(_points(clicked), rng.normal(scale, sigma), sigma, click_px, SCALE)
        assert isinstance(size, Measurement)
        held += abs(size.value_mm - true_px * scale) <= size.sigma_mm
    assert 0.56 <= held / 150 <= 0.80


def test_the_same_clicks_give_the_same_size() -> None:
    outline = _points(_ellipse(12, 60, 30))
    assert measure_outline(outline, 0.05, 0.002, 1.0, SCALE) == measure_outline(outline, 0.05, 0.002, 1.0, SCALE)


@pytest.mark.parametrize(
    ("outline", "mm_per_px", "sigma", "click_px", "scale", "why"),
    [
        ([(0, 0), (30, 0), (30, 40)], None, None, 1.0, SCALE, "no scale"),
        ([(0, 0), (30, 0), (30, 40)], 0.1, None, 1.0, SCALE, "no scale"),
        ([(0, 0), (30, 0), (30, 40)], 0.0, 0.1, 1.0, SCALE, "no scale"),
        ([(0, 0), (30, 0), (30, 40)], 0.1, 0.01, 1.0, " ", "no scale"),
        ([], 0.1, 0.01, 1.0, SCALE, "fewer than three"),
        ([(0, 0), (30, 0), (30, 0)], 0.1, 0.01, 1.0, SCALE, "fewer than three"),
        ([(0, 0), (3, 0), (3, 2)], 0.1, 0.01, 0.1, SCALE, "too small"),
        ([(0, 0), (20, 0), (10, 10)], 0.1, 0.01, 6.0, SCALE, "too small"),
        ([(0, 0), (30, 0), (60, 0)], 0.1, 0.01, 1.0, SCALE, "encloses nothing"),
        ([(0, 0), (30, 0), (30, 40)], 0.1, 0.06, 1.0, SCALE, "too uncertain"),
    ],
)
def test_what_cannot_be_measured_says_why(outline, mm_per_px, sigma, click_px, scale, why: str) -> None:
    size = measure_outline(outline, mm_per_px, sigma, click_px, scale)
    assert isinstance(size, Unmeasurable)
    assert why in size.reason


@pytest.mark.parametrize(
    ("outline", "click_px"), [([(0, 0), (math.nan, 1), (2, 2)], 1.0), ([(0, 0, 0)], 1.0), ([(0, 0), (1, 1)], -1.0)]
)
def test_what_is_no_outline_is_refused(outline, click_px: float) -> None:
    with pytest.raises(BadInputError):
        measure_outline(outline, 0.1, 0.01, click_px, SCALE)


def test_a_tool_of_known_width_gives_the_scale() -> None:
    scale = scale_from_tool(((10.0, 10.0), (10.0, 50.0)), 0.4, 0.0, tool="basket")
    assert isinstance(scale, PictureScale)
    assert scale.mm_per_px == pytest.approx(0.01)
    assert scale.sigma_mm_per_px == 0
    assert scale.says == "basket, 0.4 mm wide, in the same picture"


def test_two_of_three_intervals_hold_the_true_scale() -> None:
    rng = np.random.default_rng(5)
    held = []
    values = []
    for _ in range(3000):
        ends = np.array([[0.0, 0.0], [0.0, 30.0]]) + rng.normal(scale=2.0, size=(2, 2))
        scale = scale_from_tool((tuple(ends[0]), tuple(ends[1])), rng.normal(0.45, 0.02), 2.0, sigma_width_mm=0.02)
        assert isinstance(scale, PictureScale)
        values.append(scale.mm_per_px)
        held.append(abs(scale.mm_per_px - 0.015) <= scale.sigma_mm_per_px)
    assert np.mean(held) == pytest.approx(0.68, abs=0.04)
    assert np.mean(values) == pytest.approx(0.015, rel=0.02)


def test_a_tool_that_is_too_small_gives_none() -> None:
    assert isinstance(scale_from_tool(((0, 0), (0, 3)), 0.4, 0.1), Unmeasurable)
    assert isinstance(scale_from_tool(((0, 0), (0, 20)), 0.4, 6.0), Unmeasurable)
    with pytest.raises(BadInputError):
        scale_from_tool(((0, 0), (0, 30)), 0.0, 1.0)

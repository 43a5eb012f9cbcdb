"""Sizes of patches: in mm with an honest sigma, or the reason why not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.detect.measure_spot import SizeSeen, believe_extent, measure_extent, measure_spot
from ductoscope.model.clinical import Measurement, Unmeasurable

VIEW = SizeSeen(radii=1.0, ahead=0.0, cores=20.0, cut=0.0, worth=1.0, mm=2.0, scale_share=0.05, scale="encoder")


def _sigma(*views: SizeSeen) -> float:
    size = measure_spot(views)
    assert isinstance(size, Measurement)
    return size.sigma_mm


def test_several_views_agree_on_a_size() -> None:
    size = measure_spot([VIEW] * 5)
    assert isinstance(size, Measurement)
    assert size.value_mm == pytest.approx(2.0)
    assert size.scale == "encoder"
    assert size.method


def test_doubt_grows_with_scale_disagreement_few_cores_and_depth() -> None:
    plain = _sigma(*[VIEW] * 5)
    assert _sigma(*[replace(VIEW, scale_share=0.3)] * 5) > plain
    assert _sigma(*[replace(VIEW, cores=8.0)] * 5) > plain
    assert _sigma(*[replace(VIEW, ahead=0.5)] * 5) > plain
    assert _sigma(*[replace(VIEW, mm=mm) for mm in (1.2, 1.6, 2.0, 2.4, 2.8)]) > plain


def test_views_that_hide_a_part_do_not_make_it_smaller() -> None:
    size = measure_spot([VIEW] * 5 + [replace(VIEW, mm=0.8)] * 3)
    assert isinstance(size, Measurement)
    assert size.value_mm == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("view", "reason"),
    [
        (replace(VIEW, cores=7.9), "fibre cores across"),
        (replace(VIEW, cut=0.5), "beyond the picture's rim"),
        (replace(VIEW, mm=None), "no scale"),
        (replace(VIEW, scale_share=0.6), "too uncertain"),
        (replace(VIEW, mm=1.0), "too uncertain"),
    ],
)
def test_what_cannot_be_measured_says_why(view: SizeSeen, reason: str) -> None:
    size = measure_spot([view] * 3)
    assert isinstance(size, Unmeasurable)
    assert reason in size.reason


def test_nothing_seen_on_a_wall_and_plugs_have_no_size() -> None:
    assert isinstance(measure_spot([]), Unmeasurable)
    assert isinstance(measure_spot([VIEW] * 5, is_plug=True), Unmeasurable)


def test_extent_is_the_longest_and_that_across_the_sight_alone() -> None:
    steps = np.linspace(-1.0, 1.0, 101)
    ahead = np.stack((0 * steps, 0 * steps, 5.0 + 2.0 * steps), axis=1)
    across = np.stack((steps, 0 * steps, 5.0 + 0 * steps), axis=1)
    longest, lateral = measure_extent(ahead)
    assert longest == pytest.approx(4.0, rel=0.07)
    assert lateral == pytest.approx(0.0, abs=1e-9)
    longest, lateral = measure_extent(across)
    assert longest == pytest.approx(2.0, rel=0.05)
    assert lateral == pytest.approx(2.0, rel=0.05)


def test_what_lies_along_the_sight_is_believed_in_part() -> None:
    assert believe_extent(2.0, 2.0) == 2.0
    assert 2.0 < believe_extent(4.0, 2.0) < 4.0
    assert believe_extent(1.9, 2.0) == 2.0

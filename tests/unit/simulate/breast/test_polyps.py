from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.simulate.breast.balls import measure_balls
from ductoscope.simulate.breast.lesion_kinds import LesionKind
from ductoscope.simulate.breast.polyps import join_group, shape_dome, shape_flat, shape_papilla, shape_plug

_KIND = LesionKind("polypoid solitary", "papillary", "stalk", "lobulated", "red", "no", 1.0)
_HALF = np.array([1.1, 0.9, 1.6])


@pytest.mark.parametrize("surface", ["lobulated", "granular", "villous"])
def test_a_papilla_has_many_lobes_of_varying_size_pale_outside(surface: str) -> None:
    balls = shape_papilla(np.random.default_rng(1), replace(_KIND, surface=surface), _HALF, 60)
    assert 50 <= len(balls) <= 60
    assert balls[:-8, 3].std() / balls[:-8, 3].mean() > 0.15
    outside = np.linalg.norm(balls[:, :3] - balls[:, :3].mean(axis=0), axis=1)
    far, near = outside > np.percentile(outside, 70), outside < np.percentile(outside, 20)
    assert balls[far, 5].mean() > balls[near, 5].mean()


def test_a_stalk_is_thinner_than_its_head() -> None:
    balls = shape_papilla(np.random.default_rng(2), _KIND, _HALF, 60)
    low = balls[:, 2] - balls[:, 3] < 0.0
    assert low.any()
    reach = np.max(np.abs(balls[low, 1]) + np.sqrt(np.maximum(balls[low, 3] ** 2 - balls[low, 2] ** 2, 0.0)))
    assert 2.0 * reach < 0.65 * measure_balls(balls)[1]
    broad = shape_papilla(np.random.default_rng(2), replace(_KIND, base="broad"), _HALF, 60)
    # A broad base meets the wall with its body.
    assert (broad[:, 2] < 0.5 * _HALF[2]).sum() > 1.5 * (balls[:, 2] < 0.5 * _HALF[2]).sum()


def test_a_smooth_dome_is_of_one_colour_and_a_rough_one_is_pebbled() -> None:
    smooth = shape_dome(np.random.default_rng(3), replace(_KIND, surface="smooth", base="broad"), _HALF, 60)
    rough = shape_dome(np.random.default_rng(3), replace(_KIND, surface="rough", base="broad"), _HALF, 60)
    assert smooth[:, 4].std() < 0.5 * rough[:, 4].std()
    assert np.median(rough[:, 3]) < 0.6 * np.median(smooth[:, 3])
    assert smooth[:, 7].mean() > rough[:, 7].mean() + 0.3


def test_a_flat_one_is_low_and_broad() -> None:
    balls = shape_flat(
        np.random.default_rng(4), replace(_KIND, surface="granular", base="broad"), _HALF * [1, 1, 0.2], 60
    )
    along, _, height = measure_balls(balls)
    assert height < 0.3 * along
    assert np.all(balls[:, 2] < height)


def test_a_plug_fills_a_lumen_and_is_knobbly_towards_the_nipple() -> None:
    balls = shape_plug(np.random.default_rng(5), replace(_KIND, base="broad"), 4.0, 1.5, 60)
    grid = np.linspace(-1.5, 1.5, 61)
    across, up = (field.ravel() for field in np.meshgrid(grid, grid + 1.5))
    inside = np.hypot(across, up - 1.5) < 1.5
    off = np.hypot(across[inside, None] - balls[:, 1], up[inside, None] - balls[:, 2])
    assert np.all((off < balls[:, 3]).any(axis=1))
    assert (balls[:, 0] < -0.5).sum() > 40


def test_polyps_of_a_group_keep_their_distance() -> None:
    one = shape_dome(np.random.default_rng(6), _KIND, 0.5 * _HALF, 20)
    group = join_group(np.random.default_rng(6), [one, one, one], 0.4, 0.0)
    assert measure_balls(group)[0] == pytest.approx(3.0 * measure_balls(one)[0] + 0.8)
    ends = np.sort(group[:, 0] - group[:, 3])
    assert ends[0] == pytest.approx(-0.5 * measure_balls(group)[0])

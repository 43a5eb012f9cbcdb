"""The tube's geometry and the light that is divided out of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.model import place_pixels
from ductoscope.navigate.shading import fit_shading
from ductoscope.navigate.tube import FAR_RADII, Tube, fit_tube
from tests.unit.navigate.tube_pictures import RAYS, SEEN, TubeView, measure_distance, turn_tip

VIEW = TubeView(aside_xy=(0.2, -0.3), tilt_deg=8.0)


def lay_tube(view: TubeView) -> Tube:
    """The true tube in the tip's frame."""
    back = turn_tip(view).T
    axis = back @ [0.0, 0.0, 1.0]
    middle = back @ [-view.aside_xy[0], -view.aside_xy[1], 0.0]
    middle = middle - axis * (middle[2] / axis[2])
    return Tube(axis, middle[:2] / view.radius, 0.0, np.zeros(2), 1.0, 1.0, 1.0)


def test_rays_meet_the_wall_where_the_formula_for_a_cylinder_says() -> None:
    rays = RAYS[SEEN][::17]
    true = measure_distance(VIEW)[SEEN][::17]
    met = lay_tube(VIEW).meet_wall(rays)
    near = true < FAR_RADII
    assert met[near] == pytest.approx(true[near], rel=1e-3)
    assert np.all(met[~near] == FAR_RADII)


def test_the_fit_finds_axis_and_offset_from_the_shape_of_distances_alone() -> None:
    some = np.flatnonzero(SEEN)[::13]
    told = 2.6 * measure_distance(VIEW)[some]
    tube = fit_tube(RAYS[some], told, (told < 26.0).astype(float), None, 15)
    true = lay_tube(VIEW)
    assert tube.fits > 0.95
    assert np.degrees(np.arccos(tube.axis @ true.axis)) < 2.0
    assert tube.offset_xy == pytest.approx(true.offset_xy, abs=0.06)
    assert tube.unit == pytest.approx(2.6, rel=0.05)


def test_a_growth_before_the_wall_does_not_bend_the_tube() -> None:
    some = np.flatnonzero(SEEN)[::13]
    told = measure_distance(VIEW)[some]
    x, y = place_pixels().reshape(-1, 2)[some].T
    is_hidden = (np.abs(x - 0.4) < 0.25) & (np.abs(y) < 0.25)
    hidden = np.where(is_hidden, 0.5 * told, told)
    weight = (told < 10.0).astype(float)
    tube = fit_tube(RAYS[some], hidden, weight, None, 15)
    assert np.degrees(np.arccos(tube.axis @ lay_tube(VIEW).axis)) < 4.0


def test_a_bend_ahead_is_followed() -> None:
    bent = replace_bend(lay_tube(VIEW), (0.06, -0.04))
    some = np.flatnonzero(SEEN)[::13]
    told = bent.meet_wall(RAYS[some])
    tube = fit_tube(RAYS[some], told, (told < 10.0).astype(float), None, 15)
    ahead = np.array([4.0])
    assert tube.place_middle(ahead)[0] == pytest.approx(bent.place_middle(ahead)[0], abs=0.15)


def replace_bend(tube: Tube, bend: tuple[float, float]) -> Tube:
    return replace(tube, bend_xy=np.array(bend))


def test_any_smooth_fall_off_of_light_is_divided_out_and_marks_stay() -> None:
    rng = np.random.default_rng(3)
    distance, angle = rng.uniform(1.2, 7.0, 2000), rng.uniform(0, 2 * np.pi, 2000)
    around = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    light = -1.7 * np.log(distance) - 0.03 * distance + 0.2 * np.cos(angle) / distance
    mark = np.where(rng.random(2000) < 0.1, -0.2, 0.0)
    planes = np.stack([light + mark, 0.1 * light], axis=1).astype(np.float32)
    left = planes - fit_shading(planes, distance, around, np.ones(2000, np.float32))
    assert np.std(left[mark == 0.0, 0]) < 0.02
    assert np.mean(left[mark < 0.0, 0]) == pytest.approx(-0.2, abs=0.03)

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.model import BadInputError
from ductoscope.simulate.duct import LINE_MM, Duct, DuctSettings, core_rays, make_duct, place_tip
from ductoscope.simulate.hands import TipPose
from ductoscope.simulate.one_tube_light import see_duct

SETTINGS = DuctSettings(length_mm=25.0, growth_mm=9.0)


@pytest.fixture(scope="module")
def duct() -> Duct:
    return make_duct(np.random.default_rng(8), SETTINGS)


@pytest.fixture(scope="module")
def rays() -> np.ndarray:
    """Rays on a polar grid: 24 rings of 72."""
    radius, angle = np.meshgrid((np.arange(24) + 0.5) / 24, np.arange(72) * np.pi / 36, indexing="ij")
    xy = np.column_stack([(radius * np.cos(angle)).ravel(), (radius * np.sin(angle)).ravel()])
    return core_rays(xy, 51.0)


def pose_at(depth_mm: float, **changes: object) -> TipPose:
    return replace(TipPose(0.0, depth_mm, (0.0, 0.0), (0.0, 0.0), 0.0), **changes)


def see(duct: Duct, pose: TipPose, rays: np.ndarray) -> np.ndarray:
    return see_duct(duct, *place_tip(duct, pose), rays, pose.depth_mm)


def test_rays_span_the_field_of_view() -> None:
    rays = core_rays(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 0.5]]), 51.0)
    np.testing.assert_allclose(np.linalg.norm(rays, axis=1), 1.0)
    angles = np.rad2deg([0.0, np.arctan2(rays[1, 0], rays[1, 2]), np.arctan2(rays[2, 1], rays[2, 2])])
    np.testing.assert_allclose(angles, [0.0, 25.5, 12.75])


def test_the_centreline_bends_no_tighter_than_asked(duct: Duct) -> None:
    along, right, down = duct.line[:, 3:6], duct.line[:, 6:9], duct.line[:, 9:12]
    for one, other in ((along, right), (along, down), (right, down)):
        np.testing.assert_allclose(np.sum(one * other, axis=1), 0.0, atol=1e-9)
    turn = np.arccos(np.clip(np.sum(along[1:] * along[:-1], axis=1), -1.0, 1.0))
    assert LINE_MM / turn.max() == pytest.approx(SETTINGS.bend_radius_mm, rel=0.05)
    steps = np.linalg.norm(np.diff(duct.line[:, :3], axis=0), axis=1)
    np.testing.assert_allclose(steps, LINE_MM, rtol=1e-3)


def test_the_tip_is_where_its_pose_says(duct: Duct) -> None:
    place, rotation = place_tip(duct, pose_at(5.0, offset_xy_mm=(0.2, -0.1), roll_deg=30.0))
    np.testing.assert_allclose(rotation.T @ rotation, np.eye(3), atol=1e-12)
    assert np.linalg.det(rotation) == pytest.approx(1.0)
    row = duct.line[round(5.0 / LINE_MM)]
    np.testing.assert_allclose(place - row[:3], 0.2 * row[6:9] - 0.1 * row[9:12], atol=1e-9)
    np.testing.assert_allclose(rotation[:, 2], row[3:6], atol=1e-9)
    tilted = place_tip(duct, pose_at(5.0, tilt_xy_deg=(10.0, 0.0)))[1]
    assert np.rad2deg(np.arccos(tilted[:, 2] @ row[3:6])) == pytest.approx(10.0)
    assert tilted[:, 2] @ row[6:9] > 0.0, "a positive first tilt looks to the right"


def test_rolling_the_scope_rolls_the_picture(duct: Duct, rays: np.ndarray) -> None:
    quarter = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    rolled = see(duct, pose_at(4.0, roll_deg=90.0), rays)
    turned = see(duct, pose_at(4.0), rays @ quarter.T)
    np.testing.assert_allclose(rolled, turned, atol=2e-3)


def test_the_wall_is_lit_near_and_dark_ahead(duct: Duct, rays: np.ndarray) -> None:
    light = see(duct, pose_at(4.0), rays).reshape(24, 72, 3)
    rings = light.mean(axis=(1, 2))
    assert (rings[4:] > 0.02).all()
    assert rings[-1] > 4.0 * rings[2]
    wall = light[12:].mean(axis=(0, 1))
    assert wall[0] > wall[1] > wall[2] > 0.3 * wall[0], "pinkish yellow, pale"


def test_moving_on_changes_the_picture_and_standing_still_does_not(duct: Duct, rays: np.ndarray) -> None:
    here, again, ahead = (see(duct, pose_at(depth), rays) for depth in (3.0, 3.0, 3.3))
    assert here.tobytes() == again.tobytes()
    assert np.abs(ahead - here)[-72 * 8 :].mean() > 0.01


def test_texture_is_fixed_to_the_wall(duct: Duct) -> None:
    """A place on the wall keeps its colour (red over blue) while the tip moves, whatever its brightness does."""
    row = duct.line[round(6.0 / LINE_MM)]
    angles = np.linspace(0.0, 2.0 * np.pi, 90, endpoint=False)
    out = np.cos(angles)[:, None] * row[6:9] + np.sin(angles)[:, None] * row[9:12]
    columns = duct.wall.relief.shape[2]
    column = np.round(angles * columns / (2.0 * np.pi)).astype(int) % columns
    radius = duct.wall.relief[0, round(6.0 / duct.wall.relief_mm), column].astype(float)
    targets = row[:3] + radius[:, None] * out
    colours = []
    for depth in (4.0, 4.3):
        place, rotation = place_tip(duct, pose_at(depth))
        toward = targets - place
        rays = (toward / np.linalg.norm(toward, axis=1, keepdims=True)) @ rotation
        light = see(duct, pose_at(depth), rays)
        colours.append(np.log(light[:, 0] / light[:, 2]))
    assert np.corrcoef(colours[0], colours[1])[0, 1] > 0.9


def test_the_growth_is_seen_where_geometry_puts_it(duct: Duct) -> None:
    place = np.linspace(-1.0, 1.0, 121)
    xy = np.array([(x, y) for y in place for x in place if np.hypot(x, y) <= 1.0])
    rays = core_rays(xy, 51.0)
    pose = pose_at(6.2, offset_xy_mm=(0.1, 0.1), roll_deg=20.0)
    bare = Duct(duct.line, duct.wall, np.zeros((1, 7)), -1e6)
    with_growth, without = see(duct, pose, rays), see(bare, pose, rays)
    on_growth = np.abs(with_growth - without).max(axis=1) > 0.05
    assert on_growth.any()
    assert not on_growth.all()
    tip, rotation = place_tip(duct, pose)
    toward = (duct.balls[:, :3] - tip) @ rotation
    hull, lobes = toward[0], toward[3:]
    beside = np.linalg.norm(np.cross(rays[on_growth], hull), axis=1)
    # Of all rays a few that graze a fold end elsewhere because they march in shorter steps near the growth.
    assert (beside > duct.balls[0, 3] + 0.05).sum() < 0.01 * len(rays), "nothing beyond the ball that holds it"
    row = duct.line[round(9.0 / LINE_MM)]
    out = np.hypot(*((duct.balls[3:, :3] - row[:3]) @ row[6:12].reshape(2, 3).T).T)
    inward = lobes[out < 0.6]
    assert len(inward) > 5
    to_lobes = inward / np.linalg.norm(inward, axis=1, keepdims=True)
    lobe_light, wall_light = see(duct, pose, to_lobes), see(bare, pose, to_lobes)
    assert (np.abs(lobe_light - wall_light).max(axis=1) > 0.02).all(), "each lobe in the lumen hides the wall behind"
    assert with_growth[on_growth, 0].mean() > 1.5 * with_growth[on_growth, 2].mean(), "red to yellow"


def test_same_seed_same_duct_and_no_growth_when_none_is_wanted() -> None:
    settings = DuctSettings(length_mm=10.0, growth_mm=None)
    first, second = (make_duct(np.random.default_rng(1), settings) for _ in range(2))
    assert first.wall.levels[0].tobytes() == second.wall.levels[0].tobytes()
    assert first.wall.relief.tobytes() == second.wall.relief.tobytes()
    assert first.line.tobytes() == second.line.tobytes()
    assert first.growth_mm < -100.0


def test_refuses_what_no_duct_is() -> None:
    with pytest.raises(BadInputError, match="bend_radius_mm must lie between 10 and"):
        DuctSettings(bend_radius_mm=3.0)
    with pytest.raises(BadInputError, match="growth_mm must lie between 0 and 48, got 60"):
        DuctSettings(growth_mm=60.0)

"""What light and lens do, against closed forms: falloff, refraction, field of view, defocus, mirrored share, fluid."""

import math

import numpy as np
import pytest

from ductoscope.model import DoubleArray
from ductoscope.simulate.light.optics import (
    blur_cores,
    core_rays,
    core_spacing_rad,
    field_of_view_rad,
    mirrored_share,
    pupil_radius_mm,
)
from ductoscope.simulate.light.see import see
from ductoscope.simulate.light.shade import light_at, mirror_lobe
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.light.tables import lay_out
from ductoscope.simulate.settings import WorldSettings
from tests import small_tree

SETTINGS = WorldSettings()
AHEAD = np.array([[0.0, 0.0, 1.0]])


def look_at_the_end(away_mm: float, albedo: float, *, radius_mm: float = 3.0, **state: float) -> Sight:
    """A tip in a wide straight tube, `away_mm` before the round end of the lumen, looks straight at it."""
    tree = small_tree.make_tube(20.0, radius_mm, colour=(albedo, albedo, albedo), gloss=0.0)
    pose = small_tree.look_along(tree, 0, 0.0)
    pose[0, 2, 3] = 20.0 + radius_mm - away_mm
    seen = small_tree.make_state(tree, arc_mm=20.0, **state)  # type: ignore[arg-type]
    return see(lay_out(tree), AHEAD, pose, seen, SETTINGS, small_tree.SOFT, rays_per_core=1)


def test_light_falls_off_with_the_square_of_the_distance_from_the_light() -> None:
    # So dark a wall sends nothing on to itself: only the direct light is left.
    albedo = 10.0 / 255.0
    distances = np.array([1.5, 2.2, 4.0, 8.0])

    seen = np.array([look_at_the_end(away, albedo).light[0, 0] for away in distances])

    square = distances**2 + SETTINGS.light_offset_mm**2
    # A Lambert lamp beside the lens, and a surface that faces the lens: both cosines are distance by its root.
    expected = distances**2 / square**2
    assert seen / seen[1] == pytest.approx(expected / expected[1], rel=0.06)


def test_a_white_card_two_millimetres_ahead_gives_one() -> None:
    near, ux, uy, uz = light_at(0.0, 0.0, 2.2, 0.0, -SETTINGS.light_offset_mm, 0.0, 0.0, 0.0, 1.0)

    assert near * -uz == pytest.approx(1.0, abs=0.02)
    assert math.hypot(ux, uy, uz) == pytest.approx(1.0)


def test_seventy_degrees_in_air_are_fifty_one_in_saline() -> None:
    rim = np.array([[1.0, 0.0], [0.0, -1.0]])

    in_air, in_saline = core_rays(rim, SETTINGS, True), core_rays(rim, SETTINGS, False)

    assert 2.0 * np.rad2deg(np.arccos(in_air[:, 2])) == pytest.approx([70.0, 70.0])
    assert 2.0 * np.rad2deg(np.arccos(in_saline[:, 2])) == pytest.approx([51.0, 51.0], abs=0.1)
    assert np.rad2deg(field_of_view_rad(SETTINGS, False)) == pytest.approx(51.0, abs=0.1)
    assert in_saline[0, 0] > 0.0
    assert in_saline[1, 1] < 0.0


def test_every_core_obeys_snells_law() -> None:
    xy = np.random.default_rng(1).uniform(-0.7, 0.7, (200, 2))

    sine_air = np.hypot(*core_rays(xy, SETTINGS, True)[:, :2].T)
    sine_saline = np.hypot(*core_rays(xy, SETTINGS, False)[:, :2].T)

    assert sine_air == pytest.approx(1.333 * sine_saline, rel=1e-12)


def test_the_circle_of_confusion_is_a_core_at_the_end_of_the_sharp_range() -> None:
    distances = np.array([SETTINGS.near_mm, SETTINGS.focus_mm, SETTINGS.far_mm, np.inf], dtype=np.float32)

    blur = blur_cores(distances, SETTINGS)

    per_mm = 1.0 / (1.0 / SETTINGS.near_mm - 1.0 / SETTINGS.focus_mm)
    assert blur == pytest.approx([1.0, 0.0, per_mm * (1 / 3 - 1 / 10), per_mm / 3], abs=1e-5)


def test_defocus_spreads_an_edge_as_wide_as_the_circle_of_confusion() -> None:
    """Seen from the rims of the lens's opening, a point moves by the circle's diameter."""
    pupil, spacing = pupil_radius_mm(SETTINGS, False), core_spacing_rad(SETTINGS, False)

    for distance in (0.5, 1.0, 6.0):
        moved = 2.0 * pupil * abs(1.0 / distance - 1.0 / SETTINGS.focus_mm)
        assert moved / spacing == pytest.approx(float(blur_cores(np.float32([distance]), SETTINGS)[0]), rel=1e-5)


def test_a_near_edge_is_blurred_and_a_focused_one_sharp() -> None:
    def edge_width(away_mm: float) -> float:
        """Cores across the outline of a black ball before a bright wall that see something in between."""
        tree = small_tree.make_tube(20.0, 3.0, gloss=0.0)
        pose = small_tree.look_along(tree, 0, 0.0)
        pose[0, 2, 3] = 23.0 - away_mm
        ball = np.array([[0.0, 0.0, 3.0, 0.35 * away_mm, 0.0, 0.0, 0.0, 0.0]])
        lesion = small_tree.make_lesion(ball, arc_mm=20.0)
        solid = type(tree)(1, tree.branches, (lesion,))
        # A ball on the axis, as large in the picture at every distance: its outline stands against the far end.
        pose[0, 2, 3] = 20.0 - away_mm
        angle = np.linspace(-0.15, 0.15, 121) + math.asin(0.35)
        rays = np.column_stack([np.sin(angle), np.zeros(121), np.cos(angle)])
        state = small_tree.make_state(solid, arc_mm=20.0)
        sight = see(lay_out(solid), rays, pose, state, SETTINGS, small_tree.SOFT, rays_per_core=64)
        level = sight.light[:, 0]
        inside, outside = level[:20].mean(), level[-20:].mean()
        share = (level - outside) / (inside - outside)
        return float(np.sum((share > 0.1) & (share < 0.9)) * (angle[1] - angle[0]) / core_spacing_rad(SETTINGS, False))

    near, focused = edge_width(0.6), edge_width(3.0)

    assert focused < 1.6
    expected = float(blur_cores(np.float32([0.6]), SETTINGS)[0])
    assert near == pytest.approx(expected, rel=0.4)


@pytest.mark.parametrize(("is_air", "share"), [(False, 0.0003), (True, 0.0255)])
def test_the_mirrored_share_is_fresnels(is_air: bool, share: float) -> None:
    outside = 1.0 if is_air else 1.333

    assert mirrored_share(is_air) == pytest.approx(((1.38 - outside) / (1.38 + outside)) ** 2)
    assert mirrored_share(is_air) == pytest.approx(share, rel=0.03)


@pytest.mark.parametrize("gloss", [0.0, 0.5, 1.0])
def test_all_that_is_mirrored_leaves_somewhere(gloss: float) -> None:
    """The lobe over all directions of view, light straight above: its share of a white surface's light is 1."""
    view = np.linspace(0.0, np.pi / 2.0, 20001)
    lobe = np.array([mirror_lobe(math.cos(angle / 2.0), gloss) for angle in view])

    # A white Lambert surface sends 1 / pi per solid angle; the lobe is 1 / cos(view) stronger than it looks.
    total = np.trapezoid(lobe / np.pi * 2.0 * np.pi * np.sin(view), view)

    assert total == pytest.approx(1.0, abs=0.04)


def test_highlights_belong_to_air() -> None:
    """A glossy wall straight ahead: in air a highlight outshines it, in saline nobody sees one."""

    def brightest_by_matt(is_air: bool) -> float:
        lights = []
        for gloss in (1.0, None):
            tree = small_tree.make_tube(20.0, 1.0, gloss=1.0 if gloss else 0.0)
            pose = small_tree.look_along(tree, 0, 18.0)
            y = np.linspace(-0.25, 0.25, 41)
            rays = np.column_stack([np.zeros(41), y, np.sqrt(1.0 - y**2)])
            state = small_tree.make_state(tree, arc_mm=18.0, is_air=is_air)
            sight = see(lay_out(tree), rays, pose, state, SETTINGS, small_tree.SOFT, rays_per_core=1)
            lights.append(sight.light[:, 1])
        return float((lights[0] / lights[1]).max())

    assert brightest_by_matt(is_air=True) > 1.8
    assert brightest_by_matt(is_air=False) < 1.05


def test_fluid_dims_by_beer_and_lambert_there_and_back() -> None:
    clear = look_at_the_end(4.0, 0.5)
    bloody = look_at_the_end(4.0, 0.5, blood_per_mm=0.3)

    back = math.hypot(4.0, SETTINGS.light_offset_mm)
    own = bloody.light[0, 1] * (1.0 - bloody.veil[0])
    assert own == pytest.approx(clear.light[0, 1] * math.exp(-0.3 * (4.0 + back)), rel=0.01)
    assert clear.veil[0] == pytest.approx(0.0, abs=1e-5)


def test_blood_leaves_red_and_milk_sends_back_white() -> None:
    bloody = look_at_the_end(4.0, 0.8, blood_per_mm=0.8).light[0]
    milky = look_at_the_end(4.0, 0.05, turbid_per_mm=0.8).light[0]

    assert bloody[0] > 5.0 * bloody[1]
    assert milky[2] > 0.8 * milky[0]
    assert milky[1] > look_at_the_end(4.0, 0.05).light[0, 1]


def rays_are_unit(rays: DoubleArray) -> bool:
    return bool(np.allclose(np.linalg.norm(rays, axis=1), 1.0))


def test_rays_beyond_the_rim_still_look_ahead() -> None:
    corners = core_rays(np.array([[1.4, 1.4], [0.0, 0.0]]), SETTINGS, False)

    assert rays_are_unit(corners)
    assert (corners[:, 2] > 0.0).all()

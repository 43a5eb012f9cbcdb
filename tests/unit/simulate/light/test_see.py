import numpy as np
import pytest

from ductoscope.model import BadInputError, DoubleArray
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.light.optics import core_rays
from ductoscope.simulate.light.see import see
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.light.tables import lay_out
from ductoscope.simulate.settings import WorldSettings
from tests import small_tree

SETTINGS = WorldSettings(cores=3000)


def lay_cores(across: int) -> DoubleArray:
    y, x = np.mgrid[-1 : 1 : across * 1j, -1 : 1 : across * 1j]
    xy = np.column_stack([x.ravel(), y.ravel()])
    return core_rays(xy[np.hypot(*xy.T) <= 1.0], SETTINGS, is_air=False)


RAYS = lay_cores(40)


def look(
    tree: DuctTree, pose: DoubleArray, state: ExamState | None = None, *, rays: int = 4, at: DoubleArray = RAYS
) -> Sight:
    return see(
        lay_out(tree), at, pose, state or small_tree.make_state(tree), SETTINGS, small_tree.SOFT, rays_per_core=rays
    )


def polyp_tree() -> DuctTree:
    lobes = np.array([[0.0, 0.0, 0.3, 0.3, 0.95, 0.8, 0.5, 0.5], [0.1, 10.0, 0.55, 0.15, 0.95, 0.8, 0.5, 0.5]])
    return DuctTree(1, small_tree.make_tube(12.0, 0.9).branches, (small_tree.make_lesion(lobes),))


def test_the_middle_ray_says_which_wall_it_meets() -> None:
    tree = small_tree.make_tube(12.0, 0.9)

    sight = look(tree, small_tree.look_along(tree, 0, 1.0))

    side = np.hypot(RAYS[:, 0], RAYS[:, 1])
    beside = side > 0.15
    assert sight.distance_mm[beside] == pytest.approx(0.9 / side[beside], abs=0.02)
    assert sight.arc_mm[beside] == pytest.approx(1.0 + 0.9 * RAYS[beside, 2] / side[beside], abs=0.02)
    angle = np.rad2deg(np.arctan2(RAYS[:, 1], RAYS[:, 0])) % 360.0
    assert np.abs((sight.angle_deg - angle + 180.0) % 360.0 - 180.0)[beside].max() < 0.5
    assert (sight.branch == 0).all()
    assert (sight.lesion == -1).all()


def test_more_rays_a_core_look_the_same_on_average() -> None:
    tree = polyp_tree()
    pose = small_tree.look_along(tree, 0, 1.0)

    few, many = look(tree, pose, rays=4), look(tree, pose, rays=48)

    assert few.light.mean() == pytest.approx(many.light.mean(), rel=0.01)
    assert np.abs(few.light - many.light).mean() < 0.04 * many.light.mean()
    assert (few.lesion == many.lesion).all()


def test_rays_beside_an_outline_do_not_go_through_it() -> None:
    """Cores next to a lesion's outline mix its light with the wall's behind it: none sees only the wall's."""
    tree = polyp_tree()
    dark = DuctTree(1, tree.branches, (small_tree.make_lesion(tree.lesions[0].lobes * [1, 1, 1, 1, 0, 0, 0, 0]),))
    pose = small_tree.look_along(tree, 0, 0.5)
    angle = np.linspace(-0.1, 0.1, 400)
    down = np.column_stack([np.zeros(400), np.sin(angle), np.cos(angle)])

    sight = look(dark, pose, rays=32, at=down)

    covered = sight.lesion == 0
    edge = int(np.flatnonzero(covered)[0])
    assert covered[edge:].all()
    assert sight.light[edge + 40, 0] < 0.002
    assert sight.light[edge - 40, 0] > 0.02
    blend = sight.light[edge - 8 : edge + 8, 0] / sight.light[edge - 40, 0]
    assert ((blend > 0.1) & (blend < 0.9)).sum() >= 4


def test_motion_during_the_shutter_blurs() -> None:
    tree = polyp_tree()
    still = np.repeat(small_tree.look_along(tree, 0, 1.0), 5, axis=0)
    moving = still.copy()
    moving[:, 0, 3] += np.linspace(-0.3, 0.3, 5)

    def detail(poses: DoubleArray) -> float:
        angle = np.linspace(-0.3, 0.3, 200)
        across = np.column_stack([np.sin(angle), np.full(200, 0.2), np.cos(angle)])
        across /= np.linalg.norm(across, axis=1, keepdims=True)
        return float(np.abs(np.diff(look(tree, poses, rays=40, at=across).light[:, 2])).max())

    assert detail(moving) < 0.6 * detail(still)


def test_where_the_shaft_lies_the_collapsed_lumen_is_open() -> None:
    tree = small_tree.make_tube(12.0, 0.9)
    pose = small_tree.look_along(tree, 0, 4.0)
    # Across the slit, which stays wide to the right.
    up = np.array([[0.0, np.sin(0.3), np.cos(0.3)]])

    collapsed = small_tree.make_state(tree, arc_mm=4.0, roundness=0.2)
    held_open = small_tree.make_state(tree, arc_mm=4.0, roundness=0.2, opened_mm=np.array([6.0]))

    assert look(tree, pose, collapsed, at=up).distance_mm[0] == pytest.approx(0.18 / np.sin(0.3), rel=0.03)
    assert look(tree, pose, held_open, at=up).distance_mm[0] == pytest.approx(0.47 / np.sin(0.3), rel=0.03)


def test_a_tip_in_the_wall_sees_red() -> None:
    tree = small_tree.make_tube(12.0, 0.9)
    pose = small_tree.look_along(tree, 0, 4.0)
    pose[0, 0, 3] = 2.5

    sight = look(tree, pose)

    assert (sight.light[:, 0] > 1.5).all()
    assert (sight.light[:, 0] > 3.0 * sight.light[:, 1]).all()
    assert (sight.distance_mm < 0.1).all()


def test_blood_spots_and_petechiae_redden_the_wall_they_lie_on() -> None:
    tree = small_tree.make_tube(12.0, 0.9)
    pose = small_tree.look_along(tree, 0, 1.0)
    right = np.array([[np.sin(0.3), 0.0, np.cos(0.3)], [-np.sin(0.3), 0.0, np.cos(0.3)]])
    spot = np.array([[0, 1.0 + 0.9 / np.tan(0.3), 0.0, 0.3, 1.0, 1.0]])

    light = look(tree, pose, small_tree.make_state(tree, spots=spot), at=right).light

    assert light[0, 1] / light[0, 0] < 0.3 * light[1, 1] / light[1, 0]


def test_a_bleeding_lesion_turns_red() -> None:
    tree = polyp_tree()
    pose = small_tree.look_along(tree, 0, 1.5)

    calm = look(tree, pose)
    bleeding = look(tree, pose, small_tree.make_state(tree, bleeding=(("A", 1.0),)))

    on_it = calm.lesion == 0
    assert on_it.sum() > 20
    assert bleeding.light[on_it, 1].mean() < 0.5 * calm.light[on_it, 1].mean()
    assert bleeding.light[~on_it].mean() == pytest.approx(calm.light[~on_it].mean(), rel=0.05)


def test_a_torn_duct_looks_white() -> None:
    tree = small_tree.make_tube(12.0, 0.9, colour=(0.8, 0.5, 0.4))
    pose = small_tree.look_along(tree, 0, 1.0)

    whole = look(tree, pose).light
    torn = look(tree, pose, small_tree.make_state(tree, burst=frozenset({0}))).light

    assert (torn[:, 2] / torn[:, 0]).mean() > 1.2 * (whole[:, 2] / whole[:, 0]).mean()


def test_a_child_is_entered_and_told_apart() -> None:
    tree = small_tree.make_fork()

    sight = look(tree, small_tree.look_along(tree, 1, 2.0), small_tree.make_state(tree, branch=1, arc_mm=2.0))

    assert (sight.branch == 1).mean() > 0.8
    assert np.isfinite(sight.light).all()


def test_the_same_state_gives_the_same_picture() -> None:
    tree = polyp_tree()
    pose = small_tree.look_along(tree, 0, 1.0)

    assert (look(tree, pose).light == look(tree, pose).light).all()


def test_rays_of_the_wrong_shape_are_refused() -> None:
    tree = polyp_tree()

    with pytest.raises(BadInputError, match="poses"):
        look(tree, np.eye(4))

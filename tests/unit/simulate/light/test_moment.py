import numpy as np
import pytest

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.light import lumen
from ductoscope.simulate.light.moment import take_moment
from ductoscope.simulate.light.tables import lay_out
from ductoscope.simulate.settings import WorldSettings
from tests import small_tree

SETTINGS = WorldSettings()


def test_pressure_widens_the_duct_and_carries_its_lesion_outward() -> None:
    lobes = np.array([[0.5, 0.0, 0.2, 0.1, 0.9, 0.8, 0.5, 0.5]])
    tree = DuctTree(1, small_tree.make_tube(8.0, 0.9).branches, (small_tree.make_lesion(lobes, wall_angle_deg=90.0),))
    tables = lay_out(tree)
    state = small_tree.make_state(tree)
    stretched = type(state)(**{**_fields(state), "stretch_pressure_mmhg": 60.0})

    slack = take_moment(tables, state, SETTINGS, small_tree.SOFT)
    tight = take_moment(tables, stretched, SETTINGS, small_tree.SOFT)

    wide = 0.9 * (2.0 - np.exp(-60.0 / 25.0))
    assert tight.rows[:, lumen.RADIUS] == pytest.approx(wide)
    assert slack.balls[0, :4] == pytest.approx([0.0, 0.9 - 0.2, 4.5, 0.1], abs=1e-6)
    assert tight.balls[0, :4] == pytest.approx([0.0, wide - 0.2, 4.5, 0.1], abs=1e-6)
    assert tight.hulls[0, :4] == pytest.approx([0.0, wide - 0.2, 4.5, 0.1], abs=1e-6)


def test_what_was_flushed_away_is_nowhere() -> None:
    tree = DuctTree(
        1,
        small_tree.make_tube(8.0, 0.9).branches,
        (small_tree.make_lesion(np.array([[0.0, 0.0, 0.2, 0.1, 0.9, 0.8, 0.5, 0.5]])),),
    )

    moment = take_moment(lay_out(tree), small_tree.make_state(tree, gone=frozenset("A")), SETTINGS, small_tree.SOFT)

    assert moment.hulls[0, 3] < 0.0


def test_a_fork_ends_where_its_children_have_parted() -> None:
    tree = small_tree.make_fork()
    tables = lay_out(tree)

    tubes = take_moment(tables, small_tree.make_state(tree), SETTINGS, small_tree.SOFT).tubes

    zone = tubes[1, lumen.ZONE_START]
    first, row = tables.spans[1, lumen.FIRST_ROW], int(np.ceil(zone / 0.25))
    sibling = tree.branches[2].line[:, :3]
    apart = np.linalg.norm(sibling - tables.rows[first + row, :3], axis=1).min()
    assert apart > 2 * 0.62 + 0.25
    assert 1.5 < zone < 6.0
    assert tubes[0, lumen.ZONE_END] == pytest.approx(6.0 - 1.2 * 0.62 - 0.3)
    assert tubes[0, lumen.ZONE_START] < 0.0


def test_spots_lie_with_their_branch() -> None:
    tree = small_tree.make_fork()
    spots = np.array([[2, 1.0, 180.0, 0.2, 0.5, 1], [0, 2.0, 90.0, 0.3, 0.6, 0], [2, 3.0, 0.0, 0.1, 0.7, 0]])

    moment = take_moment(lay_out(tree), small_tree.make_state(tree, spots=spots), SETTINGS, small_tree.SOFT)

    assert moment.spot_ranges.tolist() == [[0, 1], [1, 0], [1, 2]]
    assert moment.spots[1] == pytest.approx([1.0, np.pi, 0.2, 0.5, 1.0])


def _fields(state: object) -> dict[str, object]:
    return {name: getattr(state, name) for name in state.__slots__}  # type: ignore[attr-defined]

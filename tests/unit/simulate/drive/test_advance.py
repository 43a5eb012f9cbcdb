from __future__ import annotations

import numpy as np
import pytest

from ductoscope.model import Controls
from ductoscope.simulate.drive.advance import START_MM, move_tip, slide
from ductoscope.simulate.drive.lumen import Lumen, round_radius_mm
from ductoscope.simulate.drive.state import TipState
from ductoscope.simulate.settings import WorldSettings


def go(lumen: Lumen, settings: WorldSettings, tip: TipState, controls: Controls, seconds: float) -> TipState:
    for k in range(round(seconds * 30)):
        tip = move_tip(lumen, settings, tip, controls, k / 30.0, 1.0 / 30.0).tip
    return tip


def test_full_push_and_pull_go_at_the_set_speed(open_lumen: Lumen, calm: WorldSettings) -> None:
    assert go(open_lumen, calm, TipState(0, 2.0), Controls(push=1.0), 1.0).arc_mm == pytest.approx(6.0)
    assert go(open_lumen, calm, TipState(0, 6.0), Controls(push=-0.5), 1.0).arc_mm == pytest.approx(4.0)


def test_the_bend_follows_with_a_lag(open_lumen: Lumen, calm: WorldSettings) -> None:
    soon = move_tip(open_lumen, calm, TipState(0, 5.0), Controls(bend_x=1.0), 0.0, 0.15).tip
    assert soon.tilt_xy_deg == pytest.approx((30.0 * (1.0 - np.exp(-1.0)), 0.0))
    late = go(open_lumen, calm, TipState(0, 5.0), Controls(bend_x=1.0, bend_y=-0.5), 2.0)
    assert late.tilt_xy_deg == pytest.approx((30.0, -15.0), abs=0.01)


def test_the_bend_is_to_the_pictures_side(open_lumen: Lumen, calm: WorldSettings) -> None:
    rolled = go(open_lumen, calm, TipState(0, 5.0, roll_deg=90.0), Controls(bend_x=1.0), 2.0)
    assert rolled.tilt_xy_deg == pytest.approx((0.0, 30.0), abs=0.01)


def test_rolls_at_sixty_degrees_a_second(open_lumen: Lumen, calm: WorldSettings) -> None:
    assert go(open_lumen, calm, TipState(0, 5.0), Controls(roll=-1.0), 0.5).roll_deg == pytest.approx(-30.0)


def test_moves_where_it_looks_until_the_wall(open_lumen: Lumen, calm: WorldSettings) -> None:
    tip = go(open_lumen, calm, TipState(0, 3.0, tilt_xy_deg=(0.0, 30.0)), Controls(push=0.5, bend_y=1.0), 0.3)
    assert tip.offset_xy_mm == pytest.approx((0.0, 0.6 * np.sin(np.pi / 6)), abs=0.01)
    tip = go(open_lumen, calm, tip, Controls(push=0.5, bend_y=1.0), 2.0)
    room_mm = round_radius_mm(open_lumen, open_lumen.tree.branches[0], tip.arc_mm) - 0.45
    assert np.hypot(*tip.offset_xy_mm) == pytest.approx(room_mm, abs=1e-6)
    assert tip.arc_mm > 6.0, "it slides along the wall"


def test_the_course_carries_it_round_a_bend(open_lumen: Lumen, calm: WorldSettings) -> None:
    tip = go(open_lumen, calm, TipState(1, 0.0), Controls(push=0.5), 4.0)
    assert (tip.branch, tip.arc_mm) == (1, pytest.approx(8.0, abs=0.2))
    assert np.abs(tip.tilt_xy_deg).max() < 5.0


def test_is_blocked_where_the_scope_does_not_fit(open_lumen: Lumen, calm: WorldSettings) -> None:
    tip = TipState(1, 9.9, tilt_xy_deg=(-20.0, 0.0))
    for k in range(60):
        passage = move_tip(open_lumen, calm, tip, Controls(push=0.5, bend_x=-0.7), k / 30.0, 1.0 / 30.0)
        tip = passage.tip
    assert passage.is_blocked
    assert (tip.branch, tip.arc_mm) == (1, pytest.approx(10.0, abs=0.1))
    onward = go(open_lumen, calm, tip, Controls(push=0.5, bend_x=0.7), 2.0)
    assert onward.branch == 3, "bending to the other child frees it"


def test_is_blocked_at_the_end_of_a_duct(open_lumen: Lumen, calm: WorldSettings) -> None:
    passage = move_tip(open_lumen, calm, TipState(2, 9.99), Controls(push=1.0), 0.0, 0.1)
    assert passage.is_blocked
    assert passage.tip.arc_mm <= 10.0


def test_withdrawal_goes_through_the_parents_to_the_nipple(open_lumen: Lumen, calm: WorldSettings) -> None:
    tip, visited = TipState(3, 4.0, (0.05, 0.0)), [3]
    for k in range(400):
        tip = move_tip(open_lumen, calm, tip, Controls(push=-1.0), k / 30.0, 1.0 / 30.0).tip
        if tip.branch != visited[-1]:
            visited.append(tip.branch)
    assert visited == [3, 1, 0]
    assert tip.arc_mm == START_MM


def test_a_shaft_that_is_pulled_draws_the_tip_to_the_middle(open_lumen: Lumen, calm: WorldSettings) -> None:
    tip = go(open_lumen, calm, TipState(0, 9.0, (0.8, -0.4)), Controls(push=-1.0), 1.0)
    assert tip.offset_xy_mm == pytest.approx((0.8 / np.e, -0.4 / np.e))


def test_holding_keeps_it_where_it_is(open_lumen: Lumen, calm: WorldSettings) -> None:
    tip = TipState(0, 5.0, (0.1, 0.0), (7.0, 3.0), 20.0)
    held = Controls(push=1.0, bend_x=-1.0, roll=1.0, hold=True)
    assert go(open_lumen, calm, tip, held, 1.0) == tip


def test_a_still_world_never_moves_the_tip(open_lumen: Lumen) -> None:
    tip = TipState(0, 5.0)
    still = WorldSettings(is_still=True, unsteadiness=3.0)
    assert go(open_lumen, still, tip, Controls(push=1.0, bend_x=1.0, roll=1.0), 1.0) == tip


def test_sways_whatever_the_length_of_a_step(open_lumen: Lumen) -> None:
    shaky = WorldSettings(unsteadiness=1.0)
    fine = coarse = TipState(0, 6.0)
    for k in range(120):
        fine = move_tip(open_lumen, shaky, fine, Controls(), k / 60.0, 1.0 / 60.0).tip
    for k in range(60):
        coarse = move_tip(open_lumen, shaky, coarse, Controls(), k / 30.0, 1.0 / 30.0).tip
    assert fine.roll_deg == pytest.approx(coarse.roll_deg)
    assert fine.arc_mm == pytest.approx(coarse.arc_mm, abs=0.02)
    assert fine != TipState(0, 6.0)


def test_slide_leaves_a_free_tip_alone(open_lumen: Lumen) -> None:
    assert slide(open_lumen, TipState(0, 6.0, (0.3, 0.3))).overlap_mm == 0.0
    pressed = slide(open_lumen, TipState(0, 6.0, (3.0, 4.0)))
    room_mm = round_radius_mm(open_lumen, open_lumen.tree.branches[0], 6.0) - 0.45
    assert pressed.overlap_mm == pytest.approx(5.0 - room_mm)
    assert pressed.tip.offset_xy_mm == pytest.approx((0.6 * room_mm, 0.8 * room_mm))

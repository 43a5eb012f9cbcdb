from __future__ import annotations

import pytest

from ductoscope.simulate.drive.state import Contact
from ductoscope.simulate.practice.touches import Touches


def feel(touches: Touches, forces: list[float], *, dt_s: float = 0.1) -> None:
    for at, force in enumerate(forces):
        contact = Contact(force, 0.0, ahead=False) if force else None
        touches.note(contact, at * dt_s, dt_s, 10.0 + at, 3)


def test_one_touch_is_as_hard_and_where_its_hardest_moment_was() -> None:
    touches = Touches()
    feel(touches, [0.0, 0.2, 0.7, 0.4, 0.0])
    (touch,) = touches.made
    assert touch.t_s == pytest.approx(0.1)
    assert (touch.force, touch.depth_mm, touch.branch) == (0.7, 12.0, 3)
    assert touch.is_hard


def test_two_touches_need_a_free_moment_between_them() -> None:
    touches = Touches()
    feel(touches, [0.3, 0.0, 0.3, 0.0, 0.0, 0.0, 0.0, 0.3])
    assert len(touches.made) == 2
    assert not any(touch.is_hard for touch in touches.made)


def test_brushing_is_no_touch() -> None:
    touches = Touches()
    feel(touches, [0.05, 0.09, 0.0])
    assert touches.made == ()


def test_taking_the_scope_out_ends_a_touch() -> None:
    touches = Touches()
    feel(touches, [0.3])
    touches.let_go()
    feel(touches, [0.3])
    assert len(touches.made) == 2

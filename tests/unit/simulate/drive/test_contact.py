from __future__ import annotations

from dataclasses import replace

import pytest

from ductoscope.model import REST, Controls
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.advance import Passage
from ductoscope.simulate.drive.contact import press_wall, touch_lesions
from ductoscope.simulate.drive.lumen import Lumen
from ductoscope.simulate.drive.state import Contact, TipState

LONG_S = 10.0


def force(lumen: Lumen, passage: Passage, controls: Controls) -> float:
    contact = press_wall(lumen, None, passage, controls, LONG_S)
    return contact.force if contact else 0.0


def test_a_free_tip_touches_nothing(open_lumen: Lumen) -> None:
    assert press_wall(open_lumen, None, Passage(TipState(0, 6.0)), Controls(push=1.0), LONG_S) is None


def test_presses_harder_the_steeper_it_looks_and_the_harder_it_is_pushed(open_lumen: Lumen) -> None:
    flat = Passage(TipState(0, 6.0, (0.0, 1.0)), 0.1)
    steep = Passage(TipState(0, 6.0, (0.0, 1.0), (0.0, 30.0)), 0.1)
    away = Passage(TipState(0, 6.0, (0.0, 1.0), (0.0, -30.0)), 0.1)
    assert force(open_lumen, flat, REST) == force(open_lumen, away, REST) == pytest.approx(0.05)
    assert force(open_lumen, flat, REST) < force(open_lumen, steep, REST) < force(open_lumen, steep, Controls(push=0.5))
    assert force(open_lumen, steep, Controls(push=1.0)) == pytest.approx(1.0)
    assert force(open_lumen, steep, Controls(push=1.0, hold=True)) == force(open_lumen, steep, REST)


def test_says_where(open_lumen: Lumen) -> None:
    contact = press_wall(open_lumen, None, Passage(TipState(0, 6.0, (0.0, -1.0)), 0.1), REST, LONG_S)
    assert contact is not None
    assert contact.angle_deg == pytest.approx(270.0)
    assert not contact.ahead


def test_a_narrow_lumen_is_felt_ahead_while_pushed_and_for_a_moment_after(open_lumen: Lumen) -> None:
    blocked = Passage(TipState(1, 10.0), is_blocked=True)
    contact = press_wall(open_lumen, None, blocked, Controls(push=1.0), LONG_S)
    assert contact == Contact(pytest.approx(1.0), pytest.approx(0.0), True)
    free = Passage(TipState(1, 9.9))
    soon = press_wall(open_lumen, contact, free, REST, 0.05)
    assert soon is not None
    assert soon.ahead
    beside = press_wall(open_lumen, Contact(0.9, 0.0, False), free, REST, 0.05)
    assert beside is not None
    assert not beside.ahead
    assert press_wall(open_lumen, contact, free, REST, LONG_S) is None
    assert force(open_lumen, blocked, REST) == 0.0, "nobody pushes"


def test_grows_with_a_lag(open_lumen: Lumen) -> None:
    blocked = Passage(TipState(1, 10.0), is_blocked=True)
    first = press_wall(open_lumen, None, blocked, Controls(push=1.0), 0.1)
    assert first is not None
    assert 0.2 < first.force < 0.5


def test_pushing_in_a_collapsed_lumen_presses_all_around(open_lumen: Lumen) -> None:
    shut = replace(open_lumen, roundness=0.2)
    assert force(shut, Passage(TipState(0, 6.0)), Controls(push=1.0)) == pytest.approx(0.24)


@pytest.mark.parametrize(
    ("tip", "touched"),
    [
        (TipState(0, 8.0, (0.75, 0.0)), ["A"]),
        (TipState(0, 8.0, (0.6, 0.0)), []),
        (TipState(0, 8.0, (-0.9, 0.0)), []),
        (TipState(0, 6.0, (-0.9, 0.0)), ["a"]),
        (TipState(0, 9.5, (0.9, 0.0)), []),
        (TipState(1, 8.0, (0.9, 0.0)), []),
    ],
)
def test_finds_the_lesions_that_the_tip_lies_on(
    open_lumen: Lumen, bleeding_tree: DuctTree, tip: TipState, touched: list[str]
) -> None:
    lumen = replace(open_lumen, tree=bleeding_tree)
    assert [lesion.id for lesion in touch_lesions(lumen, tip, frozenset())] == touched
    assert touch_lesions(lumen, tip, frozenset({"A", "a"})) == ()


def test_a_painted_lesion_is_touched_on_its_wall(open_lumen: Lumen, bleeding_tree: DuctTree) -> None:
    flat = replace(bleeding_tree.lesions[0], lobes=bleeding_tree.lesions[0].lobes[:0])
    lumen = replace(open_lumen, tree=replace(bleeding_tree, lesions=(flat,)))
    assert touch_lesions(lumen, TipState(0, 8.0, (1.1, 0.0)), frozenset()) == (flat,)
    assert touch_lesions(lumen, TipState(0, 8.0, (0.0, 0.0)), frozenset()) == ()

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.practice.look import BADLY, MISSED, OPENING, WELL, Look, Looked
from ductoscope.simulate.settings import WorldSettings

REACH = ((0, 20.0), (1, 15.0), (2, 10.0), (3, 5.0))
MakeSight = Callable[..., Sight]


@pytest.fixture
def look(small_tree: DuctTree) -> Look:
    return Look(small_tree, REACH, WorldSettings())


@pytest.fixture(scope="module")
def open_duct(make_exam: Callable[..., ExamState]) -> ExamState:
    return make_exam(1, 2.0)


def test_clear_wall_is_seen_well_where_the_cores_look(
    look: Look, small_tree: DuctTree, make_sight: MakeSight, open_duct: ExamState
) -> None:
    look.note_sight(make_sight(1, 4.0, 8.0), open_duct, 0.0)
    looked = look.looked()
    grades = looked.grade_branch(1)
    assert grades.shape == (60, 16)
    assert (grades[16:32] == WELL).all()
    assert not np.isin(grades[:16], (WELL, BADLY)).any()
    assert not np.isin(grades[32:], (WELL, BADLY)).any()
    assert (grades[0] == OPENING).any(), "its first row lies within the fork"
    assert not any(np.isin(looked.grade_branch(other), (WELL, BADLY)).any() for other in (0, 2, 3, 4))
    assert looked.branch_share(1) == pytest.approx(4.0 / 15.0, abs=0.03)
    assert looked.well_share == pytest.approx(4.0 / 50.0, abs=0.01)
    assert looked.badly_share == 0.0


@pytest.mark.parametrize("spoilt", [{"veil": 0.6}, {"blur_cores": 4.0}, {"close": 3}])
def test_spoilt_wall_is_seen_badly_and_never_undoes_a_good_look(
    look: Look, make_sight: MakeSight, open_duct: ExamState, spoilt: dict[str, float]
) -> None:
    look.note_sight(make_sight(1, 4.0, 6.0), open_duct, 0.0)
    look.note_sight(make_sight(1, 4.0, 8.0, **spoilt), open_duct, 0.1)
    grades = look.looked().grade_branch(1)
    assert (grades[16:24] == WELL).all()
    assert (grades[24:32] == BADLY).all()
    assert (grades[32:40] == MISSED).all()
    assert look.looked().badly_share == pytest.approx(2.0 / 50.0, abs=0.005)


def test_behind_a_thick_veil_nothing_is_seen(look: Look, make_sight: MakeSight, open_duct: ExamState) -> None:
    look.note_sight(make_sight(1, 4.0, 8.0, veil=0.9, lesion=0, cores_on_lesion=100), open_duct, 0.0)
    assert look.looked().well_share == look.looked().badly_share == 0.0
    assert look.glimpses == ()


def test_clear_seconds_are_counted_between_pictures_but_not_over_gaps(
    look: Look, make_sight: MakeSight, open_duct: ExamState
) -> None:
    clear, turbid = make_sight(0, 4.0, 8.0), make_sight(0, 4.0, 8.0, veil=0.7)
    added = [
        look.note_sight(sight, open_duct, t_s)
        for t_s, sight in ((0.0, clear), (0.1, clear), (0.2, turbid), (0.3, clear), (9.3, clear))
    ]
    assert added == pytest.approx([0.0, 0.1, 0.0, 0.1, 0.25])
    looked = look.looked()
    assert looked.seconds == pytest.approx(0.55)
    assert looked.seconds_clear == pytest.approx(0.45)
    assert looked.clear_share == pytest.approx(0.45 / 0.55)


def test_lesions_in_view_are_timed(look: Look, make_sight: MakeSight, open_duct: ExamState) -> None:
    for t_s, cores in ((0.0, 40), (0.1, 40), (0.2, 50), (0.3, 5)):
        look.note_sight(make_sight(0, 4.0, 8.0, lesion=0, cores_on_lesion=cores), open_duct, t_s)
    assert look.looked().seconds_in_view == {"A": pytest.approx(0.2)}
    (glimpse,) = look.glimpses
    assert (glimpse.id, glimpse.t_s, glimpse.cores) == ("A", 0.2, 50)


def test_a_lesion_that_is_only_painted_is_in_view_where_it_lies(
    look: Look, make_sight: MakeSight, open_duct: ExamState
) -> None:
    look.note_sight(make_sight(2, 1.0, 4.0), open_duct, 0.0)
    assert look.glimpses == (), "B lies from 5 to 7 mm"
    look.note_sight(make_sight(2, 3.0, 8.0), open_duct, 0.1)
    (glimpse,) = look.glimpses
    assert glimpse.id == "B"
    circle_mm2, cell_mm2, cores = np.pi * 1.0**2, 0.25 * 2 * np.pi * 0.9 / 16, 6
    assert glimpse.cores == pytest.approx(cores * circle_mm2 / cell_mm2, rel=0.15)


def test_nothing_to_see_is_all_seen(make_looked: Callable[..., Looked]) -> None:
    assert make_looked({}).branch_share(4) == 1.0, "the scope does not come into 4"
    assert make_looked({}).branch_share(2) == 0.0


def test_pictures_in_quick_succession_are_left_out(look: Look, make_sight: MakeSight, open_duct: ExamState) -> None:
    look.note_sight(make_sight(1, 2.0, 4.0), open_duct, 0.0)
    assert look.note_sight(make_sight(1, 8.0, 9.0), open_duct, 0.03) == 0.0
    assert not (look.looked().grade_branch(1)[32:36] == WELL).any()
    assert look.note_sight(make_sight(1, 8.0, 9.0), open_duct, 0.1) == pytest.approx(0.1)
    assert (look.looked().grade_branch(1)[32:36] == WELL).all()

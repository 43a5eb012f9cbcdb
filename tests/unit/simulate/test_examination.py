from __future__ import annotations

import numpy as np
import pytest

from ductoscope.simulate import ExaminationTruth, SimulatedScope
from ductoscope.simulate.examination import judge_lesion
from ductoscope.simulate.lesion_view import LesionInView

FRAMES = 120


@pytest.fixture(scope="module")
def watched() -> tuple[SimulatedScope, ExaminationTruth]:
    scope = SimulatedScope("sim:3?cores=400&texture=0&vessels=0&folds=0&height=128&width=160&paced=0&fps=20")
    truth = ExaminationTruth(scope)
    for index in range(FRAMES):
        truth.note(index, index * 50_000_000)
    return scope, truth


def test_every_frame_has_its_row(watched: tuple[SimulatedScope, ExaminationTruth]) -> None:
    scope, truth = watched
    examination = truth.examination()
    assert [row.index for row in examination.rows] == list(range(FRAMES))
    row, frame = examination.rows[80], scope.truth_at(80)
    assert (row.t_ns, row.depth_mm, row.view_state) == (4_000_000_000, frame.depth_mm, frame.view_state)
    assert (row.branch, row.roll_deg) == (frame.state.tip.branch, frame.state.tip.roll_deg)
    assert (row.pressure_mmhg, row.is_air) == (frame.state.fluid.pressure_mmhg, False)
    np.testing.assert_array_equal(row.duct_from_tip, frame.duct_from_tip)
    assert examination.entered == {row.branch for row in examination.rows}


def test_what_was_seen_is_the_sum_of_what_was_new(watched: tuple[SimulatedScope, ExaminationTruth]) -> None:
    examination = watched[1].examination()
    total = sum(row.seen_wall_mm2 for row in examination.rows)
    assert total > 1.0
    assert total == pytest.approx(examination.grid.area_mm2[examination.seen].sum())
    assert 0.0 < examination.share_seen < 0.5


def test_events_carry_the_frame_in_which_they_happened(watched: tuple[SimulatedScope, ExaminationTruth]) -> None:
    scope, truth = watched
    events = truth.examination().events
    assert events
    for index, happening in events:
        assert happening in scope.timeline.at(index).glance.state.happenings


def test_the_best_view_is_kept(watched: tuple[SimulatedScope, ExaminationTruth]) -> None:
    examination = watched[1].examination()
    shares: dict[str, float] = {}
    for row in examination.rows:
        for lesion in row.lesions:
            shares[lesion.id] = max(shares.get(lesion.id, 0.0), lesion.visible_share)
    assert shares
    assert set(examination.best) == set(shares)
    for name, view in examination.best.items():
        shown = {lesion.id: lesion for lesion in examination.rows[view.index].lesions}
        assert shown[name].visible_share == view.visible_share
        if not view.is_seen:
            assert view.visible_share == shares[name]


@pytest.mark.parametrize(
    ("share", "cores", "state", "is_seen"),
    [
        (0.25, 8.0, "clear", True),
        (0.24, 20.0, "clear", False),
        (0.9, 7.9, "clear", False),
        (0.9, 20.0, "turbid", True),
        (0.9, 20.0, "white-out", False),
    ],
)
def test_a_lesion_counts_as_seen_when_it_is_shown_well(share: float, cores: float, state: str, is_seen: bool) -> None:
    assert judge_lesion(3, LesionInView("A", share, cores), state).is_seen is is_seen  # type: ignore[arg-type]

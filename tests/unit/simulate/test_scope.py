from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ductoscope.model import SourceError
from ductoscope.simulate import SimulatedScope, camera_picture, open_simulated_scope, true_centres_px
from ductoscope.simulate.breast.draw import Breast
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.pose import tip_pose
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.light.sight import Sight

PLAIN = "cores=300&texture=0&vessels=0&folds=0"
SMALL = f"sim:3?{PLAIN}&height=128&width=160&fps=25"


class SlowClock:
    """A clock that goes on only when somebody waits, or by `cost_s` each time it is looked at."""

    def __init__(self, cost_s: float = 0.0) -> None:
        self.now_ns = 5_000_000_000
        self.cost_ns = round(cost_s * 1e9)
        self.slept_s: list[float] = []
        self.on_sleep: Callable[[], None] = lambda: None

    def __call__(self) -> int:
        self.now_ns += self.cost_ns
        return self.now_ns

    def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.now_ns += round(seconds * 1e9)
        self.on_sleep()


@pytest.fixture(scope="module")
def quick() -> SimulatedScope:
    scope = SimulatedScope(SMALL + "&paced=0&seconds=2")
    scope.open()
    return scope


def test_says_that_it_is_simulated(quick: SimulatedScope) -> None:
    info = quick.open()
    assert info.is_simulated
    assert not info.is_live
    assert info.length == 50
    assert info.name == "Simulated scope, seed 3"
    assert open_simulated_scope(SMALL).open().is_live


def test_same_spec_same_bytes_in_any_order(quick: SimulatedScope) -> None:
    other = SimulatedScope(SMALL + "&paced=0&seconds=2")
    other.frame_at(49, 0)
    late = other.frame_at(12, 0).pixels
    quick.open()
    frames = [quick.read() for _ in range(13)]
    assert frames[12] is not None
    assert frames[12].pixels.tobytes() == late.tobytes()
    assert quick.white().tobytes() == other.white().tobytes()
    assert SimulatedScope(SMALL.replace("sim:3", "sim:4")).frame_at(12, 0).pixels.tobytes() != late.tobytes()


def test_several_threads_see_the_same_pictures(quick: SimulatedScope) -> None:
    alone = [quick.frame_at(index, 0).pixels.tobytes() for index in range(12)]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda index: quick.frame_at(index, 0).pixels.tobytes(), range(12)))
    assert together == alone


def test_truth_is_what_made_the_picture(quick: SimulatedScope) -> None:
    truth = quick.truth_at(40)
    assert truth.core_light.shape == (300, 3)
    np.testing.assert_array_equal(truth.centres_px, true_centres_px(quick.fibre, quick.camera))
    np.testing.assert_array_equal(truth.dead, quick.fibre.dead)
    np.testing.assert_allclose(truth.duct_from_tip, tip_pose(truth.tree, truth.state.tip))
    assert truth.depth_mm == truth.tree.branches[truth.state.tip.branch].start_mm + truth.state.tip.arc_mm
    assert truth.state.t_s == pytest.approx(40 / 25)
    clean = camera_picture(truth.core_light, quick.fibre, quick.camera, None, gain=truth.gain).astype(float)
    lit = clean > 20
    difference = (quick.frame_at(40, 0).pixels - clean)[lit]
    assert abs(difference.mean()) < 0.2, "only noise lies between them"
    assert difference.std() < 4.0
    assert (quick.frame_at(5, 0).pixels - clean)[lit].std() > 2.0 * difference.std()


def test_the_ideal_view_agrees_with_the_core_light() -> None:
    scope = SimulatedScope(f"sim:3?{PLAIN}&height=128&width=160&shutter_s=0&flakes=0")
    truth, size = scope.truth_at(100), 200
    x, y = scope.camera.lens.centre_xy_px
    radius = scope.camera.lens.radius_px
    scale = 2.0 * radius / size
    frame_from_view = np.array([[scale, 0.0, x - radius + scale / 2], [0.0, scale, y - radius + scale / 2]])
    view = scope.ideal_view_at(100, frame_from_view, size)
    assert view.shape == (size, size, 3)
    column, row = np.rint((truth.centres_px - frame_from_view[:, 2]) / scale).astype(int).T
    expected = np.clip(truth.core_light * truth.gain, 0.0, 1.0)
    difference = view[row, column] / 255.0 - expected
    assert np.abs(difference).mean() < 0.03
    assert np.corrcoef(view[row, column, 1].astype(float), expected[:, 1])[0, 1] > 0.95


def test_the_null_case_does_not_move_and_others_do() -> None:
    still, usual = (SimulatedScope(f"sim:3?{PLAIN}&height=128&width=160{more}") for more in ("&preset=still", ""))
    for scope, is_moving in ((still, False), (usual, True)):
        first, later = scope.truth_at(0), scope.truth_at(30)
        assert np.array_equal(first.duct_from_tip, later.duct_from_tip) is not is_moving
        assert np.array_equal(first.sight.distance_mm, later.sight.distance_mm) is not is_moving


def test_water_narrows_the_view() -> None:
    air, saline = (
        SimulatedScope(f"sim:3?{PLAIN}&height=128&width=160&starts_in={fluid}") for fluid in ("air", "saline")
    )
    truths = air.truth_at(0), saline.truth_at(0)
    assert [truth.state.fluid.is_air for truth in truths] == [True, False]
    # The tip is in the same place of the same neck; a wider view meets its wall sooner.
    np.testing.assert_array_equal(truths[0].duct_from_tip, truths[1].duct_from_tip)
    assert np.median(truths[0].sight.distance_mm) < 0.9 * np.median(truths[1].sight.distance_mm)


def test_ends_and_begins_again(quick: SimulatedScope) -> None:
    quick.open()
    indices = [frame.index for frame in iter(quick.read, None)]
    assert indices == list(range(50))
    assert quick.read() is None
    quick.close()
    quick.close()
    with pytest.raises(SourceError, match="not open"):
        quick.read()
    quick.open()
    again = quick.read()
    assert again is not None
    assert again.index == 0


def test_unpaced_frames_carry_the_time_of_the_stream(quick: SimulatedScope) -> None:
    quick.open()
    first, second = quick.read(), quick.read()
    assert first is not None
    assert second is not None
    assert second.t_ns - first.t_ns == 40_000_000


def test_a_paced_scope_waits_for_each_frames_time() -> None:
    clock = SlowClock()
    scope = SimulatedScope(SMALL, clock_ns=clock, sleep=clock.sleep)
    scope.open()
    frames = [scope.read() for _ in range(4)]
    assert [frame.index for frame in frames if frame] == [0, 1, 2, 3]
    assert clock.slept_s == pytest.approx([0.04] * 3)
    assert [frame.t_ns - frames[0].t_ns for frame in frames if frame and frames[0]] == [0, 40e6, 80e6, 120e6]


def test_a_scope_that_cannot_keep_up_loses_frames_and_shows_it() -> None:
    clock = SlowClock(cost_s=0.033)
    scope = SimulatedScope(SMALL, clock_ns=clock, sleep=clock.sleep)
    scope.open()
    frames = [frame for _ in range(5) if (frame := scope.read())]
    indices = [frame.index for frame in frames]
    assert indices == sorted(set(indices))
    assert indices[-1] > 4, "three looks at the clock a frame take longer than a frame"
    late = [frame.t_ns / 1e9 - frames[0].t_ns / 1e9 - (frame.index - indices[0]) * 0.04 for frame in frames]
    assert max(map(abs, late)) < 0.12, "but it does not fall ever further behind"


def test_closing_lets_a_waiting_reader_go() -> None:
    clock = SlowClock()
    scope = SimulatedScope(SMALL, clock_ns=clock, sleep=clock.sleep)
    scope.open()
    scope.read()
    clock.on_sleep = scope.close
    assert scope.read() is None


class Passenger:
    """A driver that stands somewhere else, and writes down what it is told."""

    def __init__(self, scope: SimulatedScope, index: int) -> None:
        glance = scope.timeline.at(index).glance
        self.given = (glance.breast, glance.tree, glance.state)
        self.steps_s: list[float] = []
        self.sights: list[Sight] = []

    def next_state(self, dt_s: float) -> tuple[Breast, DuctTree, ExamState]:
        self.steps_s.append(dt_s)
        return self.given

    def note_sight(self, sight: Sight) -> None:
        self.sights.append(sight)


def test_somebody_else_may_drive_and_the_hands_go_on_where_they_were(quick: SimulatedScope) -> None:
    quick.open()
    hands = [frame.pixels for frame in (quick.read(), quick.read()) if frame is not None]
    passenger = Passenger(quick, 45)
    quick.take_over(passenger)
    taken = [frame for frame in (quick.read(), quick.read()) if frame is not None]
    assert [frame.index for frame in taken] == [2, 3]
    assert passenger.steps_s == [0.04, 0.04]
    there = quick.truth_at(45).sight.distance_mm
    np.testing.assert_allclose(passenger.sights[0].distance_mm, there, rtol=0.01, atol=0.01)
    quick.give_back()
    quick.give_back()
    back = quick.read()
    assert back is not None
    assert back.index == 4
    assert back.pixels.tobytes() == quick.frame_at(2, 0).pixels.tobytes()
    assert len(hands) == 2


def test_time_goes_on_for_a_driver_while_frames_are_lost() -> None:
    clock = SlowClock()
    scope = SimulatedScope(SMALL, clock_ns=clock, sleep=clock.sleep)
    scope.open()
    scope.read()
    passenger = Passenger(scope, 0)
    scope.take_over(passenger)
    clock.now_ns += 200_000_000
    frame = scope.read()
    assert frame is not None
    assert frame.index == 5
    assert passenger.steps_s == [0.04] * 5
    assert len(passenger.sights) == 1


def test_a_computer_that_slept_goes_on_where_it_was() -> None:
    clock = SlowClock()
    scope = SimulatedScope(SMALL, clock_ns=clock, sleep=clock.sleep)
    scope.open()
    scope.read()
    clock.now_ns += 3600 * 10**9
    frames = [frame for frame in (scope.read(), scope.read()) if frame is not None]
    assert [frame.index for frame in frames] == [1, 2]
    assert frames[1].t_ns - frames[0].t_ns == pytest.approx(40e6, abs=1e6)

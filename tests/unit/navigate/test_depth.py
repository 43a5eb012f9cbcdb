"""Depth from all that tells it: right where something gives a scale, silent about mm where nothing does."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ductoscope.model import DepthReading
from ductoscope.navigate.depth import DepthNow, DepthState, Known, begin_depth, note_tool, step_depth
from ductoscope.navigate.depth_filter import STRETCH, ZERO
from ductoscope.navigate.motion import Motion, NoMotion
from ductoscope.navigate.tube import Tube

TUBE = Tube(np.array([0.0, 0.0, 1.0]), np.zeros(2), 0.0, np.zeros(2), 1.0, 1.0, 1.0)
PERIOD_NS = 80_000_000
RADIUS_MM = 1.6
SIGMA = 0.01


def see(t_ns: int, along_radii: float, sigma: float = SIGMA) -> Motion:
    return Motion(t_ns, along_radii, sigma, 0.0, 1.0, TUBE, np.eye(3))


def see_nothing(t_ns: int) -> NoMotion:
    return NoMotion(t_ns, "no view", None)


def there_and_back(frames: int = 500, deepest_mm: float = 20.0) -> np.ndarray:
    """In, out, and in again, with a stop at each end."""
    turn = np.linspace(0.0, 2.5 * math.pi, frames)
    return 0.5 + deepest_mm * 0.5 * (1.0 - np.cos(turn))


Sensor = Callable[[int, float], float | None]


def go(
    path_mm: np.ndarray,
    *,
    says: Sensor = lambda _index, mm: mm,
    is_seen: Callable[[int], bool] = lambda _index: True,
    known: Known | None = None,
    keyed: dict[int, float] | None = None,
) -> list[DepthNow]:
    """Drive along a path; `says` is what the sensor says at a frame, `keyed` are graduations by frame."""
    state, told, rng = begin_depth(known or Known(start_mm=float(path_mm[0]))), [], np.random.default_rng(3)
    for index, mm in enumerate(path_mm):
        t_ns = index * PERIOD_NS
        moved = (mm - path_mm[max(index - 1, 0)]) / RADIUS_MM
        motion = see(t_ns, moved + SIGMA * rng.normal()) if is_seen(index) else see_nothing(t_ns)
        said = says(index, float(mm))
        readings = [] if said is None else [DepthReading(t_ns, said + 0.1 * rng.normal(), 0.15, "encoder")]
        if keyed and index in keyed:
            readings.append(DepthReading(t_ns, keyed[index], 0.7, "graduation"))
        state, now = step_depth(state, t_ns, motion, readings)
        told.append(now)
    return told


def off_mm(told: Iterable[DepthNow], path_mm: np.ndarray) -> np.ndarray:
    return np.array([now.depth.mm - mm for now, mm in zip(told, path_mm, strict=True) if now.depth is not None])


def silent(_index: int, _mm: float) -> None:
    return None


def slacken(slack_mm: float) -> Sensor:
    """A sensor that lags behind after each reversal."""
    wheel = [0.0]

    def says(_index: int, mm: float) -> float:
        wheel[0] = min(max(wheel[0], mm), mm + slack_mm)
        return wheel[0]

    return says


def test_says_nothing_in_mm_while_nothing_gives_a_scale() -> None:
    path = there_and_back()
    told = go(path, says=silent)
    assert all(
        (now.depth, now.mm_per_radius, now.mm_per_radius_sigma, now.scale) == (None, None, None, "") for now in told
    )
    assert told[200].travel_radii == pytest.approx((path[200] - path[0]) / RADIUS_MM, abs=0.5)


def test_follows_a_sensor_through_reversals_and_learns_what_a_radius_is_worth() -> None:
    path = there_and_back()
    told = go(path)
    assert np.abs(off_mm(told, path)).max() < 0.4
    last = told[-1]
    assert last.depth is not None
    assert last.depth.origin == "encoder"
    assert last.mm_per_radius == pytest.approx(RADIUS_MM, rel=0.1)
    assert last.mm_per_radius_sigma is not None
    assert abs(last.mm_per_radius - RADIUS_MM) < 3 * last.mm_per_radius_sigma
    assert "sensor" in last.scale


@pytest.mark.parametrize("slack_mm", [0.5, 1.0])
def test_slack_is_told_from_motion_that_was_seen(slack_mm: float) -> None:
    path = there_and_back(900)
    off = np.abs(off_mm(go(path, says=slacken(slack_mm)), path))
    alone = np.abs(off_mm(go(path, says=slacken(slack_mm), is_seen=lambda _: False), path))
    assert np.quantile(off, 0.95) < 0.9 * slack_mm
    assert off.mean() < alone.mean()
    assert alone.max() < slack_mm + 0.5


def test_sigma_holds_the_truth_with_slack_and_stretch() -> None:
    path = there_and_back(900, 40.0)
    lagging = slacken(0.7)

    def says(index: int, mm: float) -> float:
        said = lagging(index, mm)
        assert said is not None
        return 1.02 * said

    told = go(path, says=says)
    off = np.abs(off_mm(told, path))
    sigma = np.array([now.depth.sigma_mm for now in told if now.depth is not None])
    assert np.mean(off < sigma) > 0.5
    assert np.mean(off < 2 * sigma) > 0.95
    assert sigma.max() < 1.5


@pytest.mark.parametrize("jump_mm", [20.0, -15.0, 4.0])
def test_a_sensor_that_jumps_and_stays_does_not_take_the_tip_along(jump_mm: float) -> None:
    path = there_and_back()
    told = go(path, says=lambda index, mm: mm + (jump_mm if index >= 120 else 0.0))
    assert np.abs(off_mm(told, path)).max() < 1.0
    assert told[-1].depth is not None
    assert told[-1].depth.origin == "encoder", "how it changes is worth something still"


def test_a_spike_passes_unnoticed() -> None:
    path = there_and_back()
    told = go(path, says=lambda index, mm: mm + (20.0 if index % 50 in (10, 11) else 0.0))
    assert np.abs(off_mm(told, path)).max() < 0.5


def test_a_sensor_that_comes_to_its_senses_is_believed_again() -> None:
    path = there_and_back()
    told = go(path, says=lambda index, mm: mm + (20.0 if 100 <= index < 140 else 0.0))
    assert np.abs(off_mm(told, path)[160:]).max() < 0.5


def test_ten_seconds_of_silence_without_sight_are_owned_up_to() -> None:
    path = there_and_back(500, 12.0)
    gap = range(100, 225)
    told = go(path, says=lambda index, mm: None if index in gap else mm, is_seen=lambda index: index not in gap)
    during, after = told[224].depth, told[235].depth
    assert during is not None
    assert after is not None
    assert during.sigma_mm > 4.0
    assert during.origin == "visual"
    assert abs(after.mm - path[235]) < 0.5
    assert after.sigma_mm < 0.7


def test_silence_is_bridged_by_sight() -> None:
    path = there_and_back()
    told = go(path, says=lambda index, mm: None if 60 <= index < 180 else mm)
    depth = told[179].depth
    assert depth is not None
    assert depth.origin == "visual"
    assert abs(depth.mm - path[179]) < min(2 * depth.sigma_mm, 2.0)


def test_sight_that_stands_still_while_the_shaft_moves_is_not_believed() -> None:
    """A smooth wall looks still: what IMAGING calls the silent failure."""
    path = there_and_back()
    state, off = begin_depth(Known(start_mm=0.5)), []
    for index, mm in enumerate(path):
        t_ns = index * PERIOD_NS
        state, now = step_depth(state, t_ns, see(t_ns, 0.0), [DepthReading(t_ns, float(mm), 0.15, "encoder")])
        off.append(0.0 if now.depth is None else now.depth.mm - mm)
    assert np.abs(off).max() < 1.6, "the slack that it takes it for"


def test_two_graduations_teach_the_scale() -> None:
    path = np.linspace(0.0, 30.0, 400)
    at_mm = {int(np.searchsorted(path, mm)): mm for mm in (5.0, 10.0, 20.0)}
    told = go(path, says=silent, keyed=at_mm)
    assert told[10].depth is None
    first = told[min(at_mm) + 1].depth
    assert first is not None
    assert first.origin == "graduation"
    last = told[-1]
    assert last.depth is not None
    assert last.depth.origin == "visual"
    assert abs(last.depth.mm - 30.0) < 2 * last.depth.sigma_mm < 7.0
    assert last.mm_per_radius == pytest.approx(RADIUS_MM, rel=0.2)
    assert "graduations" in last.scale


def test_a_person_who_looked_is_right_against_a_sensor_without_a_zero() -> None:
    path = there_and_back()
    told = go(path, says=lambda _index, mm: mm + 37.0, keyed={60: float(path[60])})
    assert off_mm(told, path)[30] == pytest.approx(37.0, abs=0.5)
    assert np.abs(off_mm(told, path)[70:]).max() < 2.5


def test_zeroing_at_the_nipple_takes_the_sensor_along() -> None:
    path = np.maximum(there_and_back(), 0.5) - 0.5
    told = go(path, says=lambda index, mm: mm + (8.0 if index < 2 else 0.0), keyed={2: 0.0})
    assert np.abs(off_mm(told, path)[10:]).max() < 0.6


def test_a_known_radius_gives_mm_whose_error_is_the_radius_own() -> None:
    path = np.linspace(0.0, 20.0, 300)
    told = go(path, says=silent, known=Known(radius_mm=RADIUS_MM * 1.1, radius_sigma_mm=0.16))
    depth = told[-1].depth
    assert depth is not None
    assert depth.mm == pytest.approx(22.0, abs=0.5)
    assert depth.sigma_mm > 2.0
    assert depth.origin == "visual"
    assert "told" in told[-1].scale


def test_a_tool_of_known_width_gives_the_scale() -> None:
    state = note_tool(begin_depth(Known()), RADIUS_MM, 0.1)
    for index in range(1, 101):
        state, now = step_depth(state, index * PERIOD_NS, see(index * PERIOD_NS, 0.05), [])
    assert now.depth is not None
    assert now.depth.mm == pytest.approx(5 * RADIUS_MM, rel=0.1)
    assert now.mm_per_radius == pytest.approx(RADIUS_MM, rel=0.1)
    assert "tool" in now.scale
    assert note_tool(state, math.nan, 0.1) is state


def test_a_tool_marked_while_motion_is_lost_is_not_forgotten_when_it_comes_back() -> None:
    def drive(last_seen: int) -> DepthNow:
        state = begin_depth(Known())
        for index in range(1, 30):
            t_ns = index * PERIOD_NS
            if index == 28:
                state = note_tool(state, 0.6, 0.06)
            state, _ = step_depth(state, t_ns, see(t_ns, 0.02) if index <= last_seen else see_nothing(t_ns), [])
        over_it = replace(see(30 * PERIOD_NS, 0.02), since_ns=last_seen * PERIOD_NS)
        return step_depth(state, 30 * PERIOD_NS, over_it, [])[1]

    seen, lost = drive(29), drive(26)
    assert seen.mm_per_radius is not None
    assert lost.mm_per_radius == pytest.approx(seen.mm_per_radius, rel=0.02)
    assert lost.mm_per_radius_sigma == pytest.approx(seen.mm_per_radius_sigma, rel=0.1)
    assert "tool" in lost.scale


def test_visual_sigma_grows_with_travel() -> None:
    path = np.linspace(0.0, 20.0, 300)
    sigmas = [now.depth.sigma_mm for now in go(path, says=silent, known=Known(1.6, 0.16)) if now.depth is not None]
    assert sigmas[299] > sigmas[150] > sigmas[50]


def test_readings_in_any_order_say_the_same() -> None:
    path = there_and_back(120)

    def drive(order: Callable[[list[DepthReading]], list[DepthReading]]) -> list[DepthNow]:
        state, told = begin_depth(Known()), []
        for index in range(0, 120, 4):
            t_ns = index * PERIOD_NS
            readings = [
                DepthReading(at * PERIOD_NS, float(path[at]), 0.15, "encoder")
                for at in range(max(index - 3, 0), index + 1)
            ]
            state, now = step_depth(state, t_ns, see_nothing(t_ns), order(readings))
            told.append(now)
        return told

    assert drive(lambda readings: readings) == drive(lambda readings: readings[::-1])


def test_a_reading_of_the_future_waits_for_its_frame_and_one_of_the_past_is_left_out() -> None:
    def drive(*readings: DepthReading) -> DepthState:
        state = begin_depth(Known())
        for index in range(50):
            t_ns = index * PERIOD_NS
            mine = [DepthReading(t_ns, 5.0, 0.15, "encoder")]
            state, _ = step_depth(state, t_ns, see(t_ns, 0.0), [*mine, *(readings if index == 20 else ())])
        return state

    plain = drive()
    late = drive(DepthReading(3 * PERIOD_NS, 60.0, 0.15, "encoder"))
    far_ahead = drive(DepthReading(3600 * 10**9, 60.0, 0.15, "graduation"))
    ahead = drive(DepthReading(30 * PERIOD_NS, 60.0, 0.7, "graduation"))
    np.testing.assert_array_equal(late.belief.mean, plain.belief.mean)
    np.testing.assert_array_equal(far_ahead.belief.mean, plain.belief.mean)
    assert ahead.belief.mean[0] == pytest.approx(60.0, abs=2.0)


@pytest.mark.parametrize(
    "bad",
    [
        DepthReading(0, math.nan, 0.15, "encoder"),
        DepthReading(0, math.inf, 0.15, "graduation"),
        DepthReading(0, 5.0, math.nan, "encoder"),
        DepthReading(0, 5.0, 0.0, "encoder"),
        DepthReading(0, 1e9, 0.15, "graduation"),
    ],
)
def test_what_is_no_number_is_left_out(bad: DepthReading) -> None:
    _, now = step_depth(begin_depth(Known()), 0, see(0, math.nan), [bad] * 5)
    assert now.depth is None
    assert now.travel_radii == 0.0


def test_a_stream_that_begins_again_is_no_trouble() -> None:
    state = begin_depth(Known())
    for t_ns in [*range(0, 30 * PERIOD_NS, PERIOD_NS)] * 2:
        state, now = step_depth(state, t_ns, see(t_ns, 0.0), [DepthReading(t_ns, 5.0, 0.15, "encoder")])
    assert now.depth is not None
    assert now.depth.mm == pytest.approx(5.0, abs=0.15)
    assert now.depth.origin == "encoder"


def test_a_scope_at_rest_has_a_number_at_rest_and_one_that_moves_is_not_held_back() -> None:
    rest = [now.depth.mm for now in go(np.full(400, 5.0))[100:] if now.depth is not None]
    assert len(rest) == 300
    assert np.abs(np.diff(rest)).sum() < 0.2
    path_mm = there_and_back()
    late = [now.depth.mm - mm for now, mm in zip(go(path_mm), path_mm, strict=True) if now.depth is not None]
    inward = np.gradient(path_mm)[len(path_mm) - len(late) :] > 0
    assert abs(np.mean(np.array(late)[inward]) - np.mean(np.array(late)[~inward])) < 0.08


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3_000_000_000),
            st.floats(-3, 3) | st.none(),
            st.lists(
                st.tuples(st.integers(-1_000_000_000, 10**10), st.floats(), st.sampled_from(["encoder", "graduation"])),
                max_size=4,
            ),
        ),
        max_size=40,
    )
)
def test_whatever_comes_the_answer_is_a_depth_with_a_sigma_or_none(
    frames: list[tuple[int, float | None, list[tuple[int, float, str]]]],
) -> None:
    state, t_ns = begin_depth(Known()), 0
    for gap_ns, along, readings in frames:
        t_ns += gap_ns
        given_now = [DepthReading(t_ns + at, mm, 0.15, origin) for at, mm, origin in readings]  # type: ignore[arg-type]
        motion = see_nothing(t_ns) if along is None else see(t_ns, along)
        state, now = step_depth(state, t_ns, motion, given_now)
        assert np.isfinite(state.belief.mean).all()
        assert np.linalg.eigvalsh(state.belief.covariance).min() > -1e-6
        if now.depth is not None:
            assert 0 <= now.depth.mm <= 200
            assert 0 < now.depth.sigma_mm <= 100


def test_motion_over_a_gap_goes_on_from_before_it() -> None:
    """What the tracker tells of the whole gap is better than what was guessed while it saw nothing."""
    state = begin_depth(Known(radius_mm=RADIUS_MM, radius_sigma_mm=0.05))
    for index in range(1, 20):
        state, before = step_depth(state, index * PERIOD_NS, see(index * PERIOD_NS, 0.05), [])
    for index in range(20, 40):
        state, blind = step_depth(state, index * PERIOD_NS, see_nothing(index * PERIOD_NS), [])
    over_it = replace(see(40 * PERIOD_NS, -0.5), since_ns=19 * PERIOD_NS)
    _, after = step_depth(state, 40 * PERIOD_NS, over_it, [])
    assert before.depth is not None
    assert blind.depth is not None
    assert after.depth is not None
    assert blind.depth.mm > before.depth.mm, "a hand goes on as it did"
    assert blind.depth.sigma_mm > 2.0
    assert after.depth.mm == pytest.approx(before.depth.mm - 0.5 * RADIUS_MM, abs=0.15)
    assert after.depth.sigma_mm < 0.9


def test_motion_over_a_gap_counts_for_nothing_where_readings_came_meanwhile() -> None:
    state = begin_depth(Known())
    for index in range(1, 40):
        t_ns = index * PERIOD_NS
        motion = see(t_ns, 0.0) if index < 20 else see_nothing(t_ns)
        state, _ = step_depth(state, t_ns, motion, [DepthReading(t_ns, 10.0, 0.15, "encoder")])
    over_it = replace(see(40 * PERIOD_NS, 3.0), since_ns=19 * PERIOD_NS)
    _, after = step_depth(state, 40 * PERIOD_NS, over_it, [])
    assert after.depth is not None
    assert after.depth.mm == pytest.approx(10.0, abs=0.2)
    assert after.travel_radii == pytest.approx(3.0)


def test_an_eye_that_sees_the_lumen_narrow_changes_what_a_radius_is_worth() -> None:
    state = begin_depth(Known(radius_mm=RADIUS_MM, radius_sigma_mm=0.05))
    for index in range(1, 400):
        tube = replace(TUBE, unit=1.0 if index < 200 else 0.5)
        motion = replace(see(index * PERIOD_NS, 0.1), tube=tube)
        state, _ = step_depth(state, index * PERIOD_NS, motion, [])
        if index == 199:
            wide_mm = state.belief.radius_mm
    assert state.belief.radius_mm < 0.8 * wide_mm


def test_a_sensor_never_teaches_its_own_stretch_and_zero_but_a_person_does() -> None:
    """Motion whose scale is learnt from a sensor lags a little behind it; that says nothing about the sensor."""
    path, state = there_and_back(400, 40.0), begin_depth(Known(start_mm=0.5))
    for index, mm in enumerate(path):
        t_ns = index * PERIOD_NS
        seen = 0.9 * (mm - path[max(index - 1, 0)]) / RADIUS_MM
        state, _ = step_depth(state, t_ns, see(t_ns, seen), [DepthReading(t_ns, float(mm), 0.15, "encoder")])
    assert (state.belief.mean[STRETCH], state.belief.mean[ZERO]) == (0.0, 0.0)
    mark = DepthReading(t_ns, float(path[-1]) - 1.0, 0.3, "graduation")
    state, _ = step_depth(state, t_ns, see(t_ns, 0.0), [mark])
    assert state.belief.mean[STRETCH] > 0.001

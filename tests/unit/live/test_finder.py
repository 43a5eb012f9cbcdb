"""The finder: beside the picture and never before it; what it found of somebody who has left is gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from ductoscope.live import Finder, FindSetup, Room
from ductoscope.live.finder import QUEUE_LOOKS
from ductoscope.live.troubles import Troubles
from ductoscope.model import BadInputError, Bundle, CoreImage, DepthReading
from ductoscope.restore import Plan, calibrate, plan_restore
from tests.hand_find import HandFind, lose, place, suggest
from tests.toy_scope import ToyFibre, ToyScope
from tests.waiting import no_thread_stays as no_thread_stays  # a fixture
from tests.waiting import wait_for

LOOK_NS = 80_000_000


@pytest.fixture(scope="module")
def fibre() -> ToyFibre:
    return ToyFibre((300, 330))


@pytest.fixture(scope="module")
def bundle(fibre: ToyFibre) -> Bundle:
    return calibrate(fibre.white())


@pytest.fixture(scope="module")
def plan(bundle: Bundle) -> Plan:
    return plan_restore(bundle, 64)


@pytest.fixture
def hand() -> HandFind:
    return HandFind()


@pytest.fixture
def setup(hand: HandFind, monkeypatch: pytest.MonkeyPatch) -> FindSetup:
    return hand.install(monkeypatch)


@pytest.fixture
def troubles() -> Troubles:
    return Troubles()


@pytest.fixture
def finder(setup: FindSetup, troubles: Troubles) -> Iterator[Finder]:
    made = Finder(setup, troubles, time.monotonic_ns)
    made.start()
    yield made
    made.stop()


def see(plan: Plan, look: float) -> CoreImage:
    """The frame at so many looks; its index counts twelfths of one."""
    cores = plan.bundle.cores
    light = np.full((cores, 3), 0.5, np.float32)
    return CoreImage(round(look * 12), round(look * LOOK_NS), light, np.ones(cores, bool))


def look_and_hang(finder: Finder, hand: HandFind, plan: Plan) -> Callable[[], None]:
    """Let the first look hang, and return what lets it go on."""
    entered, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        entered.set()
        assert go_on.wait(30)

    hand.before = wait
    finder.offer(see(plan, 0), plan, [])
    assert entered.wait(30)
    return go_on.set


def read(look: float) -> DepthReading:
    return DepthReading(round(look * LOOK_NS), look, 0.3, "encoder")


def test_it_looks_at_one_frame_of_every_slot_with_all_readings_since(
    finder: Finder, hand: HandFind, plan: Plan
) -> None:
    for number in range(6):
        finder.offer(see(plan, number / 2), plan, [read(number / 2)])
        wait_for(lambda wanted=number // 2 + 1: len(hand.looked) == wanted)

    assert [t_ns // LOOK_NS for _, t_ns, _ in hand.looked] == [0, 1, 2]
    given = [[reading.depth_mm for reading in readings] for _, _, readings in hand.looked]
    assert given == [[0.0], [0.5, 1.0], [1.5, 2.0]]
    assert finder.now().skipped == 0


def test_readings_of_frames_that_could_not_be_read_come_with_the_next(
    finder: Finder, hand: HandFind, plan: Plan
) -> None:
    finder.offer(None, None, [read(0.2)])
    finder.offer(see(plan, 1), plan, [read(0.9)])

    wait_for(lambda: hand.looked)
    assert [reading.depth_mm for reading in hand.looked[0][2]] == [0.2, 0.9]


def test_when_it_is_too_slow_the_oldest_looks_are_left_out_and_counted_and_their_readings_kept(
    finder: Finder, hand: HandFind, plan: Plan
) -> None:
    go_on = look_and_hang(finder, hand, plan)
    for number in range(1, QUEUE_LOOKS + 3):  # never waits for the look that hangs
        finder.offer(see(plan, number), plan, [read(number)])

    assert finder.now().skipped == 2
    go_on()
    wait_for(lambda: len(hand.looked) == 1 + QUEUE_LOOKS)
    assert [t_ns // LOOK_NS for _, t_ns, _ in hand.looked] == [0, 3, 4, 5, 6]
    assert [reading.depth_mm for reading in hand.looked[1][2]] == [1, 2, 3]


def test_a_source_that_can_wait_does_where_every_look_counts(
    setup: FindSetup, troubles: Troubles, hand: HandFind, plan: Plan
) -> None:
    patient = Finder(FindSetup(setup.open_eye, looks_at_all=True), troubles, time.monotonic_ns)
    hand.before = lambda: time.sleep(0.005)
    patient.start()
    for number in range(3 * QUEUE_LOOKS):
        patient.offer(see(plan, number), plan, [], may_wait=True)
    wait_for(lambda: len(hand.looked) == 3 * QUEUE_LOOKS)
    patient.stop()

    assert patient.now().skipped == 0


def test_what_was_said_to_a_suggestion_is_told_before_the_next_look(finder: Finder, hand: HandFind, plan: Plan) -> None:
    hand.suggestions = (suggest(1),)
    finder.offer(see(plan, 0), plan, [])
    wait_for(finder.found.newest)

    finder.judge(1, "dismissed")

    newest = finder.found.newest()
    assert newest is not None
    assert (newest[1].judged, newest[1].looks) == ({1: "dismissed"}, 1)


def test_nothing_of_the_last_patient_is_found_after_forgetting(finder: Finder, hand: HandFind, plan: Plan) -> None:
    hand.suggestions = (suggest(1),)
    finder.offer(see(plan, 0), plan, [])
    wait_for(finder.found.newest)
    finder.judge(1, "confirmed")

    finder.forget(era=1)

    assert finder.found.newest() is None
    with pytest.raises(BadInputError, match="not there any more"):
        finder.judge(1, "dismissed")
    with pytest.raises(BadInputError, match="not there any more"):
        finder.best_of(1)
    finder.offer(see(plan, 5), plan, [read(5)], era=0)  # seen before the change, on its way still
    finder.offer(see(plan, 6), plan, [read(6)], era=1)
    wait_for(finder.found.newest)
    newest = finder.found.newest()
    assert newest is not None
    assert newest[1].judged == {}
    assert newest[1].looks == 1
    assert [reading.depth_mm for reading in hand.looked[-1][2]] == [6]
    assert len(hand.began) == 2


def test_a_look_that_is_under_way_while_all_is_forgotten_is_never_told(
    finder: Finder, hand: HandFind, plan: Plan
) -> None:
    go_on = look_and_hang(finder, hand, plan)

    finder.forget(era=1)
    told: list[int] = []
    finder.found.ring_on_change(lambda: told.append(got[1].found.t_ns) if (got := finder.found.newest()) else None)
    hand.before = lambda: None
    go_on()
    finder.offer(see(plan, 9), plan, [], era=1)
    wait_for(lambda: told and told[-1] == 9 * LOOK_NS)

    assert told == [9 * LOOK_NS]


def test_another_calibration_or_a_stream_that_begins_again_begins_a_new_map(
    finder: Finder, hand: HandFind, plan: Plan, bundle: Bundle
) -> None:
    other = plan_restore(calibrate(ToyFibre((300, 330), seed=4).white()), 64)
    finder.offer(see(plan, 5), plan, [])
    wait_for(lambda: len(hand.looked) == 1)
    finder.offer(see(other, 6), other, [])
    wait_for(lambda: len(hand.looked) == 2)
    finder.offer(see(other, 0), other, [read(0)])
    wait_for(lambda: len(hand.looked) == 3)

    assert hand.began == [bundle.id, other.bundle.id, other.bundle.id]
    assert [reading.depth_mm for reading in hand.looked[-1][2]] == [0]


def test_a_look_that_fails_is_told_begins_anew_and_is_well_again_later(
    finder: Finder, hand: HandFind, plan: Plan, troubles: Troubles
) -> None:
    finder.offer(see(plan, 0), plan, [])
    wait_for(finder.found.newest)
    hand.failure = ValueError("no such wall")
    finder.offer(see(plan, 1), plan, [])
    wait_for(lambda: troubles.get("finder"))

    assert "the picture goes on" in (troubles.get("finder") or "")
    assert "no such wall" in (troubles.get("finder") or "")
    wait_for(lambda: finder.found.newest() is None)  # an old place is not shown as if it were the tip's now
    hand.failure = None
    finder.offer(see(plan, 2), plan, [])
    wait_for(finder.found.newest)
    assert troubles.get("finder") is not None  # one good look is no proof
    finder.offer(see(plan, 80), plan, [])
    wait_for(lambda: troubles.get("finder") is None)
    assert len(hand.began) == 2


def test_what_it_tells_adds_up(finder: Finder, hand: HandFind, plan: Plan) -> None:
    hand.where = place(23.4)
    finder.offer(see(plan, 0), plan, [])
    wait_for(lambda: len(hand.looked) == 1)
    hand.where, hand.view = lose(), hand.view.__class__(0, 0.1, "turbid", "flush", {"turbid": 1.0})
    for number in range(1, 4):
        finder.offer(see(plan, number), plan, [])
        wait_for(lambda wanted=number: (got := finder.found.newest()) is not None and got[1].looks == wanted + 1)

    newest = finder.found.newest()
    assert newest is not None
    sighting = newest[1]
    assert sighting.clear_share == 0.25
    assert sighting.hidden == {"turbid": 3}
    assert sighting.deepest is not None
    assert sighting.deepest.mm == 24.0  # what the encoder says counts where the picture says nothing
    assert sighting.duct_map is not None


def test_the_map_is_drawn_up_twice_a_second_and_not_with_every_look(finder: Finder, hand: HandFind, plan: Plan) -> None:
    numbers = []
    for number in range(14):
        finder.offer(see(plan, number), plan, [])
        wait_for(lambda wanted=number: (got := finder.found.newest()) is not None and got[1].looks == wanted + 1)
        newest = finder.found.newest()
        assert newest is not None
        numbers.append(newest[1].map_number)

    assert numbers == [1] * 7 + [2] * 7


def test_a_new_map_forgets_what_stood_on_the_old_but_not_how_clear_it_was(
    finder: Finder, hand: HandFind, plan: Plan
) -> None:
    hand.suggestions = (suggest(1),)
    finder.offer(see(plan, 0), plan, [])
    wait_for(finder.found.newest)
    finder.judge(1, "dismissed")
    hand.suggestions = ()

    finder.begin_map()
    finder.offer(see(plan, 1), plan, [])
    wait_for(finder.found.newest)

    newest = finder.found.newest()
    assert newest is not None
    assert (newest[1].judged, newest[1].looks, len(hand.began)) == ({}, 2, 2)


@pytest.mark.parametrize(
    ("has_hints", "is_unassisted", "at_first"), [(True, False, True), (False, False, False), (True, True, False)]
)
def test_hints_begin_for_every_patient_as_the_site_wants(
    setup: FindSetup, troubles: Troubles, *, has_hints: bool, is_unassisted: bool, at_first: bool
) -> None:
    told = FindSetup(setup.open_eye, has_hints=has_hints, is_first_look_unassisted=is_unassisted)
    finder = Finder(told, troubles, time.monotonic_ns)

    assert finder.now().are_hints_on is at_first
    finder.show_hints(are_on=not at_first)
    assert finder.now().are_hints_on is not at_first
    finder.forget(era=1)
    assert finder.now().are_hints_on is at_first


def test_the_room_shows_its_picture_while_every_look_fails(
    fibre: ToyFibre, bundle: Bundle, setup: FindSetup, hand: HandFind, tmp_path: Path
) -> None:
    hand.failure = RuntimeError("the wall fell in")
    scope = ToyScope(fibre, interval_s=1 / 50)
    with Room(lambda _: scope, spec="toy", data_folder=tmp_path, bundle=bundle, plan_size_px=64, find=setup) as room:
        wait_for(lambda: "the wall fell in" in (room.status().message or ""))
        seen = room.shown.newest()
        assert seen is not None
        wait_for(lambda: (got := room.shown.newest()) is not None and got[0] > seen[0] + 3)
        assert room.status().state == "live"


def test_the_picture_that_shows_a_suggestion_best_can_be_held_and_kept_until_its_patient_leaves(
    fibre: ToyFibre, bundle: Bundle, setup: FindSetup, hand: HandFind, tmp_path: Path
) -> None:
    scope = ToyScope(fibre, interval_s=1 / 50)
    hand.suggestions = (suggest(3, frame=-1),)
    with Room(lambda _: scope, spec="toy", data_folder=tmp_path, bundle=bundle, plan_size_px=64, find=setup) as room:
        assert room.finder is not None
        wait_for(room.finder.found.newest)

        held = room.hold_suggestion(3)
        assert held.index == hand.looked[0][0]
        assert held.is_simulated
        assert room.take_still(held.sequence).picture.exists()
        with pytest.raises(BadInputError, match="not there"):
            room.hold_suggestion(4)

        hand.suggestions = ()
        room.forget()
        wait_for(lambda: room.shown.newest())
        with pytest.raises(BadInputError, match="not there any more"):
            room.hold_suggestion(3)
        with pytest.raises(BadInputError, match="no longer in memory"):
            room.take_still(held.sequence)

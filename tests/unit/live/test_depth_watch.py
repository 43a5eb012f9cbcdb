"""Readings come with the pictures they belong to, each once, whatever the sensor does."""

from __future__ import annotations

import queue
from collections.abc import Iterator, Sequence

import pytest

from ductoscope.live.depth_watch import DepthWatch
from ductoscope.live.troubles import Troubles
from ductoscope.model import BadInputError, DepthReading, SourceError, ToolSeen
from tests.waiting import wait_for


class Bench:
    """A sensor in a test's hands: `say` readings, or an error."""

    def __init__(self) -> None:
        self.said: queue.Queue[DepthReading | Exception] = queue.Queue()
        self.opened = self.zeroed = self.closed = 0
        self.refuses = False

    def say(self, *what: DepthReading | Exception) -> None:
        for each in what:
            self.said.put(each)

    def open(self) -> str:
        if self.refuses:
            raise SourceError("The bench is not there.")
        self.opened += 1
        return "Bench"

    def read(self) -> DepthReading | None:
        try:
            said = self.said.get(timeout=0.02)
        except queue.Empty:
            return None
        if isinstance(said, Exception):
            raise said
        return said

    def zero(self) -> None:
        self.zeroed += 1

    def close(self) -> None:
        self.closed += 1


def read_at(t_ns: int, mm: float = 5.0) -> DepthReading:
    return DepthReading(t_ns, mm, 0.15, "encoder")


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def troubles() -> Troubles:
    return Troubles()


@pytest.fixture
def watch(bench: Bench, troubles: Troubles) -> Iterator[DepthWatch]:
    watch = DepthWatch(lambda _clock: bench, None, lambda: 1000, troubles, 0.01)
    watch.start()
    yield watch
    watch.stop()


def waiting(watch: DepthWatch) -> int:
    return len(watch._waiting)


def test_a_picture_gets_what_was_read_before_it_once(watch: DepthWatch, bench: Bench) -> None:
    bench.say(*(read_at(t_ns) for t_ns in (10, 20, 30, 40)))
    wait_for(lambda: waiting(watch) == 4)
    assert [reading.t_ns for reading in watch.take(25)] == [10, 20]
    assert watch.take(25) == ()
    assert [reading.t_ns for reading in watch.take(100)] == [30, 40]


def test_one_that_comes_late_is_put_behind_its_picture(watch: DepthWatch, bench: Bench) -> None:
    watch.take(100)
    bench.say(read_at(90), read_at(150))
    wait_for(lambda: waiting(watch) == 2)
    assert [reading.t_ns for reading in watch.take(200)] == [101, 150], "so a replay by times gives the same"


def test_a_stream_that_begins_again_gets_its_readings(watch: DepthWatch, bench: Bench) -> None:
    watch.take(10_000)
    bench.say(read_at(5))
    wait_for(lambda: waiting(watch) == 1)
    assert [reading.t_ns for reading in watch.take(10)] == [5]


def test_a_sensor_that_is_lost_is_told_and_comes_back(watch: DepthWatch, bench: Bench, troubles: Troubles) -> None:
    wait_for(lambda: bench.opened)
    bench.refuses = True
    bench.say(SourceError("The bench is gone."))
    wait_for(lambda: troubles.get("depth") == "The bench is not there.")
    bench.refuses = False
    bench.say(read_at(10))
    wait_for(lambda: troubles.get("depth") is None)
    assert bench.opened == 2
    assert bench.closed >= 2
    assert len(watch.take(100)) == 1


def test_what_nobody_foresaw_does_not_end_it(watch: DepthWatch, bench: Bench, troubles: Troubles) -> None:
    bench.say(ZeroDivisionError("x"))
    wait_for(lambda: "ZeroDivisionError" in (troubles.get("depth") or ""))
    bench.say(read_at(10))
    wait_for(lambda: troubles.get("depth") is None)


def test_a_sensor_that_says_nothing_is_told(bench: Bench, troubles: Troubles) -> None:
    now_ns = iter(range(0, 10**15, 10**9))
    watch = DepthWatch(lambda _clock: bench, None, lambda: next(now_ns), troubles, 0.01)
    watch.start()
    wait_for(lambda: "says nothing" in (troubles.get("depth") or ""))
    watch.stop()


def test_zeroing_reaches_the_sensor_and_the_readings(watch: DepthWatch, bench: Bench) -> None:
    wait_for(lambda: bench.opened)
    watch.zero()
    wait_for(lambda: waiting(watch) == 1)
    (told,) = watch.take(5000)
    assert bench.zeroed == 1
    assert (told.depth_mm, told.origin) == (0.0, "graduation")


def test_people_need_no_sensor(troubles: Troubles) -> None:
    watch = DepthWatch(None, None, lambda: 1000, troubles, 0.01)
    watch.start()
    watch.key(20.0)
    watch.zero()
    assert watch.now() is None
    assert [(each.depth_mm, each.origin, each.t_ns) for each in watch.take(1000)] == [
        (20.0, "graduation", 1000),
        (0.0, "graduation", 1000),
    ]
    watch.stop()


@pytest.mark.parametrize("mm", [-1.0, 201.0, float("nan"), float("inf")])
def test_a_mark_that_no_shaft_has_is_refused(watch: DepthWatch, mm: float) -> None:
    with pytest.raises(BadInputError, match="from 0 to 200"):
        watch.key(mm)


def test_a_tool_that_was_marked_comes_with_the_next_picture_also_beside_a_recordings_own_readings(
    troubles: Troubles,
) -> None:
    ends = (0.1, 0.2), (0.3, 0.2)
    for source, before in ((None, []), (Replay(), ["encoder"])):
        watch = DepthWatch(None, source, lambda: 1000, troubles, 0.01)
        watch.see_tool(400, ends, 0.4, 0.02)
        assert [told.origin for told in watch.take(900)] == before
        assert ToolSeen(1000, 400, ends, 0.4, 0.02) in watch.take(2000)
        watch.see_tool(400, ends, 0.4, 0.02)
        watch.take(3000)
        watch.see_tool(400, ends, 0.4, 0.02)
        (late,) = (told for told in watch.take(4000) if isinstance(told, ToolSeen))
        assert (late.t_ns, late.frame_t_ns) == (3001, 400), "so that a replay gives it to the same picture"


@pytest.mark.parametrize(
    ("x", "width_mm", "sigma_mm"), [(float("nan"), 0.4, 0.02), (0, 0, 0.02), (0, 21, 1), (0, 1, 0)]
)
def test_a_tool_that_cannot_be_is_refused(watch: DepthWatch, x: float, width_mm: float, sigma_mm: float) -> None:
    with pytest.raises(BadInputError, match="20 mm wide"):
        watch.see_tool(0, ((x, 0.0), (0.1, 0.0)), width_mm, sigma_mm)


def test_says_how_the_sensor_does(watch: DepthWatch, bench: Bench) -> None:
    wait_for(lambda: (now := watch.now()) is not None and now.name == "Bench")
    now = watch.now()
    assert now is not None
    assert (now.depth_mm, now.age_s) == (None, None)
    bench.say(read_at(400, 7.5))
    wait_for(lambda: (now := watch.now()) is not None and now.depth_mm == 7.5)


class Replay:
    """A recording with a log of its own."""

    def take_readings(self, t_ns: int) -> Sequence[DepthReading]:
        return [read_at(t_ns - 1, 9.0)]


def test_a_recordings_own_readings_count_and_not_the_sensors(bench: Bench, troubles: Troubles) -> None:
    watch = DepthWatch(lambda _clock: bench, Replay(), lambda: 1000, troubles, 0.01)
    watch.start()
    bench.say(read_at(10))
    wait_for(lambda: waiting(watch) == 1)
    watch.key(8.0)
    assert [(each.depth_mm, each.origin) for each in watch.take(2000)] == [(8.0, "graduation"), (9.0, "encoder")]
    watch.stop()


def test_forgetting_lets_go_of_what_waits_and_the_queue_is_bounded(troubles: Troubles) -> None:
    watch = DepthWatch(None, None, lambda: 1000, troubles, 0.01)
    for _ in range(5000):
        watch.key(1.0)
    assert waiting(watch) == 4000
    watch.forget()
    assert watch.take(10**9) == ()

"""What every DepthSensor must do: a test class inherits `DepthSensorSuite` and gives the fixture `sensor`."""

from __future__ import annotations

import math
import threading
import time

import pytest

from ductoscope.model import DepthReading, DepthSensor, SourceError


def read_some(sensor: DepthSensor, count: int, tries: int = 40) -> list[DepthReading]:
    """The next readings; a sensor may have nothing to say now and then."""
    readings = []
    for _ in range(tries):
        reading = sensor.read()
        if reading is not None:
            readings.append(reading)
        if len(readings) == count:
            return readings
    raise AssertionError(f"only {len(readings)} readings of {count}")


class DepthSensorSuite:
    """Inherit, and give a fixture `sensor` that returns one that is not open; it must speak, at 12 mm or so."""

    def test_says_what_it_is(self, sensor: DepthSensor) -> None:
        assert sensor.open().strip()
        sensor.close()

    def test_gives_readings_in_order_with_a_sigma(self, sensor: DepthSensor) -> None:
        sensor.open()
        readings = read_some(sensor, 4)
        sensor.close()
        times_ns = [reading.t_ns for reading in readings]
        assert times_ns == sorted(times_ns)
        for reading in readings:
            assert math.isfinite(reading.depth_mm)
            assert 0.0 < reading.sigma_mm < 10.0
            assert reading.origin == "encoder"

    def test_counts_from_where_it_was_zeroed(self, sensor: DepthSensor) -> None:
        sensor.open()
        before = read_some(sensor, 1)[0].depth_mm
        sensor.zero()
        after = read_some(sensor, 1)[0].depth_mm
        sensor.close()
        assert abs(before) > 5.0
        assert abs(after) < 2.0

    def test_stays_zeroed_when_it_is_opened_again(self, sensor: DepthSensor) -> None:
        sensor.open()
        read_some(sensor, 1)
        sensor.zero()
        sensor.close()
        sensor.open()
        assert abs(read_some(sensor, 1)[0].depth_mm) < 2.0
        sensor.close()

    def test_waits_no_longer_than_half_a_second(self, sensor: DepthSensor) -> None:
        sensor.open()
        for _ in range(3):
            began_s = time.thread_time(), time.monotonic()
            sensor.read()
            assert time.thread_time() - began_s[0] < 0.4, "it waits, it does not spin"
        sensor.close()

    def test_refuses_to_read_before_it_is_open_and_after_it_was_closed(self, sensor: DepthSensor) -> None:
        with pytest.raises(SourceError):
            sensor.read()
        sensor.open()
        sensor.close()
        with pytest.raises(SourceError):
            sensor.read()

    def test_may_be_closed_at_any_time(self, sensor: DepthSensor) -> None:
        sensor.close()
        sensor.open()
        sensor.close()
        sensor.close()

    def test_leaves_no_thread_behind(self, sensor: DepthSensor) -> None:
        before = set(threading.enumerate())
        sensor.open()
        sensor.read()
        sensor.close()
        assert not [each for each in set(threading.enumerate()) - before if each.name.startswith("duct-depth")]

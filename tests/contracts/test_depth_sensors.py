"""Every sensor at the shaft keeps the same promises."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ductoscope.live.depth_file import LogDepthSensor
from ductoscope.live.depth_sensors import open_depth_sensor
from ductoscope.live.depth_serial import SerialDepthSensor, SerialSettings
from ductoscope.model import BadInputError, DepthReading, DepthSensor, ToolSeen
from ductoscope.record import DepthLogWriter
from ductoscope.simulate import EncoderFaults, SimulatedEncoder
from tests.contracts.depth_sensor_suite import DepthSensorSuite
from tests.talking_port import TalkingPort


class TestSerial(DepthSensorSuite):
    @pytest.fixture
    def sensor(self) -> Iterator[DepthSensor]:
        clock = itertools.count(1)
        with TalkingPort() as device:
            device.keep_saying(b"D 1200\r\n")
            yield SerialDepthSensor(SerialSettings(device.port, mm_per_count=0.01), lambda: next(clock))


class TestLog(DepthSensorSuite):
    @pytest.fixture
    def sensor(self, tmp_path: Path) -> DepthSensor:
        log = DepthLogWriter(tmp_path / "depth.csv")
        log.write([ToolSeen(0, 0, ((0.0, 0.0), (0.1, 0.0)), 0.4, 0.02)])  # tells no depth, and is passed over
        log.write(DepthReading(at, 12.0 + at * 1e-3, 0.15, "encoder") for at in range(1000))
        log.close()
        clock = itertools.count(0)
        return LogDepthSensor(tmp_path / "depth.csv", lambda: next(clock), sleep=lambda _s: None)


class Shaft:
    """A scope's shaft that stands at 12 mm, shown to whoever watches as fast as it can."""

    class spec:  # noqa: N801
        seed = 3

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._watcher = None
        self._t_ns = 0

    def watch_shaft(self, watcher) -> None:  # type: ignore[no-untyped-def]
        self._watcher = watcher
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if watcher is not None:
            self._thread = threading.Thread(target=self._show, name="shaft", daemon=True)
            self._thread.start()

    def _show(self) -> None:
        pause = threading.Event()
        while (watcher := self._watcher) is not None:
            self._t_ns += 50_000_000
            watcher(self._t_ns, 12.0)
            pause.wait(0.002)


class TestSimulated(DepthSensorSuite):
    @pytest.fixture
    def sensor(self) -> DepthSensor:
        return SimulatedEncoder(Shaft(), EncoderFaults(slack_mm=0.5, stretch=0.01))  # type: ignore[arg-type]


def test_every_scheme_gives_a_sensor(tmp_path: Path) -> None:
    factories = {"sim": lambda _spec, _clock: SimulatedEncoder(Shaft())}  # type: ignore[arg-type]
    assert isinstance(open_depth_sensor("sim", lambda: 0, factories), SimulatedEncoder)
    assert isinstance(open_depth_sensor(f"file:{tmp_path}/depth.csv", lambda: 0), LogDepthSensor)
    assert isinstance(open_depth_sensor("serial:/dev/ttyUSB0?baud=115200", lambda: 0), SerialDepthSensor)


@pytest.mark.parametrize("spec", ["usb:1", "", "sim", "serial:", "file:", "serial:/dev/x?baud=fast"])
def test_what_is_no_sensor_is_refused_in_words(spec: str) -> None:
    with pytest.raises(BadInputError, match=r"depth sensor|needs a|must be"):
        open_depth_sensor(spec, lambda: 0)
